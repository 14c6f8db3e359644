// Calls to instructions: intrinsics of the model, macros over lvalues and types, functions, pointers, and calls that nobody knows.
import type { Arg, CFunction, Expr } from "../../c/ast.js";
import { isSet } from "../../c/configuration.js";
import type { Operand } from "../ir.js";
import { holderOf, keepAddress, plus } from "./addresses.js";
import type { FunctionContext, Value } from "./context.js";
import type { Expressions } from "./expressions.js";
import { combine } from "./operators.js";
import { BOOL, type CType, INT, isUnknown, LONG, pointerTo, SIZE, VOID, WORD } from "./ctype.js";
import { UNNAMED } from "./types.js";
import { compared, copied } from "./copies.js";
import { EXCHANGES } from "./exchange.js";
import { expanded } from "./expansions.js";
import { settle, unknownCall } from "./unknown-calls.js";
import { common, lastName, resolved, typeOf } from "./typing.js";
import { eachExpression } from "./walk.js";

type CallExpr = Extract<Expr, { kind: "call" }>;
/** How a call that the compiler knows itself becomes instructions and a value. */
export type Builtin = (compile: Expressions, ctx: FunctionContext, expr: CallExpr, hint: CType | null) => Value;

/** Compiles one call. */
export function compileCall(compile: Expressions, ctx: FunctionContext, expr: CallExpr, hint: CType | null): Value {
  const target = ctx.target;
  ctx.target = null;
  const span = ctx.span;
  ctx.span = expr.span;
  const result = dispatch(compile, ctx, expr, hint, target);
  ctx.span = span;
  ctx.target = target;
  return result;
}

function dispatch(compile: Expressions, ctx: FunctionContext, expr: CallExpr, hint: CType | null, target: FunctionContext["target"]): Value {
  if (expr.callee.kind === "name" && !ctx.variable(expr.callee.name)) {
    const name = expr.callee.name;
    const builtin = BUILTINS.get(name);
    if (builtin) return builtin(compile, ctx, expr, hint);
    if (name === "__alloc") return allocation(compile, ctx, expr, target);
    const code = ctx.program.functionCode(name, ctx.unit);
    if (code !== null) return known(compile, ctx, expr, name, code, target);
    if (ctx.program.isMacro(name, ctx.unit)) return expanded(compile, ctx, expr, hint) ?? ctx.missing("a macro that cannot be expanded");
    // Another name for what is called.
    if (ctx.unit.origin !== "model" && !ctx.program.global(name, ctx.unit) && ctx.program.defined(name, ctx.unit)) return expanded(compile, ctx, expr, hint) ?? ctx.missing("a macro that cannot be expanded");
    if (!ctx.program.global(name, ctx.unit)) return unknownCall(compile, ctx, expr, name, hint, target);
  }
  // A static call is one of whatever function was last put there.
  const [key] = expr.callee.kind === "call" && lastName(expr.callee.callee) === "static_call" ? expr.callee.args : [];
  if (key?.kind === "name") return unknownCall(compile, ctx, expr, key.name, hint, target);
  // A member that no line declares is a pointer to a function when it is called.
  const callee = compile.value(ctx, expr.callee, expr.callee.kind === "member" ? pointerTo({ k: "function", returns: hint ?? WORD, params: [] }) : null);
  const type = callee.type.k === "pointer" && callee.type.to.k === "function" ? callee.type.to : null;
  if (type && type.params.length > expr.args.length && ctx.unit.origin !== "model") return ctx.missing(`a function is called that takes ${plural(type.params.length, "argument")}, with ${String(expr.args.length)}`);
  const args = argumentsOf(compile, ctx, expr.args, type?.params ?? []);
  const returns = type?.returns ?? WORD;
  const room = resultRoom(compile, ctx, expr, returns);
  const to = returns.k === "void" ? null : ctx.register();
  ctx.emit({ op: "call-pointer", to, a: callee.operand, args: [...room, ...args], hint: hintFor(ctx, expr, returns, target) });
  return { operand: to ?? ctx.constantOperand(0), type: returns };
}

/** Room in the caller's frame for a struct that a call gives back; its address goes in front of the arguments. */
function resultRoom(compile: Expressions, ctx: FunctionContext, expr: CallExpr, returns: CType): Operand[] {
  if (returns.k !== "record") return [];
  const name = `result at ${expr.span.from}`;
  ctx.declare(name, returns);
  return [compile.address(ctx, compile.place(ctx, { kind: "name", name, span: expr.span }))];
}

function known(compile: Expressions, ctx: FunctionContext, expr: CallExpr, name: string, code: number, target: FunctionContext["target"]): Value {
  const callee = ctx.program.callee(name, ctx.unit)?.fn;
  const params = callee?.params ?? [];
  const fixed = params.filter((param) => param.name !== "...").length;
  // The model's functions may have had more parameters in other kernels; what they need has to be there.
  const tooMany = expr.args.length > fixed && fixed === params.length && fixed > 0 && ctx.program.callee(name, ctx.unit)?.unit.origin !== "model";
  if (callee && (expr.args.length < fixed || tooMany)) return ctx.missing(`${name}() takes ${plural(fixed, "argument")}, and is called with ${String(expr.args.length)}`);
  if (callee && fixed > 0 && expr.args.length > fixed && fixed === params.length && ctx.unit.origin !== "model") {
    ctx.program.assume({ kind: "model", text: `${ctx.name}(), line ${String(ctx.span.line)}: ${name}() takes ${plural(fixed, "argument")} in the model: the others are left out`, where: { path: ctx.unit.path, line: ctx.span.line } });
  }
  const returns = ctx.types.resolve(callee?.returns ?? { tag: "name", name: "", pointers: 0, arrays: [] });
  // What is a macro in the kernel may set what it is handed, and a function that does not look at it tells nothing.
  params.forEach((param, index) => {
    const arg = expr.args[index];
    // Whether it looks is asked only where the variable may be unset: a body may have to be unpacked for it.
    if (callee && arg?.kind === "name" && ctx.mayBeUnset(arg.name)) settle(ctx, arg, () => !reads(callee, param.name));
  });
  const args = argumentsOf(compile, ctx, expr.args, params.filter((param) => param.name !== "...").map((param) => ctx.types.resolve(param.type)), name);
  const room = resultRoom(compile, ctx, expr, returns);
  const to = returns.k === "void" ? null : ctx.register();
  ctx.emit({ op: "call", to, callee: code, args: [...room, ...args], hint: hintFor(ctx, expr, returns, target) });
  return { operand: to ?? ctx.constantOperand(0), type: returns };
}

function reads(fn: CFunction, name: string): boolean {
  let found = fn.body === null;
  eachExpression(fn.body ?? [], (expr) => { found ||= expr.kind === "name" && expr.name === name; });
  return found;
}

const plural = (count: number, what: string): string => `${String(count)} ${what}${count === 1 ? "" : "s"}`;

/** Arguments beyond the parameters are the varying ones of messages; they are not evaluated. */
function argumentsOf(compile: Expressions, ctx: FunctionContext, args: readonly Arg[], params: readonly CType[], name = ""): Operand[] {
  const values: Value[] = [];
  const count = params.length === 0 ? args.length : Math.min(args.length, params.length);
  for (let index = 0; index < count; index++) {
    const arg = args[index];
    if (!arg || arg.kind === "type") continue;
    const param = params[index] ?? null;
    const value = compile.value(ctx, arg, param);
    const operand = param ? ctx.converted(value, param) : value.operand;
    if (name !== "") keepAddress(ctx, holderOf.parameter(name, index), value);
    // A variable that a later argument changes is copied.
    if (operand >= 0 && arg.kind === "name" && args.slice(index + 1).some((later) => later.kind !== "type" && mayWrite(later))) {
      const copy = ctx.register();
      ctx.emit({ op: "move", to: copy, a: operand });
      values.push({ operand: copy, type: value.type });
    } else values.push({ operand, type: value.type });
  }
  return values.map((value) => value.operand);
}

function mayWrite(expr: Expr): boolean {
  return !["name", "number", "string", "member", "sizeof"].includes(expr.kind) && !(expr.kind === "unary" && expr.op === "&");
}

/** What a call that allocates will be filled with: the type of a sizeof among its arguments, else the type of what it is assigned to. */
function hintFor(ctx: FunctionContext, expr: CallExpr, returns: CType, target: FunctionContext["target"]): { type: number; name: string } | null {
  if (returns.k !== "pointer" && !isUnknown(returns)) return null;
  const sized = sizedType(ctx, expr.args);
  if (sized) return ctx.hint(sized, target && target.name !== "" ? target.name : "");
  return target && returns.k === "pointer" ? ctx.hint(target.type, target.name) : null;
}

function sizedType(ctx: FunctionContext, args: readonly Arg[]): CType | null {
  for (const arg of args) {
    if (arg.kind === "sizeof") {
      const type = arg.type ? resolved(ctx, arg.type) : arg.operand ? typeOf(ctx, arg.operand) : WORD;
      if (!isUnknown(type)) return type;
    }
    if (arg.kind === "binary") {
      const inner = sizedType(ctx, [arg.left, arg.right]);
      if (inner) return inner;
    }
  }
  return null;
}

function allocation(compile: Expressions, ctx: FunctionContext, expr: CallExpr, target: FunctionContext["target"]): Value {
  const size = argument(compile, ctx, expr, 0, SIZE);
  const sized = sizedType(ctx, expr.args);
  const to = ctx.register();
  const hint = sized ? ctx.hint(sized, target?.name ?? "") : target ? ctx.hint(target.type, target.name) : null;
  ctx.emit({ op: "allocate", to, a: size.operand, hint });
  return { operand: to, type: pointerTo(VOID) };
}

function argument(compile: Expressions, ctx: FunctionContext, expr: CallExpr, index: number, hint: CType | null = null): Value {
  const arg = expr.args[index];
  if (!arg || arg.kind === "type") return ctx.missing("an argument is missing");
  return compile.value(ctx, arg, hint);
}

const nothing = (ctx: FunctionContext): Value => ({ operand: ctx.constantOperand(0), type: VOID });

function text(expr: CallExpr, index: number): string {
  const arg = expr.args[index];
  if (!arg || arg.kind !== "string") return "";
  return [...arg.text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => (match[1] ?? "").replace(/\\(.)/g, "$1")).join("");
}

/** The distance of a member from the start of its record; the record's type is on the left. */
function memberOffset(ctx: FunctionContext, type: CType, member: Arg | undefined, hint: CType | null): { readonly offset: number; readonly bit: number; readonly type: CType } | null {
  if (member?.kind === "index") {
    const array = memberOffset(ctx, type, member.object, null);
    const index = ctx.program.constant(member.index, ctx.unit);
    return array?.type.k === "array" && index !== null ? { offset: array.offset + index * ctx.types.sizeOf(array.type.of), bit: array.bit + 8 * index * ctx.types.bytesOf(array.type.of), type: array.type.of } : null;
  }
  if (type.k !== "record" || !member || member.kind === "type") return null;
  if (member.kind === "name") {
    if (!ctx.types.field(type.record, member.name)) {
      ctx.types.infer(type.record, member.name, hint ?? WORD);
      ctx.types.noteInferred(type.record, member.name);
    } else if (hint?.k === "record") ctx.types.improve(type.record, member.name, hint);
    return ctx.types.field(type.record, member.name);
  }
  if (member.kind === "member") {
    // What no line declares, and has a member, is a struct.
    const outer = memberOffset(ctx, type, member.object, ctx.unit.origin === "patch" ? { k: "record", record: ctx.types.record("struct", `${UNNAMED}${type.record.name}.${lastName(member.object)}`) } : null);
    const inner = outer ? memberOffset(ctx, outer.type, { kind: "name", name: member.field, span: member.fieldSpan }, hint) : null;
    return outer && inner ? { offset: outer.offset + inner.offset, bit: outer.bit + inner.bit, type: inner.type } : null;
  }
  return null;
}

function entryOf(ctx: FunctionContext, pointer: Value, type: CType, member: Arg | undefined): Value {
  const inner = pointer.type.k === "pointer" && pointer.type.to.k !== "void" ? pointer.type.to : null;
  const found = memberOffset(ctx, type, member, inner);
  if (!found) return ctx.missing("container_of() of a member that is not known");
  return { operand: plus(ctx, pointer.operand, -found.offset), type: pointerTo(type) };
}

/** The type that a macro names in its second argument, or the type that a pointer in it points to. */
function typeArgument(ctx: FunctionContext, arg: Arg | undefined): CType {
  if (!arg) return WORD;
  if (arg.kind === "type") return resolved(ctx, arg.type);
  return arg.kind === "name" ? resolved(ctx, { tag: "name", name: arg.name, pointers: 0, arrays: [] }) : WORD;
}

function pointee(ctx: FunctionContext, arg: Arg | undefined): CType {
  if (!arg || arg.kind === "type") return WORD;
  const type = typeOf(ctx, arg);
  return type.k === "pointer" ? type.to : WORD;
}

const containerOf: Builtin = (compile, ctx, expr) => entryOf(ctx, argument(compile, ctx, expr, 0), typeArgument(ctx, expr.args[1]), expr.args[2]);

/** The entry that a link of a list head leads to: `first` takes `head->next`. */
const listEntry = (link: "next" | "prev", orNull: boolean): Builtin => (compile, ctx, expr) => {
  const head = expr.args[0];
  if (!head || head.kind === "type") return ctx.missing("an argument is missing");
  const node = compile.value(ctx, { kind: "member", object: head, field: link, arrow: true, span: expr.span, fieldSpan: expr.span });
  const entry = entryOf(ctx, node, typeArgument(ctx, expr.args[1]), expr.args[2]);
  if (!orNull) return entry;
  const to = ctx.register();
  const headValue = compile.value(ctx, head);
  const different = combine(ctx, "!=", { operand: node.operand, type: SIZE }, { operand: headValue.operand, type: SIZE });
  const product = combine(ctx, "*", { operand: different.operand, type: SIZE }, { operand: entry.operand, type: SIZE });
  ctx.emit({ op: "move", to, a: product.operand });
  return { operand: to, type: entry.type };
};

const neighbour = (link: "next" | "prev"): Builtin => (compile, ctx, expr) => {
  const [at, member] = expr.args;
  if (!at || at.kind === "type" || !member || member.kind !== "name") return ctx.missing("an argument is missing");
  const type = pointee(ctx, at);
  const object: Expr = { kind: "member", object: at, field: member.name, arrow: true, span: expr.span, fieldSpan: member.span };
  const node = compile.value(ctx, { kind: "member", object, field: link, arrow: false, span: expr.span, fieldSpan: expr.span });
  return entryOf(ctx, node, type, member);
};

const same: Builtin = (compile, ctx, expr, hint) => argument(compile, ctx, expr, 0, hint);

const store: Builtin = (compile, ctx, expr) => {
  const [target, value] = expr.args;
  if (!target || target.kind === "type" || !value || value.kind === "type") return ctx.missing("an argument is missing");
  return compile.value(ctx, { kind: "assign", op: "=", target, value, span: expr.span });
};

/** min(), max() and, with a type that both sides are cast to, min_t() and max_t(). */
const pick = (op: "<" | ">", typed: boolean): Builtin => (compile, ctx, expr, hint) => {
  const first = argument(compile, ctx, expr, typed ? 1 : 0, hint);
  const second = argument(compile, ctx, expr, typed ? 2 : 1, hint);
  const type = typed ? typeArgument(ctx, expr.args[0]) : first.type.k === "int" && second.type.k === "int" ? common(first.type, second.type) : first.type;
  const [left, right] = [first, second].map((value): Value => ({ operand: ctx.converted(value, type), type }));
  if (!left || !right) return first;
  const test = combine(ctx, op, left, right).operand;
  // min = b + test * (a - b): one value, no jump, and each argument once.
  const difference = combine(ctx, "-", { operand: left.operand, type: LONG }, { operand: right.operand, type: LONG });
  const scaled = combine(ctx, "*", { operand: test, type: LONG }, difference);
  return { operand: combine(ctx, "+", { operand: right.operand, type: LONG }, scaled).operand, type };
};

const one = (op: "free" | "keep" | "assume" | "release"): Builtin => (compile, ctx, expr) => {
  const value = argument(compile, ctx, expr, 0);
  ctx.emit({ op, a: value.operand });
  return nothing(ctx);
};

const result = (op: "live" | "held"): Builtin => (compile, ctx, expr) => {
  const value = argument(compile, ctx, expr, 0);
  const to = ctx.register();
  ctx.emit({ op, to, a: value.operand });
  return { operand: to, type: BOOL };
};

/** Accesses inside say that they expect others at the same word. */
const marked = (builtin: Builtin): Builtin => (compile, ctx, expr, hint) => {
  ctx.marked++;
  const value = builtin(compile, ctx, expr, hint);
  ctx.marked--;
  return value;
};

/** Kinds that a text may report by name (types.ts has them all); any other word is a warning. */
const REPORTED: ReadonlySet<string> = new Set(["use-after-free", "double-free", "refcount", "deadlock", "leak", "lock", "null", "list", "id", "warn", "race"]);

/** True for what the compiler knows itself. */
export const isBuiltin = (name: string): boolean => BUILTINS.has(name) || name === "__alloc";

const BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ["container_of", containerOf], ["container_of_const", containerOf], ["list_entry", containerOf], ["list_entry_rcu", containerOf], ["hlist_entry", containerOf], ["rb_entry", containerOf],
  ["llist_entry", containerOf],
  ["__entry", (compile, ctx, expr) => entryOf(ctx, argument(compile, ctx, expr, 0), pointee(ctx, expr.args[1]), expr.args[2])],
  ...["from_timer", "timer_container_of", "from_work", "from_tasklet"].map((name): [string, Builtin] =>
    [name, (compile, ctx, expr) => entryOf(ctx, argument(compile, ctx, expr, 1), pointee(ctx, expr.args[0]), expr.args[2])]),
  ["list_first_entry", listEntry("next", false)], ["list_last_entry", listEntry("prev", false)], ["list_first_entry_or_null", listEntry("next", true)], ["list_first_or_null_rcu", listEntry("next", true)],
  ["list_next_entry", neighbour("next")], ["list_prev_entry", neighbour("prev")],
  ["offsetof", (_compile, ctx, expr) => {
    const found = memberOffset(ctx, typeArgument(ctx, expr.args[0]), expr.args[1], null);
    return found ? { operand: ctx.constantOperand(Math.floor(found.bit / 8)), type: SIZE, slots: found.offset } : ctx.missing("offsetof() of a member that is not known");
  }],
  ["likely", same], ["unlikely", same], ["READ_ONCE", marked(same)], ["smp_load_acquire_value", marked(same)], ["rcu_dereference", marked(same)], ["rcu_dereference_protected", marked(same)], ["rcu_dereference_check", marked(same)],
  ["rcu_dereference_raw", marked(same)], ["rcu_dereference_bh", marked(same)], ["rcu_dereference_sched", marked(same)], ["rcu_dereference_rtnl", marked(same)],
  ["srcu_dereference", marked(same)], ["srcu_dereference_check", marked(same)], ["rcu_pointer_handoff", marked(same)], ["rcu_access_pointer", marked(same)], ["__builtin_expect", same], ["data_race", marked(same)], ["ACCESS_ONCE", marked(same)], ["lockless_dereference", marked(same)],
  ...EXCHANGES, ["rtnl_dereference", marked(same)], ["unrcu_pointer", marked(same)],
  ["WRITE_ONCE", marked(store)], ["rcu_assign_pointer", marked(store)], ["RCU_INIT_POINTER", marked(store)],
  ["smp_load_acquire", marked((compile, ctx, expr, hint) => {
    const arg = expr.args[0];
    return !arg || arg.kind === "type" ? ctx.missing("an argument is missing") : compile.value(ctx, { kind: "unary", op: "*", postfix: false, operand: arg, span: expr.span }, hint);
  })],
  ["smp_store_release", marked((compile, ctx, expr) => {
    const [target, value] = expr.args;
    if (!target || target.kind === "type" || !value || value.kind === "type") return ctx.missing("an argument is missing");
    return compile.value(ctx, { kind: "assign", op: "=", target: { kind: "unary", op: "*", postfix: false, operand: target, span: expr.span }, value, span: expr.span });
  })],
  ...["smp_mb", "smp_rmb", "smp_wmb", "mb", "rmb", "wmb", "barrier", "smp_mb__before_atomic", "smp_mb__after_atomic", "cpu_relax"].map((name): [string, Builtin] => [name, (_compile, ctx) => nothing(ctx)]),
  ...["BUILD_BUG_ON", "BUILD_BUG_ON_MSG", "static_assert", "EXPORT_SYMBOL", "EXPORT_SYMBOL_GPL"].map((name): [string, Builtin] => [name, (_compile, ctx) => nothing(ctx)]),
  ...["IS_ENABLED", "IS_BUILTIN", "IS_REACHABLE", "IS_MODULE"].map((name): [string, Builtin] => [name, (_compile, ctx, expr) => {
    const option = `${expr.args[0]?.kind === "name" ? expr.args[0].name : ""}${name === "IS_MODULE" ? "_MODULE" : ""}`;
    ctx.program.assume({ kind: "model", text: `${ctx.unit.path}, line ${String(ctx.span.line)}: ${option} is taken as ${isSet(option) ? "set" : "not set"}`, where: { path: ctx.unit.path, line: ctx.span.line } });
    return { operand: ctx.constantOperand(isSet(option) ? 1 : 0), type: INT };
  }]),
  ["min", pick("<", false)], ["max", pick(">", false)], ["min_t", pick("<", true)], ["max_t", pick(">", true)],
  ["ARRAY_SIZE", (_compile, ctx, expr) => {
    const arg = expr.args[0];
    const type = arg && arg.kind !== "type" ? typeOf(ctx, arg) : WORD;
    return type.k === "array" ? { operand: ctx.constantOperand(type.length), type: SIZE } : ctx.missing("ARRAY_SIZE() of something that is no array");
  }],
  ["struct_size", (compile, ctx, expr) => {
    const [object, member] = expr.args;
    const type = pointee(ctx, object);
    const found = memberOffset(ctx, type, member, null);
    if (!found || found.type.k !== "array") return ctx.missing("struct_size() of a member that is not known");
    const count = argument(compile, ctx, expr, 2, SIZE);
    const tail = combine(ctx, "*", count, { operand: ctx.constantOperand(ctx.types.bytesOf(found.type.of)), type: SIZE });
    return combine(ctx, "+", { operand: ctx.constantOperand(ctx.types.bytesOf(type)), type: SIZE }, tail);
  }],
  ...["memset", "memcpy", "memmove"].map((name): [string, Builtin] => [name, (compile, ctx, expr) =>
    copied(ctx, name, [argument(compile, ctx, expr, 0), argument(compile, ctx, expr, 1), argument(compile, ctx, expr, 2, SIZE)], sizedType(ctx, expr.args))]),
  ["memcmp", (compile, ctx, expr, hint) => {
    const values = [argument(compile, ctx, expr, 0), argument(compile, ctx, expr, 1), argument(compile, ctx, expr, 2, SIZE)] as const;
    return compared(ctx, values, sizedType(ctx, expr.args)) ?? unknownCall(compile, ctx, expr, "memcmp", hint, null);
  }],
  ...["va_start", "va_arg", "va_copy", "va_end"].map((name): [string, Builtin] => [name, (_compile, ctx) => ctx.missing("arguments of any number are not read")]),
  ["no_free_ptr", (compile, ctx, expr) => {
    // The variable lets go of what it holds: its cleanup finds NULL.
    const arg = expr.args[0];
    if (!arg || arg.kind === "type") return ctx.missing("an argument is missing");
    const value = compile.value(ctx, arg);
    const to = ctx.register();
    ctx.emit({ op: "move", to, a: value.operand });
    compile.write(ctx, compile.place(ctx, arg), { operand: ctx.constantOperand(0), type: value.type });
    return { operand: to, type: value.type };
  }],
  ["__give", one("free")], ["__keep", one("keep")], ["__assume", one("assume")], ["__release", one("release")],
  ["__live", result("live")], ["__held", result("held")],
  ["__wait", (compile, ctx, expr) => {
    if (ctx.atomic === 0) ctx.emit({ op: "atomic-begin", effect: "other", waits: true });
    const value = argument(compile, ctx, expr, 0, INT);
    ctx.emit({ op: "wait", a: value.operand });
    if (ctx.atomic === 0) ctx.emit({ op: "atomic-end" });
    return nothing(ctx);
  }],
  ["__acquire", (compile, ctx, expr) => {
    const lock = argument(compile, ctx, expr, 0);
    ctx.emit({ op: "acquire", a: lock.operand, kind: text(expr, 1) || "lock" });
    return nothing(ctx);
  }],
  ["__choose", (compile, ctx, expr) => {
    const ways = argument(compile, ctx, expr, 0, INT);
    const to = ctx.register();
    ctx.emit({ op: "choose", to, a: ways.operand, values: null });
    return { operand: to, type: INT };
  }],
  ["__cpu", (_compile, ctx) => {
    const to = ctx.register();
    ctx.emit({ op: "cpu", to });
    return { operand: to, type: INT };
  }],
  ["__might_sleep", (_compile, ctx) => {
    ctx.emit({ op: "might-sleep" });
    return nothing(ctx);
  }],
  ["__halt", (_compile, ctx) => {
    ctx.emit({ op: "halt" });
    return nothing(ctx);
  }],
  ["__report", (_compile, ctx, expr) => {
    const kind = text(expr, 0);
    ctx.emit({ op: "report", kind: REPORTED.has(kind) ? kind : "warn", message: text(expr, 1) });
    return nothing(ctx);
  }],
  ["__has", (_compile, ctx, expr) => {
    const arg = expr.args[0];
    return { operand: ctx.constantOperand(arg && arg.kind !== "type" && ctx.program.isShown(lastName(arg)) ? 1 : 0), type: INT };
  }],
]);
