// What no line of a patch shows, and what stands for it: globals, members, functions, loops, lengths. Each is a visible assumption.
import { describe, expect, it } from "vitest";
import { createSimulator } from "../../../src/core/simulate/simulate.js";
import type { RunResult } from "../../../src/core/simulate/types.js";
import { kernel } from "../kernel/kernel.js";
import { imageOf, quiet, reader } from "./check.js";

const simulator = createSimulator(reader, kernel);

/** The code under review, with "..." for a gap, run by CPUs that each call one function of it; `setup` is a scenario's. */
function run(code: string, calls: readonly string[], setup = ""): RunResult {
  const text = `/* scenario: unknown\ngaps: nothing\nunset: set-up\n*/\n${setup}\n${calls.map((call, cpu) => `void cpu${String(cpu)}(void)\n{\n\t${call};\n}\n`).join("")}`;
  return simulator.simulate({ images: [imageOf(code)], revision: 1, patch: 1 }, { patchKey: "", side: "after", scenario: { name: "scenarios/unknown.c", text }, whatIf: null, users: null, bounds: { maxStates: 20_000, maxSteps: 5_000, maxPreemptions: null } }, quiet);
}

const said = (result: RunResult): string => (result.verdict === "violation" ? `${result.kind ?? ""}: ${result.findings[0]?.message ?? ""}` : `${result.verdict}${result.reason === null ? "" : `: ${result.reason}`}`);
const assumed = (result: RunResult): string => result.assumptions.map((one) => one.text).join("\n");

describe("a name that no line declares", () => {
  it("is one global for all functions: a lock of it keeps them apart", () => {
    const code = `
static int foo_users;

void foo_open(void)
{
	mutex_lock(&foo_mutex);
	foo_users++;
	WARN_ON(foo_users != 1);
	foo_users--;
	mutex_unlock(&foo_mutex);
}
`;
    const result = run(code, ["foo_open()", "foo_open()"]);
    expect(said(result)).toBe("clean");
    expect(assumed(result)).toContain("foo_mutex is declared in no line that is known: it is taken as a global");
    expect(said(run(code.replace("\tmutex_lock(&foo_mutex);\n", "").replace("\tmutex_unlock(&foo_mutex);\n", ""), ["foo_open()", "foo_open()"]))).toMatch(/^warn: /);
  });

  it("is a global also where the beginning of a function is missing, when it is locked", () => {
    const code = "static int foo_users;\n...static void foo_close(void)\n\tmutex_unlock(&foo_mutex);\n}\n\nvoid foo_open(void)\n{\n\tmutex_lock(&foo_mutex);\n\tfoo_users++;\n\tfoo_close();\n}\n";
    expect(said(run(code, ["foo_open()", "foo_open()"]))).toBe("clean");
  });

  it("may be a struct, a list, or a pointer to some object", () => {
    const code = `
struct item {
	struct list_head link;
	int value;
};

int foo_run(void)
{
	struct item *item;
	int sum = 0;

	foo_state.running = true;
	list_for_each_entry(item, &foo_items, link)
		sum += item->value;
	if (foo_device)
		sum += foo_device->ops->size + foo_table[2];
	return sum + foo_state.limits.most;
}
`;
    expect(said(run(code, ["foo_run()"]))).toBe("clean");
  });
});

describe("a member that no line declares", () => {
  it("is a pointer to something when the code follows it, though it was tested before", () => {
    const code = `
int foo_status(struct device *dev)
{
	struct chip *chip = find_chip(dev);

	if (!chip->ops || !chip->ops->status)
		return -EINVAL;
	return chip->ops->status(chip) + chip->parts[1]->next->count;
}
`;
    const result = run(code, ["foo_status(0)"]);
    expect(said(result)).toBe("clean");
    expect(assumed(result)).toContain("find_chip()->ops->status() is not known: it has no effect and gives 0 or");
  });

  it("may be freed by the code, and is nobody's leak", () => {
    expect(said(run("void foo_free(struct device *dev)\n{\n\tkfree(find_chip(dev)->buffer);\n\tkfree(find_chip(dev));\n}\n", ["foo_free(0)"]))).toBe("clean");
  });
});

describe("a function that no line shows", () => {
  it("gives back a pointer through its argument, when nothing is in it yet", () => {
    const code = "int foo_run(void)\n{\n\tstruct msg *msg = NULL;\n\n\tif (foo_alloc((void **)&msg))\n\t\treturn -1;\n\treturn msg->size;\n}\n";
    const result = run(code, ["foo_run()"]);
    expect(said(result)).toBe("clean");
    expect(assumed(result)).toContain("foo_alloc() is not known: it sets msg to some object where it is NULL, has no other effect and gives 0");
  });

  it("gives each value that its result is compared with, and one beside it", () => {
    const found = (body: string, more = ""): string => said(run(`struct foo {\n\trefcount_t users;\n};\n\nenum { FOO_IDLE = 3, FOO_BUSY = 7 };\n${more}\nstatic struct foo the_foo;\n\nstatic void foo_break(void)\n{\n\trefcount_set(&the_foo.users, 0);\n\trefcount_inc(&the_foo.users);\n}\n\nvoid foo_run(void)\n{\n${body}\n}\n`, ["foo_run()"]));
    const wrong = /^refcount: /;
    expect(found("\tif (foo_init() == -EPROBE_DEFER)\n\t\tfoo_break();")).toMatch(wrong);
    expect(found("\tint err;\n\n\terr = foo_init();\n\tif (unlikely(-EPROBE_DEFER == err))\n\t\tfoo_break();")).toMatch(wrong);
    expect(found("\tswitch (foo_type()) {\n\tcase FOO_IDLE:\n\t\tbreak;\n\tcase FOO_BUSY:\n\t\tfoo_break();\n\t}")).toMatch(wrong);
    expect(found("\tu32 status = foo_read();\n\n\tif (!(status & FOO_BUSY))\n\t\treturn;\n\tif (status & 4)\n\t\tfoo_break();")).toMatch(wrong);
    expect(found("\tint left = foo_left();\n\n\tif (left > 5)\n\t\tfoo_break();")).toMatch(wrong);
    expect(found("\tint left;\n\n\tif ((left = foo_left()) < 0)\n\t\treturn;\n\tif (left >= 5)\n\t\tfoo_break();")).toMatch(wrong);
    expect(found("\tif (foo_state() == FOO_BUSY)\n\t\tfoo_break();", "static int foo_state(void)\n{\n\treturn foo_read();\n}\n")).toMatch(wrong);
    expect(found("\tint state = foo_read();\n\n\tif (state != FOO_BUSY)\n\t\treturn;\n\tif (state != 7)\n\t\tfoo_break();")).toBe("clean");
  });

  it("may be a callback", () => {
    const code = "struct foo {\n\tstruct work_struct work;\n};\n\nvoid foo_start(struct foo *foo)\n{\n\tINIT_WORK(&foo->work, foo_work);\n\tschedule_work(&foo->work);\n\tstop_work_items();\n\trun_work_items();\n}\n";
    const result = run(code, ["foo_start(the_foo)"], "static struct foo *the_foo;\n\nvoid setup(void)\n{\n\tthe_foo = kzalloc(sizeof(*the_foo), GFP_KERNEL);\n\t__keep(the_foo);\n}\n");
    expect(said(result)).toBe("clean");
    expect(assumed(result)).toContain("foo_work() is not known: it has no effect");
  });

  it("is not listed when no run calls it", () => {
    expect(assumed(run("void foo_run(void)\n{\n\tif (0)\n\t\tfoo.ops->stop();\n}\n", ["foo_run()"]))).not.toContain("stop");
  });
});

describe("a type that no line declares", () => {
  const body = (use: string): string => `static foo_t shared;\n\nvoid foo_run(foo_t *given)\n{\n\tfoo_t own;\n\tfoo_t copy;\n\n\town.first = 1;\n\town.second = 2;\n\tcopy = own;\n\tshared.first = copy.second;\n\tgiven->third = own.first + shared.first;\n\t${use}\n}\n`;

  it("is a struct with the members that the code uses, as a variable, a global, and behind a pointer", () => {
    const result = run(body("WARN_ON(copy.first != 1 || copy.second != 2 || given->third != 3);"), ["foo_run(&the_one)"], "static foo_t the_one;\n");
    expect(said(result)).toBe("clean");
    expect(assumed(result)).toContain("the field foo_t.third is in no line that is known");
    expect(said(run(body("WARN_ON(given->third == 3);"), ["foo_run(&the_one)"], "static foo_t the_one;\n"))).toMatch(/foo_run\(\) warns/);
  });

  it("is a word where nobody asks for a member", () => {
    expect(said(run("int foo_run(bar_t one)\n{\n\tbar_t two = one;\n\n\ttwo |= 4;\n\treturn two;\n}\n", ["WARN_ON(foo_run(1) != 5)"]))).toBe("clean");
  });
});

describe("a loop that no line defines", () => {
  it("runs once or not at all, and what goes wrong in it is found", () => {
    const code = "void foo_run(void)\n{\n\tstruct port *port;\n\n\tfor_each_foo_port(port) {\n\t\trefcount_set(&port->users, 0);\n\t\trefcount_inc(&port->users);\n\t}\n}\n";
    const result = run(code, ["foo_run()"]);
    expect(said(result)).toMatch(/^refcount: /);
    expect(assumed(result)).toContain("for_each_foo_port() is not known: its body runs once or not at all");
  });
});

describe("what is too large for a state", () => {
  it("a long array has its first elements; who reaches for others cannot be run, and who reaches beyond it is wrong", () => {
    const at = (index: string): string => said(run(`struct foo {\n\tint table[5000];\n\tint end;\n};\n\nstatic struct foo foo;\n\nvoid foo_run(int index)\n{\n\tfoo.table[${index}] = 1;\n\tfoo.end = 1;\n}\n`, ["foo_run(70)"]));
    expect(at("3")).toBe("clean");
    expect(at("index")).toBe("does-not-apply: foo_run() in drivers/driver.c, line 10: of an array of 5000 elements only the first 64 are kept");
    expect(at("4000")).toMatch(/only the first 64 are kept$/);
  });

  it("a long allocation has its first words", () => {
    const at = (index: number): string => said(run(`void foo_run(void)\n{\n\tu64 *buffer = vmalloc(1 << 20);\n\n\tif (!buffer)\n\t\treturn;\n\tbuffer[${String(index)}] = 1;\n\tvfree(buffer);\n}\n`, ["foo_run()"]));
    expect(at(5)).toBe("clean");
    expect(at(3000)).toBe("does-not-apply: word 3000 of an object is asked for of which only the first 1021 are kept");
  });

  it("a copy of a size that is not known changes nothing, but its memory must be there", () => {
    const code = "void foo_run(char *from, int size)\n{\n\tchar *to = kmalloc(64, GFP_KERNEL);\n\n\tif (!to)\n\t\treturn;\n\tkfree(from);\n\tmemcpy(to, from, size);\n\tkfree(to);\n}\n";
    const setup = "static char *the_text;\n\nvoid setup(void)\n{\n\tthe_text = kzalloc(64, GFP_KERNEL);\n}\n";
    expect(said(run(code, ["foo_run(the_text, 8)"], setup))).toMatch(/^use-after-free: use-after-free: foo_run\(\) reads/);
    const right = run(code.replace("\tkfree(from);\n", "").replace("\tkfree(to);\n", "\tkfree(to);\n\tkfree(from);\n"), ["foo_run(the_text, 8)"], setup);
    expect(said(right)).toBe("clean");
    expect(assumed(right)).toContain("memcpy() of a size that is not known here changes nothing");
  });
});

it("an error that no line defines is an error pointer as any other", () => {
  const code = "void *foo_find(void)\n{\n\treturn ERR_PTR(-ENOSUCHTHING);\n}\n\nint foo_run(void)\n{\n\tint *found = foo_find();\n\n\tif (IS_ERR(found))\n\t\treturn 1;\n\treturn *found;\n}\n";
  expect(said(run(code, ["foo_run()"]))).toBe("clean");
});
