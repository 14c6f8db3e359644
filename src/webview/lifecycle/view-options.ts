// What the user sets for the drawings: only what changed, and the whole page for them.
import type { DiagramExport } from "../../protocol/messages.js";
import { button, el, icon } from "../dom.js";

export interface ViewOptions {
  readonly onlyChanges: HTMLElement;
  readonly fullScreen: HTMLElement;
  readonly copy: HTMLElement;
  readonly save: HTMLElement;
  /** Leaves full screen; false when it was not on. */
  leaveFullScreen(): boolean;
  setOnlyChanges(on: boolean): void;
}

export interface ViewOptionEvents {
  onOnlyChanges(on: boolean): void;
  onFullScreen(on: boolean): void;
  onExport(as: DiagramExport): void;
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
    copy: button({ class: "tool", title: "Copy diagram as mermaid", "aria-label": "Copy diagram as mermaid" }, () => events.onExport("copy"), icon("M4 4V1h10v10h-3v3H1V4h3zm1.5 0H11v5.5h1.5v-7h-7V4zM2.5 5.5v7h7v-7h-7z")),
    save: button({ class: "tool", title: "Save diagram as SVG", "aria-label": "Save diagram as SVG" }, () => events.onExport("svg"), icon("M7.2 1h1.6v6.9l2.4-2.4 1.1 1.1L8 10.9 3.7 6.6l1.1-1.1 2.4 2.4V1zM2 12.5h12V14H2z")),
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
