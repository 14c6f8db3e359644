/* scenario: create-lookup
title: create against lookup
asks: Can a lookup find a group that is half made or already dying?
needs: vfio_create_group, vfio_group_put, vfio_group_get_from_iommu
cpu0: create and put
cpu1: look up and put
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

void cpu0(void)
{
	struct vfio_group *group = vfio_group_find_or_alloc(&the_device);

	if (!IS_ERR(group))
		vfio_group_put(group);
}

void cpu1(void)
{
	struct vfio_group *found = vfio_group_get_from_iommu(the_iommu_group);

	if (found)
		vfio_group_put(found);
}

void finish(void)
{
	iommu_group_put(the_iommu_group);
	report_ids_in_use();
}
