// A tab list as the ARIA practices describe it: one tab stop, arrow keys between tabs, panels that follow.
import { el } from "./dom.js";

export interface TabDefinition<Id extends string> {
  readonly id: Id;
  readonly label: string;
  readonly panel: HTMLElement;
}

export interface Tabs<Id extends string> {
  /** The row of tabs; the panels are placed by the caller. */
  readonly element: HTMLElement;
  /** Shows a tab without telling `onSelect`. */
  show(id: Id): void;
}

/** Builds the row of tabs; `onSelect` is called when the user picks another tab. */
export function createTabs<Id extends string>(
  label: string,
  definitions: readonly TabDefinition<Id>[],
  onSelect: (id: Id) => void,
): Tabs<Id> {
  const buttons = definitions.map((definition) => {
    definition.panel.id = `panel-${definition.id}`;
    definition.panel.setAttribute("role", "tabpanel");
    definition.panel.setAttribute("aria-labelledby", `tab-${definition.id}`);
    const tab = el(
      "button",
      { type: "button", role: "tab", id: `tab-${definition.id}`, "aria-controls": definition.panel.id, class: "tab" },
      definition.label,
    );
    tab.addEventListener("click", () => pick(definition.id));
    return tab;
  });
  const element = el("div", { role: "tablist", "aria-label": label, class: "tabs" }, ...buttons);
  element.addEventListener("keydown", (event) => {
    const current = buttons.findIndex((tab) => tab === document.activeElement);
    const target = targetIndex(event.key, current, buttons.length);
    const definition = target === null ? undefined : definitions[target];
    if (target === null || definition === undefined) return;
    event.preventDefault();
    pick(definition.id);
    buttons[target]?.focus();
  });

  function show(id: Id): void {
    definitions.forEach((definition, index) => {
      const selected = definition.id === id;
      definition.panel.hidden = !selected;
      buttons[index]?.setAttribute("aria-selected", String(selected));
      buttons[index]?.setAttribute("tabindex", selected ? "0" : "-1");
    });
  }

  function pick(id: Id): void {
    show(id);
    onSelect(id);
  }

  return { element, show };
}

function targetIndex(key: string, current: number, length: number): number | null {
  switch (key) {
    case "ArrowRight":
    case "ArrowDown":
      return (current + 1) % length;
    case "ArrowLeft":
    case "ArrowUp":
      return (current - 1 + length) % length;
    case "Home":
      return 0;
    case "End":
      return length - 1;
    default:
      return null;
  }
}
