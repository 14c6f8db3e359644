// File names in patch headers: quoting, prefixes to strip, time stamps, and which names are refused.

/** Longest path we take, in UTF-16 units: Linux' PATH_MAX. */
const MAX_PATH = 4096;

/** What the two halves of a header name a file that is not there. */
export const DEV_NULL = "/dev/null";

/**
 * Reads a C-quoted name (git's quote.c: octal bytes of UTF-8, and the usual letters) that starts at `from` with `"`.
 * `end` is the index after the closing quote. Returns null when the quotes never close or an escape is unknown.
 */
export function unquoteName(text: string, from: number): { readonly name: string; readonly end: number } | null {
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (let index = from + 1; index < text.length; ) {
    const character = text.charAt(index);
    if (character === '"') return { name: new TextDecoder().decode(new Uint8Array(bytes)), end: index + 1 };
    if (character !== "\\") {
      const point = String.fromCodePoint(text.codePointAt(index) ?? 0xfffd);
      bytes.push(...encoder.encode(point));
      index += point.length;
      continue;
    }
    const octal = /^[0-3][0-7]{2}/.exec(text.slice(index + 1, index + 4));
    if (octal) {
      bytes.push(Number.parseInt(octal[0], 8));
      index += 4;
      continue;
    }
    const place = 'abtnvfr"\\'.indexOf(text.charAt(index + 1));
    if (place < 0 || index + 1 >= text.length) return null;
    bytes.push([7, 8, 9, 10, 11, 12, 13, 34, 92][place] ?? 63);
    index += 2;
  }
  return null;
}

/** A name as git's diffs write it: in C quotes when it has control characters, quotes, backslashes or bytes above ASCII (core.quotePath). */
export function quoteName(name: string): string {
  const bytes = new TextEncoder().encode(name);
  let quoted = "";
  for (const byte of bytes) {
    const letter = byte === 34 || byte === 92 ? String.fromCharCode(byte) : "abtnvfr".charAt(byte - 7);
    if (letter !== "") quoted += `\\${letter}`;
    else if (byte < 32 || byte > 126) quoted += `\\${byte.toString(8).padStart(3, "0")}`;
    else quoted += String.fromCharCode(byte);
  }
  return quoted === name ? name : `"${quoted}"`;
}

/**
 * The name of a `--- ` or `+++ ` line (without the sign and the blank): unquoted, cut at the tab that git puts after a
 * name with blanks, or before the time stamp of a traditional diff.
 */
export function headerName(rest: string): string {
  if (rest.startsWith('"')) {
    const quoted = unquoteName(rest, 0);
    if (quoted) return quoted.name;
  }
  const tab = rest.indexOf("\t");
  if (tab >= 0) return rest.slice(0, tab).trimEnd();
  const trimmed = rest.trimEnd();
  const tail = trimmed.slice(-48);
  const stamp = /\s\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})? [+-]\d{4}$/.exec(tail);
  return stamp ? trimmed.slice(0, trimmed.length - tail.length + stamp.index).trimEnd() : trimmed;
}

/** True when a traditional header's time stamp is the epoch: that is how diff says that the file is not there. */
export function isEpoch(rest: string): boolean {
  return /\t(?:1970-01-01 00:00:00|1969-12-31 \d\d:\d\d:\d\d|1970-01-01 \d\d:\d\d:\d\d)(?:\.0+)? [+-]\d{4}\s*$/.test(rest.slice(-60)) && epochSeconds(rest) === 0;
}

/**
 * The two names of a `diff --git` line (without these words). Names with blanks are told apart as git does: both
 * halves must be equal below their first directory. Returns null when no reading fits (then other lines have to say).
 */
export function gitHeaderNames(rest: string): { readonly a: string; readonly b: string } | null {
  const line = rest.trimEnd();
  if (line.startsWith('"')) {
    const first = unquoteName(line, 0);
    if (!first || line.charAt(first.end) !== " ") return null;
    const second = wholeName(line.slice(first.end + 1));
    return second === null ? null : { a: first.name, b: second };
  }
  const quote = line.endsWith('"') ? line.indexOf(' "') : -1;
  if (quote > 0) {
    const second = wholeName(line.slice(quote + 1));
    return second === null ? null : { a: line.slice(0, quote), b: second };
  }
  const slash = line.indexOf("/");
  for (let blank = line.indexOf(" "); blank >= 0; blank = line.indexOf(" ", blank + 1)) {
    if (2 * blank + 1 === line.length && line.slice(0, blank) === line.slice(blank + 1)) {
      return { a: line.slice(0, blank), b: line.slice(blank + 1) };
    }
    const other = line.indexOf("/", blank + 1);
    if (slash < 0 || other < 0 || slash > blank) continue;
    if (blank - slash === line.length - other && line.slice(slash, blank) === line.slice(other)) {
      return { a: line.slice(0, blank), b: line.slice(blank + 1) };
    }
  }
  const blank = line.indexOf(" ");
  const only = blank > 0 && line.indexOf(" ", blank + 1) < 0;
  return only ? { a: line.slice(0, blank), b: line.slice(blank + 1) } : null;
}

/** Takes `level` leading directories off a name, as `git apply -p`; null when the name has fewer. */
export function stripName(name: string, level: number): string | null {
  let from = 0;
  for (let taken = 0; taken < level; taken++) {
    const slash = name.indexOf("/", from);
    if (slash < 0) return null;
    from = slash + 1;
    while (name.charAt(from) === "/") from++;
  }
  return name.slice(from);
}

/** A path out of a diff is a name to show, never a file to open; still, what points out of the tree is not shown as a file. */
export function isRefusedPath(path: string): boolean {
  if (path === "" || path.length > MAX_PATH || path.includes("\0")) return true;
  if (path.startsWith("/") || path.startsWith("\\") || /^[A-Za-z]:[\\/]/.test(path)) return true;
  return path.includes("..") && path.split(/[\\/]/).includes("..");
}

function wholeName(text: string): string | null {
  if (!text.startsWith('"')) return text;
  const quoted = unquoteName(text, 0);
  return quoted && quoted.end === text.length ? quoted.name : null;
}

function epochSeconds(rest: string): number | null {
  const stamp = /(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.\d+)? ([+-])(\d\d)(\d\d)\s*$/.exec(rest.slice(-60));
  if (!stamp) return null;
  const part = (index: number): number => Number(stamp[index]);
  const zone = (part(8) * 60 + part(9)) * 60 * (stamp[7] === "-" ? -1 : 1);
  return Date.UTC(part(1), part(2) - 1, part(3), part(4), part(5), part(6)) / 1000 - zone;
}
