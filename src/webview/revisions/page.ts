// The page of the Revisions view: draws the tables that the host sends, and tells it which cell was pressed. Arrow keys go from cell to cell.
import type { FromRevisions, RevisionTable, RevisionTableCell, ToRevisions } from "../../protocol/messages.js";
import { button, el } from "../dom.js";

declare function acquireVsCodeApi(): { postMessage(message: FromRevisions): void };

const api = acquireVsCodeApi();
addEventListener("error", (event) => api.postMessage({ type: "pageError", message: String(event.error ?? event.message) }));
const root = document.getElementById("root") ?? document.body;
addEventListener("message", (event: MessageEvent<unknown>) => {
  if (isTables(event.data)) draw(event.data);
});
api.postMessage({ type: "ready" });

/** Only the extension host can post into the page, and it is compiled against the same union. */
function isTables(data: unknown): data is ToRevisions {
  return typeof data === "object" && data !== null && "type" in data && data.type === "tables";
}

function draw({ tables, legend }: ToRevisions): void {
  // The focus stays in its place when the same tables come again.
  const focused = [...root.querySelectorAll("button")].findIndex((one) => one === document.activeElement);
  root.replaceChildren(
    el("main", { class: "revisions" }, ...tables.map(tableElement), tables.some(({ waiting }) => !waiting) ? legendElement(legend) : null),
  );
  if (focused >= 0) root.querySelectorAll("button")[focused]?.focus();
}

function tableElement(table: RevisionTable, index: number): HTMLElement {
  const id = `series-${index}`;
  const heading = el("h2", { id, title: table.name }, table.name);
  if (table.waiting) return el("section", { "aria-busy": "true" }, heading, el("p", { class: "muted" }, "…"));
  const head = el("tr", {}, el("td", {}), ...table.columns.map(({ label, spoken }) => el("th", { scope: "col", title: spoken }, label)));
  const rows = table.rows.map(({ title, cells }) =>
    el("tr", {}, el("th", { scope: "row", title }, el("span", { class: "row-title" }, title)), ...cells.map((cell) => (cell === null ? el("td", {}) : cellElement(table.session, cell)))),
  );
  const grid = el("table", { class: "revision-grid", "aria-labelledby": id }, el("thead", {}, head), el("tbody", {}, ...rows));
  makeWalkable(grid);
  return el("section", {}, heading, grid);
}

function cellElement(session: string, cell: RevisionTableCell): HTMLElement {
  const press = button(
    { class: `revision-cell is-${cell.kind}`, title: cell.spoken, "aria-label": cell.spoken, tabindex: -1 },
    () => api.postMessage({ type: "open", session, before: cell.before, after: cell.after }),
    cell.text,
  );
  return el("td", {}, press);
}

/** One stop of the tab key for the whole table; arrows, Home and End move inside. */
function makeWalkable(grid: HTMLTableElement): void {
  const buttons = [...grid.querySelectorAll("button")];
  // The last column is where a reader starts.
  const first = grid.querySelector<HTMLButtonElement>("tbody tr td:last-child button") ?? buttons[0];
  if (first !== undefined) first.tabIndex = 0;
  grid.addEventListener("focusin", ({ target }) => {
    for (const one of buttons) one.tabIndex = one === target ? 0 : -1;
  });
  grid.addEventListener("keydown", (event) => {
    const cell = document.activeElement?.closest("td");
    const row = cell?.parentElement;
    if (!cell || !(row instanceof HTMLTableRowElement)) return;
    const rows = [...grid.querySelectorAll<HTMLTableRowElement>("tbody tr")];
    const next = neighbor(event.key, rows, rows.indexOf(row), cell.cellIndex);
    if (next === null) return;
    next.focus();
    event.preventDefault();
  });
}

/** The next cell with something in it, in the direction of a key; null where there is none. */
function neighbor(key: string, rows: readonly HTMLTableRowElement[], row: number, column: number): HTMLButtonElement | null {
  const steps: Record<string, readonly [down: number, right: number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  const at = (down: number, right: number): HTMLButtonElement | null => rows[down]?.cells[right]?.querySelector("button") ?? null;
  const inRow = [...(rows[row]?.querySelectorAll("button") ?? [])];
  if (key === "Home") return inRow[0] ?? null;
  if (key === "End") return inRow.at(-1) ?? null;
  const step = steps[key];
  if (step === undefined) return null;
  const width = rows[row]?.cells.length ?? 0;
  for (let down = row + step[0], right = column + step[1]; down >= 0 && down < rows.length && right > 0 && right < width; down += step[0], right += step[1]) {
    const found = at(down, right);
    if (found !== null) return found;
  }
  return null;
}

function legendElement(legend: ToRevisions["legend"]): HTMLElement {
  return el("p", { class: "revision-legend" }, ...legend.map(({ sign, word }) => el("span", {}, el("b", {}, sign), ` ${word}`)));
}
