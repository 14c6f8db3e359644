// From a list of steps to rows: what the kernel model does inside one call of the patch is one row that can be opened. Pure.
import type { Finding, RunResult, Step } from "../../core/simulate/types.js";

/** What a schedule is drawn from: a run that has ended, or one that the user drives. */
export type Trail = Pick<RunResult, "steps" | "findings" | "cpus" | "side">;

/** One row of the schedule: a step, or a run of model steps under one line of the patch. */
export interface Row {
  /** First and last step, from zero; the same for a single step. */
  readonly from: number;
  readonly to: number;
  readonly cpu: number;
}

/**
 * Groups consecutive steps of one CPU that happen inside the model under the same line of the patch (or under none: the kernel
 * on its way into the patch), together with the patch's own step when it comes right before, and the steps of setup and finish. A step with a finding always has a row of its own.
 */
export function groupSteps(steps: readonly Step[], findings: readonly Finding[]): readonly Row[] {
  const found = new Set(findings.map((finding) => finding.step));
  const rows: Row[] = [];
  let openKey: string | null = null;
  steps.forEach((step, index) => {
    const key = found.has(index) ? null : groupKey(step);
    const last = rows.at(-1);
    const previous = steps[index - 1];
    const joins = key !== null && (key === openKey || (previous !== undefined && !found.has(index - 1) && isCallOf(previous, step)));
    if (last !== undefined && joins) rows[rows.length - 1] = { ...last, to: index };
    else rows.push({ from: index, to: index, cpu: step.cpu });
    openKey = key;
  });
  return rows;
}

/** The steps at which the schedule can stop: the last step of a closed row, every step of an open one. */
export function stopsOf(rows: readonly Row[], isOpen: (row: Row) => boolean): readonly number[] {
  return rows.flatMap((row) => {
    if (!isOpen(row)) return [row.to];
    return Array.from({ length: row.to - row.from + 1 }, (_, offset) => row.from + offset);
  });
}

/** The stop that shows a step: the step itself, or the end of the closed row around it. */
export function stopFor(stops: readonly number[], step: number): number {
  return stops.find((stop) => stop >= step) ?? stops.at(-1) ?? 0;
}

/** The first stop after `stop` at which another CPU runs than at `stop`; null when none follows. */
export function nextSwitch(stops: readonly number[], steps: readonly Step[], stop: number): number | null {
  const cpu = steps[stop]?.cpu;
  return stops.find((candidate) => candidate > stop && steps[candidate]?.cpu !== cpu) ?? null;
}

/** The patch's own step that a model step happens under, wherever it is in the schedule; undefined when no step shows it. */
export function callOf(steps: readonly Step[], step: Step): Step | undefined {
  return steps.find((candidate) => isCallOf(candidate, step));
}

/** True when `call` is the step of the patch, on the same CPU, whose line `step` happens under. */
function isCallOf(call: Step, step: Step): boolean {
  const { via } = step;
  if (via === null || call.via !== null || call.cpu !== step.cpu || call.path !== via.path) return false;
  return call.from < via.to && via.from < call.to;
}

/** True for a step in our own kernel model; steps of the patch and of a scenario are shown one by one. */
function isModel(step: Step): boolean {
  return step.path.startsWith("model/");
}

/** Null for a step that always stands alone. */
function groupKey(step: Step): string | null {
  if (step.cpu < 0) return "outside the schedule";
  if (step.via === null) return isModel(step) ? `${step.cpu} model ${step.call?.function ?? ""} ${step.call?.text ?? ""}` : null;
  return `${step.cpu} ${step.via.path} ${step.via.from} ${step.via.to}`;
}
