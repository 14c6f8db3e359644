// Shared memory as a flat list of words: the static objects first, then the heap, each object with a small header.
import { OBJECT_SPAN } from "./ir.js";

/** First object number of the heap; each CPU class allocates from a range of its own, so that the order of allocations does not matter. */
export const HEAP_BASE = 65536;
export const HEAP_RANGE = 4096;
/** First object number of frame memory: the frame at depth d is object FRAME_BASE + d of the CPU that runs. Its addresses are the largest that are exact, so that few numbers look like one. */
export const FRAME_BASE = 2 ** 36;

export const FREED = 0;
export const SHARED = 1;
/** A list of words that does not change any more: always of this one kind, so that what reads it need not ask. */
export type Words = Float64Array;

/** Added to the status of an object that may be alive at the end. */
export const KEPT = 4;

/** Words of the header: object number, site, status, number of slots. */
const HEADER = 4;

export interface HeapObject { readonly id: number; readonly site: number; readonly status: number; readonly slots: number; readonly at: number }

export type Place =
  | { readonly kind: "static" | "heap"; readonly object: number; readonly slot: number; readonly at: number; readonly site: number }
  | { readonly kind: "bad"; readonly why: "null" | "error" | "poison" | "wild" | "freed" | "bounds"; readonly object: number; readonly slot: number };

/** A working copy of one shared state. */
export class Memory {
  /** The first `size` are the state; those behind it mean nothing. */
  words: Words = new Float64Array(256);
  size = 0;
  /** What the last word found by `locate` is: the kind of its object, its place in it, and whether the object is of the heap. */
  site = 0;
  slot = 0;
  isHeap = false;

  /** `bases[n - 1]` is the first word of static object n, `sizes[n - 1]` its number of words. */
  constructor(private readonly bases: readonly number[], private readonly sizes: readonly number[], private readonly staticWords: number) {}

  load(words: ArrayLike<number>): void {
    this.room(words.length);
    this.words.set(words);
    this.size = words.length;
  }

  copy(): Words {
    return this.words.slice(0, this.size);
  }

  /** The index in `words` of the word at an address; negative where there is none, which `find` explains. */
  locate(address: number): number {
    const object = Math.floor(address / OBJECT_SPAN);
    const slot = address - object * OBJECT_SPAN;
    this.slot = slot;
    if (object > 0 && object < HEAP_BASE) {
      this.site = -object;
      this.isHeap = false;
      return slot < (this.sizes[object - 1] ?? 0) ? (this.bases[object - 1] ?? 0) + slot : -1;
    }
    const at = object <= 0 ? -1 : this.offset(object);
    if (at < 0) return -1;
    this.site = this.words[at + 1] ?? 0;
    this.isHeap = true;
    return ((this.words[at + 2] ?? FREED) & ~KEPT) !== FREED && slot < (this.words[at + 3] ?? 0) ? at + HEADER + slot : -1;
  }

  find(address: number): Place {
    const object = Math.floor(address / OBJECT_SPAN);
    const slot = address - object * OBJECT_SPAN;
    if (object <= 0) {
      const why = address >= 0 ? "null" : address >= -4095 ? "error" : "poison";
      return { kind: "bad", why, object: 0, slot: address };
    }
    if (object < HEAP_BASE) {
      const base = this.bases[object - 1];
      if (base === undefined) return { kind: "bad", why: "wild", object, slot };
      if (slot >= (this.sizes[object - 1] ?? 0)) return { kind: "bad", why: "bounds", object, slot };
      return { kind: "static", object, slot, at: base + slot, site: -object };
    }
    const at = this.offset(object);
    if (at < 0) return { kind: "bad", why: "wild", object, slot };
    const status = this.words[at + 2] ?? FREED;
    if ((status & ~KEPT) === FREED) return { kind: "bad", why: "freed", object, slot };
    if (slot >= (this.words[at + 3] ?? 0)) return { kind: "bad", why: "bounds", object, slot };
    return { kind: "heap", object, slot, at: at + HEADER + slot, site: this.words[at + 1] ?? 0 };
  }

  /** Adds an object for this CPU class; gives back its number. */
  allocate(cpuClass: number, site: number, slots: number, status: number): number {
    const from = HEAP_BASE + cpuClass * HEAP_RANGE;
    let id = from;
    let at = this.staticWords;
    while (at < this.size) {
      const other = this.words[at] ?? 0;
      if (other >= from + HEAP_RANGE) break;
      if (other >= from) id = other + 1;
      at += HEADER + (this.words[at + 3] ?? 0);
    }
    const end = at + HEADER + slots;
    this.room(this.size + HEADER + slots);
    this.words.copyWithin(end, at, this.size);
    this.size += HEADER + slots;
    this.words.set([id, site, status, slots], at);
    this.words.fill(0, at + HEADER, end);
    return id;
  }

  /** Frees a heap object: its words are gone, its number is never used again. */
  release(object: number): void {
    const at = this.offset(object);
    if (at < 0) return;
    this.words[at + 2] = FREED;
    const slots = this.words[at + 3] ?? 0;
    this.words.copyWithin(at + HEADER, at + HEADER + slots, this.size);
    this.size -= slots;
    this.words[at + 3] = 0;
  }

  /** The header of a heap object, freed ones included; null when there was never one of this number. */
  object(id: number): HeapObject | null {
    const at = this.offset(id);
    return at < 0 ? null : this.header(at);
  }

  /** A word of a heap object. */
  read(id: number, slot: number): number {
    return this.words[this.offset(id) + HEADER + slot] ?? 0;
  }

  write(id: number, slot: number, word: number): void {
    const at = this.offset(id);
    if (at >= 0) this.words[at + HEADER + slot] = word;
  }

  setStatus(id: number, status: number): void {
    const at = this.offset(id);
    if (at >= 0) this.words[at + 2] = status;
  }

  /** How many objects a CPU class has allocated. */
  born(cpuClass: number): number {
    const from = HEAP_BASE + cpuClass * HEAP_RANGE;
    let last = from - 1;
    for (let at = this.staticWords; at < this.size; at += HEADER + (this.words[at + 3] ?? 0)) {
      const id = this.words[at] ?? 0;
      if (id >= from && id < from + HEAP_RANGE) last = id;
    }
    return last - from + 1;
  }

  /** Every heap object, freed ones included, by number. */
  heap(): HeapObject[] {
    const found: HeapObject[] = [];
    for (let at = this.staticWords; at < this.size; at += HEADER + (this.words[at + 3] ?? 0)) found.push(this.header(at));
    return found;
  }

  private room(size: number): void {
    if (size <= this.words.length) return;
    const larger = new Float64Array(Math.max(size, this.words.length * 2));
    larger.set(this.words);
    this.words = larger;
  }

  private header(at: number): HeapObject {
    return { id: this.words[at] ?? 0, site: this.words[at + 1] ?? 0, status: this.words[at + 2] ?? FREED, slots: this.words[at + 3] ?? 0, at: at + HEADER };
  }

  /** Where the header of a heap object begins; -1 when there was never one of this number. A heap has few objects: looking is cheaper than an index. */
  private offset(object: number): number {
    const { words, size } = this;
    for (let at = this.staticWords; at < size; at += HEADER + (words[at + 3] ?? 0)) if (words[at] === object) return at;
    return -1;
  }
}
