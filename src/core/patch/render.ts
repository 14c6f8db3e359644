// Images as text: what editors show and what C is read from. Known lines keep their numbers; a gap is one quiet line and blanks.
import type { Image, Side, SourceRange } from "./types.js";

/** Endings of languages in which a slash and a star open a comment. */
const C_LIKE = new Set([
  "c", "h", "cc", "cpp", "cxx", "c++", "hh", "hpp", "hxx", "inc", "s", "lds", "dts", "dtsi", "dtso", "cocci", "cu", "m", "mm", "java", "js",
  "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "go", "rs", "css", "scss", "less", "php", "swift", "kt", "cs", "scala", "dart", "proto", "y", "l",
]);

/**
 * The text of an image. Every known line stands under its true number; a gap is one quiet line that says how many lines
 * are not known, followed by blank lines, with the same words on both sides of a patch. A last quiet line says when the
 * end of the file is not known. An absent file is "".
 */
export function renderImage(image: Image): string {
  if (image.absent) return "";
  const quiet = isCLike(image.path) ? (words: string): string => `/* ${words} */` : (words: string): string => `… ${words} …`;
  const lines: string[] = image.lines.map((line) => line ?? "");
  for (const gap of image.gaps) {
    if (gap.to === null) {
      lines[gap.from - 1] = quiet(gap.from === 1 ? "the text of the file is not in the patch" : "the rest of the file is not in the patch");
      continue;
    }
    const count = gap.to - gap.from + 1;
    lines[gap.from - 1] = quiet(count === 1 ? "1 line is not in the patch" : `${count} lines are not in the patch`);
    for (let line = lines.length + 1; line <= gap.to; line++) lines.push("");
  }
  if (lines.length === 0) return "";
  return lines.join("\n") + (image.noNewline ? "" : "\n");
}

/** True when the path's ending is of a language with C's comments. */
export function isCLike(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  return dot > 0 && C_LIKE.has(name.slice(dot + 1).toLowerCase());
}

/** Offsets, from zero, at which the lines of a text start; the first is 0. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** The place of an offset: line from one, column from zero. An offset outside the text goes to its nearest end. */
export function positionAt(starts: readonly number[], offset: number): { readonly line: number; readonly column: number } {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  const line = Math.max(low, 1);
  return { line, column: Math.max(0, offset - (starts[line - 1] ?? 0)) };
}

/** The offset of a line (from one) and a column (from zero); a line outside the text goes to its nearest end. */
export function offsetAt(starts: readonly number[], line: number, column: number): number {
  const index = Math.min(Math.max(line, 1), starts.length) - 1;
  return (starts[index] ?? 0) + column;
}

/** A range of a rendered image, from offsets. */
export function sourceRange(place: { readonly path: string; readonly side: Side }, starts: readonly number[], from: number, to: number): SourceRange {
  const start = positionAt(starts, from);
  const end = positionAt(starts, to);
  return { path: place.path, side: place.side, line: start.line, column: start.column, endLine: end.line, endColumn: end.column, from, to };
}
