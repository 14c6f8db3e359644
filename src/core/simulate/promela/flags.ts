// The kinds of findings as flags of an exported model: each is asserted after every move.
import type { FindingKind } from "../types.js";

export interface Flag { readonly name: string; readonly kind: FindingKind | null }

/** A flag for each kind of finding, and two that end the check: a bound of the model was met, or code was reached that nobody has shown. */
export const FLAGS: readonly Flag[] = [
  { name: "use_after_free", kind: "use-after-free" },
  { name: "double_free", kind: "double-free" },
  { name: "refcount", kind: "refcount" },
  { name: "deadlock", kind: "deadlock" },
  { name: "leak", kind: "leak" },
  { name: "lock", kind: "lock" },
  { name: "null_pointer", kind: "null" },
  { name: "list", kind: "list" },
  { name: "id", kind: "id" },
  { name: "warn", kind: "warn" },
  { name: "bound", kind: null },
  { name: "missing", kind: null },
];

/** The flags in what Spin's verifier prints: "assertion violated  !(use_after_free)". */
export function flagsIn(output: string): Set<string> {
  return new Set([...output.matchAll(/assertion violated\s*!\(?([a-z_]+)\)?/g)].map((match) => match[1] ?? ""));
}
