// The switch statement.
import type { Stmt } from "../../c/ast.js";
import { type FunctionContext, Label } from "./context.js";
import type { Expressions } from "./expressions.js";
import { combine } from "./operators.js";
import { INT } from "./types.js";

/** A switch: its value is taken once, and compared with each case in order. */
export function switchOver(compile: Expressions, ctx: FunctionContext, run: (inner: Stmt) => void, stmt: Extract<Stmt, { kind: "switch" }>): void {
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
