// Trailers: git's trailer block of a commit message, and what reviewers write into replies.
import type { Trailer } from "./types.js";

/** git's own prefixes (trailer.c, git_generated_prefixes): one of them makes a mixed paragraph a trailer block. */
const GENERATED = ["Signed-off-by: ", "(cherry picked from commit "];

const TRAILER_LINE = /^([A-Za-z0-9-]+)[ \t]*:(.*)$/;

/**
 * The trailers of a commit message, by git's rule (trailer.c): the last paragraph, when all of it is trailers, or
 * a quarter of it and one line that git itself makes. `firstLine` is the line of the mail where `message` starts.
 */
export function readCommitTrailers(message: string, firstLine: number): Trailer[] {
  const lines = message.split("\n");
  if (lines[lines.length - 1] === "") lines.pop();
  const block = findTrailerBlock(lines);
  const trailers: { key: string; value: string; line: number }[] = [];
  for (let at = block.from; at < block.to; at += 1) {
    const line = lines[at] ?? "";
    const last = trailers[trailers.length - 1];
    if (/^[ \t]/.test(line)) {
      if (last !== undefined) last.value = `${last.value} ${line.trim()}`.trim();
      continue;
    }
    const match = TRAILER_LINE.exec(line);
    if (match !== null) trailers.push({ key: match[1] ?? "", value: (match[2] ?? "").trim(), line: firstLine + at });
  }
  return trailers;
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

/**
 * Trailers that a reply gives: unquoted, above its signature, in b4's shape. A person trailer needs an address (or, on
 * inputs without addresses, at least a name of two words); an address that a mailer put on the next line is joined.
 */
export function readReplyTrailers(text: string, end: number): Trailer[] {
  const trailers: Trailer[] = [];
  const lines = text.split("\n").slice(0, end);
  for (const [at, line] of lines.entries()) {
    if (line.length > 1000) continue;
    const match = /^\s{0,8}([A-Za-z][A-Za-z-]*)\s?:\s+(\S.*)$/.exec(line);
    if (match === null) continue;
    const key = match[1] ?? "";
    let value = (match[2] ?? "").trim();
    if (isPersonTrailer(key)) {
      const next = lines[at + 1] ?? "";
      if (!value.includes("@") && /^\s*<[^<>\s]+@[^<>\s]+>/.test(next)) value = `${value} ${next.trim()}`;
      value = value.replace(/\s*<mailto:[^>]*>/gi, "");
      if (!/\S@\S/.test(value) && !/^\p{Lu}\S* \S/u.test(value)) continue;
    } else if (/^fixes$/i.test(key)) {
      if (!/^[0-9a-f]{6,64}\b/i.test(value)) continue;
      if (value.includes("(") && !value.includes(")")) value = `${value} ${(lines[at + 1] ?? "").trim()}`;
    } else if (/^cc$/i.test(key)) {
      if (!/<?\S+@\S+>?/.test(value)) continue;
    } else if (!UTILITY.test(key) || (!/^https?:\/\//.test(value) && !/^depends-on$/i.test(key))) continue;
    trailers.push({ key, value, line: at + 1 });
  }
  return trailers;
}
