// Random concurrent programs over all that the kernel model offers: the same seed gives the same program.
//
// A program takes one or two topics. Each has what it needs at the top level, single statements, sections that stand around other statements, and, where the kernel would run
// something later, a CPU that does.
import { numbers } from "./random.js";

export interface Topic {
  readonly globals: string;
  readonly setup?: string;
  readonly statements: readonly string[];
  /** What stands before and behind other statements. */
  readonly sections?: readonly (readonly [string, string])[];
  /** A CPU that runs what is put off, and what the last of the others says to let it end. */
  readonly services?: readonly (readonly [run: string, stop: string])[];
}

const OBJECT = "struct obj { int a; refcount_t refs; struct rcu_head rcu; struct list_head link; }; static struct obj *shared; static void obj_gone(struct rcu_head *head) { kfree(container_of(head, struct obj, rcu)); }";
const OBJECT_SETUP = "shared = kzalloc(sizeof(*shared), GFP_KERNEL); __keep(shared); refcount_set(&shared->refs, 1);";
const TAKE = "p = shared; shared = 0;";

export const TOPICS: Readonly<Record<string, Topic>> = {
  locks: {
    globals: "static struct mutex m, n; static spinlock_t s; static raw_spinlock_t raw; static struct rw_semaphore r; static rwlock_t w; static struct semaphore c; static atomic_t held;", setup: "sema_init(&c, 1); atomic_set(&held, 2); init_rwsem(&r);",
    statements: ["local = mutex_is_locked(&m);", "local = rwsem_is_locked(&r);", "if (atomic_dec_and_mutex_lock(&held, &n)) { x++; mutex_unlock(&n); }", "if (atomic_dec_and_lock(&held, &s)) { y++; spin_unlock(&s); }"],
    sections: [
      ["mutex_lock(&m);", "mutex_unlock(&m);"], ["mutex_lock_nested(&n, 1);", "mutex_unlock(&n);"], ["if (!mutex_lock_interruptible(&m)) {", "mutex_unlock(&m); }"], ["if (mutex_trylock(&n)) {", "mutex_unlock(&n); }"],
      ["spin_lock(&s);", "spin_unlock(&s);"], ["spin_lock_irqsave(&s, 0);", "spin_unlock_irqrestore(&s, 0);"], ["if (spin_trylock(&s)) {", "spin_unlock(&s); }"],
      ["raw_spin_lock(&raw);", "raw_spin_unlock(&raw);"], ["raw_spin_lock_irqsave(&raw, 0);", "raw_spin_unlock_irqrestore(&raw, 0);"], ["if (raw_spin_trylock(&raw)) {", "raw_spin_unlock(&raw); }"], ["preempt_disable();", "preempt_enable();"], ["local_irq_save(0);", "local_irq_restore(0);"], ["local_irq_disable();", "local_irq_enable();"], ["local_bh_disable();", "local_bh_enable();"],
      ["down_read_nested(&r, 1);", "up_read(&r);"], ["down_write_nested(&r, 1);", "up_write(&r);"], ["down_read(&r);", "up_read(&r);"], ["down_write(&r);", "up_write(&r);"], ["if (down_read_trylock(&r)) {", "up_read(&r); }"], ["if (down_write_trylock(&r)) {", "up_write(&r); }"], ["down_write(&r); x = 1; downgrade_write(&r);", "up_read(&r);"],
      ["read_lock(&w);", "read_unlock(&w);"], ["write_lock_bh(&w);", "write_unlock_bh(&w);"], ["down(&c);", "up(&c);"], ["if (!down_trylock(&c)) {", "up(&c); }"],
    ],
  },
  refcounts: {
    globals: "struct counted { refcount_t refs; int a; }; static struct counted *o; static struct mutex last; static spinlock_t last_spin;", setup: "o = kzalloc(sizeof(*o), GFP_KERNEL); __keep(o); refcount_set(&o->refs, 2);",
    statements: [
      "refcount_inc(&o->refs);", "if (refcount_inc_not_zero(&o->refs)) o->a++;", "if (refcount_dec_and_test(&o->refs)) kfree(o);", "if (refcount_dec_and_test(&o->refs)) x = 1;", "refcount_dec(&o->refs);", "local = refcount_dec_not_one(&o->refs);",
      "if (refcount_dec_if_one(&o->refs)) y = 1;", "if (refcount_dec_and_mutex_lock(&o->refs, &last)) { x = 2; mutex_unlock(&last); }", "if (refcount_dec_and_lock(&o->refs, &last_spin)) { x = 2; spin_unlock(&last_spin); }",
      "local = refcount_read(&o->refs);", "refcount_add(2, &o->refs);", "if (refcount_sub_and_test(2, &o->refs)) y = 3;",
    ],
  },
  krefs: {
    globals: "struct thing { struct kref kref; int a; }; static struct thing *t; static struct mutex last; static spinlock_t last_spin; static void gone(struct kref *kref) { kfree(container_of(kref, struct thing, kref)); } static void gone_locked(struct kref *kref) { t = 0; mutex_unlock(&last); kfree(container_of(kref, struct thing, kref)); } static void gone_spin(struct kref *kref) { t = 0; spin_unlock(&last_spin); kfree(container_of(kref, struct thing, kref)); }",
    setup: "t = kzalloc(sizeof(*t), GFP_KERNEL); __keep(t); kref_init(&t->kref); kref_get(&t->kref);",
    statements: [
      "if (t) kref_put(&t->kref, gone);", "if (t) kref_get(&t->kref);", "if (t && kref_get_unless_zero(&t->kref)) t->a++;", "mutex_lock(&last); local = t && kref_get_unless_zero(&t->kref); mutex_unlock(&last);", "if (t) kref_put_mutex(&t->kref, gone_locked, &last);", "if (t) kref_put_lock(&t->kref, gone_spin, &last_spin);",
      "spin_lock(&last_spin); if (t) kref_get(&t->kref); spin_unlock(&last_spin);",
    ],
  },
  objects: {
    globals: "struct card { struct kobject kobj; int a; }; static struct card *card; static void card_release(struct kobject *kobj) { x = 5; kfree(container_of(kobj, struct card, kobj)); } static const struct kobj_type card_type = { .release = card_release };",
    setup: "card = kzalloc(sizeof(*card), GFP_KERNEL); __keep(card); kobject_init(&card->kobj, &card_type); kobject_get(&card->kobj); kobject_add(&card->kobj, 0, 0);",
    statements: ["kobject_put(&card->kobj);", "kobject_get(&card->kobj);", "if (kobject_get_unless_zero(&card->kobj)) { card->a = 1; kobject_put(&card->kobj); }", "kobject_del(&card->kobj);"],
  },
  devices: {
    globals: "static struct device *dev; static void dev_free(struct device *d) { kfree(d); } static struct device *made; static struct iommu_group *group; static void act(void *data) { x++; }",
    setup: "dev = kzalloc(sizeof(*dev), GFP_KERNEL); __keep(dev); device_initialize(dev); dev->release = dev_free; device_add(dev); group = iommu_group_alloc(); __keep(group); dev->iommu_group = group;",
    statements: ["get_device(dev); x = 1; put_device(dev);", "device_unregister(dev);", "put_device(dev);", "device_lock(dev); y = x; device_unlock(dev);", "dev_set_drvdata(dev, 0);", "made = device_create(0, 0, MKDEV(1, 2), 0, 0); if (!IS_ERR(made)) __keep(made);", "device_destroy(0, MKDEV(1, 2));", "iommu_group_put(group);", "iommu_group_ref_get(group);", "devm_add_action_or_reset(dev, act, 0);", "if (iommu_group_get(dev)) x = 2;"],
  },
  completions: {
    globals: "static struct completion done;", setup: "init_completion(&done);",
    statements: ["complete(&done);", "complete(&done);", "complete_all(&done);", "wait_for_completion(&done);", "wait_for_completion(&done); x = 2;", "local = wait_for_completion_timeout(&done, 5); if (local) x++;", "if (try_wait_for_completion(&done)) y = 1;", "reinit_completion(&done);", "if (completion_done(&done)) x = 3;", "if (wait_for_completion_interruptible(&done)) y = 2;"],
  },
  queues: {
    globals: "static struct wait_queue_head queue; static spinlock_t waits;", setup: "init_waitqueue_head(&queue);",
    statements: ["x = 1; wake_up(&queue);", "x = 1; wake_up_all(&queue);", "wake_up_interruptible(&queue); x = 1;", "wait_event(queue, x);", "{ DEFINE_WAIT(entry); while (1) { prepare_to_wait(&queue, &entry, TASK_UNINTERRUPTIBLE); if (x) break; schedule(); } finish_wait(&queue, &entry); }", "{ DECLARE_WAITQUEUE(entry, 0); add_wait_queue(&queue, &entry); set_current_state(TASK_INTERRUPTIBLE); if (!x) schedule(); __set_current_state(TASK_RUNNING); remove_wait_queue(&queue, &entry); }", "wait_var_event(&x, x);", "x = 1; wake_up_var(&x);", "spin_lock_irq(&waits); wait_event_lock_irq(queue, x, waits); spin_unlock_irq(&waits);", "if (!wait_event_timeout(queue, x, 5)) y = 1;", "if (wait_event_interruptible(queue, x == 1)) y = 2;", "if (waitqueue_active(&queue)) wake_up(&queue);"],
  },
  rcu: {
    globals: OBJECT, setup: `${OBJECT_SETUP} start_rcu_callbacks();`,
    statements: [`${TAKE} if (p) { synchronize_rcu(); kfree(p); }`, `${TAKE} if (p) call_rcu(&p->rcu, obj_gone);`, `${TAKE} kfree_rcu(p, rcu);`, `${TAKE} if (p) kfree(p);`, "rcu_barrier();", "rcu_read_lock(); p = rcu_dereference(shared); if (p) local = p->a; rcu_read_unlock();", "p = rcu_dereference(shared); if (p) p->a = 1;", "synchronize_rcu();"],
    sections: [["rcu_read_lock();", "rcu_read_unlock();"]], services: [["run_rcu_callbacks();", "stop_rcu_callbacks();"]],
  },
  srcu: {
    globals: `${OBJECT} static struct srcu_struct srcu;`, setup: `${OBJECT_SETUP} init_srcu_struct(&srcu);`,
    statements: [`${TAKE} if (p) { synchronize_srcu(&srcu); kfree(p); }`, "{ int idx = srcu_read_lock(&srcu); p = shared; if (p) local = p->a; srcu_read_unlock(&srcu, idx); }", "p = shared; if (p) p->a = 1;", "synchronize_srcu(&srcu); cleanup_srcu_struct(&srcu);"],
  },
  percpu: {
    globals: "static struct percpu_ref ref; static struct completion over; static void ref_over(struct percpu_ref *r) { complete(&over); }", setup: "init_completion(&over); percpu_ref_init(&ref, ref_over, 0, GFP_KERNEL);",
    statements: ["percpu_ref_get(&ref); x = 1; percpu_ref_put(&ref);", "if (percpu_ref_tryget(&ref)) { y = 1; percpu_ref_put(&ref); }", "if (percpu_ref_tryget_live(&ref)) { x++; percpu_ref_put(&ref); }", "percpu_ref_kill(&ref);", "percpu_ref_kill(&ref); wait_for_completion(&over); percpu_ref_exit(&ref);", "percpu_ref_put(&ref);", "local = percpu_ref_is_zero(&ref); if (local) y = 2;", "if (percpu_ref_is_dying(&ref)) y = 3;"],
  },
  tasklets: {
    globals: "struct soft { int runs; struct tasklet_struct tasklet; }; static struct soft *soft; static void tick(struct tasklet_struct *tasklet) { container_of(tasklet, struct soft, tasklet)->runs = x; }", setup: "soft = kzalloc(sizeof(*soft), GFP_KERNEL); __keep(soft); tasklet_setup(&soft->tasklet, tick);",
    statements: ["tasklet_schedule(&soft->tasklet);", "tasklet_schedule(&soft->tasklet); x = 1;", "tasklet_disable(&soft->tasklet);", "tasklet_disable_nosync(&soft->tasklet);", "tasklet_enable(&soft->tasklet);", "tasklet_kill(&soft->tasklet);", "tasklet_kill(&soft->tasklet); kfree(soft);"],
    services: [["run_tasklets();", "stop_tasklets();"]],
  },
  threads: {
    globals: "static struct task_struct *task; static int *state; static int loop(void *data) { while (!kthread_should_stop()) { if (x) break; __wait(x || kthread_should_stop()); } *state = 1; return 3; }", setup: "state = kzalloc(sizeof(*state), GFP_KERNEL); __keep(state); task = kthread_create(loop, 0, 0);",
    statements: ["wake_up_process(task);", "kthread_stop(task);", "local = kthread_stop(task); kfree(state);", "x = 1;", "kfree(state);"],
    services: [["run_kthread();", "stop_kthreads();"]],
  },
  timers: {
    globals: "struct timed { int again; struct timer_list timer; }; static struct timed *timed; static void expire(struct timer_list *timer) { struct timed *me = container_of(timer, struct timed, timer); if (me->again) { me->again = 0; mod_timer(timer, 1); } x++; }", setup: "limit_timers(3); timed = kzalloc(sizeof(*timed), GFP_KERNEL); __keep(timed); timer_setup(&timed->timer, expire, 0);",
    statements: ["mod_timer(&timed->timer, 1);", "add_timer(&timed->timer);", "timed->again = 1;", "timer_delete(&timed->timer);", "timer_delete_sync(&timed->timer);", "timer_shutdown_sync(&timed->timer); kfree(timed);", "del_timer_sync(&timed->timer); kfree(timed);", "local = try_to_del_timer_sync(&timed->timer); if (local < 0) y = 1;", "timer_shutdown(&timed->timer);", "local = timer_pending(&timed->timer);"],
    services: [["run_timers();", "stop_timers();"]],
  },
  work: {
    globals: "struct job { int value; struct work_struct work; struct delayed_work later; }; static struct job *job; static struct workqueue_struct *wq; static void run(struct work_struct *work) { container_of(work, struct job, work)->value = x; } static void run_later(struct work_struct *work) { struct job *me = container_of(to_delayed_work(work), struct job, later); if (me->value) schedule_work(&me->work); y = 4; }",
    setup: "job = kzalloc(sizeof(*job), GFP_KERNEL); __keep(job); INIT_WORK(&job->work, run); INIT_DELAYED_WORK(&job->later, run_later); wq = alloc_ordered_workqueue(0, 0); __keep(wq);",
    statements: ["schedule_work(&job->work);", "queue_work(wq, &job->work);", "flush_work(&job->work);", "cancel_work_sync(&job->work);", "cancel_work_sync(&job->work); kfree(job);", "if (cancel_work(&job->work)) y = 1;", "schedule_delayed_work(&job->later, 1);", "mod_delayed_work(wq, &job->later, 2);", "cancel_delayed_work_sync(&job->later);", "cancel_delayed_work(&job->later);", "flush_workqueue(wq);", "destroy_workqueue(wq);", "job->value = 1;", "local = work_pending(&job->work);"],
    services: [["run_work_items();", "stop_work_items();"]],
  },
  workers: {
    globals: "static struct work_struct first, second; static struct mutex own; static int inside; static void one(struct work_struct *work) { mutex_lock(&own); inside++; inside--; mutex_unlock(&own); } static void two(struct work_struct *work) { inside++; }", setup: "INIT_WORK(&first, one); INIT_WORK(&second, two);",
    statements: ["schedule_work(&first);", "schedule_work(&second);", "flush_work(&first);", "cancel_work_sync(&second);", "mutex_lock(&own); inside = 0; mutex_unlock(&own);"],
    services: [["run_work_items();", "stop_work_items();"], ["run_work_items();", ""]],
  },
  callbacks: {
    globals: "static int *held;", setup: "held = kzalloc(sizeof(*held), GFP_KERNEL); __keep(held);",
    statements: ["if (callback_enter()) { x = 1; callback_leave(); }", "if (callback_enter()) { *held = x; callback_leave(); }", "callbacks_end(); kfree(held);", "callbacks_end(); y = 1;", "*held = 1;"],
  },
  blocking: {
    globals: "struct ear { int heard; struct notifier_block nb; }; static struct ear *ear; static struct blocking_notifier_head chain; static int listen(struct notifier_block *nb, unsigned long action, void *data) { container_of(nb, struct ear, nb)->heard = action; return NOTIFY_OK; }", setup: "BLOCKING_INIT_NOTIFIER_HEAD(&chain); ear = kzalloc(sizeof(*ear), GFP_KERNEL); __keep(ear); ear->nb.notifier_call = listen;",
    statements: ["blocking_notifier_chain_register(&chain, &ear->nb);", "blocking_notifier_chain_unregister(&chain, &ear->nb);", "if (!blocking_notifier_chain_unregister(&chain, &ear->nb)) kfree(ear);", "blocking_notifier_call_chain(&chain, 3, 0);", "ear->heard = 0;"],
  },
  atomics_chain: {
    globals: "struct ear { int heard; struct notifier_block nb; }; static struct ear *ear; static struct atomic_notifier_head chain; static int listen(struct notifier_block *nb, unsigned long action, void *data) { container_of(nb, struct ear, nb)->heard = action; return NOTIFY_STOP; }", setup: "ATOMIC_INIT_NOTIFIER_HEAD(&chain); ear = kzalloc(sizeof(*ear), GFP_KERNEL); __keep(ear); ear->nb.notifier_call = listen;",
    statements: ["atomic_notifier_chain_register(&chain, &ear->nb);", "if (!atomic_notifier_chain_unregister(&chain, &ear->nb)) kfree(ear);", "atomic_notifier_call_chain(&chain, 3, 0);", "ear->heard = 0;"],
  },
  ids: {
    globals: "static struct ida ida; static struct idr idr; static struct xarray xa; static struct mutex own; static u32 got;", setup: "idr_init(&idr); xa_init_flags(&xa, XA_FLAGS_ALLOC); ida_init(&ida); xa_store(&xa, 1, &x, GFP_KERNEL);",
    statements: [
      "local = ida_alloc(&ida, GFP_KERNEL); if (local >= 0) ida_free(&ida, local);", "local = ida_alloc_range(&ida, 0, 1, GFP_KERNEL);", "ida_free(&ida, 0);", "local = idr_alloc(&idr, &x, 0, 2, GFP_KERNEL);", "idr_remove(&idr, 0);", "if (idr_find(&idr, 0)) y = 1;", "idr_replace(&idr, &y, 0);",
      "{ void *each; int nr; idr_for_each_entry(&idr, each, nr) y += nr; }", "{ int *each; unsigned long nr; xa_for_each(&xa, nr, each) x += nr; }", "{ dev_t number; alloc_chrdev_region(&number, 0, 1, 0); }", "if (xa_load(&xa, 1)) y = 2;", "xa_erase(&xa, 1);", "xa_store(&xa, 1, &y, GFP_KERNEL);", "local = xa_insert(&xa, 1, &x, GFP_KERNEL);", "local = xa_alloc(&xa, &got, &y, XA_LIMIT(0, 2), GFP_KERNEL);", "xa_cmpxchg(&xa, 1, &x, 0, GFP_KERNEL);", "local = xa_empty(&xa);", "ida_destroy(&ida);", "idr_destroy(&idr);",
    ],
    sections: [["mutex_lock(&own);", "mutex_unlock(&own);"], ["xa_lock(&xa);", "xa_unlock(&xa);"]],
  },
  modules: {
    globals: "static struct module mod; static unsigned long bits;",
    statements: ["if (try_module_get(&mod)) { x = 1; module_put(&mod); }", "__module_get(&mod);", "mod.going = 1;", "if (!test_and_set_bit(0, &bits)) x = 1;", "clear_bit(0, &bits);", "if (test_bit(0, &bits)) y = 1;", "set_bit(1, &bits);", "if (test_and_clear_bit(1, &bits)) y = 2;", "change_bit(0, &bits);"],
  },
  atomics: {
    globals: "static atomic_t a; static int word;", setup: "atomic_set(&a, 1);",
    statements: [
      "atomic_inc(&a);", "atomic_dec(&a);", "atomic_add(2, &a);", "atomic_sub(2, &a);", "if (atomic_dec_and_test(&a)) x = 1;", "if (atomic_cmpxchg(&a, 1, 0) == 1) y = 1;", "local = atomic_fetch_or(1, &a);", "local = atomic_fetch_and(2, &a);", "local = atomic_fetch_xor(3, &a);", "local = atomic_fetch_andnot(1, &a);", "atomic_xor(1, &a);", "atomic_andnot(2, &a);", "if (atomic_dec_unless_positive(&a)) x = 2;", "local = xchg(&x, 2);", "if (cmpxchg(&x, 0, 3) == 0) y = 3;", "local = 1; if (!try_cmpxchg(&y, &local, 4)) x = local;", "local = atomic_xchg(&a, 3);", "if (atomic_add_unless(&a, 1, 0)) y = 2;", "if (atomic_inc_not_zero(&a)) x++;", "local = atomic_read(&a);", "local = atomic_fetch_add(1, &a);", "local = atomic_dec_if_positive(&a);", "if (atomic_inc_unless_negative(&a)) y = 3;", "{ int old = 1; if (!atomic_try_cmpxchg(&a, &old, 0)) x = old; }", "atomic_or(4, &a);", "atomic_and(3, &a);", "if (cmpxchg(&word, 0, 1) == 0) x = 7;", "local = xchg(&word, 2);", "atomic_set(&a, 0);", "local = atomic_fetch_add_unless(&a, 1, 2);",
    ],
  },
  wide: {
    globals: "static atomic_long_t l; static atomic64_t q;",
    statements: [
      "atomic_long_inc(&l);", "if (atomic_long_dec_and_test(&l)) x = 4;", "if (atomic_long_xchg(&l, 1)) y = 5;", "atomic64_add(3, &q);", "if (atomic64_dec_and_test(&q)) x = 6;", "if (atomic64_cmpxchg(&q, 0, 1) == 0) y = 6;", "if (atomic_long_cmpxchg(&l, 0, 2) == 0) y = 7;", "if (atomic_long_inc_not_zero(&l)) x = 8;", "local = atomic64_xchg(&q, 4);", "if (atomic64_inc_not_zero(&q)) y = 8;",
      "atomic_long_add(2, &l);", "atomic_long_sub(1, &l);", "atomic_long_dec(&l);", "local = atomic_long_inc_return(&l);", "atomic64_sub(1, &q);", "atomic64_inc(&q);", "atomic64_dec(&q);",
    ],
  },
  interrupts: {
    globals: "static int *regs; static spinlock_t hw; static int handle(int irq, void *data) { spin_lock(&hw); *regs = *regs + 1; spin_unlock(&hw); return IRQ_HANDLED; }", setup: "regs = kzalloc(sizeof(*regs), GFP_KERNEL); __keep(regs);",
    statements: ["request_threaded_irq(1, handle, 0, 0, 0, 0);", "irq_raise(handle, 1, 0);", "irq_raise_hard(handle, 1, 0);", "irq_enter(); x = 1; irq_exit();", "free_irq(1, 0); kfree(regs);", "disable_irq(1); x = *regs; enable_irq(1);", "disable_irq_nosync(1);", "enable_irq(1);", "synchronize_irq(1);", "spin_lock_irq(&hw); *regs = 0; spin_unlock_irq(&hw);", "free_irq(1, 0);"],
  },
  network: {
    globals: "struct net_device { int up; }; struct sk_buff { int length; }; static struct net_device net; static struct sk_buff packet; static int *ring; static int net_open(struct net_device *dev) { dev->up = 1; return 0; } static int net_stop(struct net_device *dev) { kfree(ring); ring = 0; return 0; } static netdev_tx_t net_send(struct sk_buff *skb, struct net_device *dev) { if (ring) *ring = skb->length; return 0; }",
    setup: "ring = kzalloc(sizeof(*ring), GFP_KERNEL); __keep(ring);",
    statements: ["net_device_open(&net, net_open);", "net_device_stop(&net, net_stop);", "net_device_transmit(&packet, &net, net_send);", "if (rtnl_trylock()) { x = net.up; rtnl_unlock(); }"],
  },
  hrtimers: {
    globals: "struct high { int again; struct hrtimer timer; }; static struct high *high; static spinlock_t high_lock; static enum hrtimer_restart high_expire(struct hrtimer *timer) { struct high *me = container_of(timer, struct high, timer); spin_lock(&high_lock); x++; spin_unlock(&high_lock); if (me->again) { me->again = 0; return HRTIMER_RESTART; } return HRTIMER_NORESTART; }", setup: "high = kzalloc(sizeof(*high), GFP_KERNEL); __keep(high); hrtimer_setup(&high->timer, high_expire, 1, HRTIMER_MODE_REL);",
    statements: ["hrtimer_start(&high->timer, 5, HRTIMER_MODE_REL);", "hrtimer_start(&high->timer, 5, HRTIMER_MODE_REL); high->again = 1;", "hrtimer_cancel(&high->timer);", "hrtimer_cancel(&high->timer); kfree(high);", "if (hrtimer_try_to_cancel(&high->timer) < 0) y = 1;", "if (hrtimer_active(&high->timer)) y = 2;", "spin_lock_irq(&high_lock); x = 0; spin_unlock_irq(&high_lock);"],
    services: [["run_hrtimers();", "stop_hrtimers();"]],
  },
  sequences: {
    globals: "static seqlock_t seq; static seqcount_t count; static int low, high;", setup: "seqlock_init(&seq); seqcount_init(&count);",
    statements: ["write_seqlock(&seq); low = x; high = x; write_sequnlock(&seq);", "{ unsigned int start; int a, b; do { start = read_seqbegin(&seq); a = low; b = high; } while (read_seqretry(&seq, start)); if (a != b) __report(\"warn\", \"torn\"); }", "write_seqcount_begin(&count); y = 1; write_seqcount_end(&count);", "{ unsigned int start = read_seqcount_begin(&count); local = y; if (read_seqcount_retry(&count, start)) x = 3; }", "x = 1;"],
  },
  chains: {
    globals: `struct link { struct llist_node node; int value; }; static LLIST_HEAD(chain); static unsigned long wanted;`, setup: "wanted = 2;",
    statements: ["{ struct link *item = kzalloc(sizeof(*item), GFP_ATOMIC); __keep(item); if (llist_add(&item->node, &chain)) x = 1; }", "{ struct link *at, *next; llist_for_each_entry_safe(at, next, llist_del_all(&chain), node) kfree(at); }", "{ struct link *at; llist_for_each_entry(at, llist_del_all(&chain), node) { at->value++; kfree(at); } }", "if (llist_del_first(&chain)) y = 1;", "if (test_and_change_bit(1, &wanted)) x = 2;", "wait_on_bit(&wanted, 1, 0);", "clear_and_wake_up_bit(1, &wanted);", "local = find_first_bit(&wanted, 2);"],
  },
  lists: {
    globals: `${OBJECT} static struct list_head head; static struct mutex own;`, setup: `${OBJECT_SETUP} INIT_LIST_HEAD(&head); list_add(&shared->link, &head);`,
    statements: ["{ struct obj *each; list_for_each_entry(each, &head, link) each->a++; }", "list_del(&shared->link);", "list_del_init(&shared->link);", "if (!list_empty(&head)) x = 1;", "list_add_tail(&shared->link, &head);", "p = kzalloc(sizeof(*p), GFP_ATOMIC); __keep(p); list_add(&p->link, &head);", "list_move(&shared->link, &head);", "list_del_rcu(&shared->link);"],
    sections: [["mutex_lock(&own);", "mutex_unlock(&own);"], ["mutex_lock(&own);", "mutex_unlock(&own);"]],
  },
  cdevs: {
    globals: "struct port { struct device dev; struct cdev cdev; }; static struct port *port; static struct inode node; static void port_free(struct device *d) { kfree(container_of(d, struct port, dev)); } static int port_open(struct inode *inode, struct file *file) { x++; return 0; } static const struct file_operations port_fops = { .open = port_open }; static struct file *kept;",
    setup: "port = kzalloc(sizeof(*port), GFP_KERNEL); __keep(port); device_initialize(&port->dev); port->dev.release = port_free; cdev_init(&port->cdev, &port_fops); port->dev.devt = MKDEV(9, 0); init_special_inode(&node, 0, MKDEV(9, 0)); cdev_device_add(&port->cdev, &port->dev); kept = file_open_shared(&node); __keep(kept);",
    statements: ["if (file_enter_call(kept)) { y = port->dev.devt; fput(kept); }", "fput(kept);", "{ struct file file; if (!file_open(&file, &node)) fput(&file); }", "cdev_device_del(&port->cdev, &port->dev);", "put_device(&port->dev);"],
  },
  files: {
    globals: "static struct device *dev; static struct device_attribute attr; static int *value; static ssize_t show(struct device *d, struct device_attribute *a, char *buf) { return *value; } static struct miscdevice misc; static struct inode node; static const struct file_operations misc_fops;",
    setup: "value = kzalloc(sizeof(*value), GFP_KERNEL); __keep(value); dev = kzalloc(sizeof(*dev), GFP_KERNEL); __keep(dev); misc.fops = &misc_fops; misc_register(&misc);",
    statements: ["attribute_read(dev, &attr, 0, show);", "device_remove_file(dev, &attr); kfree(value);", "kfree(value);", "{ struct file file; if (!misc_file_open(&file, &node, &misc)) fput(&file); }", "misc_deregister(&misc);"],
  },
};

/** What every program may do beside its topics. */
const PLAIN = ["x = 1;", "y = x + 1;", "local = x;", "if (local == 1) y = 2;", "WRITE_ONCE(x, 2);", "local = READ_ONCE(y);"];

export function randomKernelScenario(seed: number): string {
  const pick = numbers(seed);
  const one = <T>(list: readonly T[]): T | undefined => list[pick(list.length)];
  const names = Object.keys(TOPICS);
  const first = names[seed % names.length] ?? "";
  const second = pick(4) === 0 ? one(names) ?? first : first;
  // Two topics may name their things alike: then the first one is alone.
  const clash = second !== first && declared(TOPICS[first]?.globals ?? "").some((name) => declared(TOPICS[second]?.globals ?? "").includes(name));
  const topics = [...new Set(clash ? [first] : [first, second])].flatMap((name) => TOPICS[name] ?? []);
  const services = topics.flatMap((topic) => topic.services ?? []);
  const statements = topics.flatMap((topic) => topic.statements);
  const sections = topics.flatMap((topic) => topic.sections ?? []);
  const body = (length: number, depth: number): string[] => Array.from({ length }, () => statement(depth)).flat();
  const statement = (depth: number): string[] => {
    if (pick(7) === 0) return [one(PLAIN) ?? ""];
    const section = depth > 0 && sections.length > 0 && pick(3) > 0 ? one(sections) : undefined;
    return section ? [section[0], ...body(1 + pick(2), depth - 1), section[1]] : [one(statements) ?? ""];
  };
  // Each program begins with other statements than the last one of its topic, so that none is left out for long.
  const openings = [...(topics[0]?.statements ?? []), ...(topics[0]?.sections ?? []).map(([before, behind]) => `${before} x++; ${behind}`)];
  let turn = 2 * Math.floor(seed / names.length);
  const opening = (): string => openings[turn++ % openings.length] ?? "";
  const twins = pick(6) === 0;
  const workers = twins ? ["user"] : services.length > 1 || pick(5) > 0 ? ["cpu0", "cpu1"] : ["cpu0", "cpu1", "cpu2"];
  const stop = services.length === 0 ? [] : ["if (atomic_dec_and_test(&left)) {", ...services.map(([, words]) => words), "}"];
  const length = (): number => (workers.length > 2 ? 1 : services.length > 0 ? 1 + pick(2) : 2 + pick(2));
  return [
    "/* scenario: random", ...(twins ? ["users: 2"] : []), "*/", "static int x, y; static atomic_t left;", ...topics.map((topic) => topic.globals),
    "void setup(void) {", `atomic_set(&left, ${String(twins ? 2 : workers.length)});`, ...(pick(8) === 0 ? ["fault_injection = 1;"] : []), ...topics.map((topic) => topic.setup ?? ""), "}",
    ...workers.flatMap((name) => [`void ${name}(void) {`, `int local = 0; ${topics.some((topic) => topic.globals.includes("struct obj {")) ? "struct obj *p = 0;" : ""}`, opening(), ...body(length() - 1, 2), ...stop, "}"]),
    ...services.flatMap(([run], at) => [`void cpu${String(twins ? at : workers.length + at)}(void) {`, run, "}"]),
  ].join("\n");
}

/** Names that a text may declare: every word of it that is no keyword matters little, so all words that stand before `;`, `,`, `{`, `=` or `(`. */
function declared(text: string): string[] {
  return [...text.matchAll(/\b([a-z_]+)\s*[;,{=(]/g)].map((match) => match[1] ?? "").filter((name) => !["if", "while", "return", "container_of", "kfree", "mutex_lock", "mutex_unlock", "spin_lock", "spin_unlock"].includes(name));
}
