/* atomic_t: every operation is one step. Leaves out: memory order; all are fully ordered here. */

typedef struct { int counter; } atomic_t;
typedef struct { long counter; } atomic_long_t;
typedef struct { long long counter; } atomic64_t;

void atomic_set(atomic_t *v, int i)
{
	v->counter = i;
}

int atomic_read(const atomic_t *v)
{
	return v->counter;
}

void atomic_add(int i, atomic_t *v)
{
	__atomic() {
		v->counter += i;
	}
}

void atomic_sub(int i, atomic_t *v)
{
	__atomic() {
		v->counter -= i;
	}
}

void atomic_inc(atomic_t *v)
{
	__atomic() {
		v->counter++;
	}
}

void atomic_dec(atomic_t *v)
{
	__atomic() {
		v->counter--;
	}
}

int atomic_add_return(int i, atomic_t *v)
{
	int new;

	__atomic() {
		new = v->counter + i;
		v->counter = new;
	}
	return new;
}

int atomic_sub_return(int i, atomic_t *v)
{
	return atomic_add_return(-i, v);
}

int atomic_inc_return(atomic_t *v)
{
	return atomic_add_return(1, v);
}

int atomic_dec_return(atomic_t *v)
{
	return atomic_add_return(-1, v);
}

bool atomic_dec_and_test(atomic_t *v)
{
	return atomic_add_return(-1, v) == 0;
}

bool atomic_inc_and_test(atomic_t *v)
{
	return atomic_add_return(1, v) == 0;
}

/* The old value comes back; the store happens only when it was `old`. */
int atomic_cmpxchg(atomic_t *v, int old, int new)
{
	int found;

	__atomic() {
		found = v->counter;
		if (found == old)
			v->counter = new;
	}
	return found;
}

int atomic_xchg(atomic_t *v, int new)
{
	int found;

	__atomic() {
		found = v->counter;
		v->counter = new;
	}
	return found;
}

/* Adds unless the value is `unless`; true when it was added. */
bool atomic_add_unless(atomic_t *v, int i, int unless)
{
	int found;

	__atomic() {
		found = v->counter;
		if (found != unless)
			v->counter = found + i;
	}
	return found != unless;
}

bool atomic_inc_not_zero(atomic_t *v)
{
	return atomic_add_unless(v, 1, 0);
}

void atomic_long_set(atomic_long_t *v, long i)
{
	v->counter = i;
}

long atomic_long_read(const atomic_long_t *v)
{
	return v->counter;
}

void atomic_long_inc(atomic_long_t *v)
{
	__atomic() {
		v->counter++;
	}
}

void atomic_long_dec(atomic_long_t *v)
{
	__atomic() {
		v->counter--;
	}
}

bool atomic_long_dec_and_test(atomic_long_t *v)
{
	long left;

	__atomic() {
		left = v->counter - 1;
		v->counter = left;
	}
	return left == 0;
}

/* For counts that are given out only while they are not negative, and their mirror. */
bool atomic_inc_unless_negative(atomic_t *v)
{
	int found;

	__atomic() {
		found = v->counter;
		if (found >= 0)
			v->counter = found + 1;
	}
	return found >= 0;
}

/* What the count would be: it is changed only where that is not negative. */
int atomic_dec_if_positive(atomic_t *v)
{
	int left;

	__atomic() {
		left = v->counter - 1;
		if (left >= 0)
			v->counter = left;
	}
	return left;
}

/* The old value comes back. */
int atomic_fetch_add(int i, atomic_t *v)
{
	return atomic_add_return(i, v) - i;
}

int atomic_fetch_sub(int i, atomic_t *v)
{
	return atomic_add_return(-i, v) + i;
}

int atomic_fetch_inc(atomic_t *v)
{
	return atomic_fetch_add(1, v);
}

int atomic_fetch_dec(atomic_t *v)
{
	return atomic_fetch_sub(1, v);
}

int atomic_fetch_add_unless(atomic_t *v, int i, int unless)
{
	int found;

	__atomic() {
		found = v->counter;
		if (found != unless)
			v->counter = found + i;
	}
	return found;
}

/* On failure `old` learns what stands there. */
bool atomic_try_cmpxchg(atomic_t *v, int *old, int new)
{
	int wanted = *old;
	int found = atomic_cmpxchg(v, wanted, new);

	if (found != wanted)
		*old = found;
	return found == wanted;
}

bool atomic_sub_and_test(int i, atomic_t *v)
{
	return atomic_add_return(-i, v) == 0;
}

bool atomic_add_negative(int i, atomic_t *v)
{
	return atomic_add_return(i, v) < 0;
}

void atomic_or(int i, atomic_t *v)
{
	__atomic() {
		v->counter |= i;
	}
}

void atomic_and(int i, atomic_t *v)
{
	__atomic() {
		v->counter &= i;
	}
}

void atomic_set_release(atomic_t *v, int i)
{
	atomic_set(v, i);
}

int atomic_read_acquire(const atomic_t *v)
{
	return atomic_read(v);
}

void atomic_long_add(long i, atomic_long_t *v)
{
	__atomic() {
		v->counter += i;
	}
}

void atomic_long_sub(long i, atomic_long_t *v)
{
	__atomic() {
		v->counter -= i;
	}
}

long atomic_long_add_return(long i, atomic_long_t *v)
{
	long new;

	__atomic() {
		new = v->counter + i;
		v->counter = new;
	}
	return new;
}

long atomic_long_inc_return(atomic_long_t *v)
{
	return atomic_long_add_return(1, v);
}

long atomic_long_dec_return(atomic_long_t *v)
{
	return atomic_long_add_return(-1, v);
}

bool atomic_long_add_unless(atomic_long_t *v, long i, long unless)
{
	long found;

	__atomic() {
		found = v->counter;
		if (found != unless)
			v->counter = found + i;
	}
	return found != unless;
}

bool atomic_long_inc_not_zero(atomic_long_t *v)
{
	return atomic_long_add_unless(v, 1, 0);
}

long atomic_long_xchg(atomic_long_t *v, long new)
{
	long found;

	__atomic() {
		found = v->counter;
		v->counter = new;
	}
	return found;
}

long atomic_long_cmpxchg(atomic_long_t *v, long old, long new)
{
	long found;

	__atomic() {
		found = v->counter;
		if (found == old)
			v->counter = new;
	}
	return found;
}

void atomic64_set(atomic64_t *v, long long i)
{
	v->counter = i;
}

long long atomic64_read(const atomic64_t *v)
{
	return v->counter;
}

void atomic64_add(long long i, atomic64_t *v)
{
	__atomic() {
		v->counter += i;
	}
}

void atomic64_sub(long long i, atomic64_t *v)
{
	__atomic() {
		v->counter -= i;
	}
}

void atomic64_inc(atomic64_t *v)
{
	__atomic() {
		v->counter++;
	}
}

void atomic64_dec(atomic64_t *v)
{
	__atomic() {
		v->counter--;
	}
}

long long atomic64_add_return(long long i, atomic64_t *v)
{
	long long new;

	__atomic() {
		new = v->counter + i;
		v->counter = new;
	}
	return new;
}

long long atomic64_inc_return(atomic64_t *v)
{
	return atomic64_add_return(1, v);
}

long long atomic64_dec_return(atomic64_t *v)
{
	return atomic64_add_return(-1, v);
}

bool atomic64_dec_and_test(atomic64_t *v)
{
	return atomic64_add_return(-1, v) == 0;
}

bool atomic64_add_unless(atomic64_t *v, long long i, long long unless)
{
	long long found;

	__atomic() {
		found = v->counter;
		if (found != unless)
			v->counter = found + i;
	}
	return found != unless;
}

bool atomic64_inc_not_zero(atomic64_t *v)
{
	return atomic64_add_unless(v, 1, 0);
}

long long atomic64_xchg(atomic64_t *v, long long new)
{
	long long found;

	__atomic() {
		found = v->counter;
		v->counter = new;
	}
	return found;
}

long long atomic64_cmpxchg(atomic64_t *v, long long old, long long new)
{
	long long found;

	__atomic() {
		found = v->counter;
		if (found == old)
			v->counter = new;
	}
	return found;
}

int atomic_fetch_or(int i, atomic_t *v)
{
	int was;

	__atomic() {
		was = v->counter;
		v->counter |= i;
	}
	return was;
}

int atomic_fetch_and(int i, atomic_t *v)
{
	int was;

	__atomic() {
		was = v->counter;
		v->counter &= i;
	}
	return was;
}

void atomic_xor(int i, atomic_t *v)
{
	__atomic() {
		v->counter ^= i;
	}
}

int atomic_fetch_xor(int i, atomic_t *v)
{
	int was;

	__atomic() {
		was = v->counter;
		v->counter ^= i;
	}
	return was;
}

void atomic_andnot(int i, atomic_t *v)
{
	__atomic() {
		v->counter &= ~i;
	}
}

int atomic_fetch_andnot(int i, atomic_t *v)
{
	int was;

	__atomic() {
		was = v->counter;
		v->counter &= ~i;
	}
	return was;
}

/* Drops a count of 0 or less; false, and nothing else, where it is positive. */
bool atomic_dec_unless_positive(atomic_t *v)
{
	bool done = false;

	__atomic() {
		if (v->counter <= 0) {
			v->counter--;
			done = true;
		}
	}
	return done;
}
