/*
 * Inodes and files of character devices: how they are opened and closed.
 * Leaves out, everywhere: paths and dentries, permissions, and other kinds of files.
 */

struct inode {
	dev_t i_rdev;
	struct cdev *i_cdev;
	struct list_head i_devices;
};

struct file {
	atomic_long_t f_count;
	struct inode *f_inode;
	const struct file_operations *f_op;
	void *private_data;
	unsigned int f_flags;
	fmode_t f_mode;
	int allocated;
};

unsigned int iminor(const struct inode *inode)
{
	return MINOR(inode->i_rdev);
}

unsigned int imajor(const struct inode *inode)
{
	return MAJOR(inode->i_rdev);
}

struct inode *file_inode(const struct file *file)
{
	return file->f_inode;
}

/* A device node that was never opened. */
void init_special_inode(struct inode *inode, umode_t mode, dev_t dev)
{
	inode->i_rdev = dev;
	inode->i_cdev = NULL;
	INIT_LIST_HEAD(&inode->i_devices);
}

/*
 * The cdev behind an inode, with a reference. The inode remembers it after the first open. On a first open the lock is dropped
 * for the lookup, so another opener may have been faster: then that one's is used and ours is given back.
 */
static struct cdev *inode_cdev_get(struct inode *inode)
{
	struct cdev *cdev;
	struct cdev *found = NULL;

	spin_lock(&cdev_lock);
	cdev = inode->i_cdev;
	if (!cdev) {
		spin_unlock(&cdev_lock);
		found = cdev_map_lookup(inode->i_rdev);
		if (!found)
			return NULL;
		spin_lock(&cdev_lock);
		cdev = inode->i_cdev;
		if (!cdev) {
			cdev = found;
			inode->i_cdev = cdev;
			list_add(&inode->i_devices, &cdev->list);
			spin_unlock(&cdev_lock);
			return cdev;
		}
	}
	if (!cdev_get(cdev))
		cdev = NULL;
	spin_unlock(&cdev_lock);
	cdev_put(found);
	return cdev;
}

/* Opens: reference to the cdev, reference to the module of its operations, then the driver's open(). */
int chrdev_open(struct inode *inode, struct file *file)
{
	struct cdev *cdev = inode_cdev_get(inode);
	const struct file_operations *ops;
	int error = 0;

	if (!cdev)
		return -ENXIO;
	ops = cdev->ops;
	if (!ops || !try_module_get(ops->owner)) {
		cdev_put(cdev);
		return -ENXIO;
	}
	file->f_op = ops;
	if (ops->open)
		error = ops->open(inode, file);
	if (error) {
		cdev_put(cdev);
		module_put(ops->owner);
	}
	return error;
}

/* What open(2) does with a device node, in the caller's own struct file: 0, or an error. Leaves out: file descriptors. */
int file_open(struct file *file, struct inode *inode)
{
	atomic_long_set(&file->f_count, 1);
	file->f_inode = inode;
	file->allocated = 0;
	return chrdev_open(inode, file);
}

/* The same in memory that goes away with the last fput(): a file, or an error pointer. */
struct file *file_open_shared(struct inode *inode)
{
	struct file *file = __alloc(sizeof(*file));
	int error = file_open(file, inode);

	if (error) {
		__free(file);
		return ERR_PTR(error);
	}
	file->allocated = 1;
	return file;
}

struct file *get_file(struct file *file)
{
	atomic_long_inc(&file->f_count);
	return file;
}

/* What a call like ioctl(2) or read(2) begins with, for scenarios: a reference of its own, unless the file is closed. fput() ends it. */
bool file_enter_call(struct file *file)
{
	bool entered = false;

	__atomic() {
		if (file->f_count.counter > 0) {
			file->f_count.counter++;
			entered = true;
		}
	}
	return entered;
}

/* The last user: the driver's release() runs first, then the cdev's reference goes, then the module's. */
static void file_close(struct file *file)
{
	struct inode *inode = file->f_inode;
	const struct file_operations *ops = file->f_op;
	struct cdev *cdev;

	if (ops->release)
		ops->release(inode, file);
	cdev = inode->i_cdev;
	cdev_put(cdev);
	module_put(ops->owner);
	if (file->allocated)
		__free(file);
}

/* Leaves out: that the kernel closes from a task's own context a little later. */
void fput(struct file *file)
{
	if (atomic_long_dec_and_test(&file->f_count))
		file_close(file);
}

/* The inode goes away: it forgets its cdev. */
void cd_forget(struct inode *inode)
{
	spin_lock(&cdev_lock);
	list_del_init(&inode->i_devices);
	inode->i_cdev = NULL;
	spin_unlock(&cdev_lock);
}
