// The C front end: every form of the language that drivers use gives the values that C gives.
import { describe, expect, it } from "vitest";
import { compiled, mini, outcome, run } from "./check.js";

/** Runs `body` on one CPU; `must(x)` in it is a finding where x is 0. */
function single(body: string, globals = ""): string {
  const text = `/* scenario: single */\n${globals}\nvoid must(int holds) { if (!holds) __report("warn", "not so"); }\nvoid cpu0(void)\n{\n${body}\n}\n`;
  const result = run(text);
  if (result.verdict !== "violation") return result.verdict === "clean" ? "clean" : `${result.verdict}: ${result.reason ?? ""}`;
  return result.findings.map((finding) => `${finding.kind}: ${finding.message} at ${String(finding.stacks?.[0]?.frames[1]?.line ?? 0)}`).join("; ");
}

const CASES: readonly (readonly [string, string, string?])[] = [
  ["wraps 32 bits, signed and unsigned", "int a = 2147483647; unsigned int b = 0; a = a + 1; b = b - 1; must(a < 0); must(b > 4294967294u); must(b == 4294967295u);"],
  ["divides and shifts as C does", "int a = -7; unsigned int b = 0x80000000; must(a / 2 == -3); must(a % 2 == -1); must(b >> 31 == 1); must((a >> 1) == -4); must((1 << 4) == 16);"],
  ["narrows what is stored", "unsigned char c = 300; signed char d = 200; unsigned short e = 65537; bool f = 4; must(c == 44); must(d == -56); must(e == 1); must(f == 1);"],
  ["evaluates only what && and || need", "int n = 0; if (n && n++) n = 5; if (!n || n++) n += 10; must(n == 10);"],
  ["keeps old values in x++ and new ones in ++x", "int i = 3; int j = i++ + ++i; must(i == 5); must(j == 8); must(i-- == 5); must(--i == 3);"],
  ["knows ?:, the short form too, and the comma", "int a = 2; int b = a ? a : 9; int c = 0 ?: 7; int d = (a = 4, a + 1); must(b == 2); must(c == 7); must(d == 5);"],
  ["falls through cases, breaks, and takes ranges", `int hits = 0; int i;
    for (i = 0; i < 6; i++) { switch (i) { case 0: hits += 1; case 1: hits += 10; break; case 2 ... 3: hits += 100; break; default: hits += 1000; } }
    must(hits == 2221);`],
  ["jumps with goto, out of loops and back", "int n = 0; again: n++; while (1) { if (n < 3) goto again; goto out; } out: must(n == 3);"],
  ["runs do, break and continue", "int n = 0; int s = 0; do { n++; if (n == 2) continue; if (n > 4) break; s += n; } while (n < 10); must(s == 8); must(n == 5);"],
  ["finds a struct from its member", "struct outer o; struct inner *i = &o.in; o.y = 7; must(container_of(i, struct outer, in) == &o); must(container_of(&i->b, struct outer, in.b)->y == 7);",
    "struct inner { int a; int b; }; struct outer { int x; struct inner in; int y; };"],
  ["copies structs and reads arrays", "struct p a = { 1, 2 }; struct p b; int t[4] = { 5, 6, [3] = 8 }; b = a; a.x = 9; must(b.x == 1 && b.y == 2); must(t[1] == 6 && t[2] == 0 && *(t + 3) == 8); must(&t[3] - t == 3);",
    "struct p { int x; int y; };"],
  ["initializes globals, tables of functions included", "must(ops.add(2, 3) == 5); must(table[1] == 20); must(ops.other == 0); must(*where == 20);",
    "static int add(int a, int b) { return a + b; } struct ops { int (*add)(int, int); int other; }; static const struct ops ops = { .add = add }; static int table[] = { 10, 20 }; static int *where = &table[1];"],
  ["gives enums and defines their values", "must(RED == 0 && GREEN == 5 && BLUE == 6); must(SIZE == 24); must(NEGATIVE == -3);", "#define COUNT 8\n#define SIZE (COUNT * 3)\n#define NEGATIVE (-3)\nenum color { RED, GREEN = 5, BLUE };"],
  ["expands macros with arguments", "int n = 3; must(DOUBLE(n + 1) == 8); must(field(&thing) == 4);", "#define DOUBLE(x) ((x) * 2)\n#define field(t) ((t)->inner)\nstruct thing { int inner; }; static struct thing thing = { .inner = 4 };"],
  ["recurses", "must(fib(7) == 13);", "int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }"],
  ["takes addresses of locals", "int n = 1; set(&n, 5); must(n == 5);", "void set(int *where, int what) { *where = what; }"],
  ["keeps statics of functions", "next(); next(); must(next() == 3);", "int next(void) { static int n; return ++n; }"],
  ["evaluates ({ ... })", "int n = ({ int a = 4; a * 2; }); must(n == 8); must(min(3, 2) == 2 && max(3, 2) == 3);"],
  ["unlocks what guard() locked on every way out", "must(guarded(0) == 1); must(guarded(1) == 2); must(m.locked == 0);", "struct mutex m; int guarded(int x) { guard(mutex)(&m); if (x) return 2; return 1; }"],
  ["leaves scoped_guard() with break", "int n = 0; scoped_guard(mutex, &m) { n = 1; if (n) break; n = 2; } must(n == 1); must(m.locked == 0);", "struct mutex m;"],
  ["compares what is signed with what is not as C does", "int a = -1; unsigned int b = 4294967295u; unsigned long c = -1; long d = -1; must(a == b); must(c > 5); must(d < 5); must(c == a); must(0xffffffff == -1); must(-1u > 0); must((a ? -1 : 1u) > 0); must(~0u == b);"],
  ["wraps 64 bits", "unsigned long a = 0; a = a - 1; must(a > 0x4000000000000000); must(a + 1 == 0); must((a >> 63) == 1); must((1ul << 63) > 1); must(~0ul == a);"],
  ["narrows what ++ and -- make", "unsigned char c = 255; int i; struct bits b = { 0 }; i = ++c; must(i == 0); must(c-- == 0); must(c == 255); b.two = 7; b.sign = 3; must(b.two == 3 && b.sign == -1); b.one = 2; must(b.one == 0);",
    "struct bits { unsigned int two : 2; int sign : 2; unsigned int one : 1; };"],
  ["knows octal, hexadecimal and long numbers, and sizes", "int t[5]; char name[16]; must(010 == 8); must(0x80000000 > 0); must(sizeof(0x80000000) == 4 && sizeof(2147483648) == 8 && sizeof(1ul) == 8 && sizeof('a') >= 1); must(sizeof(t) == 20 && sizeof(t[0]) == 4 && sizeof(name) == 16); must(OCTAL == 8);", "#define OCTAL 010"],
  ["passes structs by value and gives them back", "struct p a = { 1, 2 }; struct p b = twice(a); must(a.x == 1); must(b.x == 2 && b.y == 4); must(twice(twice(a)).y == 8); must(through(a).x == 2); must(sum((struct p){ 3, 4 }) == 7);",
    "struct p { int x; int y; }; static struct p twice(struct p p) { p.x *= 2; p.y *= 2; return p; } struct p (*by)(struct p) = twice; struct p through(struct p p) { return by(p); } int sum(struct p p) { return p.x + p.y; }"],
  ["runs the cleanup of a variable on every way out", "must(scoped(0) == 0 && freed == 1); must(scoped(1) == 1 && freed == 2); must(kept() == &thing); must(freed == 2); must(at_end() == 1 && ended == 5);",
    `int freed; int ended; int thing; void toss(int *p) { freed++; } void end(int *p) { ended = *p; }
    int scoped(int x) { int *p __free(toss) = &thing; int *q __free(toss) = 0; if (x) return 1; return 0; }
    int *kept(void) { int *p __free(toss) = &thing; return_ptr(p); }
    int at_end(void) { int n __cleanup(end) = 4; n++; return 1; }`],
  ["clears and copies memory", "struct p a = { 1, 2 }; struct p b; int t[3] = { 1, 2, 3 }; int u[3]; memcpy(&b, &a, sizeof(b)); memset(&a, 0, sizeof(a)); memcpy(u, t, sizeof(t)); memset(t, 0, sizeof(t)); must(b.y == 2 && a.y == 0); must(u[2] == 3 && t[2] == 0);", "struct p { int x; int y; };"],
  ["gives an allocation room for all its elements", "int *t = kzalloc(4 * sizeof(*t), 0); struct flex *f = kzalloc(struct_size(f, items, 3), 0); char *s = kzalloc(5, 0); t[3] = 1; f->items[2] = 7; s[4] = 'x'; kfree(t); kfree(f); kfree(s);", "struct flex { int count; int items[]; };"],
  ["tells casts from calls and operators", "int n = -1; u8 m = 3; must((u8)(n) == 255); must((u8)-1 == 255); must((mine)(n + 2) == 1); must((mine)~n == 0); must(sizeof(mine) == 2); must(m - 1 == 2);", "typedef unsigned char u8; typedef short mine;"],
  ["walks lists", `struct node a; struct node b; struct node *n; int sum = 0; head.next = &a.link; a.link.next = &b.link; b.link.next = &head; a.v = 3; b.v = 4;
    list_for_each_entry(n, &head, link) sum = sum * 10 + n->v;
    must(sum == 34);`, "struct list_head { struct list_head *next; struct list_head *prev; }; struct node { int v; struct list_head link; }; struct list_head head;"],
  ["reads characters of strings", `const char *s = "ab"; must(s[0] == 97 && s[1] == 98 && s[2] == 0);`],
  ["lays out unions and anonymous members", "struct v x; x.kind = 1; x.b = 7; must(x.a == 7); must(x.tail == 0);", "struct v { int kind; union { int a; int b; }; int tail; };"],
];

describe("the C front end", () => {
  it.each(CASES.map(([name, body, globals = ""]) => [name, body, globals] as const))("%s", (_name, body, globals) => {
    expect(single(body, globals)).toBe("clean");
  });

  it("tells where a condition does not hold", () => {
    expect(single("must(1);\nmust(0);")).toBe("warn: not so at 7");
  });

  it("infers a field that no line declares, and says so", () => {
    const result = run("/* scenario: x */\nstruct part { int n; };\nvoid use(struct part *p) { p->n = 1; }\nvoid cpu0(void) { struct whole *w = kzalloc(sizeof(*w), 0); use(&w->part); w->count = 2; kfree(w); }");
    expect(result.verdict).toBe("clean");
    expect(result.assumptions.filter((assumption) => assumption.kind === "inferred-type").map((assumption) => assumption.text)).toEqual([
      "the field whole.part is in no line that is known: its type is what its use needs",
      "the field whole.count is in no line that is known: its type is what its use needs",
    ]);
  });

  it("tries each plausible result of a call that nobody knows", () => {
    expect(outcome("/* scenario: x */\nvoid cpu0(void) { int err = mystery(1); if (err) __report(\"warn\", \"failed\"); }")).toBe("warn: failed");
    const result = run("/* scenario: x */\nvoid cpu0(void) { mystery(1); }");
    expect(result.verdict).toBe("clean");
    expect(result.assumptions.some((assumption) => assumption.kind === "unknown-call" && assumption.text.startsWith("mystery()"))).toBe(true);
  });

  it("does not run past text that it cannot read", () => {
    const code = "int broken(int x)\n{\n\tx = = 3;\n\treturn x;\n}\n";
    expect(outcome("/* scenario: x */\nvoid cpu0(void) { broken(1); }", code)).toMatch(/^does-not-apply: .*drivers\/driver\.c, line 3/);
    expect(outcome("/* scenario: x */\nvoid cpu0(void) { if (0 == 1) broken(1); }", code)).toBe("clean");
  });

  it("takes what a macro makes for the line that calls it", () => {
    const text = "/* scenario: macro */\nint n;\n#define bump(by) add(by)\n#define twice(by) do { add(by); add(by); } while (0)\nvoid add(int by) { n += by; }\nvoid cpu0(void)\n{\n\tbump(1);\n\ttwice(2);\n}\n";
    const program = compiled(text);
    const code = program.functions.find((fn) => fn.name === "cpu0")?.code ?? [];
    const calls = code.filter((one) => one.op === "call").map((one) => program.sources[one.source]?.line);
    expect(calls).toEqual([8, 9, 9]);
  });

  it("names what it cannot run, with its line, and never leaves it out", () => {
    const refused = (body: string, globals = ""): string => outcome(`/* scenario: x */\n${globals}\nvoid cpu0(void)\n{\n\tint n = 0;\n\t${body}\n}\n`);
    expect(refused("void *to = &&out; goto *to; out: n = 1;")).toMatch(/^does-not-apply: .*scenarios\/test\.c, line 6: /);
    expect(refused("for_each_thing(n) n++;")).toBe("does-not-apply: cpu0() in scenarios/test.c, line 6: the loop for_each_thing() is not known");
    expect(refused("guard(thing)(&n);")).toBe("does-not-apply: cpu0() in scenarios/test.c, line 6: guard(thing) is not known");
    expect(refused("struct { int a; char *p; } a; memset(&a, 7, sizeof(a));")).toMatch(/line 6: memset\(\) to something else than zero$/);
    const assembly = run("/* scenario: x */\nvoid cpu0(void)\n{\n\tint n = 0;\n\tasm volatile(\"nop\" : : \"r\"(n));\n}\n");
    expect(assembly.assumptions.find((one) => one.text.startsWith("asm() is not known: it has no effect"))?.where?.line).toBe(5);
  });

  it("takes a lock that DEFINE_MUTEX() declares as unlocked", () => {
    const model = { ...mini, model: [...mini.model, { name: "model/init.c", text: "void mutex_init(struct mutex *lock) { lock->locked = 0; }" }] };
    expect(outcome("/* scenario: x */\nvoid cpu0(void) { poke(); }", "static DEFINE_MUTEX(big_lock);\nvoid poke(void)\n{\n\tmutex_lock(&big_lock);\n\tmutex_unlock(&big_lock);\n}\n", { kernel: model })).toBe("clean");
  });
});
