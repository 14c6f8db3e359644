// Runs a few lines of C on the kernel model and prints what came out in one line: the notation of these tests.
import { createSimulator } from "../../../src/core/simulate/simulate.js";
import type { RunResult } from "../../../src/core/simulate/types.js";
import { kernel, startReader } from "./kernel.js";

/** A tiny scenario: C for the top level, and one body for each function. */
export interface Lines {
  readonly globals?: string;
  readonly setup?: string;
  readonly cpus: readonly string[];
  readonly finish?: string;
}

const simulator = createSimulator(await startReader(), kernel);
/** Nobody watches a test, and nobody stops it. */
export const unwatched = { progress: (): void => undefined, cancelled: (): boolean => false };

/** Explores a tiny scenario of the model alone. */
export function explore(lines: Lines): RunResult {
  const named = lines.cpus.map((_body, index) => `cpu${String(index)}: cpu ${String(index)}`);
  const functions = lines.cpus.map((body, index) => `void cpu${String(index)}(void)\n{\n${body}\n}\n`);
  const text = [
    `/* scenario: lines`, `title: lines`, `asks: Does it hold?`, ...named, `*/`,
    lines.globals ?? "",
    `void setup(void)\n{\n${lines.setup ?? ""}\n}\n`,
    ...functions,
    `void finish(void)\n{\n${lines.finish ?? ""}\n}\n`,
  ].join("\n");
  const bounds = { maxStates: 200_000, maxSteps: 20_000, maxPreemptions: null };
  const request = { patchKey: "", side: "after", scenario: { name: "lines.c", text }, whatIf: null, users: null, bounds } as const;
  return simulator.simulate({ images: [], revision: 0, patch: 0 }, request, unwatched);
}

/** "clean", or "kind: message" of the first finding; another verdict with its reason. */
export function outcome(lines: Lines): string {
  const result = explore(lines);
  if (result.verdict === "clean") return "clean";
  if (result.verdict !== "violation") return `${result.verdict}: ${result.reason ?? result.stoppedBy ?? ""}`;
  return `${result.kind ?? "?"}: ${result.findings[0]?.message ?? "?"}`;
}

/** The kind alone: for findings whose words are the machine's. */
export function kind(lines: Lines): string {
  return outcome(lines).replace(/:.*/s, "");
}

/** C that reports `text` where a condition does not hold. */
export function must(condition: string): string {
  return `if (!(${condition})) __report("warn", "not so: ${condition.replace(/["\\]/g, "")}");`;
}
