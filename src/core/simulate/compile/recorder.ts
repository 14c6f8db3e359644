// Compiles functions so that other programs can use their code: notes every question with its answer, and gives symbols in place of numbers. Run by the build.
import type { Expr } from "../../c/ast.js";
import { OBJECT_SPAN, type FunctionCode, type Instruction } from "../ir.js";
import type { Assumption } from "../types.js";
import type { Declared, ProgramContext } from "./context.js";
import type { Unit } from "./link.js";
import { placeOfDeclared, type LinkTarget, type Question, type StoredCode, type StoredConstant } from "./stored.js";
import { storeRecord, type StoredType, storeType } from "./stored-types.js";
import type { CType, RecordType } from "./ctype.js";
import type { TypeQuestions } from "./type-questions.js";
import type { Types } from "./types.js";

/** Addresses from here on are symbols: more than any object has, and exact. */
const FIRST_SYMBOL = 2 ** 50;

/** Answers as a program does, and notes the answers. One for each function. */
export class Recorder implements ProgramContext {
  readonly types: TypeQuestions;
  readonly guesses = new Map<string, CType>();
  readonly undeclared = new Map<string, Set<string>>();
  /** False once something was asked whose answer cannot be kept. */
  private isStorable = true;
  private readonly questions: Question[] = [];
  /** By the question's text: its symbol; -1 for questions without one. */
  private readonly known = new Map<string, number>();
  private readonly places: number[] = [];
  private readonly placeNumbers = new Map<string, number>();
  private symbols = 0;

  constructor(private readonly program: LinkTarget, private readonly unit: Unit) {
    this.types = this.typeQuestions(program.types);
    program.types.observer = {
      typedef: (name) => { this.note(["typedef", name, program.types.typedefText(name)]); },
      otherwise: () => { this.isStorable = false; },
    };
  }

  /** What is kept of the code that was compiled with these answers; null when it cannot be used elsewhere. */
  finish(code: FunctionCode): StoredCode | null {
    this.program.types.observer = null;
    const constants = code.constants.map((value) => this.constantFor(value));
    const isPlain = (instruction: Instruction): boolean => instruction.op !== "choose" || (instruction.values ?? []).every((value) => value < FIRST_SYMBOL);
    if (!this.isStorable || constants.includes(null) || !code.code.every(isPlain)) return null;
    return {
      questions: this.questions, places: this.places, code: code.code, constants: constants.filter((constant) => constant !== null),
      parameters: code.parameters, registers: code.registers, frameWords: code.frameWords, variables: code.variables, live: code.live.flatMap((words) => [...words]),
    };
  }

  get sharedFrames(): boolean {
    this.note(["frames", "", this.program.sharedFrames]);
    return this.program.sharedFrames;
  }

  get gapsAreNothing(): boolean {
    this.note(["gaps", "", this.program.gapsAreNothing]);
    return this.program.gapsAreNothing;
  }

  functionCode(name: string, from: Unit): number | null {
    this.from(from);
    if (this.quietly(() => this.program.functionCode(name, from)) !== null) return this.symbol(["code", name]);
    this.note(["no code", name]);
    return null;
  }

  functionAddress(name: string, from: Unit): number | null {
    this.from(from);
    if (this.quietly(() => this.program.functionAddress(name, from)) !== null) return this.address(["function", name]);
    this.note(["no function", name]);
    return null;
  }

  callee(name: string, from: Unit): Declared | null {
    return this.declared("callee", name, this.program.callee(name, from), from);
  }

  prototype(name: string, from: Unit): Declared | null {
    return this.declared("prototype", name, this.program.prototype(name, from), from);
  }

  isShown(name: string): boolean {
    const shown = this.program.isShown(name);
    this.note(["shown", name, shown]);
    return shown;
  }

  global(name: string, from: Unit): { readonly address: number; readonly type: CType } | null {
    this.from(from);
    const global = this.quietly(() => this.program.global(name, from));
    if (global) return { address: this.withType(global.type, (type) => this.address(["global", name, type])) ?? 0, type: global.type };
    this.note(["no global", name]);
    return null;
  }

  localStatic(owner: string, name: string, where: string, type: CType, init: Expr | null, unit: Unit): number {
    return this.unkept(this.program.localStatic(owner, name, where, type, init, unit));
  }

  stringAddress(text: string): number {
    return this.address(["string", text]);
  }

  opaqueAddress(name: string, type: CType): number {
    return this.unkept(this.program.opaqueAddress(name, type));
  }

  unknownFunction(name: string, returns: CType): number {
    return this.unkept(this.program.unknownFunction(name, returns));
  }

  constantOf(name: string, from: Unit): number | null {
    this.from(from);
    const value = this.quietly(() => this.program.constantOf(name, from));
    this.note(["constant", name, value]);
    return value;
  }

  constant(expr: Expr, from: Unit): number | null {
    return this.unkept(this.program.constant(expr, from));
  }

  defined(name: string, from: Unit): Expr | null {
    this.from(from);
    const text = this.program.definedText(name, from) ?? "";
    this.note(["define", name, text]);
    // What its text means may depend on other macros.
    if (/\w\s*\(/.test(text) && this.program.expansion(text, from) !== null) this.isStorable = false;
    return this.program.defined(name, from);
  }

  parsed(text: string, from: Unit): Expr | null {
    return this.unkept(this.program.parsed(text, from));
  }

  isCallable(name: string, from: Unit): boolean {
    return this.unkept(this.program.isCallable(name, from));
  }

  isMacro(name: string, from: Unit): boolean {
    this.from(from);
    if (this.program.isMacro(name, from)) return this.unkept(true);
    this.note(["no macro", name]);
    return false;
  }

  isLoose(name: string, from: Unit): boolean {
    return this.program.isLoose(name, from) ? this.unkept(true) : false;
  }

  expansion(text: string, from: Unit): ReturnType<ProgramContext["expansion"]> {
    const expansion = this.program.expansion(text, from);
    return expansion === null ? null : this.unkept(expansion);
  }

  /** What is computed from an address differs from program to program. */
  computesWith(value: number): void {
    if (value >= FIRST_SYMBOL - OBJECT_SPAN) this.isStorable = false;
  }

  source(unit: Unit, _functionName: string, span: { readonly from: number; readonly to: number }): number {
    this.from(unit);
    const key = `${String(span.from)} ${String(span.to)}`;
    let number = this.placeNumbers.get(key);
    if (number === undefined) {
      number = this.places.push(span.from, span.to) / 2 - 1;
      this.placeNumbers.set(key, number);
    }
    return number;
  }

  assume(assumption: Assumption): void {
    if (assumption.where !== null && assumption.where.path !== this.unit.path) this.isStorable = false;
    this.note(["assume", assumption.kind, assumption.text, assumption.where?.line ?? null]);
  }

  private typeQuestions(types: Types): TypeQuestions {
    const recordKey = (record: RecordType): string => storeRecord(types, record) ?? this.unkept("");
    const sized = (type: CType): void => {
      if (type.k === "array") sized(type.of);
      else if (type.k === "record") this.note(["size", recordKey(type.record), types.sizeOf(type), types.bytesOf(type)]);
    };
    return {
      models: types.models,
      resolve: (ref, written) => types.resolve(ref, written),
      resolveOn: (base, ref, written) => types.resolveOn(base, ref, written),
      named: (name) => {
        const type = types.named(name);
        if (type === null) this.note(["named", name, null]);
        else this.withType(type, (stored) => this.note(["named", name, stored]));
        return type;
      },
      record: (tag, name) => types.record(tag, name),
      recordWith: (field) => {
        const record = types.recordWith(field);
        this.note(["record with", field, record === null ? "" : recordKey(record)]);
        return record;
      },
      field: (record, name) => {
        const field = types.field(record, name);
        if (field === null) this.note(["field", recordKey(record), name, null]);
        else this.withType(field.type, (stored) => this.note(["field", recordKey(record), name, [field.offset, stored, field.bit]]));
        return field;
      },
      fieldsOf: (record) => this.unkept(types.fieldsOf(record)),
      sizeOf: (type) => {
        sized(type);
        return types.sizeOf(type);
      },
      bytesOf: (type) => {
        sized(type);
        return types.bytesOf(type);
      },
      kept: (type) => {
        sized(type);
        return types.kept(type);
      },
      shape: (type, name) => this.withType(type, (stored) => this.symbol(["shape", stored, name])) ?? 0,
      infer: (record, name, type) => {
        this.isStorable = false;
        types.infer(record, name, type);
      },
      improve: (record, name, type) => {
        if (record.fields.some((field) => field.name === name && field.inferred)) this.isStorable = false;
        types.improve(record, name, type);
      },
      noteInferred: (record, name) => {
        this.isStorable = false;
        types.noteInferred(record, name);
      },
      structCalled: (name) => {
        this.isStorable = false;
        return types.structCalled(name);
      },
      learned: () => { this.isStorable = false; },
    };
  }

  private declared(kind: "callee" | "prototype", name: string, declared: Declared | null, from: Unit): Declared | null {
    this.from(from);
    const place = placeOfDeclared(declared);
    if (place === null) this.isStorable = false;
    else this.note([kind, name, place]);
    return declared;
  }

  /** All questions are asked from the function's own text. */
  private from(unit: Unit): void {
    if (unit !== this.unit) this.isStorable = false;
  }

  private unkept<T>(value: T): T {
    this.isStorable = false;
    return value;
  }

  /** Asks the program without noting what it asks itself: it does so again. */
  private quietly<T>(ask: () => T): T {
    const { types } = this.program;
    const { observer } = types;
    types.observer = null;
    const answer = ask();
    types.observer = observer;
    return answer;
  }

  private withType<T>(type: CType, use: (stored: StoredType) => T): T | null {
    const stored = this.quietly(() => storeType(this.program.types, type));
    return stored === null ? this.unkept(null) : use(stored);
  }

  private note(question: Question): void {
    const key = JSON.stringify(question);
    if (this.known.has(key)) return;
    this.known.set(key, -1);
    this.questions.push(question);
  }

  private symbol(question: Question): number {
    const key = JSON.stringify(question);
    let symbol = this.known.get(key);
    if (symbol === undefined) {
      symbol = this.symbols++;
      this.known.set(key, symbol);
      this.questions.push(question);
    }
    return symbol;
  }

  private address(question: Question): number {
    return FIRST_SYMBOL + this.symbol(question) * OBJECT_SPAN;
  }

  private constantFor(value: number): StoredConstant | null {
    if (value < FIRST_SYMBOL - OBJECT_SPAN / 2) return value;
    const symbol = Math.floor((value - FIRST_SYMBOL + OBJECT_SPAN / 2) / OBJECT_SPAN);
    return symbol < this.symbols ? [symbol, value - FIRST_SYMBOL - symbol * OBJECT_SPAN] : null;
  }
}
