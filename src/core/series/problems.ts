// What is wrong with patches and series, each with its mail and the bytes of it.
import type { Problem } from "../problem.js";
import { parsePatch } from "../patch/parse.js";
import { hunkHas } from "../patch/hunk.js";
import type { PatchFile } from "../patch/types.js";
import { splitPatchText } from "./commit-text.js";
import type { Entry, Series } from "./types.js";

/** Problems of all patches (places counted in their mails), of characters that hide something, of slots claimed twice. */
export function findProblems(entries: readonly Entry[], series: readonly Series[]): Problem[] {
  const problems: Problem[] = [];
  for (const [index, entry] of entries.entries()) {
    const { kind, patch } = entry;
    if (kind !== "patch" && patch === null) continue;
    // A patch of which no file could be taken is none to the series; why, its text says.
    const cut = patch === null ? splitPatchText(entry.message.text) : null;
    const diffLine = cut?.diffLine ?? entry.diffLine;
    for (const problem of patch?.problems ?? parsePatch(cut?.diff ?? "").problems) {
      // The patch counts lines in the diff; the mail is what people see.
      const line = problem.line === undefined ? {} : { line: problem.line + diffLine - 1 };
      problems.push(locate(entry, { ...problem, ...line, ...placeOf(entries, index) }));
    }
    for (const problem of findTextDamage(entry)) problems.push(locate(entry, { ...problem, ...placeOf(entries, index) }));
  }
  for (const one of series) {
    for (const revision of one.revisions) {
      for (const slot of revision.slots) {
        const [duplicate] = slot.duplicates;
        if (slot.n > revision.total && slot.mail !== null) problems.push({ kind: "counter-beyond-total", severity: "note", detail: `${slot.n}/${revision.total}`, ...placeOf(entries, slot.mail) });
        if (duplicate !== undefined) problems.push({ kind: "duplicate-slot", severity: "note", detail: `${revision.versionText} ${slot.n}/${revision.total}`, ...placeOf(entries, duplicate) });
      }
    }
  }
  return problems;
}

/** The problem with the bytes of its line, where they can be told; else its mail's. */
function locate(entry: Entry, problem: Problem): Problem {
  const range = problem.line === undefined ? null : (entry.message.bytesOfLine?.(problem.line) ?? null);
  return range === null ? problem : { ...problem, ...range };
}

function placeOf(entries: readonly Entry[], index: number): Pick<Problem, "messageId" | "messageIndex" | "from" | "to"> {
  const message = entries[index]?.message;
  if (message === undefined) return { messageIndex: index };
  return { ...(message.id === null ? {} : { messageId: message.id }), messageIndex: index, from: message.startByte, to: message.endByte };
}

/** Characters that turn the direction of text around can make code read as what it is not (CVE-2021-42574). */
const BIDI = /[\u202a-\u202e\u2066-\u2069]/;

/** Damage that leaves the hunks' counts whole, so that the patch reader cannot see it. `line` counts in the mail's text. */
function findTextDamage(entry: Entry): Problem[] {
  const problems: Problem[] = [];
  const { diff, diffLine } = entry;
  const bidi = entry.kind === "patch" ? diff.search(BIDI) : -1;
  if (bidi >= 0) problems.push({ kind: "bidi-control", severity: "warning", line: lineAt(diff, bidi) + diffLine - 1 });
  const hard = diff.startsWith("\u00a0") ? 0 : diff.indexOf("\n\u00a0") + 1;
  if (hard > 0 || diff.startsWith("\u00a0")) problems.push({ kind: "no-break-spaces", severity: "warning", line: lineAt(diff, hard) + diffLine - 1 });
  for (const file of entry.patch?.files ?? []) {
    if (KERNEL_FILE.test(file.path) && hasLostTabs(file)) problems.push({ kind: "tabs-lost", severity: "note", file: file.path, line: diffLine + file.textFrom - 1 });
  }
  return problems;
}

/** Line, from one, of an offset. */
function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}

/** Files that the kernel's own style indents by tabs. */
const KERNEL_FILE = /(?:\.[chS]|(?:^|\/)(?:Kconfig|Makefile)[^/]*)$/;

/** Indented lines that a file needs before its indentation proves anything. */
const LEAST_INDENTED = 5;

/**
 * True when tabs of a file were made blanks on the way: in the kernel's languages, no tab at all, and every
 * indentation starts with a multiple of eight blanks. Code that is indented by blanks has some by two or four.
 */
function hasLostTabs(file: PatchFile): boolean {
  if (file.hunks.some((hunk) => hunkHas(hunk, "\t")) || !file.hunks.some((hunk) => hunkHas(hunk, "        "))) return false;
  let indented = 0;
  for (const hunk of file.hunks) {
    for (const { text } of hunk.lines) {
      if (text.includes("\t")) return false;
      const blanks = /^ */.exec(text)?.[0].length ?? 0;
      // One more blank than a multiple is the inside of a comment.
      if (blanks === 0 || (blanks % 8 === 1 && text.charAt(blanks) === "*")) continue;
      if (blanks % 8 !== 0) return false;
      indented += 1;
    }
  }
  return indented >= LEAST_INDENTED;
}
