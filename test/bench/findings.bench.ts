// The findings on whole files of a real kernel tree: how many for 1,000 functions, and their time against that of reading the same C.
import { readFileSync } from "node:fs";
import { createCReader } from "../../src/core/c/reader.js";
import { readCode } from "../../src/core/lifecycle/code.js";
import { findInCode } from "../../src/core/lifecycle/findings/find.js";
import { imageOf } from "../core/c/check.js";
import { kernelFiles, openKernelTree, sampleOf } from "../kernel-tree.js";
import type { Bench, Measurement } from "./types.js";

/** How many files are looked through. */
const wanted = Number(process.env["BENCH_FILES"] ?? "300");
const seed = Number(process.env["BENCH_SEED"] ?? "1");

const bench: Bench = {
  title: `Findings in C files of a kernel tree (${wanted}, seed ${seed}), against reading them; BENCH_SHOW prints each`,
  async measure() {
    const tree = openKernelTree();
    if (typeof tree === "string") return tree;
    try {
      return await measure(sampleOf(kernelFiles(tree.folder, ["drivers", "fs"]).filter((file) => file.endsWith(".c")), wanted, seed), tree.folder);
    } finally {
      tree.dispose();
    }
  },
};

async function measure(files: readonly string[], tree: string): Promise<Measurement[]> {
  const reader = await createCReader({
    runtime: readFileSync("node_modules/web-tree-sitter/web-tree-sitter.wasm"), grammar: readFileSync("node_modules/tree-sitter-c/tree-sitter-c.wasm"),
  });
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
  return [{ name: "find", ours, theirs, detail: `${functions} functions, ${total} findings, ${((1000 * total) / Math.max(1, functions)).toFixed(2)} for 1,000 functions${byKind === "" ? "" : `: ${byKind}`}` }];
}

export default bench;
