// The trace to show: found on the merged moves of an exploration, and as good as what a search over every step finds.
import { describe, expect, it } from "vitest";
import { findBest } from "../../../src/core/simulate/best.js";
import type { Program } from "../../../src/core/simulate/ir.js";
import { search, type Order } from "../../../src/core/simulate/search.js";
import { World } from "../../../src/core/simulate/world.js";
import { compiled, exploration, quiet } from "./check.js";
import { randomScenario } from "./random.js";

const PROGRAMS = 120;
const single = (program: Program): World => new World(program, "shared", null, 5_000, true);

describe("the best schedule", () => {
  it.each<Order>(["switches", "steps"])(`by %s is the one that a search over every step finds, on ${String(PROGRAMS)} random programs`, (order) => {
    const wrong: string[] = [];
    let violations = 0;
    let merged = 0;
    let found = 0;
    let bounded = 0;
    for (let seed = 1; seed <= PROGRAMS; seed++) {
      const program = compiled(randomScenario(seed));
      const explored = exploration(program, "reduced");
      if (explored.findings.length === 0) continue;
      violations++;
      const full = search(single(program), order, () => true, { maxSwitches: null }, quiet);
      const best = findBest(explored.world, single(program), order, null, quiet, { isComplete: explored.complete, accept: () => true });
      const alone = findBest(explored.world, single(program), order, null, quiet, { isComplete: false, accept: () => true, most: 0 });
      const cost = (one: typeof full | undefined): string => (one ? `${order === "switches" ? `${String(one.switches)} switches, ` : ""}${String(one.moves.length)} steps` : "none");
      if (cost(best?.schedule) !== cost(full) || best?.proven !== true) wrong.push(`seed ${String(seed)}: ${cost(best?.schedule)} instead of ${cost(full)}`);
      if (cost(alone?.schedule) === cost(full)) merged++;
      const least = search(explored.world, order, () => true, { maxSwitches: null, isLowerBound: true }, quiet)?.cost;
      const most = { switches: order === "switches" ? (full?.switches ?? 0) : 0, steps: full?.moves.length ?? 0 };
      if (!least || least.switches > most.switches || (least.switches === most.switches && least.steps > most.steps)) wrong.push(`seed ${String(seed)}: a lower bound of ${String(least?.steps)} steps above ${cost(full)}`);
      else if (least.switches === most.switches && least.steps === most.steps) bounded++;
      if (alone) found++;
    }
    expect(wrong).toEqual([]);
    expect(violations).toBeGreaterThan(PROGRAMS / 10);
    // Merged moves always lead to a schedule, most often to the best.
    expect(found).toBe(violations);
    expect(merged).toBeGreaterThan(violations / 2);
    // And the bound is most often what the best costs: then nothing else has to be looked at.
    expect(bounded).toBeGreaterThan(violations * 0.8);
  });

  it("is there, and not called the best, when the search for a better one is given up", () => {
    const program = compiled("/* scenario: five\nusers: 5\n*/\nstruct obj { int a; };\nstruct obj *shared; int x;\nvoid user(void) { x++; x++; x++; if (x == 13) { struct obj *o = kzalloc(sizeof(*o), 0); shared = o; } }\n");
    const explored = exploration(program, "reduced");
    const best = findBest(explored.world, single(program), "switches", null, quiet, { isComplete: false, accept: () => true, most: 10 });
    expect([best?.proven, best?.schedule.findings.map((finding) => finding.kind)]).toEqual([false, ["leak"]]);
  });
});
