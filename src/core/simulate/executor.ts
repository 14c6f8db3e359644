// Executes single instructions on a working copy of the memory and of one CPU.
import { faultOf } from "./arithmetic.js";
import type { HeldLock } from "./classes.js";
import { MOST_SLOTS, tooFar } from "./allocation.js";
import { MOST_FRAMES, OUTSIDE } from "./cpu.js";
import { SymmetryBroken, type Observer, type PlainAccess, type Runner, type RunStatus } from "./execution.js";
import type { Frames } from "./frames.js";
import { Heap } from "./heap.js";
import { OBJECT_SPAN, type Instruction, type Program, type SourceIndex } from "./ir.js";
import { PASSED } from "./quick.js";
import { FRAME_BASE, FREED, KEPT, type Words } from "./memory.js";
import { isOwn, ownAddress, OwnHeap, ownSlot } from "./own-heap.js";
import type { FindingKind } from "./types.js";
import { fitted, type Target, targetOf, viewFault } from "./views.js";
import { placeText, tooFarShifted } from "./wording.js";

interface Saved { readonly words: Words; readonly registers: Words; readonly frame: number; readonly pc: number; readonly held: HeldLock[]; readonly own: OwnHeap; readonly findings: number; readonly choices: number }

/** Who holds it must not sleep: a spinlock, an RCU reader's side, or the interrupt that it handles. */
export const forbidsSleep = (kind: string): boolean => kind.includes("spin") || kind.startsWith("rcu") || kind === "hardirq" || kind === "atomic";

export class Executor extends Heap {
  waitsFor = 0;
  atomic = 0;
  /** Accesses of the atomic step that runs: kept by the machine. */
  watch: { readonly key: number; readonly write: boolean; readonly heap: boolean }[] = [];
  /** Plain accesses of the move that others could race with: kept by the machine. */
  plain: PlainAccess[] = [];
  lastLock = 0;
  private script: readonly number[] = [];

  constructor(program: Program, private readonly hasTwins: boolean, frames?: Frames) {
    super(program, frames);
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

  /** Whether something was chosen since `load`. */
  hasChosen(): boolean {
    return this.choices.some((ways) => ways > 1);
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
      case "invert": case "negate": return this.inexact(instruction.source);
      case "load": case "store": {
        const status = this.access(instruction);
        if (status !== null) return status;
        break;
      }
      case "call": case "call-pointer": return this.call(instruction);
      case "return": return this.leave(instruction.source);
      case "choose": {
        const choice = this.script[this.taken.length] ?? 0;
        this.chooser = { instruction, frame: this.frame };
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
      case "view": {
        const fault = viewFault(this.target(this.value(instruction.a)), instruction.bits, instruction.type === null ? null : this.program.types[instruction.type] ?? null);
        if (fault !== null) return this.ghost ? "blocked" : this.lacks(`${placeText(this.program.sources[instruction.source])}: ${fault}`);
        break;
      }
      case "fit": this.set(instruction.to, fitted(this.target(this.value(instruction.a)), this.value(instruction.value), instruction.bits)); break;
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
    if (fault.kind === "zero" || fault.kind === "overflow") return this.fatal("warn", "divide", instruction.source, 0, fault.kind);
    if (fault.kind === "inexact" || fault.result === null) return this.inexact(instruction.source);
    if (!this.ghost) this.find("warn", "report", instruction.source, 0, tooFarShifted(right, instruction.width));
    this.set(instruction.to, fault.result);
    return null;
  }

  private target(address: number): Target | null {
    return targetOf(this.program, this.frames, this.frame, address, (at) => {
      const object = isOwn(at) ? this.ownObject(at) : this.memory.object(Math.floor(at / OBJECT_SPAN));
      if (object === null) return null;
      return "slots" in object ? { site: object.site, slots: object.slots, slot: at % OBJECT_SPAN } : { site: object.site, slots: object.words?.length ?? 0, slot: ownSlot(at) };
    });
  }

  private inexact(source: SourceIndex): "blocked" | "missing" {
    return this.ghost ? "blocked" : this.lacks(`${placeText(this.program.sources[source])}: a value of 64 bits is computed that does not fit in 53, and is not rounded`);
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
      if (next >= FRAME_BASE * OBJECT_SPAN && this.ownWord(next) >= 0) throw new SymmetryBroken("frame");
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
    if (this.atomic > 0 && !this.ghost) this.watch.push({ key: site * OBJECT_SPAN + slot, write: instruction.op === "store", heap: isHeap });
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
}
