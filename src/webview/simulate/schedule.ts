// The schedule of a run: its table with the mark of the current step, and the player that moves it.
import { el } from "../dom.js";
import type { Reveal } from "../links.js";
import { linkOfPlace, linkOfRange } from "../links.js";
import { count } from "../words.js";
import { chooseLanes } from "./choose-lanes.js";
import { computeLanes } from "./lanes.js";
import { createPlayer } from "./player.js";
import type { Move } from "./player.js";
import { groupSteps, nextSwitch, stopFor, stopsOf } from "./rows.js";
import type { Trail } from "./rows.js";
import { buildTable } from "./table.js";
import type { RowElements } from "./table.js";

export interface ScheduleEvents {
  readonly reveal: Reveal;
  /** The mark has moved to this step. */
  onStep(step: number): void;
}

export interface Schedule {
  readonly element: HTMLElement;
  /** Moves the mark; a step inside a closed group is shown by the group. */
  goTo(step: number): void;
  /** To be called before the element is taken away: stops what plays. */
  leave(): void;
  /** To be called once the element is in the page: brings the current step into view. */
  placed(): void;
}

/** Builds the schedule of a run that has steps, at a step. */
export function createSchedule(result: Trail, startAt: number, events: ScheduleEvents): Schedule {
  const rows = groupSteps(result.steps, result.findings);
  const lanes = computeLanes(result.steps);
  const chosen = chooseLanes(lanes.values, result);
  const open = new Set<number>();
  const frame = el("div", { class: "schedule-frame", role: "region", "aria-label": "Schedule" });
  const player = createPlayer(move, (position) => {
    player.pause();
    goTo(stops[position] ?? current);
  }, events.reveal);
  let elements: readonly RowElements[] = [];
  let stops: readonly number[] = [];
  let current = startAt;
  let marked: HTMLTableRowElement | null = null;
  let everyLane = false;

  const options = el("div", { class: "schedule-options" });
  const groups = rows.flatMap((row, index) => (row.to > row.from ? [index] : []));
  const everyStep = checkbox(`Every step of the kernel model`, (on) => {
    for (const index of groups) setOpen(index, on);
    refresh();
  });
  if (groups.length > 0) options.append(everyStep.element);
  if (chosen.length < lanes.values.length) {
    const every = checkbox(`All ${count(lanes.values.length, "value")} that change`, (on) => {
      everyLane = on;
      build();
    });
    options.append(every.element);
  }
  const element = el("section", { class: "schedule-block", "aria-label": "Step by step" }, options, frame, player.element);

  function build(): void {
    const built = buildTable({ result, rows, values: everyLane ? lanes.values : chosen, locks: lanes.locks }, (index) => {
      setOpen(index, !open.has(index));
      refresh();
    });
    elements = built.rows;
    for (const index of open) setOpen(index, true);
    frame.replaceChildren(built.element);
    refresh();
  }

  function setOpen(index: number, on: boolean): void {
    if (on) open.add(index);
    else open.delete(index);
    const { head, inner, toggle } = elements[index] ?? {};
    toggle?.setAttribute("aria-expanded", String(on));
    head?.classList.toggle("open", on);
    for (const row of inner ?? []) row.hidden = !on;
  }

  function refresh(): void {
    stops = stopsOf(rows, (row) => open.has(rows.indexOf(row)));
    everyStep.box.checked = groups.every((index) => open.has(index));
    show(stopFor(stops, current), false);
  }

  function show(step: number, tell: boolean): void {
    const hadFocus = marked !== null && marked === document.activeElement;
    const moved = step !== current;
    current = step;
    const row = rowOf(step);
    if (row !== marked) {
      marked?.removeAttribute("aria-current");
      marked?.setAttribute("tabindex", "-1");
      row?.setAttribute("aria-current", "step");
      row?.setAttribute("tabindex", "0");
      marked = row;
      if (hadFocus) row?.focus({ preventScroll: true });
    }
    player.show(result, step, stops.indexOf(step), stops.length, nextSwitch(stops, result.steps, step) !== null);
    // After the player, whose words decide how high it is.
    if (row !== null) keepInView({ block: element, frame, player: player.element }, row, moved);
    if (tell || moved) events.onStep(step);
  }

  function rowOf(step: number): HTMLTableRowElement | null {
    const index = rows.findIndex((row) => step >= row.from && step <= row.to);
    const entry = elements[index];
    if (entry === undefined) return null;
    return open.has(index) ? (entry.inner[step - entry.row.from] ?? null) : entry.head;
  }

  function goTo(step: number): void {
    const target = stopFor(stops, step);
    if (target !== current) show(target, true);
  }

  function move(where: Move): void {
    const at = stops.indexOf(current);
    const target = {
      first: stops[0],
      back: stops[at - 1],
      next: stops[at + 1],
      last: stops.at(-1),
      switch: nextSwitch(stops, result.steps, current) ?? undefined,
    }[where];
    if (target !== undefined) goTo(target);
  }

  function revealStep(step: number, closedGroup: boolean): void {
    const shown = result.steps[step];
    if (shown === undefined) return;
    events.reveal(closedGroup && shown.via !== null ? linkOfRange(shown.via) : linkOfPlace(shown.path, shown.line, result.side));
  }

  frame.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || event.target.closest("button") !== null) return;
    const row = event.target.closest<HTMLTableRowElement>("tr[data-step]");
    if (row === null) return;
    const step = Number(row.dataset["step"]);
    player.pause();
    goTo(step);
    marked?.focus({ preventScroll: true });
    revealStep(step, row.classList.contains("group"));
  });
  element.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const inControl = event.target instanceof Element && event.target.closest("button, input") !== null;
    const inSlider = event.target instanceof HTMLInputElement;
    if (event.key === "p" && !inSlider) player.toggle();
    else if (event.key === "Enter" && !inControl && marked !== null) revealStep(current, marked.classList.contains("group"));
    else {
      const moves: Readonly<Record<string, Move>> = { ArrowDown: "next", ArrowRight: "next", ArrowUp: "back", ArrowLeft: "back", Home: "first", End: "last", n: "switch" };
      const where = moves[event.key];
      if (where === undefined || (inSlider && event.key !== "n")) return;
      player.pause();
      move(where);
    }
    event.preventDefault();
  });

  build();
  events.onStep(current);
  return {
    element,
    goTo,
    leave: () => player.pause(),
    placed: () => {
      if (marked !== null) keepInView({ block: element, frame, player: player.element }, marked, current > 0);
    },
  };
}

function checkbox(label: string, onChange: (on: boolean) => void): { readonly element: HTMLElement; readonly box: HTMLInputElement } {
  const box = el("input", { type: "checkbox" });
  box.addEventListener("change", () => onChange(box.checked));
  return { element: el("label", { class: "check" }, box, label), box };
}

/** Rows that are kept in view above the current step, and below it, as far as there is room. */
const above = 3;
const below = 1;

/**
 * Brings a row into view between the table's head and the player, with what led to it above: first by the table's own frame, and by the page only
 * for what is then still missing, so that a step does not move what the reader looks at. `whole`: where the window shows less than half of the table, the
 * page moves until table and player are seen together.
 */
function keepInView(parts: { readonly block: HTMLElement; readonly frame: HTMLElement; readonly player: HTMLElement }, row: HTMLElement, whole: boolean): void {
  const { block, frame, player } = parts;
  const head = frame.querySelector("thead")?.getBoundingClientRect().height ?? 0;
  const seenOf = (box: DOMRect): number => Math.min(box.bottom, player.getBoundingClientRect().top, innerHeight) - Math.max(box.top, 0);
  const frameBox = frame.getBoundingClientRect();
  if (whole && seenOf(frameBox) < frameBox.height / 2) block.scrollIntoView({ block: "end", behavior: "instant" });
  // How far `row` and its neighbours lie outside of what shows from `top` to `bottom`; what is too high gives up neighbours, then its end.
  const hidden = (top: number, bottom: number, neighbours: boolean): number => {
    let from = neighbours ? neighbour(row, -above) : row;
    let to = neighbours ? neighbour(row, below) : row;
    const height = (): number => to.getBoundingClientRect().bottom - from.getBoundingClientRect().top;
    if (height() > bottom - top) to = row;
    while (from !== row && height() > bottom - top) from = neighbour(from, 1);
    const start = from.getBoundingClientRect().top;
    const end = to.getBoundingClientRect().bottom;
    if (start < top) return start - top;
    return end > bottom ? Math.min(end - bottom, start - top) : 0;
  };
  const box = frame.getBoundingClientRect();
  frame.scrollTop += hidden(box.top + head, Math.min(box.bottom, Math.max(player.getBoundingClientRect().top, box.top + head)), true);
  // The head sticks to the frame and moves with it, so for the page it is no edge.
  // The player sticks to the bottom of the page only once its block is high enough in it, so what is hidden is looked at twice.
  for (let round = 0; round < 2; round += 1) {
    const rest = hidden(0, player.getBoundingClientRect().top, false);
    if (rest !== 0) document.scrollingElement?.scrollBy({ top: rest, behavior: "instant" });
  }
}

/** The row that is `distance` rows that show away, or the last one before the end. */
function neighbour(row: HTMLElement, distance: number): HTMLElement {
  let at = row;
  for (let left = Math.abs(distance); left > 0; left -= 1) {
    let next = distance < 0 ? at.previousElementSibling : at.nextElementSibling;
    while (next instanceof HTMLElement && next.hidden) next = distance < 0 ? next.previousElementSibling : next.nextElementSibling;
    if (!(next instanceof HTMLElement)) break;
    at = next;
  }
  return at;
}
