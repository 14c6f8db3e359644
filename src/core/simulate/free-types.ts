// A run that a person drives: what is shown between two of their moves.
import type { Finding, ObjectLane, Step } from "./types.js";

/** Why a CPU cannot go on now. */
export interface Waiting {
  /** The lock that it waits for, by name; null when it waits for something else. */
  readonly lock: string | null;
  /** CPUs that hold that lock. */
  readonly holders: readonly number[];
  /** The function that waits. */
  readonly function: string;
}

/** The line at which a CPU stands. */
export interface NextLine {
  readonly function: string;
  /** A path of the patch, or `model/x.c`, `scenarios/x.c`. */
  readonly path: string;
  readonly line: number;
  readonly from: number;
  readonly to: number;
  readonly text: string;
  /** The innermost line of the patch or scenario that it happens under; null when it is one itself. */
  readonly call: { readonly function: string; readonly path: string; readonly line: number; readonly text: string } | null;
}

export interface FreeCpu {
  readonly cpu: number;
  readonly name: string;
  /** "stopped": a finding has ended the run. */
  readonly status: "ready" | "blocked" | "done" | "stopped";
  readonly waiting: Waiting | null;
  /** Null when it is done. */
  readonly next: NextLine | null;
  /** Ways that its next step can go: more than one where the model chooses (an allocation fails or not). */
  readonly ways: number;
  readonly locks: readonly string[];
}

/** Steps that belong to one call (or line) of the patch or scenario; `from` and `to` are indices into `steps`, `to` is not part of it. */
export interface FreeCall { readonly cpu: number; readonly function: string; readonly text: string; readonly from: number; readonly to: number }

export interface FreeView {
  readonly cpus: readonly FreeCpu[];
  readonly steps: readonly Step[];
  readonly calls: readonly FreeCall[];
  readonly objects: readonly ObjectLane[];
  readonly findings: readonly Finding[];
  readonly switches: number;
  /** True when nobody can go on. */
  readonly over: boolean;
  /** Replays the run so far. */
  readonly token: string;
}

/** Whether something can still go wrong from here. `moves` are steps by CPU, in order; null when the shortest way was not found in time. */
export type Reach =
  | { readonly answer: "yes"; readonly kind: string; readonly moves: readonly number[] | null }
  | { readonly answer: "no"; readonly states: number }
  | { readonly answer: "unknown"; readonly states: number };

/** One more step, or all steps of the call that the CPU is in. */
export type FreeUnit = "step" | "call";
