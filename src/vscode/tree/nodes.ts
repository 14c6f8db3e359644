// The shape of the Patch Series view: which rows there are, and under which. Plain functions; how a row looks is in `items.ts`.
import type { FileView, PatchView, RevisionView, SeriesView, ThreadView, TrailerView } from "../../core/review/types.js";
import type { Problem } from "../../core/problem.js";
import { inReadingOrder, newestFirst, type PatchInSeries } from "../session/lookup.js";
import type { Session } from "../session/session.js";
import type { Failed } from "../session/sessions.js";

interface InSession {
  /** Unique in the view and the same after a reload, so that the editor keeps what is unfolded. */
  readonly id: string;
  readonly session: Session;
}

export type TreeNode =
  /** A file with several series, or with none left to show but problems. */
  | (InSession & { readonly kind: "source" })
  /** `only` is its one patch, when one revision with one patch is all there is: then the row is the patch, too. So with a mail that has no patches. */
  | (InSession & { readonly kind: "series"; readonly series: SeriesView; readonly only: PatchInSeries | null })
  | (InSession & { readonly kind: "revision"; readonly series: SeriesView; readonly revision: RevisionView })
  /** People who were sent a revision and have not answered. */
  | (InSession & { readonly kind: "silent"; readonly series: SeriesView; readonly revision: RevisionView })
  /** A patch or a cover letter. */
  | (InSession & { readonly kind: "patch"; readonly place: PatchInSeries })
  | (InSession & { readonly kind: "message"; readonly place: PatchInSeries })
  | (InSession & { readonly kind: "file"; readonly place: PatchInSeries; readonly file: FileView })
  | (InSession & { readonly kind: "thread"; readonly place: PatchInSeries; readonly thread: ThreadView })
  /** The threads of a patch whose quote was not found. */
  | (InSession & { readonly kind: "unplaced"; readonly place: PatchInSeries })
  | (InSession & { readonly kind: "trailer"; readonly place: PatchInSeries; readonly trailer: TrailerView })
  /** Problems of the whole file. */
  | (InSession & { readonly kind: "problems" })
  | (InSession & { readonly kind: "problem"; readonly place: PatchInSeries | null; readonly problem: Problem })
  /** A file of the last window that could not be read again. */
  | { readonly kind: "failed"; readonly id: string; readonly failed: Failed };

export function rootNodes(sessions: readonly Session[], failed: readonly Failed[]): TreeNode[] {
  return [
    ...sessions.flatMap((session) => rootsOf(session)),
    ...failed.map((one): TreeNode => ({ kind: "failed", id: `failed/${one.source.id}`, failed: one })),
  ];
}

export function childrenOf(node: TreeNode): TreeNode[] {
  switch (node.kind) {
    case "source":
      return [...node.session.view.series.map((series) => seriesNode(node.session, series)), ...problemsRow(node.session)];
    case "series": {
      const { session, series, only } = node;
      const below = only === null ? newestFirst(series).map((revision) => revisionNode(session, series, revision)) : partsOf(session, only, true);
      // With one series, the file has no row of its own to carry its problems.
      return session.view.series.length === 1 ? [...below, ...problemsRow(session)] : below;
    }
    case "revision": {
      const { session, series, revision } = node;
      const patches = revision.cover === null ? revision.patches : [revision.cover, ...revision.patches];
      const below = patches.map((patch) => patchNode(session, { series, revision, patch }));
      return revision.silent.length === 0 ? below : [...below, { kind: "silent", id: `${node.id}/silent`, session, series, revision }];
    }
    case "patch":
      return partsOf(node.session, node.place, node.place.patch.n > 0);
    case "unplaced":
      return lostThreads(node.place.patch).map((thread) => threadNode(node.session, node.place, thread));
    case "problems":
      return node.session.view.problems.map((problem, at): TreeNode => ({ kind: "problem", id: `${node.id}/${at}`, session: node.session, place: null, problem }));
    case "silent":
    case "message":
    case "file":
    case "thread":
    case "trailer":
    case "problem":
    case "failed":
      return [];
    default:
      return node satisfies never;
  }
}

/** The row that a row stands under; undefined at the top. */
export function parentOf(node: TreeNode): TreeNode | undefined {
  switch (node.kind) {
    case "source":
    case "failed":
      return undefined;
    case "series":
      return node.session.view.series.length === 1 ? undefined : sourceNode(node.session);
    case "revision":
      return seriesNode(node.session, node.series);
    case "silent":
      return revisionNode(node.session, node.series, node.revision);
    case "patch":
      return revisionNode(node.session, node.place.series, node.place.revision);
    case "problems":
      return rootsOf(node.session)[0];
    case "problem":
      return node.place === null ? problemsRow(node.session)[0] : holderOf(node.session, node.place);
    case "thread":
      return node.thread.anchor.quality === "lost" ? unplacedNode(node.session, node.place) : holderOf(node.session, node.place);
    case "message":
    case "file":
    case "unplaced":
    case "trailer":
      return holderOf(node.session, node.place);
    default:
      return node satisfies never;
  }
}

/** True for a patch or cover letter whose mail is in the input. */
export function isPresent(patch: PatchView): boolean {
  return patch.mail !== null;
}

export function threadNode(session: Session, place: PatchInSeries, thread: ThreadView): TreeNode {
  return { kind: "thread", id: `${session.id}/${place.patch.key}/thread/${thread.key}`, session, place, thread };
}

/** Threads that stand on no line. */
export function lostThreads(patch: PatchView): ThreadView[] {
  return inReadingOrder(patch).filter((thread) => thread.anchor.quality === "lost");
}

function unplacedNode(session: Session, place: PatchInSeries): TreeNode {
  return { kind: "unplaced", id: `${session.id}/${place.patch.key}/unplaced`, session, place };
}

function fileNode(session: Session, place: PatchInSeries, file: FileView): TreeNode {
  // A mail with two patches can have a path twice.
  const earlier = place.patch.files.slice(0, place.patch.files.indexOf(file)).filter((one) => one.path === file.path).length;
  return { kind: "file", id: `${session.id}/${place.patch.key}/file/${file.path}${earlier === 0 ? "" : `/${earlier}`}`, session, place, file };
}

function patchNode(session: Session, place: PatchInSeries): TreeNode {
  return { kind: "patch", id: `${session.id}/${place.patch.key}`, session, place };
}

function rootsOf(session: Session): TreeNode[] {
  const [first, second] = session.view.series;
  return first !== undefined && second === undefined ? [seriesNode(session, first)] : [sourceNode(session)];
}

function sourceNode(session: Session): TreeNode {
  return { kind: "source", id: session.id, session };
}

function seriesNode(session: Session, series: SeriesView): TreeNode {
  const [revision, ...others] = series.revisions;
  const [patch, ...more] = revision?.patches ?? [];
  const single = revision === undefined || others.length + more.length > 0 ? null : revision.cover === null ? patch : patch === undefined ? revision.cover : null;
  const only = revision !== undefined && single && isPresent(single) ? { series, revision, patch: single } : null;
  return { kind: "series", id: `${session.id}/series/${series.key}`, session, series, only };
}

function revisionNode(session: Session, series: SeriesView, revision: RevisionView): TreeNode {
  return { kind: "revision", id: `${session.id}/revision/${revision.key}`, session, series, revision };
}

/** The row that carries a patch's parts: its own, or its series' when that is one with it. */
function holderOf(session: Session, place: PatchInSeries): TreeNode {
  const series = seriesNode(session, place.series);
  return series.kind === "series" && series.only !== null ? series : patchNode(session, place);
}

/** Message, files, threads, trailers, problems. A missing patch has none of them. A cover letter's own row opens it, so it needs no `message`. */
function partsOf(session: Session, place: PatchInSeries, message: boolean): TreeNode[] {
  const { patch } = place;
  if (!isPresent(patch)) return [];
  const base = `${session.id}/${patch.key}`;
  return [
    ...(message ? [{ kind: "message", id: `${base}/message`, session, place } as const] : []),
    ...patch.files.map((file) => fileNode(session, place, file)),
    ...inReadingOrder(patch).filter((thread) => thread.anchor.quality !== "lost").map((thread) => threadNode(session, place, thread)),
    ...(lostThreads(patch).length === 0 ? [] : [unplacedNode(session, place)]),
    // Trailers may repeat; the place in the list tells them apart.
    ...patch.trailers.map((trailer, at): TreeNode => ({ kind: "trailer", id: `${base}/trailer/${at}`, session, place, trailer })),
    ...patch.problems.map((problem, at): TreeNode => ({ kind: "problem", id: `${base}/problem/${at}`, session, place, problem })),
  ];
}

function problemsRow(session: Session): TreeNode[] {
  return session.view.problems.length === 0 ? [] : [{ kind: "problems", id: `${session.id}/problems`, session }];
}
