// Where every line of a posted mail stands: in its commit message, or on a line of one side of one of its files.
import type { Entry } from "../series/types.js";
import type { Anchor, Quality } from "./types.js";

/** The path that anchors, documents and threads use for the commit message or cover letter. */
export const MESSAGE_PATH = ":message";

/** A place that a quoted line can stand for. */
export interface Spot {
  readonly target: number;
  readonly path: string;
  /** Lines on each side; null where the line is not on that side. A line of the message is after only. */
  readonly before: number | null;
  readonly after: number | null;
  /** Lines with the same group are in one stretch: a hunk, or the message. */
  readonly group: string;
  readonly quality: Quality;
  /** The discussion that the quoted words belong to; null for lines of the patch itself. */
  readonly said: { readonly thread: string; readonly anchor: Anchor } | null;
}

/** For each line of the mail's text (from zero) what it stands for; undefined for lines that stand for nothing. */
export function spotsOfPosting(entry: Entry, target: number): readonly (Spot | undefined)[] {
  const spots: (Spot | undefined)[] = [];
  const message = (line: number, quality: Quality): Spot => ({ target, path: MESSAGE_PATH, before: null, after: line, group: MESSAGE_PATH, quality, said: null });
  const messageLines = countLines(entry.commitMessage);
  const total = countLines(entry.message.text);
  for (let line = 1; line <= messageLines; line++) spots[entry.commitLine + line - 2] = message(line, "exact");
  const notesEnd = entry.diffLine > 0 ? entry.diffLine - 1 : total;
  // Notes and diffstat are shown nowhere; a word about them belongs to the end of the message.
  for (let line = entry.commitLine + messageLines; line <= notesEnd; line++) spots[line - 1] = message(Math.max(1, messageLines), "moved");
  // What stands below the diff (the signature) closes the whole mail; a word about it is about the patch as a whole.
  const diffEnd = entry.patch?.files.at(-1)?.textTo ?? 0;
  if (diffEnd > 0) for (let line = entry.diffLine + diffEnd - 1; line <= total; line++) spots[line - 1] = message(1, "moved");
  const diffLines = entry.diff.split("\n");
  for (const [index, file] of (entry.patch?.files ?? []).entries()) {
    const first = file.hunks[0];
    const head = (hunk: typeof first): Pick<Spot, "before" | "after"> => {
      const line = hunk?.lines[0];
      if (file.pathB === null) return { before: line?.lineA ?? 1, after: null };
      return { before: null, after: hunk?.lines.find((one) => one.lineB !== null)?.lineB ?? hunk?.fromB ?? 1 };
    };
    const header: Spot = { target, path: file.path, ...head(first), group: `${index} header`, quality: "moved", said: null };
    // Outside the sound hunks stand only the header and those that are damaged: their lines have no numbers that could be trusted.
    let inHeader = true;
    for (let line = file.textFrom; line < file.textTo; line++) {
      inHeader &&= !(diffLines[line - 1] ?? "").startsWith("@@ ");
      spots[entry.diffLine + line - 2] = inHeader ? header : message(1, "lost");
    }
    for (const [number, hunk] of file.hunks.entries()) {
      const group = `${index} ${number}`;
      let spot: Spot = { target, path: file.path, ...head(hunk), group, quality: "moved", said: null };
      let next = hunk.textLine;
      for (const line of hunk.lines) {
        // The tail of a line that a mailer broke, and the marker of a missing line end, belong to the line above.
        while (next < line.textLine) spots[entry.diffLine + next++ - 2] = spot;
        spot = { target, path: file.path, before: line.lineA, after: line.lineB, group, quality: "exact", said: null };
        spots[entry.diffLine + next++ - 2] = spot;
      }
    }
  }
  return spots;
}

/** Number of lines of a text; a line end at its end starts no new one. */
export function countLines(text: string): number {
  if (text === "") return 0;
  let lines = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines++;
  return text.endsWith("\n") ? lines - 1 : lines;
}

const ORDER: readonly Quality[] = ["exact", "moved", "guessed", "lost"];

/** The less sure of two qualities. */
export function worse(one: Quality, two: Quality): Quality {
  return ORDER.indexOf(one) >= ORDER.indexOf(two) ? one : two;
}
