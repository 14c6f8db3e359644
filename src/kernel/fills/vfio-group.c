/* What the vfio group series does not show of itself, and the callers of what it shows: how a group is made, found, got and put. */

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
