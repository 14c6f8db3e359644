// The verdict in words: what was found, what was covered, and every assumption with its line.
import type { Assumption, LineRange, RunResult, ScenarioInfo } from "../../core/simulate/types.js";
import { button, el, icon } from "../dom.js";
import type { Baseline, FromPage } from "../../protocol/messages.js";
import type { Reveal } from "../links.js";
import { lineButton, linkOfPlace } from "../links.js";
import type { SpinLine } from "./spin.js";
import { assumptionTitle, count, coverage, findingSentence, findingTitle, verdictHeadline } from "../words.js";

export type CopyFormat = Extract<FromPage, { type: "copyAs" }>["format"];

export interface VerdictEvents {
  readonly reveal: Reveal;
  /** The user wants to see the step of a finding. */
  goTo(step: number): void;
  /** The user wants the run in a format, on the clipboard. */
  copy(format: CopyFormat): void;
  /** The user wants the schedule in the reply about the patch. */
  insert(): void;
}

const marks: Readonly<Record<RunResult["verdict"], string>> = {
  violation: "M3.7 2.6 8 6.9l4.3-4.3 1.1 1.1L9.1 8l4.3 4.3-1.1 1.1L8 9.1l-4.3 4.3-1.1-1.1L6.9 8 2.6 3.7z",
  clean: "M13.5 4.2 6.3 11.9 2.6 8.4l1-1.1 2.6 2.5L12.4 3.2z",
  bounded: "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zm0 1.5v9a4.5 4.5 0 0 0 0-9z",
  "does-not-apply": "M3 7.2h10v1.6H3z",
};

/** Builds the block above the schedule. */
export function verdictBlock(result: RunResult, scenario: ScenarioInfo | null, baseline: Baseline | null, events: VerdictEvents, spin: SpinLine): HTMLElement {
  const headline = el("p", { class: "headline" }, icon(marks[result.verdict]), el("strong", {}, verdictHeadline(result, scenario)));
  const head = el("div", { class: "verdict-head" }, headline);
  if (result.verdict !== "does-not-apply") {
    const send = sendBlock(result, events);
    send.append(spin.button);
    head.append(send);
  }
  const block = el("section", { class: `verdict verdict-${result.verdict}`, "aria-label": "Verdict" }, head);
  if (result.reason !== null) block.append(el("p", { class: "reason" }, result.reason));
  if (baseline !== null) block.append(el("p", { class: "against" }, againstBaseline(result, baseline)));
  const whatIf = scenario?.whatIfs.find((candidate) => candidate.name === result.whatIf)?.title ?? result.whatIf;
  const ran = [`v${result.revision} patch ${result.patch}, ${result.side}`, whatIf === null ? "the code as it is" : `what if: ${whatIf}`];
  block.append(facts([...ran, ...coverage(result)]), spin.line);
  const more = findingList(result, events);
  if (more !== null) block.append(more);
  const missed = missedList(result, events.reveal);
  if (missed !== null) block.append(missed);
  const assumptions = assumptionList(result, events.reveal);
  if (assumptions !== null) block.append(assumptions);
  return block;
}

/** What can be taken out of a run; a run without a schedule has only its model. */
function sendBlock(result: RunResult, events: VerdictEvents): HTMLElement {
  const block = el("div", { class: "send", role: "group", "aria-label": "Send it" });
  if (result.text !== "") {
    block.append(
      button({ class: "secondary", title: "The schedule as text of at most 72 columns, for a mail" }, () => events.copy("text"), "Copy as text"),
      button({ class: "secondary", title: "Put the schedule as text into the reply about this patch" }, () => events.insert(), "Insert into reply"),
    );
  }
  const formats: readonly (readonly [CopyFormat, string])[] = [
    ["report", "Report with stacks"], ["mermaid", "Sequence diagram (mermaid)"], ["svg", "Sequence diagram (SVG)"], ["trace", "Trace: a command that replays it"],
  ];
  const offered = [...(result.steps.length > 0 ? formats : []), ["promela", "Model for Spin (Promela)"] as const];
  const more = el("select", { "aria-label": "Copy as another format" }, el("option", { value: "" }, "Copy as…"), ...offered.map(([value, label]) => el("option", { value }, label)));
  more.addEventListener("change", () => {
    const format = offered.find(([value]) => value === more.value)?.[0];
    more.value = "";
    if (format !== undefined) events.copy(format);
  });
  block.append(more);
  return block;
}

/** What the user's edit has changed, in one sentence. */
function againstBaseline(result: RunResult, baseline: Baseline): string {
  const words = ({ verdict, kind }: Baseline): string =>
    ({ violation: kind === null ? "a violation" : findingTitle(kind).toLowerCase(), clean: "clean", bounded: "bounded", "does-not-apply": "not applicable" })[verdict];
  const same = result.verdict === baseline.verdict && result.kind === baseline.kind;
  return same ? `Your edit changes nothing here: without it the verdict is the same (${words(baseline)}).` : `Your edit changes the verdict: ${words(baseline)} without it, ${words(result)} with it.`;
}

function facts(parts: readonly string[]): HTMLElement {
  return el("ul", { class: "coverage" }, ...parts.map((part) => el("li", {}, part)));
}

function findingList(result: RunResult, events: VerdictEvents): HTMLElement | null {
  if (result.findings.length === 0 || result.steps.length === 0) return null;
  const items = result.findings.map((finding, index) =>
    el(
      "li",
      {},
      index === 0 ? "" : `${findingSentence(finding)} `,
      button({ class: "link" }, () => events.goTo(finding.step), index === 0 ? `Show the step where it happens` : `step ${finding.step + 1}`),
    ),
  );
  return el("ul", { class: "findings" }, ...items);
}

/** The lines that no schedule has reached, of the patch and of the functions that the scenario is about; each leads to its place. */
function missedList({ coverage: found, side }: RunResult, reveal: Reveal): HTMLElement | null {
  if (found === undefined) return null;
  const places = (ranges: readonly LineRange[]): (string | HTMLElement)[] => ranges.slice(0, mostPlaces).flatMap(({ path, from, to }, at) => [at === 0 ? "" : ", ", lineButton(linkOfPlace(path, from, side), reveal), to > from ? `–${String(to)}` : ""])
    .concat(ranges.length > mostPlaces ? [` and ${count(ranges.length - mostPlaces, "more place")}`] : []);
  const items = [
    ...(found.missed.length === 0 ? [] : [el("li", {}, `Of the patch, ${count(found.changed - found.reached, "line")}: `, ...places(found.missed))]),
    ...found.functions.filter((one) => one.missed.length > 0).map((one) => el("li", {}, el("code", {}, `${one.function}()`), `, ${String(one.reached)} of ${count(one.lines, "line")} reached; not `, ...places(one.missed))),
  ];
  return items.length === 0 ? null : el("details", { class: "assumptions missed" }, el("summary", {}, "Lines not reached"), el("ul", {}, ...items));
}

/** Places in one sentence of it. */
const mostPlaces = 8;

/** The order in which assumptions weigh on a verdict; inferred types come last, folded. */
const order: readonly Assumption["kind"][] = ["bound", "fill", "unknown-call", "model", "memory-model", "cpus"];

/** A clean verdict stands on its assumptions, so there the list is open from the start. */
function assumptionList(result: RunResult, reveal: Reveal): HTMLElement | null {
  if (result.assumptions.length === 0) return null;
  const item = (assumption: Assumption): HTMLElement => assumptionItem(assumption, result, reveal);
  const list = el("ul", {}, ...order.flatMap((kind) => result.assumptions.filter((assumption) => assumption.kind === kind).map(item)));
  const inferred = result.assumptions.filter((assumption) => !order.includes(assumption.kind));
  if (inferred.length > 0) {
    list.append(el("li", {}, el("details", {}, el("summary", {}, count(inferred.length, "inferred type")), el("ul", {}, ...inferred.map(item)))));
  }
  const summary = el("summary", {}, count(result.assumptions.length, "assumption"));
  return el("details", { class: "assumptions", open: result.verdict === "clean" }, summary, list);
}

function assumptionItem(assumption: Assumption, result: RunResult, reveal: Reveal): HTMLElement {
  const item = el("li", {}, el("span", { class: "assumption-kind" }, assumptionTitle(assumption.kind)), " ");
  const [sentence = "", ...code] = assumption.text.split("\n");
  item.append(el("span", {}, sentence));
  if (assumption.where !== null) {
    item.append(" ", lineButton(linkOfPlace(assumption.where.path, assumption.where.line, result.side), reveal));
  }
  // A fill has its C text folded below, so that the list can be read as a list.
  if (code.length > 0) item.append(el("details", {}, el("summary", {}, count(code.length, "line")), el("pre", {}, code.join("\n"))));
  return item;
}
