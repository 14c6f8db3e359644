/*
 * Mutexes.
 *
 * A lock's word says only that it is held; by whom is kept with the CPU (__acquire), where a second
 * lock by the same CPU, an unlock by another one and a lock left behind are found.
 * Leaves out, everywhere: fairness, spinning before sleeping, interrupts, lock classes, and that
 * unlocking still touches the lock after another CPU could have taken it.
 */

struct mutex {
	int locked;
};

void mutex_init(struct mutex *lock)
{
	lock->locked = 0;
}

void mutex_lock(struct mutex *lock)
{
	__might_sleep();
	__atomic() {
		__wait(lock->locked == 0);
		__acquire(lock, "mutex");
		lock->locked = 1;
	}
}

void mutex_lock_nested(struct mutex *lock, unsigned int subclass)
{
	mutex_lock(lock);
}

/* Where a scenario asks for failures, a signal may come instead, and the lock is not had. */
int mutex_lock_interruptible(struct mutex *lock)
{
	if (should_fail())
		return -EINTR;
	mutex_lock(lock);
	return 0;
}

int mutex_lock_killable(struct mutex *lock)
{
	return mutex_lock_interruptible(lock);
}

/* Drops a count; true, with the lock held, for the one that brings it to 0. Three steps, as refcount_dec_and_mutex_lock(). */
int atomic_dec_and_mutex_lock(atomic_t *count, struct mutex *lock)
{
	if (atomic_add_unless(count, -1, 1))
		return 0;
	mutex_lock(lock);
	if (!atomic_dec_and_test(count)) {
		mutex_unlock(lock);
		return 0;
	}
	return 1;
}

int mutex_trylock(struct mutex *lock)
{
	int taken = 0;

	__atomic() {
		if (lock->locked == 0) {
			__acquire(lock, "mutex");
			lock->locked = 1;
			taken = 1;
		}
	}
	return taken;
}

void mutex_unlock(struct mutex *lock)
{
	__atomic() {
		__release(lock);
		lock->locked = 0;
	}
}

bool mutex_is_locked(struct mutex *lock)
{
	return lock->locked;
}

/* As with lock debugging on: a lock that is held must not go away. */
void mutex_destroy(struct mutex *lock)
{
	if (lock->locked)
		__report("lock", "mutex_destroy of a mutex that is locked");
}
