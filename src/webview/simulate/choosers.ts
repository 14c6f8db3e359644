// The row that says what to run: scenario, side, what-if, Run and Cancel, and how far a run is.
import type { Side } from "../../core/patch/types.js";
import type { OfferedScenario, RunnableCode } from "../../protocol/messages.js";
import { button, el, labeledSelect, setOptions } from "../dom.js";
import { count } from "../words.js";

export interface Choice {
  readonly scenario: string | null;
  readonly side: Side;
  readonly whatIf: string | null;
  /** The patch whose code is run; null is the shown one. */
  readonly code: string | null;
}

export interface ChooserEvents {
  onChange(choice: Choice): void;
  onRun(choice: Choice): void;
  /** The user wants to drive the run. */
  onDrive(choice: Choice): void;
  onCancel(): void;
  /** The user wants a scenario of their own. */
  onNew(): void;
  /** The user wants to see the C of a scenario of their own. */
  onOpen(scenario: string): void;
}

export interface Choosers {
  readonly element: HTMLElement;
  /** Offers these scenarios with this choice made; unknown names fall back to the first. Returns the choice that stands. */
  show(scenarios: readonly OfferedScenario[], codes: readonly RunnableCode[], patchKey: string, choice: Choice): Choice;
  /** Number of states so far; null when nothing runs. */
  setRunning(states: number | null): void;
  /** A line beside the buttons: cancelled, copied, failed. */
  say(message: string): void;
}

export function createChoosers(events: ChooserEvents): Choosers {
  let scenarios: readonly OfferedScenario[] = [];
  let codes: readonly RunnableCode[] = [];
  let shownKey = "";
  const scenario = labeledSelect("Scenario", "choose-scenario", () => {
    showWhatIfs(null);
    events.onChange(current());
  });
  const side = labeledSelect("Code", "choose-side", () => events.onChange(current()));
  const whatIf = labeledSelect("What if", "choose-what-if", () => events.onChange(current()));
  const run = button({ class: "primary" }, () => events.onRun(current()), "Run");
  const drive = button({ class: "secondary", title: "Choose at every step which CPU goes on" }, () => events.onDrive(current()), "Your turn");
  const write = button({ class: "secondary", title: "Write a scenario in C for functions of this patch" }, () => events.onNew(), "New…");
  const open = button({ class: "secondary", hidden: true, title: "Show the C of your scenario" }, () => events.onOpen(scenario.select.value), "Open");
  const cancel = button({ class: "secondary", hidden: true }, () => events.onCancel(), "Cancel");
  const status = el("p", { class: "status", role: "status" });
  const asks = el("p", { class: "asks" });
  const progress = el("div", { class: "progress", hidden: true, "aria-hidden": "true" }, el("div", { class: "progress-bit" }));
  const fields = el("div", { class: "choosers" }, scenario.element, side.element, whatIf.element, el("span", { class: "actions" }, run, cancel, drive, open, write));
  const element = el("div", { class: "chooser-block" }, fields, el("div", { class: "chooser-words" }, asks, status), progress);

  function selected(): OfferedScenario | null {
    return scenarios.find((candidate) => candidate.name === scenario.select.value) ?? null;
  }

  function current(): Choice {
    const code = codes[Number(side.select.value)];
    return {
      scenario: selected()?.name ?? null,
      side: code?.side ?? "after",
      whatIf: whatIf.select.value === "" ? null : whatIf.select.value,
      code: code === undefined || code.patchKey === shownKey ? null : code.patchKey,
    };
  }

  function showWhatIfs(value: string | null): void {
    const choices = (selected()?.whatIfs ?? []).map(({ name, title }) => ({ value: name, label: title }));
    setOptions(whatIf.select, [{ value: "", label: "the code as it is" }, ...choices], value);
    open.hidden = selected()?.isOwn !== true;
    asks.textContent = selected()?.asks ?? "No scenario that ships fits this patch: none uses functions that it shows. New… writes one for the functions that you choose.";
  }

  return {
    element,
    show: (offered, offeredCodes, patchKey, choice) => {
      scenarios = offered;
      codes = offeredCodes;
      shownKey = patchKey;
      setOptions(scenario.select, offered.map(({ name, title }) => ({ value: name, label: title })), choice.scenario);
      const several = new Set(codes.map((code) => code.patchKey)).size > 1;
      const wanted = codes.findIndex((code) => code.patchKey === (choice.code ?? patchKey) && code.side === choice.side);
      setOptions(side.select, codes.map((code, index) => ({ value: String(index), label: several ? code.label : `${code.side} the patch` })), String(wanted));
      showWhatIfs(choice.whatIf);
      run.disabled = offered.length === 0;
      drive.disabled = offered.length === 0;
      return current();
    },
    setRunning: (states) => {
      const running = states !== null;
      const hadFocus = document.activeElement === run || document.activeElement === cancel;
      run.hidden = running;
      cancel.hidden = !running;
      drive.hidden = running;
      progress.hidden = !running;
      if (hadFocus) (running ? cancel : run).focus();
      for (const { select } of [scenario, side, whatIf]) select.disabled = running || select.options.length === 0;
      if (running) status.textContent = states === 0 ? "Running…" : `Running… ${count(states, "state")}`;
      else status.textContent = "";
    },
    say: (message) => {
      status.textContent = message;
    },
  };
}
