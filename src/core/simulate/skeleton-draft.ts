// A new scenario while it is written: its objects, what setup() does with them, and calls with what their parameters need.
import type { CFunction } from "../c/ast.js";
import type { Unit } from "./compile/link.js";
import { eachExpression } from "./compile/walk.js";
import type { Lack } from "./lacks.js";
import { BUS_DEVICES, handlerData } from "./skeleton-callbacks.js";
import { fieldsOf, NO_NAME, structOf } from "./skeleton-facts.js";
import { containerOf, type Inside, outerOf, takenFor, writesThrough } from "./skeleton-objects.js";
import { COUNT, READY, SCALAR, TEXT, UNKNOWN_BYTES } from "./skeleton-tables.js";
import type { Wish } from "./skeleton-wishes.js";

export class SkeletonDraft {
  protected readonly chosen: readonly { readonly unit: Unit; readonly fn: CFunction }[];
  /** Shared objects by what they are: the struct's name, and the variable's. */
  protected readonly objects = new Map<string, string>();
  /** Variables that lead to plain memory. */
  protected readonly plain = new Set<string>();
  protected readonly setup: string[] = [];
  /** What setup() does when everything else of it is done. */
  protected readonly late: string[] = [];
  protected readonly finish: string[] = [];
  /** Definitions of the scenario's own. */
  protected readonly texts: string[] = [];
  protected readonly cpus: { readonly title: string; readonly body: readonly string[] }[] = [];
  protected workItems = 0;
  protected timers = false;
  /** Functions that run without a counterpart. */
  protected alones = 0;

  constructor(protected readonly units: readonly Unit[], names: readonly string[], protected readonly lacks: readonly Lack[], protected readonly wishes: readonly Wish[], /** Whether the code's own functions make its objects, where there are such. */ protected readonly isMade: boolean) {
    this.chosen = names.filter((name) => !NO_NAME.test(name)).flatMap((name) => {
      for (const unit of units) {
        const fn = unit.unit.functions.find((one) => one.name === name && one.body !== null);
        if (fn) return [{ unit, fn }];
      }
      return [];
    });
  }

  /** A call with what its parameters need; `held` stands for the first parameter of the type that was taken. */
  protected call(fn: CFunction, held: string | null): { readonly call: string; readonly args: readonly string[]; readonly result: "void" | "bool" | "other"; readonly declares: readonly string[] } {
    const declares: string[] = [];
    let given = held;
    const args = fn.params.filter((param) => param.name !== "..." && !(param.type.name === "void" && param.type.pointers === 0 && !param.type.params)).map((param) => {
      const struct = structOf(param.type);
      if (param.type.params) return "(void *)nothing";
      if (struct !== null && param.type.pointers === 1) {
        if (given !== null && struct !== "file" && struct !== "inode") {
          const taken = given;
          given = null;
          return taken;
        }
        if (struct === "inode") this.inode(fn, param.name);
        const outer = outerOf(this.units, fn, param.name);
        if (outer) return this.member(outer, struct);
        // Of the device that other functions have by its bus.
        const bus = struct === "device" ? this.busDevice() : null;
        return bus === null ? this.object(struct) : `&${this.object(bus)}->dev`;
      }
      if (param.type.pointers === 0 && (struct !== null || (param.type.tag === "union" && param.type.name !== ""))) {
        declares.push(`${param.type.tag} ${param.type.name} ${param.name} = { 0 };`);
        return param.name;
      }
      if (struct !== null && param.type.pointers === 2) {
        declares.push(`struct ${struct} *${param.name} = ${this.object(struct)};`);
        return `&${param.name}`;
      }
      const wished = param.type.pointers === 0 ? this.wished(fn, param.name) : null;
      if (wished !== null) return wished;
      // What counts something counts one of it: loops run, and what is allocated has room.
      if (param.type.pointers === 0) return COUNT.test(param.name) ? "1" : "0";
      if (/^(char|unsigned char|u8)$/.test(param.type.name) && param.type.pointers === 1) {
        if (!writesThrough(fn, param.name)) return `"name"`;
        declares.push(`${param.type.name} ${param.name}[${String(TEXT)}] = "name";`);
        return param.name;
      }
      if (param.type.name === "void" && param.type.pointers === 1) {
        if (given !== null) {
          const was = given;
          given = null;
          return was;
        }
        const data = handlerData(fn, this.units);
        if (data !== null) return data.member === "" ? this.object(data.struct) : `&${this.object(data.struct)}->${data.member}`;
        const taken = takenFor([fn], (expr) => expr.kind === "name" && expr.name === param.name);
        return taken === null ? this.memory(param.name) : this.object(taken);
      }
      if (!SCALAR.test(param.type.name) && param.type.tag === "name") return this.memory(param.name);
      const base = param.type.name === "void" ? "long" : param.type.name;
      declares.push(`${base} ${"*".repeat(param.type.pointers - 1)}${param.name} = ${param.type.pointers === 1 && COUNT.test(param.name) ? "1" : "0"};`);
      return `&${param.name}`;
    });
    const plain = fn.returns.pointers === 0 ? fn.returns.name : "";
    return { call: `${fn.name}(${args.join(", ")})`, args, result: plain === "void" ? "void" : plain === "bool" ? "bool" : "other", declares };
  }

  /** The values that were wished for an argument, beside its own; null when none was. */
  protected wished(fn: CFunction, parameter: string): string | null {
    const wish = this.wishes.find((one) => one.kind === "argument" && one.function === fn.name && one.parameter === parameter);
    return wish?.kind === "argument" ? `__choose(2) ? ${wish.value} : ${COUNT.test(parameter) ? "1" : "0"}` : null;
  }

  /** The kind of device that some chosen function has as a parameter. */
  protected busDevice(): string | null {
    return this.chosen.flatMap(({ fn }) => fn.params).flatMap((param) => structOf(param.type) ?? []).find((struct) => BUS_DEVICES.has(struct)) ?? null;
  }

  /** Memory of which nobody knows what it is. */
  protected memory(name: string): string {
    const variable = `the_${name}`;
    if (![...this.objects.values()].includes(variable)) this.plain.add(variable);
    return variable;
  }

  /** A member of an object, made ready as what it is. */
  protected member(outer: Inside, struct: string): string {
    const place = `${this.object(outer.struct)}->${outer.member}`;
    const line = READY.get(struct)?.(place);
    if (line !== undefined && !this.setup.includes(line)) this.setup.push(line);
    return `&${place}`;
  }

  /** The struct that a place points to: by the lines of its owner, else by the variable that the chosen functions set from it. An object of its own kind is another one. */
  protected targetOf(place: string): string | null {
    const [variable = "", path = ""] = place.split("->");
    const owner = [...this.objects].find(([, name]) => name === variable)?.[0];
    let members = owner === undefined ? [] : fieldsOf(this.units, owner);
    let struct: string | null = null;
    for (const part of path.split(".")) {
      const type = members.find((one) => one.name === part)?.type;
      struct = type && type.pointers === 1 && type.arrays.length === 0 && !type.params ? structOf(type) : null;
      members = type?.members ?? (type && type.pointers === 0 ? fieldsOf(this.units, structOf({ ...type, pointers: 1 }) ?? "") : []);
    }
    const field = place.split(/->|\./).at(-1) ?? "";
    struct ??= takenFor(this.chosen.map((one) => one.fn), (expr) => expr.kind === "member" && expr.field === field);
    return struct === owner || place.split("->").length > 2 ? null : struct;
  }

  /** An inode leads to the cdev that the function takes its object from. */
  protected inode(fn: CFunction, parameter: string): void {
    const inode = this.object("inode");
    eachExpression(fn.body ?? [], (expr) => {
      const found = containerOf(expr);
      if (!found || !found.from.replace(/\s/g, "").includes(`${parameter}->i_cdev`)) return;
      const line = `${inode}->i_cdev = &${this.object(found.struct)}->${found.member};`;
      if (!this.setup.includes(line)) this.setup.push(`cdev_init(&${this.object(found.struct)}->${found.member}, NULL);`, line);
    });
  }

  protected object(struct: string): string {
    const known = this.objects.get(struct);
    if (known !== undefined) return known;
    const variable = `the_${struct}`;
    this.objects.set(struct, variable);
    return variable;
  }

  protected point(place: string): void {
    const target = this.targetOf(place);
    if (target !== null) this.setup.push(`${place} = ${this.object(target)};`);
    else this.setup.push(`${place} = kzalloc(${UNKNOWN_BYTES}, GFP_KERNEL);`, `__keep(${place});`);
  }
}
