// The plain text of runs: the whole account of one, one line for each of many, and the list of scenarios.
import type { Assumption, Coverage, LineRange, RunResult, ScenarioInfo, SpinVerdict, Step } from "../core/simulate/types.js";
import { raceMessage } from "../core/simulate/races.js";
import { makeSafe } from "./show-text.js";

const WIDTH = 72;

/** One run in full: the trace of a violation as core prints it for mail; else the verdict with everything that it rests on. */
export function runText(result: RunResult): string {
  const what = `${nameOf(result)}: ${verdictOf(result)}`;
  const reach = result.coverage ? reachLines(result.coverage) : [];
  if (result.verdict === "does-not-apply") return finish([what, ...(result.reason === null ? [] : [`  ${result.reason}`]), ...reach]);
  const found = result.findings.map((finding) => `  ${finding.kind}: ${finding.message}`);
  const races = result.kind === "race" ? [] : (result.races ?? []).map((race) => `  ${raceMessage(race)} (${race.accesses.map((access) => `${access.path}:${String(access.line)}`).join(", ")})`);
  const beside = races.length === 0 ? [] : ["", "Data races, beside the verdict (many are benign; --races lets them decide):", ...races];
  const schedules = result.schedules === null ? [] : [`${result.schedules} schedules`];
  const token = result.token === null ? [] : ["", `Replay: --replay ${result.token}`];
  if (result.text !== "") return finish([what, ...found, "", ...result.text.trimEnd().split("\n"), ...schedules, ...reach, ...beside, ...token]);
  const account = `${count(result.states, "state")}, ${count(result.transitions, "transition")}`;
  return finish([what, ...found, account, ...schedules, ...reach, ...beside, "", "Assumed:", ...result.assumptions.flatMap(assumptionLines), ...token]);
}

/** How much of the patch the run has executed, and of the functions that it is about. */
function reachLines({ changed, reached, missed, functions }: Coverage): string[] {
  const lines = changed === 0 ? [] : [`Changed lines reached: ${String(reached)} of ${String(changed)}${missed.length === 0 ? "" : `; not reached: ${placesOf(missed)}`}`];
  return [...lines, ...functions.flatMap((one) => (one.missed.length === 0 ? [] : [`${one.function}(): ${String(one.reached)} of ${count(one.lines, "line")} reached; not reached: ${placesOf(one.missed)}`]))].flatMap((line) => wrap(line, 0));
}

/** "fs/foo.c:3-5, 9". */
function placesOf(ranges: readonly LineRange[]): string {
  return ranges.map(({ path, from, to }, at) => `${ranges[at - 1]?.path === path ? "" : `${path}:`}${String(from)}${to > from ? `-${String(to)}` : ""}`).join(", ");
}

/** Spin's verdict beside ours, in a line or two. */
export function spinText(result: RunResult, spin: SpinVerdict): string {
  if (spin.problem !== null) return finish(["", `Spin: no verdict: ${spin.problem}`]);
  const found = spin.kinds.length === 0 ? `nothing found${spin.complete ? "" : ", not every state was looked at"}` : spin.kinds.join(", ");
  const agrees = (spin.kinds.length > 0) === (result.findings.length > 0) ? "agrees" : "DISAGREES";
  const steps = spin.steps === null ? "" : `, shortest trace ${count(spin.steps, "step")}`;
  return finish(["", `Spin ${agrees}: ${found}; ${count(spin.states, "state")}${steps}; ${String(Math.round(spin.compile))} ms to compile, ${String(Math.round(spin.search))} ms to search`]);
}

/** One line of a table: place, scenario, what-if, verdict. */
export function rowText(result: RunResult): string {
  const scenario = result.whatIf === null ? result.scenario : `${result.scenario} + ${result.whatIf}`;
  const place = `v${result.revision} ${result.patch} ${result.side}`;
  const detail = result.verdict === "does-not-apply" ? (result.reason ?? "") : count(result.states, "state");
  return finish([`${place.padEnd(12)} ${scenario.padEnd(32)} ${verdictOf(result).padEnd(26)} ${detail}`.trimEnd()]);
}

/** Every scenario with its question and its what-ifs. */
export function scenarioList(scenarios: readonly ScenarioInfo[]): string {
  return finish(
    scenarios.flatMap((scenario, at) => [
      ...(at === 0 ? [] : [""]),
      `${scenario.name}: ${scenario.title}`,
      ...wrap(scenario.asks, 2),
      ...scenario.whatIfs.flatMap((whatIf) => wrap(`what-if ${whatIf.name}: ${whatIf.title}`, 4)),
    ]),
  );
}

/** The steps of a replayed trace, one line each with what changed below it. */
export function stepList(steps: readonly Step[]): string {
  return finish(
    steps.flatMap((step, at) => [
      `${String(at + 1).padStart(4)}  ${step.cpu < 0 ? "setup" : `CPU${step.cpu}`}  ${step.function}()  ${step.path}:${step.line}  ${step.text}`,
      ...step.changes.map((change) => `          ${change.object}.${change.field}: ${change.before} -> ${change.after}`),
    ]),
  );
}

function nameOf(result: RunResult): string {
  return `${result.scenario}${result.whatIf === null ? "" : ` with the what-if ${result.whatIf}`}, v${result.revision} ${result.patch} ${result.side}`;
}

/** The verdict in words. A clean one is never "safe": it holds within what stands below it. */
function verdictOf(result: RunResult): string {
  if (result.verdict === "violation") return `violation${result.kind === null ? "" : `, ${result.kind}`}`;
  if (result.verdict === "clean") return "nothing found";
  if (result.verdict === "bounded") return `nothing found up to ${result.stoppedBy ?? "a bound"}`;
  return "does not apply";
}

function assumptionLines(assumption: Assumption): string[] {
  const where = assumption.where === null ? "" : ` (${assumption.where.path}:${assumption.where.line})`;
  const [sentence = "", ...code] = assumption.text.split("\n");
  return [...wrap(`- ${sentence}${where}`, 2), ...code.map((line) => `      ${line}`)];
}

function count(number: number, name: string): string {
  return `${number} ${name}${number === 1 ? "" : "s"}`;
}

/** Folds a text at blanks to the width of mail. */
function wrap(text: string, indent: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = text.startsWith("- ") ? `  ${word}` : word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  if (line !== "") lines.push(line);
  return lines.map((one) => " ".repeat(indent) + one);
}

function finish(lines: readonly string[]): string {
  return `${lines.map(makeSafe).join("\n")}\n`;
}
