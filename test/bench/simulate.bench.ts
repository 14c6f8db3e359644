// Exploring open-last-put with two to eight users, against Spin on the exported model of the same program where Spin can hold it; no ratio elsewhere. Then verdict and best trace, and whole processes.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { createHash } from "node:crypto";
import { build } from "esbuild";
import { createCReader } from "../../src/core/c/reader.js";
import { readMailbox } from "../../src/core/mail/read.js";
import { buildReview } from "../../src/core/review/review.js";
import { readSeries } from "../../src/core/series/read.js";
import { Readings } from "../../src/core/simulate/drafts.js";
import { exploreAll } from "../../src/core/simulate/explore-program.js";
import { prepare } from "../../src/core/simulate/prepare.js";
import { exportPromela } from "../../src/core/simulate/promela/export.js";
import type { KernelSources, SpinVerdict } from "../../src/core/simulate/types.js";
import { runSpin, spinVersion } from "../../src/worker/spin.js";
import type { FirstRun, Timed } from "./first-run.js";
import { median, type Bench, type Measurement } from "./types.js";

/** Spin searches the unreduced states, within the limits below: of more users it would not be through a hundredth of them. */
const MOST_FOR_SPIN = 4;
/** Milliseconds and megabytes for one search. */
const LIMIT = 240_000;
const MEMORY = 6_000;
const ROUNDS = 5;
/** Of a run that takes seconds. */
const FEW_ROUNDS = 2;
const MANY_USERS = 8;
const WARM_UP = 20;
/** Processes for the first run, and how often each does it again. */
const PROCESSES = 5;
const AGAIN = 60;
const quiet = { progress: (): void => undefined, cancelled: (): boolean => false };

const bench: Bench = {
  title: "Exploring open-last-put (v2 5/5): processor time, reduced, warm; against Spin's search of the same unreduced program, its compile time beside it. A transition is one way of one CPU's next move out of a state",
  async measure() {
    const root = process.cwd();
    const box = resolve(root, "../shared/corpus/vfio/vfio-group-cdev-all.mbox");
    if (!existsSync(box)) return "there is no corpus at ../shared/corpus";
    if ((await spinVersion()) === null) return "there is no spin, or no cc";
    const sources = (part: string): { name: string; text: string }[] =>
      readdirSync(join(root, "src/kernel", part)).filter((name) => name.endsWith(".c")).sort().map((name) => ({ name: `${part}/${name}`, text: readFileSync(join(root, "src/kernel", part, name), "utf8") }));
    const kernel: KernelSources = { model: sources("model"), fills: sources("fills"), scenarios: sources("scenarios") };
    const require = createRequire(join(root, "package.json"));
    const reader = await createCReader({ runtime: readFileSync(require.resolve("web-tree-sitter/web-tree-sitter.wasm")), grammar: readFileSync(require.resolve("tree-sitter-c/tree-sitter-c.wasm")) });
    const platform = { gunzip: (bytes: Uint8Array) => new Uint8Array(gunzipSync(bytes)), sha1: (bytes: Uint8Array) => new Uint8Array(createHash("sha1").update(bytes).digest()) };
    const mailbox = await readMailbox(new Uint8Array(readFileSync(box)), platform);
    const review = buildReview(mailbox, readSeries(mailbox.messages, mailbox.page));
    const patch = review.view.series.flatMap((series) => series.revisions).find((revision) => revision.version === 2)?.patches.find((one) => one.n === 5);
    const code = patch === undefined ? null : review.code(patch.key);
    if (patch === undefined || code === null) return "the corpus has no v2 5/5";
    const images = code.images.paths(code.index, "after").flatMap((path) => code.images.image(code.index, path, "after") ?? []);
    const readings = new Readings(reader);
    const measured: Measurement[] = [];
    const spins = new Map<number, SpinVerdict>();
    let before: readonly [number, number] | null = null;
    for (const users of [2, 3, 4, 5, 6, MANY_USERS]) {
      const request = { patchKey: patch.key, side: "after", scenario: "open-last-put", whatIf: null, users, bounds: { maxStates: 20_000_000, maxSteps: 100_000, maxPreemptions: null } } as const;
      const prepared = prepare(readings, kernel, images, request);
      if (prepared.kind !== "program") return prepared.reason;
      const explored = (): readonly [number, number, number] => {
        const start = process.cpuUsage();
        const { exploration } = exploreAll(prepared, request.bounds, quiet);
        const { user, system } = process.cpuUsage(start);
        return [(user + system) / 1000, exploration.states, exploration.transitions];
      };
      // The first row is not to pay for what the engine has yet to compile.
      if (before === null) for (let round = 0; round < WARM_UP; round++) explored();
      const [first, states, transitions] = explored();
      const time = median(Array.from({ length: users < MANY_USERS ? ROUNDS : FEW_ROUNDS }, () => explored()[0]));
      const rate = `${(states / time / 1000).toFixed(2)} M states/s, ${(transitions / time / 1000).toFixed(2)} M transitions/s`;
      const growth = before === null ? "" : `; ${(states / before[0]).toFixed(1)} times the states and ${(time / before[1]).toFixed(1)} times the time of the row above`;
      before = [states, time];
      const memory = `${String(Math.round(process.memoryUsage().rss / 1e6))} MB`;
      let theirs = "Spin not run: too many unreduced states";
      let spin: SpinVerdict | null = null;
      if (users <= MOST_FOR_SPIN) {
        const model = exportPromela(prepared, "open-last-put", request.bounds.maxSteps);
        if ("reason" in model) return model.reason;
        const end = performance.now() + LIMIT;
        let seen = 0;
        const found = await runSpin(model.text, { search: "full", optimize: 2, memory: MEMORY, progress: (some) => { seen = some; }, cancelled: () => performance.now() > end });
        if (found.problem === null) spins.set(users, (spin = found));
        theirs = found.problem === null ? `Spin ${String(found.states)} states, ${found.compile.toFixed(0)} ms to compile` : `Spin not finished: ${found.problem === "cancelled" ? `stopped after ${String(LIMIT / 1000)} s` : found.problem}, with ${String(seen)} states`;
      }
      measured.push({ name: `${String(users)} users`, ours: time, theirs: spin?.search ?? null, detail: `${String(states)} states, ${String(transitions)} transitions, first ${first.toFixed(0)} ms, ${rate}, ${memory}${growth}; ${theirs}` });
    }
    const files = { runtime: require.resolve("web-tree-sitter/web-tree-sitter.wasm"), grammar: require.resolve("tree-sitter-c/tree-sitter-c.wasm") };
    const twoCpus = { patchKey: patch.key, side: "after", scenario: "open-last-put", whatIf: "no-parent-ref", users: 1, bounds: { maxStates: 5_000_000, maxSteps: 100_000, maxPreemptions: null } } as const;
    return [...measured, ...(await verdictAndTrace(root, { ...files, kernel, images, request: twoCpus, again: AGAIN })), ...wholeProcess(root, box, spins)];
  },
};

/** The verdict on two CPUs and its best trace, from the compiled program on: the first time in a process, and when all is warm. */
async function verdictAndTrace(root: string, given: FirstRun): Promise<Measurement[]> {
  const out = join(root, "out/bench");
  mkdirSync(out, { recursive: true });
  const [program, file] = [join(out, "first-run.cjs"), join(out, "first-run.json")];
  await build({ entryPoints: [join(root, "test/bench/first-run.ts")], outfile: program, bundle: true, minify: true, platform: "node", format: "cjs", target: "node20", logLevel: "error", define: { "import.meta.url": "\"file:///first-run\"" } });
  writeFileSync(file, JSON.stringify(given));
  // What the program prints is its own `Timed`.
  const runs = Array.from({ length: PROCESSES }, () => JSON.parse(execFileSync(process.execPath, [program, file], { encoding: "utf8" })) as Timed);
  const [first] = runs;
  if (!first) return [];
  const cold = { verdict: median(runs.map((run) => run.first.verdict)), trace: median(runs.map((run) => run.first.trace)) };
  const warm = median(runs.flatMap((run) => run.later.slice(-AGAIN / 3)));
  const what = `what-if no-parent-ref: ${String(first.states)} states, trace of ${String(first.switches)} switches and ${String(first.steps)} steps, proven best`;
  return [
    { name: "2 CPUs, verdict and best trace, cold", ours: cold.verdict + cold.trace, theirs: null, detail: `first in its process, from the compiled program: verdict ${cold.verdict.toFixed(0)} ms, trace ${cold.trace.toFixed(0)} ms; ${what}` },
    { name: "2 CPUs, verdict and best trace, warm", ours: warm, theirs: null, detail: "the same again in its process" },
  ];
}

/** A new process each time: start, read, compile, explore, print; against Spin's translating, compiling and searching. */
function wholeProcess(root: string, box: string, spins: ReadonlyMap<number, SpinVerdict>): Measurement[] {
  const program = join(root, "dist/cli.js");
  if (!existsSync(program)) return [];
  const empty = timed(() => execFileSync(process.execPath, ["-e", ""]));
  return [3, 4, 6].map((users) => {
    const spin = spins.get(users);
    return {
      name: `${String(users)} users, whole process`, theirs: spin ? spin.translate + spin.compile + spin.search : null, detail: `wall time; an empty node process ${empty.toFixed(0)} ms`,
      ours: timed(() => execFileSync(process.execPath, [program, "simulate", box, "--scenario", "open-last-put", "--revision", "2", "--patch", "5", "--users", String(users), "--max-states", "5000000"])),
    };
  });
}

function timed(work: () => unknown): number {
  const times: number[] = [];
  for (let round = 0; round < 3; round++) {
    const start = performance.now();
    work();
    times.push(performance.now() - start);
  }
  return median(times);
}

export default bench;
