// Bytes to text: declared charset, then UTF-8, then windows-1252 (which is what mail calls latin-1).

/**
 * The text of `bytes`. `charset` is what the mail declares, or null. Never fails: an unknown or wrong charset falls
 * back line by line to UTF-8, then windows-1252, because one mail often mixes a UTF-8 message with a patch to a
 * latin-1 file (git leaves such bytes alone, git-mailinfo's `-u`; patchwork tries the same order).
 */
export function decodeText(bytes: Uint8Array, charset: string | null): string {
  const label = charset?.trim().toLowerCase() ?? "";
  if (isAscii(bytes)) {
    // Escape sequences of ISO-2022 are ASCII bytes, so a stateful charset still has to be decoded.
    if (!label.startsWith("iso-2022") && label !== "hz-gb-2312" && !label.startsWith("utf-16") && label !== "utf-7") {
      return asciiText(bytes);
    }
  }
  if (label === "" || label === "utf-8" || label === "utf8" || label === "us-ascii" || label === "ascii") {
    return decodeGuessed(bytes);
  }
  const decoder = makeDecoder(label);
  return decoder === undefined ? decodeGuessed(bytes) : decoder.decode(bytes);
}

/** UTF-8 where it is UTF-8; else each line that is not UTF-8 is read as windows-1252. */
export function decodeGuessed(bytes: Uint8Array): string {
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  const whole = tryDecode(strict, bytes);
  if (whole !== undefined) return whole;
  const fallback = new TextDecoder("windows-1252");
  const pieces: string[] = [];
  let start = 0;
  while (start < bytes.length) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    const line = bytes.subarray(start, end);
    pieces.push(tryDecode(strict, line) ?? fallback.decode(line));
    start = end;
  }
  return pieces.join("");
}

/** True when no byte has its high bit set. */
export function isAscii(bytes: Uint8Array): boolean {
  for (const byte of bytes) {
    if (byte > 0x7f) return false;
  }
  return true;
}

function asciiText(bytes: Uint8Array): string {
  return new TextDecoder("utf-8").decode(bytes);
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
