// New scenarios for drivers that take memory and interrupts for their device: what the driver core gives back behind remove() is in them.
import { describe, expect, it } from "vitest";
import { createSimulator } from "../../../src/core/simulate/simulate.js";
import { kernel } from "../kernel/kernel.js";
import { imageOf, quiet, reader } from "./check.js";

const simulator = createSimulator(reader, kernel);

function run(text: string, functions: readonly string[]): string {
  const code = { images: [imageOf(text)], revision: 1, patch: 1 };
  const result = simulator.simulate(code, { patchKey: "", side: "after", scenario: simulator.writeScenario(code, functions), whatIf: null, users: null, bounds: { maxStates: 20_000, maxSteps: 20_000, maxPreemptions: null } }, quiet);
  return result.verdict === "violation" ? `${result.kind ?? ""}: ${result.findings[0]?.message ?? ""}` : `${result.verdict}${result.reason === null ? "" : `: ${result.reason}`}`;
}

/** A driver whose handler queues work; `remove` is what it does before its device's memory goes. */
const driver = (remove: string): string => `
struct pad {
	struct work_struct work;
	int irq;
	int presses;
};

static void pad_work(struct work_struct *work)
{
	struct pad *pad = container_of(work, struct pad, work);

	pad->presses++;
}

static irqreturn_t pad_irq(int irq, void *data)
{
	struct pad *pad = data;

	schedule_work(&pad->work);
	return IRQ_HANDLED;
}

static int pad_probe(struct platform_device *pdev)
{
	struct pad *pad = devm_kzalloc(&pdev->dev, sizeof(*pad), GFP_KERNEL);

	if (!pad)
		return -ENOMEM;
	INIT_WORK(&pad->work, pad_work);
	platform_set_drvdata(pdev, pad);
	return devm_request_irq(&pdev->dev, pad->irq, pad_irq, 0, "pad", pad);
}

static int pad_remove(struct platform_device *pdev)
{
	struct pad *pad = platform_get_drvdata(pdev);

	${remove}
	return 0;
}
`;

describe("what a driver takes for its device", () => {
  it("is given back after remove(), when a handler of it may still have queued an item", () => {
    for (const functions of [["pad_irq", "pad_remove"], ["pad_work", "pad_irq", "pad_probe", "pad_remove"]]) expect(run(driver("cancel_work_sync(&pad->work);"), functions)).toMatch(/^use-after-free: /);
    expect(run(driver("devm_free_irq(&pdev->dev, pad->irq, pad); cancel_work_sync(&pad->work);"), ["pad_irq", "pad_remove"])).toBe("clean");
    expect(run(driver("disable_irq(pad->irq); cancel_work_sync(&pad->work);"), ["pad_irq", "pad_remove"])).toBe("clean");
  });

  it("is given back while an item runs that nobody waits for, and not while remove() does", () => {
    expect(run(driver("cancel_work(&pad->work);"), ["pad_work", "pad_remove"])).toMatch(/^use-after-free: /);
    expect(run(driver("cancel_work_sync(&pad->work);"), ["pad_work", "pad_remove"])).toBe("clean");
  });

  it("is no leak of probe()", () => {
    expect(run(driver("cancel_work_sync(&pad->work);"), ["pad_probe", "pad_remove"])).toBe("clean");
  });

  it("and what it takes by itself is one, where remove() does not give it back", () => {
    const text = driver("cancel_work_sync(&pad->work);").replace("int presses;", "int presses;\n\tvoid *buffer;").replace("INIT_WORK(", "pad->buffer = kmalloc(64, GFP_KERNEL);\n\tINIT_WORK(");
    expect(run(text, ["pad_probe", "pad_remove"])).toMatch(/^leak: /);
    expect(run(text.replace("cancel_work_sync(&pad->work);", "cancel_work_sync(&pad->work);\n\tkfree(pad->buffer);"), ["pad_probe", "pad_remove"])).toBe("clean");
  });
});

/** A miscellaneous device; `remove` is how it goes. */
const misc = (remove: string): string => `
struct ring {
	struct miscdevice misc;
	struct mutex lock;
	struct kref ref;
	bool gone;
};

static void ring_free(struct kref *ref)
{
	kfree(container_of(ref, struct ring, ref));
}

static int ring_open(struct inode *inode, struct file *file)
{
	struct ring *ring = container_of(file->private_data, struct ring, misc);

	mutex_lock(&ring->lock);
	if (ring->gone) {
		mutex_unlock(&ring->lock);
		return -ENODEV;
	}
	kref_get(&ring->ref);
	mutex_unlock(&ring->lock);
	file->private_data = ring;
	return 0;
}

static int ring_release(struct inode *inode, struct file *file)
{
	struct ring *ring = file->private_data;

	kref_put(&ring->ref, ring_free);
	return 0;
}

static int ring_remove(struct platform_device *pdev)
{
	struct ring *ring = platform_get_drvdata(pdev);

	${remove}
	kref_put(&ring->ref, ring_free);
	return 0;
}
`;

describe("a miscellaneous device", () => {
  const gone = "mutex_lock(&ring->lock);\n\tring->gone = true;\n\tmutex_unlock(&ring->lock);";

  it("is opened as the kernel does it: not any more once it is deregistered", () => {
    const text = misc(`misc_deregister(&ring->misc);\n\t${gone}`);
    for (const functions of [["ring_open", "ring_release"], ["ring_open", "ring_remove"], ["ring_open", "ring_release", "ring_remove"]]) expect(run(text, functions), functions.join(", ")).toBe("clean");
  });

  it("that is left registered is found by an open after the last put", () => {
    expect(run(misc("ring->gone = false;"), ["ring_open", "ring_remove"])).toMatch(/^(use-after-free|refcount): /);
  });
});

describe("an attribute whose registration nobody shows", () => {
  const text = (free: string): string => `
struct fan {
	struct mutex lock;
	int pwm;
};

static ssize_t pwm_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct fan *fan = dev_get_drvdata(dev);
	int pwm;

	mutex_lock(&fan->lock);
	pwm = fan->pwm;
	mutex_unlock(&fan->lock);
	return sysfs_emit(buf, "%d", pwm);
}

static int fan_probe(struct i2c_client *client)
{
	struct fan *fan = devm_kzalloc(&client->dev, sizeof(*fan), GFP_KERNEL);

	if (!fan)
		return -ENOMEM;
	mutex_init(&fan->lock);
	i2c_set_clientdata(client, fan);
	return 0;
}

static void fan_remove(struct i2c_client *client)
{
	struct fan *fan = i2c_get_clientdata(client);

	${free}
}
`;

  it("is gone before the memory that goes with the device, and not before what remove() frees by itself", () => {
    expect(run(text("fan->pwm = 0;"), ["pwm_show", "fan_remove"])).toBe("clean");
    expect(run(text("devm_kfree(&client->dev, fan);"), ["pwm_show", "fan_remove"])).toMatch(/^use-after-free: /);
  });
});
