/*
 * Waiting: wait queues and completions.
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

/* The condition is looked at in one step, whatever it reads. Leaves out: that it is looked at before and after every wake-up only. */
#define wait_event(queue, condition) ({ __might_sleep(); __wait(condition); })
#define wait_event_interruptible(queue, condition) ({ __might_sleep(); __wait(condition); 0; })
#define wait_event_killable(queue, condition) ({ __might_sleep(); __wait(condition); 0; })

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
