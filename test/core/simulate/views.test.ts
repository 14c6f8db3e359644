// Memory seen as another type, unions with pointers, and bits of addresses: as C has it, or named with the line, never something else without a word.
import { describe, expect, it } from "vitest";
import { outcome, run } from "./check.js";

const TYPES = "struct a { int x; int y; }; struct b { char c; char d; long e; }; struct w { long p; int q; }; struct c { int x; int y; }; struct a ga = { 1, 2 };\nvoid must(int holds) { if (!holds) __report(\"warn\", \"not so\"); }\n";
const single = (text: string): string => outcome(`/* scenario: views */\n${TYPES}${text}\n`);
const ADDRESS = /line \d+: the bits of an address are asked for: memory is kept in words, and an address is no number of bytes$/;

describe("memory behind a void pointer", () => {
  it.each([
    ["a parameter", "int f(void *p)\n{\n\tstruct b *b = p;\n\treturn b->d;\n}\nvoid cpu0(void) { f(&ga); }", /^does-not-apply: f\(\) in scenarios\/test\.c, line 6: memory that is made as something else is seen as struct b/],
    ["an argument", "void *data = &ga;\nint f(struct w *w) { return w->q; }\nvoid cpu0(void) { f(data); }", /line 6: memory that is made as something else is seen as struct w/],
    ["an assignment", "void *data;\nvoid cpu0(void)\n{\n\tstruct w *w;\n\tdata = &ga;\n\tw = data;\n}", /line 9: memory that is made as something else is seen as struct w/],
    ["what a function gives", "void *data = &ga;\nstruct w *f(void) { return data; }\nvoid cpu0(void) { f(); }", /line 5: memory that is made as something else is seen as struct w/],
    ["a cast", "int f(void *p) { return ((struct b *)p)->d; }\nvoid cpu0(void) { f(&ga); }", /line 4: memory that is made as something else is seen as struct b/],
    ["bytes", "int f(void *p)\n{\n\tunsigned char *b = p;\n\treturn b[4];\n}\nvoid cpu0(void) { f(&ga); }", /line 7: a number of 32 bits is accessed as one of 8/],
  ])("is not taken for another struct: %s", (_name, text, said) => {
    expect(single(text)).toMatch(said);
  });

  it.each([
    ["the struct that it is", "void *data = &ga;\nvoid cpu0(void) { struct a *a = data; must(a->y == 2); }"],
    ["one that is laid out alike", "void *data = &ga;\nvoid cpu0(void) { struct c *c = data; must(c->y == 2); }"],
    ["memory that is allocated for it", "void *data;\nvoid cpu0(void) { struct w *w; data = kzalloc(sizeof(struct w), 0); w = data; w->q = 3; must(w->q == 3); kfree(data); }"],
    ["no memory at all", "void *data;\nvoid cpu0(void) { struct w *w = data; must(!w); data = (void *)-12; w = data; must((long)w == -12); }"],
    ["the first member's struct", "struct o { struct a a; int z; } o = { { 1, 2 }, 3 }; void *data = &o;\nvoid cpu0(void) { struct a *a = data; must(a->y == 2); }"],
  ])("is taken for %s", (_name, text) => {
    expect(single(text)).toBe("clean");
  });
});

describe("an address as a number", () => {
  it.each([
    ["a tag", "struct n { long a; long b; } n;\nvoid cpu0(void) { unsigned long v = (unsigned long)&n.b | 1; must(v & 1); }"],
    ["a tag in a member", "struct n { unsigned long parent; } n, m;\nvoid set(struct n *x, struct n *p, int c) { x->parent = (unsigned long)p + c; }\nvoid cpu0(void) { set(&n, &m, 1); must(n.parent & 1); }"],
    ["a mask of what a member holds", "struct n { unsigned long parent; } n, m;\nvoid cpu0(void) { n.parent = (unsigned long)&m; must((n.parent & ~3ul) != 0); }"],
    ["an alignment", "int aligned(unsigned long at) { return !(at & 7); }\nvoid cpu0(void) { must(aligned((unsigned long)&ga)); }"],
    ["a distance", "void cpu0(void) { must((unsigned long)&ga.y - (unsigned long)&ga == 4); }"],
    ["steps of bytes", "void cpu0(void) { unsigned long p = (unsigned long)&ga; p += 4; must(*(int *)p == 2); }"],
    ["a hash", "void cpu0(void) { must(((unsigned long)&ga >> 6) % 7 < 7); }"],
    ["all bits the other way round", "void cpu0(void) { must(~(unsigned long)&ga != 0); }"],
  ])("is not taken apart: %s", (_name, text) => {
    expect(single(text)).toMatch(ADDRESS);
  });

  it.each([
    ["goes there and back", "void cpu0(void) { unsigned long v = (unsigned long)&ga; must(((struct a *)v)->y == 2); must(v == (unsigned long)&ga && v != 0); }"],
    ["moves by a member's distance", "void cpu0(void) { unsigned long p = (unsigned long)&ga; p += offsetof(struct a, y); must(*(int *)p == 2); must(p - (unsigned long)&ga.y == 0); }"],
    ["is a small number where a pointer holds one", "void *data = (void *)5;\nvoid cpu0(void) { unsigned long v = (unsigned long)data; must((v & 1) == 1 && v + 2 == 7 && (v | 2) == 7); }"],
    ["is an error where a pointer holds one", "void *data = (void *)-12;\nvoid cpu0(void) { long v = (long)data; must(-v == 12 && (v & 3) == 0); }"],
  ])("%s", (_name, text) => {
    expect(single(text)).toBe("clean");
  });
});

describe("a union with pointers and numbers", () => {
  const said = (text: string): string[] => run(`/* scenario: views */\n${TYPES}${text}\n`).assumptions.flatMap(({ text: one }) => (one.includes("what was last written") ? [one] : []));

  it("is said to be what was last written", () => {
    expect(said("union u { void *p; unsigned int a; } u;\nvoid cpu0(void) { u.a = 5; }")).toEqual(["union u is used: a word of it is what was last written there, whatever member it is read as"]);
    expect(said("struct s { int kind; union { void *p; struct { short a; short b; } both; }; } s;\nvoid cpu0(void) { s.p = 0; }")).toEqual(["the union with the member p is used: a word of it is what was last written there, whatever member it is read as"]);
  });

  it("is passed over where its members are alike, where it is kept as its bytes are, and where nothing uses it", () => {
    expect(said("union u { void *p; struct a *a; } u;\nunion v { unsigned int w; unsigned char b[4]; } v;\nunion x { void *p; int n; } x;\nvoid cpu0(void) { u.p = 0; v.w = 1; }")).toEqual([]);
  });
});
