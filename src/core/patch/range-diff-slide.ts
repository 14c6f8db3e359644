// Where a change stands when equal lines let it stand in several places: beside the other side's change, by the indentation, or at the bottom.

/** One text of a comparison; `changed` has 1 for each of its lines that the other text lacks, and is what sliding alters. */
export interface SlidingSide {
  readonly ids: Int32Array;
  readonly changed: Uint8Array;
  /** The lines themselves; given when their indentation shall decide. */
  readonly lines?: readonly string[] | undefined;
}

/** Farther than this an indentation is not looked for; git stops here, too. */
const MOST_SLIDING = 100;
const MOST_BLANKS = 20;
const MOST_INDENT = 200;

/**
 * Slides every run of changed lines of one side. A run goes down as far as equal lines let it; where it can stand beside a change of the
 * other side, it does; else, with the lines given, it goes where the split looks best (git's indent heuristic, weights included).
 */
export function slideChanges(side: SlidingSide, other: SlidingSide): void {
  const group = firstGroup(side.changed);
  const across = firstGroup(other.changed);
  for (;;) {
    if (group.end > group.start) slideGroup(side, group, other, across);
    if (!next(side.changed, group)) return;
    next(other.changed, across);
  }
}

/** A run of changed lines, which may be empty; each line that both texts have is followed by one. */
interface Group {
  start: number;
  end: number;
}

function slideGroup(side: SlidingSide, group: Group, other: SlidingSide, across: Group): void {
  let size: number;
  let highest: number;
  let beside: boolean;
  do {
    size = group.end - group.start;
    while (slideUp(side, group)) previous(other.changed, across);
    highest = group.end;
    beside = across.end > across.start;
    while (slideDown(side, group)) {
      next(other.changed, across);
      if (across.end > across.start) beside = true;
    }
    // It has met another run: both slide on as one.
  } while (size !== group.end - group.start);
  if (group.end === highest) return;
  if (beside) {
    while (across.end === across.start && slideUp(side, group)) previous(other.changed, across);
    return;
  }
  if (side.lines === undefined) return;
  const best = bestEnd(side.lines, highest, group.end, size);
  while (group.end > best && slideUp(side, group)) previous(other.changed, across);
}

function firstGroup(changed: Uint8Array): Group {
  let end = 0;
  while (changed[end] === 1) end++;
  return { start: 0, end };
}

function next(changed: Uint8Array, group: Group): boolean {
  if (group.end >= changed.length) return false;
  group.start = group.end + 1;
  group.end = group.start;
  while (changed[group.end] === 1) group.end++;
  return true;
}

function previous(changed: Uint8Array, group: Group): void {
  if (group.start === 0) return;
  group.end = group.start - 1;
  group.start = group.end;
  while (changed[group.start - 1] === 1) group.start--;
}

function slideUp({ ids, changed }: SlidingSide, group: Group): boolean {
  if (group.start === 0 || ids[group.start - 1] !== ids[group.end - 1]) return false;
  changed[--group.start] = 1;
  changed[--group.end] = 0;
  while (changed[group.start - 1] === 1) group.start--;
  return true;
}

function slideDown({ ids, changed }: SlidingSide, group: Group): boolean {
  if (group.end >= ids.length || ids[group.start] !== ids[group.end]) return false;
  changed[group.start++] = 0;
  changed[group.end++] = 1;
  while (changed[group.end] === 1) group.end++;
  return true;
}

/** The end, between the highest and the lowest one, at which both edges of the run look most like edges. */
function bestEnd(lines: readonly string[], highest: number, lowest: number, size: number): number {
  let best = -1;
  let bestScore: Score = { indent: 0, penalty: 0 };
  for (let end = Math.max(highest, lowest - size - 1, lowest - MOST_SLIDING); end <= lowest; end++) {
    const score: Score = { indent: 0, penalty: 0 };
    addSplit(lines, end, score);
    addSplit(lines, end - size, score);
    const order = 60 * Math.sign(score.indent - bestScore.indent) + score.penalty - bestScore.penalty;
    if (best < 0 || order <= 0) [best, bestScore] = [end, score];
  }
  return best;
}

interface Score {
  indent: number;
  penalty: number;
}

/** Adds how bad it is to split the text above a line: blank lines and outdents around it make it good. */
function addSplit(lines: readonly string[], at: number, score: Score): void {
  const isEnd = at >= lines.length;
  const own = isEnd ? -1 : indentOf(lines[at] ?? "");
  const above = indentBeyond(lines, at, -1);
  const below = indentBeyond(lines, at, 1);
  if (above.indent === -1 && above.blanks === 0) score.penalty += 1;
  if (isEnd) score.penalty += 21;
  const blanksBelow = own === -1 ? 1 + below.blanks : 0;
  const blanks = above.blanks + blanksBelow;
  score.penalty += -30 * blanks + 6 * blanksBelow;
  const indent = own === -1 ? below.indent : own;
  score.indent += indent;
  if (indent === -1 || above.indent === -1 || indent === above.indent) return;
  if (indent > above.indent) score.penalty += blanks > 0 ? 10 : -4;
  else if (below.indent !== -1 && below.indent > indent) score.penalty += blanks > 0 ? 17 : 24;
  else score.penalty += blanks > 0 ? 17 : 23;
}

/** Blank lines next to a line, and the indentation of the first other one; -1 when there is none. */
function indentBeyond(lines: readonly string[], at: number, step: 1 | -1): { readonly blanks: number; readonly indent: number } {
  let blanks = 0;
  for (let other = at + step; other >= 0 && other < lines.length; other += step) {
    const indent = indentOf(lines[other] ?? "");
    if (indent !== -1) return { blanks, indent };
    if (++blanks === MOST_BLANKS) return { blanks, indent: 0 };
  }
  return { blanks, indent: -1 };
}

/** Columns of white space at the start; -1 for a blank line. */
function indentOf(line: string): number {
  let indent = 0;
  for (let at = 0; at < line.length; at++) {
    const character = line[at] ?? "";
    if (character === " ") indent++;
    else if (character === "\t") indent += 8 - (indent % 8);
    else if (!/[\n\v\f\r]/.test(character)) return indent;
    if (indent >= MOST_INDENT) return MOST_INDENT;
  }
  return -1;
}
