// Native comment threads on the lines that mails quote, and on those that the user comments. One controller; our own map, because a controller cannot list its threads.
import * as vscode from "vscode";
import { l10n } from "vscode";
import type { PendingComment } from "../../core/review/draft/types.js";
import type { ThreadView } from "../../core/review/types.js";
import { commentControllerId } from "../names.js";
import { lineRange, messagePath } from "../convert.js";
import { type Disposable, Owner } from "../dispose.js";
import type { Pending } from "../draft/pending.js";
import { type PatchInSeries, threadsOf } from "../session/lookup.js";
import type { Session } from "../session/session.js";
import { codeWord, isAboutCode } from "./code-thread.js";
import { commentOf, labelOf, pendingLabel, pendingOf } from "./bodies.js";
import type { Settled } from "./settled.js";
import type { LifelinePending, LifelineThread } from "./types.js";

/** Threads that are made without a pause: a thread costs the host a third of a millisecond, and it must answer others in between. */
const threadsAtOnce = 60;

export class Threads implements Disposable {
  private readonly owner = new Owner();
  private readonly controller = this.owner.own(vscode.comments.createCommentController(commentControllerId, l10n.t("Patch review")));
  private readonly threads = new Map<string, LifelineThread>();
  /** The last reading of each session, and its threads: those that an earlier one had, too, are handed on to it. */
  private readonly readings = new Map<string, { readonly ids: ReadonlySet<string> }>();
  /** Threads whose turn is still to come, by id; each makes itself. */
  private readonly waiting = new Map<string, () => LifelineThread>();
  /** Threads of the user's own comments, by session and comment. */
  private readonly own = new Map<string, vscode.CommentThread>();
  private readonly sessions = new Map<string, Session>();
  /** The comment that is being edited. */
  private edited: string | null = null;

  constructor(private readonly settled: Settled, private readonly pending: Pending) {
    this.controller.options = { prompt: l10n.t("Answer in your reply"), placeHolder: l10n.t("A comment; it is kept until you send the reply to this patch") };
    this.owner.own(settled.onDidChange(({ patchKey }) => this.refresh(patchKey)));
    this.owner.own(pending.onDidChange((patchKey) => this.refresh(patchKey)));
  }

  /** What else the heading of a thread says; asked for again by `relabel`. */
  note: (session: Session, place: PatchInSeries, thread: ThreadView) => string = () => "";

  /** Every thread that the editor has of ours now, those of the user's own comments aside. */
  get all(): readonly LifelineThread[] {
    return [...this.threads.values()];
  }

  /** The threads of comments that the user has written on lines of their own. */
  get ownThreads(): readonly vscode.CommentThread[] {
    return [...this.own.values()];
  }

  /** Where the user may begin a comment. */
  set ranges(provider: vscode.CommentingRangeProvider) {
    this.controller.commentingRangeProvider = provider;
  }

  find(session: string, thread: ThreadView): LifelineThread | undefined {
    const id = idOf(session, thread);
    return this.threads.get(id) ?? this.waiting.get(id)?.();
  }

  /** Shows a comment of the user's for editing, or as it reads; null: none is edited. */
  edit(id: string | null): void {
    this.edited = id;
    for (const patchKey of new Set(this.pending.all.map((comment) => comment.patchKey))) this.refresh(patchKey);
  }

  /**
   * Makes the threads of one reading; they go with `parts`. The documents need not be open: the Comments panel lists them anyway. Of a
   * large mailbox only the first are there at once; the others follow in small groups, or when one is asked for. A thread of the last
   * reading that is still there stays the same object, so that it stays folded or open, and keeps what is typed into it.
   */
  attach(session: Session, parts: Owner): void {
    const ids: string[] = [];
    this.sessions.set(session.id, session);
    const reading = { ids: new Set(threadsOf(session.view).map(({ thread }) => idOf(session.id, thread))) };
    this.readings.set(session.id, reading);
    for (const { thread, ...place } of threadsOf(session.view)) {
      const id = idOf(session.id, thread);
      ids.push(id);
      const kept = this.threads.get(id);
      if (kept !== undefined) {
        this.handOn(kept, session, place, thread);
        continue;
      }
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
    for (const patchKey of new Set(this.pending.all.map((comment) => comment.patchKey))) this.showOwn(session, patchKey);
    parts.own({
      dispose: () => {
        if (turn !== null) clearImmediate(turn);
        const later = this.readings.get(session.id);
        const isLast = later === undefined || later === reading;
        for (const id of ids) {
          if (!isLast && later.ids.has(id)) continue;
          this.waiting.delete(id);
          this.threads.get(id)?.dispose();
          this.threads.delete(id);
        }
        if (!isLast) return;
        this.readings.delete(session.id);
        this.sessions.delete(session.id);
        for (const [id, thread] of this.own) if (id.startsWith(`${session.id}/`)) this.drop(id, thread);
      },
    });
  }

  /** Writes the headings of a session's threads anew. */
  relabel(session: Session): void {
    for (const made of this.threads.values()) {
      if (made.lifeline.session === session.id) this.label(session, made);
    }
  }

  dispose(): void {
    this.owner.dispose();
  }

  private make(session: Session, place: PatchInSeries, thread: ThreadView): LifelineThread {
    const { anchor } = thread;
    const isLost = anchor.quality === "lost";
    const path = isLost ? messagePath : anchor.path;
    const range = isLost ? lineRange(1, 1) : lineRange(anchor.fromLine, anchor.line);
    const made = this.controller.createCommentThread(session.uri(place, path, anchor.side), range, []);
    // A thread without a line stands above the whole document.
    if (isLost) made.range = undefined;
    made.canReply = true;
    made.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
    const ours = Object.assign(made, { lifeline: { session: session.id, place, thread } });
    this.dress(session, ours);
    return ours;
  }

  /** Gives a thread what a new reading says of it. Its document and lines are in its key, so they are the same. */
  private handOn(made: LifelineThread, session: Session, place: PatchInSeries, thread: ThreadView): void {
    const isSame = JSON.stringify(made.lifeline.thread) === JSON.stringify(thread);
    Object.assign(made, { lifeline: { session: session.id, place, thread } });
    if (!isSame) this.dress(session, made);
  }

  /** What can change while a thread stands: its comments, and where its question stands. */
  private dress(session: Session, made: LifelineThread): void {
    const { thread } = made.lifeline;
    const { anchor } = thread;
    const state = this.settled.stateOf(thread);
    const isMessage = anchor.quality === "lost" || anchor.path === messagePath;
    made.comments = [...thread.comments.map((comment) => commentOf(session, comment, thread)), ...this.pending.inThread(thread).map((comment) => this.show(comment, made))];
    this.label(session, made);
    made.state = state === "settled" ? vscode.CommentThreadState.Resolved : vscode.CommentThreadState.Unresolved;
    made.contextValue = ["thread", anchor.quality, isMessage ? "message" : anchor.side, ...(isAboutCode(thread) ? [codeWord] : []), state].join(" ");
  }

  private label(session: Session, made: LifelineThread): void {
    const { place, thread } = made.lifeline;
    made.label = labelOf(thread, this.settled.stateOf(thread), this.note(session, place, thread));
  }

  /** Shows anew what belongs to a patch, in every session that has it. */
  private refresh(patchKey: string): void {
    for (const made of this.threads.values()) {
      const session = made.lifeline.thread.patchKey === patchKey ? this.sessions.get(made.lifeline.session) : undefined;
      if (session !== undefined) this.dress(session, made);
    }
    for (const session of this.sessions.values()) this.showOwn(session, patchKey);
  }

  /** The user's comments that answer no thread: each has one of its own. */
  private showOwn(session: Session, patchKey: string): void {
    const place = session.patch(patchKey);
    if (place === undefined) return;
    const answering = new Set(place.patch.threads.flatMap((thread) => this.pending.inThread(thread).map((comment) => comment.id)));
    const wanted = new Map(this.pending.of(patchKey).filter((comment) => !answering.has(comment.id)).map((comment) => [`${session.id}/${patchKey}/${comment.id}`, comment]));
    for (const [id, thread] of this.own) if (id.startsWith(`${session.id}/${patchKey}/`) && !wanted.has(id)) this.drop(id, thread);
    for (const [id, comment] of wanted) this.showOne(id, session, place, comment);
  }

  private showOne(id: string, session: Session, place: PatchInSeries, comment: PendingComment): void {
    const isLost = this.pending.isLost(comment.id);
    const uri = session.uri(place, isLost ? messagePath : comment.path, isLost ? "after" : comment.side);
    const range = lineRange(comment.fromLine, comment.line);
    let made = this.own.get(id);
    const isMoved = made !== undefined && made.uri.toString() !== uri.toString();
    if (made !== undefined && isMoved) {
      // A thread cannot change its document, and with it would go what is typed; it moves when the editing ends.
      if (editedIn(made, comment) !== undefined && comment.id === this.edited) return;
      this.drop(id, made);
      made = undefined;
    }
    if (made === undefined) {
      made = this.controller.createCommentThread(uri, range, []);
      made.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
    }
    this.own.set(id, made);
    made.range = isLost ? undefined : range;
    made.comments = [this.show(comment, made)];
    made.label = pendingLabel(isLost);
    made.canReply = false;
    made.contextValue = "own";
  }

  /** The editor knows a comment by its object: the one that is being edited stays the same, else what is typed into it would be lost. */
  private show(comment: PendingComment, made: vscode.CommentThread): LifelinePending {
    if (comment.id !== this.edited) return pendingOf(comment, false);
    return editedIn(made, comment) ?? pendingOf(comment, true);
  }

  private drop(id: string, thread: vscode.CommentThread): void {
    this.own.delete(id);
    thread.dispose();
  }
}

/** The object that a thread shows a comment with while it is edited. */
function editedIn(made: vscode.CommentThread, { id }: PendingComment): LifelinePending | undefined {
  return made.comments.find((shown): shown is LifelinePending => shown.mode === vscode.CommentMode.Editing && "pendingId" in shown && shown.pendingId === id);
}

/** The key is unique within a reading of one input. */
function idOf(session: string, thread: ThreadView): string {
  return `${session}/${thread.patchKey}/${thread.key}`;
}
