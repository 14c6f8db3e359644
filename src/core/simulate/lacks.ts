// What a scenario's setup() has left unset and a run stumbles over: a pointer that is NULL, a list without a head, a lock that the caller holds.
import type { Observer, RawFinding } from "./execution.js";
import { OBJECT_SPAN } from "./ir.js";
import { HEAP_BASE } from "./memory.js";
import { Names } from "./names.js";
import { OWN_BASE } from "./own-heap.js";
import type { Assumption } from "./types.js";
import type { Schedule } from "./search.js";
import type { World } from "./world.js";

export interface Lack {
  readonly kind: "pointer" | "function" | "list" | "number" | "lock" | "room" | "lines" | "values" | "size" | "leaks";
  /** The place in C, as setup() can write it: "the_foo->bar"; null when it belongs to what an unknown call gave back. */
  readonly place: string | null;
  /** The same for people. */
  readonly shown: string;
  /** For a lock: what has to take it, and on which CPU. */
  readonly take: string;
  readonly cpu: number;
  /** True when the line that fails names the place or a variable that was read from it; else something else may be the cause. */
  readonly isNamed: boolean;
  /** Where the run stumbles. */
  readonly source: number;
}

/** Locks by what gives them back. */
const TAKES: readonly (readonly [RegExp, string])[] = [
  [/^mutex_unlock/, "mutex_lock"], [/^spin_unlock/, "spin_lock"], [/^up_read/, "down_read"], [/^up_write/, "down_write"], [/^read_unlock/, "read_lock"], [/^write_unlock/, "write_lock"],
];

interface Zero { readonly address: number; readonly inFunction: string }

/**
 * What is missing for a schedule that ends in a finding; null when the finding may be the code's own. A word counts as left unset when it is zero, lies in a global or in what setup() has
 * allocated, and nobody has written it since. `partly` are functions of which only some lines are known: what goes wrong in them while no CPU is in the middle of anything else may come from the others.
 */
export function lackOf(world: World, schedule: Schedule, { partly, callsUnknown }: Hidden): Lack | null {
  const [finding] = schedule.findings;
  if (finding?.kind === "leak" && callsUnknown !== null) return { kind: "leaks", place: null, shown: callsUnknown, take: "", cpu: -1, isNamed: true, source: finding.source };
  if (!finding || !(ASKED.has(finding.code) || finding.kind === "warn" || finding.kind === "lock" || finding.kind === "refcount")) return null;
  return new Detective(world, partly).ask(schedule, finding);
}

/** What a compiled program has taken as nothing: the lines of functions, and a call of one that nobody shows. */
export interface Hidden { readonly partly: ReadonlySet<string>; readonly callsUnknown: string | null }

/** The same from what was assumed while compiling; functions by what their names say they do with what they are given. */
export function hiddenOf(assumptions: readonly { readonly assumption: Assumption }[]): Hidden {
  const names = assumptions.flatMap(({ assumption: { kind, text } }) => (kind === "fill" && /not known|begins with its first known line|only in part/.test(text) ? /^(\w+)\(\)/.exec(text)?.[1] ?? [] : []));
  const call = assumptions.find(({ assumption: { kind, text } }) => kind === "unknown-call" && GIVES_BACK.test(text));
  return { partly: new Set(names), callsUnknown: call === undefined ? null : /^\w+\(\)/.exec(call.assumption.text)?.[0] ?? null };
}

/** Names of functions that may free what they are given. */
const GIVES_BACK = /^\w*(free|release|put|del|destroy|remove|close|exit|cleanup|fini|kill|drop|unregister|detach|stop|done|complete)\w*\(\)/;

const ASKED: ReadonlySet<RawFinding["code"]> = new Set(["null", "wild", "call", "error", "divide", "held", "not-held", "bounds", "returned", "poison"]);

/** One line for people: that the set-up is not complete, and where that shows. */
export function lackText(world: World, lack: Lack): string {
  const source = world.program.sources[lack.source];
  const where = `${source?.function ?? ""}() in ${source?.path ?? ""}, line ${String(source?.line ?? 0)}`;
  if (lack.kind === "lines") return `set-up: lines of ${lack.shown}() that nobody shows may do what ${where}, needs: __head(${lack.shown}) { } or __tail(${lack.shown}) { } can say what stands there`;
  if (lack.kind === "values") return `set-up: ${lack.shown}() warns of the values that setup() has given it, whatever runs beside it: ${where}`;
  if (lack.kind === "leaks") return `set-up: ${lack.shown} is not known, and may free what is left at the end`;
  if (lack.kind === "size") return `set-up: how large ${lack.shown} is depends on numbers that nobody shows; ${where}, goes beyond it`;
  const what = { pointer: "is NULL", function: "is no function", list: "is no list", number: "is 0", lock: "is not held", room: "is too small for what is read from it" }[lack.kind];
  return `set-up: ${lack.shown} ${what} because setup() has not set it; ${where}, needs it`;
}

class Detective {
  private readonly names: Names;
  private readonly written = new Set<number>();
  /** Heap objects of setup(), by number, with their place in C once a variable leads to them. */
  private readonly born = new Map<number, string | null>();
  private readonly zeros = new Map<number, Zero[]>();
  /** The zero that was read last, whoever has written it. */
  private lastZero: Zero | null = null;
  private inSetup = true;
  private cpu = -1;
  private stack: readonly number[] = [];
  /** False once a CPU goes on while another one is in the middle of something. */
  private isInTurn = true;
  /** True while a single CPU has run. */
  private isAlone = true;

  constructor(private readonly world: World, private readonly partly: ReadonlySet<string>) {
    this.names = new Names(world.program, world.machine);
  }

  ask(schedule: Schedule, finding: RawFinding): Lack | null {
    const { world } = this;
    const observer: Observer = {
      access: (place, write, before, after, inFunction) => {
        if (place.kind === "bad") return;
        const address = place.object * OBJECT_SPAN + place.slot;
        if (write) {
          this.written.add(address);
          const target = Math.floor(after / OBJECT_SPAN);
          if (this.inSetup && after % OBJECT_SPAN === 0 && this.born.get(target) === null) this.born.set(target, this.lvalue(address));
        } else if (before === 0 && !this.inSetup) {
          this.lastZero = { address, inFunction };
          if (this.written.has(address)) return;
          const known = this.zeros.get(this.cpu) ?? [];
          known.push({ address, inFunction });
          this.zeros.set(this.cpu, known);
        }
      },
      allocated: (object, site, _frame, _source) => {
        this.names.allocated(object, this.cpu, site, false);
        if (this.inSetup) this.born.set(object, null);
      },
      published: (from, to) => {
        this.names.published(from, this.cpu, to);
        if (this.born.has(from)) this.born.set(to, this.born.get(from) ?? null);
      },
      found: (raw, frame) => { if (raw.code === finding.code && raw.source === finding.source) this.stack = this.sourcesOf(frame, raw.source); },
    };
    let words = world.machine.initialWords;
    let used = 0;
    for (const entry of world.program.setup) {
      const run = world.machine.run(words, world.machine.start(entry), { number: -1, cpuClass: 0, concurrent: false }, "end", schedule.setup.slice(used), observer);
      used += run.taken.length;
      words = run.shared;
    }
    this.inSetup = false;
    const locals = world.program.cpus.map((cpu) => world.machine.start(cpu.entry));
    const begun = new Set<number>();
    for (const move of schedule.moves) {
      const [local, runner] = [locals[move.cpu], world.runners[move.cpu]];
      if (!local || !runner) return null;
      if (schedule.moves.some((other) => other.cpu !== move.cpu && begun.has(other.cpu) && !world.machine.isDone(locals[other.cpu] ?? []))) this.isInTurn = false;
      begun.add(move.cpu);
      this.isAlone = begun.size === 1;
      this.cpu = move.cpu;
      this.names.cpu = move.cpu;
      const run = world.machine.run(words, local, runner, world.mode, move.script, observer);
      words = run.shared;
      locals[move.cpu] = run.local;
    }
    const lack = this.judge(finding);
    return lack?.isNamed === true ? lack : this.outOfSight(finding) ?? lack;
  }

  /** What comes of lines that nobody shows, or of values that mean nothing: only where nothing else is under way, for what runs at the same time is what is looked for. */
  private outOfSight(finding: RawFinding): Lack | null {
    const { sources } = this.world.program;
    if (!this.isInTurn) return null;
    const own = this.stack.find((source) => sources[source]?.origin === "patch");
    const name = own === undefined ? "" : this.functionOf(own);
    const base = { place: null, take: "", cpu: this.cpu, isNamed: true, source: own ?? finding.source };
    if (finding.kind === "warn") return own === undefined || !this.isAlone ? null : { ...base, kind: "values", shown: name };
    if (finding.code === "held") {
      const partly = this.reached(this.world.program.cpus[this.cpu]?.entry ?? 0).find((entered) => this.partly.has(entered));
      return partly === undefined ? null : { ...base, kind: "lines", shown: partly };
    }
    // Where a single function runs alone, the way to its own variables was made up by arithmetic on what is not known.
    return this.partly.has(name) || (finding.code === "returned" && this.isAlone) ? { ...base, kind: "lines", shown: name } : null;
  }

  private judge(finding: RawFinding): Lack | null {
    const { world } = this;
    const base = { take: "", cpu: this.cpu, source: finding.source };
    if (finding.code === "not-held") {
      const take = TAKES.find(([gives]) => gives.test(this.functionOf(finding.source)))?.[1];
      const place = this.lvalue(finding.address);
      // Who takes the lock itself, and gives it back twice, is wrong without any set-up.
      const { sources, functions } = world.program;
      const names = new Set(this.stack.flatMap((source) => (sources[source]?.origin === "patch" ? [sources[source].function] : [])));
      const takes = functions.some((fn) => names.has(fn.name) && fn.code.some((instruction) => take !== undefined && (sources[instruction.source]?.text ?? "").includes(take)));
      return takes || take === undefined || place === null || finding.address >= OWN_BASE * OBJECT_SPAN ? null : { ...base, kind: "lock", place: place.replace(/(\.|->)(locked|readers|writer|rlock)$/, ""), shown: this.names.lock(finding.address), take, isNamed: true };
    }
    if (["held", "returned", "wild", "poison"].includes(finding.code) || (finding.code === "report" && finding.kind === "lock")) return null;
    if (finding.kind === "refcount") return this.uncounted(finding);
    const isWarning = finding.kind === "warn";
    if (finding.code === "bounds") {
      // What lies before the start of an object is of its own, too.
      const object = Math.floor(finding.address / OBJECT_SPAN + 0.5);
      const isForeign = world.program.objects[object - 1]?.foreign === true;
      const place = this.born.get(object);
      if (place === undefined && /^void\b/.test(this.names.objectName(object))) return { ...base, kind: "size", place: null, shown: this.names.objectName(object), isNamed: true };
      return place === undefined && !isForeign ? null : { ...base, kind: "room", place: place ?? null, shown: place ?? this.names.objectName(object), isNamed: true };
    }
    const candidates = (this.zeros.get(this.cpu) ?? []).filter(({ address }) => this.isOfSetup(address));
    const wanted = candidates.filter(({ address }) => {
      const { field, isPointer } = this.names.place(address);
      return isWarning ? field !== "" : finding.code === "divide" ? !isPointer : finding.code === "error" ? LINK.test(field) : isPointer || /^word \d+$/.test(field);
    });
    const named = wanted.findLast(({ address }) => this.isNamed(address));
    const last = named ?? (isWarning ? undefined : wanted.at(-1));
    if (!last) return null;
    const { field, isPointer } = this.names.place(last.address);
    const place = this.lvalue(last.address);
    // What was read as zero in the very function, and nothing after it, is what it stumbles over.
    const isHere = last.inFunction === this.functionOf(finding.source);
    const isLast = isHere && (finding.code === "call" || (finding.code === "null" && this.lastZero?.address === last.address && this.lastZero.inFunction === last.inFunction));
    const isList = LINK.test(field) || finding.code === "error";
    // Whoever walks a list that has no head stumbles later, over what it takes for an entry.
    const isWalked = LINK.test(field) && this.stack.some((source) => this.functionOf(source) === last.inFunction);
    return {
      ...base, isNamed: named !== undefined || isLast || isWalked, shown: this.names.address(last.address),
      kind: isList ? "list" : finding.code === "call" ? "function" : finding.code === "divide" || (isWarning && !isPointer) ? "number" : "pointer",
      place: isList ? place?.replace(/(\.|->)(next|prev)$/, "") ?? null : place,
    };
  }

  /** A count that nobody has set, in what an unknown call or unknown memory leads to: it says nothing of the code. */
  private uncounted(finding: RawFinding): Lack | null {
    const zero = this.lastZero;
    const object = zero === null ? undefined : this.world.program.objects[Math.floor(zero.address / OBJECT_SPAN) - 1];
    if (zero === null || object?.foreign !== true || this.written.has(zero.address)) return null;
    return { kind: "number", place: null, shown: this.names.address(zero.address), take: "", cpu: this.cpu, isNamed: true, source: finding.source };
  }

  /** True for a global of the code, an object of setup(), and what stands for the result of an unknown call. */
  private isOfSetup(address: number): boolean {
    const object = Math.floor(address / OBJECT_SPAN);
    return object >= HEAP_BASE ? this.born.has(object) : this.world.program.objects[object - 1]?.kind === "global";
  }

  /** True when a line of the stack where it fails reads the field, or a variable that was set from it. */
  private isNamed(address: number): boolean {
    const { field, object } = this.names.place(address);
    // What an unknown call gave back, and what lines that nobody shows have set, are called by their names.
    const owner = object.replace(/ of \w+\(\)$|\(\)$/, "");
    const word = field === "" || /^word \d+$/.test(field) ? owner : field.replace(LINK, "").split(".").at(-1) ?? "";
    if (!/^\w+$/.test(word)) return false;
    const { sources, functions } = this.world.program;
    const has = (text: string, name: string): boolean => new RegExp(`\\b${name}\\b`).test(text);
    const texts = this.stack.map((source) => sources[source]?.text ?? "");
    if (texts.some((text) => has(text, word))) return true;
    // Variables that some line of these functions sets from the field.
    const names = new Set(this.stack.map((source) => sources[source]?.function ?? ""));
    const lines = functions.filter((fn) => names.has(fn.name)).flatMap((fn) => fn.code.map((instruction) => sources[instruction.source]?.text ?? ""));
    const variables = new Set(lines.filter((line) => has(line, word)).flatMap((line) => /\b(\w+)\s*=(?!=)/.exec(line)?.[1] ?? []));
    return [...variables].some((variable) => texts.some((text) => has(text, variable)));
  }

  /** The C that setup() can use for a word of memory; null where no variable leads to it. */
  private lvalue(address: number): string | null {
    const object = Math.floor(address / OBJECT_SPAN);
    const { object: name, field } = this.names.place(address);
    if (/^word \d+$/.test(field)) return null;
    if (object >= HEAP_BASE) {
      const path = this.born.get(object) ?? null;
      return path === null || field === "" ? null : `${path}->${field}`;
    }
    if (this.world.program.objects[object - 1]?.foreign === true || !/^\w+$/.test(name) || this.world.program.objects[object - 1]?.kind !== "global") return null;
    return field === "" ? name : field.startsWith("[") ? `${name}${field}` : `${name}.${field}`;
  }

  /** Names of the functions that one may call, and of itself. */
  private reached(entry: number): readonly string[] {
    const { functions } = this.world.program;
    const found = [entry];
    for (const at of found) for (const instruction of functions[at]?.code ?? []) if (instruction.op === "call" && !found.includes(instruction.callee)) found.push(instruction.callee);
    return found.flatMap((at) => functions[at]?.name ?? []);
  }

  private functionOf(source: number): string {
    return this.world.program.sources[source]?.function ?? "";
  }

  /** The places of a stack, innermost first. */
  private sourcesOf(frame: number, top: number): number[] {
    const { program, machine } = this.world;
    const found = [top];
    for (let at = frame; machine.frames.caller(at) !== 0; at = machine.frames.caller(at)) {
      const call = program.functions[machine.frames.function(machine.frames.caller(at))]?.code[machine.frames.callPc(at)];
      if (call) found.push(call.source);
    }
    return found;
  }
}

/** The links of a list. */
const LINK = /(^|\.)(next|prev)$/;
