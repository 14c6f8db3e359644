// Memory as another type than it was made as: words are no bytes, so that what does not fit is not run.
import { convert } from "./arithmetic.js";
import type { Frames } from "./frames.js";
import { OBJECT_SPAN, type Program, type TypeShape } from "./ir.js";
import { FRAME_BASE, HEAP_BASE } from "./memory.js";

/** Where an address leads to: its object's shape and slots; null for no object that is there. */
export interface Target { readonly shape: TypeShape | undefined; readonly slots: number; readonly slot: number }

/** The object of an address that is static or a variable of a function that runs; for one of the heap its site says what it is. */
export function targetOf(program: Program, frames: Frames, frame: number, address: number, heap: (address: number) => { readonly site: number; readonly slots: number; readonly slot: number } | null): Target | null {
  const object = Math.floor(address / OBJECT_SPAN);
  const slot = address - object * OBJECT_SPAN;
  if (object <= 0) return null;
  if (object < HEAP_BASE) {
    const found = program.objects[object - 1];
    return found && found.kind !== "function" ? { shape: program.types[found.type], slots: found.slots, slot } : null;
  }
  if (object >= FRAME_BASE && frames.atDepth(frame, object - FRAME_BASE) !== 0) {
    const code = program.functions[frames.function(frames.atDepth(frame, object - FRAME_BASE))];
    const variable = code?.variables.findLast((one) => slot >= one.slot && slot < one.slot + (program.types[one.type]?.slots ?? 0));
    const shape = program.types[variable?.type ?? -1];
    return variable && shape ? { shape, slots: shape.slots, slot: slot - variable.slot } : null;
  }
  const known = heap(address);
  return known && { shape: program.types[frames.sites[known.site]?.type ?? -1], slots: known.slots, slot: known.slot };
}

/** The number at a place: its bits, negative when it is signed; 0 where nobody knows. */
export function widthAt({ shape, slot }: Target): number {
  if (!shape || shape.slots === 0) return 0;
  const { end } = shape;
  const at = end && slot >= end.slot ? end.slot + ((slot - end.slot) % end.slots) : slot % shape.slots;
  return shape.widths[at] ?? 0;
}

/** Why memory cannot be seen as numbers of so many bits, or as a struct; null when it can. */
export function viewFault(target: Target | null, bits: number, view: TypeShape | null): string | null {
  if (target === null) return null;
  const isUntyped = !target.shape || target.shape.widths.every((width) => width === 0);
  if (view === null) {
    const width = Math.abs(widthAt(target));
    if (width !== 0 && width !== bits) return `a number of ${String(width)} bits is accessed as one of ${String(bits)}: memory is kept in words, not in bytes`;
    return isUntyped && target.slot >= target.slots ? "memory of which nobody says what is in it has a word for every eight bytes, and more are asked for" : null;
  }
  if (isUntyped) return null;
  for (let slot = 0; slot < Math.min(view.slots, target.slots - target.slot); slot++) {
    const [has, wanted] = [Math.abs(widthAt({ ...target, slot: target.slot + slot })), Math.abs(view.widths[slot] ?? 0)];
    if (has !== 0 && wanted !== 0 && has !== wanted) return `memory that is made as something else is seen as ${view.name}: it is kept in words, not in bytes`;
  }
  return null;
}

/** A value as the number at a place keeps it. */
export function fitted(target: Target | null, value: number, bits: number): number {
  const width = target === null ? 0 : widthAt(target);
  return Math.abs(width) === bits && bits < 64 ? convert(value, { bits, unsigned: width > 0 }) : value;
}
