// Every scenario and what-if on one patch of the vfio series, in Spin: same kinds of findings, same counts of states, same length of the shortest
// trace; what Spin said of each run, and in what time, is printed at the end. Takes minutes, so it is `npm run verify` and no part of the tests.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { explore, type Exploration } from "../../src/core/simulate/explore.js";
import { Readings } from "../../src/core/simulate/drafts.js";
import { prepare } from "../../src/core/simulate/prepare.js";
import { exportPromela } from "../../src/core/simulate/promela/export.js";
import { SPIN_END_STATES, SPIN_START_STATES } from "../../src/core/simulate/promela/model.js";
import { listScenarios } from "../../src/core/simulate/simulate.js";
import type { SpinVerdict } from "../../src/core/simulate/types.js";
import { runSpin, type SpinOptions } from "../../src/worker/spin.js";
import { corpusNote, hasCorpus } from "../core/corpus.js";
import { kernel, startReader } from "../core/kernel/kernel.js";
import { traceLengths } from "../core/simulate/trace-lengths.js";
import { readCorpusSeries } from "../core/kernel/series.js";

/** Unreduced states up to which every state is compared; a run with more is run with one user, or searched in part. */
const MOST_STATES = 60_000;
/** Milliseconds that Spin gets for each search. */
const LIMIT = 60_000;
const quiet = { progress: (): void => undefined, cancelled: (): boolean => false };
const bounds = { maxStates: MOST_STATES, maxSteps: 100_000, maxPreemptions: null };

type Program = ReturnType<typeof prepare> & { readonly kind: "program" };

/** Declares the tests of one patch. */
export function verifyPatch(version: number, n: number, spin: string | null): void {
  const note = spin === null ? " [skipped: no spin or no cc is installed]" : "";
  describe.skipIf(spin === null || !hasCorpus)(`Spin on v${String(version)} ${String(n)}/5${note}${corpusNote}`, () => {
    const said: string[] = [];
    let readings: Readings;
    let series: Awaited<ReturnType<typeof readCorpusSeries>>;
    beforeAll(async () => {
      readings = new Readings(await startReader());
      series = await readCorpusSeries();
    });
    afterAll(() => console.log(said.join("\n")));

    const runs = (["before", "after"] as const).flatMap((side) => listScenarios(kernel).flatMap((scenario) => [null, ...scenario.whatIfs.map((one) => one.name)].map((whatIf) => ({ side, scenario: scenario.name, whatIf }))));
    for (const { side, scenario, whatIf } of runs) {
      const name = `${scenario} v${String(version)} ${String(n)} ${side}${whatIf === null ? "" : ` ${whatIf}`}`;
      it(name, { timeout: 6 * LIMIT }, async ({ skip }) => {
        const patch = series(version, n);
        if (patch === null) throw new Error("the input lacks the patch");
        const { images, index } = patch.code;
        const known = images.paths(index, side).flatMap((path) => images.image(index, path, side) ?? []);
        const prepareWith = (users: number | null): ReturnType<typeof prepare> => prepare(readings, kernel, known, { patchKey: patch.key, side, scenario, whatIf, users, bounds });
        const whole = prepareWith(null);
        if (whole.kind !== "program") return skip(whole.reason);
        const tell = (how: string, text: string): void => { said.push(`${name}, ${how}: ${text}`); };
        const compared = await compareAll(whole, scenario);
        if (compared !== null) return tell(`${String(whole.users)} users`, compared);
        // Too many states for one another: in part, which can only find what we have found; and all of a smaller run.
        tell(`${String(whole.users)} users, bitstate`, await compareInPart(whole, scenario));
        const smaller = whole.users > 1 ? prepareWith(1) : null;
        const again = smaller?.kind === "program" ? await compareAll(smaller, scenario) : null;
        if (smaller !== null) tell("1 user", again ?? `not run: more than ${String(MOST_STATES)} states without reductions`);
      });
    }
  });
}

/** Compares every state; null when there are too many. What Spin said, else. */
async function compareAll(prepared: Program, title: string): Promise<string | null> {
  const { program } = prepared.compiled;
  const ours = explore(program, "every", false, bounds, quiet);
  if (ours.missing !== null) return `not run: ${ours.missing}`;
  if (!ours.complete) return null;
  const model = textOf(prepared, title);
  const theirs = await ask(model, "full", 0);
  expect([theirs.problem, [...theirs.kinds].sort(), theirs.states]).toEqual([null, kindsOf(ours), ours.states + SPIN_START_STATES + SPIN_END_STATES]);
  if (ours.findings.length === 0) return `${spoken(theirs)}`;
  const breadth = await ask(model, "breadth", 0);
  expect(breadth.problem).toBeNull();
  expect(traceLengths(program, bounds.maxSteps)).toContain(breadth.steps);
  return `${spoken(theirs)}; shortest trace ${String(breadth.steps)}`;
}

/** Spin searches with a few bits for each state, for as long as it may; every kind that it finds must be one of ours. */
async function compareInPart(prepared: Program, title: string): Promise<string> {
  const ours = explore(prepared.compiled.program, "reduced", true, { ...bounds, maxStates: 2_000_000 }, quiet);
  if (ours.missing !== null) return `not run: ${ours.missing}`;
  const theirs = await ask(textOf(prepared, title), "swarm", 1);
  if (theirs.problem === "cancelled") return `no verdict in ${String(LIMIT / 1000)} s`;
  if (theirs.problem === null) expect(theirs.kinds.filter((kind) => !kindsOf(ours).includes(kind))).toEqual([]);
  return `${spoken(theirs)}; ours ${kindsOf(ours).join() || "nothing"} in ${String(ours.states)}${ours.complete ? "" : ", not complete"}`;
}

function textOf(prepared: Program, title: string): string {
  const model = exportPromela(prepared, title, bounds.maxSteps);
  if ("reason" in model) throw new Error(model.reason);
  return model.text;
}

function ask(model: string, how: SpinOptions["search"], optimize: 0 | 1): Promise<SpinVerdict> {
  const end = performance.now() + LIMIT;
  return runSpin(model, { search: how, optimize, workers: 1, memory: 2048, cancelled: () => performance.now() > end });
}

const kindsOf = (exploration: Exploration): string[] => [...new Set(exploration.findings.map((finding) => finding.kind))].sort();

function spoken({ problem, kinds, states, complete, compile, search: time }: SpinVerdict): string {
  return `Spin ${problem ?? (kinds.join() || "finds nothing")}, ${String(states)} states${complete ? "" : ", not all"}, ${compile.toFixed(0)} ms to compile, ${time.toFixed(0)} ms to search`;
}
