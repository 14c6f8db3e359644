// Which patch of the input a command is about: by series, revision and number, else the newest revision's last patch.
import type { Image, Side } from "../core/patch/types.js";
import type { PatchCode, Review } from "../core/review/review.js";
import type { PatchView, RevisionView, SeriesView } from "../core/review/types.js";
import type { Arguments, OptionSpec } from "./arguments.js";
import { UsageError } from "./errors.js";

/** Options of every command that is about one patch. */
export const targetOptions = { series: "value", revision: "value", patch: "value" } as const satisfies OptionSpec;

export const targetUsage = "[--series TEXT] [--revision N] [--patch N]";

export interface Target {
  readonly series: SeriesView;
  readonly revision: RevisionView;
  readonly patch: PatchView;
}

/** The one patch that the options choose. Throws a UsageError that says what there is when nothing fits. */
export function chooseTarget(review: Review, options: Arguments): Target {
  const target = listTargets(review, options).at(-1);
  if (target === undefined) throw new UsageError("no patch in the input");
  return target;
}

/**
 * All patches that fit the options, of one series, oldest first. `--series` takes part of a title; without it the first
 * series that has patches is meant.
 */
export function listTargets(review: Review, options: Arguments): Target[] {
  const wanted = options.value("series")?.toLowerCase();
  const withPatches = review.view.series.filter((series) => series.revisions.some((revision) => revision.patches.some(isPresent)));
  const series = withPatches.find((one) => wanted === undefined || one.name.toLowerCase().includes(wanted));
  if (series === undefined) throw new UsageError(wanted === undefined ? "no patch in the input" : `no series with "${options.value("series") ?? ""}" in its title`);
  const version = options.number("revision", 0);
  const revisions = series.revisions.filter((revision) => (version === undefined || revision.version === version) && revision.patches.some(isPresent));
  if (revisions.length === 0) throw new UsageError(`no revision ${version ?? ""}; there is ${list(series.revisions.map((revision) => `v${revision.versionText}`))}`);
  const number = options.number("patch", 0);
  const targets = revisions.flatMap((revision) => revision.patches.filter((patch) => isPresent(patch) && (number === undefined || patch.n === number)).map((patch) => ({ series, revision, patch })));
  if (targets.length === 0) throw new UsageError(`no patch ${number ?? ""}; there is ${list(revisions.flatMap((revision) => revision.patches.filter(isPresent).map((patch) => String(patch.n))))}`);
  return targets;
}

/** What is known of the files that a patch touches, on one side of it; a renamed file has its own name on each side. */
export function imagesOf(code: PatchCode | null, patch: PatchView, side: Side): Image[] {
  if (code === null) return [];
  return patch.files.flatMap((file) => {
    const path = side === "before" ? file.pathA : file.pathB;
    const image = path === null ? null : code.images.image(code.index, path, side);
    return image === null ? [] : [image];
  });
}

/** Every file that is known on one side of a patch, of the whole series: what the simulator compiles from. */
export function allImages(code: PatchCode, side: Side): Image[] {
  return code.images.paths(code.index, side).flatMap((path) => {
    const image = code.images.image(code.index, path, side);
    return image === null ? [] : [image];
  });
}

/** Reads `--side` and the like: one of the words, or the first when the option is not given. */
export function chooseWord<Word extends string>(options: Arguments, name: string, words: readonly [Word, ...Word[]]): Word {
  const given = options.value(name);
  if (given === undefined) return words[0];
  const word = words.find((one) => one === given);
  if (word === undefined) throw new UsageError(`--${name} is one of ${list(words)}, not "${given}"`);
  return word;
}

function isPresent(patch: PatchView): boolean {
  return patch.mail !== null;
}

function list(words: readonly string[]): string {
  return [...new Set(words)].join(", ");
}
