// The best schedule of a program that was explored: found on the merged moves of the exploration, and held against a bound of what any costs, or else against all that is better without merging.
import type { RawFinding } from "./execution.js";
import type { Control } from "./explore.js";
import { search, type Cost, type Move, type Order, type Schedule } from "./search.js";
import { Stopped, type World } from "./world.js";

/** `proven`: no schedule is better, by a bound or because every one that would be was looked at. Else the search for one was given up. */
export interface Best { readonly schedule: Schedule; readonly proven: boolean }

export interface BestOptions {
  /** Whether the exploration has all moves: only then is there a bound. */
  readonly isComplete: boolean;
  readonly accept: (finding: RawFinding) => boolean;
  /** Nodes of a search that only proves. */
  readonly most?: number;
}

/** Nodes of the search for something better. Where it needs more, the exploration's own best stands. */
const PROVING = 200_000;

/**
 * `merged` is the world of the exploration, `single` one that makes every visible step a move of its own. Null when no schedule has a finding, as far as
 * was looked. `accept` says which findings count, `most` bounds the nodes of the searches that only prove, and `complete` says that `merged` has all moves.
 */
export function findBest(merged: World, single: World, order: Order, maxSwitches: number | null, control: Control, options: BestOptions): Best | null {
  const { accept, most = PROVING } = options;
  const isKnown = (known: Schedule | null): known is Schedule => known !== null && (maxSwitches === null || known.switches <= maxSwitches);
  // A limit of switches cuts a search by steps short in ways that no bound follows.
  const canBound = options.isComplete && (maxSwitches === null || order === "switches");
  const relaxed = canBound ? attempt(() => search(merged, order, accept, { maxSwitches, maxNodes: most, isLowerBound: true }, control)) : null;
  const least = relaxed?.cost;
  const cheapest = relaxed === null ? null : attempt(() => unmerge(single, relaxed, accept));
  if (isKnown(cheapest) && least && isAtMost(costOf(cheapest, order), least)) return { schedule: cheapest, proven: true };
  const coarse = attempt(() => search(merged, order, accept, { maxSwitches }, control));
  const known = coarse === null ? null : attempt(() => unmerge(single, coarse, accept));
  if (isKnown(known) && least && isAtMost(costOf(known, order), least)) return { schedule: known, proven: true };
  let givenUp = false;
  const onGivenUp = (): void => { givenUp = true; };
  const better = attempt(() => search(single, order, accept, isKnown(known) ? { maxSwitches, below: costOf(known, order), maxNodes: most, onGivenUp } : { maxSwitches, onGivenUp }, control), onGivenUp);
  const schedule = better ?? (isKnown(known) ? known : null);
  return schedule === null ? null : { schedule, proven: !givenUp };
}

const isAtMost = (cost: Cost, other: Cost): boolean => cost.switches < other.switches || (cost.switches === other.switches && cost.steps <= other.steps);

function costOf(schedule: Schedule, order: Order): Cost {
  return { switches: order === "switches" ? schedule.switches : 0, steps: schedule.moves.length };
}

/** Null, too, where code is missing or a path has no end. */
function attempt<T>(work: () => T | null, onStopped?: () => void): T | null {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    onStopped?.();
    return null;
  }
}

/** The same schedule with every visible step as a move; null when it does not come out. */
function unmerge(world: World, merged: Schedule, accept: (finding: RawFinding) => boolean): Schedule | null {
  const start = world.starts().find((one) => one.script.join() === merged.setup.join());
  if (!start || merged.at === "setup") return start ? merged : null;
  let shared = start.shared;
  const locals = world.startLocals();
  const moves: Move[] = [];
  const ended = (findings: Schedule["findings"], at: Schedule["at"]): Schedule => ({ setup: merged.setup, moves, switches: switchesOf(moves), findings, at });
  /** Makes one move of a CPU, and takes the choices that it needs from `script`: "moved", or a schedule that ends with it, or null when it cannot move. */
  const step = (cpu: number, script: number[]): "moved" | Schedule | null => {
    const outcome = world.outcomes(shared, locals[cpu] ?? 0, cpu).find((one) => one.script.every((choice, at) => choice === (script[at] ?? 0)));
    if (!outcome || (outcome.status === "blocked" && outcome.findings.length === 0)) return null;
    moves.push({ cpu, script: outcome.script });
    script.splice(0, outcome.script.length);
    if (outcome.findings.length > 0) return ended(outcome.findings, outcome.status === "blocked" ? "blocked" : "move");
    shared = outcome.shared;
    locals[cpu] = outcome.local;
    return "moved";
  };
  /** A CPU that will not run again goes as far as it can: what it does then, merging had put off. */
  const exhaust = (cpu: number): Schedule | null => {
    for (let count = 0; count < LONGEST_REST && !world.isDone(locals[cpu] ?? 0); count++) {
      const outcomes = world.outcomes(shared, locals[cpu] ?? 0, cpu);
      if (outcomes.length !== 1 || outcomes[0]?.status === "blocked") return null;
      const made = step(cpu, []);
      if (made !== "moved") return made;
    }
    return null;
  };
  for (const [at, move] of merged.moves.entries()) {
    const script = [...move.script];
    const isLast = !merged.moves.slice(at + 1).some((later) => later.cpu === move.cpu);
    for (let left = stepsOf(merged, at); left > 0; left--) {
      const made = step(move.cpu, script);
      if (made === null) break;
      if (made !== "moved") return made;
    }
    if (merged.at === "deadlock" && isLast) {
      const made = exhaust(move.cpu);
      if (made !== null) return made;
    }
  }
  for (const [cpu, local] of locals.entries()) {
    if (world.isDone(local)) continue;
    const made = exhaust(cpu);
    if (made !== null) return made;
  }
  if (locals.every((local) => world.isDone(local))) {
    const findings = world.endFindings(shared).filter(accept);
    return findings.length > 0 ? ended(findings, "end") : null;
  }
  return merged.at === "deadlock" && locals.every((local, cpu) => world.isDone(local) || world.outcomes(shared, local, cpu).every((outcome) => outcome.status === "blocked")) ? ended(merged.findings, "deadlock") : null;
}

/** Moves of a CPU that goes on to where it waits. */
const LONGEST_REST = 1000;

const stepsOf = (schedule: Schedule, at: number): number => schedule.steps?.[at] ?? 1;

function switchesOf(moves: readonly Move[]): number {
  return moves.filter((move, at) => at > 0 && moves[at - 1]?.cpu !== move.cpu).length;
}
