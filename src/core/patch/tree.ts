// Whole texts for a series from a git tree: which blobs it names, and what every file is, whole, before and after every patch.
import type { Platform } from "../platform.js";
import type { Problem } from "../problem.js";
import { type Lineage, pathAt, positionOf } from "./lineage.js";
import type { LineageIndex, Step } from "./lineage.js";
import type { Patch } from "./types.js";
import { addsOtherThanAscii, applyHunks, blobId, bytesOf, EMPTY_WHOLE, readWhole, type Whole } from "./whole.js";

/** What a git tree could give to a series. */
export interface TreeWants {
  /** Blob ids of the `index` lines' before sides, as they are abbreviated there: hexadecimal digits, lower case. */
  readonly blobs: readonly string[];
  /** Files, before the series, of which the patches give no blob id. */
  readonly paths: readonly string[];
  /** For each file that is there before the series, the blob that its first patch found: together they tell a commit to begin with. */
  readonly firstBlobs: readonly (readonly [path: string, blob: string])[];
}

/** What a git tree gave. Bytes by what was asked for; what the tree does not have is absent. */
export interface TreeTexts {
  readonly blobs: ReadonlyMap<string, Uint8Array>;
  /** Files of the base commit. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly platform: Pick<Platform, "sha1">;
  /** How mail is decoded. */
  readonly decode: (bytes: Uint8Array) => string;
}

/** A file on one side of one patch. `verified`: its blob id is the one that the patch names. */
export interface WholeState {
  readonly whole: Whole;
  readonly verified: boolean;
}

/** What is known of one file: before and after each of its steps. */
export interface Laid {
  readonly before: readonly (WholeState | null)[];
  readonly after: readonly (WholeState | null)[];
}

export interface WholeTexts {
  of(lineage: Lineage): Laid;
  /** What did not fit, with the patch's index. */
  readonly problems: readonly { readonly patch: number; readonly problem: Problem }[];
}

/** What a series would take from a tree: named blobs, and the files that it changes. */
export function treeWants(patches: readonly (Patch | null)[]): TreeWants {
  const blobs = new Set<string>();
  const paths = new Set<string>();
  const firstBlobs = new Map<string, string>();
  /** Paths that an earlier patch has made or changed: what later ones find there is not the tree's. */
  const touched = new Set<string>();
  for (const patch of patches) {
    for (const { pathA, blobA, binary, combined } of patch?.files ?? []) {
      if (pathA === null || combined) continue;
      const blob = idOf(blobA);
      if (blob !== null && !binary) blobs.add(blob);
      if (touched.has(pathA)) continue;
      if (blob === null) paths.add(pathA);
      else firstBlobs.set(pathA, blob);
    }
    for (const { pathA, pathB } of patch?.files ?? []) for (const path of [pathA, pathB]) if (path !== null) touched.add(path);
  }
  return { blobs: [...blobs], paths: [...paths], firstBlobs: [...firstBlobs] };
}

/** Lays the tree's texts under the files of a series; each patch's result is the next one's text. */
export function layWholes(index: LineageIndex, tree: TreeTexts): WholeTexts {
  const problems: { patch: number; problem: Problem }[] = [];
  const laid = new Map<Lineage, Laid>();
  const working = new Set<Lineage>();
  const layer: Layer = {
    tree,
    report: (patch, problem) => void problems.push({ patch, problem }),
    lay(lineage) {
      const known = laid.get(lineage);
      if (known) return known;
      // A copy of itself: nobody writes that, and it must not go round.
      if (working.has(lineage)) return { before: [], after: [] };
      working.add(lineage);
      const made = layOne(layer, lineage);
      working.delete(lineage);
      laid.set(lineage, made);
      return made;
    },
    source(lineage, path, patch) {
      const position = positionOf(patch, "before");
      const other = index.byPath(path).find((one) => one !== lineage && pathAt(one, position) === path);
      return other ? stateBefore(other, layer.lay(other), patch) : null;
    },
  };
  for (const lineage of index.all) layer.lay(lineage);
  return { of: (lineage) => layer.lay(lineage), problems };
}

/** The state of a file that a patch finds: after its last earlier step, or before its first one. */
export function stateBefore(lineage: Lineage, laid: Laid, patch: number): WholeState | null {
  const last = lineage.steps.findLastIndex((step) => step.patch < patch);
  return last < 0 ? (laid.before[0] ?? null) : (laid.after[last] ?? null);
}

interface Layer {
  readonly tree: TreeTexts;
  readonly report: (patch: number, problem: Problem) => void;
  readonly lay: (lineage: Lineage) => Laid;
  /** What another file of the series is before a patch: the origin of a copy. */
  readonly source: (lineage: Lineage, path: string, patch: number) => WholeState | null;
}

function layOne(layer: Layer, lineage: Lineage): Laid {
  const before: (WholeState | null)[] = [];
  const after: (WholeState | null)[] = [];
  let chained: WholeState | null = null;
  for (const [at, step] of lineage.steps.entries()) {
    const start: WholeState | null = step.sound ? startOf(layer, lineage, at, chained) : null;
    const end: WholeState | null = start === null ? null : resultOf(layer, step, start);
    before.push(end === null ? null : start);
    after.push(end);
    chained = end;
  }
  return { before, after };
}

/** The text that a step finds: the chained one unless the patch names another, else the blob by its id, else the base's file. */
function startOf(layer: Layer, lineage: Lineage, at: number, chained: WholeState | null): WholeState | null {
  const { tree } = layer;
  const step = lineage.steps[at];
  if (step === undefined) return null;
  const { patch, file } = step;
  if (file.pathA === null) return { whole: EMPTY_WHOLE, verified: true };
  const wanted = idOf(file.blobA);
  const carried = chained ?? (file.status === "copied" ? layer.source(lineage, file.pathA, patch) : null);
  if (carried !== null && (wanted === null || hasId(tree, carried.whole, wanted))) return { whole: carried.whole, verified: wanted !== null || carried.verified };
  const blob = wanted === null ? undefined : tree.blobs.get(wanted);
  if (wanted !== null && blob !== undefined) {
    const whole = readWhole(blob, tree.decode);
    if (whole !== null && blobId(blob, tree.platform).startsWith(wanted)) return { whole, verified: true };
    if (whole !== null) layer.report(patch, { kind: "tree-blob-differs", severity: "warning", file: file.path, detail: wanted });
    return null;
  }
  // What went before was not what this patch was made on; its hunks decide whether it fits.
  if (carried !== null) return { whole: carried.whole, verified: false };
  const base = wanted === null && at === 0 && lineage.from === 0 ? tree.files.get(file.pathA) : undefined;
  const whole = base === undefined ? null : readWhole(base, tree.decode);
  if (whole !== null) return { whole, verified: false };
  if (base === undefined) layer.report(patch, { kind: "tree-lacks-blob", severity: "note", file: file.path, ...(wanted === null ? {} : { detail: wanted }) });
  return null;
}

function resultOf(layer: Layer, step: Step, { whole: start, verified }: WholeState): WholeState | null {
  const { patch, file } = step;
  if (file.pathB === null) return { whole: EMPTY_WHOLE, verified: true };
  const wanted = idOf(file.blobB);
  const made = applyHunks(start, file);
  if ("hunk" in made) {
    layer.report(patch, { kind: "tree-does-not-apply", severity: "warning", file: file.path, hunk: made.hunk, line: made.line });
    return null;
  }
  // A mere rename has no index line; its text is the one that was verified.
  if (wanted === null) return { whole: made, verified: verified && file.hunks.length === 0 };
  if (hasId(layer.tree, made, wanted)) return { whole: made, verified: true };
  if (addsOtherThanAscii(file)) {
    const legacy = applyHunks(start, file, true);
    if (!("hunk" in legacy) && hasId(layer.tree, legacy, wanted)) return { whole: legacy, verified: true };
  }
  layer.report(patch, { kind: "tree-hash-differs", severity: "warning", file: file.path, detail: wanted });
  return { whole: made, verified: false };
}

function hasId(tree: TreeTexts, whole: Whole, wanted: string): boolean {
  return blobId(bytesOf(whole), tree.platform).startsWith(wanted);
}

/** An id that git can be asked for; null for none, for all zeros, and for what git would not write (core.abbrev is 4 at least). */
function idOf(blob: string | null): string | null {
  if (blob === null || !/^[0-9a-fA-F]{4,64}$/.test(blob) || /^0+$/.test(blob)) return null;
  return blob.toLowerCase();
}
