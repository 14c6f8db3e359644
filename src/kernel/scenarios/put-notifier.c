/* scenario: put-notifier
title: a notifier against the last put
asks: The IOMMU group calls the group's notifier while the last reference is dropped. Can the notifier's own put be the last?
needs: vfio_group_put, vfio_create_group
cpu0: last put
cpu1: notifier
cpu2: worker
what-if direct-put: the notifier drops its reference itself, not from a work item
  replace vfio_iommu_group_notifier: vfio_group_schedule_put(group); => vfio_group_put(group);
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
}

void cpu0(void)
{
	vfio_group_put(the_group);
}

/* An event that the notifier has nothing to do for. */
void cpu1(void)
{
	blocking_notifier_call_chain(&the_iommu_group->notifier, IOMMU_GROUP_NOTIFY_DEL_DEVICE, &the_device);
	stop_work_items();
}

/* Runs what the notifier puts off, and ends when no more can come. */
void cpu2(void)
{
	run_work_items();
}

void finish(void)
{
	iommu_group_put(the_iommu_group);
	report_ids_in_use();
}

__head(vfio_iommu_group_notifier)
{
	struct vfio_group *group = container_of(nb, struct vfio_group, nb);
}
