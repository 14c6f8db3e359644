// What compiling one function needs: the program around it, its registers, its scopes, and the instructions so far.
import type { CFunction, Expr, Span, Stmt } from "../../c/ast.js";
import type { AllocationHint, Instruction, Operand, Width } from "../ir.js";
import { convert } from "../arithmetic.js";
import type { Assumption } from "../types.js";
import { liveRegisters } from "../liveness.js";
import type { FunctionCode } from "../ir.js";
import { Jumps } from "./jumps.js";
import { Label } from "./label.js";
import type { Unit } from "./link.js";
import { type CType, isUnknown, VOID, widthOf, WORD } from "./ctype.js";
import type { TypeQuestions } from "./type-questions.js";
import { type Settled, type Unset, withChecks } from "./unset.js";

/** A function that a name means, for its types: a definition or a prototype. */
export interface Declared { readonly fn: CFunction; readonly unit: Unit }

/**
 * What compiling a function asks of the program that it becomes a part of. All that its code depends on, besides its own text, is an answer to one of these questions or to one of
 * `TypeQuestions`: that is how `stored.ts` knows whether code from another program is right in this one.
 */
export interface ProgramContext {
  readonly types: TypeQuestions;
  /** True when what is not known of the code under review is taken as nothing. */
  readonly gapsAreNothing: boolean;
  /** True when variables whose address is taken live in shared memory, because their address leaves the CPU. */
  readonly sharedFrames: boolean;
  /** The number of a function's code; null when no text defines it. */
  functionCode(name: string, from: Unit): number | null;
  /** What a call of a name is checked against: the definition that it reaches, else a prototype. */
  callee(name: string, from: Unit): Declared | null;
  /** A declaration of a function, with or without a body. */
  prototype(name: string, from: Unit): Declared | null;
  /** True when the code under review has something of this function. */
  isShown(name: string): boolean;
  /** The address of a function; also for one that nobody defines. */
  functionAddress(name: string, from: Unit): number | null;
  global(name: string, from: Unit): { readonly address: number; readonly type: CType } | null;
  /** `where` tells those apart that have one name in several blocks. */
  localStatic(owner: string, name: string, where: string, type: CType, init: Expr | null, unit: Unit): number;
  stringAddress(text: string): number;
  /** An object that stands for what an unknown call gives back. */
  opaqueAddress(name: string, type: CType, foreign?: readonly CType[]): number;
  /** The address of a function that no line shows: it gives any plausible value, which is said. */
  unknownFunction(name: string, returns: CType): number;
  /** A number, when the name is an enum constant or a define with a constant value. */
  constantOf(name: string, from: Unit): number | null;
  constant(expr: Expr, from: Unit): number | null;
  /** The expression that a define stands for. */
  defined(name: string, from: Unit): Expr | null;
  /** True for the name of a function, and of what the compiler knows itself: they go before macros of the name. */
  isCallable(name: string, from: Unit): boolean;
  /** True for the name of a macro with parameters. */
  isMacro(name: string, from: Unit): boolean;
  /** True for a define whose text can mean something else beside an operator than alone. */
  isLoose(name: string, from: Unit): boolean;
  /** What a text with macros reads as once they are expanded, with the text that its places are about; null when there are none in it. */
  expansion(text: string, from: Unit): { readonly text: string; readonly value: Expr | null; readonly body: readonly Stmt[] | null } | null;
  /** Told of every constant that is computed with while compiling; it may be an address. */
  computesWith?(value: number): void;
  /** What a text reads as once its macros are expanded; null when it is no expression. */
  parsed(text: string, from: Unit): Expr | null;
  source(unit: Unit, functionName: string, span: Span): number;
  /** `owner`: the function, by its code's number, that it is about; the one that is being compiled unless it is said. */
  assume(assumption: Assumption, owner?: number | null): void;
  /** The type of a name that no visible line declares, as found in an earlier pass. */
  readonly guesses: Map<string, CType>;
  /** Names that no visible line declares, by function, as found in an earlier pass. */
  readonly undeclared: Map<string, Set<string>>;
}

/** `slots`: of a constant that is a size or a distance in bytes, the same in words. */
export interface Value { readonly operand: Operand; readonly type: CType; readonly slots?: number; /** True for a number that is made of a pointer. */ readonly address?: true }

export type Place =
  | { readonly kind: "register"; readonly register: number; readonly type: CType; readonly holder?: string }
  | { readonly kind: "memory"; readonly base: Operand; readonly offset: number; readonly type: CType; readonly part?: Part | null; /** True behind a pointer to numbers: the memory may be made as something else. */ readonly viewed?: boolean; /** Under what it is known whether numbers in it are addresses. */ readonly holder?: string };

/** A part of a word of a union that is kept as its bytes are: its first bit, what is to be added to that while it runs, and the bits of a word. */
export interface Part { readonly bit: number; readonly more: Operand | null; readonly bits: 32 | 64 }

export type Variable =
  | { readonly kind: "register"; readonly register: number; type: CType }
  | { readonly kind: "frame"; readonly slot: number; readonly type: CType }
  /** The address is in a register, or a constant. */
  | { readonly kind: "object"; readonly address: Operand; readonly type: CType };

export { Label };

/** Macros inside one another. */
const MOST_MACROS = 32;

/** Something that a block has made: what is to be done where control leaves it, and where a jump comes in behind it. What no jump can come behind has no `enter`. */
export interface Made { readonly leave: (() => void) | null; readonly enter: (() => void) | null }

export interface Scope { readonly variables: Map<string, Variable>; readonly made: Made[] }

type Draft = Instruction | Unset | Settled | { readonly op: "jump"; readonly label: Label; readonly source: number } | { readonly op: "branch"; readonly a: Operand; readonly label: Label; readonly otherwise: Label; readonly source: number };

/** An instruction without its place. */
export type NewInstruction = Instruction extends infer One ? (One extends { readonly source: number } ? Omit<One, "source"> : never) : never;

export class FunctionContext {
  unit: Unit;
  private at: Span;
  returns: CType = VOID;
  /** The register with the address of a struct that is given back. */
  resultRoom: number | null = null;
  /** Where `break` and `continue` go, with the number of scopes around the loop. */
  readonly loops: { readonly onBreak: Label; readonly onContinue: Label | null; readonly depth: number }[] = [];
  readonly labelDepths = new Map<string, number>();
  /** Where the cases of the switches around are. */
  readonly cases = new Map<Stmt, Label>();
  readonly scopes: Scope[] = [{ variables: new Map(), made: [] }];
  readonly jumps = new Jumps();
  /** Names of locals whose address is taken. */
  addressed: ReadonlySet<string> = new Set();
  /** What the next allocation fills, when the expression around it says so. */
  target: { readonly type: CType; readonly name: string } | null = null;
  /** True for code under review of which lines are missing: what it declares may be set there. */
  isPartial = false;
  /** Whether a name that no visible line declares is a global: it must be where all declarations of the function are known. */
  isGlobal: (name: string) => boolean = () => false;
  /** Where a macro is expanded: the text that the places of what is compiled are about. The instructions are those of the place in the function. */
  private spelled: { readonly text: string; readonly depth: number } | null = null;
  /** The bodies of the loops whose heads are macros that are being expanded. */
  readonly bodies: (() => void)[] = [];
  private readonly drafts: Draft[] = [];
  private readonly constants: number[] = [];
  private readonly constantNumbers = new Map<number, number>();
  private nextRegister = 0;
  /** Registers below it belong to variables of the open blocks. */
  private floor = 0;
  private registers = 0;
  frameWords = 0;
  /** Atomic blocks around what is compiled now. */
  atomic = 0;
  /** Above zero inside READ_ONCE() and its kin. */
  marked = 0;
  private readonly unsetNames = new Set<string>();
  private readonly named: { name: string; slot: number; type: number }[] = [];

  constructor(readonly program: ProgramContext, readonly name: string, unit: Unit, span: Span) {
    this.unit = unit;
    this.at = span;
  }

  /** What the instructions stand for that come next. */
  get span(): Span { return this.at; }
  set span(span: Span) { if (this.spelled === null) this.at = span; }

  /** The text of what is compiled, as it is spelled. */
  text(span: { readonly from: number; readonly to: number }): string {
    return (this.spelled?.text ?? this.unit.text).slice(span.from, span.to);
  }

  /** Compiles what macros have made; null where they nest too deep. `text` is null for what stands in the function itself. */
  within<T>(text: string | null, work: () => T): T | null {
    const outer = this.spelled;
    const depth = (outer?.depth ?? 0) + 1;
    if (depth > MOST_MACROS) return null;
    this.spelled = text === null ? null : { text, depth };
    const result = work();
    this.spelled = outer;
    return result;
  }

  /** The text around what is compiled, for `within`. */
  get spelling(): string | null { return this.spelled?.text ?? null; }

  get types(): TypeQuestions { return this.program.types; }

  emit(instruction: NewInstruction): void {
    const marked = this.marked > 0 && (instruction.op === "load" || instruction.op === "store");
    this.drafts.push({ ...instruction, ...(marked ? { marked: true } : {}), source: this.program.source(this.unit, this.name, this.span) });
  }

  jump(label: Label): void {
    this.drafts.push({ op: "jump", label, source: this.program.source(this.unit, this.name, this.span) });
  }

  branch(a: Operand, label: Label, otherwise: Label): void {
    this.drafts.push({ op: "branch", a, label, otherwise, source: this.program.source(this.unit, this.name, this.span) });
  }

  place(label: Label): void {
    label.at = this.drafts.length;
  }

  /** Compiles what stands behind the end of the function, as in the blocks that were open at a place. */
  elsewhere(unit: Unit, span: Span, scopes: readonly Scope[], work: () => void): void {
    const open = this.scopes.splice(0, this.scopes.length, ...scopes);
    this.nextRegister = this.floor = this.registers;
    this.unit = unit;
    this.span = span;
    work();
    this.scopes.splice(0, this.scopes.length, ...open);
  }

  constantOperand(value: number): Operand {
    const plain = value === 0 ? 0 : value;
    let number = this.constantNumbers.get(plain);
    if (number === undefined) {
      number = this.constants.push(plain) - 1;
      this.constantNumbers.set(plain, number);
    }
    return ~number;
  }

  /** The value of an operand that is a constant; null for a register. For what is the same whatever an address is: whether it is zero, and what lies so many words behind it. */
  constantValue(operand: Operand): number | null {
    return operand < 0 ? this.constants[~operand] ?? 0 : null;
  }

  /** The same for arithmetic. */
  constantNumber(operand: Operand): number | null {
    const value = this.constantValue(operand);
    if (value !== null) this.program.computesWith?.(value);
    return value;
  }

  register(): number {
    const register = this.nextRegister++;
    this.registers = Math.max(this.registers, this.nextRegister);
    return register;
  }

  /** Runs `work`; the registers that it used for values in between are free again afterwards. */
  temporary<T>(work: () => T): T {
    const mark = this.nextRegister;
    const result = work();
    this.nextRegister = Math.max(mark, this.floor);
    return result;
  }

  /** After this, the registers in use so far stay in use for the rest of the block. */
  declare(name: string, type: CType): Variable {
    const size = this.types.sizeOf(type);
    const inMemory = this.addressed.has(name) || type.k === "record" || type.k === "array";
    let variable: Variable;
    if (!inMemory) {
      // What an earlier value has left in the register is nobody's.
      const used = this.registers;
      const register = this.register();
      variable = { kind: "register", register, type };
      if (/^[A-Za-z_]\w*$/.test(name)) this.scope().made.push({ leave: null, enter: () => this.unset(register, name) });
      if (variable.register < used && /^[A-Za-z_]\w*$/.test(name)) this.emit({ op: "move", to: variable.register, a: this.constantOperand(0) });
    }
    else if (this.program.sharedFrames) {
      const address = this.register();
      const hint: AllocationHint = { type: this.types.shape(type, name), name };
      const make = (): void => this.emit({ op: "allocate", to: address, a: this.constantOperand(this.types.bytesOf(type)), hint });
      make();
      variable = { kind: "object", address, type };
      this.scope().made.push({ leave: () => this.emit({ op: "free", a: address }), enter: make });
    } else {
      variable = { kind: "frame", slot: this.frameWords, type };
      this.named.push({ name, slot: this.frameWords, type: this.types.shape(type, name) });
      this.frameWords += size;
      const { slot } = variable;
      const make = (): void => this.emit({ op: "clear-frame", slot, count: size });
      make();
      this.scope().made.push({ leave: null, enter: make });
    }
    this.floor = this.nextRegister;
    this.scope().variables.set(name, variable);
    return variable;
  }

  /** A variable of the code that is judged has no value from here on, until it is set. Lines that are missing may set it. */
  unset(register: number, name: string): void {
    if (this.unit.origin === "model" || this.isPartial) return;
    this.unsetNames.add(name);
    this.drafts.push({ op: "unset", to: register, name, source: this.program.source(this.unit, this.name, this.span) });
  }

  /** False for a name that no variable without a value has had so far. */
  mayBeUnset(name: string): boolean {
    return this.unsetNames.has(name);
  }

  /** What is handed a variable by its name here may be a macro that sets it. */
  settled(register: number, isSet: () => boolean): void {
    if (this.unit.origin === "model" || this.isPartial) return;
    this.drafts.push({ op: "settled", to: register, isSet, source: this.program.source(this.unit, this.name, this.span) });
  }

  bind(name: string, variable: Variable): void {
    this.scope().variables.set(name, variable);
  }

  variable(name: string): Variable | null {
    for (let index = this.scopes.length - 1; index >= 0; index--) {
      const found = this.scopes[index]?.variables.get(name);
      if (found) return found;
    }
    return null;
  }

  scope(): Scope {
    const scope = this.scopes.at(-1);
    if (!scope) throw new RangeError("a function without a scope");
    return scope;
  }

  /** Runs `work` in a block of its own; what the block has to do when it is left is done at its end. */
  inScope(work: () => void): void {
    const mark = this.nextRegister;
    const floor = this.floor;
    this.scopes.push({ variables: new Map(), made: [] });
    work();
    this.leaveTo(this.scopes.length - 1);
    this.scopes.pop();
    this.nextRegister = mark;
    this.floor = floor;
  }

  /** Emits what has to be done when control leaves all scopes from `depth` on, innermost first. */
  leaveTo(depth: number): void {
    for (let index = this.scopes.length - 1; index >= depth; index--) {
      const made = this.scopes[index]?.made ?? [];
      for (let at = made.length - 1; at >= 0; at--) made[at]?.leave?.();
    }
  }

  hint(type: CType, name: string): AllocationHint {
    return { type: this.types.shape(type, name), name };
  }

  /** Brings a value into a type; constants at once. `always`: whatever type it seems to have. */
  converted(value: Value, type: CType, always = false): Operand {
    // Memory that nobody says what it is of is looked at before it is taken for a struct.
    if (type.k === "pointer" && type.to.k === "record" && value.type.k === "pointer" && value.type.to.k === "void") this.viewAs(type.to, value.operand);
    if (type.k !== "int" || isUnknown(type)) return value.operand;
    const from = widthOf(value.type);
    const to: Width = type.width;
    // A value of 32 bits reads the same in 64, whatever their signs.
    if (to.bits === 64) return value.operand;
    const known = this.constantNumber(value.operand);
    if (known !== null) return this.constantOperand(convert(known, to));
    if (!always && value.type.k === "int" && !isUnknown(value.type) && from.bits === to.bits && from.unsigned === to.unsigned) return value.operand;
    const result = this.register();
    this.emit({ op: "convert", to: result, a: value.operand, width: to });
    return result;
  }

  /** The memory must be laid out as a struct of the code that is judged, as far as is known of both. */
  viewAs(type: CType & { readonly k: "record" }, address: Operand): void {
    if (this.unit.origin === "model" || this.constantValue(address) === 0 || this.types.fieldsOf(type.record).length === 0) return;
    this.emit({ op: "view", a: address, bits: 0, type: this.types.shape(type, "") });
  }

  /** Marks a place that cannot be run. */
  missing(reason: string): Value {
    this.emit({ op: "missing", reason: `${this.name}() in ${this.unit.path}, line ${this.span.line}: ${reason}` });
    return { operand: this.constantOperand(0), type: WORD };
  }

  finish(index: number, parameters: number): FunctionCode {
    const drafts = this.drafts.map((draft): Instruction | Unset | Settled => {
      if (!("label" in draft)) return draft;
      if (draft.op === "jump") return { op: "jump", target: draft.label.at, source: draft.source };
      return { op: "branch", a: draft.a, target: draft.label.at, otherwise: draft.otherwise.at, source: draft.source };
    });
    const { code, registers } = withChecks(drafts, this.registers, this.name, (value) => this.constantOperand(value));
    return {
      name: this.name, index, parameters, registers, frameWords: this.frameWords, code, constants: this.constants,
      variables: this.named, live: liveRegisters(code, registers),
    };
  }
}
