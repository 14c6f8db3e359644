// One raw mail to one Message.
import type { Problem } from "../problem.js";
import { readAddresses, readSender } from "./addresses.js";
import type { Body } from "./body.js";
import { readBody } from "./body.js";
import { readMailDate } from "./dates.js";
import type { HeaderFields } from "./headers.js";
import { decodeWords, findBody, readHeaders, readIds, readOwnId } from "./headers.js";
import { once } from "./lazy.js";
import { MAX_HEADER_BYTES, MAX_MESSAGE_BYTES } from "./limits.js";
import type { Message } from "./types.js";

/** Where a mail stands in its input. */
export interface MailPlace {
  readonly index: number;
  readonly startByte: number;
  readonly endByte: number;
}

/** A mail with what was wrong with it. */
export interface MessageResult {
  readonly message: Message;
  readonly problems: readonly Problem[];
}

/**
 * Reads one raw mail, whose body mboxrd may have quoted. Never throws: what cannot be read is a problem and the rest
 * of the mail is kept. Addresses and the text of an ordinary body are worked out when they are first asked for; only
 * a body that needs the MIME library makes a promise of it.
 */
export function readMessage(raw: Uint8Array, place: MailPlace, quoted: boolean): MessageResult | Promise<MessageResult> {
  const problems: Problem[] = [];
  let bytes = raw;
  if (bytes.length > MAX_MESSAGE_BYTES) {
    bytes = bytes.subarray(0, MAX_MESSAGE_BYTES);
    problems.push({ kind: "message-too-long", severity: "error", detail: String(raw.length) });
  }
  const { headerEnd, bodyStart } = findBody(bytes);
  if (headerEnd > MAX_HEADER_BYTES) problems.push({ kind: "header-too-long", severity: "error", detail: String(headerEnd) });
  const headers = readHeaders(bytes.subarray(0, Math.min(headerEnd, MAX_HEADER_BYTES)));
  if (headers.count === 0) problems.push({ kind: "no-headers", severity: "warning" });
  const date = readDate(headers, problems);
  const finish = (body: Body): MessageResult => {
    const message = makeMail(headers, place, date, body);
    const at = { ...(message.id === null ? {} : { messageId: message.id }), messageIndex: place.index, from: place.startByte, to: place.endByte };
    return { message, problems: [...problems, ...body.problems].map((problem) => ({ ...problem, ...at })) };
  };
  const body = readBody(bytes, bodyStart, headers, quoted);
  return body instanceof Promise ? body.then(finish) : finish(body);
}

function makeMail(headers: HeaderFields, place: MailPlace, date: number | null, body: Body): Message {
  const from = once(() => readSender(headers));
  const to = once(() => readAddresses(joinFields(headers.all("to"))));
  const cc = once(() => readAddresses(joinFields(headers.all("cc"))));
  return {
    index: place.index,
    id: readOwnId(headers.get("message-id")),
    inReplyTo: readIds(headers.get("in-reply-to")),
    references: readIds(headers.get("references")),
    get from() {
      return from();
    },
    get to() {
      return to();
    },
    get cc() {
      return cc();
    },
    date,
    subject: decodeWords(headers.get("subject") ?? "").replace(/\s+/g, " ").trim(),
    get text() {
      return body.text;
    },
    get attachments() {
      return body.attachments;
    },
    listId: readListId(headers.get("list-id")),
    startByte: place.startByte,
    endByte: place.endByte,
  };
}

/** Git's first mail is younger, and no mail of today is from there: both ends are mistakes of clocks. */
const EARLIEST = Date.UTC(1980, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);

/** The Date header; one that is missing or means nothing is replaced by the time of the last hop. */
function readDate(headers: HeaderFields, problems: Problem[]): number | null {
  const value = headers.get("date");
  const date = readMailDate(value);
  const detail = value?.slice(0, 100) ?? "";
  if (date === null && value !== null) problems.push({ kind: "unreadable-date", severity: "warning", detail });
  if (date !== null && (date < EARLIEST || date >= LATEST)) problems.push({ kind: "date-out-of-range", severity: "warning", detail });
  if (/[+-](?:2[4-9]|[3-9]\d)\d{2}\b/.test(detail)) problems.push({ kind: "time-zone-out-of-range", severity: "note", detail });
  return date ?? readReceivedDate(headers.all("received"));
}

function joinFields(values: readonly string[]): string | null {
  return values.length === 0 ? null : values.join(", ");
}

/** The time of the last hop stands after the last semicolon of the first Received header. */
function readReceivedDate(received: readonly string[]): number | null {
  const first = received[0];
  return first === undefined ? null : readMailDate(first.slice(first.lastIndexOf(";") + 1));
}

function readListId(value: string | null): string | null {
  if (value === null) return null;
  const id = (/<([^<>]+)>/.exec(value)?.[1] ?? value).trim();
  return id === "" ? null : id;
}
