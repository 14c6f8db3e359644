// Runs in the shape of the contract: a violation with a schedule of two CPUs, a clean run, a bounded one, one that does not apply.
import type { SourceRange } from "../../../src/core/patch/types.js";
import type { RunResult, ScenarioInfo, Step, StepChange } from "../../../src/core/simulate/types.js";

export const scenarios: readonly ScenarioInfo[] = [
  {
    name: "open-last-put",
    title: "open against the last put",
    asks: "Can a file be opened while the last reference of the group goes away?",
    whatIfs: [
      { name: "plain-get", title: "refcount_inc() in place of refcount_inc_not_zero()" },
      { name: "no-final-put", title: "without the last put_device()" },
    ],
  },
  { name: "create", title: "create a group", asks: "Is the group that is returned still alive?", whatIfs: [] },
];

const file = "drivers/vfio/vfio.c";

function at(line: number): SourceRange {
  return { path: file, side: "after", line, column: 1, endLine: line, endColumn: 30, from: line * 40, to: line * 40 + 29 };
}

interface StepSketch {
  readonly cpu: number;
  readonly function: string;
  readonly text: string;
  readonly line: number;
  readonly path?: string;
  readonly depth?: number;
  readonly via?: SourceRange;
  readonly changes?: readonly StepChange[];
  readonly locks?: readonly string[];
}

function step(entry: StepSketch): Step {
  const { cpu, text, line, path = file, depth = 0, via = null, changes = [], locks = [] } = entry;
  return { cpu, function: entry.function, path, from: line * 40, to: line * 40 + text.length, line, text, depth, changes, locks, via };
}

function change(object: string, field: string, before: string, after: string): StepChange {
  return { object, field, before, after };
}

const put = at(463);
const lock = ["vfio.group_lock"];

const raceSteps: readonly Step[] = [
  step({ cpu: -1, function: "setup", path: "scenarios/open-last-put.c", line: 12, text: "group = vfio_create_group(&iommu_group)", changes: [change("group #1", "memory", "none", "live"), change("group #1", "users", "0", "1")] }),
  step({ cpu: -1, function: "device_initialize", path: "model/device.c", line: 20, text: "dev->refs = 1", depth: 1, changes: [change("group #1", "dev.refs", "0", "1")] }),
  step({ cpu: -1, function: "cdev_device_add", path: "model/cdev.c", line: 44, text: "get_device(dev)", depth: 1, changes: [change("group #1", "dev.refs", "1", "2"), change("group #1", "cdev.refs", "0", "1")] }),
  step({ cpu: 1, function: "vfio_group_put", line: 463, text: "refcount_dec_and_mutex_lock(&group->users, &vfio.group_lock)" }),
  step({ cpu: 1, function: "refcount_dec_not_one", path: "model/refcount.c", line: 61, text: "if (old == 1) return false", depth: 2, via: put }),
  step({ cpu: 1, function: "mutex_lock", path: "model/mutex.c", line: 14, text: "__lock(&lock->word)", depth: 2, via: put, locks: lock }),
  step({ cpu: 1, function: "refcount_dec_and_test", path: "model/refcount.c", line: 48, text: "old = __atomic(r->refs--)", depth: 2, via: put, changes: [change("group #1", "users", "1", "0")], locks: lock }),
  step({ cpu: 0, function: "chrdev_open", path: "model/chrdev.c", line: 31, text: "cdev_get(p)", depth: 1, changes: [change("group #1", "cdev.refs", "1", "2")] }),
  step({ cpu: 0, function: "vfio_group_fops_open", line: 1466, text: "vfio_group_try_get(group)" }),
  step({ cpu: 0, function: "vfio_group_try_get", line: 479, text: "refcount_inc(&group->users)", depth: 1, changes: [change("group #1", "users", "0", "saturated")] }),
  step({ cpu: 0, function: "vfio_group_fops_open", line: 1470, text: "atomic_cmpxchg(&group->opened, 0, 1)", changes: [change("group #1", "opened", "0", "1")] }),
];

const assumptions: RunResult["assumptions"] = [
  { kind: "fill", text: "void vfio_group_put(struct vfio_group *group)\n{\n\tif (!refcount_dec_and_mutex_lock(&group->users, &vfio.group_lock))\n\t\treturn;", where: { path: "scenarios/open-last-put.c", line: 30 } },
  { kind: "unknown-call", text: "capable() may return either value", where: { path: file, line: 1462 } },
  { kind: "memory-model", text: "sequentially consistent: no CPU reorders its accesses", where: null },
];

/** A group is freed while a file is opened: two findings, with the stacks of a memory report. */
export const violation: RunResult = {
  scenario: "open-last-put",
  revision: 2,
  patch: 5,
  side: "after",
  whatIf: "plain-get",
  users: 1,
  verdict: "violation",
  reason: null,
  kind: "refcount",
  findings: [
    {
      kind: "refcount",
      message: "refcount_t: addition on 0; use-after-free.",
      step: 9,
      stacks: [
        { title: "CPU0 at this moment", frames: [{ function: "refcount_inc", path: "model/refcount.c", line: 22 }, { function: "vfio_group_try_get", path: file, line: 479 }, { function: "vfio_group_fops_open", path: file, line: 1466 }] },
        { title: "Allocated by", frames: [{ function: "kzalloc", path: "model/slab.c", line: 9 }, { function: "vfio_group_alloc", path: file, line: 362 }] },
        { title: "Dropped by CPU1", frames: [{ function: "vfio_group_put", path: file, line: 463 }] },
      ],
    },
  ],
  states: 1204,
  transitions: 2310,
  complete: true,
  stoppedBy: null,
  schedules: null,
  switches: 1,
  cpus: ["open", "last put"],
  steps: raceSteps,
  shortest: 9,
  assumptions,
  token: "1:1111000",
  text: "CPU0                                CPU1\n----                                ----\n",
};

/** The same without the what-if. */
export const clean: RunResult = {
  ...violation,
  whatIf: null,
  verdict: "clean",
  kind: null,
  findings: [],
  steps: [],
  switches: 0,
  shortest: 0,
  token: null,
  text: "",
};

/** A search that met a bound. */
export const bounded: RunResult = { ...clean, verdict: "bounded", complete: false, stoppedBy: "maxStates", states: 2_000_000 };

/** A scenario whose functions are not there. */
export const doesNotApply: RunResult = {
  ...clean,
  side: "before",
  verdict: "does-not-apply",
  reason: "vfio_group_try_get() is not in the code before the patch (scenarios/open-last-put.c:41)",
  states: 0,
  transitions: 0,
  complete: false,
  cpus: [],
  assumptions: [],
};

/** A schedule of `length` steps, for speed. */
export function longRun(length: number): RunResult {
  const steps = Array.from({ length }, (_, index) =>
    step({
      cpu: Math.floor(index / 7) % 2,
      function: `f${index % 5}`,
      text: `refcount_inc(&object->field${index % 12})`,
      line: 100 + index,
      changes: [change(`object #${index % 3}`, `field${index % 12}`, String(index), String(index + 1))],
    }),
  );
  return { ...violation, findings: [{ kind: "leak", message: "3 objects are never freed", step: length - 1 }], steps, switches: Math.floor(length / 7) };
}
