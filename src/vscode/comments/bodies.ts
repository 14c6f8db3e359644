// How comments read in the editor: those of mails, and the user's own that wait for their reply.
import * as vscode from "vscode";
import { l10n } from "vscode";
import type { PendingComment } from "../../core/review/draft/types.js";
import type { CommentView, ThreadView } from "../../core/review/types.js";
import type { Session } from "../session/session.js";
import { joined, questionText, shorten, sureness, threadTitle } from "../text.js";
import { blocksOf, escapeProse } from "./prose.js";
import type { QuestionState } from "./settled.js";
import type { LifelineComment, LifelinePending } from "./types.js";

/** Lines of a quote that are shown with a comment whose place is not certain. */
const quoteLines = 12;

/** The heading of a thread: its question, `note` (what newer revisions did), where it stands, how sure its place is. */
export function labelOf(thread: ThreadView, state: QuestionState, note: string): string {
  return plainLabel(joined(threadTitle(thread), note, questionText(thread, state), sureness(thread)));
}

/** The heading of a comment that stands on its own. */
export function pendingLabel(isLost: boolean): string {
  return plainLabel(isLost ? l10n.t("Your comment: its lines are not in the patch any more") : l10n.t("Your comment, not sent yet"));
}

export function commentOf(session: Session, comment: CommentView, thread: ThreadView): LifelineComment {
  return {
    author: { name: comment.author || comment.email || l10n.t("Unknown author") },
    body: bodyOf(comment, thread),
    mode: vscode.CommentMode.Preview,
    contextValue: comment.messageId === null ? "comment" : "comment mail",
    messageId: comment.messageId, session: session.id, mail: comment.mail,
    ...(comment.date === null ? {} : { timestamp: new Date(comment.date) }),
  };
}

/** While it is edited, the body is the plain text. */
export function pendingOf(comment: PendingComment, isEdited: boolean): LifelinePending {
  return {
    author: { name: l10n.t("You") }, label: l10n.t("not sent"), contextValue: "pending", pendingId: comment.id,
    mode: isEdited ? vscode.CommentMode.Editing : vscode.CommentMode.Preview,
    body: isEdited ? comment.text : markdownOf(comment.text),
  };
}

/**
 * The comment's own words first, because the Comments panel shows the first line. The quote follows only where the thread does not stand
 * under it.
 */
function bodyOf(comment: CommentView, thread: ThreadView): vscode.MarkdownString {
  const body = markdownOf(comment.text);
  if (thread.anchor.quality !== "exact" && comment === thread.comments[0] && comment.quote.length > 0) {
    body.appendCodeblock(comment.quote.slice(-quoteLines).join("\n"), "diff");
  }
  return body;
}

/** Text gets in as escaped words or as a code block, never as Markdown. */
function markdownOf(text: string): vscode.MarkdownString {
  const body = new vscode.MarkdownString("", false);
  body.isTrusted = false;
  body.supportHtml = false;
  for (const block of blocksOf(text)) {
    if (block.kind === "fixed") body.appendCodeblock(block.text, "diff");
    else body.appendMarkdown(`${escapeProse(block.text)}\n\n`);
  }
  return body;
}

/** The editor escapes these characters twice in a label; look-alikes read better than entities. */
function plainLabel(text: string): string {
  return shorten(text, 160).replaceAll("<", "‹").replaceAll(">", "›").replaceAll("&", "＆");
}
