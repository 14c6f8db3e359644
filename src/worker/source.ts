// A mail's raw bytes as text that can be looked at: nothing in it is hidden, and nothing in it acts on the editor.
import { decodeGuessed } from "../core/mail/charset.js";

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
