// Chooses the values that the schedule shows at first, when more change than fit beside the CPUs. Pure.
import type { Trail } from "./rows.js";
import type { ValueLane } from "./lanes.js";

/** More columns than this do not fit beside two CPUs in a panel of usual width. */
const shownLanes = 7;

/** What a finding adds to the score of a lane; more than all else together. */
const touchedByFinding = 100;

/**
 * The lanes worth a column: those that a finding touches, then those that CPUs change before those that only setup and finish
 * change, counts before words, much changed before little changed; addresses wait for the finding. What changes only after the last
 * finding comes last. Objects that a finding touches come first, all else keeps its order.
 */
export function chooseLanes(lanes: readonly ValueLane[], result: Trail): readonly ValueLane[] {
  const ranked = lanes.map((lane) => ({ lane, score: score(lane, result) }));
  const kept = new Set(
    [...ranked]
      .sort((one, other) => other.score - one.score)
      .slice(0, shownLanes)
      .filter((entry) => entry.score > 0)
      .map((entry) => entry.lane),
  );
  const touched = new Set(ranked.filter((entry) => entry.score >= touchedByFinding).map((entry) => entry.lane.object));
  const shown = lanes.filter((lane) => kept.has(lane));
  return [...shown.filter((lane) => touched.has(lane.object)), ...shown.filter((lane) => !touched.has(lane.object))];
}

function score(lane: ValueLane, { steps, findings }: Trail): number {
  let inRun = 0;
  let atFinding = false;
  let later = false;
  const last = findings.length === 0 ? steps.length : Math.max(...findings.map((finding) => finding.step));
  steps.forEach((step, index) => {
    const changes = step.changes.some((change) => change.object === lane.object && change.field === lane.field);
    if (!changes) return;
    if (index > last) {
      later = true;
      return;
    }
    if (step.cpu >= 0) inRun += 1;
    if (findings.some((finding) => finding.step === index)) atFinding = true;
  });
  const values = [lane.initial, ...lane.values];
  const counts = values.every((value) => /^-?\d+$/.test(value));
  const words = values.every((value) => /^[a-z0-9 -]{0,14}$/i.test(value));
  // Addresses and links of lists: of interest only where something goes wrong with them.
  if (!counts && !words && !atFinding) return 0;
  if (inRun === 0 && !atFinding) return later ? 0.5 : 1;
  return (atFinding ? touchedByFinding : 0) + (counts ? 20 : words ? 12 : 0) + Math.min(inRun, 8);
}
