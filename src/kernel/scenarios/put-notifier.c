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

/* What the patch does not show of itself, and its callers. */

enum vfio_group_type { VFIO_IOMMU, VFIO_EMULATED_IOMMU, VFIO_NO_IOMMU };

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

__head(vfio_iommu_group_notifier)
{
	struct vfio_group *group = container_of(nb, struct vfio_group, nb);
}
