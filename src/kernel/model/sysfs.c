/*
 * Attribute files of devices: a call of show() or store() holds its file, and who removes files waits until no call is under way.
 * Leaves out, everywhere: that each file has its own count (here all share one), names, what is read and written, and that removing from inside a call is a deadlock
 * unless it is asked for by sysfs_break_active_protection().
 */

static int files_in_use;
static int files_gone;

static bool file_enter(void)
{
	bool entered = false;

	__atomic() {
		if (!files_gone) {
			files_in_use++;
			entered = true;
		}
	}
	return entered;
}

static void file_leave(void)
{
	__atomic() {
		files_in_use--;
	}
}

/* What read(2) of an attribute does, for scenarios. */
ssize_t attribute_read(struct device *dev, struct device_attribute *attr, char *buf, ssize_t (*show)(struct device *dev, struct device_attribute *attr, char *buf))
{
	ssize_t length;

	if (!file_enter())
		return -ENODEV;
	length = show(dev, attr, buf);
	file_leave();
	return length;
}

/* What write(2) of one does. */
ssize_t attribute_write(struct device *dev, struct device_attribute *attr, const char *buf, size_t count, ssize_t (*store)(struct device *dev, struct device_attribute *attr, const char *buf, size_t count))
{
	ssize_t length;

	if (!file_enter())
		return -ENODEV;
	length = store(dev, attr, buf, count);
	file_leave();
	return length;
}

/* No call begins after this, and none is under way when it is over. */
static void remove_files(void)
{
	__might_sleep();
	__atomic() {
		files_gone = 1;
	}
	__wait(files_in_use == 0);
}

/* Can fail. */
int device_create_file(struct device *dev, const struct device_attribute *attr)
{
	return should_fail() ? -ENOMEM : 0;
}

int sysfs_create_file(struct kobject *kobj, const struct attribute *attr)
{
	return should_fail() ? -ENOMEM : 0;
}

int sysfs_create_group(struct kobject *kobj, const struct attribute_group *group)
{
	return should_fail() ? -ENOMEM : 0;
}

int sysfs_create_groups(struct kobject *kobj, const struct attribute_group **groups)
{
	return should_fail() ? -ENOMEM : 0;
}

int device_add_groups(struct device *dev, const struct attribute_group **groups)
{
	return should_fail() ? -ENOMEM : 0;
}

void device_remove_file(struct device *dev, const struct device_attribute *attr)
{
	remove_files();
}

void sysfs_remove_file(struct kobject *kobj, const struct attribute *attr)
{
	remove_files();
}

void sysfs_remove_group(struct kobject *kobj, const struct attribute_group *group)
{
	remove_files();
}

void sysfs_remove_groups(struct kobject *kobj, const struct attribute_group **groups)
{
	remove_files();
}

void device_remove_groups(struct device *dev, const struct attribute_group **groups)
{
	remove_files();
}
