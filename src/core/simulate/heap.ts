// The CPU that runs, with the memory that it works on: objects that are allocated, published and freed, and what is found on the way.
import { MOST_ALLOCATED, MOST_OBJECTS, MOST_SLOTS, MOST_WORDS, slotsFor } from "./allocation.js";
import type { HeldLock } from "./classes.js";
import { Cpu } from "./cpu.js";
import type { Observer, RawFinding, Runner } from "./execution.js";
import type { Frames } from "./frames.js";
import { addressOf, OBJECT_SPAN, type Instruction, type Program, type SourceIndex } from "./ir.js";
import { FREED, HEAP_BASE, KEPT, Memory, SHARED, type Words } from "./memory.js";
import { isOwn, moved, ownAddress, OWN_BASE, OwnHeap, ownNumber, ownSlot } from "./own-heap.js";
import type { FindingKind } from "./types.js";

export class Heap extends Cpu {
  readonly memory: Memory;
  readonly initialWords: Words;
  held: HeldLock[] = [];
  own = new OwnHeap();
  findings: RawFinding[] = [];
  choices: number[] = [];
  /** Where the last choice was made. */
  chooser: { readonly instruction: Instruction; readonly frame: number } | null = null;
  taken: number[] = [];
  reason = "";
  /** Whether new objects are private to their CPU until their address is stored. */
  births: "shared" | "private" = "shared";
  /** Whether anything of the memory may have changed. */
  written = false;
  freedInAtomic = false;
  observer: Observer | null = null;
  /** By the number of a static object: 1 for a literal. */
  protected readonly readOnly: Uint8Array;
  protected ghost = false;
  protected runner: Runner = { cpuClass: 0, number: -1, concurrent: false };

  constructor(program: Program, frames?: Frames) {
    super(program, frames);
    const words: number[] = [];
    const bases: number[] = [];
    for (const object of program.objects) {
      bases.push(words.length);
      for (let slot = 0; slot < object.slots; slot++) words.push(object.words[slot] ?? 0);
    }
    this.initialWords = Float64Array.from(words);
    this.readOnly = Uint8Array.from([0, ...program.objects.map((object) => (object.kind === "string" ? 1 : 0))]);
    this.memory = new Memory(bases, program.objects.map((object) => object.slots), words.length);
  }

  protected ownObject(address: number): { readonly site: number; kept: boolean; words: number[] | null } | null {
    return isOwn(address) ? this.own.objects.get(ownNumber(address)) ?? null : null;
  }

  /** Moves an object to shared memory, with all that it points to, and gives back the pointer's new value. */
  protected publish(pointer: number): number {
    const number = ownNumber(pointer);
    const object = this.own.objects.get(number);
    if (!object) return pointer;
    this.own.objects.delete(number);
    this.written = true;
    const id = this.memory.allocate(this.runner.cpuClass, object.site, object.words?.length ?? 0, SHARED | (object.kept ? KEPT : 0));
    const to = addressOf(id, 0);
    for (let at = 0; at < this.top; at++) this.registers[at] = moved(this.registers[at] ?? 0, number, to);
    this.held = this.held.map((lock) => ({ ...lock, address: moved(lock.address, number, to) }));
    this.own.move(number, to);
    this.observer?.published?.(OWN_BASE + number, id);
    const words = object.words ?? [];
    words.forEach((word, slot) => this.memory.write(id, slot, moved(word, number, to)));
    if (!object.words) this.memory.release(id);
    words.forEach((_, slot) => {
      const word = this.memory.read(id, slot);
      if (isOwn(word)) this.memory.write(id, slot, this.publish(word));
    });
    return to + ownSlot(pointer);
  }

  protected allocate(instruction: Instruction & { readonly op: "allocate" }): "missing" | "full" | null {
    const site = this.frames.site(this.frame, this.pc, instruction.hint);
    const size = this.value(instruction.a);
    const wanted = slotsFor(size, this.program.types[this.frames.sites[site]?.type ?? -1]);
    const slots = Math.min(wanted, MOST_SLOTS);
    if (wanted >= MOST_ALLOCATED) return this.lacks(`${this.functionName()}() allocates ${size} bytes, more than one object can have`);
    if (this.memory.size > MOST_WORDS || this.own.objects.size + this.memory.born(this.runner.cpuClass) >= MOST_OBJECTS) {
      this.reason = `more than ${MOST_OBJECTS} objects or ${MOST_WORDS} words are allocated in one run, the last in ${this.functionName()}()`;
      return "full";
    }
    if (this.births === "private") {
      const number = this.own.allocate(site, slots);
      this.set(instruction.to, ownAddress(number));
      this.observer?.allocated?.(OWN_BASE + number, site, this.frame, instruction.source);
      return null;
    }
    this.written = true;
    const object = this.memory.allocate(this.runner.cpuClass, site, slots, SHARED);
    this.set(instruction.to, addressOf(object, 0));
    this.observer?.allocated?.(object, site, this.frame, instruction.source);
    return null;
  }

  protected free(source: SourceIndex, target: number): "fatal" | "blocked" | null {
    if (target === 0 || this.ghost) return null;
    if (isOwn(target)) {
      const own = this.ownObject(target);
      if (!own || ownSlot(target) !== 0) return this.fatal("null", "bad-free", source, target);
      if (!own.words) return this.fatal("double-free", "double-free", source, target);
      own.words = null;
      this.observer?.freed?.(OWN_BASE + ownNumber(target), this.frame, source);
      return null;
    }
    const id = Math.floor(target / OBJECT_SPAN);
    if (this.program.objects[id - 1]?.foreign === true) return null;
    const object = this.memory.object(id);
    if (object === null || target % OBJECT_SPAN !== 0) return this.fatal("null", "bad-free", source, target);
    if ((object.status & ~KEPT) === FREED) return this.fatal("double-free", "double-free", source, target);
    this.observer?.freed?.(id, this.frame, source);
    this.memory.release(id);
    this.written = true;
    this.freedInAtomic = true;
    return null;
  }

  protected isAlive(address: number): boolean {
    if (isOwn(address)) return (this.ownObject(address)?.words ?? null) !== null;
    const id = Math.floor(address / OBJECT_SPAN);
    if (id < HEAP_BASE) return id > 0 && id <= this.program.objects.length;
    const object = this.memory.object(id);
    return object !== null && (object.status & ~KEPT) !== FREED;
  }

  protected find(kind: FindingKind, code: RawFinding["code"], source: SourceIndex, address: number, message = ""): void {
    const finding: RawFinding = { kind, code, message, address, source };
    this.findings.push(finding);
    this.observer?.found?.(finding, this.frame);
  }

  protected fatal(kind: FindingKind, code: RawFinding["code"], source: SourceIndex, address: number, message = ""): "fatal" | "blocked" {
    if (this.ghost) return "blocked";
    this.find(kind, code, source, address, message);
    return "fatal";
  }

  protected lacks(reason: string): "missing" {
    this.reason = reason;
    return "missing";
  }
}
