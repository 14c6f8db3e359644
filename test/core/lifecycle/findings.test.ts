// The findings against sources that say, at the end of a line, what is to be found there; every other line must stay silent.
import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { CReader } from "../../../src/core/c/reader.js";
import { readCode } from "../../../src/core/lifecycle/code.js";
import { findInCode, findInPatch } from "../../../src/core/lifecycle/findings/find.js";
import { imageOf, openReader } from "../c/check.js";

const FOLDER = "test/fixtures/c/findings";

let reader: CReader;
beforeAll(async () => {
  reader = await openReader();
});

/** What is found in a text, as the text itself says it: the source with an expectation at the end of each line with a finding. */
function annotated(text: string): string {
  const plain = text.replace(/ \/\* finds: [^*]* \*\//g, "");
  const { findings } = findInCode(readCode(reader, "after", [imageOf(plain)]));
  const byLine = new Map<number, string[]>();
  for (const finding of findings) byLine.set(finding.range.line, [...(byLine.get(finding.range.line) ?? []), finding.kind]);
  return plain.split("\n").map((line, index) => (byLine.has(index + 1) ? `${line} /* finds: ${(byLine.get(index + 1) ?? []).sort().join(" ")} */` : line)).join("\n");
}

describe("findings", () => {
  it.each(readdirSync(FOLDER).sort())("are those that %s says, and no others", (name) => {
    const text = readFileSync(`${FOLDER}/${name}`, "utf8").trimEnd();
    expect(annotated(text)).toBe(text);
  });

  const WRONG = "struct foo { int id; };\n\nstatic int f(struct foo *foo)\n{\n\tkfree(foo);\n\treturn foo->id;\n}";
  const RIGHT = "struct foo { int id; };\n\nstatic int f(struct foo *foo)\n{\n\tint id = foo->id;\n\n\tkfree(foo);\n\treturn id;\n}";
  const compare = (before: string | null, after: string | null): string[] =>
    findInPatch(reader, { before: before === null ? [] : [{ ...imageOf(before), side: "before" }], after: after === null ? [] : [imageOf(after)] }).map((one) => `${one.kind} ${one.change} ${one.side} ${one.range.line}`);

  it("are new where the patch brings them, fixed where it takes them away", () => {
    expect(compare(RIGHT, WRONG)).toEqual(["use-after-put new after 6"]);
    expect(compare(WRONG, RIGHT)).toEqual(["use-after-put fixed before 6"]);
    expect(compare(WRONG, WRONG)).toEqual(["use-after-put both after 6"]);
    expect(compare(null, WRONG)).toEqual(["use-after-put new after 6"]);
    expect(compare(RIGHT, RIGHT)).toEqual([]);
  });

  it("say only which side they are on where the other one is not shown", () => {
    const partial = "@@ 3 static int f(struct foo *foo)\n\tkfree(foo);\n@@ 30 static int f(struct foo *foo)\n\tmore();\n}";
    expect(compare(partial, WRONG)).toEqual(["use-after-put after after 6"]);
  });

  it("come with the lines that lead to them", () => {
    const [finding] = findInCode(readCode(reader, "after", [imageOf(WRONG)])).findings;
    expect(finding?.path.map((step) => `${step.range.line} ${step.note}`)).toEqual(["5 released", "6 used"]);
  });

  it("are silent where lines are missing between cause and effect", () => {
    expect(compare(null, "static int f(struct foo *foo)\n{\n\tkfree(foo);\n@@ 30 static int f(struct foo *foo)\n\treturn foo->id;\n}")).toEqual([]);
  });

  it("are silent where a statement between cannot be read", () => {
    expect(compare(null, "static int f(struct foo *foo)\n{\n\tkfree(foo);\n\tthis is ( no C;\n\treturn foo->id;\n}")).toEqual([]);
  });

  it("come in bounded time from a function with a thousand branches", () => {
    const branches = Array.from({ length: 1000 }, (_, index) => `\tif (a${index}(foo))\n\t\tb${index}(foo);`).join("\n");
    const { findings, complete } = findInCode(readCode(reader, "after", [imageOf(`static int f(struct foo *foo)\n{\n${branches}\n\tkfree(foo);\n\treturn 0;\n}`)]));
    expect(findings).toEqual([]);
    expect(complete.size).toBeLessThanOrEqual(1);
  });
});
