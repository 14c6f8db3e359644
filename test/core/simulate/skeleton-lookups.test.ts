// New scenarios of functions that look their device up by a call which nobody shows: it gives the device that the others have.
import { expect, it } from "vitest";
import { createSimulator } from "../../../src/core/simulate/simulate.js";
import { kernel } from "../kernel/kernel.js";
import { imageOf, quiet, reader } from "./check.js";

const simulator = createSimulator(reader, kernel);

function run(text: string, functions: readonly string[]): string {
  const code = { images: [imageOf(text)], revision: 1, patch: 1 };
  const result = simulator.simulate(code, { patchKey: "", side: "after", scenario: simulator.writeScenario(code, functions), whatIf: null, users: null, bounds: { maxStates: 20_000, maxSteps: 20_000, maxPreemptions: null } }, quiet);
  return result.verdict === "violation" ? `${result.kind ?? ""}` : `${result.verdict}${result.reason === null ? "" : `: ${result.reason}`}`;
}

/** A toy on the USB, whose open() finds it through its interface; `lock` and `unlock` are around that. */
const toy = (lock: string, unlock: string): string => `
struct toy {
	struct usb_device *udev;
	struct usb_interface *interface;
	struct kref kref;
	struct mutex io_mutex;
	u8 *bulk_in_buffer;
	bool disconnected;
};
#define to_toy(d) container_of(d, struct toy, kref)

static struct usb_driver toy_driver;
static DEFINE_MUTEX(toy_mutex);

static void toy_delete(struct kref *kref)
{
	struct toy *dev = to_toy(kref);

	usb_put_dev(dev->udev);
	kfree(dev->bulk_in_buffer);
	kfree(dev);
}

static int toy_open(struct inode *inode, struct file *file)
{
	struct toy *dev;
	struct usb_interface *interface;

	interface = usb_find_interface(&toy_driver, iminor(inode));
	if (!interface)
		return -ENODEV;
	${lock}
	dev = usb_get_intfdata(interface);
	if (!dev) {
		${unlock}
		return -ENODEV;
	}
	kref_get(&dev->kref);
	${unlock}
	file->private_data = dev;
	return 0;
}

static int toy_release(struct inode *inode, struct file *file)
{
	struct toy *dev = file->private_data;

	if (!dev)
		return -ENODEV;
	kref_put(&dev->kref, toy_delete);
	return 0;
}

static const struct file_operations toy_fops = {
	.open = toy_open,
	.release = toy_release,
};

static struct usb_class_driver toy_class = {
	.name = "toy%d",
	.fops = &toy_fops,
};

static int toy_probe(struct usb_interface *interface, const struct usb_device_id *id)
{
	struct toy *dev;
	int retval;

	dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	if (!dev)
		return -ENOMEM;
	kref_init(&dev->kref);
	mutex_init(&dev->io_mutex);
	dev->udev = usb_get_dev(interface_to_usbdev(interface));
	dev->interface = interface;
	dev->bulk_in_buffer = kmalloc(64, GFP_KERNEL);
	if (!dev->bulk_in_buffer) {
		retval = -ENOMEM;
		goto error;
	}
	usb_set_intfdata(interface, dev);
	retval = usb_register_dev(interface, &toy_class);
	if (retval) {
		usb_set_intfdata(interface, NULL);
		goto error;
	}
	return 0;
error:
	kref_put(&dev->kref, toy_delete);
	return retval;
}

static void toy_disconnect(struct usb_interface *interface)
{
	struct toy *dev;

	${lock}
	dev = usb_get_intfdata(interface);
	usb_set_intfdata(interface, NULL);
	${unlock}
	usb_deregister_dev(interface, &toy_class);
	mutex_lock(&dev->io_mutex);
	dev->disconnected = 1;
	mutex_unlock(&dev->io_mutex);
	kref_put(&dev->kref, toy_delete);
}

static struct usb_driver toy_driver = {
	.name = "toyeton",
	.probe = toy_probe,
	.disconnect = toy_disconnect,
};
`;

it.each([["mutex_lock(&toy_mutex);", "mutex_unlock(&toy_mutex);", "clean"], ["barrier();", "barrier();", "refcount"]])("open() against disconnect(), with %s", (lock, unlock, wanted) => {
  expect(run(toy(lock, unlock), ["toy_open", "toy_disconnect"])).toBe(wanted);
  expect(run(toy(lock, unlock), ["toy_open", "toy_release"])).toBe("clean");
});

it("says nothing of a count in memory that nobody shows", () => {
  expect(run("struct cup {\n\tstruct kref refs;\n};\n\nint cup_take(int id)\n{\n\tstruct cup *cup = shelf_data(shelf_of(id), 1);\n\n\tkref_get(&cup->refs);\n\treturn 0;\n}\n", ["cup_take"])).not.toMatch(/^refcount/);
});
