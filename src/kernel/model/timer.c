/*
 * Timers. Their functions run on a CPU of the scenario that calls run_timers(), or on one that is added, one after the other, and may not sleep.
 * Leaves out, everywhere: when a timer expires (any time after it was started), and that several CPUs have timers of their own.
 */

struct timer_list {
	void (*function)(struct timer_list *timer);
	struct timer_list *next;
	unsigned long expires;
	int pending;
};

static struct timer_list *first_timer;
static struct timer_list *running_timer;
static int no_more_timers;
/* How often timers may still expire; below 0 where nobody has set a limit. */
static int timers_left = -1;
/* Held while a timer's function runs, as a softirq: who sleeps there is found. */
static spinlock_t timer_softirq;

/* As with CONFIG_DEBUG_OBJECTS_TIMERS: one that is pending must not be initialized. */
void timer_setup(struct timer_list *timer, void (*function)(struct timer_list *timer), unsigned int flags)
{
	if (timer->pending)
		__report("warn", "ODEBUG: init active object type: timer_list");
	timer->function = function;
	timer->next = NULL;
	timer->pending = 0;
}

bool timer_pending(const struct timer_list *timer)
{
	return timer->pending != 0;
}

/* Starts it, or only moves its time: 1 when it was running down already. A timer that was shut down stays so. */
int mod_timer(struct timer_list *timer, unsigned long expires)
{
	int was_pending;

	__atomic() {
		was_pending = timer->pending;
		if (!was_pending && timer->function) {
			timer->pending = 1;
			timer->next = first_timer;
			first_timer = timer;
		}
	}
	return was_pending;
}

/* A timer may be added once: twice is a BUG in the kernel. */
void add_timer(struct timer_list *timer)
{
	if (mod_timer(timer, 0))
		__report("warn", "add_timer of a timer that is pending");
}

/* Off the list, in one step with what the caller does; 1 when it was there. Not in the kernel. */
static int take_timer(struct timer_list *timer)
{
	struct timer_list *at = first_timer;
	struct timer_list *before = NULL;

	while (at && at != timer) {
		before = at;
		at = at->next;
	}
	if (!at)
		return 0;
	if (before)
		before->next = timer->next;
	else
		first_timer = timer->next;
	timer->pending = 0;
	return 1;
}

/* Does not wait: the function may be running. */
int timer_delete(struct timer_list *timer)
{
	int taken;

	__atomic() {
		taken = take_timer(timer);
	}
	return taken;
}

/* Neither pending nor running when this returns, unless somebody else than its own function starts it again. From inside the function it is a deadlock. */
int timer_delete_sync(struct timer_list *timer)
{
	int taken;

	__atomic() {
		__wait(running_timer != timer);
		taken = take_timer(timer);
	}
	return taken;
}

/* The same, and nobody can start it again. */
int timer_shutdown_sync(struct timer_list *timer)
{
	int taken;

	__atomic() {
		__wait(running_timer != timer);
		taken = take_timer(timer);
		timer->function = NULL;
	}
	return taken;
}

int timer_shutdown(struct timer_list *timer)
{
	int taken;

	__atomic() {
		taken = take_timer(timer);
		timer->function = NULL;
	}
	return taken;
}

/* The older names. */
int del_timer(struct timer_list *timer)
{
	return timer_delete(timer);
}

int del_timer_sync(struct timer_list *timer)
{
	return timer_delete_sync(timer);
}

/* -1 while the function runs, else as timer_delete(). */
int try_to_del_timer_sync(struct timer_list *timer)
{
	int taken = -1;

	__atomic() {
		if (running_timer != timer)
			taken = take_timer(timer);
	}
	return taken;
}

/* Lets run_timers() return: a timer may still expire after this, or never. Not in the kernel. */
void stop_timers(void)
{
	__atomic() {
		no_more_timers = 1;
	}
}

/* Only so many expirations are looked at: what comes after the last one is not explored. For timers that start themselves again and count, who would never be in the same state twice. For setup(); not in the kernel. */
void limit_timers(int times)
{
	timers_left = times;
}

/* The CPU whose timers expire: a function may start its timer again, or free what it is in. Not in the kernel. */
void run_timers(void)
{
	struct timer_list *timer;
	void (*function)(struct timer_list *timer);

	while (1) {
		__atomic() {
			__wait(first_timer || no_more_timers);
			timer = first_timer;
			if (no_more_timers && timer && __choose(2))
				timer = NULL;
			if (timer) {
				__assume(timers_left != 0);
				if (timers_left > 0)
					timers_left--;
				first_timer = timer->next;
				timer->pending = 0;
				function = timer->function;
				running_timer = timer;
			}
		}
		if (!timer)
			return;
		spin_lock(&timer_softirq);
		function(timer);
		spin_unlock(&timer_softirq);
		__atomic() {
			running_timer = NULL;
		}
	}
}
