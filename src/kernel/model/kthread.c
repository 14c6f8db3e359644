/*
 * Threads of the kernel: a CPU of the scenario that calls run_kthread() is one. kthread_run() hands it its function; kthread_stop() waits for its end.
 * Leaves out, everywhere: more than one thread at a time, names, parking, affinity, signals, and the reference on the task that get_task_struct() takes.
 */

struct task_struct {
	int (*threadfn)(void *data);
	void *data;
	int started;
	int should_stop;
	int exited;
	int result;
};

static struct task_struct the_thread;
static int no_more_threads;

/* Can fail. It runs once it is woken. */
struct task_struct *kthread_create(int (*threadfn)(void *data), void *data, const char *format, ...)
{
	if (should_fail())
		return ERR_PTR(-ENOMEM);
	the_thread.threadfn = threadfn;
	the_thread.data = data;
	the_thread.started = 0;
	the_thread.should_stop = 0;
	the_thread.exited = 0;
	return &the_thread;
}

/* The first one starts it. */
int wake_up_process(struct task_struct *task)
{
	__atomic() {
		task->started = 1;
	}
	return 1;
}

struct task_struct *kthread_run(int (*threadfn)(void *data), void *data, const char *format, ...)
{
	struct task_struct *task = kthread_create(threadfn, data, format);

	if (!IS_ERR(task))
		wake_up_process(task);
	return task;
}

/* For the thread itself. */
bool kthread_should_stop(void)
{
	return READ_ONCE(the_thread.should_stop);
}

/* Tells it to stop, wakes it, and waits until its function has returned, whose value it gives. From the thread itself it is a deadlock. One that never ran does not run any more. */
int kthread_stop(struct task_struct *task)
{
	__might_sleep();
	__atomic() {
		task->should_stop = 1;
		if (!task->started)
			task->exited = 1;
	}
	__wait(task->exited);
	return task->started ? task->result : -EINTR;
}

/* Lets run_kthread() return where no thread was started. Not in the kernel. */
void stop_kthreads(void)
{
	__atomic() {
		no_more_threads = 1;
	}
}

/* The thread: a CPU of its own. Not in the kernel. */
void run_kthread(void)
{
	int result;
	bool runs = false;

	__atomic() {
		__wait((the_thread.started && !the_thread.exited) || no_more_threads);
		runs = the_thread.started && !the_thread.exited;
	}
	if (!runs)
		return;
	result = the_thread.threadfn(the_thread.data);
	__atomic() {
		the_thread.result = result;
		the_thread.exited = 1;
	}
}
