// New scenarios with a notifier: the block is on the chain that the code takes it off, and goes with the device where nobody shows who takes it off.
import { expect, it } from "vitest";
import { createSimulator } from "../../../src/core/simulate/simulate.js";
import { kernel } from "../kernel/kernel.js";
import { imageOf, quiet, reader } from "./check.js";

const simulator = createSimulator(reader, kernel);

function run(text: string, functions: readonly string[]): string {
  const code = { images: [imageOf(text)], revision: 1, patch: 1 };
  const result = simulator.simulate(code, { patchKey: "", side: "after", scenario: simulator.writeScenario(code, functions), whatIf: null, users: null, bounds: { maxStates: 20_000, maxSteps: 20_000, maxPreemptions: null } }, quiet);
  return result.verdict === "violation" ? `${result.kind ?? ""}` : `${result.verdict}${result.reason ?? ""}`;
}

/** A driver that listens to something; `more` are members and registration, `leave` is what remove() does. */
const listener = (leave: string, probe = ""): string => `
struct hub {
	int id;
	struct blocking_notifier_head events;
};

struct listener {
	struct hub *hub;
	struct {
		struct notifier_block block;
	} part;
	int seen;
};

static int listener_event(struct notifier_block *nb, unsigned long action, void *data)
{
	struct listener *l = container_of(nb, struct listener, part.block);

	l->seen++;
	return NOTIFY_OK;
}

static int listener_probe(struct platform_device *pdev)
{
	struct listener *l = devm_kzalloc(&pdev->dev, sizeof(*l), GFP_KERNEL);

	if (!l)
		return -ENOMEM;
	l->part.block.notifier_call = listener_event;
	platform_set_drvdata(pdev, l);
	${probe}
	return 0;
}

static void listener_remove(struct platform_device *pdev)
{
	struct listener *l = platform_get_drvdata(pdev);

	${leave}
}

static struct platform_driver listener_driver = {
	.probe = listener_probe,
	.remove = listener_remove,
};
`;

it.each([
  ["off the chain of another object", "blocking_notifier_chain_unregister(&l->hub->events, &l->part.block);", "", "clean"],
  ["off a chain that nobody shows, by a call with more arguments", "hub_unreg_notifier(1, &l->part.block, HUB_EVENTS);", "", "clean"],
  ["with what it is a part of", "hub_remove_part(&l->part);", "", "clean"],
  ["with the device, where nobody shows who put it on", "l->seen = 0;", "", "clean"],
  ["with the device, where it was put on for that", "l->seen = 0;", "devm_hub_register_notifier(&pdev->dev, &l->part.block);", "clean"],
  ["never, though the driver has put it on", "l->seen = 0;", "hub_register_notifier(&l->part.block);", "use-after-free"],
])("takes a block %s", (_what, leave, probe, wanted) => {
  expect(run(listener(leave, probe), ["listener_event", "listener_remove"])).toBe(wanted);
});

it("calls a block that a member is through its chain, and leaves the model's own functions to the model", () => {
  const text = listener("blocking_notifier_chain_unregister(&l->hub->events, &l->part.block);", "blocking_notifier_chain_register(&l->hub->events, &l->part.block);");
  const scenario = simulator.writeScenario({ images: [imageOf(text)], revision: 1, patch: 1 }, ["listener_event", "listener_remove"]);
  expect(scenario.text).toContain("blocking_notifier_call_chain(");
  expect(scenario.text).not.toMatch(/int blocking_notifier_chain_unregister/);
});
