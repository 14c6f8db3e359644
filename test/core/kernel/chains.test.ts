// Lock-less chains, bits that are looked for, and counters that bits are set in.
import { describe, expect, it } from "vitest";
import { kind, must, outcome } from "./check.js";

const globals = `
struct item { int value; struct llist_node node; struct hlist_node hash; struct list_head link; };
static LLIST_HEAD(chain);
static struct hlist_head one_hash, other_hash;
static struct list_head head, other;
static struct item a, b, c;
static unsigned long bits[2];
static atomic_t count;
`;
const setup = "INIT_LIST_HEAD(&head); INIT_LIST_HEAD(&other); a.value = 1; b.value = 2; c.value = 3;";

describe("a lock-less list", () => {
  it("gives all that was added at once, the newest first", () => {
    const body = `
struct llist_node *all, *node; struct item *at, *next; int sum = 0;
${must("llist_empty(&chain) && !llist_del_all(&chain) && !llist_del_first(&chain)")}
${must("llist_add(&a.node, &chain)")} ${must("!llist_add(&b.node, &chain)")} llist_add(&c.node, &chain);
llist_for_each_entry(at, chain.first, node) sum = sum * 10 + at->value;
${must("sum == 321")}
${must("llist_del_first(&chain) == &c.node")}
all = llist_reverse_order(llist_del_all(&chain));
${must("llist_empty(&chain) && llist_next(all) == &b.node")}
sum = 0;
llist_for_each(node, all) sum = sum * 10 + llist_entry(node, struct item, node)->value;
${must("sum == 12")}
sum = 0;
llist_for_each_entry_safe(at, next, all, node) { at->node.next = NULL; sum += at->value; }
${must("sum == 3")}`;
    expect(outcome({ globals, setup, cpus: [body] })).toBe("clean");
  });

  it("loses nothing to another CPU, whose entries may go only once the next one was read", () => {
    const add = "struct item *item = kzalloc(sizeof(*item), GFP_KERNEL); if (item) llist_add(&item->node, &chain);";
    const take = (safe: boolean): string => `struct item *at, *next; ${safe ? "llist_for_each_entry_safe(at, next, llist_del_all(&chain), node)" : "llist_for_each_entry(at, llist_del_all(&chain), node)"} kfree(at);`;
    expect(outcome({ globals, setup, cpus: [add, take(true)], finish: take(true) })).toBe("clean");
    expect(kind({ globals, setup, cpus: [add, take(false)], finish: take(true) })).toBe("use-after-free");
  });
});

describe("lists", () => {
  it("move, swap and turn as in the kernel", () => {
    const body = `
struct item *at; int sum = 0;
hlist_add_head(&b.hash, &one_hash); hlist_add_before(&a.hash, &b.hash); hlist_add_behind(&c.hash, &b.hash); hlist_move_list(&one_hash, &other_hash);
hlist_for_each_entry(at, &other_hash, hash) sum = sum * 10 + at->value;
${must("sum == 123 && hlist_empty(&one_hash)")}
hlist_del_init_rcu(&a.hash);
${must("hlist_unhashed(&a.hash) && other_hash.first == &b.hash")}
list_add_tail(&a.link, &head); list_add_tail(&b.link, &head); list_add_tail(&c.link, &head);
list_rotate_left(&head); list_swap(&a.link, &c.link);
sum = 0;
list_for_each_entry(at, &head, link) sum = sum * 10 + at->value;
${must("sum == 213")}
list_splice_tail(&head, &other);
${must("other.prev == &c.link && list_is_head(other.prev->next, &other)")}`;
    expect(outcome({ globals, setup, cpus: [body] })).toBe("clean");
  });
});

describe("bits", () => {
  it("are found in their order, over words", () => {
    const body = `
unsigned long bit; int sum = 0;
${must("find_first_bit(bits, 70) == 70 && find_first_zero_bit(bits, 70) == 0")}
set_bit(1, bits); set_bit(66, bits);
for_each_set_bit(bit, bits, 70) sum = sum * 100 + bit;
${must("sum == 166")}
${must("find_next_bit(bits, 70, 2) == 66 && find_next_zero_bit(bits, 70, 1) == 2")}
${must("test_and_change_bit(1, bits) && !test_bit(1, bits)")}`;
    expect(outcome({ globals, setup, cpus: [body] })).toBe("clean");
  });

  it("have the room that DECLARE_BITMAP() says, in structs, files and functions", () => {
    const declared = `#define PORTS 70
struct ports { unsigned long flags; DECLARE_BITMAP(used, 64); int next; DECLARE_BITMAP(more, PORTS); };
static struct ports ports;
static DECLARE_BITMAP(all, 128);`;
    const body = (bit: number): string => `DECLARE_BITMAP(here, 8); __set_bit(7, here); set_bit(40, &ports.flags); set_bit(63, ports.used); ports.next = 1; set_bit(69, ports.more); set_bit(${String(bit)}, all);
${must("test_bit(40, &ports.flags) && test_bit(63, ports.used) && ports.next == 1 && test_bit(7, here) && test_bit(69, ports.more)")} ${must("sizeof(all) == 16 && sizeof(ports.used) == 8")}`;
    expect(outcome({ globals: declared, cpus: [body(127)] })).toBe("clean");
    expect(outcome({ globals: declared, cpus: [body(128)] })).toBe("null: out-of-bounds: set_bit() reads beyond the end of all");
  });

  it("are waited for", () => {
    const wait = `wait_on_bit(bits, 3, 0); ${must("a.value == 5")}`;
    expect(outcome({ globals, setup: `${setup} set_bit(3, bits);`, cpus: [wait, "a.value = 5; clear_and_wake_up_bit(3, bits);"] })).toBe("clean");
    expect(kind({ globals, setup: `${setup} set_bit(3, bits);`, cpus: [wait, "a.value = 5;"] })).toBe("deadlock");
  });

  it("of counters come back as they were", () => {
    const body = `atomic_set(&count, 6); ${must("atomic_fetch_or(1, &count) == 6")} ${must("atomic_fetch_and(3, &count) == 7")} ${must("atomic_fetch_xor(6, &count) == 3")} ${must("atomic_fetch_andnot(4, &count) == 5")} atomic_xor(3, &count); atomic_andnot(2, &count); ${must("atomic_read(&count) == 0")} ${must("atomic_dec_unless_positive(&count) && atomic_read(&count) == -1")} atomic_set(&count, 1); ${must("!atomic_dec_unless_positive(&count)")}`;
    expect(outcome({ globals, setup, cpus: [body] })).toBe("clean");
  });
});

it("knows errors that are numbers, and a count that is dropped with the RTNL", () => {
  const body = `unsigned long page = -ENOMEM; ${must("IS_ERR_VALUE(page) && !IS_ERR_VALUE(5)")} if (refcount_dec_and_rtnl_lock(&users)) { ${must("rtnl_is_locked()")} rtnl_unlock(); }`;
  expect(outcome({ globals: "static refcount_t users;", setup: "refcount_set(&users, 1);", cpus: [body] })).toBe("clean");
  expect(kind({ cpus: ["WARN_TAINT(1, 2, \"text\");"] })).toBe("warn");
});

describe("readers of a hash list", () => {
  const table = "struct item { int value; struct hlist_node hash; struct rcu_head rcu; }; static struct hlist_head bucket; static struct item *only;";
  const setup = "only = kzalloc(sizeof(*only), GFP_KERNEL); __assume(only); only->value = 7; hlist_add_head_rcu(&only->hash, &bucket);";
  const look = `struct item *at; rcu_read_lock(); hlist_for_each_entry_rcu(at, &bucket, hash) { ${must("at->value == 7")} } rcu_read_unlock();`;

  it("load each link once: one that becomes NULL meanwhile ends the walk", () => {
    expect(outcome({ globals: table, setup, cpus: [look, "hlist_del_rcu(&only->hash); synchronize_rcu(); kfree(only);"] })).toBe("clean");
    expect(kind({ globals: table, setup, cpus: [look, "hlist_del_rcu(&only->hash); kfree(only);"] })).toBe("use-after-free");
  });

  it("go on behind an entry, at it, and backwards", () => {
    const items = "struct item { int value; struct hlist_node hash; struct list_head link; }; static struct hlist_head bucket; static struct list_head head; static struct item a, b, c;";
    const body = `struct item *at = &b, *next; struct list_head *pos, *ahead; int sum = 0;
hlist_add_head(&c.hash, &bucket); hlist_add_head(&b.hash, &bucket); hlist_add_head(&a.hash, &bucket);
list_add_tail(&a.link, &head); list_add_tail(&b.link, &head); list_add_tail(&c.link, &head);
hlist_for_each_entry_continue(at, hash) sum = sum * 10 + at->value;
${must("sum == 3")}
at = &b; sum = 0;
hlist_for_each_entry_from(at, hash) sum = sum * 10 + at->value;
${must("sum == 23")}
sum = 0;
list_for_each_prev_safe(pos, ahead, &head) sum = sum * 10 + list_entry(pos, struct item, link)->value;
${must("sum == 321")}
pos = &a.link; sum = 0;
list_for_each_continue(pos, &head) sum = sum * 10 + list_entry(pos, struct item, link)->value;
${must("sum == 23")}
at = &a; sum = 0;
list_for_each_entry_safe_continue(at, next, &head, link) { list_del(&at->link); sum = sum * 10 + at->value; }
${must("sum == 23 && list_is_singular(&head)")}`;
    expect(outcome({ globals: items, setup: "INIT_LIST_HEAD(&head); a.value = 1; b.value = 2; c.value = 3;", cpus: [body] })).toBe("clean");
  });
});
