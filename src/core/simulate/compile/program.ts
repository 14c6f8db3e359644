// Compiles everything that a scenario reaches into one program.
import { shownCode } from "./fill.js";
import type { CReader } from "../../c/reader.js";
import type { CUnit, Expr, Stmt } from "../../c/ast.js";
import { positionAt } from "../../patch/render.js";
import { PlacedSource } from "./placed-source.js";
import { convert } from "../arithmetic.js";
import { addressOf, type CpuProgram, type FunctionCode, type Program, type Source, type StaticObject } from "../ir.js";
import { oneLine } from "../edits.js";
import type { Assumption } from "../types.js";
import { FunctionContext, type ProgramContext } from "./context.js";
import { compileCall } from "./calls.js";
import { constantValue } from "./constants.js";
import { Expressions } from "./expressions.js";
import type { Definition, GlobalDefinition, Linker, Unit } from "./link.js";
import { hasGap } from "./link.js";
import { parseMacro, type Macro } from "./macros.js";
import { initialize } from "./initialize.js";
import { INITIALIZERS } from "./static-initializers.js";
import { DECLARING } from "./statement-facts.js";
import { fromGap } from "./undeclared.js";
import { Statements } from "./statements.js";
import { type CType, INT, isUnknown, pointerTo, Types, VOID, WORD } from "./types.js";
import { addressedNames } from "./walk.js";

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

export function compileProgram(reader: CReader, linker: Linker, entries: EntryPoints, scenario: Unit, sharedFrames: boolean): Compiled {
  const types = new Types(linker.units.map((unit) => ({ unit: unit.unit, text: unit.text })));
  const shared: Persistent = { guesses: new Map(), undeclared: new Map(), defines: new Map(), macros: new Map(), unknown: new Map() };
  let pass = new Compiler(reader, linker, types, shared, sharedFrames);
  types.readRecords((text) => pass.constantText(text, null));
  for (let count = 0; count < MOST_PASSES; count++) {
    types.forgetLayouts();
    pass = new Compiler(reader, linker, types, shared, sharedFrames);
    const before = types.version;
    const compiled = pass.compile(entries, scenario);
    if (types.version === before) return compiled;
  }
  return pass.result(entries);
}

interface Persistent {
  readonly guesses: Map<string, CType>;
  readonly undeclared: Map<string, Set<string>>;
  readonly defines: Map<string, Expr | null>;
  readonly macros: Map<string, Macro | null>;
  readonly unknown: Map<string, number>;
}

interface ObjectDraft { readonly kind: StaticObject["kind"]; readonly name: string; readonly type: CType; readonly words: Map<number, number>; code: number }

class Compiler implements ProgramContext {
  readonly guesses: Map<string, CType>;
  readonly undeclared: Map<string, Set<string>>;
  private readonly objects: ObjectDraft[] = [];
  private readonly objectNumbers = new Map<string, number>();
  private readonly functions: (FunctionCode | null)[] = [];
  private readonly functionNumbers = new Map<Definition, number>();
  private readonly queue: { readonly definition: Definition; readonly index: number }[] = [];
  private readonly sources: Source[] = [];
  private readonly sourceNumbers = new Map<string, number>();
  private lastSource: { readonly unit: Unit; readonly functionName: string; readonly span: object; readonly number: number } | null = null;
  private readonly assumptions = new Map<string, { readonly assumption: Assumption; readonly owners: number[] }>();
  /** The function that is being compiled. */
  private current: number | null = null;
  private readonly prepare: { readonly address: number; readonly function: string; /** The function that the variable shall call, where its macro names one. */ readonly callback: string | null; readonly unit: Unit; readonly span: GlobalDefinition["declaration"]["span"] }[] = [];
  private readonly statements: Statements;
  private readonly expressions: Expressions;
  private entryNumbers = new Map<string, number>();
  private prepareIndex = -1;

  constructor(private readonly reader: CReader, readonly linker: Linker, readonly types: Types, private readonly shared: Persistent, readonly sharedFrames: boolean) {
    this.guesses = shared.guesses;
    this.undeclared = shared.undeclared;
    this.statements = new Statements(() => this.expressions);
    this.expressions = new Expressions({
      call: (ctx, expr, hint) => compileCall(this.expressions, ctx, expr, hint),
      block: (ctx, expr) => this.statements.blockValue(ctx, expr.body),
      initialize: (ctx, place, init) => initialize(this.expressions, ctx, place, init),
    });
  }

  compile(entries: EntryPoints, scenario: Unit): Compiled {
    for (const name of [entries.setup, ...entries.cpus.map((cpu) => cpu.function), entries.finish]) {
      const definition = name === null ? null : this.linker.own(name, scenario);
      const code = definition === null ? null : this.codeOf(definition);
      if (name !== null && code !== null) this.entryNumbers.set(name, code);
    }
    for (let next = this.queue.shift(); next; next = this.queue.shift()) this.functions[next.index] = this.compileFunction(next.definition, next.index);
    if (this.prepare.length > 0) {
      this.prepareIndex = this.functions.push(null) - 1;
      // Preparing one global may reach functions and globals that nothing else does.
      this.functions[this.prepareIndex] = this.compilePreparation(this.prepareIndex, scenario);
      for (let next = this.queue.shift(); next; next = this.queue.shift()) this.functions[next.index] = this.compileFunction(next.definition, next.index);
    }
    return this.result(entries);
  }

  result(entries: EntryPoints): Compiled {
    const number = (name: string | null): number[] => (name === null ? [] : [this.entryNumbers.get(name)].filter((code) => code !== undefined));
    const cpus = entries.cpus.map((cpu): CpuProgram => ({ name: cpu.name, entry: this.entryNumbers.get(cpu.function) ?? -1, identical: cpu.identical }));
    const objects = this.objects.map((draft): StaticObject => {
      const slots = draft.kind === "function" ? 1 : this.types.sizeOf(draft.type);
      const words = new Array<number>(slots).fill(0);
      for (const [slot, word] of draft.words) if (slot < slots) words[slot] = word;
      return { kind: draft.kind, name: draft.name, type: this.types.shape(draft.type, draft.name), slots, words, code: draft.code };
    });
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

  functionAddress(name: string, from: Unit): number | null {
    const code = this.functionCode(name, from);
    const prototype = code === null ? this.linker.prototype(name, from) : null;
    if (code === null && !prototype) return null;
    const key = code === null ? `function ${name}` : `code ${code}`;
    return addressOf(this.object(key, () => ({ kind: "function", name, type: INT, words: new Map(), code: code ?? -1 })), 0);
  }

  global(name: string, from: Unit): { readonly address: number; readonly type: CType } | null {
    const found = this.linker.global(name, from);
    if (!found) return null;
    const { declaration, unit } = found;
    const written = unit.text.slice(declaration.span.from, declaration.span.to);
    if (declaration.type.params && declaration.type.arrays.length === 0 && !/\(\s*\*/.test(written)) return null;
    let type = this.types.resolve(declaration.type, written);
    const init = found.initial?.declaration.init ?? null;
    if (type.k === "array" && type.length === 0 && init?.kind === "init") type = { ...type, length: init.entries.length };
    const key = `global ${declaration.isStatic ? unit.path : ""} ${name}`;
    const known = this.objectNumbers.get(key);
    if (known !== undefined) return { address: addressOf(known, 0), type };
    const object = this.object(key, () => ({ kind: "global", name, type, words: new Map(), code: -1 }));
    this.fill(object, type, init, found.initial?.unit ?? unit, declaration.span, written);
    return { address: addressOf(object, 0), type };
  }

  localStatic(owner: string, name: string, type: CType, init: Expr | null, unit: Unit): number {
    const object = this.object(`static ${unit.path} ${owner} ${name}`, () => ({ kind: "global", name: `${owner}.${name}`, type, words: new Map(), code: -1 }));
    if (init) constantInto(this, this.objects[object - 1]?.words ?? new Map<number, number>(), 0, type, init, unit);
    return addressOf(object, 0);
  }

  stringAddress(text: string): number {
    const inner = text.replace(/^"|"$/g, "").slice(0, 255);
    return addressOf(this.object(`string ${inner}`, () => {
      const words = new Map<number, number>();
      for (let index = 0; index < inner.length; index++) words.set(index, inner.charCodeAt(index));
      return { kind: "string", name: `"${inner}"`, type: { k: "array", of: INT, length: inner.length + 1 }, words, code: -1 };
    }), 0);
  }

  opaqueAddress(name: string, type: CType): number {
    return addressOf(this.object(`opaque ${name}`, () => ({ kind: "global", name, type: type.k === "void" || type.k === "function" ? INT : type, words: new Map(), code: -1 })), 0);
  }

  constantOf(name: string, from: Unit): number | null {
    const found = this.linker.constantText(name, from);
    if (found?.enumOf) {
      const { unit, index, position } = found.enumOf;
      let value = 0;
      for (let at = 0; at <= position; at++) {
        const entry = unit.unit.enums[index]?.values[at];
        if (entry?.value) value = this.constant(entry.value, unit) ?? 0;
        if (at < position) value++;
      }
      return value;
    }
    if (found?.define !== null && found?.define !== undefined) return this.constantText(found.define, from);
    if (this.linker.global(name, from) || !/^[A-Z][A-Z0-9_]*$/.test(name) || this.linker.prototype(name, from)) return null;
    return this.unknownConstant(name, from);
  }

  constant(expr: Expr, from: Unit): number | null {
    return constantValue(this, expr, from);
  }

  /** The value of a text that is a constant expression. */
  constantText(text: string, from: Unit | null): number | null {
    const plain = text.trim().replace(/^\((.*)\)$/, "$1").trim();
    if (/^-?(0x[0-9a-f]+|0|[1-9]\d*)[ul]*$/i.test(plain)) return Number(plain.replace(/[ul]+$/i, ""));
    if (plain === "") return null;
    const unit = from ?? this.linker.units[0];
    const expr = this.parsed(text);
    return expr && unit ? constantValue(this, expr, unit) : null;
  }

  defined(name: string, from: Unit): Expr | null {
    const found = this.linker.constantText(name, from);
    return found?.define ? this.parsed(found.define) : null;
  }

  macro(name: string, from: Unit): { readonly params: readonly string[]; readonly value: Expr | null; readonly body: readonly Stmt[] | null } | null {
    const key = `${from.path} ${name}`;
    const known = this.shared.macros.get(key);
    if (known !== undefined) return known;
    const order = [from, ...this.linker.units.filter((unit) => unit !== from)];
    const macro = parseMacro(this.reader, order, name);
    this.shared.macros.set(key, macro);
    return macro;
  }

  source(unit: Unit, functionName: string, span: { readonly from: number; readonly to: number; readonly line: number }): number {
    // One statement makes many instructions.
    const { lastSource } = this;
    if (lastSource !== null && lastSource.span === span && lastSource.unit === unit && lastSource.functionName === functionName) return lastSource.number;
    const key = `${unit.path} ${span.from} ${span.to} ${functionName}`;
    let number = this.sourceNumbers.get(key);
    if (number === undefined) {
      number = this.sources.push(new PlacedSource(unit, functionName, span)) - 1;
      this.sourceNumbers.set(key, number);
    }
    this.lastSource = { unit, functionName, span, number };
    return number;
  }

  assume(assumption: Assumption, owner: number | null = this.current): void {
    let known = this.assumptions.get(assumption.text);
    if (!known) this.assumptions.set(assumption.text, (known = { assumption, owners: [] }));
    if (owner !== null && !known.owners.includes(owner)) known.owners.push(owner);
  }

  private parsed(text: string): Expr | null {
    const known = this.shared.defines.get(text);
    if (known !== undefined) return known;
    const unit: CUnit = this.reader.readText("define", `long define_value = (${text.replace(/\\\n/g, " ")});`);
    const init = unit.globals[0]?.init ?? null;
    const expr = init && init.kind !== "opaque" ? init : null;
    this.shared.defines.set(text, expr);
    return expr;
  }

  private unknownConstant(name: string, from: Unit): number {
    // Values that nobody has shown are told apart, and from small numbers; nothing else is known of them.
    const known = this.shared.unknown.get(name) ?? 0x10000 + this.shared.unknown.size;
    this.shared.unknown.set(name, known);
    this.assume({ kind: "inferred-type", text: `${name} is a constant whose value is not known: it differs from all others`, where: { path: from.path, line: 1 } });
    return known;
  }

  private object(key: string, make: () => ObjectDraft): number {
    let number = this.objectNumbers.get(key);
    if (number === undefined) {
      number = this.objects.push(make());
      this.objectNumbers.set(key, number);
    }
    return number;
  }

  private fill(object: number, type: CType, init: Expr | null, unit: Unit, span: GlobalDefinition["declaration"]["span"], written: string): void {
    const macro = init?.kind === "call" && init.callee.kind === "name" ? init.callee.name : init?.kind === "opaque" ? init.reason : /^\s*(?:static\s+)?([A-Z_]+)\s*\(/.exec(written)?.[1] ?? "";
    const prepare = DECLARING.get(macro);
    if (prepare) {
      this.prepare.push({ address: addressOf(object, 0), function: prepare, callback: /\(\s*\w+\s*,\s*(\w+)\s*\)/.exec(init ? unit.text.slice(init.span.from, init.span.to) : written)?.[1] ?? null, unit, span });
      return;
    }
    if (init) constantInto(this, this.objects[object - 1]?.words ?? new Map<number, number>(), 0, type, init, unit);
  }

  private compileFunction(definition: Definition, index: number): FunctionCode {
    const { fn, unit } = definition;
    this.current = index;
    const ctx = new FunctionContext(this, fn.name, unit, fn.nameSpan);
    ctx.returns = this.types.resolve(fn.returns);
    ctx.addressed = addressedNames(definition.body.map((placed) => placed.stmt));
    const params = fn.params.filter((param) => param.name !== "...");
    // A struct comes back through an address that the caller gives in front of the arguments.
    if (ctx.returns.k === "record") ctx.resultRoom = ctx.register();
    const registers = params.map(() => ctx.register());
    params.forEach((param, at) => {
      let type = this.types.resolve(param.type);
      if (type.k === "array") type = pointerTo(type.of);
      // A struct by value comes as an address, too; the function has a copy of its own.
      if (ctx.addressed.has(param.name) || type.k === "record") {
        ctx.declare(param.name, type);
        ctx.temporary(() => this.expressions.write(ctx, this.expressions.place(ctx, { kind: "name", name: param.name, span: param.span }), { operand: registers[at] ?? 0, type }));
      } else ctx.bind(param.name, { kind: "register", register: registers[at] ?? 0, type });
    });
    for (const name of this.undeclared.get(`${unit.path} ${fn.name}`) ?? []) {
      const type = this.guesses.get(`${unit.path} ${fn.name} ${name}`) ?? WORD;
      ctx.declare(name, type);
      if (unit.origin === "patch") fromGap(this.expressions, ctx, name, type);
      this.assume({ kind: "inferred-type", text: `${name} in ${fn.name}() is declared in no line that is known: it is taken as a local variable`, where: { path: unit.path, line: fn.nameSpan.line } });
    }
    if (fn.missing.head && unit.origin === "patch" && !definition.assumptions.some((assumption) => assumption.text.startsWith(`${fn.name}() begins`))) {
      this.assume({ kind: "fill", text: `${fn.name}() begins with its first known line`, where: { path: unit.path, line: fn.nameSpan.line } });
    }
    ctx.isPartial = unit.origin === "patch" && !fn.whole;
    this.statements.body(ctx, definition.body);
    ctx.unit = unit;
    ctx.span = { from: fn.span.to - 1, to: fn.span.to, line: positionAt(unit.starts, Math.max(0, fn.span.to - 1)).line };
    ctx.leaveTo(0);
    ctx.emit({ op: "return", a: ctx.returns.k === "void" ? null : ctx.constantOperand(0) });
    this.current = null;
    return ctx.finish(index, params.length + (ctx.resultRoom === null ? 0 : 1));
  }

  /** Makes globals ready that macros such as DEFINE_MUTEX() declare. */
  private compilePreparation(index: number, scenario: Unit): FunctionCode {
    const ctx = new FunctionContext(this, "(start)", scenario, { from: 0, to: 0, line: 1 });
    for (const one of this.prepare) {
      const code = this.functionCode(one.function, one.unit);
      if (code === null) continue;
      ctx.unit = one.unit;
      ctx.span = one.span;
      const callback = one.callback === null ? null : this.functionAddress(one.callback, one.unit);
      ctx.emit({ op: "call", to: null, callee: code, args: [one.address, ...(callback === null ? [] : [callback])].map((word) => ctx.constantOperand(word)), hint: null });
    }
    ctx.emit({ op: "return", a: null });
    return ctx.finish(index, 0);
  }

  private assumeDefinition(definition: Definition, index: number): void {
    const text = shownCode(definition.unit.text, definition.fn.span);
    this.assume({ kind: "fill", text: `${definition.name}() is the scenario's:\n${text}`, where: { path: definition.unit.path, line: definition.fn.nameSpan.line } }, index);
  }
}

/** Writes a constant initializer into the words of a global. */
function constantInto(program: Compiler, words: Map<number, number>, at: number, type: CType, init: Expr, unit: Unit): void {
  if (init.kind === "string" && type.k === "array") {
    [...init.text.slice(1, -1)].forEach((letter, index) => words.set(at + index, letter.charCodeAt(0)));
    return;
  }
  if (init.kind === "call" && init.callee.kind === "name" && INITIALIZERS.has(init.callee.name)) {
    for (const [slot, word] of INITIALIZERS.get(init.callee.name)?.(program, init.args[0], unit) ?? []) if (word !== 0) words.set(at + slot, word);
    return;
  }
  if (init.kind !== "init") {
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
        program.types.sizeOf(inside);
        const byName: { type: CType; offset: number } | null = typeof step === "string" ? program.types.field(inside.record, step) : inside.record.fields[step] ?? null;
        if (typeof step === "string" && path[0] === step) next = inside.record.fields.findIndex((field) => field.name === step);
        target = byName ? { at: target.at + byName.offset, type: byName.type } : null;
        if (byName === null && typeof step === "string") {
          program.types.infer(inside.record, step, /^[a-z]/.test(step) && entry.value.kind === "name" && program.functionAddress(entry.value.name, unit) !== null ? pointerTo({ k: "function", returns: VOID, params: [] }) : WORD);
        }
      } else if (inside.k === "array") {
        const index: number | null = typeof step === "number" ? step : program.constantOf(step, unit);
        if (index !== null && path[0] === step) next = index;
        target = index === null ? null : { at: target.at + index * program.types.sizeOf(inside.of), type: inside.of };
      }
    }
    if (target) constantInto(program, words, target.at, target.type, entry.value, unit);
    next++;
  }
}

/** True when a definition can be run from its first to its last line. */
export const isWhole = (definition: Definition): boolean => !definition.body.some((placed) => hasGap(placed.stmt));
