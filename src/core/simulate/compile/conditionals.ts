// Expressions of which only a part runs: && and || as values, and the conditional operator.
import type { Expr } from "../../c/ast.js";
import { type FunctionContext, Label, type Value } from "./context.js";
import type { Expressions } from "./expressions.js";
import { type CType, INT, isUnknown } from "./ctype.js";
import { promoted, wider } from "./typing.js";

/** `a && b` and its like as a value. */
export function truth(compile: Expressions, ctx: FunctionContext, expr: Expr): Value {
  const to = ctx.register();
  const yes = new Label();
  const no = new Label();
  const end = new Label();
  compile.condition(ctx, expr, yes, no);
  ctx.place(yes);
  ctx.emit({ op: "move", to, a: ctx.constantOperand(1) });
  ctx.jump(end);
  ctx.place(no);
  ctx.emit({ op: "move", to, a: ctx.constantOperand(0) });
  ctx.place(end);
  return { operand: to, type: INT };
}

/** `a ? b : c`, and `a ?: c`. */
export function conditional(compile: Expressions, ctx: FunctionContext, expr: Extract<Expr, { kind: "conditional" }>, hint: CType | null): Value {
  const to = ctx.register();
  const yes = new Label();
  const no = new Label();
  const end = new Label();
  let type: CType;
  if (expr.then === null) {
    const test = compile.value(ctx, expr.test, hint);
    ctx.emit({ op: "move", to, a: test.operand });
    type = test.type;
    ctx.branch(to, end, no);
  } else {
    compile.condition(ctx, expr.test, yes, no);
    ctx.place(yes);
    const then = compile.value(ctx, expr.then, hint);
    ctx.emit({ op: "move", to, a: then.operand });
    type = then.type;
    ctx.jump(end);
  }
  ctx.place(no);
  const otherwise = compile.value(ctx, expr.else, hint);
  ctx.emit({ op: "move", to, a: otherwise.operand });
  ctx.place(end);
  if (type.k === "int" && otherwise.type.k === "int") {
    type = isUnknown(type) ? otherwise.type : { k: "int", width: wider(promoted(type), promoted(otherwise.type)) };
    // Either value is there in its own type: int -1 beside an unsigned one is UINT_MAX.
    if (!isUnknown(type) && type.width.bits === 32 && type.width.unsigned) ctx.emit({ op: "convert", to, a: to, width: type.width });
  } else if (otherwise.type.k === "pointer" && (type.k !== "pointer" || type.to.k === "void")) type = otherwise.type;
  return { operand: to, type };
}
