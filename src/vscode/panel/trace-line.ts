// A run as one line that can be pasted into a shell or back into the editor: the command that replays it. Plain functions on text.
import type { Side } from "../../core/patch/types.js";
import type { RunResult } from "../../core/simulate/types.js";

/** What a line says of a run. */
export interface TraceLine {
  readonly revision: number;
  readonly patch: number;
  readonly side: Side;
  readonly scenario: string;
  readonly whatIf: string | null;
  readonly token: string;
}

/** The command line of a run; null when the run has no schedule. */
export function writeTraceLine(result: RunResult): string | null {
  if (result.token === null) return null;
  const whatIf = result.whatIf === null ? "" : ` --what-if ${result.whatIf}`;
  return `lifeline simulate FILE --revision ${result.revision} --patch ${result.patch} --side ${result.side} --scenario ${result.scenario}${whatIf} --replay ${result.token}`;
}

/** Reads such a line back, with its options in any order; null when one that is needed is missing. */
export function readTraceLine(text: string): TraceLine | null {
  const options = new Map([...text.matchAll(/--([a-z-]+)[=\s]+(\S+)/g)].map(([, name = "", value = ""]) => [name, value]));
  const revision = Number(options.get("revision"));
  const patch = Number(options.get("patch"));
  const side = options.get("side");
  const scenario = options.get("scenario");
  const token = options.get("replay");
  if (!Number.isFinite(revision) || !Number.isInteger(patch) || scenario === undefined || token === undefined) return null;
  return { revision, patch, side: side === "before" ? "before" : "after", scenario, whatIf: options.get("what-if") ?? null, token };
}
