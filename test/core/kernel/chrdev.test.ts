// Character devices: the order of what open, close and removal do, with a driver of our own.
import { describe, expect, it } from "vitest";
import { explore, kind, must, outcome } from "./check.js";

/** A driver that embeds a device and its cdev; `release` is what its file operation does when the file is closed. */
function driver(release: string, open = "return 0;"): string {
  return `
struct card { int value; struct device dev; struct cdev cdev; struct kref users; };
static struct card *card;
static struct inode node;
static int order, closed_at, freed_at;
static void card_free(struct device *dev)
{
	order++;
	freed_at = order;
	kfree(container_of(dev, struct card, dev));
}
static void card_forget(struct kref *kref) { kfree(container_of(kref, struct card, users)); }
static int card_open(struct inode *inode, struct file *file)
{
	struct card *opened = container_of(inode->i_cdev, struct card, cdev);

	file->private_data = opened;
	opened->value = 1;
	${open}
}
static int card_close(struct inode *inode, struct file *file)
{
	struct card *opened = file->private_data;

	opened->value = 0;
	${release}
	order++;
	closed_at = order;
	return 0;
}
static const struct file_operations card_fops = { .open = card_open, .release = card_close };
`;
}

const make = `
card = kzalloc(sizeof(*card), GFP_KERNEL);
kref_init(&card->users);
device_initialize(&card->dev);
card->dev.devt = MKDEV(300, 0);
card->dev.release = card_free;
cdev_init(&card->cdev, &card_fops);
init_special_inode(&node, 0, MKDEV(300, 0));
`;
const add = "cdev_device_add(&card->cdev, &card->dev);";
const remove = "cdev_device_del(&card->cdev, &card->dev); put_device(&card->dev);";
const open = "struct file file; if (!file_open(&file, &node)) fput(&file);";

describe("cdev", () => {
  it("can be opened from the moment it is added", () => {
    expect(outcome({ globals: driver(""), setup: make + add, cpus: [`struct file file; ${must("!file_open(&file, &node)")} fput(&file);`], finish: remove })).toBe("clean");
  });

  it("is not found any more after it was deleted", () => {
    expect(outcome({ globals: driver(""), setup: make + add + remove, cpus: [`struct file file; ${must("file_open(&file, &node) == -ENXIO")}`] })).toBe("clean");
  });

  it("keeps the device's memory while a file is open, through its parent", () => {
    expect(outcome({ globals: driver(""), setup: make + add, cpus: [open, remove] })).toBe("clean");
    const orphan = "cdev_add(&card->cdev, card->dev.devt, 1); device_add(&card->dev);";
    expect(kind({ globals: driver(""), setup: make + orphan, cpus: [open, remove] })).toBe("use-after-free");
  });

  it("lets two open at once for the first time, and the second cached", () => {
    expect(outcome({ globals: driver(""), setup: make + add, cpus: [open, open], finish: `${remove} ${must("node.i_cdev == NULL")}` })).toBe("clean");
  });

  it("makes the inode forget it before the memory goes", () => {
    const lines = { globals: driver(""), setup: make + add, cpus: [open + remove], finish: must("node.i_cdev == NULL && freed_at > closed_at") };
    expect(outcome(lines)).toBe("clean");
  });

  it("is used once more after the driver's release(): a driver that frees there is wrong", () => {
    const globals = driver("kref_put(&opened->users, card_forget);");
    const bare = make + "cdev_add(&card->cdev, card->dev.devt, 1);";
    const lines = { globals, setup: bare, cpus: ["struct file file; file_open(&file, &node); cdev_del(&card->cdev); fput(&file);"] };
    expect(kind(lines)).toBe("use-after-free");
    expect(explore(lines).steps.map((step) => step.function)).toContain("cdev_put");
  });

  it("may have been opened already when adding it fails, and its memory stays until the file is closed", () => {
    const globals = `${driver("")} static int failed, opened;`;
    const lines = (body: string, seen = ""): { globals: string; setup: string; cpus: string[]; finish: string } => ({
      globals, setup: `${make} fault_injection = 1;`,
      cpus: [`if (cdev_device_add(&card->cdev, &card->dev)) { failed = 1; ${body} } else { ${remove} }`, `struct file file; if (!file_open(&file, &node)) { opened = 1; fput(&file); }`], finish: seen,
    });
    expect(outcome(lines("put_device(&card->dev);"))).toBe("clean");
    expect(outcome(lines("put_device(&card->dev);", `if (failed && opened) __report("warn", "opened all the same");`))).toBe("warn: opened all the same");
    expect(kind(lines("kfree(card);"))).toBe("use-after-free");
  });

  it("lets its module go after its own reference, which may have been the last", () => {
    const steps = explore({ globals: driver(""), setup: make.replace("cdev_init(&card->cdev, &card_fops);", "cdev_init(&card->cdev, &card_fops); card->cdev.owner = THIS_MODULE;") + add, cpus: [`${open} cdev_device_del(&card->cdev, &card->dev);`] }).steps;
    const inside = (name: string): number => steps.findIndex((step, at) => step.function === name && at > steps.findLastIndex((one) => one.function === "card_close"));
    expect(inside("refcount_sub_and_test")).toBeGreaterThan(0);
    expect(inside("module_put")).toBeGreaterThan(inside("refcount_sub_and_test"));
  });

  it("is put again when open() says no", () => {
    expect(outcome({ globals: driver("", "return -EBUSY;"), setup: make + add, cpus: [`struct file file; ${must("file_open(&file, &node) == -EBUSY")} ${remove}`], finish: must("freed_at == 1") })).toBe("clean");
  });

  it("takes the device down before the cdev", () => {
    const steps = explore({ globals: driver(""), setup: make + add, cpus: ["cdev_device_del(&card->cdev, &card->dev);"] }).steps.map((step) => step.function);
    expect(steps.indexOf("device_del")).toBeGreaterThanOrEqual(0);
    expect(steps.indexOf("device_del")).toBeLessThan(steps.indexOf("cdev_del"));
  });

  it("of a narrower range wins", () => {
    const globals = `${driver("")} static struct cdev wide; static const struct file_operations no_fops;`;
    const setup = `${make} cdev_init(&wide, &no_fops); cdev_add(&wide, MKDEV(300, 0), 16); ${add}`;
    expect(outcome({ globals, setup, cpus: [`struct file file; file_open(&file, &node); ${must("node.i_cdev == &card->cdev")} fput(&file);`], finish: remove })).toBe("clean");
  });

  it("has files that two can share, which go away with the last of them", () => {
    const globals = `${driver("")} static struct file *file;`;
    const setup = `${make} ${add} file = file_open_shared(&node); get_file(file);`;
    expect(outcome({ globals, setup, cpus: ["fput(file);", "fput(file);"], finish: `${remove} ${must("closed_at == 1")}` })).toBe("clean");
    expect(kind({ globals, setup: setup.replace("get_file(file);", ""), cpus: ["fput(file);", "fput(file);"], finish: remove })).toBe("use-after-free");
  });
});
