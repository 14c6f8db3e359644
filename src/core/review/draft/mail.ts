// A draft as a mail that is about to leave: whom its header names, and the one change that a mail with very long lines needs.
import { readAddresses } from "../../mail/addresses.js";
import { type HeaderFields, readHeader } from "../../mail/headers.js";
import { MAX_HEADER_BYTES } from "../../mail/limits.js";
import { decodeWords } from "../../mail/words.js";
import type { ReplyFields } from "./types.js";

/** Bytes that a line of a mail may have without its end (RFC 5321, 4.5.3.1.6). */
const MAX_LINE_BYTES = 998;
/** Characters of an encoded line (RFC 2045, 6.7). */
const MAX_ENCODED = 76;

/** Whom a draft's header names: addresses one by one; the sender with the name, decoded. */
export interface DraftHeader {
  readonly from: string | null;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly subject: string;
}

export function readDraftHeader(text: string): DraftHeader {
  const headers = fieldsOf(new TextEncoder().encode(text));
  const emails = (name: string): string[] => headers.all(name).flatMap((value) => readAddresses(value)).flatMap(({ email }) => (email === "" ? [] : [email]));
  const from = headers.get("from");
  return { from: from === null ? null : decodeWords(from), to: emails("to"), cc: emails("cc"), subject: headers.get("subject") ?? "" };
}

/** Where the answers to a mail should go, from its raw bytes. */
export function readReplyFields(bytes: Uint8Array): ReplyFields {
  const headers = fieldsOf(bytes);
  return { replyTo: readAddresses(headers.get("reply-to")), followupTo: readAddresses(headers.get("mail-followup-to")) };
}

/** The same mail, its body in quoted-printable when a line is too long to travel as it is; unchanged otherwise. LF line ends. */
export function encodeLongLines(text: string): string {
  const encoder = new TextEncoder();
  const end = text.indexOf("\n\n");
  if (end < 0) return text;
  const body = text.slice(end + 2);
  if (body.split("\n").every((line) => line.length * 3 <= MAX_LINE_BYTES || encoder.encode(line).length <= MAX_LINE_BYTES)) return text;
  const header = text.slice(0, end + 1).replace(/^Content-Transfer-Encoding:.*\n/im, "");
  return `${header}Content-Transfer-Encoding: quoted-printable\n\n${body.split("\n").map((line) => quotedPrintable(encoder.encode(line))).join("\n")}`;
}

function fieldsOf(bytes: Uint8Array): HeaderFields {
  return readHeader(bytes, MAX_HEADER_BYTES).fields;
}

function quotedPrintable(bytes: Uint8Array): string {
  const lines: string[] = [];
  let line = "";
  for (const [at, byte] of bytes.entries()) {
    const isLast = at === bytes.length - 1;
    const isPlain = byte !== 0x3d && ((byte > 0x20 && byte < 0x7f) || ((byte === 0x20 || byte === 0x09) && !isLast));
    const written = isPlain ? String.fromCharCode(byte) : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    if (line.length + written.length > MAX_ENCODED - 1) {
      lines.push(`${line}=`);
      line = "";
    }
    line += written;
  }
  return [...lines, line].join("\n");
}
