// New scenarios: what is written for the usual shapes of functions, and that it runs without an edit, on patches of all kinds.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readMailbox } from "../../../src/core/mail/read.js";
import { buildReview } from "../../../src/core/review/review.js";
import { readSeries } from "../../../src/core/series/read.js";
import { type Code, createSimulator } from "../../../src/core/simulate/simulate.js";
import type { RunResult } from "../../../src/core/simulate/types.js";
import { corpusNote, corpusRoot, hasCorpus, nodePlatform } from "../corpus.js";
import { kernel } from "../kernel/kernel.js";
import { imageOf, quiet, reader } from "./check.js";

const simulator = createSimulator(reader, kernel);
const bounds = { maxStates: 20_000, maxSteps: 20_000, maxPreemptions: null };
const runOf = (code: Code, functions: readonly string[]): RunResult =>
  simulator.simulate(code, { patchKey: "", side: "after", scenario: simulator.writeScenario(code, functions), whatIf: null, users: null, bounds }, quiet);
const short = (text: string, functions: readonly string[]): string => {
  const result = runOf({ images: [imageOf(text)], revision: 1, patch: 1 }, functions);
  return result.verdict === "violation" ? `${result.kind ?? ""}: ${result.findings[0]?.message ?? ""}` : `${result.verdict}${result.reason === null ? "" : `: ${result.reason}`}`;
};
const written = (text: string, functions: readonly string[]): string => simulator.writeScenario({ images: [imageOf(text)], revision: 1, patch: 1 }, functions).text;

const COUNTED = `
struct foo {
	refcount_t users;
	struct mutex lock;
	int opened;
};

bool foo_get(struct foo *foo)
{
	return refcount_inc_not_zero(&foo->users);
}

void foo_put(struct foo *foo)
{
	if (refcount_dec_and_test(&foo->users))
		kfree(foo);
}
`;
const FILES = `
struct bar {
	struct cdev cdev;
	struct mutex lock;
	int users;
};

static int bar_open(struct inode *inode, struct file *filep)
{
	struct bar *bar = container_of(inode->i_cdev, struct bar, cdev);

	mutex_lock(&bar->lock);
	bar->users++;
	mutex_unlock(&bar->lock);
	filep->private_data = bar;
	return 0;
}

static int bar_release(struct inode *inode, struct file *filep)
{
	struct bar *bar = filep->private_data;

	mutex_lock(&bar->lock);
	bar->users--;
	mutex_unlock(&bar->lock);
	return 0;
}
`;
const WORK = `
struct job {
	struct work_struct work;
	int done;
};

static void job_run(struct work_struct *work)
{
	struct job *job = container_of(work, struct job, work);

	job->done = 1;
	kfree(job);
}
`;

const TIMER = `
struct card {
	struct timer_list timer;
	int ticks;
};

static void card_tick(struct timer_list *t)
{
	struct card *card = from_timer(card, t, timer);

	card->ticks++;
}

static void card_remove(struct card *card)
{
	del_timer_sync(&card->timer);
	kfree(card);
}
`;

describe("the usual shapes run as they are written", () => {
  it("hand over a function where one is wanted that returns nothing", () => {
    const code = "struct head { int length; };\n\nstatic void walk(struct head *head, void (*decode)(const struct head *, void *), void *data)\n{\n\tdecode(head, data);\n}\n";
    expect(written(code, ["walk"])).toContain("walk(the_head, (void *)nothing, the_data);");
    expect(short(code, ["walk"])).toBe("clean");
  });

  it("get and put, on two CPUs", () => {
    expect(short(COUNTED, ["foo_get", "foo_put"])).toBe("clean");
    expect(written(COUNTED, ["foo_get", "foo_put"])).toContain("\tif (foo_get(the_foo))\n\t\tfoo_put(the_foo);\n");
    expect(written(COUNTED, ["foo_put", "foo_get"])).toContain("refcount_set(&the_foo->users, 1);\n\tmutex_init(&the_foo->lock);\n");
    expect(short(COUNTED.replace("if (refcount_dec_and_test(&foo->users))\n\t\tkfree(foo);", "refcount_dec(&foo->users);\n\tkfree(foo);"), ["foo_get", "foo_put"])).toMatch(/^(double-free|use-after-free|refcount): /);
  });

  it("open and release of a file", () => {
    expect(short(FILES, ["bar_open", "bar_release"])).toBe("clean");
    expect(short(FILES.replace("\tmutex_unlock(&bar->lock);\n\tfilep", "\tfilep"), ["bar_open", "bar_release"])).toMatch(/^(deadlock|lock): /);
    expect(written(FILES, ["bar_open", "bar_release"])).toContain("the_inode->i_cdev = &the_bar->cdev;");
  });

  it("a work item, run by a worker", () => {
    expect(short(WORK, ["job_run"])).toBe("clean");
    expect(short(WORK.replace("job->done = 1;\n\tkfree(job);", "kfree(job);\n\tjob->done = 1;"), ["job_run"])).toMatch(/^use-after-free: /);
  });

  it("a timer against its removal", () => {
    expect(short(TIMER, ["card_tick", "card_remove"])).toBe("clean");
    expect(written(TIMER, ["card_tick", "card_remove"])).toContain("timer_setup(&the_card->timer, card_tick, 0);");
    expect(short(TIMER.replace("del_timer_sync", "del_timer"), ["card_tick", "card_remove"])).toMatch(/^use-after-free: use-after-free: card_tick/);
  });

  it("a work item against its cancelling", () => {
    const removal = `${WORK.replace("\tkfree(job);\n", "")}
static void job_remove(struct job *job)
{
	cancel_work_sync(&job->work);
	kfree(job);
}
`;
    expect(short(removal, ["job_run", "job_remove"])).toBe("clean");
    expect(short(removal.replace("cancel_work_sync(&job->work);", ""), ["job_run", "job_remove"])).toMatch(/^use-after-free: /);
  });

  it("ioctl and release of a file, whose private data is what they take it for", () => {
    const ioctl = `${FILES}
static long bar_ioctl(struct file *filep, unsigned int command, unsigned long argument)
{
	struct bar *bar = filep->private_data;

	mutex_lock(&bar->lock);
	command = bar->users;
	mutex_unlock(&bar->lock);
	return command;
}
`;
    expect(short(ioctl, ["bar_ioctl"])).toBe("clean");
    expect(written(ioctl, ["bar_ioctl"])).toContain("the_file->private_data = the_bar;");
    expect(short(ioctl, ["bar_ioctl", "bar_release"])).toBe("clean");
  });

  it("a function whose parameter is a member of what it works on", () => {
    const member = `
#define to_foo(d) container_of(d, struct foo, dev)
struct foo {
	struct mutex lock;
	struct device dev;
	int value;
};

static void foo_poke(struct device *dev)
{
	struct foo *foo = to_foo(dev);

	mutex_lock(&foo->lock);
	foo->value++;
	mutex_unlock(&foo->lock);
}
`;
    expect(written(member, ["foo_poke"])).toContain("foo_poke(&the_foo->dev);");
    expect(short(member, ["foo_poke"])).toBe("clean");
    expect(short(member.replace("#define to_foo(d) container_of(d, struct foo, dev)\n", "").replace("static void foo_poke", "static struct foo *to_foo(struct device *d)\n{\n\treturn container_of(d, struct foo, dev);\n}\n\nstatic void foo_poke"), ["foo_poke"])).toBe("clean");
  });

  it("a function that reaches through pointers, tables of functions and lists of its object", () => {
    const deep = `
struct wheel {
	int size;
	struct axle *axle;
};
struct car {
	struct wheel *wheel;
	const struct car_ops *ops;
	struct list_head parts;
};
struct part {
	struct list_head link;
	int count;
};
struct car_ops {
	int (*drive)(struct car *car);
};

static int car_drive(struct car *car)
{
	struct part *part;
	int sum = 0;

	list_for_each_entry(part, &car->parts, link)
		sum += part->count;
	car->wheel->axle->load = sum;
	return car->ops->drive(car) + car->wheel->size;
}
`;
    expect(short(deep, ["car_drive"])).toBe("clean");
    expect(written(deep, ["car_drive"])).toContain("the_car->wheel = the_wheel;");
  });

  it("a function that gives back a lock of its caller's", () => {
    const unlock = "struct foo {\n\tstruct mutex lock;\n\tint users;\n};\n\nstatic void foo_unlock(struct foo *foo)\n{\n\tfoo->users--;\n\tmutex_unlock(&foo->lock);\n}\n";
    expect(written(unlock, ["foo_unlock"])).toContain("\tmutex_lock(&the_foo->lock);\n\tfoo_unlock(the_foo);\n");
    expect(short(unlock, ["foo_unlock"])).toBe("clean");
    // Who takes it, too, and gives it back twice, is wrong.
    expect(short(unlock.replace("\tfoo->users--;\n", "\tmutex_lock(&foo->lock);\n\tmutex_unlock(&foo->lock);\n"), ["foo_unlock"])).toMatch(/^lock: /);
  });

  it("what no set-up can give is told as a lack of the set-up, and not as a fault of the code", () => {
    const unknown = "static int foo_run(struct device *dev)\n{\n\treturn mystery(dev)->one->two->three->four->count;\n}\n";
    expect(short(unknown, ["foo_run"])).toMatch(/^does-not-apply: set-up: .*drivers\/driver\.c, line 3, needs it$/);
    // A pointer that the code itself clears is its own.
    const own = "struct foo {\n\tint *data;\n};\n\nstatic int foo_run(struct foo *foo)\n{\n\tfoo->data = NULL;\n\treturn *foo->data;\n}\n";
    expect(short(own, ["foo_run"])).toBe("null: NULL pointer dereference in foo_run()");
  });

  it("a function whose beginning is missing: what it would have set points somewhere", () => {
    const text = "int helper;\n...static int foo_run(struct pci_dev *pdev)\n\tint err;\n\n\terr = context->count + 1;\n\tif (err)\n\t\tcontext->count = 3;\n\treturn err;\n}\n";
    expect(short(text, ["foo_run"])).toBe("clean");
  });

  it("a function that is shown only in part: what is not known does nothing, and that is said", () => {
    const code = { images: [imageOf(COUNTED.replace("\tif (refcount_dec_and_test(&foo->users))\n\t\tkfree(foo);\n}", "\tif (refcount_dec_and_test(&foo->users))\n\t\tgoto out;\n..."))], revision: 1, patch: 1 };
    const result = runOf(code, ["foo_get", "foo_put"]);
    expect(result.verdict).toBe("clean");
    expect(result.assumptions.map((one) => one.text).join("; ")).toMatch(/foo_put\(\).*not known, and taken as nothing.*the label out is not known/);
  });

  it("names that are no functions are left out", () => {
    const code = { images: [imageOf(COUNTED)], revision: 1, patch: 1 };
    expect(simulator.functionsIn(code)).toEqual(["foo_get", "foo_put"]);
    expect(simulator.writeScenario(code, ["foo_put", "nothing"]).text).toBe(simulator.writeScenario(code, ["foo_put"]).text);
    expect(runOf(code, []).verdict).toBe("does-not-apply");
  });

  it("the functions on some lines are those that can be chosen", () => {
    const line = COUNTED.split("\n").findIndex((one) => one.includes("dec_and_test"));
    expect(simulator.functionsOn({ images: [imageOf(COUNTED)], revision: 1, patch: 1 }, [{ path: "drivers/driver.c", line }])).toEqual(["foo_put"]);
  });
});

describe.skipIf(!hasCorpus)(`patches of other subsystems${corpusNote}`, () => {
  it.each([
    "sets/cifs-dedupe-smb-unicode-files", "sets/cifs-mm-treewide-rename-kzfree-to-kfree_sensitive", "sets/integrity-tegra-tpm-driver-with-hw-flow-control",
    "sets/integrity-dcp-as-trusted-keys-backend", "threads/integrity-optee-register-drivers-on-optee-bus-8",
  ])("%s: most of their functions run, and none ends in an error of the program", async (name) => {
    const mailbox = await readMailbox(new Uint8Array(readFileSync(join(corpusRoot, `lists/${name}.mbox.gz`))), nodePlatform);
    const review = buildReview(mailbox, readSeries(mailbox.messages, mailbox.page));
    const verdicts: string[] = [];
    for (const patch of review.view.series.flatMap((one) => one.revisions.at(-1)?.patches ?? [])) {
      const found = patch.mail === null ? null : review.code(patch.key);
      if (found === null) continue;
      const images = found.images.paths(found.index, "after").flatMap((path) => found.images.image(found.index, path, "after") ?? []);
      const code: Code = { images, revision: found.revision, patch: found.patch };
      const functions = simulator.functionsOn(code, found.changed("after")).slice(0, 3);
      if (functions.length === 0) continue;
      const result = runOf(code, functions);
      verdicts.push(result.reason?.startsWith("set-up: ") === true ? "set-up" : result.verdict);
      // Where something cannot be run, its function and its reason are told.
      if (result.verdict === "does-not-apply") expect(result.reason).toMatch(/\(\)/);
    }
    const run = verdicts.filter((verdict) => verdict !== "does-not-apply").length;
    expect(verdicts.length).toBeGreaterThan(0);
    expect(run / verdicts.length).toBeGreaterThan(0.5);
  }, 120_000);
});

describe("what nobody shows", () => {
  it("makes a WARN mean nothing, and says so", () => {
    // A WARN over what setup() has made up says nothing of the code, whatever runs beside it.
    const code = "int unknown_to_all(struct box *box);\n\nvoid box_check(struct box *box)\n{\n\tWARN_ON(unknown_to_all(box));\n}\n";
    expect(short(code, ["box_check"])).toBe("clean");
    expect(written(code, ["box_check"])).toContain("warnings: nothing\n");
    expect(written(code, ["box_check"])).toContain("box_check() warns of the values that are made up here.");
    // It says so in what it has assumed, too; one that is run without that line does not apply, and says why.
    const given = { images: [imageOf(code)], revision: 1, patch: 1 };
    const scenario = simulator.writeScenario(given, ["box_check"]);
    const run = (text: string): RunResult => simulator.simulate(given, { patchKey: "", side: "after", scenario: { ...scenario, text }, whatIf: null, users: null, bounds }, quiet);
    expect(run(scenario.text).assumptions.map((one) => one.text).join("\n")).toContain("warnings are not looked at");
    expect(run(scenario.text.replace("warnings: nothing\n", "")).reason).toMatch(/^set-up: box_check\(\) warns of the values that setup\(\) has given it, whatever runs beside it: box_check\(\) in .*, line \d+$/);
  });

  it("is no list that a whole function walks: its head is made ready", () => {
    const code = "void box_walk(struct box *box)\n{\n\tstruct item *item;\n\n\tlist_for_each_entry(item, &box->items, node)\n\t\titem->seen = 1;\n}\n";
    expect(short(code, ["box_walk"])).toBe("clean");
    expect(written(code, ["box_walk"])).toContain("INIT_LIST_HEAD(&the_box->items);");
  });

  it("gives several of what a function indexes, and one of what it counts", () => {
    const code = "int vec_fill(struct vec *vec, unsigned int *num)\n{\n\tvec[*num].len = 1;\n\treturn vec[*num - 1].len;\n}\n";
    expect(short(code, ["vec_fill"])).toBe("clean");
  });

  it("hands over a union by value", () => {
    expect(short("int id_show(union id id)\n{\n\treturn id.number;\n}\n", ["id_show"])).toBe("clean");
  });

  it("takes what is indexed for an array of its struct, unless some line sets it", () => {
    const code = "void box_send(struct box *box)\n{\n\tmemset(box, 0, sizeof(*box));\n\tbox->slots[0] = 1;\n}\n";
    expect(short(code, ["box_send"])).toBe("clean");
  });

  it("does not load a module twice, nor unload it twice at a time", () => {
    const code = "static struct workqueue_struct *box_queue;\n\nstatic int __init init_box(void)\n{\n\tbox_queue = alloc_workqueue(\"box\", 0, 0);\n\treturn box_queue ? 0 : -ENOMEM;\n}\n\nstatic void __exit exit_box(void)\n{\n\tdestroy_workqueue(box_queue);\n}\n";
    expect(short(code, ["init_box", "exit_box"])).toBe("clean");
    expect(written(code, ["init_box", "exit_box"])).not.toContain("void cpu1(");
  });

  it("passes through a static call, and over bits and bounds whose numbers nobody shows", () => {
    expect(short("int box_call(struct box *box)\n{\n\treturn static_call(box_hook)(box);\n}\n", ["box_call"])).toBe("clean");
    expect(short("void box_mark(struct box *box)\n{\n\tint i;\n\n\tset_bit(BOX_BUSY, &box->flags);\n\tfor (i = 0; i < BOX_SLOTS_MAX; i++)\n\t\tbox->slots[i].used = 1;\n}\n", ["box_mark"])).toBe("clean");
  });

  it("leaves what a loop that nobody shows walks over as it is", () => {
    expect(short("void box_all(struct box *box)\n{\n\tstruct item *item;\n\n\tmutex_lock(&box->lock);\n\tfor_each_item_of_box(box, item)\n\t\titem->seen = 1;\n\tmutex_unlock(&box->lock);\n}\n", ["box_all"])).toBe("clean");
  });

  it("gives each open a file of its own, of a device that only has the file, too", () => {
    const code = "static int tap_open(struct file *file)\n{\n\tstruct tap *tap = kzalloc(sizeof(struct tap), GFP_KERNEL);\n\n\tif (!tap)\n\t\treturn -ENOMEM;\n\tfile->private_data = tap;\n\treturn 0;\n}\n\nstatic int tap_release(struct file *file)\n{\n\tstruct tap *tap = file->private_data;\n\n\ttap->open = 0;\n\tkfree(tap);\n\treturn 0;\n}\n";
    expect(short(code, ["tap_open", "tap_release"])).toBe("clean");
  });

  it("does not call a leak what a function that nobody shows may free", () => {
    const code = "static int tap_open(struct inode *inode, struct file *file)\n{\n\tstruct tap *tap = kzalloc(sizeof(struct tap), GFP_KERNEL);\n\n\tif (!tap)\n\t\treturn -ENOMEM;\n\tfile->private_data = tap;\n\treturn 0;\n}\n\nstatic int tap_release(struct inode *inode, struct file *file)\n{\n\ttap_free_it(file->private_data);\n\treturn 0;\n}\n";
    expect(short(code, ["tap_open", "tap_release"])).toBe("clean");
    expect(written(code, ["tap_open", "tap_release"])).toContain("leaks: nothing\n");
    expect(short(code.replace("tap_free_it(file->private_data)", "file->f_mode = 0"), ["tap_open", "tap_release"])).toMatch(/^leak: /);
  });
});

describe("what a function asks for before it goes on", () => {
  const pump = (guard: string): string => `#define PUMP_ON 3\nstruct pump {\n\tstruct mutex lock;\n\tint running;\n\tint state;\n\tstruct { int enabled; } config;\n\tatomic_t users;\n\tunsigned long flags;\n};\n\nstatic bool pump_is_on(struct pump *p)\n{\n\treturn p->state == PUMP_ON;\n}\n\nstatic int pump_level;\n\nint pump_push(struct pump *pump, int count, unsigned int command)\n{\n\tint sum = 1;\n\n\t${guard}\n\tmutex_lock(&pump->lock);\n\tsum += 2;\n\tsum += 3;\n\tpump->state = sum;\n\tmutex_unlock(&pump->lock);\n\treturn sum;\n}\n`;

  it.each([
    ["a field", "if (!pump->running)\n\t\treturn -EIO;", "the_pump->running = 1;"],
    ["a field of a member", "if (likely(!READ_ONCE(pump->config.enabled)))\n\t\treturn -EIO;", "the_pump->config.enabled = 1;"],
    ["a constant", "if (pump->state != PUMP_ON)\n\t\treturn -EIO;", "the_pump->state = PUMP_ON;"],
    ["a helper's word", "if (!pump_is_on(pump))\n\t\treturn -EIO;", "the_pump->state = PUMP_ON;"],
    ["a global", "if (pump_level < 2)\n\t\tgoto out;\n\tsum = 2;\nout:\n\tif (sum == 1)\n\t\treturn 0;", "pump_level = 2;"],
    ["a counter", "if (atomic_read(&pump->users) == 0)\n\t\treturn -EIO;", "atomic_set(&the_pump->users, 1);"],
    ["a bit", "if (!test_bit(2, &pump->flags))\n\t\treturn -EIO;", "set_bit(2, &the_pump->flags);"],
    ["an argument", "if (command != 7)\n\t\treturn -EIO;", "pump_push(the_pump, 1, __choose(2) ? 7 : 0);"],
    ["two things", "if (!pump->running || command != 7)\n\t\treturn -EIO;", "the_pump->running = 1;"],
  ])("%s: setup() or the call gives it", (_, guard, line) => {
    const code = pump(guard);
    expect(written(code, ["pump_push"])).toContain(line);
    const { coverage, verdict } = runOf({ images: [imageOf(code)], revision: 1, patch: 1 }, ["pump_push"]);
    expect(verdict).toBe("clean");
    expect(coverage?.functions[0]?.leftAt).toBeNull();
  });

  it("goes through the cases of a switch", () => {
    const code = "#define BOX_A 5\n#define BOX_B 6\nstruct box { int users; };\n\nint box_do(struct box *box, unsigned int command)\n{\n\tswitch (command) {\n\tcase BOX_A:\n\t\tbox->users++;\n\t\tbreak;\n\tcase BOX_B:\n\t\tkfree(box);\n\t\tbox->users--;\n\t\tbreak;\n\tdefault:\n\t\treturn -ENOTTY;\n\t}\n\treturn 0;\n}\n";
    expect(short(code, ["box_do"])).toMatch(/^use-after-free: /);
    expect(written(code, ["box_do"])).toContain("__choose(2) ? BOX_B : BOX_A");
  });

  it("and cannot be given: the run does not apply, and names the line where it leaves", () => {
    const code = "struct box { int users; };\n\nint box_do(struct box *box)\n{\n\tint ready = 0;\n\n\tif (!ready)\n\t\treturn -EIO;\n\tbox->users++;\n\tbox->users++;\n\tbox->users++;\n\treturn 0;\n}\n";
    expect(short(code, ["box_do"])).toBe("does-not-apply: set-up: every schedule leaves box_do() at line 8: lines 9–12 were never reached (drivers/driver.c, line 8)");
  });
});

describe("functions of all kinds", () => {
  const box = "struct box {\n\tint size;\n\tstruct mutex lock;\n};\n";

  it("are called when they have no parameters, more than are named, and none that is named", () => {
    const code = `${box}\nstatic int total;\n\nint box_total(void)\n{\n\treturn total++;\n}\n\nint box_print(struct box *box, const char *format, ...)\n{\n\treturn box->size;\n}\n\nint box_old()\n{\n\treturn total;\n}\n`;
    expect(short(code, ["box_total", "box_print", "box_old"])).toBe("clean");
    expect(written(code, ["box_total", "box_print"])).toMatch(/box_total\(\);[^]*box_print\(the_box, "name"\);/);
  });

  it("are taken from a header, and the one that has a body where another is only declared", () => {
    const header = { ...imageOf(`${box}\nint box_size(struct box *box);\nvoid box_gone(struct box *box);\n\nstatic inline void box_clear(struct box *box)\n{\n\tbox->size = 0;\n}\n`), path: "drivers/box.h" };
    const source = imageOf("int box_size(struct box *box)\n{\n\treturn box->size;\n}\n");
    const code = { images: [header, source], revision: 1, patch: 1 };
    expect(simulator.functionsIn(code)).toEqual(["box_clear", "box_size"]);
    const result = runOf(code, ["box_clear", "box_size", "box_gone"]);
    expect(result.verdict).toBe("clean");
    expect(result.coverage?.functions.map((one) => one.function)).toEqual(["box_clear", "box_size"]);
  });

  it("that one side alone has are not run on the other, and that is said", () => {
    const before = { images: [{ ...imageOf(COUNTED), side: "before" as const }], revision: 1, patch: 1 };
    const after = { images: [imageOf(COUNTED.replaceAll("foo_put", "foo_drop"))], revision: 1, patch: 1 };
    const scenario = simulator.writeScenario(before, ["foo_get", "foo_put"]);
    const run = (code: Code, side: "before" | "after"): RunResult => simulator.simulate(code, { patchKey: "", side, scenario, whatIf: null, users: null, bounds }, quiet);
    expect(run(before, "before").verdict).toBe("clean");
    expect(run(after, "after").reason).toBe("foo_put() is not in the code");
  });

  it("inside of #ifdef are run as they stand, of alternatives the first", () => {
    const code = `${box}\n#ifdef CONFIG_BOX\nint box_lock(struct box *box)\n{\n\tmutex_lock(&box->lock);\n#ifdef CONFIG_BOX_DEBUG\n\tbox->size++;\n#endif\n\tmutex_unlock(&box->lock);\n\treturn 1;\n}\n#else\nstatic inline int box_lock(struct box *box)\n{\n\treturn 0;\n}\n#endif\n`;
    const result = runOf({ images: [imageOf(code)], revision: 1, patch: 1 }, ["box_lock"]);
    expect(result.verdict).toBe("clean");
    expect(result.coverage?.functions).toMatchObject([{ function: "box_lock", reached: 4, lines: 4 }]);
  });

  it("of a thousand lines are written for and run, with as many conditions as there are", () => {
    const lines = Array.from({ length: 1000 }, (_, at) => `\tif (box->size == ${String(at + 1)})\n\t\treturn -EINVAL;`);
    const code = `${box}\nint box_long(struct box *box)\n{\n${lines.join("\n")}\n\treturn 0;\n}\n`;
    expect(short(code, ["box_long"])).toBe("clean");
  });

  it("whose text is torn give a text or a reason, and never an exception", () => {
    for (const code of ["int f(struct\n", "int f(int a,, int b)\n{\n", "static f() {}\n", "void g(struct box *box)\n{\n\tif (box->size == ) return;\n}\n", "int h(int (*a)[3], int (*b)(void), struct box c, union { int x; } d)\n{\n\treturn 0;\n}\n", "#define X(a) int a(void) { return 0; }\nX(foo)\n"]) {
      const given = { images: [imageOf(code)], revision: 1, patch: 1 };
      for (const names of [simulator.functionsIn(given), ["f", "g", "h", "foo", "", "int"]]) {
        const result = runOf(given, names);
        if (result.verdict === "does-not-apply") expect(result.reason).not.toBeNull();
      }
      expect(() => simulator.offeredFunctions(given, [{ path: "drivers/driver.c", line: 1 }, { path: "nowhere.c", line: -1 }])).not.toThrow();
    }
  });
});

it("gives a text that may be written to what writes to one, and room for a pointer to what gives one back", () => {
  const text = "struct foo {\n\tint users;\n};\n\nint foo_name(struct foo *foo, char *buf, char **error)\n{\n\tfoo->users++;\n\tbuf[0] = 'a';\n\t*buf++ = 'b';\n\t*error = NULL;\n\treturn 0;\n}\n";
  expect(short(text, ["foo_name"])).toBe("clean");
});

it("takes enter and exit for two halves of a pair: nobody leaves who has not come", () => {
  const text = "struct gate {\n\trefcount_t users;\n};\n\nvoid gate_enter(struct gate *gate)\n{\n\trefcount_inc(&gate->users);\n}\n\nvoid gate_exit(struct gate *gate)\n{\n\tif (refcount_dec_and_test(&gate->users))\n\t\tkfree(gate);\n}\n";
  expect(short(text, ["gate_enter", "gate_exit"])).toBe("clean");
});

it("says nothing of an item that nobody has made ready, or of memory around what an unknown call gives", () => {
  const item = "struct net {\n\tint users;\n};\n\nstruct outer {\n\tstruct net net;\n\tstruct work_struct work;\n};\n\nint net_send(struct net_device *dev)\n{\n\tstruct net *net = netdev_priv(dev);\n\tstruct outer *outer = container_of(net, struct outer, net);\n\n\tschedule_work(&outer->work);\n\treturn 0;\n}\n";
  expect(short(item, ["net_send"])).not.toMatch(/^null/);
  const around = "struct cell {\n\tint id;\n\tstruct device dev;\n\tstruct module *owner;\n};\n\nint cell_get(void *data)\n{\n\tstruct device *dev = bus_find(data, 1);\n\tstruct cell *cell = container_of(dev, struct cell, dev);\n\n\treturn cell->id;\n}\n";
  expect(short(around, ["cell_get"])).not.toMatch(/^null/);
});
