// Compiles everything that a scenario reaches into one program.
import type { Expr } from "../../c/ast.js";
import type { CpuProgram, FunctionCode, Program, Source } from "../ir.js";
import type { Assumption } from "../types.js";
import { isBuiltin } from "./calls.js";
import { constantValue } from "./constants.js";
import type { Declared, ProgramContext } from "./context.js";
import { shownCode } from "./fill.js";
import { FunctionCompiler } from "./function.js";
import { type Definition, hasGap, isDefined, type Linker, type Unit } from "./link.js";
import { type KnownNames, NamedConstants, type NameReader } from "./named-constants.js";
import { type Foreign, unknownCode } from "./opaque.js";
import { PlacedSource } from "./placed-source.js";
import { Recorder } from "./recorder.js";
import { Statics } from "./statics.js";
import { linkStored, type LinkTarget, type StoredCode } from "./stored.js";
import type { CType } from "./ctype.js";
import { Types } from "./types.js";

/** What to run: names of functions, in the scenario's words. */
export interface EntryPoints {
  readonly setup: string | null;
  readonly cpus: readonly { readonly name: string; readonly function: string; readonly identical: boolean }[];
  readonly finish: string | null;
}

export interface Compiled {
  readonly program: Program;
  /** With the functions, by their code's number, that they are about; they count when one of these runs. None: always. */
  readonly assumptions: readonly { readonly assumption: Assumption; readonly owners: readonly number[] }[];
}

/** Passes until no field and no name is inferred any more; a program that needs more has types that contradict each other. */
const MOST_PASSES = 12;

export function compileProgram(reader: NameReader, linker: Linker, entries: EntryPoints, scenario: Unit, sharedFrames: boolean): Compiled {
  const types = new Types(linker.units.map((unit) => ({ unit: unit.unit, text: unit.text, origin: unit.origin })));
  const shared: Persistent = { guesses: new Map(), undeclared: new Map(), macros: new Map(), byUnit: new Map(), unknown: new Map() };
  let pass = new Compiler(reader, linker, types, shared, sharedFrames);
  types.readRecords((text) => pass.constantText(text));
  for (let count = 0; count < MOST_PASSES; count++) {
    types.forgetLayouts();
    pass = new Compiler(reader, linker, types, shared, sharedFrames);
    const before = types.version;
    const compiled = pass.compile(entries, scenario);
    if (types.version === before) return compiled;
  }
  return pass.result(entries);
}

/** The code of a unit's functions for other programs, by where each begins: as far as it is the same everywhere where its questions have these answers. */
export function storeCodes(reader: NameReader, linker: Linker, unit: Unit): Map<number, StoredCode[]> {
  const stored = new Map<number, StoredCode[]>();
  const types = new Types(linker.units.map((one) => ({ unit: one.unit, text: one.text, origin: one.origin })));
  const shared: Persistent = { guesses: new Map(), undeclared: new Map(), macros: new Map(), byUnit: new Map(), unknown: new Map() };
  const programs = [false, true].map((sharedFrames) => new Compiler(reader, linker, types, shared, sharedFrames));
  types.readRecords((text) => programs[0]?.constantText(text) ?? null);
  const compiler = new FunctionCompiler();
  for (const fn of unit.unit.functions.filter(isDefined)) {
    const definition = linker.own(fn.name, unit);
    if (definition?.fn !== fn) continue;
    const codes = programs.flatMap((program) => {
      const recorder = new Recorder(program, unit);
      return recorder.finish(compiler.compile(recorder, definition, 0)) ?? [];
    });
    // Most functions do not ask how frames are kept.
    const [first, second] = codes.map((code) => JSON.stringify(code));
    if (codes.length > 0) stored.set(fn.span.from, first === second ? codes.slice(0, 1) : codes);
  }
  return stored;
}

/** True when a definition can be run from its first to its last line. */
export const isWhole = (definition: Definition): boolean => !definition.body.some((placed) => hasGap(placed.stmt));

/** Longer than any text that is read: MAX_C_LENGTH of the reader. */
const LONGEST_TEXT = 2 ** 22;

/** What stays from one pass to the next. */
interface Persistent extends KnownNames {
  readonly guesses: Map<string, CType>;
  readonly undeclared: Map<string, Set<string>>;
}

class Compiler implements LinkTarget {
  readonly guesses: Map<string, CType>;
  readonly undeclared: Map<string, Set<string>>;
  private readonly statics: Statics;
  private readonly constants: NamedConstants;
  private readonly functionCompiler = new FunctionCompiler();
  private readonly functions: (FunctionCode | null)[] = [];
  private readonly functionNumbers = new Map<Definition, number>();
  private readonly unknownNumbers = new Map<string, number>();
  private readonly queue: { readonly definition: Definition; readonly index: number }[] = [];
  private readonly sources: Source[] = [];
  /** Of the function that is being compiled, by its texts and places in them. */
  private readonly sourceNumbers = new Map<Unit, Map<number, number>>();
  private lastSource: { readonly unit: Unit; readonly span: object; readonly number: number } | null = null;
  private readonly assumptions = new Map<string, { readonly assumption: Assumption; readonly owners: number[] }>();
  /** The function that is being compiled. */
  private current: number | null = null;
  private entryNumbers = new Map<string, number>();
  private prepareIndex = -1;

  get gapsAreNothing(): boolean { return this.linker.gapsAreNothing; }

  constructor(reader: NameReader, readonly linker: Linker, readonly types: Types, shared: Persistent, readonly sharedFrames: boolean) {
    this.guesses = shared.guesses;
    this.undeclared = shared.undeclared;
    this.statics = new Statics(this, linker, types);
    this.constants = new NamedConstants(this, reader, linker, shared);
  }

  compile(entries: EntryPoints, scenario: Unit): Compiled {
    for (const name of [entries.setup, ...entries.cpus.map((cpu) => cpu.function), entries.finish]) {
      const definition = name === null ? null : this.linker.own(name, scenario) ?? this.linker.definition(name, scenario);
      const code = definition === null ? null : this.codeOf(definition);
      if (name !== null && code !== null) this.entryNumbers.set(name, code);
    }
    this.compileQueue();
    if (this.statics.preparations.length > 0) {
      this.prepareIndex = this.functions.push(null) - 1;
      // Preparing one global may reach functions and globals that nothing else does.
      this.functions[this.prepareIndex] = this.functionCompiler.compilePreparation(this, this.statics.preparations, this.prepareIndex, scenario);
      this.compileQueue();
    }
    return this.result(entries);
  }

  result(entries: EntryPoints): Compiled {
    const number = (name: string | null): number[] => (name === null ? [] : [this.entryNumbers.get(name)].filter((code) => code !== undefined));
    const cpus = entries.cpus.map((cpu): CpuProgram => ({ name: cpu.name, entry: this.entryNumbers.get(cpu.function) ?? -1, identical: cpu.identical }));
    const objects = this.statics.objects();
    const functions = this.functions.filter((code) => code !== null);
    for (const name of this.types.inferred) this.assume({ kind: "inferred-type", text: `the field ${name} is in no line that is known: its type is what its use needs`, where: null });
    return {
      program: {
        functions, objects, types: this.types.shapes, sources: this.sources, cpus,
        setup: [...(this.prepareIndex >= 0 ? [this.prepareIndex] : []), ...number(entries.setup)], finish: number(entries.finish)[0] ?? null,
      },
      assumptions: [...this.assumptions.values()],
    };
  }

  functionCode(name: string, from: Unit): number | null {
    const definition = this.linker.definition(name, from);
    return definition === null ? null : this.codeOf(definition);
  }

  callee(name: string, from: Unit): Declared | null {
    return this.linker.definition(name, from) ?? this.prototype(name, from);
  }

  prototype(name: string, from: Unit): Declared | null {
    return this.linker.prototype(name, from);
  }

  isShown(name: string): boolean {
    return this.linker.inImages(name);
  }

  functionAddress(name: string, from: Unit): number | null {
    const code = this.functionCode(name, from);
    if (code !== null) return this.statics.function(name, code);
    const prototype = this.linker.prototype(name, from);
    return prototype === null ? null : this.unknownFunction(name, this.types.resolve(prototype.fn.returns));
  }

  global(name: string, from: Unit): { readonly address: number; readonly type: CType } | null {
    return this.statics.global(name, from);
  }

  localStatic(owner: string, name: string, where: string, type: CType, init: Expr | null, unit: Unit): number {
    return this.statics.local(owner, name, where, type, init, unit);
  }

  stringAddress(text: string): number {
    return this.statics.string(text);
  }

  opaqueAddress(name: string, type: CType, above: Foreign = []): number {
    return this.statics.opaque(name, type, above);
  }

  unknownFunction(name: string, returns: CType): number {
    let index = this.unknownNumbers.get(name);
    if (index === undefined) {
      index = this.functions.push(null) - 1;
      this.unknownNumbers.set(name, index);
      this.functions[index] = unknownCode(this, name, returns, index);
    }
    return this.statics.function(name, index);
  }

  constantOf(name: string, from: Unit): number | null {
    return this.constants.valueOf(name, from);
  }

  constant(expr: Expr, from: Unit): number | null {
    return constantValue(this, expr, from);
  }

  /** The value of a text that is a constant expression. */
  constantText(text: string): number | null {
    return this.constants.valueOfText(text, null);
  }

  definedText(name: string, from: Unit): string | null {
    return this.linker.constantText(name, from)?.define ?? null;
  }

  defined(name: string, from: Unit): Expr | null {
    return this.constants.defined(name, from);
  }

  isMacro(name: string, from: Unit): boolean {
    return this.constants.isMacro(name, from);
  }

  isLoose(name: string, from: Unit): boolean {
    return this.constants.isLoose(name, from);
  }

  expansion(text: string, from: Unit): ReturnType<ProgramContext["expansion"]> {
    return this.constants.expansion(text, from);
  }

  parsed(text: string, from: Unit): Expr | null {
    return this.constants.parsed(text, from);
  }

  isCallable(name: string, from: Unit): boolean {
    return isBuiltin(name) || this.linker.definition(name, from) !== null;
  }

  source(unit: Unit, functionName: string, span: { readonly from: number; readonly to: number; readonly line: number }): number {
    // One statement makes many instructions.
    const { lastSource } = this;
    if (lastSource !== null && lastSource.span === span && lastSource.unit === unit) return lastSource.number;
    let numbers = this.sourceNumbers.get(unit);
    if (!numbers) this.sourceNumbers.set(unit, (numbers = new Map<number, number>()));
    const key = span.from * LONGEST_TEXT + span.to;
    let number = numbers.get(key);
    if (number === undefined) numbers.set(key, (number = this.newSource(unit, functionName, span)));
    this.lastSource = { unit, span, number };
    return number;
  }

  newSource(unit: Unit, functionName: string, span: { readonly from: number; readonly to: number }): number {
    return this.sources.push(new PlacedSource(unit, functionName, span)) - 1;
  }

  assume(assumption: Assumption, owner: number | null = this.current): void {
    let known = this.assumptions.get(assumption.text);
    if (!known) this.assumptions.set(assumption.text, (known = { assumption, owners: [] }));
    if (owner !== null && !known.owners.includes(owner)) known.owners.push(owner);
  }

  private codeOf(definition: Definition): number {
    let index = this.functionNumbers.get(definition);
    if (index === undefined) {
      index = this.functions.push(null) - 1;
      this.functionNumbers.set(definition, index);
      this.queue.push({ definition, index });
      for (const assumption of definition.assumptions) this.assume(assumption, index);
      if (definition.unit.origin === "scenario" && !/^(setup|finish|user|cpu\d+)$/.test(definition.name)) this.assumeDefinition(definition, index);
    }
    return index;
  }

  private compileQueue(): void {
    for (let next = this.queue.shift(); next; next = this.queue.shift()) {
      this.current = next.index;
      this.sourceNumbers.clear();
      this.lastSource = null;
      this.functions[next.index] = this.linked(next.definition, next.index) ?? this.functionCompiler.compile(this, next.definition, next.index);
      this.current = null;
    }
  }

  /** What the build has made of a function, where it is right here. */
  private linked(definition: Definition, index: number): FunctionCode | null {
    return this.undeclared.has(`${definition.unit.path} ${definition.name}`) ? null : linkStored(this, definition, index);
  }

  private assumeDefinition(definition: Definition, index: number): void {
    const text = shownCode(definition.unit.text, definition.fn.span);
    this.assume({ kind: "fill", text: `${definition.name}() is the scenario's:\n${text}`, where: { path: definition.unit.path, line: definition.fn.nameSpan.line } }, index);
  }
}
