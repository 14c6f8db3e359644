// Builds the schedule's table: one column per CPU, per changing value and per lock; one row per step or closed group.
import type { Finding, Step } from "../../core/simulate/types.js";
import { button, codeText, el, icon } from "../dom.js";
import { count, fileName, findingSentence } from "../words.js";
import type { Lanes, LockLane, ValueLane } from "./lanes.js";
import { valueBefore } from "./lanes.js";
import { callOf } from "./rows.js";
import type { Row, Trail } from "./rows.js";

/** The rows of the table that stand for one row of the schedule. */
export interface RowElements {
  readonly row: Row;
  /** The row itself, or the head of a group. */
  readonly head: HTMLTableRowElement;
  /** The steps of a group; empty for a single step. */
  readonly inner: readonly HTMLTableRowElement[];
  /** Opens and closes the group; null for a single step. */
  readonly toggle: HTMLButtonElement | null;
}

export interface ScheduleTable {
  readonly element: HTMLTableElement;
  readonly rows: readonly RowElements[];
}

/** Everything the table shows of a run. */
export interface TableInput {
  readonly result: Trail;
  readonly rows: readonly Row[];
  readonly values: readonly ValueLane[];
  readonly locks: Lanes["locks"];
}

/** Builds all rows at once, so that a step only moves a mark. `onToggle` is called when a group's button is pressed. */
export function buildTable(input: TableInput, onToggle: (index: number) => void): ScheduleTable {
  const rows = input.rows.map((row, index) => buildRow(input, row, () => onToggle(index)));
  const body = el("tbody", {}, ...rows.flatMap(({ head, inner }) => [head, ...inner]));
  markSwitches(input, rows);
  const caption = el("caption", { class: "for-readers" }, "The schedule, step by step: what each CPU does, and every value that changes");
  return { element: el("table", { class: "schedule" }, caption, tableHead(input), body), rows };
}

function tableHead({ result, values, locks }: TableInput): HTMLElement {
  const top = el("tr", {}, el("th", { scope: "col", rowspan: 2, class: "step-cell" }, "Step"));
  result.cpus.forEach((name, cpu) => {
    const own = name === "" || name.toLowerCase() === `cpu${cpu}` ? null : el("span", { class: "cpu-name" }, ` ${name}`);
    const last = cpu === result.cpus.length - 1 ? " cpu-last" : "";
    top.append(el("th", { scope: "col", id: headOf(cpu), rowspan: 2, class: `cpu-head ${cpuClass(cpu)}${last}` }, `CPU${cpu}`, own));
  });
  const bottom = el("tr");
  for (const object of new Set(values.map((lane) => lane.object))) {
    const lanes = values.filter((lane) => lane.object === object);
    top.append(el("th", { scope: "colgroup", colspan: lanes.length, class: "object-head" }, object));
    lanes.forEach((lane, index) => bottom.append(el("th", { scope: "col", class: `value-head${index === 0 ? " first" : ""}` }, lane.field)));
  }
  if (locks.length > 0) top.append(el("th", { scope: "colgroup", colspan: locks.length, class: "object-head" }, "locks held"));
  locks.forEach((lock, index) => bottom.append(el("th", { scope: "col", class: `value-head${index === 0 ? " first" : ""}` }, lock.name)));
  return el("thead", {}, top, bottom);
}

function buildRow(input: TableInput, row: Row, onToggle: () => void): RowElements {
  const { result } = input;
  if (row.from === row.to) return { row, head: stepRow(input, row.from, "step"), inner: [], toggle: null };
  const inner = Array.from({ length: row.to - row.from + 1 }, (_, offset) => stepRow(input, row.from + offset, "inner"));
  for (const element of inner) element.hidden = true;
  const title = groupTitle(result, row);
  const toggle = button(
    { class: "toggle", "aria-expanded": "false", title: "Show or hide the steps of the kernel model" },
    onToggle,
    icon("M6 3.5 10.5 8 6 12.5 5 11.5 8.4 8 5 4.5z"),
    el("span", {}, codeText(title.text), el("span", { class: "muted" }, ` ${count(row.to - row.from + 1, "step")}`)),
  );
  const content = el("div", { class: "step-content" }, title.caller === null ? null : el("span", { class: "function" }, title.caller), toggle);
  const depths = result.steps.slice(row.from, row.to + 1).map((step) => step.depth);
  content.style.setProperty("--depth", String(Math.min(...depths, 8)));
  const head = el("tr", { class: "group", "data-step": row.to }, stepCell(`${row.from + 1}–${row.to + 1}`));
  appendCpuCells(head, result, row.cpu, content);
  appendLaneCells(head, input, row.from, row.to);
  return { row, head, inner, toggle };
}

function stepRow(input: TableInput, index: number, kind: "step" | "inner"): HTMLTableRowElement {
  const { result } = input;
  const step = result.steps[index];
  const element = el("tr", { class: kind, "data-step": index }, stepCell(String(index + 1)));
  if (step === undefined) return element;
  const findings = result.findings.filter((finding) => finding.step === index);
  element.classList.toggle("has-finding", findings.length > 0);
  // A step of the model that stands alone is the patch's call; inside an open group it is the model's own.
  appendCpuCells(element, result, step.cpu, stepContent(result.steps, index, kind === "step" ? asCall(step) : step, findings));
  appendLaneCells(element, input, index, index);
  return element;
}

function stepCell(text: string): HTMLElement {
  return el("th", { scope: "row", class: "step-cell" }, text);
}

function stepContent(steps: readonly Step[], index: number, step: Step, findings: readonly Finding[]): HTMLElement {
  const content = el("div", { class: "step-content" });
  content.style.setProperty("--depth", String(Math.min(step.depth, 8)));
  if (previousOf(steps, index)?.function !== step.function) {
    content.append(el("span", { class: "function" }, `${step.function}()`));
  }
  content.append(codeText(step.text));
  for (const finding of findings) {
    content.append(el("span", { class: "finding" }, findingSentence(finding)));
  }
  return content;
}

/** A step in the words of the call that it happens under. */
function asCall(step: Step): Step {
  return step.call === undefined ? step : { ...step, ...step.call };
}

/** The step before on the same CPU. */
function previousOf(steps: readonly Step[], index: number): Step | undefined {
  const cpu = steps[index]?.cpu;
  for (let at = index - 1; at >= 0; at -= 1) if (steps[at]?.cpu === cpu) return steps[at];
  return undefined;
}

function appendCpuCells(row: HTMLTableRowElement, result: Trail, cpu: number, content: HTMLElement): void {
  if (cpu < 0) {
    row.classList.add("outside");
    row.append(el("td", { colspan: Math.max(1, result.cpus.length) }, content));
    return;
  }
  // What a CPU does may reach under the heads of those to its right, which do nothing in its row.
  for (let column = 0; column < cpu; column += 1) row.append(el("td", { class: `cpu-cell ${cpuClass(column)}` }));
  row.append(el("td", { class: `cpu-cell ${cpuClass(cpu)} active`, colspan: Math.max(1, result.cpus.length - cpu), headers: headOf(cpu) }, content));
}

/** The id of a CPU's head. */
function headOf(cpu: number): string {
  return `schedule-cpu-${cpu}`;
}

function appendLaneCells(row: HTMLTableRowElement, { values, locks }: TableInput, from: number, to: number): void {
  let object: string | null = null;
  for (const lane of values) {
    const cell = valueCell(lane, from, to);
    cell.classList.toggle("first", lane.object !== object);
    object = lane.object;
    row.append(cell);
  }
  locks.forEach((lock, index) => {
    const cell = lockCell(lock, from, to);
    cell.classList.toggle("first", index === 0);
    row.append(cell);
  });
}

/** The value, or what it went through in these steps: "1 → 0", "0 → 1 → 0", at most three of them. */
function valueCell(lane: ValueLane, from: number, to: number): HTMLElement {
  const through = [valueBefore(lane, from)];
  for (const value of lane.values.slice(from, to + 1)) if (value !== through.at(-1)) through.push(value);
  const last = through.at(-1) ?? "";
  if (through.length === 1 && last === "") return el("td", { class: "value" }, "–");
  if (through.length === 1) return el("td", { class: "value" }, last);
  const shown = through.length <= 3 ? through : [through[0] ?? "", "…", last];
  return el("td", { class: "value changed" }, ...shown.flatMap((value, index) => (index === 0 ? [value === "" ? "–" : value] : [el("span", { class: "arrow" }, " → "), value])));
}

function lockCell(lock: LockLane, from: number, to: number): HTMLElement {
  const after = lock.holders[to] ?? [];
  const before = lock.holders[from - 1] ?? [];
  const brief = lock.holders.slice(from, to + 1).flat();
  const holders = after.length > 0 ? after : [...new Set(brief)];
  if (holders.length === 0) return el("td", { class: "lock" });
  const name = holders.map((cpu) => `CPU${cpu}`).join(", ");
  const taken = after.some((cpu) => !before.includes(cpu)) || after.length === 0;
  const bar = el("span", { class: `lock-bar ${cpuClass(holders[0] ?? 0)}${after.length === 0 ? " brief" : ""}` });
  bar.append(el("span", { class: taken ? "" : "for-readers" }, name));
  return el("td", { class: "lock held" }, bar);
}

/** The name of a group: the patch's own call; if no step shows it, what happens under it, with the line that led to it. */
function groupTitle(result: Trail, row: Row): { readonly caller: string | null; readonly text: string } {
  const steps = result.steps.slice(row.from, row.to + 1);
  const first = steps[0];
  const last = steps.at(-1);
  if (first === undefined || last === undefined) return { caller: null, text: "" };
  if (row.cpu < 0) return { caller: null, text: row.from === 0 ? "setup" : "finish" };
  const call = last.via === null ? undefined : first.via === null ? first : callOf(result.steps, last);
  if (call !== undefined) {
    const isSame = previousOf(result.steps, row.from)?.function === call.function;
    return { caller: isSame ? null : `${call.function}()`, text: first === call ? call.text : `${call.text}, continued` };
  }
  if (last.call !== undefined) return { caller: `${last.call.function}()`, text: last.call.text };
  const outermost = steps.reduce((best, step) => (step.depth < best.depth ? step : best), first);
  const { via } = last;
  if (via === null) return { caller: null, text: `${outermost.function}()` };
  const texts = [...new Set(steps.map((step) => step.text))];
  const shown = texts.length <= 3 ? texts.join("; ") : `${outermost.function}()`;
  return { caller: `${fileName(via.path)}:${via.line}`, text: shown };
}

function markSwitches({ rows }: TableInput, elements: readonly RowElements[]): void {
  rows.forEach((row, index) => {
    const previous = rows[index - 1];
    if (previous !== undefined && previous.cpu !== row.cpu) elements[index]?.head.classList.add("switch");
  });
}

function cpuClass(cpu: number): string {
  return `cpu-${cpu % 4}`;
}
