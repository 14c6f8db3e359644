// The moves that are known, as a table of numbers: from a memory and a CPU's state to what the move leads to.

/** What stands in place of the memory that a move leads to, when it is not just one. */
export const BLOCKED = -1;
/** Several ways, findings, or an end: the ways have to be looked at. */
export const OTHERWISE = -2;
/** The CPU has nothing left to run. */
export const DONE = -3;
/** It was known, and what it relied on turned out to be wrong. */
const FORGOTTEN = -4;

/** Words of an entry: CPU state and class, memory, the memory that the move leads to, the CPU state that it leads to. */
const ENTRY = 4;
const FIRST_ENTRIES = 1024;

export class MoveTable {
  /** Entries by hash; those that are free begin with -1. An entry's place changes when the table grows. */
  entries = new Int32Array(ENTRY * FIRST_ENTRIES).fill(-1);
  /** For each entry, the number that the caller keeps the move under, and the class of its plain accesses. */
  numbers = new Int32Array(FIRST_ENTRIES);
  plain = new Int32Array(FIRST_ENTRIES);
  private count = 0;

  /** The place of the entry of a CPU state (with its class) and a memory; negative when it has to be `set` first. */
  find(key: number, shared: number): number {
    const at = this.slot(key, shared);
    return this.entries[at] === -1 || this.entries[at + 2] === FORGOTTEN ? -1 : at;
  }

  /** The memory that the move at this place leads to, or one of the constants above. */
  toShared(at: number): number { return this.entries[at + 2] ?? OTHERWISE; }
  toLocal(at: number): number { return this.entries[at + 3] ?? 0; }
  numberOf(at: number): number { return this.numbers[at / ENTRY] ?? 0; }
  plainOf(at: number): number { return this.plain[at / ENTRY] ?? 0; }

  set(key: number, shared: number, toShared: number, toLocal: number, number: number, plain: number): number {
    if ((this.count + 1) * 2 > this.numbers.length) this.grow();
    const at = this.slot(key, shared);
    const { entries } = this;
    if (entries[at] === -1) this.count++;
    entries[at] = key;
    entries[at + 1] = shared;
    entries[at + 2] = toShared;
    entries[at + 3] = toLocal;
    this.numbers[at / ENTRY] = number;
    this.plain[at / ENTRY] = plain;
    return at;
  }

  /** The move has to be made again. */
  forget(key: number, shared: number): void {
    const at = this.slot(key, shared);
    if (this.entries[at] !== -1) this.entries[at + 2] = FORGOTTEN;
  }

  private slot(key: number, shared: number): number {
    const { entries } = this;
    const mask = this.numbers.length - 1;
    const mix = Math.imul(Math.imul(shared, 0x9e3779b1) ^ key, 0x85ebca6b);
    let slot = (mix ^ (mix >>> 15)) & mask;
    for (;;) {
      const at = slot * ENTRY;
      const found = entries[at];
      if (found === -1 || (found === key && entries[at + 1] === shared)) return at;
      slot = (slot + 1) & mask;
    }
  }

  private grow(): void {
    const { entries, numbers, plain } = this;
    this.entries = new Int32Array(entries.length * 2).fill(-1);
    this.numbers = new Int32Array(numbers.length * 2);
    this.plain = new Int32Array(numbers.length * 2);
    this.count = 0;
    for (let slot = 0; slot < numbers.length; slot++) {
      const at = slot * ENTRY;
      if (entries[at] !== -1) this.set(entries[at] ?? 0, entries[at + 1] ?? 0, entries[at + 2] ?? 0, entries[at + 3] ?? 0, numbers[slot] ?? 0, plain[slot] ?? 0);
    }
  }
}
