/*
 * refcount_t: a counter that saturates and warns instead of wrapping.
 *
 * Below zero it is saturated and stays there: the object is never freed through it again.
 * A warning does not end the run. Leaves out, everywhere: memory order, and that the warning
 * and the saturation are two writes in the kernel (one step here).
 */

typedef struct { int refs; } refcount_t;

#define REFCOUNT_SATURATED (-1073741824)

void refcount_set(refcount_t *r, int n)
{
	r->refs = n;
}

unsigned int refcount_read(const refcount_t *r)
{
	return r->refs;
}

/* On 0, saturated, or beyond what an int holds: warns, and is saturated afterwards. */
void refcount_add(int i, refcount_t *r)
{
	int old;

	__atomic() {
		old = r->refs;
		if (old == 0) {
			__report("refcount", "refcount_t: addition on 0; use-after-free.");
			r->refs = REFCOUNT_SATURATED;
		} else if (old < 0 || old + i < 0) {
			__report("refcount", "refcount_t: saturated; leaking memory.");
			r->refs = REFCOUNT_SATURATED;
		} else {
			r->refs = old + i;
		}
	}
}

void refcount_inc(refcount_t *r)
{
	refcount_add(1, r);
}

/* On 0: no change, false. On saturated: warns, stays, true. */
bool refcount_add_not_zero(int i, refcount_t *r)
{
	int old;

	__atomic() {
		old = r->refs;
		if (old < 0 || old + i < 0) {
			__report("refcount", "refcount_t: saturated; leaking memory.");
			r->refs = REFCOUNT_SATURATED;
		} else if (old != 0) {
			r->refs = old + i;
		}
	}
	return old != 0;
}

bool refcount_inc_not_zero(refcount_t *r)
{
	return refcount_add_not_zero(1, r);
}

/* True for the one caller that brings it to 0. On 0 or saturated: warns, saturated, false. */
bool refcount_sub_and_test(int i, refcount_t *r)
{
	int old;

	__atomic() {
		old = r->refs;
		if (old < i) {
			__report("refcount", "refcount_t: underflow; use-after-free.");
			r->refs = REFCOUNT_SATURATED;
		} else {
			r->refs = old - i;
		}
	}
	return old == i;
}

bool refcount_dec_and_test(refcount_t *r)
{
	return refcount_sub_and_test(1, r);
}

/* For a caller that knows it is not the last: also 1 -> 0 warns and saturates. */
void refcount_dec(refcount_t *r)
{
	int old;

	__atomic() {
		old = r->refs;
		if (old <= 1) {
			__report("refcount", "refcount_t: decrement hit 0; leaking memory.");
			r->refs = REFCOUNT_SATURATED;
		} else {
			r->refs = old - 1;
		}
	}
}

/* Drops the reference unless it is the only one. On 0: warns, true, no change. On saturated: true, no change. */
bool refcount_dec_not_one(refcount_t *r)
{
	int old;

	__atomic() {
		old = r->refs;
		if (old == 0)
			__report("refcount", "refcount_t: underflow; use-after-free.");
		else if (old > 1)
			r->refs = old - 1;
	}
	return old != 1;
}

/* 1 -> 0 and true, else no change and false. */
bool refcount_dec_if_one(refcount_t *r)
{
	int old;

	__atomic() {
		old = r->refs;
		if (old == 1)
			r->refs = 0;
	}
	return old == 1;
}

/*
 * Three steps, never fewer: drop a reference that is not the last without the lock; else take the lock;
 * then drop it for good, unless somebody was faster. The lock is kept only when the count hit 0.
 */
bool refcount_dec_and_mutex_lock(refcount_t *r, struct mutex *lock)
{
	if (refcount_dec_not_one(r))
		return false;
	mutex_lock(lock);
	if (!refcount_dec_and_test(r)) {
		mutex_unlock(lock);
		return false;
	}
	return true;
}

/* The same with a spinlock. */
bool refcount_dec_and_lock(refcount_t *r, spinlock_t *lock)
{
	if (refcount_dec_not_one(r))
		return false;
	spin_lock(lock);
	if (!refcount_dec_and_test(r)) {
		spin_unlock(lock);
		return false;
	}
	return true;
}

/* There are no interrupts here: what would be saved in `flags` is not. */
bool refcount_dec_and_lock_irqsave(refcount_t *r, spinlock_t *lock, unsigned long *flags)
{
	return refcount_dec_and_lock(r, lock);
}
