// Where the members of structs and unions stand in bytes, as gcc lays them out on a 64-bit machine (System V ABI): what sizeof and offsetof say. The machine itself counts in words.
import { type ByteLayout, type CType, isUnknown, type RecordType } from "./ctype.js";

/** What `sizeof` gives. An unknown type and a struct without known members count eight. */
export function bytesOf(type: CType): number {
  switch (type.k) {
    case "int": return isUnknown(type) ? 8 : Math.max(1, Math.ceil(type.width.bits / 8));
    case "array": return type.length * bytesOf(type.of);
    case "record": return layoutOf(type.record).size;
    case "void": case "function": return 1;
    default: return 8;
  }
}

function alignOf(type: CType): number {
  switch (type.k) {
    case "array": return alignOf(type.of);
    case "record": return layoutOf(type.record).align;
    default: return bytesOf(type);
  }
}

/** The layout of a record; it is kept until a field is added. */
export function layoutOf(record: RecordType): ByteLayout {
  if (record.layout) return record.layout;
  // A struct that contains itself cannot be C; it ends here.
  record.layout = { size: 8, align: 8, bits: [] };
  if (record.fields.length === 0) return record.layout;
  const bits: number[] = [];
  let at = 0;
  let align = 1;
  let largest = 0;
  for (const field of record.fields) {
    const unit = 8 * bytesOf(field.declared);
    const own = record.packed === true ? 1 : alignOf(field.declared);
    if (record.tag === "union") at = 0;
    if (field.width !== undefined) {
      // A bit-field stands inside of one unit of its declared type; one of no width ends the unit.
      if (field.width === 0) at = Math.ceil(at / unit) * unit;
      else if (record.packed !== true && Math.floor(at / unit) !== Math.floor((at + field.width - 1) / unit)) at = Math.ceil(at / unit) * unit;
      bits.push(at);
      at += field.width;
      if (field.name !== "") align = Math.max(align, own);
    } else {
      at = Math.ceil(at / (8 * own)) * 8 * own;
      bits.push(at);
      at += unit;
      align = Math.max(align, own);
    }
    largest = Math.max(largest, at);
  }
  const size = Math.ceil(Math.ceil((record.tag === "union" ? largest : at) / 8) / align) * align;
  record.layout = { size, align, bits };
  return record.layout;
}

/** A number inside of a record: the word and the bit at which it stands, and how it is kept. */
interface Leaf { readonly slot: number; readonly bit: number; readonly kind: string }

/**
 * True for a union of numbers alone whose members see the same bytes in different ways. It is kept as its bytes are: as one number of 32 bits, or as numbers of 64, of which a member is
 * a part. In any other union a word is what was written to it, whatever member it is read as.
 */
export function isFolded(record: RecordType): boolean {
  if (record.tag !== "union" || record.fields.length < 2 || record.fields.some((field) => field.inferred)) return false;
  record.folded ??= judged(record);
  return record.folded;
}

/** True for a union that is not kept as its bytes are, although its members are known to see them in different ways: pointers and numbers, or structs with both. */
export function isMixed(record: RecordType): boolean {
  if (record.tag !== "union" || isFolded(record) || record.fields.length < 2) return false;
  const kinds = record.fields.map((field) => kindOf(field.type));
  return kinds.some((kind) => kind !== "" && kinds[0] !== "" && kind !== kinds[0]);
}

/** What the first word of a type is; "" where nobody knows. */
function kindOf(type: CType): string {
  switch (type.k) {
    case "int": return isUnknown(type) ? "" : `${String(type.width.bits)} ${String(type.width.unsigned)}`;
    case "pointer": return "pointer";
    case "array": return `${kindOf(type.of)} each`;
    case "record": return type.record.fields.length === 0 || type.record.fields.some((field) => field.inferred) ? "" : `struct ${type.record.name} ${type.record.fields.map((field) => kindOf(field.type)).join(", ")}`;
    default: return "";
  }
}

/** Bits of a word of a folded union. */
export const foldedBits = (record: RecordType): 32 | 64 => (layoutOf(record).size <= 4 ? 32 : 64);

function judged(record: RecordType): boolean {
  // It is none while its own members are looked at.
  record.folded = false;
  const known = new Map<number, Leaf>();
  let differ = false;
  for (const field of record.fields) {
    const leaves = leavesOf(field.type, field.declared, 0, 0);
    if (leaves === null || leaves.length === 0) return false;
    for (const leaf of leaves) {
      const other = known.get(leaf.slot);
      if (other && (other.bit !== leaf.bit || other.kind !== leaf.kind)) differ = true;
      known.set(leaf.slot, leaf);
    }
  }
  return differ;
}

/** The numbers of a type; null where it has anything else, or nobody knows what. */
function leavesOf(type: CType, declared: CType, slot: number, bit: number): Leaf[] | null {
  if (type.k === "int") return isUnknown(type) ? null : [{ slot, bit, kind: `${String(type.width.bits)} ${String(type.width.unsigned)}` }];
  const found: Leaf[] = [];
  if (type.k === "array") {
    let at = slot;
    for (let index = 0; index < Math.min(type.length, MOST_FOLDED); index++) {
      const leaves = leavesOf(type.of, type.of, at, bit + index * 8 * bytesOf(type.of));
      if (leaves === null) return null;
      found.push(...leaves);
      at = Math.max(at, ...leaves.map((leaf) => leaf.slot)) + 1;
    }
    return type.length > MOST_FOLDED ? null : found;
  }
  if (type.k !== "record" || type.record.fields.length === 0 || type.record.fields.some((field) => field.inferred)) return null;
  const { bits } = layoutOf(type.record);
  let at = slot;
  for (const [index, field] of type.record.fields.entries()) {
    if (field.name === "" && field.width !== undefined) continue;
    const leaves = leavesOf(field.type, field.declared, type.record.tag === "union" ? slot : at, bit + (bits[index] ?? 0));
    if (leaves === null) return null;
    found.push(...leaves);
    at = Math.max(at, ...leaves.map((leaf) => leaf.slot + 1));
  }
  return declared.k === "record" ? found : null;
}

/** Elements of an array in a union that is kept as bytes. */
const MOST_FOLDED = 64;
