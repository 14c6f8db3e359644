// How long Spin's shortest trace may be, as it counts: it finds what is left at the end, and that nothing can move, with one step more, which is no CPU's.
import type { Program } from "../../../src/core/simulate/ir.js";
import { search } from "../../../src/core/simulate/search.js";
import type { RawFinding } from "../../../src/core/simulate/execution.js";
import { World } from "../../../src/core/simulate/world.js";
import { quiet } from "./check.js";

/** The numbers of CPUs' moves that a shortest trace may have; none when nothing can go wrong. There are two where the end and a move are found in equally many of Spin's steps. */
export function traceLengths(program: Program, maxSteps: number): readonly number[] {
  const shortest = (accept: (finding: RawFinding) => boolean): ReturnType<typeof search> => search(new World(program, "every", null, maxSteps, false), "steps", accept, { maxSwitches: null }, quiet);
  const best = shortest(() => true);
  if (best === null) return [];
  const length = best.moves.length;
  if (best.at !== "end" && best.at !== "deadlock") return [length];
  const byMove = shortest((finding) => finding.code !== "deadlock" && finding.code !== "leak");
  return byMove !== null && byMove.at !== "end" && byMove.moves.length === length + 1 ? [length, length + 1] : [length];
}
