// The states of an exploration, exact and each kept once: a memory and the CPUs' states, as numbers side by side.

const FIRST_STATES = 1024;

/**
 * The hash of a state is the sum of the hashes of its parts, so that the next state's is found by taking one part away and adding another. CPUs that are
 * alike share a salt: their order does not matter to the hash.
 */
export function hashOfPart(part: number, salt: number): number {
  const first = Math.imul(part + Math.imul(salt, 0x27d4eb2f), 0x9e3779b1);
  const second = Math.imul(first ^ (first >>> 15), 0x85ebca6b);
  return second ^ (second >>> 13);
}

export class StateTable {
  /** State n has the words from n * width. Behind the last one is room for the next; see `settle`. */
  words: Int32Array;
  size = 0;
  /** Pairs: a state's number and its hash; -1 where none is. */
  private slots = new Int32Array(2 * 4 * FIRST_STATES).fill(-1);
  private mask = 4 * FIRST_STATES - 1;

  constructor(readonly width: number) {
    this.words = new Int32Array(width * FIRST_STATES);
  }

  /** Where the words of the next state are to be written before it is settled. */
  get next(): number {
    return this.size * this.width;
  }

  /** Keeps the state that was written at `next`, unless it is known. Gives its number; the size says whether it is new. `words` may be another array afterwards. */
  settle(hash: number): number {
    const { words, slots, width, mask, size } = this;
    const from = size * width;
    let slot = (hash ^ (hash >>> 16)) & mask;
    for (;;) {
      const found = slots[2 * slot] ?? -1;
      if (found < 0) break;
      if (slots[2 * slot + 1] === hash) {
        let at = found * width;
        const end = at + width;
        for (let other = from; at < end && words[at] === words[other]; at++) other++;
        if (at === end) return found;
      }
      slot = (slot + 1) & mask;
    }
    slots[2 * slot] = size;
    slots[2 * slot + 1] = hash;
    this.size = size + 1;
    if (from + 2 * width > words.length) {
      this.words = new Int32Array(words.length * 2);
      this.words.set(words);
    }
    if (this.size * 2 > mask) this.grow();
    return size;
  }

  private grow(): void {
    const { slots } = this;
    const mask = this.mask * 2 + 1;
    const grown = new Int32Array(slots.length * 2).fill(-1);
    for (let old = 0; old < slots.length; old += 2) {
      const state = slots[old] ?? -1;
      if (state < 0) continue;
      const hash = slots[old + 1] ?? 0;
      let slot = (hash ^ (hash >>> 16)) & mask;
      while ((grown[2 * slot] ?? -1) >= 0) slot = (slot + 1) & mask;
      grown[2 * slot] = state;
      grown[2 * slot + 1] = hash;
    }
    this.slots = grown;
    this.mask = mask;
  }
}
