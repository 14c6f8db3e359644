// Run by the build: reads the kernel model and the scenarios once for all.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createCReader, type CReader } from "../core/c/reader.js";
import { Readings } from "../core/simulate/drafts.js";
import type { KernelSources } from "../core/simulate/types.js";
import { Assets } from "./assets.js";
import { hashOf } from "./readings.js";

/** The text of the readings' file for what stands in `dist` now. */
export async function readShipped(dist: string): Promise<string> {
  const [runtime, grammar, kernel] = await Promise.all([readFile(join(dist, "web-tree-sitter.wasm")), readFile(join(dist, "tree-sitter-c.wasm")), new Assets(dist).kernel()]);
  return writeReadings(await createCReader({ runtime, grammar }), kernel);
}

/** Reads every text of the kernel as a run does. One line for each: the hash of what was read, a blank, and the unit as JSON. */
export function writeReadings(reader: CReader, kernel: KernelSources): string {
  const lines = new Map<string, string>();
  const readings = new Readings({
    ...reader,
    readText: (path, text) => {
      const unit = reader.readText(path, text);
      lines.set(hashOf(text), JSON.stringify(unit));
      return unit;
    },
  });
  for (const { name, text } of kernel.model) readings.text(name, text);
  for (const { name, text } of [...kernel.fills, ...kernel.scenarios]) readings.scenario(name, text);
  return [...lines].map(([hash, unit]) => `${hash} ${unit}\n`).join("");
}
