// Small scenarios, each with what must come of it in its header: `expect:` a kind with its words, "clean", "bounded" or "does-not-apply"; `follows:` what a later finding is, `alone:` that there is none.
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
  const rest = result.findings.slice(1).map((finding) => `${finding.kind}: ${finding.message}`);
  const follows = /^follows: (.*)$/m.exec(text)?.[1];
  if (follows !== undefined) expect(rest.some((one) => one.startsWith(follows)), rest.join("; ")).toBe(true);
  if (/^alone: yes$/m.test(text)) expect(rest).toEqual([]);
});

/** What DESIGN.md, section 7, says that the simulator finds; each with the fixtures that show it, one that goes wrong and one that does not. Data races are in beside.test.ts. */
const FINDS: readonly (readonly [string, readonly string[]])[] = [
  ["use after free", ["use-after-free", "grace-period", "call-rcu", "kfree-rcu", "percpu-ref", "kthread-stop", "tasklet-kill", "kfree-rcu-under-lock", "work-not-waited-for", "timer-not-waited-for", "hrtimer-not-waited-for", "thread-stopped-late", "tasklet-not-killed", "hrtimer-cancel"]],
  ["double free", ["double-free", "taken-twice"]],
  ["refcount misuse with the kernel's own WARN texts", ["refcount-addition-on-zero", "refcount-underflow", "refcount-decrement-hit-zero", "refcount-saturated", "module-put-too-often"]],
  ["and consequences (a WARN does not end the run)", ["after-a-warning", "saturated-leaks"]],
  ["NULL and poisoned pointers", ["null", "error-pointer", "poison", "poison-in-a-walk", "index-behind-an-array"]],
  ["deadlock (including self-deadlock and lock inversion)", ["wait-for-nobody", "self-deadlock", "lock-inversion", "notifier-deadlock", "completion-never", "flush-under-lock", "cancel-own-work", "delete-timer-under-lock", "hrtimer-cancel-under-lock", "synchronize-in-reader", "recursive-read", "waiting-writer", "schedule-without-look"]],
  ["sleeping under a spinlock", ["sleeping-under-spinlock", "sleeping-in-rcu-reader", "sleeping-in-interrupt", "sleeping-without-preemption"]],
  ["lock held at return", ["lock-held-at-return", "unlock-of-another", "rcu-reader-not-ended", "preemption-left-off"]],
  ["leaks at the end", ["leak", "id-never-freed", "module-never-put"]],
  ["ids freed twice", ["id-freed-twice"]],
  ["list corruption", ["list", "list-added-twice", "list-torn"]],
  ["WARN_ON", ["warn", "claimed-twice", "own-worker", "seqcount-without-retry"]],
  ["what debug builds warn of: active work items and timers that are initialized, writers that need a lock", ["init-of-queued-work", "init-of-pending-timer", "seqcount-of-two-writers"]],
];

it.each(FINDS)("%s: a scenario that has it, and one that does not", (_what, names) => {
  for (const name of names) expect([`${name}-bad.c`, `${name}-good.c`].filter((file) => !files.includes(file))).toEqual([]);
});

it("has no fixture that stands alone or for nothing", () => {
  const listed = FINDS.flatMap(([, names]) => names.flatMap((name) => [`${name}-bad.c`, `${name}-good.c`]));
  expect(files.filter((name) => !name.startsWith("input-") && !listed.includes(name))).toEqual([]);
});
