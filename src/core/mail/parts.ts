// A multipart read without the MIME library: its parts by their boundary lines, texts joined, the rest attached.
import { decodeGuessed } from "./charset.js";
import type { ContentType } from "./fields.js";
import { readContentType, readEncoding, readParameter } from "./fields.js";
import type { HeaderFields } from "./headers.js";
import { readHeader } from "./headers.js";
import { MAX_HEADER_BYTES, MAX_MIME_DEPTH } from "./limits.js";

/** One leaf of a multipart, still encoded. */
export interface Part {
  readonly bytes: Uint8Array;
  readonly headers: HeaderFields;
  readonly contentType: ContentType;
  /** Its transfer encoding, lower case; "" when it names none. */
  readonly encoding: string;
  /** Where its header block starts, in bytes of the buffer that `bytes` is a part of. */
  readonly headerByte: number;
  readonly isAttached: boolean;
  /** File name, or "". */
  readonly name: string;
}

/** Most leaves of one mail; real ones have a handful. */
const MAX_PARTS = 1000;

/** Multiparts whose parts stand one after the other. In an alternative, the choice is the library's. */
const SEQUENCES = /^multipart\/(?:mixed|signed|related|report)$/;

/**
 * The leaves of an ordinary multipart, in order. Null for whatever is unusual and belongs to the library: no boundary
 * or none that occurs, other kinds of multipart, HTML, forwarded mails, encoded file names, too many levels or parts.
 */
export function readParts(body: Uint8Array, headers: HeaderFields): Part[] | null {
  const parts: Part[] = [];
  return collectParts(body, headers, body.byteOffset, 0, parts) ? parts : null;
}

function collectParts(body: Uint8Array, headers: HeaderFields, headerByte: number, depth: number, parts: Part[]): boolean {
  const contentType = readContentType(headers.get("content-type"));
  if (contentType.type.startsWith("multipart/")) {
    const boundary = readParameter(headers.get("content-type") ?? "", "boundary");
    if (!SEQUENCES.test(contentType.type) || boundary === null || depth >= MAX_MIME_DEPTH) return false;
    const pieces = splitAtBoundary(body, boundary);
    return pieces.length > 0 && pieces.every((piece) => collectPiece(piece, depth, parts));
  }
  const disposition = headers.get("content-disposition") ?? "";
  const type = headers.get("content-type") ?? "";
  if (contentType.type === "text/html" || contentType.type.startsWith("message/") || /\*|=\?/.test(disposition + type) || parts.length >= MAX_PARTS) return false;
  const isAttached = !/^\s*text\/plain\b/i.test(type === "" ? "text/plain" : type) || /^\s*attachment\b/i.test(disposition);
  const name = readParameter(disposition, "filename") ?? readParameter(type, "name") ?? "";
  parts.push({ bytes: body, headers, headerByte, contentType, encoding: readEncoding(headers), isAttached, name });
  return true;
}

function collectPiece(piece: Uint8Array, depth: number, parts: Part[]): boolean {
  const { fields, headerEnd, bodyStart } = readHeader(piece, MAX_HEADER_BYTES);
  // A part whose header is damaged is for the library to guess at.
  if (headerEnd > MAX_HEADER_BYTES || (bodyStart === headerEnd && headerEnd < piece.length)) return false;
  return collectParts(piece.subarray(bodyStart), fields, piece.byteOffset, depth + 1, parts);
}

/** What stands between the boundary lines, without the line end before each (RFC 2046, 5.1.1); none when the last is missing. */
function splitAtBoundary(body: Uint8Array, boundary: string): Uint8Array[] {
  const mark = `--${boundary}`;
  const pieces: Uint8Array[] = [];
  let start = -1;
  for (let at = body.indexOf(0x2d); at >= 0; at = body.indexOf(0x2d, at + 1)) {
    if (body[at + 1] !== 0x2d || (at > 0 && body[at - 1] !== 0x0a) || !startsWith(body, at, mark)) continue;
    const newline = body.indexOf(0x0a, at);
    const end = newline < 0 ? body.length : newline;
    const rest = decodeGuessed(body.subarray(at + mark.length, Math.min(end, at + mark.length + 4))).trimEnd();
    if (rest !== "" && rest !== "--") continue;
    if (start >= 0) pieces.push(body.subarray(start, endBefore(body, start, at)));
    start = newline < 0 ? body.length : newline + 1;
    if (rest === "--") return pieces;
    if (pieces.length > MAX_PARTS) return [];
    at = end;
  }
  return [];
}

function startsWith(bytes: Uint8Array, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (bytes[at + index] !== text.charCodeAt(index)) return false;
  return true;
}

function endBefore(bytes: Uint8Array, from: number, at: number): number {
  let end = at;
  if (end > from && bytes[end - 1] === 0x0a) end -= 1;
  if (end > from && bytes[end - 1] === 0x0d) end -= 1;
  return end;
}
