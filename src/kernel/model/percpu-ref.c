/*
 * struct percpu_ref: a count that is cheap to raise until it is killed; the initial reference goes with percpu_ref_kill().
 * Leaves out, everywhere: the counts of single CPUs and the grace period in which they are added up (one count here, exact at all times), and the modes of
 * percpu_ref_init() but PERCPU_REF_INIT_DEAD.
 */

#define PERCPU_REF_INIT_ATOMIC 1
#define PERCPU_REF_INIT_DEAD 2
#define PERCPU_REF_ALLOW_REINIT 4

struct percpu_ref {
	int count;
	int dead;
	void (*release)(struct percpu_ref *ref);
};

/* One reference, the initial one; none where it begins dead. Can fail. */
int percpu_ref_init(struct percpu_ref *ref, void (*release)(struct percpu_ref *ref), unsigned int flags, gfp_t gfp)
{
	if (should_fail())
		return -ENOMEM;
	ref->release = release;
	ref->dead = (flags & PERCPU_REF_INIT_DEAD) != 0;
	ref->count = ref->dead ? 0 : 1;
	return 0;
}

/* The counters go, whatever they say. Leaves out: nothing that has to do with lifetimes. */
void percpu_ref_exit(struct percpu_ref *ref)
{
	ref->dead = 1;
}

/* For a caller that has a reference. */
void percpu_ref_get_many(struct percpu_ref *ref, unsigned long number)
{
	int old;

	__atomic() {
		old = ref->count;
		ref->count = old + number;
	}
	if (old <= 0)
		__report("refcount", "percpu_ref_get of a reference count that is 0");
}

void percpu_ref_get(struct percpu_ref *ref)
{
	percpu_ref_get_many(ref, 1);
}

/* Fails on 0 only: it may still be had after the kill. */
bool percpu_ref_tryget(struct percpu_ref *ref)
{
	bool had = false;

	__atomic() {
		if (ref->count > 0) {
			ref->count++;
			had = true;
		}
	}
	return had;
}

/* Fails once the kill has been seen. */
bool percpu_ref_tryget_live(struct percpu_ref *ref)
{
	bool had = false;

	__atomic() {
		if (!ref->dead && ref->count > 0) {
			ref->count++;
			had = true;
		}
	}
	return had;
}

/* The last one calls release(). */
void percpu_ref_put_many(struct percpu_ref *ref, unsigned long number)
{
	int old;

	__atomic() {
		old = ref->count;
		ref->count = old - number;
	}
	if (old < (int)number)
		__report("refcount", "percpu ref <= 0 after a put: underflow");
	else if (old == (int)number)
		ref->release(ref);
}

void percpu_ref_put(struct percpu_ref *ref)
{
	percpu_ref_put_many(ref, 1);
}

/* Marks it dead, confirms, and drops the initial reference: once. */
void percpu_ref_kill_and_confirm(struct percpu_ref *ref, void (*confirm)(struct percpu_ref *ref))
{
	int was_dead;

	__atomic() {
		was_dead = ref->dead;
		ref->dead = 1;
	}
	if (was_dead) {
		__report("warn", "percpu_ref_kill called more than once");
		return;
	}
	if (confirm)
		confirm(ref);
	percpu_ref_put(ref);
}

void percpu_ref_kill(struct percpu_ref *ref)
{
	percpu_ref_kill_and_confirm(ref, NULL);
}

bool percpu_ref_is_dying(struct percpu_ref *ref)
{
	return ref->dead;
}

bool percpu_ref_is_zero(struct percpu_ref *ref)
{
	return ref->count == 0;
}
