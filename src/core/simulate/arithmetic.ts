// C arithmetic on words: 8, 16 and 32 bits wrap as gcc does it; 64 bits are exact up to 53 and do not wrap.
import type { BinaryOp, Width } from "./ir.js";

/** A value brought into a width. */
export function convert(value: number, width: Width): number {
  switch (width.bits) {
    case 1: return value === 0 ? 0 : 1;
    case 8: return width.unsigned ? value & 0xff : (value << 24) >> 24;
    case 16: return width.unsigned ? value & 0xffff : (value << 16) >> 16;
    case 32: return width.unsigned ? value >>> 0 : value | 0;
    case 64: return value;
  }
}

/** The result of a binary operation; a division by zero gives null. */
export function binary(operator: BinaryOp, a: number, b: number, width: Width): number | null {
  switch (operator) {
    case "==": return a === b ? 1 : 0;
    case "!=": return a !== b ? 1 : 0;
    case "<": return compared(a, width) < compared(b, width) ? 1 : 0;
    case "<=": return compared(a, width) <= compared(b, width) ? 1 : 0;
    case ">": return compared(a, width) > compared(b, width) ? 1 : 0;
    case ">=": return compared(a, width) >= compared(b, width) ? 1 : 0;
    case "+": return convert(a + b, width);
    case "-": return convert(a - b, width);
    case "*": return width.bits === 64 ? a * b : convert(Math.imul(a, b), width);
    case "/": return b === 0 ? null : convert(Math.trunc(compared(a, width) / compared(b, width)), width);
    case "%": return b === 0 ? null : convert(compared(a, width) % compared(b, width) + 0, width);
    case "<<": return width.bits === 64 ? a * 2 ** Math.min(b, 63) : convert(b > 31 ? 0 : a << b, width);
    case ">>": return shiftRight(a, b, width);
    case "&": return bitwise(a, b, width, (x, y) => x & y, (x, y) => x & y);
    case "|": return bitwise(a, b, width, (x, y) => x | y, (x, y) => x | y);
    case "^": return bitwise(a, b, width, (x, y) => x ^ y, (x, y) => x ^ y);
  }
}

export function invert(a: number, width: Width): number {
  return width.bits === 64 ? -1 - a : convert(~a, width);
}

/** The value as the comparison of this width sees it. */
function compared(value: number, width: Width): number {
  if (!width.unsigned) return value;
  if (width.bits === 64) return value < 0 ? value + 2 ** 64 : value;
  return value >>> 0;
}

function shiftRight(a: number, b: number, width: Width): number {
  if (width.bits === 64) return Math.floor(compared(a, width) / 2 ** Math.min(b, 63));
  if (b > 31) return a < 0 && !width.unsigned ? -1 : 0;
  return width.unsigned ? convert((a >>> 0) >>> b, width) : convert(a >> b, width);
}

function bitwise(a: number, b: number, width: Width, small: (x: number, y: number) => number, large: (x: bigint, y: bigint) => bigint): number {
  if (width.bits !== 64 || (a === (a | 0) && b === (b | 0))) return convert(small(a, b), width.bits === 64 ? { bits: 32, unsigned: false } : width);
  return Number(BigInt.asIntN(64, large(BigInt(Math.trunc(a)), BigInt(Math.trunc(b)))));
}
