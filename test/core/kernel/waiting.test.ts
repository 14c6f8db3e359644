// Notifiers, completions, work items and RCU: who waits for whom, and what may be freed afterwards.
import { describe, expect, it } from "vitest";
import { explore, kind, must, outcome } from "./check.js";

describe("blocking notifier", () => {
  const globals = `
struct listener { int heard; struct notifier_block nb; };
static struct blocking_notifier_head chain;
static struct listener *listener;
static int listen(struct notifier_block *nb, unsigned long action, void *data)
{
	struct listener *me = container_of(nb, struct listener, nb);

	me->heard = me->heard + action;
	return NOTIFY_OK;
}
static int leave(struct notifier_block *nb, unsigned long action, void *data)
{
	blocking_notifier_chain_unregister(&chain, nb);
	return NOTIFY_OK;
}
`;
  const setup = (call: string): string => `
BLOCKING_INIT_NOTIFIER_HEAD(&chain);
listener = kzalloc(sizeof(*listener), GFP_KERNEL);
listener->nb.notifier_call = ${call};
blocking_notifier_chain_register(&chain, &listener->nb);
`;
  const unregister = "blocking_notifier_chain_unregister(&chain, &listener->nb);";

  it("calls with the action, and not after it was unregistered", () => {
    const body = `
blocking_notifier_call_chain(&chain, 3, NULL);
${must("listener->heard == 3")}
${must("blocking_notifier_chain_unregister(&chain, &listener->nb) == 0")}
blocking_notifier_call_chain(&chain, 4, NULL);
${must("listener->heard == 3")}
${must("blocking_notifier_chain_unregister(&chain, &listener->nb) == -ENOENT")}
kfree(listener);`;
    expect(outcome({ globals, setup: setup("listen"), cpus: [body] })).toBe("clean");
  });

  it("is not running any more when unregistering has returned", () => {
    const notify = "blocking_notifier_call_chain(&chain, 1, NULL);";
    expect(outcome({ globals, setup: setup("listen"), cpus: [notify, `${unregister} kfree(listener);`] })).toBe("clean");
    expect(kind({ globals, setup: setup("listen"), cpus: [notify, `kfree(listener);`] })).toBe("use-after-free");
  });

  it("deadlocks with itself when it unregisters from inside", () => {
    const result = explore({ globals, setup: setup("leave"), cpus: ["blocking_notifier_call_chain(&chain, 1, NULL);"] });
    expect([result.kind, result.switches]).toEqual(["deadlock", 0]);
  });

  it("has its own lock order with a mutex of the driver's", () => {
    const locked = `${globals} static struct mutex lock; static int locking(struct notifier_block *nb, unsigned long action, void *data) { mutex_lock(&lock); mutex_unlock(&lock); return NOTIFY_OK; }`;
    const lines = { globals: locked, setup: setup("locking"), cpus: ["blocking_notifier_call_chain(&chain, 1, NULL);", `mutex_lock(&lock); ${unregister} mutex_unlock(&lock);`], finish: "kfree(listener);" };
    expect(kind(lines)).toBe("deadlock");
  });
});

describe("iommu_group", () => {
  const globals = "static struct iommu_group *group; static struct device dev;";

  it("lives as long as one reference", () => {
    const setup = "group = iommu_group_alloc(); dev.iommu_group = group;";
    expect(outcome({ globals, setup, cpus: ["iommu_group_put(iommu_group_get(&dev));", "iommu_group_ref_get(group); iommu_group_put(group);"], finish: "iommu_group_put(group);" })).toBe("clean");
    expect(kind({ globals, setup, cpus: ["iommu_group_get(&dev);"], finish: "iommu_group_put(group);" })).toBe("leak");
  });
});

describe("completion", () => {
  it("lets nobody through before it is complete", () => {
    const globals = "static struct completion done; static int *value;";
    const setup = "init_completion(&done); value = kzalloc(1, GFP_KERNEL);";
    expect(outcome({ globals, setup, cpus: ["*value = 1; complete(&done);", "wait_for_completion(&done); kfree(value);"] })).toBe("clean");
    expect(kind({ globals, setup, cpus: ["complete(&done); *value = 1;", "wait_for_completion(&done); kfree(value);"] })).toBe("use-after-free");
    expect(kind({ globals, setup, cpus: ["wait_for_completion(&done);"], finish: "kfree(value);" })).toBe("deadlock");
  });

  it("lets all through after complete_all", () => {
    const globals = "static struct completion done;";
    expect(outcome({ globals, cpus: ["complete_all(&done);", "wait_for_completion(&done); wait_for_completion(&done);"] })).toBe("clean");
  });
});

describe("wait_event", () => {
  const globals = "static struct wait_queue_head queue; static int ready, *value;";
  const setup = "init_waitqueue_head(&queue); value = kzalloc(4, GFP_KERNEL);";

  it("goes on when its condition holds, and not before", () => {
    expect(outcome({ globals, setup, cpus: ["*value = 1; ready = 1; wake_up(&queue);", "wait_event(queue, ready); kfree(value);"] })).toBe("clean");
    expect(kind({ globals, setup, cpus: ["ready = 1; *value = 1; wake_up(&queue);", "wait_event(queue, ready); kfree(value);"] })).toBe("use-after-free");
    expect(kind({ globals, setup, cpus: ["wait_event(queue, ready);"], finish: "kfree(value);" })).toBe("deadlock");
    expect(outcome({ globals, setup, cpus: ["ready = 1; wake_up_interruptible(&queue);", `${must("wait_event_interruptible(queue, ready) == 0")}`], finish: "kfree(value);" })).toBe("clean");
  });
});

describe("work items", () => {
  const globals = `
struct job { int value; struct work_struct work; };
static struct job *job;
static int ran;
static void run(struct work_struct *work) { ran++; }
static void run_and_free(struct work_struct *work) { ran++; kfree(container_of(work, struct job, work)); }
`;
  const setup = (func: string): string => `job = kzalloc(sizeof(*job), GFP_KERNEL); INIT_WORK(&job->work, ${func});`;

  it("run once for each time they are queued, and may free themselves", () => {
    const lines = { globals, setup: setup("run_and_free"), cpus: [`${must("schedule_work(&job->work)")} stop_work_items();`, "run_work_items();"], finish: must("ran == 1") };
    expect(outcome(lines)).toBe("clean");
  });

  it("are over after flush_work, or never run after cancel_work_sync", () => {
    for (const wait of ["flush_work", "cancel_work_sync"]) {
      const lines = { globals, setup: setup("run"), cpus: [`schedule_work(&job->work); ${wait}(&job->work); kfree(job); stop_work_items();`, "run_work_items();"] };
      expect(outcome(lines)).toBe("clean");
    }
    expect(kind({ globals, setup: setup("run"), cpus: ["schedule_work(&job->work); kfree(job); stop_work_items();", "run_work_items();"] })).toBe("use-after-free");
  });
});

describe("delayed work", () => {
  it("is work that somebody can still cancel", () => {
    const globals = `
struct job { int value; struct delayed_work work; };
static struct job *job;
static void run(struct work_struct *work) { container_of(to_delayed_work(work), struct job, work)->value++; }
`;
    const setup = "job = kzalloc(sizeof(*job), GFP_KERNEL); INIT_DELAYED_WORK(&job->work, run);";
    const lines = (cancel: string): { globals: string; setup: string; cpus: string[] } => ({ globals, setup, cpus: [`schedule_delayed_work(&job->work, 10); ${cancel} kfree(job); stop_work_items();`, "run_work_items();"] });
    expect(outcome(lines("cancel_delayed_work_sync(&job->work);"))).toBe("clean");
    expect(kind(lines(""))).toBe("use-after-free");
  });
});

describe("RCU", () => {
  const globals = "struct thing { int value; }; static struct thing *shared;";
  const setup = "shared = kzalloc(sizeof(*shared), GFP_KERNEL);";
  const read = "struct thing *seen; rcu_read_lock(); seen = rcu_dereference(shared); if (seen) seen->value; rcu_read_unlock();";
  const remove = (wait: string): string => `struct thing *old = shared; rcu_assign_pointer(shared, NULL); ${wait} kfree(old);`;

  it("makes removal wait for the readers that were there", () => {
    expect(outcome({ globals, setup, cpus: [read, remove("synchronize_rcu();")] })).toBe("clean");
    expect(kind({ globals, setup, cpus: [read, remove("")] })).toBe("use-after-free");
    expect(outcome({ globals, setup, cpus: [read, remove("").replace("kfree(old)", "kfree_rcu(old, head)")] })).toBe("clean");
  });

  it("has a sleeping form that waits for one half of the readers only", () => {
    const srcu = `${globals} static struct srcu_struct srcu;`;
    const sleepy = "struct thing *seen; int half = srcu_read_lock(&srcu); seen = rcu_dereference(shared); if (seen) seen->value; srcu_read_unlock(&srcu, half);";
    expect(outcome({ globals: srcu, setup, cpus: [sleepy, remove("synchronize_srcu(&srcu);"), sleepy], finish: "cleanup_srcu_struct(&srcu);" })).toBe("clean");
    expect(kind({ globals: srcu, setup, cpus: ["int half = srcu_read_lock(&srcu); synchronize_srcu(&srcu); srcu_read_unlock(&srcu, half);"], finish: "kfree(shared);" })).toBe("deadlock");
  });
});

describe("times", () => {
  it("are kept as they are given, and who sleeps for one must be allowed to", () => {
    expect(outcome({ cpus: [`${must("msecs_to_jiffies(20) == 20 && round_jiffies_relative(usecs_to_jiffies(7)) == 7 && jiffies_to_msecs(3) == 3")} msleep(1); usleep_range(1, 2); udelay(1);`] })).toBe("clean");
    expect(kind({ globals: "static spinlock_t lock;", cpus: ["spin_lock(&lock); usleep_range(1, 2); spin_unlock(&lock);"] })).toBe("lock");
  });
});
