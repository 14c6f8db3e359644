// Sentences for the problems that core found, and their lines in the output channel.
import { l10n } from "vscode";
import type { Problem } from "../core/problem.js";
import type { ReviewView } from "../core/review/types.js";
import type { Log } from "./log.js";

/** Problems logged for one input; the rest is a count. A damaged mailbox can have thousands. */
const loggedProblems = 200;

/** One sentence, without the place. A kind that has none of its own is spelled out. */
export function problemText(problem: Problem): string {
  const words = problem.kind.replaceAll("-", " ");
  const sentence = sentences()[problem.kind] ?? `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
  return problem.detail === undefined || problem.detail === "" ? sentence : l10n.t("{0}: {1}", sentence, problem.detail.slice(0, 200));
}

/** Where it is: mail, file, hunk and line as far as known; "" when nothing is. */
export function problemPlace(problem: Problem): string {
  const parts: string[] = [];
  if (problem.file !== undefined) parts.push(problem.file);
  if (problem.hunk !== undefined) parts.push(l10n.t("hunk {0}", problem.hunk));
  if (problem.line !== undefined) parts.push(l10n.t("line {0}", problem.line));
  if (problem.messageId !== undefined) parts.push(`<${problem.messageId}>`);
  else if (problem.messageIndex !== undefined) parts.push(l10n.t("message {0}", problem.messageIndex + 1));
  return parts.join(", ");
}

/** Writes every problem of an input to the output channel, each with its place. */
export function logProblems(log: Log, source: string, view: ReviewView): void {
  const all = view.problems;
  for (const problem of all.slice(0, loggedProblems)) {
    const place = problemPlace(problem);
    const text = `${source}: ${problemText(problem)}${place === "" ? "" : ` (${place})`}`;
    if (problem.severity === "error") log.error(text);
    else if (problem.severity === "warning") log.warning(text);
    else log.info(text);
  }
  if (all.length > loggedProblems) log.warning(l10n.t("{0}: {1} more problems", source, all.length - loggedProblems));
}

/** By kind, as core names them. A function, because the words depend on the display language. */
function sentences(): Readonly<Record<string, string>> {
  return {
    "bidi-control": l10n.t("The patch has characters that change the direction of text"),
    "broken-gzip": l10n.t("The gzip data is damaged, or inflates to more than can be read"),
    "broken-mime": l10n.t("The mail's structure is broken; its raw text is shown"),
    "combined-diff": l10n.t("A merge's combined diff cannot be read as before and after"),
    "date-out-of-range": l10n.t("A mail's date lies outside of any time of mailing lists"),
    "duplicate-message": l10n.t("A second copy of a mail was left out"),
    "duplicate-slot": l10n.t("Several mails claim the same place of the series"),
    "empty-input": l10n.t("The file is empty"),
    "empty-message": l10n.t("An empty mail was left out"),
    "file-without-name": l10n.t("A file of the patch has no name"),
    "header-too-long": l10n.t("A mail's header is too long and was cut"),
    "hunk-damaged": l10n.t("A hunk does not have the lines that its header promises"),
    "counter-beyond-total": l10n.t("A patch counts beyond its series' total"),
    "hunk-empty": l10n.t("A hunk has no lines"),
    "hunk-longer-than-count": l10n.t("A hunk has more lines than its header says"),
    "hunk-short-of-context": l10n.t("A hunk ends before its context does"),
    "hunk-without-change": l10n.t("A hunk changes nothing"),
    "hunk-without-file": l10n.t("A hunk stands before any file"),
    "hunk-wrapped": l10n.t("A line of a hunk was wrapped by a mailer and has been joined again"),
    "line-too-long": l10n.t("A line is too long and was cut"),
    "message-too-long": l10n.t("A mail is too long and was cut"),
    "no-break-spaces": l10n.t("The patch has no-break spaces where it should have blanks: a mailer put them there"),
    "no-headers": l10n.t("A mail has no header"),
    "packed-input": l10n.t("The file is packed in a way that is not read; unpack it first"),
    "page-comment-missing": l10n.t("A comment of the page is missing"),
    "page-without-message": l10n.t("The page has no message"),
    "page-without-message-id": l10n.t("The page has no Message-ID"),
    "page-without-patch": l10n.t("The page has no patch"),
    "page-without-title": l10n.t("The page has no title"),
    "path-refused": l10n.t("A path leads out of the project and was refused"),
    "reused-id": l10n.t("Two different mails have the same Message-ID"),
    "tabs-lost": l10n.t("Tabs of a file in the patch have become blanks: a mailer changed them, so it may not apply"),
    "time-zone-out-of-range": l10n.t("A mail's time zone does not exist; its date is taken as UTC"),
    "too-many-comments": l10n.t("The page has too many comments; the rest was left out"),
    "too-many-messages": l10n.t("There are too many mails; the rest was left out"),
    "tree-blob-differs": l10n.t("The git tree has a file under an id that is not its own"),
    "tree-does-not-apply": l10n.t("The patch does not apply to the file of the git tree"),
    "tree-hash-differs": l10n.t("The result in the git tree does not have the id that the patch names"),
    "tree-lacks-blob": l10n.t("The git tree does not have the file that the patch was made on"),
    "truncated-base64": l10n.t("The base64 text of a mail is cut off"),
    "unknown-charset": l10n.t("A mail names a charset that is not known; its text is guessed"),
    "unknown-format": l10n.t("The file is neither mail nor a patch"),
    "unknown-transfer-encoding": l10n.t("A mail names a transfer encoding that is not known; its text is taken as it stands"),
    "author-without-address": l10n.t("The author of a patch has no address, without which git makes no commit"),
    "path-through-link": l10n.t("A patch writes through a symbolic link that the series makes"),
    "series-incomplete": l10n.t("Patches of the series are missing"),
    "series-without-patches": l10n.t("There are no patches to apply"),
    "unreadable-date": l10n.t("A mail's date cannot be read"),
    "web-page": l10n.t("The file is a web page; save the mailbox (mbox) that it offers instead, or copy its text"),
  };
}
