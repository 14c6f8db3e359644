// The header of a reply: fields encoded (RFC 2047) and folded (RFC 5322) so that git and mutt read them back as they were.
import type { Address } from "../../mail/types.js";

/** Longest line of a header, without its end (RFC 5322, 2.1.1). */
const MAX_LINE = 78;
/** Longest encoded word (RFC 2047, 2). */
const MAX_WORD = 75;
/** Characters of `From: `, the longest field of addresses. */
const LONGEST_NAME = 6;
const WORD_START = "=?UTF-8?q?";
/** Begins the next line of a field; an id or address longer than a line stays whole. */
const FOLD = "\n ";

/** A field of addresses, folded between them; "" when there is none that could be written. */
export function addressField(name: string, addresses: readonly Address[]): string {
  const written = addresses.filter((address) => isAddress(address.email)).map(writeAddress);
  return written.length === 0 ? "" : fold(`${name}:`, written.map((one, at) => (at < written.length - 1 ? `${one},` : one)));
}

/** A field of free text, such as the subject. */
export function textField(name: string, value: string): string {
  const clean = withoutControls(value);
  if (!needsEncoding(clean)) return fold(`${name}:`, clean.split(" ").filter((word) => word !== ""));
  return fold(`${name}:`, encodeWords(clean, name.length + 2));
}

/** A field of message ids, one on a line; "" when there is none. Ids come without `<>`; one that could break the field is left out. */
export function idField(name: string, ids: readonly string[]): string {
  const written = ids.filter((id) => /^[!-;=?-~]{1,900}$/.test(id)).map((id) => `<${id}>`);
  return written.length === 0 ? "" : `${name}: ${written.join(FOLD)}\n`;
}

/** True for an address that can stand in a header: one at sign, nothing that would end it or begin another field. */
export function isAddress(email: string): boolean {
  return email.length <= 320 && /^[^\s<>@,;:"()[\]\\\p{Cc}]+@[^\s<>@,;:"()\\\p{Cc}]+$/u.test(email);
}

/** A name and address on one line, for trailers: as people write it, not encoded. */
export function plainAddress({ name, email }: Address): string {
  const clean = withoutControls(name).replace(/[<>]/g, "");
  return clean === "" ? email : `${clean} <${email}>`;
}

function writeAddress({ name, email }: Address): string {
  const clean = withoutControls(name);
  if (clean === "" || clean === email) return email;
  if (needsEncoding(clean)) {
    const words = encodeWords(clean, LONGEST_NAME);
    // A comma may follow.
    const fits = (words.at(-1)?.length ?? 0) + email.length + 5 <= MAX_LINE;
    return `${words.join(FOLD)}${fits ? " " : FOLD}<${email}>`;
  }
  return `${/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+$/.test(clean) ? clean : `"${clean.replace(/["\\]/g, "\\$&")}"`} <${email}>`;
}

/** Line ends in a decoded name or subject would begin a field of the sender's choice. */
function withoutControls(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").replace(/ {2,}/g, " ").trim().slice(0, 2000);
}

/** Text that is not plain ASCII, and text that would be taken for an encoded word. */
function needsEncoding(text: string): boolean {
  return /[^ -~]/.test(text) || text.includes("=?");
}

/** Encoded words; a character is never split over two. `taken` is what the first one's line has already. */
function encodeWords(text: string, taken: number): string[] {
  const words: string[] = [];
  let word = WORD_START;
  let limit = Math.min(MAX_WORD, MAX_LINE - taken - 1) - 2;
  for (const character of text) {
    const encoded = encodeCharacter(character);
    if (word.length + encoded.length > limit) {
      words.push(`${word}?=`);
      word = WORD_START;
      limit = MAX_WORD - 2;
    }
    word += encoded;
  }
  return [...words, `${word}?=`];
}

function encodeCharacter(character: string): string {
  if (character === " ") return "_";
  if (/[A-Za-z0-9!*+/-]/.test(character)) return character;
  return [...new TextEncoder().encode(character)].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
}

/** Puts as many words on a line as there is room for. */
function fold(start: string, words: readonly string[]): string {
  let text = start;
  let length = start.length;
  for (const word of words) {
    const breaks = length > start.length && length + 1 + widest(word) > MAX_LINE;
    text += breaks ? FOLD + word : ` ${word}`;
    const line = word.slice(word.lastIndexOf("\n") + 1);
    length = word.includes("\n") ? line.length : breaks ? word.length + 1 : length + 1 + word.length;
  }
  return `${text}\n`;
}

function widest(word: string): number {
  const end = word.indexOf("\n");
  return end < 0 ? word.length : end;
}
