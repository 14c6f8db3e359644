// Runs an installed Spin on an exported model: translate, compile, check; alone or as a swarm. The only code that starts other programs for a run.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { FLAGS, flagsIn } from "../core/simulate/promela/flags.js";
import type { SpinVerdict } from "../core/simulate/types.js";
import { runProcess } from "./process.js";

export interface SpinOptions {
  /** "full" keeps every state; "breadth" stops at the first violation, with the shortest trace; "swarm" is several bitstate searches in different orders. */
  readonly search: "full" | "breadth" | "swarm";
  /** Processes of a swarm, four when nobody says, and how many of them at a time: all processors but one. */
  readonly workers?: number;
  readonly parallel?: number;
  /** Megabytes of memory for each process. */
  readonly memory?: number;
  /** Optimization of the C compiler: 0 starts sooner, 2 searches faster. */
  readonly optimize?: 0 | 1 | 2;
  /** States so far; of a swarm, those of all its processes together. */
  readonly progress?: (states: number) => void;
  /** Looked at several times a second; true ends every process. */
  readonly cancelled?: () => boolean;
}

/** Megabytes when nobody says. */
const MEMORY = 4096;
const DEEPEST = 1_000_000;
/** States between two lines of progress: a tenth of what Spin would choose. */
const TELLS_EVERY = 100_000;
/** Characters of output that are kept. */
const MAX_OUTPUT = 200_000;
/** Times that the model's room is doubled when a search says that it is too small. */
const MOST_ATTEMPTS = 4;

/** The release of the installed Spin; null when there is none, or no C compiler. */
export async function spinVersion(): Promise<string | null> {
  const spin = await run("spin", ["-V"], tmpdir(), {});
  const compiler = await run("cc", ["--version"], tmpdir(), {});
  return spin.status === 0 && compiler.status === 0 ? /\d+(?:\.\d+)+/.exec(spin.output)?.[0] ?? null : null;
}

/** What there is to say when there is no verdict. */
export function noVerdict(problem: string): SpinVerdict {
  return { kinds: [], states: 0, transitions: 0, complete: false, steps: null, translate: 0, compile: 0, search: 0, problem };
}

/** Spin's verdict on a model. What goes wrong is the verdict's `problem`, in Spin's or the compiler's own words. */
export async function runSpin(model: string, options: SpinOptions): Promise<SpinVerdict> {
  const folder = await mkdtemp(join(tmpdir(), "lifeline-spin-"));
  try {
    await writeFile(join(folder, "model.pml"), model);
    return await check(folder, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Room { readonly heap: number; readonly registers: number; readonly wide: boolean }

async function check(folder: string, options: SpinOptions): Promise<SpinVerdict> {
  const started = performance.now();
  const translated = await run("spin", ["-a", "model.pml"], folder, options);
  const translate = performance.now() - started;
  const nothing = { ...noVerdict(""), translate };
  if (translated.cancelled) return { ...nothing, problem: "cancelled" };
  if (translated.status !== 0) return { ...nothing, problem: translated.missing ? "spin is not installed" : firstLine(translated.output) };
  let room: Room = { heap: 1, registers: 1, wide: false };
  for (let attempt = 0; ; attempt++) {
    const compileStarted = performance.now();
    const compiled = await run("cc", [...flagsFor(options, room, await roomOf(folder)), "-o", "pan", "pan.c"], folder, options);
    const compile = performance.now() - compileStarted;
    if (compiled.status !== 0) return { ...nothing, compile, problem: compiled.cancelled ? "cancelled" : compiled.missing ? "there is no C compiler" : firstLine(compiled.output) };
    const searchStarted = performance.now();
    const verdict = options.search === "swarm" ? await searchAsSwarm(folder, options) : await searchOnce(folder, options);
    const found = { ...verdict, translate, compile, search: performance.now() - searchStarted };
    if (found.problem !== "bound" || attempt >= MOST_ATTEMPTS) return found;
    room = { heap: room.heap * 2, registers: room.registers * 2, wide: true };
  }
}

type Found = Omit<SpinVerdict, "translate" | "compile" | "search">;

async function searchOnce(folder: string, options: SpinOptions): Promise<Found> {
  const breadth = options.search === "breadth";
  const ran = await run("./pan", breadth ? [`-m${DEEPEST}`] : ["-c0", `-m${DEEPEST}`, "-w22"], folder, options);
  if (ran.cancelled) return { kinds: [], states: 0, transitions: 0, complete: false, steps: null, problem: "cancelled" };
  const found = readOutput(ran.output);
  return breadth && found.kinds.length > 0 ? { ...found, steps: await trailLength(folder) } : found;
}

/** Bitstate searches, each in an order and with hash functions of its own. What one finds is real; none of them proves that there is nothing. */
async function searchAsSwarm(folder: string, options: SpinOptions): Promise<Found> {
  const workers = Math.max(1, options.workers ?? 4);
  const results: Found[] = [];
  const states: number[] = [];
  let next = 0;
  let cancelled = false;
  const work = async (): Promise<void> => {
    for (let seed = next++; seed < workers && !cancelled; seed = next++) {
      const ran = await run("./pan", ["-c0", `-m${DEEPEST}`, "-w27", "-k3", "-T0", `-RS${String(seed * 7919 + 1)}`, `-h${String(1 + (seed % 100))}`], folder, { ...options, progress: (some) => {
        states[seed] = some;
        options.progress?.(states.reduce((sum, one) => sum + one, 0));
      } });
      if (ran.cancelled) cancelled = true;
      else results.push(readOutput(ran.output));
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, options.parallel ?? Math.max(1, availableParallelism() - 1)) }, work));
  if (cancelled) return { kinds: [], states: 0, transitions: 0, complete: false, steps: null, problem: "cancelled" };
  return {
    kinds: [...new Set(results.flatMap((result) => result.kinds))], states: Math.max(0, ...results.map((result) => result.states)), transitions: Math.max(0, ...results.map((result) => result.transitions)),
    complete: false, steps: null, problem: results.find((result) => result.problem !== null)?.problem ?? null,
  };
}

/** What pan printed at its end. */
function readOutput(output: string): Found {
  const flags = flagsIn(output);
  const number = (pattern: RegExp): number => Math.round(Number(pattern.exec(output)?.[1] ?? 0));
  const states = number(/^\s*([\d.e+]+) states, stored/m);
  const transitions = number(/^\s*([\d.e+]+) transitions/m);
  const kinds = FLAGS.flatMap((flag) => (flag.kind !== null && flags.has(flag.name) ? [flag.kind] : []));
  const problem = flags.has("bound") ? "bound" : flags.has("missing") ? "missing" : /max search depth too small|out of memory|reached -DMEMLIM/.exec(output)?.[0] ?? (states === 0 ? firstLine(output) : null);
  return { kinds, states, transitions, complete: problem === null && !/Search not completed/.test(output), steps: null, problem };
}

function flagsFor(options: SpinOptions, factor: Room, least: { readonly heap: number; readonly registers: number }): string[] {
  const memory = `-DMEMLIM=${String(options.memory ?? MEMORY)}`;
  const search = options.search === "full" ? ["-DSAFETY", "-DCOLLAPSE"] : options.search === "breadth" ? ["-DBFS"] : ["-DSAFETY", "-DBITSTATE", "-DP_RAND", "-DT_RAND"];
  const room = factor.heap === 1 ? [] : [`-DHEAP=${String(least.heap * factor.heap)}`, `-DREGS=${String(least.registers * factor.registers)}`, "-DWIDE"];
  return ["-w", `-O${String(options.optimize ?? 1)}`, "-DNOFAIR", `-DFREQ=${String(TELLS_EVERY)}`, memory, ...search, ...room];
}

/** The room that the model itself asks for. */
async function roomOf(folder: string): Promise<{ readonly heap: number; readonly registers: number }> {
  const text = await readFile(join(folder, "model.pml"), "utf8");
  return { heap: Number(/define HEAP (\d+)/.exec(text)?.[1] ?? 64), registers: Number(/define REGS (\d+)/.exec(text)?.[1] ?? 64) };
}

/** Moves of CPUs in the trail that pan has written, the end counted as one: lines "step:process:transition", process 0 is init. */
async function trailLength(folder: string): Promise<number | null> {
  const text = await readFile(join(folder, "model.pml.trail"), "utf8").catch(() => null);
  return text === null ? null : text.split("\n").filter((line) => /^\d+:[1-9]\d*:/.test(line)).length;
}

const firstLine = (text: string): string => text.split("\n").map((line) => line.trim()).find((line) => /error|fatal/i.test(line)) ?? text.trim().split("\n")[0] ?? "";

interface Ran { readonly status: number | null; readonly output: string; readonly cancelled: boolean; readonly missing: boolean }

/** Runs one program to its end, or until nobody wants its answer any more; what it prints comes in one piece. */
async function run(program: string, args: readonly string[], folder: string, options: Pick<SpinOptions, "progress" | "cancelled">): Promise<Ran> {
  let output = "";
  const read = (chunk: Buffer): undefined => {
    const text = chunk.toString("utf8");
    output = (output + text).slice(-MAX_OUTPUT);
    const states = [...text.matchAll(/States=\s*([\d.e+]+)/g)].at(-1);
    if (states) options.progress?.(Math.round(Number(states[1])));
  };
  const { reason, code } = await runProcess(program, args, { folder, limit: null, ...(options.cancelled === undefined ? {} : { cancelled: options.cancelled }), onOutput: read, onErrors: read });
  return { status: code, output, cancelled: reason === "cancelled", missing: reason === "missing" };
}
