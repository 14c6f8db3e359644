// A new scenario that runs: its set-up is completed with what short runs of it miss, until nothing is missing, and with what leads its functions further.
import type { Unit } from "./compile/link.js";
import { coverageOf, reachedLines, type ReachedLines } from "./coverage.js";
import type { Readings } from "./drafts.js";
import type { RawFinding } from "./execution.js";
import { exploreAll } from "./explore-program.js";
import { type Lack, lackOf, hiddenOf } from "./lacks.js";
import { prepare } from "./prepare.js";
import { search } from "./search.js";
import type { Code } from "./simulate.js";
import { writeSkeleton, type Plan } from "./skeleton.js";
import { wishesOf, type Wish, type Wishes } from "./skeleton-wishes.js";
import type { Bounds, FindingKind, KernelSources, SourceText } from "./types.js";
import { Stopped, World } from "./world.js";

/** Things that are added to one set-up. */
const MOST_LACKS = 24;
/** Set-ups that are tried to lead the functions further. */
const MOST_TRIES = 16;
/** Runs that may meet a bound: each of them takes its time. */
const MOST_BOUNDED = 4;
/** A run that looks for what is missing is a short one. */
const BOUNDS: Bounds = { maxStates: 3000, maxSteps: 5000, maxPreemptions: null };
const MOST_NODES = 20_000;
const QUIET = { progress: (): void => undefined, cancelled: (): boolean => false };
/** What a value of setup() that was made up to lead further can bring about by itself; of an argument's any value, a caller may have it. */
const OF_VALUES: ReadonlySet<FindingKind> = new Set(["null", "warn", "leak", "list", "id", "refcount", "deadlock"]);
const OF_ARGUMENTS: ReadonlySet<FindingKind> = new Set(["null", "warn", "leak"]);

/** What a short run of a text has shown. */
interface Trial {
  readonly lack: Lack | "setup" | null;
  readonly kinds: ReadonlySet<FindingKind>;
  readonly reached: ReachedLines;
  /** Lines of the chosen functions that some schedule went over; -1 when the text does not run. */
  readonly lines: number;
  readonly isWhole: boolean;
  /** It has more states than a short run looks at, or it has met a bound that a longer one would meet, too. */
  readonly isLong: boolean;
  readonly isBounded: boolean;
}

interface Written { readonly text: SourceText; readonly plan: Plan; readonly trial: Trial }

/** The scenario for some functions, with a set-up that gives them what their lines reach for. */
export function writeRunnable(readings: Readings, kernel: KernelSources, code: Code, units: readonly Unit[], names: readonly string[]): SourceText {
  const author = new Author(readings, kernel, code, units, names);
  return author.write();
}

class Author {
  /** Runs so far that have met a bound. */
  private bounded = 0;

  constructor(private readonly readings: Readings, private readonly kernel: KernelSources, private readonly code: Code, private readonly units: readonly Unit[], private readonly names: readonly string[]) {}

  /** Objects as the code's own functions make them, where that succeeds in setup() and what is asked runs as far as with objects that are made by hand. */
  write(): SourceText {
    const byHand = this.further(this.complete({ lacks: [], wishes: [], isMade: false }));
    const plan: Plan = { lacks: [], wishes: [], isMade: true };
    if (writeSkeleton(this.units, this.names, plan).text === writeSkeleton(this.units, this.names, { ...plan, isMade: false }).text) return byHand.text;
    this.bounded = 0;
    const first = this.complete(plan);
    if (first.trial.lines <= 0 || first.trial.lack === "setup") return byHand.text;
    const made = this.further(first);
    // What probe() goes by is made up, too: only what cannot come of that is more than before.
    const more = [...made.trial.kinds].filter((kind) => !byHand.trial.kinds.has(kind));
    return made.trial.lines >= byHand.trial.lines && more.every((kind) => !OF_ARGUMENTS.has(kind)) && (!made.trial.isBounded || byHand.trial.isBounded) ? made.text : byHand.text;
  }

  /** A text with what leads its functions over more lines. */
  private further(from: Written): Written {
    let best = from;
    const tried = new Set<string>();
    for (let tries = 0; tries < MOST_TRIES && !best.trial.isBounded && this.bounded < MOST_BOUNDED && !best.trial.isWhole && best.trial.lines >= 0; tries++) {
      const wishes = this.wishes(best.trial.reached).find((one) => !tried.has(JSON.stringify(one)));
      if (wishes === undefined) break;
      tried.add(JSON.stringify(wishes));
      const next = this.complete({ ...best.plan, wishes: joined(best.plan.wishes, wishes) });
      const made = wishes.every((wish) => wish.kind === "argument") ? OF_ARGUMENTS : OF_VALUES;
      const more = [...next.trial.kinds].filter((kind) => !best.trial.kinds.has(kind));
      // A run ends at the first finding: one that is new, and not of what was made up, is further than before.
      const isUnsure = next.trial.isBounded || (next.trial.isLong && wishes.some((wish) => wish.kind === "pointer"));
      if (next.trial.lines >= 0 && !isUnsure && more.every((kind) => !made.has(kind)) && (next.trial.lines > best.trial.lines || (more.length > 0 && next.trial.lack === null))) best = next;
    }
    return best;
  }

  /** The text of a plan with all that runs of it miss. */
  private complete(plan: Plan): Written {
    const lacks = [...plan.lacks];
    const { wishes, isMade } = plan;
    let text = writeSkeleton(this.units, this.names, plan);
    let trial = this.run(text);
    let before: Written = { text, plan, trial };
    while (lacks.length < MOST_LACKS && this.bounded < MOST_BOUNDED) {
      const now: Written = { text, plan: { lacks: [...lacks], wishes, isMade }, trial };
      const { lack } = trial;
      // A line that setup() itself stumbles over is left out again.
      if (lack === "setup") return before;
      if (lack === null || (lack.place === null && lack.kind !== "values" && lack.kind !== "leaks") || lacks.some((one) => one.kind === lack.kind && one.place === lack.place && (lack.kind !== "lock" || one.cpu === lack.cpu))) return now;
      const next = writeSkeleton(this.units, this.names, { lacks: [...lacks, lack], wishes, isMade });
      // What cannot be written in C leaves the text as it was.
      if (next.text === text.text || prepare(this.readings, this.kernel, this.code.images, requestFor(next)).kind !== "program") return now;
      lacks.push(lack);
      before = now;
      text = next;
      trial = this.run(text);
    }
    return { text, plan: { lacks, wishes, isMade }, trial };
  }

  private run(scenario: SourceText): Trial {
    const nothing: Trial = { lack: null, kinds: new Set(), reached: new Map(), lines: -1, isWhole: false, isLong: false, isBounded: false };
    const prepared = prepare(this.readings, this.kernel, this.code.images, requestFor(scenario));
    if (prepared.kind !== "program") return nothing;
    const { exploration, compiled, twins } = exploreAll(prepared, { ...BOUNDS, firstFinding: !prepared.header.warningsAreNothing }, QUIET);
    if (exploration.missing !== null) return nothing;
    const reached = reachedLines(compiled.program, exploration.world.machine.marks, exploration.entered);
    const { functions } = coverageOf(this.units, reached, [], this.names);
    const { warningsAreNothing, leaksAreNothing } = prepared.header;
    const counts = (finding: RawFinding): boolean => !(warningsAreNothing && finding.kind === "warn") && !(leaksAreNothing && finding.kind === "leak");
    const found = exploration.findings.filter(counts);
    const trial: Trial = { lack: null, kinds: new Set(found.map((finding) => finding.kind)), reached, lines: functions.reduce((sum, one) => sum + one.reached, 0), isWhole: functions.every((one) => one.missed.length === 0), isLong: exploration.stoppedBy === "maxStates", isBounded: exploration.stoppedBy !== null && exploration.stoppedBy !== "firstFinding" && exploration.stoppedBy !== "maxStates" };
    if (trial.isBounded) this.bounded++;
    if (found.length === 0) return trial;
    try {
      const world = new World(compiled.program, "shared", null, BOUNDS.maxSteps, twins);
      const schedule = search(world, "switches", counts, { maxSwitches: null, maxNodes: MOST_NODES }, QUIET);
      return { ...trial, lack: schedule === null ? null : schedule.at === "setup" ? "setup" : lackOf(world, schedule, hiddenOf(compiled.assumptions)) };
    } catch (error) {
      if (error instanceof Stopped) return trial;
      throw error;
    }
  }

  private wishes(reached: ReachedLines): readonly Wishes[] {
    return this.names.flatMap((name) => {
      const fn = this.units.flatMap((unit) => unit.unit.functions).find((one) => one.name === name && one.body !== null);
      return fn ? wishesOf(this.units, fn, reached) : [];
    });
  }
}

/** Wishes with more of them. An argument may have all the values that were wished for it. */
function joined(old: readonly Wish[], more: Wishes): readonly Wish[] {
  const kept = old.filter((one) => !more.some((wish) => isSame(one, wish)));
  return [...kept, ...more.map((wish): Wish => {
    const was = wish.kind === "argument" ? old.find((one) => isSame(one, wish)) : undefined;
    return wish.kind === "argument" && was?.kind === "argument" ? { ...wish, value: `__choose(2) ? ${wish.value} : (${was.value})` } : wish;
  })];
}

/** Whether two wishes are about the same value. */
function isSame(a: Wish, b: Wish): boolean {
  if (a.kind === "argument" || b.kind === "argument") return a.kind === "argument" && b.kind === "argument" && a.function === b.function && a.parameter === b.parameter;
  return a.struct === b.struct && a.place === b.place;
}

const requestFor = (scenario: SourceText): Parameters<typeof prepare>[3] => ({ patchKey: "", side: "after", scenario, whatIf: null, users: null, bounds: BOUNDS });
