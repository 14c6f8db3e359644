// What the user sets for the drawings: only what changed, and the whole page for them.
import { button, el, icon } from "../dom.js";

export interface ViewOptions {
  readonly onlyChanges: HTMLElement;
  readonly fullScreen: HTMLElement;
  /** Leaves full screen; false when it was not on. */
  leaveFullScreen(): boolean;
  setOnlyChanges(on: boolean): void;
}

export interface ViewOptionEvents {
  onOnlyChanges(on: boolean): void;
  onFullScreen(on: boolean): void;
}

export function createViewOptions(events: ViewOptionEvents): ViewOptions {
  const box = el("input", { type: "checkbox", id: "only-changes" });
  box.addEventListener("change", () => events.onOnlyChanges(box.checked));
  let full = false;
  const toggle = button({ class: "tool", "aria-pressed": "false", title: "Full screen (f)", "aria-label": "Full screen" }, () => set(!full), icon("M2 2h5v1.5H4.6l3 3-1.1 1.1-3-3V7H2zM14 14H9v-1.5h2.4l-3-3 1.1-1.1 3 3V9H14z"));

  function set(on: boolean): void {
    full = on;
    toggle.setAttribute("aria-pressed", String(on));
    toggle.title = on ? "Leave full screen (Esc)" : "Full screen (f)";
    events.onFullScreen(on);
  }

  return {
    onlyChanges: el("span", { class: "check" }, box, el("label", { for: "only-changes" }, "Only changes")),
    fullScreen: toggle,
    leaveFullScreen: () => {
      const was = full;
      if (was) set(false);
      return was;
    },
    setOnlyChanges: (on) => {
      box.checked = on;
    },
  };
}
