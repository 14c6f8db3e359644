// Comments that the user has written and not sent: kept in the workspace by patch, over reloads of the window and of the mailbox.
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { AnsweredWords, PendingComment } from "../../core/review/draft/types.js";
import type { CommentView, ThreadView } from "../../core/review/types.js";
import { type Disposable, Owner } from "../dispose.js";
import type { Engine } from "../engine.js";
import type { Session } from "../session/session.js";

const storageKey = "lifeline.pending";

export class Pending implements Disposable {
  private readonly owner = new Owner();
  private readonly changed = this.owner.own(new vscode.EventEmitter<string>());
  /** Fires with the key of a patch whose comments changed. */
  readonly onDidChange = this.changed.event;
  private comments: readonly PendingComment[];
  /** Ids of comments whose lines are not in the patch as it was read last. */
  private readonly lost = new Set<string>();

  constructor(private readonly storage: vscode.Memento, private readonly engine: Engine) {
    const stored = storage.get<unknown>(storageKey);
    this.comments = Array.isArray(stored) ? stored.filter(isPending) : [];
  }

  get all(): readonly PendingComment[] {
    return this.comments;
  }

  of(patchKey: string): readonly PendingComment[] {
    return this.comments.filter((comment) => comment.patchKey === patchKey);
  }

  isLost(id: string): boolean {
    return this.lost.has(id);
  }

  /** The comments that answer words of a thread. */
  inThread(thread: ThreadView): readonly PendingComment[] {
    return this.of(thread.patchKey).filter(({ answers }) => answers !== null && thread.comments.some((comment) => isAnswered(comment, answers)));
  }

  async add(comment: Omit<PendingComment, "id">): Promise<PendingComment> {
    const added: PendingComment = { ...comment, id: randomUUID() };
    await this.keep([...this.comments, added], [comment.patchKey]);
    return added;
  }

  async edit(id: string, text: string): Promise<void> {
    const old = this.comments.find((comment) => comment.id === id);
    if (old === undefined) return;
    await this.keep(this.comments.map((comment) => (comment.id === id ? { ...comment, text } : comment)), [old.patchKey]);
  }

  async remove(ids: readonly string[]): Promise<void> {
    const gone = this.comments.filter((comment) => ids.includes(comment.id));
    await this.keep(this.comments.filter((comment) => !ids.includes(comment.id)), gone.map((comment) => comment.patchKey));
  }

  /** Puts the comments of a session on their lines again after it was read; those whose lines are gone keep their numbers and are lost. */
  async relocate(session: Session): Promise<void> {
    const ours = this.comments.filter((comment) => session.patch(comment.patchKey) !== undefined);
    if (ours.length === 0) return;
    const ranges = await this.engine.call("locate", { session: session.id, comments: ours });
    if (session.owner.disposed) return;
    const found = new Map(ours.map((comment, at) => [comment.id, ranges[at] ?? null]));
    const touched: string[] = [];
    const moved = this.comments.map((comment) => {
      const range = found.get(comment.id);
      if (range === undefined) return comment;
      const wasLost = this.lost.has(comment.id);
      if (range === null) this.lost.add(comment.id);
      else this.lost.delete(comment.id);
      const isMoved = range !== null && (range.fromLine !== comment.fromLine || range.line !== comment.line);
      if (isMoved || wasLost !== (range === null)) touched.push(comment.patchKey);
      return isMoved ? { ...comment, ...range } : comment;
    });
    if (touched.length > 0) await this.keep(moved, touched);
  }

  dispose(): void {
    this.owner.dispose();
  }

  private async keep(comments: readonly PendingComment[], patchKeys: readonly string[]): Promise<void> {
    this.comments = comments;
    for (const key of new Set(patchKeys)) this.changed.fire(key);
    await this.storage.update(storageKey, comments);
  }
}

/** How the words of a comment are named, so that they are found again. */
export function answeredWords(comment: CommentView): AnsweredWords {
  return { messageId: comment.messageId, author: comment.author, text: comment.text };
}

function isAnswered(comment: CommentView, answers: AnsweredWords): boolean {
  return comment.messageId === answers.messageId && comment.author === answers.author && comment.text === answers.text;
}

/** The storage may hold anything. */
function isPending(value: unknown): value is PendingComment {
  if (typeof value !== "object" || value === null) return false;
  const fields = value as Record<string, unknown>;
  return ["id", "patchKey", "path", "side", "text"].every((name) => typeof fields[name] === "string") && ["fromLine", "line"].every((name) => typeof fields[name] === "number")
    && Array.isArray(fields["lines"]) && typeof fields["answers"] === "object";
}
