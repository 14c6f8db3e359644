// The entrance of the series room: messages to entries, series, revisions, slots and credited trailers.
import { once } from "../mail/lazy.js";
import type { Mailbox, Message } from "../mail/types.js";
import { creditReplies, trailersOfPatch } from "./credit.js";
import { readEntry } from "./entries.js";
import type { LinkedPostings, PostingLink } from "./links.js";
import { linkPostings } from "./links.js";
import type { Posting } from "./revisions.js";
import { findNakedCovers, findPostings } from "./revisions.js";
import { findProblems } from "./problems.js";
import { findParents } from "./threads.js";
import type { CreditedTrailer, Entry, Revision, RevisionLink, Series, SeriesResult, Slot } from "./types.js";

/** Missing slots that are listed for one revision: "[PATCH 1/9999]" must not cost ten thousand of them. */
const MAX_SLOTS = 1000;

/**
 * Reads messages as series. `page` is a Patchwork page's own facts; its series name names a series without a cover
 * letter. Never throws; problems of patches carry the mail's id and place. Patches, trailers and problems are read when
 * they are first asked for: the series of a big mailbox are known long before.
 */
export function readSeries(messages: readonly Message[], page?: Mailbox["page"]): SeriesResult {
  const loose = messages.map((message) => readEntry(message, false));
  const parents = findParents(loose);
  for (const index of findNakedCovers(loose, parents)) {
    const message = messages[index];
    if (message !== undefined) loose[index] = readEntry(message, true);
  }
  for (const [index, entry] of loose.entries()) {
    entry.parent = parents[index]?.index ?? null;
    entry.parentGuessed = parents[index]?.guessed ?? false;
  }
  const entries: readonly Entry[] = loose;
  const given = once(() => creditReplies(entries));
  const groups = linkPostings(loose, parents, findPostings(loose, parents));
  const series = groups.map((group) => makeSeries(entries, given, group, page));
  const problems = once(() => findProblems(entries, series));
  return {
    entries,
    series,
    get problems() {
      return problems();
    },
  };
}

function makeSeries(entries: readonly Entry[], given: () => ReadonlyMap<number, readonly CreditedTrailer[]>, group: LinkedPostings, page: Mailbox["page"]): Series {
  const ordered = [...group.postings].sort((one, two) => compareAge(entries, one, two));
  const newest = [...ordered].reverse();
  const cover = newest.find((posting) => posting.cover !== null && title(entries, posting.cover) !== "")?.cover;
  const first = newest.find((posting) => leadOf(posting) !== null);
  const lead = cover ?? (first === undefined ? null : leadOf(first));
  const revisions: Revision[] = [];
  for (const [place, posting] of ordered.entries()) revisions.push(makeRevision(entries, given, posting, findLinks(ordered, group.links, place), revisions));
  const firstPatch = revisions[revisions.length - 1]?.slots.find((slot) => slot.mail !== null)?.mail ?? lead;
  const pageName = page?.series ?? "";
  const name = cover !== undefined && cover !== null ? title(entries, cover) : pageName !== "" ? pageName : title(entries, firstPatch ?? null);
  const author = lead === null ? undefined : (entries[lead]?.namedAuthor ?? entries[lead]?.author);
  return { name, author: author ?? { name: "", email: "" }, revisions };
}

function title(entries: readonly Entry[], mail: number | null): string {
  return mail === null ? "" : (entries[mail]?.subject.title ?? "");
}

function leadOf(posting: Posting): number | null {
  return posting.cover ?? posting.patches[0] ?? null;
}

/** Oldest first: by the date of the cover letter or first patch; by version where a date is missing. */
function compareAge(entries: readonly Entry[], one: Posting, two: Posting): number {
  const first = dateOf(entries, one);
  const second = dateOf(entries, two);
  if (first !== null && second !== null && first !== second) return first - second;
  return one.version - two.version;
}

function dateOf(entries: readonly Entry[], posting: Posting): number | null {
  const lead = leadOf(posting);
  return lead === null ? null : (entries[lead]?.message.date ?? null);
}

/** The signs that tie a posting to older ones; one of each kind for each of those. */
function findLinks(ordered: readonly Posting[], links: readonly PostingLink[], place: number): RevisionLink[] {
  const found = new Map<string, RevisionLink>();
  const own = ordered[place];
  for (const { reason, one, two } of links) {
    if (one !== own && two !== own) continue;
    const to = ordered.indexOf(one === own ? two : one);
    if (to >= 0 && to < place) found.set(`${reason} ${to}`, { reason, to });
  }
  return [...found.values()].sort((one, two) => two.to - one.to);
}

/**
 * The older revision that single patches were sent again for: all of them answer mails of its thread, there is no cover
 * letter, and the count is the same.
 */
function findRerolled(entries: readonly Entry[], posting: Posting, links: readonly RevisionLink[], older: readonly Revision[]): Revision | undefined {
  if (posting.cover !== null || posting.patches.length >= posting.total) return undefined;
  for (const link of links) {
    const revision = older[link.to];
    if (revision === undefined || revision.total !== posting.total) continue;
    const mails = new Set<number | null>([revision.cover, ...revision.slots.map((slot) => slot.mail)]);
    if (posting.patches.every((patch) => answers(entries, patch, mails))) return revision;
  }
  return undefined;
}

/** True when one of the nearest ancestors of a mail is among `mails`. */
function answers(entries: readonly Entry[], mail: number, mails: ReadonlySet<number | null>): boolean {
  let at = entries[mail]?.parent ?? null;
  for (let steps = 0; at !== null && steps < 100; steps += 1) {
    if (mails.has(at)) return true;
    at = entries[at]?.parent ?? null;
  }
  return false;
}

function makeRevision(
  entries: readonly Entry[], given: () => ReadonlyMap<number, readonly CreditedTrailer[]>, posting: Posting, linkedBy: readonly RevisionLink[], older: readonly Revision[],
): Revision {
  const rerolled = findRerolled(entries, posting, linkedBy, older);
  const bySlot = new Map<number, number[]>();
  for (const mail of posting.patches) {
    const n = entries[mail]?.subject.n ?? 1;
    const claims = bySlot.get(n);
    if (claims === undefined) bySlot.set(n, [mail]);
    else claims.push(mail);
  }
  const numbers = new Set(bySlot.keys());
  for (let n = 1; n <= Math.min(posting.total, MAX_SLOTS); n += 1) numbers.add(n);
  const slots = [...numbers].sort((one, two) => one - two).map((n): Slot => {
    const claims = rankClaims(entries, bySlot.get(n) ?? [], posting.versionText);
    const mail = claims[0] ?? null;
    const duplicates = claims.slice(1);
    const inherited = mail === null ? rerolled?.slots.find((slot) => slot.n === n) : undefined;
    const standIn = inherited?.mail ?? inherited?.inherited;
    const trailers = once(() => (mail === null ? [] : trailersOfPatch(entries, given(), mail, duplicates, posting.cover)));
    return {
      n,
      mail,
      duplicates,
      get trailers() {
        return trailers();
      },
      ...(standIn === undefined ? {} : { inherited: standIn }),
    };
  });
  const complete = posting.total > 0 && posting.total <= MAX_SLOTS && slots.every((slot) => slot.mail !== null);
  return { version: posting.version, versionText: posting.versionText, total: posting.total, cover: posting.cover, slots, complete, linkedBy, partial: rerolled !== undefined };
}

/** Who takes a slot that two mails claim: one that says the right version before one that says none, then the earlier. */
function rankClaims(entries: readonly Entry[], mails: readonly number[], versionText: string): number[] {
  const rank = (mail: number): number => (entries[mail]?.subject.versionText === versionText ? 0 : 1);
  return [...mails].sort((one, two) => rank(one) - rank(two) || one - two);
}
