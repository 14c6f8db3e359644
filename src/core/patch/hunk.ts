// A hunk of a text: its numbers at once, its lines (which parse-diff reads) when they are asked for. A big mailbox has millions of them.
import parseDiff from "parse-diff";
import { type CutHunk, type CutLine, readHunkLines } from "./hunks.js";
import { TextLines } from "./lines.js";
import type { Hunk, HunkLine } from "./types.js";
import { writtenHeader, writtenLine } from "./written.js";

/** Where a hunk is, with nothing but what its lines cannot say. */
export class TextHunk implements Hunk {
  readonly fromA: number;
  readonly countA: number;
  readonly fromB: number;
  readonly countB: number;
  readonly heading: string;
  readonly textLine: number;
  declare readonly crlf?: true;
  declare readonly written?: string;
  readonly #cut: CutHunk;
  /** The hunk as it stands with all of its line ends, its `@@` line first. */
  readonly #text: string;
  #lines: readonly HunkLine[] | undefined;

  constructor(lines: TextLines, cut: CutHunk) {
    this.fromA = cut.fromA;
    this.countA = cut.countA;
    this.fromB = cut.fromB;
    this.countB = cut.countB;
    this.heading = cut.heading;
    this.textLine = cut.textLine;
    if (cut.crlf) this.crlf = true;
    const written = writtenHeader(lines, cut);
    if (written !== null) this.written = written;
    this.#cut = cut;
    this.#text = lines.text.slice(lines.start(cut.textLine - 1), lines.start(cut.end));
  }

  get lines(): readonly HunkLine[] {
    return (this.#lines ??= readLines(this.#text, this.#cut));
  }

  /** True when one of its lines has `part`, which is known without reading them. */
  has(part: string): boolean {
    return this.#text.includes(part, this.#text.indexOf("\n"));
  }
}

/** True when a line of the hunk has `part` in it, which has no line end. */
export function hunkHas(hunk: Hunk, part: string): boolean {
  return hunk instanceof TextHunk ? hunk.has(part) : hunk.lines.some((line) => line.text.includes(part));
}

/** `text` is the hunk alone. Lines of a plain hunk need no cleaning before parse-diff reads them. */
function readLines(text: string, cut: CutHunk): readonly HunkLine[] {
  const own = new TextLines(text);
  const start = cut.textLine - 1;
  const local: CutHunk = { ...cut, textLine: 1, first: cut.first - start, end: cut.end - start };
  if (cut.plain && !cut.crlf) {
    const read = readByParseDiff(cut, text.slice(own.start(1)), () => PLAIN);
    if (read !== null) return read;
  }
  const lines = readHunkLines(own, local);
  const extras = lines.map((line, index): LineExtras => {
    const written = writtenLine(own, local, lines, index);
    return { textLine: line.textLine + start, ...(line.noNewline ? { noNewline: true as const } : {}), ...(written === null ? {} : { written }) };
  });
  return readByParseDiff(cut, cleanText(lines), (index) => extras[index] ?? PLAIN) ?? numberLines(cut, lines, extras);
}

/** What a line has beyond its sign, text and numbers. The line in the patch text follows from its place where the hunk is plain. */
type LineExtras = Partial<Pick<HunkLine, "textLine" | "noNewline" | "written">>;

const PLAIN: LineExtras = {};

/** The lines as git writes them, without markers: joined, with their blanks, in LF. */
function cleanText(lines: readonly CutLine[]): string {
  return lines.map((line) => line.sign + line.text).join("\n");
}

/** Gives parse-diff one sound hunk; null when what it finds does not have the counts that the hunk has, line by line. */
function readByParseDiff(cut: CutHunk, body: string, extrasOf: (index: number) => LineExtras): HunkLine[] | null {
  const [file, second] = parseDiff(`--- a/f\n+++ b/f\n@@ -${cut.fromA},${cut.countA} +${cut.fromB},${cut.countB} @@\n${body}`);
  const chunk = file?.chunks[0];
  const isWhole = second === undefined && file?.chunks.length === 1 && file.additions === cut.additions && file.deletions === cut.deletions;
  if (chunk === undefined || !isWhole || chunk.changes.length !== cut.deletions + cut.countB) return null;
  // Where a side has no lines, git names the line before, parse-diff counts from it.
  const shiftA = cut.countA === 0 ? 1 : 0;
  const shiftB = cut.countB === 0 ? 1 : 0;
  return chunk.changes.map((change, index): HunkLine => {
    const sign = change.type === "add" ? "+" : change.type === "del" ? "-" : " ";
    const lineA = change.type === "add" ? null : (change.type === "del" ? change.ln : change.ln1) + shiftA;
    const lineB = change.type === "del" ? null : (change.type === "add" ? change.ln : change.ln2) + shiftB;
    return { sign, text: change.content.slice(1), lineA, lineB, textLine: cut.textLine + 1 + index, ...extrasOf(index) };
  });
}

/** Our own reading, where parse-diff's is another. */
function numberLines(cut: CutHunk, lines: readonly CutLine[], extras: readonly LineExtras[]): HunkLine[] {
  let lineA = cut.countA === 0 ? cut.fromA + 1 : cut.fromA;
  let lineB = cut.countB === 0 ? cut.fromB + 1 : cut.fromB;
  return lines.map(({ sign, text, textLine }, index): HunkLine => ({ sign, text, lineA: sign === "+" ? null : lineA++, lineB: sign === "-" ? null : lineB++, textLine, ...extras[index] }));
}
