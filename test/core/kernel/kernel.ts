// What the tests of the kernel model share: its sources from the disk, the C reader, and units of plain C.
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { CReader } from "../../../src/core/c/reader.js";
import { createCReader } from "../../../src/core/c/reader.js";
import type { KernelSources, SourceText } from "../../../src/core/simulate/types.js";

const folder = join(import.meta.dirname, "../../../src/kernel");

export const kernel: KernelSources = { model: sourcesOf("model"), fills: sourcesOf("fills"), scenarios: sourcesOf("scenarios") };

export function startReader(): Promise<CReader> {
  const require = createRequire(import.meta.url);
  return createCReader({
    runtime: readFileSync(require.resolve("web-tree-sitter/web-tree-sitter.wasm")),
    grammar: readFileSync(require.resolve("tree-sitter-c/tree-sitter-c.wasm")),
  });
}

function sourcesOf(part: "model" | "fills" | "scenarios"): SourceText[] {
  return readdirSync(join(folder, part))
    .filter((name) => name.endsWith(".c"))
    .sort()
    .map((name) => ({ name: `${part}/${name}`, text: readFileSync(join(folder, part, name), "utf8") }));
}
