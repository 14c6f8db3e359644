// The Lifecycle tab: two drawings side by side, the strip that explains them, and the same facts as tables.
import type { Diagram, LifecycleView } from "../../core/lifecycle/types.js";
import type { Side } from "../../core/patch/types.js";
import type { LitState } from "../../core/review/track-types.js";
import type { DiagramExport, LineLink, ListedFinding } from "../../protocol/messages.js";
import { button, el } from "../dom.js";
import type { Host } from "../host.js";
import { linkOfSite } from "../links.js";
import { alignRows, separateLabels } from "./align.js";
import { createDetail } from "./detail.js";
import { mermaidText, svgText } from "./export.js";
import type { DrawnSide } from "./export.js";
import { createFindingList } from "./finding-list.js";
import type { DiagramItem } from "./items.js";
import { createRenderer } from "./mermaid.js";
import { createPane } from "./pane.js";
import type { PaneEvents } from "./pane.js";
import { createRunLight } from "./run-light.js";
import { createSearch } from "./search.js";
import { edgeTable, ownerTable, pairTable, readingNotes } from "./tables.js";
import { watchTheme } from "./theme.js";
import { createViewOptions } from "./view-options.js";
import type { Zoomable } from "./zoom.js";
import { createZoom, smallestFit } from "./zoom.js";

export interface LifecycleTab {
  /** Shows a view; the drawings follow as soon as mermaid is there. */
  show(view: LifecycleView): void;
  /** Lists what was found in the shown patch; null when nothing was looked for. */
  showFindings(findings: readonly ListedFinding[] | null): void;
  /** Hides what is the same on both sides, or shows it again. */
  setOnlyChanges(on: boolean): void;
  /** Hands the diagram that is shown to the host. */
  export(as: DiagramExport): void;
  /** Takes where the steps of a run lead; empty when there is no run, or one of other code. */
  setTrack(states: readonly LitState[]): void;
  /** Lights the state that a step is in; null for none. */
  light(step: number | null): void;
  /** Draws a text and sends the picture to the host; a text that cannot be drawn is reported. */
  picture(text: string): Promise<void>;
}

export interface LifecycleEvents {
  onOnlyChanges(on: boolean): void;
}

type Kind = Diagram["kind"];

/** What gap, border and padding take from a pane's half of the width. */
const paneMargins = 32;

/** Builds the tab inside `panel`. */
export function createLifecycleTab(panel: HTMLElement, host: Host, handlers: LifecycleEvents): LifecycleTab {
  const renderer = createRenderer();
  const zoom = createZoom();
  const reveal = (link: LineLink): void => host.post({ type: "reveal", link });
  const detail = createDetail(reveal);
  let view: LifecycleView | null = null;
  let kind: Kind = "life";
  /** What was opened last: the editor that shows its line takes room from the page, which must not lose it. */
  let opened: { readonly side: Side; readonly key: string } | null = null;

  const events: PaneEvents = {
    onShow: (item, side) => {
      detail.show(item);
      panes.before.highlight(side === "before" ? null : item.key);
      panes.after.highlight(side === "after" ? null : item.key);
    },
    onOpen: (item, side) => {
      opened = { side, key: item.key };
      open(item);
    },
    onFailure: (message) => host.reportError("diagram", message),
  };
  const panes = { before: createPane("before", renderer, events), after: createPane("after", renderer, events) };
  const search = createSearch({
    onFound: (keys, current) => {
      for (const pane of [panes.before, panes.after]) pane.markFound(keys, current?.key ?? null);
      if (current === null) return;
      detail.show(current);
      const side = current.absent ? "before" : "after";
      panes[panes.after.items.some((item) => item.key === current.key && !item.absent) ? "after" : side].bringIntoView(current.key);
    },
  });
  const options = createViewOptions({
    onOnlyChanges: (on) => {
      setOnlyChanges(on);
      handlers.onOnlyChanges(on);
    },
    onExport: exportAs,
    onFullScreen: (on) => {
      document.body.classList.toggle("full-screen", on);
      host.post({ type: "fullScreen", on });
      arrange();
      zoom.fitWhole(on);
    },
  });
  const run = createRunLight(panes);
  let onlyChanges = false;
  let shown: readonly DrawnSide[] = [];
  const kinds = el("div", { class: "segments", role: "group", "aria-label": "Kind of diagram" });
  zoom.toolbar.append(options.copy, options.save, options.fullScreen);
  const bar = el("div", { class: "bar" }, kinds, legend(), options.onlyChanges, search.element, zoom.toolbar);
  const drawings = el("div", { class: "panes" }, panes.before.element, panes.after.element);
  const findings = createFindingList(reveal);
  const transitions = el("details", { class: "twin" });
  const pairs = el("div", { class: "pairs" });
  const empty = el("p", { class: "empty" }, "Reading the patch…");
  const content = el("div", { hidden: true }, bar, run.element, drawings, detail.element, findings.element, transitions, pairs);
  panel.append(empty, content);

  /** Width of the wider drawing at scale 1. */
  let widest = 0;
  let seenWidth = 0;
  const resized = new ResizeObserver(() => {
    if (drawings.clientWidth === seenWidth) return;
    seenWidth = drawings.clientWidth;
    // In the next frame, because changing the layout that is being observed is an error.
    requestAnimationFrame(() => {
      const turned = arrange();
      zoom.refit();
      if (turned && opened !== null) panes[opened.side].bringIntoView(opened.key);
    });
  });
  resized.observe(drawings);
  watchTheme(() => {
    renderer.refreshTheme();
    void draw();
  });

  addEventListener("keydown", (event) => {
    if (panel.hidden || content.hidden || event.altKey) return;
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    const findKey = (event.key === "f" && (event.ctrlKey || event.metaKey)) || (event.key === "/" && !typing);
    if (findKey) search.focus();
    else if (event.key === "Escape" && options.leaveFullScreen()) options.fullScreen.focus();
    else if (event.key === "f" && !event.ctrlKey && !event.metaKey && !typing) options.fullScreen.click();
    else return;
    event.preventDefault();
  });

  function setOnlyChanges(on: boolean): void {
    onlyChanges = on;
    options.setOnlyChanges(on);
    content.classList.toggle("only-changes", on);
    for (const pane of [panes.before, panes.after]) pane.hideUnchanged(on);
  }

  function exportAs(as: DiagramExport): void {
    if (view === null || shown.length === 0) return;
    const text = as === "svg" ? svgText(shown) : mermaidText(shown.map(({ diagram }) => diagram));
    host.post({ type: "exported", as, name: `${view.struct}-${kind}.${as === "svg" ? "svg" : "md"}`, text });
  }

  function open(item: DiagramItem): void {
    const site = item.sites[0];
    if (site !== undefined) reveal(linkOfSite(site));
  }

  /** Side by side as long as that leaves the labels readable; true when this has changed. */
  function arrange(): boolean {
    const width = drawings.clientWidth;
    const was = drawings.classList.contains("stacked");
    return drawings.classList.toggle("stacked", width < 640 || (width / 2 - paneMargins) / widest < smallestFit) !== was;
  }

  async function draw(): Promise<void> {
    if (view === null) return;
    const { struct } = view;
    const { before, after } = diagramsOf(view, kind);
    const [svgBefore, svgAfter] = await Promise.all([panes.before.draw(before, struct), panes.after.draw(after, struct)]);
    if (kind === "life" && svgBefore !== null && svgAfter !== null) alignRows(svgBefore, svgAfter);
    const drawn: Zoomable[] = [];
    const sides: DrawnSide[] = [];
    for (const [pane, svg, own, other] of [[panes.before, svgBefore, before, after], [panes.after, svgAfter, after, before]] as const) {
      if (svg === null || own === null) continue;
      separateLabels(svg);
      drawn.push(pane.place(svg, own, other));
      sides.push({ diagram: own, svg });
    }
    shown = sides;
    widest = Math.max(0, ...drawn.map((drawing) => drawing.width));
    arrange();
    zoom.setDrawings(drawn);
    for (const pane of [panes.before, panes.after]) pane.hideUnchanged(onlyChanges);
    run.refresh();
    search.setItems(byBothSides(panes.after.items, panes.before.items));
    panel.dataset["drawn"] = String(Number(panel.dataset["drawn"] ?? "0") + 1);
  }

  function showKinds(available: readonly Kind[]): void {
    const names: Readonly<Record<Kind, string>> = { life: "Life", structure: "Structure" };
    kinds.hidden = available.length < 2;
    kinds.replaceChildren(
      ...available.map((choice) =>
        button({ class: "segment", "aria-pressed": String(choice === kind), "data-kind": choice }, () => {
          kind = choice;
          showKinds(available);
          kinds.querySelector<HTMLElement>(`[data-kind="${choice}"]`)?.focus();
          showKind();
        }, names[choice]),
      ),
    );
  }

  /** Draws the chosen kind and lists it as a table. */
  function showKind(): void {
    if (view === null) return;
    const { before, after } = diagramsOf(view, kind);
    detail.show(null);
    transitions.replaceChildren(el("summary", {}, "As a table"), edgeTable(kind, before, after, reveal));
    void draw();
  }

  function show(next: LifecycleView): void {
    view = next;
    const available = kindsOf(next);
    opened = null;
    kind = available.includes(kind) ? kind : (available[0] ?? "life");
    showKinds(available);
    empty.hidden = available.length > 0 || next.pairs.length > 0;
    showContent();
    empty.textContent = "No lifetime calls were found in this patch: nothing here takes, drops, allocates or frees a struct that it shows.";
    bar.hidden = available.length === 0;
    drawings.hidden = available.length === 0;
    detail.element.hidden = available.length === 0;
    transitions.hidden = available.length === 0;
    pairs.replaceChildren(...[pairTable(next.pairs, reveal), ownerTable(next.owners, reveal), readingNotes(next)].filter((part) => part !== null));
    showKind();
  }

  let pictures = 0;
  async function picture(text: string): Promise<void> {
    const rendered = await renderer.render(text, `picture-${++pictures}`);
    if ("failure" in rendered) return host.reportError("picture", rendered.failure);
    host.post({ type: "picture", svg: new XMLSerializer().serializeToString(rendered.svg) });
  }

  /** Without a struct there can be findings all the same. */
  function showContent(): void {
    content.hidden = view === null || (!empty.hidden && findings.element.hidden);
  }

  function showFindings(next: readonly ListedFinding[] | null): void {
    findings.show(next);
    showContent();
  }

  return { show, showFindings, setOnlyChanges, setTrack: (states) => run.set(states), light: (step) => run.light(step), picture, export: exportAs };
}

/** The items of both sides, each once: as the after side has it, unless it is only on the before side. */
function byBothSides(after: readonly DiagramItem[], before: readonly DiagramItem[]): readonly DiagramItem[] {
  const own = new Map(before.map((item) => [item.key, item]));
  const known = new Set(after.map((item) => item.key));
  return [...after.map((item) => (item.absent ? (own.get(item.key) ?? item) : item)), ...before.filter((item) => !known.has(item.key))];
}

/** Both sides of one kind of diagram; null where a side has none. */
function diagramsOf(view: LifecycleView, kind: Kind): { readonly before: Diagram | null; readonly after: Diagram | null } {
  const pick = (diagrams: readonly (Diagram | null | undefined)[]): Diagram | null => diagrams.find((diagram) => diagram?.kind === kind) ?? null;
  return { before: pick([view.before, view.structure?.before]), after: pick([view.after, view.structure?.after]) };
}

function kindsOf(view: LifecycleView): readonly Kind[] {
  return (["life", "structure"] as const).filter((kind) => {
    const { before, after } = diagramsOf(view, kind);
    return before !== null || after !== null;
  });
}

function legend(): HTMLElement {
  const entry = (change: string, sign: string, text: string): HTMLElement =>
    el("li", { class: `change-${change}` }, el("span", { class: "sign", "aria-hidden": "true" }, sign), text);
  return el(
    "ul",
    { class: "legend", "aria-label": "Legend" },
    entry("new", "+", "new"),
    entry("gone", "−", "gone"),
    entry("changed", "~", "changed"),
    el("li", { class: "absent" }, el("span", { class: "faint-line", "aria-hidden": "true" }), "not on this side"),
  );
}
