// A program with its CPUs as a graph of states: numbered memories, numbered CPU states, and the moves between them, each computed once.
import type { WordClasses } from "./classes.js";
import type { PlainAccess, RawFinding, Runner } from "./execution.js";
import type { Frames } from "./frames.js";
import { Interner } from "./intern.js";
import type { Program } from "./ir.js";
import { Machine, type Run, type StopMode } from "./machine.js";
import { FREED, KEPT, type Words } from "./memory.js";
import { BLOCKED, DONE, MoveTable, OTHERWISE } from "./moves.js";

/** One way that a CPU's next move can go. */
export interface Outcome {
  readonly status: Run["status"];
  readonly shared: number;
  readonly local: number;
  readonly findings: readonly RawFinding[];
  readonly script: readonly number[];
  /** The product of the choices on this way. */
  readonly ways: number;
  /** Steps of the move that an observer of all shared memory could tell apart, at least one; always one where nothing is merged. */
  readonly steps: number;
  /** Those of the steps after which the CPU need not go on for the others to go on as they do after the whole move. */
  readonly needed: number;
  /** The step of the first finding; 0 where there is none. */
  readonly found: number;
  readonly waitsFor: number;
  readonly reason: string;
  /** Plain accesses of the move that another CPU could race with. */
  readonly plain: readonly PlainAccess[];
}

/** A start: memory after setup; no CPU starts where setup has `ended` the run. */
export interface Start { readonly shared: number; readonly script: readonly number[]; readonly ways: number; readonly findings: readonly RawFinding[]; readonly ended: boolean }

/** Code is missing, or a path has no end. */
export class Stopped extends Error {
  constructor(readonly status: "missing" | "long" | "full" | "many", readonly reason: string) {
    super(reason);
  }

  /** The name of the bound that stopped it; null where code is missing. */
  get bound(): "maxSteps" | "maxObjects" | "maxWays" | null {
    return this.status === "missing" ? null : this.status === "long" ? "maxSteps" : this.status === "full" ? "maxObjects" : "maxWays";
  }
}

/** Ways of one move that are tried, those that an assumption of the model cuts among them: a loop over choices must end somewhere, and what is left is not explored. */
const MOST_WAYS = 4096;
/** More than any program has CPUs. */
const CLASSES = 32;

export class World {
  readonly machine: Machine;
  readonly memories = new Interner();
  readonly locals = new Interner();
  readonly runners: readonly Runner[];
  /** Every move that was made so far. */
  readonly moves = new MoveTable();
  /** The ways of a move, by its number in `moves`. */
  private readonly waysOf: (readonly Outcome[])[] = [NO_WAYS];
  /** Lists of plain accesses, each once; class 0 has none. */
  readonly plainClasses: (readonly PlainAccess[])[] = [[]];
  private readonly plainNumbers = new Map<string, number>();
  /** For each word that was treated as quiet, the moves that did: pairs of a CPU state (with its class) and a memory. */
  private readonly relying = new Map<number, number[]>();
  private readonly ends = new Map<number, readonly RawFinding[]>();
  private started: readonly Start[] | null = null;

  /** `twins` keeps identical CPUs interchangeable; without it each has a class of its own. `frames` are another world's, whose states this one can go on from. */
  constructor(readonly program: Program, readonly mode: StopMode, private readonly classes: WordClasses | null, maxSteps: number, readonly twins: boolean, frames?: Frames) {
    const identical = program.cpus.filter((cpu) => cpu.identical).length;
    this.machine = new Machine(program, maxSteps, classes, twins && identical > 1, frames);
    const first = program.cpus.findIndex((cpu) => cpu.identical);
    this.runners = program.cpus.map((cpu, number) => ({ number, cpuClass: 1 + (twins && cpu.identical ? first : number), concurrent: true }));
  }

  /** Every memory that setup can leave behind. */
  starts(): readonly Start[] {
    return (this.started ??= this.start());
  }

  private start(): Start[] {
    let ends: Start[] = [{ shared: this.memories.intern(this.machine.initialWords), script: [], ways: 1, findings: [], ended: false }];
    for (const entry of this.program.setup) {
      ends = ends.flatMap((from) => (from.ended ? [from] : this.alone(from.shared, entry).map((outcome) => {
        if (outcome.status === "blocked" && outcome.findings.length === 0) throw new Stopped("missing", "setup() waits for what nobody else is there to bring about");
        return {
          shared: outcome.shared, script: [...from.script, ...outcome.script], ways: from.ways * outcome.ways, findings: [...from.findings, ...outcome.findings], ended: outcome.status === "fatal" || outcome.status === "blocked",
        };
      })));
    }
    return ends;
  }

  /** The CPUs' parts before the first move. */
  startLocals(): number[] {
    return this.program.cpus.map((cpu) => this.locals.intern(this.machine.start(cpu.entry)));
  }

  isDone(local: number): boolean {
    return this.locals.get(local)[0] === 0;
  }

  /** All ways of the next move of a CPU. Throws `Stopped` where code is missing. */
  outcomes(shared: number, local: number, cpu: number): readonly Outcome[] {
    return this.waysAt(this.move(shared, local, cpu));
  }

  /** The place in `moves` of the next move of a CPU. Throws `Stopped` where code is missing. */
  move(shared: number, local: number, cpu: number): number {
    const key = local * CLASSES + this.classOf(cpu);
    const known = this.moves.find(key, shared);
    return known >= 0 ? known : this.make(key, shared, local, cpu);
  }

  /** The ways of the move at a place in `moves`. */
  waysAt(at: number): readonly Outcome[] {
    return this.waysOf[this.moves.numberOf(at)] ?? NO_WAYS;
  }

  /** Identical CPUs have the same class, and so the same moves. */
  classOf(cpu: number): number {
    return this.runners[cpu]?.cpuClass ?? 0;
  }

  /** Forgets the moves that treated one of these words as quiet. */
  forget(words: Iterable<number>): void {
    for (const word of words) {
      const pairs = this.relying.get(word) ?? [];
      for (let at = 0; at < pairs.length; at += 2) this.moves.forget(pairs[at] ?? 0, pairs[at + 1] ?? 0);
      this.relying.delete(word);
    }
  }

  private make(key: number, shared: number, local: number, cpu: number): number {
    if (this.isDone(local)) return this.moves.set(key, shared, DONE, 0, 0, 0);
    const { classes } = this;
    classes?.trusted.clear();
    const ways = this.ways(shared, this.locals.get(local), this.runners[cpu] ?? { number: cpu, cpuClass: 0, concurrent: true }, this.mode);
    for (const word of classes?.trusted ?? []) {
      const pairs = this.relying.get(word);
      if (pairs) pairs.push(key, shared);
      else this.relying.set(word, [key, shared]);
    }
    const [first] = ways;
    const number = this.waysOf.push(ways) - 1;
    const isPlain = ways.length === 1 && first !== undefined && first.findings.length === 0;
    const plain = first === undefined ? 0 : this.plainClass(first.plain);
    if (isPlain && first.status === "blocked") return this.moves.set(key, shared, BLOCKED, 0, number, 0);
    if (isPlain && first.local >= 0) return this.moves.set(key, shared, first.shared, first.local, number, plain);
    return this.moves.set(key, shared, OTHERWISE, 0, number, plain);
  }

  /** How many steps a run is. A move that others cannot tell at all is put off to its end: then all of them are needed. */
  private stepsOf(run: Run): Pick<Outcome, "steps" | "needed" | "found"> {
    const isMerged = this.mode === "reduced";
    const steps = isMerged ? Math.max(1, run.visible) : 1;
    return { steps, needed: isMerged && run.committed > 0 ? Math.min(run.committed, steps) : steps, found: run.findings.length === 0 ? 0 : isMerged ? Math.min(run.found, steps) : 1 };
  }

  private plainClass(accesses: readonly PlainAccess[]): number {
    if (accesses.length === 0) return 0;
    const text = accesses.map(({ address, write, source, frame, locks }) => `${address} ${write ? "w" : "r"} ${source} ${frame} ${locks.map((lock) => lock.address).join()}`).join(";");
    const known = this.plainNumbers.get(text);
    if (known !== undefined) return known;
    const number = this.plainClasses.push(accesses) - 1;
    this.plainNumbers.set(text, number);
    return number;
  }

  /** What is wrong once all CPUs are done: finish() runs, then nothing may be left. */
  endFindings(shared: number): readonly RawFinding[] {
    const known = this.ends.get(shared);
    if (known) return known;
    const findings: RawFinding[] = [];
    const ends = this.program.finish === null ? null : this.alone(shared, this.program.finish);
    for (const outcome of ends ?? [{ shared, findings: [], status: "stop" as const }]) {
      findings.push(...outcome.findings);
      if (outcome.status !== "fatal") findings.push(...this.leaks(outcome.shared));
    }
    this.ends.set(shared, findings);
    return findings;
  }

  /** Every heap object that is alive and was not meant to stay. */
  leaks(shared: number): RawFinding[] {
    this.machine.memory.load(this.memories.get(shared));
    const left = this.machine.memory.heap().filter((object) => (object.status & KEPT) === 0 && object.status !== FREED);
    return left.map((object) => ({ kind: "leak", code: "leak", message: "", address: object.id, source: -1 }));
  }

  /** Runs a function to its end with nobody beside it. */
  alone(shared: number, entry: number): readonly Outcome[] {
    return this.ways(shared, this.machine.start(entry), { number: -1, cpuClass: 0, concurrent: false }, "end").filter((outcome) => outcome.status !== "pruned");
  }

  private ways(shared: number, local: Words, runner: Runner, mode: StopMode): Outcome[] {
    const found: Outcome[] = [];
    let script: number[] | null = [];
    for (let tried = 0; script; tried++) {
      if (tried >= MOST_WAYS) throw new Stopped("many", `one move has more than ${MOST_WAYS} ways to go`);
      const words = this.memories.get(shared);
      const run: Run = this.machine.run(words, local, runner, mode, script);
      if (run.status === "missing" || run.status === "long" || run.status === "full") throw new Stopped(run.status, run.reason);
      if (run.status === "blocked") found.push({ status: "blocked", shared, local: -1, findings: run.findings, script: run.taken, ways: product(run.choices), ...this.stepsOf(run), waitsFor: run.waitsFor, reason: "", plain: [] });
      else if (run.status !== "pruned") {
        found.push({
          status: run.status, findings: run.findings, script: run.taken, ways: product(run.choices), ...this.stepsOf(run), waitsFor: 0, reason: "", plain: run.plain,
          shared: run.shared === words ? shared : this.memories.intern(run.shared), local: run.status === "fatal" ? -1 : this.locals.intern(run.local),
        });
      }
      script = nextScript(run.taken, run.choices);
    }
    return found;
  }
}

const NO_WAYS: readonly Outcome[] = [];

const product = (numbers: readonly number[]): number => numbers.reduce((all, one) => all * one, 1);

/** The next combination of choices after `taken`; null when all were tried. */
function nextScript(taken: readonly number[], choices: readonly number[]): number[] | null {
  for (let at = taken.length - 1; at >= 0; at--) {
    const next = (taken[at] ?? 0) + 1;
    if (next < (choices[at] ?? 0)) return [...taken.slice(0, at), next];
  }
  return null;
}
