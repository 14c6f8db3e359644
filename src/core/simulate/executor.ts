// Executes single instructions on a working copy of the memory and of one CPU.
import { faultOf } from "./arithmetic.js";
import type { HeldLock } from "./classes.js";
import { MOST_ALLOCATED, MOST_OBJECTS, MOST_SLOTS, MOST_WORDS, slotsFor, tooFar } from "./allocation.js";
import { Cpu, MOST_FRAMES, OUTSIDE } from "./cpu.js";
import { SymmetryBroken, type Observer, type PlainAccess, type RawFinding, type Runner, type RunStatus } from "./execution.js";
import type { Frames } from "./frames.js";
import { addressOf, OBJECT_SPAN, type Instruction, type Program, type SourceIndex } from "./ir.js";
import { PASSED } from "./quick.js";
import { FRAME_BASE, FREED, HEAP_BASE, KEPT, Memory, SHARED, type Words } from "./memory.js";
import { isOwn, moved, ownAddress, OWN_BASE, OwnHeap, ownNumber, ownSlot } from "./own-heap.js";
import type { FindingKind } from "./types.js";
import { tooFarShifted } from "./wording.js";

interface Saved { readonly words: Words; readonly registers: Words; readonly frame: number; readonly pc: number; readonly held: HeldLock[]; readonly own: OwnHeap; readonly findings: number; readonly choices: number }

/** Who holds it must not sleep: a spinlock, or an RCU reader's side. */
export const forbidsSleep = (kind: string): boolean => kind.includes("spin") || kind.startsWith("rcu");

export class Executor extends Cpu {
  readonly memory: Memory;
  readonly initialWords: Words;
  held: HeldLock[] = [];
  own = new OwnHeap();
  findings: RawFinding[] = [];
  choices: number[] = [];
  taken: number[] = [];
  waitsFor = 0;
  reason = "";
  atomic = 0;
  /** Whether new objects are private to their CPU until their address is stored. */
  births: "shared" | "private" = "shared";
  /** Accesses of the atomic step that runs: kept by the machine. */
  watch: { readonly key: number; readonly write: boolean; readonly heap: boolean }[] = [];
  /** Plain accesses of the move that others could race with: kept by the machine. */
  plain: PlainAccess[] = [];
  lastLock = 0;
  /** Whether anything of the memory may have changed. */
  written = false;
  freedInAtomic = false;
  observer: Observer | null = null;
  /** By the number of a static object: 1 for a literal. */
  private readonly readOnly: Uint8Array;
  private ghost = false;
  private runner: Runner = { cpuClass: 0, number: -1, concurrent: false };
  private script: readonly number[] = [];

  constructor(program: Program, private readonly hasTwins: boolean, frames?: Frames) {
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

  load(shared: ArrayLike<number>, frame: number, pc: number, held: HeldLock[], own: OwnHeap, registers: Words, runner: Runner, script: readonly number[], observer: Observer | null): void {
    this.memory.load(shared);
    this.held = held;
    this.own = own;
    this.room(registers.length);
    this.registers.set(registers);
    this.findings = [];
    this.plain = [];
    this.choices = [];
    this.taken = [];
    this.waitsFor = 0;
    this.reason = "";
    this.atomic = 0;
    this.ghost = false;
    this.written = false;
    this.runner = runner;
    this.script = script;
    this.observer = observer;
    this.pc = pc;
    this.go(frame);
  }

  addressFor(instruction: Instruction & { readonly op: "load" | "store" }): number {
    return this.value(instruction.a) + instruction.offset;
  }

  save(): Saved {
    return { words: this.memory.copy(), registers: this.registers.slice(0, this.top), frame: this.frame, pc: this.pc, held: this.held, own: this.own.copy(), findings: this.findings.length, choices: this.choices.length };
  }

  restore(saved: Saved): void {
    this.memory.load(saved.words);
    this.registers.set(saved.registers);
    this.held = saved.held;
    this.own = saved.own;
    this.findings.length = saved.findings;
    this.choices.length = saved.choices;
    this.taken.length = saved.choices;
    this.atomic = 0;
    this.ghost = false;
    this.pc = saved.pc;
    this.go(saved.frame);
  }

  /** Executes one instruction; null when the CPU can go on. */
  step(): Exclude<RunStatus, "many"> | null {
    const instruction = this.current();
    if (!instruction) return this.lacks(`the code of ${this.functionName()}() ends without a return`);
    switch (instruction.op) {
      // What else needs registers only is run by advance(), which leaves what has no result here.
      case "binary": {
        const status = this.faulty(instruction);
        if (status !== null) return status;
        break;
      }
      case "invert": case "negate": return this.ghost ? "blocked" : this.inexact(instruction.source);
      case "load": case "store": {
        const status = this.access(instruction);
        if (status !== null) return status;
        break;
      }
      case "call": case "call-pointer": return this.call(instruction);
      case "return": return this.leave(instruction.source);
      case "choose": {
        const choice = this.script[this.taken.length] ?? 0;
        this.choices.push(instruction.values ? instruction.values.length : Math.max(1, this.value(instruction.a)));
        this.taken.push(choice);
        this.set(instruction.to, instruction.values ? instruction.values[choice] ?? 0 : choice);
        break;
      }
      case "atomic-begin":
        if (this.atomic++ === 0) {
          this.lastLock = 0;
          this.freedInAtomic = false;
        }
        break;
      case "atomic-end":
        this.atomic--;
        if (this.ghost && this.atomic === 0) return "blocked";
        break;
      case "wait":
        if (this.value(instruction.a) === 0) {
          if (this.atomic === 0) return "blocked";
          // The rest of the step is looked at, not done: it says which lock the CPU waits for.
          this.ghost = true;
        }
        break;
      case "acquire": {
        const lock = this.value(instruction.a);
        this.lastLock = lock;
        if (this.ghost) {
          this.waitsFor = lock;
          if (this.held.some((one) => one.address === lock)) this.find("deadlock", "self-deadlock", instruction.source, lock);
          return "blocked";
        }
        this.held = [...this.held, { address: lock, kind: instruction.kind }];
        this.observer?.locked?.(lock, true);
        break;
      }
      case "release": {
        const lock = this.value(instruction.a);
        this.lastLock = lock;
        const at = this.held.findIndex((one) => one.address === lock);
        if (at < 0) this.find("lock", "not-held", instruction.source, lock);
        this.held = this.held.filter((_, index) => index !== at);
        this.observer?.locked?.(lock, false);
        break;
      }
      case "held": {
        const lock = this.value(instruction.a);
        this.set(instruction.to, this.held.some((one) => one.address === lock) ? 1 : 0);
        break;
      }
      case "allocate": {
        const status = this.allocate(instruction);
        if (status !== null) return status;
        break;
      }
      case "free": {
        const status = this.free(instruction.source, this.value(instruction.a));
        if (status !== null) return status;
        break;
      }
      case "keep": {
        const own = this.ownObject(this.value(instruction.a));
        if (own) own.kept = true;
        const object = this.memory.object(Math.floor(this.value(instruction.a) / OBJECT_SPAN));
        this.written = true;
        if (object && object.status !== FREED) this.memory.setStatus(object.id, object.status | KEPT);
        break;
      }
      case "live": this.set(instruction.to, this.isAlive(this.value(instruction.a)) ? 1 : 0); break;
      case "assume":
        if (this.value(instruction.a) === 0) return "pruned";
        break;
      case "cpu":
        if (this.hasTwins && this.runner.concurrent) throw new SymmetryBroken("number");
        this.set(instruction.to, this.runner.number + 1);
        break;
      case "report": if (!this.ghost) this.find(instruction.kind as FindingKind, "report", instruction.source, 0, instruction.message); break;
      case "might-sleep": {
        const spinning = this.held.find((lock) => forbidsSleep(lock.kind));
        if (spinning && !this.ghost) this.find("lock", "sleeps", instruction.source, spinning.address, spinning.kind);
        break;
      }
      case "missing": return this.ghost ? "blocked" : this.lacks(instruction.reason);
      case "halt":
        this.go(0);
        this.pc = 0;
        return "halted";
      default: return this.lacks(`${instruction.op} is not run here`);
    }
    this.mark[this.pc] = PASSED;
    this.pc++;
    return null;
  }

  /** An operation that C leaves open, or whose result no word holds. */
  private faulty(instruction: Instruction & { readonly op: "binary" }): "fatal" | "blocked" | "missing" | null {
    const right = this.value(instruction.b);
    const fault = faultOf(instruction.operator, this.value(instruction.a), right, instruction.width);
    switch (fault.kind) {
      case "zero": return this.fatal("warn", "divide", instruction.source, 0);
      case "overflow": return this.fatal("warn", "divide", instruction.source, 0, "overflow");
      case "inexact": return this.ghost ? "blocked" : this.inexact(instruction.source);
      case "shift":
        if (fault.result === null) return this.ghost ? "blocked" : this.inexact(instruction.source);
        if (!this.ghost) this.find("warn", "report", instruction.source, 0, tooFarShifted(right, instruction.width));
        this.set(instruction.to, fault.result);
        return null;
    }
  }

  private inexact(source: SourceIndex): "missing" {
    return this.lacks(`${this.placeOf(source)}: a value of 64 bits is computed that does not fit in 53, and is not rounded`);
  }

  /** As in the reasons that the compiler gives. */
  private placeOf(source: SourceIndex): string {
    const place = this.program.sources[source];
    return place ? `${place.function}() in ${place.path}, line ${String(place.line)}` : `${this.functionName()}()`;
  }

  private access(instruction: Instruction & { readonly op: "load" | "store" }): "fatal" | "blocked" | "missing" | null {
    const address = this.addressFor(instruction);
    if (address >= FRAME_BASE * OBJECT_SPAN) {
      const word = this.ownWord(address);
      if (word === OUTSIDE) return this.fatal("null", "bounds", instruction.source, address, instruction.op === "load" ? "read" : "write");
      if (word < 0) return this.fatal("use-after-free", "returned", instruction.source, address);
      if (instruction.op === "load") this.set(instruction.to, this.registers[word] ?? 0);
      else if (!this.ghost) this.registers[word] = this.value(instruction.value);
      return null;
    }
    if (isOwn(address)) return this.accessOwn(instruction, address);
    const at = this.memory.locate(address);
    if (at < 0) {
      const place = this.memory.find(address);
      if (place.kind !== "bad") return null;
      if (place.why === "bounds" && this.memory.object(place.object)?.slots === MOST_SLOTS) return this.lacks(tooFar(place.slot));
      const kind = place.why === "freed" ? "use-after-free" : place.why === "poison" ? "list" : "null";
      return this.fatal(kind, place.why, instruction.source, address, instruction.op === "load" ? "read" : "write");
    }
    const { site, slot, isHeap, words } = this.memory;
    const old = words[at] ?? 0;
    let next = old;
    if (instruction.op === "load") this.set(instruction.to, old);
    else if (!isHeap && this.readOnly[-site] === 1) return this.fatal("null", "read-only", instruction.source, address);
    else if (!this.ghost) {
      next = this.value(instruction.value);
      if (next >= FRAME_BASE * OBJECT_SPAN) throw new SymmetryBroken("frame");
      if (isOwn(next)) {
        next = this.publish(next);
        // Publishing may have moved the memory behind the objects that it added to.
        this.memory.words[this.memory.locate(address)] = next;
      } else words[at] = next;
      this.written = true;
    }
    if (!this.ghost && this.observer?.access) {
      const place = this.memory.find(address);
      if (place.kind !== "bad") this.observer.access(place, instruction.op === "store", old, next, this.functionName());
    }
    if (this.atomic > 0) this.watch.push({ key: site * OBJECT_SPAN + slot, write: instruction.op === "store", heap: isHeap });
    return null;
  }

  private accessOwn(instruction: Instruction & { readonly op: "load" | "store" }, address: number): "fatal" | "blocked" | "missing" | null {
    const object = this.ownObject(address);
    const slot = ownSlot(address);
    const how = instruction.op === "load" ? "read" : "write";
    if (!object?.words) return this.fatal("use-after-free", "freed", instruction.source, address, how);
    if (slot >= object.words.length && object.words.length === MOST_SLOTS) return this.lacks(tooFar(slot));
    if (slot < 0 || slot >= object.words.length) return this.fatal("null", "bounds", instruction.source, address, how);
    if (instruction.op === "load") this.set(instruction.to, object.words[slot] ?? 0);
    else if (!this.ghost) object.words[slot] = this.value(instruction.value);
    return null;
  }

  private ownObject(address: number): { kept: boolean; words: number[] | null } | null {
    return isOwn(address) ? this.own.objects.get(ownNumber(address)) ?? null : null;
  }

  /** Moves an object to shared memory, with all that it points to, and gives back the pointer's new value. */
  private publish(pointer: number): number {
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

  private call(instruction: Instruction & { readonly op: "call" | "call-pointer" }): "fatal" | "blocked" | "missing" | "long" | null {
    let callee: number;
    if (instruction.op === "call") callee = instruction.callee;
    else {
      const target = this.value(instruction.a);
      const object = this.program.objects[Math.floor(target / OBJECT_SPAN) - 1];
      if (!object || object.kind !== "function" || target % OBJECT_SPAN !== 0) {
        const place = this.memory.find(target);
        if (!isOwn(target) && place.kind === "bad" && place.why === "freed") return this.fatal("use-after-free", "freed", instruction.source, target, "call");
        return this.fatal("null", "call", instruction.source, target);
      }
      callee = object.code;
    }
    if (this.enter(callee)) return null;
    if (!this.program.functions[callee]) return this.lacks("a call leads to code that is not there");
    this.reason = `calls nest more than ${MOST_FRAMES} deep in ${this.functionName()}()`;
    return "long";
  }

  /** The end of what this CPU has to do. */
  private leave(source: SourceIndex): "stop" {
    this.go(0);
    this.pc = 0;
    // What a CPU leaves behind is everybody's: the check at the end looks for it.
    for (const [number, object] of [...this.own.objects]) if (object.words) this.publish(ownAddress(number));
    this.own = new OwnHeap();
    if (this.runner.concurrent) for (const lock of this.held) this.find("lock", "held", source, lock.address, lock.kind);
    return "stop";
  }

  private allocate(instruction: Instruction & { readonly op: "allocate" }): "missing" | "full" | null {
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

  private free(source: SourceIndex, target: number): "fatal" | "blocked" | null {
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

  private isAlive(address: number): boolean {
    if (isOwn(address)) return (this.ownObject(address)?.words ?? null) !== null;
    const id = Math.floor(address / OBJECT_SPAN);
    if (id < HEAP_BASE) return id > 0 && id <= this.program.objects.length;
    const object = this.memory.object(id);
    return object !== null && (object.status & ~KEPT) !== FREED;
  }

  private find(kind: FindingKind, code: RawFinding["code"], source: SourceIndex, address: number, message = ""): void {
    const finding: RawFinding = { kind, code, message, address, source };
    this.findings.push(finding);
    this.observer?.found?.(finding, this.frame);
  }

  private fatal(kind: FindingKind, code: RawFinding["code"], source: SourceIndex, address: number, message = ""): "fatal" | "blocked" {
    if (this.ghost) return "blocked";
    this.find(kind, code, source, address, message);
    return "fatal";
  }

  private lacks(reason: string): "missing" {
    this.reason = reason;
    return "missing";
  }
}
