// Finds the lines of a pending comment again after its series was read anew.

/** Lines from one, inclusive. */
export interface LineRange {
  readonly fromLine: number;
  readonly line: number;
}

/**
 * Where lines stand in a document now: where they stood, else the nearest place that has exactly these lines, else null. A comment
 * without remembered lines keeps its numbers while the document is long enough.
 */
export function locateLines(text: string, lines: readonly string[], fromLine: number): LineRange | null {
  const all = text.split("\n");
  const length = Math.max(1, lines.length);
  const fits = (start: number): boolean => start >= 0 && start + length <= all.length && lines.every((line, at) => all[start + at] === line);
  const range = (start: number): LineRange => ({ fromLine: start + 1, line: start + length });
  for (let distance = 0; distance < all.length; distance++) {
    if (fits(fromLine - 1 - distance)) return range(fromLine - 1 - distance);
    if (fits(fromLine - 1 + distance)) return range(fromLine - 1 + distance);
    if (lines.length === 0 || lines.every((line) => line.trim() === "")) break;
  }
  return null;
}
