/*
 * struct xarray: numbers that lead to pointers, each call under its own lock and so one step.
 * What a lookup returns is only as valid as its caller's lock makes it. Leaves out: more than eight numbers, marks, ranges, and its lock for callers.
 */

#define XA_IDS 8

struct xa_limit {
	u32 max;
	u32 min;
};

/* The kernel's is a macro with a value. */
static const struct xa_limit xa_limit_32b = { .max = XA_IDS - 1, .min = 0 };
static const struct xa_limit xa_limit_31b = { .max = XA_IDS - 1, .min = 0 };

struct xarray {
	void *slot[XA_IDS];
};

void xa_init(struct xarray *xa)
{
	int id = 0;

	while (id < XA_IDS) {
		xa->slot[id] = NULL;
		id++;
	}
}

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

/* Only where nothing stands: -EBUSY else. Leaves out: more than eight numbers. */
int xa_insert(struct xarray *xa, unsigned long id, void *entry, gfp_t flags)
{
	int err = -EBUSY;

	if (should_fail())
		return -ENOMEM;
	__atomic() {
		if (id < XA_IDS && !xa->slot[id]) {
			xa->slot[id] = entry;
			err = 0;
		}
	}
	return err;
}

/* The lowest free number. Leaves out: the limit, and more than eight numbers. */
int xa_alloc(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, gfp_t flags)
{
	u32 free = 0;

	if (should_fail())
		return -ENOMEM;
	__atomic() {
		while (free < XA_IDS && xa->slot[free])
			free++;
		if (free < XA_IDS)
			xa->slot[free] = entry;
	}
	if (free >= XA_IDS)
		return -EBUSY;
	*id = free;
	return 0;
}

/* What stood there before; an error pointer when there is no room. */
void *xa_store(struct xarray *xa, unsigned long id, void *entry, gfp_t flags)
{
	void *old = ERR_PTR(-ENOMEM);

	if (should_fail())
		return old;
	__atomic() {
		if (id < XA_IDS) {
			old = xa->slot[id];
			xa->slot[id] = entry;
		}
	}
	return old;
}

void *xa_erase(struct xarray *xa, unsigned long id)
{
	void *old = NULL;

	__atomic() {
		if (id < XA_IDS) {
			old = xa->slot[id];
			xa->slot[id] = NULL;
		}
	}
	return old;
}

/* Stores only where `old` stands; what stood there comes back. */
void *xa_cmpxchg(struct xarray *xa, unsigned long id, void *old, void *entry, gfp_t flags)
{
	void *found = ERR_PTR(-ENOMEM);

	if (should_fail())
		return found;
	__atomic() {
		if (id < XA_IDS) {
			found = xa->slot[id];
			if (found == old)
				xa->slot[id] = entry;
		}
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

void xa_destroy(struct xarray *xa)
{
	xa_init(xa);
}
