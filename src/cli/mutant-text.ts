// The plain text of a mutant report: one line of the patch to a line, with what showed that it matters.
import type { LineVerdict, MutantReport } from "../core/simulate/mutant-types.js";
import { makeSafe } from "./show-text.js";

/** The verdict of every line that the patch adds, file by file, and what each scenario said of the code as it is. */
export function mutantText(report: MutantReport): string {
  const lines: string[] = [];
  let path = "";
  for (const line of report.lines) {
    if (line.path !== path) lines.push(...(path === "" ? [] : [""]), line.path);
    path = line.path;
    lines.push(`${String(line.line).padStart(6)}  ${WORDS[line.verdict].padEnd(16)}${line.text}`);
    const detail = detailOf(line);
    if (detail !== "") lines.push(`${"".padEnd(24)}${detail}`);
  }
  if (lines.length === 0) lines.push("The patch adds no line that a function runs.");
  lines.push("", "Scenarios, on the code as it is:");
  for (const { name, verdict } of report.scenarios) lines.push(`  ${name.padEnd(20)} ${VERDICTS[verdict]}`);
  lines.push("", `${report.runs} runs. "load-bearing": without the line something fails. "no effect seen": what was tried`, "without it found nothing, within the bounds and scenarios above.");
  return `${lines.map(makeSafe).join("\n")}\n`;
}

const WORDS: Readonly<Record<LineVerdict["verdict"], string>> = { "load-bearing": "load-bearing", "no-effect": "no effect seen", "not-run": "not run" };
const VERDICTS = { clean: "nothing found: it can judge", violation: "finds something already: it cannot judge", bounded: "stopped by a bound: it cannot judge", "does-not-apply": "does not apply" } as const;
const WHY: Readonly<Record<NonNullable<LineVerdict["why"]>, string>> = {
  "nothing-to-change": "nothing on it that could be taken away", "not-reached": "no scenario comes here", "no-scenario": "no scenario can judge it",
  "bounded": "every run of it met a bound", "does-not-compile": "what is left cannot be run", "cancelled": "given up before its turn",
};

function detailOf(line: LineVerdict): string {
  if (line.why !== null) return WHY[line.why];
  const failed = line.runs.find((run) => run.verdict === "violation");
  if (failed) return `${failed.mutant.whatIf.title}: ${failed.kind ?? ""}${failed.message === "" ? "" : `, ${failed.message}`} (${failed.scenario})`;
  const tried = [...new Set(line.runs.map((run) => run.mutant.whatIf.title))];
  return tried.length === 0 ? "" : `tried: ${tried.join("; ")}`;
}
