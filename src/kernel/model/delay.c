/* Delays: no time passes here, but who sleeps must be allowed to. Leaves out, everywhere: that something else comes first, which any delay makes only likelier. */

void msleep(unsigned int msecs)
{
	__might_sleep();
}

unsigned long msleep_interruptible(unsigned int msecs)
{
	__might_sleep();
	return 0;
}

void ssleep(unsigned int seconds)
{
	__might_sleep();
}

void usleep_range(unsigned long min, unsigned long max)
{
	__might_sleep();
}

void fsleep(unsigned long usecs)
{
	__might_sleep();
}

long schedule_timeout_interruptible(long timeout)
{
	__might_sleep();
	return 0;
}

long schedule_timeout_uninterruptible(long timeout)
{
	__might_sleep();
	return 0;
}

void udelay(unsigned long usecs) { }
void ndelay(unsigned long nsecs) { }
void mdelay(unsigned long msecs) { }

/* Times are what they are given as: nothing here depends on how long they are. */
unsigned long msecs_to_jiffies(unsigned int msecs)
{
	return msecs;
}

unsigned long usecs_to_jiffies(unsigned int usecs)
{
	return usecs;
}

unsigned int jiffies_to_msecs(unsigned long time)
{
	return time;
}

unsigned long round_jiffies(unsigned long time)
{
	return time;
}

unsigned long round_jiffies_relative(unsigned long time)
{
	return time;
}
