// Mutants: which are made of which lines, and which lines they show to be load-bearing.
import { beforeAll, describe, expect, it } from "vitest";
import { renderImage } from "../../../src/core/patch/render.js";
import { createSimulator } from "../../../src/core/simulate/simulate.js";
import type { MutantControl } from "../../../src/core/simulate/judge-mutants.js";
import type { LineVerdict, MutantReport } from "../../../src/core/simulate/mutant-types.js";
import { corpusNote, hasCorpus } from "../corpus.js";
import { kernel } from "../kernel/kernel.js";
import { type PatchOf, readCorpusSeries } from "../kernel/series.js";
import { BOUNDS, imageOf, mini, reader, requestOf } from "./check.js";

const CODE = `
struct obj { int a; int spare; refcount_t refs; struct mutex lock; };
struct obj *shared;
int opened;

void obj_put(struct obj *o)
{
	if (!refcount_dec_and_test(&o->refs))
		return;
	shared = 0;
	retire(o);
}

int obj_open(struct obj *o)
{
	if (!refcount_inc_not_zero(&o->refs))
		return -19;
	mutex_lock(&o->lock);
	o->a = o->a + 1;
	mutex_unlock(&o->lock);
	o->spare = 3;
	return 0;
}

void never(struct obj *o)
{
	shared = 0;
	kfree(o);
}
`;
const COMMON = `struct obj *the_obj;
void retire(struct obj *o) { }
void setup(void) { the_obj = kzalloc(sizeof(*the_obj), 0); shared = the_obj; refcount_set(&the_obj->refs, 1); }
`;
/** The memory outlives the last put, as it does under a reference of another kind. */
const SCENARIO = `/* scenario: open-put */
${COMMON}
void cpu0(void) { obj_put(the_obj); }
void cpu1(void) { if (!obj_open(the_obj)) obj_put(the_obj); }
void finish(void) { if (shared) __report("warn", "still there"); kfree(the_obj); }
`;
const COUNTING = `/* scenario: count
users: 2
*/
${COMMON}
void user(void) { obj_open(the_obj); obj_put(the_obj); }
void finish(void) { if (the_obj->a != 2) __report("warn", "a step was lost"); obj_put(the_obj); if (shared) __report("warn", "still there"); kfree(the_obj); }
`;

const image = imageOf(CODE);
const text = renderImage(image);
const lineOf = (part: string): number => text.split("\n").findIndex((line) => line.includes(part)) + 1;
const allLines = text.split("\n").map((_, index) => ({ path: image.path, line: index + 1 }));
const simulator = createSimulator(reader, mini);
const code = { images: [image], revision: 1, patch: 1 };
const watched: MutantControl = { progress: () => undefined, cancelled: () => false };
const judge = (scenarios: readonly string[], control = watched): MutantReport => simulator.runMutants(code, {
  patchKey: "", side: "after", lines: allLines, scenarios: scenarios.map((one) => ({ name: "scenarios/x.c", text: one })), bounds: BOUNDS,
}, control);
const verdicts = (report: MutantReport): Record<string, string> => Object.fromEntries(report.lines.map((line) => [line.text, `${line.verdict}${line.why === null ? "" : `: ${line.why}`}`]));

describe("what is made of a line", () => {
  const made = (part: string): string[] => simulator.listMutants(code, [{ path: image.path, line: lineOf(part) }]).map((mutant) => `${mutant.kind}: ${mutant.whatIf.title}`);

  it("is a get that does not ask, and the condition turned round", () => {
    expect(made("if (!refcount_inc_not_zero")).toEqual([
      "plain-get: refcount_inc_not_zero(&o->refs) does not ask whether the count is 0",
      "negate: the condition !refcount_inc_not_zero(&o->refs) is turned round",
    ]);
  });

  it("is a put that is left out, made twice, and made too early", () => {
    expect(made("\tkfree(o);")).toEqual(["drop: kfree(o) is left out", "repeat: kfree(o) happens twice", "early: kfree(o) happens before shared = 0"]);
  });

  it("is a lock that goes with its unlock, from either line", () => {
    expect(made("mutex_lock(&o->lock)")).toEqual(["unlock: mutex_lock(&o->lock) and its unlock are left out"]);
    expect(made("mutex_unlock(&o->lock)")).toEqual(["unlock: mutex_lock(&o->lock) and its unlock are left out"]);
  });

  it("is a way out that is not taken, unless it is the last one", () => {
    expect(made("return -19;")).toEqual(["drop: return -19 is left out"]);
    expect(made("return 0;")).toEqual([]);
  });

  it("keeps the lines of all the rest where a statement has several", () => {
    const wide = imageOf("struct obj { int a; };\nvoid f(struct obj *o)\n{\n\tif (!refcount_inc_not_zero(\n\t\t\t&o->a))\n\t\treturn;\n\to->a =\n\t\t3;\n}\n");
    const mutants = simulator.listMutants({ ...code, images: [wide] }, [4, 7].map((line) => ({ path: wide.path, line })));
    expect(mutants.map((mutant) => mutant.kind)).toEqual(["plain-get", "negate", "drop"]);
    for (const { whatIf, probe } of mutants) {
      for (const splice of [...(whatIf.splices ?? []), probe]) {
        expect(splice.text.split("\n").length, splice.text).toBe(renderImage(wide).slice(splice.from, splice.to).split("\n").length);
      }
    }
  });

  it("is nothing where a line only says something, or declares", () => {
    expect(simulator.listMutants(code, [lineOf("struct obj {"), lineOf("int opened"), lineOf("struct obj *shared")].map((line) => ({ path: image.path, line })))).toEqual([]);
  });
});

describe("the verdict of a line", () => {
  const report = judge([SCENARIO, COUNTING]);

  it("is load-bearing where a mutant fails, no effect where it was tried in vain, not run where nobody comes", () => {
    expect(report.scenarios.map((one) => one.verdict)).toEqual(["clean", "clean"]);
    expect(verdicts(report)).toMatchObject({
      "if (!refcount_dec_and_test(&o->refs))": "load-bearing",
      "if (!refcount_inc_not_zero(&o->refs))": "load-bearing",
      "mutex_lock(&o->lock);": "load-bearing",
      "mutex_unlock(&o->lock);": "load-bearing",
      "o->a = o->a + 1;": "load-bearing",
      "o->spare = 3;": "no-effect",
      "return 0;": "not-run: nothing-to-change",
    });
    expect(report.lines.find((line) => line.line === lineOf("\tkfree(o);"))).toMatchObject({ verdict: "not-run", why: "not-reached" });
  });

  it("names the mutant, the scenario and what was found; the mutant runs as a what-if, with a trace", () => {
    const line = report.lines.find((one) => one.line === lineOf("if (!refcount_inc_not_zero"));
    const failed = line?.runs.find((run) => run.verdict === "violation");
    expect(failed).toMatchObject({ scenario: "open-put", kind: "refcount", message: "addition on 0", mutant: { kind: "plain-get", function: "obj_open", lines: [lineOf("if (!refcount_inc_not_zero")] } });
    const result = simulator.simulate(code, { ...requestOf(SCENARIO), whatIf: failed?.mutant.whatIf ?? null }, { progress: () => undefined, cancelled: () => false });
    expect(result).toMatchObject({ verdict: "violation", kind: "refcount", whatIf: `plain-get at obj_open():${String(lineOf("if (!refcount_inc_not_zero"))}` });
    expect(result.steps.length).toBeGreaterThan(0);
  });

  it("cannot be told by a scenario that finds something in the code as it is", () => {
    const broken = judge(["/* scenario: broken */\nvoid cpu0(void) { __report(\"warn\", \"always\"); }"]);
    expect(broken.scenarios).toEqual([{ name: "broken", verdict: "violation" }]);
    expect(new Set(broken.lines.map((line) => line.why))).toEqual(new Set(["no-scenario", "nothing-to-change"]));
  });

  it("is left open when it is given up, and progress counts the runs", () => {
    const seen: number[] = [];
    const stopped = judge([COUNTING], { progress: (done: number, total: number) => { seen.push(done); expect(done).toBeLessThanOrEqual(total); }, cancelled: () => seen.length >= 3 });
    expect(stopped.complete).toBe(false);
    expect(seen).toEqual([1, 2, 3]);
    expect(stopped.lines.some((line) => line.why === "cancelled")).toBe(true);
  });

  it("is the same twice", () => {
    expect(judge([COUNTING])).toEqual(judge([COUNTING]));
  });
});

describe.skipIf(!hasCorpus)(`the vfio series${corpusNote}`, () => {
  let series: PatchOf;
  beforeAll(async () => {
    series = await readCorpusSeries();
  });

  it.each([1, 2, 3])("v%i 5/5: asking whether the count is 0 is load-bearing, naming the class is not", (version) => {
    const found = series(version, 5);
    if (found === null) throw new Error("the input lacks the patch");
    const { images, index } = found.code;
    const known = { images: images.paths(index, "after").flatMap((path) => images.image(index, path, "after") ?? []), revision: version, patch: 5 };
    const lines = found.code.changed("after");
    const wanted = /refcount_inc_not_zero\(|put_device\(&group->dev\);|dev\.class = /;
    const rendered = new Map(known.images.map((one) => [one.path, renderImage(one).split("\n")]));
    const some = lines.filter(({ path, line }) => wanted.test(rendered.get(path)?.[line - 1] ?? ""));
    const report = createSimulator(reader, kernel).runMutants(known, { patchKey: found.key, side: "after", lines: some, scenarios: ["open-last-put"], bounds: BOUNDS }, watched);
    const verdictOf = (part: string): Set<LineVerdict["verdict"]> => new Set(report.lines.filter((line) => line.text.includes(part)).map((line) => line.verdict));
    expect(report.scenarios).toEqual([{ name: "open-last-put", verdict: "clean" }]);
    expect(verdictOf("refcount_inc_not_zero")).toEqual(new Set(["load-bearing"]));
    expect(verdictOf("dev.class")).toEqual(new Set(["no-effect"]));
    expect(verdictOf("put_device")).toContain("load-bearing");
  }, 60_000);

  // Judged by hand, with the reasons that the series and its review give.
  const JUDGED: readonly (readonly [string, LineVerdict["verdict"]])[] = [
    ["iommu_group_put(group->iommu_group);", "load-bearing"], ["ida_free(&vfio.group_ida, MINOR(group->dev.devt));", "load-bearing"], ["kfree(group);", "load-bearing"],
    ["group->dev.release = vfio_group_release;", "load-bearing"], ["cdev_init(&group->cdev, &vfio_group_fops);", "load-bearing"], ["cdev_device_del(&group->cdev, &group->dev);", "load-bearing"],
    ["refcount_inc_not_zero(&group->users)", "load-bearing"],
    // A class is a name only, the module cannot go away, and nobody holds a mutex that is destroyed.
    ["group->dev.class = vfio.class;", "no-effect"], ["group->cdev.owner = THIS_MODULE;", "no-effect"], ["mutex_destroy(&group->device_lock);", "no-effect"],
    // Loading and unloading the module is in no scenario.
    ["ida_init(&vfio.group_ida);", "not-run"], ["ida_destroy(&vfio.group_ida);", "not-run"],
  ];

  it.each([1, 2, 3])("v%i 5/5: twelve lines are what they are by hand", (version) => {
    const found = series(version, 5);
    if (found === null) throw new Error("the input lacks the patch");
    const { images, index } = found.code;
    const known = { images: images.paths(index, "after").flatMap((path) => images.image(index, path, "after") ?? []), revision: version, patch: 5 };
    const rendered = new Map(known.images.map((one) => [one.path, renderImage(one).split("\n")]));
    const some = found.code.changed("after").filter(({ path, line }) => JUDGED.some(([part]) => (rendered.get(path)?.[line - 1] ?? "").includes(part)));
    const report = createSimulator(reader, kernel).runMutants(known, { patchKey: found.key, side: "after", lines: some, scenarios: ["create", "put-put", "open-last-put"], bounds: BOUNDS }, watched);
    expect(JUDGED.map(([part]) => [part, ...new Set(report.lines.filter((line) => line.text.includes(part)).map((line) => line.verdict))])).toEqual(JUDGED.map(([part, verdict]) => [part, verdict]));
  }, 60_000);
});
