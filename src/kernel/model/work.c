/*
 * Work items. They run on a CPU of the scenario that calls run_work_items(): one worker, one queue, first in first out.
 * Leaves out, everywhere: several queues and workers, so two items never run at once, and how long a delay is.
 */

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

bool queue_work(struct workqueue_struct *queue, struct work_struct *work)
{
	return schedule_work(work);
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

void destroy_workqueue(struct workqueue_struct *queue) { }

/* A delayed item may run at once: a delay is no promise. */
struct delayed_work {
	struct work_struct work;
};

void INIT_DELAYED_WORK(struct delayed_work *delayed, void (*func)(struct work_struct *work))
{
	INIT_WORK(&delayed->work, func);
}

bool schedule_delayed_work(struct delayed_work *delayed, unsigned long delay)
{
	return schedule_work(&delayed->work);
}

bool queue_delayed_work(struct workqueue_struct *queue, struct delayed_work *delayed, unsigned long delay)
{
	return schedule_work(&delayed->work);
}

bool cancel_delayed_work_sync(struct delayed_work *delayed)
{
	return cancel_work_sync(&delayed->work);
}

bool flush_delayed_work(struct delayed_work *delayed)
{
	return flush_work(&delayed->work);
}

struct delayed_work *to_delayed_work(struct work_struct *work)
{
	return container_of(work, struct delayed_work, work);
}
