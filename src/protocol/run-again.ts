// What has to be known to do a run again in the next window: it is kept with the page's state, which may be damaged or of another version.
import type { Side } from "../core/patch/types.js";

export interface RunAgain {
  readonly patchKey: string;
  readonly side: Side;
  /** The scenario's name; with `document` that of the user's own, which stands in the document of this address. */
  readonly scenario: string;
  readonly document: string | null;
  readonly whatIf: string | null;
  /** The one schedule that was replayed; null when all were looked at. */
  readonly token: string | null;
}

/** The value when it is usable, else null. */
export function readRunAgain(value: unknown): RunAgain | null {
  if (typeof value !== "object" || value === null) return null;
  // Checked member by member right below.
  const { patchKey, side, scenario, document, whatIf, token } = value as Partial<Record<keyof RunAgain, unknown>>;
  if (typeof patchKey !== "string" || typeof scenario !== "string" || (side !== "before" && side !== "after")) return null;
  if (!isTextOrNull(document) || !isTextOrNull(whatIf) || !isTextOrNull(token)) return null;
  return { patchKey, side, scenario, document, whatIf, token };
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === "string";
}
