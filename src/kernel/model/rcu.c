/*
 * RCU, as far as lifetimes need it: a grace period is over once every CPU has been seen outside a reader.
 * Leaves out, everywhere: memory order, and preemptible readers of CONFIG_PREEMPT_RCU: whoever may sleep inside a reader is told so.
 */

#define RCU_CPUS 16

static int rcu_nesting[RCU_CPUS + 1];

/* What a reader holds, so that sleeping in it and returning from within it are found; it keeps nobody out. */
static int rcu_reader;

void rcu_read_lock(void)
{
	__atomic() {
		__acquire(&rcu_reader, "rcu-read");
		rcu_nesting[__cpu()]++;
	}
}

/* Readers nest: only the outermost end counts. */
void rcu_read_unlock(void)
{
	__atomic() {
		if (rcu_nesting[__cpu()] == 0)
			__report("lock", "rcu_read_unlock without rcu_read_lock");
		else {
			__release(&rcu_reader);
			rcu_nesting[__cpu()]--;
		}
	}
}

/* One grace period waits for readers of every kind. */
void rcu_read_lock_bh(void)
{
	rcu_read_lock();
}

void rcu_read_unlock_bh(void)
{
	rcu_read_unlock();
}

void rcu_read_lock_sched(void)
{
	rcu_read_lock();
}

void rcu_read_unlock_sched(void)
{
	rcu_read_unlock();
}

bool rcu_read_lock_held(void)
{
	return rcu_nesting[__cpu()] != 0;
}

/* One CPU after the other: a reader that begins after its CPU was seen outside is not waited for. A reader that calls it waits for itself. */
void synchronize_rcu(void)
{
	int cpu = 1;

	if (!rcu_read_lock_held())
		__might_sleep();
	while (cpu <= RCU_CPUS) {
		__wait(rcu_nesting[cpu] == 0);
		cpu++;
	}
}

struct rcu_head {
	struct rcu_head *next;
	void (*func)(struct rcu_head *head);
};

void synchronize_rcu_expedited(void)
{
	synchronize_rcu();
}

static struct rcu_head *first_rcu_callback;
static struct rcu_head *last_rcu_callback;
static int rcu_callbacks_started;
static int rcu_callbacks_stopped;
static int rcu_callbacks_left;

/* Queued at once, also under a spinlock. Leaves out: that one head must not be queued twice. */
void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	__atomic() {
		head->func = func;
		head->next = NULL;
		if (last_rcu_callback)
			last_rcu_callback->next = head;
		else
			first_rcu_callback = head;
		last_rcu_callback = head;
		rcu_callbacks_left++;
	}
}

/* setup() calls it where a CPU of the scenario runs the callbacks. Not in the kernel. */
void start_rcu_callbacks(void)
{
	rcu_callbacks_started = 1;
}

/* Lets run_rcu_callbacks() return once nothing is queued. Not in the kernel. */
void stop_rcu_callbacks(void)
{
	__atomic() {
		rcu_callbacks_stopped = 1;
	}
}

/* A CPU of its own: each callback runs after a grace period, one after the other, and may free its head. Leaves out: several CPUs that run them. */
void run_rcu_callbacks(void)
{
	struct rcu_head *head;
	void (*func)(struct rcu_head *head);

	while (1) {
		__atomic() {
			__wait(first_rcu_callback || rcu_callbacks_stopped);
			head = first_rcu_callback;
			if (head) {
				first_rcu_callback = head->next;
				if (!first_rcu_callback)
					last_rcu_callback = NULL;
				func = head->func;
			}
		}
		if (!head)
			return;
		synchronize_rcu();
		func(head);
		__atomic() {
			rcu_callbacks_left--;
		}
	}
}

/* Waits until every callback has run. Leaves out: that later ones need not be waited for. */
void rcu_barrier(void)
{
	__might_sleep();
	__wait(rcu_callbacks_left == 0);
}

struct deferred_kfree {
	struct rcu_head head;
	void *object;
};

static void free_deferred(struct rcu_head *head)
{
	struct deferred_kfree *deferred = container_of(head, struct deferred_kfree, head);

	kfree(deferred->object);
	__free(deferred);
}

/* Where callbacks run, the caller goes on at once; elsewhere the grace period is waited for here and now, and the caller may hold no spinlock. */
void free_after_grace_period(void *object)
{
	struct deferred_kfree *deferred;

	if (!object)
		return;
	if (!rcu_callbacks_started) {
		synchronize_rcu();
		kfree(object);
		return;
	}
	deferred = __alloc(sizeof(*deferred));
	deferred->object = object;
	call_rcu(&deferred->head, free_deferred);
}

#define kfree_rcu(ptr, member) free_after_grace_period(ptr)
#define kfree_rcu_mightsleep(ptr) free_after_grace_period(ptr)
#define kvfree_rcu(ptr, member) free_after_grace_period(ptr)

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
