// C types: what they are made of, and the plain ones.
import type { Width } from "../ir.js";

/** Of one record: its size and alignment in bytes, and for each field the bit at which it begins. */
export interface ByteLayout { readonly size: number; readonly align: number; readonly bits: readonly number[] }

export interface FieldInfo {
  readonly name: string;
  type: CType;
  offset: number;
  readonly inferred: boolean;
  /** The type as it is declared: of a bit-field the one that it is a part of. */
  declared: CType;
  /** Of a bit-field, its bits. */
  readonly width?: number;
}

/** A member as it is found in a record. */
export interface FoundField {
  readonly type: CType;
  /** Words from the record's start; where it is a part of a union, of that. */
  readonly offset: number;
  readonly bit: number;
  /** For a part of a union that is kept as its bytes are: its first bit there, and the bits of one word. */
  readonly part: { readonly bit: number; readonly bits: 32 | 64 } | null;
}

export interface RecordType {
  readonly tag: "struct" | "union";
  /** "" for an anonymous one. */
  readonly name: string;
  readonly fields: FieldInfo[];
  /** Words; at least one. -1 while the layout is not known. */
  size: number;
  /** The same in bytes, once somebody has asked. */
  layout?: ByteLayout | null;
  /** Of a union, whether it is kept as its bytes are, once somebody has asked. */
  folded?: boolean | undefined;
  /** True where the text says __packed. */
  packed?: boolean;
}

export type CType =
  | { readonly k: "void" }
  /** A number; `bits` 64 is also what an unknown type has. */
  | { readonly k: "int"; readonly width: Width; readonly unknown?: boolean; /** The name that stands for it, where no line says what that means. */ readonly named?: string }
  | { readonly k: "pointer"; readonly to: CType }
  | { readonly k: "array"; readonly of: CType; readonly length: number }
  | { readonly k: "record"; readonly record: RecordType }
  | { readonly k: "function"; readonly returns: CType; readonly params: readonly CType[] };

export const INT: CType = { k: "int", width: { bits: 32, unsigned: false } };
export const UNSIGNED: CType = { k: "int", width: { bits: 32, unsigned: true } };
export const LONG: CType = { k: "int", width: { bits: 64, unsigned: false } };
export const SIZE: CType = { k: "int", width: { bits: 64, unsigned: true } };
export const BOOL: CType = { k: "int", width: { bits: 1, unsigned: true } };
export const CHAR: CType = { k: "int", width: { bits: 8, unsigned: false } };
export const WORD: CType = { k: "int", width: { bits: 64, unsigned: false }, unknown: true };
/** What a name stands for that no line declares. */
export const unknownCalled = (name: string): CType => ({ k: "int", width: { bits: 64, unsigned: false }, unknown: true, named: name });
export const VOID: CType = { k: "void" };
export const pointerTo = (to: CType): CType => ({ k: "pointer", to });

export const isUnknown = (type: CType): boolean => type.k === "int" && type.unknown === true;

/** The width in which values of this type are kept: pointers and unknown types are 64 bits. */
export function widthOf(type: CType): Width {
  if (type.k === "int") return type.width;
  return { bits: 64, unsigned: true };
}

/** What an initializer without names counts: all members but bits that have no name. */
export const countedMembers = (fields: readonly FieldInfo[]): readonly FieldInfo[] => fields.filter((field) => field.name !== "" || field.width === undefined);
