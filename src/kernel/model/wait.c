/*
 * Waiting: completions, wait queues, and work items on a worker.
 * Leaves out, everywhere: timeouts, signals, and the wake-up itself: a waiter goes on as soon as its condition holds, so a lost wake-up is not found.
 */

struct wait_queue_head {
	int waiters;
};

typedef struct wait_queue_head wait_queue_head_t;

void init_waitqueue_head(struct wait_queue_head *queue) { }
void wake_up(struct wait_queue_head *queue) { }
void wake_up_all(struct wait_queue_head *queue) { }
void wake_up_interruptible(struct wait_queue_head *queue) { }

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

bool completion_done(struct completion *x)
{
	return x->done != 0;
}

/* A work item runs on a CPU that calls run_work_items(). One queue, first in first out. */
struct work_struct {
	void (*func)(struct work_struct *work);
	struct work_struct *next;
	int pending;
};

static struct work_struct *first_work;
static struct work_struct *last_work;
static struct work_struct *running_work;
static int no_more_work;

void INIT_WORK(struct work_struct *work, void (*func)(struct work_struct *work))
{
	work->func = func;
	work->next = NULL;
	work->pending = 0;
}

/* False when it is queued already. */
bool schedule_work(struct work_struct *work)
{
	bool queued = false;

	__atomic() {
		if (!work->pending) {
			work->pending = 1;
			work->next = NULL;
			if (last_work)
				last_work->next = work;
			else
				first_work = work;
			last_work = work;
			queued = true;
		}
	}
	return queued;
}

/* The one that makes it stop: nothing is queued after this. Not in the kernel. */
void stop_work_items(void)
{
	__atomic() {
		no_more_work = 1;
	}
}

/* A worker: an item may free itself, so it is not touched after its function was called. */
void run_work_items(void)
{
	struct work_struct *work;
	void (*func)(struct work_struct *work);

	while (1) {
		__atomic() {
			__wait(first_work || no_more_work);
			work = first_work;
			if (work) {
				first_work = work->next;
				if (!first_work)
					last_work = NULL;
				work->pending = 0;
				func = work->func;
				running_work = work;
			}
		}
		if (!work)
			return;
		func(work);
		__atomic() {
			running_work = NULL;
		}
	}
}

/* Waits until the item is neither queued nor running. Leaves out: more than one worker. */
bool flush_work(struct work_struct *work)
{
	__might_sleep();
	__wait(!work->pending && running_work != work);
	return true;
}

/* Takes it off the queue, or waits until it has run. */
bool cancel_work_sync(struct work_struct *work)
{
	struct work_struct *at;
	struct work_struct *before = NULL;
	bool taken = false;

	__might_sleep();
	__atomic() {
		at = first_work;
		while (at && at != work) {
			before = at;
			at = at->next;
		}
		if (at) {
			if (before)
				before->next = work->next;
			else
				first_work = work->next;
			if (last_work == work)
				last_work = before;
			work->pending = 0;
			taken = true;
		}
	}
	__wait(running_work != work);
	return taken;
}
