// What must come out of the scenarios on the vfio series: the table that the simulator is measured by.
import { beforeAll, describe, expect, it } from "vitest";
import type { Side } from "../../../src/core/patch/types.js";
import type { Simulator } from "../../../src/core/simulate/simulate.js";
import { createSimulator } from "../../../src/core/simulate/simulate.js";
import type { FindingKind, RunResult, Verdict } from "../../../src/core/simulate/types.js";
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
  ...[2, 3].flatMap((version) => ["open-last-put", "open-open-put", "unregister-open", "put-put", "create-lookup"].flatMap((scenario) =>
    sides.map((side) => clean(scenario, version, 5, side)))),
  ...[2, 3].flatMap((version) => whatIfs.map(([name, ...result]): Row => ["open-last-put", version, 5, "after", name, ...result])),
  ...whatIfs.filter(([name]) => name !== "double-lock").map(([name]): Row => ["open-last-put", 2, 5, "before", name, "does-not-apply", null, null]),
  ...[1, 2, 3].flatMap((version): Row[] => [
    clean("put-notifier", version, 1, "before"),
    ["put-notifier", version, 1, "before", "direct-put", "violation", "deadlock", 2],
    clean("put-notifier", version, 1, "after"),
    ["put-notifier", version, 1, "after", "direct-put", "does-not-apply", null, null],
  ]),
];

let simulator: Simulator;
beforeAll(async () => {
  simulator = createSimulator(await startReader(), kernel);
});

function run(patches: PatchOf, [scenario, version, patch, side, whatIf]: Row, users: number | null = null): RunResult {
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

  it("says the kernel's words for a plain get, and that nothing worse follows: the cdev still holds the memory", () => {
    const result = run(series, ["open-last-put", 3, 5, "after", "plain-get", "violation", "refcount", 1]);
    expect(result.findings.map((finding) => finding.message)).toEqual(["refcount_t: addition on 0; use-after-free."]);
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
