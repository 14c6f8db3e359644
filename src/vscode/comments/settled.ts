// Which questions the user has settled: kept in the workspace by thread, over reloads of the window and of the mailbox.
import * as vscode from "vscode";
import type { ThreadView } from "../../core/review/types.js";
import { type Disposable, Owner } from "../dispose.js";

const storageKey = "lifeline.settled";
/** The oldest are forgotten; a reviewer who settles ten questions a day gets there in two years. */
const maxSettled = 8000;

export type QuestionState = "open" | "answered" | "settled";

/** Only the user settles a question. One whose discussion has gone on since is open again, until it is settled anew. */
export class Settled implements Disposable {
  private readonly owner = new Owner();
  private readonly changed = this.owner.own(new vscode.EventEmitter<ThreadView>());
  readonly onDidChange = this.changed.event;
  /** How many comments a discussion had when it was settled. */
  private readonly counts: Map<string, number>;

  constructor(private readonly storage: vscode.Memento) {
    const stored = storage.get<unknown>(storageKey);
    this.counts = new Map(Array.isArray(stored) ? stored.filter(isEntry) : []);
  }

  stateOf(thread: ThreadView): QuestionState {
    const count = this.counts.get(idOf(thread));
    return count !== undefined && thread.comments.length <= count ? "settled" : thread.question.state;
  }

  async set(thread: ThreadView, settled: boolean): Promise<void> {
    const id = idOf(thread);
    this.counts.delete(id);
    if (settled) this.counts.set(id, thread.comments.length);
    for (const old of this.counts.keys()) {
      if (this.counts.size <= maxSettled) break;
      this.counts.delete(old);
    }
    this.changed.fire(thread);
    await this.storage.update(storageKey, [...this.counts]);
  }

  dispose(): void {
    this.owner.dispose();
  }
}

/** The same in every file that has the discussion. */
function idOf(thread: ThreadView): string {
  return `${thread.patchKey}#${thread.key}`;
}

function isEntry(value: unknown): value is [string, number] {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === "string" && typeof value[1] === "number";
}
