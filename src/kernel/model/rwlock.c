/* rwlock_t: a spinlock that lets readers in together. Leaves out: fairness, and interrupts. */

typedef struct { int readers; int writer; } rwlock_t;

void rwlock_init(rwlock_t *lock)
{
	lock->readers = 0;
	lock->writer = 0;
}

void read_lock(rwlock_t *lock)
{
	__atomic() {
		__wait(lock->writer == 0);
		__acquire(lock, "spinlock-read");
		lock->readers++;
	}
}

void read_unlock(rwlock_t *lock)
{
	__atomic() {
		__release(lock);
		lock->readers--;
	}
}

void write_lock(rwlock_t *lock)
{
	__atomic() {
		__wait(lock->writer == 0 && lock->readers == 0);
		__acquire(lock, "spinlock");
		lock->writer = 1;
	}
}

void write_unlock(rwlock_t *lock)
{
	__atomic() {
		__release(lock);
		lock->writer = 0;
	}
}

void read_lock_irq(rwlock_t *lock)
{
	read_lock(lock);
}

void read_unlock_irq(rwlock_t *lock)
{
	read_unlock(lock);
}

void write_lock_irq(rwlock_t *lock)
{
	write_lock(lock);
}

void write_unlock_irq(rwlock_t *lock)
{
	write_unlock(lock);
}

void read_lock_bh(rwlock_t *lock)
{
	read_lock(lock);
}

void read_unlock_bh(rwlock_t *lock)
{
	read_unlock(lock);
}

void write_lock_bh(rwlock_t *lock)
{
	write_lock(lock);
}

void write_unlock_bh(rwlock_t *lock)
{
	write_unlock(lock);
}

void read_lock_irqsave(rwlock_t *lock, unsigned long flags)
{
	read_lock(lock);
}

void read_unlock_irqrestore(rwlock_t *lock, unsigned long flags)
{
	read_unlock(lock);
}

void write_lock_irqsave(rwlock_t *lock, unsigned long flags)
{
	write_lock(lock);
}

void write_unlock_irqrestore(rwlock_t *lock, unsigned long flags)
{
	write_unlock(lock);
}
