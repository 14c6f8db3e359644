// Runs mutants under the scenarios that reach them, and says of every line whether something fails without it.
import type { Unit } from "./compile/link.js";
import type { Readings } from "./drafts.js";
import { exploreAll } from "./explore-program.js";
import { listMutants, statementLines } from "./mutants.js";
import type { LineRef, LineVerdict, Mutant, MutantReport, MutantRun } from "./mutant-types.js";
import { prepare } from "./prepare.js";
import { readHeader } from "./scenario.js";
import type { Code } from "./simulate.js";
import type { Bounds, FindingKind, KernelSources, RunRequest, SourceText, Verdict, WhatIf } from "./types.js";

export interface MutantRequest {
  readonly patchKey: string;
  readonly side: RunRequest["side"];
  /** The lines to judge: those that the patch changes on this side. */
  readonly lines: readonly LineRef[];
  /** Scenarios by name or as texts; null takes all that are shipped. Those that are not clean on the code as it is cannot judge. */
  readonly scenarios: readonly (string | SourceText)[] | null;
  readonly bounds: Bounds;
}

export interface MutantControl {
  /** Explorations that are done, and how many there may be at most. */
  progress(done: number, total: number): void;
  cancelled(): boolean;
}

/** One exploration without a trace: the verdict is all that is asked. */
interface Judgement { readonly verdict: Verdict; readonly kind: FindingKind | null; readonly message: string; readonly states: number; readonly entered: ReadonlySet<string> }

/** The mutants of some lines of a code, ready to be run one by one. */
export function mutantsOf(readings: Readings, code: Code, lines: readonly LineRef[]): readonly Mutant[] {
  return listMutants(unitsOf(readings, code), lines);
}

/** Judges lines by their mutants. Each mutant is run until one scenario shows that it fails; a line that has failed once is not tried again. */
export function judgeMutants(readings: Readings, kernel: KernelSources, code: Code, request: MutantRequest, control: MutantControl): MutantReport {
  const units = unitsOf(readings, code);
  const mutants = listMutants(units, request.lines);
  let runs = 0;
  const scenarios = request.scenarios ?? kernel.scenarios;
  // A mutant is tried under each scenario at most, and so is the probe of its place.
  const total = scenarios.length * (1 + 2 * mutants.length);
  const judged = (scenario: string | SourceText, whatIf: WhatIf | null): Judgement => {
    runs++;
    control.progress(runs, total);
    return judge(readings, kernel, code, { patchKey: request.patchKey, side: request.side, scenario, whatIf, users: null, bounds: request.bounds }, control);
  };
  const bases = scenarios.map((scenario) => {
    const name = typeof scenario === "string" ? scenario : readHeader(scenario).name;
    return { name, scenario, ...(control.cancelled() ? STOPPED : judged(scenario, null)) };
  });
  // What is soon explored is tried first.
  const able = bases.filter((base) => base.verdict === "clean").sort((a, b) => a.states - b.states);
  const results = new Map<Mutant, MutantRun[]>();
  const reached = new Set<Mutant>();
  const bearing = new Set<string>();
  const lineKeys = (mutant: Mutant): string[] => mutant.lines.map((line) => `${mutant.path}:${String(line)}`);

  for (const mutant of mutants) {
    const tried: MutantRun[] = [];
    results.set(mutant, tried);
    if (lineKeys(mutant).every((key) => bearing.has(key))) continue;
    for (const base of able) {
      if (!base.entered.has(mutant.function)) continue;
      if (control.cancelled()) break;
      const { verdict, kind, message } = judged(base.scenario, mutant.whatIf);
      tried.push({ mutant, scenario: base.name, verdict, kind, message });
      if (verdict !== "violation") continue;
      lineKeys(mutant).forEach((key) => bearing.add(key));
      break;
    }
  }
  for (const mutant of mutants) {
    const tried = results.get(mutant) ?? [];
    if (lineKeys(mutant).every((key) => bearing.has(key)) || !tried.some((run) => run.verdict === "clean")) continue;
    const comes = (base: (typeof able)[number]): boolean => !control.cancelled() && judged(base.scenario, { name: "probe", title: "", edits: [], splices: [mutant.probe] }).kind === "warn";
    if (able.some((base) => tried.some((run) => run.scenario === base.name && run.verdict === "clean") && comes(base))) reached.add(mutant);
  }

  const lines = statementLines(units, request.lines).map((ref): LineVerdict => {
    const own = mutants.filter((mutant) => mutant.path === ref.path && mutant.lines.includes(ref.line));
    const ownRuns = own.flatMap((mutant) => results.get(mutant) ?? []);
    const text = units.find((unit) => unit.path === ref.path)?.text.split("\n")[ref.line - 1]?.trim() ?? "";
    const line = { ...ref, text, runs: ownRuns };
    if (bearing.has(`${ref.path}:${String(ref.line)}`)) return { ...line, verdict: "load-bearing", why: null };
    if (own.some((mutant) => reached.has(mutant))) return { ...line, verdict: "no-effect", why: null };
    return { ...line, verdict: "not-run", why: whyNot(own, ownRuns, able.length, control.cancelled()) };
  });
  return { revision: code.revision, patch: code.patch, lines, scenarios: bases.map(({ name, verdict }) => ({ name, verdict })), runs, complete: !control.cancelled() };
}

const STOPPED: Judgement = { verdict: "bounded", kind: null, message: "cancelled", states: 0, entered: new Set() };

function whyNot(mutants: readonly Mutant[], runs: readonly MutantRun[], able: number, cancelled: boolean): LineVerdict["why"] {
  if (mutants.length === 0) return "nothing-to-change";
  if (cancelled) return "cancelled";
  if (able === 0) return "no-scenario";
  if (runs.some((run) => run.verdict === "clean")) return "not-reached";
  if (runs.some((run) => run.verdict === "bounded")) return "bounded";
  return runs.length > 0 ? "does-not-compile" : "not-reached";
}

function judge(readings: Readings, kernel: KernelSources, code: Code, request: RunRequest, control: MutantControl): Judgement {
  const prepared = prepare(readings, kernel, code.images, request);
  const of = (verdict: Verdict, kind: FindingKind | null, message: string, states = 0, entered: ReadonlySet<string> = new Set()): Judgement => ({ verdict, kind, message, states, entered });
  if (prepared.kind === "does-not-apply") return of("does-not-apply", null, prepared.reason);
  const { maxStates, maxSteps } = request.bounds;
  const { exploration, compiled } = exploreAll(prepared, { maxStates, maxSteps, firstFinding: true }, { progress: () => undefined, cancelled: () => control.cancelled() });
  const { missing, states } = exploration;
  const entered = new Set([...exploration.entered].map((index) => compiled.program.functions[index]?.name ?? ""));
  const [finding] = exploration.findings;
  if (missing !== null) return of("does-not-apply", null, missing, states, entered);
  if (finding) return of("violation", finding.kind, finding.code === "report" ? finding.message : "", states, entered);
  return exploration.complete ? of("clean", null, "", states, entered) : of("bounded", null, exploration.stoppedBy ?? "", states, entered);
}

/** The files of the code, read. */
export function unitsOf(readings: Readings, code: Code): readonly Unit[] {
  return code.images.filter((image) => !image.absent && /\.[ch]$/.test(image.path)).map((image) => readings.image(image));
}
