// The revisions of one series side by side: which patch became which, what changed in each, and the range-diff behind it. Computed when asked for.
import { type PatchChange, rangeDiff, type RangeDiff, type RangeRow } from "../patch/range-diff.js";
import { type RangePatch, toRangeText } from "../patch/range-diff-text.js";
import type { Entry, Revision, SeriesResult } from "../series/types.js";
import type { Review } from "./review.js";
import type { PatchView, RevisionView, SeriesView } from "./types.js";

/** One patch of a revision, for comparing. */
export interface NumberedPatch {
  readonly n: number;
  readonly mail: number;
  readonly patch: RangePatch;
}

/** The patches of a revision that are in the input, in order; those that a partial re-roll left as they were included. */
export function rangePatchesOf(entries: readonly Entry[], revision: Revision): NumberedPatch[] {
  return revision.slots.flatMap((slot): NumberedPatch[] => {
    const mail = slot.mail ?? slot.inherited ?? null;
    const entry = mail === null ? undefined : entries[mail];
    if (mail === null || entry === undefined || entry.patch === null) return [];
    const { name, email } = entry.author;
    return [{ n: slot.n, mail, patch: { author: `${name} <${email}>`, message: `${entry.subject.title}\n\n${entry.commitMessage}`, patch: entry.patch } }];
  });
}

/**
 * What a cell of the matrix says of its patch, against the revision to the left. "first": in the oldest revision; "unknown": it has no partner
 * there, but one of the two revisions is not complete, so nobody can say that it is new or dropped.
 */
export type CellChange = PatchChange | "first" | "unknown";

export interface RevisionCell {
  readonly change: CellChange;
  readonly moved: boolean;
  /** The patch, and its partner to the left; null where there is none. */
  readonly patchKey: string | null;
  readonly n: number | null;
  readonly before: string | null;
}

/** One patch through all revisions. */
export interface RevisionRow {
  /** Its newest title. */
  readonly title: string;
  /** One for each revision, oldest first; null before the patch came and after it went. */
  readonly cells: readonly (RevisionCell | null)[];
}

export interface RevisionMatrix {
  readonly seriesKey: string;
  readonly name: string;
  readonly revisions: readonly Pick<RevisionView, "key" | "version" | "versionText" | "total" | "date" | "complete">[];
  /** In the order of the newest revision; patches that went stand where they stood. */
  readonly rows: readonly RevisionRow[];
}

/** What a patch is in another revision. */
export interface Partner {
  readonly revisionKey: string;
  readonly versionText: string;
  /** Null when that revision has no such patch. */
  readonly patchKey: string | null;
  /** As `RangeRow.change`, from the older to the newer of the two. */
  readonly change: PatchChange;
}

/** A pair of patches, or one alone. */
export interface RangeDiffView {
  readonly before: { readonly patchKey: string; readonly text: string } | null;
  readonly after: { readonly patchKey: string; readonly text: string } | null;
  readonly change: PatchChange;
  /** As git range-diff prints it below the line of the pair; "" when nothing changed or one side is missing. */
  readonly inner: string;
}

/** One revision against the one before it, for programs; see DESIGN.md, section 8. */
export interface RevisionPair {
  readonly before: RevisionView;
  readonly after: RevisionView;
  readonly rows: readonly { readonly before: number | null; readonly after: number | null; readonly change: PatchChange; readonly title: string; readonly moved: boolean; readonly inner: string }[];
}

export interface Revisions {
  /** Null for an unknown series. A series of one revision has a matrix of one column. */
  matrix(seriesKey: string): RevisionMatrix | null;
  /** Compares two neighboring revisions that the matrix needs and that nobody has asked for yet; false when there are none left. For hosts that must answer others in between. */
  prepare(seriesKey: string): boolean;
  /** The patch in every other revision of its series, oldest first; null for an unknown key or a cover letter. */
  partners(patchKey: string): readonly Partner[] | null;
  /** Two patches of one series, the older first, or one of them; null for unknown keys. They need not be partners. */
  compare(before: string | null, after: string | null): RangeDiffView | null;
  /** Each revision that has patches against the one before it, or the two that are named; a posting that was sent again is meant by its last. */
  pairs(seriesKey: string, named?: { readonly before: number; readonly after: number }): readonly RevisionPair[];
  /** The partner of a patch in the next revision that has patches; see `changes.ts`. Null in the newest. */
  next(patchKey: string): { readonly revision: RevisionView; readonly patch: PatchView | null; readonly change: PatchChange; readonly sure: boolean } | null;
}

/** The revisions of all series of a review. Nothing is compared before it is asked for, and nothing twice. */
export function compareRevisions(review: Review, read: SeriesResult): Revisions {
  const bySeries = new Map<string, Columns>();
  const byPatch = new Map<string, { readonly columns: Columns; readonly at: number; readonly index: number }>();
  // Series of single mails, which have no revisions, follow those that were read.
  for (const [index, view] of review.view.series.entries()) {
    const series = read.series[index];
    if (series === undefined) continue;
    const columns = columnsOf(read.entries, view, series.revisions);
    bySeries.set(view.key, columns);
    for (const [at, column] of columns.list.entries()) for (const [place, { view: patch }] of column.patches.entries()) if (patch !== null) byPatch.set(patch.key, { columns, at, index: place });
  }
  const inner = (before: string, after: string): string | null => {
    const one = byPatch.get(before);
    const two = byPatch.get(after);
    if (one === undefined || two === undefined || one.columns !== two.columns) return null;
    return one.columns.diff(one.at, two.at).inner({ before: one.index, after: two.index, change: "changed", moved: false });
  };
  const text = (key: string | null): { patchKey: string; text: string } | null => {
    const place = key === null ? undefined : byPatch.get(key);
    const patch = place?.columns.list[place.at]?.patches[place.index]?.patch;
    return key === null || patch === undefined ? null : { patchKey: key, text: `${toRangeText(patch).lines.join("\n")}\n` };
  };
  return {
    matrix: (seriesKey) => {
      const columns = bySeries.get(seriesKey);
      return columns === undefined ? null : (columns.matrix ??= buildMatrix(columns));
    },
    prepare: (seriesKey) => {
      const columns = bySeries.get(seriesKey);
      const used = columns?.list.flatMap(({ patches }, at) => (patches.length > 0 ? [at] : [])) ?? [];
      const place = used.findIndex((at, index) => index > 0 && columns?.isKnown(used[index - 1] ?? 0, at) === false);
      if (place < 0) return false;
      columns?.diff(used[place - 1] ?? 0, used[place] ?? 0);
      return true;
    },
    partners: (patchKey) => {
      const place = byPatch.get(patchKey);
      return place === undefined ? null : partnersOf(place.columns, place.at, place.index);
    },
    compare: (before, after) => {
      const one = text(before);
      const two = text(after);
      if ((before !== null && one === null) || (after !== null && two === null) || (one === null && two === null)) return null;
      if (one === null || two === null) return { before: one, after: two, change: one === null ? "new" : "dropped", inner: "" };
      const shown = inner(one.patchKey, two.patchKey);
      const place = byPatch.get(one.patchKey);
      const other = byPatch.get(two.patchKey);
      if (shown === null || place === undefined || other === undefined) return null;
      const row = place.columns.diff(place.at, other.at).rows.find((candidate) => candidate.before === place.index && candidate.after === other.index);
      return { before: one, after: two, change: row?.change ?? "changed", inner: shown };
    },
    pairs: (seriesKey, named) => {
      const columns = bySeries.get(seriesKey);
      const all = columns?.list.map((column, at) => ({ column, at })).filter(({ column }) => column.patches.length > 0) ?? [];
      const byVersion = (version: number): typeof all => all.filter(({ column }) => column.view.version === version).slice(-1);
      const used = named === undefined ? all : [...byVersion(named.before), ...byVersion(named.after)];
      return used.slice(1).flatMap(({ column, at }, place): RevisionPair[] => {
        const before = used[place];
        if (columns === undefined || before === undefined) return [];
        const diff = columns.diff(before.at, at);
        const rows = diff.rows.map((row) => {
          const one = row.before === null ? undefined : before.column.patches[row.before];
          const two = row.after === null ? undefined : column.patches[row.after];
          return { before: one?.n ?? null, after: two?.n ?? null, change: row.change, title: titleOf(two ?? one), moved: row.moved, inner: diff.inner(row) };
        });
        return [{ before: before.column.view, after: column.view, rows }];
      });
    },
    next: (patchKey) => {
      const place = byPatch.get(patchKey);
      const at = place?.columns.list.findIndex((column, index) => index > place.at && column.patches.length > 0) ?? -1;
      const column = place?.columns.list[at];
      if (place === undefined || column === undefined) return null;
      const row = place.columns.diff(place.at, at).rows.find((candidate) => candidate.before === place.index);
      const patch = row === undefined || row.after === null ? null : (column.patches[row.after]?.view ?? null);
      return { revision: column.view, patch, change: row?.change ?? "dropped", sure: patch !== null || column.view.complete };
    },
  };
}

interface ColumnPatch extends NumberedPatch {
  /** Null for a patch that a partial re-roll left as it was: its mail is shown in an older revision. */
  readonly view: PatchView | null;
}

interface Columns {
  readonly series: SeriesView;
  readonly list: readonly { readonly view: RevisionView; readonly patches: readonly ColumnPatch[] }[];
  matrix: RevisionMatrix | null;
  /** The range-diff of two of them. */
  diff(before: number, after: number): RangeDiff;
  /** True when it has been made already. */
  isKnown(before: number, after: number): boolean;
}

function columnsOf(entries: readonly Entry[], series: SeriesView, revisions: readonly Revision[]): Columns {
  const list = series.revisions.map((view, at) => {
    const revision = revisions[at];
    const patches = revision === undefined ? [] : rangePatchesOf(entries, revision);
    return { view, patches: patches.map((patch): ColumnPatch => ({ ...patch, view: view.patches.find(({ mail }) => mail === patch.mail) ?? null })) };
  });
  const diffs = new Map<string, RangeDiff>();
  return {
    series, list, matrix: null,
    isKnown: (before, after) => diffs.has(`${before} ${after}`),
    diff(before, after) {
      const key = `${before} ${after}`;
      let diff = diffs.get(key);
      const patches = (at: number): RangePatch[] => list[at]?.patches.map(({ patch }) => patch) ?? [];
      if (diff === undefined) diffs.set(key, (diff = rangeDiff(patches(before), patches(after))));
      return diff;
    },
  };
}

function titleOf(patch: ColumnPatch | undefined): string {
  return patch?.view?.title ?? patch?.patch.message.split("\n", 1)[0] ?? "";
}

/** A row while it is built; `last` is its patch's index in the newest column so far, null when it went. */
interface Line {
  title: string;
  last: number | null;
  readonly cells: (RevisionCell | null)[];
}

function buildMatrix(columns: Columns): RevisionMatrix {
  let lines: Line[] = [];
  let previous = -1;
  for (const [at, { view, patches }] of columns.list.entries()) {
    const before = columns.list[previous];
    if (patches.length === 0) {
      for (const line of lines) line.cells.push(null);
      continue;
    }
    const rows: readonly RangeRow[] = before === undefined
      ? patches.map((_, index): RangeRow => ({ before: null, after: index, change: "new", moved: false }))
      : columns.diff(previous, at).rows;
    const isSure = before === undefined || (before.view.complete && view.complete);
    const next = rows.map((row): Line => {
      const old = row.before === null ? undefined : lines.find(({ last }) => last === row.before);
      const patch = row.after === null ? undefined : patches[row.after];
      const line = old ?? { title: "", last: null, cells: Array.from({ length: at }, () => null) };
      const alone = row.before === null || row.after === null;
      const partner = row.before === null ? undefined : before?.patches[row.before];
      line.cells.push({
        change: before === undefined ? "first" : alone && !isSure ? "unknown" : row.change, moved: row.moved,
        patchKey: patch?.view?.key ?? null, n: patch?.n ?? null, before: partner?.view?.key ?? null,
      });
      if (patch !== undefined) line.title = titleOf(patch);
      return line;
    });
    lines = withFormer(next, lines);
    for (const [place, row] of rows.entries()) {
      const line = next[place];
      if (line !== undefined) line.last = row.after;
    }
    for (const line of lines) if (line.cells.length === at) line.cells.push(null);
    previous = at;
  }
  const { series, list } = columns;
  return {
    seriesKey: series.key, name: series.name, rows: lines.map(({ title, cells }) => ({ title, cells })),
    revisions: list.map(({ view: { key, version, versionText, total, date, complete } }) => ({ key, version, versionText, total, date, complete })),
  };
}

/** Puts rows that ended earlier back behind the row that they stood behind. */
function withFormer(next: readonly Line[], former: readonly Line[]): Line[] {
  const lines = [...next];
  for (const [at, line] of former.entries()) {
    if (lines.includes(line)) continue;
    const above = former[at - 1];
    lines.splice(above === undefined ? 0 : lines.indexOf(above) + 1, 0, line);
  }
  return lines;
}

function partnersOf(columns: Columns, at: number, index: number): Partner[] {
  return columns.list.flatMap((column, other): Partner[] => {
    if (other === at || column.patches.length === 0) return [];
    const row = other < at
      ? columns.diff(other, at).rows.find(({ after }) => after === index)
      : columns.diff(at, other).rows.find(({ before }) => before === index);
    const place = other < at ? row?.before : row?.after;
    const patch = place === undefined || place === null ? undefined : column.patches[place];
    return [{ revisionKey: column.view.key, versionText: column.view.versionText, patchKey: patch?.view?.key ?? null, change: row?.change ?? (other < at ? "new" : "dropped") }];
  });
}
