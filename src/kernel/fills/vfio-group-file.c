/* The file operations of a vfio group, as far as the series does not show them. */

static int vfio_group_fops_open(struct inode *inode, struct file *filep);
static int vfio_group_fops_release(struct inode *inode, struct file *filep);

static const struct file_operations vfio_group_fops = {
	.open = vfio_group_fops_open,
	.release = vfio_group_fops_release,
};

/* One open file at a time; a group that is refused gives its reference back. */
__tail(vfio_group_fops_open)
{
	if (group->type == VFIO_NO_IOMMU && !capable(CAP_SYS_RAWIO)) {
		vfio_group_put(group);
		return -EPERM;
	}
	opened = atomic_cmpxchg(&group->opened, 0, 1);
	if (opened) {
		vfio_group_put(group);
		return -EBUSY;
	}
	filep->private_data = group;
	return 0;
}

static int vfio_group_fops_release(struct inode *inode, struct file *filep)
{
	struct vfio_group *group = filep->private_data;

	filep->private_data = NULL;
	atomic_dec(&group->opened);
	vfio_group_put(group);
	return 0;
}
