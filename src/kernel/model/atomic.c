/* atomic_t: every operation is one step. Leaves out: memory order; all are fully ordered here. */

typedef struct { int counter; } atomic_t;
typedef struct { long counter; } atomic_long_t;

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
