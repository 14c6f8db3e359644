/*
 * RCU, as far as lifetimes need it: a grace period is over once every CPU has been seen outside a reader.
 * Leaves out, everywhere: memory order, and that a reader must not sleep. call_rcu() is not modelled.
 */

#define RCU_CPUS 8

static int rcu_nesting[RCU_CPUS + 1];

void rcu_read_lock(void)
{
	__atomic() {
		rcu_nesting[__cpu()]++;
	}
}

void rcu_read_unlock(void)
{
	__atomic() {
		rcu_nesting[__cpu()]--;
	}
}

/* One CPU after the other: a reader that begins after its CPU was seen outside is not waited for. */
void synchronize_rcu(void)
{
	int cpu = 1;

	__might_sleep();
	while (cpu <= RCU_CPUS) {
		__wait(rcu_nesting[cpu] == 0);
		cpu++;
	}
}

/* Frees after a grace period, which is waited for here and now. Leaves out: that the caller goes on at once, and may hold a spinlock. */
#define kfree_rcu(ptr, member) ({ synchronize_rcu(); kfree(ptr); })

/* SRCU: readers may sleep, and count in one of two halves; a grace period sends new readers to the other half and waits for the old one to empty. */
struct srcu_struct {
	int half;
	int readers[2];
	struct mutex lock;
};

int init_srcu_struct(struct srcu_struct *srcu)
{
	srcu->half = 0;
	srcu->readers[0] = 0;
	srcu->readers[1] = 0;
	mutex_init(&srcu->lock);
	return 0;
}

void cleanup_srcu_struct(struct srcu_struct *srcu)
{
	if (srcu->readers[0] || srcu->readers[1])
		__report("warn", "cleanup_srcu_struct while a reader is inside");
}

int srcu_read_lock(struct srcu_struct *srcu)
{
	int half;

	__atomic() {
		half = srcu->half;
		srcu->readers[half]++;
	}
	return half;
}

void srcu_read_unlock(struct srcu_struct *srcu, int half)
{
	__atomic() {
		srcu->readers[half]--;
	}
}

void synchronize_srcu(struct srcu_struct *srcu)
{
	int old;

	mutex_lock(&srcu->lock);
	old = srcu->half;
	srcu->half = 1 - old;
	__wait(srcu->readers[old] == 0);
	mutex_unlock(&srcu->lock);
}
