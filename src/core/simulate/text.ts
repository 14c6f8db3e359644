// A trace as plain text for a mail: one column for each CPU, at most 72 columns wide.
import type { Trace } from "./trace.js";
import type { Assumption, Step, StepChange } from "./types.js";

const WIDTH = 72;
/** Columns narrower than this cannot hold a call; more CPUs than fit share one column under their names. */
const NARROWEST = 24;

export interface TextInput {
  readonly title: string;
  readonly trace: Trace;
  readonly cpus: number;
  /** Null for a schedule that was replayed: nothing else was explored. */
  readonly states: number | null;
  readonly complete: boolean;
  readonly assumptions: readonly Assumption[];
  /** True when every way to go on from the last finding was looked at, and none finds more: the steps after it lead to the end of the run. */
  readonly isLast: boolean;
}

export function traceText(input: TextInput): string {
  const { trace, cpus } = input;
  const used = Math.max(1, ...trace.steps.map((step) => step.cpu + 1));
  // A trace that one CPU makes alone needs no columns.
  const alone = new Set(trace.steps.map((step) => step.cpu).filter((cpu) => cpu >= 0)).size < 2;
  const columns = !alone && Math.floor(WIDTH / used) >= NARROWEST ? used : 1;
  const width = Math.floor(WIDTH / columns);
  const lines: string[] = [...wrap(`${input.title}:`, WIDTH), ""];
  if (columns > 1) {
    lines.push(row(columns, width, (column) => `CPU${column}`), row(columns, width, () => "----"));
  }
  let scope = "";
  let lastCpu = -2;
  let lastLinked = "";
  trace.steps.forEach((step, index) => {
    const findings = trace.findings.filter((finding) => finding.step === index);
    const shown = step.changes.filter(isWorthALine);
    const linked = shown.length === 0 && findings.length === 0 ? linkingCall(step) : null;
    if (shown.length === 0 && findings.length === 0 && (linked === null || (linked === lastLinked && step.cpu === lastCpu))) return;
    lastLinked = linked ?? "";
    const column = columns === 1 ? 0 : Math.max(0, step.cpu);
    const room = columns === 1 ? WIDTH : column === columns - 1 ? WIDTH - column * width : width - 1;
    const put = (text: string): void => {
      for (const line of fold(text, room)) lines.push(`${" ".repeat(column * width)}${line}`.trimEnd());
    };
    const owner = step.cpu >= 0 && columns === 1 && !alone ? `CPU${step.cpu}: ` : "";
    const name = (linked === null ? trace.scopes[index] : step.call?.function) ?? step.function;
    if (step.cpu !== lastCpu || name !== scope) put(step.cpu < 0 ? "afterwards" : `${owner}${name}()`);
    lastCpu = step.cpu;
    scope = name;
    const [call, ...said] = wordsOf(linked ?? step.text, shown);
    const line = `  ${[call, ...said].join("  ")}`;
    if (line.length <= room) put(line);
    else {
      put(clip(`  ${call ?? ""}`, room));
      for (const one of said) put(`      ${one}`);
    }
    for (const finding of findings) put(`  *** ${finding.message} ***`);
  });
  const last = trace.findings.find((finding) => finding.stacks && finding.stacks.length > 0);
  for (const stack of last?.stacks ?? []) {
    lines.push("", `${stack.title}:`);
    for (const frame of stack.frames.slice(0, 12)) lines.push(clip(`  ${frame.function}()  ${frame.path}:${frame.line}`, WIDTH));
  }
  if (input.isLast) lines.push("", ...wrap("The run goes on after the warning, here to its end. Every way to go on was looked at, and none finds anything else.", WIDTH));
  const count = `${input.states} ${input.states === 1 ? "state" : "states"}`;
  const reach = input.complete ? `every schedule of ${cpus} ${cpus === 1 ? "CPU" : "CPUs"}` : "not every schedule";
  const covered = input.states === null ? "One schedule, replayed; no other was looked at." : `Explored ${count}, ${reach}, sequentially consistent.`;
  lines.push("", ...wrap(covered, WIDTH));
  const assumed = input.assumptions.filter((assumption) => assumption.kind === "fill" || assumption.kind === "unknown-call").map((assumption) => shorten(assumption.text));
  if (assumed.length > 0) lines.push(...wrap(`Assumed: ${assumed.join("; ")}.`, WIDTH));
  return `${lines.join("\n")}\n`;
}

/** Links of lists and private pointers are noise in a mail; counts, locks, lives and plain values are not. */
function isWorthALine(change: StepChange): boolean {
  return !/(^|\.)(next|prev|pprev)$/.test(change.field);
}

/** The call that puts on a list or takes off it, for a step of it that changes links alone: its steps are one line, without the links. */
function linkingCall(step: Step): string | null {
  return step.call !== undefined && step.changes.some((change) => !isWorthALine(change)) ? step.call.text : null;
}

/** The call, and what it changed. */
function wordsOf(text: string, changes: readonly StepChange[]): string[] {
  const said = changes.filter((change) => change.before !== "free" && change.after !== "free").map((change) => {
    if (change.field === "memory") return change.after === "freed" ? `frees ${change.object}` : `allocates ${change.object}`;
    const field = change.field === "" || change.field.startsWith("[") ? `${change.object}${change.field}` : change.field;
    return `${field} ${change.before} -> ${change.after}`;
  });
  return [text, ...said];
}

function row(columns: number, width: number, text: (column: number) => string): string {
  return Array.from({ length: columns }, (_, column) => text(column).padEnd(width)).join("").trimEnd();
}

/** Breaks one line of a column; what follows is indented further. */
function fold(text: string, room: number): string[] {
  const indent = /^ */.exec(text)?.[0] ?? "";
  const lines: string[] = [];
  let rest = text.slice(indent.length);
  let lead = indent;
  while (lead.length + rest.length > room) {
    const space = rest.lastIndexOf(" ", room - lead.length);
    const cut = space > 8 ? space : Math.max(1, room - lead.length);
    lines.push(lead + rest.slice(0, cut).trimEnd());
    rest = rest.slice(cut).trimStart();
    lead = `${indent}    `;
  }
  if (rest !== "" || lines.length === 0) lines.push(lead + rest);
  return lines;
}

function wrap(text: string, room: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    const piece = word.length > room ? clip(word, room) : word;
    if (line !== "" && line.length + 1 + piece.length > room) {
      lines.push(line);
      line = piece;
    } else line = line === "" ? piece : `${line} ${piece}`;
  }
  if (line !== "") lines.push(line);
  return lines;
}

const clip = (text: string, room: number): string => (text.length <= room ? text : `${text.slice(0, room - 3)}...`);

/** The first words of a long assumption: the whole text is in the panel. */
function shorten(text: string): string {
  const head = text.replace(/ (begins|ends|goes on) with:\n.*$/s, " $1 as the scenario says").replace(/ is the scenario's:\n.*$/s, " is the scenario's");
  return clip(head, 100);
}
