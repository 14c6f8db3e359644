// The Simulate tab: what to run, what came out, the schedule and the reports.
import type { Side } from "../../core/patch/types.js";
import type { FreeView, Reach } from "../../core/simulate/free-types.js";
import type { RunResult } from "../../core/simulate/types.js";
import type { Baseline, LineLink, OfferedScenario, OverviewCell, RunnableCode, ToPage } from "../../protocol/messages.js";
import { el } from "../dom.js";
import type { Host, SavedState } from "../host.js";
import type { Choice } from "./choosers.js";
import { createChoosers } from "./choosers.js";
import { createFreePanel } from "./free.js";
import { createOverview } from "./overview.js";
import { createSchedule } from "./schedule.js";
import type { Schedule } from "./schedule.js";
import { createSpinLine } from "./spin.js";
import type { SpinLine } from "./spin.js";
import { stackBlock } from "./stacks.js";
import { verdictBlock } from "./verdict.js";

export interface SimulateTab {
  /** Offers the scenarios of a patch and the code that they can run on; returns the choice that stands. */
  showScenarios(scenarios: readonly OfferedScenario[], codes: readonly RunnableCode[], patchKey: string, choice: Choice): Choice;
  /** Takes runs of the overview. */
  showOverview(cells: readonly OverviewCell[], total: number, running: boolean): void;
  /** Shows where the run stands that the user drives, or why there is none. */
  showFree(view: FreeView | null, reason: string | null, side: Side): void;
  /** Says whether anything can still go wrong in it; null while that is looked for. */
  showReach(reach: Reach | null): void;
  showRunning(states: number): void;
  /** What Spin does with the run that is shown. */
  showSpin(message: Extract<ToPage, { type: "spin" }>): void;
  /** Shows a run; `shown` is the step to come back to after a reload; `baseline` what the code does without the edit that was run. */
  showResult(result: RunResult, shown: SavedState["shown"], baseline: Baseline | null): void;
  /** Ends a run without a result, with a sentence. */
  showEnded(message: string): void;
  /** Forgets the run: another patch is shown. */
  clear(): void;
}

export interface SimulateEvents {
  onChoice(choice: Choice): void;
  onShown(shown: SavedState["shown"]): void;
  /** Another step of a run is shown; null when none is. */
  onStep(step: number | null): void;
}

export function createSimulateTab(panel: HTMLElement, host: Host, events: SimulateEvents): SimulateTab {
  const reveal = (link: LineLink): void => host.post({ type: "reveal", link, run: true });
  let patchKey = "";
  let codes: readonly RunnableCode[] = [];
  let scenarios: readonly OfferedScenario[] = [];
  let hasRun = false;
  let schedule: Schedule | null = null;
  let spin: SpinLine | null = null;
  const output = el("div", { class: "output" });
  const choosers = createChoosers({
    onChange: (choice) => events.onChoice(choice),
    onRun: (choice) => run(choice),
    onDrive: (choice) => drive(choice),
    onCancel: () => {
      choosers.say("Stopping…");
      host.post({ type: "cancel" });
    },
    onNew: () => host.post({ type: "newScenario" }),
    onOpen: (scenario) => host.post({ type: "openScenario", scenario }),
  });
  const free = createFreePanel({
    reveal,
    onMove: (cpu, unit, way) => host.post({ type: "freeTurn", move: unit, cpu, way }),
    onUndo: () => host.post({ type: "freeTurn", move: "undo", cpu: 0, way: 0 }),
    onRestart: () => drive(driven),
  });
  let driven: Choice = { scenario: null, side: "after", whatIf: null, code: null };
  const trail = el("div");
  const overview = createOverview({
    onRunAll: () => host.post({ type: "runAll" }),
    onCancel: () => host.post({ type: "cancel" }),
    onOpen: ({ scenario, side, whatIf, patchKey: code }) => {
      const choice = choosers.show(scenarios, codes, patchKey, { scenario, side, whatIf, code: code === patchKey ? null : code });
      events.onChoice(choice);
      run(choice);
    },
  });
  panel.append(choosers.element, overview.element, output);
  showHint();

  function run({ scenario, side, whatIf, code }: Choice): void {
    if (scenario === null) return;
    forget();
    choosers.setRunning(0);
    host.post({ type: "run", scenario, side, whatIf, ...(code === null ? {} : { patchKey: code }) });
  }

  function drive(choice: Choice): void {
    if (choice.scenario === null) return;
    forget();
    driven = choice;
    const { scenario, side, whatIf, code } = choice;
    host.post({ type: "freeStart", scenario, side, whatIf, ...(code === null ? {} : { patchKey: code }) });
  }

  /** The run that the user drives, with what has happened so far. */
  function showFree(view: FreeView, side: Side): void {
    leaveSchedule();
    hasRun = true;
    free.show(view, side);
    if (!free.element.isConnected) output.replaceChildren(free.element, trail);
    trail.replaceChildren();
    if (view.steps.length === 0) return;
    schedule = createSchedule({ steps: view.steps, findings: view.findings, cpus: view.cpus.map((cpu) => cpu.name), side }, view.steps.length - 1, {
      reveal,
      onStep: tell,
    });
    trail.append(schedule.element);
    schedule.placed();
  }

  function leaveSchedule(): void {
    schedule?.leave();
    schedule = null;
    spin = null;
  }

  function forget(): void {
    leaveSchedule();
    output.replaceChildren();
    if (hasRun) tell(null);
    if (hasRun) events.onShown(null);
    hasRun = false;
  }

  /** The editors mark the step's lines, and the diagrams light its state. */
  function tell(step: number | null): void {
    host.post({ type: "step", step });
    events.onStep(step);
  }

  function showHint(): void {
    output.replaceChildren(
      el("p", { class: "empty" }, "A run tries every interleaving of the CPUs over the patch’s own code. If one of them goes wrong, you can step through it here."),
    );
  }

  function showResult(result: RunResult, shown: SavedState["shown"], baseline: Baseline | null): void {
    choosers.setRunning(null);
    hasRun = true;
    const run = runKey(result);
    const scenario = scenarios.find((candidate) => candidate.name === result.scenario) ?? null;
    leaveSchedule();
    spin = createSpinLine(result, {
      onVerify: (search) => host.post({ type: "verifySpin", search }),
      onCancel: () => host.post({ type: "cancel" }),
    });
    const verdict = verdictBlock(result, scenario, baseline, {
      reveal,
      goTo: (step) => schedule?.goTo(step),
      copy: (format) => {
        host.post({ type: "copyAs", format });
        choosers.say("Copied.");
      },
      insert: () => host.post({ type: "insertIntoReply" }),
    }, spin);
    output.replaceChildren(verdict);
    if (result.steps.length > 0) {
      const startAt = shown !== null && shown.run === run ? shown.step : 0;
      schedule = createSchedule(result, Math.min(startAt, result.steps.length - 1), {
        reveal,
        onStep: (step) => {
          tell(step);
          events.onShown({ run, step });
        },
      });
      output.append(schedule.element);
      schedule.placed();
    }
    const stacks = stackBlock(result, reveal);
    if (stacks !== null) output.append(stacks);
  }

  return {
    showFree: (view, reason, side) => {
      if (view !== null) return showFree(view, side);
      showHint();
      choosers.say(reason ?? "");
    },
    showReach: (reach) => free.showReach(reach),
    showScenarios: (offered, offeredCodes, key, choice) => {
      scenarios = offered;
      codes = offeredCodes;
      patchKey = key;
      overview.offer(offered, offeredCodes);
      return choosers.show(offered, offeredCodes, key, choice);
    },
    showOverview: (cells, total, running) => overview.add(cells, total, running),
    showSpin: (message) => spin?.show(message),
    showRunning: (states) => choosers.setRunning(states),
    showResult,
    showEnded: (message) => {
      choosers.setRunning(null);
      choosers.say(message);
      if (!hasRun) showHint();
    },
    clear: () => {
      choosers.setRunning(null);
      overview.clear();
      forget();
      showHint();
    },
  };
}

/** Names a run, so that a step is only brought back to the run it belongs to. */
function runKey(result: RunResult): string {
  const { scenario, revision, patch, side, whatIf, token, steps } = result;
  return [scenario, revision, patch, side, whatIf ?? "", token ?? "", steps.length].join(" ");
}
