// What stands beside a verdict: data races, the number of schedules, and the texts that a run leaves as.
import { describe, expect, it } from "vitest";
import { exportRun } from "../../../src/core/simulate/export.js";
import { raceMessage } from "../../../src/core/simulate/races.js";
import { createSimulator } from "../../../src/core/simulate/simulate.js";
import type { RunRequest, RunResult } from "../../../src/core/simulate/types.js";
import { compiled, imageOf, mini, quiet, reader, requestOf, run } from "./check.js";
import { countSchedules } from "../../../src/core/simulate/schedules.js";

const SCENARIO = "/* scenario: pair */\nvoid cpu0(void) { first(); }\nvoid cpu1(void) { second(); }";
const driver = (first: string, second: string): string => `struct mutex m;\nstruct mutex n;\nint word;\nint other;\nvoid first(void)\n{\n\t${first}\n}\nvoid second(void)\n{\n\t${second}\n}\n`;

function racy(first: string, second: string, options: Partial<RunRequest> = {}): RunResult {
  return createSimulator(reader, mini).simulate({ images: [imageOf(driver(first, second))], revision: 1, patch: 1 }, { ...requestOf(SCENARIO), ...options }, quiet);
}
const races = (first: string, second: string): string[] => (racy(first, second).races ?? []).map(raceMessage);

describe("a data race", () => {
  it.each([
    ["a write beside a read", "word = 1;", "other = word;", ["data race on word: first() writes, second() reads, without a common lock"]],
    ["two writes", "word = 1;", "word = 2;", ["data race on word: first() writes, second() writes, without a common lock"]],
    ["two reads, which are none", "other = word;", "int local = word;", []],
    ["one lock around both, which is none", "mutex_lock(&m); word = 1; mutex_unlock(&m);", "mutex_lock(&m); other = word; mutex_unlock(&m);", []],
    ["two different locks", "mutex_lock(&m); word = 1; mutex_unlock(&m);", "mutex_lock(&n); word = 2; mutex_unlock(&n);", ["data race on word: first() writes, second() writes, without a common lock"]],
    ["a lock around one of them only", "mutex_lock(&m); word = 1; mutex_unlock(&m);", "other = word;", ["data race on word: first() writes, second() reads, without a common lock"]],
    ["marked accesses, which are none", "WRITE_ONCE(word, 1);", "other = READ_ONCE(word);", []],
    ["accesses that cannot happen at the same time", "word = 1; mutex_lock(&m); other = 1; mutex_unlock(&m);", "int go; mutex_lock(&m); go = other; mutex_unlock(&m); if (go) word = 2;", []],
  ])("is %s", (_name, first, second, expected) => {
    expect(races(first, second)).toEqual(expected);
  });

  it("decides the verdict only when that is asked", () => {
    expect(racy("word = 1;", "word = 2;").verdict).toBe("clean");
    const asked = racy("word = 1;", "word = 2;", { races: true });
    expect([asked.verdict, asked.kind, asked.findings.map((finding) => finding.kind)]).toEqual(["violation", "race", ["race"]]);
    expect(racy("word = 1;", "int local = 2;", { races: true }).verdict).toBe("clean");
  });
});

describe("the number of schedules", () => {
  const bounds = { maxStates: 100_000, maxSteps: 1_000, maxPreemptions: null };
  const count = (first: string, second: string): string | null => countSchedules(compiled(`/* scenario: n */\nint x; int y; struct mutex m;\nvoid cpu0(void) { ${first} }\nvoid cpu1(void) { ${second} }`), bounds, quiet);

  it("is the number of ways to mix the steps of the CPUs", () => {
    expect(count("x = 1;", "y = 1;")).toBe("2");
    expect(count("x = 1; x = 2;", "y = 1; y = 2;")).toBe("6");
    expect(count("x = 1; x = 2; x = 3;", "y = 1; y = 2; y = 3;")).toBe("20");
  });

  it("leaves out what locks forbid", () => {
    expect(count("mutex_lock(&m); x = 1; mutex_unlock(&m);", "mutex_lock(&m); y = 1; mutex_unlock(&m);")).toBe("2");
  });

  it("is not known where a CPU can go round for ever, or a bound is met", () => {
    expect(count("while (!x) y = 1;", "x = 1;")).toBeNull();
    expect(countSchedules(compiled("/* scenario: n */\nint x;\nvoid cpu0(void) { x = 1; x = 2; }\nvoid cpu1(void) { x = 3; x = 4; }"), { ...bounds, maxStates: 3 }, quiet)).toBeNull();
    expect(run("/* scenario: n */\nint x;\nvoid cpu0(void) { x = 1; }").schedules).toBeNull();
  });
});

describe("the texts of a run", () => {
  const used = run("/* scenario: used */\nstruct obj { int a; }; struct obj *shared;\nvoid setup(void) { shared = kzalloc(sizeof(*shared), 0); }\nvoid cpu0(void) { shared->a = 1; }\nvoid cpu1(void) { kfree(shared); }");
  const stuck = run("/* scenario: stuck */\nstruct mutex m; struct mutex n;\nvoid cpu0(void) { mutex_lock(&m); mutex_lock(&n); mutex_unlock(&n); mutex_unlock(&m); }\nvoid cpu1(void) { mutex_lock(&n); mutex_lock(&m); mutex_unlock(&m); mutex_unlock(&n); }");

  it("have a report with the three stacks of a use after free", () => {
    const text = exportRun(used, "report");
    expect(text.split("\n").filter((line) => line.length > 72)).toEqual([]);
    expect(text).toMatch(/^BUG: memory used after it was freed: /m);
    for (const title of [/^CPU0, here:$/m, /^Freed by CPU1:$/m, /^Allocated by setup:$/m]) expect(text).toMatch(title);
  });

  it("have the cycle of a deadlock in two columns", () => {
    const text = exportRun(stuck, "report");
    const rows = text.split("\n").map((line) => line.trimEnd());
    const from = rows.findIndex((line) => /^ +CPU0 +CPU1$/.test(line));
    expect(rows.slice(from, from + 8)).toEqual([
      "       CPU0                            CPU1", "       ----                            ----",
      ...(stuck.steps[0]?.cpu === 0 ? ["       lock(m);", "                                       lock(n);"] : ["                                       lock(n);", "       lock(m);"]),
      "       lock(n);", "                                       lock(m);", "", "                *** DEADLOCK ***",
    ]);
  });

  it("have a sequence diagram in which nothing of the code can be taken for mermaid", () => {
    const text = exportRun(used, "mermaid");
    expect(text).toMatch(/^sequenceDiagram\n/);
    expect(text).toMatch(/participant c1 as CPU0/);
    expect(text).toMatch(/c2->>o0: kfree\(shared\)<br\/>freed/);
    const hostile = exportRun({ ...used, steps: used.steps.map((step) => ({ ...step, text: "x(\"%%{init: {}}%%\");\nclick o0 <b>" })) }, "mermaid");
    expect(hostile).not.toMatch(/%%|<b>|^click/m);
  });

  it("are empty for a run that found nothing", () => {
    const clean = run("/* scenario: none */\nint x;\nvoid cpu0(void) { x = 1; }");
    expect(["text", "report", "mermaid"].map((format) => exportRun(clean, format as "text" | "report" | "mermaid"))).toEqual(["", "", ""]);
  });
});
