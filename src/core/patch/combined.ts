// Combined diffs, which show a merge against all of its parents at once: read to be shown, never applied.
import type { TextLines } from "./lines.js";
import type { CombinedDiff, CombinedHunk, CombinedLine } from "./types.js";

/** git's own limit is that of its memory; a merge of more parents ("octopus") than this is an attack. */
const MAX_PARENTS = 64;

/** A combined hunk header: one range for each parent, then the result's, between as many `@` as there are ranges. */
const HUNK = /^(@@@+) ((?:-\d{1,10}(?:,\d{1,10})? ){2,64})\+(\d{1,10})(?:,(\d{1,10}))? @@@+/;

/**
 * Reads the headers and hunks that follow a `diff --cc` or `diff --combined` line. `from` is the index of the line after
 * it; `end` that of the first line that is not part of the diff. Each line of a hunk has one sign for every parent (git's
 * diff-generate-patch.adoc); lines that are in the result are numbered, the others are not.
 */
export function readCombinedHunks(lines: TextLines, from: number): { readonly end: number; readonly combined: CombinedDiff } {
  const hunks: CombinedHunk[] = [];
  let parents = 2;
  let at = from;
  while (at < lines.length) {
    const line = lines.at(at) ?? "";
    const match = HUNK.exec(line.slice(0, 4096));
    if (match) {
      const ranges = (match[2] ?? "").trim().split(" ");
      if (ranges.length > MAX_PARENTS || (match[1] ?? "").length !== ranges.length + 1) break;
      parents = ranges.length;
      const hunk = readHunk(lines, at, parents, Number(match[3]), Number(match[4] ?? 1));
      hunks.push({ from: Number(match[3]), count: Number(match[4] ?? 1), heading: line.slice(match[0].length).trim(), lines: hunk.lines, textLine: at + 1 });
      at = hunk.end;
    } else if (/^(?:index |mode |new file mode |deleted file mode |--- |\+\+\+ |Binary files )/.test(line)) at++;
    else break;
  }
  return { end: at, combined: { parents, hunks } };
}

function readHunk(lines: TextLines, header: number, parents: number, firstLine: number, count: number): { readonly end: number; readonly lines: readonly CombinedLine[] } {
  const found: CombinedLine[] = [];
  let lineB = firstLine;
  let at = header + 1;
  for (; at < lines.length; at++) {
    const raw = lines.at(at) ?? "";
    // The marker of a missing line end is no line of its own.
    if (raw.startsWith("\\ ") && found.length > 0) continue;
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    // A line of blanks may have lost them on its way.
    const signs = line === "" ? " ".repeat(parents) : line.slice(0, parents);
    if (!/^[ +-]+$/.test(signs) || signs.length < parents) break;
    const isResult = !signs.includes("-");
    if (lineB >= firstLine + count && (isResult || line.trimEnd() === "--")) break;
    found.push({ signs, text: line.slice(parents), lineB: isResult ? lineB++ : null, textLine: at + 1 });
  }
  return { end: at, lines: found };
}
