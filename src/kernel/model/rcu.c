/*
 * RCU, as far as lifetimes need it: a grace period is over once every CPU has been seen outside a reader.
 * Leaves out, everywhere: memory order, and that a reader must not sleep. call_rcu() and kfree_rcu() are not modelled.
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
