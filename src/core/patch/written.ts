// What a patch text says beyond the model: spellings that git would not choose, and all lines that are no part of a file.
import type { CutFile, CutHunk, CutLine } from "./cut.js";
import type { Hunk, Passage } from "./types.js";

/** git's own words for a missing line end; in other languages they differ. */
export const NO_NEWLINE = "\\ No newline at end of file";

/** The `@@` line as git writes it: a count of one is left out. */
export function hunkHeader(hunk: Pick<Hunk, "fromA" | "countA" | "fromB" | "countB" | "heading">): string {
  const range = (from: number, count: number): string => (count === 1 ? String(from) : `${from},${count}`);
  return `@@ -${range(hunk.fromA, hunk.countA)} +${range(hunk.fromB, hunk.countB)} @@${hunk.heading === "" ? "" : ` ${hunk.heading}`}`;
}

/** The `@@` line of a hunk as it stands; null where git writes it in the same way. */
export function writtenHeader(lines: readonly string[], cut: CutHunk): string | null {
  const end = (cut.lines[0]?.textLine ?? cut.end + 1) - 1;
  const text = textOf(lines, cut.textLine - 1, end);
  return text === hunkHeader(cut) + (cut.crlf ? "\r" : "") ? null : text;
}

/** The line at `index` of a hunk as it stands, with what follows up to the next one; null where git writes the same. */
export function writtenLine(lines: readonly string[], cut: CutHunk, index: number): string | null {
  const line = cut.lines[index];
  if (line === undefined) return null;
  const from = line.textLine - 1;
  const end = (cut.lines[index + 1]?.textLine ?? cut.end + 1) - 1;
  return isAsGitWrites(lines, cut, line, from, end) ? null : textOf(lines, from, end);
}

/** The headers of a file as they stand. */
export function headerText(lines: readonly string[], file: CutFile): string {
  return textOf(lines, file.textFrom - 1, file.headTo - 1);
}

/** All lines that none of the files covers with its headers and hunks, in order. */
export function passagesBetween(lines: readonly string[], files: readonly CutFile[]): Passage[] {
  const passages: Passage[] = [];
  let at = 0;
  const upTo = (next: number): void => {
    if (next > at) passages.push({ text: textOf(lines, at, next), textLine: at + 1 });
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
function isAsGitWrites(lines: readonly string[], cut: CutHunk, line: CutLine, from: number, end: number): boolean {
  const carriage = cut.crlf ? "\r" : "";
  if ((lines[from] ?? "").length !== line.text.length + 1 + carriage.length) return false;
  if (!line.noNewline) return end === from + 1;
  return end === from + 2 && lines[from + 1] === NO_NEWLINE + carriage;
}

function textOf(lines: readonly string[], from: number, to: number): string {
  return to === from + 1 ? (lines[from] ?? "") : lines.slice(from, to).join("\n");
}
