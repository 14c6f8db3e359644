// What is wrong with patches and series, each with its mail and the bytes of it.
import type { Problem } from "../problem.js";
import type { PatchFile } from "../patch/types.js";
import type { Entry, Series } from "./types.js";

/** Problems of all patches (places counted in their mails), of characters that hide something, of slots claimed twice. */
export function findProblems(entries: readonly Entry[], series: readonly Series[]): Problem[] {
  const problems: Problem[] = [];
  for (const [index, entry] of entries.entries()) {
    const place = placeOf(entries, index);
    for (const problem of entry.patch?.problems ?? []) {
      // The patch counts lines in the diff; the mail is what people see.
      const line = problem.line === undefined ? {} : { line: problem.line + entry.diffLine - 1 };
      problems.push({ ...problem, ...line, ...place });
    }
    if (entry.kind === "patch" || entry.patch !== null) problems.push(...findTextDamage(entry).map((problem) => ({ ...problem, ...place })));
  }
  for (const one of series) {
    for (const revision of one.revisions) {
      for (const slot of revision.slots) {
        const [duplicate] = slot.duplicates;
        if (duplicate !== undefined) problems.push({ kind: "duplicate-slot", severity: "note", detail: `${revision.versionText} ${slot.n}/${revision.total}`, ...placeOf(entries, duplicate) });
      }
    }
  }
  return problems;
}

function placeOf(entries: readonly Entry[], index: number): Pick<Problem, "messageId" | "messageIndex" | "from" | "to"> {
  const message = entries[index]?.message;
  if (message === undefined) return { messageIndex: index };
  return { ...(message.id === null ? {} : { messageId: message.id }), messageIndex: index, from: message.startByte, to: message.endByte };
}

/** Damage that leaves the hunks' counts whole, so that the patch reader cannot see it. `line` counts in the mail's text. */
function findTextDamage(entry: Entry): Problem[] {
  const problems: Problem[] = [];
  // Characters that turn the direction of text around can make code read as what it is not (CVE-2021-42574).
  const bidi = /[\u202a-\u202e\u2066-\u2069]/.exec(entry.diff);
  if (bidi !== null && entry.kind === "patch") problems.push({ kind: "bidi-control", severity: "warning", line: lineAt(entry, bidi.index) });
  const hard = /^\u00a0/m.exec(entry.diff);
  if (hard !== null) problems.push({ kind: "no-break-spaces", severity: "warning", line: lineAt(entry, hard.index) });
  for (const file of entry.patch?.files ?? []) {
    if (hasLostTabs(file)) problems.push({ kind: "tabs-lost", severity: "note", file: file.path, line: entry.diffLine + file.textFrom - 1 });
  }
  return problems;
}

function lineAt(entry: Entry, offset: number): number {
  return entry.diffLine + entry.diff.slice(0, offset).split("\n").length - 1;
}

/** Indented lines that a file needs before its indentation proves anything. */
const LEAST_INDENTED = 5;

/**
 * True when tabs of a file were made blanks on the way: in the kernel's languages, no tab at all, and every
 * indentation starts with a multiple of eight blanks. Code that is indented by blanks has some by two or four.
 */
function hasLostTabs(file: PatchFile): boolean {
  if (!/(?:\.[chS]|(?:^|\/)(?:Kconfig|Makefile)[^/]*)$/.test(file.path)) return false;
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
