// xchg(), cmpxchg() and try_cmpxchg() of any type: one step that reads a word and may write it (include/linux/atomic/atomic-instrumented.h of the kernel).
import type { Expr } from "../../c/ast.js";
import type { Builtin } from "./calls.js";
import { type FunctionContext, Label, type Place, type Value } from "./context.js";
import { BOOL, type CType } from "./ctype.js";
import type { Expressions } from "./expressions.js";
import { combine } from "./operators.js";

/** What a pointer of a call points to, as an expression; null for no expression. */
function target(expr: Parameters<Builtin>[2], index: number): Expr | null {
  const arg = expr.args[index];
  return !arg || arg.kind === "type" ? null : { kind: "unary", op: "*", postfix: false, operand: arg, span: expr.span };
}

/** A copy of a value in the type of what it is stored in: one that is looked at again after the step. */
function kept(ctx: FunctionContext, value: Value, type: CType): Value {
  const to = ctx.register();
  ctx.emit({ op: "move", to, a: ctx.converted(value, type) });
  return { operand: to, type };
}

/** One step: reads the place, and writes `next` where `wanted` is what it holds, or always without `wanted`. */
function exchange(compile: Expressions, ctx: FunctionContext, place: Place, wanted: Value | null, next: Value): Value {
  ctx.emit({ op: "atomic-begin", effect: "other", waits: false });
  ctx.atomic++;
  const found = kept(ctx, compile.read(ctx, place), place.type);
  const yes = new Label();
  const end = new Label();
  if (wanted !== null) ctx.branch(combine(ctx, "==", found, wanted).operand, yes, end);
  ctx.place(yes);
  compile.write(ctx, place, next);
  ctx.place(end);
  ctx.emit({ op: "atomic-end" });
  ctx.atomic--;
  return found;
}

const xchg: Builtin = (compile, ctx, expr) => {
  const [at, value] = [target(expr, 0), expr.args[1]];
  if (at === null || !value || value.kind === "type") return ctx.missing("an argument is missing");
  const place = compile.place(ctx, at);
  return exchange(compile, ctx, place, null, kept(ctx, compile.value(ctx, value, place.type), place.type));
};

const cmpxchg: Builtin = (compile, ctx, expr) => {
  const [at, old, next] = [target(expr, 0), expr.args[1], expr.args[2]];
  if (at === null || !old || old.kind === "type" || !next || next.kind === "type") return ctx.missing("an argument is missing");
  const place = compile.place(ctx, at);
  const wanted = kept(ctx, compile.value(ctx, old, place.type), place.type);
  return exchange(compile, ctx, place, wanted, kept(ctx, compile.value(ctx, next, place.type), place.type));
};

/** True when it was exchanged; else what was found is stored where the wanted value came from. */
const tryCmpxchg: Builtin = (compile, ctx, expr) => {
  const [at, old, next] = [target(expr, 0), target(expr, 1), expr.args[2]];
  if (at === null || old === null || !next || next.kind === "type") return ctx.missing("an argument is missing");
  const place = compile.place(ctx, at);
  const from = compile.place(ctx, old);
  const wanted = kept(ctx, compile.read(ctx, from), place.type);
  const found = exchange(compile, ctx, place, wanted, kept(ctx, compile.value(ctx, next, place.type), place.type));
  const is = kept(ctx, combine(ctx, "==", found, wanted), BOOL);
  const other = new Label();
  const end = new Label();
  ctx.branch(is.operand, end, other);
  ctx.place(other);
  compile.write(ctx, from, found);
  ctx.place(end);
  return is;
};

/** Gives what the pointer was and stores another one: a load and a store, under the caller's lock. */
const replacePointer: Builtin = (compile, ctx, expr) => {
  const [pointer, value] = expr.args;
  if (!pointer || pointer.kind === "type" || !value || value.kind === "type") return ctx.missing("an argument is missing");
  const read = compile.value(ctx, pointer);
  const was = kept(ctx, read, read.type);
  compile.value(ctx, { kind: "assign", op: "=", target: pointer, value, span: expr.span });
  return was;
};

const ORDERS = ["", "_relaxed", "_acquire", "_release"];
const SIZES = ["", "64", "_local"];

/** By name; what they say of the order of other accesses means nothing here. */
export const EXCHANGES: readonly (readonly [string, Builtin])[] = [
  ...ORDERS.map((order) => [`xchg${order}`, xchg] as const),
  ...SIZES.flatMap((size) => ORDERS.flatMap((order) => [[`cmpxchg${size}${order}`, cmpxchg] as const, [`try_cmpxchg${size}${order}`, tryCmpxchg] as const])),
  ["sync_cmpxchg", cmpxchg], ["rcu_replace_pointer", replacePointer],
];
