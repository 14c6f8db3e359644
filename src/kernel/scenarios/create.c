/* scenario: create
title: create a group, then use what came back
asks: Is the group that creating it returns alive, and does every way out of creating it give back what it took?
needs: vfio_create_group, vfio_group_put
cpu0: create
*/

#include "fills/vfio-group.c"

/* Everything that can fail in the kernel fails here, too. */
static struct iommu_group *the_iommu_group;
static struct device the_device;

void setup(void)
{
	INIT_LIST_HEAD(&vfio.group_list);
	alloc_chrdev_region(&vfio.group_devt, 0, MINORMASK + 1, "vfio");
	the_iommu_group = iommu_group_alloc();
	the_device.iommu_group = the_iommu_group;
	fault_injection = 1;
}

void cpu0(void)
{
	struct vfio_group *group = vfio_group_find_or_alloc(&the_device);
	struct vfio_group *found;

	if (IS_ERR(group))
		return;
	if (__choose(2)) {
		found = vfio_group_get_from_iommu(the_iommu_group);
		if (found)
			vfio_group_put(found);
	}
	vfio_group_put(group);
}

void finish(void)
{
	iommu_group_put(the_iommu_group);
	report_ids_in_use();
}
