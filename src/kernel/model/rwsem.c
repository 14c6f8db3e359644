/*
 * Reader/writer semaphores.
 * Leaves out, everywhere: which of several writers comes first, that a reader may steal the lock past one (as if he had come before him), and spinning before sleeping.
 */

struct rw_semaphore {
	int readers;
	int writer;
	/* As many as readers, for who only asks whether there are any. */
	int reading;
	/* Writers that wait for readers: new ones queue behind them. */
	int waiting;
};

void init_rwsem(struct rw_semaphore *sem)
{
	sem->readers = 0;
	sem->writer = 0;
	sem->reading = 0;
	sem->waiting = 0;
}

/* Readers come in together, but not past a writer that waits: who reads already must not read again for that reason, and that is a warning, as lockdep's. */
void down_read(struct rw_semaphore *sem)
{
	bool again = __held(sem);

	__might_sleep();
	__atomic() {
		__wait(sem->writer == 0 && sem->waiting == 0);
		__acquire(sem, "rwsem-read");
		sem->readers++;
		sem->reading++;
	}
	if (again)
		__report("lock", "down_read of a semaphore that this CPU holds for reading: a writer that waits in between is a deadlock");
}

int down_read_interruptible(struct rw_semaphore *sem)
{
	if (should_fail())
		return -EINTR;
	down_read(sem);
	return 0;
}

int down_read_killable(struct rw_semaphore *sem)
{
	return down_read_interruptible(sem);
}

int down_read_trylock(struct rw_semaphore *sem)
{
	int taken = 0;

	__atomic() {
		if (sem->writer == 0 && sem->waiting == 0) {
			__acquire(sem, "rwsem-read");
			sem->readers++;
			sem->reading++;
			taken = 1;
		}
	}
	return taken;
}

/* Given back as it was taken: for reading. */
void up_read(struct rw_semaphore *sem)
{
	__atomic() {
		__release(sem);
		if (sem->readers == 0)
			__report("lock", "up_read of a semaphore that nobody holds for reading");
		sem->readers--;
		sem->reading--;
	}
}

/* A writer who finds readers queues first: from then on no reader comes in before him. Behind a writer the readers wait anyhow. */
void down_write(struct rw_semaphore *sem)
{
	bool queued = false;

	__might_sleep();
	__atomic() {
		if (sem->reading) {
			sem->waiting++;
			queued = true;
		}
	}
	__atomic() {
		__wait(sem->writer == 0 && sem->readers == 0);
		__acquire(sem, "rwsem-write");
		if (queued)
			sem->waiting--;
		sem->writer = 1;
	}
}

/* Given back as it was taken: for writing. */
void up_write(struct rw_semaphore *sem)
{
	__atomic() {
		__release(sem);
		if (sem->writer == 0)
			__report("lock", "up_write of a semaphore that nobody holds for writing");
		sem->writer = 0;
	}
}

int down_write_killable(struct rw_semaphore *sem)
{
	if (should_fail())
		return -EINTR;
	down_write(sem);
	return 0;
}

int down_write_trylock(struct rw_semaphore *sem)
{
	int taken = 0;

	__atomic() {
		if (sem->writer == 0 && sem->readers == 0 && sem->waiting == 0) {
			__acquire(sem, "rwsem-write");
			sem->writer = 1;
			taken = 1;
		}
	}
	return taken;
}

/* From writer to reader, with nobody in between. */
void downgrade_write(struct rw_semaphore *sem)
{
	__atomic() {
		__release(sem);
		__acquire(sem, "rwsem-read");
		sem->writer = 0;
		sem->readers++;
		sem->reading++;
	}
}

bool rwsem_is_locked(struct rw_semaphore *sem)
{
	return sem->writer || sem->readers;
}

/* Classes of locks are not told apart. */
void down_read_nested(struct rw_semaphore *sem, int subclass)
{
	down_read(sem);
}

void down_write_nested(struct rw_semaphore *sem, int subclass)
{
	down_write(sem);
}
