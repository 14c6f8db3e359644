// One raw mail to one Message.
import type { Problem } from "../problem.js";
import { readAddresses, readSender } from "./addresses.js";
import type { Body } from "./body.js";
import { readBody } from "./body.js";
import { readMailDate } from "./dates.js";
import { readIds, readOwnId } from "./fields.js";
import type { HeaderFields } from "./headers.js";
import { readHeader } from "./headers.js";
import { MAX_HEADER_BYTES, MAX_MESSAGE_BYTES } from "./limits.js";
import type { Address, Attachment, Message } from "./types.js";
import { decodeWords } from "./words.js";

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
  const { fields, headerEnd, bodyStart } = readHeader(bytes, MAX_HEADER_BYTES);
  if (headerEnd > MAX_HEADER_BYTES) problems.push({ kind: "header-too-long", severity: "error", detail: String(headerEnd) });
  if (fields.isEmpty) problems.push({ kind: "no-headers", severity: "warning" });
  const date = readDate(fields, problems);
  const body = readBody(bytes, bodyStart, fields, quoted);
  return body instanceof Promise ? body.then((read) => finish(fields, place, date, read, problems)) : finish(fields, place, date, body, problems);
}

/** Gives the problems of a mail their place: that which they have within the mail, or all of it. */
function finish(fields: HeaderFields, place: MailPlace, date: number | null, body: Body, problems: readonly Problem[]): MessageResult {
  const message = new Mail(place, fields, date, body);
  if (problems.length === 0 && body.problems.length === 0) return { message, problems };
  const length = place.endByte - place.startByte;
  const located = [...problems, ...body.problems].map((problem): Problem => ({
    ...problem,
    ...(message.id === null ? {} : { messageId: message.id }),
    messageIndex: place.index,
    from: place.startByte + (problem.from ?? 0),
    to: place.startByte + Math.min(length, problem.to ?? length),
  }));
  return { message, problems: located };
}

/** The message at another place of its box. Members that are worked out on demand stay so, which a spread would undo. */
export function moveMessage(message: Message, index: number, guessedParent: number | undefined): Message {
  if (message instanceof Mail) return message.at(index);
  return { ...message, index, ...(guessedParent === undefined ? {} : { guessedParent }) };
}

/** A mail whose addresses, text and attachments are worked out when they are first asked for. */
class Mail implements Message {
  readonly index: number;
  readonly startByte: number;
  readonly endByte: number;
  readonly id: string | null;
  readonly inReplyTo: readonly string[];
  readonly references: readonly string[];
  readonly subject: string;
  #sender: Address | undefined;
  readonly #fields: HeaderFields;
  readonly #body: Body;

  constructor(place: MailPlace, fields: HeaderFields, readonly date: number | null, body: Body, original?: Mail) {
    this.index = place.index;
    this.startByte = place.startByte;
    this.endByte = place.endByte;
    this.id = original === undefined ? readOwnId(fields.get("message-id")) : original.id;
    this.inReplyTo = original?.inReplyTo ?? readIds(fields.get("in-reply-to"));
    this.references = original?.references ?? readIds(fields.get("references"));
    this.subject = original?.subject ?? readSubject(fields.get("subject"));
    this.#fields = fields;
    this.#body = body;
  }

  get from(): Address {
    return (this.#sender ??= readSender(this.#fields));
  }

  /** Read anew each time, like `cc`: only who writes an answer asks, and treewide series go to hundreds of people. */
  get to(): readonly Address[] {
    return readAddresses(joinFields(this.#fields.all("to")));
  }

  get cc(): readonly Address[] {
    return readAddresses(joinFields(this.#fields.all("cc")));
  }

  get listId(): string | null {
    return readListId(this.#fields.get("list-id"));
  }

  get text(): string {
    return this.#body.text;
  }

  get attachments(): readonly Attachment[] {
    return this.#body.attachments;
  }

  bytesOfLine(line: number): { from: number; to: number } | null {
    const range = this.#body.placeOfLine?.(line) ?? null;
    return range === null ? null : { from: this.startByte + range.from, to: this.startByte + range.to };
  }

  at(index: number): Mail {
    return new Mail({ index, startByte: this.startByte, endByte: this.endByte }, this.#fields, this.date, this.#body, this);
  }
}

function readSubject(value: string | null): string {
  return value === null ? "" : decodeWords(value).replace(/\s+/g, " ").trim();
}

/** Git's first mail is younger, and no mail of today is from there: both ends are mistakes of clocks. */
const EARLIEST = Date.UTC(1980, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);

/** The Date header; one that is missing or means nothing is replaced by the time of the last hop. */
function readDate(fields: HeaderFields, problems: Problem[]): number | null {
  const value = fields.get("date");
  const date = readMailDate(value);
  if (value !== null) {
    const detail = value.slice(0, 100);
    const place = fields.place("date") ?? {};
    if (date === null) problems.push({ kind: "unreadable-date", severity: "warning", detail, ...place });
    else if (date < EARLIEST || date >= LATEST) problems.push({ kind: "date-out-of-range", severity: "warning", detail, ...place });
    if (/[+-](?:2[4-9]|[3-9]\d)\d{2}\b/.test(detail)) problems.push({ kind: "time-zone-out-of-range", severity: "note", detail, ...place });
  }
  return date ?? readReceivedDate(fields.get("received"));
}

function joinFields(values: readonly string[]): string | null {
  return values.length === 0 ? null : values.length === 1 ? (values[0] ?? null) : values.join(", ");
}

/** The time of the last hop stands after the last semicolon of the first Received header. */
function readReceivedDate(received: string | null): number | null {
  return received === null ? null : readMailDate(received.slice(received.lastIndexOf(";") + 1));
}

function readListId(value: string | null): string | null {
  if (value === null) return null;
  const id = (/<([^<>]+)>/.exec(value)?.[1] ?? value).trim();
  return id === "" ? null : id;
}
