// The review: mails, series, patches, images and anchors joined into what the edges show.
import type { Mailbox } from "../mail/types.js";
import { decodeGuessed } from "../mail/charset.js";
import { changedLines } from "../patch/changed-lines.js";
import { buildSeriesImages, type SeriesImages } from "../patch/images.js";
import { renderImage } from "../patch/render.js";
import { type TreeTexts, treeWants } from "../patch/tree.js";
import type { Patch, Side } from "../patch/types.js";
import type { Problem } from "../problem.js";
import { type AmSeries, makeAm, type RawMail } from "../series/am.js";
import type { Entry, Revision, Series, SeriesResult, Slot } from "../series/types.js";
import { anchorReplies, discussedMail, isPosting, type PlacedPart } from "./anchors.js";
import { hashOf, slugOf, uniqueKeys } from "./keys.js";
import { countTags, silentPeople } from "./people.js";
import { MESSAGE_PATH } from "./spots.js";
import { identityOf, threadsOf } from "./threads.js";
import type { DocumentView, FileView, PatchView, ReplyPart, ReviewView, RevisionNeeds, RevisionView, SeriesView, TrailerView } from "./types.js";

/** The code of one patch: its series' images, and where the patch is in them. */
export interface PatchCode {
  readonly images: SeriesImages;
  /** The patch's index in the images. */
  readonly index: number;
  /** Version of the revision, and number of the patch in it, as the mails say. */
  readonly revision: number;
  readonly patch: number;
  /** The lines, from one, that the patch adds (after) or takes away (before). */
  changed(side: Side): readonly { readonly path: string; readonly line: number }[];
}

export interface Review {
  readonly view: ReviewView;
  /**
   * The text of a file, or of the commit message (`:message`; its before side is absent), on one side of a patch. A
   * file has one path for both sides, that of `FileView.path`; its old name is understood, too. Null when there is no such thing.
   */
  document(patchKey: string, path: string, side: Side): DocumentView | null;
  /** Null for a cover letter, a missing patch and an unknown key. */
  code(patchKey: string): PatchCode | null;
  /** All parts of all replies, in the order of the mails. */
  readonly replyParts: readonly ReplyPart[];
  /** What a git tree could give to the revision of a patch (or cover letter); null for an unknown key. */
  needs(patchKey: string): RevisionNeeds | null;
  /**
   * Builds the images of a patch's revision anew, from a tree's texts; null: from the mails alone. Returns what of the tree did not
   * fit, each problem with its mail.
   */
  useTree(patchKey: string, texts: Omit<TreeTexts, "decode"> | null): readonly Problem[];
  /** The mails as the review has them, and the one that a key means (null: missing, or no such key); for drafts of replies. */
  readonly entries: readonly Entry[];
  mail(patchKey: string): number | null;
  /** The patches of a patch's revision as `git am` takes them; null for an unknown key. */
  am(patchKey: string, raw: RawMail): AmSeries | null;
}

/** Joins a mailbox and its series. Mails that belong to no series are shown as series of their own, after the others. */
export function buildReview(mailbox: Mailbox, series: SeriesResult): Review {
  const { entries } = series;
  const replies = new Replies(entries);
  const problemsByMail = new Map<number, Problem[]>();
  for (const problem of series.problems) {
    if (problem.messageIndex === undefined) continue;
    const list = problemsByMail.get(problem.messageIndex);
    if (list) list.push(problem);
    else problemsByMail.set(problem.messageIndex, [problem]);
  }
  const context: Context = { entries, replies, problemsByMail, places: new Map() };
  const unique = uniqueKeys();
  const all = [...series.series, ...strays(entries, series)];
  const view: ReviewView = {
    format: mailbox.format,
    messages: mailbox.messages.length,
    series: all.map((one) => viewSeries(context, one, unique)),
    problems: [...mailbox.problems, ...series.problems],
  };
  return {
    view,
    get replyParts() { return replies.parts.map(({ thread: _thread, ...part }): ReplyPart => part); },
    entries,
    mail: (patchKey) => context.places.get(patchKey)?.mail ?? null,
    code: (patchKey) => {
      const place = context.places.get(patchKey);
      if (!place || place.index < 0 || place.mail === null) return null;
      const patch = entries[place.mail]?.patch ?? null;
      return {
        images: place.images(), index: place.index, revision: place.revision.version, patch: place.n,
        changed: (side) => (patch === null ? [] : changedLines(patch, side)),
      };
    },
    needs: (patchKey) => {
      const place = context.places.get(patchKey);
      return place ? needsOf(context, place) : null;
    },
    useTree: (patchKey, texts) => {
      const place = context.places.get(patchKey);
      return place ? place.take(texts && { ...texts, decode: decodeGuessed }) : [];
    },
    am: (patchKey, raw) => {
      const place = context.places.get(patchKey);
      return place ? makeAm(entries, place.revision, raw) : null;
    },
    document: (patchKey, path, side) => {
      const place = context.places.get(patchKey);
      const entry = place?.mail === undefined || place.mail === null ? undefined : entries[place.mail];
      return place && entry ? documentOf(place, entry, path, side) : null;
    },
  };
}

interface Context {
  readonly entries: readonly Entry[];
  readonly replies: Replies;
  readonly problemsByMail: ReadonlyMap<number, readonly Problem[]>;
  readonly places: Map<string, Place>;
}

/** The comments of all replies on their lines: looked for when somebody asks for threads, and not for a simulation. */
class Replies {
  private found: { readonly parts: readonly PlacedPart[]; readonly byTarget: ReadonlyMap<number, readonly PlacedPart[]> } | null = null;

  constructor(private readonly entries: readonly Entry[]) {}

  get parts(): readonly PlacedPart[] {
    return this.anchored.parts;
  }

  /** What answers one of these mails, mail by mail. */
  to(mails: readonly number[]): PlacedPart[] {
    return mails.flatMap((mail) => this.anchored.byTarget.get(mail) ?? []);
  }

  private get anchored(): NonNullable<Replies["found"]> {
    return (this.found ??= this.anchor());
  }

  private anchor(): NonNullable<Replies["found"]> {
    const parts = anchorReplies(this.entries);
    const byTarget = new Map<number, PlacedPart[]>();
    for (const part of parts) {
      const list = byTarget.get(part.anchor.target);
      if (list) list.push(part);
      else byTarget.set(part.anchor.target, [part]);
    }
    return { parts, byTarget };
  }
}

/** Where a key leads. */
interface Place {
  readonly mail: number | null;
  readonly n: number;
  readonly revision: Revision;
  /** Index in the images; -1 for a cover letter. */
  readonly index: number;
  images(): SeriesImages;
  /** Builds the images of the revision anew, and says what did not fit. */
  take(texts: TreeTexts | null): Problem[];
  readonly revisionKey: string;
  readonly patches: readonly (Patch | null)[];
}

/** Mails that no series has, with the discussions below them: each one a series with one revision. */
function strays(entries: readonly Entry[], result: SeriesResult): Series[] {
  const housed = new Set<number>();
  for (const { revisions } of result.series) {
    for (const { cover, slots } of revisions) {
      if (cover !== null) housed.add(cover);
      for (const slot of slots) for (const mail of [slot.mail, ...slot.duplicates]) if (mail !== null) housed.add(mail);
    }
  }
  const found: Series[] = [];
  for (const [index, entry] of entries.entries()) {
    if (housed.has(index)) continue;
    if (!isPosting(entry) && entry.parent !== null && discussedMail(entries, index) !== index) continue;
    const slot: Slot = { n: 1, mail: index, duplicates: [], trailers: entry.trailers.map((trailer) => ({ ...trailer, mail: index, origin: "own", mismatch: null })) };
    const { version, versionText } = entry.subject;
    const revision: Revision = { version, versionText, total: entry.patch ? 1 : 0, cover: entry.patch ? null : index, slots: entry.patch ? [slot] : [], complete: true };
    found.push({ name: entry.subject.title, author: entry.author, revisions: [revision] });
  }
  return found;
}

function viewSeries(context: Context, series: Series, unique: (key: string) => string): SeriesView {
  const lead = series.revisions.flatMap((revision) => [revision.cover, ...revision.slots.map((slot) => slot.mail)]).find((mail) => mail !== null);
  const name = series.name === "" && lead !== undefined ? titleOf(context.entries[lead]) : series.name;
  const key = unique(`${slugOf(name)}-${hashOf(`${name}\n${series.author.email || series.author.name}`).slice(0, 4)}`);
  const uniqueRevision = uniqueKeys();
  const revisions = series.revisions.map((revision) => viewRevision(context, revision, uniqueRevision(`${key}/${slugOf(revision.versionText)}`)));
  return { key, name, author: series.author.name, revisions };
}

function viewRevision(context: Context, revision: Revision, key: string): RevisionView {
  let images: SeriesImages | null = null;
  const { entries } = context;
  const patches = revision.slots.map((slot) => (slot.mail === null ? null : (entries[slot.mail]?.patch ?? null)));
  const shared = {
    revision, revisionKey: key, patches,
    images: (): SeriesImages => (images ??= buildSeriesImages(patches)),
    take: (texts: TreeTexts | null): Problem[] => {
      images = buildSeriesImages(patches, texts);
      return images.treeProblems.map(({ patch, problem }) => ({ ...problem, ...placeOf(entries, revision.slots[patch]?.mail ?? null) }));
    },
  };
  const uniquePatch = uniqueKeys();
  const views = revision.slots.map((slot, index): PatchView => {
    const patchKey = uniquePatch(`${key}/${slot.n}`);
    context.places.set(patchKey, { ...shared, mail: slot.mail, n: slot.n, index });
    return viewPatch(context, patchKey, slot, revision.total);
  });
  let cover: PatchView | null = null;
  if (revision.cover !== null) {
    const patchKey = uniquePatch(`${key}/0`);
    context.places.set(patchKey, { ...shared, mail: revision.cover, n: 0, index: -1 });
    const trailers = (entries[revision.cover]?.trailers ?? []).map((trailer) => ({ ...trailer, mail: revision.cover ?? 0, origin: "own" as const, mismatch: null }));
    cover = viewPatch(context, patchKey, { n: 0, mail: revision.cover, duplicates: [], trailers }, revision.total);
  }
  const date = [cover, ...views].find((view) => view?.date !== null && view?.date !== undefined)?.date ?? null;
  return { key, version: revision.version, versionText: revision.versionText, total: revision.total, date, complete: revision.complete, cover, silent: silentPeople(entries, revision), patches: views };
}

function viewPatch(context: Context, key: string, slot: Slot, total: number): PatchView {
  const { entries } = context;
  const entry = slot.mail === null ? undefined : entries[slot.mail];
  if (slot.mail === null || !entry) {
    return { key, n: slot.n, m: total, title: "", mail: null, messageId: null, author: "", date: null, files: [], threads: [], trailers: [], tags: countTags([]), problems: [], duplicates: slot.duplicates.length };
  }
  const files = (entry.patch?.files ?? []).map((file): FileView => ({
    path: file.path, pathA: file.pathA, pathB: file.pathB, status: file.status, binary: file.binary,
    additions: file.additions, deletions: file.deletions, hunks: file.hunks.length,
  }));
  const mails = [slot.mail, ...slot.duplicates];
  let threads: PatchView["threads"] | null = null;
  return {
    key, n: slot.n, m: total, title: titleOf(entry), mail: slot.mail, messageId: entry.message.id, author: entry.author.name, date: entry.message.date, files,
    get threads() { return (threads ??= threadsOf(entries, context.replies.to(mails), key, files.map((file) => file.path), entry.author)); },
    trailers: slot.trailers.map((trailer): TrailerView => ({
      key: trailer.key, value: trailer.value, mail: trailer.mail, origin: trailer.origin, mismatch: trailer.mismatch, sender: senderOf(entries[trailer.mail]),
    })),
    tags: countTags(slot.trailers),
    problems: context.problemsByMail.get(slot.mail) ?? [],
    duplicates: slot.duplicates.length,
  };
}

function placeOf(entries: readonly Entry[], mail: number | null): Pick<Problem, "messageId" | "messageIndex"> {
  const id = mail === null ? null : (entries[mail]?.message.id ?? null);
  return { ...(mail === null ? {} : { messageIndex: mail }), ...(id === null ? {} : { messageId: id }) };
}

/** What the mails say of the tree that a revision was made on: its blobs, and the first base commit that is named. */
function needsOf(context: Context, { revision, revisionKey, patches }: Place): RevisionNeeds {
  const mails = [revision.cover, ...revision.slots.map((slot) => slot.mail)].flatMap((mail) => (mail === null ? [] : (context.entries[mail] ?? [])));
  const baseCommit = mails.map((entry) => entry.about?.baseCommit ?? null).find((commit) => commit !== null) ?? null;
  return { revisionKey, ...treeWants(patches), baseCommit };
}

function senderOf(entry: Entry | undefined): string {
  const { name = "", email = "" } = entry?.message.from ?? {};
  return name === "" ? email : email === "" ? name : `${name} <${email}>`;
}

/** The subject's title; for a bare diff the files it changes. */
function titleOf(entry: Entry | undefined): string {
  if (!entry) return "";
  if (entry.subject.title !== "") return entry.subject.title;
  const paths = (entry.patch?.files ?? []).map((file) => file.path.slice(file.path.lastIndexOf("/") + 1));
  return paths.length > 3 ? `${paths.slice(0, 3).join(", ")}, …` : paths.length > 0 ? paths.join(", ") : identityOf(entry);
}

function documentOf(place: Place, entry: Entry, path: string, side: Side): DocumentView | null {
  if (path === MESSAGE_PATH) {
    const absent = side === "before";
    return { path, side, text: absent ? "" : entry.commitMessage, gaps: [], source: "patch", verified: false, absent };
  }
  if (place.index < 0) return null;
  const file = entry.patch?.files.find((one) => one.path === path);
  const real = file ? (side === "before" ? file.pathA : file.pathB) : path;
  if (real === null) return { path, side, text: "", gaps: [], source: "patch", verified: false, absent: true };
  const image = place.images().image(place.index, real, side);
  return image && { path, side, text: renderImage(image), gaps: image.gaps, source: image.source, verified: image.verified === true, absent: image.absent };
}
