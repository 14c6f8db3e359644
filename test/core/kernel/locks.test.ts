// Mutexes, spinlocks and reader/writer semaphores: who waits, who deadlocks, and what must not be done under which.
import { describe, expect, it } from "vitest";
import { explore, kind, must, outcome } from "./check.js";

const globals = `
static struct mutex a, b;
static spinlock_t spin;
static struct rw_semaphore sem;
static int inside, value;
`;

describe("mutex", () => {
  const enter = (lock: string, body: string): string => `mutex_lock(&${lock}); ${body} mutex_unlock(&${lock});`;
  const alone = `inside++; ${must("inside == 1")} inside--;`;

  it("lets one in at a time", () => {
    expect(outcome({ globals, cpus: [enter("a", alone), enter("a", alone), enter("a", alone)] })).toBe("clean");
    expect(kind({ globals, cpus: [alone, alone] })).toBe("warn");
  });

  it("is not recursive", () => {
    const result = explore({ globals, cpus: ["mutex_lock(&a); mutex_lock(&a);", "value++;"] });
    expect([result.kind, result.switches]).toEqual(["deadlock", 0]);
  });

  it("deadlocks when two take two in different orders", () => {
    const result = explore({ globals, cpus: [enter("a", enter("b", "")), enter("b", enter("a", ""))] });
    expect([result.kind, result.switches]).toEqual(["deadlock", 1]);
    expect(outcome({ globals, cpus: [enter("a", enter("b", "")), enter("a", enter("b", ""))] })).toBe("clean");
  });

  it("is given back by the CPU that took it, before it ends", () => {
    expect(kind({ globals, cpus: ["mutex_unlock(&a);"] })).toBe("lock");
    expect(kind({ globals, cpus: ["mutex_lock(&a);"] })).toBe("lock");
  });

  it("tells trylock whether it was free", () => {
    expect(outcome({ globals, cpus: [`${must("mutex_trylock(&a)")} ${must("!mutex_trylock(&a)")} mutex_unlock(&a);`] })).toBe("clean");
  });

  it("may not be destroyed while it is locked", () => {
    expect(kind({ globals, cpus: ["mutex_lock(&a); mutex_destroy(&a); mutex_unlock(&a);"] })).toBe("lock");
    expect(outcome({ globals, cpus: ["mutex_init(&a); mutex_destroy(&a);"] })).toBe("clean");
  });
});

describe("spinlock", () => {
  it("lets nobody sleep who holds it", () => {
    const under = (body: string): { globals: string; cpus: string[] } => ({ globals, cpus: [`spin_lock(&spin); ${body} spin_unlock(&spin);`] });
    expect(kind(under("mutex_lock(&a); mutex_unlock(&a);"))).toBe("lock");
    expect(kind(under("kfree(kzalloc(1, GFP_KERNEL));"))).toBe("lock");
    expect(outcome(under("kfree(kzalloc(1, GFP_ATOMIC));"))).toBe("clean");
  });

  it("is not recursive, in any of its forms", () => {
    expect(kind({ globals, cpus: ["spin_lock(&spin); spin_lock_irqsave(&spin, 0);"] })).toBe("deadlock");
  });
});

describe("rw_semaphore", () => {
  it("lets readers in together and writers alone", () => {
    const read = `down_read(&sem); ${must("value != 1")} up_read(&sem);`;
    const write = "down_write(&sem); value = 1; value = 0; up_write(&sem);";
    expect(outcome({ globals, cpus: [read, write, read] })).toBe("clean");
    expect(outcome({ globals, cpus: ["down_read(&sem); inside++; up_read(&sem);", `down_read(&sem); if (inside) __report("warn", "together"); up_read(&sem);`] })).toBe("warn: together");
  });

  it("deadlocks a reader that wants to write", () => {
    expect(kind({ globals, cpus: ["down_read(&sem); down_write(&sem);"] })).toBe("deadlock");
  });
});

describe("rwlock_t", () => {
  it("lets readers in together and writers alone, and nobody sleep", () => {
    const lock = `${globals} static rwlock_t rw;`;
    const read = `read_lock(&rw); ${must("value != 1")} read_unlock(&rw);`;
    expect(outcome({ globals: lock, cpus: [read, "write_lock(&rw); value = 1; value = 0; write_unlock(&rw);", read] })).toBe("clean");
    expect(kind({ globals: lock, cpus: ["read_lock(&rw); mutex_lock(&a); mutex_unlock(&a); read_unlock(&rw);"] })).toBe("lock");
    expect(kind({ globals: lock, cpus: ["read_lock(&rw); write_lock(&rw);"] })).toBe("deadlock");
    // Two readers that write lose an update.
    expect(outcome({ globals: lock, cpus: ["read_lock(&rw); value++; read_unlock(&rw);", "read_lock(&rw); value++; read_unlock(&rw);"], finish: must("value == 2") })).toBe("warn: not so: value == 2");
    expect(outcome({ globals: lock, cpus: ["write_lock(&rw); value++; write_unlock(&rw);", "write_lock(&rw); value++; write_unlock(&rw);"], finish: must("value == 2") })).toBe("clean");
  });
});
