// Bytes to text: declared charset, then UTF-8, then windows-1252 (which is what mail calls latin-1).

/**
 * The text of `bytes`. `charset` is what the mail declares, or null. Never fails: an unknown or wrong charset falls
 * back line by line to UTF-8, then windows-1252, because one mail often mixes a UTF-8 message with a patch to a
 * latin-1 file (git leaves such bytes alone, git-mailinfo's `-u`; patchwork tries the same order).
 */
export function decodeText(bytes: Uint8Array, charset: string | null): string {
  const label = charset?.trim().toLowerCase() ?? "";
  if (label === "" || label === "utf-8" || label === "utf8" || label === "us-ascii" || label === "ascii") return decodeGuessed(bytes);
  if (WINDOWS_1252.test(label)) return decodeWindows1252(bytes);
  const decoder = makeDecoder(label);
  return decoder === undefined ? decodeGuessed(bytes) : decoder.decode(bytes);
}

/** False for a charset that no decoder is there for; its text is then read as if none were named. */
export function isKnownCharset(charset: string): boolean {
  const label = charset.trim().toLowerCase();
  return label === "utf8" || label === "ascii" || WINDOWS_1252.test(label) || makeDecoder(label) !== undefined;
}

/** UTF-8 where it is UTF-8; else each line that is not UTF-8 is read as windows-1252. */
export function decodeGuessed(bytes: Uint8Array): string {
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  const whole = tryDecode(strict, bytes);
  if (whole !== undefined) return whole;
  const pieces: string[] = [];
  let start = 0;
  while (start < bytes.length) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    const line = bytes.subarray(start, end);
    pieces.push(tryDecode(strict, line) ?? decodeWindows1252(line));
    start = end;
  }
  return pieces.join("");
}

/** Names that mail uses for windows-1252, or for latin-1, which mail readers take for it. */
const WINDOWS_1252 = /^(?:windows-1252|cp-?1252|x-cp1252|iso-?8859-1|iso_8859-1|latin-?1|l1|ansi_x3.4-1968)$/;

/** 0x80 to 0x9f of windows-1252; the five holes stay what they are in latin-1. */
const SPECIAL_1252 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

/** Written out because some versions of Node decode windows-1252 as latin-1. */
function decodeWindows1252(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text.replace(/[\u0080-\u009f]/g, (character) => SPECIAL_1252[character.charCodeAt(0) - 0x80] ?? character);
}

function makeDecoder(label: string): TextDecoder | undefined {
  try {
    return new TextDecoder(label);
  } catch {
    return undefined;
  }
}

function tryDecode(decoder: TextDecoder, bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
