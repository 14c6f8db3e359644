// Cuts a text into file patches and hunks by what their headers and counts say; the only sound way (git's apply.c does the same).
import type { Problem } from "../problem.js";
import { readCombinedHunks } from "./combined.js";
import { DEV_NULL, gitHeaderNames, headerName, isEpoch } from "./names.js";
import type { CombinedDiff } from "./types.js";

/** A header line longer than this is not one: two paths of 4096, quoted. Keeps hostile lines cheap. */
const MAX_HEADER = 20_000;
/** Line numbers beyond this are damage; git uses 32-bit numbers. */
const MAX_LINE = 0x7fffffff;
/** More broken lines than this in one hunk are damage, not a mailer's wrapping. */
const MAX_WRAPPED = 100;
/** How many trailing context lines a copied text may have lost at its end. */
const MAX_LOST_CONTEXT = 3;

export interface CutLine {
  readonly sign: " " | "-" | "+";
  text: string;
  readonly textLine: number;
  noNewline: boolean;
}

export interface CutHunk {
  readonly fromA: number;
  countA: number;
  readonly fromB: number;
  countB: number;
  heading: string;
  readonly lines: CutLine[];
  readonly textLine: number;
  /** Index, from zero, one past the hunk's last line. */
  end: number;
  /** The lines end in CR LF. */
  readonly crlf: boolean;
}

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
  /** How many hunk headers there were, damaged hunks counted too. */
  hunksSeen: number;
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
  /** The text's lines; the line end at its end starts no new one. */
  readonly lines: readonly string[];
  /** Problems that belong to no file. */
  readonly problems: readonly Problem[];
}

/** Cuts a text. Never throws; text that is no patch is passed over, a damaged hunk is left out and named. */
export function cutPatch(text: string): Cut {
  const scan: Scan = { lines: text.split("\n"), at: 0, cr: false };
  if (scan.lines.at(-1) === "") scan.lines.pop();
  const files: CutFile[] = [];
  const problems: Problem[] = [];
  while (scan.at < scan.lines.length) {
    const file = readGitFile(scan, problems) ?? readCombined(scan) ?? readTraditional(scan);
    if (file) {
      file.textTo = scan.at + 1;
      files.push(file);
      continue;
    }
    if (parseHunkHeader(scan.lines[scan.at] ?? "")) {
      problems.push({ kind: "hunk-without-file", severity: "warning", line: scan.at + 1 });
    }
    scan.at++;
  }
  return { files, lines: scan.lines, problems };
}

interface Scan {
  readonly lines: string[];
  /** Index of the next line. */
  at: number;
  /** True while the file being read has CR LF line ends throughout, headers included: then the CR is the mail's, not the file's. */
  cr: boolean;
}

function readGitFile(scan: Scan, problems: Problem[]): CutFile | null {
  const first = headerLine(scan, scan.at);
  if (!first?.startsWith("diff --git ")) {
    if (first === null && (scan.lines[scan.at] ?? "").startsWith("diff --git ")) {
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
  scan.cr = (scan.lines[scan.at] ?? "").endsWith("\r");
  scan.at = end;
  file.headTo = end + 1;
  if (dashes) readHunks(scan, file);
  return file;
}

/** Takes one extended header line (git's table in apply.c); false when the line is none. */
function readExtendedHeader(file: CutFile, line: string): boolean {
  const mode = /^(old mode|new mode|new file mode|deleted file mode) (\d{1,7})\s*$/.exec(line);
  if (mode) {
    const value = mode[2] ?? "";
    if (mode[1] === "new file mode") file.added = true;
    if (mode[1] === "deleted file mode") file.deleted = true;
    if (mode[1] === "old mode" || mode[1] === "deleted file mode") file.oldMode = value;
    else file.newMode = value;
    return true;
  }
  const index = /^index ([0-9a-f]{4,64})\.\.([0-9a-f]{4,64})(?: (\d{1,7}))?\s*$/i.exec(line);
  if (index) {
    file.blobA = index[1] ?? null;
    file.blobB = index[2] ?? null;
    const both = index[3] ?? null;
    if (both !== null && !file.added) file.oldMode ??= both;
    if (both !== null && !file.deleted) file.newMode ??= both;
    return true;
  }
  const move = /^(rename|copy) (from|to|old|new) /.exec(line);
  if (move) {
    const name = headerName(line.slice(move[0].length));
    const moved = file.moved ?? { kind: move[1] === "copy" ? "copied" : "renamed", from: "", to: "" };
    if (move[2] === "from" || move[2] === "old") moved.from = name;
    else moved.to = name;
    file.moved = moved;
    return true;
  }
  return /^(?:dis)?similarity index \d{1,3}%\s*$/.test(line);
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
    while (at < scan.lines.length && (scan.lines[at] ?? "").trim() !== "") at++;
    if (at < scan.lines.length) at++;
  }
  return at;
}

function readTraditional(scan: Scan): CutFile | null {
  const first = headerLine(scan, scan.at);
  if (!first?.startsWith("--- ")) return null;
  const second = headerLine(scan, scan.at + 1);
  if (!second?.startsWith("+++ ") || !parseHunkHeader(scan.lines[scan.at + 2] ?? "")) return null;
  const file = newFile("traditional", scan.at + 1);
  const nameA = headerName(first.slice(4));
  const nameB = headerName(second.slice(4));
  file.added = nameA === DEV_NULL || isEpoch(first);
  file.deleted = !file.added && (nameB === DEV_NULL || isEpoch(second));
  file.nameA = nameA === DEV_NULL ? null : nameA;
  file.nameB = nameB === DEV_NULL ? null : nameB;
  scan.cr = (scan.lines[scan.at] ?? "").endsWith("\r");
  scan.at += 2;
  file.headTo = scan.at + 1;
  readHunks(scan, file);
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

function readHunks(scan: Scan, file: CutFile): void {
  for (;;) {
    const hunk = parseHunkHeader(scan.lines[scan.at] ?? "");
    if (!hunk) return;
    readHunk(scan, file, hunk);
  }
}

function readHunk(scan: Scan, file: CutFile, header: HunkHeader): void {
  const start = scan.at;
  const hunk: CutHunk = { ...header, lines: [], textLine: start + 1, end: start + 1, crlf: scan.cr };
  const number = ++file.hunksSeen;
  const report = (kind: string, severity: Problem["severity"], line: number): void => {
    file.problems.push({ kind, severity, hunk: number, line });
  };
  scan.at++;
  let missingA = hunk.countA;
  let missingB = hunk.countB;
  let wrapped = 0;
  let broken = -1;
  let last: CutLine | null = null;
  while (missingA > 0 || missingB > 0) {
    const raw = scan.lines[scan.at];
    if (raw === undefined || isHeader(scan, scan.at)) break;
    const line = scan.cr && raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    const sign = line === "" || line === "\r" ? " " : line.charAt(0);
    if (sign === " " || sign === "-" || sign === "+") {
      if ((sign !== "+" && missingA === 0) || (sign !== "-" && missingB === 0)) break;
      if (sign !== "+") missingA--;
      if (sign !== "-") missingB--;
      last = { sign, text: line === "" ? "" : line === "\r" ? line : line.slice(1), textLine: scan.at + 1, noNewline: false };
      hunk.lines.push(last);
    } else if (isNoNewline(line)) {
      if (!last) break;
      last.noNewline = true;
    } else {
      // A mailer broke the line before: its tail is here. Only believed when the whole hunk then adds up.
      if (wrapped++ === 0) broken = scan.at;
      if (wrapped > MAX_WRAPPED) break;
      if (last) last.text = `${last.text} ${line}`;
      else hunk.heading = `${hunk.heading} ${line.trim()}`.trim();
    }
    scan.at++;
  }
  while (last && isNoNewline(scan.lines[scan.at] ?? "")) {
    last.noNewline = true;
    scan.at++;
  }
  hunk.end = scan.at;
  const whole = missingA === 0 && missingB === 0;
  if (whole && wrapped === 0) {
    if (hunk.lines.length === 0) return report("hunk-empty", "note", start + 1);
    if (!hunk.lines.some((line) => line.sign !== " ")) report("hunk-without-change", "warning", start + 1);
    if (/^[+ ]\S|^-[^-\s]/.test(scan.lines[scan.at] ?? "")) report("hunk-longer-than-count", "warning", scan.at + 1);
    file.hunks.push(hunk);
  } else if (whole && isBoundary(scan)) {
    report("hunk-wrapped", "warning", broken + 1);
    file.hunks.push(hunk);
  } else if (wrapped === 0 && scan.at >= scan.lines.length && missingA === missingB && missingA <= MAX_LOST_CONTEXT && hunk.lines.length > 0) {
    hunk.countA -= missingA;
    hunk.countB -= missingB;
    report("hunk-short-of-context", "warning", scan.at);
    file.hunks.push(hunk);
  } else {
    report("hunk-damaged", "error", (broken >= 0 ? broken : scan.at) + 1);
    skipDamage(scan);
  }
}

/** Passes over what is left of a damaged hunk, up to the next line that starts something. */
function skipDamage(scan: Scan): void {
  while (scan.at < scan.lines.length && !isHeader(scan, scan.at) && !/^-- $|^-- \r$/.test(scan.lines[scan.at] ?? "")) scan.at++;
}

/** True where a patch's next part starts for certain: nothing inside a hunk looks like this, save `--- `, which needs its second line and a hunk. */
function isHeader(scan: Scan, at: number): boolean {
  const line = scan.lines[at] ?? "";
  if (line.startsWith("diff --") || line.startsWith("Index: ")) return true;
  if (line.startsWith("@@ -")) return parseHunkHeader(line) !== null;
  return false;
}

/** True when a hunk may end here: the text ends, a blank line or a signature follows, or the next header. */
function isBoundary(scan: Scan): boolean {
  const line = scan.lines[scan.at];
  if (line === undefined || line.trim() === "" || /^--\s*$/.test(line) || /^_{10,}/.test(line)) return true;
  return isHeader(scan, scan.at) || line.startsWith("--- ");
}

type HunkHeader = Pick<CutHunk, "fromA" | "countA" | "fromB" | "countB" | "heading">;

function parseHunkHeader(line: string): HunkHeader | null {
  if (!line.startsWith("@@ ")) return null;
  const match = /^@@ +-(\d{1,10})(?:,(\d{1,10}))? +\+(\d{1,10})(?:,(\d{1,10}))? +@@/.exec(line);
  if (!match) return null;
  const [fromA, countA, fromB, countB] = [match[1], match[2] ?? "1", match[3], match[4] ?? "1"].map(Number);
  if (fromA === undefined || countA === undefined || fromB === undefined || countB === undefined) return null;
  if (fromA + countA > MAX_LINE || fromB + countB > MAX_LINE) return null;
  return { fromA, countA, fromB, countB, heading: line.slice(match[0].length, MAX_HEADER).trim() };
}

/** git: any line that starts with `\ ` and has at least 12 characters; its words are translated. */
function isNoNewline(line: string): boolean {
  return line.startsWith("\\ ") && line.length >= 12;
}

function headerLine(scan: Scan, at: number): string | null {
  const line = scan.lines[at];
  if (line === undefined || line.length > MAX_HEADER) return null;
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

function newFile(form: CutFile["form"], textFrom: number): CutFile {
  return {
    form, nameA: null, nameB: null, moved: null, added: false, deleted: false, binary: false, oldMode: null, newMode: null,
    blobA: null, blobB: null, hunks: [], hunksSeen: 0, combined: null, textFrom, headTo: textFrom, textTo: textFrom, problems: [],
  };
}
