// Cuts a Patchwork page, copied as text, into its blocks. Three forms of copy are known: a browser's, one with tabs, a Markdown table.
import { PAGE_DATE, readPageDate } from "./dates.js";

/** A run of the page's lines: `from` to `to`, counted from zero, `to` not included. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

export interface CommentBlock extends LineRange {
  readonly author: string;
  readonly date: number | null;
  /** As the page counts it, from one. */
  readonly number: number;
}

export interface PageBlocks {
  readonly lines: readonly string[];
  /** "" when the page is cut off above it. */
  readonly title: string;
  readonly rows: ReadonlyMap<string, string>;
  readonly author: string;
  readonly date: number | null;
  /** The commit message, or the cover letter's text; null when the page has neither. */
  readonly message: LineRange | null;
  readonly comments: readonly CommentBlock[];
  readonly patch: LineRange | null;
}

/** Longest row or head line, in characters: the patterns below are tried on no longer one. */
const MAX_ROW = 2000;

const ROW_NAMES = ["Message ID", "State", "Commit", "Archived", "Delegated to", "Headers", "Series", "Related"];
const HEADING = /^(Commit Message|Message|Checks|Pull-request|Comments|Patch)\s*$/;
/** The download buttons as a copy renders them: one line, or one word to a line, some with the patch's number. */
const BUTTONS = /^(?:\d+\s+)?(?:(?:diff|mbox|series)\s*)+$|^\d{4,}$/;
const COMMENT_MARK = /\| #(\d{1,6})(?:\s+[A-Z][A-Za-z ]{0,60})?\s*$/;
/** Buttons of a comment that maintainers see. */
const COMMENT_BUTTONS = /^(?:mark )?(?:un)?(?:addressed|action required)(?:\s+(?:mark )?(?:un)?(?:addressed|action required))*$/i;

/** Cuts the page. Blocks that are missing come back as null or empty; never throws. */
export function cutPage(text: string): PageBlocks {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const rows = new Map<string, string>();
  const headings: { name: string; at: number }[] = [];
  let firstRow = -1;
  for (const [at, line] of lines.entries()) {
    const heading = HEADING.exec(line)?.[1];
    if (heading !== undefined) headings.push({ name: heading, at });
  }
  const messageAt = findHeading(lines, headings, (name) => name === "Commit Message" || name === "Message", 0);
  const headEnd = messageAt ?? headings[0]?.at ?? Math.min(lines.length, 40);
  const idRow = lines.slice(0, headEnd).findIndex((line) => readRow(line)?.name === "Message ID");
  for (let at = Math.max(0, idRow); at < headEnd; at += 1) {
    const row = readRow(lines[at] ?? "");
    if (row === null) continue;
    if (firstRow < 0) firstRow = at;
    if (!rows.has(row.name)) rows.set(row.name, row.value);
  }
  const comments = findComments(lines, (messageAt ?? headEnd) + 1);
  const patchAt = findPatch(lines, headings, comments);
  const firstComment = comments[0];
  const commentsAt = firstComment === undefined ? null : lastHeadingBefore(lines, headings, "Comments", firstComment.head);
  const patchBlock = patchAt === null ? null : trimRange(lines, patchAt + 1, lines.length);
  const afterComments = patchAt === null ? lines.length : buttonsBefore(lines, patchAt);
  const messageEnd = commentsAt ?? firstComment?.head ?? emptyCommentsHeading(lines, headings, messageAt, afterComments) ?? afterComments;
  const start = messageAt === null ? null : readSubmitter(lines, messageAt + 1, messageEnd);
  return {
    lines,
    title: findTitle(lines, firstRow < 0 ? headEnd : firstRow),
    rows,
    author: start?.author ?? "",
    date: start?.date ?? null,
    message: start === null ? null : trimRange(lines, start.from, messageEnd),
    comments: comments.map((comment, index) => {
      const end = comments[index + 1]?.head ?? afterComments;
      return { author: comment.author, date: comment.date, number: comment.number, ...trimRange(lines, skipButtons(lines, comment.head + 1, end), end) };
    }),
    patch: patchBlock,
  };
}

/** `Message ID x`, `Message ID<tab>x`, `| Message ID | x |`. The link texts of the page are taken off the values. */
function readRow(line: string): { name: string; value: string } | null {
  if (line.length > MAX_ROW) return null;
  const table = /^\|\s*([^|]+?)\s*\|\s*(.*?)\s*\|\s*$/.exec(line);
  const name = table?.[1] ?? ROW_NAMES.find((known) => line.startsWith(known) && /^:?[ \t]/.test(line.slice(known.length)));
  if (name === undefined) return null;
  const clean = name.replace(/:$/, "");
  if (!ROW_NAMES.includes(clean)) return null;
  const raw = table?.[2] ?? line.slice(name.length).replace(/^:?\s+/, "");
  const value = raw.replace(/\s*\\?\|\s*(?:expand|collapse|show|hide)\s*$/, "").replace(/\s*\(mailing list archive\)\s*$/, "").trim();
  return { name: clean, value };
}

function findTitle(lines: readonly string[], before: number): string {
  for (let at = before - 1; at >= 0; at -= 1) {
    const line = (lines[at] ?? "").trim();
    if (line !== "" && !BUTTONS.test(line) && !HEADING.test(line)) return line.replace(/^#+\s+/, "");
  }
  return "";
}

/** A heading counts when a line of the kind that follows it follows: a name and a date. */
function findHeading(lines: readonly string[], headings: readonly { name: string; at: number }[], wanted: (name: string) => boolean, from: number): number | null {
  const fitting = headings.filter((heading) => wanted(heading.name) && heading.at >= from);
  const dated = fitting.find((heading) => PAGE_DATE.test(lines[nextLine(lines, heading.at + 1, lines.length)] ?? ""));
  return (dated ?? fitting[0])?.at ?? null;
}

interface CommentHead {
  readonly head: number;
  readonly author: string;
  readonly date: number | null;
  readonly number: number;
}

/** Comment heads, `name date UTC | #n`. The numbers must rise, so that a quoted page inside a comment starts none. */
function findComments(lines: readonly string[], from: number): CommentHead[] {
  const found: CommentHead[] = [];
  for (let at = from; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    if (line.length > 400) continue;
    const number = Number(COMMENT_MARK.exec(line)?.[1] ?? "0");
    if (number === 0 || number <= (found[found.length - 1]?.number ?? 0)) continue;
    const person = readPerson(line);
    if (person !== null) found.push({ head: at, number, ...person });
  }
  return found;
}

/** A name and a Django date; the name may be stuck to the date. */
function readPerson(line: string): { author: string; date: number | null } | null {
  const match = PAGE_DATE.exec(line);
  if (match === null) return null;
  return { author: line.slice(0, match.index).trim(), date: readPageDate(match) };
}

function readSubmitter(lines: readonly string[], from: number, to: number): { author: string; date: number | null; from: number } {
  const at = nextLine(lines, from, to);
  const line = lines[at] ?? "";
  const person = at < to && line.length <= 400 ? readPerson(line) : null;
  return person === null ? { author: "", date: null, from: at } : { ...person, from: at + 1 };
}

/** The last `Patch` heading that a diff follows; failing that, one below the last comment. */
function findPatch(lines: readonly string[], headings: readonly { name: string; at: number }[], comments: readonly CommentHead[]): number | null {
  const fitting = headings.filter((heading) => heading.name === "Patch");
  const followed = fitting.filter((heading) => /^(?:diff |--- |Index: |@@ |From )/.test(lines[nextLine(lines, heading.at + 1, lines.length)] ?? ""));
  const last = followed[followed.length - 1];
  if (last !== undefined) return last.at;
  const below = fitting[fitting.length - 1];
  const lastComment = comments[comments.length - 1];
  return below !== undefined && below.at > (lastComment?.head ?? -1) && nextLine(lines, below.at + 1, lines.length) === lines.length ? below.at : null;
}

function lastHeadingBefore(lines: readonly string[], headings: readonly { name: string; at: number }[], name: string, before: number): number | null {
  const fitting = headings.filter((heading) => heading.name === name && heading.at < before && nextLine(lines, heading.at + 1, before) === before);
  return fitting[fitting.length - 1]?.at ?? null;
}

/** A page without comments may still carry their heading at the end of the message. */
function emptyCommentsHeading(lines: readonly string[], headings: readonly { name: string; at: number }[], from: number | null, to: number): number | null {
  const heading = headings.find((other) => other.name === "Comments" && other.at > (from ?? -1) && other.at < to && nextLine(lines, other.at + 1, to) === to);
  return heading?.at ?? null;
}

function buttonsBefore(lines: readonly string[], at: number): number {
  let end = at;
  while (end > 0 && ((lines[end - 1] ?? "").trim() === "" || BUTTONS.test((lines[end - 1] ?? "").trim()))) end -= 1;
  return end;
}

function skipButtons(lines: readonly string[], from: number, to: number): number {
  let at = from;
  while (at < to && COMMENT_BUTTONS.test((lines[at] ?? "").trim())) at += 1;
  return at;
}

/** Index of the first line that is not blank, or `to`. */
function nextLine(lines: readonly string[], from: number, to: number): number {
  let at = from;
  while (at < to && (lines[at] ?? "").trim() === "") at += 1;
  return at;
}

function trimRange(lines: readonly string[], from: number, to: number): LineRange {
  const start = nextLine(lines, from, to);
  let end = to;
  while (end > start && (lines[end - 1] ?? "").trim() === "") end -= 1;
  return { from: start, to: end };
}
