// A run as text that leaves the program: a report in the shape kernel developers know, a cycle of locks, a sequence diagram.
import type { Finding, RunResult, Step, StepChange } from "./types.js";

export type ExportFormat = "text" | "report" | "mermaid";

const WIDTH = 72;
const LINE = "=".repeat(66);
/** Mermaid stops at 50,000 characters, and some forges at 5,000: rows beyond this are counted, not drawn. */
const MOST_ROWS = 60;

/** A result in one of the formats; "" when it has no trace. */
export function exportRun(result: RunResult, format: ExportFormat): string {
  if (format === "text") return result.text;
  return format === "report" ? reportText(result) : mermaidText(result);
}

/** Every finding with its stacks: who used, who freed, who allocated; a deadlock with the chain of its locks. At most 72 columns. */
export function reportText(result: RunResult): string {
  if (result.findings.length === 0) return "";
  const lines: string[] = [];
  for (const finding of result.findings) {
    lines.push(LINE, ...wrap(headline(finding)), "");
    const step = result.steps[finding.step];
    if (step) lines.push(clip(`At step ${String(finding.step + 1)} of ${String(result.steps.length)}: ${step.function}()  ${step.path}:${String(step.line)}`));
    if (finding.kind === "deadlock") lines.push("", ...lockTable(result));
    for (const stack of finding.stacks ?? []) {
      lines.push("", `${stack.title}:`);
      for (const frame of stack.frames) lines.push(clip(` ${frame.function}()  ${frame.path}:${String(frame.line)}`));
    }
    lines.push("");
  }
  lines.push(LINE);
  return `${lines.join("\n")}\n`;
}

function headline(finding: Finding): string {
  const kinds: Partial<Record<Finding["kind"], string>> = {
    "use-after-free": "memory used after it was freed", "double-free": "memory freed twice", "refcount": "reference count misused", "deadlock": "CPUs wait for each other", "leak": "left behind at the end",
    "lock": "lock misused", "null": "bad pointer", "list": "list corrupted", "id": "id misused", "warn": "warning",
  };
  return `BUG: ${kinds[finding.kind] ?? finding.kind}: ${finding.message}`;
}

/** What each CPU took, in order, and what it waits for: one column for each CPU, as lock debugging prints it. */
function lockTable(result: RunResult): string[] {
  const rows: { cpu: number; text: string }[] = [];
  for (const step of result.steps) {
    for (const change of step.changes) {
      const name = change.field === "" ? change.object : `${change.object}.${change.field}`;
      if (change.before === "free") rows.push({ cpu: step.cpu, text: `lock(${name});` });
      else if (change.after === "free") rows.push({ cpu: step.cpu, text: `unlock(${name});` });
    }
  }
  // A lock that was given back in between says nothing about who waits for whom.
  const kept = rows.filter((row, at) => {
    const name = row.text.slice(row.text.indexOf("("));
    return row.text.startsWith("lock") && !rows.slice(at + 1).some((later) => later.cpu === row.cpu && later.text === `unlock${name}`);
  });
  const waits = [...(result.findings.find((finding) => finding.kind === "deadlock")?.message ?? "").matchAll(/CPU(\d+) waits (?:in \w+\(\) )?for ([^,;]+)/g)];
  for (const wait of waits) kept.push({ cpu: Number(wait[1]), text: `lock(${wait[2] ?? ""});` });
  const cpus = [...new Set(kept.map((row) => row.cpu))].sort((a, b) => a - b);
  if (cpus.length === 0) return [];
  const width = Math.max(20, Math.min(34, Math.floor((WIDTH - 7) / cpus.length)));
  const cell = (cpu: number, text: string): string => clip(`       ${" ".repeat(cpus.indexOf(cpu) * width)}${text}`);
  return ["  Locks taken and not given back, and what is waited for last:", "", clip(`       ${cpus.map((cpu) => `CPU${String(cpu)}`.padEnd(width)).join("")}`.trimEnd()), clip(`       ${cpus.map(() => "----".padEnd(width)).join("")}`.trimEnd()), ...kept.map((row) => cell(row.cpu, row.text)), "", "                *** DEADLOCK ***"];
}

/** The steps that change something, as messages from CPUs to the objects that they change. Plain mermaid, every word escaped. */
export function mermaidText(result: RunResult): string {
  if (result.steps.length === 0) return "";
  const cpus = [...new Set(result.steps.map((step) => step.cpu))].sort((a, b) => a - b);
  const objects = [...new Set(result.steps.flatMap((step) => step.changes.map((change) => change.object)))];
  const actor = (object: string): string => `o${String(objects.indexOf(object))}`;
  const lines = ["sequenceDiagram", "  accTitle: " + escape(`${result.scenario}${result.whatIf === null ? "" : `, ${result.whatIf}`}`)];
  for (const cpu of cpus) lines.push(`  participant c${String(cpu + 1)} as ${escape(cpu < 0 ? "setup and end" : `CPU${String(cpu)} ${result.cpus[cpu] ?? ""}`)}`);
  for (const object of objects) lines.push(`  participant ${actor(object)} as ${escape(object)}`);
  let rows = 0;
  let left = 0;
  result.steps.forEach((step, at) => {
    const findings = result.findings.filter((finding) => finding.step === at);
    if (step.changes.length === 0 && findings.length === 0) return;
    if (rows >= MOST_ROWS && findings.length === 0) {
      left++;
      return;
    }
    rows++;
    const from = `c${String(step.cpu + 1)}`;
    const [object] = step.changes.map((change) => change.object);
    const said = [shortCall(step), ...step.changes.filter((change) => change.object === object).map(changeText)].join("<br/>");
    lines.push(object === undefined ? `  Note over ${from}: ${escape(shortCall(step))}` : `  ${from}->>${actor(object)}: ${said.split("<br/>").map(escape).join("<br/>")}`);
    for (const finding of findings) lines.push(`  Note over ${from}: ${escape(finding.message)}`);
  });
  if (left > 0) lines.push(`  Note over c${String((cpus[0] ?? 0) + 1)}: ${String(left)} more steps`);
  return `${lines.join("\n")}\n`;
}

const shortCall = (step: Step): string => (step.text.length > 48 ? `${step.text.slice(0, 45)}...` : step.text);

function changeText(change: StepChange): string {
  if (change.field === "memory") return change.after === "freed" ? "freed" : "allocated";
  return `${change.field === "" ? change.object : change.field}: ${change.before} to ${change.after}`;
}

/** Text for a label: letters, digits and harmless signs stay, everything else becomes an entity of mermaid's. */
function escape(text: string): string {
  return text.replace(/[^\w .,:()+*/=!?[\]-]/g, (sign) => `#${String(sign.codePointAt(0) ?? 32)};`);
}

const clip = (text: string): string => (text.length <= WIDTH ? text : `${text.slice(0, WIDTH - 3)}...`);

function wrap(text: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = `  ${word}`;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map(clip);
}
