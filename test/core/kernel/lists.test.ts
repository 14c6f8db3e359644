// Lists: what stays intact under a lock, what two CPUs tear apart without one, and what the poison shows.
import { describe, expect, it } from "vitest";
import { explore, kind, must, outcome } from "./check.js";

const globals = `
struct item { int value; struct list_head link; };
static struct list_head head;
static struct mutex lock;
static struct item one, two;
`;
const setup = "INIT_LIST_HEAD(&head); one.value = 1; two.value = 2;";

describe("list_head", () => {
  it("keeps its order", () => {
    const body = `
struct item *at; int sum = 0;
list_add(&one.link, &head); list_add_tail(&two.link, &head);
list_for_each_entry(at, &head, link) sum = sum * 10 + at->value;
${must("sum == 12")}
list_move_tail(&one.link, &head);
sum = 0;
list_for_each_entry(at, &head, link) sum = sum * 10 + at->value;
${must("sum == 21")}
list_del(&two.link);
${must("list_is_singular(&head)")}
list_del_init(&one.link);
${must("list_empty(&head) && list_empty(&one.link)")}`;
    expect(outcome({ globals, setup, cpus: [body] })).toBe("clean");
  });

  it("can lose its own entries in a safe walk", () => {
    const body = `
struct item *at, *next;
list_add(&one.link, &head); list_add(&two.link, &head);
list_for_each_entry_safe(at, next, &head, link) list_del(&at->link);
${must("list_empty(&head)")}`;
    expect(outcome({ globals, setup, cpus: [body] })).toBe("clean");
  });

  it("shows an entry that is deleted twice, and one that is added twice", () => {
    expect(kind({ globals, setup, cpus: ["list_add(&one.link, &head); list_del(&one.link); list_del(&one.link);"] })).toBe("list");
    expect(kind({ globals, setup, cpus: ["list_add(&one.link, &head); list_add(&one.link, &head);"] })).toBe("list");
  });

  it("does not let anybody follow the links of a deleted entry", () => {
    expect(kind({ globals, setup, cpus: ["list_add(&one.link, &head); list_del(&one.link); one.link.next->prev = &head;"] })).toBe("list");
  });

  it("survives two CPUs under a lock only", () => {
    const add = (item: string, locked: boolean): string => `${locked ? "mutex_lock(&lock);" : ""} list_add(&${item}.link, &head); ${locked ? "mutex_unlock(&lock);" : ""}`;
    const both = `list_del(&one.link); list_del(&two.link); ${must("list_empty(&head)")}`;
    expect(outcome({ globals, setup, cpus: [add("one", true), add("two", true)], finish: both })).toBe("clean");
    expect(kind({ globals, setup, cpus: [add("one", false), add("two", false)], finish: both })).toBe("list");
  });

  it("moves all of another list", () => {
    const body = `
struct list_head other;
INIT_LIST_HEAD(&other);
list_add(&one.link, &other);
list_splice_init(&other, &head);
${must("list_empty(&other) && list_is_singular(&head) && head.next == &one.link")}`;
    expect(outcome({ globals, setup, cpus: [body] })).toBe("clean");
  });

  it("shows in the text of a trace who took an entry off before it was freed, once", () => {
    const result = explore({
      globals: "struct item { int value; struct list_head link; }; static LIST_HEAD(items);",
      setup: "struct item *item = kzalloc(sizeof(*item), GFP_KERNEL); list_add_rcu(&item->link, &items);",
      cpus: [
        "struct item *item; rcu_read_lock(); list_for_each_entry_rcu(item, &items, link) { item->value = 1; } rcu_read_unlock();",
        "struct item *item = list_first_entry(&items, struct item, link); list_del_rcu(&item->link); kfree(item);",
      ],
    });
    expect(result.kind).toBe("use-after-free");
    expect(result.text.match(/list_del_rcu\(&item->link\)|kfree\(item\)/g)).toEqual(["list_del_rcu(&item->link)", "kfree(item)"]);
    expect(result.text).not.toContain("next");
  });
});
