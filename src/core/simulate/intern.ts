// Lists of words as small numbers: equal lists get the same number, exactly.

/** Keeps every list once; numbers count from zero in order of arrival. */
export class Interner {
  private readonly lists: (readonly number[])[] = [];
  private readonly hashes: number[] = [];
  private table = new Int32Array(1024).fill(-1);

  get size(): number {
    return this.lists.length;
  }

  /** The number of a list; the list must not change afterwards. */
  intern(list: readonly number[]): number {
    const hash = hashOf(list);
    let mask = this.table.length - 1;
    let index = hash & mask;
    for (;;) {
      const found = this.table[index] ?? -1;
      if (found < 0) break;
      if (this.hashes[found] === hash && equal(this.lists[found] ?? [], list)) return found;
      index = (index + 1) & mask;
    }
    const id = this.lists.length;
    this.lists.push(list);
    this.hashes.push(hash);
    this.table[index] = id;
    if (this.lists.length * 2 > this.table.length) {
      this.table = new Int32Array(this.table.length * 2).fill(-1);
      mask = this.table.length - 1;
      this.hashes.forEach((old, number) => {
        let at = old & mask;
        while ((this.table[at] ?? -1) >= 0) at = (at + 1) & mask;
        this.table[at] = number;
      });
    }
    return id;
  }

  get(id: number): readonly number[] {
    return this.lists[id] ?? [];
  }
}

function hashOf(list: readonly number[]): number {
  let hash = list.length;
  for (const word of list) {
    hash = Math.imul(hash ^ (word | 0), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 15) ^ Math.floor(word / 4294967296), 0x85ebca6b);
  }
  return (hash ^ (hash >>> 13)) >>> 0;
}

function equal(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}

/** Sets of states, each a tuple of small numbers of one fixed width; numbers count from zero. */
export class TupleTable {
  private words: Int32Array;
  private table = new Int32Array(4096).fill(-1);
  private count = 0;

  constructor(private readonly width: number) {
    this.words = new Int32Array(width * 1024);
  }

  get size(): number {
    return this.count;
  }

  /** The number of the tuple, negative (`-1 - number`) when it was known already. */
  add(tuple: ArrayLike<number>): number {
    const mask = this.table.length - 1;
    let index = this.hash(tuple) & mask;
    for (;;) {
      const found = this.table[index] ?? -1;
      if (found < 0) break;
      if (this.same(found, tuple)) return -1 - found;
      index = (index + 1) & mask;
    }
    if ((this.count + 1) * this.width > this.words.length) {
      const larger = new Int32Array(this.words.length * 2);
      larger.set(this.words);
      this.words = larger;
    }
    for (let at = 0; at < this.width; at++) this.words[this.count * this.width + at] = tuple[at] ?? 0;
    this.table[index] = this.count++;
    if (this.count * 2 > this.table.length) this.grow();
    return this.count - 1;
  }

  /** Copies tuple `id` into `target`. */
  read(id: number, target: Int32Array): void {
    for (let at = 0; at < this.width; at++) target[at] = this.words[id * this.width + at] ?? 0;
  }

  private same(id: number, tuple: ArrayLike<number>): boolean {
    const from = id * this.width;
    for (let at = 0; at < this.width; at++) if (this.words[from + at] !== tuple[at]) return false;
    return true;
  }

  private hash(tuple: ArrayLike<number>): number {
    let hash = 0x811c9dc5;
    for (let at = 0; at < this.width; at++) {
      hash = Math.imul(hash ^ (tuple[at] ?? 0), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return hash >>> 0;
  }

  private grow(): void {
    this.table = new Int32Array(this.table.length * 2).fill(-1);
    const mask = this.table.length - 1;
    const tuple = new Int32Array(this.width);
    for (let id = 0; id < this.count; id++) {
      this.read(id, tuple);
      let index = this.hash(tuple) & mask;
      while ((this.table[index] ?? -1) >= 0) index = (index + 1) & mask;
      this.table[index] = id;
    }
  }
}
