/*
 * Interrupts: a handler runs as long as it is requested, and free_irq() waits until it is over. A scenario has a CPU that calls irq_raise().
 * Leaves out, everywhere: which line an interrupt is on (all share one), that it stops the CPU that it comes to (so nobody deadlocks with the handler of his own CPU), and affinity.
 */

#define IRQ_NONE 0
#define IRQ_HANDLED 1
#define IRQ_WAKE_THREAD 2

static int irq_running;
static int irq_gone;
static int irq_disabled;

/* What a CPU is in while it handles an interrupt: it keeps nobody out, and who sleeps in it is found. */
static int hard_interrupt;

void irq_enter(void)
{
	__atomic() {
		__acquire(&hard_interrupt, "hardirq");
	}
}

void irq_exit(void)
{
	__atomic() {
		__release(&hard_interrupt);
	}
}

/* The device raises its line: the handler runs, unless it was freed or is disabled. It may be one that runs in a thread. For scenarios. */
void irq_raise(int (*handler)(int irq, void *data), int irq, void *data)
{
	bool runs = false;

	__atomic() {
		if (!irq_gone && !irq_disabled) {
			irq_running++;
			runs = true;
		}
	}
	if (!runs)
		return;
	handler(irq, data);
	__atomic() {
		irq_running--;
	}
}

/* The same for a handler that runs in the interrupt itself, and must not sleep. 1 where it asked for its thread, which is for the scenario to run with irq_raise(). */
int irq_raise_hard(int (*handler)(int irq, void *data), int irq, void *data)
{
	bool runs = false;
	int answer = IRQ_NONE;

	__atomic() {
		if (!irq_gone && !irq_disabled) {
			irq_running++;
			runs = true;
		}
	}
	if (!runs)
		return 0;
	irq_enter();
	answer = handler(irq, data);
	irq_exit();
	__atomic() {
		irq_running--;
	}
	return answer == IRQ_WAKE_THREAD;
}

/* Waits for handlers that run; does not keep later ones from running. */
void synchronize_irq(unsigned int irq)
{
	__might_sleep();
	__wait(irq_running == 0);
}

/* No handler runs after this. Returns the name in the kernel; here nothing. */
const void *free_irq(unsigned int irq, void *data)
{
	__might_sleep();
	__atomic() {
		irq_gone = 1;
	}
	__wait(irq_running == 0);
	return NULL;
}

/* From here on handlers run. Can fail. Leaves out: the handler itself, which a scenario names when it raises the line. */
int request_threaded_irq(unsigned int irq, int (*handler)(int irq, void *data), int (*thread)(int irq, void *data), unsigned long flags, const char *name, void *data)
{
	if (should_fail())
		return -EBUSY;
	__atomic() {
		irq_gone = 0;
	}
	return 0;
}

int request_irq(unsigned int irq, int (*handler)(int irq, void *data), unsigned long flags, const char *name, void *data)
{
	return request_threaded_irq(irq, handler, NULL, flags, name, data);
}

static void free_managed_irq(void *data)
{
	free_irq(0, data);
}

/* The same until the driver is unbound. */
int devm_request_threaded_irq(struct device *dev, unsigned int irq, int (*handler)(int irq, void *data), int (*thread)(int irq, void *data), unsigned long flags, const char *name, void *data)
{
	int error = request_threaded_irq(irq, handler, thread, flags, name, data);

	if (error)
		return error;
	return devm_add_action_or_reset(dev, free_managed_irq, data);
}

int devm_request_irq(struct device *dev, unsigned int irq, int (*handler)(int irq, void *data), unsigned long flags, const char *name, void *data)
{
	return devm_request_threaded_irq(dev, irq, handler, NULL, flags, name, data);
}

void devm_free_irq(struct device *dev, unsigned int irq, void *data)
{
	free_irq(irq, data);
}

/* Disabled as often as it is to be enabled again. */
void disable_irq_nosync(unsigned int irq)
{
	__atomic() {
		irq_disabled++;
	}
}

void disable_irq(unsigned int irq)
{
	disable_irq_nosync(irq);
	synchronize_irq(irq);
}

void enable_irq(unsigned int irq)
{
	__atomic() {
		irq_disabled--;
	}
}
