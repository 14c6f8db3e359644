// The controls under the schedule: first, back, next, last, next switch, a slider, and the step in words.
import type { Trail } from "./rows.js";
import { button, codeText, el, icon } from "../dom.js";
import type { Reveal } from "../links.js";
import { lineButton, linkOfPlace, linkOfRange } from "../links.js";
import { valueName } from "../words.js";

/** Where to go; "switch" is the next step of another CPU. */
export type Move = "first" | "back" | "next" | "last" | "switch";

/** Milliseconds that each step is shown while the schedule plays. */
const pace = 1000;

export interface Player {
  readonly element: HTMLElement;
  /** Starts playing, from the first step when the last one is shown; or stops. */
  toggle(): void;
  /** Stops playing: the user has taken over, or the schedule is gone. */
  pause(): void;
  /** Shows a step of a run: `position` of `length` stops. */
  show(result: Trail, step: number, position: number, length: number, switchAhead: boolean): void;
}

export function createPlayer(onMove: (move: Move) => void, onSeek: (position: number) => void, reveal: Reveal): Player {
  const control = (move: Move, label: string, path: string): HTMLButtonElement =>
    button({ class: "tool", title: label, "aria-label": label.replace(/ \(.*/, "") }, () => press(move), icon(path));
  const first = control("first", "First step (Home)", "M3 3h1.6v10H3zM13 3v10L5.6 8z");
  const back = control("back", "Back (←)", "M11.5 13 5 8.6V13H3.4V3H5v4.4L11.5 3z");
  const next = control("next", "Next step (→)", "M4.5 3 11 7.4V3h1.6v10H11V8.6L4.5 13z");
  const last = control("last", "Last step (End)", "M11.4 3H13v10h-1.6zM3 3v10l7.4-5z");
  let timer: number | null = null;
  let atEnd = false;
  const play = button({ class: "tool", title: "Play (p)", "aria-label": "Play" }, () => toggle(), icon(playPath));
  const jump = button({ class: "tool wide", title: "Next CPU switch (n)" }, () => press("switch"), "Next switch");
  const slider = el("input", { type: "range", min: 0, max: 0, value: 0, step: 1, "aria-label": "Step" });
  slider.addEventListener("input", () => onSeek(Number(slider.value)));
  const position = el("span", { class: "position" });
  const where = el("span", { class: "where" });
  const code = el("span", { class: "statement" });
  const changes = el("span", { class: "step-changes" });
  const links = el("span", { class: "lines" });
  const words = el("div", { class: "step-words", "aria-live": "polite" }, el("p", {}, position, where, links), el("p", {}, code, changes));
  const controls = el("div", { class: "controls", role: "group", "aria-label": "Steps" }, first, back, play, next, last, jump, slider);

  function press(move: Move): void {
    pause();
    onMove(move);
  }

  function toggle(): void {
    if (timer !== null) return pause();
    if (atEnd) onMove("first");
    timer = window.setInterval(() => onMove("next"), pace);
    label("Pause", pausePath);
  }

  function pause(): void {
    if (timer === null) return;
    clearInterval(timer);
    timer = null;
    label("Play", playPath);
  }

  function label(text: string, path: string): void {
    play.title = `${text} (p)`;
    play.setAttribute("aria-label", text);
    play.replaceChildren(icon(path));
  }

  return {
    element: el("div", { class: "player" }, controls, words),
    toggle,
    pause,
    show: (result, index, at, length, switchAhead) => {
      const step = result.steps[index];
      if (step === undefined) return;
      slider.max = String(Math.max(0, length - 1));
      slider.value = String(at);
      slider.setAttribute("aria-valuetext", `Step ${index + 1} of ${result.steps.length}`);
      setEnabled([first, back], at > 0);
      setEnabled([next, last], at < length - 1);
      atEnd = at >= length - 1;
      // A page that has been taken away must not go on stepping.
      if (atEnd || !words.isConnected) pause();
      // While it plays, a screen reader would fall behind.
      words.setAttribute("aria-live", timer === null ? "polite" : "off");
      setEnabled([jump], switchAhead);
      position.textContent = `Step ${index + 1} of ${result.steps.length}`;
      where.textContent = ` · ${step.cpu < 0 ? "outside the schedule" : `CPU${step.cpu}`} · ${step.function}() `;
      code.replaceChildren(codeText(step.text));
      changes.textContent = step.changes.map((change) => `${valueName(change)} ${change.before} → ${change.after}`).join(", ");
      links.replaceChildren(lineButton(linkOfPlace(step.path, step.line, result.side), reveal));
      if (step.via !== null) links.append(" called from ", lineButton(linkOfRange(step.via), reveal));
    },
  };
}

const playPath = "M4 2.8v10.4L13 8z";
const pausePath = "M4 3h3v10H4zM9 3h3v10H9z";

/** A button that is reached by keyboard stays reachable at the ends: it is marked, not removed from the focus order. */
function setEnabled(buttons: readonly HTMLButtonElement[], enabled: boolean): void {
  for (const element of buttons) {
    if (enabled) element.removeAttribute("aria-disabled");
    else element.setAttribute("aria-disabled", "true");
  }
}
