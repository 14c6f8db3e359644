// Ida and idr: which numbers are given out, and what happens to one that nobody has.
import { describe, expect, it } from "vitest";
import { kind, must, outcome } from "./check.js";

describe("ida", () => {
  const globals = "static struct ida ida;";

  it("gives the lowest free number", () => {
    const body = [
      must("ida_alloc(&ida, GFP_KERNEL) == 0"), must("ida_alloc(&ida, GFP_KERNEL) == 1"), "ida_free(&ida, 0);",
      must("ida_alloc_min(&ida, 1, GFP_KERNEL) == 2"), must("ida_alloc_max(&ida, 5, GFP_KERNEL) == 0"),
      must("ida_alloc_max(&ida, 2, GFP_KERNEL) == -ENOSPC"), "ida_destroy(&ida);", must("ida_is_empty(&ida)"),
    ];
    expect(outcome({ globals, cpus: [body.join("\n")], finish: "report_ids_in_use();" })).toBe("clean");
  });

  it("never gives one number to two", () => {
    const take = (into: string): string => `${into} = ida_alloc(&ida, GFP_KERNEL);`;
    const lines = { globals: `${globals} static int first, second;`, cpus: [take("first"), take("second")], finish: `${must("first != second")} ida_free(&ida, first); ida_free(&ida, second); report_ids_in_use();` };
    expect(outcome(lines)).toBe("clean");
  });

  it("warns about a number that is not taken", () => {
    expect(outcome({ globals, cpus: ["ida_free(&ida, 3);"] })).toBe("id: ida_free called for an id which is not allocated.");
    expect(kind({ globals, cpus: ["int id = ida_alloc(&ida, GFP_KERNEL); ida_free(&ida, id); ida_free(&ida, id);"] })).toBe("id");
  });

  it("shows a number that was never given back", () => {
    expect(kind({ globals, cpus: ["ida_alloc(&ida, GFP_KERNEL);"], finish: "report_ids_in_use();" })).toBe("leak");
  });
});

describe("idr", () => {
  const globals = "static struct idr idr; static int thing, other;";

  it("finds what was put under a number, until it is removed", () => {
    const body = [
      "idr_init(&idr);", must("idr_alloc(&idr, &thing, 2, 4, GFP_KERNEL) == 2"), must("idr_find(&idr, 2) == &thing"), must("!idr_find(&idr, 3)"),
      must("idr_replace(&idr, &other, 2) == &thing"), must("idr_remove(&idr, 2) == &other"), must("!idr_find(&idr, 2)"), must("!idr_remove(&idr, 2)"), must("idr_is_empty(&idr)"),
    ];
    expect(outcome({ globals, cpus: [body.join("\n")], finish: "report_ids_in_use();" })).toBe("clean");
  });

  it("does not protect what it finds: that takes a lock around lookup and get", () => {
    const things = `
struct thing { struct kref kref; };
static struct idr idr;
static struct mutex lock;
static void thing_release(struct kref *kref) { kfree(container_of(kref, struct thing, kref)); }
`;
    const setup = "struct thing *made = kzalloc(sizeof(*made), GFP_KERNEL); kref_init(&made->kref); idr_alloc(&idr, made, 0, 0, GFP_KERNEL);";
    const take = (locked: boolean): string => `struct thing *found;
${locked ? "mutex_lock(&lock);" : ""} found = idr_find(&idr, 0); if (found) kref_get(&found->kref); ${locked ? "mutex_unlock(&lock);" : ""}
if (found) kref_put(&found->kref, thing_release);`;
    const drop = "struct thing *gone; mutex_lock(&lock); gone = idr_remove(&idr, 0); mutex_unlock(&lock); kref_put(&gone->kref, thing_release);";
    expect(outcome({ globals: things, setup, cpus: [take(true), drop] })).toBe("clean");
    expect(kind({ globals: things, setup, cpus: [take(false), drop] })).toMatch(/use-after-free|refcount/);
  });
});

describe("xarray", () => {
  it("hands back what stood there before", () => {
    const body = [
      "xa_init(&xa);", must("!xa_store(&xa, 1, &thing, GFP_KERNEL)"), must("xa_load(&xa, 1) == &thing"), must("xa_cmpxchg(&xa, 1, NULL, &other, GFP_KERNEL) == &thing"),
      must("xa_load(&xa, 1) == &thing"), must("!xa_cmpxchg(&xa, 2, NULL, &other, GFP_KERNEL)"), must("xa_erase(&xa, 1) == &thing"), must("!xa_load(&xa, 1) && !xa_empty(&xa)"), "xa_destroy(&xa);", must("xa_empty(&xa)"),
    ];
    expect(outcome({ globals: "static struct xarray xa; static int thing, other;", cpus: [body.join("\n")] })).toBe("clean");
  });
});
