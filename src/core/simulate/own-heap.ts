// Objects whose address only one CPU has: part of that CPU's state, numbered anew by each CPU, until the address is stored for others.
import { OBJECT_SPAN } from "./ir.js";
import { FRAME_BASE, type Words } from "./memory.js";

/** First object number of this kind; the same numbers mean other objects to another CPU. */
export const OWN_BASE = FRAME_BASE / 2;
/** The first word stands in the middle of the object's addresses, so that a pointer somewhat before it still leads here. */
const MIDDLE = OBJECT_SPAN / 2;

export interface OwnObject { readonly site: number; kept: boolean; /** Null once it is freed. */ words: number[] | null }

export const isOwn = (address: number): boolean => address >= OWN_BASE * OBJECT_SPAN && address < FRAME_BASE * OBJECT_SPAN;
export const ownNumber = (address: number): number => Math.floor(address / OBJECT_SPAN) - OWN_BASE;
export const ownSlot = (address: number): number => address - Math.floor(address / OBJECT_SPAN) * OBJECT_SPAN - MIDDLE;
export const ownAddress = (number: number): number => (OWN_BASE + number) * OBJECT_SPAN + MIDDLE;

export class OwnHeap {
  constructor(readonly objects: Map<number, OwnObject> = new Map()) {}

  /** Reads the objects of a CPU's state from `at`; gives back what follows. */
  static read(local: Words, at: number): { readonly heap: OwnHeap; readonly next: number } {
    const heap = new OwnHeap();
    const count = local[at] ?? 0;
    let next = at + 1;
    for (let index = 0; index < count; index++) {
      const [number, site, status, size] = [local[next] ?? 0, local[next + 1] ?? 0, local[next + 2] ?? 0, local[next + 3] ?? 0];
      heap.objects.set(number, { site, kept: (status & 2) !== 0, words: (status & 1) !== 0 ? Array.from(local.subarray(next + 4, next + 4 + size)) : null });
      next += 4 + size;
    }
    return { heap, next };
  }

  /** Writes the objects in order of their numbers; freed ones that nothing points to any more are forgotten. */
  write(local: number[], registers: Words): void {
    if (this.objects.size === 0) {
      local.push(0);
      return;
    }
    const pointed = new Set<number>();
    const mark = (word: number): void => {
      if (isOwn(word)) pointed.add(ownNumber(word));
    };
    registers.forEach(mark);
    for (const object of this.objects.values()) object.words?.forEach(mark);
    const left = [...this.objects].filter(([number, object]) => object.words !== null || pointed.has(number)).sort((a, b) => a[0] - b[0]);
    local.push(left.length);
    for (const [number, object] of left) {
      local.push(number, object.site, (object.words ? 1 : 0) | (object.kept ? 2 : 0), object.words?.length ?? 0);
      for (const word of object.words ?? []) local.push(word);
    }
  }

  copy(): OwnHeap {
    return new OwnHeap(new Map([...this.objects].map(([number, object]) => [number, { ...object, words: object.words?.slice() ?? null }])));
  }

  /** Changes pointers into one object, wherever the others have them. */
  move(number: number, to: number): void {
    for (const other of this.objects.values()) if (other.words) other.words = other.words.map((word) => moved(word, number, to));
  }

  /** Adds an object under the lowest free number. */
  allocate(site: number, slots: number): number {
    let number = 0;
    while (this.objects.has(number)) number++;
    this.objects.set(number, { site, kept: false, words: new Array<number>(slots).fill(0) });
    return number;
  }
}

/** A word with pointers into one object moved to another place; other words stay. */
export function moved(word: number, number: number, to: number): number {
  return isOwn(word) && ownNumber(word) === number ? to + ownSlot(word) : word;
}
