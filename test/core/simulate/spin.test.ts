// Spin judges the same program: verdicts, counts of states, and the length of the shortest trace. Needs `spin` and `cc`.
import { describe, expect, it } from "vitest";
import { search } from "../../../src/core/simulate/search.js";
import { promelaModel, SPIN_END_STATES, SPIN_START_STATES } from "../../../src/core/simulate/promela/model.js";
import { measureRoom } from "../../../src/core/simulate/promela/room.js";
import { World } from "../../../src/core/simulate/world.js";
import { runSpin, spinVersion } from "../../../src/worker/spin.js";
import { compiled, exploration, quiet } from "./check.js";
import { randomScenario } from "./random.js";

const version = await spinVersion();
const note = version === null ? " [skipped: no spin or no cc is installed]" : "";

/** LIFELINE_SPIN asks for more programs than every run of the tests gives to Spin. */
const PROGRAMS = Number(process.env["LIFELINE_SPIN"] ?? 8);

describe.skipIf(version === null)(`Spin${note}`, () => {
  it(`finds the same in as many states as the unreduced machine, on ${String(PROGRAMS)} random programs`, { timeout: 30_000 * PROGRAMS }, async () => {
    const wrong: string[] = [];
    let violations = 0;
    for (let seed = 1; seed <= PROGRAMS; seed++) {
      const program = compiled(randomScenario(seed));
      const ours = exploration(program, "every", false);
      const model = promelaModel(program, `random program ${String(seed)}`, measureRoom(program, 5_000));
      if ("reason" in model) throw new Error(model.reason);
      const theirs = await runSpin(model.text, { search: "full", optimize: 0 });
      const kinds = [...new Set(ours.findings.map((finding) => finding.kind))].sort().join();
      if (kinds !== "") violations++;
      const said = `${[...theirs.kinds].sort().join()} in ${String(theirs.states - SPIN_START_STATES - SPIN_END_STATES)}`;
      if (said !== `${kinds} in ${String(ours.states)}` || !theirs.complete) wrong.push(`seed ${String(seed)}: ${said}, ours ${kinds} in ${String(ours.states)} (${theirs.problem ?? ""})`);
    }
    expect(wrong).toEqual([]);
    expect(violations).toBeGreaterThan(0);
  });

  it("has no shorter trace", { timeout: 120_000 }, async () => {
    for (const seed of [1, 4, 9]) {
      const program = compiled(randomScenario(seed));
      const ours = search(new World(program, "every", null, 5_000, false), "steps", () => true, { maxSwitches: null }, quiet);
      const model = promelaModel(program, "random program", measureRoom(program, 5_000));
      if ("reason" in model || ours === null) throw new Error("nothing to compare");
      expect([seed, (await runSpin(model.text, { search: "breadth", optimize: 0 })).steps]).toEqual([seed, ours.moves.length]);
    }
  });

  it("stops when nobody wants its answer, and says why there is none", { timeout: 60_000 }, async () => {
    const model = promelaModel(compiled(randomScenario(1)), "random program", { heap: 128, registers: 64, ways: 1 });
    if ("reason" in model) throw new Error(model.reason);
    expect((await runSpin(model.text, { search: "full", cancelled: () => true })).problem).toBe("cancelled");
    expect((await runSpin("this is no model", { search: "full" })).problem).toMatch(/error/i);
  });

  it("gets more room where the model's is too small", { timeout: 60_000 }, async () => {
    const program = compiled(randomScenario(9));
    const model = promelaModel(program, "random program", { heap: 8, registers: 4, ways: 1 });
    if ("reason" in model) throw new Error(model.reason);
    const found = await runSpin(model.text, { search: "full", optimize: 0 });
    expect([found.problem, found.kinds, found.states]).toEqual([null, ["double-free"], exploration(program, "every", false).states + SPIN_START_STATES + SPIN_END_STATES]);
  });
});
