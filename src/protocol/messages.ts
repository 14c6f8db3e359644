// Every message between the extension host, the page and the worker; one doc line each.
import type { LoreAddress, LoreResult } from "../core/lore.js";
import type { FindingChange, PatchFinding } from "../core/lifecycle/findings/types.js";
import type { LifecycleView } from "../core/lifecycle/types.js";
import type { Side } from "../core/patch/types.js";
import type { AmPatch } from "../core/series/am.js";
import type { Problem } from "../core/problem.js";
import type { ThreadChange } from "../core/review/changes.js";
import type { CellChange, Partner, RangeDiffView, RevisionMatrix } from "../core/review/revisions.js";
import type { LineRange } from "../core/review/draft/locate.js";
import type { DraftHeader } from "../core/review/draft/mail.js";
import type { Draft, DraftRequest, PendingComment } from "../core/review/draft/types.js";
import type { LitState } from "../core/review/track-types.js";
import type { DocumentView, ReviewView } from "../core/review/types.js";
import type { ExportFormat } from "../core/simulate/export.js";
import type { FreeUnit, FreeView, Reach } from "../core/simulate/free-types.js";
import type { MutantReport } from "../core/simulate/mutant-types.js";
import type { OfferedFunction } from "../core/simulate/suggest.js";
import type { Bounds, FindingKind, RunRequest, RunResult, ScenarioInfo, SourceText, SpinVerdict, Step, Verdict } from "../core/simulate/types.js";
import type { RunAgain } from "./run-again.js";

/** Requests that the worker answers; each has its parameters and its result. */
export interface WorkerCalls {
  /** Reads one input (an mbox, a mail, a patch, a page) and keeps it open under `session`. Replaces what was open there, unless the input has no patch (`usable.ts`). */
  open: { params: { session: string; bytes: Uint8Array }; result: ReviewView };
  /** Frees what is kept for `session`. */
  close: { params: { session: string }; result: null };
  /** The raw bytes of one mail (by its index) as text that is safe to show. */
  source: { params: { session: string; mail: number }; result: string };
  /** Reads a link or Message-ID that the user has given; asks nobody. `loopback` allows plain http on this machine, for tests. */
  address: { params: { text: string; loopback: boolean }; result: LoreResult };
  /** Fetches a thread's mailbox over https, packed, or with an installed b4; progress is reported as `{ received, total }`. */
  fetch: { params: { address: LoreAddress; loopback: boolean; b4: boolean }; result: FetchedThread };
  /** The document of one side of one file, or of the commit message (path ":message"). */
  document: { params: { session: string; patchKey: string; path: string; side: Side }; result: DocumentView };
  /** Git trees (folders, best first) that whole files may be read from; an empty list takes them away. Only ever those of a trusted workspace. */
  useTrees: { params: { folders: readonly string[] }; result: null };
  /** What the tree gave to the revision of a patch; it is read now if no document was asked for yet. */
  tree: { params: { session: string; patchKey: string }; result: TreeState };
  /** The revisions of a series side by side, and what became of the lines of every thread; null for an unknown series. */
  revisions: { params: { session: string; seriesKey: string }; result: ComparedSeries | null };
  /** What a patch is in every other revision of its series, oldest first. */
  partners: { params: { session: string; patchKey: string }; result: readonly Partner[] };
  /** Two patches of a series, the older first, or one of them alone. */
  rangeDiff: { params: { session: string; before: string | null; after: string | null }; result: RangeDiffView };
  /** The revision of a patch as `git am` takes it. */
  am: { params: { session: string; patchKey: string }; result: AmView };
  /** Applies the revision of a patch in a new worktree; progress is reported as `{ applied }`. Only ever in a trusted workspace. */
  apply: { params: { session: string; patchKey: string; folder: string; base: string | null; branch: string; worktree: string }; result: ApplyResult };
  /** One reply of pending comments; null where the patch is not in the input. */
  draft: { params: { session: string; request: DraftRequest }; result: Draft | null };
  /** Where the lines of pending comments stand now; null where they are gone. */
  locate: { params: { session: string; comments: readonly PendingComment[] }; result: readonly (LineRange | null)[] };
  /** A draft's text as it can travel (the same, unless a line is too long), and whom it names. */
  mailOfDraft: { params: { text: string }; result: { text: string; header: DraftHeader } };
  /** Lifecycles of one struct (null: chosen by the patch), both sides. */
  lifecycle: { params: { session: string; patchKey: string; struct: string | null }; result: LifecycleView };
  /** Lifetime mistakes on either side of a patch, and what the patch has to do with each. */
  findings: { params: { session: string; patchKey: string }; result: readonly PatchFinding[] };
  /** The scenarios that could fit a patch. */
  scenarios: { params: { session: string; patchKey: string }; result: readonly ScenarioInfo[] };
  /** Runs one scenario; progress is reported as `{ states }`. */
  simulate: { params: { session: string; request: RunRequest }; result: RunResult };
  /** Runs the mutants of the lines that a patch changes, under the named scenarios or all that fit; progress is reported as `{ done, total }`. */
  mutants: { params: { session: string; patchKey: string; scenarios: readonly string[] | null; bounds: Bounds }; result: MutantReport };
  /** Starts a run that a person drives, kept under `run` (chosen by the caller) until it is closed or its session is; or says why there is none. */
  "freeRun/open": { params: { session: string; run: string; request: RunRequest }; result: FreeView | { readonly reason: string } };
  /** Makes one step of a CPU, or all of the call that it is in; `way` where a step can go several ways. */
  "freeRun/step": { params: { run: string; cpu: number; unit: FreeUnit; way?: number }; result: FreeView };
  /** Takes back the last step or call. */
  "freeRun/undo": { params: { run: string }; result: FreeView };
  /** Can anything still go wrong from here? Looks at `maxStates` states; progress is reported as `{ states }`. */
  "freeRun/reach": { params: { run: string; maxStates: number }; result: Reach };
  "freeRun/close": { params: { run: string }; result: null };
  /** The functions that a patch changes, on its after side, in the order of the code, and other halves of them; those that are worth running at the same time are suggested. */
  functions: { params: { session: string; patchKey: string }; result: readonly OfferedFunction[] };
  /** A new scenario for some of them, to be run or edited. */
  newScenario: { params: { session: string; patchKey: string; functions: readonly string[] }; result: SourceText };
  /** The functions that a thread names or stands in, or `chosen` in their place, and the shipped scenario that is most about them; null when none needs one of them. */
  threadScenario: { params: { session: string; patchKey: string; thread: string; chosen?: readonly string[] }; result: { functions: readonly string[]; scenario: string | null } };
  /** What the header of a scenario says, of the user's own, too. */
  scenarioInfo: { params: { source: SourceText }; result: ScenarioInfo };
  /** Gives the program of a request to an installed Spin; progress is reported as `{ states }`. `problem` says why there is no verdict. */
  spin: { params: { session: string; request: RunRequest; search: "full" | "breadth" | "swarm" }; result: SpinVerdict };
  /** A run as text that leaves the program; "" in a format that needs a schedule when it has none. */
  exportRun: { params: { session: string; request: RunRequest; result: RunResult; format: RunFormat }; result: string };
  /** The one schedule of a token of an earlier run; null when it is of other code. */
  replay: { params: { session: string; request: RunRequest; token: string }; result: RunResult | null };
  /** The states of a struct's life that a run goes through: one entry for each step; empty where that side has no diagram. */
  track: { params: { session: string; patchKey: string; struct: string | null; side: Side; steps: readonly Step[] }; result: readonly LitState[] };
  /** The text of a file of the kernel model or of a scenario, for stepping into it. */
  kernelFile: { params: { name: string }; result: string };
}

/** Texts that a run can leave as. */
export type RunFormat = ExportFormat | "promela";

/** What a git tree has given to the images of one revision. */
export interface TreeState {
  /** The repository; null when none is used. */
  readonly folder: string | null;
  /** How many texts the patches name, and how many of them the tree has. */
  readonly wanted: number;
  readonly found: number;
  readonly problems: readonly Problem[];
  /** Why no tree could be read: a kind of `GitFailure` (worker/git/run.ts), with git's own words. */
  readonly failure: { readonly kind: string; readonly detail: string } | null;
}

/** A series of several revisions, compared. */
export interface ComparedSeries {
  readonly matrix: RevisionMatrix;
  readonly threads: readonly ThreadChange[];
}

/** Why a series was not applied; the kinds of `GitFailure` (worker/git/run.ts) come on top. */
export type ApplyRefusal =
  | "series" | "no-base" | "no-such-base" | "bad-branch" | "branch-exists" | "no-such-folder" | "folder-exists" | "no-identity" | "path-outside" | "path-through-link" | "does-not-apply";

/** What became of applying a series. */
export type ApplyResult =
  | { readonly state: "applied"; readonly branch: string; readonly worktree: string; readonly base: string; readonly how: string; readonly patches: number }
  /** git has stopped at a patch, and has left it as it does; `patches` are done. */
  | {
    readonly state: "stopped"; readonly branch: string; readonly worktree: string; readonly base: string; readonly how: string; readonly patches: number;
    readonly at: number; readonly title: string; readonly files: readonly string[]; readonly detail: string;
  }
  /** Nothing was changed. */
  | { readonly state: "refused"; readonly kind: string; readonly detail: string; readonly problems?: readonly Problem[] }
  | { readonly state: "cancelled" };

/** The mbox of a revision for `git am`, and what was done about trailers. */
export interface AmView {
  readonly bytes: Uint8Array;
  readonly patches: readonly AmPatch[];
  readonly refused: readonly Problem[];
}

/** Why a thread could not be fetched. */
export type FetchFailure =
  | "not-found" | "too-large" | "timed-out" | "web-page" | "not-gzip" | "cut-off" | "redirect-refused" | "too-many-redirects" | "bad-status" | "no-connection" | "cancelled" | "no-b4" | "b4-failed";

/** A thread's mailbox as it came; or why there is none, with a status, a host or the system's own words. */
export type FetchedThread = { readonly bytes: Uint8Array } | { readonly failure: FetchFailure; readonly detail: string };

/** A link to a line: of one side of the patch's image, or of the kernel model (`side` null). */
export interface LineLink {
  readonly path: string;
  readonly side: Side | null;
  readonly line: number;
  readonly endLine: number;
}

/** Code that can be run: one side of the shown patch, or of its counterpart in another revision. */
export interface RunnableCode {
  readonly patchKey: string;
  readonly side: Side;
  /** "v2 5/5 after". */
  readonly label: string;
  /** It has a column of its own in the overview of all runs. */
  readonly column: boolean;
}

/** One run of the overview: what came out, without its steps. */
export interface OverviewCell {
  readonly scenario: string;
  readonly whatIf: string | null;
  readonly patchKey: string;
  readonly side: Side;
  readonly verdict: Verdict;
  readonly kind: FindingKind | null;
  readonly reason: string | null;
  readonly states: number;
}

/** The verdict of the same scenario on the code as the patch has it. */
export interface Baseline {
  readonly verdict: Verdict;
  readonly kind: FindingKind | null;
}

/** What the page shows when nothing has been run yet, and what survives a reload. */
export interface PanelState {
  readonly source: string;
  readonly patchKey: string;
  readonly struct: string | null;
  readonly tab: "lifecycle" | "simulate";
  readonly scenario: string | null;
  readonly side: Side;
  readonly whatIf: string | null;
  /** The patch whose code is run; null is the shown one. */
  readonly code: string | null;
  /** The run that is shown; null when none is, or when it cannot be done again: one of the user's edit, which the window does not keep. */
  readonly again: RunAgain | null;
}

/** A finding as the page lists it, in words that the host has made; `steps` are the lines that lead to it, in the order in which they run. */
export interface ListedFinding {
  readonly change: FindingChange;
  /** What the patch has to do with it: "New in this patch". */
  readonly word: string;
  readonly sentence: string;
  readonly function: string;
  readonly link: LineLink;
  readonly steps: readonly { readonly text: string; readonly link: LineLink }[];
}

/** Ways for a diagram to leave the page: Markdown with mermaid blocks on the clipboard or in a file, or a picture. */
export type DiagramExport = "copy" | "mermaid" | "svg";

/** One series in the Revisions view: words and signs are made by the host, the page only draws. */
export interface RevisionTable {
  readonly session: string;
  readonly name: string;
  /** Version, and what there is to say of the revision. */
  readonly columns: readonly { readonly label: string; readonly spoken: string }[];
  readonly rows: readonly { readonly title: string; readonly cells: readonly (RevisionTableCell | null)[] }[];
  /** True while the revisions are being compared. */
  readonly waiting: boolean;
}

export interface RevisionTableCell {
  /** The number of the patch and a sign for what changed. */
  readonly text: string;
  readonly kind: CellChange;
  /** The whole sentence, for the tooltip and screen readers. */
  readonly spoken: string;
  /** The patch to the left and this one, what a press opens; null where there is none. */
  readonly before: string | null;
  readonly after: string | null;
}

/** Host to the page of the Revisions view. */
export type ToRevisions = { readonly type: "tables"; readonly tables: readonly RevisionTable[]; readonly legend: readonly { readonly sign: string; readonly word: string }[] };

/** Page of the Revisions view to host. */
export type FromRevisions =
  /** The page's script runs and waits for data. */
  | { readonly type: "ready" }
  /** Open what is behind a cell. */
  | { readonly type: "open"; readonly session: string; readonly before: string | null; readonly after: string | null }
  /** A failure inside the page, for the output channel. */
  | { readonly type: "pageError"; readonly message: string };

/** Host to page. */
export type ToPage =
  /** The lifecycle of the chosen struct, with the state to show. `reread`: the input was read again, so a run that is shown belongs to old code. */
  | { readonly type: "lifecycle"; readonly title: string; readonly state: PanelState; readonly view: LifecycleView; readonly scenarios: readonly OfferedScenario[]; readonly codes: readonly RunnableCode[]; readonly reread?: true }
  /** What was found in a patch; null when it was not looked for. */
  | { readonly type: "findings"; readonly patchKey: string; readonly findings: readonly ListedFinding[] | null }
  /** A run has started, has progressed, or has ended. */
  | { readonly type: "running"; readonly states: number }
  /** `baseline`: what the code does without the user's edit that was run; null when no edit was. `again`: how to do the run again, for the page to keep. */
  | { readonly type: "result"; readonly result: RunResult; readonly baseline?: Baseline | null; readonly again?: RunAgain | null }
  /** Runs of the overview that have ended since the last such message; `total` is how many there will be. */
  | { readonly type: "overview"; readonly cells: readonly OverviewCell[]; readonly total: number; readonly running: boolean }
  /** Where a run stands that the user drives; null with the reason when it cannot be run. */
  | { readonly type: "free"; readonly view: FreeView | null; readonly reason: string | null; readonly side: Side }
  /** Whether anything can still go wrong from there; null while that is being looked for. */
  | { readonly type: "reach"; readonly reach: Reach | null }
  /** What an installed Spin does with the run that is shown: it is at work, has a verdict, or was not asked, with the reason as a sentence. */
  | { readonly type: "spin"; readonly state: "running"; readonly states: number }
  | { readonly type: "spin"; readonly state: "ended"; readonly verdict: SpinVerdict }
  | { readonly type: "spin"; readonly state: "refused"; readonly reason: string }
  /** The user wants the diagram that is shown out of the page. */
  | { readonly type: "export"; readonly as: DiagramExport }
  /** Where the steps of the run that is shown lead in the diagrams; empty when they are of other code. */
  | { readonly type: "track"; readonly states: readonly LitState[] }
  /** Draw this mermaid text and send it back as a picture. */
  | { readonly type: "draw"; readonly text: string }
  /** Something could not be done; one sentence. */
  | { readonly type: "failed"; readonly message: string }
  /** A run was cancelled by the user. */
  | { readonly type: "cancelled" };

/** A scenario that a page offers; with `isOwn` one that the user has written for the patch. */
export type OfferedScenario = ScenarioInfo & { readonly isOwn?: true };

/** Page to host. */
export type FromPage =
  /** The page's script runs and waits for data. */
  | { readonly type: "ready" }
  /** Show this line in the editor; with `run` it is a line of the code that was run last. */
  | { readonly type: "reveal"; readonly link: LineLink; readonly run?: true }
  | { readonly type: "chooseStruct"; readonly struct: string }
  /** Run a scenario; without `patchKey` on the shown patch. */
  | { readonly type: "run"; readonly scenario: string; readonly side: Side; readonly whatIf: string | null; readonly patchKey?: string }
  /** Write a scenario of the user's own for functions of the shown patch. */
  | { readonly type: "newScenario" }
  /** Show the C of a scenario of the user's own. */
  | { readonly type: "openScenario"; readonly scenario: string }
  /** Run every scenario and what-if on every code that has a column. */
  | { readonly type: "runAll" }
  /** Let the user drive a run; without `patchKey` on the shown patch. */
  | { readonly type: "freeStart"; readonly scenario: string; readonly side: Side; readonly whatIf: string | null; readonly patchKey?: string }
  /** A move of the user's in the run that they drive; `cpu` and `way` say nothing for "undo". */
  | { readonly type: "freeTurn"; readonly move: FreeUnit | "undo"; readonly cpu: number; readonly way: number }
  | { readonly type: "cancel" }
  /** The step shown now, so that the editors can mark its lines; null clears the marks. */
  | { readonly type: "step"; readonly step: number | null }
  /** The drawings take the whole page, or no longer do: the page's editor group follows. */
  | { readonly type: "fullScreen"; readonly on: boolean }
  /** The diagram that is shown, to be put on the clipboard or into a file that `name` suggests. */
  | { readonly type: "exported"; readonly as: DiagramExport; readonly name: string; readonly text: string }
  /** Put the run on the clipboard: as text in one of its formats, as a command line that replays it, or as a picture, which the page then draws. */
  | { readonly type: "copyAs"; readonly format: RunFormat | "trace" | "svg" }
  /** The picture of the run that was asked for. */
  | { readonly type: "picture"; readonly svg: string }
  /** Put the run's two-column text into the reply about its patch. */
  | { readonly type: "insertIntoReply" }
  /** Give the run that is shown to an installed Spin. */
  | { readonly type: "verifySpin"; readonly search: "full" | "swarm" }
  /** The state to bring back after a reload. */
  | { readonly type: "state"; readonly state: PanelState }
  /** A failure inside the page, for the output channel. */
  | { readonly type: "pageError"; readonly message: string };
