// A patch as the text that git range-diff compares: no line numbers, no blob ids, files and parts under heads of their own.
import type { HunkLine, Patch, PatchFile } from "./types.js";

/** What one patch of a series says. */
export interface RangePatch {
  /** `Name <address>`. */
  readonly author: string;
  /** Title, blank line, text; as in a commit. */
  readonly message: string;
  readonly patch: Patch;
}

/** Where a line of the text comes from: null for heads and everything above the diff. */
export interface LineOrigin {
  readonly path: string;
  readonly line: HunkLine;
}

export interface PatchText {
  readonly lines: readonly string[];
  /** Index of the first line of the diff in `lines`; 0 when there is none, and then all of it counts, as in git. */
  readonly diffFrom: number;
  /** Lines of the diff. */
  readonly diffSize: number;
  /** For each line of `lines` the line of a hunk that it is. */
  readonly origins: readonly (LineOrigin | null)[];
}

/** The text of git's range-diff.c, read_patches(). Files are in the order of their paths, as in git log. */
export function toRangeText({ author, message, patch }: RangePatch): PatchText {
  const lines = [" ## Metadata ##", `Author: ${author}`, "", " ## Commit message ##"];
  for (const line of message.replace(/^(?:[^\S\n]*\n)+/, "").trimEnd().split("\n")) lines.push(`    ${expandTabs(line)}`.trimEnd());
  const origins: (LineOrigin | null)[] = lines.map(() => null);
  const add = (text: string, origin: LineOrigin | null = null): void => {
    lines.push(text);
    origins.push(origin);
  };
  let diffFrom = 0;
  let heads = 0;
  for (const file of [...patch.files].sort((one, two) => (one.path < two.path ? -1 : one.path > two.path ? 1 : 0))) {
    if (file.combined !== undefined) continue;
    add("");
    if (diffFrom === 0) diffFrom = lines.length;
    else heads++;
    add(headOf(file));
    if (file.binary) add(` Binary files ${file.pathA ?? "/dev/null"} and ${file.pathB ?? "/dev/null"} differ`);
    for (const hunk of file.hunks) {
      add(hunk.heading === "" ? "@@" : `@@ ${file.path}: ${hunk.heading}`);
      for (const line of hunk.lines) {
        add(`${line.sign}${line.text}`, { path: file.path, line });
        if (line.noNewline === true) add(" \\ No newline at end of file");
      }
    }
  }
  // A file's head and the blank line above it count as one.
  return { lines, diffFrom, diffSize: diffFrom === 0 ? 0 : lines.length - diffFrom - heads, origins };
}

function headOf(file: PatchFile): string {
  const name = file.status === "added" ? `${file.path} (new)` : file.status === "deleted" ? `${file.path} (deleted)` : file.status === "renamed" ? `${file.pathA ?? ""} => ${file.pathB ?? ""}` : file.path;
  const mode = file.oldMode !== null && file.newMode !== null && file.oldMode !== file.newMode ? ` (mode change ${file.oldMode} => ${file.newMode})` : "";
  return ` ## ${name}${mode} ##`;
}

/** git log shows the tabs of a message as blanks. */
function expandTabs(line: string): string {
  if (!line.includes("\t")) return line;
  let shown = "";
  let width = 0;
  for (const character of line) {
    const blanks = 8 - (width % 8);
    shown += character === "\t" ? " ".repeat(blanks) : character;
    width += character === "\t" ? blanks : 1;
  }
  return shown;
}
