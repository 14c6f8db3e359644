// Writes a scenario for chosen functions: what their parameters need is set up, and each usual shape gets the calls that go with it.
import type { CFunction, Expr, Field, TypeRef } from "../c/ast.js";
import type { Unit } from "./compile/link.js";
import { eachExpression } from "./compile/walk.js";
import { structOf } from "./skeleton-facts.js";
import type { SourceText } from "./types.js";

/** How a member is made ready, by the name of its type (the headers of the kernel). What is not here is ready when it is zero. */
const READY: ReadonlyMap<string, (member: string) => string> = new Map([
  ["refcount_t", (member: string) => `refcount_set(&${member}, 1);`], ["kref", (member: string) => `kref_init(&${member});`], ["atomic_t", (member: string) => `atomic_set(&${member}, 0);`],
  ["mutex", (member: string) => `mutex_init(&${member});`], ["spinlock_t", (member: string) => `spin_lock_init(&${member});`], ["rw_semaphore", (member: string) => `init_rwsem(&${member});`],
  ["list_head", (member: string) => `INIT_LIST_HEAD(&${member});`], ["completion", (member: string) => `init_completion(&${member});`], ["wait_queue_head_t", (member: string) => `init_waitqueue_head(&${member});`],
  ["idr", (member: string) => `idr_init(&${member});`], ["ida", (member: string) => `ida_init(&${member});`], ["xarray", (member: string) => `xa_init(&${member});`],
  ["blocking_notifier_head", (member: string) => `BLOCKING_INIT_NOTIFIER_HEAD(&${member});`], ["device", (member: string) => `device_initialize(&${member});`],
]);

/** The type that the argument of a call has, by how the call's name begins; for members that no visible line declares. */
const USED_AS: readonly (readonly [RegExp, string])[] = [
  [/^refcount_/, "refcount_t"], [/^kref_/, "kref"], [/^mutex_/, "mutex"], [/^spin_/, "spinlock_t"], [/^(down|up)_(read|write)/, "rw_semaphore"],
  [/^list_(add|del|empty|move|splice)/, "list_head"], [/^(complete|wait_for_completion)/, "completion"], [/^wake_up/, "wait_queue_head_t"], [/^idr_/, "idr"], [/^ida_/, "ida"], [/^xa_/, "xarray"],
];

/** Halves of a pair, in a function's name: what takes, what gives back. */
const PAIRS: readonly (readonly [RegExp, RegExp])[] = [
  [/(^|_)(try_?get|get)(_|$)/, /(^|_)put(_|$)/], [/(^|_)open(_|$)/, /(^|_)(release|close)(_|$)/], [/(^|_)(create|alloc|new)(_|$)/, /(^|_)(destroy|free|delete|put)(_|$)/],
  [/(^|_)(register|add|attach|bind|probe|init|start|connect)(_|$)/, /(^|_)(unregister|del|detach|unbind|remove|exit|stop|disconnect)(_|$)/],
];

/** More CPUs than this are too many to look at. */
const MOST_CPUS = 4;

/**
 * The scenario's text. `units` are the files of the code as they were read; a name that they do not have is left out. A run of it is meant to need no edit for functions
 * over one object: get and put, open and release, work items; what they do with it is for a person to make more of.
 */
export function writeSkeleton(units: readonly Unit[], names: readonly string[]): SourceText {
  return new Skeleton(units, names).write();
}

class Skeleton {
  private readonly chosen: readonly { readonly unit: Unit; readonly fn: CFunction }[];
  /** Shared objects by what they are: the struct's name, and the variable's. */
  private readonly objects = new Map<string, string>();
  private readonly setup: string[] = [];
  private readonly finish: string[] = [];
  private readonly cpus: { readonly title: string; readonly body: readonly string[] }[] = [];
  private worker = false;

  constructor(private readonly units: readonly Unit[], names: readonly string[]) {
    this.chosen = names.flatMap((name) => {
      for (const unit of units) {
        const fn = unit.unit.functions.find((one) => one.name === name && one.body !== null);
        if (fn) return [{ unit, fn }];
      }
      return [];
    });
  }

  write(): SourceText {
    const functions = this.chosen.map((one) => one.fn);
    const left = new Set(functions);
    for (const fn of functions) {
      if (!left.has(fn)) continue;
      const pair = PAIRS.find(([take]) => take.test(fn.name));
      const other = pair && functions.find((one) => left.has(one) && one !== fn && pair[1].test(one.name) && stem(one.name, pair[1]) === stem(fn.name, pair[0]));
      if (other) {
        left.delete(fn);
        left.delete(other);
        this.pair(fn, other);
      }
    }
    for (const fn of functions) if (left.has(fn)) this.alone(fn);
    this.nested();
    if (this.worker) this.cpus.push({ title: "worker", body: ["run_work_items();"] });
    const name = functions[0]?.name.replaceAll("_", "-") ?? "new";
    return { name: `scenarios/${name}.c`, text: this.text(name) };
  }

  private text(name: string): string {
    const functions = this.chosen.map((one) => one.fn.name);
    const cpus = this.cpus.slice(0, MOST_CPUS);
    const block = (head: string, lines: readonly string[]): string => `${head}\n{\n${lines.map((line) => (line === "" ? "" : `\t${line}`)).join("\n")}${lines.length > 0 ? "\n" : ""}}\n`;
    return [
      `/* scenario: ${name}\ntitle: ${functions.map((one) => `${one}()`).join(" and ")}\nasks: What happens when these run at the same time?\nneeds: ${functions.join(", ")}\ngaps: nothing\n${cpus.map((cpu, index) => `cpu${String(index)}: ${cpu.title}\n`).join("")}*/\n`,
      `/*\n * "gaps: nothing" above: lines that the patch does not show are taken as nothing. __head(f) { } and __tail(f) { }\n * say what stands there.\n */\n\n/* What the functions work on. */\n${[...this.objects].map(([struct, variable]) => `static struct ${struct} *${variable};`).join("\n")}\n`,
      block("void setup(void)", [...[...this.objects].flatMap(([struct, variable]) => [`${variable} = kzalloc(sizeof(*${variable}), GFP_KERNEL);`, ...this.ready(struct, variable)]), ...this.setup]),
      ...cpus.map((cpu, index) => block(`void cpu${String(index)}(void)`, cpu.body)),
      `/* What is alive here and given back nowhere is no leak of the code's. */\n${block("void finish(void)", [...this.finish, ...[...this.objects.values()].flatMap((variable) => [`if (${variable} && __live(${variable}))`, `\tkfree(${variable});`])])}`,
    ].join("\n");
  }

  /** What takes and what gives back on one CPU, and the same once more against it. */
  private pair(take: CFunction, give: CFunction): void {
    const { call, result, declares } = this.call(take, null);
    const struct = structOf(take.returns);
    const gives = (held: string | null): string => `${this.call(give, held).call};`;
    let body: string[];
    if (struct !== null && take.returns.pointers > 0) body = [`struct ${struct} *held = ${call};`, "", "if (!IS_ERR_OR_NULL(held))", `\t${gives("held")}`];
    else if (result === "void") body = [`${call};`, gives(null)];
    else if (result === "bool" || /try|unless|not_zero/.test(take.name)) body = [`if (${call})`, `\t${gives(null)}`];
    else body = [`if (!${call})`, `\t${gives(null)}`];
    const lines = [...declares, ...(declares.length > 0 ? [""] : []), ...body];
    this.cpus.push({ title: `${take.name}, ${give.name}`, body: lines }, { title: "the same", body: lines });
  }

  private alone(fn: CFunction): void {
    const item = workItem(fn);
    if (item) {
      const variable = this.object(item.struct);
      const member = `${variable}->${item.member.replace(/\.work$/, "")}`;
      this.setup.push(item.member.endsWith(".work") ? `INIT_DELAYED_WORK(&${member}, ${fn.name});` : `INIT_WORK(&${member}, ${fn.name});`);
      this.cpus.push({ title: `queue ${fn.name}`, body: [item.member.endsWith(".work") ? `schedule_delayed_work(&${member}, 0);` : `schedule_work(&${member});`, "stop_work_items();"] });
      this.worker = true;
      return;
    }
    const { call, declares } = this.call(fn, null);
    const struct = structOf(fn.returns);
    const body = struct !== null && fn.returns.pointers > 0 ? [`struct ${struct} *made = ${call};`, "", "if (!IS_ERR_OR_NULL(made))", "\t__keep(made);"] : [`${call};`];
    this.cpus.push({ title: fn.name, body: [...declares, ...(declares.length > 0 ? [""] : []), ...body] });
  }

  /** A call with what its parameters need; `held` stands for the first parameter of the type that was taken. */
  private call(fn: CFunction, held: string | null): { readonly call: string; readonly result: "void" | "bool" | "other"; readonly declares: readonly string[] } {
    const declares: string[] = [];
    let given = held;
    const args = fn.params.filter((param) => param.name !== "..." && !(param.type.name === "void" && param.type.pointers === 0)).map((param) => {
      const struct = structOf(param.type);
      if (param.type.params) return "NULL";
      if (struct !== null && param.type.pointers === 1) {
        if (given !== null && struct !== "file" && struct !== "inode") {
          const taken = given;
          given = null;
          return taken;
        }
        if (struct === "inode") this.inode(fn, param.name);
        return this.object(struct);
      }
      if (struct !== null && param.type.pointers === 0) {
        declares.push(`struct ${struct} ${param.name} = { 0 };`);
        return param.name;
      }
      if (param.type.pointers === 0) return "0";
      if (/^(char|unsigned char|u8)$/.test(param.type.name)) return `"name"`;
      const base = param.type.name === "void" ? "long" : param.type.name;
      declares.push(`${base} ${"*".repeat(param.type.pointers - 1)}${param.name} = 0;`);
      return `&${param.name}`;
    });
    const plain = fn.returns.pointers === 0 ? fn.returns.name : "";
    return { call: `${fn.name}(${args.join(", ")})`, result: plain === "void" ? "void" : plain === "bool" ? "bool" : "other", declares };
  }

  /** An inode leads to the cdev that the function takes its object from. */
  private inode(fn: CFunction, parameter: string): void {
    const inode = this.object("inode");
    eachExpression(fn.body ?? [], (expr) => {
      const found = containerOf(expr);
      if (!found || !found.from.replace(/\s/g, "").includes(`${parameter}->i_cdev`)) return;
      const line = `${inode}->i_cdev = &${this.object(found.struct)}->${found.member};`;
      if (!this.setup.includes(line)) this.setup.push(`cdev_init(&${this.object(found.struct)}->${found.member}, NULL);`, line);
    });
  }

  private object(struct: string): string {
    const known = this.objects.get(struct);
    if (known !== undefined) return known;
    const variable = `the_${struct}`;
    this.objects.set(struct, variable);
    return variable;
  }

  /** Objects that the chosen functions reach through a member of their own one, where a visible line says what that points to. */
  private nested(): void {
    for (const { fn } of this.chosen) {
      eachExpression(fn.body ?? [], (expr) => {
        if (expr.kind !== "member" || !expr.arrow || expr.object.kind !== "member" || !expr.object.arrow || expr.object.object.kind !== "name") return;
        const { field, object } = expr.object;
        const owner = fn.params.find((param) => param.name === object.name);
        const struct = owner && owner.type.pointers === 1 ? structOf(owner.type) : null;
        const member = struct === null ? undefined : this.fieldsOf(struct).find((one) => one.name === field);
        const target = member && member.type.pointers === 1 && member.type.arrays.length === 0 && !member.type.params ? structOf(member.type) : null;
        if (struct === null || target === null || target === struct) return;
        const line = `${this.object(struct)}->${field} = ${this.object(target)};`;
        if (!this.setup.includes(line)) this.setup.push(line);
      });
    }
  }

  private fieldsOf(struct: string): readonly Field[] {
    return this.units.flatMap((unit) => unit.unit.structs).find((one) => one.name === struct && one.fields.length > 0)?.fields ?? [];
  }

  /** Initializers of a struct's members: of those that some line declares, and of those that the chosen functions use. */
  private ready(struct: string, variable: string): string[] {
    const lines: string[] = [];
    const add = (type: string, path: string): void => {
      const line = READY.get(type)?.(`${variable}->${path}`);
      if (line !== undefined && !lines.includes(line) && !lines.some((one) => one.includes(`&${variable}->${path})`) || one.includes(`&${variable}->${path},`))) lines.push(line);
    };
    const visit = (members: readonly Field[], prefix: string): void => {
      for (const field of members) {
        if (field.type.pointers > 0 || field.type.arrays.length > 0 || field.type.params) continue;
        if (field.type.members) visit(field.type.members, field.name === "" ? prefix : `${prefix}${field.name}.`);
        else if (field.name !== "") add(field.type.name, prefix + field.name);
      }
    };
    visit(this.fieldsOf(struct), "");
    for (const { fn } of this.chosen) {
      const own = fn.params.filter((param) => structOf(param.type) === struct).map((param) => param.name);
      eachExpression(fn.body ?? [], (expr) => {
        if (expr.kind !== "call" || expr.callee.kind !== "name") return;
        const { name } = expr.callee;
        const type = USED_AS.find(([pattern]) => pattern.test(name))?.[1];
        for (const arg of type === undefined ? [] : expr.args) {
          const target = arg.kind === "unary" && arg.op === "&" ? arg.operand : null;
          if (target?.kind === "member" && target.arrow && target.object.kind === "name" && own.includes(target.object.name)) add(type ?? "", target.field);
        }
      });
    }
    return lines;
  }
}

/** A function's name without the half of the pair that it is, so that foo_get_thing and foo_put_thing meet. */
function stem(name: string, half: RegExp): string {
  return name.replace(half, "_").replace(/^_+|_+$/g, "").replace(/_+/g, "_");
}

/** What a work item's function takes its object from. */
function workItem(fn: CFunction): { readonly struct: string; readonly member: string } | null {
  const [param] = fn.params;
  if (fn.params.length !== 1 || !param || structOf(param.type) !== "work_struct") return null;
  let found: { readonly struct: string; readonly member: string } | null = null;
  eachExpression(fn.body ?? [], (expr) => {
    const entry = containerOf(expr);
    if (entry && (entry.from === param.name || entry.from.includes(`(${param.name})`))) found ??= { struct: entry.struct, member: entry.from === param.name ? entry.member : `${entry.member}.work` };
  });
  return found;
}

function containerOf(expr: Expr): { readonly from: string; readonly struct: string; readonly member: string } | null {
  if (expr.kind !== "call" || expr.callee.kind !== "name" || !/^(container_of|from_work)/.test(expr.callee.name)) return null;
  const [from, type, member] = expr.args;
  if (!from || from.kind === "type" || type?.kind !== "type" || !member || member.kind === "type") return null;
  const struct = structOf({ ...type.type, pointers: 1 } satisfies TypeRef);
  return struct === null ? null : { from: written(from), struct, member: written(member) };
}

/** A name, a member or a call of one argument, as it is written without blanks. */
function written(expr: Expr): string {
  switch (expr.kind) {
    case "name": return expr.name;
    case "member": return `${written(expr.object)}${expr.arrow ? "->" : "."}${expr.field}`;
    case "call": return `${written(expr.callee)}(${expr.args.map((arg) => (arg.kind === "type" ? "" : written(arg))).join(",")})`;
    case "unary": return `${expr.op}${written(expr.operand)}`;
    default: return "";
  }
}
