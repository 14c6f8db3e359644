// The bounds of the runs that the editor starts, from its settings.
import type { Bounds } from "../../core/simulate/types.js";

/** The settings that name a bound, under "lifeline.", with their defaults. */
export const boundSettings = { maxStates: "simulation.maxStates", maxSteps: "simulation.maxSteps", maxSwitches: "simulation.maxSwitches" } as const;

export const defaultBounds: Bounds = { maxStates: 2_000_000, maxSteps: 100_000, maxPreemptions: null };

/** The bounds that some settings ask for. What is not a whole number of the right size leaves the default; `null` for the switches means all. */
export function boundsFrom(setting: (name: string) => unknown): Bounds {
  const number = (name: string, least: number): number | null => {
    const value = setting(name);
    return typeof value === "number" && Number.isInteger(value) && value >= least ? value : null;
  };
  return {
    maxStates: number(boundSettings.maxStates, 1) ?? defaultBounds.maxStates,
    maxSteps: number(boundSettings.maxSteps, 1) ?? defaultBounds.maxSteps,
    maxPreemptions: number(boundSettings.maxSwitches, 0) ?? defaultBounds.maxPreemptions,
  };
}
