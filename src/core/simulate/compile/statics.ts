// The objects that are there from the start: globals with their initial words, functions, strings, and what stands for the unknown.
import type { Expr } from "../../c/ast.js";
import { convert } from "../arithmetic.js";
import { oneLine } from "../edits.js";
import { addressOf, type StaticObject } from "../ir.js";
import type { GlobalDefinition, Linker, Unit } from "./link.js";
import { lengthOf } from "./initialize.js";
import { type Foreign, OpaqueObjects, roomFor } from "./opaque.js";
import type { LinkTarget } from "./stored.js";
import { charactersOf } from "./strings.js";
import { DECLARING } from "./statement-facts.js";
import { INITIALIZERS } from "./static-initializers.js";
import { CHAR, type CType, INT, isUnknown, pointerTo, VOID, WORD } from "./ctype.js";
import type { Types } from "./types.js";

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
  private initialize(words: Map<number, number>, at: number, type: CType, init: Expr, unit: Unit): void {
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
      const isWhole = type.k !== "record" && type.k !== "array";
      if (!isWhole && !(init.kind === "number" && init.value === 0)) program.assume({ kind: "inferred-type", text: `the initializer at line ${String(init.span.line)} leaves out inner braces: only the first value of what is inside is taken`, where: { path: unit.path, line: init.span.line } });
      const value = program.constant(init, unit);
      if (value === null) program.assume({ kind: "inferred-type", text: `the initializer ${oneLine(unit.text.slice(init.span.from, init.span.to)).slice(0, 60)} is not a constant that is known: it is taken as 0`, where: { path: unit.path, line: init.span.line } });
      if (value !== null && value !== 0) words.set(at, type.k === "int" && !isUnknown(type) ? convert(value, type.width) : value);
      return;
    }
    let next = 0;
    for (const entry of init.entries) {
      let target: { at: number; type: CType } | null = { at, type };
      const path: readonly (string | number)[] = entry.designator.length > 0 ? entry.designator : [next];
      for (const step of path) {
        if (target === null) break;
        const inside: CType = target.type;
        if (inside.k === "record") {
          types.sizeOf(inside);
          const byName: { type: CType; offset: number } | null = typeof step === "string" ? types.field(inside.record, step) : inside.record.fields[step] ?? null;
          if (typeof step === "string" && path[0] === step) next = inside.record.fields.findIndex((field) => field.name === step);
          target = byName ? { at: target.at + byName.offset, type: byName.type } : null;
          if (byName === null && typeof step === "string") {
            types.infer(inside.record, step, /^[a-z]/.test(step) && entry.value.kind === "name" && program.functionAddress(entry.value.name, unit) !== null ? pointerTo({ k: "function", returns: VOID, params: [] }) : WORD);
          }
        } else if (inside.k === "array") {
          const index: number | null = typeof step === "number" ? step : program.constantOf(step, unit);
          if (index !== null && path[0] === step) next = index;
          target = index === null ? null : { at: target.at + index * types.sizeOf(inside.of), type: inside.of };
        }
      }
      if (target) this.initialize(words, target.at, target.type, entry.value, unit);
      next++;
    }
  }
}
