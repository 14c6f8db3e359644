// Native comment threads on the lines that mails quote. One controller; our own map, because a controller cannot list its threads.
import * as vscode from "vscode";
import { l10n } from "vscode";
import type { CommentView, ThreadView } from "../../core/review/types.js";
import { commentControllerId } from "../contributions.js";
import { lineRange, messagePath } from "../convert.js";
import { type Disposable, Owner } from "../dispose.js";
import { type PatchInSeries, threadsOf } from "../session/lookup.js";
import type { Session } from "../session/session.js";
import { joined, shorten, sureness, threadTitle } from "../text.js";
import { blocksOf, escapeProse } from "./prose.js";
import type { LifelineComment, LifelineThread } from "./types.js";

/** Lines of a quote that are shown with a comment whose place is not certain. */
const quoteLines = 12;

/** Threads that are made without a pause: a thread costs the host a third of a millisecond, and it must answer others in between. */
const threadsAtOnce = 60;

export class Threads implements Disposable {
  private readonly owner = new Owner();
  private readonly controller = this.owner.own(vscode.comments.createCommentController(commentControllerId, l10n.t("Patch review")));
  private readonly threads = new Map<string, LifelineThread>();
  /** Threads whose turn is still to come, by id; each makes itself. */
  private readonly waiting = new Map<string, () => LifelineThread>();

  /** Every thread that the editor has of ours now. */
  get all(): readonly LifelineThread[] {
    return [...this.threads.values()];
  }

  find(session: string, thread: ThreadView): LifelineThread | undefined {
    const id = idOf(session, thread);
    return this.threads.get(id) ?? this.waiting.get(id)?.();
  }

  /**
   * Makes the threads of one reading; they go with `parts`. The documents need not be open: the Comments panel lists them anyway. Of a
   * large mailbox only the first are there at once; the others follow in small groups, or when one is asked for.
   */
  attach(session: Session, parts: Owner): void {
    const ids: string[] = [];
    for (const { thread, ...place } of threadsOf(session.view)) {
      const id = idOf(session.id, thread);
      ids.push(id);
      this.waiting.set(id, () => {
        this.waiting.delete(id);
        const made = this.make(session, place, thread);
        this.threads.set(id, made);
        return made;
      });
    }
    let next = 0;
    const makeSome = (): void => {
      for (const end = next + threadsAtOnce; next < ids.length && next < end; next++) this.waiting.get(ids[next] ?? "")?.();
      turn = next < ids.length ? setImmediate(makeSome) : null;
    };
    let turn: NodeJS.Immediate | null = null;
    makeSome();
    parts.own({
      dispose: () => {
        if (turn !== null) clearImmediate(turn);
        for (const id of ids) {
          this.waiting.delete(id);
          this.threads.get(id)?.dispose();
          this.threads.delete(id);
        }
      },
    });
  }

  dispose(): void {
    this.owner.dispose();
  }

  private make(session: Session, place: PatchInSeries, thread: ThreadView): LifelineThread {
    const { anchor } = thread;
    const isLost = anchor.quality === "lost";
    const path = isLost ? messagePath : anchor.path;
    const range = isLost ? lineRange(1, 1) : lineRange(anchor.fromLine, anchor.line);
    const comments = thread.comments.map((comment) => commentOf(session, comment, thread));
    const made = this.controller.createCommentThread(session.uri(place, path, anchor.side), range, comments);
    // A thread without a line stands above the whole document.
    if (isLost) made.range = undefined;
    made.label = labelOf(thread);
    made.canReply = false;
    made.state = vscode.CommentThreadState.Unresolved;
    made.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
    made.contextValue = joined("thread", anchor.quality, isLost || path === messagePath ? "message" : anchor.side);
    return Object.assign(made, { lifeline: { session: session.id, place, thread } });
  }
}

/** The key is unique within a reading of one input. */
function idOf(session: string, thread: ThreadView): string {
  return `${session}/${thread.patchKey}/${thread.key}`;
}

/** The editor escapes these characters twice in a label; look-alikes read better than entities. */
function labelOf(thread: ThreadView): string {
  return shorten(joined(threadTitle(thread), sureness(thread)), 160).replaceAll("<", "‹").replaceAll(">", "›").replaceAll("&", "＆");
}

function commentOf(session: Session, comment: CommentView, thread: ThreadView): LifelineComment {
  return {
    author: { name: comment.author || comment.email || l10n.t("Unknown author") },
    body: bodyOf(comment, thread),
    mode: vscode.CommentMode.Preview,
    contextValue: comment.messageId === null ? "comment" : "comment mail",
    messageId: comment.messageId, session: session.id, mail: comment.mail,
    ...(comment.date === null ? {} : { timestamp: new Date(comment.date) }),
  };
}

/**
 * The comment's own words first, because the Comments panel shows the first line. The quote follows only where the thread does not stand
 * under it. Mail text gets in as escaped words or as a code block, never as Markdown.
 */
function bodyOf(comment: CommentView, thread: ThreadView): vscode.MarkdownString {
  const body = new vscode.MarkdownString("", false);
  body.isTrusted = false;
  body.supportHtml = false;
  for (const block of blocksOf(comment.text)) {
    if (block.kind === "fixed") body.appendCodeblock(block.text, "diff");
    else body.appendMarkdown(`${escapeProse(block.text)}\n\n`);
  }
  if (thread.anchor.quality !== "exact" && comment === thread.comments[0] && comment.quote.length > 0) {
    body.appendCodeblock(comment.quote.slice(-quoteLines).join("\n"), "diff");
  }
  return body;
}
