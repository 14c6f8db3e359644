/* struct kref: a refcount_t with a release function. Leaves out: nothing beyond refcount.c. */

struct kref {
	refcount_t refcount;
};

void kref_init(struct kref *kref)
{
	refcount_set(&kref->refcount, 1);
}

unsigned int kref_read(const struct kref *kref)
{
	return refcount_read(&kref->refcount);
}

void kref_get(struct kref *kref)
{
	refcount_inc(&kref->refcount);
}

/* For a pointer whose object may be dying but is still memory: true when a reference was had. */
int kref_get_unless_zero(struct kref *kref)
{
	return refcount_inc_not_zero(&kref->refcount);
}

/* The drop and the release are two things: others run in between. 1 when it released. */
int kref_put(struct kref *kref, void (*release)(struct kref *kref))
{
	if (!refcount_dec_and_test(&kref->refcount))
		return 0;
	release(kref);
	return 1;
}

/* The release runs with the lock held, and has to give it back. */
int kref_put_mutex(struct kref *kref, void (*release)(struct kref *kref), struct mutex *lock)
{
	if (!refcount_dec_and_mutex_lock(&kref->refcount, lock))
		return 0;
	release(kref);
	return 1;
}

int kref_put_lock(struct kref *kref, void (*release)(struct kref *kref), spinlock_t *lock)
{
	if (!refcount_dec_and_lock(&kref->refcount, lock))
		return 0;
	release(kref);
	return 1;
}
