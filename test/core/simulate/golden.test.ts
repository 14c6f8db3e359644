// States of the flagship, counted: a number that grows is a reduction that was lost, one that shrinks may be a step that went missing.
import { describe, expect, it } from "vitest";
import { exploreAll } from "../../../src/core/simulate/explore-program.js";
import { Readings } from "../../../src/core/simulate/drafts.js";
import { prepare } from "../../../src/core/simulate/prepare.js";
import { createSimulator } from "../../../src/core/simulate/simulate.js";
import { corpusNote, hasCorpus } from "../corpus.js";
import { kernel, startReader } from "../kernel/kernel.js";
import { readCorpusSeries } from "../kernel/series.js";
import { countClasses } from "./bisimulation.js";
import { quiet } from "./check.js";

/** States and transitions of open-last-put on v2 5/5 after, by the number of users. */
const GOLDEN: readonly (readonly [number, number, number])[] = [[1, 208, 357], [2, 1339, 3198], [3, 6810, 20710], [4, 28723, 104314], [5, 103255, 428917], [6, 325143, 1500749]];

describe.skipIf(!hasCorpus)(`open-last-put on v2 5/5${corpusNote}`, () => {
  it("has as many states as it should, for one to six users", { timeout: 300_000 }, async () => {
    const patch = (await readCorpusSeries())(2, 5);
    if (patch === null) throw new Error("the input has no v2 5/5");
    const { images, index } = patch.code;
    const code = { images: images.paths(index, "after").flatMap((path) => images.image(index, path, "after") ?? []), revision: 2, patch: 5 };
    const simulator = createSimulator(await startReader(), kernel);
    const counted = GOLDEN.map(([users]) => {
      const result = simulator.simulate(code, { patchKey: patch.key, side: "after", scenario: "open-last-put", whatIf: null, users, bounds: { maxStates: 1_000_000, maxSteps: 100_000, maxPreemptions: null } }, quiet);
      return [users, result.states, result.transitions];
    });
    expect(counted).toEqual(GOLDEN);
    expect(counted.at(-1)?.[1]).toBeLessThan(500_000);
  });

  it("tells hardly any states apart that cannot go on differently: what is left is the error that a failed open() gives back", async () => {
    const patch = (await readCorpusSeries())(2, 5);
    if (patch === null) throw new Error("the input has no v2 5/5");
    const { images, index } = patch.code;
    const known = images.paths(index, "after").flatMap((path) => images.image(index, path, "after") ?? []);
    const prepared = prepare(new Readings(await startReader()), kernel, known, { patchKey: patch.key, side: "after", scenario: "open-last-put", whatIf: null, users: 2, bounds: { maxStates: 100_000, maxSteps: 100_000, maxPreemptions: null } });
    if (prepared.kind !== "program") throw new Error(prepared.reason);
    const { exploration } = exploreAll(prepared, { maxStates: 100_000, maxSteps: 100_000 }, quiet);
    const { states, classes } = countClasses(exploration.world);
    expect(states).toBe(exploration.states);
    expect(classes).toBeGreaterThan(states * 0.95);
  });
});
