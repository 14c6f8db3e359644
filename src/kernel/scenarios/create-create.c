/* scenario: create-create
title: two create the same group
asks: Two devices of one IOMMU group appear at once. Does the one that comes second leave anything behind?
needs: vfio_create_group, vfio_group_put
users: 2
user: create and put
*/

#include "fills/vfio-group.c"

static struct iommu_group *the_iommu_group;
static struct device the_device;

void setup(void)
{
	INIT_LIST_HEAD(&vfio.group_list);
	alloc_chrdev_region(&vfio.group_devt, 0, MINORMASK + 1, "vfio");
	the_iommu_group = iommu_group_alloc();
	the_device.iommu_group = the_iommu_group;
}

void user(void)
{
	struct vfio_group *group = vfio_group_find_or_alloc(&the_device);

	if (!IS_ERR(group))
		vfio_group_put(group);
}

void finish(void)
{
	iommu_group_put(the_iommu_group);
	report_ids_in_use();
}
