// Calls of functions that no text defines: what they may give back, and what is said of it.
import type { Arg, Expr, Stmt } from "../../c/ast.js";
import { convert } from "../arithmetic.js";
import { comparedWith } from "./compared.js";
import { type FunctionContext, Label, type ProgramContext, type Value } from "./context.js";
import type { Expressions } from "./expressions.js";
import { fromGap } from "./undeclared.js";
import { type CType, INT, isUnknown, VOID, WORD } from "./ctype.js";

type CallExpr = Extract<Expr, { kind: "call" }>;

/** A call with no definition anywhere: any plausible value as its use allows, no effect, and it is said so. */
export function unknownCall(compile: Expressions, ctx: FunctionContext, expr: CallExpr, name: string, hint: CType | null, target: FunctionContext["target"]): Value {
  const prototype = ctx.program.prototype(name, ctx.unit);
  const declared = prototype ? ctx.types.resolve(prototype.fn.returns) : null;
  // Arguments are evaluated: a call inside them, or a pointer into freed memory, counts.
  const params = prototype?.fn.params.map((param) => ctx.types.resolve(param.type)) ?? [];
  for (let index = 0; index < expr.args.length; index++) {
    const arg = expr.args[index];
    if (arg && arg.kind !== "type" && arg.kind !== "string") ctx.temporary(() => compile.value(ctx, arg, params[index] ?? null));
    // Nothing says that it is no macro, which may set what it is handed.
    if (prototype === null) settle(ctx, arg);
  }
  const filled = expr.args.flatMap((arg) => pointerBehind(ctx, arg) ?? []);
  const sets = filled.length === 0 ? "has no effect" : `sets ${filled.join(" and ")} to some object where it is NULL, has no other effect`;
  for (const variable of filled) setToSomething(compile, ctx, variable, expr.span);
  const type = declared ?? (hint && !isUnknown(hint) ? hint : hint === null ? INT : WORD);
  const where = { path: ctx.unit.path, line: ctx.span.line };
  if (type.k === "void") {
    ctx.program.assume({ kind: "unknown-call", text: `${name}() is not known: it ${sets}`, where });
    return { operand: ctx.constantOperand(0), type: hint?.k === "void" ? VOID : type };
  }
  const tests = type.k === "pointer" ? testsOf(ctx, target?.name ?? "") : { forNull: false, forError: false };
  const { values, said } = plausible(ctx.program, `${name}()`, type, tests, declared === null && hint === INT);
  const { width } = type.k === "int" ? type : { width: null };
  const more = width === null ? [] : comparedWith(ctx, expr, values, (number) => convert(number, width));
  const compared = more.length === 0 ? "" : `, or what it is compared with (${more.join(", ")})`;
  ctx.program.assume({ kind: "unknown-call", text: `${name}() is not known: it ${sets} and ${said}${compared}`, where });
  const to = ctx.register();
  ctx.emit({ op: "choose", to, a: ctx.constantOperand(values.length + more.length), values: [...values, ...more] });
  return { operand: to, type };
}

/** An expression that is cut off by lines which nobody shows: any plausible value, where a scenario takes such lines as nothing. Else it cannot be run. */
export function unreadable(ctx: FunctionContext, expr: Expr & { readonly kind: "opaque" }, hint: CType | null): Value {
  if (expr.reason !== "gap" || !ctx.program.gapsAreNothing) return ctx.missing(`the text could not be read (${expr.reason})`);
  const type = hint && hint.k !== "void" && !isUnknown(hint) ? hint : INT;
  const { values, said } = plausible(ctx.program, `line ${String(expr.span.line)} of ${ctx.name}()`, type, { forNull: false, forError: false }, type === INT);
  ctx.program.assume({ kind: "fill", text: `${ctx.name}(), line ${String(expr.span.line)}: the rest of this expression is not known: it ${said}`, where: { path: ctx.unit.path, line: expr.span.line } });
  const to = ctx.register();
  ctx.emit({ op: "choose", to, a: ctx.constantOperand(values.length), values });
  return { operand: to, type };
}

/** A loop of which nobody shows what it walks over: its body runs once or not at all, with some object in each pointer that it is handed. A scenario has to be clearer. */
export function unknownLoop(compile: Expressions, ctx: FunctionContext, stmt: Stmt & { readonly kind: "macro-block" }, body: (end: Label) => void): void {
  if (ctx.unit.origin !== "patch") {
    ctx.missing(`the loop ${stmt.macro}() is not known`);
    return;
  }
  ctx.program.assume({ kind: "unknown-call", text: `${stmt.macro}() is not known: its body runs once or not at all`, where: { path: ctx.unit.path, line: stmt.headSpan.line } });
  const [inside, end] = [new Label(), new Label()];
  ctx.temporary(() => {
    const to = ctx.register();
    ctx.emit({ op: "choose", to, a: ctx.constantOperand(2), values: [0, 1] });
    ctx.branch(to, inside, end);
  });
  ctx.place(inside);
  for (const arg of stmt.args) {
    settle(ctx, arg);
    const type = arg.kind === "name" ? ctx.variable(arg.name)?.type : undefined;
    // What already leads somewhere is what it walks over.
    if (arg.kind === "name" && type?.k === "pointer") setToSomething(compile, ctx, arg.name, arg.span);
  }
  body(end);
  ctx.place(end);
}

/** A local variable that is handed over by its name to what may be a macro: it counts as set. */
export function settle(ctx: FunctionContext, arg: Arg | undefined, isSet: () => boolean = () => true): void {
  const variable = arg?.kind === "name" ? ctx.variable(arg.name) : null;
  if (variable?.kind === "register") ctx.settled(variable.register, isSet);
}

/** The local pointer whose address is handed over, under any cast: what a function gives back beside its result. */
function pointerBehind(ctx: FunctionContext, arg: Arg): string | null {
  let at = arg;
  while (at.kind === "cast") at = at.operand;
  if (at.kind !== "unary" || at.op !== "&" || at.operand.kind !== "name") return null;
  const type = ctx.variable(at.operand.name)?.type;
  return type?.k === "pointer" && type.to.k !== "function" ? at.operand.name : null;
}

function setToSomething(compile: Expressions, ctx: FunctionContext, name: string, span: Expr["span"]): void {
  const [isSet, isNull] = [new Label(), new Label()];
  const place = compile.place(ctx, { kind: "name", name, span });
  ctx.temporary(() => ctx.branch(compile.read(ctx, place).operand, isSet, isNull));
  ctx.place(isNull);
  fromGap(compile, ctx, name, place.type);
  ctx.place(isSet);
}

/** Values of a type that a call of something unknown may give, and how that is said. A number that is only tested is 0 or 1. */
export function plausible(program: ProgramContext, name: string, type: CType, tests: { readonly forNull: boolean; readonly forError: boolean }, isTested: boolean): { readonly values: readonly number[]; readonly said: string } {
  if (type.k === "pointer" || type.k === "record" || type.k === "array") {
    const object = program.opaqueAddress(name, type.k === "pointer" ? type.to : type);
    return { values: [object, ...(tests.forNull ? [0] : []), ...(tests.forError ? [-12] : [])], said: `gives some object${tests.forNull ? " or NULL" : ""}${tests.forError ? " or an error (-12)" : ""}` };
  }
  if (isTested || (type.k === "int" && (type.width.bits === 1 || type.width.unsigned))) return { values: [0, 1], said: "gives 0 or 1" };
  return { values: [0, -22], said: "gives 0 or an error (-22)" };
}

/** What a function tests the pointer for that it keeps under a name: only what it asks for can come back from a call that nobody knows. */
function testsOf(ctx: FunctionContext, name: string): { readonly forNull: boolean; readonly forError: boolean } {
  const kept = name.split(/[.>]/).at(-1) ?? "";
  if (!/^\w+$/.test(kept)) return { forNull: false, forError: false };
  const fn = ctx.unit.unit.functions.find((one) => one.name === ctx.name && one.body !== null && one.span.from <= ctx.span.from && ctx.span.from < one.span.to);
  const text = fn ? ctx.unit.text.slice(fn.span.from, fn.span.to) : "";
  // A variable of its own is not the member of the same name, whose test says nothing of it.
  const at = kept === name ? `(?<![\\w.>]|->\\s*)${kept}\\b(?!\\s*(?:->|\\.|\\[))` : `(?:[\\w.]|->)*\\b${kept}\\b`;
  const isTested = (pattern: string): boolean => new RegExp(pattern).test(text);
  return {
    forNull: isTested(`!\\s*\\(?\\s*${at}\\s*[;)&|?]|${at}\\s*[!=]=\\s*NULL|NULL\\s*[!=]=\\s*${at}|[(&|]\\s*${at}\\s*(?:\\)\\s*[\\w{*]|&&|\\|\\|)|${at}\\s*\\?|IS_ERR_OR_NULL\\s*\\(\\s*${at}`) || isTested(`!\\s*\\(\\s*${kept}\\s*=`),
    forError: isTested(`(?:IS_ERR|IS_ERR_OR_NULL|PTR_ERR_OR_ZERO)\\s*\\(\\s*${at}`),
  };
}
