// The reduced exploration against the plain one: no verdict may change, no finding may be invented, and every run ends in the same memories.
import { describe, expect, it } from "vitest";
import type { KernelSources } from "../../../src/core/simulate/types.js";
import { kernel } from "../kernel/kernel.js";
import { exploreShared, mini, prepared } from "./check.js";
import { finalStates } from "./final-states.js";
import { randomKernelScenario } from "./random-kernel.js";
import { randomScenario } from "./random.js";

/** LIFELINE_RANDOM asks for more programs than every run of the tests explores, LIFELINE_RANDOM_FROM for others. */
const PROGRAMS = Number(process.env["LIFELINE_RANDOM"] ?? 500);
const FIRST = Number(process.env["LIFELINE_RANDOM_FROM"] ?? 1);
/** Unreduced states up to which a program is compared. */
const MOST_STATES = 30_000;
const seeds = Array.from({ length: PROGRAMS }, (_, at) => FIRST + at);

describe("the reduced exploration", () => {
  it.each([["locks and memory", randomScenario, mini], ["all that the kernel model has", randomKernelScenario, kernel]] as const)(`agrees with the unreduced one on ${String(PROGRAMS)} random programs over %s`, { timeout: 600_000 }, (_what, scenarioOf, sources) => {
    const wrong: string[] = [];
    let compared = 0;
    let violations = 0;
    let masked = 0;
    const entered = new Set<string>();
    for (const seed of seeds) {
      const program = prepared(scenarioOf(seed), sources);
      const plain = exploreShared(program, "every", false, MOST_STATES);
      if (plain?.missing !== null) wrong.push(`seed ${String(seed)}: ${plain?.missing ?? ""}`);
      if (plain?.complete !== true) continue;
      compared++;
      for (const index of plain.entered) entered.add(program.compiled.program.functions[index]?.name ?? "");
      const kinds = new Set(plain.findings.map((finding) => finding.kind));
      const ends = finalStates(plain.world);
      if (kinds.size > 0) violations++;
      for (const [mode, twins] of [["every", true], ["shared", true], ["reduced", false], ["reduced", true]] as const) {
        // Objects of twins are numbered in the order in which they are allocated: that may make more states.
        const other = exploreShared(program, mode, twins, 4 * MOST_STATES);
        // A program that asks for the number of its CPU has no twins.
        if (other === null) continue;
        const found = new Set(other.findings.map((finding) => finding.kind));
        const lost = [...kinds].filter((kind) => !found.has(kind));
        const invented = [...found].filter((kind) => !kinds.has(kind));
        // A use after free ends a path before what else would have been found on it.
        if (lost.length > 0 && found.has("use-after-free")) masked++;
        else if (lost.length > 0 || invented.length > 0 || !other.complete) wrong.push(`seed ${String(seed)} ${mode} twins ${String(twins)}: ${[...found].join()} instead of ${[...kinds].join()}`);
        const reached = finalStates(other.world);
        // An access that is put off may meet the memory freed; then it ends what would have gone on.
        const missed = found.has("use-after-free") ? 0 : [...ends].filter((end) => !reached.has(end)).length;
        const differing = missed + [...reached].filter((end) => !ends.has(end)).length;
        if (differing > 0) wrong.push(`seed ${String(seed)} ${mode} twins ${String(twins)}: ${String(differing)} of ${String(ends.size)} final states differ`);
      }
    }
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThanOrEqual(PROGRAMS * 0.98);
    expect(masked).toBeLessThanOrEqual(Math.ceil(PROGRAMS / 100));
    expect(violations).toBeGreaterThan(PROGRAMS / 10);
    expect(violations).toBeLessThan(PROGRAMS);
    expect(visibleOf(sources).filter((name) => !entered.has(name)), "functions with a visible step that no program has tried").toEqual([]);
  });
});

/** The functions of a model that have a visible step of their own, but for those that only others of their file call. */
function visibleOf({ model }: KernelSources): string[] {
  return model.flatMap(({ text }) => [...text.matchAll(/^(?!static|#)[a-z][\w *]*?\b(\w+)\([^;]*\)\n\{([\s\S]*?)^\}/gm)].filter(([, , body = ""]) => /__atomic|__wait\(/.test(body)).map(([, name = ""]) => name));
}
