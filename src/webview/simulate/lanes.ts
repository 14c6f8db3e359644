// From a list of steps to lanes: what every value and every lock is at each step, and where it changes. Pure.
import type { Step } from "../../core/simulate/types.js";
import { valueName } from "../words.js";

/** One value of one object through the whole schedule. */
export interface ValueLane {
  readonly object: string;
  readonly field: string;
  /** Before the first step. */
  readonly initial: string;
  /** One entry per step: the value after it. */
  readonly values: readonly string[];
  /** How many steps change it. */
  readonly changes: number;
}

/** One lock through the whole schedule. */
export interface LockLane {
  readonly name: string;
  /** One entry per step: the CPUs that hold it after the step, in order; more than one for a shared lock. */
  readonly holders: readonly (readonly number[])[];
}

export interface Lanes {
  /** In order of first change, the fields of one object side by side. */
  readonly values: readonly ValueLane[];
  /** In order of first use. */
  readonly locks: readonly LockLane[];
}

/** Computes all lanes of a schedule. A value that no step changes has no lane. */
export function computeLanes(steps: readonly Step[]): Lanes {
  const locks = lockLanes(steps);
  const names = new Set(locks.map((lock) => lock.name));
  // A lock's own word says no more than its bar.
  const values = valueLanes(steps).filter((lane) => !names.has(valueName(lane)));
  return { values, locks };
}

/** The lane's value before a step, from zero. */
export function valueBefore(lane: ValueLane, step: number): string {
  return lane.values[step - 1] ?? lane.initial;
}

function valueLanes(steps: readonly Step[]): readonly ValueLane[] {
  const lanes = new Map<string, { object: string; field: string; initial: string; values: string[]; current: string; changes: number }>();
  steps.forEach((step, index) => {
    for (const change of step.changes) {
      const key = `${change.object}\n${change.field}`;
      let lane = lanes.get(key);
      if (lane === undefined) {
        const { object, field, before } = change;
        lane = { object, field, initial: before, values: new Array<string>(index).fill(before), current: before, changes: 0 };
        lanes.set(key, lane);
      }
      lane.current = change.after;
      lane.changes += 1;
    }
    for (const lane of lanes.values()) lane.values.push(lane.current);
  });
  const objects = [...new Set([...lanes.values()].map((lane) => lane.object))];
  return objects.flatMap((object) => [...lanes.values()].filter((lane) => lane.object === object));
}

function lockLanes(steps: readonly Step[]): readonly LockLane[] {
  const names = [...new Set(steps.flatMap((step) => step.locks))];
  return names.map((name) => {
    const held = new Set<number>();
    const holders = steps.map((step) => {
      if (step.locks.includes(name)) held.add(step.cpu);
      else held.delete(step.cpu);
      return [...held].sort((one, other) => one - other);
    });
    return { name, holders };
  });
}
