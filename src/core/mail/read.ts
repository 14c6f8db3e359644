// The entrance of the mail room: bytes of any container to messages.
import type { Platform } from "../platform.js";
import type { Problem } from "../problem.js";
import { decodeGuessed } from "./charset.js";
import { detectContainer, detectPacker } from "./detect.js";
import { dropDuplicates } from "./duplicates.js";
import { MAX_INFLATED_BYTES, MAX_MESSAGES } from "./limits.js";
import { readBareDiff, readCommitLog, readMercurialPatch } from "./log.js";
import { moveMessage, readMessage } from "./message.js";
import { readPage } from "./page.js";
import { splitMailbox } from "./split.js";
import { TERMINAL_COLOR } from "./text.js";
import type { Mailbox, Message } from "./types.js";

/** The first part of the input, which tells what it is. */
const HEAD_BYTES = 64 * 1024;

/** How the reading of a big box is stopped. */
export interface ReadControl {
  /** Asked every few milliseconds; true ends the reading. */
  readonly cancelled: () => boolean;
}

/** Bytes that are read before the wish to stop is looked at again: some milliseconds' work. */
const BYTES_BETWEEN_LOOKS = 500_000;

/**
 * Reads a mailbox: mbox (also mboxrd and undated ones), one mail, `git format-patch` output, a bare diff, the output
 * of `git log -p` or `git show`, a Mercurial patch, or a Patchwork page copied as text; each of them also gzipped. Never throws on input.
 * What cannot be read is named in `problems`, and the rest is kept. A reading that is cancelled gives the mails so far: who
 * cancelled knows.
 */
export async function readMailbox(input: Uint8Array, platform: Platform, control?: ReadControl): Promise<Mailbox> {
  const bytes = countedBytes(input, platform);
  if (bytes === undefined) {
    return { format: "unknown", messages: [], problems: [{ kind: "broken-gzip", severity: "error", from: 0, to: input.length }] };
  }
  // Colors that git prints for terminals stand before the words that tell the container.
  const head = decodeGuessed(bytes.subarray(0, HEAD_BYTES)).replace(TERMINAL_COLOR, "");
  const container = detectContainer(head);
  switch (container) {
    case "empty":
      return { format: "empty", messages: [], problems: [{ kind: "empty-input", severity: "error" }] };
    case "unknown":
    case "web-page": {
      const packer = detectPacker(bytes);
      const kind = packer !== null ? "packed-input" : container === "web-page" ? "web-page" : "unknown-format";
      return { format: "unknown", messages: [], problems: [{ kind, severity: "error", from: 0, to: bytes.length, ...(packer === null ? {} : { detail: packer }) }] };
    }
    case "patchwork-page":
      return readPage(decodeGuessed(bytes), bytes.length);
    case "commit-log":
      return readCommitLog(decodeGuessed(bytes), bytes.length);
    case "hg-patch":
      return readMercurialPatch(decodeGuessed(bytes), bytes.length);
    case "patch":
      return readBareDiff(decodeGuessed(bytes), bytes.length);
    case "mail":
    case "mbox":
      return readBox(bytes, container, control);
  }
}

async function readBox(bytes: Uint8Array, format: "mail" | "mbox", control: ReadControl | undefined): Promise<Mailbox> {
  const { ranges, quoting } = splitMailbox(bytes);
  const problems: Problem[] = [];
  if (ranges.length > MAX_MESSAGES) problems.push({ kind: "too-many-messages", severity: "error", detail: String(ranges.length) });
  const messages: Message[] = [];
  let lookedAt = 0;
  for (const range of ranges.slice(0, MAX_MESSAGES)) {
    if (control !== undefined && range.from - lookedAt > BYTES_BETWEEN_LOOKS) {
      lookedAt = range.from;
      if (control.cancelled()) break;
    }
    const raw = bytes.subarray(range.from, range.to);
    const place = { index: messages.length, startByte: range.from, endByte: range.to };
    if (raw.length === 0) {
      problems.push({ kind: "empty-message", severity: "note", from: range.from, to: range.to });
      continue;
    }
    const result = readMessage(raw, place, range.quoted && format === "mbox" && quoting === "mboxrd");
    const { message, problems: found } = result instanceof Promise ? await result : result;
    messages.push(message);
    problems.push(...found);
  }
  const kept = dropDuplicates(messages);
  return { format, messages: kept.messages, problems: [...moveProblems(problems, kept.places), ...kept.problems] };
}

/** Several mailboxes as one, in order: a folder of patches, a maildir, versions saved one by one. */
export function joinMailboxes(mailboxes: readonly Mailbox[]): Mailbox {
  const [first, ...rest] = mailboxes;
  if (first === undefined) return { format: "empty", messages: [], problems: [] };
  if (rest.length === 0) return first;
  const messages: Message[] = [];
  const problems: Problem[] = [];
  for (const mailbox of mailboxes) {
    const start = messages.length;
    for (const message of mailbox.messages) {
      const parent = message.guessedParent === undefined ? undefined : message.guessedParent + start;
      messages.push(moveMessage(message, message.index + start, parent));
    }
    problems.push(...moveProblems(mailbox.problems, mailbox.messages.map((_, index) => index + start)));
  }
  const kept = dropDuplicates(messages);
  const page = mailboxes.find((mailbox) => mailbox.page !== undefined)?.page;
  return {
    format: mailboxes.every((mailbox) => mailbox.format === first.format) ? first.format : "mbox",
    messages: kept.messages,
    problems: [...moveProblems(problems, kept.places), ...kept.problems],
    ...(page === undefined ? {} : { page }),
  };
}

/** Problems point at mails by index; `places` says where each mail is now. */
function moveProblems(problems: readonly Problem[], places: readonly number[]): Problem[] {
  return problems.map((problem) => {
    const place = problem.messageIndex === undefined ? undefined : places[problem.messageIndex];
    return place === undefined ? problem : { ...problem, messageIndex: place };
  });
}

/**
 * The bytes that the byte ranges of messages and problems are about: the input unpacked when it is gzip (told by its first two bytes),
 * without a mark of its encoding, and as UTF-8 where it was UTF-16. Undefined when it cannot be unpacked.
 */
export function countedBytes(input: Uint8Array, platform: Platform): Uint8Array | undefined {
  const bytes = input[0] === 0x1f && input[1] === 0x8b ? platform.gunzip(input, MAX_INFLATED_BYTES) : input;
  return bytes === undefined ? undefined : toUtf8(bytes);
}

/** Text saved as UTF-16 (some editors and mail programs do) is turned into UTF-8; a UTF-8 mark is taken off. */
function toUtf8(bytes: Uint8Array): Uint8Array {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextEncoder().encode(new TextDecoder("utf-16le").decode(bytes));
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextEncoder().encode(new TextDecoder("utf-16be").decode(bytes));
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}
