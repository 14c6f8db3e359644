// One raw mail to one Message.
import type { Problem } from "../problem.js";
import { readAddresses, readSender } from "./addresses.js";
import { readBody } from "./body.js";
import { readMailDate } from "./dates.js";
import { decodeWords, findBody, readHeaders, readIds, readOwnId } from "./headers.js";
import { MAX_HEADER_BYTES, MAX_MESSAGE_BYTES } from "./limits.js";
import type { Message } from "./types.js";

/** Where a mail stands in its input. */
export interface MailPlace {
  readonly index: number;
  readonly startByte: number;
  readonly endByte: number;
}

/** Reads one raw mail. Never throws: what cannot be read is a problem and the rest of the mail is kept. */
export async function readMessage(raw: Uint8Array, place: MailPlace): Promise<{ message: Message; problems: Problem[] }> {
  const problems: Problem[] = [];
  let bytes = raw;
  const at = { messageIndex: place.index, from: place.startByte, to: place.endByte };
  if (bytes.length > MAX_MESSAGE_BYTES) {
    bytes = bytes.subarray(0, MAX_MESSAGE_BYTES);
    problems.push({ kind: "message-too-long", severity: "error", detail: String(raw.length), ...at });
  }
  const { headerEnd, bodyStart } = findBody(bytes);
  if (headerEnd > MAX_HEADER_BYTES) problems.push({ kind: "header-too-long", severity: "error", detail: String(headerEnd), ...at });
  const headers = readHeaders(bytes.subarray(0, Math.min(headerEnd, MAX_HEADER_BYTES)));
  const id = readOwnId(headers.get("message-id"));
  const body = await readBody(bytes, bodyStart, headers);
  for (const problem of body.problems) problems.push({ ...problem, ...at });
  if (headers.count === 0) problems.push({ kind: "no-headers", severity: "warning", ...at });
  const message: Message = {
    index: place.index,
    id,
    inReplyTo: readIds(headers.get("in-reply-to")),
    references: readIds(headers.get("references")),
    from: readSender(headers),
    to: readAddresses(joinFields(headers.all("to"))),
    cc: readAddresses(joinFields(headers.all("cc"))),
    date: readMailDate(headers.get("date")) ?? readReceivedDate(headers.all("received")),
    subject: decodeWords(headers.get("subject") ?? "").replace(/\s+/g, " ").trim(),
    text: body.text,
    attachments: body.attachments,
    listId: readListId(headers.get("list-id")),
    startByte: place.startByte,
    endByte: place.endByte,
  };
  return { message, problems: problems.map((problem) => (id === null ? problem : { ...problem, messageId: id })) };
}

function joinFields(values: readonly string[]): string | null {
  return values.length === 0 ? null : values.join(", ");
}

/** A missing or meaningless Date is replaced by the time of the last hop, which stands after the last semicolon. */
function readReceivedDate(received: readonly string[]): number | null {
  const first = received[0];
  return first === undefined ? null : readMailDate(first.slice(first.lastIndexOf(";") + 1));
}

function readListId(value: string | null): string | null {
  if (value === null) return null;
  const id = (/<([^<>]+)>/.exec(value)?.[1] ?? value).trim();
  return id === "" ? null : id;
}
