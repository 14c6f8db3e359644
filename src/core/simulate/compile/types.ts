// C types as the compiler sees them: layouts in words, from the visible fields of every file, and from use where none is visible.
import type { CUnit, Field, TypeRef } from "../../c/ast.js";
import type { OriginKind, TypeShape } from "../ir.js";
import { BOOL, CHAR, type CType, type FieldInfo, type FoundField, INT, isUnknown, LONG, pointerTo, type RecordType, SIZE, UNSIGNED, VOID, unknownCalled, WORD } from "./ctype.js";
import { bytesOf, foldedBits, isFolded, layoutOf } from "./layout.js";
import type { TypeObserver, TypeQuestions } from "./type-questions.js";

/** Basic types, and the kernel's and stdint's names of fixed widths (include/linux/types.h). */
const BASIC: ReadonlyMap<string, CType> = new Map<string, CType>([
  ["void", VOID], ["bool", BOOL], ["_Bool", BOOL], ["char", CHAR], ["signed char", CHAR],
  ...["int", "signed", "signed int", "s32", "__s32", "int32_t", "pid_t", "enum"].map((name): [string, CType] => [name, INT]),
  ...["unsigned", "unsigned int", "uint", "u32", "__u32", "uint32_t", "gfp_t", "dev_t", "umode_t", "fmode_t", "__le32", "__be32", "__poll_t", "vm_fault_t"].map((name): [string, CType] => [name, UNSIGNED]),
  ...["long", "long int", "long long", "long long int", "signed long", "s64", "__s64", "int64_t", "ssize_t", "loff_t", "off_t", "ptrdiff_t", "intptr_t", "ktime_t"].map((name): [string, CType] => [name, LONG]),
  ...["unsigned long", "unsigned long int", "unsigned long long", "unsigned long long int", "long unsigned int", "ulong", "u64", "__u64", "uint64_t", "size_t", "uintptr_t", "dma_addr_t", "phys_addr_t", "resource_size_t", "sector_t", "pgoff_t", "__le64", "__be64"].map((name): [string, CType] => [name, SIZE]),
  ...["unsigned char", "u8", "__u8", "uint8_t"].map((name): [string, CType] => [name, { k: "int", width: { bits: 8, unsigned: true } }]),
  ...["short", "short int", "signed short", "s16", "__s16", "int16_t"].map((name): [string, CType] => [name, { k: "int", width: { bits: 16, unsigned: false } }]),
  ...["unsigned short", "unsigned short int", "u16", "__u16", "uint16_t", "__le16", "__be16"].map((name): [string, CType] => [name, { k: "int", width: { bits: 16, unsigned: true } }]),
  ...["s8", "__s8", "int8_t"].map((name): [string, CType] => [name, CHAR]),
]);

const FLAG_TYPES: ReadonlySet<string> = new Set(["bool", "_Bool"]);

/** How a struct says that its members stand without holes: behind its brace, or before its name. */
const PACKED = /^\s*(?:__\w+\s+)*(?:__packed\b|__attribute__\s*\(\(\s*_*packed)/;
const PACKED_BEFORE = /^(?:struct|union)\s+(?:__packed\b|__attribute__\s*\(\(\s*_*packed)/;

/** Words of the longest array that is kept whole, and of what is kept of a longer one: buffers and tables of a driver, each word of which every state would have. */
const MOST_ARRAY = 512;
const KEPT_ARRAY = 64;
/** Structs and arrays inside one another, in names. */
const MOST_NESTED = 24;

/** All types of one program. What is inferred stays from one pass of the compiler to the next; layouts are made anew. */
export class Types implements TypeQuestions {
  /** Grows with every inference: when a pass adds nothing, offsets are final. */
  version = 0;
  readonly inferred = new Set<string>();
  private readonly records = new Map<string, RecordType>();
  private readonly anonymous = new Map<TypeRef, RecordType>();
  private readonly typedefs = new Map<string, TypeRef>();
  private readonly resolving = new Set<string>();
  /** Names that stand for structs, as their use says. */
  private readonly calledStructs = new Set<string>();
  private readonly shapeNumbers = new Map<string, number>();
  private readonly typedefTexts = new Map<string, string>();
  private constant: (text: string) => number | null = () => null;
  shapes: TypeShape[] = [];
  observer: TypeObserver | null = null;

  /** Units in order of authority: the first that says something of a field or of a typedef is believed. */
  constructor(units: readonly { readonly unit: CUnit; readonly text: string; readonly origin: OriginKind }[]) {
    this.models = new Set(units.filter((unit) => unit.origin === "model").flatMap((unit) => unit.unit.structs.map((struct) => struct.name)).filter((name) => name !== ""));
    for (const { unit } of units) for (const typedef of unit.typedefs) if (!this.typedefs.has(typedef.name)) this.typedefs.set(typedef.name, typedef.type);
    this.units = units;
  }

  private readonly units: readonly { readonly unit: CUnit; readonly text: string }[];
  /** Names of the structs that the kernel model declares. */
  readonly models: ReadonlySet<string>;

  /** Reads the structs; `constant` evaluates the text of an array's size. */
  readRecords(constant: (text: string) => number | null): void {
    this.constant = constant;
    for (const { unit, text } of this.units) {
      for (const struct of unit.structs) {
        if (struct.name === "") continue;
        const record = this.record(struct.tag, struct.name);
        this.addFields(record, struct.fields, text);
        if (PACKED.test(text.slice(struct.span.to, struct.span.to + 60)) || PACKED_BEFORE.test(text.slice(struct.span.from, struct.span.from + 60))) record.packed = true;
      }
    }
  }

  /** The type of a declaration; `written` is its text, for array sizes that are not plain numbers. */
  resolve(ref: TypeRef, written: string | null = null, typedef = ""): CType {
    return this.resolveOn(this.base(ref, typedef), ref, written);
  }

  /** What the declarator of a type makes of another base than the one it names. */
  resolveOn(base: CType, ref: TypeRef, written: string | null = null): CType {
    let type = base;
    const named = ref.tag === "name" ? this.typedefs.get(plainName(ref.name)) : undefined;
    // A typedef of a function itself: the first star makes the pointer that its name is taken as.
    const stars = named?.bare === true ? Math.max(0, ref.pointers - 1) : ref.pointers;
    const bits = /^[\w\s]*\bDECLARE_BITMAP\s*\(\s*\w+\s*,([\s\S]*)\)\s*;?\s*$/.exec(written ?? "")?.[1];
    const sizes = written === null ? [] : bits !== undefined ? [`((${bits}) + 63) / 64`] : [...written.matchAll(/\[([^\]]*)\]/g)].map((match) => match[1] ?? "");
    // Dimensions of what stands in parentheses are written before the others.
    let used = 0;
    for (let outer = ref.outer; outer; outer = outer.outer) used += outer.arrays.length;
    type = this.derived(type, { ...ref, pointers: stars }, sizes.slice(used));
    for (let outer = ref.outer; outer; outer = outer.outer) {
      used -= outer.arrays.length;
      type = this.derived(type, outer, sizes.slice(used));
    }
    return type;
  }

  /** The reader gives a function and a pointer to one the same shape; as a value both are the address. */
  private derived(base: CType, ref: Pick<TypeRef, "pointers" | "arrays" | "params">, sizes: readonly string[]): CType {
    let type = base;
    for (let level = 0; level < ref.pointers; level++) type = pointerTo(type);
    if (ref.params) type = pointerTo({ k: "function", returns: type, params: ref.params.map((param) => this.resolve(param.type)) });
    return this.arrays(type, ref.arrays, sizes);
  }

  /** The type that a plain name stands for; null when it is none. `sizeof(name)` does not say which it is. */
  named(name: string): CType | null {
    return BASIC.has(name) || this.typedefs.has(name) ? this.resolve({ tag: "name", name, pointers: 0, arrays: [] }) : null;
  }

  /** What a typedef stands for, as text that tells it from every other; "" when there is none. */
  typedefText(name: string): string {
    const typedef = this.typedefs.get(name);
    if (!typedef) return "";
    let text = this.typedefTexts.get(name);
    if (text === undefined) this.typedefTexts.set(name, (text = JSON.stringify(typedef)));
    return text;
  }

  fieldsOf(record: RecordType): readonly FieldInfo[] {
    this.sizeOfRecord(record);
    return record.fields;
  }

  noteInferred(record: RecordType, name: string): void {
    this.inferred.add(`${record.name}.${name}`);
  }

  structCalled(name: string): RecordType {
    if (!this.calledStructs.has(name)) {
      this.calledStructs.add(name);
      this.version++;
    }
    return this.record("struct", name);
  }

  learned(): void {
    this.version++;
  }

  record(tag: "struct" | "union", name: string): RecordType {
    const key = `${tag} ${name}`;
    let record = this.records.get(key);
    if (!record) {
      record = { tag, name, fields: [], size: -1 };
      this.records.set(key, record);
    }
    return record;
  }

  /** True when some text shows at least one field of the struct. */
  knows(name: string): boolean {
    return (this.records.get(`struct ${name}`)?.fields.length ?? 0) > 0;
  }

  /** A field, looked for in anonymous members as well; null when it is not known. The offset counts from the record's start. */
  field(record: RecordType, name: string): FoundField | null {
    this.sizeOfRecord(record);
    for (const [index, field] of record.fields.entries()) {
      const bit = layoutOf(record).bits[index] ?? 0;
      // What stands in a union that is kept as its bytes are is a part of it.
      const folded = isFolded(record) ? { bit: 0, bits: foldedBits(record) } : null;
      if (field.name === name) return { type: field.type, offset: field.offset, bit, part: folded && { ...folded, bit } };
      if (field.name === "" && field.type.k === "record") {
        const inner = this.field(field.type.record, name);
        if (inner) return { type: inner.type, offset: folded ? 0 : field.offset + inner.offset, bit: bit + inner.bit, part: folded ? { ...folded, bit: bit + inner.bit } : inner.part };
      }
    }
    return null;
  }

  /** Adds a field that no visible text declares. A better type than the one that was inferred before replaces it. */
  infer(record: RecordType, name: string, type: CType): void {
    if (record.fields.some((field) => field.name === name)) return this.improve(record, name, type);
    record.fields.push({ name, type, offset: 0, inferred: true, declared: type });
    record.size = -1;
    record.layout = null;
    record.folded = undefined;
    this.version++;
  }

  improve(record: RecordType, name: string, type: CType): void {
    const known = record.fields.find((field) => field.name === name);
    if (known?.inferred !== true || !isBetter(type, known.type)) return;
    known.type = type;
    known.declared = type;
    record.layout = null;
    this.version++;
  }

  /** The only record of the code that has a field of this name, when there is exactly one; what the model has says nothing of a name that the code uses. */
  recordWith(field: string): RecordType | null {
    const found = [...this.records.values()].filter((record) => !this.models.has(record.name) && record.fields.some((candidate) => candidate.name === field));
    return found.length === 1 ? found[0] ?? null : null;
  }

  /** Words of a value of this type. */
  sizeOf(type: CType): number {
    switch (type.k) {
      case "array": return Math.max(1, this.kept(type)) * this.sizeOf(type.of);
      case "record": return this.sizeOfRecord(type.record);
      default: return 1;
    }
  }

  /** Elements of an array that have room: of a long one only the first. Who reaches for one behind them cannot be run. */
  kept(type: CType & { readonly k: "array" }): number {
    const size = this.sizeOf(type.of);
    return type.length * size <= MOST_ARRAY ? type.length : Math.max(1, Math.floor(KEPT_ARRAY / size));
  }

  /** What `sizeof` gives. */
  bytesOf(type: CType): number {
    return bytesOf(type);
  }

  /** Throws away offsets, so that fields found since are laid out. */
  forgetLayouts(): void {
    for (const record of [...this.records.values(), ...this.anonymous.values()]) {
      record.size = -1;
      record.layout = null;
      record.folded = undefined;
    }
    this.shapes = [];
    this.shapeNumbers.clear();
  }

  /** The number of a type's shape, for traces. */
  shape(type: CType, name: string): number {
    const key = `${name} ${this.typeName(type)}`;
    const known = this.shapeNumbers.get(key);
    if (known !== undefined) return known;
    const paths: string[] = [];
    const pointers: boolean[] = [];
    const widths: number[] = [];
    this.describe(type, "", paths, pointers, widths);
    this.shapes.push({ name: this.typeName(type), slots: paths.length, bytes: this.bytesOf(type), paths, pointers, widths, ...this.openEnd(type) });
    this.shapeNumbers.set(key, this.shapes.length - 1);
    return this.shapes.length - 1;
  }

  /** The elements of an array of any length at the end of a struct. */
  private openEnd(type: CType): Pick<TypeShape, "end"> {
    const last = type.k === "record" && type.record.tag === "struct" ? type.record.fields.at(-1) : undefined;
    if (last?.type.k !== "array" || last.type.length !== 0) return {};
    return { end: { slot: last.offset, byte: layoutOfEnd(type), slots: this.sizeOf(last.type.of), bytes: Math.max(1, this.bytesOf(last.type.of)) } };
  }

  typeName(type: CType): string {
    switch (type.k) {
      case "record": return type.record.name === "" ? type.record.tag : `${type.record.tag} ${type.record.name}`;
      case "pointer": return `${this.typeName(type.to)} *`;
      case "array": return `${this.typeName(type.of)} [${type.length}]`;
      case "function": return "function";
      case "void": return "void";
      case "int": return type.unknown ? "word" : "number";
    }
  }

  private base(ref: TypeRef, typedefName: string): CType {
    if (ref.tag === "enum") return INT;
    if (ref.tag === "struct" || ref.tag === "union") {
      if (ref.name !== "") {
        const record = this.record(ref.tag, ref.name);
        if (ref.members) this.observer?.otherwise();
        if (ref.members && record.fields.length === 0) this.addFields(record, ref.members, null);
        return { k: "record", record };
      }
      let record = this.anonymous.get(ref);
      if (!record) {
        record = { tag: ref.tag, name: typedefName, fields: [], size: -1 };
        this.anonymous.set(ref, record);
        this.addFields(record, ref.members ?? [], null);
      }
      return { k: "record", record };
    }
    const name = plainName(ref.name);
    if (FLAG_TYPES.has(name)) return BOOL;
    const typedef = this.typedefs.get(name);
    this.observer?.typedef(name, typedef ?? null);
    if (typedef && !this.resolving.has(name)) {
      this.resolving.add(name);
      const type = this.resolve(typedef, null, name);
      this.resolving.delete(name);
      return type;
    }
    if (this.calledStructs.has(name)) return { k: "record", record: this.record("struct", name) };
    return BASIC.get(name) ?? (name === "" ? WORD : unknownCalled(name));
  }

  private arrays(type: CType, arrays: readonly (number | null)[], sizes: readonly string[]): CType {
    let result = type;
    if (arrays.includes(null)) this.observer?.otherwise();
    for (let dimension = arrays.length - 1; dimension >= 0; dimension--) {
      const length = arrays[dimension] ?? this.constant(sizes[dimension] ?? "") ?? 0;
      result = { k: "array", of: result, length };
    }
    return result;
  }

  private addFields(record: RecordType, fields: readonly Field[], text: string | null): void {
    for (const field of fields) {
      if (field.name !== "" && record.fields.some((known) => known.name === field.name)) continue;
      const written = text === null ? null : text.slice(field.span.from, field.span.to);
      const type = this.resolve(field.type, written);
      const named = field.bits === -1 ? this.constant(/:([^:;,]*)[;,]?\s*$/.exec(written ?? "")?.[1] ?? "") ?? undefined : field.bits;
      record.fields.push({ name: field.name, type: named === undefined ? type : bitField(type, named), offset: 0, inferred: false, declared: type, ...(named === undefined ? {} : { width: named }) });
    }
    record.size = -1;
    record.layout = null;
  }

  private sizeOfRecord(record: RecordType): number {
    if (record.size >= 0) return record.size;
    // A struct that contains itself cannot be C; it ends here.
    record.size = 1;
    let at = 0;
    let largest = 0;
    for (const field of record.fields) {
      field.offset = record.tag === "union" ? 0 : at;
      // Bits without a name are room that nobody uses.
      const size = field.name === "" && field.width !== undefined ? 0 : this.sizeOf(field.type);
      at += size;
      largest = Math.max(largest, size);
    }
    record.size = isFolded(record) ? Math.max(1, Math.ceil(layoutOf(record).size / 8)) : Math.max(1, record.tag === "union" ? largest : at);
    return record.size;
  }

  private describe(type: CType, path: string, paths: string[], pointers: boolean[], widths: number[], depth = 0): void {
    // Deeper than that is only a struct that has itself inside.
    if (type.k === "record" && type.record.tag === "struct" && type.record.fields.length > 0 && depth < MOST_NESTED) {
      this.sizeOfRecord(type.record);
      const single = this.sizeOf(type) === 1;
      for (const field of type.record.fields) {
        if (field.name === "" && field.width !== undefined) continue;
        // A wrapper of one word, such as refcount_t, shows as the word itself.
        const inner = single && path !== "" ? path : path === "" ? field.name : field.name === "" ? path : `${path}.${field.name}`;
        this.describe(field.type, inner, paths, pointers, widths, depth + 1);
      }
    } else if (type.k === "array") {
      for (let index = 0; index < Math.min(Math.max(1, this.kept(type)), 4096); index++) this.describe(type.of, `${path}[${index}]`, paths, pointers, widths, depth + 1);
    } else {
      const size = this.sizeOf(type);
      for (let slot = 0; slot < size; slot++) {
        paths.push(size === 1 ? path : `${path}+${slot}`);
        widths.push(type.k === "pointer" ? 64 : type.k !== "int" || isUnknown(type) || type.width.field === true ? 0 : Math.max(8, type.width.bits) * (type.width.unsigned ? 1 : -1));
        pointers.push(type.k === "pointer" || type.k === "record" || (type.k === "int" && type.unknown === true));
      }
    }
  }
}

const plainName = (name: string): string => name.replace(/\b(const|volatile|register|inline|__always_unused)\b/g, "").replace(/\s+/g, " ").trim();

/** The byte at which the last member of a struct begins. */
function layoutOfEnd(type: CType): number {
  return type.k === "record" ? Math.floor((layoutOf(type.record).bits.at(-1) ?? 0) / 8) : 0;
}

/** How the names of structs begin of which only members are known. */
export const UNNAMED = "in ";

/** Whether an inferred type says more than another: what is tested like a number may be a pointer all the same, and a pointer's target may be found later. */
export function isBetter(type: CType, known: CType): boolean {
  if (isUnknown(known)) return !isUnknown(type);
  if (known.k === "int") return type.k === "pointer" || type.k === "record";
  if (known.k === "array") return type.k === "array" && isBetter(type.of, known.of);
  if (known.k === "record") return type.k === "record" && known.record.name.startsWith(UNNAMED) && !type.record.name.startsWith(UNNAMED);
  return known.k === "pointer" && type.k === "pointer" && (isUnknown(known.to) || known.to.k === "void") && !isUnknown(type.to) && type.to.k !== "void";
}

/** A member of some bits; a bool stays one. */
function bitField(type: CType, bits: number): CType {
  return type.k === "int" && type.width.bits > 1 && bits > 0 && bits < type.width.bits ? { k: "int", width: { bits, unsigned: type.width.unsigned, field: true } } : type;
}
