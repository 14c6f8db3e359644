// A mail's header block: where it ends, its fields unfolded, encoded words (RFC 2047), ids.
import { decodeGuessed, decodeText } from "./charset.js";
import { MAX_ID_LENGTH, MAX_REFERENCES } from "./limits.js";
import { decodeBase64 } from "./transfer.js";

/** The fields of one header block. Names are lower case; values are unfolded and trimmed, not yet decoded. */
export interface HeaderFields {
  /** First value of the field, or null. */
  get(name: string): string | null;
  /** All values, in order. */
  all(name: string): readonly string[];
  /** Zero when there is no field at all. */
  readonly count: number;
}


/**
 * Offset of the first byte of the body, or the length of `bytes` when there is none. The header ends at the first
 * empty line, or, in damaged mail, at the first line that can be no header.
 */
export function findBody(bytes: Uint8Array): { headerEnd: number; bodyStart: number } {
  let at = 0;
  while (at < bytes.length) {
    const first = bytes[at] ?? 0;
    if (first === 0x0a) return { headerEnd: at, bodyStart: at + 1 };
    if (first === 0x0d && (bytes[at + 1] === 0x0a || at + 1 === bytes.length)) return { headerEnd: at, bodyStart: Math.min(bytes.length, at + 2) };
    const newline = bytes.indexOf(0x0a, at);
    const end = newline < 0 ? bytes.length : newline;
    // Folded lines, and ">From" lines that a mailer quoted.
    if (first !== 0x20 && first !== 0x09 && first !== 0x3e && !isHeaderLine(bytes, at, end)) return { headerEnd: at, bodyStart: at };
    at = newline < 0 ? bytes.length : newline + 1;
  }
  return { headerEnd: bytes.length, bodyStart: bytes.length };
}

/** A header line: a name without blanks, and a colon (RFC 5322, 2.2; a blank before the colon is the obsolete form). */
function isHeaderLine(bytes: Uint8Array, from: number, to: number): boolean {
  const most = Math.min(to, from + 200);
  let at = from;
  for (; at < most; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x3a) return at > from;
    if (byte < 0x21 || byte > 0x7e) break;
  }
  while (at < to && (bytes[at] === 0x20 || bytes[at] === 0x09)) at += 1;
  return at > from && at < to && bytes[at] === 0x3a;
}

/** The fields that every mail is asked for; the others of a header (half of it tells how the mail travelled) are looked up when needed. */
const USUAL = "message-id|in-reply-to|references|from|sender|reply-to|to|cc|date|subject|list-id|content-type|content-transfer-encoding|content-disposition";

/** A field with one of some names, with its folded lines. */
const fieldPattern = (names: string): RegExp => new RegExp(`^(${names})[ \\t]*:([^\\n]*(?:\\n[ \\t][^\\n]*)*)`, "gim");

/** Reads the fields of a header block. Lines that are no header are skipped. */
export function readHeaders(bytes: Uint8Array): HeaderFields {
  const text = decodeGuessed(bytes);
  const usual = readFields(text, USUAL);
  const fieldsOf = (name: string): readonly string[] => {
    if (`|${USUAL}|`.includes(`|${name}|`)) return usual.get(name) ?? [];
    return readFields(text, name).get(name) ?? [];
  };
  return {
    get: (name) => fieldsOf(name)[0] ?? null,
    all: fieldsOf,
    count: usual.size > 0 || /^[!-9;-~]{1,200}[ \t]*:/m.test(text) ? 1 : 0,
  };
}

function readFields(text: string, names: string): Map<string, string[]> {
  const fields = new Map<string, string[]>();
  for (const match of text.matchAll(fieldPattern(names))) {
    const name = (match[1] ?? "").toLowerCase();
    const value = unfold(match[2] ?? "");
    const values = fields.get(name);
    if (values === undefined) fields.set(name, [value]);
    else values.push(value);
  }
  return fields;
}

/** git joins folded lines with one blank (mailinfo.c, read_one_header_line). */
function unfold(value: string): string {
  return value.includes("\n") ? value.split("\n").map((line) => line.trim()).join(" ").trim() : value.trim();
}

const ENCODED_WORD = /=\?([^?\s]{1,80})\?([bBqQ])\?([^?]*)\?=/g;

/**
 * Decodes RFC 2047 words. Blanks between two words belong to the encoding and vanish; a character may be split over
 * two words of the same charset, so those are joined as bytes first.
 */
export function decodeWords(value: string): string {
  if (!value.includes("=?")) return value;
  const pieces: string[] = [];
  let held: { charset: string; parts: Uint8Array[] } | undefined;
  let at = 0;
  const flush = (): void => {
    if (held !== undefined) pieces.push(decodeText(joinBytes(held.parts), held.charset));
    held = undefined;
  };
  for (const match of value.matchAll(ENCODED_WORD)) {
    const between = value.slice(at, match.index);
    if (at === 0 || between.trim() !== "") {
      flush();
      pieces.push(between);
    }
    // A charset may carry a language (RFC 2231): utf-8*en.
    const charset = (match[1] ?? "").replace(/\*.*$/, "").toLowerCase();
    const bytes = decodeWord(match[2] ?? "", match[3] ?? "");
    if (held?.charset === charset) held.parts.push(bytes);
    else {
      flush();
      held = { charset, parts: [bytes] };
    }
    at = match.index + match[0].length;
  }
  flush();
  pieces.push(value.slice(at));
  return pieces.join("");
}

/** The ids in an id header, without `<>`, oldest first. What stands outside `<>` is taken only when nothing stands inside. */
export function readIds(value: string | null): string[] {
  if (value === null) return [];
  const ids: string[] = [];
  for (const match of value.matchAll(/<([^<>]*)>/g)) {
    const id = cleanId(match[1] ?? "");
    if (id !== "") ids.push(id);
  }
  if (ids.length === 0) {
    // Prompts of old git send-email left "y" and "n" here; an id has an at sign.
    for (const word of value.split(/[\s,]+/)) {
      const id = cleanId(word.replace(/[<>]/g, ""));
      if (id.includes("@")) ids.push(id);
    }
  }
  return ids.slice(-MAX_REFERENCES);
}

/** A mail's own id: what is inside `<>`, else the whole value (patchwork keeps it raw, too); null when there is none. */
export function readOwnId(value: string | null): string | null {
  if (value === null) return null;
  const inside = /<([^<>]*)>/.exec(value);
  const id = cleanId(inside === null ? value.replace(/[<>]/g, "") : (inside[1] ?? ""));
  return id === "" ? null : id;
}

/** What a Content-Type header says. */
export interface ContentType {
  readonly type: string;
  readonly charset: string | null;
  readonly flowed: boolean;
  readonly delSp: boolean;
}

/** Parameters of a Content-Type header. The type is lower case, "text/plain" when the header is missing or means nothing. */
export function readContentType(value: string | null): ContentType {
  const text = value ?? "";
  const type = /^\s*([\w!#$&^.+-]+\/[\w!#$&^.+-]+)/.exec(text)?.[1]?.toLowerCase() ?? "text/plain";
  return {
    type,
    charset: readParameter(text, "charset"),
    flowed: readParameter(text, "format")?.toLowerCase() === "flowed",
    delSp: readParameter(text, "delsp")?.toLowerCase() === "yes",
  };
}

/** Bytes as text, one character per byte. */
export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}

/** One parameter of a structured header (`; name=value`), without its quotes; null when it is not there. */
export function readParameter(value: string, name: string): string | null {
  for (const piece of value.split(";").slice(1)) {
    const equals = piece.indexOf("=");
    if (equals < 0 || piece.slice(0, equals).trim().toLowerCase() !== name) continue;
    const parameter = piece.slice(equals + 1).trim().replace(/^"(.*?)"?$/, "$1").trim();
    return parameter === "" ? null : parameter;
  }
  return null;
}

function cleanId(id: string): string {
  // Control characters and blanks inside an id come from folding and from attacks on lookups.
  let clean = "";
  for (const character of id) {
    if (character > " " && character !== "\u007f") clean += character;
  }
  return clean.slice(0, MAX_ID_LENGTH);
}

function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function decodeWord(encoding: string, text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) bytes[index] = text.charCodeAt(index) & 0xff;
  if (encoding.toLowerCase() === "b") return decodeBase64(bytes);
  const out: number[] = [];
  for (let index = 0; index < text.length; index += 1) {
    const hex = text[index] === "=" ? /^[0-9a-f]{2}/i.exec(text.slice(index + 1, index + 3)) : null;
    if (hex !== null) {
      out.push(parseInt(hex[0], 16));
      index += 2;
    } else {
      out.push(text[index] === "_" ? 0x20 : text.charCodeAt(index) & 0xff);
    }
  }
  return Uint8Array.from(out);
}
