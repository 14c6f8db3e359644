// The findings on whole files of a real kernel tree, how many for 1,000 of them and in what time against that of reading the same C; and the time that a patch takes.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createCReader } from "../../src/core/c/reader.js";
import { API, API_ROWS, LOCK_CALLS } from "../../src/core/lifecycle/api.js";
import { readCode } from "../../src/core/lifecycle/code.js";
import { findInCode, findInPatch } from "../../src/core/lifecycle/findings/find.js";
import { buildSeriesImages } from "../../src/core/patch/images.js";
import type { Image, Side } from "../../src/core/patch/types.js";
import { imageOf } from "../core/c/check.js";
import { hasCorpus, listBoxes, patchesOf } from "../core/c/corpus.js";
import { countLifetimeCalls } from "../core/lifecycle/lifetime-calls.js";
import { kernelFiles, openKernelTree, sampleOf } from "../kernel-tree.js";
import type { Bench, Measurement } from "./types.js";
import { median } from "./types.js";

/** How many files are looked through. */
const wanted = Number(process.env["BENCH_FILES"] ?? "300");
const seed = Number(process.env["BENCH_SEED"] ?? "1");

const bench: Bench = {
  title: `Findings in C files of a kernel tree (${wanted}, seed ${seed}), against reading them; BENCH_SHOW prints each`,
  async measure() {
    const patches = await measurePatches();
    const tree = openKernelTree();
    if (typeof tree === "string") return patches.length > 0 ? patches : tree;
    try {
      return [...patches, ...measureTable(tree.folder), ...await measure(sampleOf(kernelFiles(tree.folder, ["drivers", "fs"]).filter((file) => file.endsWith(".c")), wanted, seed), tree.folder)];
    } finally {
      tree.dispose();
    }
  },
};

/** The static tools that kernel developers use; none of them reads a patch alone, so one that is there is timed on the files. */
const PEERS = ["cppcheck", "sparse", "spatch", "smatch"];

async function openReader(): ReturnType<typeof createCReader> {
  return createCReader({
    runtime: readFileSync("node_modules/web-tree-sitter/web-tree-sitter.wasm"), grammar: readFileSync("node_modules/tree-sitter-c/tree-sitter-c.wasm"),
  });
}

/** Each kernel patch of the corpus by itself, from its images to its findings, reading included; processor time. */
async function measurePatches(): Promise<Measurement[]> {
  if (!hasCorpus) return [];
  const reader = await openReader();
  const times: number[] = [];
  let found = 0;
  for (const box of listBoxes(["vfio", "lists/threads", "lists/sets"])) {
    for (const { patch } of await patchesOf(box)) {
      const images = buildSeriesImages([patch]);
      const of = (side: Side): Image[] => images.paths(0, side).filter((path) => /\.[ch]$/.test(path)).flatMap((path) => images.image(0, path, side) ?? []);
      const start = process.cpuUsage();
      found += findInPatch(reader, { before: of("before"), after: of("after") }).length;
      const { user, system } = process.cpuUsage(start);
      times.push((user + system) / 1000);
    }
  }
  return [{ name: "patch", ours: median(times), theirs: null, detail: `the median of ${times.length} patches, the slowest ${Math.max(...times).toFixed(0)} ms of processor time; ${found} findings; no other tool reads a patch alone` }];
}

/** How much of what drivers/ and fs/ call the table of lifetime calls covers, counted by use; BENCH_SHOW prints each row with its uses and its header. */
function measureTable(tree: string): Measurement[] {
  if (!existsSync(`${tree}/include`)) return [];
  const start = process.cpuUsage();
  const calls = countLifetimeCalls(tree);
  const { user, system } = process.cpuUsage(start);
  const headerOf = (call: string): string => API.get(call)?.map(({ header }) => header).join(" ") ?? (LOCK_CALLS.has(call) ? "a lock" : "");
  const known = calls.filter(({ call }) => headerOf(call) !== "");
  const sum = (some: typeof calls): number => some.reduce((total, { uses }) => total + uses, 0);
  if (process.env["BENCH_SHOW"] !== undefined) for (const { call, uses } of calls) console.log(`  ${uses} ${call} ${headerOf(call) || "no row"}`);
  const headers = new Set(API_ROWS.map(({ header }) => header));
  return [{
    name: "table", ours: (user + system) / 1000, theirs: null,
    detail: `${sum(calls)} lifetime calls of ${calls.length} names in drivers/ and fs/; ${known.length} names with a row make ${((100 * sum(known)) / sum(calls)).toFixed(2)} % of them (to reach: 95); ${API_ROWS.length} rows of ${headers.size} headers`,
  }];
}

/** Milliseconds that cppcheck takes for the same files; null where it is not installed. */
function timeOfCppcheck(files: readonly string[]): number | null {
  const start = performance.now();
  const run = spawnSync("cppcheck", ["--quiet", "--max-configs=1", "--file-list=-"], { input: files.join("\n"), stdio: ["pipe", "ignore", "ignore"] });
  return run.status === null ? null : performance.now() - start;
}

async function measure(files: readonly string[], tree: string): Promise<Measurement[]> {
  const reader = await openReader();
  let ours = 0;
  let theirs = 0;
  let functions = 0;
  const kinds = new Map<string, number>();
  for (const file of files) {
    const path = file.slice(tree.length + 1);
    const image = imageOf(readFileSync(file, "utf8"), path);
    const start = performance.now();
    const code = readCode(reader, "after", [image]);
    const middle = performance.now();
    const found = findInCode(code);
    theirs += middle - start;
    ours += performance.now() - middle;
    functions += found.functions.size;
    for (const one of found.findings) {
      kinds.set(one.kind, (kinds.get(one.kind) ?? 0) + 1);
      if (process.env["BENCH_SHOW"] !== undefined) console.log(`  ${path}:${one.range.line} ${one.function}() ${one.kind} ${one.object} (${one.call}, ${one.other})`);
    }
  }
  const total = [...kinds.values()].reduce((sum, number) => sum + number, 0);
  const byKind = [...kinds].sort(([, one], [, other]) => other - one).map(([kind, number]) => `${number} ${kind}`).join(", ");
  const cppcheck = timeOfCppcheck(files);
  const missing = PEERS.filter((name) => spawnSync(name, ["--version"], { stdio: "ignore" }).error !== undefined);
  const perThousand = (count: number): string => ((1000 * total) / Math.max(1, count)).toFixed(2);
  return [
    { name: "find", ours, theirs, detail: `${files.length} files, ${functions} functions, ${total} findings, ${perThousand(files.length)} for 1,000 files, ${perThousand(functions)} for 1,000 functions${byKind === "" ? "" : `: ${byKind}`}` },
    { name: "cppcheck", ours: ours + theirs, theirs: cppcheck, detail: `reading and finding against cppcheck on the same files; not installed here: ${missing.join(", ") || "none"}` },
  ];
}

export default bench;
