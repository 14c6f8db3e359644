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
