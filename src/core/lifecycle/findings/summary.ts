// What one function of the patch does to its arguments and gives back, for the functions that call it.
import type { ApiRow } from "../api.js";
import type { Exit } from "./rule.js";
import { ANY, VALID, rootOf } from "./state.js";

export interface Summary {
  /** By parameter: freed on every way out, untouched on every way out, or anything else. */
  readonly params: readonly ("frees" | "leaves" | "unknown")[];
  /** The row of what is handed to the caller with the result; null when the caller owns nothing of it. */
  readonly gives: ApiRow | null;
  /** What the result can be. */
  readonly bits: number;
  /** True when it returns with the locks that it was entered with. */
  readonly keepsLocks: boolean;
  /** True when it may give back what it has not taken itself. */
  readonly undoes: boolean;
}

/** What is assumed of code that is not shown. */
export function unknownSummary(params: number, undoes: boolean): Summary {
  return { params: new Array<"unknown">(params).fill("unknown"), gives: null, bits: ANY, keepsLocks: true, undoes };
}

export function summarize(params: readonly string[], exits: readonly Exit[], complete: boolean, callsUndo: boolean): Summary {
  if (!complete || exits.length === 0) return unknownSummary(params.length, true);
  const kinds = params.map((param): "frees" | "leaves" | "unknown" => {
    const id = `p:${param};`;
    const alive = exits.filter((exit) => (exit.state.bitsOf(id) & VALID) !== 0);
    if (param === "" || alive.length === 0) return "unknown";
    if (alive.every((exit) => exit.state.subject(id).gone !== null)) return "frees";
    const isUntouched = exits.every((exit) => {
      const subject = exit.state.subject(id);
      return subject.gone === null && !subject.escaped && subject.parkedIn === "" && subject.listed.size === 0 && subject.started.size === 0 && ![...exit.state.holds.keys()].some((key) => key.includes(id)) && !wasGivenBack(exit, id)
        // Something was written where it points.
        && ![...exit.state.env.keys()].some((place) => place.startsWith(`${id}->`))
        // What surrounds it, or lies in it, was handed on.
        && ![...exit.state.subjects.keys()].some((other) => other !== id && other.includes(id));
    });
    return isUntouched ? "leaves" : "unknown";
  });
  let bits = 0;
  let gives: ApiRow | null = null;
  let isGiven = true;
  for (const exit of exits) {
    bits |= exit.bits < 0 ? ANY : exit.bits;
    const { returned } = exit.state;
    if (returned === null || (exit.bits & VALID) === 0) continue;
    const subject = exit.state.subject(rootOf(returned));
    if (subject.owned === null || subject.escaped || subject.gone !== null || rootOf(returned) !== returned || subject.listed.size > 0) isGiven = false;
    else gives = subject.owned.row;
  }
  const keepsLocks = exits.every((exit) => exit.state.locksKnown && exit.state.locks.size === 0 && !exit.state.gaveForeignLock);
  return { params: kinds, gives: isGiven ? gives : null, bits: bits === 0 ? ANY : bits, keepsLocks, undoes: callsUndo || exits.some(givesBackMore) };
}

/** True where the path gives back what it has not taken. */
function givesBackMore(exit: Exit): boolean {
  const open = new Set<string>();
  for (let step = exit.state.trail; step !== null; step = step.before) {
    const about = step.about.slice(step.about.lastIndexOf(" ") + 1);
    if (step.note === "released") open.add(about);
    else if (step.note === "acquired") open.delete(about);
  }
  return open.size > 0;
}

function wasGivenBack(exit: Exit, id: string): boolean {
  for (let step = exit.state.trail; step !== null; step = step.before) if (step.note === "released" && step.about.includes(id)) return true;
  return false;
}
