// Where in the raw bytes a line of a decoded text stands, for problems that name it.

/** A range of bytes. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

const LF = 0x0a;

/** Line `line`, from one, of bytes that are text as they are, with its line end; null when there is no such line. */
export function findLine(bytes: Uint8Array, line: number): ByteRange | null {
  let from = 0;
  for (let count = 1; from < bytes.length; count += 1) {
    const to = lineEnd(bytes, from);
    if (count === line) return { from, to };
    from = to;
  }
  return null;
}

/** The lines of quoted-printable that line `line`, from one, of the decoded text is written in: soft line ends join some, `=0A` is a line end of its own. */
export function findQuotedLine(bytes: Uint8Array, line: number): ByteRange | null {
  let found: number | null = null;
  let count = 1;
  for (let from = 0; from < bytes.length; ) {
    const to = lineEnd(bytes, from);
    const breaks = countBreaks(bytes, from, to);
    if (count + breaks >= line) found ??= from;
    count += breaks + (isSoft(bytes, from, to) ? 0 : 1);
    if (found !== null && (count > line || to === bytes.length)) return { from: found, to };
    from = to;
  }
  return null;
}

/** One past the line end of the line that starts at `from`. */
function lineEnd(bytes: Uint8Array, from: number): number {
  const newline = bytes.indexOf(LF, from);
  return newline < 0 ? bytes.length : newline + 1;
}

/** How often `=0A` stands in a range. */
function countBreaks(bytes: Uint8Array, from: number, to: number): number {
  let count = 0;
  for (let at = bytes.indexOf(0x3d, from); at >= 0 && at + 2 < to; at = bytes.indexOf(0x3d, at + 1)) {
    if (bytes[at + 1] === 0x30 && ((bytes[at + 2] ?? 0) | 0x20) === 0x61) count += 1;
  }
  return count;
}

/** True for a line that ends in `=`, blanks behind it aside: the next one goes on in it. */
function isSoft(bytes: Uint8Array, from: number, to: number): boolean {
  let end = to;
  while (end > from && (bytes[end - 1] ?? 0) <= 0x20) end -= 1;
  return end > from && bytes[end - 1] === 0x3d;
}
