// New scenarios of what is registered while others use it: a device with files, which are open before it goes, and a member that is handed to a subsystem.
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

/** A character device whose open files have a reference on it; `end` is what its removal does last. */
const port = (end: string): string => `
struct port {
	struct cdev cdev;
	struct device dev;
	struct mutex lock;
	wait_queue_head_t wait;
	bool dead;
	int data;
};

static int port_open(struct inode *inode, struct file *file)
{
	struct port *port = container_of(inode->i_cdev, struct port, cdev);

	mutex_lock(&port->lock);
	if (port->dead) {
		mutex_unlock(&port->lock);
		return -ENXIO;
	}
	mutex_unlock(&port->lock);
	file->private_data = port;
	return 0;
}

static int port_release(struct inode *inode, struct file *file)
{
	file->private_data = NULL;
	return 0;
}

static ssize_t port_read(struct file *file, char __user *buf, size_t count, loff_t *ppos)
{
	struct port *port = file->private_data;
	int ret;

	ret = wait_event_interruptible(port->wait, port->data || port->dead);
	if (ret)
		return ret;
	if (port->dead)
		return -ENODEV;
	mutex_lock(&port->lock);
	port->data = 0;
	mutex_unlock(&port->lock);
	return 1;
}

static const struct file_operations port_fops = {
	.owner = THIS_MODULE,
	.open = port_open,
	.release = port_release,
	.read = port_read,
};

static void port_dev_release(struct device *dev)
{
	struct port *port = container_of(dev, struct port, dev);

	kfree(port);
}

int port_register(struct device *parent, dev_t devt)
{
	struct port *port;
	int ret;

	port = kzalloc(sizeof(*port), GFP_KERNEL);
	if (!port)
		return -ENOMEM;
	mutex_init(&port->lock);
	init_waitqueue_head(&port->wait);
	device_initialize(&port->dev);
	port->dev.release = port_dev_release;
	port->dev.devt = devt;
	cdev_init(&port->cdev, &port_fops);
	ret = cdev_device_add(&port->cdev, &port->dev);
	if (ret)
		put_device(&port->dev);
	return ret;
}

void port_unregister(struct port *port)
{
	mutex_lock(&port->lock);
	port->dead = true;
	mutex_unlock(&port->lock);
	wake_up_all(&port->wait);
	cdev_device_del(&port->cdev, &port->dev);
	${end}
}
`;

it.each([["put_device(&port->dev);", "clean"], ["kfree(port);", "use-after-free"]])("an open file keeps its device: removal with %s", (end, wanted) => {
  expect(run(port(end), ["port_read", "port_unregister"])).toBe(wanted);
  expect(run(port(end), ["port_open", "port_unregister"])).toBe(wanted);
});

/** A source of random numbers, whose remove() does two things one after the other. */
const rng = (first: string, second: string): string => `
struct rng {
	struct hwrng hwrng;
	struct spi_device *spi;
	struct completion ready;
	u8 *fifo;
};

static int rng_read(struct hwrng *hwrng, void *buf, size_t max, bool wait)
{
	struct rng *rng = container_of(hwrng, struct rng, hwrng);

	if (max == 0)
		return 0;
	return rng->fifo[0];
}

static int rng_probe(struct spi_device *spi)
{
	struct rng *rng;
	int ret;

	rng = devm_kzalloc(&spi->dev, sizeof(*rng), GFP_KERNEL);
	if (!rng)
		return -ENOMEM;
	rng->fifo = kzalloc(32, GFP_KERNEL);
	if (!rng->fifo)
		return -ENOMEM;
	rng->spi = spi;
	init_completion(&rng->ready);
	rng->hwrng.name = "rng";
	rng->hwrng.read = rng_read;
	spi_set_drvdata(spi, rng);
	ret = hwrng_register(&rng->hwrng);
	if (ret) {
		kfree(rng->fifo);
		return ret;
	}
	return 0;
}

static void rng_remove(struct spi_device *spi)
{
	struct rng *rng = spi_get_drvdata(spi);

	${first}
	${second}
}

static struct spi_driver rng_driver = {
	.probe = rng_probe,
	.remove = rng_remove,
};
`;

it.each([
  ["hwrng_unregister(&rng->hwrng);", "kfree(rng->fifo);", "clean"],
  ["kfree(rng->fifo);", "hwrng_unregister(&rng->hwrng);", "use-after-free"],
])("a callback of a member that was handed out: remove() with %s, then %s", (first, second, wanted) => {
  expect(run(rng(first, second), ["rng_read", "rng_remove"])).toBe(wanted);
});
