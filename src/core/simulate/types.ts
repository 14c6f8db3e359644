// The simulator's questions and answers as plain data.
import type { Side, SourceRange } from "../patch/types.js";

/** A C text handed in by the edge: a file of the kernel model, or a scenario. */
export interface SourceText {
  /** `model/refcount.c`, `scenarios/open-last-put.c`, `fills/vfio-group.c`, or the user's own name. */
  readonly name: string;
  readonly text: string;
}

/** The kernel model, the shipped scenarios, and what scenarios share. */
export interface KernelSources {
  readonly model: readonly SourceText[];
  /** Files that a scenario names with `#include "fills/NAME.c"`. */
  readonly fills: readonly SourceText[];
  readonly scenarios: readonly SourceText[];
}

export interface ScenarioInfo {
  readonly name: string;
  readonly title: string;
  /** The question it asks, one sentence. */
  readonly asks: string;
  /** What-ifs that the scenario's header names, each with one sentence. */
  readonly whatIfs: readonly { readonly name: string; readonly title: string }[];
}

/** A small edit of code under review or of the model, named by its text in a named function. */
export interface Edit {
  readonly action: "replace" | "drop" | "repeat" | "move";
  readonly function: string;
  /** The call or statement, as written; blanks do not count. */
  readonly find: string;
  /** For "replace": the new text. For "move": the statement that it shall follow. */
  readonly with?: string;
}

/** A file of the code under review as the user has edited it: what stands in place of its rendered image. */
export interface EditedText { readonly path: string; readonly text: string }

/** A change of one file of the code: the text between two offsets of its rendered image gives way to `text`. */
export interface Splice { readonly path: string; readonly from: number; readonly to: number; readonly text: string }

export interface WhatIf {
  readonly name: string;
  readonly title: string;
  /** Whole files, taken before anything else is changed. Steps in them have the places of the edited text. */
  readonly texts?: readonly EditedText[];
  /** Changes at known places; they must not overlap. Offsets are into `texts` where the file is among them. */
  readonly splices?: readonly Splice[];
  /** Each group is tried in turn: the first edit of a group that fits is made; a group in which none fits makes the what-if "does not apply". */
  readonly edits: readonly (readonly Edit[])[];
}

/** Named bounds. A run that meets one is "bounded", never "clean". */
export interface Bounds {
  /** States kept; about 100 bytes each. */
  readonly maxStates: number;
  /** Instructions of one trace; stops a loop that goes on for ever. */
  readonly maxSteps: number;
  /** CPU switches of one schedule; null explores all. */
  readonly maxPreemptions: number | null;
}

export type FindingKind =
  | "use-after-free" | "double-free" | "refcount" | "deadlock" | "leak" | "lock" | "null" | "list" | "id" | "warn" | "race";

export interface Finding {
  readonly kind: FindingKind;
  /** The kernel's own words where it has some ("refcount_t: addition on 0; use-after-free."); else one plain line. */
  readonly message: string;
  /** Index into `steps`. */
  readonly step: number;
  /** For memory findings: who allocated, who freed, who used; each a stack, innermost first. */
  readonly stacks?: readonly { readonly title: string; readonly frames: readonly Frame[] }[];
}

export interface Frame {
  readonly function: string;
  /** A path of the patch, or `model/x.c`, `scenarios/x.c`, `fills/x.c`. */
  readonly path: string;
  readonly line: number;
}

export interface StepChange {
  /** "group #1", "vfio". */
  readonly object: string;
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

export interface Step {
  /** From zero; -1 for setup and finish. */
  readonly cpu: number;
  readonly function: string;
  /** A path of the patch's image, or `model/x.c`, `scenarios/x.c`, `fills/x.c`. */
  readonly path: string;
  readonly from: number;
  readonly to: number;
  readonly line: number;
  /** The statement or call as written, on one line. */
  readonly text: string;
  readonly depth: number;
  readonly changes: readonly StepChange[];
  /** Locks held by this CPU after the step. */
  readonly locks: readonly string[];
  /** The patch's own line this step happens under, when the step itself is in the model: innermost frame in the patch. */
  readonly via: SourceRange | null;
  /** For a step in the model: the call, in the patch or the scenario, that it happens under, and the function that makes it. */
  readonly call?: { readonly function: string; readonly text: string };
}

/** What an object is after a step. "dying": one of its counters has been 0, and its memory is still there. */
export interface ObjectState {
  readonly memory: "absent" | "live" | "dying" | "freed";
  /** The value of each counter of the lane, as the kernel would print it; "" where there is none. */
  readonly counts: readonly string[];
}

/** One object through a trace: a state for each step. */
export interface ObjectLane {
  /** "group #1", "vfio". */
  readonly object: string;
  /** Fields that count references or users, in the order of the struct. */
  readonly counters: readonly string[];
  readonly states: readonly ObjectState[];
}

/** Two accesses to one word that nothing keeps apart: neither a lock nor a marking such as READ_ONCE(). Many are benign. */
export interface Race {
  readonly object: string;
  readonly field: string;
  readonly accesses: readonly { readonly function: string; readonly path: string; readonly line: number; readonly text: string; readonly write: boolean; /** The function that calls into the model for it; "" for an access of its own. */ readonly call: string }[];
}

export interface Assumption {
  readonly kind: "fill" | "unknown-call" | "inferred-type" | "model" | "memory-model" | "bound" | "cpus";
  readonly text: string;
  readonly where: { readonly path: string; readonly line: number } | null;
}

export interface RunRequest {
  readonly patchKey: string;
  readonly side: Side;
  /** Name of a shipped scenario, or a text of the user's own. */
  readonly scenario: string | SourceText;
  /** Name of one of the scenario's what-ifs, or an edit of one's own; null runs the code as it is. */
  readonly whatIf: string | WhatIf | null;
  /** How many of the identical users the scenario has; null is the scenario's own number. */
  readonly users: number | null;
  readonly bounds: Bounds;
  /** True: a data race is a violation. */
  readonly races?: boolean;
  /** True: the schedules are counted, on an unreduced exploration of its own. */
  readonly schedules?: boolean;
}

/** Lines of one file that stand together, from one, both ends included. */
export interface LineRange { readonly path: string; readonly from: number; readonly to: number }

/** How much of a function was executed. Lines count where some statement does something. */
export interface FunctionCoverage {
  readonly function: string;
  readonly path: string;
  readonly line: number;
  readonly lines: number;
  readonly reached: number;
  readonly missed: readonly LineRange[];
  /** The line at which every schedule leaves the function before the end of its main way; null when some schedule does not, or none enters it. */
  readonly leftAt: number | null;
}

/** What all the schedules of a run together have executed of the code under review. */
export interface Coverage {
  /** Lines that the patch changes on this side, where some statement does something; 0 too where nobody said what it changes. */
  readonly changed: number;
  readonly reached: number;
  /** The changed lines that no schedule reached. */
  readonly missed: readonly LineRange[];
  /** The functions that the scenario names as those that it is about. */
  readonly functions: readonly FunctionCoverage[];
}

export type Verdict = "violation" | "clean" | "bounded" | "does-not-apply";

export interface RunResult {
  readonly scenario: string;
  readonly revision: number;
  readonly patch: number;
  readonly side: Side;
  readonly whatIf: string | null;
  readonly users: number;
  readonly verdict: Verdict;
  /** Why it does not apply or could not be compiled: one plain line with place; null otherwise. */
  readonly reason: string | null;
  readonly kind: FindingKind | null;
  readonly findings: readonly Finding[];
  readonly states: number;
  readonly transitions: number;
  readonly complete: boolean;
  readonly stoppedBy: string | null;
  readonly schedules: string | null;
  readonly switches: number;
  readonly cpus: readonly string[];
  readonly steps: readonly Step[];
  /** Data races that the exploration met, each pair of lines once; they stand beside the verdict. */
  readonly races?: readonly Race[];
  /** Which lines were executed; not of a replay, of a what-if that edits whole files, or where nothing ran. */
  readonly coverage?: Coverage;
  /** Objects that count something, are born or die in the trace; empty without one. */
  readonly objects?: readonly ObjectLane[];
  readonly shortest: number;
  readonly assumptions: readonly Assumption[];
  readonly token: string | null;
  /** The two-column text, at most 72 columns wide; "" when there is no trace. */
  readonly text: string;
}

/** What Spin says of the same program. */
export interface SpinVerdict {
  readonly kinds: readonly FindingKind[];
  /** As Spin counts: the state before setup and the one after every end are among them. */
  readonly states: number;
  readonly transitions: number;
  /** True when every state was looked at; a swarm never is. */
  readonly complete: boolean;
  /** Moves of the shortest trace, where that was asked for and there is one. */
  readonly steps: number | null;
  /** Milliseconds of translating the model, compiling the verifier and running it. */
  readonly translate: number;
  readonly compile: number;
  readonly search: number;
  /** Why there is no verdict: "cancelled", "bound", "missing", or a program's own words; null when there is one. */
  readonly problem: string | null;
}
