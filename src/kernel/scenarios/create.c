/* scenario: create
title: create a group, then use what came back
asks: Is the group that creating it returns alive, and does every way out of creating it give back what it took?
needs: vfio_create_group, vfio_group_put
cpu0: create
*/

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
