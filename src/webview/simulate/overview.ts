// Every scenario and what-if on every code at a glance: a table that fills while the runs end, each cell a way into its run.
import type { ScenarioInfo, Verdict } from "../../core/simulate/types.js";
import type { OverviewCell, RunnableCode } from "../../protocol/messages.js";
import { button, el } from "../dom.js";
import { count, findingTitle } from "../words.js";

export interface OverviewEvents {
  onRunAll(): void;
  onCancel(): void;
  /** The user wants to see this run. */
  onOpen(cell: OverviewCell): void;
}

export interface Overview {
  readonly element: HTMLElement;
  /** What the rows and columns are; forgets the cells of another patch. */
  offer(scenarios: readonly ScenarioInfo[], codes: readonly RunnableCode[]): void;
  /** Takes runs that have ended. */
  add(cells: readonly OverviewCell[], total: number, running: boolean): void;
  clear(): void;
}

/** The sign of a verdict, so that it never depends on colour alone. */
const signs: Readonly<Record<Verdict, string>> = { violation: "✗", clean: "✓", bounded: "◐", "does-not-apply": "–" };

export function createOverview(events: OverviewEvents): Overview {
  let scenarios: readonly ScenarioInfo[] = [];
  let columns: readonly RunnableCode[] = [];
  let places = new Map<string, HTMLTableCellElement>();
  let done = 0;
  const all = button({ class: "secondary" }, () => events.onRunAll(), "Run all");
  const stop = button({ class: "secondary", hidden: true }, () => events.onCancel(), "Cancel");
  const status = el("span", { class: "overview-status muted", role: "status" });
  const frame = el("div", { class: "table-frame", tabindex: "0", role: "region", "aria-label": "All scenarios" });
  const legend = el("p", { class: "muted" }, "✓ clean under the assumptions of the run · ✗ violation · ◐ a bound was met · – does not apply. Select a cell to see its run.");
  const element = el("details", { class: "overview" }, el("summary", {}, "All scenarios at a glance"), el("div", { class: "overview-bar" }, all, stop, status), frame, legend);

  function build(): void {
    places = new Map();
    done = 0;
    const head = el("tr", {}, el("th", { scope: "col" }, "Scenario"), el("th", { scope: "col" }, "What if"), ...columns.map((code) => el("th", { scope: "col" }, code.label)));
    const rows = scenarios.flatMap((scenario) => [
      row(scenario, null, "the code as it is"),
      ...scenario.whatIfs.map((whatIf) => row(scenario, whatIf.name, whatIf.title)),
    ]);
    frame.replaceChildren(el("table", { class: "facts overview-table" }, el("caption", { class: "for-readers" }, "The verdict of every scenario and what-if on every code"), el("thead", {}, head), el("tbody", {}, ...rows)));
    frame.hidden = true;
    legend.hidden = true;
    status.textContent = "";
  }

  function row(scenario: ScenarioInfo, whatIf: string | null, title: string): HTMLElement {
    const cells = columns.map((code) => {
      const cell = el("td", { class: "muted" }, "·");
      places.set(keyOf(scenario.name, whatIf, code), cell);
      return cell;
    });
    const name = whatIf === null ? scenario.title : el("span", { class: "for-readers" }, scenario.title);
    return el("tr", { class: whatIf === null ? "scenario-row" : null }, el("th", { scope: "row" }, name), el("td", {}, title), ...cells);
  }

  return {
    element,
    offer: (offered, codes) => {
      const next = codes.filter((code) => code.column);
      const same = JSON.stringify([offered, next]) === JSON.stringify([scenarios, columns]);
      scenarios = offered;
      columns = next;
      element.hidden = scenarios.length === 0;
      if (!same) build();
    },
    add: (cells, total, running) => {
      if (running && cells.length === 0) build();
      frame.hidden = false;
      legend.hidden = false;
      for (const cell of cells) {
        const place = places.get(keyOf(cell.scenario, cell.whatIf, cell));
        if (place === undefined) continue;
        done += 1;
        place.className = `cell-${cell.verdict}`;
        place.replaceChildren(cellContent(cell, () => events.onOpen(cell)));
      }
      all.hidden = running;
      stop.hidden = !running;
      status.textContent = running || done < total ? `${done} of ${count(total, "run")}` : count(total, "run");
    },
    clear: build,
  };
}

function cellContent(cell: OverviewCell, onOpen: () => void): HTMLElement {
  const words = { violation: cell.kind === null ? "violation" : findingTitle(cell.kind).toLowerCase(), clean: "clean", bounded: "bounded", "does-not-apply": "does not apply" }[cell.verdict];
  const hidden = cell.verdict === "violation" ? null : el("span", { class: "for-readers" }, words);
  if (cell.verdict === "does-not-apply") return el("span", { title: cell.reason ?? words }, el("span", { "aria-hidden": "true" }, signs[cell.verdict]), hidden);
  const title = `${words}, ${count(cell.states, "state")}`;
  return button({ class: "link", title }, onOpen, el("span", { class: "sign", "aria-hidden": "true" }, signs[cell.verdict]), ...(hidden === null ? [` ${words}`] : [hidden]));
}

function keyOf(scenario: string, whatIf: string | null, code: { readonly patchKey: string; readonly side: string }): string {
  return [scenario, whatIf ?? "", code.patchKey, code.side].join("\n");
}
