/*
 * Waiting: wait queues, completions and semaphores.
 * Leaves out, everywhere: how long a timeout is, exclusive waiters (a wake-up wakes all who wait), and which signal it was.
 */

/* `wakes` goes round; who sleeps goes on once it has changed. */
struct wait_queue_head {
	int sleepers;
	int wakes;
};

typedef struct wait_queue_head wait_queue_head_t;

#define WAKES 1024

void init_waitqueue_head(struct wait_queue_head *queue)
{
	queue->sleepers = 0;
	queue->wakes = 0;
}

/* Only who sleeps already is woken: a condition that comes true without a wake-up behind it is a wait for ever. */
void wake_up(struct wait_queue_head *queue)
{
	__atomic() {
		if (queue->sleepers)
			queue->wakes = (queue->wakes + 1) % WAKES;
	}
}

void wake_up_all(struct wait_queue_head *queue)
{
	wake_up(queue);
}

void wake_up_interruptible(struct wait_queue_head *queue)
{
	wake_up(queue);
}

void wake_up_interruptible_all(struct wait_queue_head *queue)
{
	wake_up(queue);
}

void wake_up_locked(struct wait_queue_head *queue)
{
	wake_up(queue);
}

bool waitqueue_active(struct wait_queue_head *queue)
{
	return queue->sleepers != 0;
}

bool wq_has_sleeper(struct wait_queue_head *queue)
{
	return waitqueue_active(queue);
}

/* On the queue from here on. Not in the kernel: what prepare_to_wait() and schedule() are to wait_event(). */
int wait_queue_join(struct wait_queue_head *queue)
{
	int seen;

	__atomic() {
		queue->sleepers++;
		seen = queue->wakes;
	}
	return seen;
}

/* Sleeps until somebody has woken the queue, and is off it then. */
void wait_queue_sleep(struct wait_queue_head *queue, int seen)
{
	__atomic() {
		__wait(queue->wakes != seen);
		queue->sleepers--;
	}
}

void wait_queue_leave(struct wait_queue_head *queue)
{
	__atomic() {
		queue->sleepers--;
	}
}

/* As in the kernel: looks, joins the queue, looks again, sleeps until it is woken, looks again. Leaves out: wake-ups for no reason. */
#define wait_event(queue, condition) ({ \
	int wait_seen; \
	__might_sleep(); \
	if (!(condition)) { \
		while (1) { \
			wait_seen = wait_queue_join(&(queue)); \
			if (condition) \
				break; \
			wait_queue_sleep(&(queue), wait_seen); \
		} \
		wait_queue_leave(&(queue)); \
	} \
})

/* Where a scenario asks for failures, a signal may come instead. */
#define wait_event_interruptible(queue, condition) ({ int wait_failed = 0; if (should_fail()) wait_failed = -ERESTARTSYS; else wait_event(queue, condition); wait_failed; })
#define wait_event_killable(queue, condition) wait_event_interruptible(queue, condition)
#define wait_event_freezable(queue, condition) wait_event_interruptible(queue, condition)
#define wait_event_idle(queue, condition) wait_event(queue, condition)

/*
 * The time is over whenever the CPU looks again, which may be late: 0, or 1 where the condition holds by then. So it never waits for ever, as in the kernel.
 */
#define wait_event_timeout(queue, condition, timeout) ({ \
	long wait_left = 0; \
	__might_sleep(); \
	if (condition) { \
		wait_left = 1; \
	} else { \
		wait_queue_join(&(queue)); \
		if (condition) \
			wait_left = 1; \
		wait_queue_leave(&(queue)); \
	} \
	wait_left; \
})
#define wait_event_interruptible_timeout(queue, condition, timeout) ({ long wait_left = 0; if (should_fail()) wait_left = -ERESTARTSYS; else wait_left = wait_event_timeout(queue, condition, timeout); wait_left; })

/* Waits with the lock given up in between. */
#define wait_event_lock_irq(queue, condition, lock) ({ \
	int wait_seen; \
	while (!(condition)) { \
		wait_seen = wait_queue_join(&(queue)); \
		spin_unlock_irq(&(lock)); \
		wait_queue_sleep(&(queue), wait_seen); \
		spin_lock_irq(&(lock)); \
	} \
})

/* Waiters for variables: all share one queue here, as some do in the kernel. */
static struct wait_queue_head variables_queue;

#define wait_var_event(var, condition) wait_event(variables_queue, condition)

void wake_up_var(void *var)
{
	wake_up(&variables_queue);
}

/*
 * A wait that is written out: on the queue, a look at the condition, schedule(). Which entry a CPU sleeps with is kept beside it.
 * Leaves out: several queues at once (the last one counts), wake-ups of a task by wake_up_process(), and signals.
 */
#define WAIT_CPUS 16
#define TASK_RUNNING 0
#define TASK_INTERRUPTIBLE 1
#define TASK_UNINTERRUPTIBLE 2

struct wait_queue_entry {
	struct wait_queue_head *queue;
	int seen;
};

typedef struct wait_queue_entry wait_queue_entry_t;

static struct wait_queue_entry *sleeps_with[WAIT_CPUS + 1];

/* Wake-ups count from here on. */
void prepare_to_wait(struct wait_queue_head *queue, struct wait_queue_entry *entry, int state)
{
	__atomic() {
		if (!entry->queue) {
			entry->queue = queue;
			queue->sleepers++;
		}
		entry->seen = queue->wakes;
	}
	sleeps_with[__cpu()] = entry;
}

void prepare_to_wait_exclusive(struct wait_queue_head *queue, struct wait_queue_entry *entry, int state)
{
	prepare_to_wait(queue, entry, state);
}

void finish_wait(struct wait_queue_head *queue, struct wait_queue_entry *entry)
{
	__atomic() {
		if (entry->queue)
			queue->sleepers--;
		entry->queue = NULL;
	}
	sleeps_with[__cpu()] = NULL;
}

void add_wait_queue(struct wait_queue_head *queue, struct wait_queue_entry *entry)
{
	prepare_to_wait(queue, entry, TASK_RUNNING);
}

void remove_wait_queue(struct wait_queue_head *queue, struct wait_queue_entry *entry)
{
	finish_wait(queue, entry);
}

/* Who says that he will sleep is woken by what comes after that. */
void set_current_state(int state)
{
	struct wait_queue_entry *entry = sleeps_with[__cpu()];

	if (state == TASK_RUNNING || !entry)
		return;
	__atomic() {
		entry->seen = entry->queue->wakes;
	}
}

void __set_current_state(int state)
{
	set_current_state(state);
}

/* Sleeps until the queue is woken; who is on none goes on at once. */
void schedule(void)
{
	struct wait_queue_entry *entry = sleeps_with[__cpu()];

	__might_sleep();
	if (!entry)
		return;
	__atomic() {
		__wait(entry->queue->wakes != entry->seen);
	}
}

/* The time may be over whenever the CPU looks. */
long schedule_timeout(long timeout)
{
	__might_sleep();
	return 0;
}

struct completion {
	unsigned int done;
};

void init_completion(struct completion *x)
{
	x->done = 0;
}

void reinit_completion(struct completion *x)
{
	x->done = 0;
}

/* Lets one waiter go, now or later. */
void complete(struct completion *x)
{
	__atomic() {
		if (x->done != UINT_MAX)
			x->done++;
	}
}

/* Everybody may go, now and later. */
void complete_all(struct completion *x)
{
	__atomic() {
		x->done = UINT_MAX;
	}
}

void wait_for_completion(struct completion *x)
{
	__might_sleep();
	__atomic() {
		__wait(x->done != 0);
		if (x->done != UINT_MAX)
			x->done--;
	}
}

/* Takes one if it is there, without waiting. */
bool try_wait_for_completion(struct completion *x)
{
	bool taken = false;

	__atomic() {
		if (x->done != 0) {
			taken = true;
			if (x->done != UINT_MAX)
				x->done--;
		}
	}
	return taken;
}

/* 0 when the time is over, which is whenever the CPU looks, early or late; else what is left of it. It never waits for ever. */
unsigned long wait_for_completion_timeout(struct completion *x, unsigned long timeout)
{
	__might_sleep();
	return try_wait_for_completion(x);
}

/* Where a scenario asks for failures, a signal may come instead. */
int wait_for_completion_interruptible(struct completion *x)
{
	if (should_fail())
		return -ERESTARTSYS;
	wait_for_completion(x);
	return 0;
}

int wait_for_completion_killable(struct completion *x)
{
	return wait_for_completion_interruptible(x);
}

long wait_for_completion_interruptible_timeout(struct completion *x, unsigned long timeout)
{
	if (should_fail())
		return -ERESTARTSYS;
	return wait_for_completion_timeout(x, timeout);
}

bool completion_done(struct completion *x)
{
	return x->done != 0;
}

/* Counted: who takes it and who gives it back may be two. */
struct semaphore {
	int count;
};

void sema_init(struct semaphore *sem, int count)
{
	sem->count = count;
}

void down(struct semaphore *sem)
{
	__might_sleep();
	__atomic() {
		__wait(sem->count > 0);
		sem->count--;
	}
}

/* Where a scenario asks for failures, a signal may come instead. */
int down_interruptible(struct semaphore *sem)
{
	if (should_fail())
		return -EINTR;
	down(sem);
	return 0;
}

/* The other way round than mutex_trylock(): 0 when it was had. */
int down_trylock(struct semaphore *sem)
{
	int failed = 1;

	__atomic() {
		if (sem->count > 0) {
			sem->count--;
			failed = 0;
		}
	}
	return failed;
}

void up(struct semaphore *sem)
{
	__atomic() {
		sem->count++;
	}
}
