// From a prepared run to its Promela model, with frames shared where the program needs that.
import type { Compiled } from "../compile/program.js";
import { SymmetryBroken } from "../execution.js";
import type { Prepared } from "../prepare.js";
import { Stopped } from "../world.js";
import { promelaModel, type Exported } from "./model.js";
import { measureRoom } from "./room.js";

/** The model of what a request runs; a reason where there is none. `title` is one line of prose. */
export function exportPromela(prepared: Prepared & { readonly kind: "program" }, title: string, maxSteps: number): Exported {
  const attempt = (compiled: Compiled): Exported => promelaModel(compiled.program, title, measureRoom(compiled.program, maxSteps));
  try {
    return attempt(prepared.compiled);
  } catch (error) {
    if (error instanceof Stopped) return { reason: error.reason };
    if (!(error instanceof SymmetryBroken)) throw error;
  }
  try {
    return attempt(prepared.compileShared());
  } catch (error) {
    if (error instanceof Stopped) return { reason: error.reason };
    throw error;
  }
}
