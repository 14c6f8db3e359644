// The Simulate tab: what to run, what came out, the schedule and the reports.
import type { RunResult, ScenarioInfo } from "../../core/simulate/types.js";
import type { LineLink } from "../../protocol/messages.js";
import { el } from "../dom.js";
import type { Host, SavedState } from "../host.js";
import type { Choice } from "./choosers.js";
import { createChoosers } from "./choosers.js";
import { createSchedule } from "./schedule.js";
import type { Schedule } from "./schedule.js";
import { stackBlock } from "./stacks.js";
import { verdictBlock } from "./verdict.js";

export interface SimulateTab {
  /** Offers the scenarios of a patch; returns the choice that stands. */
  showScenarios(scenarios: readonly ScenarioInfo[], choice: Choice): Choice;
  showRunning(states: number): void;
  /** Shows a run; `shown` is the step to come back to after a reload. */
  showResult(result: RunResult, shown: SavedState["shown"]): void;
  /** Ends a run without a result, with a sentence. */
  showEnded(message: string): void;
  /** Forgets the run: another patch is shown. */
  clear(): void;
}

export interface SimulateEvents {
  onChoice(choice: Choice): void;
  onShown(shown: SavedState["shown"]): void;
}

export function createSimulateTab(panel: HTMLElement, host: Host, events: SimulateEvents): SimulateTab {
  const reveal = (link: LineLink): void => host.post({ type: "reveal", link });
  let scenarios: readonly ScenarioInfo[] = [];
  let hasRun = false;
  const output = el("div", { class: "output" });
  const choosers = createChoosers({
    onChange: (choice) => events.onChoice(choice),
    onRun: ({ scenario, side, whatIf }) => {
      if (scenario === null) return;
      forget();
      choosers.setRunning(0);
      host.post({ type: "run", scenario, side, whatIf });
    },
    onCancel: () => {
      choosers.say("Stopping…");
      host.post({ type: "cancel" });
    },
  });
  panel.append(choosers.element, output);
  showHint();

  function forget(): void {
    output.replaceChildren();
    if (hasRun) host.post({ type: "step", step: null });
    if (hasRun) events.onShown(null);
    hasRun = false;
  }

  function showHint(): void {
    output.replaceChildren(
      el("p", { class: "empty" }, "A run tries every interleaving of the CPUs over the patch’s own code. If one of them goes wrong, you can step through it here."),
    );
  }

  function showResult(result: RunResult, shown: SavedState["shown"]): void {
    choosers.setRunning(null);
    hasRun = true;
    const run = runKey(result);
    const scenario = scenarios.find((candidate) => candidate.name === result.scenario) ?? null;
    let schedule: Schedule | null = null;
    const verdict = verdictBlock(result, scenario, {
      reveal,
      goTo: (step) => schedule?.goTo(step),
      copy: () => {
        host.post({ type: "copyText" });
        choosers.say("Copied as text.");
      },
    });
    output.replaceChildren(verdict);
    if (result.steps.length > 0) {
      const startAt = shown !== null && shown.run === run ? shown.step : 0;
      schedule = createSchedule(result, Math.min(startAt, result.steps.length - 1), {
        reveal,
        onStep: (step) => {
          host.post({ type: "step", step });
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
    showScenarios: (offered, choice) => {
      scenarios = offered;
      return choosers.show(offered, choice);
    },
    showRunning: (states) => choosers.setRunning(states),
    showResult,
    showEnded: (message) => {
      choosers.setRunning(null);
      choosers.say(message);
      if (!hasRun) showHint();
    },
    clear: () => {
      choosers.setRunning(null);
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
