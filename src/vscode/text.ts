// Words about a review that several views share: dates, counts, titles, how sure an anchor is.
import { l10n } from "vscode";
import type { FileStatus } from "../core/patch/types.js";
import type { FileView, PatchView, RevisionView, ThreadView } from "../core/review/types.js";
import type { QuestionState } from "./comments/settled.js";
import { messagePath } from "./convert.js";
import { isPresent } from "./tree/nodes.js";

/** Longer titles are cut; the whole text is a click away. */
const titleLength = 80;

/** A date as `13 Oct 2021`, in UTC as the list archives show it; "" when it is not known. */
export function dateText(date: number | null): string {
  if (date === null) return "";
  return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }).format(date);
}

/** `+94 −98`; "binary" where lines mean nothing. */
export function changeText(file: FileView): string {
  return file.binary ? l10n.t("binary") : `+${file.additions} −${file.deletions}`;
}

/** The letter that version control gives to a change. */
export function statusLetter(status: FileStatus): string {
  const letters: Record<FileStatus, string> = { added: "A", deleted: "D", modified: "M", renamed: "R", copied: "C" };
  return letters[status];
}

export function statusWord(status: FileStatus): string {
  const words: Record<FileStatus, string> = {
    added: l10n.t("added"), deleted: l10n.t("deleted"), modified: l10n.t("modified"), renamed: l10n.t("renamed"), copied: l10n.t("copied"),
  };
  return words[status];
}

/** The first sentence of a thread, or its first line when the sentence goes on. A line that only points or rules gives way to the next. */
export function threadTitle(thread: ThreadView): string {
  const lines = [thread.title, ...(thread.comments[0]?.text.split("\n", 20) ?? [])].map((one) => one.trim());
  // A row of carets points at the quote; the words below it say why.
  const line = lines.find((one) => /[^~=|*_.\s^-]/.test(one)) ?? pointedAt(thread) ?? lines[0] ?? "";
  const sentence = /^(.{6,}?[.?!])(?:\s|$)/.exec(line)?.[1] ?? line;
  return shorten(sentence === "" ? l10n.t("Comment") : sentence, titleLength);
}

/** What a comment of carets alone points at: the last quoted line, without its marks. */
function pointedAt(thread: ThreadView): string | undefined {
  const quoted = thread.comments[0]?.quote.map((line) => line.replace(/^[>\s]*[-+]?\s*/, "")).findLast((line) => line !== "");
  return quoted === undefined ? undefined : `↑ ${quoted}`;
}

/** How sure the place of a thread is and how its parents were found; "" when there is nothing to say. */
export function sureness(thread: ThreadView): string {
  const words: string[] = [];
  if (thread.anchor.quality === "moved") words.push(l10n.t("moved: found by its text, at another line than quoted"));
  if (thread.anchor.quality === "guessed") words.push(l10n.t("guessed: this place was inferred"));
  if (thread.anchor.quality === "lost") words.push(l10n.t("the quoted lines are not in this patch"));
  if (thread.comments.some((comment) => comment.parentGuessed)) words.push(l10n.t("guessed: the page has no message ids"));
  return words.join(" · ");
}

/** `line 480`, or that it is about the message. */
export function placeText(thread: ThreadView, patch: PatchView): string {
  const { anchor } = thread;
  if (anchor.quality === "lost") return l10n.t("no line");
  if (anchor.path === messagePath) return patch.n === 0 ? l10n.t("cover letter") : l10n.t("commit message");
  return anchor.side === "before" ? l10n.t("line {0} before", anchor.line) : l10n.t("line {0}", anchor.line);
}

/** Where a question stands and whose turn it is; "" for what asks nothing, until it is settled. */
export function questionText(thread: ThreadView, state: QuestionState): string {
  const { asks, turn } = thread.question;
  if (state === "settled") return l10n.t("settled");
  if (!asks) return "";
  if (state === "answered") return turn === null ? l10n.t("answered") : l10n.t("answered, {0} may reply", turn);
  return turn === null ? l10n.t("open") : l10n.t("open, {0}'s turn", turn);
}

/** `3 open`, or that all are answered; "" where nothing is asked. */
export function openCount(open: number, asked: number): string {
  if (asked === 0) return "";
  return open === 0 ? l10n.t("none open") : l10n.t("{0} open", open);
}

export function pendingCount(count: number): string {
  return count === 0 ? "" : count === 1 ? l10n.t("1 comment not sent") : l10n.t("{0} comments not sent", count);
}

export function threadCount(count: number): string {
  return count === 1 ? l10n.t("1 thread") : l10n.t("{0} threads", count);
}

/** How many of a revision's patches are in the input: `1 of 5`, or `5 patches` when all are. */
export function receivedText(revision: RevisionView): string {
  const received = revision.patches.filter(isPresent).length;
  if (received < revision.total) return l10n.t("{0} of {1}", received, revision.total);
  return received === 1 ? l10n.t("1 patch") : l10n.t("{0} patches", received);
}

/** Joins what there is with middle dots. */
export function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(" · ");
}

/** At most `length` UTF-16 units, cut before a word where one ends in time. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const cut = text.slice(0, length - 1);
  const space = cut.lastIndexOf(" ");
  return `${(space > length / 2 ? cut.slice(0, space) : cut).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
