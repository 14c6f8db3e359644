// Operators on values that are there: arithmetic, comparisons, pointers and their scaling; constants are folded.
import { binary as compute } from "../arithmetic.js";
import type { BinaryOp, Width } from "../ir.js";
import { plus, withAddress } from "./addresses.js";
import type { FunctionContext, Value } from "./context.js";
import { INT, isUnknown, LONG, WORD } from "./ctype.js";
import { promoted, wider } from "./typing.js";

export const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">="]);
const ARITHMETIC: ReadonlySet<string> = new Set(["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>"]);

/** Two values under an operator, with the type of the result. */
export function combine(ctx: FunctionContext, op: string, left: Value, right: Value): Value {
  const pointer = left.type.k === "pointer" ? left.type : right.type.k === "pointer" ? right.type : null;
  if (pointer && (op === "+" || op === "-")) {
    const size = pointer.to.k === "void" || pointer.to.k === "function" ? 1 : ctx.types.sizeOf(pointer.to);
    // Bytes of what is made as something else are no words: a distance in words has to be known.
    const inBytes = ctx.unit.origin !== "model" && (pointer.to.k === "void" || (pointer.to.k === "int" && ctx.types.bytesOf(pointer.to) === 1));
    const checkBytes = (operand: number): void => ctx.emit({ op: "view", a: operand, bits: 8, type: null });
    if (left.type.k === "pointer" && right.type.k === "pointer") {
      if (inBytes) [left, right].forEach((side) => checkBytes(side.operand));
      const difference = operate(ctx, "-", left.operand, right.operand, { bits: 64, unsigned: false });
      return { operand: size === 1 ? difference : operate(ctx, "/", difference, ctx.constantOperand(size), { bits: 64, unsigned: false }), type: LONG };
    }
    const base = left.type.k === "pointer" ? left.operand : right.operand;
    const by = left.type.k === "pointer" ? right : left;
    if (inBytes && by.slots !== undefined) return { operand: plus(ctx, base, op === "+" ? by.slots : -by.slots), type: pointer };
    const index = by.operand;
    if (inBytes && ctx.constantValue(index) !== 0) checkBytes(base);
    return { operand: scaled(ctx, base, index, size, op), type: pointer };
  }
  const moved = (left.address === true || right.address === true) && !COMPARISONS.has(op) ? withAddress(ctx, op, left, right) : null;
  if (moved) return moved;
  const width = op === "<<" || op === ">>" ? promoted(left.type) : wider(promoted(left.type), promoted(right.type));
  if (!COMPARISONS.has(op) && !ARITHMETIC.has(op)) return ctx.missing(`the operator ${op} is not known`);
  const operand = operate(ctx, op as BinaryOp, left.operand, right.operand, width);
  const slots = slotsTogether(ctx, op, left, right);
  if (COMPARISONS.has(op)) return { operand, type: INT };
  return { operand, type: isUnknown(left.type) || isUnknown(right.type) ? WORD : { k: "int", width }, ...(slots === null ? {} : { slots }) };
}

/** What sums and multiples of sizes are in words; null where it is not known. */
function slotsTogether(ctx: FunctionContext, op: string, left: Value, right: Value): number | null {
  if (op === "+" || op === "-") return left.slots === undefined || right.slots === undefined ? null : op === "+" ? left.slots + right.slots : left.slots - right.slots;
  if (op !== "*") return null;
  const [size, times] = left.slots !== undefined ? [left.slots, right] : right.slots !== undefined ? [right.slots, left] : [null, left];
  const known = size === null || times.operand >= 0 ? null : ctx.constantNumber(times.operand);
  return size === null || known === null ? null : size * known;
}

/** A pointer and an index, scaled to the size of what it points to. */
export function scaled(ctx: FunctionContext, base: number, index: number, size: number, op = "+"): number {
  const known = ctx.constantNumber(index);
  if (known !== null) return plus(ctx, base, op === "+" ? known * size : -known * size);
  const offset = size === 1 ? index : operate(ctx, "*", index, ctx.constantOperand(size), { bits: 64, unsigned: false });
  return operate(ctx, op === "+" ? "+" : "-", base, offset, { bits: 64, unsigned: true });
}

function operate(ctx: FunctionContext, operator: BinaryOp, a: number, b: number, width: Width): number {
  if (a < 0 && b < 0) {
    const left = ctx.constantNumber(a) ?? 0;
    const right = ctx.constantNumber(b) ?? 0;
    const result = compute(operator, left, right, width);
    if (result !== null) return ctx.constantOperand(result);
  }
  const to = ctx.register();
  ctx.emit({ op: "binary", to, operator, a, b, width });
  return to;
}
