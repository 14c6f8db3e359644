// Decides whether a line that a document was opened at has to be shown again: the editor moves the text while it still lays it out.

/** Lines from one, inclusive, that an editor draws in one piece; folded lines are between two of them. */
export interface DrawnRange {
  readonly fromLine: number;
  readonly toLine: number;
}

/** What is to be done after a look: show the line again, look again later, or leave the editor to its user. */
export type Sighting = "reveal" | "wait" | "stop";

/** How often a line is shown again at most; an editor that still moves it has reasons of its own. */
const maxReveals = 6;

/** A jump of the first drawn line of at least so many lines is a layout's; a wheel or a key moves less at a time. */
const layoutJump = 8;

/** Looks in a row that find the line in sight, after which the layout counts as done. */
const enoughLooks = 30;

/** Follows what an editor draws after a document was opened at a line. */
export class Sight {
  private last: readonly DrawnRange[] = [];
  private reveals = 0;
  /** Looks in a row that found the line. */
  private seen = 0;

  /** `line` counts from one. */
  constructor(private readonly line: number) {}

  /** Takes what is drawn now; no ranges mean that nothing is drawn yet. */
  look(ranges: readonly DrawnRange[]): Sighting {
    const before = this.last;
    this.last = ranges;
    if (ranges.length === 0) return "wait";
    if (ranges.some(({ fromLine, toLine }) => fromLine <= this.line && this.line <= toLine)) {
      return ++this.seen < enoughLooks ? "wait" : "stop";
    }
    // In sight a moment ago, and the text has moved as a reader moves it.
    if (this.seen > 0 && !isLayout(before, ranges)) return "stop";
    this.seen = 0;
    return ++this.reveals > maxReveals ? "stop" : "reveal";
  }
}

/** True when folds have come or gone between two looks, or the text has jumped. */
function isLayout(before: readonly DrawnRange[], after: readonly DrawnRange[]): boolean {
  const [first, then] = [before[0], after[0]];
  if (first === undefined || then === undefined || before.length !== after.length) return true;
  return Math.abs(first.fromLine - then.fromLine) >= layoutJump;
}
