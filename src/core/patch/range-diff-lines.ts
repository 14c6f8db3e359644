// Which lines two texts have in common: Myers' algorithm with the shortcuts that git takes, so that both find the same lines.
import { slideChanges } from "./range-diff-slide.js";

/** A stretch that differs: lines `fromA` to `toA` of one text stand for `fromB` to `toB` of the other. From zero, the end is not included. */
export interface LineChange {
  readonly fromA: number;
  readonly toA: number;
  readonly fromB: number;
  readonly toB: number;
}

/** Lines as numbers: equal lines have equal numbers, over all texts that one interner has seen. */
export interface LineInterner {
  ids(lines: readonly string[]): Int32Array;
}

export function createInterner(): LineInterner {
  const known = new Map<string, number>();
  return {
    ids(lines) {
      const ids = new Int32Array(lines.length);
      for (let at = 0; at < lines.length; at++) {
        const line = lines[at] ?? "";
        let id = known.get(line);
        if (id === undefined) known.set(line, (id = known.size));
        ids[at] = id;
      }
      return ids;
    },
  };
}

/**
 * The differences of two texts, in order, each as far down as equal lines let it slide. With `indents` (the lines of each side) a change
 * is put where the indentation says that it belongs, as `git diff` does; without, as `git range-diff` does when it counts.
 */
export function diffLines(a: Int32Array, b: Int32Array, indents?: { readonly a: readonly string[]; readonly b: readonly string[] }): LineChange[] {
  const changedA = new Uint8Array(a.length);
  const changedB = new Uint8Array(b.length);
  markChanges(a, b, changedA, changedB);
  slideChanges({ ids: a, changed: changedA, lines: indents?.a }, { ids: b, changed: changedB, lines: indents?.b });
  slideChanges({ ids: b, changed: changedB, lines: indents?.b }, { ids: a, changed: changedA, lines: indents?.a });
  return collect(changedA, changedB);
}

/** How many lines git's plain diff of two texts has: for each hunk its header, three lines of context around, and what changed. */
export function countDiff(changes: readonly LineChange[], lengthA: number, lengthB: number): number {
  let count = 0;
  for (const hunk of hunksOf(changes)) {
    const first = hunk[0];
    const last = hunk.at(-1);
    if (first === undefined || last === undefined) continue;
    const above = Math.min(CONTEXT, first.fromA, first.fromB);
    const below = Math.min(CONTEXT, lengthA - last.toA, lengthB - last.toB);
    count += 1 + above + (last.toA - first.fromA) + below;
    for (const change of hunk) count += change.toB - change.fromB;
  }
  return count;
}

/** Lines of context that a diff shows on both sides of a change. */
export const CONTEXT = 3;

/** Changes that one hunk shows together: those with at most twice the context between them. */
export function hunksOf(changes: readonly LineChange[]): LineChange[][] {
  const hunks: LineChange[][] = [];
  for (const change of changes) {
    const hunk = hunks.at(-1);
    const before = hunk?.at(-1);
    if (hunk !== undefined && before !== undefined && change.fromA - before.toA <= 2 * CONTEXT) hunk.push(change);
    else hunks.push([change]);
  }
  return hunks;
}

/** A line that the other text has at least this often says little; the number grows with the text, up to this. */
const MOST_REPEATS = 1024;
/** How far around such a line its neighbors are looked at. */
const REPEAT_WINDOW = 100;
/** A diagonal run longer than this is a sign that the search is on its way. */
const LONG_RUN = 20;
/** From this many steps on a good run ends the search; and from twice that much, at least, whatever is best does. */
const PATIENT_STEPS = 256;

function markChanges(a: Int32Array, b: Int32Array, changedA: Uint8Array, changedB: Uint8Array): void {
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start++;
  let tail = 0;
  while (tail < shorter - start && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const sideA = candidates(a, countsOf(b), start, a.length - tail, changedA);
  const sideB = candidates(b, countsOf(a), start, b.length - tail, changedB);
  const total = sideA.ids.length + sideB.ids.length + 3;
  const search: Search = {
    a: sideA, b: sideB, changedA, changedB, base: sideB.ids.length + 1,
    forward: new Int32Array(total), backward: new Int32Array(total), mostSteps: Math.max(PATIENT_STEPS, roughRoot(total)),
  };
  compareBoxes(search, { fromA: 0, toA: sideA.ids.length, fromB: 0, toB: sideB.ids.length });
}

/** The lines that are worth comparing, with their places in the text. */
interface Candidates {
  readonly ids: Int32Array;
  readonly places: Int32Array;
}

function countsOf(ids: Int32Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

/** Leaves out lines that the other text does not have, and frequent ones amid such; these count as changed. */
function candidates(ids: Int32Array, others: ReadonlyMap<number, number>, from: number, to: number, changed: Uint8Array): Candidates {
  const many = Math.min(MOST_REPEATS, roughRoot(ids.length));
  /** 0: not in the other text, 1: there, 2: there many times. */
  const kinds = new Uint8Array(ids.length);
  for (let at = from; at < to; at++) {
    const times = others.get(ids[at] ?? 0) ?? 0;
    kinds[at] = times === 0 ? 0 : times >= many ? 2 : 1;
  }
  const places: number[] = [];
  for (let at = from; at < to; at++) {
    if (kinds[at] === 1 || (kinds[at] === 2 && !isAmidStrangers(kinds, at, from, to - 1))) places.push(at);
    else changed[at] = 1;
  }
  return { ids: Int32Array.from(places, (at) => ids[at] ?? 0), places: Int32Array.from(places) };
}

function isAmidStrangers(kinds: Uint8Array, at: number, first: number, last: number): boolean {
  const look = (step: 1 | -1): { strangers: number; frequent: number } => {
    const seen = { strangers: 0, frequent: 1 };
    for (let distance = 1; distance <= REPEAT_WINDOW; distance++) {
      const other = at + step * distance;
      if (other < first || other > last || kinds[other] === 1) break;
      if (kinds[other] === 0) seen.strangers++;
      else seen.frequent++;
    }
    return seen;
  };
  const above = look(-1);
  if (above.strangers === 0) return false;
  const below = look(1);
  if (below.strangers === 0) return false;
  const frequent = above.frequent + below.frequent;
  return frequent * 4 < frequent + above.strangers + below.strangers;
}

/** A power of two near the square root. */
function roughRoot(value: number): number {
  let root = 1;
  for (let left = value; left > 0; left >>= 2) root <<= 1;
  return root;
}

interface Box {
  readonly fromA: number;
  readonly toA: number;
  readonly fromB: number;
  readonly toB: number;
  /** The shortest answer is wanted, whatever it costs. */
  readonly exact?: boolean;
}

interface Search {
  readonly a: Candidates;
  readonly b: Candidates;
  readonly changedA: Uint8Array;
  readonly changedB: Uint8Array;
  /** Added to a diagonal (place in A minus place in B) it gives its index in the two tables below. */
  readonly base: number;
  /** For each diagonal the place in A that was reached, from the start and from the end. */
  readonly forward: Int32Array;
  readonly backward: Int32Array;
  readonly mostSteps: number;
}

/** Cuts a box at a point of its shortest path until one side of it is empty; what is left on the other side has changed. */
function compareBoxes(search: Search, whole: Box): void {
  const open: Box[] = [whole];
  for (let box = open.pop(); box !== undefined; box = open.pop()) {
    let { fromA, toA, fromB, toB } = box;
    const a = search.a.ids;
    const b = search.b.ids;
    while (fromA < toA && fromB < toB && a[fromA] === b[fromB]) {
      fromA++;
      fromB++;
    }
    while (fromA < toA && fromB < toB && a[toA - 1] === b[toB - 1]) {
      toA--;
      toB--;
    }
    if (fromA === toA) for (let at = fromB; at < toB; at++) search.changedB[search.b.places[at] ?? 0] = 1;
    else if (fromB === toB) for (let at = fromA; at < toA; at++) search.changedA[search.a.places[at] ?? 0] = 1;
    else {
      const cut = findCut(search, { fromA, toA, fromB, toB, exact: box.exact === true });
      open.push({ fromA: cut.a, toA, fromB: cut.b, toB, exact: cut.exactBelow }, { fromA, toA: cut.a, fromB, toB: cut.b, exact: cut.exactAbove });
    }
  }
}

interface Cut {
  readonly a: number;
  readonly b: number;
  readonly exactAbove: boolean;
  readonly exactBelow: boolean;
}

/** Diagonals that one direction of the search has reached; it goes on from the last to the first, every other one. */
interface Reach {
  readonly middle: number;
  first: number;
  last: number;
}

/** Searches from both corners of a box at once, one step after the other, until the two meet or one has come far enough. */
function findCut(search: Search, box: Box): Cut {
  const { base, forward, backward } = search;
  const a = search.a.ids;
  const b = search.b.ids;
  const lowest = box.fromA - box.toB;
  const highest = box.toA - box.fromB;
  const down: Reach = { middle: box.fromA - box.fromB, first: box.fromA - box.fromB, last: box.fromA - box.fromB };
  const up: Reach = { middle: box.toA - box.toB, first: box.toA - box.toB, last: box.toA - box.toB };
  const isOdd = ((down.middle - up.middle) & 1) !== 0;
  forward[base + down.middle] = box.fromA;
  backward[base + up.middle] = box.toA;
  const far = 0x7fffffff;
  for (let steps = 1; ; steps++) {
    let longRun = false;
    widen(down, lowest, highest, forward, base, -1);
    for (let diagonal = down.last; diagonal >= down.first; diagonal -= 2) {
      const left = forward[base + diagonal - 1] ?? -1;
      const right = forward[base + diagonal + 1] ?? -1;
      let atA = left >= right ? left + 1 : right;
      const from = atA;
      while (atA < box.toA && atA - diagonal < box.toB && a[atA] === b[atA - diagonal]) atA++;
      if (atA - from > LONG_RUN) longRun = true;
      forward[base + diagonal] = atA;
      if (isOdd && up.first <= diagonal && diagonal <= up.last && (backward[base + diagonal] ?? far) <= atA) {
        return { a: atA, b: atA - diagonal, exactAbove: true, exactBelow: true };
      }
    }
    widen(up, lowest, highest, backward, base, far);
    for (let diagonal = up.last; diagonal >= up.first; diagonal -= 2) {
      const left = backward[base + diagonal - 1] ?? far;
      const right = backward[base + diagonal + 1] ?? far;
      let atA = left < right ? left : right - 1;
      const from = atA;
      while (atA > box.fromA && atA - diagonal > box.fromB && a[atA - 1] === b[atA - 1 - diagonal]) atA--;
      if (from - atA > LONG_RUN) longRun = true;
      backward[base + diagonal] = atA;
      if (!isOdd && down.first <= diagonal && diagonal <= down.last && atA <= (forward[base + diagonal] ?? -1)) {
        return { a: atA, b: atA - diagonal, exactAbove: true, exactBelow: true };
      }
    }
    if (box.exact === true) continue;
    const early = longRun && steps > PATIENT_STEPS ? goodRun(search, box, down, up, steps) : null;
    if (early !== null) return early;
    if (steps >= search.mostSteps) return farthest(search, box, down, up);
  }
}

/** One diagonal more at each end, or one less where the box ends. */
function widen(reach: Reach, lowest: number, highest: number, table: Int32Array, base: number, beyond: number): void {
  if (reach.first > lowest) table[base + --reach.first - 1] = beyond;
  else reach.first++;
  if (reach.last < highest) table[base + ++reach.last + 1] = beyond;
  else reach.last--;
}

/** A point that lies far along and ends in a long run of equal lines: good enough when the search is long. */
function goodRun(search: Search, box: Box, down: Reach, up: Reach, steps: number): Cut | null {
  const { base } = search;
  const a = search.a.ids;
  const b = search.b.ids;
  let best = 0;
  let cut: Cut | null = null;
  for (let diagonal = down.last; diagonal >= down.first; diagonal -= 2) {
    const atA = search.forward[base + diagonal] ?? 0;
    const atB = atA - diagonal;
    const gain = atA - box.fromA + (atB - box.fromB) - Math.abs(diagonal - down.middle);
    if (gain <= 4 * steps || gain <= best) continue;
    if (box.fromA + LONG_RUN > atA || atA >= box.toA || box.fromB + LONG_RUN > atB || atB >= box.toB) continue;
    let run = 1;
    while (run <= LONG_RUN && a[atA - run] === b[atB - run]) run++;
    if (run > LONG_RUN) {
      best = gain;
      cut = { a: atA, b: atB, exactAbove: true, exactBelow: false };
    }
  }
  if (cut !== null) return cut;
  for (let diagonal = up.last; diagonal >= up.first; diagonal -= 2) {
    const atA = search.backward[base + diagonal] ?? 0;
    const atB = atA - diagonal;
    const gain = box.toA - atA + (box.toB - atB) - Math.abs(diagonal - up.middle);
    if (gain <= 4 * steps || gain <= best) continue;
    if (box.fromA >= atA || atA > box.toA - LONG_RUN || box.fromB >= atB || atB > box.toB - LONG_RUN) continue;
    let run = 0;
    while (run < LONG_RUN && a[atA + run] === b[atB + run]) run++;
    if (run === LONG_RUN) {
      best = gain;
      cut = { a: atA, b: atB, exactAbove: false, exactBelow: true };
    }
  }
  return cut;
}

/** The farthest point of either direction: the search has cost enough. */
function farthest(search: Search, box: Box, down: Reach, up: Reach): Cut {
  const { base } = search;
  let forwardSum = -1;
  let forwardA = -1;
  for (let diagonal = down.last; diagonal >= down.first; diagonal -= 2) {
    const reached = Math.min(search.forward[base + diagonal] ?? 0, box.toA);
    const atA = box.toB < reached - diagonal ? box.toB + diagonal : reached;
    const sum = 2 * atA - diagonal;
    if (forwardSum < sum) [forwardSum, forwardA] = [sum, atA];
  }
  let backwardSum = Number.MAX_SAFE_INTEGER;
  let backwardA = Number.MAX_SAFE_INTEGER;
  for (let diagonal = up.last; diagonal >= up.first; diagonal -= 2) {
    const reached = Math.max(box.fromA, search.backward[base + diagonal] ?? 0);
    const atA = reached - diagonal < box.fromB ? box.fromB + diagonal : reached;
    const sum = 2 * atA - diagonal;
    if (sum < backwardSum) [backwardSum, backwardA] = [sum, atA];
  }
  if (box.toA + box.toB - backwardSum < forwardSum - (box.fromA + box.fromB)) return { a: forwardA, b: forwardSum - forwardA, exactAbove: true, exactBelow: false };
  return { a: backwardA, b: backwardSum - backwardA, exactAbove: false, exactBelow: true };
}

function collect(changedA: Uint8Array, changedB: Uint8Array): LineChange[] {
  const changes: LineChange[] = [];
  let a = 0;
  let b = 0;
  while (a < changedA.length || b < changedB.length) {
    const fromA = a;
    const fromB = b;
    while (changedA[a] === 1) a++;
    while (changedB[b] === 1) b++;
    if (a > fromA || b > fromB) changes.push({ fromA, toA: a, fromB, toB: b });
    a++;
    b++;
  }
  return changes;
}
