/* scenario: open-last-put
title: open() against the last put
asks: Can a file be opened on a group whose last reference is being dropped?
needs: vfio_group_put, vfio_group_fops_open, vfio_create_group
users: 1
user: open and close
cpu0: last put
what-if plain-get: open() takes the reference without asking whether the count is 0
  replace vfio_group_try_get: refcount_inc_not_zero(&group->users) => (refcount_inc(&group->users), true)
  or replace vfio_group_fops_open: refcount_inc_not_zero(&group->users) => (refcount_inc(&group->users), true)
what-if no-parent-ref: cdev and device are added one by one, and the cdev does not hold the device that it is embedded beside
  replace vfio_create_group: cdev_device_add(&group->cdev, &group->dev) => (cdev_add(&group->cdev, group->dev.devt, 1) ?: device_add(&group->dev))
what-if no-final-put: the creator's device reference is never dropped
  drop vfio_group_put: put_device(&group->dev);
what-if double-put: the creator's device reference is dropped twice
  repeat vfio_group_put: put_device(&group->dev);
what-if double-lock: the last put takes the group lock, which it holds, again
  replace vfio_group_put: list_del(&group->vfio_next); => mutex_lock(&vfio.group_lock); list_del(&group->vfio_next);
  or replace vfio_group_release: list_del(&group->vfio_next); => mutex_lock(&vfio.group_lock); list_del(&group->vfio_next);
what-if early-put: the creator's device reference is dropped before the device and the cdev are deleted
  move vfio_group_put: put_device(&group->dev); after list_del(&group->vfio_next);
what-if late-unlist: the group leaves the list after the device and the cdev are deleted, still under the lock
  move vfio_group_put: list_del(&group->vfio_next); after cdev_device_del(&group->cdev, &group->dev);
*/

/* The driver's only group, its IOMMU group, the device that led to it, and the device node. */
static struct vfio_group *the_group;
static struct iommu_group *the_iommu_group;
static struct device the_device;
static struct inode the_inode;

void setup(void)
{
	INIT_LIST_HEAD(&vfio.group_list);
	alloc_chrdev_region(&vfio.group_devt, 0, MINORMASK + 1, "vfio");
	/* Before the patch, one cdev serves all minors; vfio_init() registers it. */
	if (__has(vfio_group_get_from_minor)) {
		cdev_init(&vfio.group_cdev, &vfio_group_fops);
		cdev_add(&vfio.group_cdev, vfio.group_devt, MINORMASK + 1);
	}
	the_iommu_group = iommu_group_alloc();
	the_device.iommu_group = the_iommu_group;
	the_group = vfio_group_find_or_alloc(&the_device);
	__assume(!IS_ERR(the_group));
	init_special_inode(&the_inode, 0, MKDEV(MAJOR(vfio.group_devt), 0));
}

void user(void)
{
	struct file file;

	if (!file_open(&file, &the_inode))
		fput(&file);
}

void cpu0(void)
{
	vfio_group_put(the_group);
}

void finish(void)
{
	iommu_group_put(the_iommu_group);
	report_ids_in_use();
}

/* What the patch does not show of itself, and its callers. */

enum vfio_group_type { VFIO_IOMMU, VFIO_EMULATED_IOMMU, VFIO_NO_IOMMU };

static int vfio_group_fops_open(struct inode *inode, struct file *filep);
static int vfio_group_fops_release(struct inode *inode, struct file *filep);

static const struct file_operations vfio_group_fops = {
	.open = vfio_group_fops_open,
	.release = vfio_group_fops_release,
};

/* One open file at a time; a group that is refused gives its reference back. */
__tail(vfio_group_fops_open)
{
	if (group->type == VFIO_NO_IOMMU && !capable(CAP_SYS_RAWIO)) {
		vfio_group_put(group);
		return -EPERM;
	}
	opened = atomic_cmpxchg(&group->opened, 0, 1);
	if (opened) {
		vfio_group_put(group);
		return -EBUSY;
	}
	filep->private_data = group;
	return 0;
}

static int vfio_group_fops_release(struct inode *inode, struct file *filep)
{
	struct vfio_group *group = filep->private_data;

	filep->private_data = NULL;
	atomic_dec(&group->opened);
	vfio_group_put(group);
	return 0;
}

/* The caller of vfio_create_group(): looks first, creates if there is none, and puts the IOMMU group that it got. */
__head(vfio_group_find_or_alloc)
{
	struct iommu_group *iommu_group;
	struct vfio_group *group;

	iommu_group = iommu_group_get(dev);
	if (!iommu_group)
		return ERR_PTR(-EINVAL);
	group = vfio_group_get_from_iommu(iommu_group);
	if (group) {
		iommu_group_put(iommu_group);
		return group;
	}
}

__tail(vfio_group_find_or_alloc)
{
	return group;
}

static struct vfio_group *vfio_group_find_or_alloc(struct device *dev)
{
	struct iommu_group *iommu_group;
	struct vfio_group *group;

	iommu_group = iommu_group_get(dev);
	if (!iommu_group)
		return ERR_PTR(-EINVAL);
	group = vfio_group_get_from_iommu(iommu_group);
	if (!group)
		group = vfio_create_group(iommu_group, VFIO_IOMMU);
	iommu_group_put(iommu_group);
	return group;
}

__head(vfio_group_get_from_iommu)
{
	struct vfio_group *group;

	mutex_lock(&vfio.group_lock);
	group = __vfio_group_get_from_iommu(iommu_group);
	mutex_unlock(&vfio.group_lock);
}

static struct vfio_group *__vfio_group_get_from_iommu(struct iommu_group *iommu_group)
{
	struct vfio_group *group;

	list_for_each_entry(group, &vfio.group_list, vfio_next) {
		if (group->iommu_group == iommu_group) {
			vfio_group_get(group);
			return group;
		}
	}
	return NULL;
}

/* Only its brace is missing. */
__head(vfio_group_get)
{
}

__head(vfio_group_put)
{
	if (!refcount_dec_and_mutex_lock(&group->users, &vfio.group_lock))
		return;
	WARN_ON(!list_empty(&group->device_list));
}
