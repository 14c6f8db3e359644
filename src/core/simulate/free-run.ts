// A run that a person drives, one step of a CPU at a time, with undo, and with the question whether anything can still go wrong.
import type { Side } from "../patch/types.js";
import type { Compiled } from "./compile/program.js";
import { SymmetryBroken } from "./execution.js";
import { explore, type Control } from "./explore.js";
import type { FreeCall, FreeCpu, FreeUnit, FreeView, NextLine, Reach, Waiting } from "./free-types.js";
import type { Source } from "./ir.js";
import type { Prepared } from "./prepare.js";
import { search, type Move, type Schedule } from "./search.js";
import { writeToken } from "./token.js";
import { traceOf } from "./trace.js";
import { Stopped, World, type Outcome } from "./world.js";

/** Steps that "call" goes on for at most: a call that never ends must not hang the panel. */
const MOST_STEPS_OF_CALL = 2_000;

interface Point { readonly shared: number; readonly locals: readonly number[]; readonly ended: boolean; readonly call: string }

export interface FreeRun {
  view(): FreeView;
  /** Makes one step of a CPU, or all of the call that it is in; `way` chooses where the step can go several ways. Nothing happens when it cannot. */
  step(cpu: number, unit: FreeUnit, way?: number): FreeView;
  /** Takes back the last step or call, as it was made; nothing happens at the start. */
  undo(): FreeView;
  /** Looks for anything that can still go wrong, in at most `maxStates` states. */
  canStillViolate(maxStates: number, control: Control): Reach;
}

/** A free run of a prepared program; a reason when the program cannot be run. */
export function createFreeRun(prepared: Prepared & { readonly kind: "program" }, side: Side, maxSteps: number): FreeRun | { readonly reason: string } {
  const start = (compiled: Compiled): FreeRun => new Free(compiled, side, maxSteps, prepared.fingerprint);
  try {
    return start(prepared.compiled);
  } catch (error) {
    if (error instanceof Stopped) return { reason: error.reason };
    if (!(error instanceof SymmetryBroken)) throw error;
  }
  try {
    return start(prepared.compileShared());
  } catch (error) {
    if (error instanceof Stopped) return { reason: error.reason };
    throw error;
  }
}

class Free implements FreeRun {
  private readonly world: World;
  private readonly setup: readonly number[];
  private readonly moves: Move[] = [];
  private readonly points: Point[];
  /** Lengths of `moves` before each thing that the user did. */
  private readonly marks: number[] = [];

  constructor(private readonly compiled: Compiled, private readonly side: Side, private readonly maxSteps: number, private readonly fingerprint: number) {
    this.world = new World(compiled.program, "shared", null, maxSteps, false);
    const start = this.world.starts()[0];
    if (!start) throw new Stopped("missing", "no way through setup() is left by the assumptions of the model");
    this.setup = start.script;
    this.points = [{ shared: start.shared, locals: this.world.startLocals(), ended: start.ended, call: "" }];
    // What cannot be run otherwise says so here, not at the first step.
    compiled.program.cpus.forEach((_, cpu) => this.outcomes(cpu));
  }

  view(): FreeView {
    const trace = traceOf(this.world, this.setup, this.moves, this.side);
    const lockName = (address: number): string => trace?.names.lock(address) ?? "a lock";
    const cpus = this.compiled.program.cpus.map((_, cpu) => this.cpu(cpu, lockName));
    return {
      cpus, steps: trace?.steps ?? [], calls: this.calls(trace?.steps.length ?? 0), objects: trace?.objects ?? [], findings: trace?.findings ?? [], switches: trace?.switches ?? 0,
      over: !cpus.some((cpu) => cpu.status === "ready"), token: writeToken(this.fingerprint, this.setup, this.moves),
    };
  }

  step(cpu: number, unit: FreeUnit, way = 0): FreeView {
    const before = this.moves.length;
    const call = this.callOf(cpu);
    for (let count = 0; count < (unit === "call" ? MOST_STEPS_OF_CALL : 1); count++) {
      if (count > 0 && (this.callOf(cpu) !== call || this.ready(cpu).length > 1)) break;
      const outcome = this.ready(cpu)[count === 0 ? way : 0];
      if (!outcome || this.point().ended) break;
      this.make(cpu, outcome);
      if (outcome.findings.length > 0) break;
    }
    if (this.moves.length > before) this.marks.push(before);
    return this.view();
  }

  undo(): FreeView {
    const mark = this.marks.pop();
    if (mark !== undefined) {
      this.moves.length = mark;
      this.points.length = mark + 1;
    }
    return this.view();
  }

  canStillViolate(maxStates: number, control: Control): Reach {
    const point = this.point();
    if (point.ended) return { answer: "no", states: 0 };
    const { program } = this.compiled;
    const from = { words: this.world.memories.get(point.shared), locals: point.locals.map((local) => this.world.locals.get(local)), frames: this.world.machine.frames };
    const explored = explore(program, "reduced", false, { maxStates, maxSteps: this.maxSteps }, control, from);
    if (explored.findings.length === 0) return { answer: explored.complete ? "no" : "unknown", states: explored.states };
    let found: Schedule | null = null;
    try {
      found = search(this.world, "switches", () => true, { maxSwitches: null, maxNodes: maxStates, from: this.schedule() }, control);
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
    }
    const kind = found?.findings[0]?.kind ?? explored.findings[0]?.kind ?? "";
    return { answer: "yes", kind, moves: found ? found.moves.slice(this.moves.length).map((move) => move.cpu) : null };
  }

  private point(): Point {
    return this.points.at(-1) ?? { shared: 0, locals: [], ended: true, call: "" };
  }

  private outcomes(cpu: number): readonly Outcome[] {
    const { shared, locals } = this.point();
    const local = locals[cpu] ?? 0;
    return this.world.isDone(local) ? [] : this.world.outcomes(shared, local, cpu);
  }

  private ready(cpu: number): readonly Outcome[] {
    return this.outcomes(cpu).filter((outcome) => outcome.status !== "blocked" || outcome.findings.length > 0);
  }

  private make(cpu: number, outcome: Outcome): void {
    const { shared, locals } = this.point();
    const call = this.callOf(cpu);
    const ended = outcome.status === "fatal" || outcome.status === "blocked";
    this.moves.push({ cpu, script: outcome.script });
    this.points.push({ shared: ended ? shared : outcome.shared, locals: ended ? locals : locals.map((local, at) => (at === cpu ? outcome.local : local)), ended, call });
  }

  private cpu(cpu: number, lockName: (address: number) => string): FreeCpu {
    const { shared, locals, ended } = this.point();
    const words = this.world.locals.get(locals[cpu] ?? 0);
    const done = this.world.isDone(locals[cpu] ?? 0);
    const outcomes = done || ended ? [] : this.world.outcomes(shared, locals[cpu] ?? 0, cpu);
    const ready = outcomes.filter((outcome) => outcome.status !== "blocked" || outcome.findings.length > 0).length;
    const stack = this.stack(cpu);
    const lock = outcomes.find((outcome) => outcome.waitsFor !== 0)?.waitsFor ?? 0;
    const waiting: Waiting = {
      lock: lock === 0 ? null : lockName(lock), function: stack[0]?.function ?? "",
      holders: lock === 0 ? [] : locals.map((_, other) => other).filter((other) => this.world.machine.locksOf(this.world.locals.get(locals[other] ?? 0)).some((held) => held.address === lock)),
    };
    const status = done ? "done" : ended ? "stopped" : ready > 0 ? "ready" : "blocked";
    return {
      cpu, name: this.compiled.program.cpus[cpu]?.name ?? "", status, waiting: status === "blocked" ? waiting : null, next: lineOf(stack), ways: Math.max(1, ready),
      locks: this.world.machine.locksOf(words).map((held) => lockName(held.address)),
    };
  }

  /** Where a CPU stands: its own line first, then the lines that lead to it. */
  private stack(cpu: number): readonly Source[] {
    const { program } = this.compiled;
    const frames = this.world.machine.frames;
    const local = this.world.locals.get(this.point().locals[cpu] ?? 0);
    const found: Source[] = [];
    for (let frame = local[0] ?? 0, place = local[1] ?? 0; frame !== 0; place = frames.callPc(frame), frame = frames.caller(frame)) {
      const source = program.sources[program.functions[frames.function(frame)]?.code[place]?.source ?? -1];
      if (source && !(source.isBeside && found.length > 0)) found.push(source);
    }
    return found;
  }

  /** The call or line of the patch or scenario that a CPU is in, as a key: the frames down to it. */
  private callOf(cpu: number): string {
    const frames = this.world.machine.frames;
    const { program } = this.compiled;
    const local = this.world.locals.get(this.point().locals[cpu] ?? 0);
    for (let frame = local[0] ?? 0, place = local[1] ?? 0; frame !== 0; place = frames.callPc(frame), frame = frames.caller(frame)) {
      const source = program.functions[frames.function(frame)]?.code[place]?.source ?? -1;
      if (program.sources[source]?.origin !== "model") return `${cpu} ${frame} ${source}`;
    }
    return `${cpu} end`;
  }

  private calls(length: number): FreeCall[] {
    const { sources } = this.compiled.program;
    const calls: { cpu: number; key: string; function: string; text: string; from: number; to: number }[] = [];
    this.moves.slice(0, length).forEach((move, at) => {
      const key = this.points[at + 1]?.call ?? "";
      const last = calls.at(-1);
      if (last?.key === key) last.to = at + 1;
      else {
        const source = sources[Number(key.split(" ")[2] ?? -1)];
        calls.push({ cpu: move.cpu, key, function: source?.function ?? "", text: source?.text ?? "", from: at, to: at + 1 });
      }
    });
    return calls.map(({ cpu, function: inFunction, text, from, to }) => ({ cpu, function: inFunction, text, from, to }));
  }

  /** The run so far as a schedule that a search can begin behind. */
  private schedule(): Schedule {
    return { setup: this.setup, moves: this.moves, switches: 0, findings: [], at: "move" };
  }
}

function lineOf(stack: readonly Source[]): NextLine | null {
  const [top] = stack;
  if (!top) return null;
  const outer = top.origin === "model" ? stack.find((source) => source.origin !== "model") ?? null : null;
  return {
    function: top.function, path: top.path, line: top.line, from: top.from, to: top.to, text: top.text,
    call: outer === null ? null : { function: outer.function, path: outer.path, line: outer.line, text: outer.text },
  };
}
