// Long arrays, of which only the first elements have room in a state.
import type { Expr } from "../../c/ast.js";
import type { Operand } from "../ir.js";
import { type FunctionContext, Label } from "./context.js";
import { combine } from "./operators.js";
import { LONG } from "./types.js";
import { typeOf } from "./typing.js";

/** Stops where an element is asked for that has no room, and says so. */
export function checkKept(ctx: FunctionContext, object: Expr, index: Operand): void {
  const array = typeOf(ctx, object);
  if (array.k !== "array") return;
  const { length } = array;
  const kept = ctx.types.kept(array);
  if (kept >= length) return;
  const known = ctx.constantNumber(index);
  const reason = `of an array of ${String(length)} elements only the first ${String(kept)} are kept`;
  if (known !== null) {
    if (known >= kept && known < length) ctx.missing(reason);
    return;
  }
  const [inside, outside, beyond] = [new Label(), new Label(), new Label()];
  ctx.temporary(() => ctx.branch(combine(ctx, ">=", { operand: index, type: LONG }, { operand: ctx.constantOperand(kept), type: LONG }).operand, outside, inside));
  ctx.place(outside);
  // Beyond the whole array is a fault of the code's.
  ctx.temporary(() => ctx.branch(combine(ctx, "<", { operand: index, type: LONG }, { operand: ctx.constantOperand(length), type: LONG }).operand, beyond, inside));
  ctx.place(beyond);
  ctx.missing(reason);
  ctx.place(inside);
}
