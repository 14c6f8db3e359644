// When an input is worth showing: the same answer in the worker, which keeps it, and in the editor, which opens it.
import type { ReviewView } from "../core/review/types.js";

/** True when the input has at least one patch, whole or damaged, or a cover letter. A mail of words alone is not a review. */
export function hasPatches(view: ReviewView): boolean {
  return view.series.some((series) => series.revisions.some((revision) =>
    (revision.cover !== null && revision.total > 0) || revision.patches.some((patch) => patch.files.length > 0 || (patch.mail !== null && patch.problems.some((problem) => problem.severity === "error")))));
}
