// Small drivers of different shapes, each right as it stands and wrong with the fault that its header names: a new scenario for its functions, as it is written, tells them apart.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createSimulator } from "../../../src/core/simulate/simulate.js";
import type { RunResult } from "../../../src/core/simulate/types.js";
import { kernel } from "../kernel/kernel.js";
import { imageOf, quiet, reader } from "./check.js";

const folder = join(import.meta.dirname, "../../fixtures/simulate/drivers");
const simulator = createSimulator(reader, kernel);

interface Driver { readonly name: string; readonly right: string; readonly wrong: string; readonly functions: readonly string[]; readonly finds: string }

function read(name: string): Driver {
  const text = readFileSync(join(folder, name), "utf8");
  const end = text.indexOf("*/") + 2;
  const head = text.slice(0, end);
  const right = text.slice(end);
  const field = (key: string): string => new RegExp(`^ \\* ${key}: (.*)$`, "m").exec(head)?.[1] ?? "";
  let wrong = right;
  for (const [, fault = ""] of head.matchAll(/^ \* fault: replace (.*)$/gm)) {
    const [from = "", to = ""] = fault.replaceAll("\\n", "\n").split(" => ");
    // A fault that fits nowhere, or in several places, is a mistake of the fixture.
    expect(wrong.split(from), fault).toHaveLength(2);
    wrong = wrong.replace(from, () => to);
  }
  expect(wrong).not.toBe(right);
  return { name, right, wrong, functions: field("functions").split(", "), finds: field("finds") };
}

function run(code: string, functions: readonly string[]): { readonly result: RunResult; readonly scenario: string } {
  const given = { images: [imageOf(code)], revision: 1, patch: 1 };
  const scenario = simulator.writeScenario(given, functions);
  return { result: simulator.simulate(given, { patchKey: "", side: "after", scenario, whatIf: null, users: null, bounds: { maxStates: 50_000, maxSteps: 20_000, maxPreemptions: null } }, quiet), scenario: scenario.text };
}

const said = ({ result }: ReturnType<typeof run>): string => (result.verdict === "violation" ? `${result.kind ?? ""}: ${result.findings[0]?.message ?? ""}` : `${result.verdict}${result.reason === null ? "" : `: ${result.reason}`}${result.stoppedBy ?? ""}`);

describe.each(readdirSync(folder).filter((name) => name.endsWith(".c")).sort().map(read))("$name", ({ right, wrong, functions, finds }) => {
  it("is clean as it stands", () => {
    const one = run(right, functions);
    expect(said(one), one.scenario + one.result.text).toBe("clean");
  });

  it("is found out with its fault, in the code under review", () => {
    const one = run(wrong, functions);
    expect(said(one).slice(0, finds.length), one.scenario + one.result.text).toBe(finds);
    const finding = one.result.findings[0];
    if (finding && finding.step >= 0) expect(one.result.steps[finding.step]?.cpu, one.result.text).toBeGreaterThanOrEqual(0);
  });
});
