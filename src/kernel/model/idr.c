/*
 * struct idr: numbers that lead to pointers. It has no lock of its own for writers; each call is one step here,
 * so two writers without a lock are not found. What a lookup returns is only as valid as its caller's lock makes it.
 */

#define IDR_IDS 8

struct idr {
	int base;
	void *slot[IDR_IDS];
};

void idr_init(struct idr *idr)
{
	int id = 0;

	idr->base = 0;
	while (id < IDR_IDS) {
		idr->slot[id] = NULL;
		id++;
	}
}

bool idr_is_empty(const struct idr *idr)
{
	int id = 0;

	while (id < IDR_IDS && !idr->slot[id])
		id++;
	return id == IDR_IDS;
}

/* The lowest free number of start .. end - 1 (no end when it is 0), or an error. Leaves out: more than eight, counted from the first `start` of eight or more that an empty one is asked for. */
int idr_alloc(struct idr *idr, void *ptr, int start, int end, gfp_t flags)
{
	int id = start;
	int found = -ENOSPC;

	if (flags != GFP_ATOMIC && flags != GFP_NOWAIT)
		__might_sleep();
	if (should_fail())
		return -ENOMEM;
	if (start < 0) {
		__report("warn", "idr_alloc with a negative start");
		return -EINVAL;
	}
	__atomic() {
		if (start >= IDR_IDS && idr_is_empty(idr))
			idr->base = start;
		while (id - idr->base < IDR_IDS && idr->slot[id - idr->base])
			id++;
		if (id - idr->base < IDR_IDS && (end <= 0 || id < end)) {
			idr->slot[id - idr->base] = ptr;
			ids_in_use++;
			found = id;
		}
	}
	return found;
}

/* Leaves out: that it goes on from the last number. */
int idr_alloc_cyclic(struct idr *idr, void *ptr, int start, int end, gfp_t flags)
{
	return idr_alloc(idr, ptr, start, end, flags);
}

/* Takes no lock and no reference. */
void *idr_find(const struct idr *idr, unsigned long id)
{
	if (id - idr->base >= IDR_IDS)
		return NULL;
	return idr->slot[id - idr->base];
}

/* The lowest number in use from `id` on; the first that there is no room for when there is none. Not in the kernel: idr_for_each_entry() goes from one to the next with it. */
int idr_next_index(const struct idr *idr, int id)
{
	__atomic() {
		if (id < idr->base)
			id = idr->base;
		while (id - idr->base < IDR_IDS && !idr->slot[id - idr->base])
			id++;
	}
	return id;
}

/* What stood there, or NULL when nothing did. */
void *idr_remove(struct idr *idr, unsigned long id)
{
	void *ptr = NULL;

	__atomic() {
		if (id - idr->base < IDR_IDS && idr->slot[id - idr->base]) {
			ptr = idr->slot[id - idr->base];
			idr->slot[id - idr->base] = NULL;
			ids_in_use--;
		}
	}
	return ptr;
}

/* Puts another pointer under a number that is taken. */
void *idr_replace(struct idr *idr, void *ptr, unsigned long id)
{
	void *old = ERR_PTR(-ENOENT);

	__atomic() {
		if (id - idr->base < IDR_IDS && idr->slot[id - idr->base]) {
			old = idr->slot[id - idr->base];
			idr->slot[id - idr->base] = ptr;
		}
	}
	return old;
}

/* Forgets all; what they led to is the caller's. */
void idr_destroy(struct idr *idr)
{
	int id = 0;

	while (id < IDR_IDS) {
		idr_remove(idr, idr->base + id);
		id++;
	}
}

/* Calls for each until one says something else than 0. */
int idr_for_each(const struct idr *idr, int (*call)(int id, void *ptr, void *data), void *data)
{
	int id = 0;
	int result = 0;

	while (id < IDR_IDS && !result) {
		if (idr->slot[id])
			result = call(idr->base + id, idr->slot[id], data);
		id++;
	}
	return result;
}

/* Memory beforehand, so that idr_alloc() may be called under a spinlock: nothing to do here. */
void idr_preload(gfp_t flags)
{
	__might_sleep();
}

void idr_preload_end(void) { }
