/*
 * struct iommu_group: counted, and with a notifier chain of its own.
 * Leaves out, everywhere: domains, the list of devices, sysfs, and that the kernel counts through a second kobject.
 */

struct iommu_group {
	struct kobject kobj;
	struct blocking_notifier_head notifier;
	int id;
};

#define IOMMU_GROUP_NOTIFY_ADD_DEVICE 1
#define IOMMU_GROUP_NOTIFY_DEL_DEVICE 2
#define IOMMU_GROUP_NOTIFY_BIND_DRIVER 3
#define IOMMU_GROUP_NOTIFY_BOUND_DRIVER 4
#define IOMMU_GROUP_NOTIFY_UNBIND_DRIVER 5
#define IOMMU_GROUP_NOTIFY_UNBOUND_DRIVER 6

static void iommu_group_release(struct kobject *kobj)
{
	struct iommu_group *group = container_of(kobj, struct iommu_group, kobj);

	kfree(group);
}

static const struct kobj_type iommu_group_ktype = { .release = iommu_group_release };

/* A new group; its first reference is the caller's. */
struct iommu_group *iommu_group_alloc(void)
{
	struct iommu_group *group = kzalloc(sizeof(*group), GFP_KERNEL);

	if (!group)
		return ERR_PTR(-ENOMEM);
	kobject_init(&group->kobj, &iommu_group_ktype);
	BLOCKING_INIT_NOTIFIER_HEAD(&group->notifier);
	return group;
}

/* The group of a device, with a reference; NULL when it has none. */
struct iommu_group *iommu_group_get(struct device *dev)
{
	struct iommu_group *group = dev->iommu_group;

	if (group)
		kobject_get(&group->kobj);
	return group;
}

/* One more reference, for a caller that has one. */
struct iommu_group *iommu_group_ref_get(struct iommu_group *group)
{
	kobject_get(&group->kobj);
	return group;
}

void iommu_group_put(struct iommu_group *group)
{
	if (group)
		kobject_put(&group->kobj);
}

int iommu_group_id(struct iommu_group *group)
{
	return group->id;
}

int iommu_group_register_notifier(struct iommu_group *group, struct notifier_block *nb)
{
	return blocking_notifier_chain_register(&group->notifier, nb);
}

int iommu_group_unregister_notifier(struct iommu_group *group, struct notifier_block *nb)
{
	return blocking_notifier_chain_unregister(&group->notifier, nb);
}
