// Lifecycles of structs of all kinds, and the edges of the input.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { CReader } from "../../../src/core/c/reader.js";
import { golden } from "../../golden.js";
import type { Diagram } from "../../../src/core/lifecycle/types.js";
import { openReader, printView, unescaped, viewOf } from "./check.js";

let reader: CReader;
beforeAll(async () => {
  reader = await openReader();
});

function fixture(name: string): string {
  return readFileSync(`test/fixtures/c/life/${name}.c`, "utf8");
}

describe("kinds of objects", () => {
  it("a kref whose release takes the object off its hash", (t) => {
    const text = fixture("kref");
    const racy = text.replace("kref_get_unless_zero(&c->ref)", "!kref_get(&c->ref)").replace("\tcancel_work_sync(&c->work);\n", "");
    golden(t, printView(viewOf(reader, racy, text)));
  });

  it("a count that another takes the place of", () => {
    const text = fixture("kref");
    const other = viewOf(reader, text.replace(/struct kref (\w+);/, "refcount_t $1;"), text).structure;
    const counts = (diagram: Diagram | null | undefined): string[] => unescaped(diagram?.text ?? "").split("\n").filter((line) => / : .*\b(refcount_t|struct kref)$/.test(line)).map((line) => line.slice(line.indexOf(" : ") + 3));
    expect(counts(other?.before)).toEqual(["− ref refcount_t"]);
    expect(counts(other?.after)).toEqual(["+ ref struct kref"]);
  });

  it("a kobject that owns the memory", (t) => {
    const text = fixture("kobject");
    golden(t, printView(viewOf(reader, text.replace("\tkobject_del(&slot->kobj);\n", ""), text)));
  });

  it("a work item that frees its job", (t) => {
    const text = fixture("work");
    golden(t, printView(viewOf(reader, null, text)));
  });

  it("an entry on an RCU list", (t) => {
    const text = fixture("rcu");
    golden(t, printView(viewOf(reader, text.replace("call_rcu(&e->rcu, entry_free_rcu)", "kmem_cache_free(entry_cache, e)"), text)));
  });

  it("a box whose calls are wrapped by macros", (t) => {
    golden(t, printView(viewOf(reader, null, fixture("macros"))));
  });

  it("a cdev that is told its parent keeps the object; one that is not does not", () => {
    const text = "struct box { struct device dev; struct cdev cdev; };\nstatic void box_release(struct device *dev)\n{\n\tkfree(container_of(dev, struct box, dev));\n}\nint box_add(struct box *b)\n{\n\tdevice_initialize(&b->dev);\n\tb->dev.release = box_release;\n\tcdev_init(&b->cdev, &box_fops);\n\tcdev_set_parent(&b->cdev, &b->dev.kobj);\n\treturn cdev_add(&b->cdev, b->dev.devt, 1);\n}\nvoid box_gone(struct box *b)\n{\n\tcdev_del(&b->cdev);\n\tput_device(&b->dev);\n}\n";
    const view = viewOf(reader, text.replace(/\tcdev_set_parent.*\n/, ""), text, "box");
    expect(view.owners.map(({ who, change, before, after }) => [who, change, before, after])).toEqual([
      ["device dev", "same", "its last reference runs box_release(), which frees it", "its last reference runs box_release(), which frees it"],
      ["the cdev's reference of its parent", "new", null, "cdev_del in box_gone() and the last open file of the character device is closed"],
    ]);
  });

  it("memory that the driver core frees", () => {
    const view = viewOf(reader, null, "struct dev { int x; };\nint probe(struct device *d)\n{\n\tstruct dev *p = devm_kzalloc(d, sizeof(*p), GFP_KERNEL);\n\treturn p ? 0 : -ENOMEM;\n}\n");
    expect(view.pairs.map((row) => `${row.resource}: ${row.note}`)).toEqual(["memory: released by the driver core"]);
    expect(view.after?.edges.map((edge) => edge.label)).toEqual(["probe: devm_kzalloc", "driver core: at unbind"]);
  });

  it("a file reference held by an object is the object's, and the lock is no state", () => {
    const view = viewOf(reader, null, fixture("rcu"));
    expect(view.pairs.find((row) => row.resource === "file file")?.release.map((site) => site.function)).toEqual(["entry_put"]);
  });

  it("counts the cleanup attribute as the error path's free", () => {
    const text = "struct box { struct kref r; };\nstruct box *box_new(void)\n{\n\tstruct box *b __free(kfree) = kzalloc(sizeof(*b), GFP_KERNEL);\n\tif (!b || bad())\n\t\treturn NULL;\n\tkref_init(&b->r);\n\treturn no_free_ptr(b);\n}\n";
    const view = viewOf(reader, null, text);
    expect(view.after?.edges.map((edge) => edge.label)).toEqual(["box_new: kzalloc", "box_new: kref_init", "error in box_new: kfree"]);
  });

  it("keeps what an object's members point to apart from its own memory", () => {
    const view = viewOf(reader, null, "struct box { char *lid; };\nvoid f(struct box *b)\n{\n\tb->lid = kmalloc(3, GFP_KERNEL);\n\tkfree(b->lid);\n\tkfree(b);\n}\n");
    expect(view.pairs.map((row) => [row.resource, row.acquire.length, row.release.length])).toEqual([["memory lid", 1, 1], ["memory", 0, 1]]);
  });
});

describe("the choice", () => {
  const two = (a: string, b: string): string => `struct one { struct kref r; };\nstruct two { struct kref r; };\nvoid f(struct one *x, struct two *y)\n{\n${a}\n}\nvoid g(struct one *x, struct two *y)\n{\n${b}\n}\n`;

  it("is the struct with most changed lifetime calls", () => {
    const view = viewOf(reader, two("kref_get(&x->r);", ""), two("kref_get(&x->r);", "kref_get(&y->r);\nkref_put(&y->r, z);"));
    expect(view.structs).toEqual([{ name: "two", changedCalls: 2 }, { name: "one", changedCalls: 0 }]);
    expect(view.struct).toBe("two");
  });

  it("can be asked for", () => {
    const view = viewOf(reader, two("kref_get(&x->r);", ""), two("kref_get(&x->r);", "kref_get(&y->r);"), "one");
    expect(view.struct).toBe("one");
    expect(view.after?.edges.every((edge) => edge.change === "same")).toBe(true);
  });

  it("of a struct that nobody has gives an empty view", () => {
    const view = viewOf(reader, two("", ""), two("", ""), "three");
    expect([view.before, view.after, view.pairs]).toEqual([null, null, []]);
  });
});

describe("the edges of the input", () => {
  it("takes a patch without C", () => {
    const view = viewOf(reader, null, null);
    expect([view.struct, view.structs, view.before, view.after, view.pairs]).toEqual(["", [], null, null, []]);
  });

  it("takes C without lifetime calls", () => {
    expect(viewOf(reader, "int x;\n", "int y;\n").struct).toBe("");
  });

  it("draws one side when the struct is only there", () => {
    const view = viewOf(reader, "int x;\n", fixture("work"));
    expect(view.before).toBeNull();
    expect([...(view.after?.nodes ?? []), ...(view.after?.edges ?? [])].map(({ change }) => change)).toEqual(expect.arrayContaining(["new"]));
    expect([...(view.after?.nodes ?? []), ...(view.after?.edges ?? [])].every(({ change }) => change === "new")).toBe(true);
    expect(view.after?.nodes[0]?.label).toMatch(/^\+ /);
    const gone = viewOf(reader, fixture("work"), "int x;\n");
    expect(gone.before?.edges.every(({ change }) => change === "gone")).toBe(true);
    // Nothing was read that it could be compared with.
    expect(viewOf(reader, null, fixture("work")).after?.nodes.every(({ change }) => change === "same")).toBe(true);
  });

  it("names functions that are known in part", () => {
    const view = viewOf(reader, null, "struct a { struct kref r; };\nvoid a_put(struct a *a)\n{\n\tkref_put(&a->r, a_free);\n@@ 40 void a_other(struct a *a)\n\tkref_get(&a->r);\n}\n");
    expect(view.partial).toEqual([{ side: "after", function: "a_put" }, { side: "after", function: "a_other" }]);
  });

  it("does not throw on broken C", () => {
    const text = fixture("kref");
    for (let at = 0; at < text.length; at += 37) {
      const view = viewOf(reader, text, text.slice(0, at) + text.slice(at + 23));
      expect(view.patchKey).toBe("test");
    }
  });
});
