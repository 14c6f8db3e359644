/*
 * Work items. They run on CPUs of the scenario that call run_work_items(), or on one that is added where none does, one after the other from one list, first in first out. A second such CPU is a second worker: two
 * items may run at once then, but never the same one, and never two of a queue that is ordered.
 * Leaves out, everywhere: other flags and the priorities of queues, more than WORKERS workers, that max_active may be below that, and how long a delay is.
 */

#define WORKERS 2

struct workqueue_struct {
	int busy;
	int delayed;
	int ordered;
	int running;
};

struct work_struct {
	void (*func)(struct work_struct *work);
	struct work_struct *next;
	struct workqueue_struct *queue;
	int pending;
	int delayed;
	int cancelling;
	int runs;
};

/* An item's runs are counted while somebody waits for one, up to here: items that queue themselves would never be in the same state twice else. */
#define WORK_RUNS 16

static struct workqueue_struct the_system_queue;
struct workqueue_struct *system_wq = &the_system_queue;
struct workqueue_struct *system_highpri_wq = &the_system_queue;
struct workqueue_struct *system_long_wq = &the_system_queue;
struct workqueue_struct *system_unbound_wq = &the_system_queue;
struct workqueue_struct *system_freezable_wq = &the_system_queue;

static struct work_struct *first_work;
static struct work_struct *last_work;
static struct work_struct *running_work[WORKERS];
static int workers;
static int flushers;
static int no_more_work;
/* How many runs of items there may still be; below 0 where nobody has set a limit. */
static int work_left = -1;

/* As with CONFIG_DEBUG_OBJECTS_WORK: one that is queued must not be initialized. Leaves out: one that runs, and that its state is taken from the memory as it is. */
void INIT_WORK(struct work_struct *work, void (*func)(struct work_struct *work))
{
	if (work->pending)
		__report("warn", "ODEBUG: init active object type: work_struct");
	work->func = func;
	work->next = NULL;
	work->pending = 0;
	work->delayed = 0;
	work->cancelling = 0;
}

void INIT_WORK_ONSTACK(struct work_struct *work, void (*func)(struct work_struct *work))
{
	INIT_WORK(work, func);
}

/* False when it is queued already, or while somebody cancels it and waits. An item may be queued again while it runs. */
bool queue_work(struct workqueue_struct *queue, struct work_struct *work)
{
	bool queued = false;

	__atomic() {
		if (!work->pending && !work->cancelling) {
			work->pending = 1;
			work->next = NULL;
			work->queue = queue;
			queue->busy++;
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

bool schedule_work(struct work_struct *work)
{
	return queue_work(&the_system_queue, work);
}

bool schedule_work_on(int cpu, struct work_struct *work)
{
	return schedule_work(work);
}

bool queue_work_on(int cpu, struct workqueue_struct *queue, struct work_struct *work)
{
	return queue_work(queue, work);
}

bool work_pending(struct work_struct *work)
{
	return work->pending != 0;
}

/* The one that makes it stop: nothing is queued after this. Not in the kernel. */
void stop_work_items(void)
{
	__atomic() {
		no_more_work = 1;
	}
}

static bool work_is_running(struct work_struct *work)
{
	return running_work[0] == work || running_work[1] == work;
}

/* The first item that a worker may take: not one that another worker runs, nor one of an ordered queue that has one running. */
static struct work_struct *next_work(void)
{
	struct work_struct *work = first_work;

	while (work && (work_is_running(work) || (work->queue->ordered && work->queue->running)))
		work = work->next;
	return work;
}

static void unlink_work(struct work_struct *work)
{
	struct work_struct *at = first_work;
	struct work_struct *before = NULL;

	while (at != work) {
		before = at;
		at = at->next;
	}
	if (before)
		before->next = work->next;
	else
		first_work = work->next;
	if (last_work == work)
		last_work = before;
}

/* Only so many runs of items are looked at: what comes after the last one is not explored. For items that queue themselves and count. For setup(); not in the kernel. */
void limit_work_items(int times)
{
	work_left = times;
}

/* Its delay is over, or it is cancelled. */
static void end_delay(struct work_struct *work)
{
	if (work->delayed) {
		work->delayed = 0;
		work->queue->delayed--;
	}
}

/* A worker: an item may free itself, so it is not touched after its function was called. */
void run_work_items(void)
{
	struct work_struct *work;
	struct workqueue_struct *queue;
	void (*func)(struct work_struct *work);
	int worker;

	__atomic() {
		worker = workers;
		workers++;
	}
	while (1) {
		__atomic() {
			__wait(next_work() || (no_more_work && !first_work));
			work = next_work();
			if (work) {
				__assume(work_left != 0);
				if (work_left > 0)
					work_left--;
				unlink_work(work);
				end_delay(work);
				work->pending = 0;
				if (flushers && work->runs < WORK_RUNS)
					work->runs++;
				func = work->func;
				queue = work->queue;
				queue->running++;
				running_work[worker] = work;
			}
		}
		if (!work)
			return;
		func(work);
		__atomic() {
			running_work[worker] = NULL;
			queue->running--;
			queue->busy--;
		}
	}
}

/* Waits for the run that is under way or queued now; not for one that the item queues itself meanwhile. */
bool flush_work(struct work_struct *work)
{
	int pending;
	int runs;
	bool busy;

	__might_sleep();
	__atomic() {
		pending = work->pending;
		busy = pending || work_is_running(work);
		if (busy) {
			if (!flushers)
				work->runs = 0;
			flushers++;
		}
		runs = work->runs;
	}
	if (pending) {
		__wait(work->runs > runs || runs == WORK_RUNS);
		runs++;
	}
	if (busy) {
		__wait(!work_is_running(work) || work->runs > runs || runs >= WORK_RUNS);
		__atomic() {
			flushers--;
		}
	}
	return busy;
}

/* Off the queue, in one step with what the caller does; true when it was there. Not in the kernel. */
static bool take_work(struct work_struct *work)
{
	if (!work->pending)
		return false;
	unlink_work(work);
	end_delay(work);
	work->pending = 0;
	work->queue->busy--;
	return true;
}

/* Takes it off the queue, and does not wait: it may be running. */
bool cancel_work(struct work_struct *work)
{
	bool taken;

	__atomic() {
		taken = take_work(work);
	}
	return taken;
}

/* Off the queue and not running when this returns, even if the item queues itself: that fails while somebody cancels. */
bool cancel_work_sync(struct work_struct *work)
{
	bool taken;

	__might_sleep();
	__atomic() {
		work->cancelling++;
		taken = take_work(work);
	}
	__wait(!work_is_running(work));
	__atomic() {
		work->cancelling--;
	}
	return taken;
}

/* The queue's memory is its owner's until destroy_workqueue(). Can fail. */
struct workqueue_struct *alloc_workqueue(const char *format, unsigned int flags, int max_active, ...)
{
	return kzalloc(sizeof(struct workqueue_struct), GFP_KERNEL);
}

struct workqueue_struct *alloc_ordered_workqueue(const char *format, unsigned int flags, ...)
{
	struct workqueue_struct *queue = kzalloc(sizeof(*queue), GFP_KERNEL);

	if (queue)
		queue->ordered = 1;
	return queue;
}

struct workqueue_struct *create_workqueue(const char *name)
{
	return kzalloc(sizeof(struct workqueue_struct), GFP_KERNEL);
}

struct workqueue_struct *create_singlethread_workqueue(const char *name)
{
	return alloc_ordered_workqueue(name, 0);
}

/* Waits until the queue has nothing left but items whose delay is not over. Leaves out: that flush_workqueue() waits only for what was queued before it. */
void flush_workqueue(struct workqueue_struct *queue)
{
	__might_sleep();
	__wait(queue->busy == queue->delayed);
}

void drain_workqueue(struct workqueue_struct *queue)
{
	flush_workqueue(queue);
}

void flush_scheduled_work(void)
{
	flush_workqueue(&the_system_queue);
}

/* Everything on it runs first, but for items whose delay is not over; after it the queue is gone. */
void destroy_workqueue(struct workqueue_struct *queue)
{
	drain_workqueue(queue);
	kfree(queue);
}

/* A delayed item may run at once, or stay away until it is cancelled: a delay is no promise. */
struct delayed_work {
	struct work_struct work;
};

void INIT_DELAYED_WORK(struct delayed_work *delayed, void (*func)(struct work_struct *work))
{
	INIT_WORK(&delayed->work, func);
}

bool schedule_delayed_work(struct delayed_work *delayed, unsigned long delay)
{
	return queue_delayed_work(&the_system_queue, delayed, delay);
}

bool queue_delayed_work(struct workqueue_struct *queue, struct delayed_work *delayed, unsigned long delay)
{
	bool queued;

	__atomic() {
		queued = queue_work(queue, &delayed->work);
		if (queued && delay) {
			delayed->work.delayed = 1;
			queue->delayed++;
		}
	}
	return queued;
}

/* True when it was waiting already: then only its time changes. */
bool mod_delayed_work(struct workqueue_struct *queue, struct delayed_work *delayed, unsigned long delay)
{
	return !queue_delayed_work(queue, delayed, delay);
}

bool delayed_work_pending(struct delayed_work *delayed)
{
	return work_pending(&delayed->work);
}

bool cancel_delayed_work(struct delayed_work *delayed)
{
	return cancel_work(&delayed->work);
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
