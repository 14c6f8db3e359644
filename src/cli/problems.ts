// Sentences for core's problems, in the words of the command line.
import type { Problem } from "../core/problem.js";

const SENTENCES: Readonly<Record<string, string>> = {
  "empty-input": "the input is empty",
  "unknown-format": "not a mailbox, mail, patch or Patchwork page",
  "packed-input": "packed in a way that is not read; unpack it first",
  "web-page": "a web page; save the mailbox (mbox) that it offers instead, or copy its text",
  "broken-gzip": "the gzip data is damaged, or inflates to more than 256 MB",
  "message-too-long": "the mail is too long and was cut",
  "header-too-long": "the header is too long and was cut",
  "too-many-messages": "too many mails; the rest was left out",
  "no-headers": "the mail has no headers",
  "empty-message": "an empty mail was left out",
  "broken-mime": "the MIME structure is broken; the raw text is shown",
  "duplicate-message": "a second copy of the mail was left out",
  "reused-id": "two different mails have one Message-ID",
  "page-without-title": "the page has no title",
  "page-without-message-id": "the page has no Message ID",
  "page-without-message": "the page has no message",
  "page-without-patch": "the page has no patch",
  "page-comment-missing": "a comment of the page is missing",
  "too-many-comments": "the page has too many comments; the rest was left out",
  "bidi-control": "the patch holds characters that change the direction of text",
  "duplicate-slot": "several mails claim one place of the series",
  "date-out-of-range": "the date lies outside of any time of mailing lists",
  "no-break-spaces": "the patch has no-break spaces where it should have blanks: a mailer put them there",
  "tabs-lost": "tabs have become blanks: a mailer changed them, so the patch may not apply",
  "time-zone-out-of-range": "the time zone does not exist; the date is taken as UTC",
  "tree-blob-differs": "the git tree has a file under an id that is not its own",
  "tree-does-not-apply": "the patch does not apply to the file of the git tree",
  "tree-hash-differs": "the result in the git tree does not have the id that the patch names",
  "tree-lacks-blob": "the git tree does not have the file that the patch was made on",
  "truncated-base64": "the base64 text is cut off",
  "unknown-charset": "the charset is not known; the text is guessed",
  "unknown-transfer-encoding": "the transfer encoding is not known; the text is taken as it stands",
  "author-without-address": "the author of a patch has no address, without which git makes no commit",
  "path-through-link": "a patch writes through a symbolic link that the series makes",
  "series-incomplete": "patches of the series are missing",
  "series-without-patches": "there are no patches to apply",
  "unreadable-date": "the date cannot be read",
  "combined-diff": "a merge's combined diff cannot be read as before and after",
  "file-without-name": "a file of the patch has no name",
  "hunk-damaged": "the hunk does not have the lines that its header promises",
  "counter-beyond-total": "the patch counts beyond its series' total",
  "hunk-empty": "the hunk has no lines",
  "hunk-longer-than-count": "the hunk has more lines than its header says",
  "hunk-short-of-context": "the hunk ends before its context does",
  "hunk-without-change": "the hunk changes nothing",
  "hunk-without-file": "a hunk stands before any file",
  "hunk-wrapped": "a line of the hunk was wrapped by a mailer and has been joined again",
  "line-too-long": "a line is too long and was cut",
  "path-refused": "a path leads out of the project and was refused",
};

/** One sentence, without the place; a kind that has none of its own is spelled out. */
export function problemSentence(problem: Problem): string {
  const sentence = SENTENCES[problem.kind] ?? problem.kind.replaceAll("-", " ");
  return problem.detail === undefined || problem.detail === "" ? sentence : `${sentence} (${problem.detail.slice(0, 200)})`;
}

/** Where it is, as far as that is known: "file, hunk 2, line 40"; "" when nothing is. */
export function problemPlace(problem: Problem): string {
  const parts: string[] = [];
  if (problem.messageId !== undefined) parts.push(`<${problem.messageId}>`);
  else if (problem.messageIndex !== undefined) parts.push(`mail ${problem.messageIndex + 1}`);
  if (problem.file !== undefined) parts.push(problem.file);
  if (problem.hunk !== undefined) parts.push(`hunk ${problem.hunk}`);
  if (problem.line !== undefined) parts.push(`line ${problem.line}`);
  return parts.join(", ");
}
