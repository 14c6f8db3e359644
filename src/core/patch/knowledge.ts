// What is known of one file at each point of a series: lines flow forward and back through the hunks that move them.
import type { Step } from "./lineage.js";
import type { Hunk } from "./types.js";

/** Lines that flow times steps may not exceed this; a longer series (none known) keeps each patch's own lines only. */
const MAX_FLOW = 20_000_000;

/** Known lines of a file in one state, by line number from one. */
export interface Knowledge {
  readonly lines: Map<number, string>;
  /** Hunk headings at the line where the hunk starts. */
  readonly headings: Map<number, string>;
  /** Number of lines of the file; null when the end is not known. */
  end: number | null;
  noNewline: boolean;
}

/** A stretch of steps whose lines agree with each other. State 0 is before its first step; there is one more state than steps. */
export interface Run {
  readonly firstStep: number;
  readonly states: Knowledge[];
}

/**
 * Lets knowledge flow through the steps of one file, in order. A step whose hunks contradict what was carried to it, or
 * whose hunks are damaged, starts a new run: nothing flows over that border, and the patch's own lines always win.
 */
export function flow(steps: readonly Step[]): Run[] {
  const runs: Run[] = [];
  let total = 0;
  for (const { file } of steps) for (const hunk of file.hunks) total += hunk.lines.length;
  const flows = total * steps.length <= MAX_FLOW;
  let run: Run = { firstStep: 0, states: [nothingKnown()] };
  for (const [index, step] of steps.entries()) {
    const hunks = orderedHunks(step.file.hunks);
    const state = run.states.at(-1) ?? nothingKnown();
    const started = run.states.length > 1;
    if (started && (!flows || !step.sound || steps[index - 1]?.sound === false || contradicts(state, step, hunks))) {
      runs.push(run);
      run = { firstStep: index, states: [nothingKnown()] };
    }
    const before = run.states.at(-1) ?? nothingKnown();
    learn(before, step, hunks, "A");
    const after = nothingKnown();
    if (step.sound) carry(before, after, hunks, "A");
    learn(after, step, hunks, "B");
    run.states.push(after);
  }
  runs.push(run);
  for (const each of runs) {
    for (let state = each.states.length - 2; state >= 0; state--) {
      const step = steps[each.firstStep + state];
      const from = each.states[state + 1];
      const to = each.states[state];
      if (step?.sound && from && to) carry(from, to, orderedHunks(step.file.hunks), "B");
    }
  }
  return runs;
}

function nothingKnown(): Knowledge {
  return { lines: new Map(), headings: new Map(), end: null, noNewline: false };
}

/** A hunk's true extent, by its lines: the first line on each side and one past the last. */
interface Span {
  readonly hunk: Hunk;
  readonly startA: number;
  readonly endA: number;
  readonly startB: number;
  readonly endB: number;
}

/** The hunks in the order of their lines; one that overlaps an earlier one (no tool writes that) is left out. */
function orderedHunks(hunks: readonly Hunk[]): Span[] {
  const spans = hunks.map((hunk): Span => {
    const startA = hunk.countA === 0 ? hunk.fromA + 1 : hunk.fromA;
    const startB = hunk.countB === 0 ? hunk.fromB + 1 : hunk.fromB;
    let [a, b] = [0, 0];
    for (const line of hunk.lines) {
      if (line.sign !== "+") a++;
      if (line.sign !== "-") b++;
    }
    return { hunk, startA, endA: startA + a, startB, endB: startB + b };
  });
  spans.sort((left, right) => left.startA - right.startA);
  let [a, b] = [1, 1];
  return spans.filter((span) => {
    if (span.startA < a || span.startB < b) return false;
    a = span.endA;
    b = span.endB;
    return true;
  });
}

type HalfName = "A" | "B";

/** Puts a step's own lines of one side into a state. */
function learn(state: Knowledge, step: Step, spans: readonly Span[], half: HalfName): void {
  const shown = { A: "", B: "" };
  for (const { hunk, startA, startB } of spans) {
    // git takes the heading from the file before the patch. Where that line is shown, and another one has its place behind the patch, that one names what goes on.
    const heading = half === "B" && hunk.heading !== "" && shown.B !== "" && shown.A.startsWith(hunk.heading) ? shown.B : hunk.heading;
    for (const line of hunk.lines) {
      if (!canHead(line.text)) continue;
      if (line.lineA !== null) shown.A = line.text;
      if (line.lineB !== null) shown.B = line.text;
    }
    for (const line of hunk.lines) {
      const number = half === "A" ? line.lineA : line.lineB;
      if (number === null) continue;
      state.lines.set(number, line.text);
      if (line.noNewline) {
        state.end = number;
        state.noNewline = true;
      }
    }
    if (heading !== "") state.headings.set(half === "A" ? startA : startB, heading);
  }
  if (half === "B") learnResult(state, step);
  const path = half === "A" ? step.file.pathA : step.file.pathB;
  const other = half === "A" ? step.file.pathB : step.file.pathA;
  const last = spans.at(-1);
  if (path === null) state.end = 0;
  else if (other === null && step.sound) state.end ??= last ? (half === "A" ? last.endA : last.endB) - 1 : 0;
  else if (last && endsFile(last)) state.end ??= (half === "A" ? last.endA : last.endB) - 1;
}

/** Lines that git takes for headings in C: they begin in the first column with a word that is no label (xdiff/xemit.c, userdiff.c). */
function canHead(text: string): boolean {
  return /^[A-Za-z_$]/.test(text) && !/^\w+:\s*($|\/[/*])/.test(text);
}

/** A combined diff numbers the lines of the merge's result; of its parents, which differ, nothing is shown. */
function learnResult(state: Knowledge, step: Step): void {
  for (const hunk of step.file.combined?.hunks ?? []) {
    for (const line of hunk.lines) if (line.lineB !== null) state.lines.set(line.lineB, line.text);
    if (hunk.heading !== "") state.headings.set(hunk.from, hunk.heading);
  }
}

/**
 * True when a hunk shows the file's end: it has less context after its last change than before its first one, and
 * less than three lines (diff gives both in full wherever the file has them).
 */
function endsFile(span: Span): boolean {
  const { lines, countA, countB } = span.hunk;
  if (span.endA - span.startA !== countA || span.endB - span.startB !== countB) return false;
  const leading = lines.findIndex((line) => line.sign !== " ");
  if (leading < 0) return false;
  let trailing = 0;
  while (lines[lines.length - 1 - trailing]?.sign === " ") trailing++;
  return trailing < Math.min(leading, 3);
}

/** True when a step's before side says something else than what is known already. */
function contradicts(state: Knowledge, step: Step, spans: readonly Span[]): boolean {
  if (step.file.pathA === null) return state.end !== 0;
  for (const { hunk } of spans) {
    for (const line of hunk.lines) {
      if (line.lineA === null) continue;
      const known = state.lines.get(line.lineA);
      if (known !== undefined && known !== line.text) return true;
      if (state.end !== null && line.lineA > state.end) return true;
    }
  }
  return false;
}

/** Carries what one side of a step knows to its other side, without touching what is known there. `half` is the side it comes from. */
function carry(from: Knowledge, to: Knowledge, spans: readonly Span[], half: HalfName): void {
  const inHunks = new Map<number, number>();
  for (const { hunk } of spans) {
    for (const line of hunk.lines) {
      if (line.lineA !== null && line.lineB !== null) inHunks.set(half === "A" ? line.lineA : line.lineB, half === "A" ? line.lineB : line.lineA);
    }
  }
  const moved = (number: number): number | null => inHunks.get(number) ?? moveOutside(number, spans, half);
  for (const [number, text] of from.lines) {
    const target = moved(number);
    if (target !== null && !to.lines.has(target)) to.lines.set(target, text);
  }
  for (const [number, text] of from.headings) {
    const target = moved(number);
    if (target !== null && !to.headings.has(target)) to.headings.set(target, text);
  }
  if (from.end !== null && to.end === null && from.end > 0) {
    const last = spans.at(-1);
    const lastEnd = last ? (half === "A" ? last.endA : last.endB) - 1 : 0;
    const target = last && from.end === lastEnd ? (half === "A" ? last.endB : last.endA) - 1 : moveOutside(from.end, spans, half);
    if (target !== null) {
      to.end = target;
      to.noNewline = from.noNewline && moved(from.end) !== null;
    }
  }
}

/** Where a line outside all hunks is on the other side; null inside a hunk, or where two hunks disagree about the shift between them. */
function moveOutside(number: number, spans: readonly Span[], half: HalfName): number | null {
  const start = (span: Span): number => (half === "A" ? span.startA : span.startB);
  const end = (span: Span): number => (half === "A" ? span.endA : span.endB);
  const sign = half === "A" ? 1 : -1;
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const span = spans[middle];
    if (span && start(span) <= number) low = middle + 1;
    else high = middle;
  }
  const previous = spans[low - 1];
  const next = spans[low];
  if (previous && number < end(previous)) return null;
  const shiftBefore = previous ? previous.endB - previous.endA : 0;
  const shiftNext = next ? next.startB - next.startA : shiftBefore;
  return shiftBefore === shiftNext ? number + sign * shiftBefore : null;
}
