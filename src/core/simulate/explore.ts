// The exploration: every state that any schedule can reach, each once.
import { WordClasses } from "./classes.js";
import type { PlainAccess, RawFinding } from "./execution.js";
import { Frames } from "./frames.js";
import { TupleTable } from "./intern.js";
import type { Program } from "./ir.js";
import { RaceCollector, type RawRace } from "./races.js";
import type { StopMode } from "./machine.js";
import { Stopped, World } from "./world.js";

export interface Control { progress(states: number): void; cancelled(): boolean }

export interface Exploration {
  readonly states: number;
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
}

/** How often the exploration may begin again with words that turned out to be visible. */
const MOST_ROUNDS = 400;
/** States between two looks at the clock of the outside world. */
const REPORT_EVERY = 4096;

/** What an exploration stops at; `firstFinding`: one is enough, and what else there is does not matter. `races`: looks for data races too, which costs time at every state. */
export interface ExploreBounds { readonly maxStates: number; readonly maxSteps: number; readonly firstFinding?: boolean; readonly races?: boolean }

/** A state in the middle of a run, to explore from: its words, the CPUs' parts, and the world's frames that they speak of. Not for twins. */
export interface Begin { readonly words: readonly number[]; readonly locals: readonly (readonly number[])[]; readonly frames: Frames }

/** Explores all schedules. With "reduced", what was learned of the words makes it begin again until nothing contradicts it. */
export function explore(program: Program, mode: StopMode, twins: boolean, bounds: ExploreBounds, control: Control, from?: Begin): Exploration {
  const classes = mode === "reduced" ? new WordClasses() : null;
  let last: Exploration | null = null;
  const frames = from?.frames ?? new Frames(program);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    classes?.restart();
    last = exploreOnce(new World(program, mode, classes, bounds.maxSteps, twins, frames), classes, bounds, control, from);
    if (!classes?.refuted) return last;
    // What was found before a refutation is real.
    if (bounds.firstFinding === true && last.findings.length > 0) return last;
  }
  return { ...(last ?? { states: 0, transitions: 0, findings: [], missing: null, entered: new Set<number>(), races: [], frames }), complete: false, stoppedBy: "rounds" };
}

function exploreOnce(world: World, classes: WordClasses | null, { maxStates, firstFinding, races: wanted }: ExploreBounds, control: Control, from?: Begin): Exploration {
  const cpus = world.program.cpus;
  const width = 1 + cpus.length;
  const table = new TupleTable(width);
  const findings = new Map<string, RawFinding>();
  const note = (finding: RawFinding): void => {
    const key = `${finding.kind} ${finding.code} ${finding.message}`;
    if (!findings.has(key)) findings.set(key, finding);
  };
  const races = wanted === true ? new RaceCollector(world.program) : null;
  const plain: (readonly PlainAccess[])[] = [];
  let transitions = 0;
  const result = (complete: boolean, stoppedBy: string | null, missing: string | null = null): Exploration =>
    ({ states: table.size, transitions, complete, stoppedBy, findings: [...findings.values()], missing, entered: world.machine.frames.entered(), races: races?.result() ?? [], frames: world.machine.frames });
  const firstTwin = world.twins ? cpus.findIndex((cpu) => cpu.identical) : -1;
  const tuple = new Int32Array(width);
  const next = new Int32Array(width);

  try {
    const starts = from ? [] : world.starts();
    if (from) table.add(Int32Array.of(world.memories.intern(from.words), ...from.locals.map((local) => world.locals.intern(local))));
    for (const start of starts) {
      start.findings.forEach(note);
      tuple.set([start.shared, ...world.startLocals()]);
      sortTwins(tuple, firstTwin);
      table.add(tuple);
    }
    for (let state = 0; state < table.size; state++) {
      if (classes?.refuted) return result(false, "round");
      if (firstFinding === true && findings.size > 0) return result(false, "firstFinding");
      if (state % REPORT_EVERY === REPORT_EVERY - 1) {
        control.progress(table.size);
        if (control.cancelled()) return result(false, "cancelled");
      }
      table.read(state, tuple);
      const shared = tuple[0] ?? 0;
      let enabled = false;
      let running = false;
      plain.length = 0;
      for (let cpu = 0; cpu < cpus.length; cpu++) {
        const local = tuple[1 + cpu] ?? 0;
        if (world.isDone(local)) continue;
        running = true;
        // Equal twins have equal moves; a race of the two is still one.
        const isTwin = firstTwin >= 0 && cpu > firstTwin && local === tuple[cpu];
        if (isTwin && !races) continue;
        const outcomes = world.outcomes(shared, local, cpu);
        if (races && outcomes[0] && outcomes[0].plain.length > 0) plain.push(outcomes[0].plain);
        if (isTwin) continue;
        for (const outcome of outcomes) {
          for (const finding of outcome.findings) note(finding);
          if (outcome.status === "blocked") continue;
          enabled = true;
          transitions++;
          if (outcome.status === "fatal") continue;
          for (let at = 0; at < width; at++) next[at] = tuple[at] ?? 0;
          next[0] = outcome.shared;
          next[1 + cpu] = outcome.local;
          sortTwins(next, firstTwin);
          table.add(next);
        }
      }
      if (races) for (let one = 1; one < plain.length; one++) for (let other = 0; other < one; other++) races.compare(plain[one] ?? [], plain[other] ?? []);
      if (!running) world.endFindings(shared).forEach(note);
      else if (!enabled && !prunedAll(world, tuple)) note({ kind: "deadlock", code: "deadlock", message: "", address: 0, source: -1 });
      if (table.size > maxStates) return result(false, "maxStates");
    }
    control.progress(table.size);
    return result(true, null);
  } catch (error) {
    if (error instanceof Stopped) return error.status === "missing" ? result(false, null, error.reason) : result(false, "maxSteps");
    throw error;
  }
}

/** True when some CPU cannot go on because an assumption of the model cuts its path, and not because it waits. */
function prunedAll(world: World, tuple: Int32Array): boolean {
  return world.program.cpus.some((_, cpu) => {
    const local = tuple[1 + cpu] ?? 0;
    return !world.isDone(local) && world.outcomes(tuple[0] ?? 0, local, cpu).length === 0;
  });
}

/** Brings the parts of identical CPUs, the last of the tuple, into order. */
function sortTwins(tuple: Int32Array, firstTwin: number): void {
  if (firstTwin < 0) return;
  for (let at = firstTwin + 2; at < tuple.length; at++) {
    const value = tuple[at] ?? 0;
    let to = at;
    while (to > firstTwin + 1 && (tuple[to - 1] ?? 0) > value) {
      tuple[to] = tuple[to - 1] ?? 0;
      to--;
    }
    tuple[to] = value;
  }
}
