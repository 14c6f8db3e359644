// What runs later or elsewhere: work items that queue themselves, timers, wake-ups, notifiers in their order, RCU in its depths.
import { describe, expect, it } from "vitest";
import { explore, kind, must, outcome } from "./check.js";

describe("work items", () => {
  const globals = `
struct job { int value; struct work_struct work; };
static struct job *job;
static struct workqueue_struct *queue;
static int ran, rounds, over;
static void run(struct work_struct *work) { container_of(work, struct job, work)->value++; ran++; }
static void run_again(struct work_struct *work) { container_of(work, struct job, work)->value++; if (rounds++ < 2) schedule_work(work); }
static void cancel_itself(struct work_struct *work) { cancel_work_sync(work); }
static void flush_itself(struct work_struct *work) { flush_work(work); }
`;
  const setup = (func: string): string => `job = kzalloc(sizeof(*job), GFP_KERNEL); INIT_WORK(&job->work, ${func});`;
  const worker = "run_work_items();";

  it("that queue themselves are over after cancel_work_sync(), and not after flush_work()", () => {
    const end = (wait: string): string => `schedule_work(&job->work); ${wait}(&job->work); kfree(job); stop_work_items();`;
    expect(outcome({ globals, setup: setup("run_again"), cpus: [end("cancel_work_sync"), worker] })).toBe("clean");
    expect(kind({ globals, setup: setup("run_again"), cpus: [end("flush_work"), worker] })).toBe("use-after-free");
  });

  it("may still run after cancel_work(), which does not wait", () => {
    expect(kind({ globals, setup: setup("run"), cpus: ["schedule_work(&job->work); cancel_work(&job->work); kfree(job); stop_work_items();", worker] })).toBe("use-after-free");
  });

  it("that cancel or flush themselves wait for themselves", () => {
    for (const func of ["cancel_itself", "flush_itself"]) expect(kind({ globals, setup: setup(func), cpus: ["schedule_work(&job->work); stop_work_items();", worker], finish: "kfree(job);" })).toBe("deadlock");
  });

  it("are queued once while they wait, and again once they run", () => {
    expect(outcome({ globals, setup: setup("run"), cpus: [`${must("schedule_work(&job->work)")} ${must("!schedule_work(&job->work)")} ${must("work_pending(&job->work)")} over = 1; stop_work_items();`, `__wait(over); ${worker}`], finish: "kfree(job);" })).toBe("clean");
    const twice = { globals, setup: setup("run"), cpus: ["schedule_work(&job->work); if (schedule_work(&job->work)) rounds = 1; stop_work_items();", worker], finish: `if (rounds && ran == 2) __report("warn", "twice"); if (!rounds && ran == 1) __report("id", "once"); kfree(job);` };
    expect(["warn: twice", "id: once"]).toContain(outcome(twice));
    expect(outcome({ ...twice, finish: `${must("ran == 1 + rounds")} kfree(job);` })).toBe("clean");
  });

  it("have all run when their queue is destroyed, and cannot be queued on it after", () => {
    const made = `${setup("run")} queue = alloc_workqueue("q", 0, 0);`;
    expect(outcome({ globals, setup: made, cpus: ["queue_work(queue, &job->work); destroy_workqueue(queue); kfree(job); stop_work_items();", worker] })).toBe("clean");
    expect(kind({ globals, setup: made, cpus: ["destroy_workqueue(queue); queue_work(queue, &job->work); stop_work_items();", worker], finish: "kfree(job);" })).toBe("use-after-free");
    expect(kind({ globals, setup: made, cpus: ["queue_work(queue, &job->work); kfree(job); destroy_workqueue(queue); stop_work_items();", worker] })).toBe("use-after-free");
  });

  it("whose delay is not over are not waited for by their queue, and run after it is gone", () => {
    const delayed = `struct late { struct delayed_work work; }; static struct late *late; static struct workqueue_struct *queue; static void run(struct work_struct *work) { }`;
    const made = `late = kzalloc(sizeof(*late), GFP_KERNEL); INIT_DELAYED_WORK(&late->work, run); queue = alloc_workqueue("q", 0, 0);`;
    const end = (delay: string, cancel: string): { globals: string; setup: string; cpus: string[]; finish: string } => ({ globals: delayed, setup: made, cpus: [`queue_delayed_work(queue, &late->work, ${delay}); ${cancel} destroy_workqueue(queue); stop_work_items();`, worker], finish: "kfree(late);" });
    expect(kind(end("5", ""))).toBe("use-after-free");
    expect(outcome(end("0", ""))).toBe("clean");
    expect(outcome(end("5", "cancel_delayed_work_sync(&late->work);"))).toBe("clean");
    expect(outcome(end("5", "flush_delayed_work(&late->work);"))).toBe("clean");
  });

  it("run as often as the limit says where there is one, and what comes later is not looked at", () => {
    const counting = `struct job { struct work_struct work; }; static struct job *job; static int ran; static void run(struct work_struct *work) { ran++; schedule_work(work); }`;
    const program = (times: number): Parameters<typeof outcome>[0] => ({ globals: counting, setup: `job = kzalloc(sizeof(*job), GFP_KERNEL); __keep(job); INIT_WORK(&job->work, run); limit_work_items(${String(times)}); schedule_work(&job->work);`, cpus: ['if (ran == 3) __report("warn", "three");', worker] });
    expect(outcome(program(2))).toBe("clean");
    expect(outcome(program(3))).toBe("warn: three");
  });

  it("can be declared with their function", () => {
    expect(outcome({ globals: "static int ran; static void run(struct work_struct *work) { ran++; } static DECLARE_WORK(item, run);", cpus: ["schedule_work(&item); stop_work_items();", worker], finish: must("ran == 1") })).toBe("clean");
  });
});

describe("timers", () => {
  const globals = `
struct card { int value; struct timer_list timer; };
static struct card *card; static int over;
static struct mutex lock;
static int rounds;
static void tick(struct timer_list *timer) { struct card *c = from_timer(c, timer, timer); c->value++; }
static void tick_again(struct timer_list *timer) { struct card *c = from_timer(c, timer, timer); c->value++; if (rounds++ < 2) mod_timer(timer, 1); }
static void tick_asleep(struct timer_list *timer) { mutex_lock(&lock); mutex_unlock(&lock); }
static void tick_deleting(struct timer_list *timer) { timer_delete_sync(timer); }
`;
  const setup = (func: string): string => `card = kzalloc(sizeof(*card), GFP_KERNEL); timer_setup(&card->timer, ${func}, 0);`;
  const lines = (func: string, end: string): { globals: string; setup: string; cpus: string[] } => ({ globals, setup: setup(func), cpus: [`mod_timer(&card->timer, 10); ${end} stop_timers();`, "run_timers();"] });

  it("may run after del_timer(), and not after del_timer_sync()", () => {
    expect(kind(lines("tick", "del_timer(&card->timer); kfree(card);"))).toBe("use-after-free");
    expect(outcome(lines("tick", "del_timer_sync(&card->timer); kfree(card);"))).toBe("clean");
    expect(kind(lines("tick", "kfree(card);"))).toBe("use-after-free");
  });

  it("that start themselves again are over, too", () => {
    for (const end of ["timer_delete_sync", "timer_shutdown_sync"]) expect(outcome(lines("tick_again", `${end}(&card->timer); kfree(card);`))).toBe("clean");
  });

  it("cannot be started again once they are shut down", () => {
    const restart = (end: string): string => kind({ globals, setup: setup("tick"), cpus: [`${end}(&card->timer); mod_timer(&card->timer, 5); kfree(card); stop_timers();`, "run_timers();"] });
    expect([restart("timer_shutdown_sync"), restart("timer_delete_sync")]).toEqual(["clean", "use-after-free"]);
  });

  it("that wait for themselves, or sleep, are found", () => {
    expect(kind({ ...lines("tick_deleting", ""), finish: "kfree(card);" })).toBe("deadlock");
    expect(outcome({ ...lines("tick_asleep", ""), finish: "kfree(card);" })).toMatch(/^lock: .* may sleep/);
  });

  it("are added once, and say whether they were pending", () => {
    expect(outcome({ globals, setup: setup("tick"), cpus: ["add_timer(&card->timer); add_timer(&card->timer); del_timer(&card->timer); kfree(card);"] })).toBe("warn: add_timer of a timer that is pending");
    expect(outcome({ globals, setup: setup("tick"), cpus: [`${must("!mod_timer(&card->timer, 1) && mod_timer(&card->timer, 2) && timer_pending(&card->timer) && timer_delete(&card->timer) && !timer_delete(&card->timer)")} kfree(card); over = 1; stop_timers();`, "__wait(over); run_timers();"] })).toBe("clean");
  });
});

describe("waiting", () => {
  const globals = "static struct wait_queue_head queue; static int ready, late; static struct completion done;";
  const setup = "init_waitqueue_head(&queue); init_completion(&done);";

  it("on a queue needs a wake-up behind the condition", () => {
    expect(outcome({ globals, setup, cpus: ["wait_event(queue, READ_ONCE(ready));", "WRITE_ONCE(ready, 1); wake_up(&queue);"] })).toBe("clean");
    expect(kind({ globals, setup, cpus: ["wait_event(queue, READ_ONCE(ready));", "WRITE_ONCE(ready, 1);"] })).toBe("deadlock");
    expect(kind({ globals, setup, cpus: ["wait_event(queue, READ_ONCE(ready));", "wake_up(&queue); WRITE_ONCE(ready, 1);"] })).toBe("deadlock");
  });

  it("on a queue looks again after each wake-up, and all who wait are woken", () => {
    const wait = `wait_event(queue, READ_ONCE(ready) == 2); ${must("ready == 2")}`;
    expect(outcome({ globals, setup, cpus: [wait, wait, "WRITE_ONCE(ready, 1); wake_up(&queue); WRITE_ONCE(ready, 2); wake_up_all(&queue);"] })).toBe("clean");
  });

  it("may be over before anything comes, where there is a time or a signal", () => {
    const timed = (value: string): string => outcome({ globals, setup, cpus: [`if (wait_event_timeout(queue, READ_ONCE(ready), 10) ${value}) __report("warn", "seen");`, "WRITE_ONCE(ready, 1); wake_up(&queue);"] });
    expect([timed("== 0"), timed("> 0")]).toEqual(["warn: seen", "warn: seen"]);
    const signal = `if (wait_event_interruptible(queue, READ_ONCE(ready)) == -ERESTARTSYS) __report("warn", "signal");`;
    expect(outcome({ globals, setup: `${setup} fault_injection = 1;`, cpus: [signal, "WRITE_ONCE(ready, 1); wake_up(&queue);"] })).toBe("warn: signal");
    expect(outcome({ globals, setup, cpus: [signal, "WRITE_ONCE(ready, 1); wake_up(&queue);"] })).toBe("clean");
  });

  it("with a time never lasts for ever: nobody has to come", () => {
    expect(outcome({ globals, setup, cpus: [must("wait_event_timeout(queue, READ_ONCE(ready), 10) == 0")] })).toBe("clean");
    expect(outcome({ globals, setup, cpus: [must("wait_for_completion_timeout(&done, 5) == 0")] })).toBe("clean");
    const lock = `${globals} static struct mutex lock;`;
    expect(outcome({ globals: lock, setup, cpus: ["mutex_lock(&lock); wait_for_completion_timeout(&done, 5); mutex_unlock(&lock);", "mutex_lock(&lock); complete(&done); mutex_unlock(&lock);"] })).toBe("clean");
    expect(kind({ globals: lock, setup, cpus: ["mutex_lock(&lock); wait_for_completion(&done); mutex_unlock(&lock);", "mutex_lock(&lock); complete(&done); mutex_unlock(&lock);"] })).toBe("deadlock");
  });

  it("touches the queue: it must still be there", () => {
    const own = "struct box { struct wait_queue_head queue; int ready; }; static struct box *box;";
    const lines = { globals: own, setup: "box = kzalloc(sizeof(*box), GFP_KERNEL); init_waitqueue_head(&box->queue);", cpus: ["wait_event(box->queue, READ_ONCE(box->ready)); kfree(box);", "struct box *b = box; WRITE_ONCE(b->ready, 1); wake_up(&b->queue);"] };
    expect(kind(lines)).toBe("use-after-free");
  });

  it("for a completion counts: one for each, all after complete_all(), none after reinit_completion()", () => {
    expect(kind({ globals, setup, cpus: ["wait_for_completion(&done); wait_for_completion(&done);", "complete(&done);"] })).toBe("deadlock");
    expect(outcome({ globals, setup, cpus: [`complete(&done); ${must("try_wait_for_completion(&done)")} ${must("!try_wait_for_completion(&done) && !completion_done(&done)")} complete_all(&done); wait_for_completion(&done); ${must("completion_done(&done)")} reinit_completion(&done); ${must("!try_wait_for_completion(&done)")}`] })).toBe("clean");
    expect(outcome({ globals, setup, cpus: [`if (!wait_for_completion_timeout(&done, 5)) __report("warn", "over");`, "complete(&done);"] })).toBe("warn: over");
  });

  it("for a completion on the stack: who gives up must not leave it to the other", () => {
    const own = "static struct completion *mailbox;";
    const wait = (give: string): string => `struct completion own; init_completion(&own); WRITE_ONCE(mailbox, &own); ${give}`;
    const send = "struct completion *at; __wait(mailbox != NULL); at = mailbox; complete(at);";
    expect(outcome({ globals: own, cpus: [wait("wait_for_completion(&own);"), send] })).toBe("clean");
    expect(kind({ globals: own, cpus: [wait("wait_for_completion_timeout(&own, 5);"), send] })).toBe("use-after-free");
  });
});

describe("notifier chains", () => {
  const globals = `
static struct blocking_notifier_head chain;
static struct atomic_notifier_head atomic;
static struct raw_notifier_head raw;
static struct notifier_block first, second, third;
static int order;
static int one(struct notifier_block *nb, unsigned long action, void *data) { order = order * 10 + 1; return NOTIFY_OK; }
static int two(struct notifier_block *nb, unsigned long action, void *data) { order = order * 10 + 2; return NOTIFY_DONE; }
static int stops(struct notifier_block *nb, unsigned long action, void *data) { order = order * 10 + 3; return NOTIFY_STOP; }
static int leaves(struct notifier_block *nb, unsigned long action, void *data) { atomic_notifier_chain_unregister(&atomic, nb); return NOTIFY_OK; }
`;
  const setup = "BLOCKING_INIT_NOTIFIER_HEAD(&chain); ATOMIC_INIT_NOTIFIER_HEAD(&atomic); RAW_INIT_NOTIFIER_HEAD(&raw); first.notifier_call = one; second.notifier_call = two; third.notifier_call = stops;";

  it("call by priority, then by age, until one says stop", () => {
    const add = "blocking_notifier_chain_register(&chain, &first); blocking_notifier_chain_register(&chain, &second);";
    expect(outcome({ globals, setup: setup + add, cpus: [`blocking_notifier_call_chain(&chain, 0, NULL); ${must("order == 12")}`] })).toBe("clean");
    expect(outcome({ globals, setup: `${setup} second.priority = 5; ${add}`, cpus: [`blocking_notifier_call_chain(&chain, 0, NULL); ${must("order == 21")}`] })).toBe("clean");
    expect(outcome({ globals, setup: `${setup} third.priority = 1; ${add} blocking_notifier_chain_register(&chain, &third);`, cpus: [`${must("blocking_notifier_call_chain(&chain, 0, NULL) == NOTIFY_STOP")} ${must("order == 3")}`] })).toBe("clean");
  });

  it("take one block once", () => {
    expect(outcome({ globals, setup, cpus: [`blocking_notifier_chain_register(&chain, &first); ${must("blocking_notifier_chain_register(&chain, &first) == -EEXIST")}`] })).toBe("warn: notifier callback is already registered");
  });

  it("of the atomic kind are left after the callbacks that run, and not from inside", () => {
    const gone = "struct box { int value; struct notifier_block nb; }; static struct atomic_notifier_head chain; static struct box *box; static int use(struct notifier_block *nb, unsigned long action, void *data) { container_of(nb, struct box, nb)->value++; return NOTIFY_OK; }";
    const lines = { globals: gone, setup: "ATOMIC_INIT_NOTIFIER_HEAD(&chain); box = kzalloc(sizeof(*box), GFP_KERNEL); box->nb.notifier_call = use; atomic_notifier_chain_register(&chain, &box->nb);", cpus: ["atomic_notifier_call_chain(&chain, 0, NULL);", "atomic_notifier_chain_unregister(&chain, &box->nb); kfree(box);"] };
    expect(outcome(lines)).toBe("clean");
    expect(kind({ globals, setup: `${setup} first.notifier_call = leaves; atomic_notifier_chain_register(&atomic, &first);`, cpus: ["atomic_notifier_call_chain(&atomic, 0, NULL);"] })).toBe("deadlock");
  });

  it("of the raw kind have the caller's locks only; error numbers go there and back", () => {
    expect(outcome({ globals, setup, cpus: [`raw_notifier_chain_register(&raw, &first); raw_notifier_call_chain(&raw, 0, NULL); ${must("order == 1 && raw_notifier_chain_unregister(&raw, &first) == 0 && raw_notifier_chain_unregister(&raw, &first) == -ENOENT")} ${must("notifier_to_errno(notifier_from_errno(-EBUSY)) == -EBUSY && notifier_from_errno(0) == NOTIFY_OK")}`] })).toBe("clean");
  });
});

describe("RCU", () => {
  const globals = "struct thing { int value; struct rcu_head rcu; }; static struct thing *shared; static void gone(struct rcu_head *head) { kfree(container_of(head, struct thing, rcu)); }";
  const setup = "shared = kzalloc(sizeof(*shared), GFP_KERNEL);";

  it("waits for the outermost end of readers that nest", () => {
    const read = "struct thing *seen; rcu_read_lock(); rcu_read_lock(); seen = rcu_dereference(shared); rcu_read_unlock(); if (seen) seen->value; rcu_read_unlock();";
    const early = read.replace("rcu_read_unlock(); if (seen) seen->value; rcu_read_unlock();", "rcu_read_unlock(); rcu_read_unlock(); if (seen) seen->value;");
    const remove = "struct thing *old = shared; rcu_assign_pointer(shared, NULL); synchronize_rcu(); kfree(old);";
    expect(outcome({ globals, setup, cpus: [read, remove] })).toBe("clean");
    expect(kind({ globals, setup, cpus: [early, remove] })).toBe("use-after-free");
  });

  it("cannot be waited for by a reader", () => {
    expect(kind({ globals, cpus: ["rcu_read_lock(); synchronize_rcu(); rcu_read_unlock();"] })).toBe("deadlock");
  });

  it("lets a reader put off what it may not wait for", () => {
    const read = "struct thing *old; rcu_read_lock(); old = shared; rcu_assign_pointer(shared, NULL); call_rcu(&old->rcu, gone); old->value; rcu_read_unlock(); stop_rcu_callbacks();";
    expect(outcome({ globals, setup: `${setup} start_rcu_callbacks();`, cpus: [read, "run_rcu_callbacks();"] })).toBe("clean");
    expect(kind({ globals, setup: `${setup} start_rcu_callbacks();`, cpus: [read.replace("old->value; rcu_read_unlock();", "rcu_read_unlock(); old->value;"), "run_rcu_callbacks();"] })).toBe("use-after-free");
  });

  it("has run every callback after rcu_barrier()", () => {
    const end = (barrier: string): string => `call_rcu(&shared->rcu, gone); ${barrier} if (!__live(shared)) __report("warn", "gone"); else __report("id", "there"); stop_rcu_callbacks();`;
    const found = explore({ globals, setup: `${setup} start_rcu_callbacks();`, cpus: [end("rcu_barrier();"), "run_rcu_callbacks();"] }).findings.map((finding) => finding.message);
    expect(found).toEqual(["gone"]);
    expect(outcome({ globals, setup: `${setup} start_rcu_callbacks();`, cpus: [end("").replace(`__report("warn", "gone")`, "stop_rcu_callbacks()"), "run_rcu_callbacks();"] })).toBe("id: there");
  });

  it("warns of an end without a beginning", () => {
    expect(outcome({ globals, cpus: ["rcu_read_unlock();"] })).toBe("lock: rcu_read_unlock without rcu_read_lock");
  });
});
