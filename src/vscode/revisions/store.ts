// What is known of each series' revisions: asked for in the background when somebody looks, kept until the series is read again.
import * as vscode from "vscode";
import type { ThreadChange } from "../../core/review/changes.js";
import type { RevisionCell } from "../../core/review/revisions.js";
import type { ThreadView } from "../../core/review/types.js";
import type { ComparedSeries } from "../../protocol/messages.js";
import { type Disposable, Owner } from "../dispose.js";
import type { Engine } from "../engine.js";
import { toUserError } from "../errors.js";
import type { Log } from "../log.js";
import type { Session } from "../session/session.js";
import type { Sessions } from "../session/sessions.js";

/** What became of a patch in the next revision. */
export interface NextCell {
  readonly versionText: string;
  readonly cell: RevisionCell;
}

interface Kept {
  /** Undefined until the worker has answered. */
  compared: ComparedSeries | undefined;
  readonly asked: Promise<ComparedSeries | undefined>;
  readonly next: Map<string, NextCell>;
  readonly threads: Map<string, ThreadChange>;
}

export class RevisionStore implements Disposable {
  private readonly owner = new Owner();
  private readonly changed = this.owner.own(new vscode.EventEmitter<Session>());
  /** A session whose revisions are known now. */
  readonly onDidChange = this.changed.event;
  /** By session, then by series. */
  private readonly kept = new Map<string, Map<string, Kept>>();

  constructor(sessions: Sessions, private readonly engine: Engine, private readonly log: Log) {
    this.owner.own(sessions.onDidChange((change) => {
      if (change.type === "closed" || change.type === "reloaded") this.kept.delete(change.session.id);
    }));
  }

  /** What is known of a series of several revisions; undefined until it is, which `onDidChange` tells. */
  of(session: Session, seriesKey: string): ComparedSeries | undefined {
    return this.keep(session, seriesKey)?.compared;
  }

  /** The same, waited for. Undefined where the series has one revision only, and on failure, which the log has. */
  async wait(session: Session, seriesKey: string): Promise<ComparedSeries | undefined> {
    return this.keep(session, seriesKey)?.asked;
  }

  /** What the next revision did with a patch. */
  next(session: Session, seriesKey: string, patchKey: string): NextCell | undefined {
    return this.keep(session, seriesKey)?.next.get(patchKey);
  }

  /** What newer revisions did with a thread's lines. */
  thread(session: Session, seriesKey: string, thread: ThreadView): ThreadChange | undefined {
    return this.keep(session, seriesKey)?.threads.get(threadId(thread.patchKey, thread.key));
  }

  dispose(): void {
    this.owner.dispose();
    this.kept.clear();
  }

  private keep(session: Session, seriesKey: string): Kept | undefined {
    // Rows that are still drawn ask for closed sessions; their id may be that of a new one.
    if (session.owner.disposed) return undefined;
    const series = session.view.series.find((one) => one.key === seriesKey);
    if (series === undefined || series.revisions.length < 2) return undefined;
    const ofSession = this.kept.get(session.id) ?? new Map<string, Kept>();
    this.kept.set(session.id, ofSession);
    const known = ofSession.get(seriesKey);
    if (known !== undefined) return known;
    const kept: Kept = { compared: undefined, next: new Map(), threads: new Map(), asked: this.ask(session, seriesKey, () => ofSession.get(seriesKey)) };
    ofSession.set(seriesKey, kept);
    return kept;
  }

  private async ask(session: Session, seriesKey: string, find: () => Kept | undefined): Promise<ComparedSeries | undefined> {
    // What the user waits for (a document, the tree) is asked for first.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      const compared = (await this.engine.call("revisions", { session: session.id, seriesKey })) ?? undefined;
      const kept = find();
      // The series may have been closed or read again in the meantime.
      if (compared === undefined || kept === undefined || this.kept.get(session.id)?.get(seriesKey) !== kept) return undefined;
      kept.compared = compared;
      for (const row of compared.matrix.rows) {
        for (const [at, cell] of row.cells.entries()) {
          const versionText = compared.matrix.revisions[at]?.versionText;
          if (cell !== null && cell.before !== null && versionText !== undefined) kept.next.set(cell.before, { versionText, cell });
        }
      }
      for (const thread of compared.threads) kept.threads.set(threadId(thread.patchKey, thread.threadKey), thread);
      this.changed.fire(session);
      return compared;
    } catch (error) {
      // Nobody has asked for it; without it, the descriptions are missing.
      const shown = toUserError(error, vscode.l10n.t("Comparing the revisions"));
      if (shown !== null && !session.owner.disposed) this.log.error(shown.message);
      return undefined;
    }
  }
}

function threadId(patchKey: string, threadKey: string): string {
  return `${patchKey}\n${threadKey}`;
}
