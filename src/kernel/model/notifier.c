/*
 * Notifier chains. Blocking: registering takes the chain's rwsem for writing, calling holds it for reading. So a callback never runs outside its
 * registration, and must not register or unregister on its own chain. Atomic: calls run as RCU readers, unregistering waits for them. Raw: the locks are the caller's.
 * Leaves out, everywhere: chains that are called in pieces (..._robust).
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

struct atomic_notifier_head {
	spinlock_t lock;
	struct notifier_block *head;
};

struct raw_notifier_head {
	struct notifier_block *head;
};

#define NOTIFY_DONE 0
#define NOTIFY_OK 1
#define NOTIFY_STOP_MASK 32768
#define NOTIFY_BAD 32770
#define NOTIFY_STOP 32769

/* An error number as the answer of a callback, and back. */
int notifier_from_errno(int err)
{
	return err ? NOTIFY_STOP_MASK | (NOTIFY_OK - err) : NOTIFY_OK;
}

int notifier_to_errno(int ret)
{
	ret &= ~NOTIFY_STOP_MASK;
	return ret > NOTIFY_OK ? NOTIFY_OK - ret : 0;
}

/* The higher priority comes first; among equals, who came first. One block is on one chain once. */
static int notifier_insert(struct notifier_block **head, struct notifier_block *nb)
{
	struct notifier_block *before = NULL;
	struct notifier_block *at = *head;

	while (at && nb->priority <= at->priority) {
		if (at == nb) {
			__report("warn", "notifier callback is already registered");
			return -EEXIST;
		}
		before = at;
		at = at->next;
	}
	nb->next = at;
	if (before)
		before->next = nb;
	else
		*head = nb;
	return 0;
}

/* An error when it is not on the chain. Its own link stays, for who is at it. */
static int notifier_remove(struct notifier_block **head, struct notifier_block *nb)
{
	struct notifier_block *before = NULL;
	struct notifier_block *at = *head;

	while (at && at != nb) {
		before = at;
		at = at->next;
	}
	if (!at)
		return -ENOENT;
	if (before)
		before->next = nb->next;
	else
		*head = nb->next;
	return 0;
}

/* Calls all of them until one says stop; the next one is read before each call. */
static int notifier_call_all(struct notifier_block **head, unsigned long action, void *data)
{
	struct notifier_block *nb = *head;
	struct notifier_block *next;
	int result = NOTIFY_DONE;

	while (nb) {
		next = nb->next;
		result = nb->notifier_call(nb, action, data);
		if (result & NOTIFY_STOP_MASK)
			break;
		nb = next;
	}
	return result;
}

void BLOCKING_INIT_NOTIFIER_HEAD(struct blocking_notifier_head *chain)
{
	init_rwsem(&chain->rwsem);
	chain->head = NULL;
}

/* Fails only for a block that is on the chain already. */
int blocking_notifier_chain_register(struct blocking_notifier_head *chain, struct notifier_block *nb)
{
	int error;

	down_write(&chain->rwsem);
	error = notifier_insert(&chain->head, nb);
	up_write(&chain->rwsem);
	return error;
}

/* Waits for every callback that is running. */
int blocking_notifier_chain_unregister(struct blocking_notifier_head *chain, struct notifier_block *nb)
{
	int error;

	down_write(&chain->rwsem);
	error = notifier_remove(&chain->head, nb);
	up_write(&chain->rwsem);
	return error;
}

int blocking_notifier_call_chain(struct blocking_notifier_head *chain, unsigned long action, void *data)
{
	int result;

	down_read(&chain->rwsem);
	result = notifier_call_all(&chain->head, action, data);
	up_read(&chain->rwsem);
	return result;
}

void ATOMIC_INIT_NOTIFIER_HEAD(struct atomic_notifier_head *chain)
{
	spin_lock_init(&chain->lock);
	chain->head = NULL;
}

int atomic_notifier_chain_register(struct atomic_notifier_head *chain, struct notifier_block *nb)
{
	int error;

	spin_lock(&chain->lock);
	error = notifier_insert(&chain->head, nb);
	spin_unlock(&chain->lock);
	return error;
}

/* Waits for every callback that is running, as RCU does; so a callback must not call it. */
int atomic_notifier_chain_unregister(struct atomic_notifier_head *chain, struct notifier_block *nb)
{
	int error;

	spin_lock(&chain->lock);
	error = notifier_remove(&chain->head, nb);
	spin_unlock(&chain->lock);
	synchronize_rcu();
	return error;
}

int atomic_notifier_call_chain(struct atomic_notifier_head *chain, unsigned long action, void *data)
{
	int result;

	rcu_read_lock();
	result = notifier_call_all(&chain->head, action, data);
	rcu_read_unlock();
	return result;
}

void RAW_INIT_NOTIFIER_HEAD(struct raw_notifier_head *chain)
{
	chain->head = NULL;
}

int raw_notifier_chain_register(struct raw_notifier_head *chain, struct notifier_block *nb)
{
	return notifier_insert(&chain->head, nb);
}

int raw_notifier_chain_unregister(struct raw_notifier_head *chain, struct notifier_block *nb)
{
	return notifier_remove(&chain->head, nb);
}

int raw_notifier_call_chain(struct raw_notifier_head *chain, unsigned long action, void *data)
{
	return notifier_call_all(&chain->head, action, data);
}
