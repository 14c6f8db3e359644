/*
 * High-resolution timers. Their functions run on a CPU of the scenario that calls run_hrtimers(), or on one that is added, one after the other, in interrupt context: they may not sleep.
 * Leaves out, everywhere: when a timer expires (any time after it was started), clocks, modes that run it in a softirq, and that several CPUs have timers of their own.
 */

enum hrtimer_restart { HRTIMER_NORESTART, HRTIMER_RESTART };

#define HRTIMER_MODE_ABS 0
#define HRTIMER_MODE_REL 1

struct hrtimer {
	enum hrtimer_restart (*function)(struct hrtimer *timer);
	struct hrtimer *next;
	int queued;
};

static struct hrtimer *first_hrtimer;
static struct hrtimer *running_hrtimer;
static int no_more_hrtimers;
/* How often they may still expire; below 0 where nobody has set a limit. */
static int hrtimers_left = -1;

/* The function is the caller's to set. As with CONFIG_DEBUG_OBJECTS_TIMERS: one that runs down must not be initialized. */
void hrtimer_init(struct hrtimer *timer, int clock, int mode)
{
	if (timer->queued)
		__report("warn", "ODEBUG: init active object type: hrtimer");
	timer->next = NULL;
	timer->queued = 0;
}

void hrtimer_setup(struct hrtimer *timer, enum hrtimer_restart (*function)(struct hrtimer *timer), int clock, int mode)
{
	hrtimer_init(timer, clock, mode);
	timer->function = function;
}

/* Put in line, in one step with what the caller does. Not in the kernel. */
static void enqueue_hrtimer(struct hrtimer *timer)
{
	if (!timer->queued) {
		timer->queued = 1;
		timer->next = first_hrtimer;
		first_hrtimer = timer;
	}
}

/* Starts it, or only moves its time. */
void hrtimer_start(struct hrtimer *timer, long time, int mode)
{
	__atomic() {
		enqueue_hrtimer(timer);
	}
}

void hrtimer_start_range_ns(struct hrtimer *timer, long time, unsigned long delta, int mode)
{
	hrtimer_start(timer, time, mode);
}

void hrtimer_restart(struct hrtimer *timer)
{
	hrtimer_start(timer, 0, HRTIMER_MODE_ABS);
}

/* Moves the time of one that is about to restart: how many periods have passed, one at least. */
unsigned long hrtimer_forward_now(struct hrtimer *timer, long interval)
{
	return 1;
}

unsigned long hrtimer_forward(struct hrtimer *timer, long now, long interval)
{
	return 1;
}

/* Waiting to expire, or running. */
bool hrtimer_active(const struct hrtimer *timer)
{
	bool active;

	__atomic() {
		active = timer->queued || running_hrtimer == timer;
	}
	return active;
}

bool hrtimer_is_queued(struct hrtimer *timer)
{
	return READ_ONCE(timer->queued);
}

/* Out of the line, in one step with what the caller does; 1 when it was there. Not in the kernel. */
static int take_hrtimer(struct hrtimer *timer)
{
	struct hrtimer *at = first_hrtimer;
	struct hrtimer *before = NULL;

	while (at && at != timer) {
		before = at;
		at = at->next;
	}
	if (!at)
		return 0;
	if (before)
		before->next = timer->next;
	else
		first_hrtimer = timer->next;
	timer->queued = 0;
	return 1;
}

/* -1 while the function runs; else 1 when it was waiting, 0 when not. */
int hrtimer_try_to_cancel(struct hrtimer *timer)
{
	int taken = -1;

	__atomic() {
		if (running_hrtimer != timer)
			taken = take_hrtimer(timer);
	}
	return taken;
}

/* Neither waiting nor running when this returns, also where the function asks for a restart. From inside the function, or under a lock that it takes, it is a deadlock. */
int hrtimer_cancel(struct hrtimer *timer)
{
	int taken;

	__atomic() {
		__wait(running_hrtimer != timer);
		taken = take_hrtimer(timer);
	}
	return taken;
}

/* Lets run_hrtimers() return: a timer may still expire after this, or never. Not in the kernel. */
void stop_hrtimers(void)
{
	__atomic() {
		no_more_hrtimers = 1;
	}
}

/* Only so many expirations are looked at: what comes after the last one is not explored. For setup(); not in the kernel. */
void limit_hrtimers(int times)
{
	hrtimers_left = times;
}

/* The CPU whose timers expire. One that asks for a restart is put in line again before anybody can cancel it. Not in the kernel. */
void run_hrtimers(void)
{
	struct hrtimer *timer;
	enum hrtimer_restart (*function)(struct hrtimer *timer);
	enum hrtimer_restart again;

	while (1) {
		__atomic() {
			__wait(first_hrtimer || no_more_hrtimers);
			timer = first_hrtimer;
			if (no_more_hrtimers && timer && __choose(2))
				timer = NULL;
			if (timer) {
				__assume(hrtimers_left != 0);
				if (hrtimers_left > 0)
					hrtimers_left--;
				first_hrtimer = timer->next;
				timer->queued = 0;
				function = timer->function;
				running_hrtimer = timer;
			}
		}
		if (!timer)
			return;
		irq_enter();
		again = function(timer);
		irq_exit();
		__atomic() {
			if (again == HRTIMER_RESTART)
				enqueue_hrtimer(timer);
			running_hrtimer = NULL;
		}
	}
}
