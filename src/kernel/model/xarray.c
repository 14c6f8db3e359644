/*
 * struct xarray: numbers that lead to pointers. Each call is one step that nobody takes while its lock is held; the forms with underscores are for who holds it.
 * What a lookup returns is only as valid as its caller's lock makes it. Leaves out, everywhere: more than eight numbers, marks, ranges, values, and interrupts.
 */

#define XA_IDS 8

#define XA_FLAGS_ALLOC 4
#define XA_FLAGS_ALLOC1 12

struct xa_limit {
	u32 max;
	u32 min;
};

/* The kernel's are macros with values. */
static const struct xa_limit xa_limit_32b = { .max = UINT_MAX, .min = 0 };
static const struct xa_limit xa_limit_31b = { .max = INT_MAX, .min = 0 };
static const struct xa_limit xa_limit_16b = { .max = 65535, .min = 0 };

#define XA_LIMIT(low, high) ((struct xa_limit) { .max = (high), .min = (low) })

struct xarray {
	spinlock_t xa_lock;
	unsigned int first;
	void *slot[XA_IDS];
};

void xa_init_flags(struct xarray *xa, gfp_t flags)
{
	int id = 0;

	spin_lock_init(&xa->xa_lock);
	xa->first = flags == XA_FLAGS_ALLOC1 ? 1 : 0;
	while (id < XA_IDS) {
		xa->slot[id] = NULL;
		id++;
	}
}

void xa_init(struct xarray *xa)
{
	xa_init_flags(xa, 0);
}

/* For DEFINE_XARRAY_ALLOC1(). Not in the kernel. */
void xa_init_alloc1(struct xarray *xa)
{
	xa_init_flags(xa, XA_FLAGS_ALLOC1);
}

void xa_lock(struct xarray *xa)
{
	spin_lock(&xa->xa_lock);
}

void xa_unlock(struct xarray *xa)
{
	spin_unlock(&xa->xa_lock);
}

/* Memory is needed: that may sleep, unless the flags say no. Not in the kernel. */
static bool xa_no_memory(gfp_t flags)
{
	if (flags != GFP_ATOMIC && flags != GFP_NOWAIT)
		__might_sleep();
	return should_fail();
}

/* Without the lock, and no reference to what it gives. */
void *xa_load(struct xarray *xa, unsigned long id)
{
	if (id >= XA_IDS)
		return NULL;
	return xa->slot[id];
}

/* The lowest number in use from `id` on; XA_IDS when there is none. Not in the kernel: xa_for_each() goes from one to the next with it. */
unsigned long xa_next_index(struct xarray *xa, unsigned long id)
{
	__atomic() {
		while (id < XA_IDS && !xa->slot[id])
			id++;
	}
	return id;
}

/* Only where nothing stands: -EBUSY else. */
int __xa_insert(struct xarray *xa, unsigned long id, void *entry, gfp_t flags)
{
	if (id >= XA_IDS)
		return -ENOMEM;
	if (xa->slot[id])
		return -EBUSY;
	xa->slot[id] = entry;
	return 0;
}

int xa_insert(struct xarray *xa, unsigned long id, void *entry, gfp_t flags)
{
	int err;

	if (xa_no_memory(flags))
		return -ENOMEM;
	__atomic() {
		__wait(!xa->xa_lock.locked);
		err = __xa_insert(xa, id, entry, flags);
	}
	return err;
}

/* The lowest free number within the limit, and for XA_FLAGS_ALLOC1 not 0; -EBUSY when there is none. */
int __xa_alloc(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, gfp_t flags)
{
	u32 free = limit.min > xa->first ? limit.min : xa->first;

	while (free < XA_IDS && xa->slot[free])
		free++;
	if (free >= XA_IDS || free > limit.max)
		return -EBUSY;
	xa->slot[free] = entry;
	*id = free;
	return 0;
}

int xa_alloc(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, gfp_t flags)
{
	u32 free = 0;
	int err;

	if (xa_no_memory(flags))
		return -ENOMEM;
	__atomic() {
		__wait(!xa->xa_lock.locked);
		err = __xa_alloc(xa, &free, entry, limit, flags);
	}
	if (!err)
		*id = free;
	return err;
}

/* Leaves out: that it goes on from the last number. */
int xa_alloc_cyclic(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, u32 *next, gfp_t flags)
{
	return xa_alloc(xa, id, entry, limit, flags);
}

/* What stood there before; an error pointer when there is no room. NULL as an entry erases. */
void *__xa_store(struct xarray *xa, unsigned long id, void *entry, gfp_t flags)
{
	void *old;

	if (id >= XA_IDS)
		return ERR_PTR(-ENOMEM);
	old = xa->slot[id];
	xa->slot[id] = entry;
	return old;
}

void *xa_store(struct xarray *xa, unsigned long id, void *entry, gfp_t flags)
{
	void *old;

	if (xa_no_memory(flags))
		return ERR_PTR(-ENOMEM);
	__atomic() {
		__wait(!xa->xa_lock.locked);
		old = __xa_store(xa, id, entry, flags);
	}
	return old;
}

/* The number in an error pointer that a store gave, or 0. */
int xa_err(void *entry)
{
	return IS_ERR(entry) ? PTR_ERR(entry) : 0;
}

bool xa_is_err(const void *entry)
{
	return IS_ERR(entry);
}

/* What stood there; NULL when nothing did. Cannot fail. */
void *__xa_erase(struct xarray *xa, unsigned long id)
{
	void *old;

	if (id >= XA_IDS)
		return NULL;
	old = xa->slot[id];
	xa->slot[id] = NULL;
	return old;
}

void *xa_erase(struct xarray *xa, unsigned long id)
{
	void *old;

	__atomic() {
		__wait(!xa->xa_lock.locked);
		old = __xa_erase(xa, id);
	}
	return old;
}

/* Stores only where `old` stands; what stood there comes back. */
void *__xa_cmpxchg(struct xarray *xa, unsigned long id, void *old, void *entry, gfp_t flags)
{
	void *found;

	if (id >= XA_IDS)
		return ERR_PTR(-ENOMEM);
	found = xa->slot[id];
	if (found == old)
		xa->slot[id] = entry;
	return found;
}

void *xa_cmpxchg(struct xarray *xa, unsigned long id, void *old, void *entry, gfp_t flags)
{
	void *found;

	if (xa_no_memory(flags))
		return ERR_PTR(-ENOMEM);
	__atomic() {
		__wait(!xa->xa_lock.locked);
		found = __xa_cmpxchg(xa, id, old, entry, flags);
	}
	return found;
}

bool xa_empty(const struct xarray *xa)
{
	int id = 0;

	while (id < XA_IDS && !xa->slot[id])
		id++;
	return id == XA_IDS;
}

/* Forgets all; what they led to is the caller's. */
void xa_destroy(struct xarray *xa)
{
	int id = 0;

	while (id < XA_IDS) {
		xa->slot[id] = NULL;
		id++;
	}
}
