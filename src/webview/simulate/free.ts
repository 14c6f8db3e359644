// Your turn: every CPU has its own buttons, blocked ones say why, moves can be taken back, and a line says what can still go wrong.
import type { Side } from "../../core/patch/types.js";
import type { FreeCpu, FreeUnit, FreeView, Reach } from "../../core/simulate/free-types.js";
import { button, codeText, el } from "../dom.js";
import type { Reveal } from "../links.js";
import { lineButton, linkOfPlace } from "../links.js";
import { count, findingSentence, titleOfKind } from "../words.js";

export interface FreeEvents {
  readonly reveal: Reveal;
  onMove(cpu: number, unit: FreeUnit, way: number): void;
  onUndo(): void;
  onRestart(): void;
}

export interface FreePanel {
  readonly element: HTMLElement;
  show(view: FreeView, side: Side): void;
  /** Null while it is being looked for. */
  showReach(reach: Reach | null): void;
}

export function createFreePanel(events: FreeEvents): FreePanel {
  const cpus = el("div", { class: "free-cpus" });
  const reach = el("p", { class: "reach", role: "status" });
  const undo = button({ class: "secondary", title: "Take the last move back (u)" }, () => events.onUndo(), "Undo");
  const restart = button({ class: "secondary" }, () => events.onRestart(), "Start over");
  const element = el(
    "section",
    { class: "free", "aria-label": "Your turn" },
    el("h2", {}, "Your turn"),
    cpus,
    el("div", { class: "free-bar" }, undo, restart, reach),
  );
  let cards: readonly Card[] = [];
  element.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key !== "u") return;
    events.onUndo();
    event.preventDefault();
  });

  return {
    element,
    show: (view, side) => {
      if (cards.length !== view.cpus.length) {
        cards = view.cpus.map((cpu) => createCard(cpu, events));
        cpus.replaceChildren(...cards.map((card) => card.element));
      }
      view.cpus.forEach((cpu, index) => cards[index]?.show(cpu, view, side));
      undo.toggleAttribute("disabled", view.steps.length === 0);
      restart.toggleAttribute("disabled", view.steps.length === 0);
    },
    showReach: (answer) => {
      reach.textContent = reachSentence(answer);
      reach.dataset["answer"] = answer?.answer ?? "looking";
    },
  };
}

interface Card {
  readonly element: HTMLElement;
  show(cpu: FreeCpu, view: FreeView, side: Side): void;
}

/** One CPU: where it stands, its buttons, and why they are off. The buttons stay the same elements, so that the focus stays on them. */
function createCard(first: FreeCpu, events: FreeEvents): Card {
  const { cpu } = first;
  const at = el("p", { class: "free-next" });
  const why = el("p", { class: "free-why muted", id: `free-why-${cpu}` });
  const way = el("select", { "aria-label": `CPU${cpu}: which way`, hidden: true });
  const press = (unit: FreeUnit): void => {
    if (step.getAttribute("aria-disabled") !== "true") events.onMove(cpu, unit, Number(way.value) || 0);
  };
  const step = button({ class: "primary", "aria-describedby": why.id, title: "One step: one visible effect" }, () => press("step"), `CPU${cpu}: step`);
  const call = button({ class: "secondary", "aria-describedby": why.id, title: "The whole call or line of the patch, without its sub-steps" }, () => press("call"), `CPU${cpu}: whole call`);
  const name = el("h3");
  const element = el("div", { class: `free-cpu cpu-${Math.min(cpu, 3)}` }, name, at, el("div", { class: "free-buttons" }, step, call, way), why);
  return {
    element,
    show: (shown, view, side) => {
      // The cards stay when another scenario has as many CPUs.
      name.textContent = shown.name === "" ? `CPU${cpu}` : `CPU${cpu} ${shown.name}`;
      const ready = shown.status === "ready";
      for (const control of [step, call]) {
        if (ready) control.removeAttribute("aria-disabled");
        else control.setAttribute("aria-disabled", "true");
      }
      way.hidden = shown.ways < 2;
      if (way.options.length !== shown.ways) way.replaceChildren(...Array.from({ length: shown.ways }, (_, index) => el("option", { value: index }, `way ${index + 1} of ${shown.ways}`)));
      why.textContent = reasonOf(shown, view);
      at.replaceChildren();
      const { next } = shown;
      if (next === null) return;
      at.append(el("code", {}, `${(next.call ?? next).function}()`), " ", codeText((next.call ?? next).text), " ", lineButton(linkOfPlace((next.call ?? next).path, (next.call ?? next).line, side), events.reveal));
      if (next.call !== null) at.append(el("span", { class: "muted" }, " now ", el("code", {}, `${next.function}()`), " ", lineButton(linkOfPlace(next.path, next.line, side), events.reveal)));
    },
  };
}

/** Why a CPU cannot go on; empty when it can. */
function reasonOf(cpu: FreeCpu, view: FreeView): string {
  switch (cpu.status) {
    case "ready":
      return "";
    case "done":
      return "Done.";
    case "stopped": {
      const [finding] = view.findings;
      return finding === undefined ? "The run has ended." : `The run has ended: ${findingSentence(finding)}`;
    }
    case "blocked": {
      const { waiting } = cpu;
      if (waiting === null || waiting.lock === null) return `Waits in ${waiting?.function ?? "its function"}().`;
      const holders = waiting.holders.map((holder) => (holder === cpu.cpu ? "itself" : `CPU${holder}`)).join(" and ");
      return `Waits for ${waiting.lock}${holders === "" ? "" : `, held by ${holders}`}.`;
    }
  }
}

function reachSentence(reach: Reach | null): string {
  if (reach === null) return "Looking whether anything can still go wrong…";
  switch (reach.answer) {
    case "no":
      return `From here nothing can go wrong any more (${count(reach.states, "state")}, all of them).`;
    case "unknown":
      return `Not known whether anything can still go wrong: nothing does within ${count(reach.states, "state")}.`;
    case "yes": {
      const what = titleOfKind(reach.kind).toLowerCase();
      const next = reach.moves?.[0];
      const hint = next === undefined ? "" : ` Shortest way: ${count(reach.moves?.length ?? 0, "step")}, CPU${next} first.`;
      return `A violation can still be reached from here: ${what}.${hint}`;
    }
  }
}
