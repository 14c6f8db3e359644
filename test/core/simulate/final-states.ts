// The memories in which the runs of an explored program end, in a form that does not depend on how objects are numbered.
import { OBJECT_SPAN } from "../../../src/core/simulate/ir.js";
import { FREED, HEAP_BASE, KEPT, type Memory } from "../../../src/core/simulate/memory.js";
import type { World } from "../../../src/core/simulate/world.js";

/** One text for each memory that is left when every CPU is done. Which CPU is which does not matter to it, nor what a freed object once was. */
export function finalStates(world: World): Set<string> {
  const { cpus } = world.program;
  const seen = new Set<string>();
  const waiting: (readonly number[])[] = [];
  const ends = new Set<number>();
  const add = (state: readonly number[]): void => {
    const key = state.join();
    if (seen.has(key)) return;
    seen.add(key);
    waiting.push(state);
  };
  for (const start of world.starts()) if (!start.ended) add([start.shared, ...world.startLocals()]);
  for (let state = waiting.pop(); state; state = waiting.pop()) {
    const [shared = 0, ...locals] = state;
    if (locals.every((local) => world.isDone(local))) ends.add(shared);
    for (let cpu = 0; cpu < cpus.length; cpu++) {
      const local = locals[cpu] ?? 0;
      if (world.isDone(local)) continue;
      for (const outcome of world.outcomes(shared, local, cpu)) if (outcome.local >= 0) add([outcome.shared, ...locals.map((one, at) => (at === cpu ? outcome.local : one))]);
    }
  }
  return new Set([...ends].map((shared) => textOf(world, shared)));
}

/** The words of all static objects, and of the heap objects that they lead to; of others, how many there are of each kind. */
function textOf(world: World, shared: number): string {
  const { objects } = world.program;
  const { memory } = world.machine;
  memory.load(world.memories.get(shared));
  const names = new Map<number, number>();
  const found: number[] = [];
  const word = (value: number): string => {
    const object = Math.floor(value / OBJECT_SPAN);
    if (object < HEAP_BASE || memory.object(object) === null) return String(value);
    let name = names.get(object);
    if (name === undefined) {
      names.set(object, (name = names.size));
      found.push(object);
    }
    return `#${String(name)}+${String(value % OBJECT_SPAN)}`;
  };
  const lines = objects.map((object, at) => Array.from({ length: object.slots }, (_, slot) => word(wordAt(memory, (at + 1) * OBJECT_SPAN + slot))).join(" "));
  const described = (id: number): string => {
    const object = memory.object(id);
    if (object === null || (object.status & ~KEPT) === FREED) return "freed";
    return `${world.machine.frames.sites[object.site]?.name ?? ""}: ${Array.from({ length: object.slots }, (_, slot) => word(memory.read(id, slot))).join(" ")}`;
  };
  for (let at = 0; at < found.length; at++) lines.push(described(found[at] ?? 0));
  const others = memory.heap().filter((object) => (object.status & ~KEPT) !== FREED && !names.has(object.id)).map((object) => `${String(object.slots)} words`);
  return [...lines, ...others.sort()].join("\n");
}

function wordAt(memory: Memory, address: number): number {
  return memory.words[memory.locate(address)] ?? 0;
}
