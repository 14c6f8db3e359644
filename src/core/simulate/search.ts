// The trace to show: fewest CPU switches, then fewest steps, over states together with the CPU that ran last.
import type { RawFinding } from "./execution.js";
import type { Control } from "./explore.js";
import { hashOfPart, StateTable } from "./states.js";
import type { World } from "./world.js";

export interface Move { readonly cpu: number; readonly script: readonly number[] }

export interface Schedule {
  readonly setup: readonly number[];
  readonly moves: readonly Move[];
  readonly switches: number;
  /** The steps of each move, where moves are merged. */
  readonly steps?: readonly number[];
  /** What the search that has found it says that it costs. */
  readonly cost?: Cost;
  /** What the last move finds (or the end, or the deadlock, after it). */
  readonly findings: readonly RawFinding[];
  readonly at: "setup" | "move" | "blocked" | "end" | "deadlock";
}

/** Which schedule is best: by switches and then steps, or by steps alone. */
export type Order = "switches" | "steps";

/** What a schedule costs, in this order; of an order by steps alone, switches cost nothing. */
export interface Cost { readonly switches: number; readonly steps: number }

export interface SearchOptions {
  /** Switches that a schedule may have; null is any number. */
  readonly maxSwitches: number | null;
  readonly maxNodes?: number;
  /** Begins after the moves of another schedule. */
  readonly from?: Schedule;
  /**
   * Every CPU's last move costs only what of it is needed, and a move with a finding only what leads up to that. Of the world of a complete exploration this is at most what the best
   * schedule of single steps costs: that one, with each CPU's steps moved to where others can tell them, is among those that are looked at.
   */
  readonly isLowerBound?: boolean;
  /** Only what costs less than this is looked for. */
  readonly below?: Cost;
  /** Told when the search ends before it knows: too many nodes, or nobody waits for the answer. */
  readonly onGivenUp?: () => void;
}

/** Nodes kept by one search. */
export const MOST_NODES = 3_000_000;
const LOOK_EVERY = 1024;
const NO_FINDINGS: readonly RawFinding[] = [];
/** For the hash: no CPU class has this number. */
const LAST = 63;
/** In place of the state of a CPU that has made its last move, and may be in the middle of it. */
const STAYS = -2;

/** Searches for the best schedule whose end has a finding that `accept` takes; null when there is none, or when the search was given up. */
export function search(world: World, order: Order, accept: (finding: RawFinding) => boolean, options: SearchOptions, control: Control): Schedule | null {
  return new Search(world, order, accept, options, control).run();
}

/** A node is a state with the place of the CPU that ran last: where identical CPUs are in the same state, the first of them. Numbers of nodes are those of `table`. */
class Search {
  private readonly table: StateTable;
  private readonly cpus: number;
  /** The first of the CPUs that may change places; the number of CPUs when none may. */
  private readonly firstTwin: number;
  private readonly salts: readonly number[];
  /** For each node: what it costs, its real switches, the node before it, the place that moved there, and which of its ways it took. */
  private readonly switches: number[] = [];
  private readonly steps: number[] = [];
  private readonly real: number[] = [];
  private readonly parents: number[] = [];
  private readonly movers: number[] = [];
  private readonly ways: number[] = [];
  private readonly settled: boolean[] = [];
  private readonly setups: (readonly number[])[] = [];
  private readonly goals: { readonly parent: number; readonly mover: number; readonly way: number; readonly real: number; readonly findings: readonly RawFinding[]; readonly at: Schedule["at"]; readonly setup: readonly number[] }[] = [];
  /** What waits, by switches and then by steps: nodes, and goals as `-1 - number`. */
  private readonly waiting: number[][][] = [];
  private readonly before: readonly Move[];
  private order: number[] = [];
  private nodes = 0;

  constructor(private readonly world: World, private readonly by: Order, private readonly accept: (finding: RawFinding) => boolean, private readonly options: SearchOptions, private readonly control: Control) {
    const { cpus } = world.program;
    this.cpus = cpus.length;
    this.table = new StateTable(2 + this.cpus);
    const first = world.twins ? cpus.findIndex((cpu) => cpu.identical) : -1;
    this.firstTwin = first < 0 ? this.cpus : first;
    this.salts = cpus.map((_, cpu) => world.classOf(cpu));
    this.before = options.from?.moves ?? [];
  }

  run(): Schedule | null {
    if (this.options.from) this.continueFrom(this.options.from);
    else {
      for (const start of this.world.starts()) {
        const findings = start.findings.filter(this.accept);
        if (findings.length > 0) this.goal(0, 0, { parent: -1, mover: -1, way: 0, real: 0, findings, at: "setup", setup: start.script });
        else if (!start.ended) this.begin(start.shared, this.world.startLocals(), -1, start.script, 0);
      }
    }
    for (let switches = 0; switches < this.waiting.length; switches++) {
      const row = this.waiting[switches] ?? [];
      for (let steps = 0; steps < row.length; steps++) {
        const bucket = row[steps] ?? [];
        for (let index = 0; index < bucket.length; index++) {
          const node = bucket[index] ?? 0;
          if (node < 0) return { ...this.schedule(-1 - node), cost: { switches, steps } };
          if (this.settled[node] || this.switches[node] !== switches || this.steps[node] !== steps) continue;
          this.settled[node] = true;
          if (this.table.size > (this.options.maxNodes ?? MOST_NODES) || (++this.nodes % LOOK_EVERY === 0 && this.control.cancelled())) {
            this.options.onGivenUp?.();
            return null;
          }
          this.expand(node, switches, steps);
        }
        row[steps] = [];
      }
    }
    return null;
  }

  private expand(node: number, switches: number, steps: number): void {
    const { world, table } = this;
    const isLowerBound = this.options.isLowerBound === true;
    const from = node * table.width;
    const shared = table.words[from] ?? 0;
    const last = table.words[from + 1 + this.cpus] ?? -1;
    const locals = Array.from(table.words.subarray(from + 1, from + 1 + this.cpus));
    let running = false;
    let canMove = false;
    let waitsForItself = false;
    let someStay = false;
    const tooDear: number[] = [];
    for (let place = 0; place < this.cpus; place++) {
      const local = locals[place] ?? 0;
      if (local === STAYS) someStay = true;
      if (local === STAYS || world.isDone(local)) continue;
      running = true;
      // What an identical CPU in the same state can do is the same; and it is no cheaper, as the first of them is the last that ran.
      if (place > this.firstTwin && local === locals[place - 1]) continue;
      const switched = last >= 0 && last !== place ? 1 : 0;
      const cost = this.by === "switches" ? switches + switched : 0;
      const real = (this.real[node] ?? 0) + switched;
      if (!this.isAllowed(cost, steps + 1, real)) {
        tooDear.push(place);
        continue;
      }
      const ways = world.outcomes(shared, local, place);
      if (ways.length === 0) canMove = true;
      for (let way = 0; way < ways.length; way++) {
        const outcome = ways[way];
        if (!outcome) continue;
        const findings = outcome.findings.length === 0 ? NO_FINDINGS : outcome.findings.filter(this.accept);
        if (outcome.status === "blocked") {
          if (findings.length > 0) waitsForItself = true;
        } else canMove = true;
        const least = steps + (!isLowerBound ? outcome.steps : findings.length > 0 ? outcome.found : outcome.needed);
        if (!this.isAllowed(cost, least, real)) continue;
        if (findings.length > 0) this.goal(cost, least, { parent: node, mover: place, way, real, findings, at: outcome.status === "blocked" ? "blocked" : "move", setup: [] });
        else if (outcome.status !== "blocked" && outcome.status !== "fatal") {
          this.follow(locals, place, outcome.shared, outcome.local, cost, steps + outcome.steps, real, node, way);
          if (isLowerBound && outcome.needed < outcome.steps) this.follow(locals, place, outcome.shared, STAYS, cost, least, real, node, way);
        }
      }
    }
    // Where one stays in the middle of its move, nothing is known of the end.
    if (someStay) return;
    // Of moves that would cost too much, all that matters is whether there is one: most nodes never ask.
    for (const place of tooDear) {
      if (canMove) break;
      const ways = world.outcomes(shared, locals[place] ?? 0, place);
      canMove = ways.length === 0 || ways.some((outcome) => outcome.status !== "blocked");
      if (ways.some((outcome) => outcome.status === "blocked" && outcome.findings.some(this.accept))) waitsForItself = true;
    }
    if (!running) {
      const findings = world.endFindings(shared).filter(this.accept);
      if (findings.length > 0) this.goal(switches, steps, { parent: node, mover: -1, way: 0, real: this.real[node] ?? 0, findings, at: "end", setup: [] });
    } else if (!canMove && !waitsForItself) {
      const deadlock: RawFinding = { kind: "deadlock", code: "deadlock", message: "", address: 0, source: -1 };
      if (this.accept(deadlock)) this.goal(switches, steps, { parent: node, mover: -1, way: 0, real: this.real[node] ?? 0, findings: [deadlock], at: "deadlock", setup: [] });
    }
  }

  /** Pushes the state after a move of the CPU at `place`; unless that costs too much. */
  private follow(locals: readonly number[], place: number, shared: number, local: number, switches: number, steps: number, real: number, parent: number, way: number): void {
    if (!this.isAllowed(switches, steps, real)) return;
    const next = locals.slice();
    const to = this.reorder(next, place, local);
    this.push(shared, next, to, switches, steps, real, parent, place, local === STAYS ? ~way : way);
  }

  private isAllowed(switches: number, steps: number, real: number): boolean {
    const { maxSwitches, below } = this.options;
    if (maxSwitches !== null && real > maxSwitches) return false;
    return below === undefined || switches < below.switches || (switches === below.switches && steps < below.steps);
  }

  private goal(switches: number, steps: number, goal: Search["goals"][number]): void {
    this.goals.push(goal);
    this.bucket(switches, steps).push(-this.goals.length);
  }

  private push(shared: number, locals: readonly number[], last: number, switches: number, steps: number, real: number, parent: number, mover: number, way: number): void {
    const { table } = this;
    const known = table.size;
    const { words, next } = table;
    let hash = hashOfPart(shared, 0) + hashOfPart(last, LAST);
    words[next] = shared;
    for (let place = 0; place < this.cpus; place++) {
      const local = locals[place] ?? 0;
      words[next + 1 + place] = local;
      hash = (hash + hashOfPart(local, this.salts[place] ?? 0)) | 0;
    }
    words[next + 1 + this.cpus] = last;
    const node = table.settle(hash | 0);
    if (node < known) {
      const before = this.switches[node] ?? 0;
      if (this.settled[node] || before < switches || (before === switches && (this.steps[node] ?? 0) <= steps)) return;
    }
    this.switches[node] = switches;
    this.steps[node] = steps;
    this.real[node] = real;
    this.parents[node] = parent;
    this.movers[node] = mover;
    this.ways[node] = way;
    this.bucket(switches, steps).push(node);
  }

  private bucket(switches: number, steps: number): number[] {
    while (this.waiting.length <= switches) this.waiting.push([]);
    const row = this.waiting[switches] ?? [];
    while (row.length <= steps) row.push([]);
    return row[steps] ?? [];
  }

  /** Puts a CPU's new state in its place among its like, and gives that place: the first of those that are in the same state. `owners` move along. */
  private reorder(locals: number[], place: number, local: number, owners?: number[]): number {
    let to = place;
    const shift = (from: number): void => {
      locals[to] = locals[from] ?? 0;
      if (owners) [owners[to], owners[from]] = [owners[from] ?? 0, owners[to] ?? 0];
      to = from;
    };
    if (place >= this.firstTwin) {
      while (to > this.firstTwin && (locals[to - 1] ?? 0) >= local) shift(to - 1);
      while (to < this.cpus - 1 && (locals[to + 1] ?? 0) < local) shift(to + 1);
    }
    locals[to] = local;
    return to;
  }

  /** The first node: `locals` by CPU, sorted here. */
  private begin(shared: number, locals: readonly number[], last: number, setup: readonly number[], real: number): void {
    this.order = [...locals.keys()].sort((a, b) => (a < this.firstTwin || b < this.firstTwin ? a - b : (locals[a] ?? 0) - (locals[b] ?? 0) || (a === last ? -1 : b === last ? 1 : a - b)));
    this.setups[this.table.size] = setup;
    this.push(shared, this.order.map((cpu) => locals[cpu] ?? 0), last < 0 ? -1 : this.order.indexOf(last), 0, 0, real, -1, -1, 0);
  }

  /** The way to a goal, told of CPUs again instead of places. */
  private schedule(number: number): Schedule {
    const goal = this.goals[number];
    const path: { readonly node: number; readonly mover: number; readonly way: number }[] = [];
    let at = goal?.parent ?? -1;
    if (goal && goal.mover >= 0) path.push({ node: at, mover: goal.mover, way: goal.way });
    while ((this.parents[at] ?? -1) >= 0) {
      path.push({ node: this.parents[at] ?? 0, mover: this.movers[at] ?? 0, way: this.ways[at] ?? 0 });
      at = this.parents[at] ?? -1;
    }
    const owners = this.order.slice();
    const moves: Move[] = [];
    const steps: number[] = [];
    for (const { node, mover, way } of path.reverse()) {
      const from = node * this.table.width;
      const locals = Array.from(this.table.words.subarray(from + 1, from + 1 + this.cpus));
      const outcome = this.world.outcomes(this.table.words[from] ?? 0, locals[mover] ?? 0, mover)[way < 0 ? ~way : way];
      moves.push({ cpu: owners[mover] ?? 0, script: outcome?.script ?? [] });
      steps.push((way < 0 ? outcome?.needed : outcome?.steps) ?? 1);
      if (outcome && outcome.local >= 0) this.reorder(locals, mover, way < 0 ? STAYS : outcome.local, owners);
    }
    const setup = at < 0 ? goal?.setup : this.options.from?.setup ?? this.setups[at];
    return { setup: setup ?? [], moves: [...this.before, ...moves], steps: [...this.before.map(() => 1), ...steps], switches: goal?.real ?? 0, findings: goal?.findings ?? [], at: goal?.at ?? "end" };
  }

  /** Begins in the state that a schedule leads to. */
  private continueFrom(from: Schedule): void {
    const { world } = this;
    const start = world.starts().find((one) => one.script.join() === from.setup.join());
    if (!start) return;
    let shared = start.shared;
    const locals = world.startLocals();
    let last = -1;
    let real = 0;
    for (const move of from.moves) {
      const outcome = world.outcomes(shared, locals[move.cpu] ?? 0, move.cpu).find((one) => one.script.join() === move.script.join());
      if (!outcome || outcome.local < 0) return;
      shared = outcome.shared;
      locals[move.cpu] = outcome.local;
      if (last >= 0 && last !== move.cpu) real++;
      last = move.cpu;
    }
    this.begin(shared, locals, last, from.setup, real);
  }
}
