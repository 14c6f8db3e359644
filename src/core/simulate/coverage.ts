// Which lines of the code under review a run has executed: of the lines that the patch changes, and of the functions that a scenario is about.
import type { CFunction, Stmt } from "../c/ast.js";
import { positionAt } from "../patch/render.js";
import { placeOf } from "./compile/statement-facts.js";
import type { Unit } from "./compile/link.js";
import type { FunctionCode, Program } from "./ir.js";
import type { LineRef } from "./mutant-types.js";
import { eachStatement } from "./compile/walk.js";
import { isAct } from "./mutants.js";
import { PASSED, TAKEN, UNTAKEN } from "./quick.js";
import type { Coverage, FunctionCoverage, LineRange } from "./types.js";

/** What a machine has noted while it ran: a byte for each instruction of a function. See `Cpu.marks`. */
export type Marks = readonly (Uint8Array | undefined)[];

/** By path: for each line of compiled code, whether some schedule has begun to execute a statement of it. A line that nothing was compiled for, such as a call that does nothing, is not there. */
export type ReachedLines = ReadonlyMap<string, ReadonlyMap<number, boolean>>;

/** The lines of the code under review that were executed; functions by the numbers of their code. */
export function reachedLines(program: Program, marks: Marks, entered: ReadonlySet<number>): ReachedLines {
  const lines = new Map<string, Map<number, boolean>>();
  const note = (number: number, isReached: boolean): void => {
    const source = program.sources[number];
    if (source?.origin !== "patch") return;
    let known = lines.get(source.path);
    if (!known) lines.set(source.path, (known = new Map<number, boolean>()));
    for (let line = source.line; line <= source.endLine; line++) if (isReached || !known.has(line)) known.set(line, isReached);
  };
  const all = new Set<number>();
  const seen = new Set<number>();
  for (const fn of program.functions) {
    for (const instruction of fn.code) all.add(instruction.source);
    if (entered.has(fn.index)) for (const at of executed(fn, marks[fn.index])) seen.add(fn.code[at]?.source ?? -1);
  }
  for (const number of all) note(number, false);
  for (const number of seen) note(number, true);
  return lines;
}

/** `changed` are the lines that the patch changes on this side, `names` the functions that the scenario is about; `units` are the files of the side. */
export function coverageOf(units: readonly Unit[], reached: ReachedLines, changed: readonly LineRef[], names: readonly string[]): Coverage {
  const wanted = new Map<string, Set<number>>();
  for (const { path, line } of changed) wanted.set(path, (wanted.get(path) ?? new Set<number>()).add(line));
  const changedLines: LineRef[] = [];
  const functions: FunctionCoverage[] = [];
  for (const unit of units) {
    const lines = wanted.get(unit.path);
    for (const fn of unit.unit.functions) {
      const isNamed = names.includes(fn.name) && fn.body !== null && !functions.some((one) => one.function === fn.name);
      const own = fn.body === null || !(isNamed || lines) ? [] : actLines(unit, fn.body, reached.get(unit.path) ?? NONE);
      for (const line of own) if (lines?.has(line)) changedLines.push({ path: unit.path, line });
      if (isNamed) functions.push(functionCoverage(unit, fn, own, reached.get(unit.path) ?? NONE));
    }
  }
  const missed = changedLines.filter(({ path, line }) => reached.get(path)?.get(line) !== true);
  return { changed: changedLines.length, reached: changedLines.length - missed.length, missed: rangesOf(missed), functions };
}

/** The place in a run that says least about its functions: true when no more than half of what the named functions have was ever executed, and one of them was left early or never called. */
export function isBarelyRun(coverage: Coverage): boolean {
  const { functions } = coverage;
  const sum = (of: (one: FunctionCoverage) => number): number => functions.reduce((all, one) => all + of(one), 0);
  return functions.some((one) => one.lines > 0 && (one.reached === 0 || one.leftAt !== null)) && 2 * sum((one) => one.reached) <= sum((one) => one.lines);
}

const NONE: ReadonlyMap<number, boolean> = new Map();

function functionCoverage(unit: Unit, fn: CFunction, lines: readonly number[], reached: ReadonlyMap<number, boolean>): FunctionCoverage {
  const missed = lines.filter((line) => reached.get(line) !== true);
  const left = missed.length === 0 || missed.length === lines.length ? null : leftAt(unit, fn.body ?? [], reached);
  return { function: fn.name, path: unit.path, line: fn.nameSpan.line, lines: lines.length, reached: lines.length - missed.length, missed: rangesOf(missed.map((line) => ({ path: unit.path, line }))), leftAt: left };
}

/**
 * Where every run leaves a function before the end of its main way: the line of the last jump out of it. The main way are the statements of its body up to the first return or goto that
 * stands there by itself; what comes after that is reached by jumps only. Null when some run goes all the way.
 */
function leftAt(unit: Unit, body: readonly Stmt[], reached: ReadonlyMap<number, boolean>): number | null {
  let last: number | null = null;
  for (const stmt of body) {
    if (isAct(stmt)) {
      const line = lineOf(unit, stmt);
      if (reached.get(line) === false) return last;
      if (!reached.has(line)) continue;
      last = eachStatement([stmt]).filter((one) => one.kind === "return" || one.kind === "goto").map((one) => lineOf(unit, one)).findLast((one) => reached.get(one) === true) ?? line;
    }
    if (stmt.kind === "return" || stmt.kind === "goto") return null;
  }
  return null;
}

const lineOf = (unit: Unit, stmt: Stmt): number => positionAt(unit.starts, placeOf(stmt).from).line;

/** The lines on which some statement does something, in order. Of a function that was compiled, those that something was compiled for. */
function actLines(unit: Unit, body: readonly Stmt[], compiled: ReadonlyMap<number, boolean>): readonly number[] {
  const lines = new Set<number>();
  for (const stmt of eachStatement(body)) {
    if (!isAct(stmt)) continue;
    const { from, to } = placeOf(stmt);
    // Of a statement with a body, only its head; of a declaration, what sets something.
    const end = stmt.kind === "for" || stmt.kind === "switch" || stmt.kind === "do" ? from : to;
    for (let line = positionAt(unit.starts, from).line; line <= positionAt(unit.starts, end).line; line++) lines.add(line);
  }
  const known = [...lines].filter((line) => compiled.has(line));
  return (known.length > 0 ? known : [...lines]).sort((a, b) => a - b);
}

/** The instructions that some run has begun. What needs registers only goes on to the next one; anything else says itself that it was passed. */
function executed(fn: FunctionCode, marks: Uint8Array | undefined): ReadonlySet<number> {
  const found = new Set<number>();
  const queue = [0];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    const instruction = fn.code[at];
    if (!instruction || found.has(at)) continue;
    found.add(at);
    const mark = marks?.[at] ?? 0;
    switch (instruction.op) {
      case "branch":
        if (mark & TAKEN) queue.push(instruction.target);
        if (mark & UNTAKEN) queue.push(instruction.otherwise);
        break;
      case "jump": queue.push(instruction.target); break;
      case "return": case "halt": case "missing": break;
      case "move": case "binary": case "not": case "invert": case "negate": case "convert": case "frame-address": case "clear-frame": queue.push(at + 1); break;
      default: if (mark & PASSED) queue.push(at + 1);
    }
  }
  return found;
}

function rangesOf(lines: readonly LineRef[]): readonly LineRange[] {
  const ranges: { path: string; from: number; to: number }[] = [];
  for (const { path, line } of lines) {
    const last = ranges.at(-1);
    if (last?.path === path && last.to + 1 === line) last.to = line;
    else ranges.push({ path, from: line, to: line });
  }
  return ranges;
}

/** Ranges as a reader says them: "line 3, lines 5 to 9"; at most so many, and how many more there are. */
export function rangeWords(ranges: readonly LineRange[], most = 4): string {
  const words = ranges.slice(0, most).map(({ from, to }) => (from === to ? String(from) : `${String(from)}–${String(to)}`));
  const rest = ranges.length - words.length;
  return `${ranges.length === 1 && ranges[0]?.from === ranges[0]?.to ? "line" : "lines"} ${words.join(", ")}${rest > 0 ? ` and ${String(rest)} more places` : ""}`;
}

/** What a reader of a verdict has to know of functions that no schedule went through: a sentence for each, with its place. */
export function unreached(coverage: Coverage): readonly { readonly text: string; readonly where: { readonly path: string; readonly line: number } }[] {
  return coverage.functions.flatMap((one) => {
    if (one.lines === 0) return [];
    if (one.reached === 0) return [{ text: `${one.function}() is never called`, where: { path: one.path, line: one.line } }];
    return one.leftAt === null ? [] : [{ text: `every schedule leaves ${one.function}() at line ${String(one.leftAt)}: ${rangeWords(one.missed)} were never reached`, where: { path: one.path, line: one.leftAt } }];
  });
}
