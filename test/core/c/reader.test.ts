// The C reader on whole texts.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { CReader } from "../../../src/core/c/reader.js";
import { golden } from "../../golden.js";
import { imageOf, opaqueCount, openReader } from "./check.js";
import { printFunction, printUnit } from "./print-ast.js";

let reader: CReader;
beforeAll(async () => {
  reader = await openReader();
});

/** The body of one function, as the printer shows it. */
function body(statements: string): string[] {
  const unit = reader.readText("t.c", `void f(struct s *a)\n{\n${statements}\n}\n`);
  const fn = unit.functions[0];
  return fn === undefined ? ["no function"] : printFunction(fn).slice(1).map((line) => line.slice(2));
}

describe("a whole text", () => {
  it("reads one of everything", (t) => {
    golden(t, printUnit(reader.readUnit(imageOf(readFileSync("test/fixtures/c/sample.c", "utf8")))));
  });

  it("keeps every span on the text it is about", () => {
    const text = readFileSync("test/fixtures/c/sample.c", "utf8");
    const unit = reader.readText("sample.c", text);
    const at = (span: { from: number; to: number }): string => text.slice(span.from, span.to);
    expect(unit.functions.map((fn) => at(fn.nameSpan))).toEqual(expect.arrayContaining(["sample_get", "sample_init", "sample"]));
    const seen: string[] = [];
    const look = (value: unknown): void => {
      if (typeof value !== "object" || value === null) return;
      if ("kind" in value && value.kind === "name" && "name" in value && "span" in value) {
        const name = String(value.name);
        // The checker trusts the contract's Span here: every node of kind "name" has one.
        expect(at(value.span as { from: number; to: number })).toBe(name);
        seen.push(name);
      }
      Object.values(value).forEach(look);
    };
    look(unit);
    expect(seen.length).toBeGreaterThan(70);
  });

  it("has nothing opaque in the sample", () => {
    expect(opaqueCount(reader.readText("sample.c", readFileSync("test/fixtures/c/sample.c", "utf8"))).opaque).toBe(0);
  });

  it("gives the same for Windows line ends", () => {
    const text = readFileSync("test/fixtures/c/sample.c", "utf8");
    expect(printUnit(reader.readText("sample.c", text.replace(/\n/g, "\r\n")))).toBe(printUnit(reader.readText("sample.c", text)));
  });
});

describe("heads of functions", () => {
  it.each(["STATIC int\nf(\n\tint a)", "static asmlinkage void __some_entry f(int a)", "STATIC xfs_thing_t f(int a)", "static __unknown_word_not_in_lists int f(int a)"])("reads past words that no list has: %s", (head) => {
    const unit = reader.readText("t.c", `${head}\n{\n\treturn 0;\n}\nint after(void)\n{\n\treturn 1;\n}\n`);
    expect(unit.functions.map((fn) => [fn.name, fn.whole])).toEqual([["f", true], ["after", true]]);
    expect(unit.skipped).toEqual([]);
  });

  it("keeps types that are written in capitals", () => {
    const unit = reader.readText("t.c", "ACPI_STATUS f(void)\n{\n\treturn AE_OK;\n}\nDWORD\ng(void)\n{\n\treturn 1;\n}\n");
    expect(unit.functions.map((fn) => [fn.name, fn.returns.name])).toEqual([["f", "ACPI_STATUS"], ["g", "DWORD"]]);
  });
});

describe("statements", () => {
  it.each([
    ["list_for_each_entry(p, &h, node) if (p->x) break;", ["macro list_for_each_entry(p, (&h), node)", "  if p->x", "    break"]],
    ["__atomic() { a->x--; }", ["macro __atomic()", "  block", "    (a->x--)"]],
    ["rcu() { x(); }", ["macro rcu()", "  block", "    x()"]],
    ["if (a) for_all(b) { x(); } else y();", ["if a", "  macro for_all(b)", "    block", "      x()", "else", "  y()"]],
    ["wait_event(q, a->n == 0);", ["wait_event(q, (a->n == 0))"]],
    ["p = va_arg(ap, struct s *);", ["(p = va_arg(ap, <struct s*>))"]],
    ["p = list_first_entry(&l, foo_t, node);", ["(p = list_first_entry((&l), <foo_t>, node))"]],
    ["x = offsetof(struct s, a.b);", ["(x = offsetof(<struct s>, a.b))"]],
    ["out: ;", ["label out", "empty"]],
    ["case 1 ... 3: x(); case 4: default: y();", ["case 1 to 3", "x()", "case 4", "default", "y()"]],
    ["DEFINE_MUTEX(m); static DEFINE_SPINLOCK(l);", ["declare m struct mutex = DEFINE_MUTEX(m)", "declare static l spinlock_t"]],
    ["x = (typeof(x))y;", ["(x = <typeof(x)>y)"]],
    ["CHECK(x, goto out); CHECK(y, return -EIO); CHECK(z, return;);", ["CHECK(x, ({ goto out }))", "CHECK(y, ({ return (-EIO) }))", "CHECK(z, ({ return }))"]],
    ["CMP(x, >=, 3);", ["CMP(x, 0, 3)"]],
    ["CHECK(x, ret = -1;);", ["CHECK(x, (ret = -1))"]],
    ["printk(KERN_ERR NAME \": failed %d\" __stringify(X) \"!\", n);", ["printk(NAME \": failed %d\" __stringify(X) \"!\", n)"]],
    ["asm volatile(\"nop %0\" : \"=r\" (x));", ["asm()"]],
    ["x = n & (__alignof__(*p) - 1);", ["(x = (n & (__alignof__((*p)) - 1)))"]],
    ["static DEFINE_RATELIMIT_STATE(rs, 5 * HZ, 1);", ["declare rs struct ratelimit_state = DEFINE_RATELIMIT_STATE(rs, (5 * HZ), 1)"]],
    ["if (x) ; else ;", ["if x", "  empty", "else", "  empty"]],
  ])("reads %s", (text, expected) => {
    expect(body(text)).toEqual(expected);
  });
});

describe("cleanup attributes", () => {
  it("belong to the variable that they stand on", () => {
    const unit = reader.readText("t.c", "void f(void)\n{\n\tstruct a *x __free(kfree) = kzalloc(1, 2), *y;\n\tint *z __free(put) ;\n}\n");
    const declarations = (unit.functions[0]?.body ?? []).flatMap((stmt) => (stmt.kind === "declare" ? stmt.declarations : []));
    expect(declarations.map((one) => [one.name, one.cleanup])).toEqual([["x", "kfree"], ["y", undefined], ["z", "put"]]);
  });
});

describe("damage", () => {
  it("keeps the statements around a broken one", () => {
    expect(body("before();\nx = = ;\nafter();")).toEqual(["before()", "opaque (syntax) line 4", "after()"]);
  });

  it("loses the block of a broken condition and nothing else", () => {
    expect(body("a();\nif (x $ y) {\n  b();\n} else {\n  c();\n}\nout:\nd(;\ne();")).toEqual(["a()", "opaque (syntax) line 4", "label out", "opaque (syntax) line 10", "e()"]);
  });

  it("ends on a static macro of more than one word", () => {
    const unit = reader.readText("t.c", "static const BIN_ATTR_RO(otp, SIZE);\nstatic inline const DEFINE_MUTEX(lock);\nint f(void);\n");
    expect(unit.globals.map(({ name, isStatic }) => [name, isStatic])).toEqual([["lock", true]]);
    expect(unit.functions.map(({ name }) => name)).toEqual(["f"]);
  });

  it("keeps the functions around a broken one", () => {
    const unit = reader.readText("t.c", "int a(void) { return 1; }\nint b(void) { @@ $$ }\nint c(void) { return 3; }\n");
    expect(unit.functions.filter((fn) => fn.whole).map((fn) => fn.name)).toEqual(["a", "c"]);
  });

  it.each(["", "\0\0", "}}}}", "((((", "{", "/*", "\"", "#", "#if", "#define", "int", "int a(", "case 1 ... ", "\u{1f600} x;", "__head(", "SYSCALL_DEFINE3(", "a(){b(c){d(e){"])("does not throw on %j", (text) => {
    const unit = reader.readText("t.c", text);
    expect(unit.functions.every((fn) => fn.name !== undefined)).toBe(true);
  });

  it.each([
    ["parentheses", "int a(void) { return " + "(".repeat(20_000) + "1" + ")".repeat(20_000) + "; }\nint b(void) { return 2; }\n"],
    ["blocks", "int a(void) " + "{".repeat(20_000) + "}".repeat(20_000) + "\nint b(void) { return 2; }\n"],
    ["operators", "int a(void) { return 1" + " + 1".repeat(20_000) + "; }\nint b(void) { return 2; }\n"],
    ["branches", "#if 0\nx\n#endif\n".repeat(5_000) + "int b(void) { return 2; }\n"],
    ["attributes", "int a(void) {" + "int x __free(kfree);".repeat(3_000) + "}\nint b(void) { return 2; }\n"],
    ["errors", "int a(void) {" + "@ = $;\n".repeat(3_000) + "}\nint b(void) { return 2; }\n"],
  ])("keeps the next function after a flood of %s", (_name, text) => {
    expect(reader.readText("t.c", text).functions.at(-1)?.name).toBe("b");
  }, 30_000);

  it("does not throw on the sample with a piece cut out anywhere", () => {
    const text = readFileSync("test/fixtures/c/sample.c", "utf8");
    for (let at = 0; at < text.length; at += 97) {
      const unit = reader.readText("t.c", text.slice(0, at) + text.slice(at + 61));
      expect(unit.functions.length + unit.skipped.length).toBeGreaterThan(0);
    }
  });
});

describe("model and scenario texts", () => {
  it("gives heads and tails as functions", () => {
    const unit = reader.readText("s.c", "__head(foo_put) { int a = 1; }\n__tail(foo_open) { __users(2); return 0; }\nvoid cpu0(void) { foo(); }\n");
    expect(unit.functions.map((fn) => `${fn.name} ${fn.params.length} ${fn.whole}`)).toEqual(["__head(foo_put) 0 true", "__tail(foo_open) 0 true", "cpu0 0 true"]);
  });
});
