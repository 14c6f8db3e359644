// Members of unions that are kept as their bytes are: parts of a word.
import type { Operand, Width } from "../ir.js";
import type { FunctionContext, Part, Place, Value } from "./context.js";
import { type CType, INT, LONG, widthOf } from "./ctype.js";
import { combine } from "./operators.js";

type PartPlace = Extract<Place, { kind: "memory" }> & { readonly part: Part };

export const isPart = (place: Place): place is PartPlace => place.kind === "memory" && place.part !== undefined && place.part !== null;

/** The number that a part is. */
export function readPart(ctx: FunctionContext, place: PartPlace): Value {
  const { type } = place;
  if (type.k !== "int") return ctx.missing("an array or a struct inside of a union is used whole whose members are of several widths");
  const found = within(ctx, place);
  if (!found) return ctx.missing("an element far inside of a union is asked for whose members are of several widths");
  const word = ctx.register();
  ctx.emit({ op: "load", to: word, a: place.base, offset: found.offset });
  // Shifted as a signed number, which 64 bits are kept as: the bits that come in from above are cut off.
  const shifted = combine(ctx, ">>", { operand: word, type: LONG }, { operand: found.shift, type: INT });
  return { operand: ctx.converted(shifted, type, true), type };
}

/** Sets a part, and leaves the rest of its word. */
export function writePart(ctx: FunctionContext, place: PartPlace, value: Value): void {
  const { type } = place;
  const found = type.k === "int" ? within(ctx, place) : null;
  if (type.k !== "int" || !found) {
    ctx.missing("a part of a union is set whole whose members are of several widths");
    return;
  }
  const width = widthOf(type);
  const unit: CType = { k: "int", width: { bits: place.part.bits, unsigned: place.part.bits === 32 } };
  if (width.bits === place.part.bits) {
    ctx.emit({ op: "store", a: place.base, offset: found.offset, value: ctx.converted(value, unit, true) });
    return;
  }
  const plain: Width = { bits: width.bits === 1 ? 8 : width.bits, unsigned: true, ...(width.field === true ? { field: true as const } : {}) };
  const converted: Value = { operand: ctx.converted({ operand: ctx.converted(value, type, true), type }, { k: "int", width: plain }, true), type: unit };
  const shift: Value = { operand: found.shift, type: INT };
  const mask = combine(ctx, "<<", { operand: ctx.constantOperand(2 ** (width.bits === 1 && width.field !== true ? 8 : width.bits) - 1), type: unit }, shift);
  const word = ctx.register();
  ctx.emit({ op: "load", to: word, a: place.base, offset: found.offset });
  const others = combine(ctx, "&", { operand: word, type: unit }, combine(ctx, "^", mask, { operand: ctx.constantOperand(place.part.bits === 32 ? 0xffffffff : -1), type: unit }));
  const next = combine(ctx, "|", others, combine(ctx, "<<", converted, shift));
  ctx.emit({ op: "store", a: place.base, offset: found.offset, value: next.operand });
}

/** The word and the distance in it; null where neither is known before it runs. */
function within(ctx: FunctionContext, { offset, part }: PartPlace): { readonly offset: number; readonly shift: Operand } | null {
  const whole = offset + Math.floor(part.bit / part.bits);
  const shift = ctx.constantOperand(part.bit % part.bits);
  if (part.more === null) return { offset: whole, shift };
  const known = ctx.constantNumber(part.more);
  if (known !== null) return { offset: offset + Math.floor((part.bit + known) / part.bits), shift: ctx.constantOperand((part.bit + known) % part.bits) };
  return { offset: whole, shift: combine(ctx, "+", { operand: shift, type: LONG }, { operand: part.more, type: LONG }).operand };
}

/** An element of an array that is a part. */
export function elementPart(ctx: FunctionContext, place: PartPlace, index: Operand, size: number): Place {
  if (place.type.k !== "array") return place;
  const more = combine(ctx, "*", { operand: index, type: LONG }, { operand: ctx.constantOperand(8 * size), type: LONG }).operand;
  return { ...place, type: place.type.of, part: { ...place.part, more: place.part.more === null ? more : combine(ctx, "+", { operand: place.part.more, type: LONG }, { operand: more, type: LONG }).operand } };
}
