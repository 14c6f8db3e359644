// `lifeline diagram`: which patch it takes, the three kinds, and what it says when there is nothing to draw.
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { corpusNote, corpusRoot, hasCorpus } from "../../core/corpus.js";
import { lifeline } from "./support.js";

const PATCH = `diff --git a/foo.c b/foo.c
--- a/foo.c
+++ b/foo.c
@@ -1,18 +1,20 @@
 struct foo {
-	struct kref kref;
+	refcount_t users;
+	struct mutex lock;
 };

 static struct foo *foo_create(void)
 {
 	struct foo *foo = kzalloc(sizeof(*foo), GFP_KERNEL);

-	kref_init(&foo->kref);
+	refcount_set(&foo->users, 1);
+	mutex_init(&foo->lock);
 	return foo;
 }

 static void foo_free(struct foo *foo)
 {
 	kfree(foo);
 }
`;

describe("lifeline diagram", () => {
  it("draws the life of the struct that the patch changes, after it", async () => {
    const { status, out, errors } = await lifeline(["diagram", "-"], PATCH);
    expect([status, errors]).toEqual([0, []]);
    expect(out.startsWith("stateDiagram-v2\n")).toBe(true);
    expect(out).toContain("struct foo, after");
  });

  it("prints both sides, each under its name", async () => {
    const { out } = await lifeline(["diagram", "-", "--side", "both"], PATCH);
    expect(out.match(/^%% \w+$/gm)).toEqual(["%% before", "%% after"]);
  });

  it("prints pairs with their sign and lines", async () => {
    const { out } = await lifeline(["diagram", "-", "--kind", "pairs", "--struct", "foo"], PATCH);
    expect(out).toContain("struct foo\n");
    expect(out).toMatch(/^[ ~] memory$/m);
    expect(out).toMatch(/after {2}acquire {2}foo_create\(\), foo\.c:\d+\n {6}kzalloc\(sizeof\(\*foo\), GFP_KERNEL\)/);
  });

  const wrong: readonly (readonly [readonly string[], string])[] = [
    [["--kind", "poem"], 'lifeline: --kind is one of life, structure, pairs, not "poem"'],
    [["--revision", "7"], "lifeline: no revision 7; there is v1"],
    [["--patch", "two"], 'lifeline: --patch needs a whole number of at least 0, not "two"'],
    [["--series", "bar"], 'lifeline: no series with "bar" in its title'],
    [["--struct", "bar"], "lifeline: nothing is known of the life of bar here; other structs with lifetime calls: foo"],
  ];
  for (const [words, line] of wrong) {
    it(`ends with status 2 and one line for ${words.join(" ")}`, async () => {
      expect(await lifeline(["diagram", "-", ...words], PATCH)).toEqual({ status: 2, out: "", errors: [line] });
    });
  }

  it.skipIf(!hasCorpus)(`takes the newest revision's last patch unless told otherwise${corpusNote}`, async () => {
    const box = join(corpusRoot, "vfio/vfio-group-cdev-all.mbox");
    const newest = await lifeline(["diagram", box, "--json"]);
    const chosen = await lifeline(["diagram", box, "--json", "--revision", "3", "--patch", "5"]);
    expect(JSON.parse(newest.out)).toMatchObject({ struct: "vfio_group" });
    expect(chosen.out).toBe(newest.out);
    expect((await lifeline(["diagram", box, "--json", "--revision", "1", "--patch", "4"])).out).not.toBe(newest.out);
  });
});
