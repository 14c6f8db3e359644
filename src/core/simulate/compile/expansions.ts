// Expressions with macros in them, read again as the preprocessor spells them.
import type { Expr } from "../../c/ast.js";
import type { FunctionContext, Value } from "./context.js";
import type { CType } from "./ctype.js";
import type { Expressions } from "./expressions.js";

/** An expression as it reads once its macros are expanded; null where there are none, or it cannot be read then. */
export function expanded(compile: Expressions, ctx: FunctionContext, expr: Expr, hint: CType | null): Value | null {
  const expansion = ctx.program.expansion(ctx.text(expr.span), ctx.unit);
  if (expansion === null) return null;
  const { value, body } = expansion;
  if (value) return ctx.within(expansion.text, () => compile.value(ctx, value, hint));
  return body && ctx.within(expansion.text, () => compile.value(ctx, { kind: "block-value", body, span: expr.span }, hint));
}

/** True where a name stands beside an operator, and is a define whose text the operator would take apart. */
export function isTornApart(ctx: FunctionContext, expr: Expr): boolean {
  return ctx.unit.origin !== "model" && looseInside(expr, (name) => ctx.variable(name) === null && ctx.program.isLoose(name, ctx.unit));
}

export function looseInside(expr: Expr, isLoose: (name: string) => boolean): boolean {
  const inner = (one: Expr): boolean => (one.kind === "name" ? isLoose(one.name) : (one.kind === "call" && one.callee.kind === "name" && isLoose(one.callee.name)) || looseInside(one, isLoose));
  switch (expr.kind) {
    case "unary": case "cast": return inner(expr.operand);
    case "binary": return inner(expr.left) || inner(expr.right);
    case "conditional": return inner(expr.test) || (expr.then !== null && inner(expr.then)) || inner(expr.else);
    case "comma": return inner(expr.left) || inner(expr.right);
    case "assign": return inner(expr.target) || inner(expr.value);
    case "member": return inner(expr.object);
    case "index": return inner(expr.object);
    case "call": return inner(expr.callee);
    case "sizeof": return expr.operand !== null && inner(expr.operand);
    default: return false;
  }
}
