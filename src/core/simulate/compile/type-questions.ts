// What compiling a function asks of the types, and who is told of their meanings.
import type { TypeRef } from "../../c/ast.js";
import type { CType, FieldInfo, FoundField, RecordType } from "./ctype.js";

/** What compiling a function asks of the types. */
export interface TypeQuestions {
  /** Names of the structs of the model. */
  readonly models: ReadonlySet<string>;
  resolve(ref: TypeRef, written?: string | null): CType;
  resolveOn(base: CType, ref: TypeRef, written?: string | null): CType;
  named(name: string): CType | null;
  record(tag: "struct" | "union", name: string): RecordType;
  recordWith(field: string): RecordType | null;
  /** `bit` counts from the record's start, as gcc lays it out. */
  field(record: RecordType, name: string): FoundField | null;
  /** The fields in their order, laid out. */
  fieldsOf(record: RecordType): readonly FieldInfo[];
  sizeOf(type: CType): number;
  bytesOf(type: CType): number;
  kept(type: CType & { readonly k: "array" }): number;
  shape(type: CType, name: string): number;
  infer(record: RecordType, name: string, type: CType): void;
  /** Believes a better type for a field that was inferred. */
  improve(record: RecordType, name: string, type: CType): void;
  /** Says that a field of a record is inferred. */
  noteInferred(record: RecordType, name: string): void;
  /** The struct that a name stands for which no line declares, and of which somebody wants a member. */
  structCalled(name: string): RecordType;
  /** Something was learned that compiling the program once more has to know. */
  learned(): void;
}

/** Told of what a type means; for who keeps code for other programs. */
export interface TypeObserver {
  typedef(name: string, meaning: TypeRef | null): void;
  /** The meaning depends on something else. */
  otherwise(): void;
}
