// The states that an exploration has reached, exact and each kept once, packed as tightly as the CPUs' numbers allow; and the one that is at hand, to go on from.

const FIRST_STATES = 512;
/** In place of a memory's number: nothing is kept there. */
const FREE = -1;
const WORD = 32;
/** States that are looked for, or moved to a larger table, side by side. */
const AT_ONCE = 32;

/** A state is the number of a memory and those of the CPUs' parts, none of them negative. The parts of identical CPUs, the last ones, are kept in order. */
export class StateSet {
  size = 0;
  /** The CPUs' parts of the state at hand; what follows them is zero. */
  readonly locals: Int32Array;
  /** Bits of each part: 8, 16 or 32. */
  private bits = 8;
  /** Parts in a word, as a power of two. */
  private parts = 2;
  /** Words of a packed state. */
  private width: number;
  /** States where their hash says. At most two of three places are taken. */
  private slots: Int32Array;
  private mask = 2 * FIRST_STATES - 1;
  /** The same states in the order of their arrival. */
  private ordered: Int32Array;
  /** The state that is made. */
  private packed: Int32Array;
  private atHand = 0;
  /** States that were made and are to be kept: packed, one behind the other; and where the search for each begins. */
  private made: Int32Array;
  private places = new Int32Array(AT_ONCE);
  private count = 0;
  /** Of words that were looked at only to have them near. */
  protected touched = 0;

  /** `firstTwin`: the first of the identical CPUs; as many as there are CPUs when there are none. */
  constructor(private readonly cpus: number, private readonly firstTwin: number) {
    this.locals = new Int32Array(cpus + WORD / this.bits);
    this.width = 1 + Math.ceil(cpus / 4);
    this.slots = new Int32Array((this.mask + 1) * this.width).fill(FREE);
    this.ordered = new Int32Array(FIRST_STATES * this.width);
    this.packed = new Int32Array(this.width);
    this.made = new Int32Array(AT_ONCE * this.width);
  }

  /** Keeps a state unless it is known. It is at hand no more than any other afterwards. */
  add(shared: number, parts: readonly number[]): void {
    const { locals } = this;
    locals.set(parts);
    locals.subarray(this.firstTwin, this.cpus).sort();
    while (locals.some((local) => this.isTooLarge(local))) this.widen();
    for (let word = 1; word < this.width; word++) this.packed[word] = this.wordAt(word);
    this.make(shared);
    this.settle();
  }

  /** Takes a state by its number, from zero in the order of arrival. Gives its memory. */
  take(state: number): number {
    const { ordered, packed, locals, width, bits } = this;
    const ones = bits === WORD ? -1 : (1 << bits) - 1;
    const from = state * width;
    this.atHand = from;
    for (let word = 1, cpu = 0; word < width; word++) {
      const packedWord = ordered[from + word] ?? 0;
      packed[word] = packedWord;
      for (let shift = 0; shift < WORD; shift += bits) locals[cpu++] = (packedWord >>> shift) & ones;
    }
    return ordered[from] ?? 0;
  }

  /** Makes what the state at hand becomes when one CPU's part becomes `local` and the memory `shared`. It is kept by `settle`. */
  follow(shared: number, cpu: number, local: number): void {
    while (this.isTooLarge(local)) this.widen();
    const { locals, packed, parts } = this;
    const before = locals[cpu] ?? 0;
    let to = cpu;
    if (cpu >= this.firstTwin) {
      const last = this.cpus - 1;
      for (; to > this.firstTwin && (locals[to - 1] ?? 0) > local; to--) locals[to] = locals[to - 1] ?? 0;
      for (; to < last && (locals[to + 1] ?? 0) < local; to++) locals[to] = locals[to + 1] ?? 0;
    }
    locals[to] = local;
    const first = 1 + ((cpu < to ? cpu : to) >> parts);
    const end = 2 + ((cpu < to ? to : cpu) >> parts);
    for (let word = first; word < end; word++) packed[word] = this.wordAt(word);
    this.make(shared);
    // As it was: the next move is one of the same state.
    for (; to > cpu; to--) locals[to] = locals[to - 1] ?? 0;
    for (; to < cpu; to++) locals[to] = locals[to + 1] ?? 0;
    locals[cpu] = before;
    const { ordered, atHand } = this;
    for (let word = first; word < end; word++) packed[word] = ordered[atHand + word] ?? 0;
  }

  /** True when so many states wait to be kept that it pays. */
  get isWaiting(): boolean { return this.count >= AT_ONCE; }

  /** Keeps those of the states made that are not known, in the order in which they were made. */
  settle(): void {
    this.touch();
    for (let index = 0; index < this.count; index++) this.keep(index);
    this.count = 0;
  }

  private make(shared: number): void {
    const { packed, width, count } = this;
    packed[0] = shared;
    if (count === this.places.length) {
      this.made = larger(this.made);
      this.places = larger(this.places);
    }
    const { made } = this;
    const from = count * width;
    for (let at = 0; at < width; at++) made[from + at] = packed[at] ?? 0;
    this.places[count] = hashOf(packed, 0, width) & this.mask;
    this.count = count + 1;
  }

  /** Looks at all places where the states made may be, so that memory brings them side by side and not one after the other. */
  private touch(): void {
    const { slots, places, width, count } = this;
    let touched = 0;
    for (let index = 0; index < count; index++) touched ^= slots[(places[index] ?? 0) * width] ?? 0;
    this.touched = touched;
  }

  private keep(index: number): void {
    const { made, slots, width, mask } = this;
    const start = index * width;
    let slot = this.places[index] ?? 0;
    let from = slot * width;
    for (let found = slots[from]; found !== FREE; found = slots[from]) {
      if (found === made[start]) {
        let at = 1;
        while (at < width && slots[from + at] === made[start + at]) at++;
        if (at === width) return;
      }
      slot = (slot + 1) & mask;
      from = slot * width;
    }
    let behind = this.size * width;
    if (behind + width > this.ordered.length) this.ordered = larger(this.ordered);
    const { ordered } = this;
    for (let at = start; at < start + width; at++) {
      const word = made[at] ?? 0;
      slots[from++] = word;
      ordered[behind++] = word;
    }
    this.size++;
    if (this.size * 3 > mask * 2) this.rehash(mask * 2 + 1);
  }

  /** Packs the parts of one word; words count from one. */
  private wordAt(word: number): number {
    const { locals, bits, parts } = this;
    let at = (word - 1) << parts;
    if (bits === 8) return (locals[at] ?? 0) | ((locals[at + 1] ?? 0) << 8) | ((locals[at + 2] ?? 0) << 16) | ((locals[at + 3] ?? 0) << 24);
    let packed = 0;
    for (let shift = 0; shift < WORD; shift += bits) packed |= (locals[at++] ?? 0) << shift;
    return packed;
  }

  private isTooLarge(local: number): boolean {
    return this.bits < WORD && local >>> this.bits !== 0;
  }

  /** Gives each CPU's part twice the bits. The state at hand stays. */
  private widen(): void {
    this.settle();
    const { cpus, ordered, width, size } = this;
    const state = this.atHand / width;
    const kept = this.locals.slice();
    const from = { bits: this.bits, parts: this.parts };
    this.bits *= 2;
    this.parts--;
    this.width = 1 + Math.ceil((cpus * this.bits) / WORD);
    this.packed = new Int32Array(this.width);
    this.made = new Int32Array(this.places.length * this.width);
    this.ordered = new Int32Array(Math.max(FIRST_STATES, 2 * size) * this.width);
    for (let one = 0; one < size; one++) {
      for (let cpu = 0; cpu < cpus; cpu++) {
        const word = ordered[one * width + 1 + (cpu >> from.parts)] ?? 0;
        this.locals[cpu] = (word >>> ((cpu & ((1 << from.parts) - 1)) * from.bits)) & ((1 << from.bits) - 1);
      }
      this.ordered[one * this.width] = ordered[one * width] ?? 0;
      for (let word = 1; word < this.width; word++) this.ordered[one * this.width + word] = this.wordAt(word);
    }
    this.rehash(this.mask);
    this.locals.set(kept);
    this.atHand = state * this.width;
    for (let word = 1; word < this.width; word++) this.packed[word] = this.wordAt(word);
  }

  private rehash(mask: number): void {
    const { ordered, width, size } = this;
    const slots = new Int32Array((mask + 1) * width).fill(FREE);
    const places = new Int32Array(AT_ONCE);
    for (let first = 0; first < size; first += AT_ONCE) {
      const end = Math.min(size, first + AT_ONCE);
      let touched = 0;
      for (let state = first; state < end; state++) {
        const slot = hashOf(ordered, state * width, width) & mask;
        places[state - first] = slot;
        touched ^= slots[slot * width] ?? 0;
      }
      this.touched = touched;
      for (let state = first; state < end; state++) {
        let slot = places[state - first] ?? 0;
        while (slots[slot * width] !== FREE) slot = (slot + 1) & mask;
        for (let at = 0; at < width; at++) slots[slot * width + at] = ordered[state * width + at] ?? 0;
      }
    }
    this.slots = slots;
    this.mask = mask;
    // Those that wait to be kept begin elsewhere now.
    for (let index = 0; index < this.count; index++) this.places[index] = hashOf(this.made, index * width, width) & mask;
  }
}

function hashOf(words: Int32Array, from: number, width: number): number {
  let hash = 0;
  for (let at = from; at < from + width; at++) {
    hash = Math.imul(hash ^ (words[at] ?? 0), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash ^ (hash >>> 16);
}

function larger(words: Int32Array): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(words.length * 2);
  grown.set(words);
  return grown;
}
