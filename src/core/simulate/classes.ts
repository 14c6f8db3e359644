// What is known of each shared word while exploring: words that no other CPU can disturb need no step of their own.
// Everything starts as quiet; an access that contradicts that makes the word visible, and the exploration begins again.
import { HEAP_BASE } from "./memory.js";
import { OBJECT_SPAN } from "./ir.js";

export interface HeldLock { readonly address: number; readonly kind: string }

interface WordClass {
  written: boolean;
  /** Locks held at every read so far, in any mode; null before the first. */
  readLocks: readonly number[] | null;
  /** Locks held exclusively at every write so far. */
  writeLocks: readonly number[] | null;
  /** The lock whose acquiring and releasing steps alone use this word; null when there were none yet; NaN when there are other uses as well. */
  lock: number | null;
  plain: boolean;
  /** Constants are added to it, by steps that do nothing else; while nobody reads it, their order does not matter. */
  added: boolean;
  /** Some move that still counts treats it as quiet, or as a pure lock word. */
  trusted: boolean;
}

/** Locks that admit one holder only: every CPU may handle an interrupt, or be one that nothing interrupts. */
export const isExclusive = (kind: string): boolean => !kind.endsWith("-read") && kind !== "hardirq" && kind !== "atomic";

export class WordClasses {
  private readonly words = new Map<number, WordClass>();
  /** Words that were treated as quiet in this round and are not. */
  readonly refuted = new Set<number>();
  /** Words that were treated as quiet since the caller has emptied it. */
  readonly trusted = new Set<number>();

  /** Begins a new round: what was learned stays, and so does what relies on words that are still quiet. */
  restart(): void {
    for (const key of this.refuted) this.word(key).trusted = false;
    this.refuted.clear();
  }

  /** Notes a plain access; true when the word is quiet. */
  plain(key: number, write: boolean, held: readonly HeldLock[]): boolean {
    const word = this.word(key);
    word.plain = true;
    if (write) {
      word.written = true;
      word.writeLocks = common(word.writeLocks, held, true);
    } else {
      word.readLocks = common(word.readLocks, held, false);
    }
    return this.settle(key, word, this.isQuiet(word));
  }

  /** Notes an access inside a step that acquires or releases `lock`; true when such steps alone use the word. */
  lockWord(key: number, lock: number): boolean {
    const word = this.word(key);
    if (word.lock === null) word.lock = lock;
    else if (word.lock !== lock) word.lock = Number.NaN;
    return this.settle(key, word, !word.plain && !word.added && word.lock === lock);
  }

  /** Notes an access of a step that adds a constant; `blind` when the step touches this word only. True when nobody looks at the word. */
  addition(key: number, blind: boolean): boolean {
    const word = this.word(key);
    if (blind) word.added = true;
    else word.plain = true;
    return this.settle(key, word, blind && !word.plain && word.lock === null);
  }

  private settle(key: number, word: WordClass, quiet: boolean): boolean {
    if (quiet) {
      word.trusted = true;
      this.trusted.add(key);
    } else if (word.trusted) this.refuted.add(key);
    return quiet;
  }

  private isQuiet(word: WordClass): boolean {
    if (word.lock !== null || word.added) return false;
    if (!word.written || word.writeLocks === null) return true;
    const reads = word.readLocks;
    return reads === null ? word.writeLocks.length > 0 : word.writeLocks.some((lock) => reads.includes(lock));
  }

  private word(key: number): WordClass {
    let word = this.words.get(key);
    if (!word) {
      word = { written: false, readLocks: null, writeLocks: null, lock: null, plain: false, added: false, trusted: false };
      this.words.set(key, word);
    }
    return word;
  }
}

/** The known locks that are held now as well; the list itself when all are. */
function common(known: readonly number[] | null, held: readonly HeldLock[], exclusively: boolean): readonly number[] {
  if (known === null) return held.filter((lock) => guards(lock, exclusively)).map((lock) => lock.address);
  for (const address of known) if (!isHeld(address, held, exclusively)) return known.filter((one) => isHeld(one, held, exclusively));
  return known;
}

function isHeld(address: number, held: readonly HeldLock[], exclusively: boolean): boolean {
  for (const lock of held) if (lock.address === address && guards(lock, exclusively)) return true;
  return false;
}

/** A lock inside an object guards nothing here: the object, and the lock with it, may be gone. */
function guards(lock: HeldLock, exclusively: boolean): boolean {
  return lock.address < HEAP_BASE * OBJECT_SPAN && (!exclusively || isExclusive(lock.kind));
}
