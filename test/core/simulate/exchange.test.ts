// xchg(), cmpxchg() and try_cmpxchg(): what they give and leave, and that nobody comes between.
import { describe, expect, it } from "vitest";
import { outcome } from "./check.js";

const MUST = "void must(int holds) { if (!holds) __report(\"warn\", \"not so\"); }\n";

describe("exchanges", () => {
  it.each([
    ["give what was there", "int p;\nvoid cpu0(void) { must(xchg(&p, 7) == 0); must(p == 7); must(cmpxchg(&p, 6, 8) == 7 && p == 7); must(cmpxchg_relaxed(&p, 7, 8) == 7 && p == 8); }"],
    ["tell what was there instead", "int p = 3;\nvoid cpu0(void) { int old = 2; must(!try_cmpxchg(&p, &old, 5)); must(old == 3 && p == 3); must(try_cmpxchg(&p, &old, 5)); must(p == 5 && old == 3); }"],
    ["keep the width", "unsigned char c = 255; void cpu0(void) { must(xchg(&c, 300) == 255 && c == 44); must(cmpxchg(&c, 300, 1) == 44 && c == 1); }"],
    ["take pointers", "struct s { int a; } x; struct s *p; void cpu0(void) { must(!cmpxchg(&p, 0, &x)); must(p->a == 0 && xchg(&p, 0) == &x && !p); }"],
    ["work on members", "struct s { int a; int b; } x = { 1, 2 }; void cpu0(void) { struct s *q = &x; must(xchg(&q->b, 4) == 2); must(x.a == 1 && x.b == 4); }"],
  ])("%s", (_name, text) => {
    expect(outcome(`/* scenario: exchanges */\n${MUST}${text}\n`)).toBe("clean");
  });

  it("are one step", () => {
    const twice = (take: string): string => `/* scenario: exchanges */\nint owner;\nint taken;\nvoid user(void)\n{\n\tif (${take} == 0)\n\t\t__atomic() { taken++; }\n}\nvoid finish(void) { if (taken != 1) __report("warn", "taken twice"); }\n/* users: 2 */\n`;
    expect(outcome(twice("cmpxchg(&owner, 0, 1)"), null, { users: 2 })).toBe("clean");
    expect(outcome(twice("xchg(&owner, 1)"), null, { users: 2 })).toBe("clean");
    expect(outcome(twice("owner++"), null, { users: 2 })).toBe("warn: taken twice");
  });
});
