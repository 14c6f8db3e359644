// What one object of the heap, and all of them, may have in a run.
import type { TypeShape } from "./ir.js";

/** Words that are kept of one object of the heap: each state has all of them. A number that no struct or buffer is likely to have, so that it marks those that are cut. */
export const MOST_SLOTS = 1021;
/** Words of the largest object that can be allocated: no allocation of the kernel's has more than half of this, and what asks for more has a size that is wrong. */
export const MOST_ALLOCATED = 2 ** 31;

/** Objects that one CPU can allocate in a run, freed ones included, and words of them all: every state has them. */
export const MOST_OBJECTS = 256;
export const MOST_WORDS = 2 ** 16;

export const tooFar = (slot: number): string => `word ${String(slot)} of an object is asked for of which only the first ${String(MOST_SLOTS)} are kept`;

/**
 * Words for so many bytes: whole elements where it is known what they are, a struct with as many elements as it has room for at its open end, a struct with something behind it of
 * which nothing is known, eight bytes to a word; and that for what is not known at all.
 */
export function slotsFor(size: number, type: TypeShape | undefined): number {
  if (size <= 0) return type?.slots ?? 1;
  if (!type || type.bytes <= 0) return Math.ceil(size / 8);
  const { end } = type;
  if (end && size > type.bytes) return Math.max(type.slots, end.slot + Math.ceil((size - end.byte) / end.bytes) * end.slots);
  if (size % type.bytes === 0) return (size / type.bytes) * type.slots;
  return size > type.bytes ? type.slots + Math.ceil((size - type.bytes) / 8) : Math.ceil(size / 8);
}
