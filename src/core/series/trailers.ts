// Trailers: git's trailer block of a commit message, and what reviewers write into replies.
import { findSignature } from "./commit-text.js";
import type { Trailer } from "./types.js";

/** git's own prefixes (trailer.c, git_generated_prefixes): one of them makes a mixed paragraph a trailer block. */
const GENERATED = ["Signed-off-by: ", "(cherry picked from commit "];

const TRAILER_LINE = /^([A-Za-z0-9-]+)[ \t]*:(.*)$/;

/**
 * The trailers of a commit message, by git's rule (trailer.c): the last paragraph, when all of it is trailers, or
 * a quarter of it and one line that git itself makes. Folded lines are joined as git does it (unfold_value): a line end and the blanks
 * behind it are one blank, those before it stay. `firstLine` is the line of the mail where `message` starts.
 */
export function readCommitTrailers(message: string, firstLine: number): Trailer[] {
  const lines = message.split("\n");
  if (lines[lines.length - 1] === "") lines.pop();
  const block = findTrailerBlock(lines);
  const trailers: { readonly key: string; readonly values: string[]; readonly line: number }[] = [];
  for (let at = block.from; at < block.to; at += 1) {
    const line = lines[at] ?? "";
    if (/^[ \t]/.test(line)) {
      trailers[trailers.length - 1]?.values.push(line.trimStart());
      continue;
    }
    const match = TRAILER_LINE.exec(line);
    if (match !== null) trailers.push({ key: match[1] ?? "", values: [(match[2] ?? "").trimStart()], line: firstLine + at });
  }
  return trailers.map(({ key, values, line }) => ({ key, value: values.join(" ").trim(), line }));
}

function findTrailerBlock(lines: readonly string[]): { from: number; to: number } {
  let to = lines.length;
  while (to > 0 && (lines[to - 1] ?? "").trim() === "") to -= 1;
  let trailers = 0;
  let others = 0;
  let continuations = 0;
  let generated = false;
  let from = to;
  for (; from > 0; from -= 1) {
    const line = lines[from - 1] ?? "";
    if (line.startsWith("#")) {
      others += continuations;
      continuations = 0;
    } else if (line.trim() === "") break;
    else if (GENERATED.some((prefix) => line.startsWith(prefix))) {
      generated = true;
      trailers += 1;
      continuations = 0;
    } else if (TRAILER_LINE.test(line)) {
      trailers += 1;
      continuations = 0;
    } else if (/^[ \t]/.test(line)) continuations += 1;
    else {
      others += 1 + continuations;
      continuations = 0;
    }
  }
  others += continuations;
  const isBlock = (generated && trailers * 3 >= others) || (trailers > 0 && others === 0);
  return isBlock ? { from, to } : { from: to, to };
}

/** Trailers that name things, not people; b4 takes these from replies without an address. */
const UTILITY = /^(?:fixes|link|buglink|closes|obsoleted-by|depends-on)$/i;

/** Endorsements: they need a person with an address (b4). */
const PERSON = /^[A-Za-z][A-Za-z-]*-by$/;

/** True for a trailer that speaks for a person, whose identity must agree with the sender. */
export function isPersonTrailer(key: string): boolean {
  return PERSON.test(key) && !/^obsoleted-by$/i.test(key);
}

/** Longest line that is looked at: longer ones are no trailers. */
const MAX_LINE = 1000;

/**
 * Trailers that a reply gives: unquoted, above its signature, in b4's shape. A person trailer needs an address (or, on
 * inputs without addresses, at least a name of two words); an address that a mailer put on the next line is joined.
 */
export function readReplyTrailers(text: string): Trailer[] {
  const trailers: Trailer[] = [];
  let end = -1;
  let line = 1;
  let counted = 0;
  for (let colon = text.indexOf(":"); colon >= 0; colon = text.indexOf(":", colon + 1)) {
    const at = startOfKeyLine(text, colon);
    if (at < 0) continue;
    const to = lineEnd(text, colon);
    if (to - at > MAX_LINE) continue;
    const trailer = readReplyTrailer(text.slice(at, to), () => text.slice(to + 1, Math.min(lineEnd(text, to + 1), to + 1 + MAX_LINE)));
    if (trailer === null) continue;
    for (let newline = text.indexOf("\n", counted); newline >= 0 && newline < at; newline = text.indexOf("\n", counted)) {
      line += 1;
      counted = newline + 1;
    }
    if (end < 0) end = findReplyEnd(text);
    if (line > end) return trailers;
    trailers.push({ ...trailer, line });
  }
  return trailers;
}

/** Where Outlook and its like put the mail that is answered below the answer, unquoted. */
const ORIGINAL = /^(?:-{3,} ?(?:Original Message|Forwarded Message|Original Appointment|Ursprüngliche Nachricht|Message d'origine) ?-{3,}[ \t]*$|(?:From|Von|De|Da|Van) ?: .{1,300}\n(?:Sent|Gesendet|Envoyé|Enviado(?: el)?|Inviato|Verzonden) ?: )/m;

/** Index of the line where a reply's own words end: its signature, or the answered mail below what was said. */
function findReplyEnd(text: string): number {
  const signature = findSignature(text.split("\n"), 0);
  const original = ORIGINAL.exec(text);
  // At the very top it heads an answer in between.
  if (original === null || text.slice(0, original.index).trim() === "") return signature;
  return Math.min(signature, text.slice(0, original.index).split("\n").length - 1);
}

/**
 * Offset of the line that a colon stands in, when only a word of letters and dashes stands before it, which at most eight blanks stand
 * before; else -1. The keys that count end in one of five letters, which few words before a colon do.
 */
function startOfKeyLine(text: string, colon: number): number {
  let at = colon - 1;
  if (isBlank(text, at)) at -= 1;
  const last = text.charCodeAt(at) | 0x20;
  if (last !== LOWER_Y && last !== LOWER_S && last !== LOWER_C && last !== LOWER_K && last !== LOWER_N) return -1;
  const least = Math.max(-1, at - 100);
  for (; at > least; at -= 1) {
    const code = text.charCodeAt(at);
    if (!((code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x2d)) break;
  }
  for (let blanks = 0; blanks < 8 && (text.charCodeAt(at) === 0x20 || text.charCodeAt(at) === 0x09); blanks += 1) at -= 1;
  return at < 0 || text.charCodeAt(at) === 0x0a ? at + 1 : -1;
}

/** Last letters of "-by", "Fixes" and "Closes", "Cc", "Link", "Depends-on". */
const LOWER_Y = 0x79;
const LOWER_S = 0x73;
const LOWER_C = 0x63;
const LOWER_K = 0x6b;
const LOWER_N = 0x6e;

/** True for one blank of any kind that ends no line. */
function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code !== 0x0a && (code <= 0x20 || code >= 0xa0) && /\s/.test(text.charAt(at));
}

function lineEnd(text: string, at: number): number {
  const newline = text.indexOf("\n", at);
  return newline < 0 ? text.length : newline;
}

/** One line as a trailer; `nextLine` is what stands below it. */
function readReplyTrailer(line: string, nextLine: () => string): Omit<Trailer, "line"> | null {
  const match = /^\s{0,8}([A-Za-z][A-Za-z-]*)\s?:\s+(\S.*)$/.exec(line);
  if (match === null) return null;
  const key = match[1] ?? "";
  let value = (match[2] ?? "").trim();
  if (isPersonTrailer(key)) {
    const next = nextLine();
    if (!value.includes("@") && /^\s*<[^<>\s]+@[^<>\s]+>/.test(next)) value = `${value} ${next.trim()}`;
    value = value.replace(/\s*<mailto:[^>]*>/gi, "");
    return /\S@\S/.test(value) || /^\p{Lu}\S* \S/u.test(value) ? { key, value } : null;
  }
  if (/^fixes$/i.test(key)) {
    if (!/^[0-9a-f]{6,64}\b/i.test(value)) return null;
    return { key, value: value.includes("(") && !value.includes(")") ? `${value} ${nextLine().trim()}` : value };
  }
  if (/^cc$/i.test(key)) return /<?\S+@\S+>?/.test(value) ? { key, value } : null;
  return UTILITY.test(key) && (/^https?:\/\//.test(value) || /^depends-on$/i.test(key)) ? { key, value } : null;
}
