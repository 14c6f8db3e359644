// One run in a process of its own: what the verdict and the best trace cost the first time, when nothing of the engine has been compiled by the runtime. Prints milliseconds as JSON, of time that passes: what the runtime compiles beside the run nobody waits for.
import { readFileSync } from "node:fs";
import { createCReader } from "../../src/core/c/reader.js";
import { findBest } from "../../src/core/simulate/best.js";
import { Readings } from "../../src/core/simulate/drafts.js";
import { exploreAll } from "../../src/core/simulate/explore-program.js";
import { prepare } from "../../src/core/simulate/prepare.js";
import { World } from "../../src/core/simulate/world.js";
import type { Image } from "../../src/core/patch/types.js";
import type { KernelSources, RunRequest } from "../../src/core/simulate/types.js";

/** What the process is given in a file. */
export interface FirstRun { readonly runtime: string; readonly grammar: string; readonly kernel: KernelSources; readonly images: readonly Image[]; readonly request: RunRequest; /** How often the same is done again in this process. */ readonly again: number }

/** Time of the first run and of the last ones, and what came out. */
export interface Timed { readonly states: number; readonly switches: number; readonly steps: number; readonly first: { readonly verdict: number; readonly trace: number }; readonly later: readonly number[] }

const quiet = { progress: (): void => undefined, cancelled: (): boolean => false };

async function main(file: string): Promise<void> {
  // Who wrote the file is simulate.bench.ts.
  const given = JSON.parse(readFileSync(file, "utf8")) as FirstRun;
  const reader = await createCReader({ runtime: readFileSync(given.runtime), grammar: readFileSync(given.grammar) });
  const prepared = prepare(new Readings(reader), given.kernel, given.images, given.request);
  if (prepared.kind !== "program") throw new Error(prepared.reason);
  const { maxSteps } = given.request.bounds;
  const runs = Array.from({ length: 1 + given.again }, () => {
    const start = performance.now();
    const { exploration, compiled, twins } = exploreAll(prepared, given.request.bounds, quiet);
    const verdict = performance.now() - start;
    const best = findBest(exploration.world, new World(compiled.program, "shared", null, maxSteps, twins), "switches", null, quiet, { isComplete: exploration.complete, accept: () => true });
    return { verdict, all: performance.now() - start, states: exploration.states, switches: best?.schedule.switches ?? -1, steps: best?.schedule.moves.length ?? -1 };
  });
  const [first] = runs;
  if (!first) return;
  const timed: Timed = { states: first.states, switches: first.switches, steps: first.steps, first: { verdict: first.verdict, trace: first.all - first.verdict }, later: runs.slice(1).map((run) => run.all) };
  process.stdout.write(JSON.stringify(timed));
}

void main(process.argv[2] ?? "");
