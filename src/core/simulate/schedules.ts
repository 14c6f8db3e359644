// How many schedules there are: the ways through the unreduced graph of states, counted, not walked.
import type { Control } from "./explore.js";
import { TupleTable } from "./intern.js";
import type { Program } from "./ir.js";
import type { Bounds } from "./types.js";
import { Stopped, World } from "./world.js";

/** States between two looks at whether the answer is still wanted. */
const LOOK_EVERY = 1024;

/**
 * The number of schedules as digits: ways from the start until nobody can go on, every step one visible operation. Null when it was not found: a
 * bound was met, a CPU can go round in circles for ever, or nobody waits for the answer any more.
 */
export function countSchedules(program: Program, bounds: Bounds, control: Control): string | null {
  try {
    const world = new World(program, "every", null, bounds.maxSteps, false);
    const graph = walk(world, bounds.maxStates, control);
    if (graph === null) return null;
    const ways = countWays(graph.edges);
    return ways === null ? null : String(graph.starts.reduce((sum, start) => sum + (ways[start] ?? 0n), 0n));
  } catch (error) {
    if (error instanceof Stopped) return null;
    throw error;
  }
}

/** For each state, where its moves lead: a state's number, or -1 for a move that ends the run. */
interface Graph { readonly starts: readonly number[]; readonly edges: readonly (readonly number[])[] }

function walk(world: World, maxStates: number, control: Control): Graph | null {
  const cpus = world.program.cpus.length;
  const table = new TupleTable(1 + cpus);
  const number = (tuple: Int32Array): number => {
    const added = table.add(tuple);
    return added < 0 ? -1 - added : added;
  };
  const starts = world.starts().filter((start) => !start.ended).map((start) => number(Int32Array.of(start.shared, ...world.startLocals())));
  const edges: number[][] = [];
  const tuple = new Int32Array(1 + cpus);
  for (let state = 0; state < table.size; state++) {
    if (table.size > maxStates || (state % LOOK_EVERY === 0 && control.cancelled())) return null;
    table.read(state, tuple);
    const ends: number[] = [];
    for (let cpu = 0; cpu < cpus; cpu++) {
      const local = tuple[1 + cpu] ?? 0;
      if (world.isDone(local)) continue;
      for (const outcome of world.outcomes(tuple[0] ?? 0, local, cpu)) {
        if (outcome.status === "blocked") continue;
        if (outcome.status === "fatal") {
          ends.push(-1);
          continue;
        }
        const next = tuple.slice();
        next[0] = outcome.shared;
        next[1 + cpu] = outcome.local;
        ends.push(number(next));
      }
    }
    edges.push(ends);
  }
  return { starts, edges };
}

/** Ways from each state to an end; null when there is a circle. States are settled after all that they lead to. */
function countWays(edges: readonly (readonly number[])[]): readonly bigint[] | null {
  const waits = edges.map((ends) => ends.filter((end) => end >= 0).length);
  const before: number[][] = edges.map(() => []);
  edges.forEach((ends, state) => {
    for (const end of ends) if (end >= 0) before[end]?.push(state);
  });
  const ways = edges.map((ends) => (ends.length === 0 ? 1n : BigInt(ends.filter((end) => end < 0).length)));
  const settled = waits.flatMap((count, state) => (count === 0 ? [state] : []));
  for (let at = 0; at < settled.length; at++) {
    const state = settled[at] ?? 0;
    for (const from of before[state] ?? []) {
      ways[from] = (ways[from] ?? 0n) + (ways[state] ?? 0n);
      const left = (waits[from] ?? 0) - 1;
      waits[from] = left;
      if (left === 0) settled.push(from);
    }
  }
  return settled.length === edges.length ? ways : null;
}
