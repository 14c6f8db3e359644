// New scenarios whose objects the code makes itself: probe() runs in setup(), where it is shown whole and succeeds.
import { expect, it } from "vitest";
import { createSimulator } from "../../../src/core/simulate/simulate.js";
import { kernel } from "../kernel/kernel.js";
import { imageOf, quiet, reader } from "./check.js";

const simulator = createSimulator(reader, kernel);

/** The text of a new scenario, and what a run of it says. */
function write(text: string, functions: readonly string[]): { readonly text: string; readonly said: string } {
  const code = { images: [imageOf(text)], revision: 1, patch: 1 };
  const scenario = simulator.writeScenario(code, functions);
  const result = simulator.simulate(code, { patchKey: "", side: "after", scenario, whatIf: null, users: null, bounds: { maxStates: 20_000, maxSteps: 20_000, maxPreemptions: null } }, quiet);
  return { text: scenario.text, said: result.verdict === "violation" ? `${result.kind ?? ""}` : `${result.verdict}${result.reason ?? ""}` };
}

/** A driver that frees its object through a pointer of probe(); `finish` is what it does before, `ready` the end of probe(). */
const driver = (finish: string, ready = "return 0;"): string => `
struct lamp {
	struct work_struct work;
	void (*finish)(struct lamp *lamp);
	int level;
};

static void lamp_work(struct work_struct *work)
{
	struct lamp *lamp = container_of(work, struct lamp, work);

	lamp->level++;
}

static void lamp_finish(struct lamp *lamp)
{
	${finish}
	kfree(lamp);
}

static int lamp_probe(struct platform_device *pdev)
{
	struct lamp *lamp = kzalloc(sizeof(*lamp), GFP_KERNEL);

	if (!lamp)
		return -ENOMEM;
	INIT_WORK(&lamp->work, lamp_work);
	lamp->finish = lamp_finish;
	platform_set_drvdata(pdev, lamp);
	${ready}
}

static int lamp_remove(struct platform_device *pdev)
{
	struct lamp *lamp = platform_get_drvdata(pdev);

	lamp->finish(lamp);
	return 0;
}

static struct platform_driver lamp_driver = {
	.probe = lamp_probe,
	.remove = lamp_remove,
};
`;

it.each([["cancel_work_sync(&lamp->work);", "clean"], ["lamp->level = 0;", "use-after-free"]])("has probe() set what remove() goes by: with %s", (finish, wanted) => {
  const { text, said } = write(driver(finish), ["lamp_work", "lamp_remove"]);
  expect(text).toContain("__assume(!lamp_probe(the_platform_device));\n\tthe_lamp = platform_get_drvdata(the_platform_device);");
  expect(said).toBe(wanted);
});

it("makes the object by hand where probe() never succeeds, and where it is one of the functions", () => {
  expect(write(driver("lamp->level = 0;", "kfree(lamp);\n\treturn -ENODEV;"), ["lamp_work", "lamp_remove"]).text).toContain("the_lamp = kzalloc(sizeof(*the_lamp), GFP_KERNEL);");
  expect(write(driver("cancel_work_sync(&lamp->work);"), ["lamp_probe", "lamp_remove"]).text).not.toContain("__assume(!lamp_probe");
});

/** Counted jars with a lid of their own, which create() makes; `free` is what the last put() does. */
const jars = (free: string): string => `
struct lid {
	int closed;
};

struct jar {
	struct kref refs;
	struct lid *lid;
	struct list_head link;
};

static LIST_HEAD(jars);
static DEFINE_MUTEX(jars_lock);

struct jar *jar_create(gfp_t flags)
{
	struct jar *jar = kzalloc(sizeof(*jar), flags);

	if (!jar)
		return NULL;
	jar->lid = kzalloc(sizeof(*jar->lid), flags);
	if (!jar->lid) {
		kfree(jar);
		return NULL;
	}
	kref_init(&jar->refs);
	mutex_lock(&jars_lock);
	list_add(&jar->link, &jars);
	mutex_unlock(&jars_lock);
	return jar;
}

static void jar_free(struct kref *refs)
{
	struct jar *jar = container_of(refs, struct jar, refs);

	${free}
	kfree(jar);
}

void jar_put(struct jar *jar)
{
	kref_put_mutex(&jar->refs, jar_free, &jars_lock);
}

struct jar *jar_first(void)
{
	struct jar *jar, *found = NULL;

	mutex_lock(&jars_lock);
	list_for_each_entry(jar, &jars, link) {
		kref_get(&jar->refs);
		found = jar;
		break;
	}
	mutex_unlock(&jars_lock);
	return found;
}

void jar_use(void)
{
	struct jar *jar = jar_first();

	if (!jar)
		return;
	jar->lid->closed++;
	jar_put(jar);
}

void jar_destroy(struct jar *jar)
{
	jar_put(jar);
}
`;

it.each([
  ["in time", "list_del(&jar->link);\n\tmutex_unlock(&jars_lock);\n\tkfree(jar->lid);", "clean"],
  ["when others may still find it", "kfree(jar->lid);\n\tmutex_unlock(&jars_lock);", "refcount"],
])("has create() make an object with all its parts: it is taken off its list %s", (_what, free, wanted) => {
  const { text, said } = write(jars(free), ["jar_use", "jar_destroy"]);
  expect(text).toContain("the_jar = jar_create(");
  expect(said).toBe(wanted);
});

/** A file with an object of open(), which release() frees. */
const files = (release: string): string => `
struct tape {
	struct mutex lock;
	int *marks;
};

static int tape_open(struct inode *inode, struct file *file)
{
	struct tape *tape = kzalloc(sizeof(*tape), GFP_KERNEL);

	if (!tape)
		return -ENOMEM;
	tape->marks = kzalloc(sizeof(*tape->marks), GFP_KERNEL);
	if (!tape->marks) {
		kfree(tape);
		return -ENOMEM;
	}
	mutex_init(&tape->lock);
	file->private_data = tape;
	return 0;
}

static long tape_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct tape *tape = file->private_data;

	mutex_lock(&tape->lock);
	${release}
	mutex_unlock(&tape->lock);
	return 0;
}

static int tape_release(struct inode *inode, struct file *file)
{
	struct tape *tape = file->private_data;

	kfree(tape->marks);
	kfree(tape);
	return 0;
}

static const struct file_operations tape_fops = {
	.open = tape_open,
	.release = tape_release,
	.unlocked_ioctl = tape_ioctl,
};
`;

it.each([["(*tape->marks)++;", "clean"], ["kfree(tape->marks);", "double-free"]])("opens a file with the open() of its table: %s", (body, wanted) => {
  const { text, said } = write(files(body), ["tape_ioctl", "tape_release"]);
  expect(text).toContain("__assume(!tape_open(the_inode, the_file));");
  expect(said).toBe(wanted);
});
