// New scenarios with what starts itself again: they come to an end, and what others begin is not begun by setup().
import { expect, it } from "vitest";
import { createSimulator } from "../../../src/core/simulate/simulate.js";
import { kernel } from "../kernel/kernel.js";
import { imageOf, quiet, reader } from "./check.js";

const simulator = createSimulator(reader, kernel);

function run(text: string, functions: readonly string[]): { readonly text: string; readonly said: string } {
  const code = { images: [imageOf(text)], revision: 1, patch: 1 };
  const scenario = simulator.writeScenario(code, functions);
  const result = simulator.simulate(code, { patchKey: "", side: "after", scenario, whatIf: null, users: null, bounds: { maxStates: 20_000, maxSteps: 20_000, maxPreemptions: null } }, quiet);
  return { text: scenario.text, said: result.verdict === "violation" ? `${result.kind ?? ""}` : `${result.verdict}${result.reason ?? ""}` };
}

/** A network device with a timer that open() starts, and that counts. */
const device = (stop: string): string => `
struct link {
	struct timer_list watch;
	u32 *ring;
	int ticks;
};

static void link_watch(struct timer_list *t)
{
	struct link *link = from_timer(link, t, watch);

	link->ring[0]++;
	link->ticks++;
	mod_timer(&link->watch, jiffies + HZ);
}

static int link_open(struct net_device *dev)
{
	struct link *link = netdev_priv(dev);

	link->ring = kcalloc(4, sizeof(u32), GFP_KERNEL);
	if (!link->ring)
		return -ENOMEM;
	timer_setup(&link->watch, link_watch, 0);
	mod_timer(&link->watch, jiffies + HZ);
	return 0;
}

static int link_stop(struct net_device *dev)
{
	struct link *link = netdev_priv(dev);

	${stop}(&link->watch);
	kfree(link->ring);
	return 0;
}

static const struct net_device_ops link_ops = {
	.ndo_open = link_open,
	.ndo_stop = link_stop,
};
`;

it.each([["del_timer", "use-after-free"], ["del_timer_sync", "clean"]])("a timer that open() starts and that counts: stop() with %s() is %s", (stop, wanted) => {
  const { text, said } = run(device(stop), ["link_watch", "link_open", "link_stop"]);
  expect(text).toContain("limit_timers(");
  expect(text).not.toContain("mod_timer(");
  expect(said).toBe(wanted);
});
