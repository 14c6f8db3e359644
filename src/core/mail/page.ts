// A Patchwork page copied as text, read as mails: the patch (or cover) and one mail per comment.
import type { Problem } from "../problem.js";
import { MAX_PAGE_COMMENTS } from "./limits.js";
import type { LineRange, PageBlocks } from "./page-blocks.js";
import { cutPage } from "./page-blocks.js";
import { makeMessage } from "./plain.js";
import { guessParents } from "./quotes.js";
import type { Mailbox, Message } from "./types.js";

/**
 * Reads a page. The first message is the patch in mail form: commit message, `---`, notes, diff, under the page's
 * Message ID. The others are its comments; they have no ids, so `guessedParent` says which message each answers.
 * Blocks that are missing or cut off are problems.
 */
export function readPage(text: string, byteLength: number): Mailbox {
  const page = cutPage(text);
  const problems: Problem[] = [];
  const note = (kind: string, missing: boolean): void => {
    if (missing) problems.push({ kind, severity: "warning" });
  };
  const isCover = page.patch === null && !isPatchTitle(page.title);
  note("page-without-title", page.title === "");
  note("page-without-message-id", !page.rows.has("Message ID"));
  note("page-without-message", page.message === null);
  note("page-without-patch", page.patch === null && !isCover);
  if (page.comments.length > MAX_PAGE_COMMENTS) {
    problems.push({ kind: "too-many-comments", severity: "error", detail: String(page.comments.length) });
  }
  for (const [at, comment] of page.comments.slice(0, MAX_PAGE_COMMENTS).entries()) {
    if (comment.number !== at + 1) {
      problems.push({ kind: "page-comment-missing", severity: "warning", detail: String(at + 1), line: comment.from });
      break;
    }
  }
  const messageId = /^<?([^\s<>]+)/.exec(page.rows.get("Message ID") ?? "")?.[1] ?? "";
  const byteOf = countBytes(page.lines, byteLength);
  const first = makeMessage({
    id: messageId === "" ? null : messageId,
    from: { name: page.author, email: "" },
    date: page.date,
    subject: page.title,
    text: mailText(page),
    startByte: 0,
    endByte: byteLength,
  });
  const comments = page.comments.slice(0, MAX_PAGE_COMMENTS).map((comment, at) =>
    makeMessage({
      index: at + 1,
      from: { name: comment.author, email: "" },
      date: comment.date,
      subject: `Re: ${page.title}`,
      text: textOf(page.lines, comment),
      startByte: byteOf(comment.from),
      endByte: byteOf(comment.to),
    }),
  );
  const messages = withParents([first, ...comments]);
  return {
    format: "patchwork-page",
    messages,
    problems,
    page: { state: page.rows.get("State") ?? "", series: page.rows.get("Series") ?? "", messageId },
  };
}

function withParents(messages: readonly Message[]): Message[] {
  const parents = guessParents(messages.map((message) => ({ author: message.from.name, text: message.text })));
  return messages.map((message, index) => {
    const parent = parents[index];
    return parent === undefined ? message : { ...message, guessedParent: parent };
  });
}

/** The parts of the page in the order that a mail has them. */
function mailText(page: PageBlocks): string {
  const message = page.message === null ? "" : textOf(page.lines, page.message);
  if (page.patch === null) return message;
  const patch = textOf(page.lines, page.patch);
  const separated = /^---\s*$/m.test(message);
  return `${message}${message === "" ? "" : "\n"}${separated ? "" : "---\n"}\n${patch}\n`;
}

function textOf(lines: readonly string[], range: LineRange): string {
  return lines.slice(range.from, range.to).join("\n");
}

/** `[v2,0/5]` in the title makes it a cover letter; without a counter nothing tells. */
function isPatchTitle(title: string): boolean {
  return !/^\[[^\]]*\b0+\/\d+[^\]]*\]/.test(title);
}

/** Byte offset of the start of each line; the end of the input for lines beyond the last. */
function countBytes(lines: readonly string[], byteLength: number): (line: number) => number {
  const encoder = new TextEncoder();
  const starts: number[] = [];
  let at = 0;
  for (const line of lines) {
    starts.push(at);
    at += encoder.encode(line).length + 1;
  }
  return (line) => Math.min(starts[line] ?? byteLength, byteLength);
}
