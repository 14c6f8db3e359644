// What an input is, by its content: never by its name.
import { isFromLine } from "./split.js";

export type Container = "mbox" | "mail" | "patch" | "patchwork-page" | "commit-log" | "hg-patch" | "web-page" | "empty" | "unknown";

const HEADER_LINE = /^[!-9;-~]{1,100}[ \t]*:(?:[ \t]|$)/;

/** One of these stands in the header of every real mail; prose may begin with "Note: …", but not with these below it. */
const MAIL_HEADER = /^(?:From|Subject|Date|Message-ID)[ \t]*:/i;

/** Magic bytes of packed files that we do not unpack; gzip is read. */
const PACKED: readonly (readonly [string, readonly number[]])[] = [
  ["bzip2", [0x42, 0x5a, 0x68]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["zip", [0x50, 0x4b, 0x03, 0x04]],
];

/** Names the packer of a packed input; null when it is none of those known. */
export function detectPacker(bytes: Uint8Array): string | null {
  return PACKED.find(([, magic]) => magic.every((byte, at) => bytes[at] === byte))?.[0] ?? null;
}

/** Detects the container from the first part of the input (some kilobytes are enough), decoded. */
export function detectContainer(head: string): Container {
  const lines = head.split(/\r?\n/).slice(0, 2000);
  const first = lines.findIndex((line) => line.trim() !== "");
  if (first < 0) return "empty";
  const line = lines[first] ?? "";
  const next = lines[first + 1] ?? "";
  if (line.startsWith("From ") && (isFromLine(line.trimEnd()) || HEADER_LINE.test(next))) return "mbox";
  if (/^>From /.test(line) && HEADER_LINE.test(next)) return "mail";
  if (isMail(lines, first)) return "mail";
  if (line.startsWith("# HG changeset patch")) return "hg-patch";
  if (/^\s*<(?:!doctype html|html|\?xml)\b/i.test(line)) return "web-page";
  if (isPatchworkPage(lines)) return "patchwork-page";
  if (/^commit [0-9a-f]{7,64}\b/.test(line) && /^(?:Author|Merge|tree|Date|AuthorDate|Notes)\b/.test(next)) return "commit-log";
  if (lines.some((other, at) => isDiffStart(other, lines[at + 1] ?? ""))) return "patch";
  return "unknown";
}

/** A block of header lines, folded or not, with one among them that every mail has. */
function isMail(lines: readonly string[], first: number): boolean {
  for (let at = first; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    if (MAIL_HEADER.test(line)) return true;
    if (!HEADER_LINE.test(line) && (at === first || !/^[ \t]+\S/.test(line))) return false;
  }
  return false;
}

function isDiffStart(line: string, next: string): boolean {
  return /^diff (?:--git|--cc|--combined|-)/.test(line) || (line.startsWith("--- ") && next.startsWith("+++ ")) || (/^Index: \S/.test(line) && next.startsWith("="));
}

/** Marks of the page: rows of its table, headings, buttons. A page that was cut off still has some of each. */
function isPatchworkPage(lines: readonly string[]): boolean {
  let marks = 0;
  for (const line of lines) {
    if (/^(?:\|\s*)?Message ID\b/.test(line)) marks += 2;
    else if (/^(?:Commit Message|Message|Comments|Patch|Checks|Pull-request)\s*$/.test(line)) marks += 1;
    else if (/^(?:\|\s*)?(?:State|Headers|Series|Delegated to:?|Archived)(?:\s*\||\t| )/.test(line)) marks += 1;
    else if (/^(?:diff )?mbox(?: series)?\s*$/.test(line)) marks += 1;
  }
  return marks >= 3;
}
