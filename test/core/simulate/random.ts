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
  const body = (held: readonly string[], length: number): string[] => {
    const made: string[] = [];
    for (let count = 0; count < length; count++) made.push(...statement(held));
    return made;
  };
  /** A critical section; a lock that is held already would only be one more self-deadlock. */
  const section = (lock: string, take: string, give: string, held: readonly string[], inside: readonly string[]): string[] =>
    held.includes(lock) && pick(20) > 0 ? [...inside] : [`${take}(&${lock});`, ...inside, `${give}(&${lock});`];
  const mutex = (held: readonly string[], inside: (held: readonly string[]) => readonly string[]): string[] => {
    const lock = pick(2) === 0 ? "m" : "n";
    return section(lock, "mutex_lock", "mutex_unlock", held, inside([...held, lock]));
  };
  const statement = (held: readonly string[]): string[] => {
    const word = ["x", "y", "z"][pick(3)] ?? "x";
    const take = pick(2) === 0 ? "p = shared; shared = 0;" : "p = shared;";
    switch (pick(held.length > 2 ? 14 : 22)) {
      case 0: return [`${word} = ${String(pick(3))};`];
      case 1: return [`${word} = x + 1;`];
      case 2: return [`local = ${word};`];
      case 3: return ["p = shared;"];
      case 4: return [`if (p) p->a = ${String(pick(3))};`];
      case 5: return ["if (p) local = p->b;"];
      case 6: return ["if (shared) refcount_inc(&shared->refs);"];
      case 7: return ["if (p && refcount_dec_and_test(&p->refs)) { kfree(p); p = 0; }"];
      case 8: return ["if (p && refcount_inc_not_zero(&p->refs)) p->b = 1;"];
      case 9: return ["p = kzalloc(sizeof(*p), 0); __keep(p); p->a = 1; refcount_set(&p->refs, 1);", pick(2) === 0 ? "shared = p;" : "p->next = shared;"];
      case 10: return [`if (local == ${String(pick(2))}) ${word} = 2;`];
      case 11: return ["__atomic() { count.n++; }"];
      case 12: return pick(4) === 0 ? ["local = count.n;"] : ["if (p) { __atomic() { p->hits++; } }"];
      case 13: return pick(3) === 0 ? ["if (p) { kfree(p); p = 0; }"] : [];
      case 14: case 15: return mutex(held, (inner) => body(inner, 1 + pick(3)));
      case 16: return section("s", "down_read", "up_read", held, body([...held, "s"], 1 + pick(2)));
      case 17: return section("s", "down_write", "up_write", held, body([...held, "s"], 1 + pick(2)));
      case 18: return held.includes("n") ? [] : ["if (mutex_trylock(&n)) {", ...body([...held, "n"], 1 + pick(2)), "mutex_unlock(&n);", "}"];
      // A lookup and a removal, under the same lock most of the time.
      case 19: return mutex(held, () => ["p = shared; if (p) local = p->a;"]);
      case 20: return [...mutex(held, () => [take]), ...(pick(2) === 0 ? ["if (p) { kfree(p); p = 0; }"] : [])];
      default: return ["if (p) {", "mutex_lock(&p->lock);", ...body([...held, "the object's"], 1), "mutex_unlock(&p->lock);", "}"];
    }
  };
  lines.push("/* scenario: random", `users: ${twins ? 2 : 0}`, "*/");
  lines.push("struct obj { int a; int b; refcount_t refs; struct mutex lock; struct obj *next; int hits; };");
  lines.push("struct mutex m; struct mutex n; struct rwsem s; int x; int y; int z; struct obj *shared; struct { int n; } count;");
  lines.push("void setup(void) { struct obj *o = kzalloc(sizeof(*o), 0); __keep(o); refcount_set(&o->refs, 1); shared = o; }");
  for (let cpu = 0; cpu < cpus; cpu++) lines.push(`void cpu${String(cpu)}(void) { int local = 0; struct obj *p = 0;`, ...body([], 2 + pick(3)), "}");
  if (twins) lines.push("void user(void) { int local = 0; struct obj *p = 0;", ...body([], 2 + pick(2)), "}");
  return lines.join("\n");
}
