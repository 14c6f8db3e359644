// The control flow of functions: annotated fixtures, functions known in part, and bounds.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { CFunction } from "../../../src/core/c/ast.js";
import { flowOf } from "../../../src/core/c/flow.js";
import type { CReader } from "../../../src/core/c/reader.js";
import { imageOf, openReader } from "./check.js";
import { annotate, listing } from "./flow-notation.js";

const FOLDER = "test/fixtures/c/flow";

let reader: CReader;
beforeAll(async () => {
  reader = await openReader();
});

function only(text: string): CFunction | undefined {
  return reader.readUnit(imageOf(text)).functions.find((fn) => fn.body !== null);
}

describe("annotated sources", () => {
  it.each(readdirSync(FOLDER))("%s", (name) => {
    const text = readFileSync(`${FOLDER}/${name}`, "utf8");
    const found = annotate(reader, text);
    if (process.env["UPDATE"] !== undefined) writeFileSync(`${FOLDER}/${name}`, found);
    expect(found).toBe(text);
  });
});

describe("a function known in part", () => {
  it("may be entered, left and resumed in what is not shown", () => {
    expect(listing(only("int f(struct s *p)\n{\n\ttake(p);\n@@ 20 int f(struct s *p)\n\tgive(p);\n\treturn 0;\nerr:\n\tdrop(p);\n\treturn 1;\n}\n"))).toMatchInlineSnapshot(`
      [
        "entry @1 -> expr@3",
        "exit @1 ->",
        "expr @3 -> gap@3",
        "gap? @3 -> expr@20 elsewhere",
        "expr @20 -> return@21",
        "return @21 -> exit",
        "join err @22 -> expr@23",
        "expr @23 -> return@24",
        "return @24 -> exit",
        "elsewhere @1 -> gap@3 join@22 exit",
      ]
    `);
  });

  it("goes around a jump behind missing lines, which hold the jump's condition", () => {
    const fn = only("@@ 20 int f(int x)\n\t\tg();\n\t\treturn -1;\n\n\th();\n\treturn 0;\n}");
    expect(fn === undefined ? [] : listing(fn).filter((line) => line.startsWith("gap"))).toEqual(["gap? @20 -> expr@20 expr@23 elsewhere"]);
  });

  it("begins in a gap when its head is missing, and ends in one when its tail is", () => {
    expect(listing(only("@@ 20 int f(struct s *p)\n\tgive(p);\n@@"))).toMatchInlineSnapshot(`
      [
        "entry @20 -> gap@20",
        "exit @20 ->",
        "gap? @20 -> expr@20 elsewhere",
        "expr @20 -> gap@20",
        "gap? @20 -> exit elsewhere",
        "elsewhere @20 -> gap@20 gap@20 exit",
      ]
    `);
  });

  it("gives no fact from text that could not be read", () => {
    const text = "int f(struct s *p)\n{\n\ttake(p);\n\tif (p) {\n\t\tx = = drop(p);\n\t}\n\tgive(p);\n\treturn 0;\n}\n";
    expect(listing(reader.readText("t.c", text).functions[0])).toMatchInlineSnapshot(`
      [
        "entry @1 -> expr@3",
        "exit @1 ->",
        "expr @3 -> test@4",
        "test @4 -> unknown@5 expr@7",
        "unknown? @5 -> expr@7 elsewhere",
        "expr @7 -> return@8",
        "return @8 -> exit",
        "elsewhere @1 -> unknown@5 exit",
      ]
    `);
    expect(flowOf(reader.readText("t.c", text).functions[0] as CFunction)?.complete).toBe(false);
  });

  it("sends a goto to a label that is not shown elsewhere", () => {
    expect(listing(only("int f(struct s *p)\n{\n\tif (p)\n\t\tgoto out;\n\ttake(p);\n@@"))).toMatchInlineSnapshot(`
      [
        "entry @1 -> test@3",
        "exit @1 ->",
        "test @3 -> expr@5 elsewhere",
        "expr @5 -> gap@5",
        "gap? @5 -> exit elsewhere",
        "elsewhere @1 -> gap@5 exit",
      ]
    `);
  });
});

describe("bounds", () => {
  const functionOf = (body: string): CFunction => {
    const fn = reader.readText("t.c", `int f(int n)\n{\n${body}\n}\n`).functions[0];
    if (fn === undefined) throw new Error("not read");
    return fn;
  };

  it("has a prototype without a graph", () => {
    expect(flowOf(reader.readText("t.c", "int f(int n);\n").functions[0] as CFunction)).toBeNull();
  });

  it("grows with the text, whatever is in it", () => {
    const size = (body: string): number => flowOf(functionOf(body))?.nodes.length ?? 0;
    for (const [name, one] of Object.entries({
      cases: (n: number) => `switch (n) {\n${Array.from({ length: n }, (_, i) => `case ${i}:`).join("\n")}\nn = 1; }`,
      ifs: (n: number) => Array.from({ length: n }, (_, i) => `if (n == ${i}) n = 1;`).join("\nelse "),
      gotos: (n: number) => `${Array.from({ length: n }, () => "if (n) goto out;").join("\n")}\nout: return n;`,
      guards: (n: number) => Array.from({ length: n }, () => "guard(mutex)(&n); if (n) return 1;").join("\n"),
    })) {
      const small = size(one(200));
      expect(size(one(2000)), name).toBeLessThan(small * 11);
    }
  });

  it("takes a deep nest for unknown below its bound, and does not throw", () => {
    for (const depth of [100, 700, 5000]) {
      const flow = flowOf(functionOf(`${"if (n) { ".repeat(depth)}n = 1; ${"}".repeat(depth)}`));
      expect(flow?.complete).toBe(depth === 100);
    }
    expect(flowOf(functionOf(`if (${"n && ".repeat(3000)}n) n = 1;`))).not.toBeNull();
  });

  it("has every edge in both directions", () => {
    for (const name of readdirSync(FOLDER)) {
      for (const fn of reader.readText(name, readFileSync(`${FOLDER}/${name}`, "utf8")).functions) {
        const flow = flowOf(fn);
        for (const node of flow?.nodes ?? []) {
          for (const edge of node.next) expect(flow?.nodes[edge.to]?.previous).toContain(node.id);
          for (const from of node.previous) expect(flow?.nodes[from]?.next.map((edge) => edge.to)).toContain(node.id);
        }
      }
    }
  });
});
