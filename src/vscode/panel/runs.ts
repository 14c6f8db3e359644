// The runs of one page: the one that is shown with its marks in the editors, and the overview of all scenarios.
import * as vscode from "vscode";
import type { Side } from "../../core/patch/types.js";
import type { FreeView } from "../../core/simulate/free-types.js";
import type { RunRequest, RunResult, ScenarioInfo, Step } from "../../core/simulate/types.js";
import type { Baseline, FromPage, OverviewCell, RunFormat, RunnableCode, ToPage } from "../../protocol/messages.js";
import { CancelSource } from "../cancel.js";
import { caretAt, kernelUri, patchName } from "../convert.js";
import type { Opener } from "../diff/open.js";
import { type Disposable, Owner, Slot } from "../dispose.js";
import type { Engine } from "../engine.js";
import { counterparts, fileByPath, type PatchInSeries } from "../session/lookup.js";
import type { Session } from "../session/session.js";
import { FreeRuns } from "./free.js";
import { StepMarks } from "./marks.js";
import { againOf, type RunChoice, runBounds } from "./run-choice.js";
import type { WrittenScenario } from "./scenarios.js";
import { SpinRuns, statesOf } from "./spin.js";

/** Milliseconds after which an editor has scrolled to a mark. */
const settleTime = 80;

/** A run that is shown. */
interface Shown {
  readonly result: RunResult;
  readonly place: PatchInSeries;
  readonly choice: RunChoice;
  /** Files whose text is the user's what-if copy. */
  readonly edited: ReadonlySet<string>;
  readonly baseline: Baseline | null;
  readonly request: RunRequest;
  /** The one schedule that was replayed; null when all were looked at. */
  readonly token: string | null;
}

export interface RunsContext {
  /** The writable copy of an after document. */
  editOf(after: vscode.Uri): vscode.Uri;
  readonly engine: Engine;
  readonly opener: Opener;
  readonly session: Session;
  post(message: ToPage): void;
  /** The steps that are shown are others now. */
  onTrail(steps: readonly Step[], side: Side): void;
}

export class Runs implements Disposable {
  private readonly owner = new Owner();
  private readonly marks = this.owner.own(new StepMarks());
  private readonly run = this.owner.own(new Slot<CancelSource>());
  private readonly all = this.owner.own(new Slot<CancelSource>());
  /** The run that the user drives. */
  readonly free: FreeRuns;
  /** What an installed Spin makes of the run that is shown. */
  readonly spin: SpinRuns;
  private shown: Shown | null = null;
  /** The patch whose code the user drives. */
  private driven: { readonly place: PatchInSeries } | null = null;
  /** The user's scenario that was run last, and its document. */
  private written: { readonly path: string; readonly uri: vscode.Uri } | null = null;
  private cells: OverviewCell[] = [];
  private total = 0;
  /** Counts the steps that may have to be brought into sight; only the newest is. */
  private turn = 0;

  constructor(private readonly context: RunsContext) {
    this.free = this.owner.own(new FreeRuns({ engine: context.engine, session: context.session, post: (message) => context.post(message), onView: (view, choice) => this.showFree(view, choice) }));
    this.spin = this.owner.own(new SpinRuns({ engine: context.engine, session: context.session, post: (message) => context.post(message) }));
  }

  /** The last run's result; null before the first and after another patch was chosen. */
  get result(): RunResult | null {
    return this.shown?.result ?? null;
  }

  /** The patch whose code was run last. */
  get place(): PatchInSeries | null {
    return this.shown?.place ?? this.driven?.place ?? null;
  }

  /** Nothing is shown, and nothing is running. */
  get isIdle(): boolean {
    return this.shown === null && this.driven === null && this.run.value === undefined;
  }

  /** Runs of the overview that have ended. */
  get overview(): readonly OverviewCell[] {
    return this.cells;
  }

  /** Lines marked in the editors. */
  get markedLines(): StepMarks["current"] {
    return this.marks.current;
  }

  /** Sends what there is to a page that has just started. */
  resend(): void {
    this.free.resend();
    if (this.shown !== null) this.send(this.shown);
    this.spin.resend();
    if (this.total > 0) this.context.post({ type: "overview", cells: this.cells, total: this.total, running: this.all.value !== undefined });
  }

  /** Runs one scenario; a run that is still going is cancelled by the next one. */
  async simulate(choice: RunChoice): Promise<void> {
    const { place, scenario, side, whatIf } = choice;
    const cancellation = new CancelSource();
    this.run.value = cancellation;
    this.marks.clear();
    this.shown = null;
    this.written = writtenOf(choice);
    this.spin.forget();
    this.context.post({ type: "running", states: 0 });
    await this.free.end();
    if (cancellation.cancelled) {
      // The next run has already said that it runs.
      if (this.run.value === undefined) this.context.post({ type: "cancelled" });
      return;
    }
    const request = { patchKey: place.patch.key, side, scenario, whatIf, users: null, bounds: runBounds() };
    const onProgress = (progress: unknown): void => {
      if (this.run.value === cancellation) this.context.post({ type: "running", states: statesOf(progress) });
    };
    try {
      const { engine, session } = this.context;
      const texts = typeof whatIf === "object" ? (whatIf?.texts ?? []) : [];
      // What an edit changes can only be said when it is known what the code does without it.
      const plain = texts.length === 0 ? null : await engine.call("simulate", { session: session.id, request: { ...request, whatIf: null } }, { cancellation });
      const result = await engine.call("simulate", { session: session.id, request }, { cancellation, onProgress });
      if (this.run.value !== cancellation) return;
      const baseline = plain && { verdict: plain.verdict, kind: plain.kind };
      this.show({ result, place, choice, edited: new Set(texts.map((text) => text.path)), baseline, request, token: null });
    } catch (error) {
      if (!cancellation.cancelled) throw error;
      // The next run has already said that it runs.
      if (this.run.value === undefined) this.context.post({ type: "cancelled" });
    } finally {
      if (this.run.value === cancellation) this.run.value = undefined;
    }
  }

  /** Runs these scenarios of the patch, with every what-if, on each code that has a column; the page hears of each end. */
  async runAll(place: PatchInSeries, offered: () => Promise<readonly ScenarioInfo[]>, own: (name: string) => Promise<WrittenScenario | null>): Promise<void> {
    const { engine, session } = this.context;
    const post = (message: ToPage): void => this.context.post(message);
    const cancellation = new CancelSource();
    this.all.value = cancellation;
    // A wish to cancel that comes meanwhile finds it.
    const scenarios = await offered();
    const columns = runnable(place).filter((code) => code.column);
    const wanted = scenarios.flatMap((scenario) => [null, ...scenario.whatIfs.map((one) => one.name)].flatMap((whatIf) => columns.map((code) => ({ scenario: scenario.name, whatIf, code }))));
    this.cells = [];
    this.total = wanted.length;
    post({ type: "overview", cells: [], total: this.total, running: true });
    try {
      for (const { scenario, whatIf, code } of wanted) {
        const { patchKey, side } = code;
        const request = { patchKey, side, scenario: (await own(scenario))?.source ?? scenario, whatIf, users: null, bounds: runBounds() };
        const { verdict, kind, reason, states } = await engine.call("simulate", { session: session.id, request }, { cancellation });
        if (this.all.value !== cancellation) return;
        const cell = { scenario, whatIf, patchKey, side, verdict, kind, reason, states };
        this.cells.push(cell);
        post({ type: "overview", cells: [cell], total: this.total, running: true });
      }
    } catch (error) {
      if (!cancellation.cancelled) throw error;
    } finally {
      if (this.all.value === cancellation || this.all.value === undefined) {
        this.all.value = undefined;
        post({ type: "overview", cells: [], total: this.total, running: false });
      }
    }
  }

  /** Shows the one schedule of a token; false when it is of other code. */
  async replay(choice: RunChoice, token: string): Promise<boolean> {
    const { place, scenario, side, whatIf } = choice;
    const request = { patchKey: place.patch.key, side, scenario, whatIf, users: null, bounds: runBounds() };
    const result = await this.context.engine.call("replay", { session: this.context.session.id, request, token });
    if (result === null) return false;
    this.run.value = undefined;
    this.marks.clear();
    this.spin.forget();
    await this.free.end();
    this.show({ result, place, choice, edited: new Set(), baseline: null, request, token });
    return true;
  }

  /** The run that is shown in one of the formats that it can leave as. */
  async text(format: RunFormat): Promise<string> {
    if (this.shown === null) return "";
    const { result, request } = this.shown;
    return format === "text" ? result.text : this.context.engine.call("exportRun", { session: this.context.session.id, request, result, format });
  }

  /** Whether the run that is shown is one of the user's own edit or scenario, which nobody else has. */
  get isEdit(): boolean {
    return this.written !== null || (this.shown?.edited.size ?? 0) > 0;
  }

  /** Hands the run to the user. */
  async drive(choice: RunChoice): Promise<void> {
    this.run.value = undefined;
    this.marks.clear();
    this.shown = null;
    this.written = writtenOf(choice);
    this.spin.forget();
    await this.free.start(choice);
  }

  /** Gives the run that is shown to an installed Spin; nothing happens when none is. */
  async verify(search: "full" | "swarm"): Promise<void> {
    if (this.shown !== null) await this.spin.verify(this.shown.choice, search);
  }

  /** Ends what is running. */
  cancel(): void {
    this.run.value = undefined;
    this.all.value = undefined;
    this.spin.cancel();
  }

  /** Another patch is shown, or the input was read again. */
  forget(): void {
    this.spin.forget();
    this.cancel();
    // Its session may be gone already, and with it the run.
    void this.free.end().catch(() => undefined);
    this.shown = null;
    this.cells = [];
    this.total = 0;
    this.marks.clear();
  }

  /** The page shows this step: its lines are marked in the editors, and brought into sight. */
  async step({ step: index }: Extract<FromPage, { type: "step" }>): Promise<void> {
    const step = index === null ? undefined : this.shown?.result.steps[index];
    if (index === null || step === undefined || this.shown === null) return this.marks.clear();
    const { result, place } = this.shown;
    this.context.opener.letGo();
    this.marks.show(result, index, (path, side) => this.uriOf(path, side));
    return this.bringInSight(step, place, result.side);
  }

  private show(shown: Shown): void {
    this.shown = shown;
    this.send(shown);
    this.context.onTrail(shown.result.steps, shown.choice.side);
  }

  private send({ result, baseline, choice, token }: Shown): void {
    this.context.post({ type: "result", result, baseline, again: againOf(choice, result.scenario, token) });
  }

  /** The run that the user drives is shown like any other: its last step is marked. */
  private showFree(view: FreeView, { place, side }: RunChoice): void {
    this.driven = { place };
    this.context.onTrail(view.steps, side);
    const result = { steps: view.steps, cpus: view.cpus.map((cpu) => cpu.name), side };
    const last = view.steps.at(-1);
    if (last === undefined) return this.marks.clear();
    this.context.opener.letGo();
    this.marks.show(result, view.steps.length - 1, (path, at) => this.uriOf(path, at));
    void this.bringInSight(last, place, side);
  }

  /** The document of a line of the run that is shown: of the patch, of the user's copy, of the kernel model, a fill or a scenario, of ours or of the user's own. */
  uriOf(path: string, side: Side): vscode.Uri {
    if (this.written?.path === path) return this.written.uri;
    const place = this.place;
    if (place === null || isKernelPath(place, path)) return kernelUri(path);
    const uri = this.context.session.uri(place, path, side);
    return this.isEdited(path) ? this.context.editOf(uri) : uri;
  }

  /** True for a line that stands in a document of the user's, a what-if copy or a scenario. */
  isOwn(path: string): boolean {
    return this.written?.path === path || this.isEdited(path);
  }

  isEdited(path: string): boolean {
    return this.shown?.edited.has(path) ?? false;
  }

  dispose(): void {
    this.owner.dispose();
  }

  /**
   * The patch's line of a step, in a diff that is open: one that lies behind another tab comes forward. A known line far from any change is folded away,
   * and revealing it in the editor does not unfold it; only opening the diff at the line does. On the before side that would take the focus from the page,
   * so there nothing is opened.
   */
  private async bringInSight(step: Step, place: PatchInSeries, side: Side): Promise<void> {
    const { session, opener } = this.context;
    if (side !== "after") return;
    const { path, line } = step.via ?? step;
    if (this.isEdited(path)) return;
    const file = fileByPath(place.patch, path);
    const uri = session.uri(place, path, "after").toString();
    const editor = (): vscode.TextEditor | undefined => vscode.window.visibleTextEditors.findLast((one) => one.document.uri.toString() === uri);
    const turn = ++this.turn;
    if (file === undefined || (editor() === undefined && !isOpen(uri))) return;
    // The editor scrolls to the mark first, and steps can come faster than it draws.
    await new Promise((resolve) => setTimeout(resolve, settleTime));
    const isHidden = editor()?.visibleRanges.every((range) => !range.contains(caretAt(line).active)) ?? isOpen(uri);
    if (isHidden && turn === this.turn) await opener.file(session, place, file, { line, side: "after", preserveFocus: true });
  }
}

/** True for the after side of a diff that has a tab, and not one behind a page. */
function isOpen(after: string): boolean {
  const groups = vscode.window.tabGroups.all.filter((group) => !(group.activeTab?.input instanceof vscode.TabInputWebview));
  return groups.some((group) => group.tabs.some(({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.toString() === after));
}

/** Both sides of the patch in every revision; the overview has the oldest code, and what each revision makes of it. */
export function runnable(place: PatchInSeries): RunnableCode[] {
  return counterparts(place).flatMap(({ revision, patch }, at) =>
    (["before", "after"] as const).map((side) => ({
      patchKey: patch.key, side, label: `${patchName(revision, patch)} ${side}`, column: side === "after" || at === 0,
    })));
}

/** The path that steps in a user's scenario have, and its document. */
function writtenOf({ scenario, document }: RunChoice): { readonly path: string; readonly uri: vscode.Uri } | null {
  return typeof scenario === "string" || document === undefined ? null : { path: scenario.name, uri: document };
}

/** True for a file of ours, unless the patch itself has one of that name. */
function isKernelPath(place: PatchInSeries, path: string): boolean {
  return /^(?:model|fills|scenarios)\//.test(path) && !place.patch.files.some((file) => file.path === path);
}
