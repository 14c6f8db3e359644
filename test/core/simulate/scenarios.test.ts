// Every shipped scenario and what-if on the series: the reduced exploration finds what the plain one finds.
import { describe, expect, it } from "vitest";
import { Readings } from "../../../src/core/simulate/drafts.js";
import { explore } from "../../../src/core/simulate/explore.js";
import { exploreAll } from "../../../src/core/simulate/explore-program.js";
import { prepare } from "../../../src/core/simulate/prepare.js";
import { listScenarios } from "../../../src/core/simulate/simulate.js";
import { corpusNote, hasCorpus } from "../corpus.js";
import { kernel, startReader } from "../kernel/kernel.js";
import { readCorpusSeries } from "../kernel/series.js";
import { quiet } from "./check.js";

/** Unreduced states up to which a run is compared: enough for all of them but those with three CPUs or more. */
const MOST_STATES = 100_000;
const PATCHES = [[1, 3], [1, 5], [2, 5], [3, 5]] as const;

describe.skipIf(!hasCorpus)(`the reduced exploration${corpusNote}`, () => {
  it("agrees with the unreduced one on every scenario and what-if of the series", { timeout: 600_000 }, async () => {
    const readings = new Readings(await startReader());
    const series = await readCorpusSeries();
    const wrong: string[] = [];
    let compared = 0;
    let tooLarge = 0;
    for (const [version, n] of PATCHES) {
      for (const side of ["before", "after"] as const) {
        const patch = series(version, n);
        if (patch === null) throw new Error("the input lacks a patch");
        const { images, index } = patch.code;
        const known = images.paths(index, side).flatMap((path) => images.image(index, path, side) ?? []);
        for (const { name, whatIfs } of listScenarios(kernel)) {
          for (const whatIf of [null, ...whatIfs.map((one) => one.name)]) {
            const bounds = { maxStates: MOST_STATES, maxSteps: 100_000, maxPreemptions: null };
            const prepared = prepare(readings, kernel, known, { patchKey: patch.key, side, scenario: name, whatIf, users: null, bounds });
            if (prepared.kind !== "program") continue;
            const plain = explore(prepared.compiled.program, "every", false, bounds, quiet);
            if (!plain.complete) {
              tooLarge++;
              continue;
            }
            const { exploration } = exploreAll(prepared, bounds, quiet);
            const expected = new Set(plain.findings.map((finding) => finding.kind));
            const found = new Set(exploration.findings.map((finding) => finding.kind));
            compared++;
            const agree = exploration.complete && expected.size > 0 === found.size > 0 && [...found].every((kind) => expected.has(kind)) && (exploration.missing !== null) === (plain.missing !== null);
            if (!agree) wrong.push(`${name} v${String(version)} ${String(n)} ${side} ${whatIf ?? ""}: ${[...found].join()} instead of ${[...expected].join()}`);
          }
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(80);
    expect(tooLarge).toBeLessThan(compared / 5);
  });
});
