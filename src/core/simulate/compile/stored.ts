// Code that was compiled in another program: every question that it came from with its answer, and instructions that name what a program numbers.
import type { CFunction, CUnit } from "../../c/ast.js";
import type { AllocationHint, FunctionCode, Instruction } from "../ir.js";
import type { Assumption } from "../types.js";
import type { Declared, ProgramContext } from "./context.js";
import type { Definition, Linker, Unit } from "./link.js";
import { findRecord, findType, isStored, type StoredType } from "./stored-types.js";
import type { Types } from "./types.js";

/**
 * A question of `ProgramContext` or `TypeQuestions` with the answer that the code was compiled from, in the order in which they were asked. Those marked with a star give the code
 * its next symbol: a number that every program chooses for itself.
 */
export type Question =
  /** * The code of a function; the address of one; of a global of a type; of a string. */
  | readonly ["code" | "function" | "string", string]
  | readonly ["global", string, StoredType]
  /** * The shape of a type under a name. */
  | readonly ["shape", StoredType, string]
  /** What the program does not have. */
  | readonly ["no code" | "no function" | "no global" | "no macro", string]
  /** The place of a declaration that a name means; "" when there is none. */
  | readonly ["callee" | "prototype", string, string]
  | readonly ["shown" | "frames" | "gaps", string, boolean]
  | readonly ["constant", string, number | null]
  | readonly ["define" | "typedef", string, string]
  | readonly ["field", record: string, name: string, readonly [words: number, StoredType, bit: number] | null]
  | readonly ["size", record: string, words: number, bytes: number]
  | readonly ["named", string, StoredType | null]
  | readonly ["record with", string, string]
  | readonly ["assume", Assumption["kind"], text: string, line: number | null];

/** A constant is a number, or a symbol of an address with what is added to it. */
export type StoredConstant = number | readonly [symbol: number, offset: number];

export interface StoredCode {
  readonly questions: readonly Question[];
  /** For each place in the text: from, to. Instructions name them by their order here. */
  readonly places: readonly number[];
  /** Callees and shapes are symbols. */
  readonly code: readonly Instruction[];
  readonly constants: readonly StoredConstant[];
  readonly parameters: number;
  readonly registers: number;
  readonly frameWords: number;
  readonly variables: FunctionCode["variables"];
  /** For each instruction as many words. */
  readonly live: readonly number[];
}

/** A text of which code is kept. */
export interface StoredUnit extends CUnit {
  /** The codes of the function that begins there: of those with private frames, and with shared ones, where that makes a difference. */
  stored(from: number): readonly StoredCode[];
}

/** The program that code is linked into. */
export interface LinkTarget extends ProgramContext {
  readonly types: Types;
  readonly linker: Linker;
  /** The text of a define; null when the name is none. */
  definedText(name: string, from: Unit): string | null;
  /** The number of a place that the function has not been at. */
  newSource(unit: Unit, functionName: string, span: { readonly from: number; readonly to: number }): number;
}

export const isStoredUnit = (unit: CUnit): unit is StoredUnit => "stored" in unit;

/** A unit of which code is kept; by a property that is not counted, so that the unit is equal to one that was only read. */
export function asStored(unit: CUnit, stored: StoredUnit["stored"]): StoredUnit {
  return Object.defineProperty({ ...unit, stored }, "stored", { enumerable: false });
}

/** The same unit with some of its functions. */
export function withFunctions(unit: CUnit, functions: readonly CFunction[]): CUnit {
  return isStoredUnit(unit) ? asStored({ ...unit, functions }, (from) => unit.stored(from)) : { ...unit, functions };
}

/** The code that is kept of a function, brought into this program; null when the program answers one of its questions in another way, and the function has to be compiled. */
export function linkStored(program: LinkTarget, definition: Definition, index: number): FunctionCode | null {
  const { unit, fn } = definition;
  if (!isStoredUnit(unit.unit)) return null;
  for (const stored of unit.unit.stored(fn.span.from)) {
    const symbols: number[] = [];
    if (stored.questions.every((question) => isSame(program, unit, question, symbols))) return relocated(program, definition, stored, symbols, index);
  }
  return null;
}

/** Where a declaration stands, when its text is one of which code is kept: the same words then mean the same declaration. */
export function placeOfDeclared(declared: Declared | null): string | null {
  if (declared === null) return "";
  return isStoredUnit(declared.unit.unit) ? `${declared.unit.path} ${String(declared.fn.span.from)}` : null;
}

/** Asks a question again. */
function isSame(program: LinkTarget, unit: Unit, question: Question, symbols: number[]): boolean {
  const { types } = program;
  const symbol = (number: number | null): boolean => number !== null && symbols.push(number) > 0;
  switch (question[0]) {
    case "code": return symbol(program.functionCode(question[1], unit));
    case "function": return symbol(program.functionAddress(question[1], unit));
    case "string": return symbol(program.stringAddress(question[1]));
    case "global": {
      const global = program.global(question[1], unit);
      return global !== null && isStored(types, question[2], global.type) && symbol(global.address);
    }
    case "shape": {
      const type = findType(types, question[1]);
      return type !== null && symbol(types.shape(type, question[2]));
    }
    case "no code": return program.functionCode(question[1], unit) === null;
    case "no function": return program.functionAddress(question[1], unit) === null;
    case "no global": return program.global(question[1], unit) === null;
    case "no macro": return !program.isMacro(question[1], unit);
    case "callee": return placeOfDeclared(program.callee(question[1], unit)) === question[2];
    case "prototype": return placeOfDeclared(program.prototype(question[1], unit)) === question[2];
    case "shown": return program.isShown(question[1]) === question[2];
    case "frames": return program.sharedFrames === question[2];
    case "gaps": return program.gapsAreNothing === question[2];
    case "constant": return program.constantOf(question[1], unit) === question[2];
    case "define": return (program.definedText(question[1], unit) ?? "") === question[2];
    case "typedef": return types.typedefText(question[1]) === question[2];
    case "field": {
      const record = findRecord(types, question[1]);
      const field = record && types.field(record, question[2]);
      return field && question[3] ? field.offset === question[3][0] && field.bit === question[3][2] && field.part === null && isStored(types, question[3][1], field.type) : record !== null && field === question[3];
    }
    case "size": {
      const record = findRecord(types, question[1]);
      return record !== null && types.sizeOf({ k: "record", record }) === question[2] && types.bytesOf({ k: "record", record }) === question[3];
    }
    case "named": {
      const type = types.named(question[1]);
      return type === null || question[2] === null ? type === question[2] : isStored(types, question[2], type);
    }
    case "record with": {
      const record = types.recordWith(question[1]);
      return question[2] === "" ? record === null : record !== null && record === findRecord(types, question[2]);
    }
    case "assume":
      program.assume({ kind: question[1], text: question[2], where: question[3] === null ? null : { path: unit.path, line: question[3] } });
      return true;
  }
}

function relocated(program: LinkTarget, { unit, fn }: Definition, stored: StoredCode, symbols: readonly number[], index: number): FunctionCode | null {
  const constants = stored.constants.map((constant) => (typeof constant === "number" ? constant : (symbols[constant[0]] ?? 0) + constant[1]));
  // A number that is an address in this program by chance would stand here once.
  if (new Set(constants).size !== constants.length) return null;
  const sources: number[] = [];
  for (let at = 0; at < stored.places.length; at += 2) sources.push(program.newSource(unit, fn.name, { from: stored.places[at] ?? 0, to: stored.places[at + 1] ?? 0 }));
  const hinted = (hint: AllocationHint | null): AllocationHint | null => hint && { type: symbols[hint.type] ?? 0, name: hint.name };
  const code = stored.code.map((instruction): Instruction => {
    const source = sources[instruction.source] ?? 0;
    switch (instruction.op) {
      case "call": return { ...instruction, callee: symbols[instruction.callee] ?? 0, hint: hinted(instruction.hint), source };
      case "call-pointer": case "allocate": return { ...instruction, hint: hinted(instruction.hint), source };
      default: return { ...instruction, source };
    }
  });
  const width = Math.max(1, (stored.registers + 31) >> 5);
  const words = Uint32Array.from(stored.live);
  return {
    name: fn.name, index, parameters: stored.parameters, registers: stored.registers, frameWords: stored.frameWords, code, constants,
    variables: stored.variables.map((variable) => ({ ...variable, type: symbols[variable.type] ?? 0 })),
    live: code.map((_, at) => words.subarray(at * width, (at + 1) * width)),
  };
}
