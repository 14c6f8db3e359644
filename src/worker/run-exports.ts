// What leaves a run, and what comes back: its texts, its model for Spin, its trace by a token, and the states that it goes through.
import { trackLife } from "../core/review/track.js";
import { exportRun } from "../core/simulate/export.js";
import type { Code, Simulator } from "../core/simulate/simulate.js";
import type { LifecycleView } from "../core/lifecycle/types.js";
import type { RunRequest } from "../core/simulate/types.js";
import type { Handlers } from "../protocol/channel.js";
import type { WorkerCalls } from "../protocol/messages.js";

type Names = "exportRun" | "replay" | "track";

export interface RunExportContext {
  readonly simulator: () => Promise<Simulator>;
  readonly codeOf: (session: string, request: RunRequest) => Promise<Code | null>;
  readonly lifecycle: (session: string, patchKey: string, struct: string | null) => Promise<LifecycleView>;
}

export function runExportHandlers({ simulator, codeOf, lifecycle }: RunExportContext): Pick<Handlers<WorkerCalls>, Names> {
  const code = async (session: string, request: RunRequest): Promise<Code> => {
    const found = await codeOf(session, request);
    if (found === null) throw new Error(`no code for ${request.patchKey}`);
    return found;
  };
  return {
    async exportRun({ session, request, result, format }) {
      if (format !== "promela") return exportRun(result, format);
      const exported = (await simulator()).promela(await code(session, request), request);
      if ("reason" in exported) throw new Error(exported.reason);
      return exported.text;
    },
    async replay({ session, request, token }) {
      return (await simulator()).replayRun(await code(session, request), request, token);
    },
    async track({ session, patchKey, struct, side, steps }) {
      return trackLife(await lifecycle(session, patchKey, struct), steps, side);
    },
  };
}
