// Which scenarios could fit a patch, and which of them its reviewers talk about.
import type { Code, Simulator } from "../core/simulate/simulate.js";
import type { PatchView, ThreadView } from "../core/review/types.js";
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

/** The functions that a thread names or stands in, and the scenario for the code after the patch that is most about them. */
export async function scenarioOfThread(
  simulator: Simulator, kernel: KernelSources, sides: readonly FitSide[], thread: ThreadView, chosen?: readonly string[],
): Promise<{ readonly functions: readonly string[]; readonly scenario: string | null }> {
  const [{ scenarioAbout }, { functionsOfThread }] = await Promise.all([import("../core/simulate/fitting.js"), import("../core/review/named.js")]);
  const { anchor } = thread;
  const lines = anchor.quality === "lost" ? [] : Array.from({ length: Math.max(0, anchor.line - anchor.fromLine) + 1 }, (_, index) => ({ path: anchor.path, line: anchor.line - index }));
  const changed = new Set(sides.flatMap((one) => simulator.functionsOn(one.code, one.changed)));
  // The last of the lines is the one that is asked about; a quote may begin in the function above.
  const standsIn = sides.filter((one) => one.side === anchor.side).flatMap(({ code }) => {
    const at = lines.find((line) => simulator.functionsOn(code, [line]).length > 0);
    return at === undefined ? [] : simulator.functionsOn(code, [at]);
  });
  const known = sides.flatMap(({ code }) => simulator.functionsIn(code));
  const after = sides.filter(({ side }) => side === "after").map(({ code }) => new Set(simulator.functionsIn(code)));
  // Where a thread stands counts for the choice even when its words are about other functions.
  const functions = chosen ?? functionsOfThread(thread, { known, changed, standsIn });
  return { functions, scenario: scenarioAbout(kernel, { code: after, changed, said: new Set([...functions, ...standsIn]) }) };
}
