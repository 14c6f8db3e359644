// The entrance of the findings: all of one side, and both sides against each other.
import type { Image } from "../../patch/types.js";
import type { CReader } from "../../c/reader.js";
import { lineStarts, sourceRange } from "../../patch/render.js";
import type { Code, CodeFunction } from "../code.js";
import { readCode } from "../code.js";
import { doublePut } from "./double-put.js";
import type { Explored } from "./explore.js";
import { exploreFunction } from "./explore.js";
import { freesLive } from "./frees-live.js";
import { lockHeld } from "./lock-held.js";
import { missingHalf } from "./missing-half.js";
import { noDestroy } from "./no-destroy.js";
import { noRelease } from "./no-release.js";
import type { RawFinding, Rule } from "./rule.js";
import type { Trail } from "./state.js";
import { LOOP } from "./state.js";
import { doubleOwners, twoOwners } from "./two-owners.js";
import type { Finding, FindingKind, FindingStep, PatchFinding } from "./types.js";
import { useAfterPut } from "./use-after-put.js";
import { wrongLocks } from "./wrong-lock.js";

/** Every rule, one line each. */
export const RULES: readonly Rule[] = [doublePut, useAfterPut, freesLive, twoOwners, noDestroy, noRelease, missingHalf, lockHeld];

export interface SideFindings {
  readonly findings: readonly Finding[];
  /** Functions of which every line is known and every path was walked, by path and name. */
  readonly complete: ReadonlySet<string>;
  /** Functions with a body. */
  readonly functions: ReadonlySet<string>;
}

export interface FindingsInput {
  readonly before: readonly Image[];
  readonly after: readonly Image[];
}

/** Finds on both sides of a patch, and says what the patch has to do with each. Never throws. */
export function findInPatch(reader: CReader, input: FindingsInput): PatchFinding[] {
  return compareSides(findInCode(readCode(reader, "before", input.before)), findInCode(readCode(reader, "after", input.after)));
}

/** Everything that one side shows, in the order of the text. */
export function findInCode(code: Code, rules: readonly Rule[] = RULES): SideFindings {
  const explored = new Map<CodeFunction, Explored>();
  const running = new Set<CodeFunction>();
  const explore = (where: CodeFunction): Explored | null => {
    const known = explored.get(where);
    if (known !== undefined) return known;
    if (running.has(where) || running.size > MAX_CALL_DEPTH) return null;
    running.add(where);
    const result = exploreFunction(code, where, rules, (name) => {
      const callee = code.byName.get(name);
      return callee === undefined || callee.fn.body === null ? null : (explore(callee)?.summary ?? null);
    });
    running.delete(where);
    explored.set(where, result);
    return result;
  };
  const raw = new Map<CodeFunction, RawFinding[]>();
  const complete = new Set<string>();
  const functions = new Set<string>();
  for (const where of code.functions) {
    const result = explore(where);
    if (result === null) continue;
    functions.add(keyOf(where));
    if (result.complete) complete.add(keyOf(where));
    raw.set(where, [...result.findings]);
  }
  const all = [...explored.values()];
  const between = [...wrongLocks(all.flatMap(({ counted }) => counted)), ...doubleOwners(code, all.flatMap(({ frees }) => frees))];
  for (const { where, raw: one } of between) raw.get(where)?.push(one);
  return { findings: [...raw].flatMap(([where, some]) => distinct(some).map((one) => toFinding(code, where, one))), complete, functions };
}

/** Functions are followed so many calls deep. */
const MAX_CALL_DEPTH = 40;

function keyOf(where: CodeFunction): string {
  return `${where.file.image.path} ${where.fn.name}`;
}

/** One finding for each thing that is wrong, however many paths lead to it: the path that says most is told, then the shortest. */
function distinct(findings: readonly RawFinding[]): RawFinding[] {
  const best = new Map<string, RawFinding>();
  const first = new Map<string, RawFinding>();
  for (const one of findings) {
    if (one.cause === undefined) continue;
    const key = `${one.about} ${one.cause.from}`;
    const known = first.get(key);
    if (known === undefined || one.span.from < known.span.from) first.set(key, one);
  }
  for (const one of findings) {
    if (one.cause !== undefined && first.get(`${one.about} ${one.cause.from}`)?.span.from !== one.span.from) continue;
    const key = `${one.kind === "guard-leak" ? "missing-half" : one.kind} ${one.object} ${one.call} ${one.kind === "missing-half" || one.kind === "guard-leak" || one.kind === "lock-held" ? "" : one.span.from}`;
    const known = best.get(key);
    if (known === undefined || one.other.length > known.other.length || (one.other.length === known.other.length && length(one.trail) < length(known.trail))) best.set(key, one);
  }
  return [...best.values()].sort((a, b) => a.span.from - b.span.from);
}

function length(trail: Trail | null): number {
  let count = 0;
  for (let at = trail; at !== null; at = at.before) count++;
  return count;
}

/** Findings that are about what was set up. */
const TELLS_SETUP: ReadonlySet<FindingKind> = new Set<FindingKind>(["no-destroy", "two-owners", "no-release"]);

/** A path longer than this is told by its first step and its end. */
const MAX_STEPS = 14;

function toFinding(code: Code, where: CodeFunction, raw: RawFinding): Finding {
  const { text, image } = where.file;
  const starts = where.file.starts.length > 0 ? where.file.starts : lineStarts(text);
  const rangeOf = (span: { readonly from: number; readonly to: number }): FindingStep["range"] => sourceRange({ path: image.path, side: code.side }, starts, span.from, span.to);
  const textOf = (span: { readonly from: number; readonly to: number }): string => text.slice(span.from, span.to).replace(/\s+/g, " ").trim().slice(0, 120);
  const steps: FindingStep[] = [];
  let isBegun = false;
  const all: Trail[] = [];
  for (let at = raw.trail; at !== null; at = at.before) all.unshift(at);
  for (const step of all) {
    const isOwn = raw.about === "" || step.about === raw.about || (step.about !== "" && raw.about.includes(step.about));
    const isDecision = step.note === "true" || step.note === "false";
    if (step.about === LOOP) continue;
    if (isOwn && step.note === "initialized" && !TELLS_SETUP.has(raw.kind)) continue;
    if (isOwn && !isDecision) isBegun = true;
    if (!isBegun || (!isOwn && !isDecision)) continue;
    const range = rangeOf(step.span);
    if (steps.at(-1)?.range.from === range.from) steps.pop();
    steps.push({ note: step.note, range, text: textOf(step.span) });
  }
  const range = rangeOf(raw.span);
  if (!steps.some((step) => step.range.from === range.from)) steps.push({ note: raw.kind === "use-after-put" ? "used" : "returned", range, text: textOf(raw.span) });
  return { kind: raw.kind, function: where.fn.name, object: raw.object, call: raw.call, other: raw.other, range, path: steps.length > MAX_STEPS ? [...steps.slice(0, 1), ...steps.slice(1 - MAX_STEPS)] : steps };
}

/** The same thing on both sides is one finding, told where it is after the patch. */
export function compareSides(before: SideFindings, after: SideFindings): PatchFinding[] {
  // Without the calls: a patch that frees by another name has not mended anything.
  const key = (one: Finding): string => [one.kind, one.range.path, one.function, one.object].join("\n");
  const count = (all: readonly Finding[]): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const one of all) counts.set(key(one), (counts.get(key(one)) ?? 0) + 1);
    return counts;
  };
  const inBefore = count(before.findings);
  const inAfter = count(after.findings);
  /** Whether the other side shows as much of the function as this one. */
  const isSeen = (one: Finding, here: SideFindings, there: SideFindings): boolean => {
    const name = `${one.range.path} ${one.function}`;
    return !there.functions.has(name) || there.complete.has(name) || !here.complete.has(name);
  };
  const result: PatchFinding[] = [];
  for (const one of before.findings) {
    if (inAfter.has(key(one))) continue;
    result.push({ ...one, side: "before", change: isSeen(one, before, after) ? "fixed" : "before" });
  }
  for (const one of after.findings) result.push({ ...one, side: "after", change: inBefore.has(key(one)) ? "both" : isSeen(one, after, before) ? "new" : "after" });
  return result;
}
