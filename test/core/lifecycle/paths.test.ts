// The ways through functions: what had its effect on each, and how each ends.
import { beforeAll, describe, expect, it } from "vitest";
import type { CReader } from "../../../src/core/c/reader.js";
import { openReader, waysOf } from "./check.js";

let reader: CReader;
beforeAll(async () => {
  reader = await openReader();
});

const STRUCT = "struct box { struct kref ref; struct list_head node; int id; struct device *dev; struct device own; };\nstatic LIST_HEAD(boxes);\nstatic DEFINE_IDA(ids);\n";

function ways(name: string, text: string): string[] {
  return waysOf(reader, `${STRUCT}${text}\n`, "box", name);
}

describe("a function that makes an object", () => {
  it("leaves out the calls that failed, and knows its error paths by what they return", () => {
    expect(ways("make", `
struct box *make(void)
{
	struct box *b;
	int err;

	b = kzalloc(sizeof(*b), GFP_KERNEL);
	if (!b)
		return ERR_PTR(-ENOMEM);
	b->id = ida_alloc(&ids, GFP_KERNEL);
	if (b->id < 0) {
		err = b->id;
		goto err_free;
	}
	kref_init(&b->ref);
	list_add(&b->node, &boxes);
	return b;
err_free:
	kfree(b);
	return ERR_PTR(err);
}`)).toEqual(["error:", "error: kzalloc kfree", "success: kzalloc ida_alloc kref_init list_add"]);
  });

  it("reads a success path that falls into an error label as what it is", () => {
    expect(ways("make", `
struct box *make(void)
{
	struct box *b = kzalloc(sizeof(*b), GFP_KERNEL);
	if (!b)
		return NULL;
	if (start(b)) {
		b = ERR_PTR(-EIO);
		goto err;
	}
	list_add(&b->node, &boxes);
err:
	kfree(b);
	return b;
}`)).toEqual(["error:", "error: kzalloc kfree", "success: kzalloc list_add kfree"]);
  });

  it("takes the end of a scope for a free on each way but the one that hands on", () => {
    expect(ways("make", `
struct box *make(void)
{
	struct box *b __free(kfree) = kzalloc(sizeof(*b), GFP_KERNEL);
	if (!b || start(b))
		return NULL;
	kref_init(&b->ref);
	return no_free_ptr(b);
}`)).toEqual(["error:", "error: kzalloc kfree", "success: kzalloc kref_init"]);
  });

  it("follows a helper, and lets the caller's test judge what the helper gives back", () => {
    expect(ways("make", `
static int number(struct box *b)
{
	return idr_alloc(&numbers, b, 0, 9, GFP_KERNEL);
}
static int begin(struct box *b)
{
	b->id = number(b);
	if (b->id < 0)
		return b->id;
	list_add(&b->node, &boxes);
	return 0;
}
int make(void)
{
	struct box *b = kzalloc(sizeof(*b), GFP_KERNEL);
	int ret;
	if (!b)
		return -ENOMEM;
	ret = begin(b);
	if (ret) {
		kfree(b);
		return ret;
	}
	return 0;
}`)).toEqual(["error:", "error: kzalloc kfree", "success: kzalloc idr_alloc list_add"]);
  });
});

describe("a function that drops a reference", () => {
  it("tells the last one from the others", () => {
    expect(ways("drop", `
void drop(struct box *b)
{
	if (!refcount_dec_and_test(&b->ref.refcount))
		return;
	list_del(&b->node);
	kfree(b);
}`)).toEqual(["end: refcount_dec_and_test", "end: refcount_dec_and_test! list_del kfree"]);
  });

  it("does not count a conditional get that was refused", () => {
    expect(ways("look", `
struct box *look(struct box *b)
{
	if (!kref_get_unless_zero(&b->ref))
		return NULL;
	return b;
}`)).toEqual(["end: kref_get_unless_zero", "error:"]);
  });
});

describe("the edges", () => {
  it("ends a loop, and tells what is in it once", () => {
    expect(ways("drain", `
void drain(void)
{
	struct box *b, *n;
	list_for_each_entry_safe(b, n, &boxes, node) {
		if (b->id == 3)
			continue;
		list_del(&b->node);
		kfree(b);
	}
}`)).toEqual(["end:", "end: list_del kfree"]);
  });

  it("marks ways through lines that are not shown", () => {
    expect(waysOf(reader, `${STRUCT}int f(struct box *b)\n{\n\tkref_get(&b->ref);\n@@ 40 int f(struct box *b)\n\tkref_put(&b->ref, gone);\n\treturn 0;\n}\n`, "box", "f")).toEqual([
      "unseen end: kref_get", "unseen success: kref_get kref_put",
    ]);
  });

  it("takes no fact from what could not be read, and none behind BUG()", () => {
    expect(ways("f", "int f(struct box *b)\n{\n\tif (b->id) {\n\t\tlist_del(&b->node);\n\t\tBUG();\n\t}\n\tx = = kfree(b);\n\tkref_get(&b->ref);\n\treturn 0;\n}")).toEqual([
      "unseen end:", "unseen success: kref_get",
    ]);
  });

  it("looks at a function that never ends", () => {
    expect(ways("f", "int f(struct box *b)\n{\n\tfor (;;) {\n\t\tkref_get(&b->ref);\n\t\tkref_put(&b->ref, gone);\n\t}\n}")).toEqual(["end: kref_get kref_put"]);
  });

  it("stays in bounds for many branches", () => {
    const body = Array.from({ length: 60 }, (_, i) => `\tif (flag(${i}))\n\t\tkref_get(&b->ref);\n\tret = try_${i}(b);\n\tif (ret)\n\t\tgoto out;`).join("\n");
    expect(ways("f", `int f(struct box *b)\n{\n\tint ret;\n${body}\nout:\n\treturn ret;\n}`).length).toBeGreaterThan(1);
  });

  it("does not run in a circle with functions that call each other", () => {
    expect(ways("f", "void g(struct box *b);\nvoid f(struct box *b)\n{\n\tkref_get(&b->ref);\n\tg(b);\n}\nvoid g(struct box *b)\n{\n\tlist_del(&b->node);\n\tif (b->id)\n\t\tf(b);\n}")).not.toEqual([]);
  });
});
