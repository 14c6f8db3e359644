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

#include "fills/vfio-group.c"
#include "fills/vfio-group-file.c"

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
