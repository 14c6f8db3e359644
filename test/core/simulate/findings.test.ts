// What the machine finds, on one CPU and on two, with the words that it uses.
import { describe, expect, it } from "vitest";
import { compiled, exploration, outcome, run } from "./check.js";

const OBJECT = "struct obj { int a; refcount_t refs; struct obj *next; };\nstruct obj *shared; struct mutex m; struct mutex n;\n";
const one = (body: string): string => outcome(`/* scenario: one */\n${OBJECT}void cpu0(void)\n{\n${body}\n}\n`);
const two = (first: string, second: string, setup = ""): string =>
  outcome(`/* scenario: two */\n${OBJECT}void setup(void) { ${setup} }\nvoid cpu0(void)\n{\n${first}\n}\nvoid cpu1(void)\n{\n${second}\n}\n`);

const ALONE: readonly (readonly [string, string, string])[] = [
  ["a use after free", "struct obj *o = kzalloc(sizeof(*o), 0); kfree(o); o->a = 1;", "use-after-free: use-after-free: cpu0() writes obj #1.a, freed in cpu0()"],
  ["a double free", "struct obj *o = kzalloc(sizeof(*o), 0); kfree(o); kfree(o);", "double-free: double-free: kfree() frees obj #1 again, freed in cpu0()"],
  ["a leak", "struct obj *o = kzalloc(sizeof(*o), 0); o->a = 1;", "leak: memory leak: obj #1 is never freed"],
  ["nothing where the object may stay", "struct obj *o = kzalloc(sizeof(*o), 0); __keep(o);", "clean"],
  ["a NULL pointer", "struct obj *o = 0; o->next = 0;", "null: NULL pointer dereference in cpu0(), at word 2"],
  ["an error pointer", "struct obj *o = (void *)(-12); o->a = 0;", "null: cpu0() dereferences an error pointer, ERR_PTR(-12) or a member behind it"],
  ["a call of nothing", "void (*f)(void) = 0; f();", "null: cpu0() calls a NULL function pointer"],
  ["a lock taken twice", "mutex_lock(&m); mutex_lock(&m);", "deadlock: self-deadlock: CPU0 waits in mutex_lock() for m, which it holds"],
  ["a lock left behind", "mutex_lock(&m);", "lock: CPU0 returns with m held"],
  ["an unlock of what is not held", "mutex_unlock(&m);", "lock: mutex_unlock() unlocks m, which CPU0 does not hold"],
  ["sleeping under a spinlock", "spin_lock(&m); mutex_lock(&n); mutex_unlock(&n); spin_unlock(&m);", "lock: mutex_lock() may sleep while CPU0 holds the spinlock m"],
  ["a free of something else", "kfree(&m);", "null: kfree() frees memory that was not allocated: m"],
  ["reading beyond an object", "int *t = kzalloc(2 * sizeof(*t), 0); __keep(t); t[9] = 1;", "null: out-of-bounds: cpu0() writes beyond the end of number #1"],
];

describe("on one CPU", () => {
  it.each(ALONE)("finds %s", (_name, body, expected) => {
    expect(one(body)).toBe(expected);
  });
});

describe("on two CPUs", () => {
  it("finds locks taken in two orders, and says who holds what", () => {
    expect(two("mutex_lock(&m); mutex_lock(&n); mutex_unlock(&n); mutex_unlock(&m);", "mutex_lock(&n); mutex_lock(&m); mutex_unlock(&m); mutex_unlock(&n);"))
      .toBe("deadlock: deadlock: CPU0 waits for n, which CPU1 holds; CPU1 waits for m, which CPU0 holds");
  });

  it("finds a lookup that races with the last put, and not when the lock covers both", () => {
    const setup = "shared = kzalloc(sizeof(*shared), 0); refcount_set(&shared->refs, 1);";
    const put = (before: string, after: string): string => `struct obj *o; ${before} o = shared; shared = 0; ${after} if (refcount_dec_and_test(&o->refs)) kfree(o);`;
    const get = (before: string, after: string): string => `struct obj *o; ${before} o = shared; if (o) refcount_inc(&o->refs); ${after} if (o && refcount_dec_and_test(&o->refs)) kfree(o);`;
    expect(two(put("", ""), get("", ""), setup)).toMatch(/^(use-after-free|refcount): /);
    expect(two(put("mutex_lock(&m);", "mutex_unlock(&m);"), get("mutex_lock(&m);", "mutex_unlock(&m);"), setup)).toBe("clean");
  });

  it("finds an unlock after publishing, where the other CPU frees the lock with its object", () => {
    const text = `/* scenario: unlock */
struct box { struct mutex lock; int done; }; struct box *box; int ready;
void setup(void) { box = kzalloc(sizeof(*box), 0); }
void cpu0(void) { mutex_lock(&box->lock); ready = 1; mutex_unlock(&box->lock); }
void cpu1(void) { if (ready) kfree(box); else __keep(box); }`;
    expect(outcome(text)).toMatch(/^use-after-free: .*box #1/);
  });

  it("finds a quiet read after publishing, where the other CPU frees the object in between", () => {
    const text = `/* scenario: read */
struct box { int v; }; struct box *box; int ready; int seen;
void setup(void) { box = kzalloc(sizeof(*box), 0); }
void cpu0(void) { struct box *b = box; ready = 1; if (b->v) seen = 1; }
void cpu1(void) { if (ready) kfree(box); else __keep(box); }`;
    expect(outcome(text)).toMatch(/^use-after-free: .*box #1\.v/);
  });

  it("goes on after a warning and tells what it led to", () => {
    const text = `/* scenario: warn */
struct obj { int a; }; struct obj *shared; int gone;
void setup(void) { shared = kzalloc(sizeof(*shared), 0); }
void cpu0(void) { if (gone) __report("warn", "too late"); shared->a = 1; }
void cpu1(void) { gone = 1; kfree(shared); }`;
    const result = run(text);
    const late = run(text.replace("gone = 1; kfree(shared);", "gone = 1; if (!shared->a) kfree(shared);"));
    expect(result.findings.map((finding) => finding.kind)).toContain("use-after-free");
    expect(late.findings.map((finding) => finding.kind)).toContain("use-after-free");
  });

  it("waits for a condition, and calls it a deadlock when nobody makes it true", () => {
    const wait = (second: string): string => outcome(`/* scenario: wait */\nint done;\nvoid cpu0(void) { __wait(done); }\nvoid cpu1(void) { ${second} }`);
    expect(wait("done = 1;")).toBe("clean");
    expect(wait("done = 0;")).toBe("deadlock: deadlock: CPU0 waits in cpu0()");
  });

  it("waits for ever where it has chosen to wait, though it could have chosen otherwise", () => {
    const text = "/* scenario: chosen */\nint done; int other;\nvoid cpu0(void) { if (__choose(2)) __wait(done); }\nvoid cpu1(void) { other = 1; }";
    expect(outcome(text)).toBe("deadlock: deadlock: CPU0 waits in cpu0()");
    expect(exploration(compiled(text), "every").findings.map((finding) => finding.kind)).toEqual(["deadlock"]);
    expect(outcome(text.replace("other = 1", "done = 1"))).toBe("clean");
    expect(run(text).steps.map((step) => [step.cpu, step.text])).toEqual([[0, "__choose(2)"], [1, "other = 1"]]);
  });

  it("waits for ever inside of a lock where the wait is not the first statement of its step", () => {
    const text = "/* scenario: later */\nstruct mutex m; int done; int n;\nvoid cpu0(void) { mutex_lock(&m); __atomic() { n = 1; __wait(done); } mutex_unlock(&m); }\nvoid cpu1(void) { mutex_lock(&m); done = 1; mutex_unlock(&m); }";
    expect(outcome(text)).toBe("deadlock: deadlock: CPU0 waits in cpu0(); CPU1 waits for m, which CPU0 holds");
  });

  it("sees every value of a counter that a wait looks at, also where no wait ever succeeded", () => {
    const text = "/* scenario: between */\nint n; int seen;\nvoid cpu0(void) { __atomic() { n++; } __atomic() { n++; } __atomic() { n--; } __atomic() { n--; } }\nvoid cpu1(void) { __atomic() { __wait(n == 2 || n == 0); seen = n; } if (seen == 2) __report(\"warn\", \"two\"); }";
    expect(exploration(compiled(text.replace("|| n == 0", "")), "reduced").findings.map((finding) => finding.message).sort()).toEqual(["", "two"]);
    expect(exploration(compiled(text), "reduced").findings.map((finding) => finding.message)).toEqual(["two"]);
  });

  it("ends where setup() goes wrong: no CPU starts behind that", () => {
    const result = run(`/* scenario: setup */\n${OBJECT}void setup(void) { struct obj *o = kzalloc(sizeof(*o), 0); kfree(o); o->a = 1; }\nvoid cpu0(void) { shared->a = 1; }`);
    expect([result.verdict, result.kind, result.states, result.findings.length, result.steps.map((step) => step.cpu)]).toEqual(["violation", "use-after-free", 0, 1, [-1]]);
    expect(result.token).not.toBeNull();
  });

  it("shares a local variable whose address another CPU gets", () => {
    const text = `/* scenario: stack */
int *mailbox;
void cpu0(void) { int answer = 0; mailbox = &answer; __wait(answer == 4); mailbox = 0; }
void cpu1(void) { __wait(mailbox != 0); *mailbox = 4; }`;
    expect(outcome(text)).toBe("clean");
    expect(outcome(text.replace("__wait(answer == 4); mailbox = 0;", "answer = 1;"))).toMatch(/^use-after-free: /);
  });
});

describe("bounds", () => {
  const RACE = "/* scenario: race */\nint x;\nvoid cpu0(void) { x = x + 1; x = x + 1; }\nvoid cpu1(void) { x = x + 1; x = x + 1; }\nvoid finish(void) { if (x == 2) __report(\"warn\", \"lost updates\"); }";

  it("are named when one ends the run, and the verdict is then not clean", () => {
    const clean = RACE.replace("x == 2", "x == 9");
    expect(outcome(clean)).toBe("clean");
    expect(outcome(clean, null, { bounds: { maxStates: 5 } })).toBe("bounded: maxStates");
    expect(outcome(clean, null, { bounds: { maxPreemptions: 1 } })).toBe("bounded: maxPreemptions");
    expect(outcome(clean, null, { control: { progress: () => undefined, cancelled: () => true } })).toMatch(/^(clean|bounded: cancelled)$/);
    expect(outcome("/* scenario: loop */\nvoid cpu0(void) { int n = 0; while (1) n = 1 - n; }")).toBe("bounded: maxSteps");
  });

  it("of CPU switches hide what needs more of them", () => {
    expect(outcome(RACE, null, { bounds: { maxPreemptions: 0 } })).toBe("bounded: maxPreemptions");
    expect(outcome(RACE)).toBe("warn: lost updates");
  });

  it("gives the same result twice", () => {
    expect(run(RACE)).toEqual(run(RACE));
  });
});
