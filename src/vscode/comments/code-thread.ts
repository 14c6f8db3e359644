// Whether a thread could be simulated, told without reading any C: what it stands on, and what its mails name.
import type { ThreadView } from "../../core/review/types.js";

/** The word in the context values of threads and of their rows for which simulating is offered. */
export const codeWord = "code";

/**
 * True for a thread on a line of a C file, and for one whose mails name something that could be a function: `box_put` or `put()`.
 * Which functions of the patch are meant is found out when the thread is simulated.
 */
export function isAboutCode({ anchor, comments }: ThreadView): boolean {
  if (anchor.quality !== "lost" && /\.[ch]$/.test(anchor.path)) return true;
  return comments.some((comment) => /\b[A-Za-z]\w*_\w+\b|\b[A-Za-z]\w*\(\)/.test(comment.text));
}
