// Which functions of a patch are checked at first for a new scenario.
import { describe, expect, it } from "vitest";
import { createSimulator } from "../../../src/core/simulate/simulate.js";
import { corpusNote, hasCorpus } from "../corpus.js";
import { kernel } from "../kernel/kernel.js";
import { readCorpusSeries } from "../kernel/series.js";
import { imageOf, reader } from "./check.js";

const simulator = createSimulator(reader, kernel);

/** Offered functions of a text whose changed lines begin with "+": those that are suggested, then the others. */
function offered(text: string): { readonly suggested: readonly string[]; readonly rest: readonly string[]; readonly foreign: readonly string[] } {
  const lines = text.split("\n");
  const image = imageOf(lines.map((line) => line.replace(/^\+/, "")).join("\n"));
  const changed = lines.flatMap((line, at) => (line.startsWith("+") ? [{ path: image.path, line: at + 1 }] : []));
  const found = simulator.offeredFunctions({ images: [image], revision: 1, patch: 1 }, changed);
  const names = (is: (one: (typeof found)[number]) => boolean): readonly string[] => found.filter(is).map((one) => one.name);
  return { suggested: names((one) => one.isSuggested), rest: names((one) => !one.isSuggested), foreign: names((one) => !one.isChanged) };
}

const HEAD = "struct foo {\n\tstruct work_struct work;\n\trefcount_t users;\n\tint level;\n};\n\nstruct bar {\n\tint size;\n};\n";
const fn = (head: string, body: string, sign = "+"): string => `\n${head}\n{\n${sign}\t${body}\n}\n`;
const GET = fn("bool foo_get(struct foo *foo)", "return refcount_inc_not_zero(&foo->users);");
const PUT = fn("void foo_put(struct foo *foo)", "if (refcount_dec_and_test(&foo->users)) kfree(foo);");
const SIZE = fn("int bar_size(struct bar *bar)", "return bar->size;");
const WORK = fn("void foo_work(struct work_struct *work)", "container_of(work, struct foo, work)->level = 1;");
const REMOVE = fn("void foo_remove(struct foo *foo)", "cancel_work_sync(&foo->work); kfree(foo);");

describe("the functions that are checked at first", () => {
  it("are a pair over one object, and not what works on another", () => {
    expect(offered(HEAD + SIZE + GET + PUT)).toEqual({ suggested: ["foo_get", "foo_put"], rest: ["bar_size"], foreign: [] });
  });

  it("are a lookup, what gives back, and what takes the object away; not the last where nobody looks anything up", () => {
    const LOOKUP = fn("struct foo *foo_lookup(int id)", "struct foo *foo = idr_find(&foos, id); if (foo) refcount_inc(&foo->users); return foo;");
    const ERASE = fn("void foo_erase(int id)", "struct foo *foo = idr_remove(&foos, id); foo_put(foo);").replace("foo_erase", "foo_delete");
    expect(offered(HEAD + LOOKUP + PUT + ERASE).suggested).toEqual(["foo_lookup", "foo_put", "foo_delete"]);
    const KILL = fn("void foo_delete(struct foo *foo)", "idr_remove(&foos, foo->level); foo_put(foo);");
    expect(offered(HEAD + GET + PUT + KILL).suggested).toEqual(["foo_get", "foo_put"]);
  });

  it("are those that go over one list", () => {
    const HIT = fn("int foo_hit(int level)", "struct foo *foo; list_for_each_entry(foo, &foos, link) { if (foo->level == level) return 1; } return 0;");
    const DROP = fn("void foo_delete(int level)", "struct foo *foo; list_for_each_entry(foo, &foos, link) { if (foo->level == level) { list_del(&foo->link); kfree(foo); return; } }");
    expect(offered(HEAD + SIZE + HIT + DROP).suggested).toEqual(["foo_hit", "foo_delete"]);
  });

  it("are a work item and what cancels it", () => {
    expect(offered(HEAD + SIZE + WORK + REMOVE).suggested).toEqual(["foo_work", "foo_remove"]);
    // What the kernel calls by itself comes along with a pair over the same object.
    expect(offered(HEAD + WORK + GET + PUT).suggested).toEqual(["foo_work", "foo_get", "foo_put"]);
  });

  it("are the users of a file, what takes its object away and what runs beside, and never what only the last put calls", () => {
    const release = fn("void foo_release(struct kref *ref)", "kfree(container_of(ref, struct foo, users));");
    const put = fn("void foo_put(struct foo *foo)", "kref_put(&foo->users, foo_release);");
    const open = fn("int foo_open(struct inode *inode, struct file *file)", "struct foo *foo = file->private_data; kref_get(&foo->users); return 0;");
    const close = fn("int foo_close(struct inode *inode, struct file *file)", "struct foo *foo = file->private_data; foo_put(foo); return 0;");
    const remove = fn("void foo_remove(struct foo *foo)", "cancel_work_sync(&foo->work); foo_put(foo);");
    const found = offered(HEAD.replace("refcount_t", "struct kref") + release + put + WORK + open + close + remove);
    expect(found).toEqual({ suggested: ["foo_work", "foo_open", "foo_close", "foo_remove"], rest: ["foo_release", "foo_put"], foreign: [] });
  });

  it("are not one function and another that it calls", () => {
    const inner = fn("static void foo_drop(struct foo *foo)", "kfree(foo);");
    const outer = fn("void foo_leave(struct foo *foo)", "foo_drop(foo);");
    const use = fn("void foo_use(struct foo *foo)", "foo->level++;");
    expect(offered(HEAD + inner + outer + use).suggested).toContain("foo_use");
    expect(offered(HEAD + inner + outer).suggested).toHaveLength(1);
  });

  it("take the other half from the code when the patch leaves it alone", () => {
    expect(offered(HEAD + SIZE + fn("bool foo_get(struct foo *foo)", "return true;", "") + PUT)).toEqual({ suggested: ["foo_put", "foo_get"], rest: ["bar_size"], foreign: ["foo_get"] });
  });

  it("are the only one that there is, and none where the patch changes none", () => {
    expect(offered(HEAD + SIZE).suggested).toEqual(["bar_size"]);
    expect(offered(HEAD.replace("\tint level", "+\tint level")).suggested).toEqual([]);
  });

  it.skipIf(!hasCorpus)(`are open and the last put in the patch that makes them race${corpusNote}`, async () => {
    const patches = await readCorpusSeries();
    for (const version of [1, 2, 3]) {
      const found = patches(version, 5)?.code;
      if (!found) throw new Error(`there is no v${String(version)} 5/5`);
      const images = found.images.paths(found.index, "after").flatMap((path) => found.images.image(found.index, path, "after") ?? []);
      const names = simulator.offeredFunctions({ images, revision: version, patch: 5 }, found.changed("after")).filter((one) => one.isSuggested).map((one) => one.name);
      expect(names, `v${String(version)}`).toEqual(expect.arrayContaining(["vfio_group_put", "vfio_group_fops_open"]));
    }
  });
});
