// Images: the text of every file before and after every patch of a series, as far as the patches show it, under true line numbers.
import { flow, type Knowledge, type Run } from "./knowledge.js";
import { followFiles, type Lineage, pathAt, positionOf } from "./lineage.js";
import { type Laid, layWholes, stateBefore, type TreeTexts, type WholeState } from "./tree.js";
import type { Problem } from "../problem.js";
import type { Gap, Image, Patch, Side } from "./types.js";

/** Lines beyond this are left out of an image: an image is dense, and the kernel's longest file has about 250,000 lines. */
const MAX_IMAGE_LINE = 1_000_000;

export interface SeriesImages {
  /** Paths of the files that the series shows something of on one side of a patch, sorted; files that the patch does not touch included. */
  paths(patch: number, side: Side): readonly string[];
  /**
   * The image of a file on one side of a patch (an index into the patches given). Null when nothing is known of that path
   * there; an image that is `absent` when the patch says that there is no file.
   */
  image(patch: number, path: string, side: Side): Image | null;
  /** What of the tree did not fit, with the index of the patch; empty without a tree. */
  readonly treeProblems: readonly { readonly patch: number; readonly problem: Problem }[];
}

/**
 * Builds the images of a series. What one patch shows is known, shifted, to every other one: forward and back, through
 * patches that do not touch the file too. A null patch (missing from the input) stops that, for all files; a patch
 * that contradicts what was carried to it stops it for that file, and its own hunks win. Where a git tree gives whole texts,
 * a file is whole at every point that can be reached from them by applying the patches.
 */
export function buildSeriesImages(patches: readonly (Patch | null)[], tree: TreeTexts | null = null): SeriesImages {
  const index = followFiles(patches);
  const wholes = tree === null ? null : layWholes(index, tree);
  const flows = new Map<Lineage, Run[]>();
  const runsOf = (lineage: Lineage): Run[] => {
    let runs = flows.get(lineage);
    if (!runs) flows.set(lineage, (runs = flow(lineage.steps)));
    return runs;
  };
  return {
    paths(patch, side) {
      const position = positionOf(patch, side);
      const names = new Set<string>();
      for (const lineage of index.all) {
        const path = pathAt(lineage, position);
        if (path !== null && !isAbsent(lineage, patch, side)) names.add(path);
      }
      return [...names].sort();
    },
    image(patch, path, side) {
      const position = positionOf(patch, side);
      const found = index.byPath(path).filter((lineage) => pathAt(lineage, position) === path);
      const lineage = found.find((one) => !isAbsent(one, patch, side) && touches(one, patch)) ?? found.find((one) => !isAbsent(one, patch, side)) ?? found[0];
      if (!lineage) return null;
      if (isAbsent(lineage, patch, side)) {
        return { path, side, lines: [], gaps: [], source: "patch", absent: true, headings: [], whole: true };
      }
      const whole = wholes === null ? null : wholeAt(lineage, wholes.of(lineage), patch, side);
      if (whole !== null) return wholeImage(path, side, whole);
      const state = stateAt(lineage, runsOf(lineage), patch, side);
      return state ? toImage(path, side, state, isFromPatchAlone(lineage, patch, side, state) ? "patch" : "series") : null;
    },
    treeProblems: wholes?.problems ?? [],
  };
}

/** The whole text on one side of a patch, also of a patch that does not touch the file; null where the tree does not reach. */
function wholeAt(lineage: Lineage, laid: Laid, patch: number, side: Side): WholeState | null {
  const own = (step: { readonly patch: number }): boolean => step.patch === patch;
  if (!lineage.steps.some(own)) return stateBefore(lineage, laid, patch);
  if (side === "before") return laid.before[lineage.steps.findIndex(own)] ?? null;
  return laid.after[lineage.steps.findLastIndex(own)] ?? null;
}

function wholeImage(path: string, side: Side, { whole, verified }: WholeState): Image {
  return {
    path, side, lines: whole.texts.map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line)), gaps: [], source: "tree", absent: false, headings: [], whole: true,
    ...(verified ? { verified: true as const } : {}), ...(whole.noNewline ? { noNewline: true as const } : {}),
  };
}

function touches(lineage: Lineage, patch: number): boolean {
  return lineage.steps.some((step) => step.patch === patch);
}

function isAbsent(lineage: Lineage, patch: number, side: Side): boolean {
  if (side === "before") return lineage.steps.find((step) => step.patch === patch)?.file.pathA === null;
  return lineage.steps.findLast((step) => step.patch === patch)?.file.pathB === null;
}

/** The state of a lineage on one side of a patch. Where two runs meet, the patch that a side belongs to decides. */
function stateAt(lineage: Lineage, runs: readonly Run[], patch: number, side: Side): Knowledge | null {
  const first = lineage.steps.findIndex((step) => step.patch === patch);
  if (first >= 0) {
    const last = lineage.steps.findLastIndex((step) => step.patch === patch);
    const step = side === "before" ? first : last;
    const run = runs.findLast((one) => one.firstStep <= step);
    return run?.states[step - run.firstStep + (side === "before" ? 0 : 1)] ?? null;
  }
  const done = lineage.steps.filter((step) => step.patch < patch).length;
  const run = done === 0 ? runs[0] : runs.findLast((one) => one.firstStep < done);
  return run?.states[done - run.firstStep] ?? null;
}

function isFromPatchAlone(lineage: Lineage, patch: number, side: Side, state: Knowledge): boolean {
  let own = 0;
  for (const step of lineage.steps) {
    if (step.patch !== patch) continue;
    for (const hunk of step.file.hunks) for (const line of hunk.lines) if ((side === "before" ? line.lineA : line.lineB) !== null) own++;
  }
  return touches(lineage, patch) && state.lines.size <= own;
}

function toImage(path: string, side: Side, state: Knowledge, source: Image["source"]): Image {
  const numbers = [...state.lines.keys()].filter((number) => number <= MAX_IMAGE_LINE).sort((left, right) => left - right);
  const lines: (string | undefined)[] = [];
  const gaps: Gap[] = [];
  const headings = new Map([...state.headings].filter(([line]) => line <= MAX_IMAGE_LINE));
  const headingLines = [...headings.keys()].sort((left, right) => left - right);
  for (const number of numbers) {
    const from = lines.length + 1;
    if (number > from) {
      const heading = headingBelow(number, state, headings, headingLines);
      if (heading !== "") headings.set(number, heading);
      gaps.push({ from, to: number - 1, heading });
      while (lines.length < number - 1) lines.push(undefined);
    }
    lines.push(state.lines.get(number));
  }
  if (state.end === null) gaps.push({ from: lines.length + 1, to: null, heading: "" });
  else if (state.end > lines.length && state.end <= MAX_IMAGE_LINE) gaps.push({ from: lines.length + 1, to: state.end, heading: "" });
  return {
    path, side, lines, gaps, source, absent: false,
    headings: [...headings].map(([line, text]) => ({ line, text })).sort((left, right) => left.line - right.line),
    whole: gaps.length === 0,
    ...(state.noNewline ? { noNewline: true as const } : {}),
  };
}

/**
 * The heading that holds for the gap above a line: that of the hunk that starts there, or of the next hunk in the same
 * stretch of known lines, unless the heading's own line is seen in between (then the gap ends in another function).
 */
function headingBelow(number: number, state: Knowledge, headings: ReadonlyMap<number, string>, headingLines: readonly number[]): string {
  let low = 0;
  let high = headingLines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((headingLines[middle] ?? 0) < number) low = middle + 1;
    else high = middle;
  }
  const line = headingLines[low];
  const heading = line === undefined ? undefined : headings.get(line);
  if (line === undefined || heading === undefined) return "";
  for (let between = number; between < line; between++) {
    const text = state.lines.get(between);
    if (text === undefined || text.startsWith(heading.slice(0, 40))) return "";
  }
  return heading;
}
