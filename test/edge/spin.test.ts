// A swarm of an installed Spin: what it finds, what it says of itself on the way, and how it stops. Needs `spin` and `cc`.
import { describe, expect, it } from "vitest";
import { promelaModel } from "../../src/core/simulate/promela/model.js";
import { measureRoom } from "../../src/core/simulate/promela/room.js";
import { runSpin, spinVersion } from "../../src/worker/spin.js";
import { compiled, exploration } from "../core/simulate/check.js";
import { randomScenario } from "../core/simulate/random.js";

const version = await spinVersion();
const note = version === null ? " [skipped: no spin or no cc is installed]" : "";

function modelOf(scenario: string): string {
  const program = compiled(scenario);
  const model = promelaModel(program, "swarm", measureRoom(program, 5_000));
  if ("reason" in model) throw new Error(model.reason);
  return model.text;
}

/** So many CPUs that each count a word of their own up: nothing goes wrong, in more states than fit into a short search. */
function counters(cpus: number, steps: number): string {
  const lines = ["/* scenario: counters */"];
  for (let cpu = 0; cpu < cpus; cpu++) lines.push(`int x${String(cpu)};`, `void cpu${String(cpu)}(void) { int i; for (i = 0; i < ${String(steps)}; i++) x${String(cpu)} = i; }`);
  return lines.join("\n");
}

describe.skipIf(version === null)(`a swarm of Spin${note}`, () => {
  it("finds what the exploration finds, and never says that it has looked at everything", { timeout: 120_000 }, async () => {
    for (const seed of [1, 9]) {
      const scenario = randomScenario(seed);
      const ours = [...new Set(exploration(compiled(scenario), "every", false).findings.map((finding) => finding.kind))].sort();
      const swarm = await runSpin(modelOf(scenario), { search: "swarm", workers: 3, parallel: 2, optimize: 0, memory: 512 });
      expect([seed, swarm.problem, swarm.complete, [...swarm.kinds].sort()]).toEqual([seed, null, false, ours]);
      expect(swarm.states).toBeGreaterThan(0);
    }
  });

  it("finds nothing where there is nothing, and proves nothing by that", { timeout: 120_000 }, async () => {
    const swarm = await runSpin(modelOf(counters(2, 4)), { search: "swarm", workers: 2, parallel: 1, optimize: 0, memory: 512 });
    expect([swarm.problem, swarm.complete, swarm.kinds]).toEqual([null, false, []]);
  });

  it("tells how far all its searches are together, and ends all of them when nobody waits any more", { timeout: 120_000 }, async () => {
    const told: number[] = [];
    const swarm = await runSpin(modelOf(counters(6, 40)), { search: "swarm", workers: 4, parallel: 2, optimize: 1, memory: 512, progress: (states) => told.push(states), cancelled: () => told.length > 2 });
    expect([swarm.problem, swarm.kinds]).toEqual(["cancelled", []]);
    expect(told.length).toBeGreaterThan(2);
    expect(Math.max(...told)).toBeGreaterThanOrEqual(100_000);
  });
});
