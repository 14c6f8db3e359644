// What a patch text says beyond the model: spellings that git would not choose, and all lines that are no part of a file.
import type { CutFile } from "./cut.js";
import type { CutHunk, CutLine } from "./hunks.js";
import type { TextLines } from "./lines.js";
import type { Hunk, Passage } from "./types.js";

/** git's own words for a missing line end; in other languages they differ. */
export const NO_NEWLINE = "\\ No newline at end of file";

/** The `@@` line as git writes it: a count of one is left out. */
export function hunkHeader(hunk: Pick<Hunk, "fromA" | "countA" | "fromB" | "countB" | "heading">): string {
  const range = (from: number, count: number): string => (count === 1 ? String(from) : `${from},${count}`);
  return `@@ -${range(hunk.fromA, hunk.countA)} +${range(hunk.fromB, hunk.countB)} @@${hunk.heading === "" ? "" : ` ${hunk.heading}`}`;
}

/** The `@@` line of a hunk as it stands; null where git writes it in the same way. */
export function writtenHeader(lines: TextLines, hunk: CutHunk): string | null {
  const { fromA, countA, fromB, countB, heading, textLine, lost, crlf } = hunk;
  const at = lines.start(textLine - 1);
  // git's spelling is the shortest, so nearly every other one is longer; of one line with a blank before its heading, all are.
  const length = rangeLength(fromA, countA) + rangeLength(fromB, countB) + "@@ - + @@".length + (heading === "" ? 0 : heading.length + 1) + (crlf ? 1 : 0);
  const isShort = lost === 0 && hunk.first === textLine && lines.end(textLine - 1) - at === length && (!crlf || lines.endsInCr(textLine - 1));
  if (isShort && (heading === "" || lines.text.startsWith("@@ ", at + length - heading.length - (crlf ? 4 : 3)))) return null;
  const text = lines.slice(textLine - 1, hunk.first);
  return text === hunkHeader(hunk) + (hunk.crlf ? "\r" : "") ? null : text;
}

/** Characters of `12,3` or `12`. */
function rangeLength(from: number, count: number): number {
  return digits(from) + (count === 1 ? 0 : digits(count) + 1);
}

function digits(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 10; rest /= 10) length += 1;
  return length;
}

/** The line at `index` of a hunk's lines as it stands, with what follows up to the next one; null where git writes the same. */
export function writtenLine(lines: TextLines, hunk: CutHunk, read: readonly CutLine[], index: number): string | null {
  const line = read[index];
  if (line === undefined) return null;
  const from = line.textLine - 1;
  const end = (read[index + 1]?.textLine ?? hunk.end + 1) - 1;
  return isAsGitWrites(lines, hunk, line, from, end) ? null : lines.slice(from, end);
}

/** The headers of a file as they stand. */
export function headerText(lines: TextLines, file: CutFile): string {
  return lines.slice(file.textFrom - 1, file.headTo - 1);
}

/** All lines that none of the files covers with its headers and hunks, in order. */
export function passagesBetween(lines: TextLines, files: readonly CutFile[]): Passage[] {
  const passages: Passage[] = [];
  let at = 0;
  const upTo = (next: number): void => {
    if (next > at) passages.push({ text: lines.slice(at, next), textLine: at + 1 });
  };
  for (const file of files) {
    upTo(file.textFrom - 1);
    at = file.headTo - 1;
    for (const hunk of file.hunks) {
      upTo(hunk.textLine - 1);
      at = hunk.end;
    }
  }
  upTo(lines.length);
  return passages;
}

/** A line's text is a part of its raw line, so comparing lengths tells whether something was lost or added. */
function isAsGitWrites(lines: TextLines, hunk: CutHunk, line: CutLine, from: number, end: number): boolean {
  const carriage = hunk.crlf ? "\r" : "";
  if (lines.end(from) - lines.start(from) !== line.text.length + 1 + carriage.length) return false;
  if (!line.noNewline) return end === from + 1;
  return end === from + 2 && lines.at(from + 1) === NO_NEWLINE + carriage;
}
