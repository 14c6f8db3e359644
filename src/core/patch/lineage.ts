// Follows files through a series: which step of which patch touches a file, and what its path is in between.
import type { Patch, PatchFile, Side } from "./types.js";

/** One change of one file by one patch. `sound` is false when hunks of it are damaged, binary or of a merge: then nothing flows through it. */
export interface Step {
  readonly patch: number;
  readonly file: PatchFile;
  readonly sound: boolean;
}

/** One file's life in a part of the series that has no missing patch. Positions are `2 * patch`, plus one for the after side. */
export interface Lineage {
  /** First and last position where this file is followed; the sides where it is absent are included when a patch says so. */
  readonly from: number;
  to: number;
  /** The path before the first step; null when the first step adds the file. */
  readonly startPath: string | null;
  readonly steps: Step[];
}

export interface LineageIndex {
  /** Every lineage that has this path somewhere. */
  byPath(path: string): readonly Lineage[];
  readonly all: readonly Lineage[];
}

export function positionOf(patch: number, side: Side): number {
  return 2 * patch + (side === "after" ? 1 : 0);
}

/** The path of a lineage at a position: the one its patch names there, for an absent side too; null outside its life. */
export function pathAt(lineage: Lineage, position: number): string | null {
  if (position < lineage.from || position > lineage.to) return null;
  let path = lineage.startPath;
  for (const step of lineage.steps) {
    const before = positionOf(step.patch, "before");
    if (position < before) break;
    if (position === before) return step.file.pathA ?? step.file.pathB;
    path = step.file.pathB ?? step.file.pathA;
  }
  return path;
}

/** Builds the lineages of a series; a null patch ends all of them, since nobody knows what it changes. */
export function followFiles(patches: readonly (Patch | null)[]): LineageIndex {
  const all: Lineage[] = [];
  for (let start = 0; start < patches.length; start++) {
    let end = start;
    while (end < patches.length && patches[end]) end++;
    if (end > start) followSegment(patches, start, end, all);
    start = end;
  }
  const paths = new Map<string, Lineage[]>();
  for (const lineage of all) {
    const names = new Set<string>();
    if (lineage.startPath !== null) names.add(lineage.startPath);
    for (const { file } of lineage.steps) {
      if (file.pathA !== null) names.add(file.pathA);
      if (file.pathB !== null) names.add(file.pathB);
    }
    for (const name of names) {
      const list = paths.get(name);
      if (list) list.push(lineage);
      else paths.set(name, [lineage]);
    }
  }
  return { all, byPath: (path) => paths.get(path) ?? [] };
}

function followSegment(patches: readonly (Patch | null)[], start: number, end: number, all: Lineage[]): void {
  const last = positionOf(end - 1, "after");
  /** The living file of each path; paths that a patch took away are in `gone`, with the position from where they are free. */
  const living = new Map<string, Lineage>();
  const gone = new Map<string, number>();
  for (let index = start; index < end; index++) {
    const patch = patches[index];
    if (!patch) continue;
    const damaged = new Set(patch.problems.flatMap((problem) => (problem.kind === "hunk-damaged" && problem.file !== undefined ? [problem.file] : [])));
    const before = positionOf(index, "before");
    const taken: [string, Lineage][] = [];
    const given: [string, Lineage][] = [];
    for (const file of patch.files) {
      const step: Step = { patch: index, file, sound: !file.binary && file.combined === undefined && !damaged.has(file.path) };
      const from = file.pathA === null || file.status === "copied" ? before : (gone.get(file.pathA) ?? positionOf(start, "before"));
      const fresh = (): Lineage => {
        const lineage: Lineage = { from, to: last, startPath: file.pathA, steps: [] };
        all.push(lineage);
        return lineage;
      };
      const known = file.pathA === null || file.status === "copied" ? undefined : living.get(file.pathA);
      const lineage = known ?? fresh();
      lineage.steps.push(step);
      if (file.pathA !== null && file.status === "modified") living.set(file.pathA, lineage);
      if (file.pathA !== null && (file.status === "deleted" || file.status === "renamed")) taken.push([file.pathA, lineage]);
      if (file.pathB !== null && file.status !== "modified") given.push([file.pathB, lineage]);
      if (file.pathB === null) lineage.to = positionOf(index, "after");
    }
    for (const [path, lineage] of taken) {
      if (living.get(path) === lineage) living.delete(path);
      gone.set(path, positionOf(index, "after"));
    }
    for (const [path, lineage] of given) {
      const other = living.get(path);
      if (other && other !== lineage) other.to = Math.min(other.to, before);
      living.set(path, lineage);
    }
  }
}
