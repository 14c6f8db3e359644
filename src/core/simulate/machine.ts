// The machine: runs one CPU from one stop to the next on a shared memory of words, and says what went wrong.
import type { HeldLock, WordClasses } from "./classes.js";
import type { Observer, PlainAccess, RawFinding, Runner } from "./execution.js";
import type { RunStatus } from "./execution.js";
import { Executor } from "./executor.js";
import type { Frames } from "./frames.js";
import { OBJECT_SPAN, type AtomicEffect, type Instruction, type Program } from "./ir.js";
import { isLive } from "./liveness.js";
import { HEAP_BASE, type Words } from "./memory.js";
import { isOwn, OWN_BASE, OwnHeap } from "./own-heap.js";

/**
 * Where a CPU stops: "every" before each access to memory that is not its own; "shared" leaves out objects whose address
 * nobody else has; "reduced" stops only where another CPU could tell the difference; "end" runs through.
 */
export type StopMode = "every" | "shared" | "reduced" | "end";

export interface Run {
  readonly status: RunStatus;
  /** The very list that the run began with, when nothing was written. */
  readonly shared: Words;
  readonly local: Words;
  readonly findings: readonly RawFinding[];
  /** The number of ways at each choice, and the way that was taken. */
  readonly choices: readonly number[];
  readonly taken: readonly number[];
  /** The lock that a blocked CPU waits for; 0 when it waits for something else. */
  readonly waitsFor: number;
  /** For "missing" and "long": one line. */
  readonly reason: string;
  /** Only in "reduced" mode: the move's plain accesses to words that no lock guards. */
  readonly plain: readonly PlainAccess[];
  /** In "reduced" mode: how many steps "shared" mode makes of the move, how many of them until other CPUs can tell, and until the first finding; 0 where that is not in the move. */
  readonly visible: number;
  readonly committed: number;
  readonly found: number;
}

/** Stands for no step of a move: none is to be the last. */
const EVERYWHERE = -1;
const LOCK_KINDS = ["mutex", "spinlock", "rwsem-read", "rwsem-write", "rcu-read", "spinlock-read", "hardirq", "atomic"];

export class Machine {
  private readonly executor: Executor;
  private readonly lockKinds = [...LOCK_KINDS];
  private visible = 0;
  private committed = 0;
  private found = 0;
  /** The step of the last run before which it would have to stop if it could not go on there. */
  private stopAt = EVERYWHERE;
  /** By frame and place: the registers that are dead there. */
  private readonly dead: (readonly number[])[][] = [];

  constructor(readonly program: Program, private readonly maxSteps: number, private readonly classes: WordClasses | null, hasTwins: boolean, frames?: Frames) {
    this.executor = new Executor(program, hasTwins, frames);
  }

  get frames(): Executor["frames"] { return this.executor.frames; }
  get memory(): Executor["memory"] { return this.executor.memory; }
  /** What was executed since this machine was made: see `Cpu.marks`. */
  get marks(): Executor["marks"] { return this.executor.marks; }
  get initialWords(): Words { return this.executor.initialWords; }

  /** The local part of a CPU that is about to run function `entry`: frame, place, number of locks, locks, number of own objects, objects, registers. */
  start(entry: number): Words {
    const frame = this.frames.enter(0, 0, entry, null);
    const local = new Float64Array(4 + this.frames.size(frame));
    local[0] = frame;
    return local;
  }

  /** True when this local part has nothing left to run. */
  isDone(local: ArrayLike<number>): boolean {
    return local[0] === 0;
  }

  /** The function that the last run ended in, and those that called it, innermost first. */
  endedIn(): string[] {
    const { frames } = this;
    const found: string[] = [];
    for (let at = this.executor.frame; at !== 0; at = frames.caller(at)) found.push(this.program.functions[frames.function(at)]?.name ?? "");
    return found;
  }

  /** The locks in a local part. */
  locksOf(local: ArrayLike<number>): HeldLock[] {
    const held: HeldLock[] = [];
    for (let at = 0; at < (local[2] ?? 0); at++) held.push({ address: local[3 + 2 * at] ?? 0, kind: this.lockKinds[local[4 + 2 * at] ?? 0] ?? "" });
    return held;
  }

  /** Runs from one stop to the next. `script` has the choices to take; beyond it the first way of each is taken. */
  run(shared: Words, local: Words, runner: Runner, mode: StopMode, script: readonly number[], observer: Observer | null = null): Run {
    const executor = this.executor;
    const held = this.locksOf(local);
    executor.births = mode === "every" || !runner.concurrent ? "shared" : "private";
    const attempt = (last: number, told: Observer | null): RunStatus => {
      const { heap, next } = OwnHeap.read(local, 3 + 2 * held.length);
      executor.load(shared, local[0] ?? 0, local[1] ?? 0, held, heap, local.subarray(next), runner, script, told);
      return mode === "reduced" && this.classes ? this.runReduced(this.classes, last) : this.runPlain(mode, last);
    };
    this.stopAt = EVERYWHERE;
    let status = attempt(EVERYWHERE, null);
    const last = status === "blocked" ? this.stopAt : EVERYWHERE;
    // Who watches is told of what is done, and not of what was tried.
    if (last !== EVERYWHERE || observer !== null) status = attempt(last, observer);
    return {
      status, shared: executor.written ? executor.memory.copy() : shared, local: status === "stop" || status === "halted" ? this.pack() : local,
      findings: executor.findings, choices: executor.choices, taken: executor.taken, waitsFor: executor.waitsFor, reason: executor.reason, plain: executor.plain, visible: this.visible, committed: this.committed,
      found: executor.findings.length === 0 ? 0 : Math.max(1, this.found === 0 ? this.visible : this.found),
    };
  }

  /** Stops before the first visible step, where `last` is 0: the choices before it are the move then. */
  private runPlain(mode: StopMode, last: number): RunStatus {
    const executor = this.executor;
    let moved = false;
    for (let steps = 0; executor.frame !== 0; steps++) {
      steps += executor.advance(this.maxSteps + 1 - steps);
      if (steps > this.maxSteps) return this.tooLong();
      const instruction = executor.current();
      if (instruction && executor.atomic === 0 && mode !== "end" && this.isVisible(instruction, mode)) {
        if (last === 0 && executor.chooser) executor.observer?.visible?.(executor.chooser.instruction, executor.chooser.frame);
        if (moved || last === 0) return "stop";
        moved = true;
        if (executor.hasChosen()) this.stopAt = 0;
        executor.observer?.visible?.(instruction, executor.frame);
      }
      const status = executor.step();
      if (status !== null) return status;
    }
    return "stop";
  }

  /**
   * Lipton's reduction: first what may be delayed (acquiring a lock, quiet accesses), then at most one step that others can see,
   * then what may be hurried (releasing a static lock, quiet accesses to memory that cannot be freed). Stops before the atomic step of number `last`.
   */
  private runReduced(classes: WordClasses, last: number): RunStatus {
    const executor = this.executor;
    let acquired = false;
    let after = false;
    let atomics = 0;
    this.visible = 0;
    this.committed = 0;
    this.found = 0;
    for (let steps = 0; executor.frame !== 0; steps++) {
      steps += executor.advance(this.maxSteps + 1 - steps);
      if (steps > this.maxSteps) return this.tooLong();
      const instruction = executor.current();
      if (instruction && this.isVisible(instruction, "reduced")) {
        if (instruction.op === "load" || instruction.op === "store") {
          const { memory } = executor;
          const address = executor.addressFor(instruction);
          const write = instruction.op === "store";
          const isThere = memory.locate(address) >= 0;
          const { site, slot, isHeap } = memory;
          const quiet = isThere && classes.plain(site * OBJECT_SPAN + slot, write, executor.held);
          if (after && !(quiet && !isHeap)) return "stop";
          if (!quiet) {
            after = true;
            if (isThere && instruction.marked !== true) executor.plain.push({ address, site, slot, write, source: instruction.source, frame: executor.frame, locks: executor.held });
          }
        } else if (instruction.op === "atomic-begin") {
          if (atomics === last || ((acquired || after) && (instruction.waits || instruction.effect === "acquire"))) return "stop";
          // A CPU that waits holds what it has taken, and has chosen what it has chosen.
          if (acquired || executor.hasChosen()) this.stopAt = atomics;
          atomics++;
          const saved = after ? executor.save() : null;
          this.visible++;
          const before = executor.held;
          executor.watch = [];
          let status = executor.step();
          while (status === null && executor.atomic > 0) {
            steps += 1 + executor.advance(this.maxSteps + 1 - steps);
            if (steps > this.maxSteps) return this.tooLong();
            status = executor.step();
          }
          if (status !== null && saved === null) {
            // What it has looked at before it could not go on decides whether it can.
            this.moverOf(classes, executor.lastLock === 0 && instruction.effect === "acquire" ? "other" : instruction.effect, before);
            return status;
          }
          const mover = status === null ? this.moverOf(classes, instruction.effect, before) : "none";
          if (saved !== null && mover !== "left" && mover !== "both") {
            executor.restore(saved);
            this.visible--;
            return "stop";
          }
          if (mover === "right") acquired = true;
          else if (mover !== "both" && mover !== "delayed") after = true;
          this.mark(after);
          continue;
        } else {
          if (after) return "stop";
          after = true;
        }
      }
      if (instruction && this.isVisible(instruction, "shared")) this.visible++;
      const status = executor.step();
      this.mark(after);
      if (status !== null) return status;
    }
    return "stop";
  }

  /** Keeps the step that others can tell, and that of the first finding. */
  private mark(after: boolean): void {
    if (after && this.committed === 0) this.committed = this.visible;
    if (this.found === 0 && this.executor.findings.length > 0) this.found = this.visible;
  }

  /** What an atomic step that has just run is to other CPUs: "delayed" may move right only, because its memory can be freed. */
  private moverOf(classes: WordClasses, effect: AtomicEffect, before: readonly HeldLock[]): "left" | "right" | "both" | "delayed" | "none" {
    const executor = this.executor;
    const lock = executor.lastLock;
    let pure = true;
    let quiet = true;
    let heap = false;
    const during = before.filter((one) => executor.held.some((other) => other.address === one.address));
    for (const access of executor.watch) {
      if (access.heap) heap = true;
      if (effect === "add") {
        // Several words in one addition: an address or an amount was read from shared memory, which is no blind addition.
        if (!classes.addition(access.key, executor.watch.every((other) => other.key === access.key))) quiet = false;
      } else if (effect !== "other") {
        if (!classes.lockWord(access.key, lock)) pure = false;
      } else if (!classes.plain(access.key, access.write, during)) quiet = false;
    }
    if (!quiet || !pure || executor.freedInAtomic) return "none";
    if (effect === "acquire") return "right";
    if (effect === "release") return heap || lock >= HEAP_BASE * OBJECT_SPAN ? "none" : "left";
    return heap ? "delayed" : "both";
  }

  private isVisible(instruction: Instruction, mode: StopMode): boolean {
    const executor = this.executor;
    switch (instruction.op) {
      case "load": case "store": {
        const address = executor.addressFor(instruction);
        return address < OWN_BASE * OBJECT_SPAN;
      }
      case "atomic-begin": return true;
      case "allocate": return mode !== "reduced";
      case "free": {
        const target = executor.value(instruction.a);
        if (target === 0) return false;
        return mode !== "reduced" || !isOwn(target);
      }
      default: return false;
    }
  }

  private tooLong(): RunStatus {
    this.executor.reason = `more than ${this.maxSteps} instructions without an end in ${this.executor.functionName()}()`;
    return "long";
  }

  /** The local part at a stop: registers that nobody reads any more are cleared, so that equal states meet. */
  private pack(): Words {
    const { frame, pc, held, own } = this.executor;
    const { registers, top } = this.executor;
    if (frame !== 0) for (const register of this.deadAt(frame, pc)) registers[register] = 0;
    const head = [frame, pc, held.length];
    for (const lock of held) head.push(lock.address, this.lockNumber(lock.kind));
    own.write(head, registers.subarray(0, top));
    const local = new Float64Array(head.length + top);
    local.set(head);
    local.set(registers.subarray(0, top), head.length);
    return local;
  }

  /** The registers of a whole stack that nobody reads any more when its innermost function stands at `pc`. */
  private deadAt(frame: number, pc: number): readonly number[] {
    const places = (this.dead[frame] ??= []);
    const known = places[pc];
    if (known !== undefined) return known;
    const dead: number[] = [];
    const { frames } = this;
    for (let at = frame, place = pc, result = -1; at !== 0; ) {
      const code = this.program.functions[frames.function(at)];
      const base = frames.base(at);
      const live = code?.live[place];
      for (let register = 0; register < (code?.registers ?? 0); register++) if (!isLive(live, register) || register === result) dead.push(base + register);
      place = frames.callPc(at);
      at = frames.caller(at);
      const call = this.program.functions[frames.function(at)]?.code[place];
      result = call && (call.op === "call" || call.op === "call-pointer") ? call.to ?? -1 : -1;
      place++;
    }
    places[pc] = dead;
    return dead;
  }

  private lockNumber(kind: string): number {
    const known = this.lockKinds.indexOf(kind);
    return known >= 0 ? known : this.lockKinds.push(kind) - 1;
  }
}
