// How much room a program needs in an exported model: looked up on some of its states, with room to spare.
import type { Program } from "../ir.js";
import { World } from "../world.js";
import { LEAST_ROOM, type Room } from "./model.js";

/** States that are looked at. What needs more room than these says "bound" when Spin gets there. */
const LOOKED_AT = 20_000;

/** Goes deep before it goes wide: stacks and heaps are largest late in a run. Throws `Stopped` as exploring does. */
export function measureRoom(program: Program, maxSteps: number): Room {
  const world = new World(program, "every", null, maxSteps, false);
  const fixed = program.objects.reduce((sum, object) => sum + object.slots, 0);
  let { heap, registers, ways } = LEAST_ROOM;
  const noteShared = (shared: number): void => { heap = Math.max(heap, world.memories.get(shared).length - fixed); };
  const seen = new Set<string>();
  const waiting: number[][] = [];
  const add = (state: number[]): void => {
    const key = state.join();
    if (seen.has(key)) return;
    seen.add(key);
    waiting.push(state);
  };
  for (const start of world.starts()) {
    noteShared(start.shared);
    ways = Math.max(ways, start.ways);
    if (!start.ended) add([start.shared, ...world.startLocals()]);
  }
  for (let state = waiting.pop(); state && seen.size < LOOKED_AT; state = waiting.pop()) {
    const shared = state[0] ?? 0;
    const running = program.cpus.map((_, cpu) => cpu).filter((cpu) => !world.isDone(state[1 + cpu] ?? 0));
    if (running.length === 0 && program.finish !== null) {
      for (const end of world.alone(shared, program.finish)) {
        noteShared(end.shared);
        ways = Math.max(ways, end.ways);
      }
    }
    for (const cpu of running) {
      for (const outcome of world.outcomes(shared, state[1 + cpu] ?? 0, cpu)) {
        ways = Math.max(ways, outcome.ways);
        noteShared(outcome.shared);
        if (outcome.local < 0) continue;
        registers = Math.max(registers, world.locals.get(outcome.local).length);
        const next = [...state];
        next[0] = outcome.shared;
        next[1 + cpu] = outcome.local;
        add(next);
      }
    }
  }
  return { heap: Math.ceil(heap * 1.25), registers: registers + deepest(world, program), ways, isWhole: waiting.length === 0 };
}

/** Registers of the largest function: a call in the middle of a move has them too. */
function deepest(world: World, program: Program): number {
  return Math.max(...[...world.machine.frames.entered()].map((index) => (program.functions[index]?.registers ?? 0) + (program.functions[index]?.frameWords ?? 0)), 0) * 2;
}
