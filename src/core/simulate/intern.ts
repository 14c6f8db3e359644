// Lists of words as small numbers: equal lists get the same number, exactly.
import type { Words } from "./memory.js";

/** Keeps every list once; numbers count from zero in order of arrival. */
export class Interner {
  private readonly lists: Words[] = [];
  private readonly hashes: number[] = [];
  /** Words of all lists together. */
  words = 0;
  private table = new Int32Array(1024).fill(-1);

  get size(): number {
    return this.lists.length;
  }

  /** The number of a list; the list is kept when it is new, and must not change afterwards. */
  intern(list: Words): number {
    const hash = hashOf(list);
    const mask = this.table.length - 1;
    let index = hash & mask;
    for (;;) {
      const found = this.table[index] ?? -1;
      if (found < 0) break;
      const other = this.lists[found];
      if (this.hashes[found] === hash && other !== undefined && equal(other, list)) return found;
      index = (index + 1) & mask;
    }
    const id = this.lists.length;
    this.lists.push(list);
    this.words += list.length;
    this.hashes.push(hash);
    this.table[index] = id;
    if (this.lists.length * 2 > this.table.length) this.grow();
    return id;
  }

  get(id: number): Words {
    return this.lists[id] ?? NO_WORDS;
  }

  private grow(): void {
    const table = new Int32Array(this.table.length * 2).fill(-1);
    const mask = table.length - 1;
    this.hashes.forEach((hash, number) => {
      let at = hash & mask;
      while ((table[at] ?? -1) >= 0) at = (at + 1) & mask;
      table[at] = number;
    });
    this.table = table;
  }
}

const NO_WORDS: Words = new Float64Array(0);

function hashOf(list: Words): number {
  let hash = list.length;
  // Words beyond 32 bits differ in their lower ones as well, hardly ever only above them: lists are compared anyway.
  for (let at = 0; at < list.length; at++) hash = Math.imul(((hash << 5) | (hash >>> 27)) ^ ((list[at] ?? 0) | 0), 0x9e3779b1);
  return (hash ^ (hash >>> 15)) >>> 0;
}

function equal(a: Words, b: Words): boolean {
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
  add(tuple: Int32Array): number {
    const { table, words, width } = this;
    const mask = table.length - 1;
    let index = hashOfTuple(tuple, 0, width) & mask;
    search: for (;;) {
      const found = table[index] ?? -1;
      if (found < 0) break;
      for (let at = 0, from = found * width; at < width; at++) {
        if (words[from + at] !== tuple[at]) {
          index = (index + 1) & mask;
          continue search;
        }
      }
      return -1 - found;
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

  private grow(): void {
    const { words, width } = this;
    const table = new Int32Array(this.table.length * 2).fill(-1);
    const mask = table.length - 1;
    for (let id = 0; id < this.count; id++) {
      let index = hashOfTuple(words, id * width, width) & mask;
      while ((table[index] ?? -1) >= 0) index = (index + 1) & mask;
      table[index] = id;
    }
    this.table = table;
  }
}

function hashOfTuple(words: Int32Array, from: number, width: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < from + width; at++) {
    hash = Math.imul(hash ^ (words[at] ?? 0), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}
