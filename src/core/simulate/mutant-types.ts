// Mutants as plain data: what is taken away from a patch, and what that showed.
import type { FindingKind, Splice, Verdict, WhatIf } from "./types.js";

/** A line of the side that runs: what is mutated. */
export interface LineRef { readonly path: string; readonly line: number }

/**
 * "drop": a call, a store or a jump is left out; "unlock": a lock and its unlocks are left out; "plain-get": a get that asks for the count gives way to one that
 * does not; "negate": a condition is turned round; "repeat": a put or a free happens twice; "early": it happens before the statement above it.
 */
export type MutantKind = "drop" | "unlock" | "plain-get" | "negate" | "repeat" | "early";

export interface Mutant {
  /** The same for the same code: path, offset and kind. */
  readonly id: string;
  readonly kind: MutantKind;
  readonly function: string;
  readonly path: string;
  /** The lines that it changes, the first of them the one that it is about. */
  readonly lines: readonly number[];
  /** Offsets of the statement or expression in the rendered image. */
  readonly from: number;
  readonly to: number;
  /** What a request runs: its name and title are made for reading. */
  readonly whatIf: WhatIf;
  /** Tells whether a run comes there at all. */
  readonly probe: Splice;
}

/** One mutant under one scenario. */
export interface MutantRun {
  readonly mutant: Mutant;
  readonly scenario: string;
  readonly verdict: Verdict;
  /** Of the first thing that was found. */
  readonly kind: FindingKind | null;
  /** The kernel's words for it where it has some, or why it did not run or did not end; else "". */
  readonly message: string;
}

/** "load-bearing": a mutant of the line fails; "no-effect": its mutants ran, and none fails; "not-run": no scenario says anything about it. */
export type LineJudgement = "load-bearing" | "no-effect" | "not-run";

export interface LineVerdict extends LineRef {
  /** The line as it stands there, without its indentation. */
  readonly text: string;
  readonly verdict: LineJudgement;
  /** For "not-run": why; else null. */
  readonly why: "nothing-to-change" | "not-reached" | "no-scenario" | "bounded" | "does-not-compile" | "cancelled" | null;
  readonly runs: readonly MutantRun[];
}

export interface MutantReport {
  readonly revision: number;
  readonly patch: number;
  readonly lines: readonly LineVerdict[];
  /** What each scenario says of the code as it is: only one that is clean can judge mutants. */
  readonly scenarios: readonly { readonly name: string; readonly verdict: Verdict }[];
  readonly runs: number;
  /** False when it was cancelled. */
  readonly complete: boolean;
}
