// String literals as the characters that they stand for.

const ESCAPES: ReadonlyMap<string, number> = new Map([["n", 10], ["t", 9], ["r", 13], ["0", 0], ["a", 7], ["b", 8], ["f", 12], ["v", 11], ["e", 27], ["\\", 92], ["'", 39], ["\"", 34], ["?", 63]]);

/** The characters of a literal, or of several that stand beside each other, as signed bytes of UTF-8 and without the zero at the end (C11 6.4.4.4, 6.4.5). A word with no quotes is taken as it is. */
export function charactersOf(text: string): number[] {
  const pieces = [...text.matchAll(/"((?:[^"\\]|\\[\s\S])*)"/g)].map((match) => match[1] ?? "");
  const found: number[] = [];
  for (const piece of pieces.length > 0 ? pieces : [text]) {
    for (const [whole, octal, hex, letter] of piece.matchAll(/\\([0-7]{1,3})|\\x([0-9a-fA-F]+)|\\\r?\n|\\([\s\S])|[\s\S]/gu)) {
      if (octal !== undefined) found.push(Number.parseInt(octal, 8));
      else if (hex !== undefined) found.push(Number.parseInt(hex, 16));
      else if (letter !== undefined) found.push(ESCAPES.get(letter) ?? letter.charCodeAt(0));
      else if (!whole.startsWith("\\")) found.push(...utf8(whole.codePointAt(0) ?? 0));
    }
  }
  return found.map((byte) => (byte << 24) >> 24);
}

function utf8(code: number): number[] {
  if (code < 0x80) return [code];
  if (code < 0x800) return [0xc0 | (code >> 6), 0x80 | (code & 0x3f)];
  if (code < 0x10000) return [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)];
  return [0xf0 | (code >> 18), 0x80 | ((code >> 12) & 0x3f), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)];
}
