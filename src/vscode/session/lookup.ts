// Finding things in a review: patches by key, the patch to start with, the threads in reading order. Plain functions on plain data.
import type { FileView, PatchView, ReviewView, RevisionView, SeriesView, ThreadView } from "../../core/review/types.js";

export interface PatchInSeries {
  readonly series: SeriesView;
  readonly revision: RevisionView;
  readonly patch: PatchView;
}

export interface ThreadInSeries extends PatchInSeries {
  readonly thread: ThreadView;
}

/** Cover letters and patches in the order of the tree: series, revisions from the newest, cover first. */
export function* patchesOf(view: ReviewView): Generator<PatchInSeries> {
  for (const series of view.series) {
    for (const revision of newestFirst(series)) {
      if (revision.cover !== null) yield { series, revision, patch: revision.cover };
      for (const patch of revision.patches) yield { series, revision, patch };
    }
  }
}

export function findPatch(view: ReviewView, accept: (patch: PatchView) => boolean): PatchInSeries | undefined {
  for (const found of patchesOf(view)) if (accept(found.patch)) return found;
  return undefined;
}

/** The patch that a command without a target means: the newest revision's last patch that is there. */
export function defaultPatch(view: ReviewView): PatchInSeries | undefined {
  for (const series of view.series) {
    for (const revision of newestFirst(series)) {
      const patch = revision.patches.findLast((one) => one.mail !== null && one.files.length > 0);
      if (patch !== undefined) return { series, revision, patch };
    }
  }
  return findPatch(view, (patch) => patch.mail !== null);
}

/** The same patch in every revision of its series that has it, oldest first: by its title, else by its number in a revision of as many patches. */
export function counterparts(place: PatchInSeries): PatchInSeries[] {
  const { series, patch, revision } = place;
  const plain = (title: string): string => title.toLowerCase().replace(/\s+/g, " ").trim();
  return series.revisions.flatMap((other) => {
    if (other === revision) return [place];
    const there = other.patches.filter((one) => one.mail !== null);
    const twin = there.find((one) => plain(one.title) === plain(patch.title)) ?? there.find((one) => one.n === patch.n && other.total === revision.total);
    return twin === undefined ? [] : [{ series, revision: other, patch: twin }];
  });
}

/** All threads in the order in which a reader meets them: by patch, the message first, then files and lines. */
export function threadsOf(view: ReviewView): ThreadInSeries[] {
  const all: ThreadInSeries[] = [];
  for (const place of patchesOf(view)) for (const thread of inReadingOrder(place.patch)) all.push({ ...place, thread });
  return all;
}

/** A patch's threads: the message first, then files in the patch's order, then lines. */
export function inReadingOrder(patch: PatchView): ThreadView[] {
  const order = new Map<string, number>();
  patch.files.forEach((file, at) => {
    for (const path of [file.path, file.pathA, file.pathB]) if (path !== null && !order.has(path)) order.set(path, at);
  });
  const rank = (thread: ThreadView): number => order.get(thread.anchor.path) ?? -1;
  return [...patch.threads].sort((a, b) => rank(a) - rank(b) || a.anchor.line - b.anchor.line);
}

/** The file that has this path on either side. */
export function fileByPath(patch: PatchView, path: string): FileView | undefined {
  return patch.files.find((file) => file.path === path) ?? patch.files.find((file) => file.pathA === path || file.pathB === path);
}

export function newestFirst(series: SeriesView): RevisionView[] {
  return [...series.revisions].reverse();
}

/** Authors in the order in which they speak; one who answers himself is named once. */
export function speakers(thread: ThreadView): string[] {
  const names: string[] = [];
  for (const comment of thread.comments) {
    const name = comment.author || comment.email;
    if (names.at(-1) !== name) names.push(name);
  }
  return names;
}
