// Reading the C of a real kernel tree, against tree-sitter's parse of the same files and against a limit that we set ourselves.
import { readFileSync } from "node:fs";
import { Language, Parser } from "web-tree-sitter";
import { createCReader } from "../../src/core/c/reader.js";
import { addCoverage, newCoverage } from "../core/c/coverage.js";
import { kernelFiles, openKernelTree, sampleOf } from "../kernel-tree.js";
import type { Bench, Measurement } from "./types.js";

/** How many files are read; `BENCH_FILES=all` reads every one, which takes minutes. */
const wanted = process.env["BENCH_FILES"] ?? "1500";
const seed = Number(process.env["BENCH_SEED"] ?? "1");
/** A maintainer's patch touches some files; a hundred in a second on one core leaves room for whole trees. */
const filesPerSecond = 100;

const bench: Bench = {
  title: `Reading C files of a kernel tree (${wanted === "all" ? "all" : `${wanted}, seed ${seed}`}), against tree-sitter alone and ${filesPerSecond} files a second`,
  async measure() {
    const tree = openKernelTree();
    if (typeof tree === "string") return tree;
    try {
      const all = kernelFiles(tree.folder, ["drivers", "fs"]);
      return await measure(wanted === "all" ? all : sampleOf(all, Number(wanted), seed), tree.folder);
    } finally {
      tree.dispose();
    }
  },
};

async function measure(files: readonly string[], tree: string): Promise<Measurement[]> {
  const runtime = readFileSync("node_modules/web-tree-sitter/web-tree-sitter.wasm");
  const grammar = readFileSync("node_modules/tree-sitter-c/tree-sitter-c.wasm");
  const reader = await createCReader({ runtime, grammar });
  const parser = new Parser();
  parser.setLanguage(await Language.load(grammar));
  const sum = newCoverage();
  let ours = 0;
  /** Milliseconds of processor time: what else runs on the machine does not count. */
  let cpu = 0;
  let theirs = 0;
  let bytes = 0;
  let tooLong = 0;
  for (const file of files) {
    const text = readFileSync(file, "utf8");
    bytes += text.length;
    const startCpu = process.cpuUsage();
    const start = performance.now();
    const unit = reader.readText(file, text);
    const middle = performance.now();
    const used = process.cpuUsage(startCpu);
    cpu += (used.user + used.system) / 1000;
    parser.parse(text)?.delete();
    ours += middle - start;
    theirs += performance.now() - middle;
    if (unit.skipped.some((part) => part.reason === "too long")) tooLong++;
    addCoverage(sum, file.slice(tree.length + 1), text, unit);
  }
  if (process.env["BENCH_SHOW"] !== undefined) for (const one of sum.failures) console.log(`  ${one.path}:${one.line} [${one.reason}] ${one.text}`);
  const share = (100 * sum.sound) / Math.max(1, sum.functions);
  return [
    { name: "read", ours, theirs, detail: `${files.length} files, ${sum.functions} functions, ${share.toFixed(2)} % without a skipped subtree, ${tooLong} files too long` },
    { name: `${filesPerSecond} files`, ours: (cpu / files.length) * filesPerSecond, theirs: 1000,
      detail: `${Math.round((1000 * files.length) / cpu)} files/s, ${(bytes / cpu / 1000).toFixed(1)} MB/s of processor time` },
  ];
}

export default bench;
