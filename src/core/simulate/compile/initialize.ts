// Initializers that run: braced lists, strings and plain values into variables.
import type { Expr, InitEntry } from "../../c/ast.js";
import type { FunctionContext, Place } from "./context.js";
import type { Expressions } from "./expressions.js";
import { elementPart, isPart } from "./parts.js";
import { charactersOf } from "./strings.js";
import { countedMembers, type FoundField, INT, isUnknown, type RecordType, WORD } from "./ctype.js";
import { distribute } from "./initializers.js";
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
  for (let slot = 0; slot < ctx.types.sizeOf(place.type) && !isPart(place); slot++) ctx.emit({ op: "store", a: place.base, offset: place.offset + slot, value: ctx.constantOperand(0) });
  distribute<Place>({
    type: (part) => part.type,
    step: (part, step) => (typeof step === "number" ? positional(ctx, part, step) : designated(ctx, part, step)),
    indexOf: (part, step) => (part.type.k === "record" ? fieldIndex(ctx, part.type.record, step) : ctx.program.constantOf(step, ctx.unit)),
    count: (part) => (part.type.k === "record" ? countedMembers(ctx.types.fieldsOf(part.type.record)).length : part.type.k === "array" ? part.type.length : 1),
    isWhole: (value, part) => part.type.k === "record" && (typeOf(ctx, value).k === "record" || isUnknown(typeOf(ctx, value))),
  }, place, init.entries, (part, value) => initialize(compile, ctx, part, value), (entry) => {
    // `{ 0 }` clears a struct of which nothing is known.
    if (entry.designator.length > 0 || entry.value.kind !== "number" || entry.value.value !== 0) ctx.missing("an initializer names a member that is not known");
  });
}

/** The number of a member, also of one inside of an anonymous one. */
function fieldIndex(ctx: FunctionContext, record: RecordType, name: string): number | null {
  const fields = countedMembers(ctx.types.fieldsOf(record));
  const found = fields.findIndex((field) => field.name === name || (field.name === "" && field.type.k === "record" && ctx.types.field(field.type.record, name) !== null));
  return found < 0 ? null : found;
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
    return field && memberAt(place, field);
  }
  const index = typeof designator === "number" ? designator : ctx.program.constantOf(designator, ctx.unit);
  if (index !== null && isPart(place)) return elementPart(ctx, place, ctx.constantOperand(index), place.type.k === "array" ? ctx.types.bytesOf(place.type.of) : 1);
  return index !== null && place.type.k === "array" ? { kind: "memory", base: place.base, offset: place.offset + index * ctx.types.sizeOf(place.type.of), type: place.type.of } : null;
}

function positional(ctx: FunctionContext, place: Place, index: number): Place | null {
  if (place.kind !== "memory") return null;
  if (place.type.k === "array") return designated(ctx, place, index);
  if (place.type.k !== "record") return index === 0 ? place : null;
  const field = countedMembers(ctx.types.fieldsOf(place.type.record))[index];
  if (!field) return null;
  if (field.name !== "") return designated(ctx, place, field.name);
  return { kind: "memory", base: place.base, offset: place.offset + field.offset, type: field.type };
}

function memberAt(place: Extract<Place, { kind: "memory" }>, field: FoundField): Place {
  if (place.part) return { ...place, type: field.type, part: { ...place.part, bit: place.part.bit + field.bit } };
  return { kind: "memory", base: place.base, offset: place.offset + field.offset, type: field.type, ...(field.part ? { part: { ...field.part, more: null } } : {}) };
}

function initializeString(ctx: FunctionContext, place: Place, text: string): void {
  if (place.kind !== "memory" || place.type.k !== "array") return;
  const bytes = charactersOf(text).concat(0);
  for (let index = 0; index < Math.min(bytes.length, place.type.length); index++) {
    ctx.emit({ op: "store", a: place.base, offset: place.offset + index, value: ctx.constantOperand(bytes[index] ?? 0) });
  }
}
