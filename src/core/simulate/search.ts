// The trace to show: fewest CPU switches, then fewest steps, over states together with the CPU that ran last.
import type { RawFinding } from "./execution.js";
import { TupleTable } from "./intern.js";
import type { Control } from "./explore.js";
import type { World } from "./world.js";

export interface Move { readonly cpu: number; readonly script: readonly number[] }

export interface Schedule {
  readonly setup: readonly number[];
  readonly moves: readonly Move[];
  readonly switches: number;
  /** What the last move finds (or the end, or the deadlock, after it). */
  readonly findings: readonly RawFinding[];
  readonly at: "setup" | "move" | "blocked" | "end" | "deadlock";
}

/** Which schedule is best: by switches and then steps, or by steps alone. */
export type Order = "switches" | "steps";

interface Goal { readonly findings: readonly RawFinding[]; readonly at: Schedule["at"] }

/** Nodes kept by one search. */
const MOST_NODES = 3_000_000;

/**
 * Searches for the best schedule whose end has a finding that `accept` takes; null when there is none, or when the search
 * was given up. `maxSwitches` bounds it; `from` begins after the moves of another schedule.
 */
export function search(world: World, order: Order, accept: (finding: RawFinding) => boolean, options: { readonly maxSwitches: number | null; readonly maxNodes?: number; readonly from?: Schedule; readonly onGivenUp?: () => void }, control: Control): Schedule | null {
  return new Search(world, order, accept, options.maxSwitches, options.maxNodes ?? MOST_NODES, control, options.onGivenUp).run(options.from ?? null);
}

class Search {
  private readonly table: TupleTable;
  private readonly parents: number[] = [];
  private readonly moves: (Move | null)[] = [];
  private readonly setups: (readonly number[])[] = [];
  private readonly switchesOf: number[] = [];
  private readonly goals = new Map<number, Goal>();
  private readonly done: boolean[] = [];
  /** Nodes waiting, by switches and then by steps. */
  private readonly waiting: number[][][] = [];
  private readonly width: number;
  private readonly tableNodes: number[] = [];

  constructor(private readonly world: World, private readonly order: Order, private readonly accept: (finding: RawFinding) => boolean, private readonly maxSwitches: number | null, private readonly maxNodes: number, private readonly control: Control, private readonly onGivenUp?: () => void) {
    this.width = 2 + world.program.cpus.length;
    this.table = new TupleTable(this.width);
  }

  run(from: Schedule | null): Schedule | null {
    if (from) this.continueFrom(from);
    else {
      for (const start of this.world.starts()) {
        const node = this.node(-1, null, start.script, 0);
        const found = start.findings.filter(this.accept);
        if (found.length > 0) this.goals.set(node, { findings: found, at: "setup" });
        if (!start.ended) this.push(0, 0, node, Int32Array.of(start.shared, ...this.world.startLocals(), -1));
        else if (found.length > 0) this.bucket(0, 0).push(node);
      }
    }
    const tuple = new Int32Array(this.width);
    for (let switches = 0; switches < this.waiting.length; switches++) {
      const buckets = this.waiting[switches] ?? [];
      for (let steps = 0; steps < buckets.length; steps++) {
        const bucket = buckets[steps] ?? [];
        for (let index = 0; index < bucket.length; index++) {
          const node = bucket[index] ?? 0;
          const goal = this.goals.get(node);
          if (goal) return this.schedule(node, goal);
          const state = this.tableNodes[node] ?? -1;
          if (state < 0 || this.done[state]) continue;
          this.done[state] = true;
          if (this.moves.length > this.maxNodes || (index % 1024 === 1023 && this.control.cancelled())) {
            this.onGivenUp?.();
            return null;
          }
          this.table.read(state, tuple);
          this.expand(node, tuple, switches, steps);
        }
        buckets[steps] = [];
      }
    }
    return null;
  }

  private expand(node: number, tuple: Int32Array, switches: number, steps: number): void {
    const world = this.world;
    const shared = tuple[0] ?? 0;
    const last = tuple[this.width - 1] ?? -1;
    let running = false;
    let canMove = false;
    let waitsForItself = false;
    for (let cpu = 0; cpu < world.program.cpus.length; cpu++) {
      const local = tuple[1 + cpu] ?? 0;
      if (world.isDone(local)) continue;
      running = true;
      const cost = this.order === "switches" && last >= 0 && last !== cpu ? 1 : 0;
      const real = last >= 0 && last !== cpu ? 1 : 0;
      const total = (this.switchesOf[node] ?? 0) + real;
      const ways = world.outcomes(shared, local, cpu);
      if (ways.length === 0) canMove = true;
      for (const outcome of ways) {
        const found = outcome.findings.filter(this.accept);
        if (outcome.status === "blocked") {
          if (found.length > 0) waitsForItself = true;
          if (found.length > 0 && this.allowed(total)) this.goal(node, { cpu, script: outcome.script }, switches + cost, steps + 1, total, { findings: found, at: "blocked" });
          continue;
        }
        canMove = true;
        if (!this.allowed(total)) continue;
        if (found.length > 0) {
          this.goal(node, { cpu, script: outcome.script }, switches + cost, steps + 1, total, { findings: found, at: "move" });
          continue;
        }
        if (outcome.status === "fatal") continue;
        const target = tuple.slice();
        target[0] = outcome.shared;
        target[1 + cpu] = outcome.local;
        target[this.width - 1] = cpu;
        this.push(switches + cost, steps + 1, this.node(node, { cpu, script: outcome.script }, [], total), target);
      }
    }
    if (!running) {
      const found = world.endFindings(shared).filter(this.accept);
      if (found.length > 0) this.goals.set(node, { findings: found, at: "end" });
    } else if (!canMove && !waitsForItself) {
      const deadlock: RawFinding = { kind: "deadlock", code: "deadlock", message: "", address: 0, source: -1 };
      if (this.accept(deadlock)) this.goals.set(node, { findings: [deadlock], at: "deadlock" });
    }
    // A node that turns out to be a goal itself is looked at again, at the same cost.
    if (this.goals.has(node)) this.waiting[switches]?.[steps]?.push(node);
  }

  private allowed(switches: number): boolean {
    return this.maxSwitches === null || switches <= this.maxSwitches;
  }

  private goal(parent: number, move: Move, switches: number, steps: number, total: number, goal: Goal): void {
    const node = this.node(parent, move, [], total);
    this.goals.set(node, goal);
    this.tableNodes[node] = -1;
    this.bucket(switches, steps).push(node);
  }

  private push(switches: number, steps: number, node: number, tuple: Int32Array): void {
    const added = this.table.add(tuple);
    const state = added < 0 ? -1 - added : added;
    if (this.done[state]) return;
    this.tableNodes[node] = state;
    this.bucket(switches, steps).push(node);
  }

  private node(parent: number, move: Move | null, setup: readonly number[], switches: number): number {
    this.parents.push(parent);
    this.moves.push(move);
    this.setups.push(setup);
    this.switchesOf.push(switches);
    return this.parents.length - 1;
  }

  private bucket(switches: number, steps: number): number[] {
    const row = (this.waiting[switches] ??= []);
    while (row.length <= steps) row.push([]);
    return row[steps] ?? [];
  }

  private schedule(node: number, goal: Goal): Schedule {
    const moves: Move[] = [];
    let at = node;
    for (; (this.parents[at] ?? -1) >= 0; at = this.parents[at] ?? -1) {
      const move = this.moves[at];
      if (move) moves.unshift(move);
    }
    return { setup: this.setups[at] ?? [], moves, switches: this.switchesOf[node] ?? 0, ...goal };
  }

  /** Begins in the state that a schedule leads to. */
  private continueFrom(from: Schedule): void {
    const world = this.world;
    const start = world.starts().find((one) => one.script.join() === from.setup.join());
    if (!start) return;
    let shared = start.shared;
    const locals = world.startLocals();
    let last = -1;
    let node = this.node(-1, null, start.script, 0);
    for (const move of from.moves) {
      const outcome = world.outcomes(shared, locals[move.cpu] ?? 0, move.cpu).find((one) => one.script.join() === move.script.join());
      if (!outcome || outcome.local < 0) return;
      shared = outcome.shared;
      locals[move.cpu] = outcome.local;
      const switched = last >= 0 && last !== move.cpu ? 1 : 0;
      last = move.cpu;
      node = this.node(node, move, [], (this.switchesOf[node] ?? 0) + switched);
    }
    this.push(0, 0, node, Int32Array.of(shared, ...locals, last));
  }
}
