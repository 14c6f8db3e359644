/* scenario: open-open-put
title: two opens against the last put
asks: Can two openers and the last put get in each other's way?
needs: vfio_group_put, vfio_group_fops_open, vfio_create_group
users: 2
user: open and close
cpu0: last put
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
