// The runs that a person drives: kept in the worker between two moves.
import type { FreeRun } from "../core/simulate/free-run.js";
import type { Code, Simulator } from "../core/simulate/simulate.js";
import type { RunRequest } from "../core/simulate/types.js";
import type { Handlers } from "../protocol/channel.js";
import type { WorkerCalls } from "../protocol/messages.js";

export type FreeRuns = Map<string, { readonly session: string; readonly run: FreeRun }>;

type Names = "freeRun/open" | "freeRun/step" | "freeRun/undo" | "freeRun/reach" | "freeRun/close";

/** The five requests of a free run. `codeOf` gives the code of a patch in a session; null when there is none. */
export function freeRunHandlers(simulator: () => Promise<Simulator>, codeOf: (session: string, request: RunRequest) => Code | null | Promise<Code | null>, runs: FreeRuns): Pick<Handlers<WorkerCalls>, Names> {
  const runOf = (name: string): FreeRun => {
    const found = runs.get(name);
    if (found === undefined) throw new Error(`no free run ${name}`);
    return found.run;
  };
  return {
    async "freeRun/open"({ session, run, request }) {
      const code = await codeOf(session, request);
      if (code === null) throw new Error(`no code for ${request.patchKey}`);
      const free = (await simulator()).freeRun(code, request);
      if ("reason" in free) return free;
      runs.set(run, { session, run: free });
      return free.view();
    },
    "freeRun/step": ({ run, cpu, unit, way }) => runOf(run).step(cpu, unit, way),
    "freeRun/undo": ({ run }) => runOf(run).undo(),
    "freeRun/reach": ({ run, maxStates }, control) => runOf(run).canStillViolate(maxStates, { cancelled: () => control.cancelled(), progress: (states) => control.progress({ states }) }),
    "freeRun/close"({ run }) {
      runs.delete(run);
      return null;
    },
  };
}
