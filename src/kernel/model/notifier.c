/*
 * Blocking notifier chains: registering takes the chain's rwsem for writing, calling holds it for reading.
 * So a callback never runs outside its registration, and must not register or unregister on its own chain.
 * Leaves out, everywhere: priorities (the newest is called first), and the other kinds of chains.
 */

struct notifier_block {
	int (*notifier_call)(struct notifier_block *nb, unsigned long action, void *data);
	struct notifier_block *next;
	int priority;
};

struct blocking_notifier_head {
	struct rw_semaphore rwsem;
	struct notifier_block *head;
};

#define NOTIFY_DONE 0
#define NOTIFY_OK 1
#define NOTIFY_STOP_MASK 32768
#define NOTIFY_BAD 32770
#define NOTIFY_STOP 32769

void BLOCKING_INIT_NOTIFIER_HEAD(struct blocking_notifier_head *chain)
{
	init_rwsem(&chain->rwsem);
	chain->head = NULL;
}

/* Never fails. */
int blocking_notifier_chain_register(struct blocking_notifier_head *chain, struct notifier_block *nb)
{
	down_write(&chain->rwsem);
	nb->next = chain->head;
	chain->head = nb;
	up_write(&chain->rwsem);
	return 0;
}

/* Waits for every callback that is running. An error when it is not on the chain. */
int blocking_notifier_chain_unregister(struct blocking_notifier_head *chain, struct notifier_block *nb)
{
	struct notifier_block *before = NULL;
	struct notifier_block *at;
	int error = -ENOENT;

	down_write(&chain->rwsem);
	at = chain->head;
	while (at && at != nb) {
		before = at;
		at = at->next;
	}
	if (at) {
		if (before)
			before->next = nb->next;
		else
			chain->head = nb->next;
		error = 0;
	}
	up_write(&chain->rwsem);
	return error;
}

/* Calls all of them until one says stop; the next one is read before each call. */
int blocking_notifier_call_chain(struct blocking_notifier_head *chain, unsigned long action, void *data)
{
	struct notifier_block *nb;
	struct notifier_block *next;
	int result = NOTIFY_DONE;

	down_read(&chain->rwsem);
	nb = chain->head;
	while (nb) {
		next = nb->next;
		result = nb->notifier_call(nb, action, data);
		if (result & NOTIFY_STOP_MASK)
			break;
		nb = next;
	}
	up_read(&chain->rwsem);
	return result;
}
