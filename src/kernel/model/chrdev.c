/*
 * Character devices: struct cdev, and the map from device numbers to it. Opening and closing is in file.c.
 * Leaves out, everywhere: the names of regions, and loading a module when a number is looked up.
 */

struct inode;
struct file;

struct file_operations {
	struct module *owner;
	int (*open)(struct inode *inode, struct file *file);
	int (*release)(struct inode *inode, struct file *file);
	long (*unlocked_ioctl)(struct file *file, unsigned int command, unsigned long argument);
};

struct cdev {
	struct kobject kobj;
	struct module *owner;
	const struct file_operations *ops;
	struct list_head list;
	dev_t dev;
	unsigned int count;
};

/* Guards i_cdev and the lists of inodes. */
static spinlock_t cdev_lock;

/* The map: under its own mutex, and room for a few entries is enough here. */
#define CDEV_MAP_SIZE 8

struct cdev_range {
	dev_t first;
	unsigned int count;
	struct cdev *cdev;
};

static struct mutex chrdevs_lock;
static struct cdev_range cdev_map[CDEV_MAP_SIZE];
static unsigned int next_major = 240;

/* Takes a module reference and then the cdev's, unless it is dying. */
static struct kobject *cdev_get(struct cdev *cdev)
{
	struct module *owner = cdev->owner;
	struct kobject *kobj;

	if (!try_module_get(owner))
		return NULL;
	kobj = kobject_get_unless_zero(&cdev->kobj);
	if (!kobj)
		module_put(owner);
	return kobj;
}

/* The owner is read first: the cdev may be gone after the put. */
void cdev_put(struct cdev *cdev)
{
	if (cdev) {
		struct module *owner = cdev->owner;

		kobject_put(&cdev->kobj);
		module_put(owner);
	}
}

/* No inode may point here any more. */
static void cdev_purge(struct cdev *cdev)
{
	spin_lock(&cdev_lock);
	while (!list_empty(&cdev->list)) {
		struct inode *inode = container_of(cdev->list.next, struct inode, i_devices);

		list_del_init(&inode->i_devices);
		inode->i_cdev = NULL;
	}
	spin_unlock(&cdev_lock);
}

/* First the inodes, then the parent: as long as i_cdev is set under cdev_lock, the memory is valid. */
static void cdev_default_release(struct kobject *kobj)
{
	struct cdev *cdev = container_of(kobj, struct cdev, kobj);
	struct kobject *parent = kobj->parent;

	cdev_purge(cdev);
	kobject_put(parent);
}

/* The same for cdev_alloc(): the memory goes, too. */
static void cdev_dynamic_release(struct kobject *kobj)
{
	struct cdev *cdev = container_of(kobj, struct cdev, kobj);
	struct kobject *parent = kobj->parent;

	cdev_purge(cdev);
	kfree(cdev);
	kobject_put(parent);
}

static const struct kobj_type cdev_default_ktype = { .release = cdev_default_release };
static const struct kobj_type cdev_dynamic_ktype = { .release = cdev_dynamic_release };

/* Clears it: what was there before does not count. */
void cdev_init(struct cdev *cdev, const struct file_operations *fops)
{
	cdev->owner = NULL;
	cdev->kobj.parent = NULL;
	cdev->kobj.state_initialized = 0;
	INIT_LIST_HEAD(&cdev->list);
	kobject_init(&cdev->kobj, &cdev_default_ktype);
	cdev->ops = fops;
}

/* Memory of its own, which goes with its last reference. */
struct cdev *cdev_alloc(void)
{
	struct cdev *cdev = kzalloc(sizeof(*cdev), GFP_KERNEL);

	if (cdev) {
		INIT_LIST_HEAD(&cdev->list);
		kobject_init(&cdev->kobj, &cdev_dynamic_ktype);
	}
	return cdev;
}

/* The parent will be held from cdev_add() until the last reference to the cdev is gone. */
void cdev_set_parent(struct cdev *cdev, struct kobject *kobj)
{
	if (!kobj->state_initialized)
		__report("warn", "cdev_set_parent() to a kobject that is not initialized");
	cdev->kobj.parent = kobj;
}

/* Enters the range. One step: everybody who looks holds the same mutex. */
static int cdev_map_add(struct cdev *cdev, dev_t first, unsigned int count)
{
	int at = 0;

	mutex_lock(&chrdevs_lock);
	__atomic() {
		while (at < CDEV_MAP_SIZE && cdev_map[at].cdev)
			at++;
		if (at < CDEV_MAP_SIZE) {
			cdev_map[at].first = first;
			cdev_map[at].count = count;
			cdev_map[at].cdev = cdev;
		}
	}
	mutex_unlock(&chrdevs_lock);
	return at < CDEV_MAP_SIZE ? 0 : -ENOMEM;
}

/* Removes the range; the entry is found by the number and by the cdev. */
static void cdev_map_remove(struct cdev *cdev, dev_t first, unsigned int count)
{
	int at = 0;

	mutex_lock(&chrdevs_lock);
	__atomic() {
		while (at < CDEV_MAP_SIZE) {
			if (cdev_map[at].cdev == cdev && cdev_map[at].first == first && cdev_map[at].count == count)
				cdev_map[at].cdev = NULL;
			at++;
		}
	}
	mutex_unlock(&chrdevs_lock);
}

/* Finds the narrowest range with this number, and takes the cdev's reference while the mutex is still held. */
static struct cdev *cdev_map_lookup(dev_t dev)
{
	struct cdev *found = NULL;
	unsigned int width = UINT_MAX;
	int at = 0;

	mutex_lock(&chrdevs_lock);
	__atomic() {
		while (at < CDEV_MAP_SIZE) {
			if (cdev_map[at].cdev && dev >= cdev_map[at].first &&
			    dev - cdev_map[at].first < cdev_map[at].count && cdev_map[at].count < width) {
				found = cdev_map[at].cdev;
				width = cdev_map[at].count;
			}
			at++;
		}
	}
	if (found && !cdev_get(found))
		found = NULL;
	mutex_unlock(&chrdevs_lock);
	return found;
}

/* It can be opened as soon as it is in the map, even before this returns. */
int cdev_add(struct cdev *cdev, dev_t dev, unsigned int count)
{
	int error;

	cdev->dev = dev;
	cdev->count = count;
	if (should_fail())
		return -ENOMEM;
	error = cdev_map_add(cdev, dev, count);
	if (error)
		return error;
	kobject_get(cdev->kobj.parent);
	return 0;
}

/* Nobody can open it by its number any more; files that are open keep their references. */
void cdev_del(struct cdev *cdev)
{
	cdev_map_remove(cdev, cdev->dev, cdev->count);
	kobject_put(&cdev->kobj);
}

/* Device and cdev as one: the device is the cdev's parent. A device without a number has no cdev to add. */
int cdev_device_add(struct cdev *cdev, struct device *dev)
{
	int error;

	if (dev->devt) {
		cdev_set_parent(cdev, &dev->kobj);
		error = cdev_add(cdev, dev->devt, 1);
		if (error)
			return error;
	}
	error = device_add(dev);
	if (error && dev->devt)
		cdev_del(cdev);
	return error;
}

/* The device first, then the cdev. */
void cdev_device_del(struct cdev *cdev, struct device *dev)
{
	device_del(dev);
	if (dev->devt)
		cdev_del(cdev);
}

/* A major number that nobody has. Leaves out: who asked, and running out of numbers. */
int alloc_chrdev_region(dev_t *dev, unsigned int first_minor, unsigned int count, const char *name)
{
	__atomic() {
		*dev = MKDEV(next_major, first_minor);
		next_major++;
	}
	return 0;
}

int register_chrdev_region(dev_t first, unsigned int count, const char *name)
{
	return 0;
}

void unregister_chrdev_region(dev_t first, unsigned int count) { }
