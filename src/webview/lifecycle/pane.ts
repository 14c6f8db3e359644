// One side of the Lifecycle tab: its heading, its drawing, and the walk over the drawing with pointer and keyboard.
import type { Diagram } from "../../core/lifecycle/types.js";
import type { Side } from "../../core/patch/types.js";
import { el } from "../dom.js";
import { sideTitle } from "../words.js";
import { decorate } from "./decorate.js";
import type { DrawnItem } from "./decorate.js";
import type { DiagramItem } from "./items.js";
import { diagramItems } from "./items.js";
import type { Renderer } from "./mermaid.js";
import type { Zoomable } from "./zoom.js";

export interface PaneEvents {
  /** The pointer or the focus has come to an item. */
  onShow(item: DiagramItem, side: Side): void;
  /** The user wants to see the item's line. */
  onOpen(item: DiagramItem, side: Side): void;
  /** The text could not be drawn. */
  onFailure(message: string): void;
}

export interface Pane {
  readonly element: HTMLElement;
  /** Draws a diagram, or says that this side has none. Answers null when a newer call has overtaken it, or when nothing is drawn. */
  draw(diagram: Diagram | null, structName: string): Promise<SVGSVGElement | null>;
  /** Puts a drawing of `diagram` into the pane and joins it with its meaning; `other` is the diagram of the other side. */
  place(svg: SVGSVGElement, diagram: Diagram, other: Diagram | null): Zoomable;
  /** Lights up the item with this key, as the twin of one on the other side; null for none. */
  highlight(key: string | null): void;
  /** The items that are drawn, in walking order. */
  readonly items: readonly DiagramItem[];
  /** Marks what was searched for; `current` more than the others. */
  markFound(keys: ReadonlySet<string>, current: string | null): void;
  /** Lights the items that a step of a run is in; what is not on this side stays dark. */
  lightRun(keys: ReadonlySet<string>): void;
  /** Hides what is the same on both sides and leads to nothing that changed, without moving the rest. */
  hideUnchanged(hidden: boolean): void;
  /** Scrolls the page so that the item with this key is seen; nothing happens when it is not drawn. */
  bringIntoView(key: string): void;
}

export function createPane(side: Side, renderer: Renderer, events: PaneEvents): Pane {
  const title = el("span", { class: "pane-title" });
  const heading = el("h2", { class: "pane-heading" }, el("span", { class: "pane-side" }, sideTitle(side)), title);
  const frame = el("div", { class: "frame" });
  const element = el("section", { class: `pane pane-${side}`, "aria-label": `${sideTitle(side)} the patch` }, heading, frame);
  let drawn: readonly DrawnItem[] = [];
  let generation = 0;
  const walkable = (): readonly DrawnItem[] => drawn.filter((candidate) => !candidate.focus.classList.contains("filtered"));

  const itemAt = (target: EventTarget | null): DrawnItem | undefined => {
    const key = target instanceof Element ? target.closest<SVGElement>("[data-item]")?.dataset["item"] : undefined;
    return drawn.find((candidate) => candidate.item.key === key);
  };
  const walkTo = (index: number): void => {
    const all = walkable();
    const next = all[Math.max(0, Math.min(all.length - 1, index))];
    if (next === undefined) return;
    for (const { focus } of drawn) focus.setAttribute("tabindex", focus === next.focus ? "0" : "-1");
    next.focus.focus();
  };
  frame.addEventListener("pointerover", (event) => {
    const found = itemAt(event.target);
    if (found !== undefined) events.onShow(found.item, side);
  });
  frame.addEventListener("focusin", (event) => {
    const found = itemAt(event.target);
    if (found === undefined) return;
    for (const { focus } of drawn) focus.setAttribute("tabindex", focus === found.focus ? "0" : "-1");
    events.onShow(found.item, side);
  });
  frame.addEventListener("click", (event) => {
    const found = itemAt(event.target);
    if (found === undefined) return;
    events.onShow(found.item, side);
    events.onOpen(found.item, side);
  });
  frame.addEventListener("keydown", (event) => {
    const found = itemAt(event.target);
    if (found === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const index = walkable().indexOf(found);
    const target = { ArrowDown: index + 1, ArrowRight: index + 1, ArrowUp: index - 1, ArrowLeft: index - 1, Home: 0, End: drawn.length - 1 }[event.key];
    if (target !== undefined) walkTo(target);
    else if (event.key === "Enter" || event.key === " ") events.onOpen(found.item, side);
    else return;
    event.preventDefault();
  });

  async function draw(diagram: Diagram | null, structName: string): Promise<SVGSVGElement | null> {
    generation += 1;
    const mine = generation;
    title.textContent = structName === "" ? "" : `struct ${structName}`;
    if (diagram === null) {
      drawn = [];
      frame.replaceChildren(el("p", { class: "empty" }, `The patch shows nothing of struct ${structName} on this side.`));
      return null;
    }
    const rendered = await renderer.render(diagram.text, `drawing-${side}-${mine}`);
    if (mine !== generation) return null;
    if ("failure" in rendered) {
      drawn = [];
      events.onFailure(`the ${side} diagram of struct ${structName} could not be drawn: ${rendered.failure}`);
      frame.replaceChildren(
        el("p", { class: "empty" }, "This diagram could not be drawn. Its text:"),
        el("pre", { class: "source", tabindex: "0", "aria-label": "Text of the diagram" }, diagram.text),
      );
      return null;
    }
    return rendered.svg;
  }

  function place(svg: SVGSVGElement, diagram: Diagram, other: Diagram | null): Zoomable {
    drawn = decorate(svg, svg.id, diagram, diagramItems(diagram, other));
    svg.removeAttribute("style");
    svg.setAttribute("role", "group");
    svg.setAttribute("aria-label", `${sideTitle(side)}: ${diagram.title}. ${diagram.description}`);
    drawn[0]?.focus.setAttribute("tabindex", "0");
    frame.replaceChildren(svg);
    return { frame, svg, ...naturalSize(svg) };
  }

  function hideUnchanged(hidden: boolean): void {
    const kept = keptOf(drawn.map(({ item }) => item));
    for (const { item, parts } of drawn) for (const part of parts) part.classList.toggle("filtered", hidden && !kept.has(item.key));
    // The one tab stop must not be on something that is not seen.
    const stop = drawn.find(({ focus }) => focus.getAttribute("tabindex") === "0");
    if (stop === undefined || !stop.focus.classList.contains("filtered")) return;
    stop.focus.setAttribute("tabindex", "-1");
    walkable()[0]?.focus.setAttribute("tabindex", "0");
  }

  return {
    element,
    draw,
    place,
    get items() {
      return drawn.map(({ item }) => item);
    },
    markFound: (keys, current) => {
      for (const { item, parts } of drawn) {
        for (const part of parts) {
          part.classList.toggle("found", keys.has(item.key));
          part.classList.toggle("found-now", item.key === current);
        }
      }
    },
    lightRun: (keys) => {
      for (const { item, parts } of drawn) for (const part of parts) part.classList.toggle("in-run", keys.has(item.key) && !item.absent);
    },
    hideUnchanged,
    highlight: (key) => {
      for (const { item, parts } of drawn) for (const part of parts) part.classList.toggle("lit", item.key === key);
    },
    bringIntoView: (key) => drawn.find(({ item }) => item.key === key)?.focus.scrollIntoView({ block: "center", inline: "center" }),
  };
}

/** Keys of what changed, with the ends of every changed edge. */
function keptOf(items: readonly DiagramItem[]): ReadonlySet<string> {
  const changed = items.filter((item) => item.change !== "same");
  return new Set(changed.flatMap((item) => [item.key, ...item.ends.map((id) => `node:${id}`)]));
}

/** The drawing's size at scale 1, from its view box. */
function naturalSize(svg: SVGSVGElement): { readonly width: number; readonly height: number } {
  const [, , width = 0, height = 0] = (svg.getAttribute("viewBox") ?? "").split(/\s+/).map(Number);
  return { width: width > 0 ? width : 300, height: height > 0 ? height : 150 };
}
