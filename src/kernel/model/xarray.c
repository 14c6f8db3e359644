/*
 * struct xarray: numbers that lead to pointers, each call under its own lock and so one step.
 * What a lookup returns is only as valid as its caller's lock makes it. Leaves out: more than eight numbers, marks, ranges, and its lock for callers.
 */

#define XA_IDS 8

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
