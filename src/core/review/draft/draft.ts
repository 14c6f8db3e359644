// Makes one reply of pending comments: who gets it, what it quotes, what is said. A reader must find every comment on its line again.
import { readAddress } from "../../mail/addresses.js";
import type { Address, Message } from "../../mail/types.js";
import type { Entry } from "../../series/types.js";
import { anchorReplies } from "../anchors.js";
import { spotsOfPosting } from "../spots.js";
import type { ReplyPart } from "../types.js";
import { addressField, idField, textField } from "./header.js";
import { firstWords, itemOnPosting, itemOnReply, type QuoteItem, quotedLines } from "./quote.js";
import { recipientsOf } from "./recipients.js";
import type { Draft, DraftRequest, PendingComment, ReplyFields } from "./types.js";
import { wrapComment } from "./wrap.js";

/** Neighbors above the lines that are meant; more only where fewer do not tell the place. */
const CONTEXTS = [3, 8, 20, 200] as const;
/** What stands for lines that are left out of the quote. */
const GAP = "[...]";
/** Mails whose trailers are looked through for an address. */
const MAX_SEARCHED = 200;
/** An attribution longer than this is broken before the name. */
const MAX_ATTRIBUTION = 78;

/** What a draft needs of a review. `mail` is the index of the patch or cover letter, `parts` are all parts of all replies. */
export interface DraftSource {
  readonly entries: readonly Entry[];
  readonly parts: readonly ReplyPart[];
  readonly mail: number;
  fieldsOf(mail: number): ReplyFields;
}

/**
 * One reply per patch. When every comment answers words of the same reply, the draft answers that reply; else it answers the patch, and
 * words of replies are quoted with their own attribution. Null when there is no such mail.
 */
export function buildDraft(source: DraftSource, request: DraftRequest): Draft | null {
  const words = new Map(request.comments.map((comment) => [comment.id, comment.answers ? findWords(source, comment) : null]));
  const mails = new Set(request.comments.map((comment) => words.get(comment.id)?.mail ?? null));
  const [only = null] = mails;
  // An answer to a mail without an id could not be threaded: the patch is answered then.
  const base = mails.size === 1 && only !== null && source.entries[only]?.message.id !== null ? only : source.mail;
  const entry = source.entries[base];
  if (!entry) return null;
  const spots = base === source.mail ? spotsOfPosting(entry, base) : [];
  const placed: QuoteItem[] = [];
  const general: PendingComment[] = [];
  for (const comment of request.comments) {
    const part = words.get(comment.id) ?? null;
    const item = base === source.mail ? itemOnPosting(entry, spots, comment, part) : part ? itemOnReply(entry, part, comment) : null;
    if (item) placed.push(item);
    else general.push(comment);
  }
  placed.sort((one, two) => one.to - two.to);
  const contexts = new Map<string, number>();
  let body = writeBody(source, entry, placed, general, request, contexts);
  let unsure = doubtful(source, base, placed, body);
  for (const context of CONTEXTS.slice(1)) {
    if (unsure.length === 0) break;
    for (const id of unsure) contexts.set(id, context);
    body = writeBody(source, entry, placed, general, request, contexts);
    unsure = doubtful(source, base, placed, body);
  }
  return {
    text: `${writeHeader(source, base, entry, request)}\n${body.text}`,
    outside: placed.filter((item) => item.outside).map((item) => item.comment.id),
    unsure,
    orphaned: request.comments.filter((comment) => comment.answers !== null && !words.get(comment.id)).map((comment) => comment.id),
  };
}

function findWords({ entries, parts }: DraftSource, { answers }: PendingComment): ReplyPart | null {
  if (!answers) return null;
  return parts.find(({ mail, comment }) => {
    const entry = entries[mail];
    const isMail = answers.messageId === null ? entry?.message.id === null && entry.author.name === answers.author : entry?.message.id === answers.messageId;
    return isMail && comment === answers.text;
  }) ?? null;
}

function writeHeader(source: DraftSource, base: number, entry: Entry, { identity }: DraftRequest): string {
  const { message } = entry;
  const { to, cc } = recipientsOf({ from: senderOf(source.entries, entry), to: message.to, cc: message.cc, listId: message.listId }, source.fieldsOf(base), identity);
  const ids = message.id === null ? [] : [message.id];
  const references = message.references.length > 0 ? message.references : message.inReplyTo.slice(0, 1);
  return [
    identity === null ? "" : addressField("From", [identity]),
    addressField("To", to),
    addressField("Cc", cc),
    textField("Subject", `Re: ${message.subject.replace(/^(?:\s*(?:re|aw|sv|antw|回复|答复)\s*(?:\[\d+\])?[:：])+\s*/i, "").trim()}`),
    idField("In-Reply-To", ids),
    idField("References", [...references.filter((id) => id !== message.id), ...ids]),
    "MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n",
  ].join("");
}

/** Whom to answer. A Patchwork page names people without addresses; a trailer with that name has one. */
function senderOf(entries: readonly Entry[], { message, trailers }: Entry): Address {
  if (message.from.email !== "" || message.from.name === "") return message.from;
  const all = [...trailers, ...entries.slice(0, MAX_SEARCHED).flatMap((entry) => entry.trailers)];
  return all.map(({ value }) => readAddress(value)).find(({ name, email }) => email !== "" && name.toLowerCase() === message.from.name.toLowerCase()) ?? message.from;
}

interface Body {
  readonly text: string;
  /** For each comment the line of the body, from one, where its words end. */
  readonly lines: ReadonlyMap<string, number>;
}

function writeBody(source: DraftSource, entry: Entry, items: readonly QuoteItem[], general: readonly PendingComment[], { trailers, comments }: DraftRequest, contexts: ReadonlyMap<string, number>): Body {
  const quoted = entry.message.text.split("\n");
  const ends = new Map<string, number>();
  const out: string[] = [];
  const say = (comment: PendingComment, text = wrapComment(comment.text)): void => {
    if (out.length > 0 && out.at(-1) !== "") out.push("");
    out.push(...text.replace(/^\n+|\s+$/g, "").split("\n"));
    ends.set(comment.id, out.length);
    out.push("");
  };
  // What has no line stands above the quote, as words about the whole.
  for (const comment of general) say(comment, `${whereText(comment)}${wrapComment(comment.text)}`);
  const attribution = attributionOf(entry);
  const lonely = comments.length === 0 ? firstWords(entry) : [];
  if (items.length > 0 || lonely.length > 0) out.push(...attribution);
  let last = -1;
  const quote = (indexes: readonly number[], heads: readonly number[]): void => {
    for (const at of indexes) {
      if (last >= 0 && at > last + 1 && !(heads.includes(at) && heads.includes(last))) out.push(GAP);
      out.push(`> ${quoted[at] ?? ""}`.replace(/^> $/, ">"));
      last = at;
    }
  };
  quote(lonely, []);
  for (const item of items) {
    quote(quotedLines(item, quoted, contexts.get(item.comment.id) ?? CONTEXTS[0]).filter((at) => at > last), item.heads);
    const said = item.words === null ? undefined : source.entries[item.words.mail];
    if (item.words && said) {
      if (out.at(-1) !== "") out.push("");
      out.push(...attributionOf(said), ...item.words.comment.split("\n").map((line) => `> ${line}`.trimEnd()));
    }
    say(item.comment, item.outside ? `${whereText(item.comment)}${wrapComment(item.comment.text)}` : undefined);
  }
  if (trailers.length > 0) {
    if (out.length > 0 && out.at(-1) !== "") out.push("");
    out.push(...trailers);
  }
  return { text: `${out.join("\n").trimEnd()}\n`, lines: ends };
}

/** Names a line that the patch does not show, and what stands there. */
function whereText({ path, line, lines }: PendingComment): string {
  if (path.startsWith(":")) return "";
  return `${path}:${line}, which this patch does not show:\n\n${lines.map((one) => `    ${one}`.trimEnd()).join("\n")}\n\n`;
}

/** `On <date>, <name> wrote:`, the date as mail programs write it, in UTC. */
export function attributionOf({ author, message }: Entry): string[] {
  const name = (author.name || author.email || "somebody").replace(/\s+/g, " ");
  if (message.date === null) return [`${name} wrote:`];
  const date = new Date(message.date).toUTCString().replace(/GMT$/, "+0000");
  const whole = `On ${date}, ${name} wrote:`;
  return whole.length <= MAX_ATTRIBUTION ? [whole] : [`On ${date},`, `${name} wrote:`];
}

/** Ids of comments that a reader would not put on their lines with certainty, when this body came back as a mail. */
function doubtful(source: DraftSource, base: number, items: readonly QuoteItem[], body: Body): string[] {
  const parts = readBack(source, base, items, body.text);
  return items.flatMap((item) => {
    const end = body.lines.get(item.comment.id) ?? 0;
    const anchor = parts.findLast((part) => part.commentLine <= end)?.anchor;
    const { expected } = item;
    if (!expected) return [];
    const isRight = anchor !== undefined && anchor.path === expected.path && anchor.side === expected.side && anchor.line === expected.line;
    // What was said in another mail is looked for in the whole discussion, which makes of every place a guess.
    const isSure = anchor?.quality === "exact" || (base !== source.mail || item.words !== null ? anchor?.quality !== "lost" : false);
    return isRight && isSure ? [] : [item.comment.id];
  });
}

/** Reads a body as an answer to a mail, with the mails around it that it may quote. */
function readBack({ entries }: DraftSource, base: number, items: readonly QuoteItem[], body: string): readonly ReplyPart[] {
  const needed = new Set<number>();
  for (const start of [base, ...items.flatMap((item) => item.words?.mail ?? [])]) {
    for (let at: number | null = start; at !== null && !needed.has(at); at = entries[at]?.parent ?? null) needed.add(at);
  }
  const indexes = [...needed].sort((one, two) => one - two);
  const chain = indexes.flatMap((index): Entry[] => {
    const entry = entries[index];
    const parent = entry?.parent ?? null;
    return entry ? [copyOf(entry, parent === null ? null : indexes.indexOf(parent))] : [];
  });
  const answered = entries[base];
  if (!answered) return [];
  const message: Message = {
    index: chain.length, id: null, inReplyTo: [], references: [], from: { name: "", email: "" }, to: [], cc: [], date: null, subject: "", text: body, attachments: [], listId: null,
    startByte: 0, endByte: 0,
  };
  const draft: Entry = {
    message, subject: answered.subject, kind: "reply", author: message.from, commitMessage: "", commitLine: 1, notes: "", diff: "", diffLine: 0, patch: null, trailers: [], about: null,
    namedAuthor: null, parent: indexes.indexOf(base), parentGuessed: false,
  };
  return anchorReplies([...chain, draft]).filter((part) => part.mail === chain.length);
}

/** What anchors are made from, under another parent. Entries work out their members on demand, which a spread would lose. */
function copyOf(entry: Entry, parent: number | null): Entry {
  const { message, subject, kind, author, commitMessage, commitLine, notes, diff, diffLine, patch, parentGuessed } = entry;
  return { message, subject, kind, author, commitMessage, commitLine, notes, diff, diffLine, patch, trailers: [], about: null, namedAuthor: null, parent, parentGuessed };
}
