// The revisions of one series side by side.
import type { RangePatch } from "../patch/range-diff-text.js";
import type { Entry, Revision } from "../series/types.js";

/** One patch of a revision, for comparing. */
export interface NumberedPatch {
  readonly n: number;
  readonly mail: number;
  readonly patch: RangePatch;
}

/** The patches of a revision that are in the input, in order; those that a partial re-roll left as they were included. */
export function rangePatchesOf(entries: readonly Entry[], revision: Revision): NumberedPatch[] {
  return revision.slots.flatMap((slot): NumberedPatch[] => {
    const mail = slot.mail ?? slot.inherited ?? null;
    const entry = mail === null ? undefined : entries[mail];
    if (mail === null || entry === undefined || entry.patch === null) return [];
    const { name, email } = entry.author;
    return [{ n: slot.n, mail, patch: { author: `${name} <${email}>`, message: `${entry.subject.title}\n\n${entry.commitMessage}`, patch: entry.patch } }];
  });
}
