// Patches and cover letters to revisions: which patch belongs to which posting, and which place it takes there.
import type { LooseEntry } from "./entries.js";
import { isSamePerson } from "./identity.js";
import type { Parent } from "./threads.js";
import { ancestorsOf } from "./threads.js";

/** Patches of one series without threading are sent within minutes (patchwork allows 20, b4 30). */
const POSTING_WINDOW = 30 * 60 * 1000;

/** Unfinished postings of one version and total that an unthreaded patch is compared with, newest first. */
const MAX_SIBLINGS = 300;

/** One posting of a series, in mail indices. */
export interface Posting {
  readonly version: number;
  readonly versionText: string;
  readonly total: number;
  readonly cover: number | null;
  /** In order of the input. */
  readonly patches: number[];
}

interface Draft {
  version: number;
  versionText: string;
  total: number;
  cover: number | null;
  patches: number[];
  /** Ids that the patches answer and that are not in the input: an absent cover letter. */
  readonly absent: Set<string>;
}

/**
 * Mails that open a series without a counter: a thread's root without a diff, answered by numbered patches of the same
 * person (b4 calls it a naked cover).
 */
export function findNakedCovers(entries: readonly LooseEntry[], parents: readonly Parent[]): Set<number> {
  const found = new Set<number>();
  const covered = new Set<number>();
  for (const [index, entry] of entries.entries()) if (entry.kind === "cover") covered.add(index);
  for (const [index, entry] of entries.entries()) {
    if (entry.kind !== "patch" || entry.subject.n === null) continue;
    const parent = parents[index];
    const root = parent?.index;
    if (root === null || root === undefined || parent?.guessed === true || covered.has(root)) continue;
    const rootEntry = entries[root];
    if (rootEntry === undefined || rootEntry.kind !== "other" || rootEntry.subject.reply) continue;
    if (parents[root]?.index === null && isSamePerson(rootEntry.message.from, entry.message.from)) found.add(root);
  }
  return found;
}

/** Gathers patches into postings, in order of the input. */
export function findPostings(entries: readonly LooseEntry[], parents: readonly Parent[]): Posting[] {
  const drafts: Draft[] = [];
  const byCover = new Map<number, Draft>();
  const byPatch = new Map<number, Draft>();
  for (const [index, entry] of entries.entries()) {
    if (entry.kind !== "cover") continue;
    const draft: Draft = { ...versionOf(entry), total: entry.subject.m ?? 0, cover: index, patches: [], absent: new Set() };
    byCover.set(index, draft);
    drafts.push(draft);
  }
  const versionless = findVersionlessCovers(entries, parents);
  const unthreaded: number[] = [];
  /** Drafts by version and total: only those of one kind can be one posting. */
  const byKind = new Map<string, Draft[]>();
  for (const draft of byCover.values()) {
    const kindred = `${draft.versionText} ${draft.total}`;
    const siblings = byKind.get(kindred);
    if (siblings === undefined) byKind.set(kindred, [draft]);
    else siblings.push(draft);
  }
  for (const [index, entry] of entries.entries()) {
    if (entry.kind !== "patch") continue;
    if (entry.subject.n === null) {
      drafts.push({ ...versionOf(entry), total: 1, cover: null, patches: [index], absent: new Set() });
      continue;
    }
    const draft = findByThread(entries, parents, byCover, versionless, index);
    if (draft === undefined) unthreaded.push(index);
    else {
      draft.patches.push(index);
      byPatch.set(index, draft);
    }
  }
  for (const index of unthreaded) {
    const entry = entries[index];
    if (entry === undefined) continue;
    const kindred = `${entry.subject.versionText} ${entry.subject.m ?? 1}`;
    const siblings = byKind.get(kindred) ?? [];
    byKind.set(kindred, siblings);
    let draft = findBySigns(entries, parents, byPatch, siblings, index);
    if (draft === undefined) {
      draft = { ...versionOf(entry), total: entry.subject.m ?? 1, cover: null, patches: [], absent: new Set() };
      drafts.push(draft);
      siblings.push(draft);
    }
    draft.patches.push(index);
    byPatch.set(index, draft);
    for (const id of entry.message.inReplyTo) draft.absent.add(id);
  }
  return drafts.map((draft) => finishDraft(entries, draft)).sort((one, two) => firstMail(one) - firstMail(two));
}

function firstMail(posting: Posting): number {
  return Math.min(posting.cover ?? Number.MAX_SAFE_INTEGER, ...posting.patches.slice(0, 1));
}

function versionOf(entry: LooseEntry): { version: number; versionText: string } {
  return { version: entry.subject.version, versionText: entry.subject.versionText };
}

/** Cover letters that have a patch without a version, too: those two belong together, and a patch that names one does not. */
function findVersionlessCovers(entries: readonly LooseEntry[], parents: readonly Parent[]): Set<number> {
  const found = new Set<number>();
  for (const [index, entry] of entries.entries()) {
    const parent = parents[index]?.index ?? null;
    if (parent !== null && entry.kind === "patch" && entry.subject.n !== null && !entry.subject.versionGiven) found.add(parent);
  }
  return found;
}

/** The nearest cover letter above a patch that agrees with it. A patch that does not say its version takes the cover's. */
function findByThread(
  entries: readonly LooseEntry[], parents: readonly Parent[], byCover: ReadonlyMap<number, Draft>, versionless: ReadonlySet<number>, index: number,
): Draft | undefined {
  const entry = entries[index];
  const chain = ancestorsOf(parents, index);
  for (const [distance, ancestor] of chain.entries()) {
    const draft = byCover.get(ancestor);
    const cover = entries[ancestor];
    if (draft === undefined || cover === undefined || entry === undefined) continue;
    const sameTotal = cover.subject.m === null || cover.subject.m === entry.subject.m;
    const sameVersion = draft.versionText === entry.subject.versionText;
    const inherits = distance === 0 && (!entry.subject.versionGiven || (!cover.subject.versionGiven && !versionless.has(ancestor)));
    // Counters slip ("[PATCH 6/5]", a total that was not updated); a direct answer of the same person still belongs.
    const direct = distance === 0 && isSamePerson(cover.message.from, entry.message.from);
    if ((sameVersion || inherits) && (sameTotal || (direct && sameVersion))) return draft;
    if (sameVersion && direct) return draft;
  }
  return undefined;
}

/** Without a cover letter: threaded under patch 1, an absent mail in common, ids of one git send-email run, or time. */
function findBySigns(
  entries: readonly LooseEntry[], parents: readonly Parent[], byPatch: ReadonlyMap<number, Draft>, siblings: readonly Draft[], index: number,
): Draft | undefined {
  const entry = entries[index];
  if (entry === undefined) return undefined;
  const agrees = (draft: Draft): boolean => draft.versionText === entry.subject.versionText && draft.total === entry.subject.m;
  const isFree = (draft: Draft): boolean => !draft.patches.some((patch) => entries[patch]?.subject.n === entry.subject.n);
  for (const ancestor of ancestorsOf(parents, index)) {
    const draft = byPatch.get(ancestor);
    if (draft !== undefined && agrees(draft) && isFree(draft)) return draft;
  }
  const run = sendingRun(entry.message.id);
  for (let back = 1; back <= Math.min(siblings.length, MAX_SIBLINGS); back += 1) {
    const draft = siblings[siblings.length - back];
    if (draft === undefined || !isFree(draft)) continue;
    if (entry.message.inReplyTo.some((id) => draft.absent.has(id))) return draft;
    const member = entries[draft.patches[0] ?? draft.cover ?? -1];
    if (member === undefined) continue;
    if (run !== null && sendingRun(member.message.id) === run) return draft;
    // format-patch files have no ids at all, dates of commits that may lie weeks apart, and each commit's author as From.
    if (entry.message.id === null && member.message.id === null) return draft;
    if (!isSamePerson(member.message.from, entry.message.from)) continue;
    const one = member.message.date;
    const two = entry.message.date;
    if (one !== null && two !== null && Math.abs(one - two) <= POSTING_WINDOW) return draft;
  }
  return undefined;
}

/**
 * What all mails of one run of git send-email or b4 have in common: `<date>-<n>-<address>` of send-email,
 * `<date>-<slug>-v<k>-<n>-<hash>@host` of b4. Null when the id has no counter of that kind.
 */
function sendingRun(id: string | null): string | null {
  if (id === null) return null;
  const match = /^(.{6,}?-)\d{1,4}(-[^-@]+(?:-[^@]*)?@?.*)$/.exec(id);
  if (match !== null) return `${match[1] ?? ""}#${match[2] ?? ""}`.replace(/#-[0-9a-f]{12}@/, "#-@");
  const leading = /^\d{1,4}-(.+@.+)$/.exec(id);
  return leading === null ? null : `#-${leading[1] ?? ""}`;
}

function finishDraft(entries: readonly LooseEntry[], draft: Draft): Posting {
  const patches = draft.patches;
  let total = draft.total;
  if (total === 0) total = Math.max(0, ...patches.map((patch) => entries[patch]?.subject.m ?? 0));
  const given = patches.map((patch) => entries[patch]?.subject).find((subject) => subject?.versionGiven === true);
  const coverSubject = draft.cover === null ? undefined : entries[draft.cover]?.subject;
  // A cover letter that forgot its version takes its patches'.
  const speaks = coverSubject !== undefined && !coverSubject.versionGiven && given !== undefined ? given : draft;
  return { version: speaks.version, versionText: speaks.versionText, total, cover: draft.cover, patches };
}
