// Small scenarios, each with what must come of it in its header: `expect:` a kind with its words, "clean", "bounded" or "does-not-apply"; `follows:` what a later finding is.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createSimulator } from "../../../src/core/simulate/simulate.js";
import type { RunResult } from "../../../src/core/simulate/types.js";
import { kernel } from "../kernel/kernel.js";
import { quiet, reader } from "./check.js";

const folder = join(import.meta.dirname, "../../fixtures/simulate");
const files = readdirSync(folder).filter((name) => name.endsWith(".c")).sort();
const simulator = createSimulator(reader, kernel);

function run(text: string, name: string): RunResult {
  const request = { patchKey: "", side: "after", scenario: { name: `scenarios/${name}`, text }, whatIf: null, users: null, bounds: { maxStates: 20_000, maxSteps: 5_000, maxPreemptions: null } } as const;
  return simulator.simulate({ images: [], revision: 1, patch: 1 }, request, quiet);
}

it.each(files)("%s", (name) => {
  const text = readFileSync(join(folder, name), "utf8");
  const wanted = /^expect: (.*)$/m.exec(text)?.[1] ?? "";
  const [verdict = "", ...words] = wanted.split(/: |, with the assumption: /);
  const result = run(text, name);
  const said = result.verdict === "violation" ? result.findings[0]?.message : result.verdict === "clean" ? result.assumptions.map((one) => one.text).join("\n") : result.reason ?? result.stoppedBy;
  expect({ verdict: result.verdict === "violation" ? result.kind : result.verdict, said }).toMatchObject({ verdict });
  expect(said ?? "").toContain(words.join(": "));
  const follows = /^follows: (.*)$/m.exec(text)?.[1];
  if (follows !== undefined) expect(result.findings.slice(1).map((finding) => finding.kind)).toContain(follows);
});

it("has a scenario that goes wrong and one that does not for each kind", () => {
  for (const kind of ["use-after-free", "double-free", "refcount", "null", "list", "lock-inversion", "sleeping-under-spinlock", "lock-held-at-return", "leak", "id-freed-twice", "warn", "grace-period", "call-rcu", "kfree-rcu"]) {
    const own = files.filter((name) => name.startsWith(kind));
    expect(own.some((name) => name.endsWith("-bad.c")) && own.some((name) => name.endsWith("-good.c")), kind).toBe(true);
  }
});
