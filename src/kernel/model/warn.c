/* Warnings and messages. A warning is a finding; the run goes on, as in the kernel. */

/* Leaves out: the stack (the trace has it) and panic_on_warn. */
int WARN_ON(int condition)
{
	if (condition)
		__report("warn", "WARN_ON: its condition is true");
	return condition != 0;
}

int WARN_ON_ONCE(int condition)
{
	if (condition)
		__report("warn", "WARN_ON: its condition is true");
	return condition != 0;
}

/* Leaves out: the text of the message. */
int WARN_TAINT(int condition, unsigned int taint, const char *format, ...)
{
	if (condition)
		__report("warn", "WARN: its condition is true");
	return condition != 0;
}

int WARN(int condition, const char *format, ...)
{
	if (condition)
		__report("warn", "WARN: its condition is true");
	return condition != 0;
}

int WARN_ONCE(int condition, const char *format, ...)
{
	if (condition)
		__report("warn", "WARN: its condition is true");
	return condition != 0;
}

/* This CPU stops for good, with the locks that it holds. Leaves out: panic_on_oops. */
void BUG(void)
{
	__report("warn", "kernel BUG");
	__halt();
}

void BUG_ON(int condition)
{
	if (condition)
		BUG();
}

/* Messages have no effect. Leaves out: the console, and that printing takes locks of its own. */
void pr_err(const char *format, ...) { }
void pr_warn(const char *format, ...) { }
void pr_notice(const char *format, ...) { }
void pr_info(const char *format, ...) { }
void pr_debug(const char *format, ...) { }
void printk(const char *format, ...) { }
void dump_stack(void) { }

void pr_emerg(const char *format, ...) { }
void pr_crit(const char *format, ...) { }
void pr_err_once(const char *format, ...) { }
void pr_warn_once(const char *format, ...) { }
void pr_info_once(const char *format, ...) { }
void pr_err_ratelimited(const char *format, ...) { }
void pr_warn_ratelimited(const char *format, ...) { }
void seq_printf(struct seq_file *file, const char *format, ...) { }
void seq_puts(struct seq_file *file, const char *text) { }

/* The error comes back. */
int dev_err_probe(const struct device *dev, int error, const char *format, ...)
{
	return error;
}

void dev_err_once(const struct device *dev, const char *format, ...) { }
void dev_warn_once(const struct device *dev, const char *format, ...) { }
void dev_err_ratelimited(const struct device *dev, const char *format, ...) { }
void dev_warn_ratelimited(const struct device *dev, const char *format, ...) { }
void dev_err(const struct device *dev, const char *format, ...) { }
void dev_warn(const struct device *dev, const char *format, ...) { }
void dev_notice(const struct device *dev, const char *format, ...) { }
void dev_info(const struct device *dev, const char *format, ...) { }
void dev_dbg(const struct device *dev, const char *format, ...) { }

/* Checks that exist only in debug builds. Leaves out: the lock checks, which the machine does by itself. */
void might_sleep(void)
{
	__might_sleep();
}

void lockdep_assert_held(const void *lock) { }
void cond_resched(void) { }
