/*
 * Callbacks of subsystems that the model does not have, as scenarios call them: until they are taken back, which waits for calls under way, as unregistering does nearly everywhere.
 * Leaves out, everywhere: what else a subsystem does, and that each has callbacks of its own.
 */

static int callbacks_running;
static int callbacks_over;

/* Whether there still are callbacks: then the caller is in one until callback_leave(). Not in the kernel. */
bool callback_enter(void)
{
	bool entered = false;

	__atomic() {
		if (!callbacks_over) {
			callbacks_running++;
			entered = true;
		}
	}
	return entered;
}

/* Not in the kernel. */
void callback_leave(void)
{
	__atomic() {
		callbacks_running--;
	}
}

/* None begins after this, and none is under way when it returns. Not in the kernel. */
void callbacks_end(void)
{
	__atomic() {
		callbacks_over = 1;
	}
	__wait(callbacks_running == 0);
}
