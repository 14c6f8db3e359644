/*
 * struct idr: numbers that lead to pointers. It has no lock of its own for writers; each call is one step here,
 * so two writers without a lock are not found. What a lookup returns is only as valid as its caller's lock makes it.
 */

#define IDR_IDS 8

struct idr {
	void *slot[IDR_IDS];
};

void idr_init(struct idr *idr)
{
	int id = 0;

	while (id < IDR_IDS) {
		idr->slot[id] = NULL;
		id++;
	}
}

/* The lowest free number of start .. end - 1 (no end when it is 0), or an error. Leaves out: more than eight. */
int idr_alloc(struct idr *idr, void *ptr, int start, int end, gfp_t flags)
{
	int id = start;

	if (flags != GFP_ATOMIC && flags != GFP_NOWAIT)
		__might_sleep();
	if (should_fail())
		return -ENOMEM;
	__atomic() {
		while (id < IDR_IDS && idr->slot[id])
			id++;
		if (id < IDR_IDS && (end <= 0 || id < end)) {
			idr->slot[id] = ptr;
			ids_in_use++;
		}
	}
	return id < IDR_IDS && (end <= 0 || id < end) ? id : -ENOSPC;
}

/* Leaves out: that it goes on from the last number. */
int idr_alloc_cyclic(struct idr *idr, void *ptr, int start, int end, gfp_t flags)
{
	return idr_alloc(idr, ptr, start, end, flags);
}

void *idr_find(const struct idr *idr, unsigned long id)
{
	if (id >= IDR_IDS)
		return NULL;
	return idr->slot[id];
}

/* The lowest number in use from `id` on; IDR_IDS when there is none. Not in the kernel: idr_for_each_entry() goes from one to the next with it. */
int idr_next_index(const struct idr *idr, int id)
{
	__atomic() {
		while (id < IDR_IDS && !idr->slot[id])
			id++;
	}
	return id;
}

/* What stood there, or NULL when nothing did. */
void *idr_remove(struct idr *idr, unsigned long id)
{
	void *ptr = NULL;

	__atomic() {
		if (id < IDR_IDS && idr->slot[id]) {
			ptr = idr->slot[id];
			idr->slot[id] = NULL;
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
		if (id < IDR_IDS && idr->slot[id]) {
			old = idr->slot[id];
			idr->slot[id] = ptr;
		}
	}
	return old;
}

bool idr_is_empty(const struct idr *idr)
{
	int id = 0;

	while (id < IDR_IDS && !idr->slot[id])
		id++;
	return id == IDR_IDS;
}

void idr_destroy(struct idr *idr)
{
	int id = 0;

	while (id < IDR_IDS) {
		idr_remove(idr, id);
		id++;
	}
}
