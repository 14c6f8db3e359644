/* scenario: put-put
title: two drop their references at once
asks: Two users hold one reference each. Does exactly one of them take the group down?
needs: vfio_create_group, vfio_group_put, vfio_group_get
users: 2
user: put
*/

#include "fills/vfio-group.c"

static struct vfio_group *the_group;
static struct iommu_group *the_iommu_group;
static struct device the_device;

void setup(void)
{
	INIT_LIST_HEAD(&vfio.group_list);
	alloc_chrdev_region(&vfio.group_devt, 0, MINORMASK + 1, "vfio");
	the_iommu_group = iommu_group_alloc();
	the_device.iommu_group = the_iommu_group;
	the_group = vfio_group_find_or_alloc(&the_device);
	__assume(!IS_ERR(the_group));
	vfio_group_get(the_group);
}

void user(void)
{
	vfio_group_put(the_group);
}

void finish(void)
{
	iommu_group_put(the_iommu_group);
	report_ids_in_use();
}
