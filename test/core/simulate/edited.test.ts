// What-ifs that the user makes by editing a whole file, changes at known places, and files that scenarios share.
import { describe, expect, it } from "vitest";
import { editedImage } from "../../../src/core/simulate/edited-image.js";
import { renderImage } from "../../../src/core/patch/render.js";
import type { WhatIf } from "../../../src/core/simulate/types.js";
import { imageOf, mini, outcome, run } from "./check.js";

const PATH = "drivers/driver.c";
const edit = (text: string): WhatIf => ({ name: "edited", title: "as edited", edits: [], texts: [{ path: PATH, text }] });

const CODE = `
struct obj { int a; };
struct obj *shared;
... int helper(void)
void drop(void)
{
	struct obj *o = shared;

	shared = 0;
	kfree(o);
}
... void tail(struct obj *o)
	o->a = 2;
}
`;
const SCENARIO = `/* scenario: drop */
void setup(void) { shared = kzalloc(sizeof(*shared), 0); }
void cpu0(void) { struct obj *o = shared; drop(); }
`;
const rendered = renderImage(imageOf(CODE));

describe("an edited text", () => {
  it("is run instead of the image", () => {
    expect(outcome(SCENARIO, CODE)).toBe("clean");
    expect(outcome(SCENARIO, CODE, { whatIf: edit(rendered) })).toBe("clean");
    expect(outcome(SCENARIO, CODE, { whatIf: edit(rendered.replace("kfree(o);", "kfree(o);\n\tkfree(o);")) })).toMatch(/^double-free: /);
    expect(outcome(SCENARIO, CODE, { whatIf: edit(rendered.replace("\tkfree(o);\n", "")) })).toMatch(/^leak: /);
  });

  it("gives its steps the lines of the edited text", () => {
    const text = rendered.replace("shared = 0;", "shared = 0;\n\n\n\tkfree(o);");
    const result = run(SCENARIO, CODE, { whatIf: edit(text) });
    const second = text.split("\n").findLastIndex((line) => line.includes("kfree(o);")) + 1;
    expect(result.findings[0]?.stacks?.[0]?.frames.find((frame) => frame.path === PATH)?.line).toBe(second);
    const step = result.steps.filter((one) => one.path === PATH).at(-1);
    expect(text.slice(step?.from, step?.to)).toBe(step?.text);
  });

  it("takes the line ends of another system", () => {
    expect(outcome(SCENARIO, CODE, { whatIf: edit(rendered.replace("\tkfree(o);\n", "").replaceAll("\n", "\r\n")) })).toMatch(/^leak: /);
  });

  it("keeps the gaps where their quiet lines stand, and loses those whose line was deleted", () => {
    const image = imageOf(CODE);
    const gaps = (text: string): unknown => editedImage(image, text).gaps.map((gap) => [gap.from, gap.to, gap.heading]);
    expect(gaps(rendered)).toEqual(image.gaps.map((gap) => [gap.from, gap.to, gap.heading]));
    expect(gaps(`\n\n${rendered}`)).toEqual(image.gaps.map((gap) => [gap.from + 2, (gap.to ?? 0) + 2, gap.heading]));
    expect(gaps(rendered.replace("/* 10 lines are not in the patch */", ""))).toHaveLength(1);
    // Written into the gap: what is not known ends there.
    const lines = rendered.split("\n");
    lines[5] = "int known;";
    expect(gaps(lines.join("\n"))).toEqual([[3, 5, "int helper(void)"], [image.gaps[1]?.from, image.gaps[1]?.to, "void tail(struct obj *o)"]]);
    expect(editedImage(image, `\n${rendered}`).headings.map((heading) => heading.line)).toEqual(image.headings.map((heading) => heading.line + 1));
  });

  it("that cannot be read stops only who runs into it", () => {
    expect(outcome(SCENARIO, CODE, { whatIf: edit(rendered.replace("kfree(o);", "kfree(o;")) })).toMatch(/^does-not-apply: .*drivers\/driver\.c, line \d+/);
  });

  it.each(["nonsense {{{ return", "nonsense }}} return", "if (o) { kfree(o);", "((( {"])("whose braces do not match is named, and never run as if nothing stood there: %s", (line) => {
    expect(outcome(SCENARIO, CODE, { whatIf: edit(rendered.replace("kfree(o);", line)) })).toMatch(/^does-not-apply: drop\(\) in drivers\/driver\.c, line \d+: the text could not be read/);
  });

  it("of a file that is not in the code does not apply", () => {
    expect(outcome(SCENARIO, CODE, { whatIf: { ...edit(""), texts: [{ path: "none.c", text: "" }] } })).toBe("does-not-apply: the what-if edited edits none.c, which is not in the code");
  });
});

describe("changes at known places", () => {
  const at = rendered.indexOf("kfree(o);");
  const splice = (from: number, to: number, text: string): WhatIf => ({ name: "splice", title: "", edits: [], splices: [{ path: PATH, from, to, text }] });

  it("are made where they are told to be, and keep the lines of all the rest", () => {
    expect(outcome(SCENARIO, CODE, { whatIf: splice(at, at + 9, ";") })).toMatch(/^leak: /);
    const result = run(SCENARIO, CODE, { whatIf: splice(at, at, "kfree(o); ") });
    expect(result.kind).toBe("double-free");
    const via = result.steps.at(-1)?.via;
    expect(rendered.slice(via?.from, via?.to)).toBe("kfree(o)");
  });

  it("do not apply where there is no such place", () => {
    expect(outcome(SCENARIO, CODE, { whatIf: splice(at, rendered.length + 1, "") })).toMatch(/^does-not-apply: /);
  });
});

describe("a file that scenarios share", () => {
  const kernel = { ...mini, fills: [{ name: "fills/part.c", text: "int twice(int n) { return n * 2; }\n__tail(tail) { o->a = 3; }\nint own(void) { return 1; }\n" }] };

  it("is compiled with them, and the scenario's own functions come first", () => {
    const text = (value: number): string => `/* scenario: x */\n#include "fills/part.c"\nint own(void) { return 2; }\nvoid cpu0(void) { if (twice(own()) != ${String(value)}) __report("warn", "not so"); }`;
    expect(outcome(text(4), null, { kernel })).toBe("clean");
    expect(outcome(text(2), null, { kernel })).toBe("warn: not so");
  });

  it("must be one that there is: no path leads elsewhere", () => {
    for (const name of ["fills/none.c", "../fills/part.c", "/etc/passwd", "fills/../fills/part.c"]) {
      expect(outcome(`/* scenario: x */\n#include "${name}"\nvoid cpu0(void) { }`, null, { kernel })).toBe(`does-not-apply: scenarios/test.c, line 2: there is no "${name}" to include`);
    }
  });
});
