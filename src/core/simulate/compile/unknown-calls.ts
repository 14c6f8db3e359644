// Calls of functions that no text defines: what they may give back, and what is said of it.
import type { Expr } from "../../c/ast.js";
import type { FunctionContext, Value } from "./context.js";
import type { Expressions } from "./expressions.js";
import { type CType, INT, isUnknown, VOID, WORD } from "./types.js";

type CallExpr = Extract<Expr, { kind: "call" }>;

/** A call with no definition anywhere: any plausible value as its use allows, no effect, and it is said so. */
export function unknownCall(compile: Expressions, ctx: FunctionContext, expr: CallExpr, name: string, hint: CType | null, target: FunctionContext["target"]): Value {
  const prototype = ctx.program.linker.prototype(name, ctx.unit);
  const declared = prototype ? ctx.types.resolve(prototype.fn.returns) : null;
  // Arguments are evaluated: a call inside them, or a pointer into freed memory, counts.
  const params = prototype?.fn.params.map((param) => ctx.types.resolve(param.type)) ?? [];
  for (let index = 0; index < expr.args.length; index++) {
    const arg = expr.args[index];
    if (arg && arg.kind !== "type" && arg.kind !== "string") ctx.temporary(() => compile.value(ctx, arg, params[index] ?? null));
  }
  const type = declared ?? (hint && !isUnknown(hint) ? hint : hint === null ? INT : WORD);
  const where = { path: ctx.unit.path, line: ctx.span.line };
  if (type.k === "void") {
    ctx.program.assume({ kind: "unknown-call", text: `${name}() is not known: it has no effect`, where });
    return { operand: ctx.constantOperand(0), type: hint?.k === "void" ? VOID : type };
  }
  let values: number[];
  let said: string;
  if (type.k === "pointer" || type.k === "record" || type.k === "array") {
    const object = ctx.program.opaqueAddress(`${name}()`, type.k === "pointer" ? type.to : type);
    const tests = type.k === "pointer" ? testsOf(ctx, target?.name ?? "") : { forNull: false, forError: false };
    values = [object, ...(tests.forNull ? [0] : []), ...(tests.forError ? [-12] : [])];
    said = `gives some object${tests.forNull ? " or NULL" : ""}${tests.forError ? " or an error (-12)" : ""}`;
  } else if (type.k === "int" && (type.width.bits === 1 || type.width.unsigned)) {
    values = [0, 1];
    said = "gives 0 or 1";
  } else if (declared === null && hint === INT) {
    values = [0, 1];
    said = "gives 0 or 1";
  } else {
    values = [0, -22];
    said = "gives 0 or an error (-22)";
  }
  ctx.program.assume({ kind: "unknown-call", text: `${name}() is not known: it has no effect and ${said}`, where });
  const to = ctx.register();
  ctx.emit({ op: "choose", to, a: ctx.constantOperand(values.length), values });
  return { operand: to, type };
}

/** What a function tests the pointer for that it keeps under a name: only what it asks for can come back from a call that nobody knows. */
function testsOf(ctx: FunctionContext, name: string): { readonly forNull: boolean; readonly forError: boolean } {
  const kept = name.split(/[.>]/).at(-1) ?? "";
  if (!/^\w+$/.test(kept)) return { forNull: false, forError: false };
  const fn = ctx.unit.unit.functions.find((one) => one.name === ctx.name && one.body !== null && one.span.from <= ctx.span.from && ctx.span.from < one.span.to);
  const text = fn ? ctx.unit.text.slice(fn.span.from, fn.span.to) : "";
  const at = `(?:[\\w.]|->)*\\b${kept}\\b`;
  const isTested = (pattern: string): boolean => new RegExp(pattern).test(text);
  return {
    forNull: isTested(`!\\s*\\(?\\s*${at}\\s*[;)&|?]|${at}\\s*[!=]=\\s*NULL|NULL\\s*[!=]=\\s*${at}|[(&|]\\s*${at}\\s*(?:\\)\\s*[\\w{*]|&&|\\|\\|)|${at}\\s*\\?|IS_ERR_OR_NULL\\s*\\(\\s*${at}`) || isTested(`!\\s*\\(\\s*${kept}\\s*=`),
    forError: isTested(`(?:IS_ERR|IS_ERR_OR_NULL|PTR_ERR_OR_ZERO)\\s*\\(\\s*${at}`),
  };
}
