// Diff text to files and hunks: our own cut by headers and counts, around parse-diff, which reads the lines of one sound hunk at a time.
import type { Problem } from "../problem.js";
import { type CutFile, cutPatch } from "./cut.js";
import { TextHunk } from "./hunk.js";
import type { TextLines } from "./lines.js";
import { isRefusedPath, stripName } from "./names.js";
import type { FileStatus, Hunk, Patch, PatchFile } from "./types.js";
import { headerText, passagesBetween } from "./written.js";

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
    if (isRefusedPath(path) || [names.pathA, names.pathB, raw.nameA, raw.nameB].some((name) => name !== null && name !== path && isRefused(name, path, raw, level))) {
      problems.push({ kind: "path-refused", severity: "error", line: raw.textFrom, detail: raw.nameB ?? raw.nameA ?? "" });
      continue;
    }
    for (const problem of raw.problems) problems.push({ ...problem, file: path });
    files.push(toFile(cut.lines, raw, names, path));
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
function isRefused(name: string, path: string, file: CutFile, level: number): boolean {
  if (name.startsWith("/")) return true;
  if (file.moved && (name === file.moved.from || name === file.moved.to)) return isRefusedPath(name);
  const stripped = stripName(name, file.form === "combined" ? 0 : level) ?? name;
  const checked = name === file.nameA || name === file.nameB ? stripped : name;
  return checked !== path && isRefusedPath(checked);
}

function toFile(lines: TextLines, raw: CutFile, names: FileNames, path: string): PatchFile {
  let additions = 0;
  let deletions = 0;
  for (const hunk of raw.hunks) {
    additions += hunk.additions;
    deletions += hunk.deletions;
  }
  const file = {
    path, pathA: names.pathA, pathB: names.pathB, status: names.status, binary: raw.binary, oldMode: raw.oldMode, newMode: raw.newMode,
    blobA: raw.blobA, blobB: raw.blobB, additions, deletions,
    hunks: raw.hunks.map((hunk): Hunk => new TextHunk(lines, hunk)), textFrom: raw.textFrom, textTo: raw.textTo, header: headerText(lines, raw),
  };
  return raw.combined ? { ...file, combined: raw.combined } : file;
}
