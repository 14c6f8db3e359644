// The program that the machine runs: functions as lists of instructions, each with at most one visible effect.

/** An operand: a register from zero, or `~k` for the k-th constant of the function. */
export type Operand = number;

/** Where an instruction comes from; an index into `Program.sources`. */
export type SourceIndex = number;

export type BinaryOp = "+" | "-" | "*" | "/" | "%" | "&" | "|" | "^" | "<<" | ">>" | "==" | "!=" | "<" | "<=" | ">" | ">=";

/** Width and sign of a value, in bits: 1 is a bool, and 8, 16, 32 and 64 are C's; a `field` is a bit-field of any width. See arithmetic.ts for what is exact. */
export interface Width { readonly bits: number; readonly unsigned: boolean; readonly field?: true }

/** How a memory object that is allocated below this call shall be named and laid out. */
export interface AllocationHint { readonly type: number; readonly name: string }

export type LockMode = "exclusive" | "shared";

export type Instruction = { readonly source: SourceIndex } & (
  | { readonly op: "move"; readonly to: number; readonly a: Operand }
  | { readonly op: "binary"; readonly to: number; readonly operator: BinaryOp; readonly a: Operand; readonly b: Operand; readonly width: Width }
  | { readonly op: "not" | "invert" | "negate"; readonly to: number; readonly a: Operand; readonly width: Width }
  | { readonly op: "convert"; readonly to: number; readonly a: Operand; readonly width: Width }
  /** "marked": the code says that others may access the word at the same time, as READ_ONCE() does. */
  | { readonly op: "load"; readonly to: number; readonly a: Operand; readonly offset: number; readonly marked?: true }
  | { readonly op: "store"; readonly a: Operand; readonly offset: number; readonly value: Operand; readonly marked?: true }
  /** Before an access through a pointer to numbers of so many bits, or to a struct (an index into `Program.types`): the memory must be laid out so, else the run cannot go on. */
  | { readonly op: "view"; readonly a: Operand; readonly bits: number; readonly type: number | null }
  /** The value as the number at the address keeps it, which may have another sign than the pointer says. */
  | { readonly op: "fit"; readonly to: number; readonly a: Operand; readonly value: Operand; readonly bits: number }
  | { readonly op: "frame-address"; readonly to: number; readonly slot: number }
  | { readonly op: "clear-frame"; readonly slot: number; readonly count: number }
  | { readonly op: "jump"; target: number }
  | { readonly op: "branch"; readonly a: Operand; target: number; otherwise: number }
  | { readonly op: "call"; readonly to: number | null; readonly callee: number; readonly args: readonly Operand[]; readonly hint: AllocationHint | null }
  | { readonly op: "call-pointer"; readonly to: number | null; readonly a: Operand; readonly args: readonly Operand[]; readonly hint: AllocationHint | null }
  | { readonly op: "return"; readonly a: Operand | null }
  /** One of 0..n-1, or one of `values` when the call is unknown. */
  | { readonly op: "choose"; readonly to: number; readonly a: Operand; readonly values: readonly number[] | null }
  | { readonly op: "atomic-begin"; readonly effect: AtomicEffect; readonly waits: boolean }
  | { readonly op: "atomic-end" }
  | { readonly op: "wait"; readonly a: Operand }
  | { readonly op: "acquire"; readonly a: Operand; readonly kind: string }
  | { readonly op: "release"; readonly a: Operand }
  | { readonly op: "held"; readonly to: number; readonly a: Operand }
  | { readonly op: "allocate"; readonly to: number; readonly a: Operand; readonly hint: AllocationHint | null }
  | { readonly op: "free"; readonly a: Operand }
  | { readonly op: "keep"; readonly a: Operand }
  | { readonly op: "live"; readonly to: number; readonly a: Operand }
  | { readonly op: "assume"; readonly a: Operand }
  | { readonly op: "cpu"; readonly to: number }
  | { readonly op: "report"; readonly kind: string; readonly message: string }
  | { readonly op: "might-sleep" }
  /** Code that nobody has shown us or that cannot be run: reaching it ends the run with `reason`. */
  | { readonly op: "missing"; readonly reason: string }
  /** The kernel stops here (BUG): this CPU never goes on. */
  | { readonly op: "halt" }
);

/**
 * What an atomic step does to locks, as far as its text says so on every path: an "acquire" begins with a wait and takes one
 * lock at its top level, a "release" gives one up at its top level; an "add" adds a constant to one word and looks at nothing;
 * everything else is "other".
 */
export type AtomicEffect = "acquire" | "release" | "add" | "other";

export interface FunctionCode {
  readonly name: string;
  readonly index: number;
  readonly parameters: number;
  readonly registers: number;
  /** Words of frame memory, for variables whose address is taken. They follow the registers. */
  readonly frameWords: number;
  readonly code: readonly Instruction[];
  readonly constants: readonly number[];
  /** Names of registers and of ranges of the frame memory, for traces. */
  readonly variables: readonly { readonly name: string; readonly slot: number; readonly type: number }[];
  /** For each instruction, the registers whose value may still be read: 32 to a word. */
  readonly live: readonly Uint32Array[];
}

export type OriginKind = "patch" | "model" | "scenario";

export interface Source {
  readonly path: string;
  readonly origin: OriginKind;
  readonly function: string;
  readonly from: number;
  readonly to: number;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly text: string;
  /** True where nobody wrote this call: it starts or ends a CPU. */
  readonly isBeside: boolean;
}

/** A memory object that exists from the start: a global, a function, a string. */
export interface StaticObject {
  readonly kind: "global" | "function" | "string";
  readonly name: string;
  /** Index into `Program.types`. */
  readonly type: number;
  readonly slots: number;
  readonly words: readonly number[];
  /** For "function": the index of its code. */
  readonly code: number;
  /** True for what stands for memory that no text shows: freeing it is its owner's affair, and has no effect. */
  readonly foreign?: true;
}

/** Names of the words of a type, for traces: `path` is "" for a plain word. */
export interface TypeShape {
  readonly name: string;
  readonly slots: number;
  /** What `sizeof` gives for it. */
  readonly bytes: number;
  /** For each slot: the field path, without the wrappers that hold one word only. */
  readonly paths: readonly string[];
  /** For each slot: true where the word is a pointer or of unknown type. */
  readonly pointers: readonly boolean[];
  /** For each slot: the bits of the number in it, negative for a signed one; 0 where it is no number or nobody knows. */
  readonly widths: readonly number[];
  /** For a struct that ends in an array of any length: where that begins, and what one element takes. */
  readonly end?: { readonly slot: number; readonly byte: number; readonly slots: number; readonly bytes: number };
}

export interface CpuProgram { readonly name: string; readonly entry: number; readonly identical: boolean }

export interface Program {
  readonly functions: readonly FunctionCode[];
  /** Object n of the machine is `objects[n - 1]`. */
  readonly objects: readonly StaticObject[];
  readonly types: readonly TypeShape[];
  readonly sources: readonly Source[];
  /** Run one after the other by CPU -1 before the start. */
  readonly setup: readonly number[];
  readonly cpus: readonly CpuProgram[];
  readonly finish: number | null;
}

/** Slots of address space of one object; addresses below it are NULL plus an offset. */
export const OBJECT_SPAN = 65536;

export const addressOf = (object: number, slot: number): number => object * OBJECT_SPAN + slot;

/** The registers that an instruction reads, and the one that it writes (-1 when none). */
export function registersOf(instruction: Instruction): { readonly reads: readonly Operand[]; readonly writes: number } {
  const writes = "to" in instruction && instruction.to !== null ? instruction.to : -1;
  const reads: Operand[] = [];
  if ("a" in instruction && instruction.a !== null) reads.push(instruction.a);
  if ("b" in instruction) reads.push(instruction.b);
  if ("value" in instruction) reads.push(instruction.value);
  if ("args" in instruction) reads.push(...instruction.args);
  return { reads: reads.filter((operand) => operand >= 0), writes };
}
