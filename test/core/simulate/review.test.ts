// Code under review that is shown in part: fills, what-ifs, traces and their texts.
import { describe, expect, it } from "vitest";
import { applyChanges, changesFor, originalOffset } from "../../../src/core/simulate/edits.js";
import { readHeader } from "../../../src/core/simulate/scenario.js";
import { listScenarios, replay } from "../../../src/core/simulate/simulate.js";
import { readToken, writeToken } from "../../../src/core/simulate/token.js";
import { imageOf, mini, outcome, quiet, reader, requestOf, run } from "./check.js";

const DRIVER = `
struct gadget {
	refcount_t users;
	int opened;
};

static struct mutex gadget_lock;
static struct gadget *the_gadget;

static struct gadget *gadget_get(void)
{
	struct gadget *gadget;

	mutex_lock(&gadget_lock);
	gadget = the_gadget;
	if (gadget)
		refcount_inc(&gadget->users);
	mutex_unlock(&gadget_lock);
	return gadget;
}

...static void gadget_put(struct gadget *gadget)
	the_gadget = NULL;
	mutex_unlock(&gadget_lock);
	kfree(gadget);
}

static int gadget_open(void)
{
	struct gadget *gadget = gadget_get();

	if (!gadget) {
...
`;

const SCENARIO = `/* scenario: open-put
title: open against the last put
asks: Can a gadget be opened that
  is being freed?
needs: gadget_put, gadget_open
cpu0: last put
cpu1: open
what-if no-lock: the lookup does not take the lock
  drop gadget_get: mutex_lock(&gadget_lock);
  drop gadget_get: mutex_unlock(&gadget_lock);
what-if early-unlock: the lock is dropped before the pointer is cleared
  move gadget_put: the_gadget = NULL; after mutex_unlock(&gadget_lock);
what-if nowhere: an edit of something that is not there
  replace gadget_put: no_such_call() => 1
  or drop gadget_put: nor_this();
*/
void setup(void)
{
	the_gadget = kzalloc(sizeof(*the_gadget), 0);
	refcount_set(&the_gadget->users, 1);
}
void cpu0(void) { gadget_put(the_gadget); }
void cpu1(void) { gadget_open(); }
__head(gadget_put)
{
	mutex_lock(&gadget_lock);
	if (!refcount_dec_and_test(&gadget->users)) {
		mutex_unlock(&gadget_lock);
		return;
	}
	the_gadget = NULL;
}
__tail(gadget_open)
{
	if (!gadget) {
		return -1;
	}
	gadget->opened = 1;
	gadget_put(gadget);
	return 0;
}
`;

describe("code that is shown in part", () => {
  it("is completed by the scenario's fills, which are named as assumptions", () => {
    const result = run(SCENARIO, DRIVER);
    expect([result.verdict, result.reason, result.findings]).toEqual(["clean", null, []]);
    expect(result.assumptions.filter((assumption) => assumption.kind === "fill").map((assumption) => assumption.text)).toEqual([
      "gadget_put() begins with:\nmutex_lock(&gadget_lock);\nif (!refcount_dec_and_test(&gadget->users)) {\n\tmutex_unlock(&gadget_lock);\n\treturn;\n}",
      "gadget_open() ends with:\nif (!gadget) {\n\treturn -1;\n}\ngadget->opened = 1;\ngadget_put(gadget);\nreturn 0;",
    ]);
  });

  it("does not apply when a part is missing that nothing fills", () => {
    expect(outcome(SCENARIO.replace(/__head\(gadget_put\)[\s\S]*?\n}\n/, ""), DRIVER)).toBe("does-not-apply: gadget_put() is shown only in part, and the scenario does not fill in the rest");
    expect(outcome(SCENARIO, "int other;\n")).toBe("does-not-apply: gadget_put() is not in the code");
  });

  it("runs the cleanup of a variable, and says so where nobody knows what it does", () => {
    const text = "/* scenario: cleanup */\nvoid cpu0(void) { probe(); }\n";
    expect(outcome(text, "static int probe(void)\n{\n\tvoid *p __free(kfree) = __alloc(8);\n\n\treturn p != 0;\n}\n")).toBe("clean");
    const unknown = run(text, "static int probe(void)\n{\n\tvoid *p __free(toss) = __alloc(8);\n\n\treturn p != 0;\n}\n");
    expect(unknown.kind).toBe("leak");
    expect(unknown.assumptions.some((one) => one.kind === "unknown-call" && one.text.startsWith("toss()"))).toBe(true);
  });

  it("ignores fills where the whole function is there", () => {
    const whole = "static int probe(void)\n{\n\treturn 0;\n}\n";
    const text = "/* scenario: whole */\nvoid cpu0(void) { if (probe()) __report(\"warn\", \"filled\"); }\n__head(probe)\n{\n\treturn 1;\n}\nstatic int probe(void) { return 1; }\n";
    expect(run(text, whole)).toMatchObject({ verdict: "clean" });
    expect(run(text, whole).assumptions.filter((assumption) => assumption.kind === "fill")).toEqual([]);
    expect(outcome(text, "int x;\n")).toBe("warn: filled");
  });
});

describe("what-ifs", () => {
  it("change the code by the text of a statement", () => {
    expect(outcome(SCENARIO, DRIVER, { whatIf: "no-lock" })).toMatch(/^(use-after-free|refcount): /);
    expect(outcome(SCENARIO, DRIVER, { whatIf: "early-unlock" })).toMatch(/^(use-after-free|refcount): /);
    expect(outcome(SCENARIO, DRIVER, { whatIf: "nowhere" })).toBe("does-not-apply: the what-if nowhere fits nowhere: gadget_put(): no_such_call(); or gadget_put(): nor_this();");
  });

  it("keep lines, and offsets that lead back", () => {
    const text = "a();\nput(&x->dev); /* last */\nb();\n";
    const changes = changesFor({ action: "move", function: "f", find: "put( &x->dev )", with: "b();" }, text, 0, text.length);
    expect(changes && applyChanges(text, changes)).toBe("a();\n; /* last */\nb(); put(&x->dev);\n");
    expect(changes && originalOffset(changes)(text.indexOf("b()") - "put(&x->dev)".length)).toBe(text.indexOf("b()"));
    expect(changesFor({ action: "drop", function: "f", find: "x->dev" }, text, 0, text.length)).toBeNull();
    const repeated = changesFor({ action: "repeat", function: "f", find: "a()" }, text, 0, text.length);
    expect(repeated && applyChanges(text, repeated)).toBe("a(); a();\nput(&x->dev); /* last */\nb();\n");
  });
});

describe("a trace", () => {
  const result = run(SCENARIO, DRIVER, { whatIf: "no-lock" });

  it("has steps with their place, their changes and the locks held", () => {
    const locked = result.steps.find((step) => step.locks.length > 0);
    expect(locked).toMatchObject({ cpu: 0, function: "mutex_lock", path: "model/mini.c", text: "mutex_lock(&gadget_lock)", locks: ["gadget_lock"] });
    expect(locked?.changes).toEqual([{ object: "gadget_lock", field: "", before: "free", after: "CPU0" }]);
    for (const step of result.steps) if (step.path === "drivers/driver.c") expect(DRIVER).toContain(step.text.slice(0, 10));
    expect(result.steps.some((step) => step.via?.path === "drivers/driver.c")).toBe(true);
    expect(result.findings[0]?.step).toBeLessThan(result.steps.length);
  });

  it("replays from its token, and from no other program's", () => {
    const code = { images: [imageOf(DRIVER)], revision: 1, patch: 1 };
    const request = requestOf(SCENARIO, { whatIf: "no-lock" });
    expect(replay(reader, mini, code, request, result.token ?? "")).toEqual(result.steps);
    expect(replay(reader, mini, code, requestOf(SCENARIO), result.token ?? "")).toBeNull();
    expect(replay(reader, mini, code, request, "L1.00000000.-.a")).toBeNull();
    expect(replay(reader, mini, code, request, "nonsense")).toBeNull();
  });

  it("prints in two columns of at most 72 together", () => {
    expect(result.text.split("\n").filter((line) => line.length > 72)).toEqual([]);
    expect(result.text).toMatch(/^CPU0 +CPU1$/m);
    expect(result.text).toMatch(/\*\*\*/);
    expect(result.text).toMatch(/Explored \d+ states, every schedule of 2 CPUs, sequentially consistent\./);
  });

  it("has as few switches as any, and then as few steps", () => {
    expect(result.switches).toBe(1);
    expect(result.shortest).toBeLessThanOrEqual(result.steps.length);
  });
});

describe("tokens", () => {
  it("give back what they were made of", () => {
    const moves = [{ cpu: 1, script: [] }, { cpu: 1, script: [] }, { cpu: 0, script: [2, 0] }, { cpu: 1, script: [] }];
    const token = writeToken(0x1234, [1, 0], moves);
    expect(token).toBe("L1.00001234.1-0.b2a(2-0)b");
    expect(readToken(token)).toEqual({ fingerprint: 0x1234, setup: [1, 0], moves });
    expect(readToken("L1.00001234.-.a999999999")).toBeNull();
  });
});

describe("the header of a scenario", () => {
  it("names everything, and titles may wrap", () => {
    const header = readHeader({ name: "scenarios/x.c", text: SCENARIO });
    expect([header.name, header.asks, header.needs, header.cpuNames.get("cpu1"), header.users]).toEqual(["open-put", "Can a gadget be opened that is being freed?", ["gadget_put", "gadget_open"], "open", 1]);
    expect(header.whatIfs.map((whatIf) => [whatIf.name, whatIf.edits.length, whatIf.edits[0]?.length])).toEqual([["no-lock", 2, 1], ["early-unlock", 1, 1], ["nowhere", 1, 2]]);
    expect(listScenarios({ model: [], fills: [], scenarios: [{ name: "scenarios/bare.c", text: "void cpu0(void) { }" }] })).toEqual([{ name: "bare", title: "bare", asks: "", whatIfs: [] }]);
  });

  it("tells the line of an edit that is none, when its what-if is asked for", () => {
    const text = (edit: string): string => `/* scenario: x\nwhat-if odd: a sentence\n  that wraps\n  ${edit}\n*/\nvoid cpu0(void) { kfree(0); }`;
    const asked = (edit: string): string => outcome(text(edit), null, { whatIf: "odd" });
    for (const edit of ["replase cpu0: a => b", "replace cpu0: kfree(0)", "move cpu0: kfree(0)", "drop cpu0:"]) {
      expect(asked(edit)).toBe(`does-not-apply: scenarios/test.c, line 4: this is no edit of a what-if: ${edit}`);
      expect(outcome(text(edit))).toBe("clean");
    }
    expect(asked("drop cpu0: kfree(0);")).toBe("clean");
  });

  it("does not run what is no scenario", () => {
    expect(outcome("int x;")).toBe("does-not-apply: the scenario has neither cpu0() nor user()");
    expect(outcome("not C at all {{{")).toBe("does-not-apply: scenarios/test.c, line 1: this stands in no function: not C at all {{{");
    expect(quiet.cancelled()).toBe(false);
  });
});
