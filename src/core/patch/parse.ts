// Diff text to files and hunks: our own cut around parse-diff, which reads the lines of one sound file at a time.
import parseDiff from "parse-diff";
import type { Problem } from "../problem.js";
import { type CutFile, type CutHunk, cutPatch } from "./cut.js";
import { isRefusedPath, stripName } from "./names.js";
import { headerText, passagesBetween, writtenHeader, writtenLine } from "./written.js";
import type { FileStatus, Hunk, HunkLine, Patch, PatchFile } from "./types.js";

/**
 * Reads a diff, with or without mail text around it. Prose is passed over; a damaged hunk is left out and named in
 * `problems` with its file, hunk and line; everything else stays usable. Never throws. `printPatch` gives the text back.
 *
 * Names are stripped as `git apply` does: one leading directory, or none in the whole patch when a name has none.
 */
export function parsePatch(text: string): Patch {
  const cut = cutPatch(text);
  const level = stripLevel(cut.files);
  const files: PatchFile[] = [];
  const kept: CutFile[] = [];
  const problems: Problem[] = [...cut.problems];
  for (const raw of cut.files) {
    const names = fileNames(raw, level);
    const path = names.pathB ?? names.pathA ?? "";
    if ([names.pathA, names.pathB, raw.nameA, raw.nameB].some((name) => name !== null && isRefused(name, raw, level)) || isRefusedPath(path)) {
      problems.push({ kind: "path-refused", severity: "error", line: raw.textFrom, detail: raw.nameB ?? raw.nameA ?? "" });
      continue;
    }
    for (const problem of raw.problems) problems.push({ ...problem, file: path });
    const hunks = raw.hunks.map((hunk) => toHunk(hunk, cut.lines));
    const disagreement = checkWithParseDiff(raw.hunks, hunks);
    if (disagreement >= 0) {
      problems.push({ kind: "readers-disagree", severity: "note", file: path, hunk: disagreement + 1, line: raw.hunks[disagreement]?.textLine ?? raw.textFrom });
    }
    files.push({ ...toFile(raw, names, path, hunks), header: headerText(cut.lines, raw), ...(raw.combined ? { combined: raw.combined } : {}) });
    kept.push(raw);
  }
  const openEnd = text !== "" && !text.endsWith("\n");
  return { files, problems, passages: passagesBetween(cut.lines, kept), ...(openEnd ? { openEnd: true as const } : {}) };
}

/** git strips one directory (`-p1`); a patch with a name that has none was made with `--no-prefix`. */
function stripLevel(files: readonly CutFile[]): number {
  for (const file of files) {
    const counts = file.form === "git" || (file.form === "traditional" && file.hunks.length > 0);
    for (const name of [file.nameA, file.nameB]) {
      if (counts && name !== null && !name.includes("/")) return 0;
    }
  }
  return 1;
}

interface FileNames {
  readonly pathA: string | null;
  readonly pathB: string | null;
  readonly status: FileStatus;
}

function fileNames(file: CutFile, level: number): FileNames {
  if (file.moved && file.moved.from !== "" && file.moved.to !== "") {
    return { pathA: file.moved.from, pathB: file.moved.to, status: file.moved.kind };
  }
  const strip = (name: string | null): string | null => (name === null ? null : (stripName(name, file.form === "combined" ? 0 : level) ?? name));
  const a = strip(file.nameA);
  const b = strip(file.nameB);
  if (file.added) return { pathA: null, pathB: b ?? a, status: "added" };
  if (file.deleted) return { pathA: a ?? b, pathB: null, status: "deleted" };
  if (file.form === "traditional" && a !== null && b !== null) {
    // apply.c, find_name_common: "x.c" and "x.c.orig" are one file, the shorter one.
    const path = b.length > a.length && b.startsWith(a) ? a : b;
    return { pathA: path, pathB: path, status: "modified" };
  }
  return { pathA: a ?? b, pathB: b ?? a, status: "modified" };
}

/** Absolute names are refused as they stand, before anything is stripped from them; `..` after stripping, as git does. */
function isRefused(name: string, file: CutFile, level: number): boolean {
  if (name.startsWith("/")) return true;
  if (file.moved && (name === file.moved.from || name === file.moved.to)) return isRefusedPath(name);
  const stripped = stripName(name, file.form === "combined" ? 0 : level) ?? name;
  return name === file.nameA || name === file.nameB ? isRefusedPath(stripped) : isRefusedPath(name);
}

function toFile(raw: CutFile, names: FileNames, path: string, hunks: readonly Hunk[]): PatchFile {
  let additions = 0;
  let deletions = 0;
  for (const hunk of hunks) {
    for (const line of hunk.lines) {
      if (line.sign === "+") additions++;
      else if (line.sign === "-") deletions++;
    }
  }
  return {
    path, pathA: names.pathA, pathB: names.pathB, status: names.status, binary: raw.binary, oldMode: raw.oldMode, newMode: raw.newMode,
    blobA: raw.blobA, blobB: raw.blobB, additions, deletions, hunks, textFrom: raw.textFrom, textTo: raw.textTo,
  };
}

function toHunk(cut: CutHunk, texts: readonly string[]): Hunk {
  let lineA = cut.countA === 0 ? cut.fromA + 1 : cut.fromA;
  let lineB = cut.countB === 0 ? cut.fromB + 1 : cut.fromB;
  const lines = cut.lines.map((line, index): HunkLine => {
    const plain: HunkLine = {
      sign: line.sign, text: line.text, lineA: line.sign === "+" ? null : lineA++, lineB: line.sign === "-" ? null : lineB++, textLine: line.textLine,
    };
    const written = writtenLine(texts, cut, index);
    if (!line.noNewline && written === null) return plain;
    return { ...plain, ...(line.noNewline ? { noNewline: true as const } : {}), ...(written === null ? {} : { written }) };
  });
  const written = writtenHeader(texts, cut);
  return {
    fromA: cut.fromA, countA: cut.countA, fromB: cut.fromB, countB: cut.countB, heading: cut.heading, lines, textLine: cut.textLine,
    ...(cut.crlf ? { crlf: true as const } : {}), ...(written === null ? {} : { written }),
  };
}

/**
 * Gives parse-diff the hunks of one file in a clean form and compares: it must find the same hunks, signs, texts and
 * numbers. Returns the index of the first hunk where the two readers differ, or -1. The cut by counts stands either way.
 */
function checkWithParseDiff(cut: readonly CutHunk[], hunks: readonly Hunk[]): number {
  if (hunks.length === 0) return -1;
  const text: string[] = ["--- a/f", "+++ b/f"];
  for (const hunk of cut) {
    text.push(`@@ -${hunk.fromA},${hunk.countA} +${hunk.fromB},${hunk.countB} @@`);
    for (const line of hunk.lines) text.push(line.sign + line.text);
  }
  const chunks = parseDiff(text.join("\n"))[0]?.chunks ?? [];
  return hunks.findIndex((hunk, index) => {
    const chunk = chunks[index];
    if (!chunk || chunk.changes.length !== hunk.lines.length) return true;
    const shiftA = hunk.countA === 0 ? 1 : 0;
    const shiftB = hunk.countB === 0 ? 1 : 0;
    return hunk.lines.some((line, at) => {
      const change = chunk.changes[at];
      if (!change || change.content !== line.sign + line.text) return true;
      if (change.type === "normal") return line.sign !== " " || change.ln1 !== line.lineA || change.ln2 !== line.lineB;
      if (change.type === "add") return line.sign !== "+" || change.ln + shiftB !== line.lineB;
      return line.sign !== "-" || change.ln + shiftA !== line.lineA;
    });
  });
}
