// Kobjects and devices: what a last put does, in which order, and who holds whom.
import { describe, expect, it } from "vitest";
import { kind, must, outcome } from "./check.js";

describe("kobject", () => {
  const globals = `
struct thing { int value; struct kobject kobj; };
static struct thing *parent, *child;
static int order, parent_at, child_at;
static void thing_release(struct kobject *kobj)
{
	struct thing *thing = container_of(kobj, struct thing, kobj);

	order++;
	if (thing == parent)
		parent_at = order;
	else
		child_at = order;
	kfree(thing);
}
static struct kobj_type thing_type = { .release = thing_release };
`;
  const setup = `
parent = kzalloc(sizeof(*parent), GFP_KERNEL);
kobject_init(&parent->kobj, &thing_type);
child = kzalloc(sizeof(*child), GFP_KERNEL);
kobject_init(&child->kobj, &thing_type);
kobject_add(&child->kobj, &parent->kobj, "child");
`;

  it("releases the child first, then the parent that it held", () => {
    const lines = { globals, setup, cpus: ["kobject_put(&parent->kobj); kobject_put(&child->kobj);"], finish: must("child_at == 1 && parent_at == 2") };
    expect(outcome(lines)).toBe("clean");
  });

  it("lets the parent go at once when it was taken down before", () => {
    const lines = { globals, setup, cpus: ["kobject_del(&child->kobj); kobject_put(&parent->kobj); kobject_put(&child->kobj);"], finish: must("parent_at == 1 && child_at == 2") };
    expect(outcome(lines)).toBe("clean");
  });

  it("is gone after the last put", () => {
    expect(kind({ globals, setup, cpus: ["kobject_put(&child->kobj); kobject_put(&child->kobj); kobject_put(&parent->kobj);"] })).toBe("use-after-free");
  });

  it("must be initialized before it is put", () => {
    expect(kind({ globals: "static struct kobject kobj;", cpus: ["kobject_put(&kobj);"] })).toBe("warn");
  });

  it("gives no reference to one that is dying", () => {
    const lines = { globals: "static struct kobject kobj;", setup: "kobject_init(&kobj, NULL);", cpus: [`kobject_put(&kobj); ${must("!kobject_get_unless_zero(&kobj)")}`] };
    expect(outcome(lines)).toBe("clean");
  });
});

describe("device", () => {
  const globals = `
struct card { int value; struct device dev; };
static struct card *card;
static struct device *made;
static void card_release(struct device *dev) { kfree(container_of(dev, struct card, dev)); }
`;
  const setup = "card = kzalloc(sizeof(*card), GFP_KERNEL); device_initialize(&card->dev); card->dev.release = card_release;";

  it("lives until its owner's put, which comes after device_del", () => {
    expect(outcome({ globals, setup, cpus: ["device_add(&card->dev); device_del(&card->dev); card->value = 1; put_device(&card->dev);"] })).toBe("clean");
    expect(kind({ globals, setup, cpus: ["device_add(&card->dev); device_unregister(&card->dev); card->value = 1;"] })).toBe("use-after-free");
  });

  it("gives back what it manages before its release() frees it, the newest first", () => {
    const managed = `${globals} static int order, memory_at, first_at, second_at; static void first(void *data) { first_at = ++order; } static void second(void *data) { second_at = ++order; } static void late_release(struct device *dev) { memory_at = ++order; card_release(dev); }`;
    const lines = (last: string): { globals: string; setup: string; cpus: string[]; finish: string } => ({
      globals: managed, setup: `${setup} card->dev.release = late_release; devm_add_action(&card->dev, first, NULL); devm_add_action(&card->dev, second, NULL); devm_kzalloc(&card->dev, 8, GFP_KERNEL);`,
      cpus: [last], finish: must("second_at == 1 && first_at == 2 && memory_at == 3"),
    });
    expect(outcome(lines("put_device(&card->dev);"))).toBe("clean");
    expect(kind(lines("get_device(&card->dev); put_device(&card->dev);"))).toMatch(/warn|leak/);
  });

  it("is leaked when it is only taken off the lists", () => {
    expect(kind({ globals, setup, cpus: ["device_add(&card->dev); device_del(&card->dev);"] })).toBe("leak");
  });

  it("warns when nobody knows how to free it", () => {
    expect(kind({ globals: "static struct device dev;", cpus: ["device_initialize(&dev); put_device(&dev);"] })).toBe("warn");
  });

  it("has its parent hold until it is deleted", () => {
    const child = "static struct device child; static void nothing(struct device *dev) { }";
    const lines = {
      globals: `${globals} ${child}`, setup: `${setup} device_initialize(&child); child.parent = &card->dev; child.release = nothing;`,
      cpus: ["device_add(&child); put_device(&card->dev); card->value = 1; device_del(&child); put_device(&child);"],
    };
    expect(outcome(lines)).toBe("clean");
  });

  it("is made by device_create and taken away by its number", () => {
    const create = "made = device_create(NULL, NULL, MKDEV(1, 2), NULL, 0);";
    expect(outcome({ globals, cpus: [`${create} device_destroy(NULL, MKDEV(1, 3)); device_destroy(NULL, MKDEV(1, 2));`] })).toBe("clean");
    expect(kind({ globals, cpus: [create] })).toBe("leak");
  });

  it("can fail to be made when failures are asked for, without leaving anything", () => {
    const both = (found: string): string => outcome({
      globals, setup: "fault_injection = 1;",
      cpus: [`made = device_create(NULL, NULL, MKDEV(1, 2), NULL, 0); if (${found}) __report("warn", "seen"); if (!IS_ERR(made)) device_destroy(NULL, MKDEV(1, 2));`],
    });
    expect([both("IS_ERR(made)"), both("!IS_ERR(made)"), both("made == NULL")]).toEqual(["warn: seen", "warn: seen", "clean"]);
  });
});
