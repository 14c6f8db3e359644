// `lifeline simulate`: scenarios shipped and own, what-ifs, the exit status, and the usage errors.
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { corpusNote, corpusRoot, hasCorpus } from "../../core/corpus.js";
import { lifeline, makeFolder } from "./support.js";

const CODE = `struct foo {
	refcount_t users;
};

static struct foo *foo_create(void)
{
	struct foo *foo = kzalloc(sizeof(*foo), GFP_KERNEL);

	refcount_set(&foo->users, 1);
	return foo;
}

static void foo_put(struct foo *foo)
{
	if (refcount_dec_and_test(&foo->users))
		kfree(foo);
}
`;
const lines = CODE.trimEnd().split("\n");
const PATCH = `diff --git a/foo.c b/foo.c\nnew file mode 100644\n--- /dev/null\n+++ b/foo.c\n@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}\n`).join("")}`;
const SCENARIO = `/* scenario: put-put
title: two users put one object
asks: Does the object outlive its users?
needs: foo_create, foo_put
cpu0: first put
cpu1: second put
what-if two-counts: the object is made with a count of two
  replace foo_create: refcount_set(&foo->users, 1) => refcount_set(&foo->users, 2)
*/
static struct foo *the_foo;

void setup(void)
{
	the_foo = foo_create();
}

void cpu0(void)
{
	foo_put(the_foo);
}

void cpu1(void)
{
	foo_put(the_foo);
}

void finish(void)
{
}
`;
const WHAT_IF = "what-if three-counts: the object is made with a count of three\n  replace foo_create: refcount_set(&foo->users, 1) => refcount_set(&foo->users, 3)\n";
const folder = makeFolder({ "foo.patch": PATCH, "put-put.c": SCENARIO, "three.what-if": WHAT_IF, "broken.c": "/* scenario: broken */\nvoid setup(void)\n{\n}\nvoid cpu0(void)\n{\n\tint n = ;\n}\n" });
const patch = join(folder, "foo.patch");
const own = ["simulate", patch, "--scenario", join(folder, "put-put.c")];

interface Run {
  readonly verdict: string;
  readonly kind: string | null;
  readonly whatIf: string | null;
  readonly side: string;
  readonly token: string | null;
  readonly steps: readonly { readonly cpu: number }[];
}

async function runJson(words: readonly string[]): Promise<Run & { readonly status: number }> {
  const { status, out, errors } = await lifeline([...words, "--json"]);
  expect(errors).toEqual([]);
  return { ...(JSON.parse(out) as Run), status }; // What the program itself printed.
}

describe("lifeline simulate", () => {
  it("finds what goes wrong after the patch, and ends with status 1", async () => {
    expect(await runJson(own)).toMatchObject({ status: 1, verdict: "violation", side: "after", whatIf: null });
    const { out } = await lifeline(own);
    expect(out).toMatch(/^put-put, v1 1 after: violation, /);
    expect(out).toContain("foo.c:");
    for (const line of out.split("\n").filter((one) => !one.startsWith("Replay:"))) expect(line.length, line).toBeLessThanOrEqual(110);
  });

  it("makes a what-if of the scenario, or of a file, and then ends with status 0", async () => {
    expect(await runJson([...own, "--what-if", "two-counts"])).toMatchObject({ status: 0, verdict: "clean", whatIf: "two-counts" });
    expect(await runJson([...own, "--what-if", join(folder, "three.what-if")])).toMatchObject({ status: 0, verdict: "violation", kind: "leak", whatIf: "three-counts" });
  });

  it("says what a verdict without findings rests on", async () => {
    const { out } = await lifeline([...own, "--what-if", "two-counts"]);
    expect(out).toContain("nothing found");
    expect(out).toContain("sequentially consistent");
    expect(out).not.toMatch(/\bsafe\b/);
  });

  it("says that a scenario does not apply where its functions are not there", async () => {
    const { status, out } = await lifeline([...own, "--side", "before"]);
    expect([status, out]).toEqual([0, expect.stringMatching(/does not apply\n {2}foo_create\(\) is not in the code\n$/)]);
  });

  it("replays a token", async () => {
    const run = await runJson(own);
    const { status, out } = await lifeline([...own, "--replay", run.token ?? "", "--json"]);
    expect([status, JSON.parse(out)]).toEqual([0, run.steps]);
    expect((await lifeline([...own, "--replay", run.token ?? ""])).out).toContain("foo_put(the_foo)");
  });

  it("judges the lines of a patch by its mutants", async () => {
    const getting = SCENARIO.replace("put-put", "get-put").replace("foo_put(the_foo);", "refcount_inc(&the_foo->users);\n\tfoo_put(the_foo);");
    const scenario = join(makeFolder({ "get-put.c": getting.replace("void cpu1(void)\n{\n\tfoo_put(the_foo);\n}\n", "").replace("void finish(void)\n{\n", "void finish(void)\n{\n\tfoo_put(the_foo);\n") }), "get-put.c");
    const { status, out, errors } = await lifeline(["simulate", patch, "--mutants", "--scenario", scenario]);
    expect([status, errors]).toEqual([0, []]);
    expect(out).toMatch(/^foo\.c\n/);
    expect(out).toMatch(/^ +16 {2}load-bearing +kfree\(foo\);\n +kfree\(foo\) is left out: leak \(get-put\)$/m);
    expect(out).toMatch(/^ +10 {2}not run +return foo;/m);
    const report = JSON.parse((await lifeline(["simulate", patch, "--mutants", "--scenario", scenario, "--json"])).out) as { lines: { line: number; verdict: string }[] }; // What the program itself printed.
    expect(report.lines.find((line) => line.line === 16)?.verdict).toBe("load-bearing");
    expect((await lifeline(["simulate", patch, "--mutants", "--side", "before"])).status).toBe(2);
  });

  it("writes a scenario for functions of the patch, which runs", async () => {
    const { status, out } = await lifeline(["simulate", patch, "--new", "foo_create,foo_put"]);
    expect(status).toBe(0);
    const made = join(makeFolder({ "new.c": out }), "new.c");
    expect(await runJson(["simulate", patch, "--scenario", made])).toMatchObject({ status: 0, verdict: "clean" });
    const unknown = await lifeline(["simulate", patch, "--new", "foo_put,nothing"]);
    expect([unknown.status, unknown.errors.join()]).toEqual([2, expect.stringContaining("no function nothing in the code; the patch changes foo_create, foo_put")]);
  });

  it("names the bound that it met", async () => {
    expect(await runJson([...own, "--what-if", "two-counts", "--max-states", "1"])).toMatchObject({ verdict: "bounded", stoppedBy: "maxStates" });
  });

  it("lists scenarios without an input", async () => {
    const { status, out } = await lifeline(["simulate", "--list"]);
    expect(status).toBe(0);
    expect(out).toMatch(/^[\w-]+: /);
    expect(JSON.parse((await lifeline(["simulate", "--list", "--json"])).out)).toEqual(expect.arrayContaining([expect.objectContaining({ name: expect.any(String) as string })]));
  });

  it("runs every shipped scenario on both sides, one line each", async () => {
    const { status, out } = await lifeline(["simulate", patch, "--all"]);
    expect(status).toBe(0);
    expect(out.trimEnd().split("\n").every((line) => /^v1 1 (?:before|after) .*does not apply/.test(line))).toBe(true);
  });

  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /no scenario: give --scenario NAME, or --all/],
    [["--scenario", "nonsense"], /no scenario "nonsense"; there is /],
    [["--scenario", "/no/such.c"], /\/no\/such\.c: cannot be read/],
    [["--scenario", join(folder, "put-put.c"), "--what-if", "nonsense"], /no what-if "nonsense" in put-put; there is two-counts/],
    [["--scenario", join(folder, "put-put.c"), "--what-if", patch], /no what-if in it/],
    [["--scenario", join(folder, "put-put.c"), "--replay", "nonsense"], /the token is not of this patch/],
    [["--scenario", join(folder, "broken.c")], /broken\.c, line 7: this could not be read as C: int n = ;/],
    [["--scenario", join(folder, "put-put.c"), "--max-states", "0"], /--max-states needs a whole number/],
    [["--scenario", join(folder, "put-put.c"), "--users", "many"], /--users needs a whole number/],
    [["--all", "--what-if", "x"], /--what-if does not go with --all/],
  ];
  for (const [words, line] of wrong) {
    it(`ends with status 2 for ${words.map((word) => word.replace(folder, "")).join(" ")}`, async () => {
      const { status, out, errors } = await lifeline(["simulate", patch, ...words]);
      expect([status, out, errors.length]).toEqual([2, "", 1]);
      expect(errors[0]).toMatch(line);
    });
  }

  it.skipIf(!hasCorpus)(`finds the rebasing mistake of v1 3/5, and not in v2${corpusNote}`, async () => {
    const words = ["simulate", join(corpusRoot, "vfio/vfio-group-cdev-all.mbox"), "--scenario", "create", "--patch", "3"];
    expect(await runJson([...words, "--revision", "1"])).toMatchObject({ status: 1, kind: "use-after-free" });
    expect(await runJson([...words, "--revision", "2"])).toMatchObject({ status: 0, verdict: "clean" });
  });
});
