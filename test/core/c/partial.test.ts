// The C reader on images with gaps: functions and structs of which lines are missing.
import { beforeAll, describe, expect, it } from "vitest";
import type { CReader } from "../../../src/core/c/reader.js";
import { imageOf, openReader } from "./check.js";
import { printUnit } from "./print-ast.js";

let reader: CReader;
beforeAll(async () => {
  reader = await openReader();
});

function read(text: string): string[] {
  return printUnit(reader.readUnit(imageOf(text))).split("\n");
}

describe("functions in part", () => {
  it("takes the head from the hunk heading", () => {
    expect(read(`
@@ 10 static int foo_open(struct inode *inode, struct file *filp)
	a();
	if (b)
		return 1;
	return 0;
}
`)).toEqual([
      "10: int foo_open(inode struct inode*, filp struct file*) static partial missing(head)",
      "  gap 1-9", "  a()", "  if b", "    return 1", "  return 0",
    ]);
  });

  it("keeps the whole parameters of a heading that git cut, and no return type when there is none", () => {
    expect(read(`
@@ 5 vfoo_unl_ioctl(struct file *filep, unsigned int cm
	return 0;
}
`)).toEqual(["5: ? vfoo_unl_ioctl(filep struct file*) partial missing(head)", "  gap 1-4", "  return 0"]);
  });

  it("takes types from a prototype when the heading is cut", () => {
    expect(read(`
static struct foo *bar(struct file *filep, unsigned int cmd);
@@ 9 bar(struct file *filep, unsig
	return NULL;
}
`)[1]).toBe("9: struct foo* bar(filep struct file*, cmd unsigned int) static partial missing(head)");
  });

  it("joins the two ends of a function around a gap, and gives the gap the braces that it holds", () => {
    expect(read(`
static int foo(int a)
{
	if (a) {
		while (b) {
			c();
@@ 20 static int foo(int a)
		d();
	}
	return 0;
}
`)).toEqual([
      "1: int foo(a int) static partial missing(middle)",
      "  if a", "    block", "      while b", "        block", "          c()", "          gap 6-19", "      d()", "  return 0",
    ]);
  });

  it("opens the blocks that a fragment closes", () => {
    expect(read(`
@@ 20 static void foo(void)
			a();
		} else {
			b();
		}
		c();
	}
}
`)).toEqual([
      "20: void foo() static partial missing(head)",
      "  gap 1-19", "  block", "    if opaque(gap)", "      block", "        a()", "    else", "      block", "        b()", "    c()",
    ]);
  });

  it("drops the rest of a statement that began in the gap and the start of one that ends in it", () => {
    expect(read(`
@@ 20 static void foo(void)
		   more, arguments);
	a();
	call(with,
@@ 40 static void foo(void)
		last)) {
		b();
	}
}
`)).toEqual([
      "20: void foo() static partial missing(head middle)",
      "  gap 1-19", "  a()", "  gap 23-39", "  if opaque(gap)", "    block", "      b()",
      "skipped 20: cut by a gap", "skipped 22: cut by a gap", "skipped 40: cut by a gap",
    ]);
  });

  it("ends a function whose tail is missing where the lines end", () => {
    expect(read(`
int foo(void)
{
	a();
	if (x)
@@
`)).toEqual(["1: int foo() partial missing(tail)", "  a()", "  if x", "    gap 5-5"]);
  });

  it("does not join a function with the one that the next heading names", () => {
    expect(read(`
static int foo(int a)
{
	a();
@@ 20 static int bar(int b)
	b();
}
`)).toEqual(["1: int foo(a int) static partial missing(tail)", "  a()", "  gap 4-19", "20: int bar(b int) static partial missing(head)", "  gap 4-19", "  b()"]);
  });

  it("reads a signature whose body is in the gap", () => {
    expect(read(`
static int foo(int a)
@@ 20 static int foo(int a)
	b();
}
`)).toEqual(["1: int foo(a int) static partial missing(middle)", "  gap 2-19", "  b()"]);
  });

  it("reads a body whose signature began in the gap", () => {
    expect(read(`
@@ 20 static int foo(int a,
	       struct bar *b)
{
	b();
}
`)).toEqual(["20: int foo(a int, b struct bar*) static partial missing(head)", "  b()"]);
  });

  it("gives no facts from a fragment that no heading places", () => {
    expect(read(`
@@ 20
	kfree(a);
}
int b(void) { return 1; }
`)).toEqual(["22: int b()", "  return 1", "skipped 20: in no known function"]);
  });

  it("is not misled by a comment that began in the gap", () => {
    expect(read(`
@@ 20
 * it's the end { of a comment
 */
int b(void) { return 1; }
@@ 40
/* and the start { of one
@@ 60
int c(void) { return 1; }
`)).toEqual(["22: int b()", "  return 1", "60: int c()", "  return 1"]);
  });

  it("reads a label in the first column as part of the function", () => {
    expect(read(`
@@ 20 int foo(void)
	a();
err_unlock:
	b();
}
`).slice(2)).toEqual(["  a()", "  label err_unlock", "  b()"]);
  });

  it("reads an else that stands first", () => {
    expect(read(`
@@ 20 int foo(void)
	else
		b();
}
`).slice(1)).toEqual(["  gap 1-19", "  if opaque(gap)", "    gap 1-19", "  else", "    b()"]);
  });
});

describe("structs in part", () => {
  it("marks a struct that a gap cuts", () => {
    expect(read(`
struct foo {
	int a;
@@ 10 struct foo {
	int b;
	struct { int c; } d;
};
static struct bar {
	int x;
@@ 30 static struct bar {
	int y;
} bar;
`)).toEqual(["1: struct foo (cut)", "  a int", "  b int", "  d struct{c int}", "11: struct - (cut)", "  c int", "13: struct bar (cut)", "  x int", "  y int", "global static bar struct bar"]);
  });

  it("reads members from the middle of a struct", () => {
    expect(read(`
@@ 10 struct foo {
	int b;
@@ 20
int x;
`)).toEqual(["10: struct foo (cut)", "  b int", "global x int"]);
  });
});

describe("tables in part", () => {
  const entries = (text: string): string[] => reader.readUnit(imageOf(text)).globals.flatMap((global) => (global.init?.kind === "init"
    ? global.init.entries.map((entry) => `${global.name}.${entry.designator.join(".")} ${entry.value.kind === "name" ? entry.value.name : entry.value.kind} @${entry.span.line}`) : [`${global.name} without entries`]));

  it("reads the entries behind a heading, and those in front of a gap", () => {
    expect(entries(`
@@ 10 static const struct file_operations foo_fops = {
	.open = foo_open,
	.release = foo_release,
};
static struct kobj_type foo_ktype = {
	.release = foo_free,
	.sysfs_ops = &foo_sysfs,
@@
`)).toEqual(["foo_fops.open foo_open @10", "foo_fops.release foo_release @11", "foo_ktype.release foo_free @14", "foo_ktype.sysfs_ops unary @15"]);
  });

  it("reads entries with a gap on both sides, and leaves out one that is cut", () => {
    expect(entries(`
@@ 20 static const struct file_operations foo_fops = {
		| MORE,
	.open = foo_open,
	.poll = foo_poll
@@
`)).toEqual(["foo_fops.open foo_open @21"]);
  });

  it("reads an array of structs that a gap cuts", () => {
    expect(entries(`
@@ 30 static const struct of_device_id foo_ids[] = {
	{ .compatible = "a", .data = &a },
	{ .compatible = "b" },
	{ }
};
`)).toEqual(["foo_ids. init @30", "foo_ids. init @31", "foo_ids. init @32"]);
  });

  it("takes no table from a heading that is none", () => {
    const unit = reader.readUnit(imageOf("\n@@ 5 int x = f(y);\n\t.open = a,\n};\n"));
    expect(unit.globals).toEqual([]);
    expect(unit.skipped.length).toBe(1);
  });
});
