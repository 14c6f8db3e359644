// lock-held: one error path returns with a lock held that another error path of the same function gives back.
import type { Exit, Rule } from "./rule.js";
import { isSkippedCleanup } from "./missing-half.js";
import { ZERO } from "./state.js";

export const lockHeld: Rule = {
  kind: "lock-held",
  exits(ctx, exits) {
    const known = exits.filter((exit) => exit.state.locksKnown);
    for (const exit of known) {
      for (const [lock, { span, only, family: label }] of exit.state.locks) {
        // A semaphore counts: who gives it back may be somebody else. Of the entries of an array, others may hold theirs.
        if (!exit.state.isHeld(only) || lock.startsWith("semaphore ") || lock.includes("[")) continue;
        const givers = known.filter((other) => other !== exit && meansTheSame(exit, other) && !other.state.locks.has(lock) && wasTakenAndGiven(other, lock, span.from));
        if (givers.length === 0 || givers.some((other) => isSkippedCleanup(exit, other, lock))) continue;
        ctx.report({ kind: "lock-held", object: label, call: textAt(ctx.where.file.text, span), other: "", span: exit.span, about: lock, trail: exit.state.trail });
      }
    }
  },
};

/** A function that returns with its lock held on success only, or on failure only, does it on purpose. */
function meansTheSame(a: Exit, b: Exit): boolean {
  if (a.failed || b.failed) return a.failed && b.failed;
  return a.bits === b.bits && (a.bits === ZERO || a.bits === -1);
}

function wasTakenAndGiven(exit: Exit, lock: string, at: number): boolean {
  let isGiven = false;
  for (let step = exit.state.trail; step !== null; step = step.before) {
    if (step.about !== lock) continue;
    if (step.note === "unlocked") isGiven = true;
    if (step.note === "locked" && step.span.from === at) return isGiven;
  }
  return false;
}

function textAt(text: string, span: { readonly from: number; readonly to: number }): string {
  return text.slice(span.from, span.to).replace(/\s+/g, " ");
}
