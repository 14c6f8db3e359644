// Content transfer encodings: quoted-printable and base64, bytes to bytes. Damaged input is taken as far as it makes sense.
import { REPLACEMENT } from "./charset.js";

/** Decodes quoted-printable. What is not a valid escape stays as it is, as mail readers do. */
export function decodeQuotedPrintable(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  let length = 0;
  let at = 0;
  while (at < bytes.length) {
    const newline = bytes.indexOf(0x0a, at);
    const lineEnd = newline < 0 ? bytes.length : newline;
    let end = lineEnd;
    const carriage = end > at && bytes[end - 1] === 0x0d;
    if (carriage) end -= 1;
    // Blanks at the end of an encoded line were added on the way (RFC 2045, 6.7, rule 3).
    while (end > at && (bytes[end - 1] === 0x20 || bytes[end - 1] === 0x09)) end -= 1;
    const soft = end > at && bytes[end - 1] === 0x3d;
    if (soft) end -= 1;
    for (let index = at; index < end; index += 1) {
      const byte = bytes[index] ?? 0;
      if (byte === 0x3d && index + 2 < end) {
        const high = hexValue(bytes[index + 1]);
        const low = hexValue(bytes[index + 2]);
        if (high >= 0 && low >= 0) {
          out[length++] = high * 16 + low;
          index += 2;
          continue;
        }
      }
      out[length++] = byte;
    }
    if (!soft && newline >= 0) {
      if (carriage) out[length++] = 0x0d;
      out[length++] = 0x0a;
    }
    at = newline < 0 ? bytes.length : newline + 1;
  }
  return out.subarray(0, length);
}

/**
 * Quoted-printable of UTF-8 as text, without a detour over bytes: most of it stands there as it is. Null for what this way cannot be sure
 * of, which is then to be decoded byte by byte: 8-bit text, escapes that are no UTF-8, blanks at the end of an encoded line.
 */
export function decodeQuotedText(bytes: Uint8Array): string | null {
  const text = ESCAPED.decode(bytes);
  if (text.length !== bytes.length || text.includes(REPLACEMENT) || BLANK_ENDS.some((end) => text.includes(end)) || /[ \t\r]/.test(text.slice(-1))) return null;
  const pieces: string[] = [];
  /** Escapes in a row of bytes above ASCII, which spell one character or more. */
  const held: number[] = [];
  const flush = (): void => {
    if (held.length > 0) pieces.push(ESCAPED.decode(Uint8Array.from(held)));
    held.length = 0;
  };
  let from = 0;
  for (let at = text.indexOf("="); at >= 0; at = text.indexOf("=", at)) {
    if (at > from) {
      flush();
      pieces.push(text.slice(from, at));
      from = at;
    }
    const next = text.charCodeAt(at + 1);
    const high = hexValue(next);
    const low = hexValue(text.charCodeAt(at + 2));
    // A line end behind the sign is the encoder's; at the end of the text it has lost that.
    if (next === LF || at + 1 === text.length) from = at = Math.min(text.length, at + 2);
    else if (next === CR && text.charCodeAt(at + 2) === LF) from = at = at + 3;
    else if (high < 0 || low < 0) at += 1;
    else {
      if (high >= 8) held.push(high * 16 + low);
      else {
        flush();
        pieces.push(String.fromCharCode(high * 16 + low));
      }
      from = at = at + 3;
    }
  }
  flush();
  pieces.push(text.slice(from));
  const decoded = pieces.join("");
  return decoded.includes(REPLACEMENT) ? null : decoded;
}

/** A line that ends in a blank. */
const BLANK_ENDS = [" \n", "\t\n", " \r\n", "\t\r\n"];

/** A mark of the encoding that stands within a text is a part of it. */
const ESCAPED = new TextDecoder("utf-8", { ignoreBOM: true });

const LF = 0x0a;
const CR = 0x0d;

/** Decodes base64 up to its padding; characters outside the alphabet are skipped (RFC 2045, 6.8). */
export function decodeBase64(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil((bytes.length * 3) / 4));
  let length = 0;
  let bits = 0;
  let held = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x3d) break;
    const value = BASE64[byte] ?? -1;
    if (value < 0) continue;
    held = ((held << 6) | value) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[length++] = (held >> bits) & 0xff;
    }
  }
  return out.subarray(0, length);
}

/** True when base64 stops in the middle of a group of four, which no encoder does: the rest was cut off. */
export function isBase64Truncated(bytes: Uint8Array): boolean {
  let count = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x3d) return count % 4 < 2;
    if ((BASE64[byte] ?? -1) >= 0) count += 1;
  }
  return count % 4 !== 0;
}

function hexValue(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  if (byte >= 0x41 && byte <= 0x46) return byte - 0x37;
  if (byte >= 0x61 && byte <= 0x66) return byte - 0x57;
  return -1;
}

/** The value of each byte in base64; -1 for those that mean nothing. */
const BASE64 = Int8Array.from({ length: 256 }, (_, byte) => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".indexOf(String.fromCharCode(byte)));
