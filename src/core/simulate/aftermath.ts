// What comes after a warning: what it leads to, or, where it leads to nothing, the run to its end.
import type { RawFinding } from "./execution.js";
import type { Control } from "./explore.js";
import { search, type Move, type Schedule } from "./search.js";
import { Stopped, type World } from "./world.js";

/** A schedule that goes on after its first finding. `isLast`: every way to go on was looked at, and none finds more. */
export interface Aftermath { readonly schedule: Schedule; readonly isLast: boolean }

/** Findings after which the run goes on. */
const GOES_ON: ReadonlySet<RawFinding["code"]> = new Set(["report", "held", "not-held", "sleeps"]);

/** Warnings of one run that are followed, one after the other. */
const MOST_WARNINGS = 4;
/** Moves that one CPU makes on the way to the end before another one has its turn: it may be waiting in a loop. */
const LONGEST_TURN = 400;
/** Moves on the way to the end; a run that needs more is shown up to its last finding. */
const MOST_MOVES = 4000;

/** A warning does not end the run: what it leads to is found from there, and where that is nothing, the run is shown to its end. */
export function continued(world: World, best: Schedule, maxSwitches: number | null, control: Control): Aftermath {
  const known = new Set<string>();
  let schedule = best;
  for (let count = 0; count < MOST_WARNINGS; count++) {
    if (schedule.at !== "move" || !schedule.findings.every((finding) => GOES_ON.has(finding.code))) return { schedule, isLast: false };
    schedule.findings.forEach((finding) => known.add(keyOf(finding)));
    let givenUp = false;
    const options = { maxSwitches, maxNodes: 200_000, from: schedule, onGivenUp: () => { givenUp = true; } };
    const isNew = (finding: RawFinding): boolean => !known.has(keyOf(finding));
    // What ends a run says more than what is left at its end.
    const next = attempted(() => search(world, "switches", (finding) => isNew(finding) && finding.kind !== "leak" && finding.code !== "report", options, control)
      ?? search(world, "switches", isNew, options, control));
    if (next === "stopped") return { schedule, isLast: false };
    if (next === null) return givenUp || maxSwitches !== null ? { schedule, isLast: false } : { schedule: toTheEnd(world, schedule), isLast: true };
    schedule = next;
  }
  return { schedule, isLast: false };
}

/** A way on that has no end, or leads to code that is missing, is as far as it goes. */
function attempted<T>(work: () => T): T | "stopped" {
  try {
    return work();
  } catch (error) {
    if (error instanceof Stopped) return "stopped";
    throw error;
  }
}

/**
 * The run after its last warning: first the others do all that they can, then the CPU that was warned, so what it still uses is seen at its worst.
 * Every choice goes its first way. The same schedule comes back when the run has no end within the limits above.
 */
function toTheEnd(world: World, from: Schedule): Schedule {
  try {
    const start = world.starts().find((one) => one.script.join() === from.setup.join());
    if (!start) return from;
    let shared = start.shared;
    const locals = world.startLocals();
    const moves: Move[] = [...from.moves];
    for (const move of from.moves) {
      const outcome = world.outcomes(shared, locals[move.cpu] ?? 0, move.cpu).find((one) => one.script.join() === move.script.join());
      if (!outcome || outcome.local < 0) return from;
      shared = outcome.shared;
      locals[move.cpu] = outcome.local;
    }
    const warned = moves.at(-1)?.cpu ?? 0;
    const order = [...locals.keys()].filter((cpu) => cpu !== warned).concat(warned);
    for (let moved = true; moved;) {
      moved = false;
      for (const cpu of order) {
        for (let turn = 0; turn < LONGEST_TURN && !world.isDone(locals[cpu] ?? 0); turn++) {
          const outcome = world.outcomes(shared, locals[cpu] ?? 0, cpu)[0];
          if (!outcome || outcome.status === "blocked") break;
          if (outcome.local < 0 || moves.length > MOST_MOVES) return from;
          moves.push({ cpu, script: outcome.script });
          shared = outcome.shared;
          locals[cpu] = outcome.local;
          moved = true;
        }
      }
    }
    return locals.every((local) => world.isDone(local)) ? { ...from, moves } : from;
  } catch (error) {
    if (error instanceof Stopped) return from;
    throw error;
  }
}

const keyOf = (finding: RawFinding): string => `${finding.kind} ${finding.code} ${finding.message}`;
