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
	struct devres *devres;
};

/* What devm_...() took for a device, the newest first. */
struct devres {
	struct devres *next;
	void *memory;
	void (*action)(void *data);
	void *data;
};

/* Gives back all of it, the newest first: when the driver is unbound, and at the latest when the device goes. */
void devres_release_all(struct device *dev)
{
	while (dev->devres) {
		struct devres *at = dev->devres;

		dev->devres = at->next;
		if (at->action)
			at->action(at->data);
		kfree(at->memory);
		__free(at);
	}
}

/* The count is 0: managed resources go first, then whoever knows how frees the memory. */
static void device_release(struct kobject *kobj)
{
	struct device *dev = container_of(kobj, struct device, kobj);

	devres_release_all(dev);
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

/* NULL is allowed in both. */
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

/*
 * Visible from here on: the lists of devices hold a reference until device_del(). Leaves out: that there are several such lists, of the
 * parent, the bus and the class, with a reference each. When it fails, the caller's own reference is still to be put.
 */
int device_add(struct device *dev)
{
	if (!dev->kobj.state_initialized) {
		__report("warn", "device_add() of a device that is not initialized");
		return -EINVAL;
	}
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

/* Also when it fails, the reference is to be put by put_device(). */
int device_register(struct device *dev)
{
	device_initialize(dev);
	return device_add(dev);
}

/* Off the lists, and the caller's own reference goes. */
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

/* Managed memory. Leaves out: the alignment, and groups. */
void *devm_kmalloc(struct device *dev, size_t size, gfp_t flags)
{
	void *memory = kzalloc(size, flags);
	struct devres *at;

	if (!memory)
		return NULL;
	at = __alloc(sizeof(*at));
	at->memory = memory;
	at->next = dev->devres;
	dev->devres = at;
	return memory;
}

void *devm_kzalloc(struct device *dev, size_t size, gfp_t flags)
{
	return devm_kmalloc(dev, size, flags);
}

void *devm_kcalloc(struct device *dev, size_t count, size_t size, gfp_t flags)
{
	return devm_kmalloc(dev, count * size, flags);
}

/* Freed now, and not again with the device. A pointer that it does not know is a warning. */
void devm_kfree(struct device *dev, const void *memory)
{
	struct devres *at = dev->devres;
	struct devres *before = NULL;

	if (!memory)
		return;
	while (at && at->memory != memory) {
		before = at;
		at = at->next;
	}
	if (!at) {
		__report("warn", "devm_kfree of memory that the device does not have");
		return;
	}
	if (before)
		before->next = at->next;
	else
		dev->devres = at->next;
	kfree(at->memory);
	__free(at);
}

/* `action` runs when the resources are given back. Can fail, and then it does not. */
int devm_add_action(struct device *dev, void (*action)(void *data), void *data)
{
	struct devres *at;

	if (should_fail())
		return -ENOMEM;
	at = __alloc(sizeof(*at));
	at->action = action;
	at->data = data;
	at->next = dev->devres;
	dev->devres = at;
	return 0;
}

/* When it fails, the action runs at once. */
int devm_add_action_or_reset(struct device *dev, void (*action)(void *data), void *data)
{
	int error = devm_add_action(dev, action, data);

	if (error)
		action(data);
	return error;
}
