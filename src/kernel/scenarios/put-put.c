/* scenario: put-put
title: two drop their references at once
asks: Two users hold one reference each. Does exactly one of them take the group down?
needs: vfio_create_group, vfio_group_put, vfio_group_get
users: 2
user: put
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
