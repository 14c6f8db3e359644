// Cuts a text into file patches: their headers as they stand, and their hunks by their counts.
import type { Problem } from "../problem.js";
import { readCombinedHunks } from "./combined.js";
import { type CutHunk, MAX_HEADER, parseHunkHeader, readHunks } from "./hunks.js";
import { TextLines } from "./lines.js";
import { DEV_NULL, gitHeaderNames, headerName, isEpoch } from "./names.js";
import type { CombinedDiff } from "./types.js";

/** One file's patch with its headers as they stand: names neither stripped nor checked; null names a side that is not there. */
export interface CutFile {
  readonly form: "git" | "traditional" | "combined";
  nameA: string | null;
  nameB: string | null;
  /** Names of rename and copy lines are given without a prefix. */
  moved: { kind: "renamed" | "copied"; from: string; to: string } | null;
  added: boolean;
  deleted: boolean;
  binary: boolean;
  oldMode: string | null;
  newMode: string | null;
  blobA: string | null;
  blobB: string | null;
  readonly hunks: CutHunk[];
  combined: CombinedDiff | null;
  readonly textFrom: number;
  /** Line, from one, one past the headers: the first hunk's, if there is one. */
  headTo: number;
  textTo: number;
  /** Problems of this file's hunks, without the file's name, which is known later. */
  readonly problems: Problem[];
}

export interface Cut {
  readonly files: readonly CutFile[];
  readonly lines: TextLines;
  /** Problems that belong to no file. */
  readonly problems: readonly Problem[];
}

/** Cuts a text. Never throws; text that is no patch is passed over, a damaged hunk is left out and named. */
export function cutPatch(text: string): Cut {
  const scan: Scan = { lines: new TextLines(text), at: 0 };
  const files: CutFile[] = [];
  const problems: Problem[] = [];
  while (scan.at < scan.lines.length) {
    const file = readFile(scan, problems);
    if (file) {
      file.textTo = scan.at + 1;
      files.push(file);
      continue;
    }
    if (scan.lines.startsWith(scan.at, "@@ ") && parseHunkHeader(scan.lines.at(scan.at) ?? "")) {
      problems.push({ kind: "hunk-without-file", severity: "warning", line: scan.at + 1 });
    }
    scan.at++;
  }
  return { files, lines: scan.lines, problems };
}

interface Scan {
  readonly lines: TextLines;
  /** Index of the next line. */
  at: number;
}

/** The file whose headers start at the next line; null when none do. A file's patch can start with `diff ` or `--- ` alone. */
function readFile(scan: Scan, problems: Problem[]): CutFile | null {
  if (scan.lines.startsWith(scan.at, "diff --")) return readGitFile(scan, problems) ?? readCombined(scan);
  return scan.lines.startsWith(scan.at, "--- ") ? readTraditional(scan) : null;
}

function readGitFile(scan: Scan, problems: Problem[]): CutFile | null {
  const first = headerLine(scan, scan.at);
  if (!first?.startsWith("diff --git ")) {
    if (first === null && scan.lines.startsWith(scan.at, "diff --git ")) {
      problems.push({ kind: "line-too-long", severity: "error", line: scan.at + 1 });
    }
    return null;
  }
  const names = gitHeaderNames(first.slice("diff --git ".length));
  const file = newFile("git", scan.at + 1);
  file.nameA = names?.a ?? null;
  file.nameB = names?.b ?? null;
  let at = scan.at + 1;
  let dashes = false;
  while (at < scan.lines.length) {
    const line = headerLine(scan, at);
    if (line === null || line.startsWith("@@ ")) break;
    if (line.startsWith("--- ")) {
      const next = headerLine(scan, at + 1);
      if (!next?.startsWith("+++ ")) break;
      const nameA = headerName(line.slice(4));
      const nameB = headerName(next.slice(4));
      if (nameA === DEV_NULL) file.added = true;
      else file.nameA = nameA;
      if (nameB === DEV_NULL) file.deleted = true;
      else file.nameB = nameB;
      dashes = true;
      at += 2;
      break;
    }
    if (!readExtendedHeader(file, line)) break;
    at++;
  }
  const end = readBinary(scan, at, file);
  if (at === scan.at + 1 && end === at) return null;
  if (file.nameA === null && file.nameB === null && !file.moved) {
    problems.push({ kind: "file-without-name", severity: "error", line: scan.at + 1 });
    // The caller goes on with the next line.
    scan.at = end - 1;
    return null;
  }
  const cr = scan.lines.endsInCr(scan.at);
  file.headTo = end + 1;
  scan.at = dashes ? readHunks(scan.lines, end, cr, file.hunks, file.problems) : end;
  return file;
}

/** Takes one extended header line (git's table in apply.c); false when the line is none. */
function readExtendedHeader(file: CutFile, line: string): boolean {
  const letter = line.charAt(0);
  const mode = letter === "o" || letter === "n" || letter === "d" ? /^(old mode|new mode|new file mode|deleted file mode) (\d{1,7})\s*$/.exec(line) : null;
  if (mode) {
    const value = mode[2] ?? "";
    if (mode[1] === "new file mode") file.added = true;
    if (mode[1] === "deleted file mode") file.deleted = true;
    if (mode[1] === "old mode" || mode[1] === "deleted file mode") file.oldMode = value;
    else file.newMode = value;
    return true;
  }
  const index = letter !== "i" ? null : /^index ([0-9a-f]{4,64})\.\.([0-9a-f]{4,64})(?: (\d{1,7}))?\s*$/i.exec(line);
  if (index) {
    file.blobA = index[1] ?? null;
    file.blobB = index[2] ?? null;
    const both = index[3] ?? null;
    if (both !== null && !file.added) file.oldMode ??= both;
    if (both !== null && !file.deleted) file.newMode ??= both;
    return true;
  }
  const move = letter !== "r" && letter !== "c" ? null : /^(rename|copy) (from|to|old|new) /.exec(line);
  if (move) {
    const name = headerName(line.slice(move[0].length));
    const moved = file.moved ?? { kind: move[1] === "copy" ? "copied" : "renamed", from: "", to: "" };
    if (move[2] === "from" || move[2] === "old") moved.from = name;
    else moved.to = name;
    file.moved = moved;
    return true;
  }
  return (letter === "s" || letter === "d") && /^(?:dis)?similarity index \d{1,3}%\s*$/.test(line);
}

/** Passes over `GIT binary patch` blocks or a `Binary files … differ` line; returns the index after them. */
function readBinary(scan: Scan, from: number, file: CutFile): number {
  const line = headerLine(scan, from);
  if (line !== null && /^(?:Binary files|Files) /.test(line) && /differ\s*$/.test(line.slice(-12))) {
    file.binary = true;
    return from + 1;
  }
  if (line?.trimEnd() !== "GIT binary patch") return from;
  file.binary = true;
  let at = from + 1;
  while (/^(?:literal|delta) \d{1,12}\s*$/.test(headerLine(scan, at) ?? "")) {
    at++;
    while (at < scan.lines.length && (scan.lines.at(at) ?? "").trim() !== "") at++;
    if (at < scan.lines.length) at++;
  }
  return at;
}

function readTraditional(scan: Scan): CutFile | null {
  const first = headerLine(scan, scan.at);
  if (!first?.startsWith("--- ")) return null;
  const second = headerLine(scan, scan.at + 1);
  if (!second?.startsWith("+++ ") || !parseHunkHeader(scan.lines.at(scan.at + 2) ?? "")) return null;
  const file = newFile("traditional", scan.at + 1);
  const nameA = headerName(first.slice(4));
  const nameB = headerName(second.slice(4));
  file.added = nameA === DEV_NULL || isEpoch(first);
  file.deleted = !file.added && (nameB === DEV_NULL || isEpoch(second));
  file.nameA = nameA === DEV_NULL ? null : nameA;
  file.nameB = nameB === DEV_NULL ? null : nameB;
  file.headTo = scan.at + 3;
  scan.at = readHunks(scan.lines, scan.at + 2, scan.lines.endsInCr(scan.at), file.hunks, file.problems);
  return file;
}

/** A merge's combined diff is listed with its lines but is never applied: it has one column of signs for each parent. */
function readCombined(scan: Scan): CutFile | null {
  const match = /^diff --(?:cc|combined) (.+)$/.exec(headerLine(scan, scan.at) ?? "");
  if (!match) return null;
  const file = newFile("combined", scan.at + 1);
  file.nameA = file.nameB = headerName(match[1] ?? "");
  file.problems.push({ kind: "combined-diff", severity: "warning", line: scan.at + 1 });
  const read = readCombinedHunks(scan.lines, scan.at + 1);
  file.combined = read.combined;
  scan.at = read.end;
  file.headTo = read.end + 1;
  return file;
}

function headerLine(scan: Scan, at: number): string | null {
  const { lines } = scan;
  if (at >= lines.length || lines.end(at) - lines.start(at) > MAX_HEADER) return null;
  return lines.text.slice(lines.start(at), lines.endsInCr(at) ? lines.end(at) - 1 : lines.end(at));
}

function newFile(form: CutFile["form"], textFrom: number): CutFile {
  return {
    form, nameA: null, nameB: null, moved: null, added: false, deleted: false, binary: false, oldMode: null, newMode: null,
    blobA: null, blobB: null, hunks: [], combined: null, textFrom, headTo: textFrom, textTo: textFrom, problems: [],
  };
}
