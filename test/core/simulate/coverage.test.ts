// Which lines a run has executed, and that a verdict over functions that were hardly entered is none.
import { describe, expect, it } from "vitest";
import { createSimulator } from "../../../src/core/simulate/simulate.js";
import type { RunResult } from "../../../src/core/simulate/types.js";
import { kernel } from "../kernel/kernel.js";
import { imageOf, quiet, reader } from "./check.js";

const simulator = createSimulator(reader, kernel);
const bounds = { maxStates: 20_000, maxSteps: 20_000, maxPreemptions: null };
const PATH = imageOf("").path;

/** Runs a scenario's text on a file of which the lines with `+` in front are those that the patch changes. */
function run(text: string, scenario: string): RunResult {
  const lines = text.split("\n");
  const changed = lines.flatMap((line, at) => (line.startsWith("+") ? [{ path: PATH, line: at + 1 }] : []));
  const code = { images: [imageOf(lines.map((line) => line.replace(/^\+/, "")).join("\n"))], revision: 1, patch: 1, changed };
  return simulator.simulate(code, { patchKey: "", side: "after", scenario: { name: "scenarios/new.c", text: scenario }, whatIf: null, users: null, bounds }, quiet);
}

const CODE = `struct foo {
	int users;
	int closed;
};

int foo_open(struct foo *foo)
{
+	int left = 3;

+	if (foo->closed)
+		return -ENODEV;
	/* A comment is no statement. */
+	pr_info("opened");
+	foo->users++;
	if (foo->users > left)
		goto busy;
	return 0;

busy:
+	foo->users--;
+	return -EBUSY;
}
`;
const scenario = (setup: string, header = ""): string => `/* scenario: new
title: new
needs: foo_open
${header}*/
static struct foo *the_foo;

void setup(void)
{
	the_foo = kzalloc(sizeof(*the_foo), GFP_KERNEL);
	${setup}
}

void cpu0(void)
{
	foo_open(the_foo);
}

void finish(void)
{
	kfree(the_foo);
}
`;

describe("the lines that a run reaches", () => {
  it("are those of the patch on which something was executed, by any schedule", () => {
    const { coverage, verdict } = run(CODE, scenario(""));
    expect(verdict).toBe("clean");
    // A comment, a label and a declaration that sets nothing do not count.
    expect(coverage).toMatchObject({ changed: 7, reached: 4, missed: [{ path: PATH, from: 11, to: 11 }, { path: PATH, from: 20, to: 21 }] });
    expect(coverage?.functions).toMatchObject([{ function: "foo_open", reached: 6, lines: 10, leftAt: null }]);
  });

  it("are gathered over all the ways that an unknown value can go", () => {
    const { coverage } = run(CODE, scenario("the_foo->users = __choose(2) ? 5 : 0;"));
    expect(coverage).toMatchObject({ changed: 7, reached: 6, missed: [{ path: PATH, from: 11, to: 11 }] });
  });

  it("end at the jump that every schedule takes, and that is told with its line", () => {
    const { coverage, assumptions, verdict } = run(CODE, scenario("the_foo->closed = 1;"));
    expect(verdict).toBe("clean");
    expect(coverage?.functions).toMatchObject([{ reached: 3, leftAt: 11 }]);
    expect(assumptions).toContainEqual({ kind: "bound", text: "every schedule leaves foo_open() at line 11: lines 13–17, 20–21 were never reached", where: { path: PATH, line: 11 } });
  });

  it("are no ground for a verdict where a made-up set-up leads through less than half of what was asked for", () => {
    const left = run(CODE, scenario("the_foo->closed = 1;", "unset: set-up\n"));
    expect(left.verdict).toBe("does-not-apply");
    expect(left.reason).toBe(`set-up: every schedule leaves foo_open() at line 11: lines 13–17, 20–21 were never reached (${PATH}, line 11)`);
    expect(run(CODE, scenario("", "unset: set-up\n")).verdict).toBe("clean");
  });

  it("do not count where a function waits and nothing comes after it", () => {
    const waiting = "struct foo {\n\tstruct completion done;\n\tint users;\n};\n\nint foo_open(struct foo *foo)\n{\n\tfoo->users++;\n\twait_for_completion(&foo->done);\n\tfoo->users--;\n\treturn 0;\n}\n";
    const { coverage, kind } = run(waiting, scenario("init_completion(&the_foo->done);"));
    expect(kind).toBe("deadlock");
    expect(coverage?.functions[0]?.missed).toEqual([{ path: PATH, from: 10, to: 11 }]);
  });

  it("are those of a function that is never called: none", () => {
    const { coverage, assumptions } = run(CODE, scenario("").replace("foo_open(the_foo);", ""));
    expect(coverage).toMatchObject({ changed: 7, reached: 0 });
    expect(assumptions.map((one) => one.text)).toContain("foo_open() is never called");
  });
});
