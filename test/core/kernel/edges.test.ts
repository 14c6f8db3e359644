// The edges of the kernel model: what its calls do when something is missing, comes twice, fails, or comes at the wrong time.
import { describe, expect, it } from "vitest";
import { explore, kind, must, outcome } from "./check.js";

/** Both outcomes of a call that may fail are explored: each body must be reached. */
const either = (globals: string, call: string, tests: readonly string[], undo = ""): string[] =>
  tests.map((test) => outcome({ globals, setup: "fault_injection = 1;", cpus: [`${call} if (${test}) __report("warn", "seen"); ${undo}`] }));

describe("counters", () => {
  const globals = "static refcount_t count; static struct kref kref; static atomic_t atomic; static struct mutex lock; static int inside;";

  it("saturate beyond what they hold, and stay so", () => {
    const body = `refcount_set(&count, INT_MAX); refcount_inc(&count); ${must("count.refs == -1073741824")}`;
    expect(outcome({ globals, cpus: [body] })).toBe("refcount: refcount_t: saturated; leaking memory.");
    const stays = explore({ globals, cpus: [`refcount_inc(&count); ${must("!refcount_dec_and_test(&count)")} ${must("refcount_inc_not_zero(&count)")} ${must("count.refs == -1073741824")}`] });
    expect(stays.findings.map((finding) => finding.message)).toEqual(["refcount_t: addition on 0; use-after-free.", "refcount_t: underflow; use-after-free.", "refcount_t: saturated; leaking memory."]);
  });

  it("kref_get_unless_zero() says no to what is dying, and changes nothing", () => {
    expect(outcome({ globals, cpus: [`${must("!kref_get_unless_zero(&kref)")} ${must("kref_read(&kref) == 0")} kref_init(&kref); ${must("kref_get_unless_zero(&kref) && kref_read(&kref) == 2")}`] })).toBe("clean");
  });

  it("take the lock for the last one only, in steps that others can come between", () => {
    const put = `if (atomic_dec_and_mutex_lock(&atomic, &lock)) { inside++; mutex_unlock(&lock); }`;
    expect(outcome({ globals, setup: "atomic_set(&atomic, 2);", cpus: [put, put], finish: must("inside == 1 && atomic_read(&atomic) == 0") })).toBe("clean");
    const raise = `if (mutex_trylock(&lock)) { if (atomic_add_unless(&atomic, 1, 0)) inside = 5; mutex_unlock(&lock); }`;
    expect(outcome({ globals, setup: "atomic_set(&atomic, 1);", cpus: [put, raise], finish: `if (inside == 5 && atomic_read(&atomic) == 1) __report("warn", "came between");` })).toBe("warn: came between");
  });

  it("start as their initializers say", () => {
    const made = "static refcount_t one = REFCOUNT_INIT(1); static atomic_t two = ATOMIC_INIT(2); static struct kref three = { .refcount = REFCOUNT_INIT(3) }; static struct list_head empty = LIST_HEAD_INIT(empty); static struct mutex m = __MUTEX_INITIALIZER(m);";
    expect(outcome({ globals: made, cpus: [`${must("refcount_read(&one) == 1 && atomic_read(&two) == 2 && kref_read(&three) == 3")} ${must("list_empty(&empty)")} mutex_lock(&m); mutex_unlock(&m);`] })).toBe("clean");
  });

  it("bits are not torn by two CPUs, and with the forms that are not atomic they are", () => {
    const two = (set: string): string => outcome({ globals: "static unsigned long flags;", cpus: [`${set}(1, &flags);`, `${set}(2, &flags);`], finish: must("test_bit(1, &flags) && test_bit(2, &flags)") });
    expect([two("set_bit"), two("__set_bit")]).toEqual(["clean", "warn: not so: test_bit(1, &flags) && test_bit(2, &flags)"]);
    const once = "if (!test_and_set_bit(0, &flags)) winners++;";
    expect(outcome({ globals: "static unsigned long flags; static atomic_t won; static int winners;", cpus: [once.replace("winners++", "atomic_inc(&won)"), once.replace("winners++", "atomic_inc(&won)")], finish: must("atomic_read(&won) == 1 && test_and_clear_bit(0, &flags) && !flags") })).toBe("clean");
    expect(outcome({ globals: "static unsigned long map[2];", cpus: [`set_bit(40, map); ${must("test_bit(40, map) && !test_bit(8, map)")} clear_bit(40, map); ${must("!test_bit(40, map) && BIT(3) == 8")}`] })).toBe("clean");
  });
});

describe("locks", () => {
  const globals = "static struct mutex m; static struct rw_semaphore sem; static struct semaphore counted; static spinlock_t spin; static rwlock_t rw; static int value;";

  it("that a signal can end are not had then", () => {
    expect(either(globals, "int error = mutex_lock_interruptible(&m);", ["error == -EINTR", "!error"], "if (!error) mutex_unlock(&m);")).toEqual(["warn: seen", "warn: seen"]);
    expect(kind({ globals, setup: "fault_injection = 1;", cpus: ["mutex_lock_interruptible(&m); mutex_unlock(&m);"] })).toBe("lock");
    expect(outcome({ globals, cpus: [`${must("mutex_lock_killable(&m) == 0")} mutex_unlock(&m);`] })).toBe("clean");
  });

  it("rw_semaphore: trylocks say no where a lock would wait, a writer becomes a reader", () => {
    const body = `${must("down_read_trylock(&sem)")} ${must("!down_write_trylock(&sem)")} up_read(&sem); ${must("down_write_trylock(&sem)")} ${must("!down_read_trylock(&sem)")} downgrade_write(&sem); up_read(&sem); ${must("!rwsem_is_locked(&sem)")}`;
    expect(outcome({ globals, cpus: [body] })).toBe("clean");
    expect(outcome({ globals, cpus: [`down_write(&sem); value = 1; downgrade_write(&sem); ${must("value == 1")} up_read(&sem);`, "down_write(&sem); value = 2; up_write(&sem);", "down_read(&sem); up_read(&sem);"] })).toBe("clean");
  });

  it("rw_semaphore: who reads and reads again is warned, as lockdep does", () => {
    expect(outcome({ globals, cpus: ["down_read(&sem); down_read(&sem); up_read(&sem); up_read(&sem);"] })).toMatch(/^lock: down_read of a semaphore that this CPU holds for reading/);
    expect(kind({ globals, cpus: ["down_write(&sem); down_read(&sem);"] })).toBe("deadlock");
    expect(outcome({ globals, cpus: ["down_read(&sem); up_write(&sem);"] })).toBe("lock: up_write of a semaphore that nobody holds for writing");
    expect(outcome({ globals, cpus: ["down_write(&sem); up_read(&sem);"] })).toBe("lock: up_read of a semaphore that nobody holds for reading");
  });

  it("semaphores let in as many as they count, and anybody may give back", () => {
    expect(outcome({ globals, setup: "sema_init(&counted, 1);", cpus: [`down(&counted); value++; ${must("value == 1")} value--; up(&counted);`, `down(&counted); value++; ${must("value == 1")} value--; up(&counted);`] })).toBe("clean");
    expect(outcome({ globals, setup: "sema_init(&counted, 0);", cpus: ["down(&counted);", "up(&counted);"] })).toBe("clean");
    expect(outcome({ globals, setup: "sema_init(&counted, 1);", cpus: [`${must("!down_trylock(&counted)")} ${must("down_trylock(&counted)")} up(&counted);`] })).toBe("clean");
    expect(kind({ globals, cpus: ["spin_lock(&spin); down(&counted); spin_unlock(&spin);"], setup: "sema_init(&counted, 1);" })).toBe("lock");
  });

  it("rwlock_t has its forms for interrupts", () => {
    expect(outcome({ globals, cpus: ["read_lock_irqsave(&rw, 0); value = 1; read_unlock_irqrestore(&rw, 0);", "write_lock_irq(&rw); write_unlock_irq(&rw);"] })).toBe("clean");
  });
});

describe("numbers", () => {
  const globals = "static struct ida ida; static struct idr idr; static struct xarray xa; static int thing, other; static spinlock_t spin; static u32 id;";

  it("ida: a range that begins high, errors that are let pass, memory that runs out", () => {
    const body = `${must("ida_alloc_min(&ida, 100, GFP_KERNEL) == 100")} ${must("ida_alloc_range(&ida, 100, 101, GFP_KERNEL) == 101")} ${must("ida_alloc_range(&ida, 100, 101, GFP_KERNEL) == -ENOSPC")} ida_free(&ida, 100); ida_free(&ida, 101); ida_free(&ida, -ENOSPC); ${must("ida_is_empty(&ida)")}`;
    expect(outcome({ globals, cpus: [body], finish: "report_ids_in_use();" })).toBe("clean");
    expect(either(globals, "int got = ida_alloc(&ida, GFP_KERNEL);", ["got == -ENOMEM", "got == 0"], "if (got >= 0) ida_free(&ida, got);")).toEqual(["warn: seen", "warn: seen"]);
    expect(outcome({ globals, cpus: [`${must("ida_simple_get(&ida, 2, 4, GFP_KERNEL) == 2 && ida_simple_get(&ida, 2, 4, GFP_KERNEL) == 3 && ida_simple_get(&ida, 2, 4, GFP_KERNEL) == -ENOSPC")} ida_simple_remove(&ida, 2);`] })).toBe("clean");
    expect(kind({ globals, cpus: ["spin_lock(&spin); ida_alloc(&ida, GFP_KERNEL); spin_unlock(&spin);"] })).toBe("lock");
    expect(outcome({ globals, cpus: ["spin_lock(&spin); ida_alloc(&ida, GFP_NOWAIT); spin_unlock(&spin);"] })).toBe("clean");
  });

  it("idr: a start that is high, full, negative, and what is not there", () => {
    const body = `${must("idr_alloc(&idr, &thing, 64, 66, GFP_KERNEL) == 64")} ${must("idr_alloc(&idr, &other, 64, 66, GFP_KERNEL) == 65")} ${must("idr_alloc(&idr, &other, 64, 66, GFP_KERNEL) == -ENOSPC")} ${must("idr_find(&idr, 65) == &other && !idr_find(&idr, 3)")} ${must("PTR_ERR(idr_replace(&idr, &thing, 70)) == -ENOENT")} idr_destroy(&idr); ${must("idr_is_empty(&idr)")}`;
    expect(outcome({ globals, setup: "idr_init(&idr);", cpus: [body], finish: "report_ids_in_use();" })).toBe("clean");
    expect(outcome({ globals, setup: "idr_init(&idr);", cpus: [must("idr_alloc(&idr, &thing, -1, 0, GFP_KERNEL) == -EINVAL")] })).toBe("warn: idr_alloc with a negative start");
    const walk = `int seen = 0; void *at; int nr; idr_alloc(&idr, &thing, 64, 0, GFP_KERNEL); idr_alloc(&idr, &other, 64, 0, GFP_KERNEL); idr_for_each_entry(&idr, at, nr) seen += nr; ${must("seen == 129")}`;
    expect(outcome({ globals, setup: "idr_init(&idr);", cpus: [walk] })).toBe("clean");
    expect(kind({ globals, setup: "idr_init(&idr);", cpus: ["idr_alloc(&idr, &thing, 0, 0, GFP_KERNEL);"], finish: "report_ids_in_use();" })).toBe("leak");
  });

  it("xarray: what is taken, limits, and stores that sleep", () => {
    const body = `${must("xa_insert(&xa, 2, &thing, GFP_KERNEL) == 0 && xa_insert(&xa, 2, &other, GFP_KERNEL) == -EBUSY")} ${must("xa_alloc(&xa, &id, &other, XA_LIMIT(2, 3), GFP_KERNEL) == 0 && id == 3")} ${must("xa_alloc(&xa, &id, &other, XA_LIMIT(2, 3), GFP_KERNEL) == -EBUSY")} ${must("!xa_erase(&xa, 7) && !xa_load(&xa, 100)")} ${must("xa_is_err(xa_store(&xa, 100, &thing, GFP_KERNEL))")}`;
    expect(outcome({ globals, setup: "xa_init(&xa);", cpus: [body] })).toBe("clean");
    expect(outcome({ globals: "static DEFINE_XARRAY_ALLOC1(xa); static u32 id; static int thing;", cpus: [must("xa_alloc(&xa, &id, &thing, xa_limit_32b, GFP_KERNEL) == 0 && id == 1")] })).toBe("clean");
    expect(kind({ globals, setup: "xa_init(&xa);", cpus: ["spin_lock(&spin); xa_store(&xa, 0, &thing, GFP_KERNEL); spin_unlock(&spin);"] })).toBe("lock");
    expect(either(globals, "void *was = xa_store(&xa, 0, &thing, GFP_KERNEL);", ["xa_err(was) == -ENOMEM", "!was"])).toEqual(["warn: seen", "warn: seen"]);
  });

  it("xarray: its lock keeps a lookup and the reference that it takes together", () => {
    const things = `struct thing { struct kref kref; }; static struct xarray xa; static void gone(struct kref *kref) { kfree(container_of(kref, struct thing, kref)); }`;
    const setup = "struct thing *made = kzalloc(sizeof(*made), GFP_KERNEL); xa_init(&xa); kref_init(&made->kref); xa_store(&xa, 0, made, GFP_KERNEL);";
    const take = (lock: boolean): string => `struct thing *t; ${lock ? "xa_lock(&xa);" : ""} t = xa_load(&xa, 0); if (t) kref_get(&t->kref); ${lock ? "xa_unlock(&xa);" : ""} if (t) kref_put(&t->kref, gone);`;
    const drop = "struct thing *t = xa_erase(&xa, 0); kref_put(&t->kref, gone);";
    expect(outcome({ globals: things, setup, cpus: [take(true), drop] })).toBe("clean");
    expect(kind({ globals: things, setup, cpus: [take(false), drop] })).toMatch(/use-after-free|refcount/);
  });
});

describe("lists", () => {
  const globals = "struct item { int value; struct list_head link; struct hlist_node node; }; static struct list_head head; static struct hlist_head hash; static struct item one, two;";
  const setup = "INIT_LIST_HEAD(&head); INIT_HLIST_HEAD(&hash);";

  it("shows neighbours that do not point at each other, and changes nothing then", () => {
    const result = explore({ globals, setup, cpus: [`head.next = &two.link; list_add(&one.link, &head); ${must("head.next == &two.link && !one.link.next")}`] });
    expect(result.findings.map((finding) => finding.message)).toEqual(["list_add corruption: the neighbours do not point at each other"]);
  });

  it("replaces, splices and knows its ends", () => {
    const body = `list_add(&one.link, &head); list_replace_init(&one.link, &two.link); ${must("list_is_first(&two.link, &head) && list_is_last(&two.link, &head) && list_empty_careful(&one.link)")}`;
    expect(outcome({ globals, setup, cpus: [body] })).toBe("clean");
  });

  it("poisons an hlist entry, too, and leaves the forward link to RCU readers", () => {
    expect(kind({ globals, setup, cpus: ["hlist_add_head(&one.node, &hash); hlist_del(&one.node); hlist_del(&one.node);"] })).toBe("list");
    expect(outcome({ globals, setup, cpus: [`hlist_add_head(&one.node, &hash); hlist_add_head(&two.node, &hash); hlist_del_rcu(&two.node); ${must("two.node.next == &one.node")} hlist_del_init(&one.node); hlist_del_init(&one.node); ${must("hlist_empty(&hash) && hlist_unhashed(&one.node)")}`] })).toBe("clean");
    expect(outcome({ globals, setup, cpus: [`list_add(&one.link, &head); list_add(&two.link, &head); list_del_rcu(&two.link); ${must("two.link.next == &one.link")}`] })).toBe("clean");
    expect(kind({ globals, setup, cpus: ["list_add(&one.link, &head); list_del_rcu(&one.link); list_del(&one.link);"] })).toBe("list");
  });
});
