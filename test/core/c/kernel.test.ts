// The C reader on files of a real kernel tree, where `LIFELINE_KERNEL` names one; and on text that is no C.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { flowOf } from "../../../src/core/c/flow.js";
import type { CReader } from "../../../src/core/c/reader.js";
import { kernelFiles, namedKernelTree, sampleOf } from "../../kernel-tree.js";
import { openReader } from "./check.js";
import { addCoverage, newCoverage } from "./coverage.js";

const tree = namedKernelTree();

let reader: CReader;
beforeAll(async () => {
  reader = await openReader();
});

describe.skipIf(tree === null)("a kernel tree (skipped where LIFELINE_KERNEL names none)", () => {
  it("is read without an exception, nearly all functions without a skipped part, and every function has its control flow", () => {
    const sum = newCoverage();
    for (const file of sampleOf(kernelFiles(tree ?? "", ["drivers", "fs"]), 250, 11)) {
      const text = readFileSync(file, "utf8");
      const unit = reader.readText(file, text);
      addCoverage(sum, file, text, unit);
      for (const fn of unit.functions) if (fn.body !== null) expect(flowOf(fn)?.nodes.length ?? 0, `${file} ${fn.name}`).toBeGreaterThan(1);
    }
    console.log(`${sum.functions} functions, ${((100 * sum.sound) / sum.functions).toFixed(2)} % without a skipped part`);
    expect(sum.functions).toBeGreaterThan(1000);
    expect(sum.sound / sum.functions).toBeGreaterThan(0.98);
  }, 300_000);
});

describe("text that is no C", () => {
  const functionOf = (body: string): string => `int f(int n)\n{\n${body}\n}\n`;

  it("says that a function of five megabytes is too long, and reads one of a megabyte", () => {
    const statement = "\tif (n)\n\t\tn = g(n + 1);\n";
    const long = reader.readText("t.c", functionOf(statement.repeat(Math.ceil(5_000_000 / statement.length))));
    expect(long.functions).toEqual([]);
    expect(long.skipped.map((part) => part.reason)).toEqual(["too long"]);
    const count = Math.ceil(1_000_000 / statement.length);
    const fn = reader.readText("t.c", functionOf(statement.repeat(count))).functions[0];
    expect(fn?.whole).toBe(true);
    expect(fn === undefined ? 0 : flowOf(fn)?.nodes.filter((node) => node.kind === "test").length).toBe(count);
  }, 120_000);

  it.each([
    ["braces that never close", "int f(void)\n{\n".repeat(3000)],
    ["braces that never opened", "}\n".repeat(30_000)],
    ["parentheses that never close", `int f(void)\n{\n\tx = ${"(".repeat(30_000)}1;\n}\n`],
    ["prose", "It was a dark and stormy night; the rain fell in torrents.\n".repeat(5000)],
    ["bytes", Array.from({ length: 50_000 }, (_, at) => String.fromCharCode((at * 7919) % 0x500)).join("")],
    ["half of every line", "struct foo *bar(int\n\tif (x) { y(\n".repeat(3000)],
    ["an endless string", `char *s = "${"a\\".repeat(50_000)}`],
    ["an endless comment", `/* ${"x".repeat(200_000)}`],
    ["conditions that never end", "#if A\n#elif B\n".repeat(5000)],
  ])("reads %s as problems", (_name, text) => {
    const unit = reader.readText("t.c", text);
    for (const fn of unit.functions) expect(flowOf(fn)).not.toBeUndefined();
    for (const part of unit.skipped) expect(part.span.to).toBeLessThanOrEqual(text.length);
  }, 60_000);
});
