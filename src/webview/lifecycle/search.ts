// Finds text in the drawings: a field, a count, and the walk from match to match on both sides.
import { button, el, icon, plainText } from "../dom.js";
import type { DiagramItem } from "./items.js";

export interface Search {
  readonly element: HTMLElement;
  /** Takes the items of the drawings that are shown now, and looks in them for what the field holds. */
  setItems(items: readonly DiagramItem[]): void;
  /** Puts the caret into the field. */
  focus(): void;
}

export interface SearchEvents {
  /** Keys of all matches; `current` is the one that the walk stands on, null before the first step of the walk. */
  onFound(keys: ReadonlySet<string>, current: DiagramItem | null): void;
}

export function createSearch(events: SearchEvents): Search {
  const field = el("input", { type: "search", id: "find-in-diagram", placeholder: "Find in diagram", "aria-label": "Find in diagram", spellcheck: "false", autocomplete: "off" });
  const found = el("output", { class: "found-count", "aria-live": "polite" });
  const previous = button({ class: "tool", title: "Previous match (Shift+Enter)", "aria-label": "Previous match" }, () => step(-1), icon("M8 4.5 13 9.5 11.9 10.6 8 6.7 4.1 10.6 3 9.5z"));
  const next = button({ class: "tool", title: "Next match (Enter)", "aria-label": "Next match" }, () => step(1), icon("M8 11.5 3 6.5 4.1 5.4 8 9.3 11.9 5.4 13 6.5z"));
  let items: readonly DiagramItem[] = [];
  let matches: readonly DiagramItem[] = [];
  let at = -1;

  field.addEventListener("input", () => look());
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") step(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape" && field.value !== "") {
      field.value = "";
      look();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });

  function look(): void {
    const wanted = field.value.trim().toLowerCase();
    const seen = new Set<string>();
    matches = wanted === "" ? [] : items.filter((item) => textOf(item).includes(wanted) && !seen.has(item.key) && seen.add(item.key));
    at = -1;
    tell();
  }

  function step(by: number): void {
    if (matches.length === 0) return;
    at = at < 0 ? (by > 0 ? 0 : matches.length - 1) : (at + by + matches.length) % matches.length;
    tell();
  }

  function tell(): void {
    const empty = field.value.trim() === "";
    found.value = empty ? "" : matches.length === 0 ? "none" : at < 0 ? String(matches.length) : `${at + 1} of ${matches.length}`;
    for (const control of [previous, next]) {
      control.hidden = empty;
      control.toggleAttribute("disabled", matches.length === 0);
    }
    events.onFound(new Set(matches.map((item) => item.key)), matches[at] ?? null);
  }

  tell();
  return {
    element: el("div", { class: "find", role: "search" }, field, found, previous, next),
    setItems: (shown) => {
      items = shown;
      look();
    },
    focus: () => {
      field.focus();
      field.select();
    },
  };
}

/** Everything that is said of an item: its label, its sentence, and the calls and functions that it comes from. */
function textOf(item: DiagramItem): string {
  const sites = item.sites.flatMap((site) => [site.function, site.text, site.range.path]);
  return [item.label, plainText(item.sentence), ...sites].join("\n").toLowerCase();
}
