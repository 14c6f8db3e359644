// Random concurrent programs over locks, counters, shared words and heap objects: the same seed gives the same program.

/** A generator of numbers below n; mulberry32. */
export function numbers(seed: number): (n: number) => number {
  let state = seed >>> 0;
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % n;
  };
}

export function randomScenario(seed: number): string {
  const pick = numbers(seed);
  const twins = pick(4) === 0;
  const cpus = twins ? 1 : 2 + (pick(3) === 0 ? 1 : 0);
  const lines: string[] = [];
  const body = (depth: number, length: number): string[] => {
    const made: string[] = [];
    for (let count = 0; count < length; count++) made.push(...statement(depth));
    return made;
  };
  const statement = (depth: number): string[] => {
    const word = ["x", "y", "z"][pick(3)] ?? "x";
    switch (pick(depth > 2 ? 13 : 19)) {
      case 0: return [`${word} = ${String(pick(3))};`];
      case 1: return [`${word} = x + 1;`];
      case 2: return [`local = ${word};`];
      case 3: return [`p = shared;`];
      case 4: return [`if (p) p->a = ${String(pick(3))};`];
      case 5: return [`if (p) local = p->b;`];
      case 6: return [`if (shared) refcount_inc(&shared->refs);`];
      case 7: return [`if (p && refcount_dec_and_test(&p->refs)) { kfree(p); p = 0; }`];
      case 8: return [`if (p && refcount_inc_not_zero(&p->refs)) p->b = 1;`];
      case 9: return [`p = kzalloc(sizeof(*p), 0);`, `p->a = 1;`, `refcount_set(&p->refs, 1);`, pick(2) === 0 ? `shared = p;` : `p->next = shared;`];
      case 10: return [`if (local == ${String(pick(2))}) ${word} = 2;`];
      case 11: return [`count.n++;`.replace(/^/, "__atomic() { ") + " }"];
      case 12: return pick(4) === 0 ? [`local = count.n;`] : [`if (p) { __atomic() { p->hits++; } }`];
      case 13: case 14: {
        const lock = pick(2) === 0 ? "&m" : "&n";
        return [`mutex_lock(${lock});`, ...body(depth + 1, 1 + pick(3)), `mutex_unlock(${lock});`];
      }
      case 15: return [`down_read(&s);`, ...body(depth + 1, 1 + pick(2)), `up_read(&s);`];
      case 16: return [`down_write(&s);`, ...body(depth + 1, 1 + pick(2)), `up_write(&s);`];
      case 17: return [`if (mutex_trylock(&n)) {`, ...body(depth + 1, 1 + pick(2)), `mutex_unlock(&n);`, `}`];
      default: return [`if (p) {`, `mutex_lock(&p->lock);`, ...body(depth + 1, 1), `mutex_unlock(&p->lock);`, `}`];
    }
  };
  lines.push("/* scenario: random", `users: ${twins ? 2 : 0}`, "*/");
  lines.push("struct obj { int a; int b; refcount_t refs; struct mutex lock; struct obj *next; int hits; };");
  lines.push("struct mutex m; struct mutex n; struct rwsem s; int x; int y; int z; struct obj *shared; struct { int n; } count;");
  lines.push("void setup(void) { struct obj *o = kzalloc(sizeof(*o), 0); __keep(o); refcount_set(&o->refs, 1); shared = o; }");
  for (let cpu = 0; cpu < cpus; cpu++) lines.push(`void cpu${String(cpu)}(void) { int local = 0; struct obj *p = 0;`, ...body(0, 2 + pick(3)), "}");
  if (twins) lines.push("void user(void) { int local = 0; struct obj *p = 0;", ...body(0, 2 + pick(2)), "}");
  return lines.join("\n");
}
