// Which scenarios could fit a patch, and which of them its reviewers talk about.
import type { Code, Simulator } from "../core/simulate/simulate.js";
import type { PatchView } from "../core/review/types.js";
import type { Side } from "../core/patch/types.js";
import type { KernelSources } from "../core/simulate/types.js";

/** One side of a patch: its code, and the lines that the patch changes there. */
export interface FitSide { readonly side: Side; readonly code: Code; readonly changed: readonly { readonly path: string; readonly line: number }[] }

/** Names of the scenarios whose functions the code has on one side at least; the one that the patch and its discussion are most about comes first. */
export async function fittingScenarios(simulator: Simulator, kernel: KernelSources, sides: readonly FitSide[], patch: PatchView | undefined): Promise<readonly string[]> {
  const { scenariosFor } = await import("../core/simulate/fitting.js");
  const comments = patch?.threads.flatMap((thread) => thread.comments.flatMap((comment) => [comment.text, ...comment.quote])).join("\n") ?? "";
  return scenariosFor(kernel, {
    code: sides.map(({ code }) => new Set(simulator.functionsIn(code))),
    changed: new Set(sides.flatMap(({ code, changed }) => simulator.functionsOn(code, changed))),
    // Names with an underscore in them: those of functions, hardly ever words of prose.
    said: new Set(comments.match(/\b[A-Za-z]\w*_\w+\b/g) ?? []),
  });
}
