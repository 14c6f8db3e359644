// From a schedule to the steps that people read: what ran, what changed, which locks are held, what went wrong.
import type { Side, SourceRange } from "../patch/types.js";
import type { Observer, RawFinding } from "./execution.js";
import type { Instruction, Source } from "./ir.js";
import { Lanes } from "./lanes.js";
import { Names } from "./names.js";
import type { Move } from "./search.js";
import type { Finding, Frame, ObjectLane, Step, StepChange } from "./types.js";
import { FRAME_BASE, type Words } from "./memory.js";
import { OWN_BASE } from "./own-heap.js";
import { message } from "./wording.js";
import type { World } from "./world.js";

const NO_WORDS: Words = new Float64Array(0);

export interface Trace {
  readonly steps: readonly Step[];
  readonly findings: readonly Finding[];
  readonly switches: number;
  /** For each step the function that it belongs to in a reader's eyes: the patch's around it, else the one that the scenario called. */
  readonly scopes: readonly string[];
  /** Objects through the steps. */
  readonly objects: readonly ObjectLane[];
  /** Names of what the trace has touched. */
  readonly names: Names;
}

/** Functions of the model that stand between a counter and what is counted. */
const COUNTER_LAYER = /^(refcount|kref|kobject|atomic|atomic_long)_(?!\w*lock$)/;

/** Runs a schedule again and tells what happens; null when it does not fit the program. */
export function traceOf(world: World, setup: readonly number[], moves: readonly Move[], side: Side): Trace | null {
  return new Tracer(world, side).run(setup, moves);
}

class Tracer {
  private readonly steps: Step[] = [];
  private readonly scopes: string[] = [];
  private readonly findings: Finding[] = [];
  private readonly reported = new Set<string>();
  private readonly names: Names;
  private readonly lanes: Lanes;
  private readonly stacks = new Map<number, { allocated: readonly Frame[]; freed: readonly Frame[]; by: string; freedBy: string }>();
  private readonly observer: Observer;
  private changes: StepChange[] = [];
  private lockChanges: StepChange[] = [];
  private lockNames: string[] = [];
  private first: { readonly instruction: Instruction; readonly frame: number } | null = null;
  private found: { readonly finding: RawFinding; readonly frame: number }[] = [];
  private cpu = -1;
  private words: Words = new Float64Array(0);

  constructor(private readonly world: World, private readonly side: Side) {
    this.names = new Names(world.program, world.machine);
    this.lanes = new Lanes(world.machine.memory, this.names);
    this.observer = {
      visible: (instruction, frame) => { this.first ??= { instruction, frame }; },
      access: (place, write, before, after, inFunction) => {
        if (place.kind !== "bad") this.lanes.used(place.object * 65536 + place.slot, inFunction);
        if (!write || place.kind === "bad" || before === after) return;
        const at = this.names.place(place.object * 65536 + place.slot);
        this.change({ object: at.object, field: at.field, before: this.names.value(before, at.isPointer), after: this.names.value(after, at.isPointer) });
      },
      allocated: (object, site, frame, source) => {
        this.names.allocated(object, this.cpu, site, this.isNamedByPatch(frame, source));
        this.stacks.set(this.key(object), { allocated: this.stack(frame, source), freed: [], by: this.cpuName(), freedBy: "" });
        this.change({ object: this.names.objectName(object), field: "memory", before: "", after: "live" });
      },
      freed: (object, frame, source) => {
        const known = this.stacks.get(this.key(object)) ?? { allocated: [], by: "", freed: [], freedBy: "" };
        this.stacks.set(this.key(object), { ...known, freed: this.stack(frame, source), freedBy: this.cpuName() });
        this.change({ object: this.names.objectName(object), field: "memory", before: "live", after: "freed" });
      },
      published: (from, to) => {
        this.names.published(from, this.cpu, to);
        const known = this.stacks.get(this.key(from));
        if (known) this.stacks.set(to, known);
      },
      locked: (address, acquired) => {
        const name = this.names.lock(address);
        const cut = name.lastIndexOf(".");
        this.lockNames.push(name);
        const owner = this.cpuName();
        this.lockChanges.push({ object: cut < 0 ? name : name.slice(0, cut), field: cut < 0 ? "" : name.slice(cut + 1), before: acquired ? "free" : owner, after: acquired ? owner : "free" });
      },
      found: (finding, frame) => { this.found.push({ finding, frame }); },
    };
  }

  run(setup: readonly number[], moves: readonly Move[]): Trace | null {
    const world = this.world;
    this.words = world.machine.initialWords;
    let used = 0;
    for (const entry of world.program.setup) {
      const run = world.machine.run(this.words, world.machine.start(entry), { number: -1, cpuClass: 0, concurrent: false }, "end", setup.slice(used), this.observer);
      used += run.taken.length;
      this.words = run.shared;
      if (run.status === "fatal") {
        this.changes = [];
        this.lockChanges = [];
        this.step(-1, "setup", []);
        return this.result(0);
      }
    }
    this.changes = [];
    this.lockChanges = [];
    if (this.found.length > 0) this.step(-1, "setup", []);
    const locals: Words[] = world.program.cpus.map((cpu) => world.machine.start(cpu.entry));
    let switches = 0;
    let last = -1;
    for (const move of moves) {
      const local = locals[move.cpu];
      const runner = world.runners[move.cpu];
      if (!local || !runner || world.machine.isDone(local)) return null;
      this.begin(move.cpu);
      const run = world.machine.run(this.words, local, runner, world.mode, move.script, this.observer);
      if (run.status === "missing" || run.status === "long" || run.status === "full" || run.status === "pruned") return null;
      if (last >= 0 && last !== move.cpu) switches++;
      last = move.cpu;
      this.words = run.shared;
      locals[move.cpu] = run.local;
      const held = world.machine.locksOf(run.local).map((lock) => this.names.lock(lock.address));
      this.step(move.cpu, world.program.cpus[move.cpu]?.name ?? "", held);
      if (run.status === "fatal" || run.status === "blocked") return this.result(switches);
    }
    const waiting = world.program.cpus.map((_, cpu) => cpu).filter((cpu) => !world.machine.isDone(locals[cpu] ?? NO_WORDS));
    if (waiting.length === 0) this.finish(this.words);
    else this.deadlock(this.words, locals, waiting);
    return this.result(switches);
  }

  private result(switches: number): Trace {
    return { steps: this.steps, findings: this.findings, switches, scopes: this.scopes, objects: this.lanes.result(), names: this.names };
  }

  private begin(cpu: number): void {
    this.cpu = cpu;
    this.names.cpu = cpu;
    this.changes = [];
    this.lockChanges = [];
    this.lockNames = [];
    this.first = null;
    this.found = [];
  }

  /** Closes a move: one step, and a finding for each that is new. */
  private step(cpu: number, functionName: string, locks: readonly string[]): void {
    const program = this.world.program;
    const frames = this.world.machine.frames;
    const at = this.first ?? (this.found[0] ? { instruction: null, frame: this.found[0].frame } : null);
    const sourceIndex = this.first?.instruction.source ?? this.found[0]?.finding.source ?? -1;
    const source: Source | undefined = program.sources[sourceIndex];
    const frame = at?.frame ?? 0;
    const stack = this.sources(frame, source);
    const own = source?.origin === "patch";
    const patched = own ? null : stack.find((one) => one.origin === "patch") ?? null;
    const caller = source?.origin === "model" ? stack.find((one) => one.origin !== "model") : undefined;
    const isAtomic = ["atomic-begin", "allocate", "free"].includes(this.first?.instruction.op ?? "") && source?.origin === "model";
    this.steps.push({
      cpu, function: source?.function ?? functionName, path: source?.path ?? "", from: source?.from ?? 0, to: source?.to ?? 0, line: source?.line ?? 0,
      text: isAtomic ? this.callText(stack) : source?.text ?? functionName, depth: Math.max(0, frames.depth(frame) - 1),
      changes: this.allChanges(), locks, via: patched ? this.range(patched) : null,
      ...(caller === undefined ? {} : { call: { function: caller.function, text: caller.text } }),
    });
    this.lanes.after(this.words);
    this.scopes.push((own ? source : patched)?.function ?? calledByScenario(stack) ?? stack.at(-2)?.function ?? source?.function ?? functionName);
    for (const { finding, frame: where } of this.found) this.report(finding, where);
    this.found = [];
    this.changes = [];
    this.first = null;
  }

  /** An atomic step is shown as the call that leads to it, above the layers of counters that only pass it on. */
  private callText(stack: readonly Source[]): string {
    // What an added CPU runs is called by nobody that is shown.
    if (stack.length === 1) return `${stack[0]?.function ?? ""}()`;
    let level = 1;
    while (level + 1 < stack.length && stack[level]?.origin === "model" && COUNTER_LAYER.test(stack[level]?.function ?? "")) level++;
    const text = stack[level]?.text ?? "";
    const lock = this.lockNames[0];
    return lock === undefined ? text : text.replace(/\(.*\)$/s, `(&${lock})`);
  }

  /** finish() as one step, when it says something or leaves something. */
  private finish(words: Words): void {
    const world = this.world;
    const raws = world.endFindings(world.memories.intern(words));
    if (raws.length === 0) return;
    this.begin(-1);
    if (world.program.finish !== null) {
      const entry = world.program.functions[world.program.finish];
      this.words = world.machine.run(words, world.machine.start(world.program.finish), { number: -1, cpuClass: 0, concurrent: false }, "end", [], this.observer).shared;
      const source = world.program.sources[entry?.code[0]?.source ?? -1];
      this.steps.push({ cpu: -1, function: "finish", path: source?.path ?? "", from: source?.from ?? 0, to: source?.to ?? 0, line: source?.line ?? 0, text: "finish()", depth: 0, changes: this.allChanges(), locks: [], via: null });
      this.lanes.after(this.words);
      this.scopes.push("finish");
    }
    for (const raw of raws) this.report(raw, 0);
  }

  private deadlock(words: Words, locals: readonly Words[], waiting: readonly number[]): void {
    const world = this.world;
    const shared = world.memories.intern(words);
    const lines: string[] = [];
    const stacks: { title: string; frames: readonly Frame[] }[] = [];
    for (const cpu of waiting) {
      const outcomes = world.outcomes(shared, world.locals.intern(locals[cpu] ?? NO_WORDS), cpu);
      if (outcomes.some((outcome) => outcome.status !== "blocked")) return;
      const lock = outcomes.find((outcome) => outcome.waitsFor !== 0)?.waitsFor ?? 0;
      const holders = locals.map((local, other) => ({ other, held: world.machine.locksOf(local).some((one) => one.address === lock) })).filter((one) => one.held).map((one) => `CPU${one.other}`);
      const frame = locals[cpu]?.[0] ?? 0;
      const code = world.program.functions[world.machine.frames.function(frame)];
      const source = code?.code[locals[cpu]?.[1] ?? 0]?.source ?? -1;
      stacks.push({ title: `CPU${cpu} waits`, frames: this.stack(frame, source) });
      if (lock === 0) lines.push(`CPU${cpu} waits in ${this.waitingIn(words, locals[cpu] ?? NO_WORDS, cpu, code?.name ?? "?")}()`);
      else lines.push(`CPU${cpu} waits for ${this.names.lock(lock)}${holders.length > 0 ? `, which ${holders.join(" and ")} ${holders.length > 1 ? "hold" : "holds"}` : ""}`);
    }
    this.findings.push({ kind: "deadlock", message: `deadlock: ${lines.join("; ")}`, step: Math.max(0, this.steps.length - 1), stacks });
  }

  /** The function that a CPU waits in: the one that it enters next, where that is its next step. `at` is the one that it stands in. */
  private waitingIn(words: Words, local: Words, cpu: number, at: string): string {
    const { machine, runners, mode } = this.world;
    const runner = runners[cpu];
    if (!runner) return at;
    machine.run(words, local, runner, mode, []);
    const stack = machine.endedIn();
    // The one that is called from where it stands; what wait_event() expands to is that place's own.
    const entered = stack[stack.indexOf(at) - 1];
    return entered === undefined || entered.startsWith("wait_queue_") ? at : entered;
  }

  private report(raw: RawFinding, frame: number): void {
    const object = raw.code === "leak" ? raw.address : Math.floor(raw.address / 65536);
    const known = this.stacks.get(this.key(object));
    const source = this.world.program.sources[raw.source];
    const text = message(raw, this.names, {
      function: this.scopeOf(frame, source), cpu: this.cpuName(), freedIn: known?.freed.find((one) => !one.path.startsWith("model/"))?.function ?? known?.freed.at(-1)?.function ?? "",
    });
    // WARN_ONCE: the same words are said once in a run.
    if (this.reported.has(`${raw.kind} ${text}`)) return;
    this.reported.add(`${raw.kind} ${text}`);
    const stacks: { title: string; frames: readonly Frame[] }[] = [];
    if (frame !== 0) stacks.push({ title: `${this.cpuName()}, here`, frames: this.stack(frame, raw.source) });
    if (["freed", "double-free"].includes(raw.code) && known) stacks.push({ title: `Freed by ${known.freedBy}`, frames: known.freed });
    if (["freed", "double-free", "leak"].includes(raw.code) && known) stacks.push({ title: `Allocated by ${known.by}`, frames: known.allocated });
    this.findings.push({ kind: raw.kind, message: text, step: Math.max(0, this.steps.length - 1), ...(stacks.length > 0 ? { stacks } : {}) });
  }

  /** The function that a finding is about: the patch's innermost, else the scenario's below its CPU's own, else the one that ran. */
  private scopeOf(frame: number, source: Source | undefined): string {
    const stack = this.sources(frame, source);
    return stack.find((one) => one.origin === "patch")?.function ?? calledByScenario(stack) ?? source?.function ?? "";
  }

  /** True when the code that says what is allocated is the patch's. */
  private isNamedByPatch(frame: number, source: number): boolean {
    const { program, machine } = this.world;
    const hinted = machine.frames.hintFrame(frame);
    if (hinted === 0) return program.sources[source]?.origin === "patch";
    const call = program.functions[machine.frames.function(machine.frames.caller(hinted))]?.code[machine.frames.callPc(hinted)];
    return program.sources[call?.source ?? -1]?.origin === "patch";
  }

  /** Where each frame of a stack stands, innermost first. */
  private sources(frame: number, top: Source | undefined): Source[] {
    const { program, machine } = this.world;
    const found: Source[] = top ? [top] : [];
    for (let at = frame; machine.frames.caller(at) !== 0; at = machine.frames.caller(at)) {
      const call = program.functions[machine.frames.function(machine.frames.caller(at))]?.code[machine.frames.callPc(at)];
      const source = program.sources[call?.source ?? -1];
      if (source && !source.isBeside) found.push(source);
    }
    return found;
  }

  private stack(frame: number, source: number): Frame[] {
    return this.sources(frame, this.world.program.sources[source]).map((one) => ({ function: one.function, path: one.path, line: one.line }));
  }

  private range(source: Source): SourceRange {
    return { path: source.path, side: this.side, line: source.line, column: source.column, endLine: source.endLine, endColumn: source.endColumn, from: source.from, to: source.to };
  }

  /** Numbers of objects that only one CPU knows are told apart by the CPU. */
  private key(object: number): number {
    return object >= OWN_BASE ? object + (this.cpu + 1) * FRAME_BASE : object;
  }

  private cpuName(): string {
    return this.cpu < 0 ? "setup" : `CPU${this.cpu}`;
  }

  private change(change: StepChange): void {
    const known = this.changes.findIndex((one) => one.object === change.object && one.field === change.field);
    const before = this.changes[known];
    if (before) this.changes[known] = { ...change, before: before.before };
    else this.changes.push(change);
  }

  private allChanges(): StepChange[] {
    return [...this.lockChanges, ...this.changes.filter((change) => change.before !== change.after && !this.isLockWord(change))];
  }

  /** A lock's own words say nothing that "held by" does not. */
  private isLockWord(change: StepChange): boolean {
    const name = change.field === "" ? change.object : `${change.object}.${change.field}`;
    return this.lockNames.some((lock) => name === lock || name.startsWith(`${lock}.`));
  }
}

/** A function of the scenario's own that its CPU has called, or that was handed over: the innermost. */
function calledByScenario(stack: readonly Source[]): string | undefined {
  return stack.slice(0, -1).find((one) => one.origin === "scenario")?.function;
}
