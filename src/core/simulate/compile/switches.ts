// The switch statement.
import type { Stmt } from "../../c/ast.js";
import { type FunctionContext, Label } from "./context.js";
import type { Expressions } from "./expressions.js";
import { combine } from "./operators.js";
import { INT } from "./ctype.js";

/** A switch: its value is taken once, and compared with each case in order. */
export function switchOver(compile: Expressions, ctx: FunctionContext, run: (inner: Stmt) => void, stmt: Extract<Stmt, { kind: "switch" }>): void {
  const inside = stmt.body.map((inner) => caseInside(inner)).find((found) => found !== null);
  if (inside) {
    ctx.span = inside.span;
    ctx.missing("a case inside another statement of its switch is not run");
    return;
  }
  const end = new Label();
  const labels = new Map<Stmt, Label>();
  ctx.inScope(() => {
    ctx.span = stmt.value.span;
    const value = compile.value(ctx, stmt.value, INT);
    const selector = ctx.declare(`switch at ${stmt.span.from}`, value.type);
    if (selector.kind === "register") ctx.emit({ op: "move", to: selector.register, a: value.operand });
    const operand = selector.kind === "register" ? selector.register : value.operand;
    let otherwise = end;
    for (const inner of stmt.body) {
      if (inner.kind !== "case" && inner.kind !== "default") continue;
      const label = new Label();
      labels.set(inner, label);
      if (inner.kind === "default") {
        otherwise = label;
        continue;
      }
      ctx.span = inner.span;
      const next = new Label();
      ctx.temporary(() => {
        const low = compile.value(ctx, inner.value, value.type);
        if (inner.toValue === null) ctx.branch(combine(ctx, "==", { operand, type: value.type }, low).operand, label, next);
        else {
          const high = compile.value(ctx, inner.toValue, value.type);
          const above = new Label();
          ctx.branch(combine(ctx, ">=", { operand, type: value.type }, low).operand, above, next);
          ctx.place(above);
          ctx.branch(combine(ctx, "<=", { operand, type: value.type }, high).operand, label, next);
        }
      });
      ctx.place(next);
    }
    ctx.jump(otherwise);
    ctx.loops.push({ onBreak: end, onContinue: null, depth: ctx.scopes.length });
    ctx.inScope(() => {
      for (const inner of stmt.body) {
        const label = labels.get(inner);
        if (label) ctx.place(label);
        else run(inner);
      }
    });
    ctx.loops.pop();
  });
  ctx.place(end);
}

/** A case of this switch that stands in one of its statements, as in Duff's device; a switch inside has cases of its own. */
function caseInside(stmt: Stmt, depth = 0): Stmt | null {
  const first = (inner: readonly Stmt[]): Stmt | null => inner.map((one) => caseInside(one, 1)).find((found) => found !== null) ?? null;
  switch (stmt.kind) {
    case "case": case "default": return depth > 0 ? stmt : null;
    case "block": return first(stmt.body);
    case "if": return first(stmt.else ? [stmt.then, stmt.else] : [stmt.then]);
    case "while": case "do": case "for": case "macro-block": return first([stmt.body]);
    default: return null;
  }
}
