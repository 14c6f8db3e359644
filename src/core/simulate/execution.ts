// What running code tells: findings as the machine sees them, and everything that an observer may want to know.
import type { Instruction, SourceIndex } from "./ir.js";
import type { Place } from "./memory.js";
import type { FindingKind } from "./types.js";

/** A finding as the machine sees it; names and texts are made when the trace is known. */
export interface RawFinding {
  readonly kind: FindingKind;
  readonly code: "report" | "freed" | "null" | "error" | "poison" | "wild" | "bounds" | "double-free" | "bad-free" | "self-deadlock" | "deadlock" | "held" | "not-held" | "sleeps" | "leak" | "divide" | "call" | "returned" | "read-only";
  /** For "report" its text; for accesses "read" or "write"; else "". */
  readonly message: string;
  readonly address: number;
  readonly source: SourceIndex;
}

/** A plain access of a move to a word that others can access as well, neither atomic nor marked. */
export interface PlainAccess { readonly address: number; /** The kind of object: where it is allocated, or minus its number when it is static. */ readonly site: number; readonly slot: number; readonly write: boolean; readonly source: SourceIndex; readonly frame: number; readonly locks: readonly { readonly address: number; readonly kind: string }[] }

/** How a run of one CPU ends. What could not be explored names its bound: "long" is maxSteps, "full" maxObjects, "many" maxWays. */
export type RunStatus = "stop" | "blocked" | "pruned" | "fatal" | "halted" | "missing" | "long" | "full" | "many";

/** Told of everything that happens; for traces. */
export interface Observer {
  visible?(instruction: Instruction, frame: number): void;
  /** A load or store of shared memory, and the function that does it. */
  access?(place: Place, write: boolean, before: number, after: number, inFunction: string): void;
  allocated?(object: number, site: number, frame: number, source: SourceIndex): void;
  freed?(object: number, frame: number, source: SourceIndex): void;
  /** An object that only its CPU knew is known to all from now on, under another number. */
  published?(from: number, to: number): void;
  locked?(address: number, acquired: boolean): void;
  found?(finding: RawFinding, frame: number): void;
}

/** The CPU that runs: its class (identical CPUs share one), its number (-1 in setup and finish), and whether it runs beside others. */
export interface Runner { readonly cpuClass: number; readonly number: number; readonly concurrent: boolean }

/** Thrown inside the engine, and caught by it: symmetry or private frames have to be given up for this program. */
export class SymmetryBroken extends Error {
  constructor(readonly what: "frame" | "number") {
    super(what);
  }
}
