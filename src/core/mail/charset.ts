// Bytes to text: declared charset, then UTF-8, then windows-1252 (which is what mail calls latin-1).

/** Decoders without state between calls; making one costs more than decoding a header with it. */
const UTF8 = new TextDecoder("utf-8");
const STRICT_UTF8 = new TextDecoder("utf-8", { fatal: true });

/** What a decoder puts where bytes are no UTF-8. */
export const REPLACEMENT = "\ufffd";

/**
 * The text of `bytes`. `charset` is what the mail declares, or null. Never fails: an unknown or wrong charset falls
 * back line by line to UTF-8, then windows-1252, because one mail often mixes a UTF-8 message with a patch to a
 * latin-1 file (git leaves such bytes alone, git-mailinfo's `-u`; patchwork tries the same order).
 */
export function decodeText(bytes: Uint8Array, charset: string | null): string {
  const label = charset?.trim().toLowerCase() ?? "";
  if (isUtf8Label(label)) return decodeGuessed(bytes);
  if (WINDOWS_1252.test(label)) return decodeWindows1252(bytes);
  const decoder = makeDecoder(label);
  return decoder === undefined ? decodeGuessed(bytes) : decoder.decode(bytes);
}

/** True where mail means UTF-8, or leaves it to us, which begins with UTF-8. */
export function isUtf8(charset: string | null): boolean {
  return charset === null || isUtf8Label(charset.trim().toLowerCase());
}

/** False for a charset that no decoder is there for; its text is then read as if none were named. */
export function isKnownCharset(charset: string): boolean {
  const label = charset.trim().toLowerCase();
  return isUtf8Label(label) || WINDOWS_1252.test(label) || makeDecoder(label) !== undefined;
}

/** UTF-8 where it is UTF-8; else each line that is not UTF-8 is read as windows-1252. */
export function decodeGuessed(bytes: Uint8Array): string {
  const whole = UTF8.decode(bytes);
  if (!whole.includes(REPLACEMENT)) return whole;
  const pieces: string[] = [];
  let start = 0;
  // A line end is never a part of another character, so lines of the bytes are lines of the text.
  for (let from = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    const textNewline = whole.indexOf("\n", from);
    const to = textNewline < 0 ? whole.length : textNewline + 1;
    const line = whole.slice(from, to);
    pieces.push(line.includes(REPLACEMENT) ? decodeLine(bytes.subarray(start, end)) : line);
    start = end;
    from = to;
  }
  return pieces.join("");
}

/** Bytes as text, one character per byte. */
export function latin1(bytes: Uint8Array): string {
  let text = "";
  // Spreading a typed array goes through an iterator; `apply` takes any array-like, which its type does not say.
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode.apply(null, bytes.subarray(at, at + 8192) as unknown as number[]);
  return text;
}

/** A line whose bytes spell the replacement character itself is UTF-8, too. */
function decodeLine(bytes: Uint8Array): string {
  try {
    return STRICT_UTF8.decode(bytes);
  } catch {
    return decodeWindows1252(bytes);
  }
}

function isUtf8Label(label: string): boolean {
  return label === "" || label === "utf-8" || label === "utf8" || label === "us-ascii" || label === "ascii";
}

/** Names that mail uses for windows-1252, or for latin-1, which mail readers take for it. */
const WINDOWS_1252 = /^(?:windows-1252|cp-?1252|x-cp1252|iso-?8859-1|iso_8859-1|latin-?1|l1|ansi_x3.4-1968)$/;

/** 0x80 to 0x9f of windows-1252; the five holes stay what they are in latin-1. */
const SPECIAL_1252 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

/** Written out because some versions of Node decode windows-1252 as latin-1. Text that is all ASCII, as most is, reads the same in UTF-8. */
function decodeWindows1252(bytes: Uint8Array): string {
  const ascii = UTF8.decode(bytes);
  if (ascii.length === bytes.length && !ascii.includes(REPLACEMENT)) return ascii;
  return mendLatin1(latin1(bytes));
}

/** Text that a decoder took for latin-1, as windows-1252: the control characters of latin-1 stand in no mail. */
export function mendLatin1(text: string): string {
  return text.replace(/[\u0080-\u009f]/g, (character) => SPECIAL_1252[character.charCodeAt(0) - 0x80] ?? character);
}

function makeDecoder(label: string): TextDecoder | undefined {
  try {
    return new TextDecoder(label);
  } catch {
    return undefined;
  }
}
