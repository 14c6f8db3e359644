// What a taken edge says about the tested value.
import { beforeAll, describe, expect, it } from "vitest";
import type { CReader } from "../../../src/core/c/reader.js";
import { assumptionOf, isErrorWay } from "../../../src/core/c/assumptions.js";
import { flowOf } from "../../../src/core/c/flow.js";
import { openReader } from "./check.js";

let reader: CReader;
beforeAll(async () => {
  reader = await openReader();
});

/** Every edge of the one test in a condition: `subject: holds`, the taken one first. */
function edges(condition: string): string[] {
  const text = `int f(int ret, struct s *p)\n{\n\tif (${condition})\n\t\tret = 1;\n\treturn 0;\n}\n`;
  const fn = reader.readText("t.c", text).functions[0];
  const flow = fn === undefined ? null : flowOf(fn);
  return (flow?.nodes ?? []).filter((node) => node.kind === "test").flatMap((node) => node.next.map((edge) => {
    const found = assumptionOf(edge.when);
    if (found === null) return "nothing";
    return `${text.slice(found.subject.span.from, found.subject.span.to)}${found.assigned === null ? "" : " assigned"}: ${found.holds}`;
  }));
}

describe("an edge", () => {
  it.each([
    ["ret", ["ret: non-zero", "ret: zero"]],
    ["!ret", ["ret: non-zero", "ret: zero"]],
    ["ret < 0", ["ret: negative", "ret: not-negative"]],
    ["0 > ret", ["ret: negative", "ret: not-negative"]],
    ["ret >= 0", ["ret: not-negative", "ret: negative"]],
    ["ret <= 0", ["ret: not-positive", "ret: positive"]],
    ["ret == -EAGAIN", ["ret: negative", "ret: other"]],
    ["p == NULL", ["p: zero", "p: non-zero"]],
    ["NULL != p", ["p: non-zero", "p: zero"]],
    ["IS_ERR(p)", ["p: error", "p: not-error"]],
    ["IS_ERR_OR_NULL(p)", ["p: error-or-zero", "p: valid"]],
    ["WARN_ON(!p)", ["p: zero", "p: non-zero"]],
    ["(ret = get(p))", ["ret assigned: non-zero", "ret assigned: zero"]],
    ["(p = get(ret)) == NULL", ["p assigned: zero", "p assigned: non-zero"]],
    ["try_get(p)", ["try_get(p): non-zero", "try_get(p): zero"]],
    ["p->dead", ["p->dead: non-zero", "p->dead: zero"]],
    ["ret == other", ["nothing", "nothing"]],
  ])("%s", (condition, expected) => {
    const found = edges(condition);
    // A leading `!` swaps the edges' order, not what they say.
    expect([...found].sort()).toEqual([...expected].sort());
  });

  it("is the way of an error by the convention of its type", () => {
    const way = (condition: string, isPointer: boolean): boolean[] => {
      const text = `int f(int ret, struct s *p)\n{\n\tif (${condition})\n\t\tret = 1;\n\treturn 0;\n}\n`;
      const fn = reader.readText("t.c", text).functions[0];
      const test = (fn === undefined ? null : flowOf(fn))?.nodes.find((node) => node.kind === "test");
      return (test?.next ?? []).map((edge) => {
        const found = assumptionOf(edge.when);
        return found !== null && isErrorWay(found, isPointer);
      });
    };
    expect(way("ret", false)).toEqual([true, false]);
    expect(way("ret < 0", false)).toEqual([true, false]);
    expect(way("p", true)).toEqual([false, true]);
    expect(way("IS_ERR(p)", true)).toEqual([true, false]);
  });
});
