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
