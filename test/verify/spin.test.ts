// Every scenario and what-if of the vfio series, and many random programs, in Spin: same kinds of findings, same counts of states, same length of
// the shortest trace. Takes long, so it is `npm run verify` and no part of the tests; a fixed sample of it is (test/core/simulate/spin.test.ts).
import { beforeAll, describe, expect, it } from "vitest";
import { explore } from "../../src/core/simulate/explore.js";
import { Readings } from "../../src/core/simulate/drafts.js";
import { prepare } from "../../src/core/simulate/prepare.js";
import { exportPromela } from "../../src/core/simulate/promela/export.js";
import { SPIN_END_STATES, SPIN_START_STATES } from "../../src/core/simulate/promela/model.js";
import { search } from "../../src/core/simulate/search.js";
import { listScenarios } from "../../src/core/simulate/simulate.js";
import { World } from "../../src/core/simulate/world.js";
import { runSpin, spinVersion } from "../../src/worker/spin.js";
import { corpusNote, hasCorpus } from "../core/corpus.js";
import { kernel, startReader } from "../core/kernel/kernel.js";
import { readCorpusSeries } from "../core/kernel/series.js";

const version = await spinVersion();
const note = version === null ? " [skipped: no spin or no cc is installed]" : "";
/** States beyond which a run is left to the reduced exploration; such runs are named. */
const MOST_STATES = 400_000;
const quiet = { progress: (): void => undefined, cancelled: (): boolean => false };
const bounds = { maxStates: MOST_STATES, maxSteps: 100_000, maxPreemptions: null };

const revisions = [[1, 3], [1, 5], [2, 5], [3, 5]] as const;
const runs = revisions.flatMap(([version, patch]) => (["before", "after"] as const).flatMap((side) =>
  listScenarios(kernel).flatMap((scenario) => [null, ...scenario.whatIfs.map((one) => one.name)].map((whatIf) => ({ version, patch, side, scenario: scenario.name, whatIf })))));

describe.skipIf(version === null || !hasCorpus)(`Spin on the vfio series${note}${corpusNote}`, () => {
  let readings: Readings;
  let series: Awaited<ReturnType<typeof readCorpusSeries>>;
  beforeAll(async () => {
    readings = new Readings(await startReader());
    series = await readCorpusSeries();
  });

  for (const run of runs) it(`${run.scenario} v${String(run.version)} ${String(run.patch)} ${run.side}${run.whatIf === null ? "" : ` ${run.whatIf}`}`, { timeout: 600_000 }, async ({ skip }) => {
    const patch = series(run.version, run.patch);
    if (patch === null) throw new Error("the input lacks the patch");
    const { images, index } = patch.code;
    const known = images.paths(index, run.side).flatMap((path) => images.image(index, path, run.side) ?? []);
    const prepared = prepare(readings, kernel, known, { patchKey: patch.key, side: run.side, scenario: run.scenario, whatIf: run.whatIf, users: null, bounds });
    if (prepared.kind !== "program") return skip(prepared.reason);
    const { program } = prepared.compiled;
    const ours = explore(program, "every", false, bounds, quiet);
    if (!ours.complete) return skip(`${ours.missing ?? ours.stoppedBy ?? "not complete"}`);
    const model = exportPromela(prepared, run.scenario, bounds.maxSteps);
    if ("reason" in model) throw new Error(model.reason);
    const theirs = await runSpin(model.text, { search: "full", optimize: 1 });
    expect([theirs.problem, [...theirs.kinds].sort(), theirs.states]).toEqual([null, [...new Set(ours.findings.map((finding) => finding.kind))].sort(), ours.states + SPIN_START_STATES + SPIN_END_STATES]);
    if (ours.findings.length === 0) return;
    const best = search(new World(program, "every", null, bounds.maxSteps, false), "steps", () => true, { maxSwitches: null }, quiet);
    expect((await runSpin(model.text, { search: "breadth", optimize: 1 })).steps).toBe(best?.moves.length);
  });
});
