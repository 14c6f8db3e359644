// Elements of arrays: those that a long one has no room for in a state, and those that are outside of it.
import type { Expr } from "../../c/ast.js";
import type { Operand } from "../ir.js";
import { type FunctionContext, Label } from "./context.js";
import { combine } from "./operators.js";
import { type CType, LONG, SIZE } from "./ctype.js";
import { typeOf } from "./typing.js";

/**
 * An index outside of its array is refused where it is a constant, and a finding where it is computed, in the words of CONFIG_UBSAN_BOUNDS. What has no room is named where a run asks for it.
 * An array of one element or none may be the end of a struct that is allocated with more of them: how many there are is known only to the object.
 */
export function checkElement(ctx: FunctionContext, object: Expr, index: Operand, isAddress: boolean): void {
  const array = typeOf(ctx, object);
  if (array.k !== "array") return;
  const { length } = array;
  const kept = ctx.types.kept(array);
  const known = ctx.constantNumber(index);
  const reason = `of an array of ${String(length)} elements only the first ${String(kept)} are kept`;
  // The address of what would come behind the last element is one that C allows.
  const end = isAddress ? length + 1 : length;
  if (known !== null) {
    if (known < 0 || (length > 1 && known >= end)) ctx.missing(`an array of ${String(length)} elements has none with the index ${String(known)}`);
    else if (known >= kept && known < length) ctx.missing(reason);
    return;
  }
  if (length <= 1) return;
  unlessBelow(ctx, index, SIZE, end, () => ctx.emit({ op: "report", kind: "warn", message: `UBSAN: array-index-out-of-bounds: the index is not in an array of ${String(length)} elements` }));
  if (kept >= length) return;
  // Beyond the whole array is a fault of the code's, which is told already.
  unlessBelow(ctx, index, LONG, kept, () => unlessBelow(ctx, index, LONG, length, null, () => ctx.missing(reason)));
}

/** Runs `otherwise` when the index is not below the limit, else `then`. */
function unlessBelow(ctx: FunctionContext, index: Operand, type: CType, limit: number, otherwise: (() => void) | null, then: (() => void) | null = null): void {
  const [inside, outside, end] = [new Label(), new Label(), new Label()];
  ctx.temporary(() => ctx.branch(combine(ctx, "<", { operand: index, type }, { operand: ctx.constantOperand(limit), type }).operand, inside, outside));
  ctx.place(outside);
  otherwise?.();
  ctx.jump(end);
  ctx.place(inside);
  then?.();
  ctx.place(end);
}

/** The array as it is declared in a function: its length has to be known there. False, and named, where it is not. */
export function hasKnownLength(ctx: FunctionContext, type: CType, name: string, written: string): boolean {
  if (type.k !== "array") return true;
  if (type.length > 0) return hasKnownLength(ctx, type.of, name, written);
  const length = /\[\s*([^\]]*?)\s*\]/.exec(written)?.[1] ?? "";
  if (/^(0|0x0)?$/.test(length)) return true;
  ctx.missing(`the length of the array ${name} is not a constant that is known: ${length}`);
  return false;
}
