// Which patches the user has looked at: marked by hand or by the tree's checkboxes, kept in the workspace's memory.
import * as vscode from "vscode";
import type { PatchView, RevisionView } from "../../core/review/types.js";
import { type Disposable, Owner } from "../dispose.js";
import type { Session } from "../session/session.js";

const storageKey = "lifeline.seen";

/** Marks that are kept; the oldest go first. A reviewer of thirty series a week needs years to get here. */
const maxMarks = 20_000;

export class SeenMarks implements Disposable {
  private readonly owner = new Owner();
  private readonly changed = this.owner.own(new vscode.EventEmitter<void>());
  readonly onDidChange = this.changed.event;
  private readonly marks: Set<string>;

  constructor(private readonly memory: vscode.Memento) {
    const stored = memory.get<unknown>(storageKey);
    this.marks = new Set(Array.isArray(stored) ? stored.filter((one): one is string => typeof one === "string") : []);
  }

  has(session: Session, patch: PatchView): boolean {
    return this.marks.has(keyOf(session, patch));
  }

  /** How many patches of a revision that are in the input are seen; the cover letter is not counted. */
  count(session: Session, revision: RevisionView): { readonly seen: number; readonly all: number } {
    const present = revision.patches.filter((patch) => patch.mail !== null);
    return { seen: present.filter((patch) => this.has(session, patch)).length, all: present.length };
  }

  async mark(session: Session, patches: readonly PatchView[], seen: boolean): Promise<void> {
    for (const patch of patches) {
      const key = keyOf(session, patch);
      this.marks.delete(key);
      if (seen) this.marks.add(key);
    }
    this.changed.fire();
    await this.memory.update(storageKey, [...this.marks].slice(-maxMarks));
  }

  dispose(): void {
    this.owner.dispose();
  }
}

/** A mail is the same in every file that has it; one without an id is known by its place in its file. */
function keyOf(session: Session, patch: PatchView): string {
  return patch.messageId ?? `${session.id}/${patch.key}`;
}
