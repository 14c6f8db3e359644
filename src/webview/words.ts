// The page's sentences: core hands over kinds and numbers, the words are made here.
import type { Change } from "../core/lifecycle/types.js";
import type { Side } from "../core/patch/types.js";
import type { Assumption, Finding, FindingKind, RunResult, ScenarioInfo } from "../core/simulate/types.js";

/** The sign that goes with a change, so that it never depends on colour alone. */
export function changeSign(change: Change): string {
  return { new: "+", gone: "−", changed: "~", same: "" }[change];
}

/** The change as a word for a table cell. */
export function changeWord(change: Change): string {
  return { new: "new", gone: "gone", changed: "changed", same: "same" }[change];
}

/** Every kind of finding; the type says when one is missing. */
const findingTitles: Readonly<Record<FindingKind, string>> = {
  "use-after-free": "Use after free",
  "double-free": "Double free",
  refcount: "Reference count misuse",
  deadlock: "Deadlock",
  leak: "Leak",
  lock: "Lock misuse",
  null: "Bad pointer",
  list: "List corruption",
  id: "Id misuse",
  warn: "Kernel warning",
  race: "Data race",
};

/** What a finding is called; the message says the rest. */
export function findingTitle(kind: FindingKind): string {
  return findingTitles[kind];
}

/** The same for a kind that is handed over as text; an unknown one is shown as it is. */
export function titleOfKind(kind: string): string {
  const titles: Readonly<Record<string, string>> = findingTitles;
  return titles[kind] ?? kind;
}

/** A finding as one sentence; a message that names its kind itself is not given a second name. */
export function findingSentence(finding: Finding): string {
  const title = findingTitle(finding.kind);
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z]/g, "");
  const named = plain(finding.message).slice(0, 2 * plain(title).length).includes(plain(title));
  return named ? finding.message.charAt(0).toUpperCase() + finding.message.slice(1) : `${title}: ${finding.message}`;
}

/** What kind of assumption it is. */
export function assumptionTitle(kind: Assumption["kind"]): string {
  return {
    fill: "Filled in by the scenario",
    "unknown-call": "Unknown call",
    "inferred-type": "Inferred type",
    model: "Kernel model",
    "memory-model": "Memory model",
    bound: "Bound",
    cpus: "CPUs",
  }[kind];
}

/** "1 state", "1,204 states". */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString("en-US")} ${n === 1 ? one : many}`;
}

/** A side as a heading. */
export function sideTitle(side: Side): string {
  return side === "before" ? "Before" : "After";
}

/** The headline of a verdict; never a bare "safe". */
export function verdictHeadline(result: RunResult, scenario: ScenarioInfo | null): string {
  const title = scenario?.title ?? result.scenario;
  switch (result.verdict) {
    case "violation": {
      const finding = result.findings[0];
      if (finding === undefined) return result.kind === null ? "Violation" : findingTitle(result.kind);
      return findingSentence(finding);
    }
    case "clean":
      return `No violation in any schedule of “${title}”, under these assumptions`;
    case "bounded":
      return `No violation found in “${title}”, but the search is not complete`;
    case "does-not-apply":
      return "Does not apply to this code";
  }
}

/** What was covered: states, CPUs, memory model, length of the trace. */
export function coverage(result: RunResult): readonly string[] {
  if (result.verdict === "does-not-apply") return [];
  const covered = result.complete ? "all of them" : stopWords(result);
  const parts = [result.stoppedBy === "replay" ? "this one schedule, replayed; no other was looked at" : `${count(result.states, "state")}, ${covered}`];
  parts.push(`${count(result.cpus.length, "CPU")}, sequentially consistent`);
  if (result.coverage !== undefined && result.coverage.changed > 0) parts.push(`${String(result.coverage.reached)} of ${count(result.coverage.changed, "changed line")} reached`);
  if (result.schedules !== null) parts.push(`${groupDigits(result.schedules)} schedules`);
  if (result.steps.length > 0) {
    // What follows a warning that leads to nothing is shown to the end of the run, and is no part of how the warning is reached.
    const reached = Math.max(...result.findings.map((finding) => finding.step), 0) + 1;
    const rest = result.steps.length - reached;
    parts.push(`${count(reached, "step")}, ${count(result.switches, "CPU switch", "CPU switches")}`);
    if (rest > 0) parts.push(`the run goes on for ${count(rest, "more step")}`);
    if (result.shortest > 0 && result.shortest < reached) parts.push(`shortest trace ${count(result.shortest, "step")}`);
  }
  return parts;
}

/** The last part of a path. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function stopWords(result: RunResult): string {
  if (result.stoppedBy === null) return result.verdict === "violation" ? "up to the first violation" : "not all of them";
  const named: Readonly<Record<string, string>> = {
    maxStates: "the limit of states",
    maxSteps: "the limit of steps in one schedule",
    maxPreemptions: "the limit of CPU switches",
    violation: "the first violation",
    finding: "the first violation",
    cancelled: "you",
  };
  return `stopped by ${named[result.stoppedBy] ?? result.stoppedBy}`;
}

function groupDigits(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ",");
}

/** How C writes a value of an object: `group #1.users`, `running[0]`; a plain variable has its own name. */
export function valueName({ object, field }: { readonly object: string; readonly field: string }): string {
  return field === "" || field.startsWith("[") ? `${object}${field}` : `${object}.${field}`;
}
