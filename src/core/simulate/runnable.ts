// A new scenario that runs: its set-up is completed with what a short run of it misses, until nothing is missing or something else goes wrong.
import type { Unit } from "./compile/link.js";
import type { Readings } from "./drafts.js";
import type { RawFinding } from "./execution.js";
import { exploreAll } from "./explore-program.js";
import { type Lack, lackOf, hiddenOf } from "./lacks.js";
import { prepare } from "./prepare.js";
import { search } from "./search.js";
import type { Code } from "./simulate.js";
import { writeSkeleton } from "./skeleton.js";
import type { Bounds, KernelSources, SourceText } from "./types.js";
import { Stopped, World } from "./world.js";

/** Things that are added to one set-up. */
const MOST_LACKS = 24;
/** A run that looks for what is missing is a short one. */
const BOUNDS: Bounds = { maxStates: 3000, maxSteps: 5000, maxPreemptions: null };
const MOST_NODES = 20_000;
const QUIET = { progress: (): void => undefined, cancelled: (): boolean => false };

/** The scenario for some functions, with a set-up that gives them what their lines reach for. */
export function writeRunnable(readings: Readings, kernel: KernelSources, code: Code, units: readonly Unit[], names: readonly string[]): SourceText {
  const lacks: Lack[] = [];
  let text = writeSkeleton(units, names, lacks);
  let before = text;
  while (lacks.length < MOST_LACKS) {
    const lack = missingIn(readings, kernel, code, text);
    // A line that setup() itself stumbles over is left out again.
    if (lack === "setup") return before;
    if (lack === null || (lack.place === null && lack.kind !== "values" && lack.kind !== "leaks") || lacks.some((one) => one.kind === lack.kind && one.place === lack.place && (lack.kind !== "lock" || one.cpu === lack.cpu))) return text;
    const next = writeSkeleton(units, names, [...lacks, lack]);
    // What cannot be written in C leaves the text as it was.
    if (next.text === text.text || prepare(readings, kernel, code.images, requestFor(next)).kind !== "program") return text;
    lacks.push(lack);
    before = text;
    text = next;
  }
  return text;
}

function missingIn(readings: Readings, kernel: KernelSources, code: Code, scenario: SourceText): Lack | "setup" | null {
  const prepared = prepare(readings, kernel, code.images, requestFor(scenario));
  if (prepared.kind !== "program") return null;
  const { exploration, compiled, twins } = exploreAll(prepared, { ...BOUNDS, firstFinding: !prepared.header.warningsAreNothing }, QUIET);
  const { warningsAreNothing, leaksAreNothing } = prepared.header;
  const counts = (finding: RawFinding): boolean => !(warningsAreNothing && finding.kind === "warn") && !(leaksAreNothing && finding.kind === "leak");
  if (exploration.missing !== null || !exploration.findings.some(counts)) return null;
  try {
    const world = new World(compiled.program, "shared", null, BOUNDS.maxSteps, twins);
    const schedule = search(world, "switches", counts, { maxSwitches: null, maxNodes: MOST_NODES }, QUIET);
    return schedule === null ? null : schedule.at === "setup" ? "setup" : lackOf(world, schedule, hiddenOf(compiled.assumptions));
  } catch (error) {
    if (error instanceof Stopped) return null;
    throw error;
  }
}

const requestFor = (scenario: SourceText): Parameters<typeof prepare>[3] => ({ patchKey: "", side: "after", scenario, whatIf: null, users: null, bounds: BOUNDS });
