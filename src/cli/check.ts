// `lifeline check`: the findings of every patch, and the scenarios that fit it, one line each.
import { findInPatch } from "../core/lifecycle/findings/find.js";
import type { PatchFinding } from "../core/lifecycle/findings/types.js";
import { buildReview } from "../core/review/review.js";
import type { Side } from "../core/patch/types.js";
import type { Review } from "../core/review/review.js";
import { readSeries } from "../core/series/read.js";
import { type Code, createSimulator, listScenarios, type Simulator } from "../core/simulate/simulate.js";
import type { RunResult } from "../core/simulate/types.js";
import { findingText, pathText } from "./check-text.js";
import type { Command } from "./command.js";
import { rowText } from "./simulate-text.js";
import { allImages, imagesOf, listTargets, type Target, targetOptions, targetUsage } from "./target.js";
import { requireTrees, treeOptions, treeUsage } from "./tree.js";

/**
 * The status is 1 for what the newest revision (or the one that was asked for) brings in, in any of its patches, and for what is there after
 * its last one. What was there before and is taken away on the way is printed and is no alarm.
 */
export const check: Command = {
  name: "check",
  usage: `check FILE... [--paths] [--no-scenarios] ${targetUsage}\n      ${treeUsage} [--json]`,
  summary: "lifetime mistakes of every patch, and the scenarios that fit it, one line each",
  options: { ...targetOptions, ...treeOptions, "paths": "flag", "no-scenarios": "flag", "json": "flag" },
  async run(context) {
    const options = context.arguments;
    const mailbox = await context.readInputs(options.files);
    const review = buildReview(mailbox, readSeries(mailbox.messages, mailbox.page));
    const targets = newest(listTargets(review, options), options.value("revision") !== undefined);
    await requireTrees(context, review, targets.map(({ patch }) => patch.key));
    const reader = await context.assets.reader();
    const kernel = await context.assets.kernel();
    const simulator = createSimulator(reader, kernel);
    const scenarios = options.flag("no-scenarios") ? [] : listScenarios(kernel);
    const isJson = options.flag("json");
    const checked: { revision: number; patch: number; findings: readonly PatchFinding[]; runs: readonly RunResult[] }[] = [];
    let isAlarm = false;
    for (const target of targets) {
      const isLast = target === targets.findLast(({ revision }) => revision === target.revision);
      const findings = findingsOf(review, target, reader);
      const place = `v${target.revision.version} ${target.patch.n}`;
      if (!isJson) for (const finding of findings) await context.write(`${findingText(place, finding)}${options.flag("paths") ? pathText(finding) : ""}`);
      isAlarm ||= findings.some(({ side, change }) => side === "after" && (isLast || change !== "both"));
      const runs: RunResult[] = [];
      const codes = codesOf(review, target);
      for (const scenario of scenarios) {
        const after = runOn(simulator, codes("after"), target, scenario.name);
        if (after === null || after.verdict === "does-not-apply") continue;
        runs.push(after);
        const wasBefore = after.verdict === "violation" && !isLast && runOn(simulator, codes("before"), target, scenario.name)?.verdict === "violation";
        isAlarm ||= after.verdict === "violation" && !wasBefore;
        if (!isJson) await context.write(wasBefore ? `${rowText(after).trimEnd()}, before too\n` : rowText(after));
      }
      checked.push({ revision: target.revision.version, patch: target.patch.n, findings, runs });
    }
    if (isJson) await context.write(`${JSON.stringify(checked, null, 1)}\n`);
    return isAlarm ? 1 : 0;
  },
};

/** Enough for every shipped scenario with two users; a run that meets a bound says so. */
const BOUNDS = { maxStates: 2_000_000, maxSteps: 100_000, maxPreemptions: null };

const CONTROL = { progress: () => undefined, cancelled: () => false };

/** The code of a patch by side, made once: the simulator reads the same images only once. */
function codesOf(review: Review, { patch }: Target): (side: Side) => SideCode | null {
  const code = review.code(patch.key);
  const known = new Map<Side, SideCode>();
  return (side) => {
    if (code === null) return null;
    const found = known.get(side) ?? { side, images: allImages(code, side), revision: code.revision, patch: code.patch, changed: code.changed(side) };
    known.set(side, found);
    return found;
  };
}

interface SideCode extends Code {
  readonly side: Side;
}

function runOn(simulator: Simulator, code: SideCode | null, { patch }: Target, scenario: string): RunResult | null {
  if (code === null) return null;
  return simulator.simulate(code, { patchKey: patch.key, side: code.side, scenario, whatIf: null, users: null, bounds: BOUNDS }, CONTROL);
}

/** All patches of the newest revision, or of the one that was asked for. */
function newest(targets: readonly Target[], isAsked: boolean): readonly Target[] {
  const last = targets.at(-1);
  return isAsked || last === undefined ? targets : targets.filter(({ revision }) => revision === last.revision);
}

function findingsOf(review: Review, { patch }: Target, reader: Parameters<typeof findInPatch>[0]): PatchFinding[] {
  const code = review.code(patch.key);
  return findInPatch(reader, { before: imagesOf(code, patch, "before"), after: imagesOf(code, patch, "after") });
}
