// What a reply quotes of the mail it answers: for each comment the lines it is about, with the headers and neighbors that place them.
import type { Entry } from "../../series/types.js";
import { readReply, stretchesOf } from "../reply.js";
import { MESSAGE_PATH, type Spot } from "../spots.js";
import type { Anchor, ReplyPart } from "../types.js";
import type { PendingComment } from "./types.js";

/** Lines of a mail's text, as indexes from zero, that a comment is about. */
export interface QuoteItem {
  readonly comment: PendingComment;
  readonly from: number;
  readonly to: number;
  /** No line above this one is a neighbor: where the hunk, the message or the quote begins. */
  readonly min: number;
  /** Headers of the file and the hunk, which go before. */
  readonly heads: readonly number[];
  /** The words that are answered, when they stand in another mail. */
  readonly words: ReplyPart | null;
  /** The patch does not show the line: the comment names it in words. */
  readonly outside: boolean;
  /** Where a reader should find the comment again; null when any place will do. */
  readonly expected: Pick<Anchor, "path" | "side" | "line"> | null;
}

/** A range longer than `MAX_RANGE` lines is quoted by its first and last ones. */
const MAX_RANGE = 40;
const KEPT_FIRST = 5;
const KEPT_LAST = 30;

/** The item of a comment on a patch or cover letter; null when its text has nothing that could be quoted. */
export function itemOnPosting(entry: Entry, spots: readonly (Spot | undefined)[], comment: PendingComment, words: ReplyPart | null): QuoteItem | null {
  const file = entry.patch?.files.find((one) => one.path === comment.path) ?? entry.patch?.files.find((one) => one.pathA === comment.path || one.pathB === comment.path);
  const path = file?.path ?? comment.path;
  const stands = (spot: Spot | undefined, line: number): boolean => spot?.quality === "exact" && spot.path === path && (comment.side === "before" && path !== MESSAGE_PATH ? spot.before : spot.after) === line;
  const to = spots.findLastIndex((spot) => stands(spot, comment.line));
  const hunkOf = (at: number): number => file?.hunks.findLastIndex((hunk) => entry.diffLine + hunk.textLine - 2 <= at) ?? -1;
  if (to < 0) {
    if (!file || entry.diffLine === 0) return null;
    const heads = headsOf(entry, file.textFrom, file.hunks[0]?.textLine ?? file.textTo);
    const last = heads.at(-1);
    return last === undefined ? null : { comment, from: last, to: last, min: last, heads: heads.slice(0, -1), words, outside: true, expected: null };
  }
  let from = to;
  for (let line = comment.line - 1; line >= comment.fromLine; line--) {
    const above = spots.findLastIndex((spot) => stands(spot, line));
    if (above >= 0) from = Math.min(from, above);
  }
  const spot = spots[to];
  const expected = spot ? { path, side: spot.after === null ? "before" as const : "after" as const, line: spot.after ?? spot.before ?? comment.line } : null;
  if (!file) return { comment, from, to, min: entry.commitLine - 1, heads: [], words, outside: false, expected };
  const hunk = file.hunks[hunkOf(from)];
  const hunkHead = hunk ? entry.diffLine + hunk.textLine - 2 : from;
  const fileHeads = headsOf(entry, file.textFrom, file.hunks[0]?.textLine ?? file.textTo);
  return { comment, from, to, min: Math.min(from, hunkHead + 1), heads: [...fileHeads, ...(hunkHead < from ? [hunkHead] : [])], words, outside: false, expected };
}

/** The item of a comment that answers words of a reply, in an answer to that reply: the words, and the quote that they stand below. */
export function itemOnReply(entry: Entry, part: ReplyPart, comment: PendingComment): QuoteItem | null {
  const lines = readReply(entry.message.text);
  const stretch = stretchesOf(lines, entry.author.name).find((one) => one.commentFrom === part.commentLine - 1);
  if (!stretch) return null;
  const isBlank = (at: number): boolean => (lines[at]?.key ?? "") === "";
  let to = stretch.to - 1;
  while (to > stretch.commentFrom && isBlank(to)) to--;
  // A quote that a mailer broke is still one quote; the lines above it are its neighbors.
  let min = stretch.from;
  while (min > 0 && (lines[min - 1]?.kind === "quote" || (isBlank(min - 1) && lines[min - 1]?.kind === "own"))) min--;
  return { comment, from: stretch.commentFrom, to, min, heads: [], words: null, outside: false, expected: part.anchor.quality === "lost" ? null : part.anchor };
}

/** The first words of a message, for a reply that only gives trailers. */
export function firstWords(entry: Entry): readonly number[] {
  const lines = entry.commitMessage.split("\n");
  const first = lines.findIndex((line) => line.trim() !== "");
  if (first < 0) return [];
  const end = lines.findIndex((line, at) => at > first && line.trim() === "");
  const length = Math.min((end < 0 ? lines.length : end) - first, KEPT_FIRST);
  return Array.from({ length }, (_, at) => entry.commitLine - 1 + first + at);
}

/** Indexes of the lines that an item quotes, in order, with `context` neighbors above the lines that are meant; blank ones are not counted. */
export function quotedLines(item: QuoteItem, lines: readonly string[], context: number): number[] {
  const isBlank = (at: number): boolean => (lines[at] ?? "").replace(/^[>\s]+/, "") === "";
  let start = item.from;
  for (let at = item.from - 1, rest = context; at >= item.min && rest > 0; at--) {
    if (isBlank(at)) continue;
    start = at;
    rest--;
  }
  const all: number[] = [];
  for (let at = start; at <= item.to; at++) all.push(at);
  const kept = item.to - item.from + 1 <= MAX_RANGE ? all : [...all.slice(0, item.from - start + KEPT_FIRST), ...all.slice(-KEPT_LAST)];
  return [...item.heads.filter((head) => head < start), ...kept];
}

/** `--- a/file` and `+++ b/file`, or `diff --git` where a file has neither (a rename, a new mode). Lines count in the diff's text. */
function headsOf(entry: Entry, textFrom: number, textTo: number): number[] {
  const lines = entry.diff.split("\n").slice(textFrom - 1, textTo - 1);
  const at = lines.findLastIndex((line) => line.startsWith("+++ "));
  const heads = at > 0 && (lines[at - 1] ?? "").startsWith("--- ") ? [at - 1, at] : lines.length > 0 ? [0] : [];
  return heads.map((head) => entry.diffLine + textFrom + head - 2);
}
