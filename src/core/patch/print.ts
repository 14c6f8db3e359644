// Patches back to text: byte for byte what was parsed, or, for a patch that was made, what git would write.
import { quoteName } from "./names.js";
import type { CombinedDiff, Hunk, HunkLine, Patch, PatchFile } from "./types.js";
import { hunkHeader, NO_NEWLINE } from "./written.js";

/**
 * The text of a patch. For every string `x`, `printPatch(parsePatch(x)) === x`: prose above, between and below the files,
 * damaged hunks and refused files are kept as passages and stand where they stood.
 *
 * Numbers, signs and lines are printed from the model. Only what the model does not say is taken from the text that was
 * parsed: the headers of a file (`header`), and where a hunk was not spelled as git spells it, that line (`written`).
 * A patch without these prints as git would write it, with the prefixes `a/` and `b/`; so who changes a line or a hunk
 * has to leave its `written` out, and who changes a file's names, modes or blobs its `header`. Passages are placed by their
 * `textLine` and follow the files they stood behind, so leave them out, too, when files come and go.
 *
 * A made file without hunks, modes, names or blobs that differ prints as a bare `diff --git` line, which no reader takes for a file.
 * Not given back is what is gone before a patch is parsed: bytes that are no UTF-8, and transfer encodings of the mail.
 */
export function printPatch(patch: Patch): string {
  const passages = [...(patch.passages ?? [])];
  const out: string[] = [];
  const passagesBefore = (textLine: number): void => {
    for (let next = passages[0]; next !== undefined && next.textLine < textLine; next = passages[0]) {
      out.push(next.text);
      passages.shift();
    }
  };
  for (const file of patch.files) {
    passagesBefore(file.textFrom);
    out.push(file.header ?? gitHeader(file));
    for (const hunk of file.hunks) {
      passagesBefore(hunk.textLine);
      printHunk(hunk, out);
    }
  }
  passagesBefore(Infinity);
  return out.length === 0 ? "" : out.join("\n") + (patch.openEnd ? "" : "\n");
}

function printHunk(hunk: Hunk, out: string[]): void {
  const carriage = hunk.crlf ? "\r" : "";
  out.push(hunk.written ?? hunkHeader(hunk) + carriage);
  for (const line of hunk.lines) printLine(line, carriage, out);
}

function printLine(line: HunkLine, carriage: string, out: string[]): void {
  if (line.written !== undefined) {
    out.push(line.written);
    return;
  }
  out.push(line.sign + line.text + carriage);
  if (line.noNewline) out.push(NO_NEWLINE + carriage);
}

/** The headers as git writes them (diff.c, fill_metainfo), as far as the model has what they say: how similar two names are is not kept. */
function gitHeader(file: PatchFile): string {
  if (file.combined) return combinedText(file, file.combined);
  const a = `a/${file.pathA ?? file.path}`;
  const b = `b/${file.pathB ?? file.path}`;
  const lines = [`diff --git ${quoteName(a)} ${quoteName(b)}`];
  const hasBoth = file.pathA !== null && file.pathB !== null;
  const sameMode = hasBoth && file.oldMode !== null && file.oldMode === file.newMode;
  if (hasBoth && !sameMode) {
    if (file.oldMode !== null) lines.push(`old mode ${file.oldMode}`);
    if (file.newMode !== null) lines.push(`new mode ${file.newMode}`);
  }
  if (file.pathA === null && file.newMode !== null) lines.push(`new file mode ${file.newMode}`);
  if (file.pathB === null && file.oldMode !== null) lines.push(`deleted file mode ${file.oldMode}`);
  if (file.status === "renamed" || file.status === "copied") {
    const verb = file.status === "renamed" ? "rename" : "copy";
    lines.push(`${verb} from ${quoteName(file.pathA ?? "")}`, `${verb} to ${quoteName(file.pathB ?? "")}`);
  }
  if (file.blobA !== null && file.blobB !== null) lines.push(`index ${file.blobA}..${file.blobB}${sameMode ? ` ${file.oldMode ?? ""}` : ""}`);
  const names = [file.pathA === null ? "/dev/null" : a, file.pathB === null ? "/dev/null" : b] as const;
  if (file.binary) lines.push(`Binary files ${quoteName(names[0])} and ${quoteName(names[1])} differ`);
  else if (file.hunks.length > 0) lines.push(`--- ${dashedName(names[0])}`, `+++ ${dashedName(names[1])}`);
  return lines.join("\n");
}

/** A name with a blank is followed by a tab, so that a time stamp cannot be read into it. */
function dashedName(name: string): string {
  const quoted = quoteName(name);
  return quoted === name && name.includes(" ") ? `${name}\t` : quoted;
}

/** The numbers of the parents' ranges are not kept; they are printed as the result's. */
function combinedText(file: PatchFile, { parents, hunks }: CombinedDiff): string {
  const lines = [`diff --cc ${quoteName(file.path)}`];
  for (const hunk of hunks) {
    const marks = "@".repeat(parents + 1);
    const range = `${hunk.from},${hunk.count}`;
    lines.push(`${marks} ${`-${range} `.repeat(parents)}+${range} ${marks}${hunk.heading === "" ? "" : ` ${hunk.heading}`}`);
    for (const line of hunk.lines) lines.push(line.signs + line.text);
  }
  return lines.join("\n");
}
