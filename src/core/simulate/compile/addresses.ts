// Addresses as numbers: a word says which object and which word of it, so that its bits are not those of C. What would ask for them is not run, and named.
import { OBJECT_SPAN } from "../ir.js";
import { type FunctionContext, Label, type Place, type Value } from "./context.js";
import { type CType, isUnknown, SIZE } from "./ctype.js";

const REFUSED = "the bits of an address are asked for: memory is kept in words, and an address is no number of bytes";

/** Base plus a constant, folded where both are known. */
export function plus(ctx: FunctionContext, base: number, offset: number): number {
  if (offset === 0) return base;
  const known = ctx.constantValue(base);
  if (known !== null) return ctx.constantOperand(known + offset);
  const to = ctx.register();
  ctx.emit({ op: "binary", to, operator: "+", a: base, b: ctx.constantOperand(offset), width: { bits: 64, unsigned: true } });
  return to;
}

/** Under what a number is known that may be an address: a local variable, a global, or a member of all structs of a name. */
export const holderOf = {
  local: (ctx: FunctionContext, name: string): string => (ctx.unit.origin === "model" ? "" : `address in ${ctx.unit.path} ${ctx.name} ${name}`),
  global: (name: string): string => `address in ${name}`,
  member: (struct: string, field: string): string => `address in ${struct}.${field}`,
  parameter: (fn: string, index: number): string => `address in ${fn}() ${String(index)}`,
};

/** True for a number that a pointer fits into. */
const isWide = (type: CType): boolean => type.k === "int" && !isUnknown(type) && type.width.bits === 64;

/** Marks a number that is made of a pointer. */
export const asAddress = (ctx: FunctionContext, from: Value, type: CType): { address?: true } => (ctx.unit.origin !== "model" && isWide(type) && (from.type.k === "pointer" || from.address === true) ? { address: true } : {});

/** The same for what is read from a place that such a number was put into. */
export const readAddress = (ctx: FunctionContext, place: Place): { address?: true } => (place.holder !== undefined && ctx.unit.origin !== "model" && isWide(place.type) && ctx.program.guesses.has(place.holder) ? { address: true } : {});

/** Remembers what such a number is put into; the next pass knows it everywhere. */
export function keepAddress(ctx: FunctionContext, holder: string | undefined, value: Value): void {
  if (value.address !== true || holder === undefined || holder === "" || ctx.program.guesses.has(holder)) return;
  ctx.program.guesses.set(holder, SIZE);
  ctx.types.learned();
}

/**
 * Arithmetic with an address: a distance that is known in words is added to it; what else would change it, or take it apart, stops a run in which it is an address, and not a small
 * number or none. Null where the values can be computed with as they are.
 */
export function withAddress(ctx: FunctionContext, op: string, left: Value, right: Value): Value | null {
  const [base, by] = left.address === true ? [left, right] : [right, left];
  if (op === "+" || op === "-") {
    if (by.slots !== undefined && (op === "+" || base === left)) return { operand: plus(ctx, base.operand, op === "+" ? by.slots : -by.slots), type: SIZE, address: true };
    if (ctx.constantValue(by.operand) === 0) return { ...base, type: SIZE };
    if (op === "-" && left.address === true && right.address === true) {
      const [same, different] = [new Label(), new Label()];
      ctx.temporary(() => ctx.branch(binary(ctx, "==", left.operand, right.operand), same, different));
      ctx.place(different);
      [left, right].forEach((side) => refuseAddress(ctx, side));
      ctx.place(same);
      return null;
    }
  }
  for (const side of [left, right]) if (side.address === true) refuseAddress(ctx, side);
  return null;
}

/** Stops a run in which the number is an address. */
export function refuseAddress(ctx: FunctionContext, value: Value): void {
  const [address, number] = [new Label(), new Label()];
  ctx.temporary(() => ctx.branch(binary(ctx, ">=", value.operand, ctx.constantOperand(OBJECT_SPAN)), address, number));
  ctx.place(address);
  ctx.missing(REFUSED);
  ctx.place(number);
}

function binary(ctx: FunctionContext, operator: "==" | ">=", a: number, b: number): number {
  const to = ctx.register();
  ctx.emit({ op: "binary", to, operator, a, b, width: { bits: 64, unsigned: false } });
  return to;
}
