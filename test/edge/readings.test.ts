// What the build has read of the kernel model and the scenarios, against what the reader makes of them now.
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CReader } from "../../src/core/c/reader.js";
import { Readings } from "../../src/core/simulate/drafts.js";
import type { KernelSources } from "../../src/core/simulate/types.js";
import { Assets } from "../../src/worker/assets.js";
import { maskIntrinsics } from "../../src/core/simulate/scenario.js";
import { hashOf, withReadings } from "../../src/worker/readings.js";
import { startReader } from "../core/kernel/kernel.js";

const dist = resolve(__dirname, "../../dist");
const file = await readFile(join(dist, "kernel/readings.txt"), "utf8");
const kernel = await new Assets(dist).kernel();
const reader = await startReader();

/** What is kept of the first text of the model, behind its hash. */
const FIRST_FILE = file.split("\n").find((line) => line.startsWith(hashOf(maskIntrinsics(kernel.model[0]?.text ?? ""))))?.slice(65) ?? "";

/** A reader that knows the file, and the names of the texts that it had to read all the same. */
function counting(known: string): { readonly reader: CReader; readonly read: string[] } {
  const read: string[] = [];
  const under: CReader = { ...reader, readText: (path, text) => (read.push(path), reader.readText(path, text)) };
  return { reader: withReadings(under, known), read };
}

function readAll(through: CReader, { model, fills, scenarios }: KernelSources): unknown[] {
  const readings = new Readings(through);
  return [...model.map(({ name, text }) => readings.text(name, text)), ...[...fills, ...scenarios].map(({ name, text }) => readings.scenario(name, text).unit.unit)];
}

const names = ({ model, fills, scenarios }: KernelSources): string[] => [...model, ...fills, ...scenarios].map(({ name }) => name);

describe("what the build has read", () => {
  it("is what the reader gives now, and no text is read again", () => {
    const { reader: known, read } = counting(file);
    expect(readAll(known, kernel)).toStrictEqual(readAll(reader, kernel));
    expect(read).toEqual([]);
  });

  it("is not used for a text that has changed since", () => {
    const [first, ...others] = kernel.model;
    if (!first) throw new Error("the model has no files");
    const changed: KernelSources = { ...kernel, model: [{ ...first, text: `${first.text}int added(void) { return 1; }\n` }, ...others] };
    const { reader: known, read } = counting(file);
    expect(readAll(known, changed)).toStrictEqual(readAll(reader, changed));
    expect(read).toEqual([first.name]);
  });

  it("is missing, cut off or damaged without harm", () => {
    for (const [damaged, again] of [["", names(kernel)], [file.replace(FIRST_FILE, "{\"functions\":["), names(kernel).slice(0, 1)], [file.slice(0, -100), names(kernel).slice(-1)]] as const) {
      const { reader: known, read } = counting(damaged);
      expect(readAll(known, kernel)).toStrictEqual(readAll(reader, kernel));
      expect(read).toEqual(again);
    }
  });
});

describe("the shipped reader", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "lifeline-readings-"));
    for (const name of ["web-tree-sitter.wasm", "tree-sitter-c.wasm"]) await cp(join(dist, name), join(folder, name));
    await cp(join(dist, "kernel"), join(folder, "kernel"), { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("takes what stands in the file", async () => {
    const [first] = kernel.model;
    if (!first) throw new Error("the model has no files");
    await writeFile(join(folder, "kernel/readings.txt"), file.replace(FIRST_FILE, "{\"functions\":[],\"marked\":true}\t."));
    expect(new Readings(await new Assets(folder).reader()).text(first.name, first.text)).toHaveProperty("marked");
  });

  it("reads by itself where there is no file", async () => {
    await rm(join(folder, "kernel/readings.txt"));
    expect(readAll(await new Assets(folder).reader(), kernel)).toStrictEqual(readAll(reader, kernel));
  });
});
