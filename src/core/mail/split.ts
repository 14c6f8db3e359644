// Splits a mailbox at its From lines: git's rule for what such a line is, and the undoing of mboxrd's quoting.
import { latin1 } from "./charset.js";

/** One mail in the input: bytes `from` to `to`, without its From line and without the empty line that ends it. */
export interface MailRange {
  readonly from: number;
  readonly to: number;
  /** True when a line of it may be one that mboxrd has quoted. */
  readonly quoted: boolean;
}

/**
 * git's rule (mailsplit.c, is_from_line): at least 20 characters, digits around the last colon as in a time, and a
 * year above 90 after it.
 */
export function isFromLine(line: string): boolean {
  if (line.length < 20 || !line.startsWith("From ")) return false;
  const colon = line.lastIndexOf(":", line.length - 2);
  if (colon < 9) return false;
  for (const offset of [-4, -2, -1, 1, 2]) {
    if (!/\d/.test(line[colon + offset] ?? "")) return false;
  }
  return Number(/^\s*\+?(\d+)/.exec(line.slice(colon + 3))?.[1] ?? "0") > 90;
}

/** How the bodies of a box quote lines that begin with `From `: mboxrd quotes each once more, git's own output not at all. */
export type Quoting = "mboxrd" | "none";

/**
 * Splits a box. A first line `From x` without a date makes the whole box an undated one, where a From line needs an
 * empty line before and a header line after it.
 */
export function splitMailbox(bytes: Uint8Array): { ranges: MailRange[]; quoting: Quoting } {
  const ranges: MailRange[] = [];
  const first = skipBlankLines(bytes);
  let start = first;
  let undated = false;
  let formatPatch = 0;
  let quoted = false;
  // Only an F can begin a From line, and the search for one byte is the fastest there is.
  for (let at = bytes.indexOf(0x46, first); at >= 0; at = bytes.indexOf(0x46, at + 1)) {
    if (bytes[at + 1] !== 0x72 || !startsWithFrom(bytes, at)) continue;
    if (at > 0 && bytes[at - 1] !== 0x0a) {
      if (bytes[at - 1] === 0x3e) quoted = true;
      continue;
    }
    const newline = bytes.indexOf(0x0a, at);
    const end = newline < 0 ? bytes.length : newline;
    const next = newline < 0 ? bytes.length : newline + 1;
    const line = latin1(bytes.subarray(at, Math.min(end, at + 400))).trimEnd();
    const dated = isFromLine(line);
    if (at === first) undated = !dated && headerFollows(bytes, next);
    else if (!dated && !(undated && isBlankBefore(bytes, at) && headerFollows(bytes, next))) continue;
    else ranges.push({ from: start, to: trimBlank(bytes, start, at), quoted });
    start = next;
    quoted = false;
    if (/^From [0-9a-f]{40,64} Mon Sep 17 00:00:00 2001$/.test(line)) formatPatch += 1;
  }
  if (start < bytes.length) ranges.push({ from: start, to: trimBlank(bytes, start, bytes.length), quoted });
  else if (first < bytes.length) ranges.push({ from: bytes.length, to: bytes.length, quoted: false });
  return { ranges, quoting: formatPatch > 0 && formatPatch === ranges.length ? "none" : "mboxrd" };
}

/** Takes one `>` from every line `>From `, `>>From ` … of a mail, as mboxrd put it there. */
export function unquoteFromLines(bytes: Uint8Array): Uint8Array {
  const cuts: number[] = [];
  for (let at = bytes.indexOf(0x46); at >= 0; at = bytes.indexOf(0x46, at + 1)) {
    if (bytes[at - 1] !== 0x3e || !startsWithFrom(bytes, at)) continue;
    let mark = at - 1;
    while (bytes[mark - 1] === 0x3e) mark -= 1;
    if (mark === 0 || bytes[mark - 1] === 0x0a) cuts.push(mark);
  }
  if (cuts.length === 0) return bytes;
  const out = new Uint8Array(bytes.length - cuts.length);
  let from = 0;
  let length = 0;
  for (const cut of [...cuts, bytes.length]) {
    out.set(bytes.subarray(from, cut), length);
    length += cut - from;
    from = cut + 1;
  }
  return out;
}

function startsWithFrom(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x46 && bytes[at + 1] === 0x72 && bytes[at + 2] === 0x6f && bytes[at + 3] === 0x6d && bytes[at + 4] === 0x20;
}

function headerFollows(bytes: Uint8Array, at: number): boolean {
  return /^[A-Za-z][A-Za-z0-9-]*:[ \t]/.test(latin1(bytes.subarray(at, at + 80)));
}

/** Offset of the first line that is not empty. */
function skipBlankLines(bytes: Uint8Array): number {
  let at = 0;
  while (bytes[at] === 0x0a || (bytes[at] === 0x0d && bytes[at + 1] === 0x0a)) at += 1;
  return at;
}

function isBlankBefore(bytes: Uint8Array, at: number): boolean {
  return bytes[at - 1] === 0x0a && (bytes[at - 2] === 0x0a || (bytes[at - 2] === 0x0d && bytes[at - 3] === 0x0a));
}

/** The empty line before the next From line belongs to the box, not to the mail. */
function trimBlank(bytes: Uint8Array, from: number, to: number): number {
  if (bytes[to - 1] !== 0x0a) return to;
  if (to - 2 >= from && bytes[to - 2] === 0x0a) return to - 1;
  if (to - 4 >= from && bytes[to - 2] === 0x0d && bytes[to - 3] === 0x0a) return to - 2;
  return to;
}
