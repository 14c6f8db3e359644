// Lights the state that the current step of a run is in, and the objects that it changes, in the drawings.
import type { LitState } from "../../core/review/track-types.js";
import { el } from "../dom.js";
import type { Pane } from "./pane.js";

export interface RunLight {
  /** One line in words; hidden as long as no run is shown. */
  readonly element: HTMLElement;
  /** Takes one entry for each step of a run; empty when there is none. */
  set(states: readonly LitState[]): void;
  light(step: number | null): void;
  /** To be called when the drawings are new. */
  refresh(): void;
}

export function createRunLight(panes: { readonly before: Pane; readonly after: Pane }): RunLight {
  const element = el("p", { class: "run-light", hidden: true });
  let states: readonly LitState[] = [];
  let step: number | null = null;

  function refresh(): void {
    const lit = step === null ? undefined : states[step];
    const keys = new Set(lit === undefined ? [] : [...(lit.node === null ? [] : [lit.node]), ...lit.objects].map((id) => `node:${id}`));
    if (lit !== undefined && lit.edge !== null) keys.add(`edge:${lit.edge}`);
    for (const pane of [panes.before, panes.after]) pane.lightRun(keys);
    element.hidden = lit === undefined;
    const name = (lit?.node ?? null) === null ? "a state that the run has not shown yet" : panes.after.items.concat(panes.before.items).find((item) => item.key === `node:${lit?.node ?? ""}`)?.label.split(",", 1)[0];
    element.textContent = lit === undefined ? "" : `Step ${(step ?? 0) + 1} of ${states.length} of the run: ${name === undefined ? "see the lit objects" : `in “${name}”`}`;
  }

  return {
    element,
    set: (next) => {
      states = next;
      refresh();
    },
    light: (next) => {
      step = next;
      refresh();
    },
    refresh,
  };
}
