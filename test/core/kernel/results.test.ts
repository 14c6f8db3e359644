// What must come out of the scenarios on the vfio series: the table that the simulator is measured by.
import { beforeAll, describe, expect, it } from "vitest";
import type { Side } from "../../../src/core/patch/types.js";
import type { Simulator } from "../../../src/core/simulate/simulate.js";
import { createSimulator } from "../../../src/core/simulate/simulate.js";
import type { FindingKind, RunRequest, RunResult, Verdict } from "../../../src/core/simulate/types.js";
import { corpusNote, hasCorpus } from "../corpus.js";
import { unwatched } from "./check.js";
import { kernel, startReader } from "./kernel.js";
import type { PatchOf } from "./series.js";
import { readBundledPage, readCorpusSeries } from "./series.js";

/** Scenario, version, patch, side, what-if, then verdict, kind, and fewest CPU switches (null: any). */
type Row = readonly [string, number, number, Side, string | null, Verdict, FindingKind | null, number | null];

const whatIfs: readonly (readonly [string, Verdict, FindingKind | null, number | null])[] = [
  ["plain-get", "violation", "refcount", 1],
  ["no-parent-ref", "violation", "use-after-free", 2],
  ["no-final-put", "violation", "leak", 1],
  ["double-put", "violation", "use-after-free", 0],
  ["double-lock", "violation", "deadlock", 0],
  ["early-put", "violation", "use-after-free", 0],
  ["late-unlist", "clean", null, null],
];

const sides: readonly Side[] = ["before", "after"];
const clean = (scenario: string, version: number, patch: number, side: Side): Row => [scenario, version, patch, side, null, "clean", null, null];

/** v1 3/5 frees the group that it returns; v1 5/5 mends it. */
const broken = (patch: number, side: Side): boolean => patch === 4 || (patch === 3 && side === "after") || (patch === 5 && side === "before");
/** Before 3/5 the one that comes second keeps the caller's reference. */
const leaks = (patch: number, side: Side): boolean => patch < 3 || (patch === 3 && side === "before");

const everywhere = [1, 2, 3].flatMap((version) => [1, 2, 3, 4, 5].flatMap((patch) => sides.map((side) => ({ version, patch, side }))));

const rows: readonly Row[] = [
  ...everywhere.map(({ version, patch, side }): Row =>
    version === 1 && broken(patch, side) ? ["create", version, patch, side, null, "violation", "use-after-free", 0] : clean("create", version, patch, side)),
  ...everywhere.filter(({ version, patch, side }) => version !== 1 || !broken(patch, side)).map(({ version, patch, side }): Row =>
    leaks(patch, side) ? ["create-create", version, patch, side, null, "violation", "leak", 3] : clean("create-create", version, patch, side)),
  // What is left of the shipped scenarios: every one runs on both sides of every patch of every version.
  ...everywhere.flatMap(({ version, patch, side }): Row[] => ["open-last-put", "open-open-put", "unregister-open", "put-put", "create-lookup", "put-notifier"].map((scenario): Row =>
    version === 1 && broken(patch, side) ? [scenario, version, patch, side, null, "violation", "use-after-free", 0] : clean(scenario, version, patch, side))),
  ...[1, 2, 3].flatMap((version) => whatIfs.map(([name, ...result]): Row => ["open-last-put", version, 5, "after", name, ...result])),
  ...whatIfs.filter(([name]) => name !== "double-lock").map(([name]): Row => ["open-last-put", 2, 5, "before", name, "does-not-apply", null, null]),
  ...[1, 2, 3].flatMap((version): Row[] => [
    ["put-notifier", version, 1, "before", "direct-put", "violation", "deadlock", 2],
    ["put-notifier", version, 1, "after", "direct-put", "does-not-apply", null, null],
  ]),
];

let simulator: Simulator;
beforeAll(async () => {
  simulator = createSimulator(await startReader(), kernel);
});

function run(patches: PatchOf, row: Row, users: number | null = null): RunResult {
  return runWith(patches, row, row[4], users);
}

function runWith(patches: PatchOf, [scenario, version, patch, side]: Row, whatIf: RunRequest["whatIf"], users: number | null = null): RunResult {
  const found = patches(version, patch);
  if (found === null) throw new Error(`the input has no v${String(version)} ${String(patch)}/5`);
  const { images, index } = found.code;
  const known = images.paths(index, side).flatMap((path) => images.image(index, path, side) ?? []);
  const bounds = { maxStates: 2_000_000, maxSteps: 100_000, maxPreemptions: null };
  return simulator.simulate({ images: known, revision: version, patch }, { patchKey: found.key, side, scenario, whatIf, users, bounds }, unwatched);
}

function summary(result: RunResult): { verdict: Verdict; kind: FindingKind | null; reason: string | null } {
  return { verdict: result.verdict, kind: result.kind, reason: result.verdict === "does-not-apply" ? "" : result.reason };
}

function expectRow(result: RunResult, [, , , , , verdict, kind, switches]: Row): void {
  expect({ ...summary(result), findings: verdict === "clean" ? result.findings : [] }).toEqual({ verdict, kind, reason: verdict === "does-not-apply" ? "" : null, findings: [] });
  if (switches !== null) expect(result.switches).toBe(switches);
}

const title = ([scenario, version, patch, side, whatIf, verdict, kind, switches]: Row): string =>
  `${scenario} v${String(version)} ${String(patch)}/5 ${side}${whatIf === null ? "" : ` ${whatIf}`}: ${verdict}${kind === null ? "" : ` (${kind}${switches === null ? "" : `, ${String(switches)} switches`})`}`;

describe.skipIf(!hasCorpus)(`the vfio series${corpusNote}`, () => {
  let series: PatchOf;
  beforeAll(async () => {
    series = await readCorpusSeries();
  });

  it.each(rows.map((row) => [title(row), row] as const))("%s", (_title, row) => {
    expectRow(run(series, row), row);
  });

  /** The finding as one line: kind, words, and where its stacks stand in the patch. */
  const said = (result: RunResult): string[] => result.findings.map((finding) => {
    const places = (finding.stacks ?? []).map((stack) => `${stack.title}: ${stack.frames.find((frame) => !frame.path.startsWith("model/"))?.function ?? ""}`);
    return [finding.message, ...places].join("; ");
  });

  it("v1 3/5 is said to free the group that it returns, at line 440, where Alex Williamson asks", () => {
    const result = run(series, ["create", 1, 3, "after", null, "violation", "use-after-free", 0]);
    expect(said(result)).toEqual(["use-after-free: vfio_group_put() reads group #1.kref, freed in vfio_create_group(); CPU0, here: vfio_group_put; Freed by CPU0: vfio_create_group; Allocated by CPU0: vfio_create_group"]);
    expect(result.findings[0]?.stacks?.[1]?.frames.find((frame) => frame.function === "vfio_create_group")?.line).toBe(440);
  });

  it.each([1, 2, 3])("v%i plain-get has the kernel's words; nothing worse follows, and the run to its end shows why", (version) => {
    const result = run(series, ["open-last-put", version, 5, "after", "plain-get", "violation", "refcount", 1]);
    expect(result.findings.map((finding) => finding.message)).toEqual(["refcount_t: addition on 0; use-after-free."]);
    const after = result.steps.slice((result.findings[0]?.step ?? 0) + 1);
    const indexOf = (text: RegExp): number => after.findIndex((step) => text.test([step.text, ...step.changes.map((change) => `${change.object}.${change.field} ${change.before} -> ${change.after}`)].join("\n")));
    // The group leaves the list and its last put is done; the file is opened on it all the same, and closed; only then is the memory freed.
    const [unlisted, putByDriver, opened, closed, freed] = [/list_del|prev->next = next/, /dev\.kobj\.kref 2 -> 1/, /opened 0 -> 1/, /opened 1 -> 0/, /memory live -> freed/].map(indexOf);
    expect(unlisted).toBeGreaterThanOrEqual(0);
    expect([unlisted, putByDriver, opened, closed, freed]).toEqual([unlisted, putByDriver, opened, closed, freed].sort((a, b) => (a ?? 0) - (b ?? 0)));
    expect(result.objects?.find((lane) => lane.object === "group #1")?.states.at(-2)?.memory).toBe("freed");
    expect(result.steps.some((step) => step.changes.some((change) => change.field === "users" && change.after === "saturated"))).toBe(true);
    expect(result.steps.flatMap((step) => step.changes).some((change) => change.field === "users" && change.before === "saturated")).toBe(false);
    expect(result.text.replace(/\s+/g, " ")).toContain("Every way to go on was looked at, and none finds anything else.");
  });

  it("a second user meets a saturated count", () => {
    const result = run(series, ["open-last-put", 3, 5, "after", "plain-get", "violation", "refcount", 1], 2);
    expect(result.findings.map((finding) => finding.message)).toEqual(["refcount_t: addition on 0; use-after-free.", "refcount_t: saturated; leaking memory."]);
  });

  it.each([1, 2, 3])("v%i: every what-if fails where the reference says, and with its words", (version) => {
    const found = (name: string): string[] => said(run(series, ["open-last-put", version, 5, "after", name, "violation", null, null]));
    expect(found("no-parent-ref").join()).toMatch(/^use-after-free: .*group #1\.cdev\b.*CPU1, here: .*Freed by CPU0: vfio_group_release/);
    expect(found("no-final-put")).toEqual([expect.stringMatching(/^an id was allocated and never freed/), expect.stringMatching(/^memory leak: iommu_group #1 /), expect.stringMatching(/^memory leak: group #1 /)]);
    expect(found("double-put").join()).toMatch(/^use-after-free: vfio_group_put\(\) reads group #1\.dev\.kobj\b.*CPU0, here: vfio_group_put; Freed by CPU0: vfio_group_release/);
    expect(found("double-lock")).toEqual(["self-deadlock: CPU0 waits in vfio_group_put() for vfio.group_lock, which it holds; CPU0, here: vfio_group_put"]);
    expect(found("early-put").join()).toMatch(/^use-after-free: vfio_group_put\(\) reads group #1\.(iommu_group|nb)\b.*CPU0, here: vfio_group_put; Freed by CPU0: vfio_group_release/);
  });

  it("before 3/5 the one that comes second keeps the reference to the iommu_group, and nothing else", () => {
    expect(said(run(series, ["create-create", 3, 3, "before", null, "violation", "leak", 3]))).toEqual(["memory leak: iommu_group #1 is never freed; Allocated by setup: setup"]);
  });

  it("a notifier that does the last put itself waits for the rwsem that its caller holds", () => {
    for (const version of [1, 2, 3]) {
      expect(said(run(series, ["put-notifier", version, 1, "before", "direct-put", "violation", "deadlock", 2])).join()).toMatch(/^self-deadlock: CPU1 waits in \w+\(\) for iommu_group #1\.notifier\.rwsem, which it holds/);
    }
  });

  it("the one that comes second frees a group that still counts one user: that is right, and it happens", () => {
    // A WARN_ON put in its way shows that the runs called clean come there.
    const mark = { name: "mark", title: "", edits: [[{ action: "replace", function: "vfio_group_release", find: "kfree(group);", with: "WARN_ON(refcount_read(&group->users) == 1 && kref_read(&group->cdev.kobj.kref) == 1); kfree(group);" }]] } as const;
    for (const version of [1, 2, 3]) {
      const result = runWith(series, ["create-create", version, 5, "after", null, "violation", "warn", null], mark);
      expect([result.verdict, result.findings.map((finding) => finding.kind)]).toEqual(["violation", ["warn"]]);
    }
  });

  it("stays small when more users come: no reduction is lost", () => {
    const [two, three] = [2, 3].map((users) => run(series, clean("open-last-put", 3, 5, "after"), users));
    expect([two?.verdict, three?.verdict]).toEqual(["clean", "clean"]);
    expect(two?.states).toBeLessThan(2_000);
    expect(three?.states).toBeLessThan(10_000);
  });

  it("shows the fills that it needed, and only those", () => {
    const fills = run(series, clean("open-last-put", 3, 5, "after")).assumptions.filter((one) => one.kind === "fill").map((one) => one.text);
    expect(fills.some((text) => text.includes("vfio_group_fops_open"))).toBe(true);
    expect(fills.some((text) => text.includes("vfio_group_put()"))).toBe(false);
  });
});

describe("v2 5/5 alone, as the bundled page", () => {
  let page: PatchOf;
  beforeAll(async () => {
    page = await readBundledPage();
  });

  const onPage: readonly Row[] = [
    ...sides.map((side) => clean("open-last-put", 2, 5, side)),
    ...whatIfs.map(([name, ...result]): Row => ["open-last-put", 2, 5, "after", name, ...result]),
    ...["create", "create-create", "create-lookup", "put-put", "open-open-put", "unregister-open"].map((scenario) => clean(scenario, 2, 5, "after")),
  ];

  it.each(onPage.map((row) => [title(row), row] as const))("%s", (_title, row) => {
    expectRow(run(page, row), row);
  });

  it("names what it filled in: the head of the put and the tail of open", () => {
    const fills = run(page, clean("open-last-put", 2, 5, "after")).assumptions.filter((one) => one.kind === "fill").map((one) => one.text);
    for (const name of ["vfio_group_put", "vfio_group_fops_open", "vfio_group_fops_release", "vfio_group_find_or_alloc"]) {
      expect(fills.some((text) => text.includes(name)), name).toBe(true);
    }
  });
});
