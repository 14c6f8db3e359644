// Initializers that run: braced lists, strings and plain values into variables.
import type { Expr, InitEntry } from "../../c/ast.js";
import type { FunctionContext, Place } from "./context.js";
import type { Expressions } from "./expressions.js";
import { charactersOf } from "./strings.js";
import { INT, isUnknown, WORD } from "./ctype.js";
import { typeOf } from "./typing.js";

/** Stores an initializer into memory, or into a variable in a register. What a braced list leaves out is zero. */
export function initialize(compile: Expressions, ctx: FunctionContext, place: Place, init: Expr): void {
  if (init.kind !== "init" || init.type !== null) {
    if (place.type.k === "array" && init.kind === "string") return initializeString(ctx, place, init.text);
    compile.write(ctx, place, compile.value(ctx, init, place.type));
    return;
  }
  if (place.kind === "register") {
    const first = init.entries[0];
    compile.write(ctx, place, first ? compile.value(ctx, first.value, place.type) : { operand: ctx.constantOperand(0), type: INT });
    return;
  }
  for (let slot = 0; slot < ctx.types.sizeOf(place.type); slot++) ctx.emit({ op: "store", a: place.base, offset: place.offset + slot, value: ctx.constantOperand(0) });
  let next = 0;
  for (const entry of init.entries) {
    let target: Place | null = { ...place };
    for (const designator of entry.designator) target = target ? designated(ctx, target, designator) : null;
    if (entry.designator.length === 0) target = positional(ctx, place, next);
    const first = entry.designator[0];
    if (typeof first === "number") next = first;
    else if (first !== undefined && place.type.k === "record") next = ctx.types.fieldsOf(place.type.record).findIndex((field) => field.name === first);
    next++;
    // `{ 0 }` clears a struct of which nothing is known.
    if (!target && entry.designator.length === 0 && entry.value.kind === "number" && entry.value.value === 0) continue;
    if (target && lacksBraces(ctx, target, entry.value)) ctx.missing("an initializer leaves out inner braces");
    else if (target) initialize(compile, ctx, target, entry.value);
    else ctx.missing("an initializer names a member that is not known");
  }
}

/** Elements of an array whose initializer says how many there are: one more than the largest index. */
export function lengthOf(entries: readonly InitEntry[], constant: (name: string) => number | null): number {
  let next = 0;
  let length = 0;
  for (const { designator } of entries) {
    const [first] = designator;
    if (first !== undefined) next = typeof first === "number" ? first : constant(first) ?? next;
    next++;
    length = Math.max(length, next);
  }
  return length;
}

function designated(ctx: FunctionContext, place: Place, designator: string | number): Place | null {
  if (place.kind !== "memory") return null;
  if (typeof designator === "string" && place.type.k === "record") {
    // A member that no visible line declares, as in any other use of it.
    if (!ctx.types.field(place.type.record, designator)) {
      ctx.types.infer(place.type.record, designator, WORD);
      ctx.types.noteInferred(place.type.record, designator);
    }
    const field = ctx.types.field(place.type.record, designator);
    return field ? { kind: "memory", base: place.base, offset: place.offset + field.offset, type: field.type } : null;
  }
  const index = typeof designator === "number" ? designator : ctx.program.constantOf(designator, ctx.unit);
  return index !== null && place.type.k === "array" ? { kind: "memory", base: place.base, offset: place.offset + index * ctx.types.sizeOf(place.type.of), type: place.type.of } : null;
}

/** A plain value for a struct or an array inside: C takes as many values as that has (C11 6.7.9, 20), which is not done here. `{ 0 }` is right all the same. */
function lacksBraces(ctx: FunctionContext, target: Place, value: Expr): boolean {
  if (value.kind === "init" || (value.kind === "number" && value.value === 0)) return false;
  if (target.type.k === "array") return value.kind !== "string";
  return target.type.k === "record" && ["int", "pointer"].includes(typeOf(ctx, value).k) && !isUnknown(typeOf(ctx, value));
}

function positional(ctx: FunctionContext, place: Place, index: number): Place | null {
  if (place.kind !== "memory") return null;
  if (place.type.k === "array") return designated(ctx, place, index);
  if (place.type.k !== "record") return index === 0 ? place : null;
  const field = ctx.types.fieldsOf(place.type.record)[index];
  return field ? { kind: "memory", base: place.base, offset: place.offset + field.offset, type: field.type } : null;
}

function initializeString(ctx: FunctionContext, place: Place, text: string): void {
  if (place.kind !== "memory" || place.type.k !== "array") return;
  const bytes = charactersOf(text).concat(0);
  for (let index = 0; index < Math.min(bytes.length, place.type.length); index++) {
    ctx.emit({ op: "store", a: place.base, offset: place.offset + index, value: ctx.constantOperand(bytes[index] ?? 0) });
  }
}
