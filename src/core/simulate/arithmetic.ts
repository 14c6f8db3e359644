// C arithmetic on words, as gcc does it on a 64-bit machine.
//
// A word is a number. Values of 8, 16 and 32 bits are kept as C reads them. A value of 64 bits is kept as the signed one of its bits, so that ULONG_MAX is -1;
// results wrap. A result that a word cannot hold exactly, one of more than 53 bits between its highest and its lowest, is none: it is never rounded.
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
  if (bits > 32) return Number(unsigned ? BigInt.asUintN(bits, BigInt(value)) : BigInt.asIntN(bits, BigInt(value)));
  const shift = 32 - bits;
  return unsigned ? (value << shift) >>> shift : (value << shift) >> shift;
}

/** The result of a binary operation; null where there is none, which `faultOf` explains. */
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
    case "/": return trapsOn(a, b, width) ? null : divided(a, b, width, (x, y) => Math.trunc(x / y) + 0, (x, y) => x / y);
    case "%": return trapsOn(a, b, width) ? null : divided(a, b, width, (x, y) => x % y + 0, (x, y) => x % y);
    case "<<": return isTooFar(b, width) ? null : width.bits === 64 ? wide(a * 2 ** b, () => BigInt(a) << BigInt(b)) : convert(a << b, width);
    case ">>": return isTooFar(b, width) ? null : shiftRight(a, b, width);
    case "&": return bitwise(a, b, width, (x, y) => x & y, (x, y) => x & y);
    case "|": return bitwise(a, b, width, (x, y) => x | y, (x, y) => x | y);
    case "^": return bitwise(a, b, width, (x, y) => x ^ y, (x, y) => x ^ y);
  }
}

/** Why an operation has no result. A "shift" that is too far has one all the same, if a word holds it: the processor looks at the lowest bits of the distance alone. */
export interface Fault { readonly kind: "zero" | "overflow" | "inexact" | "shift"; readonly result: number | null }

export function faultOf(operator: BinaryOp, left: number, right: number, width: Width): Fault {
  if (operator === "/" || operator === "%") return { kind: convert(right, width) === 0 ? "zero" : trapsOn(convert(left, width), convert(right, width), width) ? "overflow" : "inexact", result: null };
  const isShift = (operator === "<<" || operator === ">>") && isTooFar(right, width);
  return isShift ? { kind: "shift", result: binary(operator, left, right & (width.bits - 1), width) } : { kind: "inexact", result: null };
}

/** All bits the other way round; null where a word cannot hold the result. */
export function invert(a: number, width: Width): number | null {
  return width.bits === 64 ? wide(-1 - a, () => -1n - BigInt(a)) : convert(~a, width);
}

export function negate(a: number, width: Width): number | null {
  return width.bits === 64 ? wide(0 - a, () => -BigInt(a)) : convert(0 - a, width);
}

/** The word for a number of 64 bits, whatever its sign; null where none holds it exactly. */
export function wordOf(value: bigint): number | null {
  const wrapped = BigInt.asIntN(64, value);
  const word = Number(wrapped);
  return BigInt(word) === wrapped ? word : null;
}

/** A result of 64 bits: as it is while numbers are exact, else wrapped. */
function wide(plain: number, exact: () => bigint): number | null {
  return Number.isSafeInteger(plain) ? plain + 0 : wordOf(exact());
}

/** In 64 bits an unsigned value with its highest bit set is kept as a negative number. */
function isLess(a: number, b: number, width: Width): boolean {
  return width.bits === 64 && width.unsigned && a < 0 !== b < 0 ? b < 0 : a < b;
}

/** What the processor cannot divide: by zero, and the smallest number by -1. */
function trapsOn(a: number, b: number, width: Width): boolean {
  return b === 0 || (b === -1 && !width.unsigned && a === -(2 ** (width.bits - 1)));
}

function divided(a: number, b: number, width: Width, small: (x: number, y: number) => number, large: (x: bigint, y: bigint) => bigint): number | null {
  if (width.bits !== 64) return convert(small(a, b), width);
  if (Number.isSafeInteger(a) && Number.isSafeInteger(b) && (!width.unsigned || (a >= 0 && b >= 0))) return small(a, b);
  return wordOf(width.unsigned ? large(BigInt.asUintN(64, BigInt(a)), BigInt.asUintN(64, BigInt(b))) : large(BigInt(a), BigInt(b)));
}

const isTooFar = (distance: number, width: Width): boolean => distance < 0 || distance >= width.bits;

function shiftRight(a: number, b: number, width: Width): number | null {
  if (width.bits === 64) {
    if (a >= 0 || !width.unsigned) return Math.floor(a / 2 ** b);
    return wordOf(BigInt.asUintN(64, BigInt(a)) >> BigInt(b));
  }
  return width.unsigned ? convert((a >>> 0) >>> b, width) : convert(a >> b, width);
}

function bitwise(a: number, b: number, width: Width, small: (x: number, y: number) => number, large: (x: bigint, y: bigint) => bigint): number | null {
  if (width.bits !== 64 || (a === (a | 0) && b === (b | 0))) return convert(small(a, b), width.bits === 64 ? { bits: 32, unsigned: false } : width);
  return wordOf(large(BigInt(a), BigInt(b)));
}
