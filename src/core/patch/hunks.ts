// Hunks by their counts, the only sound way (git's apply.c does the same): where each ends, what it adds, and whether it is damaged.
import type { Problem } from "../problem.js";
import type { TextLines } from "./lines.js";

/** A header line longer than this is not one: two paths of 4096, quoted. Keeps hostile lines cheap. */
export const MAX_HEADER = 20_000;
/** Line numbers beyond this are damage; git uses 32-bit numbers. */
const MAX_LINE = 0x7fffffff;
/** More broken lines than this in one hunk are damage, not a mailer's wrapping. */
const MAX_WRAPPED = 100;
/** How many trailing context lines a copied text may have lost at its end. */
const MAX_LOST_CONTEXT = 3;

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const PLUS = 0x2b;
const MINUS = 0x2d;

/** The numbers and the heading of an `@@` line. */
export interface HunkHeader {
  readonly fromA: number;
  readonly countA: number;
  readonly fromB: number;
  readonly countB: number;
  readonly heading: string;
}

/** A hunk that was found whole. Its lines are read from the text when they are wanted (`readHunkLines`). */
export interface CutHunk extends HunkHeader {
  readonly additions: number;
  readonly deletions: number;
  /** Line, from one, of the `@@` line. */
  readonly textLine: number;
  /** Index, from zero, of the first line below the `@@` line that is a line of the hunk; a wrapped heading stands above it. */
  readonly first: number;
  /** Index, from zero, one past the hunk's last line. */
  readonly end: number;
  /** Lines of context that the text has lost at its end: the `@@` line counts them, the counts here do not. */
  readonly lost: number;
  /** The lines end in CR LF. */
  readonly crlf: boolean;
  /** True when each line below the `@@` line is one line of the hunk, spelled as git spells it. */
  readonly plain: boolean;
}

/** One line of a hunk that is not plain. */
export interface CutLine {
  readonly sign: " " | "-" | "+";
  text: string;
  readonly textLine: number;
  noNewline: boolean;
}

/** What a walk over a hunk found. */
interface Walk {
  at: number;
  /** Index of the first line; that after the `@@` line when there is none. */
  first: number;
  count: number;
  additions: number;
  deletions: number;
  missingA: number;
  missingB: number;
  wrapped: number;
  /** Index of the first line that is a broken line's tail; -1 when there is none. */
  broken: number;
  plain: boolean;
  heading: string;
}

/** Reads an `@@` line; null when it is none or its numbers are impossible. */
export function parseHunkHeader(line: string): HunkHeader | null {
  if (!line.startsWith("@@ ")) return null;
  const match = /^@@ +-(\d{1,10})(?:,(\d{1,10}))? +\+(\d{1,10})(?:,(\d{1,10}))? +@@/.exec(line);
  if (!match) return null;
  const [fromA, countA, fromB, countB] = [Number(match[1]), Number(match[2] ?? 1), Number(match[3]), Number(match[4] ?? 1)] as const;
  if (fromA + countA > MAX_LINE || fromB + countB > MAX_LINE) return null;
  return { fromA, countA, fromB, countB, heading: line.slice(match[0].length, MAX_HEADER).trim() };
}

/**
 * Reads all hunks from line `from` on, one directly after the other, and returns the index of the line after them. Sound
 * ones are appended to `hunks`, the problems of damaged ones to `problems`, without the file's name, which is known later.
 * `cr` says that the file's lines end in CR LF: then the CR is the mail's, not the file's.
 */
export function readHunks(lines: TextLines, from: number, cr: boolean, hunks: CutHunk[], problems: Problem[]): number {
  let at = from;
  for (let number = 1; ; number++) {
    const header = lines.startsWith(at, "@@ ") ? parseHunkHeader(lines.at(at) ?? "") : null;
    if (header === null) return at;
    at = readHunk(lines, at, cr, header, number, hunks, problems);
  }
}

/** The lines of a hunk one by one, with broken ones joined: what `readHunks` counted. */
export function readHunkLines(lines: TextLines, hunk: CutHunk): CutLine[] {
  const read: CutLine[] = [];
  walkHunk(lines, hunk.textLine, hunk.crlf, hunk, read);
  return read;
}

/** True where a patch's next part starts for certain: nothing inside a hunk looks like this, save `--- `, which needs its second line and a hunk. */
function isHeader(lines: TextLines, at: number): boolean {
  if (lines.startsWith(at, "diff --") || lines.startsWith(at, "Index: ")) return true;
  return lines.startsWith(at, "@@ -") && parseHunkHeader(lines.at(at) ?? "") !== null;
}

function readHunk(lines: TextLines, start: number, cr: boolean, header: HunkHeader, number: number, hunks: CutHunk[], problems: Problem[]): number {
  const walk = walkHunk(lines, start + 1, cr, header, null);
  const report = (kind: string, severity: Problem["severity"], line: number): void => {
    problems.push({ kind, severity, hunk: number, line });
  };
  const keep = (lost: number): void => {
    hunks.push({
      fromA: header.fromA, countA: header.countA - lost, fromB: header.fromB, countB: header.countB - lost, heading: walk.heading, additions: walk.additions,
      deletions: walk.deletions, textLine: start + 1, first: walk.first, end: walk.at, lost, crlf: cr, plain: walk.plain,
    });
  };
  const whole = walk.missingA === 0 && walk.missingB === 0;
  if (whole && walk.wrapped === 0) {
    if (walk.count === 0) report("hunk-empty", "note", start + 1);
    else {
      if (walk.additions + walk.deletions === 0) report("hunk-without-change", "warning", start + 1);
      if (looksLikeMore(lines, walk.at)) report("hunk-longer-than-count", "warning", walk.at + 1);
      keep(0);
    }
  } else if (whole && isBoundary(lines, walk.at)) {
    report("hunk-wrapped", "warning", walk.broken + 1);
    keep(0);
  } else if (walk.wrapped === 0 && walk.at >= lines.length && walk.missingA === walk.missingB && walk.missingA <= MAX_LOST_CONTEXT && walk.count > 0) {
    report("hunk-short-of-context", "warning", walk.at);
    keep(walk.missingA);
  } else {
    report("hunk-damaged", "error", (walk.broken >= 0 ? walk.broken : walk.at) + 1);
    return skipDamage(lines, walk.at);
  }
  return walk.at;
}

/**
 * Walks over the lines of a hunk from line `from` on until its counts are used up or something stands there that can be
 * no line of it. Fills `into`, where there is one, with the lines.
 */
function walkHunk(lines: TextLines, from: number, cr: boolean, header: HunkHeader, into: CutLine[] | null): Walk {
  const { text } = lines;
  const walk: Walk = {
    at: from, first: from, count: 0, additions: 0, deletions: 0, missingA: header.countA, missingB: header.countB, wrapped: 0, broken: -1, plain: true, heading: header.heading,
  };
  if (into === null && !cr) walkOrdinary(lines, walk);
  for (; walk.missingA > 0 || walk.missingB > 0; walk.at++) {
    const code = lines.firstCode(walk.at);
    if (code === SPACE && walk.missingA > 0 && walk.missingB > 0) {
      walk.missingA--;
      walk.missingB--;
    } else if (code === PLUS && walk.missingB > 0) {
      walk.missingB--;
      walk.additions++;
    } else if (code === MINUS && walk.missingA > 0) {
      walk.missingA--;
      walk.deletions++;
    } else if (code === SPACE || code === PLUS || code === MINUS || Number.isNaN(code) || isHeader(lines, walk.at)) break;
    else if (code === LF || (code === CR && lineWithoutCr(lines, walk.at, cr).length < 2)) {
      // An empty context line that lost its blank.
      if (walk.missingA === 0 || walk.missingB === 0) break;
      walk.missingA--;
      walk.missingB--;
      walk.plain = false;
    } else {
      walk.plain = false;
      const line = lineWithoutCr(lines, walk.at, cr);
      const last = into?.[into.length - 1];
      if (isNoNewline(line)) {
        if (walk.count === 0) break;
        if (last !== undefined) last.noNewline = true;
        continue;
      }
      // A mailer broke the line before: its tail is here. Only believed when the whole hunk then adds up.
      if (walk.wrapped++ === 0) walk.broken = walk.at;
      if (walk.wrapped > MAX_WRAPPED) break;
      if (walk.count === 0) walk.heading = `${walk.heading} ${line.trim()}`.trim();
      else if (last !== undefined) last.text = `${last.text} ${line}`;
      continue;
    }
    if (walk.count++ === 0) walk.first = walk.at;
    if (cr && walk.plain && !lines.endsInCr(walk.at)) walk.plain = false;
    if (into !== null) into.push(readLine(lines, walk.at, cr));
  }
  while (walk.count > 0 && text.startsWith("\\ ", lines.start(walk.at)) && isNoNewline(lines.at(walk.at) ?? "")) {
    const last = into?.[into.length - 1];
    if (last !== undefined) last.noNewline = true;
    walk.plain = false;
    walk.at++;
  }
  return walk;
}

/** Walks on for as long as lines begin with a sign that the counts allow, as all lines of a sound hunk do. */
function walkOrdinary(lines: TextLines, walk: Walk): void {
  const { text, starts } = lines;
  let { at, missingA, missingB } = walk;
  for (; missingA > 0 || missingB > 0; at++) {
    const code = text.charCodeAt(starts[at] ?? text.length);
    if (code === SPACE && missingA > 0 && missingB > 0) {
      missingA--;
      missingB--;
    } else if (code === PLUS && missingB > 0) missingB--;
    else if (code === MINUS && missingA > 0) missingA--;
    else break;
  }
  walk.count = at - walk.at;
  walk.additions = walk.count - (walk.missingA - missingA);
  walk.deletions = walk.count - (walk.missingB - missingB);
  walk.at = at;
  walk.missingA = missingA;
  walk.missingB = missingB;
}

function readLine(lines: TextLines, at: number, cr: boolean): CutLine {
  const line = lineWithoutCr(lines, at, cr);
  const textLine = at + 1;
  if (line === "" || line === "\r") return { sign: " ", text: line, textLine, noNewline: false };
  const sign = line.startsWith("+") ? "+" : line.startsWith("-") ? "-" : " ";
  return { sign, text: line.slice(1), textLine, noNewline: false };
}

function lineWithoutCr(lines: TextLines, at: number, cr: boolean): string {
  return lines.text.slice(lines.start(at), cr && lines.endsInCr(at) ? lines.end(at) - 1 : lines.end(at));
}

/** Lines that go on like a hunk behind the last one that its counts allow. */
function looksLikeMore(lines: TextLines, at: number): boolean {
  const code = lines.firstCode(at);
  return (code === SPACE || code === PLUS || code === MINUS) && /^[+ ]\S|^-[^-\s]/.test(lines.text.slice(lines.start(at), lines.start(at) + 2));
}

/** Passes over what is left of a damaged hunk, up to the next line that starts something. */
function skipDamage(lines: TextLines, from: number): number {
  let at = from;
  while (at < lines.length && !isHeader(lines, at) && !(lines.startsWith(at, "-- ") && /^-- \r?$/.test(lines.at(at) ?? ""))) at++;
  return at;
}

/** True when a hunk may end here: the text ends, a blank line or a signature follows, or the next header. */
function isBoundary(lines: TextLines, at: number): boolean {
  const line = lines.at(at);
  if (line === undefined || line.trim() === "" || /^--\s*$/.test(line) || /^_{10,}/.test(line)) return true;
  return isHeader(lines, at) || line.startsWith("--- ");
}

/** git: any line that starts with `\ ` and has at least 12 characters; its words are translated. */
function isNoNewline(line: string): boolean {
  return line.startsWith("\\ ") && line.length >= 12;
}
