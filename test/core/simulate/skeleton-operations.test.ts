// New scenarios with callbacks of a subsystem that nobody shows: they are made until it is told to stop, which waits for them.
import { expect, it } from "vitest";
import { createSimulator } from "../../../src/core/simulate/simulate.js";
import { kernel } from "../kernel/kernel.js";
import { imageOf, quiet, reader } from "./check.js";

const simulator = createSimulator(reader, kernel);

/** A receiver on a serial line, whose remove() does two things one after the other. */
const receiver = (first: string, second: string): string => `
struct gps {
	struct serdev_device *serdev;
	struct work_struct parse;
	struct mutex lock;
	u8 *buffer;
	size_t used;
};

static void gps_parse(struct work_struct *work)
{
	struct gps *gps = container_of(work, struct gps, parse);

	mutex_lock(&gps->lock);
	gps->buffer[0] = 0;
	gps->used = 0;
	mutex_unlock(&gps->lock);
}

static int gps_receive(struct serdev_device *serdev, const unsigned char *data, size_t count)
{
	struct gps *gps = serdev_device_get_drvdata(serdev);

	mutex_lock(&gps->lock);
	gps->buffer[0] = data[0];
	gps->used = count;
	mutex_unlock(&gps->lock);
	schedule_work(&gps->parse);
	return count;
}

static const struct serdev_device_ops gps_ops = {
	.receive_buf = gps_receive,
	.write_wakeup = serdev_device_write_wakeup,
};

static int gps_probe(struct serdev_device *serdev)
{
	struct gps *gps;

	gps = kzalloc(sizeof(*gps), GFP_KERNEL);
	if (!gps)
		return -ENOMEM;
	gps->buffer = kzalloc(64, GFP_KERNEL);
	if (!gps->buffer) {
		kfree(gps);
		return -ENOMEM;
	}
	gps->serdev = serdev;
	mutex_init(&gps->lock);
	INIT_WORK(&gps->parse, gps_parse);
	serdev_device_set_drvdata(serdev, gps);
	serdev_device_set_client_ops(serdev, &gps_ops);
	return serdev_device_open(serdev);
}

static void gps_remove(struct serdev_device *serdev)
{
	struct gps *gps = serdev_device_get_drvdata(serdev);

	${first}
	${second}
	kfree(gps->buffer);
	kfree(gps);
}

static struct serdev_device_driver gps_driver = {
	.probe = gps_probe,
	.remove = gps_remove,
};
`;

it.each([
  ["serdev_device_close(serdev);", "cancel_work_sync(&gps->parse);", "clean"],
  ["cancel_work_sync(&gps->parse);", "serdev_device_close(serdev);", "use-after-free"],
])("a callback that queues an item: remove() with %s, then %s", (first, second, wanted) => {
  const text = receiver(first, second);
  const code = { images: [imageOf(text)], revision: 1, patch: 1 };
  const lines = text.split("\n").map((_line, at) => ({ path: code.images[0]?.path ?? "", line: at + 1 }));
  const functions = simulator.functionsOn(code, lines);
  expect(functions).toEqual(expect.arrayContaining(["gps_parse", "gps_receive", "gps_remove"]));
  const result = simulator.simulate(code, { patchKey: "", side: "after", scenario: simulator.writeScenario(code, ["gps_parse", "gps_receive", "gps_remove"]), whatIf: null, users: null, bounds: { maxStates: 20_000, maxSteps: 20_000, maxPreemptions: null } }, quiet);
  expect(result.verdict === "violation" ? `${result.kind ?? ""}` : `${result.verdict}${result.reason ?? ""}`).toBe(wanted);
});
