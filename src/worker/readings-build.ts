// Run by the build: reads and compiles the kernel model and the scenarios once for all.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { CUnit } from "../core/c/ast.js";
import { createCReader, type CReader } from "../core/c/reader.js";
import { storeCodes } from "../core/simulate/compile/program.js";
import { asStored, type StoredCode } from "../core/simulate/compile/stored.js";
import { linkerOf, modelDraft, Readings, scenarioDraft } from "../core/simulate/drafts.js";
import { includedFills } from "../core/simulate/scenario.js";
import type { KernelSources } from "../core/simulate/types.js";
import { Assets } from "./assets.js";
import { hashOf, pack } from "./readings.js";

/** The text of the readings' file for what stands in `dist` now. */
export async function readShipped(dist: string): Promise<string> {
  const [runtime, grammar, kernel] = await Promise.all([readFile(join(dist, "web-tree-sitter.wasm")), readFile(join(dist, "tree-sitter-c.wasm")), new Assets(dist).kernel()]);
  return writeReadings(await createCReader({ runtime, grammar }), kernel);
}

/**
 * Reads every text of the kernel as a run does, and compiles its functions: those of the model by themselves, those of a scenario and its fills with the model. One line for each text:
 * the hash of what was read, a blank, and what `pack` makes of it.
 */
export function writeReadings(reader: CReader, kernel: KernelSources): string {
  const units = new Map<string, CUnit>();
  const hashes = new Map<string, string>();
  const readings = new Readings({
    ...reader,
    readText: (path, text) => {
      const unit = asStored(reader.readText(path, text), () => []);
      units.set(hashOf(text), unit);
      hashes.set(path, hashOf(text));
      return unit;
    },
  });
  const model = kernel.model.map(({ name, text }) => modelDraft(readings, name, text));
  for (const { name, text } of [...kernel.fills, ...kernel.scenarios]) readings.scenario(name, text);
  const sets = kernel.scenarios.map((source) => {
    const included = includedFills(source, kernel.fills);
    return [source, ...("missing" in included ? [] : included.fills)].map(({ name, text }) => scenarioDraft(readings, name, text));
  });
  const codes = new Map<string, Map<number, StoredCode[]>>();
  for (const drafts of [model, ...sets.map((set) => [...set, ...model])]) {
    const linker = linkerOf(drafts, new Map());
    for (const { path, units: [unit] } of drafts) {
      const hash = hashes.get(path) ?? "";
      if (unit && !codes.has(hash)) codes.set(hash, storeCodes(readings.names, linker, unit));
    }
  }
  // What was read of defines on the way is known as well.
  const lines = [...units].map(([hash, unit]) => ({ isFile: codes.has(hash), line: `${hash} ${pack(unit, codes.get(hash) ?? new Map<number, StoredCode[]>())}\n` }));
  return [...lines.filter((one) => !one.isFile), ...lines.filter((one) => one.isFile)].map((one) => one.line).join("");
}
