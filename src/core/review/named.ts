// Which functions a thread is about: those that its mails name, else the one that it stands in.
import type { ThreadView } from "./types.js";

/** What is known of the code that a thread is about, as names of functions. */
export interface ThreadCode {
  /** Functions that the code has on either side, whole or in part. */
  readonly known: readonly string[];
  /** Those that the patch changes; they decide where a shortened name could mean several. */
  readonly changed: ReadonlySet<string>;
  /** Those that the thread's own lines stand in. */
  readonly standsIn: readonly string[];
}

/** Words looked at; a hostile mail may have any number. */
const MAX_WORDS = 2000;

/**
 * The functions that the mails of a thread name in their own words, in the order in which they are said; those that the thread stands in when it names none.
 * A name before parentheses may leave out what the functions of a driver begin with: `fops_open()` means `vfio_group_fops_open`, if that is the only
 * function that ends so, or the only one of them that the patch changes. Empty for a thread that stands in no function and names none.
 */
export function functionsOfThread(thread: ThreadView, { known, changed, standsIn }: ThreadCode): readonly string[] {
  const all = [...new Set(known)];
  const exact = new Set(all);
  const named = new Set<string>();
  const words = thread.comments.flatMap((comment) => [...comment.text.matchAll(/\b([A-Za-z_]\w*)\b(\s?\()?/g)]).slice(0, MAX_WORDS);
  for (const [, word = "", call] of words) {
    // A word without an underscore and without parentheses is prose more often than a function.
    if (exact.has(word) && (call !== undefined || word.includes("_"))) named.add(word);
    else if (call !== undefined) {
      const longer = all.filter((name) => name.endsWith(`_${word}`));
      const meant = longer.length === 1 ? longer : longer.filter((name) => changed.has(name));
      const [only] = meant;
      if (only !== undefined && meant.length === 1) named.add(only);
    }
  }
  return named.size > 0 ? [...named] : [...new Set(standsIn)];
}
