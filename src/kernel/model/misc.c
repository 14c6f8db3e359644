/*
 * Miscellaneous devices: one mutex guards the list of them, and is held while a driver's open() runs. So open() never runs after misc_deregister(), and the structure
 * that holds the miscdevice may go only when no file is open.
 * Leaves out, everywhere: minor numbers, names, the struct device of each, and loading a module when a number is looked up.
 */

struct miscdevice {
	int minor;
	const char *name;
	const struct file_operations *fops;
	struct device *parent;
	struct device *this_device;
	struct miscdevice *next;
};

#define MISC_DYNAMIC_MINOR 255

static struct mutex misc_mtx;
static struct miscdevice *misc_list;

/* Can be opened from here on. Can fail. */
int misc_register(struct miscdevice *misc)
{
	if (should_fail())
		return -EBUSY;
	mutex_lock(&misc_mtx);
	misc->next = misc_list;
	misc_list = misc;
	mutex_unlock(&misc_mtx);
	return 0;
}

/* No open() begins after this, and none is under way when it is over; files may still be open. */
void misc_deregister(struct miscdevice *misc)
{
	struct miscdevice **at;

	mutex_lock(&misc_mtx);
	for (at = &misc_list; *at; at = &(*at)->next) {
		if (*at == misc) {
			*at = misc->next;
			break;
		}
	}
	mutex_unlock(&misc_mtx);
}

/* What open(2) does with the device's node, in the caller's own struct file: 0, or an error. fput() closes it. */
int misc_file_open(struct file *file, struct inode *inode, struct miscdevice *misc)
{
	const struct file_operations *ops = NULL;
	struct miscdevice *at;
	int error = -ENODEV;

	mutex_lock(&misc_mtx);
	for (at = misc_list; at; at = at->next)
		if (at == misc)
			ops = at->fops;
	if (ops && try_module_get(ops->owner)) {
		atomic_long_set(&file->f_count, 1);
		file->f_inode = inode;
		file->f_op = ops;
		file->private_data = misc;
		file->allocated = 0;
		error = ops->open ? ops->open(inode, file) : 0;
		if (error)
			module_put(ops->owner);
	}
	mutex_unlock(&misc_mtx);
	return error;
}
