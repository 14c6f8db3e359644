// The objects that are there from the start: globals with their initial words, functions, strings, and what stands for the unknown.
import type { Expr } from "../../c/ast.js";
import { convert, wordOf } from "../arithmetic.js";
import { oneLine } from "../edits.js";
import { addressOf, type StaticObject } from "../ir.js";
import type { GlobalDefinition, Linker, Unit } from "./link.js";
import { lengthOf } from "./initialize.js";
import { distribute } from "./initializers.js";
import { type Foreign, OpaqueObjects, roomFor } from "./opaque.js";
import type { LinkTarget } from "./stored.js";
import { charactersOf } from "./strings.js";
import { DECLARING } from "./statement-facts.js";
import { INITIALIZERS } from "./static-initializers.js";
import { CHAR, countedMembers, type CType, type FoundField, INT, isUnknown, pointerTo, VOID, WORD } from "./ctype.js";
import type { Types } from "./types.js";

/** A part of a global: its word, and where it is a part of one, which. */
interface StaticPart { readonly at: number; readonly type: CType; readonly part?: FoundField["part"] }

/** Characters of one literal that can be read, and that its name has. */
const MOST_CHARACTERS = 512;
const SHOWN_CHARACTERS = 256;

interface ObjectDraft { readonly kind: StaticObject["kind"]; readonly name: string; readonly type: CType; readonly words: Map<number, number>; readonly code: number; /** For what nobody shows: the types of the objects that lead to it. */ readonly foreign?: Foreign }

/** A global that a function makes ready before the start, as DEFINE_MUTEX() does. */
export interface Preparation {
  readonly address: number;
  readonly function: string;
  /** The function that the variable shall call, where its macro names one. */
  readonly callback: string | null;
  readonly unit: Unit;
  readonly span: GlobalDefinition["declaration"]["span"];
}

export class Statics {
  readonly preparations: Preparation[] = [];
  private readonly drafts: ObjectDraft[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly opaques: OpaqueObjects;

  constructor(private readonly program: LinkTarget, private readonly linker: Linker, private readonly types: Types) {
    this.opaques = new OpaqueObjects(program);
  }

  /** The objects with the layouts that the types have now. */
  objects(): StaticObject[] {
    for (let at = 0; at < this.drafts.length; at++) {
      const draft = this.drafts[at];
      // This may add further ones.
      if (draft?.foreign) this.opaques.fill(draft.words, addressOf(at + 1, 0), draft.name, draft.type, draft.foreign);
    }
    return this.drafts.map((draft): StaticObject => {
      const slots = draft.kind === "function" ? 1 : this.types.sizeOf(draft.type) + (draft.foreign ? this.opaques.spare(draft.type) : 0);
      const words = new Array<number>(slots).fill(0);
      for (const [slot, word] of draft.words) if (slot < slots) words[slot] = word;
      return { kind: draft.kind, name: draft.name, type: this.types.shape(draft.type, draft.name), slots, words, code: draft.code, ...(draft.foreign ? { foreign: true } : {}) };
    });
  }

  /** The address of a function; `code` is the number of its code. */
  function(name: string, code: number): number {
    return addressOf(this.object(`code ${code}`, () => ({ kind: "function", name, type: INT, words: new Map(), code })), 0);
  }

  global(name: string, from: Unit): { readonly address: number; readonly type: CType } | null {
    const found = this.linker.global(name, from);
    if (!found) return null;
    const { declaration, unit } = found;
    const written = unit.text.slice(declaration.span.from, declaration.span.to);
    if (declaration.type.params && declaration.type.arrays.length === 0 && !/\(\s*\*/.test(written)) return null;
    let type = this.types.resolve(declaration.type, written);
    const init = found.initial?.declaration.init ?? null;
    if (type.k === "array" && type.length === 0 && init?.kind === "init") type = { ...type, length: lengthOf(init.entries, (name) => this.program.constantOf(name, unit)) };
    if (type.k === "array" && type.length === 0 && init?.kind === "string") type = { ...type, length: charactersOf(init.text).length + 1 };
    const key = `global ${declaration.isStatic ? unit.path : ""} ${name}`;
    const known = this.numbers.get(key);
    if (known !== undefined) return { address: addressOf(known, 0), type };
    const object = this.object(key, () => ({ kind: "global", name, type, words: new Map(), code: -1, ...(declaration.isExtern && unit.origin === "patch" ? { foreign: [] } : {}) }));
    this.fill(object, type, init, found.initial?.unit ?? unit, declaration.span, written);
    return { address: addressOf(object, 0), type };
  }

  local(owner: string, name: string, where: string, type: CType, init: Expr | null, unit: Unit): number {
    const object = this.object(`static ${unit.path} ${owner} ${name} ${where}`, () => ({ kind: "global", name: `${owner}.${name}`, type, words: new Map(), code: -1 }));
    if (init) this.initialize(this.wordsOf(object), 0, type, init, unit);
    return addressOf(object, 0);
  }

  string(text: string): number {
    return addressOf(this.object(`string ${text}`, () => {
      const words = new Map<number, number>();
      const characters = charactersOf(text);
      characters.slice(0, MOST_CHARACTERS).forEach((character, index) => words.set(index, character));
      return { kind: "string", name: text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…"` : text, type: { k: "array", of: CHAR, length: characters.length + 1 }, words, code: -1 };
    }), 0);
  }

  /** An object that stands for what nobody shows. */
  opaque(name: string, type: CType, above: Foreign): number {
    return addressOf(this.object(`opaque ${name}`, () => ({ kind: "global", name, type: roomFor(type), words: new Map(), code: -1, foreign: above })), 0);
  }

  private object(key: string, make: () => ObjectDraft): number {
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.drafts.push(make());
      this.numbers.set(key, number);
    }
    return number;
  }

  private wordsOf(object: number): Map<number, number> {
    return this.drafts[object - 1]?.words ?? new Map<number, number>();
  }

  private fill(object: number, type: CType, init: Expr | null, unit: Unit, span: GlobalDefinition["declaration"]["span"], written: string): void {
    const macro = init?.kind === "call" && init.callee.kind === "name" ? init.callee.name : init?.kind === "opaque" ? init.reason : /^\s*(?:static\s+)?([A-Z_]+)\s*\(/.exec(written)?.[1] ?? "";
    const prepare = DECLARING.get(macro);
    if (prepare) {
      this.preparations.push({ address: addressOf(object, 0), function: prepare, callback: /\(\s*\w+\s*,\s*(\w+)\s*\)/.exec(init ? unit.text.slice(init.span.from, init.span.to) : written)?.[1] ?? null, unit, span });
      return;
    }
    if (init) this.initialize(this.wordsOf(object), 0, type, init, unit);
  }

  /** Writes a constant initializer into the words of a global. */
  private initialize(words: Map<number, number>, at: number, type: CType, init: Expr, unit: Unit, folded: FoundField["part"] = null): void {
    const { program, types } = this;
    if (init.kind === "string" && type.k === "array") {
      charactersOf(init.text).slice(0, type.length).forEach((character, index) => words.set(at + index, character));
      return;
    }
    if (init.kind === "call" && init.callee.kind === "name" && INITIALIZERS.has(init.callee.name)) {
      for (const [slot, word] of INITIALIZERS.get(init.callee.name)?.(program, init.args[0], unit) ?? []) if (word !== 0) words.set(at + slot, word);
      return;
    }
    if (init.kind !== "init") {
      const value = program.constant(init, unit);
      const isWhole = type.k !== "record" && type.k !== "array";
      if (value === null || (!isWhole && value !== 0)) program.assume({ kind: "inferred-type", text: `the initializer ${oneLine(unit.text.slice(init.span.from, init.span.to)).slice(0, 60)} is not a constant that is known: it is taken as 0`, where: { path: unit.path, line: init.span.line } });
      else if (folded) this.setPart(words, at, type, value, folded);
      else if (value !== 0) words.set(at, type.k === "int" && !isUnknown(type) ? convert(value, type.width) : value);
      return;
    }
    if (type.k !== "record" && type.k !== "array") {
      const [first] = init.entries;
      if (first) this.initialize(words, at, type, first.value, unit, folded);
      return;
    }
    distribute<StaticPart>({
      type: (part) => part.type,
      step: (part, step) => this.inside(part, step, unit),
      indexOf: (part, step) => this.indexOf(part.type, step, unit),
      count: (part) => (part.type.k === "record" ? countedMembers(types.fieldsOf(part.type.record)).length : part.type.k === "array" ? part.type.length : 1),
      isWhole: (value, part) => part.type.k === "record" && value.kind === "call" && value.callee.kind === "name" && INITIALIZERS.has(value.callee.name),
    }, { at, type, part: folded }, init.entries, (part, value) => this.initialize(words, part.at, part.type, value, unit, part.part ?? null), (entry) => {
      const [first] = entry.designator;
      if (type.k !== "record" || typeof first !== "string") return;
      // The next pass knows the member.
      types.infer(type.record, first, /^[a-z]/.test(first) && entry.value.kind === "name" && program.functionAddress(entry.value.name, unit) !== null ? pointerTo({ k: "function", returns: VOID, params: [] }) : WORD);
    });
  }

  /** Sets some bits of a word. */
  private setPart(words: Map<number, number>, at: number, type: CType, value: number, { bit, bits }: NonNullable<FoundField["part"]>): void {
    const slot = at + Math.floor(bit / bits);
    const size = type.k === "int" ? Math.max(type.width.field === true ? 1 : 8, type.width.bits) : 64;
    const mask = ((1n << BigInt(size)) - 1n) << BigInt(bit % bits);
    const word = (BigInt.asUintN(64, BigInt(words.get(slot) ?? 0)) & ~mask) | ((BigInt.asUintN(64, BigInt(value)) << BigInt(bit % bits)) & mask);
    words.set(slot, bits === 32 ? Number(word) : wordOf(word) ?? 0);
  }

  /** A member or an element. */
  private inside(part: StaticPart, step: string | number, unit: Unit): StaticPart | null {
    const { types } = this;
    if (part.type.k === "record") {
      types.sizeOf(part.type);
      const field = typeof step === "string" ? types.field(part.type.record, step) : countedMembers(part.type.record.fields)[step] ?? null;
      // Of an anonymous member the record itself is the part.
      const found = field && "declared" in field && field.name !== "" ? types.field(part.type.record, field.name) : field;
      if (!field || !found) return null;
      const folded = part.part ? { ...part.part, bit: part.part.bit + ("bit" in found ? found.bit : 0) } : "part" in found ? found.part : null;
      return { at: part.part ? part.at : part.at + found.offset, type: found.type, part: folded };
    }
    if (part.type.k !== "array") return step === 0 ? part : null;
    const index = typeof step === "number" ? step : this.program.constantOf(step, unit);
    if (index === null) return null;
    if (part.part) return { at: part.at, type: part.type.of, part: { ...part.part, bit: part.part.bit + 8 * index * types.bytesOf(part.type.of) } };
    return { at: part.at + index * types.sizeOf(part.type.of), type: part.type.of };
  }

  private indexOf(type: CType, step: string, unit: Unit): number | null {
    if (type.k !== "record") return this.program.constantOf(step, unit);
    const found = countedMembers(type.record.fields).findIndex((field) => field.name === step || (field.name === "" && field.type.k === "record" && this.types.field(field.type.record, step) !== null));
    return found < 0 ? null : found;
  }
}
