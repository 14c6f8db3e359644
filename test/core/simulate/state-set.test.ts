// The states of an exploration: exact, each once, in the order of their arrival, however large the numbers in them are.
import { describe, expect, it } from "vitest";
import { StateSet } from "../../../src/core/simulate/state-set.js";
import { numbers } from "./random.js";

const MOVES = 20_000;

/** What a state set is to hold, as text, with the identical CPUs' parts in order. */
const named = (shared: number, locals: readonly number[], firstTwin: number): string => [shared, ...locals.slice(0, firstTwin), ...locals.slice(firstTwin).sort((a, b) => a - b)].join(" ");

describe("the set of states", () => {
  it.each([
    ["three CPUs, small numbers", 3, 3, 12], ["six CPUs, four of them alike", 6, 2, 9], ["numbers beyond a byte, five CPUs, all alike", 5, 0, 700], ["numbers beyond two bytes", 4, 2, 200_000], ["one CPU", 1, 1, 90_000],
  ])("keeps what it was given and nothing else: %s", (_, cpus, firstTwin, most) => {
    const random = numbers(most);
    const set = new StateSet(cpus, firstTwin);
    const start = Array.from({ length: cpus }, (_unused, cpu) => cpu);
    set.add(7, start);
    const order = [named(7, start, firstTwin)];
    const known = new Set(order);
    const read = (state: number): string => [set.take(state), ...set.locals.subarray(0, cpus)].join(" ");
    for (let state = 0; state < set.size && order.length < MOVES; state++) {
      const shared = set.take(state);
      for (let move = 0; move < 4; move++) {
        const locals = [...set.locals.subarray(0, cpus)];
        const cpu = random(cpus);
        // Numbers grow with the states, as those of a world do.
        locals[cpu] = random(Math.min(most, 10 + order.length));
        const to = random(3) === 0 ? random(50) : shared;
        set.follow(to, cpu, locals[cpu]);
        const name = named(to, locals, firstTwin);
        if (!known.has(name)) order.push(name);
        known.add(name);
      }
      if (set.isWaiting || state + 1 === set.size) set.settle();
    }
    set.settle();
    expect(order.length).toBeGreaterThan(cpus === 1 ? 1000 : 3000);
    expect(set.size).toBe(order.length);
    expect(order.map((_name, state) => read(state))).toEqual(order);
  });
});
