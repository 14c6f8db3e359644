// What the tests of the engine share: the C reader, a model of a few lines, and runs of plain C.
import { startReader } from "../kernel/kernel.js";
import type { CReader } from "../../../src/core/c/reader.js";
import type { Image } from "../../../src/core/patch/types.js";
import { SymmetryBroken } from "../../../src/core/simulate/execution.js";
import { explore, type Control, type Exploration } from "../../../src/core/simulate/explore.js";
import type { StopMode } from "../../../src/core/simulate/machine.js";
import { Readings } from "../../../src/core/simulate/drafts.js";
import { prepare, type Prepared } from "../../../src/core/simulate/prepare.js";
import { simulate } from "../../../src/core/simulate/simulate.js";
import type { Bounds, KernelSources, RunRequest, RunResult, WhatIf } from "../../../src/core/simulate/types.js";
import type { Program } from "../../../src/core/simulate/ir.js";

export const reader: CReader = await startReader();
const readings = new Readings(reader);

/** A model small enough to explore thousands of programs with. */
export const MODEL = `
struct mutex { int locked; };
struct rwsem { int readers; int writer; };
typedef struct { int refs; } refcount_t;
void mutex_lock(struct mutex *lock) { __might_sleep(); __atomic() { __wait(lock->locked == 0); __acquire(lock, "mutex"); lock->locked = 1; } }
void mutex_unlock(struct mutex *lock) { __atomic() { __release(lock); lock->locked = 0; } }
int mutex_trylock(struct mutex *lock) { int taken = 0; __atomic() { if (lock->locked == 0) { __acquire(lock, "mutex"); lock->locked = 1; taken = 1; } } return taken; }
void spin_lock(struct mutex *lock) { __atomic() { __wait(lock->locked == 0); __acquire(lock, "spinlock"); lock->locked = 1; } }
void spin_unlock(struct mutex *lock) { __atomic() { __release(lock); lock->locked = 0; } }
void down_read(struct rwsem *sem) { __atomic() { __wait(sem->writer == 0); __acquire(sem, "rwsem-read"); sem->readers++; } }
void up_read(struct rwsem *sem) { __atomic() { __release(sem); sem->readers--; } }
void down_write(struct rwsem *sem) { __atomic() { __wait(sem->writer == 0 && sem->readers == 0); __acquire(sem, "rwsem-write"); sem->writer = 1; } }
void up_write(struct rwsem *sem) { __atomic() { __release(sem); sem->writer = 0; } }
void refcount_set(refcount_t *r, int n) { r->refs = n; }
void refcount_inc(refcount_t *r) { __atomic() { if (r->refs <= 0) __report("refcount", "addition on 0"); else r->refs++; } }
int refcount_inc_not_zero(refcount_t *r) { int old; __atomic() { old = r->refs; if (old != 0) r->refs = old + 1; } return old != 0; }
int refcount_dec_and_test(refcount_t *r) { int old; __atomic() { old = r->refs; if (old <= 0) __report("refcount", "underflow"); else r->refs = old - 1; } return old == 1; }
void count_up(int *counter) { __atomic() { *counter += 1; } }
void module_get(struct mutex *m) { __atomic() { m->locked++; } }
void *kzalloc(unsigned long size, int flags) { return __alloc(size); }
void kfree(const void *ptr) { if (ptr) __free(ptr); }
`;

export const mini: KernelSources = { model: [{ name: "model/mini.c", text: MODEL }], fills: [], scenarios: [] };
export const quiet: Control = { progress: () => undefined, cancelled: () => false };
export const BOUNDS: Bounds = { maxStates: 200_000, maxSteps: 20_000, maxPreemptions: null };

export interface Options { readonly whatIf?: WhatIf | string | null; readonly users?: number | null; readonly bounds?: Partial<Bounds>; readonly kernel?: KernelSources; readonly control?: Control }

/** A scenario's text with the code under review as an image of the given lines; "..." stands for lines that nobody has shown. */
export function run(scenario: string, code: string | null = null, options: Options = {}): RunResult {
  return simulate(reader, options.kernel ?? mini, { images: code === null ? [] : [imageOf(code)], revision: 1, patch: 1 }, requestOf(scenario, options), options.control ?? quiet);
}

export function requestOf(scenario: string, options: Options = {}): RunRequest {
  return { patchKey: "", side: "after", scenario: { name: "scenarios/test.c", text: scenario }, whatIf: options.whatIf ?? null, users: options.users ?? null, bounds: { ...BOUNDS, ...options.bounds } };
}

/** "clean", or "kind: message" of the first finding; another verdict with its reason. */
export function outcome(scenario: string, code: string | null = null, options: Options = {}): string {
  const result = run(scenario, code, options);
  if (result.verdict === "violation") return `${result.kind ?? "?"}: ${result.findings[0]?.message ?? "?"}`;
  return result.verdict === "clean" ? "clean" : `${result.verdict}: ${result.reason ?? result.stoppedBy ?? ""}`;
}

export function compiled(scenario: string, sources: KernelSources = mini): Program {
  return prepared(scenario, sources).compiled.program;
}

export function prepared(scenario: string, sources: KernelSources): Prepared & { readonly kind: "program" } {
  const found = prepare(readings, sources, [], requestOf(scenario));
  if (found.kind !== "program") throw new Error(found.reason);
  return found;
}

/** One exploration of a program that may lend its stack; null for twins that ask for the numbers of their CPUs. */
export function exploreShared(program: Prepared & { readonly kind: "program" }, mode: StopMode, twins: boolean, maxStates: number): Exploration | null {
  const bounds = { maxStates, maxSteps: 5_000 };
  try {
    return explore(program.compiled.program, mode, twins, bounds, quiet);
  } catch (error) {
    if (!(error instanceof SymmetryBroken)) throw error;
    return error.what === "number" ? null : explore(program.compileShared().program, mode, twins, bounds, quiet);
  }
}

/** One exploration in one mode. */
export function exploration(program: Program, mode: StopMode, twins = true): Exploration {
  return explore(program, mode, twins, { maxStates: 300_000, maxSteps: 5_000 }, quiet);
}

/** An image of `driver.c`; a line "..." is a gap of ten lines. */
export function imageOf(text: string): Image {
  const lines: (string | undefined)[] = [];
  const gaps: { from: number; to: number | null; heading: string }[] = [];
  const headings: { line: number; text: string }[] = [];
  for (const line of text.replace(/^\n/, "").split("\n")) {
    const gap = /^\.\.\.\s*(.*)$/.exec(line);
    if (!gap) lines.push(line);
    else {
      gaps.push({ from: lines.length + 1, to: lines.length + 10, heading: gap[1] ?? "" });
      for (let count = 0; count < 10; count++) lines.push(undefined);
      headings.push({ line: lines.length + 1, text: gap[1] ?? "" });
    }
  }
  return { path: "drivers/driver.c", side: "after", lines, gaps, source: "patch", absent: false, headings, whole: gaps.length === 0 };
}
