// Range-diff: which patch of one revision became which of another, and what changed in it, from the mails alone; as git range-diff has it.
import { assignColumns } from "./range-diff-assign.js";
import { CONTEXT, countDiff, createInterner, diffLines, hunksOf, type LineInterner } from "./range-diff-lines.js";
import { type PatchText, type RangePatch, toRangeText } from "./range-diff-text.js";

/**
 * What became of a patch. "same": every line; "message": only author or commit message differ; "whitespace": of the changed and shown lines only
 * blanks and tabs differ; "changed": all else; "new" and "dropped": it has no partner.
 */
export type PatchChange = "same" | "message" | "whitespace" | "changed" | "new" | "dropped";

/** One row; in the order of the newer revision, a dropped patch where its predecessors are through. */
export interface RangeRow {
  /** Index in the list that was given; null where the patch is only in the other one. */
  readonly before: number | null;
  readonly after: number | null;
  readonly change: PatchChange;
  /** It stands at another place among the patches that both revisions have. */
  readonly moved: boolean;
}

export interface RangeDiff {
  readonly rows: readonly RangeRow[];
  /**
   * What changed in a pair as git range-diff prints it, without its indentation and without its heading: hunks of a diff of two patches, under
   * `@@` lines that name the part. "" when the two are the same.
   */
  inner(row: RangeRow): string;
}

/** A patch without a partner is as dear as this part of its own lines; git's --creation-factor, in percent. */
const CREATION_FACTOR = 60;
/** git's cost of what must not be paired. */
const IMPOSSIBLE = 1 << 16;

/** Compares two revisions, given as their patches in order. */
export function rangeDiff(before: readonly RangePatch[], after: readonly RangePatch[]): RangeDiff {
  const interner = createInterner();
  const a = before.map((patch) => prepare(patch, interner));
  const b = after.map((patch) => prepare(patch, interner));
  const partners = pair(a, b);
  const rows = order(a, b, partners);
  return {
    rows,
    inner: (row) => {
      const one = row.before === null ? undefined : a[row.before];
      const two = row.after === null ? undefined : b[row.after];
      return one === undefined || two === undefined ? "" : innerDiff(one.text, two.text);
    },
  };
}

/** The diff of two patches' texts; see `RangeDiff.inner`. */
export function innerDiff(one: PatchText, two: PatchText): string {
  const interner = createInterner();
  const changes = diffLines(interner.ids(one.lines), interner.ids(two.lines), { a: one.lines, b: two.lines });
  const out: string[] = [];
  let part = "";
  let searched = -1;
  for (const hunk of hunksOf(changes)) {
    const first = hunk[0];
    const last = hunk.at(-1);
    if (first === undefined || last === undefined) continue;
    const from = Math.max(0, first.fromA - Math.min(CONTEXT, first.fromB));
    // The part is that of the nearest head above the hunk; without a new one the last hunk's goes on.
    for (let at = from - 1; at > searched; at--) {
      const head = partOf(one.lines[at] ?? "");
      if (head === null) continue;
      part = head;
      break;
    }
    searched = from - 1;
    out.push(part === "" ? "@@" : `@@ ${part}`);
    let at = from;
    for (const change of hunk) {
      for (; at < change.fromA; at++) out.push(` ${one.lines[at] ?? ""}`);
      for (; at < change.toA; at++) out.push(`-${one.lines[at] ?? ""}`);
      for (let other = change.fromB; other < change.toB; other++) out.push(`+${two.lines[other] ?? ""}`);
    }
    for (const end = Math.min(last.toA + CONTEXT, one.lines.length, last.toA + two.lines.length - last.toB); at < end; at++) out.push(` ${one.lines[at] ?? ""}`);
  }
  return out.length === 0 ? "" : `${out.join("\n")}\n`;
}

/** Longest part name that git prints, in bytes. */
const PART_LENGTH = 80;

/** ` ## path ##`, or a hunk's head with or without a sign. */
function partOf(line: string): string | null {
  const found = /^ ## (.*) ##$/.exec(line)?.[1] ?? /^.?@@ (.*)$/.exec(line)?.[1];
  if (found === undefined) return null;
  const bytes = new TextEncoder().encode(found);
  return (bytes.length <= PART_LENGTH ? found : new TextDecoder().decode(bytes.subarray(0, PART_LENGTH))).trimEnd();
}

interface Prepared {
  readonly text: PatchText;
  /** The lines of the diff. */
  readonly ids: Int32Array;
  readonly whole: string;
  readonly diff: string;
}

function prepare(patch: RangePatch, interner: LineInterner): Prepared {
  const text = toRangeText(patch);
  const diff = text.lines.slice(text.diffFrom);
  return { text, ids: interner.ids(diff), whole: text.lines.join("\n"), diff: diff.join("\n") };
}

/** For each patch of `b` its partner in `a`, or -1: equal diffs first, then so that all differences together are the least. */
function pair(a: readonly Prepared[], b: readonly Prepared[]): Int32Array {
  const { exactA, exactB } = pairEqual(a, b);
  const size = a.length + b.length;
  const values = new Int32Array(size * size);
  for (let row = 0; row < size; row++) {
    const two = b[row];
    for (let column = 0; column < size; column++) {
      const one = a[column];
      values[column + size * row] = one === undefined ? (two === undefined ? 0 : aloneCost(two, exactB[row] ?? -1))
        : two === undefined ? aloneCost(one, exactA[column] ?? -1)
        : exactA[column] === row ? 0
        : exactA[column] === -1 && exactB[row] === -1 ? countDiff(diffLines(one.ids, two.ids), one.ids.length, two.ids.length)
        : IMPOSSIBLE;
    }
  }
  const rowOf = assignColumns({ size, values });
  const partners = new Int32Array(b.length).fill(-1);
  for (let column = 0; column < a.length; column++) {
    const row = rowOf[column] ?? -1;
    if (row >= 0 && row < b.length) partners[row] = column;
  }
  return partners;
}

function aloneCost({ text }: Prepared, exact: number): number {
  return exact === -1 ? Math.trunc((text.diffSize * CREATION_FACTOR) / 100) : IMPOSSIBLE;
}

function pairEqual(a: readonly Prepared[], b: readonly Prepared[]): { exactA: Int32Array; exactB: Int32Array } {
  const exactA = new Int32Array(a.length).fill(-1);
  const exactB = new Int32Array(b.length).fill(-1);
  const byDiff = new Map<string, number[]>();
  for (const [index, { diff }] of a.entries()) {
    const list = byDiff.get(diff);
    // The last of several equal ones is found first, as in git's table.
    if (list) list.push(index);
    else byDiff.set(diff, [index]);
  }
  for (const [index, { diff }] of b.entries()) {
    const found = byDiff.get(diff)?.pop();
    if (found === undefined) continue;
    exactA[found] = index;
    exactB[index] = found;
  }
  return { exactA, exactB };
}

function order(a: readonly Prepared[], b: readonly Prepared[], partners: Int32Array): RangeRow[] {
  const kept = new Set(partners);
  const straight = longestRise([...partners].filter((partner) => partner >= 0));
  const rows: RangeRow[] = [];
  const shown = new Set<number>();
  let next = 0;
  const dropPassed = (): void => {
    for (; next < a.length && (shown.has(next) || !kept.has(next)); next++) {
      if (!shown.has(next)) rows.push({ before: next, after: null, change: "dropped", moved: false });
    }
  };
  for (const [after, partner] of partners.entries()) {
    dropPassed();
    const one = a[partner];
    const two = b[after];
    if (two === undefined) continue;
    if (one === undefined) rows.push({ before: null, after, change: "new", moved: false });
    else {
      rows.push({ before: partner, after, change: changeOf(one, two), moved: !straight.has(partner) });
      shown.add(partner);
    }
  }
  dropPassed();
  return rows;
}

function changeOf(one: Prepared, two: Prepared): PatchChange {
  if (one.whole === two.whole) return "same";
  if (one.diff === two.diff) return "message";
  return withoutBlanks(one.text) === withoutBlanks(two.text) ? "whitespace" : "changed";
}

function withoutBlanks({ lines, diffFrom }: PatchText): string {
  return lines.slice(diffFrom).map((line) => (/^[-+ ]/.test(line) ? line[0] + line.slice(1).replace(/\s+/g, "") : line)).join("\n");
}

/** The longest part of a list that rises; its members have kept their order. */
function longestRise(values: readonly number[]): Set<number> {
  /** Place, for each length, of the smallest last value; and for each place the one before it. */
  const ends: number[] = [];
  const before: number[] = [];
  for (const [at, value] of values.entries()) {
    let length = ends.findIndex((end) => (values[end] ?? 0) >= value);
    if (length < 0) length = ends.length;
    before[at] = length === 0 ? -1 : (ends[length - 1] ?? -1);
    ends[length] = at;
  }
  const rise = new Set<number>();
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) rise.add(values[at] ?? -1);
  return rise;
}
