/* scenario: unregister-open
title: the device is unregistered while a file is open
asks: The driver drops its reference while a user closes the file and opens it again. Who takes the group down, and can the file come back?
needs: vfio_group_put, vfio_group_fops_open, vfio_create_group
cpu0: close, then open again
cpu1: unregister
*/

#include "fills/vfio-group.c"
#include "fills/vfio-group-file.c"

/* The driver's only group, its IOMMU group, the device that led to it, the device node, and the file that is open on it. */
static struct vfio_group *the_group;
static struct iommu_group *the_iommu_group;
static struct device the_device;
static struct inode the_inode;
static struct file the_file;

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
	__assume(!file_open(&the_file, &the_inode));
}

/* Closes, which may be the last put, and opens again. */
void cpu0(void)
{
	fput(&the_file);
	if (!file_open(&the_file, &the_inode))
		fput(&the_file);
}

void cpu1(void)
{
	vfio_group_put(the_group);
}

void finish(void)
{
	iommu_group_put(the_iommu_group);
	report_ids_in_use();
}
