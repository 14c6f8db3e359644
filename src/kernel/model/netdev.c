/*
 * Network devices, as far as drivers keep their private data in them, and when their operations run.
 * The struct is the code's own or, where no line shows it, what its use needs. Leaves out, everywhere: queues of packets and their flow control, several transmit queues, NAPI, addresses, and the
 * registration itself.
 */

static struct mutex rtnl_mutex;
static spinlock_t transmit_lock;
static int transmit_stopped;
static int device_is_up;

void rtnl_lock(void)
{
	mutex_lock(&rtnl_mutex);
}

bool rtnl_is_locked(void)
{
	return mutex_is_locked(&rtnl_mutex);
}

bool refcount_dec_and_rtnl_lock(refcount_t *r)
{
	return refcount_dec_and_mutex_lock(r, &rtnl_mutex);
}

void rtnl_unlock(void)
{
	mutex_unlock(&rtnl_mutex);
}

int rtnl_trylock(void)
{
	return mutex_trylock(&rtnl_mutex);
}

/* What `ip link set up` does, for scenarios: open() runs under the RTNL, and not for a device that is up: then it is somebody else's to take down. */
int net_device_open(struct net_device *dev, int (*open)(struct net_device *dev))
{
	int error;

	rtnl_lock();
	if (device_is_up) {
		rtnl_unlock();
		return -EBUSY;
	}
	error = open(dev);
	if (!error) {
		__atomic() {
			device_is_up = 1;
			transmit_stopped = 0;
		}
	}
	rtnl_unlock();
	return error;
}

/* What `ip link set down` does: no packet is sent any more, and none is on its way, when stop() runs under the RTNL. */
void net_device_stop(struct net_device *dev, int (*stop)(struct net_device *dev))
{
	rtnl_lock();
	spin_lock_bh(&transmit_lock);
	transmit_stopped = 1;
	spin_unlock_bh(&transmit_lock);
	stop(dev);
	device_is_up = 0;
	rtnl_unlock();
}

/* What sending a packet does: start_xmit() runs under the lock of its queue, unless the device is stopped. */
void net_device_transmit(struct sk_buff *skb, struct net_device *dev, netdev_tx_t (*transmit)(struct sk_buff *skb, struct net_device *dev))
{
	spin_lock_bh(&transmit_lock);
	if (!transmit_stopped)
		transmit(skb, dev);
	spin_unlock_bh(&transmit_lock);
}
