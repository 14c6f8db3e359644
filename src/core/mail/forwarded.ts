// Mails within a mail (message/rfc822, the parts of a digest): each as the text that a reader sees, its own encodings undone.
import type { Body } from "./body.js";
import type { HeaderFields } from "./headers.js";
import { readHeader } from "./headers.js";
import { MAX_FORWARDED_DEPTH, MAX_HEADER_BYTES } from "./limits.js";
import { cleanText } from "./text.js";
import { decodeWords } from "./words.js";

/** How the body of a mail is read, at one more level of mails within mails. */
export type ReadInner = (raw: Uint8Array, bodyStart: number, headers: HeaderFields, depth: number) => Body | Promise<Body>;

/** The fields that tell whose mail it is. */
const SHOWN = ["From", "Date", "Subject", "Message-ID"];

/**
 * A mail within a mail at `depth` (from one) as text: its main fields, an empty line, its body. Mails deeper than `MAX_FORWARDED_DEPTH`
 * are left out, since each level costs another reading of all that is in it.
 */
export async function readForwarded(bytes: Uint8Array, depth: number, readInner: ReadInner): Promise<Body> {
  const { fields, bodyStart } = readHeader(bytes, MAX_HEADER_BYTES);
  const head = SHOWN.flatMap((name) => {
    const value = fields.get(name.toLowerCase());
    return value === null ? [] : [`${name}: ${decodeWords(value).replace(/\s+/g, " ").trim()}\n`];
  });
  const body: Body = depth > MAX_FORWARDED_DEPTH ? { text: "", attachments: [], problems: [] } : await readInner(bytes, bodyStart, fields, depth);
  return { text: cleanText(`${head.join("")}\n${body.text.trimEnd()}\n`), attachments: body.attachments, problems: [] };
}
