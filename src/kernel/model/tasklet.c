/*
 * Tasklets. Their functions run on a CPU of the scenario that calls run_tasklets(), or on one that is added, one after the other, and may not sleep.
 * Leaves out, everywhere: high priority, that several CPUs run different ones, and ksoftirqd.
 */

struct tasklet_struct {
	struct tasklet_struct *next;
	void (*callback)(struct tasklet_struct *tasklet);
	void (*func)(unsigned long data);
	unsigned long data;
	int pending;
	int disabled;
};

static struct tasklet_struct *first_tasklet;
static struct tasklet_struct *running_tasklet;
static int no_more_tasklets;
/* Held while a function runs, as a softirq: who sleeps there is found. */
static spinlock_t tasklet_softirq;

void tasklet_setup(struct tasklet_struct *tasklet, void (*callback)(struct tasklet_struct *tasklet))
{
	tasklet->callback = callback;
	tasklet->func = NULL;
	tasklet->pending = 0;
	tasklet->disabled = 0;
}

/* The older form. */
void tasklet_init(struct tasklet_struct *tasklet, void (*func)(unsigned long data), unsigned long data)
{
	tasklet->callback = NULL;
	tasklet->func = func;
	tasklet->data = data;
	tasklet->pending = 0;
	tasklet->disabled = 0;
}

/* Once, however often it is asked before it runs. */
void tasklet_schedule(struct tasklet_struct *tasklet)
{
	__atomic() {
		if (!tasklet->pending) {
			tasklet->pending = 1;
			tasklet->next = first_tasklet;
			first_tasklet = tasklet;
		}
	}
}

void tasklet_hi_schedule(struct tasklet_struct *tasklet)
{
	tasklet_schedule(tasklet);
}

void tasklet_disable_nosync(struct tasklet_struct *tasklet)
{
	__atomic() {
		tasklet->disabled++;
	}
}

/* Not running when this returns, and not again until it is enabled. From its own function it is a deadlock. */
void tasklet_disable(struct tasklet_struct *tasklet)
{
	__might_sleep();
	tasklet_disable_nosync(tasklet);
	__wait(running_tasklet != tasklet);
}

void tasklet_enable(struct tasklet_struct *tasklet)
{
	__atomic() {
		tasklet->disabled--;
	}
}

/* Waits until it is neither scheduled nor running; does not keep others from scheduling it again. One that is disabled while it is scheduled never ends. */
void tasklet_kill(struct tasklet_struct *tasklet)
{
	__might_sleep();
	__wait(!tasklet->pending && running_tasklet != tasklet);
}

/* Lets run_tasklets() return once nothing is scheduled. Not in the kernel. */
void stop_tasklets(void)
{
	__atomic() {
		no_more_tasklets = 1;
	}
}

/* The CPU that runs them: a function may schedule its tasklet again, or free what it is in. Not in the kernel. */
void run_tasklets(void)
{
	struct tasklet_struct *tasklet;
	void (*callback)(struct tasklet_struct *tasklet);
	void (*func)(unsigned long data);
	unsigned long data;

	while (1) {
		__atomic() {
			__wait((first_tasklet && !first_tasklet->disabled) || (no_more_tasklets && !first_tasklet));
			tasklet = first_tasklet;
			if (tasklet) {
				first_tasklet = tasklet->next;
				tasklet->pending = 0;
				callback = tasklet->callback;
				func = tasklet->func;
				data = tasklet->data;
				running_tasklet = tasklet;
			}
		}
		if (!tasklet)
			return;
		spin_lock(&tasklet_softirq);
		if (callback)
			callback(tasklet);
		else
			func(data);
		spin_unlock(&tasklet_softirq);
		__atomic() {
			running_tasklet = NULL;
		}
	}
}
