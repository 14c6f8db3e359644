// The simulator's entry: which scenarios there are, one run of one of them, and the replay of a trace.
import type { CReader } from "../c/reader.js";
import type { Image } from "../patch/types.js";
import { continued } from "./aftermath.js";
import type { Compiled } from "./compile/program.js";
import { findBest } from "./best.js";
import { coverageOf, isBarelyRun, reachedLines, unreached } from "./coverage.js";
import { SymmetryBroken, type RawFinding } from "./execution.js";
import type { Control, Exploration } from "./explore.js";
import { exploreAll } from "./explore-program.js";
import { Readings } from "./drafts.js";
import { judgeMutants, mutantsOf, unitsOf, type MutantControl, type MutantRequest } from "./judge-mutants.js";
import type { LineRef, Mutant, MutantReport } from "./mutant-types.js";
import { lackOf, lackText, hiddenOf } from "./lacks.js";
import type { Prepared } from "./prepare.js";
import { Programs } from "./programs.js";
import { infoOf, readHeader, type ScenarioHeader } from "./scenario.js";
import { createFreeRun, type FreeRun } from "./free-run.js";
import { exportPromela } from "./promela/export.js";
import type { Exported } from "./promela/model.js";
import { describeRaces, raceMessage } from "./races.js";
import { writeRunnable } from "./runnable.js";
import { countSchedules } from "./schedules.js";
import type { Schedule } from "./search.js";
import { functionsOnLines } from "./skeleton-facts.js";
import { offeredFunctions, type OfferedFunction } from "./suggest.js";
import { traceText } from "./text.js";
import { readToken, writeToken } from "./token.js";
import { traceOf, type Trace } from "./trace.js";
import type { Assumption, KernelSources, RunRequest, RunResult, ScenarioInfo, SourceText, Step, Verdict } from "./types.js";
import { World } from "./world.js";

export interface Code {
  /** Every file of the chosen side that is known at that point of the series. */
  readonly images: readonly Image[];
  readonly revision: number;
  readonly patch: number;
  /** The lines of these images that the patch changes: a run says how many of them it has reached. */
  readonly changed?: readonly LineRef[];
}

/** The shipped scenarios, in the order of their files. */
export function listScenarios(kernel: KernelSources): readonly ScenarioInfo[] {
  return kernel.scenarios.map((source) => infoOf(readHeader(source)));
}

/** Runs one scenario on one side of one patch. Never throws on any text; what does not fit is a verdict with a reason. */
export function simulate(reader: CReader, kernel: KernelSources, code: Code, request: RunRequest, control: Control): RunResult {
  return createSimulator(reader, kernel).simulate(code, request, control);
}

/** The steps of a token of an earlier run of the same texts; null when it is not one. */
export function replay(reader: CReader, kernel: KernelSources, code: Code, request: RunRequest, token: string): readonly Step[] | null {
  return createSimulator(reader, kernel).replay(code, request, token);
}

/** The same for many runs: the model and every image are read once. */
export interface Simulator {
  simulate(code: Code, request: RunRequest, control: Control): RunResult;
  replay(code: Code, request: RunRequest, token: string): readonly Step[] | null;
  /** The same as a run of that one schedule; null when the token is not of these texts. It is no verdict on any other schedule. */
  replayRun(code: Code, request: RunRequest, token: string): RunResult | null;
  /** The mutants that can be made of some lines, in the order of the code. */
  listMutants(code: Code, lines: readonly LineRef[]): readonly Mutant[];
  /** The functions that some lines stand in, for choosing among them. */
  functionsOn(code: Code, lines: readonly LineRef[]): readonly string[];
  /** The functions to choose among for a new scenario, with those that the patch makes meet on one object; `lines` are those that it changes. */
  offeredFunctions(code: Code, lines: readonly LineRef[]): readonly OfferedFunction[];
  /** The functions that the code has, whole or in part, in its order. */
  functionsIn(code: Code): readonly string[];
  /** A scenario for functions of the code, to be run as it is or made more of. */
  writeScenario(code: Code, functions: readonly string[]): SourceText;
  /** Which lines are load-bearing: something fails when a mutant takes them away. */
  runMutants(code: Code, request: MutantRequest, control: MutantControl): MutantReport;
  /** A run that a person drives; or why there is none. */
  freeRun(code: Code, request: RunRequest): FreeRun | { readonly reason: string };
  /** The same program as a Promela model for Spin; or why there is none. */
  promela(code: Code, request: RunRequest): Exported;
}

export function createSimulator(reader: CReader, kernel: KernelSources): Simulator {
  const readings = new Readings(reader);
  const programs = new Programs(readings, kernel);
  return {
    simulate: (code, request, control) => runOnce(readings, programs, code, request, control),
    replay: (code, request, token) => replayOnce(programs, code, request, token)?.steps ?? null,
    replayRun: (code, request, token) => replayOnce(programs, code, request, token),
    listMutants: (code, lines) => mutantsOf(readings, code, lines),
    functionsOn: (code, lines) => functionsOnLines(unitsOf(readings, code), lines),
    offeredFunctions: (code, lines) => offeredFunctions(unitsOf(readings, code), lines),
    functionsIn: (code) => [...new Set(unitsOf(readings, code).flatMap((unit) => unit.unit.functions.filter((fn) => fn.body !== null).map((fn) => fn.name)))],
    writeScenario: (code, functions) => writeRunnable(readings, kernel, code, unitsOf(readings, code), functions),
    runMutants: (code, request, control) => judgeMutants(readings, kernel, code, request, control),
    freeRun: (code, request) => {
      const prepared = programs.prepare(code.images, request);
      return prepared.kind === "program" ? createFreeRun(prepared, request.side, request.bounds.maxSteps) : { reason: prepared.reason };
    },
    promela: (code, request) => {
      const prepared = programs.prepare(code.images, request);
      return prepared.kind === "program" ? exportPromela(prepared, titleOf(prepared.header, code, request), request.bounds.maxSteps) : { reason: prepared.reason };
    },
  };
}

function runOnce(readings: Readings, programs: Programs, code: Code, request: RunRequest, control: Control): RunResult {
  const prepared = programs.prepare(code.images, request);
  const base = emptyResult(code, request, prepared.header, prepared.users);
  if (prepared.kind === "does-not-apply") return { ...base, reason: prepared.reason };
  const explored = exploreAll(prepared, { ...request.bounds, races: true }, control);
  const { exploration, compiled, twins } = explored;
  if (exploration.missing !== null) return { ...base, reason: exploration.missing };
  // Lines of a file that somebody has edited are others than those of the patch.
  const isEdited = request.whatIf !== null && typeof request.whatIf !== "string" && (request.whatIf.texts ?? []).length > 0;
  const coverage = isEdited ? null : coverageOf(unitsOf(readings, code), reachedLines(compiled.program, exploration.world.machine.marks, exploration.entered), code.changed ?? [], prepared.header.needs);
  const left = coverage === null ? [] : unreached(coverage);
  const assumptions = [...assumptionsOf(compiled, prepared, request, exploration), ...left.map(({ text, where }): Assumption => ({ kind: "bound", text, where }))];
  const result: RunResult = {
    ...base, states: exploration.states, transitions: exploration.transitions, complete: exploration.complete, stoppedBy: exploration.stoppedBy, assumptions,
    cpus: compiled.program.cpus.map((cpu) => cpu.name),
    ...(coverage === null ? {} : { coverage }),
    races: describeRaces(exploration.races, compiled.program, exploration.frames),
    schedules: request.schedules === true ? countSchedules(compiled.program, request.bounds, control) : null,
  };
  // A scenario whose functions have no counterpart that gives things back says nothing about what is left, and one of made-up values nothing about warnings.
  const counts = (finding: RawFinding): boolean => !(prepared.header.leaksAreNothing && finding.kind === "leak") && !(prepared.header.warningsAreNothing && finding.kind === "warn");
  if (!exploration.findings.some(counts)) {
    const limited = request.bounds.maxPreemptions !== null;
    const races = request.races === true ? result.races ?? [] : [];
    if (races.length > 0) return { ...result, verdict: "violation", kind: "race", findings: races.map((race) => ({ kind: "race", message: raceMessage(race), step: 0 })) };
    const [first] = left;
    if (prepared.header.unsetIsSetup && exploration.complete && coverage !== null && first && isBarelyRun(coverage)) return { ...base, coverage, reason: `set-up: ${first.text} (${first.where.path}, line ${String(first.where.line)})` };
    const verdict: Verdict = exploration.complete && !limited ? "clean" : "bounded";
    return { ...result, verdict, complete: exploration.complete && !limited, stoppedBy: exploration.stoppedBy ?? (limited ? "maxPreemptions" : null) };
  }
  const world = new World(compiled.program, "shared", null, request.bounds.maxSteps, twins);
  const { maxPreemptions } = request.bounds;
  const found = findBest(exploration.world, world, "switches", maxPreemptions, control, { isComplete: exploration.complete, accept: counts });
  const best = found?.schedule;
  if (!best) {
    const limited = maxPreemptions !== null && !control.cancelled();
    if (limited) return { ...result, verdict: "bounded", complete: false, stoppedBy: "maxPreemptions" };
    // The exploration has seen it, but the search for the clearest trace was given up.
    return {
      ...result, assumptions: [...assumptions, boundOf("no trace: the search for it was given up")], verdict: "violation", kind: exploration.findings.find(counts)?.kind ?? null,
      findings: exploration.findings.filter(counts).map((finding) => ({ kind: finding.kind, message: finding.message === "" ? finding.code : finding.message, step: 0 })),
    };
  }
  const lack = prepared.header.unsetIsSetup ? lackOf(world, best, hiddenOf(compiled.assumptions)) : null;
  if (lack?.isNamed === true && lack.kind !== "lock") return { ...base, reason: lackText(world, lack) };
  const { schedule, isLast } = continued(world, best, maxPreemptions, control);
  const trace = traceOf(world, schedule.setup, schedule.moves, request.side);
  const shortest = best.switches === 0 && best.moves.length <= 1 ? found : findBest(exploration.world, world, "steps", maxPreemptions, control, { isComplete: exploration.complete, accept: counts });
  const unproven = [...(found.proven ? [] : ["that no trace has fewer switches, or fewer steps, was not shown: the search was given up"]), ...(shortest?.proven === false ? ["that no trace is shorter was not shown: the search was given up"] : [])];
  const listed = [...assumptions, ...unproven.map(boundOf)];
  if (!trace) return { ...result, verdict: "violation", kind: best.findings[0]?.kind ?? null };
  const title = titleOf(prepared.header, code, request);
  return {
    ...result, assumptions: listed, verdict: "violation", kind: trace.findings[0]?.kind ?? best.findings[0]?.kind ?? null, findings: trace.findings, steps: trace.steps, objects: trace.objects, switches: best.switches,
    shortest: lengthOf(shortest?.schedule ?? best), token: writeToken(prepared.fingerprint, schedule.setup, schedule.moves),
    text: traceText({ title, trace, cpus: compiled.program.cpus.length, states: exploration.states, complete: exploration.complete, assumptions: listed, isLast }),
  };
}

function replayOnce(programs: Programs, code: Code, request: RunRequest, token: string): RunResult | null {
  const read = readToken(token);
  if (!read) return null;
  const prepared = programs.prepare(code.images, request);
  if (prepared.kind !== "program" || prepared.fingerprint !== read.fingerprint) return null;
  const attempts: [() => Compiled, boolean][] = [[() => prepared.compiled, true], [() => prepared.compiled, false], [() => prepared.compileShared(), false]];
  for (const [compile, twins] of attempts) {
    try {
      const compiled = compile();
      const trace: Trace | null = traceOf(new World(compiled.program, "shared", null, request.bounds.maxSteps, twins), read.setup, read.moves, request.side);
      if (!trace) return null;
      const assumptions = assumptionsOf(compiled, prepared, request, { entered: new Set(compiled.assumptions.flatMap((one) => one.owners)), states: 1, complete: true, stoppedBy: null });
      const { findings, steps, objects, switches } = trace;
      const kind = findings[0]?.kind ?? null;
      return {
        ...emptyResult(code, request, prepared.header, prepared.users), verdict: kind === null ? "bounded" : "violation", kind, findings, steps, objects, switches, stoppedBy: "replay", shortest: steps.length, token, assumptions,
        cpus: compiled.program.cpus.map((cpu) => cpu.name),
        text: traceText({ title: titleOf(prepared.header, code, request), trace, cpus: compiled.program.cpus.length, states: null, complete: false, assumptions, isLast: false }),
      };
    } catch (error) {
      if (!(error instanceof SymmetryBroken)) throw error;
    }
  }
  return null;
}

const lengthOf = (schedule: Schedule): number => schedule.moves.length + (schedule.at === "end" ? 1 : 0);

function assumptionsOf(compiled: Compiled, prepared: Prepared & { readonly kind: "program" }, request: RunRequest, exploration: Pick<Exploration, "entered" | "states" | "complete" | "stoppedBy">): Assumption[] {
  const cpus = compiled.program.cpus.length;
  const plain = (kind: Assumption["kind"], text: string): Assumption => ({ kind, text, where: null });
  return [
    ...compiled.assumptions.filter(({ owners }) => owners.length === 0 || owners.some((owner) => exploration.entered.has(owner))).map(({ assumption }) => assumption),
    plain("cpus", cpus === 1 ? "one CPU" : `${cpus} CPUs${prepared.users > 1 ? `, ${prepared.users} of them alike` : ""}; more may behave otherwise`),
    plain("memory-model", "sequentially consistent: every CPU sees all stores at once and in order"),
    plain("model", "the kernel is the model in src/kernel: what its comments leave out is not looked at"),
    ...(prepared.header.leaksAreNothing ? [plain("model", "what is alive at the end is not looked at: not everything that is taken is given back by what runs")] : []),
    ...(prepared.header.warningsAreNothing ? [plain("model", "warnings are not looked at: the values that setup() has made up cause them")] : []),
    ...(exploration.complete ? [] : [plain("bound", `stopped by ${exploration.stoppedBy ?? "a bound"} after ${exploration.states} states`)]),
    ...(request.bounds.maxPreemptions === null ? [] : [plain("bound", `schedules with at most ${request.bounds.maxPreemptions} CPU switches`)]),
  ];
}

const boundOf = (text: string): Assumption => ({ kind: "bound", text, where: null });

const whatIfName = (request: RunRequest): string | null => (request.whatIf === null || typeof request.whatIf === "string" ? request.whatIf : request.whatIf.name);

function titleOf(header: ScenarioHeader, code: Code, request: RunRequest): string {
  const whatIf = whatIfName(request);
  return `${header.title}, v${code.revision} ${code.patch} ${request.side}${whatIf === null ? "" : ` with the what-if ${whatIf}`}`;
}

function emptyResult(code: Code, request: RunRequest, header: ScenarioHeader | null, users: number): RunResult {
  return {
    scenario: header?.name ?? (typeof request.scenario === "string" ? request.scenario : request.scenario.name), revision: code.revision, patch: code.patch, side: request.side,
    whatIf: whatIfName(request),
    users, verdict: "does-not-apply", reason: null, kind: null, findings: [], states: 0, transitions: 0, complete: false, stoppedBy: null, schedules: null, switches: 0, cpus: [], steps: [], shortest: 0,
    assumptions: [], token: null, text: "",
  };
}
