// `lifeline simulate`: the patch's own C under every interleaving of a scenario's CPUs.
import { readFile, writeFile } from "node:fs/promises";
import type { Side } from "../core/patch/types.js";
import type { Review } from "../core/review/review.js";
import { buildReview } from "../core/review/review.js";
import { readSeries } from "../core/series/read.js";
import { readHeader } from "../core/simulate/scenario.js";
import { exportRun } from "../core/simulate/export.js";
import { createSimulator, listScenarios, replay, type Code, type Simulator } from "../core/simulate/simulate.js";
import type { Bounds, KernelSources, RunRequest, RunResult, ScenarioInfo, SourceText, SpinVerdict, WhatIf } from "../core/simulate/types.js";
import type { Arguments } from "./arguments.js";
import type { Command, CommandContext } from "./command.js";
import { UsageError } from "./errors.js";
import { mutantText } from "./mutant-text.js";
import { rowText, runText, scenarioList, stepList, spinText } from "./simulate-text.js";
import { allImages, chooseTarget, chooseWord, listTargets, type Target, targetOptions, targetUsage } from "./target.js";
import { requireTrees, treeOptions, treeUsage } from "./tree.js";

export const simulate: Command = {
  name: "simulate",
  usage: `simulate FILE... --scenario NAME|FILE.c [--what-if NAME|FILE]
      [--side after|before] [--users N] ${targetUsage}
      ${treeUsage}
      [--max-states N] [--max-steps N] [--max-switches N] [--races] [--schedules]
      [--replay TOKEN] [--promela OUT] [--spin full|breadth|swarm] [--report|--mermaid|--json]
  lifeline simulate FILE... --all [--scenario NAME] [--side after|before] ${targetUsage}
      ${treeUsage} [--json]
  lifeline simulate FILE... --mutants [--scenario NAME|FILE.c] ${targetUsage}
      ${treeUsage} [--json]
  lifeline simulate FILE... --new FUNCTION,...|auto ${targetUsage}
  lifeline simulate --list [--json]`,
  summary: "runs the patch's own C through every interleaving, or all scenarios, one line each",
  options: {
    ...targetOptions, ...treeOptions, "scenario": "value", "what-if": "value", "side": "value", "users": "value", "max-states": "value", "max-steps": "value", "max-switches": "value",
    "replay": "value", "promela": "value", "spin": "value", "races": "flag", "schedules": "flag", "report": "flag", "mermaid": "flag", "json": "flag", "all": "flag", "mutants": "flag", "new": "value", "list": "flag",
  },
  async run(context) {
    const options = context.arguments;
    const kernel = await context.assets.kernel();
    if (options.flag("list")) return listAll(context, listScenarios(kernel));
    // Loaded beside the reading of the mail; who needs it meets what goes wrong with it.
    context.assets.reader().catch(() => undefined);
    const mailbox = await context.readInputs(options.files);
    const review = buildReview(mailbox, readSeries(mailbox.messages, mailbox.page));
    if (options.value("new") !== undefined) return newScenario(context, kernel, review, options.value("new") ?? "");
    if (options.flag("mutants")) return judgeLines(context, kernel, review);
    return options.flag("all") ? runAll(context, kernel, review) : runOne(context, kernel, review);
  },
};

/** Enough for every shipped scenario with two users; a run that meets a bound says so. */
const DEFAULT_STATES = 2_000_000;
const DEFAULT_STEPS = 100_000;

const CONTROL = { progress: () => undefined, cancelled: () => false };

async function listAll(context: CommandContext, scenarios: readonly ScenarioInfo[]): Promise<0> {
  await context.write(context.arguments.flag("json") ? `${JSON.stringify(scenarios, null, 1)}\n` : scenarioList(scenarios));
  return 0;
}

async function runOne(context: CommandContext, kernel: KernelSources, review: Review): Promise<0 | 1> {
  const options = context.arguments;
  const scenario = await readScenario(options.value("scenario"), kernel);
  const request: Omit<RunRequest, "patchKey"> = {
    side: chooseWord(options, "side", ["after", "before"]),
    scenario: typeof scenario === "string" ? scenario : scenario.source,
    whatIf: await readWhatIf(options.value("what-if"), typeof scenario === "string" ? infoOf(kernel, scenario) : scenario.info),
    users: options.number("users", 0) ?? null,
    bounds: readBounds(options), races: options.flag("races"), schedules: options.flag("schedules"),
  };
  const target = chooseTarget(review, options);
  await requireTrees(context, review, [target.patch.key]);
  const token = options.value("replay");
  if (token !== undefined) return replayOne(context, kernel, review, target, request, token);
  const simulator = createSimulator(await context.assets.reader(), kernel);
  const out = options.value("promela");
  if (out !== undefined) await exportModel(simulator, review, target, request, out);
  const result = run(simulator, codeOf(review, target, request.side), target, request);
  // A scenario of one's own that is no C is bad input, and not a verdict.
  if (typeof scenario !== "string" && result.verdict === "does-not-apply" && result.reason?.startsWith(`${scenario.source.name}, line `) === true) throw new UsageError(result.reason);
  const spin = options.value("spin") === undefined ? null : await askSpin(simulator, review, target, request, chooseWord(options, "spin", ["full", "breadth", "swarm"]));
  if (options.flag("mermaid") || options.flag("report")) await context.write(exportRun(result, options.flag("mermaid") ? "mermaid" : "report"));
  else await context.write(options.flag("json") ? `${JSON.stringify(spin === null ? result : { ...result, spin }, null, 1)}\n` : runText(result));
  if (spin !== null && !options.flag("json")) await context.write(spinText(result, spin));
  return isAlarm(result) ? 1 : 0;
}

/** Gives the same program to an installed Spin. */
async function askSpin(simulator: Simulator, review: Review, target: Target, request: Omit<RunRequest, "patchKey">, search: "full" | "breadth" | "swarm"): Promise<SpinVerdict> {
  const { runSpin, spinVersion } = await import("../worker/spin.js");
  if ((await spinVersion()) === null) throw new UsageError("--spin needs spin and cc, and one of them is not installed");
  const code = codeOf(review, target, request.side);
  if (code === null) throw new UsageError("the patch is missing from the input");
  const model = simulator.promela(code, { ...request, patchKey: target.patch.key });
  if ("reason" in model) throw new UsageError(`no Promela model: ${model.reason}`);
  return runSpin(model.text, { search, optimize: 1 });
}

/** A verdict for each line that the patch adds. Nothing is wrong with a patch because its lines matter: the status is 0. */
async function judgeLines(context: CommandContext, kernel: KernelSources, review: Review): Promise<0> {
  const options = context.arguments;
  for (const name of ["what-if", "replay", "users", "side"]) if (options.value(name) !== undefined) throw new UsageError(`--${name} does not go with --mutants`);
  const given = options.value("scenario");
  const scenario = given === undefined ? null : await readScenario(given, kernel);
  const target = chooseTarget(review, options);
  await requireTrees(context, review, [target.patch.key]);
  const code = review.code(target.patch.key);
  const known = codeOf(review, target, "after");
  if (code === null || known === null) throw new UsageError("the patch is missing from the input");
  const request = {
    patchKey: target.patch.key, side: "after", lines: code.changed("after"), bounds: readBounds(options),
    scenarios: scenario === null ? null : [typeof scenario === "string" ? scenario : scenario.source],
  } as const;
  const report = createSimulator(await context.assets.reader(), kernel).runMutants(known, request, CONTROL);
  await context.write(options.flag("json") ? `${JSON.stringify(report, null, 1)}\n` : mutantText(report));
  return 0;
}

/** Prints the C of a new scenario for functions of the patch, or with `auto`, which no function is called, for those that it makes meet on one object; `--scenario FILE.c` runs what was kept of it. */
async function newScenario(context: CommandContext, kernel: KernelSources, review: Review, list: string): Promise<0> {
  const target = chooseTarget(review, context.arguments);
  const code = codeOf(review, target, "after");
  if (code === null) throw new UsageError("the patch is missing from the input");
  const simulator = createSimulator(await context.assets.reader(), kernel);
  const changedLines = review.code(target.patch.key)?.changed("after") ?? [];
  const suggested = list === "auto" ? simulator.offeredFunctions(code, changedLines).filter((one) => one.isSuggested).map((one) => one.name) : null;
  const wanted = suggested ?? list.split(",").map((name) => name.trim()).filter((name) => name !== "");
  const there = new Set(simulator.functionsIn(code));
  const known = wanted.filter((name) => there.has(name));
  const unknown = wanted.filter((name) => !there.has(name));
  if (unknown.length > 0 || known.length === 0) {
    const changed = simulator.functionsOn(code, changedLines);
    throw new UsageError(`no function ${unknown.join(", ") || "named"} in the code; the patch changes ${changed.join(", ") || "none"}`);
  }
  await context.write(simulator.writeScenario(code, known).text);
  return 0;
}

async function replayOne(context: CommandContext, kernel: KernelSources, review: Review, target: Target, request: Omit<RunRequest, "patchKey">, token: string): Promise<0> {
  const code = codeOf(review, target, request.side);
  const steps = code === null ? null : replay(await context.assets.reader(), kernel, code, { ...request, patchKey: target.patch.key }, token);
  if (steps === null) throw new UsageError("the token is not of this patch, side, scenario and what-if");
  await context.write(context.arguments.flag("json") ? `${JSON.stringify(steps, null, 1)}\n` : stepList(steps));
  return 0;
}

/** Writes the Promela model of a run beside the run itself. */
async function exportModel(simulator: Simulator, review: Review, target: Target, request: Omit<RunRequest, "patchKey">, out: string): Promise<void> {
  const code = codeOf(review, target, request.side);
  if (code === null) throw new UsageError("the patch is missing from the input");
  const model = simulator.promela(code, { ...request, patchKey: target.patch.key });
  if ("reason" in model) throw new UsageError(`no Promela model: ${model.reason}`);
  try {
    await writeFile(out, model.text);
  } catch {
    throw new UsageError(`${out}: cannot be written`);
  }
}

/** Every scenario, as it is and with each what-if, on each side of each patch that the options leave. */
async function runAll(context: CommandContext, kernel: KernelSources, review: Review): Promise<0 | 1> {
  const options = context.arguments;
  for (const name of ["what-if", "replay", "promela", "spin"]) if (options.value(name) !== undefined) throw new UsageError(`--${name} does not go with --all`);
  const only = options.value("scenario");
  const scenarios = listScenarios(kernel).filter((scenario) => only === undefined || scenario.name === only);
  if (scenarios.length === 0) throw unknownScenario(only ?? "", kernel);
  const sides: readonly Side[] = options.value("side") === undefined ? ["before", "after"] : [chooseWord(options, "side", ["after", "before"])];
  const results: RunResult[] = [];
  // One for all: what was read of the model and of the files is kept.
  const simulator = createSimulator(await context.assets.reader(), kernel);
  const targets = listTargets(review, options);
  await requireTrees(context, review, targets.map(({ patch }) => patch.key));
  for (const target of targets) {
    for (const side of sides) {
      // Made once for all of them: the simulator reads the same images only once.
      const code = codeOf(review, target, side);
      for (const scenario of scenarios) {
        for (const whatIf of [null, ...scenario.whatIfs.map((one) => one.name)]) {
          const result = run(simulator, code, target, { side, scenario: scenario.name, whatIf, users: options.number("users", 0) ?? null, bounds: readBounds(options) });
          results.push(result);
          if (!options.flag("json")) await context.write(rowText(result));
        }
      }
    }
  }
  if (options.flag("json")) await context.write(`${JSON.stringify(results, null, 1)}\n`);
  return results.some(isAlarm) ? 1 : 0;
}

function run(simulator: Simulator, code: Code | null, target: Target, request: Omit<RunRequest, "patchKey">): RunResult {
  if (code === null) throw new UsageError("the patch is missing from the input");
  return simulator.simulate(code, { ...request, patchKey: target.patch.key }, CONTROL);
}

function codeOf(review: Review, target: Target, side: Side): Code | null {
  const code = review.code(target.patch.key);
  return code === null ? null : { images: allImages(code, side), revision: code.revision, patch: code.patch, changed: code.changed(side) };
}

/** The status 1 of the command line: the code as it is after the patch can go wrong. */
function isAlarm(result: RunResult): boolean {
  return result.verdict === "violation" && result.side === "after" && result.whatIf === null;
}

function readBounds(options: Arguments): Bounds {
  return {
    maxStates: options.number("max-states", 1) ?? DEFAULT_STATES,
    maxSteps: options.number("max-steps", 1) ?? DEFAULT_STEPS,
    maxPreemptions: options.number("max-switches", 0) ?? null,
  };
}

/** A shipped scenario by its name, or a C file of the user's own. */
async function readScenario(given: string | undefined, kernel: KernelSources): Promise<string | { readonly source: SourceText; readonly info: ScenarioInfo }> {
  if (given === undefined) throw new UsageError("no scenario: give --scenario NAME, or --all; lifeline simulate --list names them");
  if (!given.endsWith(".c")) {
    if (!listScenarios(kernel).some((scenario) => scenario.name === given)) throw unknownScenario(given, kernel);
    return given;
  }
  const source = { name: given, text: await readText(given) };
  const header = readHeader(source);
  return { source, info: header };
}

function infoOf(kernel: KernelSources, name: string): ScenarioInfo {
  const info = listScenarios(kernel).find((scenario) => scenario.name === name);
  if (info === undefined) throw unknownScenario(name, kernel);
  return info;
}

function unknownScenario(name: string, kernel: KernelSources): UsageError {
  return new UsageError(`no scenario "${name}"; there is ${listScenarios(kernel).map((scenario) => scenario.name).join(", ")}`);
}

/** A what-if of the scenario by its name, or a file that holds one in the words of a scenario's header. */
async function readWhatIf(given: string | undefined, scenario: ScenarioInfo): Promise<string | WhatIf | null> {
  if (given === undefined) return null;
  if (scenario.whatIfs.some((whatIf) => whatIf.name === given)) return given;
  if (!/[./]/.test(given)) throw new UsageError(`no what-if "${given}" in ${scenario.name}; there is ${scenario.whatIfs.map((whatIf) => whatIf.name).join(", ")}`);
  const whatIf = readHeader({ name: given, text: `/*\n${(await readText(given)).replaceAll("*/", "")}\n*/` }).whatIfs[0];
  if (whatIf === undefined || whatIf.edits.length === 0) throw new UsageError(`${given}: no what-if in it (what-if NAME: TITLE, then replace, drop, repeat or move)`);
  return whatIf;
}

async function readText(name: string): Promise<string> {
  try {
    return await readFile(name, "utf8");
  } catch {
    throw new UsageError(`${name}: cannot be read`);
  }
}
