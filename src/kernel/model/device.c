/*
 * struct device on top of its kobject.
 * Leaves out, everywhere: buses, drivers and probing, power, links, attributes, uevents, the name and its memory,
 * and the references that device_add() takes and drops again before it returns.
 */

struct device;

struct class {
	const char *name;
	void (*dev_release)(struct device *dev);
};

struct device_type {
	const char *name;
	void (*release)(struct device *dev);
};

struct device {
	struct kobject kobj;
	struct device *parent;
	struct mutex mutex;
	dev_t devt;
	struct class *class;
	const struct device_type *type;
	void (*release)(struct device *dev);
	void *driver_data;
	struct iommu_group *iommu_group;
	struct device *next_created;
	int dead;
};

/* The count is 0: whoever knows how frees the memory. Leaves out: managed resources (devm_...), freed just before. */
static void device_release(struct kobject *kobj)
{
	struct device *dev = container_of(kobj, struct device, kobj);

	if (dev->release)
		dev->release(dev);
	else if (dev->type && dev->type->release)
		dev->type->release(dev);
	else if (dev->class && dev->class->dev_release)
		dev->class->dev_release(dev);
	else
		__report("warn", "Device does not have a release() function, it is broken and must be fixed.");
}

static const struct kobj_type device_ktype = { .release = device_release };

/* From here on the memory is freed by put_device() only. */
void device_initialize(struct device *dev)
{
	kobject_init(&dev->kobj, &device_ktype);
	mutex_init(&dev->mutex);
}

struct device *get_device(struct device *dev)
{
	if (dev)
		kobject_get(&dev->kobj);
	return dev;
}

void put_device(struct device *dev)
{
	if (dev)
		kobject_put(&dev->kobj);
}

void device_lock(struct device *dev)
{
	mutex_lock(&dev->mutex);
}

void device_unlock(struct device *dev)
{
	mutex_unlock(&dev->mutex);
}

/* Can fail, for want of memory. Leaves out: the name. */
int dev_set_name(struct device *dev, const char *format, ...)
{
	if (should_fail())
		return -ENOMEM;
	return 0;
}

const char *dev_name(const struct device *dev)
{
	return dev->kobj.name;
}

void *dev_get_drvdata(const struct device *dev)
{
	return dev->driver_data;
}

void dev_set_drvdata(struct device *dev, void *data)
{
	dev->driver_data = data;
}

/* Visible from here on: the lists of devices hold a reference until device_del(). */
int device_add(struct device *dev)
{
	if (should_fail())
		return -ENOMEM;
	get_device(dev->parent);
	dev->kobj.state_in_sysfs = 1;
	get_device(dev);
	return 0;
}

/* Marked dead under the device's lock, off the lists, out of sysfs. The caller's own reference stays. */
void device_del(struct device *dev)
{
	struct device *parent = dev->parent;

	device_lock(dev);
	dev->dead = 1;
	device_unlock(dev);
	put_device(dev);
	dev->kobj.state_in_sysfs = 0;
	put_device(parent);
}

int device_register(struct device *dev)
{
	device_initialize(dev);
	return device_add(dev);
}

void device_unregister(struct device *dev)
{
	device_del(dev);
	put_device(dev);
}

/* Devices of device_create(), the newest first; in the kernel, each class's own list under its lock. */
static struct device *created_devices;

static void device_create_release(struct device *dev)
{
	kfree(dev);
}

/* A struct device of its own, apart from the driver's memory. Returns it, or an error pointer. */
struct device *device_create(struct class *class, struct device *parent, dev_t devt, void *drvdata, const char *format, ...)
{
	struct device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	int error;

	if (!dev)
		return ERR_PTR(-ENOMEM);
	device_initialize(dev);
	dev->devt = devt;
	dev->class = class;
	dev->parent = parent;
	dev->release = device_create_release;
	dev_set_drvdata(dev, drvdata);
	error = device_add(dev);
	if (error) {
		put_device(dev);
		return ERR_PTR(error);
	}
	__atomic() {
		dev->next_created = created_devices;
		created_devices = dev;
	}
	return dev;
}

/* Looks the device up by its number; nothing happens when there is none. */
void device_destroy(struct class *class, dev_t devt)
{
	struct device *dev;
	struct device *before = NULL;

	__atomic() {
		dev = created_devices;
		while (dev && dev->devt != devt) {
			before = dev;
			dev = dev->next_created;
		}
		if (dev && before)
			before->next_created = dev->next_created;
		else if (dev)
			created_devices = dev->next_created;
	}
	if (dev)
		device_unregister(dev);
}

/* Classes are names only. Leaves out: their own life. */
void class_destroy(struct class *class) { }
void class_unregister(struct class *class) { }

int class_register(struct class *class)
{
	return 0;
}
