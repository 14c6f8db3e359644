// Subject lines: the union of what git, b4 and patchwork read, with what had to be guessed marked as such.
import type { Subject } from "./types.js";

/** Reply words of many mail programs; b4 takes any word of two or three letters before ": [", and so do we. */
const REPLY_WORD = /^\s*(?:(?:re|aw|fwd?|fw|sv|vs|antw|antwort|wg|r|rif|ref|odp|ynt|tr|res|回复|答复|转发|回覆|轉寄)(?:\[\d+\]|\*\d+)?\s*[:：]|\p{L}{2,3}:(?=\s*\[))\s*/iu;

/** The kernel's regression bot, bug trackers and the like put these in front; they are not about the patch. */
const DROPPED_TAG = /^bug#\d+$/i;

/** Bounds the work on a hostile subject. */
const MAX_PREFIXES = 20;
const MAX_SUBJECT = 2000;

interface Reading {
  version: string | null;
  n: number | null;
  m: number | null;
  readonly tags: string[];
  readonly guessed: string[];
}

/** Reads a subject, decoded and unfolded. Never fails: what fits no rule is the title. */
export function parseSubject(subject: string): Subject {
  let rest = subject.slice(0, MAX_SUBJECT).replace(/\s+/g, " ").trim();
  let reply = false;
  const reading: Reading = { version: null, n: null, m: null, tags: [], guessed: [] };
  for (let count = 0; count < MAX_PREFIXES; count += 1) {
    const word = REPLY_WORD.exec(rest);
    if (word !== null && rest !== "") {
      reply = true;
      rest = rest.slice(word[0].length);
      continue;
    }
    const bracket = takeBracket(rest);
    if (bracket === null) break;
    readPrefix(bracket.content, reading);
    rest = bracket.rest;
  }
  rest = readLoosePrefix(rest, reading);
  if (reading.version === null) {
    const tail = /\s\(\s*v(\d{1,4})\s*\)\s*$/i.exec(rest);
    if (tail !== null) {
      reading.version = tail[1] ?? null;
      reading.guessed.push("version");
      rest = rest.slice(0, tail.index);
    }
  }
  return {
    title: rest.trim(),
    tags: reading.tags,
    version: reading.version === null ? 1 : Number(/^\d+/.exec(reading.version)?.[0] ?? "1"),
    versionText: reading.version ?? "1",
    versionGiven: reading.version !== null,
    n: reading.n,
    m: reading.m,
    reply,
    guessed: reading.guessed,
  };
}

/** Takes a leading `[...]`; brackets inside are flattened. Null when there is none or it never closes. */
function takeBracket(text: string): { content: string; rest: string } | null {
  if (!text.startsWith("[")) return null;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === "[") depth += 1;
    else if (text[at] === "]") {
      depth -= 1;
      if (depth === 0) {
        // "[PATCH 1/1]: title" and "[PATCH] : title" occur; the colon is no part of the title.
        const rest = text.slice(at + 1).replace(/^\s*:?\s*/, "");
        return { content: text.slice(1, at).replace(/[[\]]/g, " "), rest };
      }
    }
  }
  return null;
}

/** Reads the words of one prefix, split on blanks and commas (patchwork's `[v2,5/5]`). */
function readPrefix(content: string, reading: Reading): void {
  const spelled = content.replace(/(^|[\s,])(\d{1,4})(?: of |\/ | \/ ?)(\d{1,4})(?=$|[\s,])/i, "$1$2/$3");
  for (const word of spelled.split(/[\s,]+/)) {
    if (word === "" || DROPPED_TAG.test(word)) continue;
    readWord(word, reading);
  }
}

function readWord(word: string, reading: Reading): void {
  const counter = /^(.*?)(\d{1,5})\/(\d{1,5})$/.exec(word);
  if (counter !== null && reading.n === null && isCounterHead(counter[1] ?? "")) {
    reading.n = Number(counter[2]);
    reading.m = Number(counter[3]);
    const head = (counter[1] ?? "").replace(/[:_-]$/, "");
    if (head !== "") readWord(head, reading);
    return;
  }
  const version = /^v(\d{1,6}(?:\.\d{1,6}|rev\d{1,4}|[a-z])?)[:.]?$/i.exec(word) ?? /^(\d{1,4}rev\d{1,4})$/i.exec(word);
  if (version !== null) {
    reading.version ??= version[1] ?? null;
    return;
  }
  // PATCHv3, RFCv2, RFC-v2, PATCHSETv4 …
  const glued = /^(patch(?:es|set)?|rfc|rft|resend)[-_.]?v(\d{1,6}(?:\.\d{1,6})?)$/i.exec(word);
  if (glued !== null) {
    reading.tags.push(glued[1] ?? "");
    reading.version ??= glued[2] ?? null;
    return;
  }
  reading.tags.push(word);
}

/** In front of a glued counter only a known word may stand: `PATCH1/8`, not `fs/2/3`. */
function isCounterHead(head: string): boolean {
  return head === "" || /^(?:patch(?:es|set)?(?:[-_.]?v\d{1,4})?|rfc|v\d{1,4})[-_:]?$/i.test(head);
}

/** `PATCH 1/2: foo`, `PATCH v2 1/2 foo` without brackets (sashiko's loose rule). */
function readLoosePrefix(text: string, reading: Reading): string {
  if (reading.n !== null || reading.tags.length > 0) return text;
  const loose = /^((?:RFC )?PATCH)(?:[ -]?v(\d{1,4}))? (\d{1,4})\/(\d{1,4})\s*[:-]?\s+/i.exec(text) ?? /^((?:RFC )?PATCH)(?:[ -]?v(\d{1,4}))?()()\s*:\s+/.exec(text);
  if (loose === null) return text;
  reading.tags.push(...(loose[1] ?? "").split(" "));
  if (loose[2] !== undefined) reading.version = loose[2];
  if (loose[3] !== "") {
    reading.n = Number(loose[3]);
    reading.m = Number(loose[4]);
  }
  reading.guessed.push("prefix");
  return text.slice(loose[0].length);
}
