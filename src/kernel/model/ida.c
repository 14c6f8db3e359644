/* struct ida: which small numbers are taken. Each call is one step: the kernel's runs under the ida's own lock. */

#define IDA_IDS 30

struct ida {
	unsigned int used;
	unsigned int base;
};

/* Numbers that are taken, in every ida and idr together: for the check at the end. */
static int ids_in_use;

void ida_init(struct ida *ida)
{
	ida->used = 0;
	ida->base = 0;
}

/* The lowest free number of min .. max, or an error. Leaves out: more than thirty numbers, counted from the first `min` of 30 or more that an empty ida is asked for. */
int ida_alloc_range(struct ida *ida, unsigned int min, unsigned int max, gfp_t flags)
{
	unsigned int id = min;
	int found = -ENOSPC;

	if (flags != GFP_ATOMIC && flags != GFP_NOWAIT)
		__might_sleep();
	if (should_fail())
		return -ENOMEM;
	if (max > INT_MAX)
		max = INT_MAX;
	__atomic() {
		if (ida->used == 0 && min >= IDA_IDS)
			ida->base = min;
		while (id - ida->base < IDA_IDS && (ida->used >> (id - ida->base) & 1))
			id++;
		if (id - ida->base < IDA_IDS && id <= max) {
			ida->used |= 1 << (id - ida->base);
			ids_in_use++;
			found = id;
		}
	}
	return found;
}

int ida_alloc(struct ida *ida, gfp_t flags)
{
	return ida_alloc_range(ida, 0, UINT_MAX, flags);
}

int ida_alloc_max(struct ida *ida, unsigned int max, gfp_t flags)
{
	return ida_alloc_range(ida, 0, max, flags);
}

int ida_alloc_min(struct ida *ida, unsigned int min, gfp_t flags)
{
	return ida_alloc_range(ida, min, UINT_MAX, flags);
}

/* A number that is not taken is a warning; an error number is let pass. */
void ida_free(struct ida *ida, unsigned int id)
{
	if ((int)id < 0)
		return;
	__atomic() {
		if (id - ida->base < IDA_IDS && (ida->used >> (id - ida->base) & 1)) {
			ida->used &= ~(1 << (id - ida->base));
			ids_in_use--;
		} else {
			__report("id", "ida_free called for an id which is not allocated.");
		}
	}
}

bool ida_is_empty(const struct ida *ida)
{
	return ida->used == 0;
}

/* Forgets all numbers; they count as given back. */
void ida_destroy(struct ida *ida)
{
	unsigned int id = 0;

	__atomic() {
		while (id < IDA_IDS) {
			if (ida->used >> id & 1)
				ids_in_use--;
			id++;
		}
		ida->used = 0;
	}
}

/* For finish(): numbers that were never given back. Not in the kernel. */
void report_ids_in_use(void)
{
	if (ids_in_use > 0)
		__report("leak", "an id was allocated and never freed");
}

/* The older names. */
int ida_simple_get(struct ida *ida, unsigned int start, unsigned int end, gfp_t flags)
{
	return ida_alloc_range(ida, start, end ? end - 1 : UINT_MAX, flags);
}

void ida_simple_remove(struct ida *ida, unsigned int id)
{
	ida_free(ida, id);
}
