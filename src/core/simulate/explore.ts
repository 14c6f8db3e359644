// The exploration: every state that any schedule can reach, each once.
import { WordClasses } from "./classes.js";
import type { RawFinding } from "./execution.js";
import { Frames } from "./frames.js";
import type { Program } from "./ir.js";
import type { Words } from "./memory.js";
import { BLOCKED, DONE } from "./moves.js";
import { RaceCollector, type RawRace } from "./races.js";
import type { StopMode } from "./machine.js";
import { StateSet } from "./state-set.js";
import { Stopped, World } from "./world.js";

export interface Control { progress(states: number): void; cancelled(): boolean }

export interface Exploration {
  readonly states: number;
  /** Moves out of all states: one for each way that the next move of each CPU can go; of CPUs that are alike and in the same state, only one moves. */
  readonly transitions: number;
  readonly complete: boolean;
  readonly stoppedBy: string | null;
  /** One of each kind and message. */
  readonly findings: readonly RawFinding[];
  /** Code that was reached and is not there; null when none was. */
  readonly missing: string | null;
  /** Functions that some run has entered. */
  readonly entered: ReadonlySet<number>;
  /** Only of a reduced exploration that was asked for them. */
  readonly races: readonly RawRace[];
  /** The frames that `races` speak of. */
  readonly frames: Frames;
  /** All moves that were made, for whoever asks more. */
  readonly world: World;
}

/** How often the exploration may begin again with words that turned out to be visible. */
const MOST_ROUNDS = 400;
/** States between two looks at the clock of the outside world. */
const REPORT_EVERY = 4096;
/** Words of all memories that are kept, half a gigabyte: states of programs that allocate without end grow as they become more. */
const MOST_MEMORY = 2 ** 26;

/** What an exploration stops at; `firstFinding`: one is enough, and what else there is does not matter. `races`: looks for data races too, which costs time at every state. */
export interface ExploreBounds { readonly maxStates: number; readonly maxSteps: number; readonly firstFinding?: boolean; readonly races?: boolean }

/** A state in the middle of a run, to explore from: its words, the CPUs' parts, and the world's frames that they speak of. Not for twins. */
export interface Begin { readonly words: Words; readonly locals: readonly Words[]; readonly frames: Frames }

/** Explores all schedules. With "reduced", what was learned of the words makes it begin again until nothing contradicts it. */
export function explore(program: Program, mode: StopMode, twins: boolean, bounds: ExploreBounds, control: Control, from?: Begin): Exploration {
  const classes = mode === "reduced" ? new WordClasses() : null;
  const world = new World(program, mode, classes, bounds.maxSteps, twins, from?.frames ?? new Frames(program));
  let last: Exploration | null = null;
  if (classes && !from) rehearse(world, classes);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    last = exploreOnce(world, classes, bounds, control, from);
    if (!classes || classes.refuted.size === 0) return last;
    // What was found before a refutation is real.
    if (bounds.firstFinding === true && last.findings.length > 0) return last;
    world.forget(classes.refuted);
    classes.restart();
  }
  return { ...(last ?? { states: 0, transitions: 0, findings: [], missing: null, entered: new Set<number>(), races: [], frames: world.machine.frames, world }), complete: false, stoppedBy: "rounds" };
}

/** Moves of one rehearsal: more than that is a loop, or a program whose words are learned while exploring. */
const REHEARSED = 1000;

/** Lets the CPUs run one after the other, each of a kind first once: most words that others can see show it here, and need no round of their own. */
function rehearse(world: World, classes: WordClasses): void {
  const kinds = new Set(world.runners.map((runner) => runner.cpuClass));
  try {
    const start = world.starts().find((one) => !one.ended);
    for (const kind of start ? kinds : []) {
      const first = world.runners.findIndex((runner) => runner.cpuClass === kind);
      const order = [first, ...world.runners.map((_, cpu) => cpu).filter((cpu) => cpu !== first)];
      const locals = world.startLocals();
      let shared = start?.shared ?? 0;
      let moves = 0;
      for (const cpu of order) {
        for (; moves < REHEARSED; moves++) {
          const next = world.isDone(locals[cpu] ?? 0) ? undefined : world.outcomes(shared, locals[cpu] ?? 0, cpu).find((outcome) => outcome.local >= 0);
          world.forget(classes.refuted);
          classes.restart();
          if (!next) break;
          shared = next.shared;
          locals[cpu] = next.local;
        }
      }
    }
  } catch (error) {
    // The exploration gets there as well, and says so.
    if (!(error instanceof Stopped)) throw error;
  }
}

function exploreOnce(world: World, classes: WordClasses | null, { maxStates, firstFinding, races: wanted }: ExploreBounds, control: Control, from?: Begin): Exploration {
  const cpus = world.program.cpus.length;
  const twin = world.twins ? world.program.cpus.findIndex((cpu) => cpu.identical) : -1;
  const firstTwin = twin < 0 ? cpus : twin;
  const table = new StateSet(cpus, firstTwin);
  const { locals } = table;
  const findings = new Map<string, RawFinding>();
  const note = (finding: RawFinding): void => {
    const key = `${finding.kind} ${finding.code} ${finding.message}`;
    if (!findings.has(key)) findings.set(key, finding);
  };
  const races = wanted === true ? new RaceCollector(world.program) : null;
  const plain: number[] = [];
  let transitions = 0;
  const result = (complete: boolean, stoppedBy: string | null, missing: string | null = null): Exploration =>
    ({ states: table.size, transitions, complete, stoppedBy, findings: [...findings.values()], missing, entered: world.machine.frames.entered(), races: races?.result() ?? [], frames: world.machine.frames, world });

  try {
    if (from) table.add(world.memories.intern(from.words), from.locals.map((local) => world.locals.intern(local)));
    for (const start of from ? [] : world.starts()) {
      start.findings.forEach(note);
      if (!start.ended) table.add(start.shared, world.startLocals());
    }
    for (let state = 0; state < table.size; state++) {
      if (classes && classes.refuted.size > 0) return result(false, "round");
      if (firstFinding === true && findings.size > 0) return result(false, "firstFinding");
      if (state % REPORT_EVERY === REPORT_EVERY - 1) {
        control.progress(table.size);
        if (control.cancelled()) return result(false, "cancelled");
      }
      const shared = table.take(state);
      let enabled = false;
      let running = false;
      let racing = 0;
      let accesses = 0;
      for (let cpu = 0; cpu < cpus; cpu++) {
        const local = locals[cpu] ?? 0;
        // Equal twins have equal moves; a race of the two is still one.
        if (cpu > firstTwin && local === locals[cpu - 1]) {
          if (accesses > 0) plain[racing++] = accesses;
          continue;
        }
        const at = world.move(shared, local, cpu);
        const to = world.moves.toShared(at);
        accesses = 0;
        if (to === DONE) continue;
        running = true;
        if (to === BLOCKED) continue;
        if (races) {
          accesses = world.moves.plainOf(at);
          if (accesses > 0) plain[racing++] = accesses;
        }
        if (to >= 0) {
          enabled = true;
          transitions++;
          table.follow(to, cpu, world.moves.toLocal(at));
          continue;
        }
        for (const outcome of world.waysAt(at)) {
          for (const finding of outcome.findings) note(finding);
          if (outcome.status === "blocked") continue;
          enabled = true;
          transitions++;
          if (outcome.status === "fatal") continue;
          table.follow(outcome.shared, cpu, outcome.local);
        }
      }
      if (table.isWaiting || state + 1 === table.size) table.settle();
      if (races) for (let one = 1; one < racing; one++) for (let other = 0; other < one; other++) if (races.isNew(plain[one] ?? 0, plain[other] ?? 0)) races.compare(world.plainClasses[plain[one] ?? 0] ?? [], world.plainClasses[plain[other] ?? 0] ?? []);
      if (!running) world.endFindings(shared).forEach(note);
      else if (!enabled && !prunedAll(world, shared, locals)) note({ kind: "deadlock", code: "deadlock", message: "", address: 0, source: -1 });
      if (table.size > maxStates) return result(false, "maxStates");
      if (world.memories.words > MOST_MEMORY) return result(false, "maxMemory");
    }
    control.progress(table.size);
    return result(true, null);
  } catch (error) {
    if (error instanceof Stopped) return result(false, error.bound, error.bound === null ? error.reason : null);
    throw error;
  }
}

/** True when some CPU cannot go on because an assumption of the model cuts its path, and not because it waits. */
function prunedAll(world: World, shared: number, locals: Int32Array): boolean {
  return world.program.cpus.some((_, cpu) => {
    const local = locals[cpu] ?? 0;
    return !world.isDone(local) && world.outcomes(shared, local, cpu).length === 0;
  });
}
