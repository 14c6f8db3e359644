// The git trees of the open sessions: each revision is given its whole texts before the first of its documents is asked for.
import type { Review } from "../core/review/review.js";
import type { TreeState } from "../protocol/messages.js";
import { NO_TREE, useTree } from "./git/tree.js";

/** One reading of a revision's texts, and which choice of folders it was for. */
interface TreeReading {
  readonly choice: number;
  readonly state: Promise<TreeState>;
}

export class Trees {
  private folders: readonly string[] = [];
  private choice = 0;
  private readonly readings = new Map<string, Map<string, TreeReading>>();

  /** Where to look, best first; none: the mails alone. What was read from others is read again when it is asked for. */
  set(folders: readonly string[]): void {
    this.folders = folders;
    this.choice += 1;
  }

  /** Forgets what was read for a session: it is closed, or is read again. */
  forget(session: string): void {
    this.readings.delete(session);
  }

  /** Reads the tree for the revision of a patch, once. Not cancelled with the request that comes first: others wait for the same. */
  ensure(session: string, review: Review, patchKey: string): Promise<TreeState> {
    const revision = review.needs(patchKey)?.revisionKey;
    if (revision === undefined) return Promise.resolve(NO_TREE);
    const ofSession = this.readings.get(session) ?? new Map<string, TreeReading>();
    this.readings.set(session, ofSession);
    const last = ofSession.get(revision);
    if (last?.choice === this.choice) return last.state;
    const { folders } = this;
    // After the last one, so that an old answer never comes over a new one.
    const state = (last?.state ?? Promise.resolve()).then(() => useTree(review, patchKey, folders, null));
    ofSession.set(revision, { choice: this.choice, state });
    return state;
  }
}
