// refcount_t and kref: the outcomes and words of every call, on every state of the counter.
import { describe, expect, it } from "vitest";
import { explore, kind, must, outcome } from "./check.js";

const SATURATED = -1073741824;
const addition = "refcount: refcount_t: addition on 0; use-after-free.";
const saturated = "refcount: refcount_t: saturated; leaking memory.";
const underflow = "refcount: refcount_t: underflow; use-after-free.";
const hitZero = "refcount: refcount_t: decrement hit 0; leaking memory.";

/** Call, count before, what it returns (null: nothing), count after, what is said. */
const calls: readonly (readonly [string, number, number | null, number, string])[] = [
  ["refcount_inc", 2, null, 3, "clean"],
  ["refcount_inc", 0, null, SATURATED, addition],
  ["refcount_inc", SATURATED, null, SATURATED, saturated],
  ["refcount_inc_not_zero", 1, 1, 2, "clean"],
  ["refcount_inc_not_zero", 0, 0, 0, "clean"],
  ["refcount_inc_not_zero", SATURATED, 1, SATURATED, saturated],
  ["refcount_dec_and_test", 2, 0, 1, "clean"],
  ["refcount_dec_and_test", 1, 1, 0, "clean"],
  ["refcount_dec_and_test", 0, 0, SATURATED, underflow],
  ["refcount_dec_and_test", SATURATED, 0, SATURATED, underflow],
  ["refcount_dec", 2, null, 1, "clean"],
  ["refcount_dec", 1, null, SATURATED, hitZero],
  ["refcount_dec", 0, null, SATURATED, hitZero],
  ["refcount_dec", SATURATED, null, SATURATED, hitZero],
  ["refcount_dec_not_one", 2, 1, 1, "clean"],
  ["refcount_dec_not_one", 1, 0, 1, "clean"],
  ["refcount_dec_not_one", 0, 1, 0, underflow],
  ["refcount_dec_not_one", SATURATED, 1, SATURATED, "clean"],
  ["refcount_dec_if_one", 1, 1, 0, "clean"],
  ["refcount_dec_if_one", 2, 0, 2, "clean"],
  ["refcount_dec_if_one", 0, 0, 0, "clean"],
  ["refcount_dec_if_one", SATURATED, 0, SATURATED, "clean"],
];

describe("refcount_t", () => {
  it.each(calls)("%s on %d returns %s and leaves %d: %s", (call, before, returned, after, said) => {
    const cpu = returned === null ? `${call}(&count);` : `int returned = ${call}(&count); ${must(`returned == ${String(returned)}`)}`;
    const lines = { globals: "static refcount_t count;", setup: `refcount_set(&count, ${String(before)});`, cpus: [`${cpu} ${must(`count.refs == ${String(after)}`)}`] };
    expect(outcome(lines)).toBe(said);
    expect(explore(lines).findings.filter((finding) => finding.message.startsWith("not so"))).toEqual([]);
  });

  it("goes on after a warning, to what follows from it", () => {
    const lines = {
      globals: "static refcount_t *count;",
      setup: "count = kzalloc(sizeof(*count), GFP_KERNEL); refcount_set(count, 0);",
      cpus: ["refcount_inc(count); kfree(count); refcount_inc(count);"],
    };
    const found = explore(lines).findings.map((finding) => finding.kind);
    expect(found[0]).toBe("refcount");
    expect(found).toContain("use-after-free");
  });

  it("says the same thing once in a run", () => {
    const lines = { globals: "static refcount_t count;", cpus: ["refcount_dec_not_one(&count); refcount_dec_not_one(&count);"] };
    expect(explore(lines).findings.map((finding) => finding.message)).toEqual(["refcount_t: underflow; use-after-free."]);
  });
});

describe("refcount_dec_and_mutex_lock", () => {
  const globals = "static refcount_t count; static struct mutex lock; static int last, between;";
  const put = "if (refcount_dec_and_mutex_lock(&count, &lock)) { last++; mutex_unlock(&lock); }";

  it("returns with the lock for exactly one of the users", () => {
    expect(outcome({ globals, setup: "refcount_set(&count, 2);", cpus: [put, put], finish: must("last == 1 && count.refs == 0") })).toBe("clean");
  });

  it("keeps the lock only when the count hit 0", () => {
    const check = "if (refcount_dec_and_mutex_lock(&count, &lock)) mutex_unlock(&lock);";
    expect(outcome({ globals, setup: "refcount_set(&count, 3);", cpus: [check] })).toBe("clean");
    expect(kind({ globals, setup: "refcount_set(&count, 1);", cpus: ["refcount_dec_and_mutex_lock(&count, &lock);"] })).toBe("lock");
  });

  it("is false, without the lock, on a saturated count; on 0 it warns, and leaves the count", () => {
    const put = `${must("!refcount_dec_and_mutex_lock(&count, &lock)")} ${must("!lock.locked")}`;
    expect(outcome({ globals, setup: `refcount_set(&count, ${String(SATURATED)});`, cpus: [`${put} ${must(`count.refs == ${String(SATURATED)}`)}`] })).toBe("clean");
    expect(explore({ globals, setup: "refcount_set(&count, 0);", cpus: [`${put} ${must("count.refs == 0")}`] }).findings.map((finding) => finding.message)).toEqual(["refcount_t: underflow; use-after-free."]);
  });

  it("lets another CPU raise the count before it has the lock, and after", () => {
    const raise = (when: string): string => `__atomic() { if (${when} && count.refs == 1) { count.refs = 2; between = 1; } }`;
    for (const locked of ["lock.locked == 0", "lock.locked == 1"]) {
      const lines = { globals, setup: "refcount_set(&count, 1);", cpus: [put, raise(locked)], finish: `if (between && !last) __report("warn", "raised in between");` };
      expect(outcome(lines)).toBe("warn: raised in between");
    }
  });

  it("does not take the lock to drop a reference that is not the last", () => {
    const lines = { globals, setup: "refcount_set(&count, 2);", cpus: ["mutex_lock(&lock); refcount_dec_and_mutex_lock(&count, &lock); mutex_unlock(&lock);"] };
    expect(outcome(lines)).toBe("clean");
  });
});

describe("kref", () => {
  const globals = `
struct thing { int value; struct kref kref; };
static struct thing *thing;
static struct mutex lock;
static void thing_release(struct kref *kref) { kfree(container_of(kref, struct thing, kref)); }
static void thing_release_locked(struct kref *kref) { thing_release(kref); mutex_unlock(&lock); }
`;
  const setup = "thing = kzalloc(sizeof(*thing), GFP_KERNEL); kref_init(&thing->kref);";

  it("frees with the last put, and never before", () => {
    const user = "thing->value++; kref_put(&thing->kref, thing_release);";
    expect(outcome({ globals, setup: `${setup} kref_get(&thing->kref);`, cpus: [user, user] })).toBe("clean");
    expect(kind({ globals, setup, cpus: [user, user] })).toBe("use-after-free");
  });

  it("leaves memory behind when a put is missing", () => {
    expect(kind({ globals, setup, cpus: ["kref_get(&thing->kref); kref_put(&thing->kref, thing_release);"] })).toBe("leak");
  });

  it("runs the release of kref_put_mutex with the mutex, which the release gives back", () => {
    expect(outcome({ globals, setup, cpus: ["kref_put_mutex(&thing->kref, thing_release_locked, &lock);"] })).toBe("clean");
    expect(kind({ globals, setup, cpus: ["kref_put_mutex(&thing->kref, thing_release, &lock);"] })).toBe("lock");
  });

  it("lets a lookup under the lock use a plain get, and one without it not", () => {
    const table = `${globals} static struct thing *table;`;
    const release = "mutex_lock(&lock); table = NULL; mutex_unlock(&lock); kref_put(&thing->kref, thing_release);";
    const lookup = (locked: boolean): string => `struct thing *found;
${locked ? "mutex_lock(&lock);" : ""} found = table; if (found) kref_get(&found->kref); ${locked ? "mutex_unlock(&lock);" : ""}
if (found) kref_put(&found->kref, thing_release);`;
    expect(outcome({ globals: table, setup: `${setup} table = thing;`, cpus: [release, lookup(true)] })).toBe("clean");
    expect(kind({ globals: table, setup: `${setup} table = thing;`, cpus: [release, lookup(false)] })).toMatch(/use-after-free|refcount/);
  });
});
