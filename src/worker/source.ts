// A mail's raw bytes as text that can be looked at: nothing in it is hidden, and nothing in it acts on the editor.
import { decodeGuessed } from "../core/mail/charset.js";
import { MAX_INFLATED_BYTES } from "../core/mail/limits.js";
import { nodePlatform } from "./platform.js";

/**
 * The bytes that a mail's byte range is about: the input as `readMailbox` counts it, that is unpacked, without a mark of
 * its encoding, and as UTF-8 where it was UTF-16. Undefined when it cannot be unpacked.
 */
export function countedBytes(input: Uint8Array): Uint8Array | undefined {
  const bytes = input[0] === 0x1f && input[1] === 0x8b ? nodePlatform.gunzip(input, MAX_INFLATED_BYTES) : input;
  if (bytes === undefined) return undefined;
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : null;
  if (utf16 !== null) return new TextEncoder().encode(new TextDecoder(utf16).decode(bytes));
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

/**
 * Bytes as text with LF line ends. Control characters are shown by their pictures (a NUL as ␀), so that an editor takes
 * the text neither for binary nor for an instruction; marks that turn the direction of text, and line ends that only some
 * programs know, are spelled out as `<U+202E>`. A CR before LF is not shown: all mail has it on its way.
 */
export function visibleText(bytes: Uint8Array): string {
  return decodeGuessed(bytes)
    .replace(/\r\n/g, "\n")
    .replace(/[^\P{Cc}\t\n]/gu, (character) => {
      const code = character.charCodeAt(0);
      return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? "\u2421" : spelled(code);
    })
    .replace(/[\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g, (character) => spelled(character.charCodeAt(0)));
}

function spelled(code: number): string {
  return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
}
