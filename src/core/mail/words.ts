// Encoded words of headers (RFC 2047).
import { decodeText } from "./charset.js";
import { decodeBase64 } from "./transfer.js";

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
