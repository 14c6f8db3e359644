// A run that a person drives: steps, calls, undo, what blocks, and whether anything can still go wrong.
import { describe, expect, it } from "vitest";
import type { FreeRun } from "../../../src/core/simulate/free-run.js";
import { createSimulator } from "../../../src/core/simulate/simulate.js";
import { kernel } from "../kernel/kernel.js";
import { imageOf, mini, quiet, reader, requestOf } from "./check.js";

const DRIVER = `
struct gadget { refcount_t users; int open; };
static struct mutex gadget_lock;
static struct gadget *the_gadget;
static void gadget_put(struct gadget *gadget)
{
	if (refcount_dec_and_test(&gadget->users)) {
		mutex_lock(&gadget_lock);
		the_gadget = 0;
		mutex_unlock(&gadget_lock);
		kfree(gadget);
	}
}
static void gadget_open(void)
{
	struct gadget *gadget;

	mutex_lock(&gadget_lock);
	gadget = the_gadget;
	if (gadget && !refcount_inc_not_zero(&gadget->users))
		gadget = 0;
	mutex_unlock(&gadget_lock);
	if (gadget)
		gadget_put(gadget);
}
`;
const SCENARIO = `/* scenario: drive
cpu0: last put
cpu1: open */
void setup(void) { the_gadget = kzalloc(sizeof(*the_gadget), 0); refcount_set(&the_gadget->users, 1); }
void cpu0(void) { gadget_put(the_gadget); }
void cpu1(void) { gadget_open(); }
`;

function start(scenario = SCENARIO, driver = DRIVER): FreeRun {
  const free = createSimulator(reader, mini).freeRun({ images: [imageOf(driver)], revision: 1, patch: 1 }, requestOf(scenario));
  if ("reason" in free) throw new Error(free.reason);
  return free;
}

/** Lets a CPU go on, call by call, until it cannot. */
function finish(free: FreeRun, cpu: number): void {
  for (let count = 0; count < 50 && free.view().cpus[cpu]?.status === "ready"; count++) free.step(cpu, "call");
}

describe("a free run", () => {
  it("begins with every CPU at its first line, and nothing done", () => {
    const view = start().view();
    expect(view.cpus.map((cpu) => [cpu.name, cpu.status, cpu.locks])).toEqual([["last put", "ready", []], ["open", "ready", []]]);
    expect([view.steps, view.calls, view.findings, view.over, view.switches]).toEqual([[], [], [], false, 0]);
  });

  it("makes one call of the patch, and shows its steps", () => {
    const free = start();
    free.step(1, "step");
    const view = free.step(1, "call");
    expect(view.calls.map((call) => [call.cpu, call.function, view.steps.length >= call.to])).toContainEqual([1, "gadget_open", true]);
    expect(view.steps.every((step) => step.cpu === 1)).toBe(true);
    expect(view.calls.at(-1)?.to).toBe(view.steps.length);
  });

  it("says why a CPU is blocked: which lock, and who holds it", () => {
    const free = start();
    free.step(1, "step");
    expect(free.view().cpus[1]?.locks).toEqual(["gadget_lock"]);
    for (let count = 0; count < 5 && free.view().cpus[0]?.status === "ready"; count++) free.step(0, "step");
    const [put] = free.view().cpus;
    expect([put?.status, put?.waiting, put?.next?.call?.text]).toEqual(["blocked", { lock: "gadget_lock", holders: [1], function: "mutex_lock" }, "mutex_lock(&gadget_lock)"]);
    expect(free.view().over).toBe(false);
    const before = free.view();
    expect(free.step(0, "step")).toEqual(before);
  });

  it("takes back what was done, as it was done", () => {
    const free = start();
    const first = free.view();
    free.step(1, "call");
    const second = free.view();
    finish(free, 0);
    while (free.view().steps.length > second.steps.length) free.undo();
    expect(free.view()).toEqual(second);
    free.undo();
    expect(free.view()).toEqual(first);
    expect(free.undo()).toEqual(first);
  });

  it("ends when all are done, and shows what became of each object at every step", () => {
    const free = start();
    finish(free, 0);
    finish(free, 1);
    const view = free.view();
    expect([view.over, view.findings, view.cpus.map((cpu) => cpu.status)]).toEqual([true, [], ["done", "done"]]);
    const lane = view.objects.find((one) => one.object === "the_gadget #1" || one.object === "gadget #1");
    expect(lane?.counters).toEqual(["users"]);
    expect(lane?.states).toHaveLength(view.steps.length);
    expect([lane?.states[0], lane?.states.at(-1)?.memory]).toEqual([{ memory: "live", counts: ["1"] }, "freed"]);
    expect(lane?.states.map((state) => state.memory)).toContain("dying");
  });

  it("knows whether anything can still go wrong", () => {
    expect(start().canStillViolate(10_000, quiet)).toMatchObject({ answer: "no" });
    const racy = start(SCENARIO, DRIVER.replace("!refcount_inc_not_zero(&gadget->users)", "(refcount_inc(&gadget->users), 0)"));
    const reach = racy.canStillViolate(10_000, quiet);
    expect(reach).toMatchObject({ answer: "yes", kind: "refcount" });
    for (const cpu of reach.answer === "yes" ? reach.moves ?? [] : []) racy.step(cpu, "step");
    expect(racy.view().findings.map((finding) => finding.message)).toEqual(["addition on 0"]);
    expect(start().canStillViolate(3, quiet)).toMatchObject({ answer: "unknown" });
    const safe = start(SCENARIO, DRIVER.replace("!refcount_inc_not_zero(&gadget->users)", "(refcount_inc(&gadget->users), 0)"));
    finish(safe, 1);
    expect(safe.canStillViolate(10_000, quiet)).toMatchObject({ answer: "no" });
  });

  it("says why there is none where the scenario does not apply", () => {
    expect(createSimulator(reader, mini).freeRun({ images: [], revision: 1, patch: 1 }, requestOf("/* scenario: x\nneeds: missing_thing */\nvoid cpu0(void) { }"))).toEqual({ reason: "missing_thing() is not in the code" });
  });

  it("shows lines of the scenario and the model only, also where a CPU was added and others wait for the end", () => {
    const scenario = `/* scenario: handed
cpu0: first
cpu1: second */
static struct work_struct item;
static void item_runs(struct work_struct *work) { }
void setup(void) { INIT_WORK(&item, item_runs); }
void cpu0(void)
{
	queue_work(system_wq, &item);
}
void cpu1(void)
{
	kmalloc(4, 0);
}
`;
    const simulator = createSimulator(reader, kernel);
    const code = { images: [], revision: 1, patch: 1 };
    const free = simulator.freeRun(code, requestOf(scenario));
    if ("reason" in free) throw new Error(free.reason);
    expect(free.view().cpus.map((cpu) => [cpu.name, cpu.next?.function, cpu.next?.line])).toEqual([["first", "cpu0", 7], ["second", "cpu1", 11], ["work items", "run_work_items", expect.any(Number)]]);
    const seen: string[] = [];
    for (const cpu of [1, 0, 2]) {
      for (let count = 0; count < 50 && free.view().cpus[cpu]?.status === "ready"; count++) {
        free.step(cpu, "step");
        const view = free.view();
        for (const one of [...view.steps, ...view.cpus.flatMap((other) => [other.next ?? [], other.next?.call ?? []].flat())]) seen.push(`${one.path} ${one.function}`);
        seen.push(...view.steps.map((step) => step.via?.path ?? ""));
      }
    }
    expect(free.view().over).toBe(true);
    // What was allocated and lost is told at the end of a run, whose steps and stacks are about the same lines.
    const { steps, findings, text } = simulator.simulate(code, requestOf(scenario), quiet);
    expect(findings.map((finding) => finding.kind)).toEqual(["leak"]);
    for (const one of [...steps, ...findings.flatMap((finding) => (finding.stacks ?? []).flatMap((stack) => stack.frames))]) seen.push(`${one.path} ${one.function}`);
    expect(seen.some((one) => /background/.test(one)), [...new Set(seen)].join("\n")).toBe(false);
    expect(text).not.toContain("background");
  });
});
