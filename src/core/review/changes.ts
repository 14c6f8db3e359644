// Whether the lines that a thread stands on were changed by a newer revision, and how: as they were, and as they are now.
import { createInterner, diffLines, type LineChange } from "../patch/range-diff-lines.js";
import type { Image, Side } from "../patch/types.js";
import type { Review } from "./review.js";
import type { Revisions } from "./revisions.js";
import { MESSAGE_PATH } from "./spots.js";
import type { PatchView, ThreadView } from "./types.js";

/** One line below a thread: as it was and still is, as it was, or as it is now. */
export interface LineFate {
  readonly kind: "kept" | "was" | "now";
  readonly text: string;
  /** Line, from one, in the document of the thread's patch and in that of the newer one; null where it is not in it. */
  readonly lineA: number | null;
  readonly lineB: number | null;
}

/**
 * What became of a thread's lines. "kept": they are the same up to `to`, the newest revision in which they can be seen; "changed": `to` is the
 * first that changed them; "dropped": `to` has no such patch any more; "unknown": `to` does not show the lines, or its mails are not complete.
 */
export interface ThreadChange {
  readonly patchKey: string;
  readonly threadKey: string;
  readonly change: "kept" | "changed" | "dropped" | "unknown";
  readonly to: {
    readonly versionText: string;
    /** Null when the patch was dropped or is not in the input. */
    readonly patchKey: string | null;
    readonly n: number | null;
    readonly m: number | null;
    readonly path: string;
    readonly side: Side;
    /** Lines from one in that document, inclusive; where the lines are gone, the line that now stands there. Null where nothing is known. */
    readonly fromLine: number | null;
    readonly line: number | null;
  };
  /** The lines of the thread, in order; with "kept", all of them. */
  readonly lines: readonly LineFate[];
  /** Changes elsewhere in the file, of lines that speak of a name that went with the thread's lines: the calls of a helper that is gone. */
  readonly elsewhere: readonly LineFate[];
}

/** Follows every thread of a patch into the newer revisions. Threads that stand on no quoted lines, or whose lines are lost, have no entry. */
export function changesOfThreads(review: Review, revisions: Revisions, patch: PatchView): ThreadChange[] {
  const documents = new Map<string, Compared | null>();
  return patch.threads.flatMap((thread) => followThread(review, revisions, patch, thread, documents) ?? []);
}

/** A stretch of lines in one document. */
interface Stretch {
  readonly patch: PatchView;
  readonly path: string;
  readonly side: Side;
  readonly fromLine: number;
  readonly line: number;
}

function followThread(review: Review, revisions: Revisions, patch: PatchView, thread: ThreadView, documents: Map<string, Compared | null>): ThreadChange | null {
  const { anchor } = thread;
  if (anchor.quality === "lost" || (thread.comments[0]?.quote.length ?? 0) === 0) return null;
  let stretch: Stretch = { patch, path: anchor.path, side: anchor.side, fromLine: Math.min(anchor.fromLine, anchor.line), line: anchor.line };
  let found: ThreadChange | null = null;
  for (;;) {
    const next = stretch.patch.n === 0 ? nextCover(review, stretch.patch) : revisions.next(stretch.patch.key);
    if (next === null) return found;
    const { versionText } = next.revision;
    const about = { patchKey: patch.key, threadKey: thread.key };
    if (next.patch === null) {
      if (found !== null && !next.sure) return found;
      return { ...about, change: next.sure ? "dropped" : "unknown", to: { versionText, patchKey: null, n: null, m: null, path: stretch.path, side: stretch.side, fromLine: null, line: null }, lines: [], elsewhere: [] };
    }
    const key = `${stretch.patch.key} ${next.patch.key} ${stretch.path} ${stretch.side}`;
    let compared = documents.get(key);
    if (compared === undefined) documents.set(key, (compared = compareDocuments(review, stretch, next.patch)));
    if (compared === null) return found;
    const { change, lines, elsewhere, fromLine, line } = fateOf(compared, stretch.fromLine, stretch.line);
    const to = { versionText, patchKey: next.patch.key, n: next.patch.n, m: next.patch.m, path: compared.path, side: stretch.side, fromLine, line };
    if (change === "unknown" && found !== null) return found;
    found = { ...about, change, to, lines, elsewhere };
    if (change !== "kept" || fromLine === null || line === null) return found;
    stretch = { patch: next.patch, path: compared.path, side: stretch.side, fromLine, line };
  }
}

function nextCover(review: Review, cover: PatchView): ReturnType<Revisions["next"]> {
  const series = review.view.series.find(({ revisions }) => revisions.some((revision) => revision.cover?.key === cover.key));
  const at = series?.revisions.findIndex((revision) => revision.cover?.key === cover.key) ?? -1;
  const revision = series?.revisions.slice(at + 1).find((one) => one.cover !== null);
  return revision === undefined ? null : { revision, patch: revision.cover, change: "changed", sure: true };
}

/** A document in two revisions: what is known of it, line by line, and where the two differ. */
interface Compared {
  /** The path in the newer one. */
  readonly path: string;
  readonly a: readonly Known[];
  readonly b: readonly Known[];
  readonly changes: readonly LineChange[];
}

/** A known line, or a gap (then `text` is null). */
interface Known {
  readonly line: number;
  readonly text: string | null;
  /** The patch itself adds it (or takes it away, on the before side): where it is not seen any more, it is gone. */
  readonly own: boolean;
}

function compareDocuments(review: Review, from: Stretch, to: PatchView): Compared | null {
  const path = pathIn(from, to);
  const a = knownLines(review, from.patch, from.path, from.side);
  if (a === null) return null;
  const b = knownLines(review, to, path, from.side) ?? [];
  const interner = createInterner();
  // Two gaps are never the same, and like no line.
  const texts = (known: readonly Known[], name: string): string[] => known.map(({ text, line }) => (text === null ? `\n${name} ${line}` : text));
  const linesA = texts(a, "before");
  const linesB = texts(b, "after");
  return { path, a, b, changes: diffLines(interner.ids(linesA), interner.ids(linesB), { a: linesA, b: linesB }) };
}

/** The same file in the other patch; a renamed one is found by either name. */
function pathIn(from: Stretch, to: PatchView): string {
  if (from.path === MESSAGE_PATH) return from.path;
  const own = from.patch.files.find((file) => file.path === from.path || file.pathA === from.path || file.pathB === from.path);
  const names = [from.path, own?.path, own?.pathB, own?.pathA];
  return to.files.find((file) => names.includes(file.path))?.path ?? to.files.find((file) => names.includes(file.pathB) || names.includes(file.pathA))?.path ?? from.path;
}

/** The lines of a document with gaps between them; null when there is no such document. */
function knownLines(review: Review, patch: PatchView, path: string, side: Side): Known[] | null {
  if (path === MESSAGE_PATH) {
    const document = review.document(patch.key, path, side);
    return document === null ? null : document.text.replace(/\n$/, "").split("\n").map((text, at) => ({ line: at + 1, text, own: true }));
  }
  const code = review.code(patch.key);
  if (code === null) return null;
  const file = patch.files.find((one) => one.path === path);
  const real = file === undefined ? path : side === "before" ? file.pathA : file.pathB;
  const image = real === null ? null : code.images.image(code.index, real, side);
  const other = file === undefined ? null : side === "before" ? file.pathB : file.pathA;
  const opposite = other === null ? null : code.images.image(code.index, other, side === "before" ? "after" : "before");
  return image === null ? null : listLines(image, opposite);
}

function listLines(image: Image, opposite: Image | null): Known[] {
  const known: Known[] = [];
  const there = new Set(opposite?.lines ?? []);
  for (const [at, text] of image.lines.entries()) {
    if (text !== undefined) known.push({ line: at + 1, text, own: !there.has(text) });
    else if (known.at(-1)?.text !== null) known.push({ line: at + 1, text: null, own: false });
  }
  if (!image.whole) known.push({ line: image.lines.length + 1, text: null, own: false });
  return known;
}

type Fate = Pick<ThreadChange, "lines" | "elsewhere"> & { readonly change: "kept" | "changed" | "unknown"; readonly fromLine: number | null; readonly line: number | null };

/** What the newer document has in place of some lines of the older one. */
function fateOf({ a, b, changes }: Pick<Compared, "a" | "b" | "changes">, fromLine: number, toLine: number): Fate {
  const first = a.findIndex(({ line, text }) => text !== null && line >= fromLine && line <= toLine);
  const last = a.findLastIndex(({ line, text }) => text !== null && line >= fromLine && line <= toLine);
  if (first < 0) return { change: "unknown", lines: [], elsewhere: [], fromLine: null, line: null };
  const lines: LineFate[] = [];
  const places: number[] = [];
  let isHidden = false;
  let at = first;
  const keepUpTo = (end: number, shift: number): void => {
    for (; at <= last && at < end; at++) {
      const now = b[at + shift];
      const { text, line } = a[at] ?? { text: null, line: 0 };
      if (text === null || now === undefined) continue;
      lines.push({ kind: "kept", text, lineA: line, lineB: now.line });
      places.push(now.line);
    }
  };
  let shift = 0;
  for (const change of changes) {
    // What was put in right below the last line belongs to it: there stands the comment. Above the first line it does not.
    if (change.toA <= first && !(change.toA > change.fromA && change.toA > first)) {
      shift = change.toB - change.toA;
      continue;
    }
    if (change.fromA > last + 1) break;
    keepUpTo(change.fromA, shift);
    const added = b.slice(change.fromB, change.toB);
    const hides = added.some(({ text }) => text === null) || (added.length === 0 && isAtGap(b, change.fromB));
    for (; at <= last && at < change.toA; at++) {
      const { text, line, own } = a[at] ?? { text: null, line: 0, own: false };
      if (text === null) continue;
      if (hides && !own) isHidden = true;
      else lines.push({ kind: "was", text, lineA: line, lineB: null });
    }
    const shown = added.flatMap(({ text, line }) => (text === null ? [] : [{ kind: "now" as const, text, lineA: null, lineB: line }]));
    // A gap on the older side says nothing about what the newer one shows there.
    const filled = a.slice(change.fromA, change.toA).some(({ text }) => text === null);
    if (!filled && (change.fromA <= last || change.toA === change.fromA)) lines.push(...shown);
    places.push(...shown.map(({ lineB }) => lineB));
    if (places.length === 0) places.push(b.slice(0, change.fromB).findLast(({ text }) => text !== null)?.line ?? 1);
    shift = change.toB - change.toA;
  }
  keepUpTo(last + 1, shift);
  const isChanged = lines.some(({ kind }) => kind !== "kept");
  const seen = lines.flatMap(({ lineB }) => lineB ?? []);
  const shownLines = seen.length > 0 ? seen : places;
  return {
    change: isChanged ? "changed" : isHidden && seen.length === 0 ? "unknown" : "kept", lines, elsewhere: usesOf(goneNames(lines, b), { a, b, changes }, first, last),
    fromLine: shownLines.length === 0 ? null : Math.min(...shownLines), line: shownLines.length === 0 ? null : Math.max(...shownLines),
  };
}

/** Names of functions and fields in lines that are gone, which the newer document does not have anywhere. */
function goneNames(lines: readonly LineFate[], b: readonly Known[]): Set<string> {
  const names = new Set(lines.flatMap(({ kind, text }) => (kind === "was" ? namesIn(text) : [])));
  for (const { text } of b) if (text !== null) for (const name of namesIn(text)) names.delete(name);
  return names;
}

/** With an underscore in them: hardly ever words of prose. */
function namesIn(text: string): string[] {
  return text.match(/\b[A-Za-z]\w*_\w+\b/g) ?? [];
}

/** Lines that speak of names that are gone, outside the thread's own, with what stands there now. */
function usesOf(names: ReadonlySet<string>, { a, b, changes }: Pick<Compared, "a" | "b" | "changes">, first: number, last: number): LineFate[] {
  if (names.size === 0) return [];
  return changes.flatMap(({ fromA, toA, fromB, toB }): LineFate[] => {
    const was = a.slice(fromA, toA);
    if ((fromA <= last && toA > first) || !was.some(({ text }) => text !== null && namesIn(text).some((name) => names.has(name)))) return [];
    return [
      ...was.flatMap(({ text, line }): LineFate[] => (text === null ? [] : [{ kind: "was", text, lineA: line, lineB: null }])),
      ...b.slice(fromB, toB).flatMap(({ text, line }): LineFate[] => (text === null ? [] : [{ kind: "now", text, lineA: null, lineB: line }])),
    ];
  });
}

function isAtGap(b: readonly Known[], at: number): boolean {
  return b[at]?.text === null || b[at - 1]?.text === null || b.length === 0;
}
