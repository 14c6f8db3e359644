// Address headers: names and addresses, the comment form, old "user at host" forms, and what lists do to From.
import type { HeaderFields } from "./headers.js";
import { MAX_ADDRESSES } from "./limits.js";
import type { Address } from "./types.js";
import { decodeWords } from "./words.js";

/**
 * Reads an address header. Encoded words are decoded per address, after splitting, so an encoded comma does not split
 * a name. Groups give their members. What is no address at all gives a name without an address.
 */
export function readAddresses(value: string | null): Address[] {
  if (value === null) return [];
  const addresses: Address[] = [];
  const rest = readOrdinary(value, addresses);
  if (rest >= value.length) return addresses;
  for (const piece of splitAddresses(rest === 0 ? value : value.slice(rest))) {
    const address = readAddress(piece);
    if (address.name !== "" || address.email !== "") addresses.push(address);
    if (addresses.length >= MAX_ADDRESSES) break;
  }
  return addresses;
}

/**
 * Reads addresses from the start of a header for as long as they are ordinary; returns the offset of the first that is not. Ordinary are
 * words and an address in angle brackets, the words quoted or not, or the address alone, when nothing in it means more than itself: no
 * comment, group, encoded word, escape or blanks in a row.
 */
function readOrdinary(value: string, addresses: Address[]): number {
  const ordinary = /[ \t]*(?:(?:"([^"\\<>=\s']+(?: [^"\\<>=\s']+)*)" ?|([^"(),:;<>\\=\s'@]+(?: [^"(),:;<>\\=\s'@]+)*) ?)?<([^<>()",:;\\\s@]+@[^<>()",:;\\\s]+)>|([^"(),:;<>\\=\s'@]+@[^"(),:;<>\\=\s'@]+))[ \t]*(?:,|$)/y;
  let at = 0;
  while (at < value.length && addresses.length < MAX_ADDRESSES) {
    const match = ordinary.exec(value);
    if (match === null) return at;
    addresses.push({ name: match[1] ?? match[2] ?? "", email: match[3] ?? match[4] ?? "" });
    at = ordinary.lastIndex;
  }
  return addresses.length < MAX_ADDRESSES ? at : value.length;
}

/** An address longer than this is none (RFC 5321 allows 254); what is looked for in it costs more than it is long. */
const MAX_ADDRESS = 1000;

/** Reads one address: `Name <a@b>`, `a@b (Name)`, `a@b`, `user at host (Name)`. */
export function readAddress(text: string): Address {
  const open = text.lastIndexOf("<");
  if (open >= 0) {
    const close = text.indexOf(">", open);
    const email = text.slice(open + 1, close < 0 ? undefined : close).trim();
    // git keeps a comment that stands inside the name (`A (Nick) B <a@b>`).
    const name = cleanName(text.slice(0, open));
    if (name !== "" || close < 0 || close === text.length - 1) return { name, email };
    return { name: cleanName(splitComments(text.slice(close + 1)).comments.join(" ")), email };
  }
  const { plain, comments } = text.includes("(") ? splitComments(text) : { plain: text, comments: [] };
  const at = plain.length > MAX_ADDRESS ? null : /^\s*(\S+)\s+at\s+(\S+\.\S+)\s*$/i.exec(plain);
  const email = at === null ? plain.trim() : `${at[1] ?? ""}@${at[2] ?? ""}`;
  if (!email.includes("@") || /\s/.test(email)) return { name: cleanName(text), email: "" };
  return { name: cleanName(comments.join(" ")), email };
}

/**
 * The sender of a mail. Lists that rewrite From ("X via list" <list@>, for DMARC) leave the true address in
 * X-Original-From, or in Reply-To or Cc under the same display name (b4 and patchwork undo it the same way).
 */
export function readSender(headers: HeaderFields): Address {
  const from = readAddresses(headers.get("from") ?? headers.get("sender"))[0] ?? { name: "", email: "" };
  const original = readAddresses(headers.get("x-original-from"))[0];
  if (original !== undefined && original.email !== "") return original;
  const via = /^(.*?)\s+via\s+\S/i.exec(from.name);
  const name = via?.[1]?.replace(/^["']|["']$/g, "").trim();
  if (name === undefined || name === "") return from;
  for (const field of ["reply-to", "cc"]) {
    for (const address of readAddresses(headers.get(field))) {
      if (address.name.toLowerCase() === name.toLowerCase() && address.email !== "") return address;
    }
  }
  const replyTo = readAddresses(headers.get("reply-to"));
  const only = replyTo.length === 1 ? replyTo[0] : undefined;
  return only !== undefined && only.name === "" ? { name, email: only.email } : { name, email: from.email };
}

/** Characters that mean something between addresses. */
const COMMA = 0x2c;
const SEMICOLON = 0x3b;
const COLON = 0x3a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x28;
const CLOSE = 0x29;
const LESS = 0x3c;
const GREATER = 0x3e;

/** Splits at commas and group marks outside quotes, comments and angle brackets. */
function splitAddresses(value: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  let depth = 0;
  let quoted = false;
  let angle = false;
  for (let index = 0; index < value.length; index += 1) {
    const code = value.charCodeAt(index);
    // Letters, digits and all the rest.
    if (code > GREATER && code !== BACKSLASH) continue;
    if (code === BACKSLASH) {
      if (quoted || depth > 0) index += 1;
    } else if (quoted) {
      if (code === QUOTE) quoted = false;
    } else if (depth > 0) {
      if (code === OPEN) depth += 1;
      else if (code === CLOSE) depth -= 1;
    } else if (code === QUOTE) quoted = true;
    else if (code === OPEN) depth = 1;
    else if (code === LESS) angle = true;
    else if (code === GREATER) angle = false;
    else if (angle) continue;
    else if (code === COMMA || code === SEMICOLON) {
      pieces.push(value.slice(start, index));
      start = index + 1;
    } else if (code === COLON) {
      const piece = value.slice(start, index);
      if (!piece.includes("@") && !piece.includes("=?")) start = index + 1;
    }
  }
  pieces.push(value.slice(start));
  // An open quote or comment would have swallowed the rest: then commas are all there is to go by.
  if ((quoted || depth > 0) && pieces.length === 1 && value.includes(",")) return value.split(",");
  return pieces;
}

function splitComments(text: string): { plain: string; comments: string[] } {
  let plain = "";
  let comment = "";
  const comments: string[] = [];
  let depth = 0;
  let quoted = false;
  for (const character of text) {
    if (character === '"' && depth === 0) quoted = !quoted;
    if (!quoted && character === "(") {
      if (depth > 0) comment += character;
      depth += 1;
    } else if (!quoted && character === ")" && depth > 0) {
      depth -= 1;
      if (depth > 0) comment += character;
      else {
        comments.push(comment.trim());
        comment = "";
      }
    } else if (depth > 0) comment += character;
    else plain += character;
  }
  if (comment !== "") comments.push(comment.trim());
  return { plain, comments };
}

/** A name with one of these characters, or with blanks in a row, is not yet what people read. */
const UNCLEAN = /["'\\]|=\?|\s\s|[^\S ]/;

function cleanName(raw: string): string {
  const trimmed = raw.trim();
  if (!UNCLEAN.test(trimmed)) return trimmed;
  const decoded = decodeWords(trimmed).trim();
  const unquoted = /^"(.*)"$/s.exec(decoded)?.[1]?.replace(/\\(.)/g, "$1") ?? decoded.replace(/\\"/g, '"').replace(/(^|\s)"([^"]*)"(?=\s|$)/g, "$1$2");
  return unquoted.replace(/^'(.*)'$/s, "$1").replace(/\s+/g, " ").trim();
}
