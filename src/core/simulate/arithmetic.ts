// C arithmetic on words, as gcc does it on a 64-bit machine.
//
// A word is a number. Values of 8, 16 and 32 bits are kept as C reads them. A value of 64 bits is kept as the signed one of its bits, so that ULONG_MAX is -1;
// results wrap, and are exact between -2^53 and 2^53.
import type { BinaryOp, Width } from "./ir.js";

/** A value brought into a width. */
export function convert(value: number, width: Width): number {
  switch (width.bits) {
    case 1: return width.field === true ? narrowed(value, width) : value === 0 ? 0 : 1;
    case 8: return width.unsigned ? value & 0xff : (value << 24) >> 24;
    case 16: return width.unsigned ? value & 0xffff : (value << 16) >> 16;
    case 32: return width.unsigned ? value >>> 0 : value | 0;
    case 64: return value;
    default: return narrowed(value, width);
  }
}

/** A bit-field of any width. */
function narrowed(value: number, { bits, unsigned }: Width): number {
  if (bits > 32) return value;
  const shift = 32 - bits;
  return unsigned ? (value << shift) >>> shift : (value << shift) >> shift;
}

/** The result of a binary operation; a division by zero gives null. */
export function binary(operator: BinaryOp, left: number, right: number, width: Width): number | null {
  // Shifts take the width of their left side alone.
  const a = convert(left, width);
  const b = operator === "<<" || operator === ">>" ? right : convert(right, width);
  switch (operator) {
    case "==": return a === b ? 1 : 0;
    case "!=": return a !== b ? 1 : 0;
    case "<": return isLess(a, b, width) ? 1 : 0;
    case "<=": return isLess(b, a, width) ? 0 : 1;
    case ">": return isLess(b, a, width) ? 1 : 0;
    case ">=": return isLess(a, b, width) ? 0 : 1;
    case "+": return width.bits === 64 ? wide(a + b, () => BigInt(a) + BigInt(b)) : convert(a + b, width);
    case "-": return width.bits === 64 ? wide(a - b, () => BigInt(a) - BigInt(b)) : convert(a - b, width);
    case "*": return width.bits === 64 ? wide(a * b, () => BigInt(a) * BigInt(b)) : convert(Math.imul(a, b), width);
    case "/": return b === 0 ? null : divided(a, b, width, Math.trunc(a / b) + 0, (x, y) => x / y);
    case "%": return b === 0 ? null : divided(a, b, width, a % b + 0, (x, y) => x % y);
    case "<<": return width.bits === 64 ? wide(a * 2 ** (b & 63), () => BigInt(a) << BigInt(b & 63)) : convert(b > 31 || b < 0 ? 0 : a << b, width);
    case ">>": return shiftRight(a, b, width);
    case "&": return bitwise(a, b, width, (x, y) => x & y, (x, y) => x & y);
    case "|": return bitwise(a, b, width, (x, y) => x | y, (x, y) => x | y);
    case "^": return bitwise(a, b, width, (x, y) => x ^ y, (x, y) => x ^ y);
  }
}

export function invert(a: number, width: Width): number {
  return width.bits === 64 ? -1 - a : convert(~a, width);
}

/** A result of 64 bits: as it is while numbers are exact, else wrapped. */
function wide(plain: number, exact: () => bigint): number {
  return Number.isSafeInteger(plain) ? plain + 0 : Number(BigInt.asIntN(64, exact()));
}

/** In 64 bits an unsigned value with its highest bit set is kept as a negative number. */
function isLess(a: number, b: number, width: Width): boolean {
  return width.bits === 64 && width.unsigned && a < 0 !== b < 0 ? b < 0 : a < b;
}

function divided(a: number, b: number, width: Width, plain: number, large: (x: bigint, y: bigint) => bigint): number {
  if (width.bits !== 64) return convert(plain, width);
  if (!width.unsigned || (a >= 0 && b >= 0)) return plain;
  return Number(BigInt.asIntN(64, large(BigInt.asUintN(64, BigInt(a)), BigInt.asUintN(64, BigInt(b)))));
}

function shiftRight(a: number, b: number, width: Width): number {
  if (width.bits === 64) {
    if (a >= 0 || !width.unsigned) return Math.floor(a / 2 ** (b & 63));
    return Number(BigInt.asIntN(64, BigInt.asUintN(64, BigInt(a)) >> BigInt(b & 63)));
  }
  if (b > 31 || b < 0) return a < 0 && !width.unsigned ? -1 : 0;
  return width.unsigned ? convert((a >>> 0) >>> b, width) : convert(a >> b, width);
}

function bitwise(a: number, b: number, width: Width, small: (x: number, y: number) => number, large: (x: bigint, y: bigint) => bigint): number {
  if (width.bits !== 64 || (a === (a | 0) && b === (b | 0))) return convert(small(a, b), width.bits === 64 ? { bits: 32, unsigned: false } : width);
  return Number(BigInt.asIntN(64, large(BigInt(Math.trunc(a)), BigInt(Math.trunc(b)))));
}
