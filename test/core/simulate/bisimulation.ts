// How many states of an explored graph differ in what can still happen, and not only in words that nobody will look at again.
import type { World } from "../../../src/core/simulate/world.js";

/**
 * The states that can be reached, and their classes when two states are one as long as every CPU stands at the same place in the code and their moves lead, place by place, to
 * states that are one (the coarsest bisimulation). Classes that are far fewer than states mean that the state vector carries something along.
 */
export function countClasses(world: World): { readonly states: number; readonly classes: number } {
  const { cpus } = world.program;
  const firstTwin = world.twins ? cpus.findIndex((cpu) => cpu.identical) : -1;
  const place = (local: number): string => Array.from(world.locals.get(local).subarray(0, 2)).join(":");
  const states: (readonly number[])[] = [];
  const numbers = new Map<string, number>();
  const number = (shared: number, locals: readonly number[]): number => {
    const sorted = firstTwin < 0 ? locals : [...locals.slice(0, firstTwin), ...locals.slice(firstTwin).sort((a, b) => a - b)];
    const key = [shared, ...sorted].join();
    let found = numbers.get(key);
    if (found === undefined) {
      found = states.push([shared, ...sorted]) - 1;
      numbers.set(key, found);
    }
    return found;
  };
  for (const start of world.starts()) number(start.shared, world.startLocals());
  const moves: (readonly { readonly label: string; readonly to: number }[])[] = [];
  for (let state = 0; state < states.length; state++) {
    const [shared = 0, ...locals] = states[state] ?? [];
    moves.push(locals.flatMap((local, cpu) => (world.isDone(local) ? [] : world.outcomes(shared, local, cpu).map((outcome) => ({
      label: `${String(world.classOf(cpu))} ${place(local)} ${outcome.status} ${outcome.local < 0 ? "" : place(outcome.local)} ${outcome.findings.map((finding) => finding.kind).join()}`,
      to: outcome.local < 0 ? -1 : number(outcome.shared, locals.map((one, at) => (at === cpu ? outcome.local : one))),
    })))));
  }
  let classOf = states.map(([, ...locals]) => locals.map(place).join(" "));
  for (let classes = 0; ;) {
    const known = new Map<string, number>();
    classOf = states.map((_, state) => {
      const key = `${classOf[state] ?? ""} | ${[...new Set((moves[state] ?? []).map(({ label, to }) => `${label} ${to < 0 ? "" : classOf[to] ?? ""}`))].sort().join("; ")}`;
      let found = known.get(key);
      if (found === undefined) known.set(key, (found = known.size));
      return String(found);
    });
    if (known.size === classes) return { states: states.length, classes };
    classes = known.size;
  }
}
