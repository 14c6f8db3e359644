// What a finding is: one thing that is wrong with a lifetime on one path through one function.
import type { Side, SourceRange } from "../../patch/types.js";

/** The findings, each in a file of its own name. */
export type FindingKind =
  | "missing-half" | "guard-leak" | "double-put" | "use-after-put" | "frees-live" | "wrong-lock" | "no-release" | "no-destroy" | "two-owners" | "lock-held";

/** Where a finding is: on which sides of the patch, and whether the other side was seen well enough to tell. */
export type FindingChange =
  /** After the patch and not before. */
  | "new"
  /** Before the patch and not after. */
  | "fixed"
  /** On both sides. */
  | "both"
  /** On this side; of the other one too little is known. */
  | "before" | "after";

/** Why a line is on the path of a finding. */
export type StepNote = "acquired" | "released" | "published" | "removed" | "initialized" | "locked" | "unlocked" | "true" | "false" | "used" | "returned" | "owner";

export interface FindingStep {
  readonly note: StepNote;
  readonly range: SourceRange;
  /** What stands there, on one line. */
  readonly text: string;
}

export interface Finding {
  readonly kind: FindingKind;
  readonly function: string;
  /** The object as the code names it: `group`, `&group->dev`. */
  readonly object: string;
  /** The call that took, gave back or used it, whichever the finding is about. */
  readonly call: string;
  /** What stands against it: the other lock, the other owner; "" for findings without. */
  readonly other: string;
  readonly range: SourceRange;
  /** The lines that lead to it, in the order in which they run; the last is the finding's own. */
  readonly path: readonly FindingStep[];
}

/** A finding with what the patch has to do with it; its range is on the side where it was found, after when on both. */
export interface PatchFinding extends Finding {
  readonly change: FindingChange;
  readonly side: Side;
}
