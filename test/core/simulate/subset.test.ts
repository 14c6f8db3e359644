// What drivers write of C: each form gives what gcc gives, or is refused with its line; never something else without a word.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { outcome, run } from "./check.js";

const hasGcc = spawnSync("gcc", ["--version"]).status === 0;
const note = hasGcc ? "" : " [skipped: there is no gcc]";

/** Name, body of a function that calls must(), what stands outside of it. */
type Case = readonly [name: string, body: string, globals?: string];

const NUMBERS: readonly Case[] = [
  ["64 bits of ones, and the highest alone", "unsigned long a = 0xffffffffffffffff; must(a == -1); must(a == ~0ull); must((1ull << 63) > 1); must((1ull << 63) >> 63 == 1); must(-(1l << 62) < 0); must(a > 0); must(a % 16 == 15);"],
  ["masks of 64 bits", "unsigned long a = 0xffff000000000000; must(a >> 48 == 65535); must((a & 0xff00000000000000) >> 56 == 255); must((a | 0x100000000) >> 32 == 0xffff0001);"],
  ["-1 beside what is unsigned", "int a = -1; unsigned long b = 5; unsigned int c = 5; must(a > b); must(a > c); must((long) a < 5); must((unsigned short) a == 65535); must((u8) a + 1 == 256);", "typedef unsigned char u8;"],
  ["constants have types, too", "int t[4]; must(SMALL == 44); must(HIGH < 0); must(SHIFTED == 0x0fffffff); must(BIG == 4294967295u); must(sizeof(BIG) == 4); must(MINUS > 0); must(g == 44 && h == 0x0fffffff);",
    "#define SMALL ((unsigned char) 300)\n#define HIGH (1 << 31)\n#define SHIFTED (~0u >> 4)\n#define BIG (-1u)\n#define MINUS (-1 < 0u ? -1 : 1u)\nint g = SMALL; unsigned int h = SHIFTED;"],
  ["characters of any kind", "must('\\xff' == -1); must('\\377' == -1); must('\\0' == 0); must('\\x41' == 'A'); must('\\\\' == 92);"],
  ["bit-fields of more than 32 bits", "struct b x = { 0 }; x.wide = 0x1ffffffffff; must(x.wide == 0xffffffffff); x.sign = -1; must(x.sign == -1); x.sign = 1l << 34; must(x.sign == -(1l << 34));", "struct b { unsigned long wide : 40; long sign : 35; };"],
  ["addresses as constants", "must(*second == 2); must(inner->b == 6); must(*last == 3); must(count == 3);", "struct p { int a; int b; }; int t[3] = { 1, 2, 3 }; struct p ps[2] = { { 3, 4 }, { 5, 6 } }; int *second = t + 1; struct p *inner = ps + 1; int *last = &t[2]; int count = sizeof(t) / sizeof(t[0]);"],
];

const SIZES: readonly Case[] = [
  ["sizeof of structs", "must(sizeof(struct a) == 16); must(sizeof(struct b) == 24); must(sizeof(struct c) == 7); must(sizeof(struct d) == 8); must(sizeof(struct e) == 4); must(sizeof(union u) == 8); must(sizeof(struct f) == 4); must(sizeof(struct a[3]) == 48);",
    "struct a { char c; int i; short s; char t[3]; }; struct b { char c; long l; _Bool f; }; struct c { char c; short s; int i; } __attribute__((packed)); struct d { unsigned a : 3; unsigned b : 30; }; struct e { unsigned char a : 3; unsigned b : 20; }; union u { char c[5]; int i; }; struct f { int n; int items[]; };"],
  ["sizeof of expressions", "char c = 1; int *p = 0; struct s *q = 0; must(sizeof(c) == 1); must(sizeof(c + c) == 4); must(sizeof(*p) == 4); must(sizeof(p) == 8); must(sizeof(q->t) == 6); must(sizeof q->t[0] == 2); must(sizeof(\"abc\") == 4); must(sizeof(char) == 1); must(sizeof(q->inner) == 8); must(sizeof(1ul + 1) == 8); must(sizeof(*q) == 16);",
    "struct s { short t[3]; struct { int a; int b; } inner; };"],
];

const STRINGS: readonly Case[] = [
  ["literals and their characters", "const char *s = \"a\\x41\\0b\" \"c\"; char t[] = \"hi\"; char u[8] = \"é\"; must(s[1] == 65 && s[2] == 0 && s[3] == 'b' && s[4] == 'c'); must(sizeof(t) == 3); must(*\"xy\" == 'x'); must(\"xyz\"[2] == 'z'); must(u[0] == -61 && u[2] == 0); must(sizeof(\"a\" \"b\") == 3); t[0] = 'H'; must(t[0] == 72); must('ab' == 24930);"],
];

const ALL: readonly Case[] = [...NUMBERS, ...SIZES, ...STRINGS];

describe("the subset of C", () => {
  it.each(ALL.map(([name, body, globals = ""]) => [name, body, globals] as const))("%s", (_name, body, globals) => {
    expect(single(body, globals)).toBe("clean");
  });

  it.skipIf(!hasGcc)(`says what gcc says${note}`, () => {
    expect(nativeFailures(ALL)).toEqual([]);
  });
});

/** What is not run, with what is said of it. */
const REFUSED: readonly (readonly [name: string, text: string, said: RegExp])[] = [
  ["a number that does not fit in 53 bits", "void cpu0(void)\n{\n\tlong a = 0x123456789abcdef1;\n\t(void)a;\n}", /cpu0\(\) in scenarios\/test\.c, line 4: the number 0x123456789abcdef1 does not fit in 53 bits/],
  ["a product that does not fit", "long g = 3037000499;\nvoid cpu0(void)\n{\n\tlong a = g * g;\n\t(void)a;\n}", /line 5: a value of 64 bits is computed that does not fit in 53/],
  ["~ of the highest bit", "unsigned long g = 1ul << 63;\nvoid cpu0(void)\n{\n\tg = ~g;\n}", /line 5: a value of 64 bits/],
  ["a shift that is too far", "int n = 40;\nvoid cpu0(void)\n{\n\tn = 1 << n;\n}", /^warn: UBSAN: shift-out-of-bounds: shift exponent 40 is too large for 32-bit type 'int'$/],
  ["a constant shift that is too far", "long n;\nvoid cpu0(void)\n{\n\tn = 1ul << 64;\n}", /^warn: UBSAN: shift-out-of-bounds: shift exponent 64 is too large for 64-bit type 'unsigned long'$/],
  ["a shift by less than nothing", "int n = -1;\nvoid cpu0(void)\n{\n\tn = 8 >> n;\n}", /^warn: UBSAN: shift-out-of-bounds: shift exponent -1 is negative$/],
  ["the smallest number by -1", "int n = -2147483648;\nvoid cpu0(void)\n{\n\tn = n / -1;\n}", /^warn: divide error: cpu0\(\) divides the smallest number by -1$/],
  ["a write to a literal", "char *g = \"abc\";\nvoid cpu0(void)\n{\n\tg[1] = 'x';\n}", /^null: cpu0\(\) writes to "abc", which is a literal and read-only$/],
];

describe("what is no such number, or cannot be run", () => {
  it.each(REFUSED)("%s", (_name, text, said) => {
    expect(outcome(`/* scenario: refused */\n${text}\n`)).toMatch(said);
  });
});

/** Runs `body` on one CPU; `must(x)` in it is a finding where x is 0. */
function single(body: string, globals = ""): string {
  const text = `/* scenario: single */\n${globals}\nvoid must(int holds) { if (!holds) __report("warn", "not so"); }\nvoid cpu0(void)\n{\n\t${body.replaceAll("; ", ";\n\t")}\n}\n`;
  const result = run(text);
  if (result.verdict !== "violation") return result.verdict === "clean" ? "clean" : `${result.verdict}: ${result.reason ?? result.stoppedBy ?? ""}`;
  return result.findings.map((finding) => `${finding.kind}: ${finding.message}: ${text.split("\n")[(finding.stacks?.[0]?.frames[1]?.line ?? 0) - 1] ?? ""}`).join("; ");
}

/** Names of the cases in which a must() does not hold natively. */
function nativeFailures(cases: readonly Case[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), "lifeline-subset-"));
  try {
    return cases.flatMap(([name, body, globals = ""]) => {
      writeFileSync(join(folder, "one.c"), `#include <stddef.h>\n#define bool _Bool\n${globals}\nint failed;\nvoid must(int holds) { if (!holds) failed = 1; }\nint main(void)\n{\n${body}\nreturn failed;\n}\n`);
      execFileSync("gcc", ["-O0", "-w", "-fwrapv", "-fno-strict-aliasing", "-fsigned-char", "-o", join(folder, "one"), join(folder, "one.c")]);
      return spawnSync(join(folder, "one")).status === 0 ? [] : [name];
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
