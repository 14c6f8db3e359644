// What ships beside the worker: grammars, the kernel model, the scenarios. Each is read at its first use and kept.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { CReader } from "../core/c/reader.js";
import type { KernelSources, SourceText } from "../core/simulate/types.js";
import { READINGS_FILE, withReadings } from "./readings.js";

export class Assets {
  private reading: Promise<CReader> | null = null;
  private kernelReading: Promise<KernelSources> | null = null;

  /** `folder` is the built extension's `dist`. */
  constructor(private readonly folder: string) {}

  /** The C reader, which knows what the build has read; tree-sitter is loaded now, and only once. */
  reader(): Promise<CReader> {
    this.reading ??= this.loadReader().catch((error: unknown) => {
      this.reading = null;
      throw error;
    });
    return this.reading;
  }

  kernel(): Promise<KernelSources> {
    this.kernelReading ??= this.loadKernel().catch((error: unknown) => {
      this.kernelReading = null;
      throw error;
    });
    return this.kernelReading;
  }

  private async loadReader(): Promise<CReader> {
    const [{ createCReader }, runtime, grammar, readings] = await Promise.all([
      import("../core/c/reader.js"),
      readFile(join(this.folder, "web-tree-sitter.wasm")),
      readFile(join(this.folder, "tree-sitter-c.wasm")),
      // While somebody works on the reader there is none, and everything is read.
      readFile(join(this.folder, "kernel", READINGS_FILE), "utf8").catch(() => ""),
    ]);
    return withReadings(await createCReader({ runtime, grammar }), readings);
  }

  private async loadKernel(): Promise<KernelSources> {
    const [model, fills, scenarios] = await Promise.all([this.loadTexts("model"), this.loadTexts("fills"), this.loadTexts("scenarios")]);
    return { model, fills, scenarios };
  }

  /** C files of a folder, by name, so that the same input gives the same run everywhere. */
  private async loadTexts(name: "model" | "fills" | "scenarios"): Promise<SourceText[]> {
    const folder = join(this.folder, "kernel", name);
    const files = (await readdir(folder)).filter((file) => file.endsWith(".c")).sort();
    return Promise.all(files.map(async (file) => ({ name: `${name}/${file}`, text: await readFile(join(folder, file), "utf8") })));
  }
}
