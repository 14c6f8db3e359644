// Variables without a value: told where a run reads them (KMSAN), and never where it does not; jumps into and out of blocks.
import { describe, expect, it } from "vitest";
import { outcome, run } from "./check.js";

const single = (text: string): string => outcome(`/* scenario: unset */\nvoid must(int holds) { if (!holds) __report("warn", "not so"); }\n${text}\n`);
const told = (fn: string, name: string): string => `warn: KMSAN: uninit-value: ${fn}() reads ${name}, which nothing has set`;

describe("a variable that nothing has set", () => {
  it.each([
    ["is told where it is returned", "int f(int n) { int r; if (n) r = 1; return r; }\nvoid cpu0(void) { f(0); }", told("f", "r")],
    ["is told where it decides", "void cpu0(void) { int n; if (n) must(0); }", told("cpu0", "n")],
    ["is told where it is freed", "void cpu0(void) { int *p; kfree(p); }", told("cpu0", "p")],
    ["is told where it is changed", "int g; void cpu0(void) { int n; n++; g = n; }", told("cpu0", "n")],
    ["is told past the declaration that a goto jumps over", "void cpu0(void) { goto out; int n = 1; out: must(n == 1); }", told("cpu0", "n")],
    ["is told in the second turn of a loop, where it is a new one", "void cpu0(void) { int i; for (i = 0; i < 2; i++) { int n; if (i == 0) n = 1; must(n == 1); } }", told("cpu0", "n")],
    ["is told past the declarations in front of a case", "void cpu0(void) { switch (1) { int n = 4; case 1: must(n == 4); } }", told("cpu0", "n")],
  ])("%s", (_name, text, said) => {
    expect(single(text)).toBe(said);
  });

  it.each([
    ["on the ways that set it", "int f(int n) { int r; if (n) r = 1; if (n) return r; return 0; }\nvoid cpu0(void) { f(0); f(1); }"],
    ["in a loop that sets it first", "void cpu0(void) { int i; int n; for (i = 0; i < 3; i++) { if (i == 0) n = 1; else n++; } must(n == 3); }"],
    ["where a macro of the kernel sets it", "int g; void save(int *lock, unsigned long flags) { *lock = 1; } void cpu0(void) { unsigned long flags; save(&g, flags); save(&g, flags); }"],
    ["where a macro that nobody shows may set it", "void cpu0(void) { unsigned long flags; nobody_knows(flags); must(flags == 0 || 1); }"],
    ["where only its size is asked for", "void cpu0(void) { long n; must(sizeof(n) == 8); (void) n; }"],
    ["where a call sets it through its address", "void set(int *p) { *p = 5; } void cpu0(void) { int n; set(&n); must(n == 5); }"],
  ])("is not told %s", (_name, text) => {
    expect(single(text)).toBe("clean");
  });

  it("is told once, at the line that reads it, and is zero from there on", () => {
    const result = run("/* scenario: unset */\nint g;\nvoid cpu0(void)\n{\n\tint n;\n\tg = n;\n\tg = n + 1;\n\tif (g == 1)\n\t\t__report(\"warn\", \"one\");\n}\n");
    expect(result.findings.map((finding) => [finding.message.slice(0, 19), finding.stacks?.[0]?.frames[0]?.line])).toEqual([["KMSAN: uninit-value", 6], ["one", 9]]);
  });
});

describe("a variable in memory that is read first of all", () => {
  const notes = (text: string): string[] => run(`/* scenario: unset */\nstruct s { int a; int t[2]; };\nint g;\nvoid set(void *p) { }\n${text}\n`).assumptions.filter(({ text: said }) => said.includes("before a line sets it")).map(({ text: said }) => said);

  it.each([
    ["a member", "void cpu0(void) { struct s x; g = x.a; x.a = 1; }", "cpu0(), line 5: x is read before a line sets it: it is zero there"],
    ["an element", "void cpu0(void) { int t[2]; g = t[1]; set(t); }", "cpu0(), line 5: t is read before a line sets it: it is zero there"],
    ["what it takes the address of", "void cpu0(void) { int n; g = n; set(&n); }", "cpu0(), line 5: n is read before a line sets it: it is zero there"],
  ])("is named: %s", (_name, text, said) => {
    expect(notes(text)).toEqual([said]);
  });

  it.each([
    ["that a call gets the address of", "void cpu0(void) { struct s x; int n; set(&x); set(&n); g = x.a + n; }"],
    ["that is set as a whole", "void cpu0(void) { struct s x; struct s y = { 1 }; x = y; g = x.a; }"],
    ["that is an array and handed on", "void cpu0(void) { int t[2]; set(t); g = t[0]; }"],
    ["that a loop sets in an earlier turn", "void cpu0(void) { struct s x; int i; for (i = 0; i < 2; i++) { if (i) g = x.a; x.a = i; } }"],
    ["whose size alone is asked for", "void cpu0(void) { struct s x; g = sizeof(x.t); }"],
    ["that a step behind the body reads", "void cpu0(void) { struct s x; int i; for (i = 0; i < 2; i = x.a) { x.a = i + 1; } }"],
  ])("is not named where it is one %s", (_name, text) => {
    expect(notes(text)).toEqual([]);
  });
});

describe("jumps into and out of blocks", () => {
  const PUT = "int live; void put(int *p) { live--; } int *get(int *p) { live++; return p; }\n";

  it.each([
    ["into a block, where its variables are set", "int f(int n) { int r = 0; if (n) goto in; { int a; r = 5; in: a = 2; r += a; } return r; }\nvoid cpu0(void) { must(f(0) == 7); must(f(1) == 2); }"],
    ["from one block to the next", "int f(int n) { { int a = 1; if (n) goto other; n = a; } { int b; b = n; return b; other: b = 9; return b; } }\nvoid cpu0(void) { must(f(0) == 1); must(f(1) == 9); }"],
    ["past variables in memory", "void set(int *p) { *p = 3; } void cpu0(void) { int g = 1; if (g) goto out; int n; set(&g); out: set(&n); must(n == 3); }"],
    ["past a struct in front of a case", "struct s { int a; int b; }; void cpu0(void) { switch (1) { struct s x; case 1: x.a = 1; x.b = 2; must(x.a + x.b == 3); } }"],
    ["back in front of a declaration whose cleanup runs each time", `${PUT}int x; void cpu0(void) { int n = 0; again: n++; int *p __free(put) = get(&x); must(live == 1); if (n < 3) goto again; }`],
    ["forward out of the blocks that clean up", `${PUT}int x; void cpu0(void) { { int *p __free(put) = get(&x); if (x == 0) goto out; must(0); } out: must(live == 0); }`],
  ])("go %s", (_name, text) => {
    expect(single(text)).toBe("clean");
  });

  it("are named where they go past what is cleaned up", () => {
    expect(single(`${PUT}int x; void cpu0(void) { if (x == 0) goto out;\nint *p __free(put) = get(&x);\nout: must(live == 0); }`))
      .toMatch(/^does-not-apply: cpu0\(\) in scenarios\/test\.c, line \d+: a jump to out goes past something that is undone at the end of its block, and comes in behind it$/);
  });

  it("make the variables whose address another CPU has", () => {
    const text = "struct s { int a; int b; };\nstruct s *seen;\nvoid cpu0(void)\n{\n\tif (seen)\n\t\tgoto out;\n\tif (!seen)\n\t\tgoto in;\n\t{\n\t\tstruct s x;\nin:\n\t\tx.a = 1;\n\t\tx.b = 2;\n\t\tseen = &x;\n\t\tseen = 0;\n\t}\nout:\n\treturn;\n}\nvoid cpu1(void)\n{\n\tstruct s *s = seen;\n}\n";
    expect(outcome(`/* scenario: shared */\n${text}`)).toBe("clean");
  });
});
