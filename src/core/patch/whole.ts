// The whole text of a file, from a git blob: its lines as bytes and as text, its blob id, and what a patch makes of it.
import type { Platform } from "../platform.js";
import type { HunkLine, PatchFile } from "./types.js";

/** A file as git keeps it. Both arrays have one member for each line, without its LF. */
export interface Whole {
  /** Each line's bytes, one character for each byte. */
  readonly bytes: readonly string[];
  /** Each line as text: UTF-8, or windows-1252 where it is not, which is how mail is read, too. */
  readonly texts: readonly string[];
  /** True when the last line has no line end. */
  readonly noNewline: boolean;
}

/** Where a patch's words about a file and the file itself part. Hunk from one; line from one, in the file before. */
export interface Misfit {
  readonly hunk: number;
  readonly line: number;
}

export const EMPTY_WHOLE: Whole = { bytes: [], texts: [], noNewline: false };

/** Reads a blob; `decode` is how mail is decoded. Null for binary files, told as git does: by a zero byte in the first 8,000. */
export function readWhole(blob: Uint8Array, decode: (bytes: Uint8Array) => string): Whole | null {
  if (blob.subarray(0, 8000).includes(0)) return null;
  if (blob.length === 0) return EMPTY_WHOLE;
  const bytes = byteString(blob).split("\n");
  const noNewline = bytes.at(-1) !== "";
  if (!noNewline) bytes.pop();
  return { bytes, texts: bytes.map((line) => textOf(line, decode)), noNewline };
}

/** The bytes of a file, as they would stand in a blob. */
export function bytesOf(whole: Whole): Uint8Array {
  const text = whole.bytes.join("\n") + (whole.bytes.length === 0 || whole.noNewline ? "" : "\n");
  return fromByteString(text);
}

/** git's id of a blob: SHA-1, in hexadecimal digits, over a header and the content (git's object-file.c). */
export function blobId(blob: Uint8Array, platform: Pick<Platform, "sha1">): string {
  const header = fromByteString(`blob ${blob.length}\0`);
  const all = new Uint8Array(header.length + blob.length);
  all.set(header);
  all.set(blob, header.length);
  return [...platform.sha1(all)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * What the hunks of a patch make of a file, at exactly the lines that they name: git would also look elsewhere, but then the
 * numbers that the mail and its replies speak of would mean other lines. `legacy` writes added lines that are not ASCII as
 * windows-1252, for a patch to a file of that kind.
 */
export function applyHunks(whole: Whole, file: PatchFile, legacy = false): Whole | Misfit {
  const plain = applyWith(whole, file, "", legacy);
  // Mail has no CR before LF; a file that has them is patched by lines that have lost theirs.
  return "hunk" in plain && whole.bytes.some((line) => line.endsWith("\r")) ? better(plain, applyWith(whole, file, "\r", legacy)) : plain;
}

/** True when the patch adds lines whose bytes depend on the encoding. */
export function addsOtherThanAscii(file: PatchFile): boolean {
  return file.hunks.some((hunk) => hunk.lines.some((line) => line.sign === "+" && NOT_ASCII.test(line.text)));
}

const NOT_ASCII = /[^\0-\x7f]/;

function better(plain: Misfit, other: Whole | Misfit): Whole | Misfit {
  return "hunk" in other ? plain : other;
}

function applyWith(whole: Whole, file: PatchFile, carriage: string, legacy: boolean): Whole | Misfit {
  const bytes: string[] = [];
  const texts: string[] = [];
  let { noNewline } = whole;
  /** Lines of the file that have been taken over or passed. */
  let at = 0;
  const takeUpTo = (end: number): void => {
    for (; at < end; at++) {
      bytes.push(whole.bytes[at] ?? "");
      texts.push(whole.texts[at] ?? "");
    }
  };
  for (const [index, hunk] of file.hunks.entries()) {
    const start = hunk.countA === 0 ? hunk.fromA : hunk.fromA - 1;
    if (start < at || start > whole.texts.length) return { hunk: index + 1, line: hunk.fromA };
    takeUpTo(start);
    for (const line of hunk.lines) {
      if (line.sign === "+") {
        const text = line.text + carriage;
        texts.push(text);
        bytes.push(NOT_ASCII.test(text) ? encodeLine(text, legacy) : text);
        noNewline = line.noNewline === true;
        continue;
      }
      if (at >= whole.texts.length || whole.texts[at] !== line.text + carriage || !endsAlike(whole, at, line)) return { hunk: index + 1, line: at + 1 };
      if (line.sign === " ") {
        takeUpTo(at + 1);
        noNewline = line.noNewline === true;
      } else at++;
    }
  }
  if (at < whole.texts.length) noNewline = whole.noNewline;
  takeUpTo(whole.texts.length);
  return { bytes, texts, noNewline: noNewline && bytes.length > 0 };
}

/** The last line of a file has a line end on both accounts, or on neither. */
function endsAlike(whole: Whole, at: number, line: HunkLine): boolean {
  return (line.noNewline === true) === (whole.noNewline && at === whole.texts.length - 1);
}

/** The blank in front keeps a byte order mark, which a decoder drops at the start of its input only. */
function textOf(bytes: string, decode: (bytes: Uint8Array) => string): string {
  return NOT_ASCII.test(bytes) ? decode(fromByteString(` ${bytes}`)).slice(1) : bytes;
}

/** A line's bytes; a character that windows-1252 does not have makes it UTF-8. */
function encodeLine(text: string, legacy: boolean): string {
  if (legacy && /^[\0-\x7f\xa0-\xff]*$/.test(text)) return text;
  return byteString(new TextEncoder().encode(text));
}

function byteString(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 8192) pieces.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  return pieces.join("");
}

function fromByteString(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
