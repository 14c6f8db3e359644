// The ways of the pair table against a source that says, at the end of each return, what it leaves taken and given back.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { CReader } from "../../../src/core/c/reader.js";
import { readLifecycle } from "../../../src/core/lifecycle/read.js";
import { imageOf, openReader } from "../c/check.js";

const FOLDER = "test/fixtures/c/ways";

let reader: CReader;
beforeAll(async () => {
  reader = await openReader();
});

/** The source with, at the end of each line that returns, what the ways that end there do: `/* ways: memory acquire (success) *\/`. */
function annotated(text: string): string {
  const plain = text.replace(/ \/\* ways: [^*]* \*\//g, "");
  const { pairs } = readLifecycle(reader, { patchKey: "t", before: [], after: [imageOf(plain)] }, "box");
  const byLine = new Map<number, string[]>();
  for (const { resource, ways } of pairs) for (const way of ways) for (const { line } of way.returns) byLine.set(line, [...(byLine.get(line) ?? []), `${resource} ${way.halves} (${way.ends})`]);
  return plain.split("\n").map((line, index) => (byLine.has(index + 1) ? `${line} /* ways: ${(byLine.get(index + 1) ?? []).join(", ")} */` : line)).join("\n");
}

describe("the ways of a pair", () => {
  it.each(readdirSync(FOLDER).sort())("are those that %s says", (name) => {
    const text = readFileSync(`${FOLDER}/${name}`, "utf8").trimEnd();
    if (process.env["UPDATE"] === "1") writeFileSync(`${FOLDER}/${name}`, `${annotated(text)}\n`);
    expect(annotated(text)).toBe(text);
  });

  it("say where lines are missing", () => {
    const text = "@@ 3 int box_start(struct box *box)\n\tkref_get(&box->ref);\n@@ 30 int box_start(struct box *box)\n\treturn 0;\n}";
    const { pairs } = readLifecycle(reader, { patchKey: "t", before: [], after: [imageOf(`struct box { struct kref ref; };\n${text}`)] }, "box");
    expect(pairs.flatMap(({ ways }) => ways).map(({ function: name, halves, partial }) => `${name} ${halves} ${partial}`)).toContain("box_start acquire true");
  });

  it("are told for each side", () => {
    const image = imageOf(readFileSync(`${FOLDER}/box.c`, "utf8"));
    const { pairs } = readLifecycle(reader, { patchKey: "t", before: [{ ...image, side: "before" }], after: [image] }, "box");
    expect(new Set(pairs.flatMap(({ ways }) => ways).map(({ side }) => side))).toEqual(new Set(["before", "after"]));
  });
});
