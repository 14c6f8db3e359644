/*
 * Spinlocks, and the other ways of not being interrupted.
 * Leaves out, everywhere: fairness, and that an interrupt of the holder's own CPU may want the lock: nobody is told that a variant which keeps interrupts off is missing.
 */

typedef struct { int locked; } spinlock_t;

void spin_lock_init(spinlock_t *lock)
{
	lock->locked = 0;
}

void spin_lock(spinlock_t *lock)
{
	__atomic() {
		__wait(lock->locked == 0);
		__acquire(lock, "spinlock");
		lock->locked = 1;
	}
}

void spin_unlock(spinlock_t *lock)
{
	__atomic() {
		__release(lock);
		lock->locked = 0;
	}
}

int spin_trylock(spinlock_t *lock)
{
	int taken = 0;

	__atomic() {
		if (lock->locked == 0) {
			__acquire(lock, "spinlock");
			lock->locked = 1;
			taken = 1;
		}
	}
	return taken;
}

/* Nothing interrupts a CPU here: the variants that keep interrupts off are plain ones. */
void spin_lock_irq(spinlock_t *lock)
{
	spin_lock(lock);
}

void spin_unlock_irq(spinlock_t *lock)
{
	spin_unlock(lock);
}

void spin_lock_bh(spinlock_t *lock)
{
	spin_lock(lock);
}

void spin_unlock_bh(spinlock_t *lock)
{
	spin_unlock(lock);
}

void spin_lock_irqsave(spinlock_t *lock, unsigned long flags)
{
	spin_lock(lock);
}

void spin_unlock_irqrestore(spinlock_t *lock, unsigned long flags)
{
	spin_unlock(lock);
}

void spin_lock_nested(spinlock_t *lock, int subclass)
{
	spin_lock(lock);
}

bool spin_is_locked(spinlock_t *lock)
{
	return lock->locked;
}

/* The same with a spinlock. */
int atomic_dec_and_lock(atomic_t *count, spinlock_t *lock)
{
	if (atomic_add_unless(count, -1, 1))
		return 0;
	spin_lock(lock);
	if (!atomic_dec_and_test(count)) {
		spin_unlock(lock);
		return 0;
	}
	return 1;
}

void spin_lock_irqsave_nested(spinlock_t *lock, unsigned long flags, int subclass)
{
	spin_lock(lock);
}

int spin_trylock_irq(spinlock_t *lock)
{
	return spin_trylock(lock);
}

int spin_trylock_bh(spinlock_t *lock)
{
	return spin_trylock(lock);
}

int spin_trylock_irqsave(spinlock_t *lock, unsigned long flags)
{
	return spin_trylock(lock);
}

/* Never sleep, also where others do under PREEMPT_RT; here they are the same. */
typedef spinlock_t raw_spinlock_t;

void raw_spin_lock_init(raw_spinlock_t *lock)
{
	spin_lock_init(lock);
}

void raw_spin_lock(raw_spinlock_t *lock)
{
	spin_lock(lock);
}

void raw_spin_unlock(raw_spinlock_t *lock)
{
	spin_unlock(lock);
}

void raw_spin_lock_irq(raw_spinlock_t *lock)
{
	spin_lock_irq(lock);
}

void raw_spin_unlock_irq(raw_spinlock_t *lock)
{
	spin_unlock_irq(lock);
}

void raw_spin_lock_bh(raw_spinlock_t *lock)
{
	spin_lock_bh(lock);
}

void raw_spin_unlock_bh(raw_spinlock_t *lock)
{
	spin_unlock_bh(lock);
}

void raw_spin_lock_irqsave(raw_spinlock_t *lock, unsigned long flags)
{
	spin_lock(lock);
}

void raw_spin_unlock_irqrestore(raw_spinlock_t *lock, unsigned long flags)
{
	spin_unlock(lock);
}

void raw_spin_lock_nested(raw_spinlock_t *lock, int subclass)
{
	spin_lock(lock);
}

int raw_spin_trylock(raw_spinlock_t *lock)
{
	return spin_trylock(lock);
}

int raw_spin_trylock_irqsave(raw_spinlock_t *lock, unsigned long flags)
{
	return spin_trylock(lock);
}

bool raw_spin_is_locked(raw_spinlock_t *lock)
{
	return lock->locked;
}


/* What a CPU is in that must not sleep, though it holds no lock; it keeps nobody out. */
static int no_preemption;
static int no_interrupts;
static int no_softirqs;

void preempt_disable(void)
{
	__atomic() {
		__acquire(&no_preemption, "atomic");
	}
}

void preempt_enable(void)
{
	__atomic() {
		__release(&no_preemption);
	}
}

void local_irq_disable(void)
{
	__atomic() {
		__acquire(&no_interrupts, "atomic");
	}
}

void local_irq_enable(void)
{
	__atomic() {
		__release(&no_interrupts);
	}
}

void local_irq_save(unsigned long flags)
{
	__atomic() {
		__acquire(&no_interrupts, "atomic");
	}
}

void local_irq_restore(unsigned long flags)
{
	__atomic() {
		__release(&no_interrupts);
	}
}

void local_bh_disable(void)
{
	__atomic() {
		__acquire(&no_softirqs, "atomic");
	}
}

void local_bh_enable(void)
{
	__atomic() {
		__release(&no_softirqs);
	}
}
