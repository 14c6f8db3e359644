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

/** Words for so many bytes: whole elements where it is known what they are, else eight bytes to a word. */
export function slotsFor(size: number, type: TypeShape | undefined): number {
  if (size <= 0) return type?.slots ?? 1;
  return type && type.bytes > 0 && size % type.bytes === 0 ? (size / type.bytes) * type.slots : Math.ceil(size / 8);
}
