// The exploration of a prepared program, with the strongest reductions that it allows.
import type { Compiled } from "./compile/program.js";
import { SymmetryBroken } from "./execution.js";
import { explore, type Control, type ExploreBounds, type Exploration } from "./explore.js";

/** What was explored, and the program that it was: one that compares CPUs or lends its stack needs a weaker reduction. */
export interface Explored { readonly exploration: Exploration; readonly compiled: Compiled; readonly twins: boolean }

/** What is explored, and the same for one that lends its stack. */
export interface Explorable { readonly compiled: Compiled; compileShared(): Compiled }

export function exploreAll(prepared: Explorable, bounds: ExploreBounds, control: Control): Explored {
  let compiled = prepared.compiled;
  let twins = true;
  for (;;) {
    try {
      return { exploration: explore(compiled.program, "reduced", twins, bounds, control), compiled, twins };
    } catch (error) {
      if (!(error instanceof SymmetryBroken)) throw error;
      if (error.what === "number") twins = false;
      else compiled = prepared.compileShared();
    }
  }
}
