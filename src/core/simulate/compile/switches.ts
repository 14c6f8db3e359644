// The switch statement.
import type { Stmt } from "../../c/ast.js";
import { type FunctionContext, Label } from "./context.js";
import { INT } from "./ctype.js";
import type { Expressions } from "./expressions.js";
import { combine } from "./operators.js";

type Case = Stmt & { readonly kind: "case" | "default" };

/** A switch: its value is taken once, and compared with each case in order. */
export function switchOver(compile: Expressions, ctx: FunctionContext, run: (inner: Stmt) => void, stmt: Extract<Stmt, { kind: "switch" }>): void {
  const hidden = stmt.body.find((inner) => jumpsOver(inner));
  if (hidden) {
    ctx.span = hidden.span;
    ctx.missing("a case behind the declarations of a block of its switch is not run");
    return;
  }
  const end = new Label();
  ctx.inScope(() => {
    ctx.span = stmt.value.span;
    const value = compile.value(ctx, stmt.value, INT);
    const selector = ctx.declare(`switch at ${stmt.span.from}`, value.type);
    if (selector.kind === "register") ctx.emit({ op: "move", to: selector.register, a: value.operand });
    const operand = selector.kind === "register" ? selector.register : value.operand;
    let otherwise: Label | null = null;
    const taken: { readonly low: number; readonly high: number }[] = [];
    for (const inner of casesOf(stmt.body)) {
      const label = new Label();
      ctx.cases.set(inner, label);
      ctx.span = inner.span;
      if (inner.kind === "default") {
        if (otherwise) ctx.missing("a switch has a second default");
        otherwise = label;
        continue;
      }
      const next = new Label();
      ctx.temporary(() => {
        const low = compile.value(ctx, inner.value, value.type);
        const high = inner.toValue === null ? low : compile.value(ctx, inner.toValue, value.type);
        const range = { low: ctx.constantValue(low.operand), high: ctx.constantValue(high.operand) };
        if (range.low === null || range.high === null) {
          ctx.missing("a case is no constant");
          return;
        }
        const { low: from, high: to } = range;
        if (taken.some((other) => other.low <= to && from <= other.high)) ctx.missing(`the case ${String(from)} stands in its switch a second time`);
        taken.push({ low: from, high: to });
        if (inner.toValue === null) ctx.branch(combine(ctx, "==", { operand, type: value.type }, low).operand, label, next);
        else {
          const above = new Label();
          ctx.branch(combine(ctx, ">=", { operand, type: value.type }, low).operand, above, next);
          ctx.place(above);
          ctx.branch(combine(ctx, "<=", { operand, type: value.type }, high).operand, label, next);
        }
      });
      ctx.place(next);
    }
    ctx.jump(otherwise ?? end);
    ctx.loops.push({ onBreak: end, onContinue: null, depth: ctx.scopes.length });
    ctx.inScope(() => stmt.body.forEach(run));
    ctx.loops.pop();
  });
  ctx.place(end);
}

/** The cases of a switch, those inside of its statements too; a switch inside has cases of its own. */
function casesOf(body: readonly Stmt[]): Case[] {
  return body.flatMap((stmt): Case[] => {
    switch (stmt.kind) {
      case "case": case "default": return [stmt];
      case "block": return casesOf(stmt.body);
      case "if": return casesOf(stmt.else ? [stmt.then, stmt.else] : [stmt.then]);
      case "while": case "do": case "for": case "macro-block": return casesOf([stmt.body]);
      default: return [];
    }
  });
}

/** True where a case is entered past declarations of its block: what they make ready would be missing. */
function jumpsOver(stmt: Stmt): boolean {
  switch (stmt.kind) {
    case "block": {
      const first = stmt.body.findIndex((inner) => inner.kind === "declare" && inner.declarations.length > 0);
      return (first >= 0 && casesOf(stmt.body.slice(first)).length > 0) || stmt.body.some(jumpsOver);
    }
    case "if": return jumpsOver(stmt.then) || (stmt.else !== null && jumpsOver(stmt.else));
    case "while": case "do": case "macro-block": return jumpsOver(stmt.body);
    case "for": return stmt.init?.kind === "declare" ? casesOf([stmt.body]).length > 0 : jumpsOver(stmt.body);
    default: return false;
  }
}
