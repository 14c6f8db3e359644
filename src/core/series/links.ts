// Postings to series: which posting is a new version of which.
import type { LooseEntry } from "./entries.js";
import { isSamePerson } from "./identity.js";
import type { Posting } from "./revisions.js";
import type { Parent } from "./threads.js";
import { ancestorsOf } from "./threads.js";
import type { RevisionLink } from "./types.js";

/** Signs that are kept: two hundred postings of one title make twenty thousand. */
const MAX_SIGNS = 20_000;

/** Words of a prefix that say how a series is sent, not where it goes. Others ("net-next", "5.10") name a tree. */
const PLAIN_TAG = /^(?:patch(?:es|set)?|rfc|rft|resend|repost|v\d.*|wip|committed)$/i;

/** One sign that two postings are versions of one series. */
export interface PostingLink {
  readonly reason: RevisionLink["reason"];
  readonly one: Posting;
  readonly two: Posting;
}

export interface LinkedPostings {
  readonly postings: Posting[];
  readonly links: PostingLink[];
}

type Join = (one: number, two: number, reason: RevisionLink["reason"]) => void;

/**
 * Groups postings into series. Signs, any one of which is enough: the same change-id; a link "v1: https://…/id" to a
 * mail of the other; sent into the other's thread by the same person under a higher version; the same title and
 * author; at least half of the patches' titles in common under the same author and another version.
 */
export function linkPostings(entries: readonly LooseEntry[], parents: readonly Parent[], postings: readonly Posting[]): LinkedPostings[] {
  const root = postings.map((_, at) => at);
  const find = (at: number): number => {
    let top = at;
    while (root[top] !== undefined && root[top] !== top) top = root[top] ?? top;
    root[at] = top;
    return top;
  };
  const signs: { one: number; two: number; reason: RevisionLink["reason"] }[] = [];
  const join: Join = (one, two, reason) => {
    if (signs.length < MAX_SIGNS) signs.push({ one, two, reason });
    const low = Math.min(find(one), find(two));
    const high = Math.max(find(one), find(two));
    root[high] = low;
  };
  const read = postings.map((posting) => readPosting(entries, posting));
  const ofMail = new Map<number, number>();
  const ofId = new Map<string, number>();
  for (const [at, posting] of postings.entries()) {
    for (const mail of mailsOf(posting)) {
      ofMail.set(mail, at);
      const id = entries[mail]?.message.id;
      if (id !== null && id !== undefined && !ofId.has(id)) ofId.set(id, at);
    }
  }
  joinEqual(read, (facts) => facts.changeIds, join, "change-id");
  for (const [at, facts] of read.entries()) {
    for (const id of facts.links) {
      const other = ofId.get(id);
      if (other !== undefined && other !== at) join(at, other, "link");
    }
    for (const ancestor of facts.lead === null ? [] : ancestorsOf(parents, facts.lead)) {
      const other = ofMail.get(ancestor);
      if (other === undefined || other === at) continue;
      const theirs = read[other];
      if (theirs !== undefined && isSamePerson(facts.author, theirs.author) && (postings[at]?.version ?? 1) > (postings[other]?.version ?? 1)) join(at, other, "thread");
      break;
    }
  }
  joinByTitles(postings, read, join);
  const groups = new Map<number, LinkedPostings>();
  for (const [at, posting] of postings.entries()) {
    const top = find(at);
    const group = groups.get(top);
    if (group === undefined) groups.set(top, { postings: [posting], links: [] });
    else group.postings.push(posting);
  }
  for (const { one, two, reason } of signs) {
    const first = postings[one];
    const second = postings[two];
    if (first !== undefined && second !== undefined) groups.get(find(one))?.links.push({ reason, one: first, two: second });
  }
  return [...groups.values()];
}

interface PostingFacts {
  /** The cover letter, or the first patch. */
  readonly lead: number | null;
  readonly author: { readonly name: string; readonly email: string };
  readonly title: string;
  readonly trees: string;
  readonly changeIds: readonly string[];
  /** Message ids that the changelog links to. */
  readonly links: readonly string[];
  readonly patchTitles: ReadonlySet<string>;
}

function mailsOf(posting: Posting): number[] {
  return posting.cover === null ? [...posting.patches] : [posting.cover, ...posting.patches];
}

function readPosting(entries: readonly LooseEntry[], posting: Posting): PostingFacts {
  const lead = posting.cover ?? posting.patches[0] ?? null;
  const entry = lead === null ? undefined : entries[lead];
  const text = entry === undefined ? "" : `${entry.commitMessage}\n${entry.notes}`;
  return {
    lead,
    author: entry?.namedAuthor ?? entry?.author ?? { name: "", email: "" },
    title: titleKey(entry?.subject.title ?? ""),
    trees: (entry?.subject.tags ?? []).filter((tag) => !PLAIN_TAG.test(tag)).map((tag) => tag.toLowerCase()).sort().join(" "),
    changeIds: readChangeIds(text, entry?.about?.changeId ?? null),
    links: readVersionLinks(text),
    patchTitles: new Set(posting.patches.map((patch) => titleKey(entries[patch]?.subject.title ?? ""))),
  };
}

function titleKey(title: string): string {
  return title.toLowerCase().replace(/\s+/g, " ").replace(/\.$/, "").trim();
}

/** Every change-id of a text, and the one of the notes, which look further. */
function readChangeIds(text: string, noted: string | null): string[] {
  const ids = /change-id:/i.test(text) ? [...text.matchAll(/^change-id:[ \t]*(\S{6,200})/gim)].map((match) => match[1] ?? "") : [];
  return noted === null ? ids : [...ids, noted];
}

/** Ids of archive links on a line that names a version, or below such a line. */
function readVersionLinks(text: string): string[] {
  const ids: string[] = [];
  for (let link = text.indexOf("://"); link >= 0; ) {
    const start = text.lastIndexOf("\n", link) + 1;
    const newline = text.indexOf("\n", link);
    const end = newline < 0 ? text.length : newline;
    const line = end - start < 1000 && text.charCodeAt(start) !== QUOTE_MARK ? text.slice(start, end) : "";
    for (const match of line.matchAll(ARCHIVE_LINK)) {
      if ((VERSION_WORD.test(line) || VERSION_WORD.test(lineAbove(text, start))) && !/depend|based on|prerequisite|applies/i.test(line)) ids.push(decodeId(match[1] ?? ""));
    }
    link = newline < 0 ? -1 : text.indexOf("://", newline);
  }
  return ids;
}

const QUOTE_MARK = 0x3e;
const ARCHIVE_LINK = /https?:\/\/[\w.-]+(?:\/[\w.+-]+)*?\/([^/\s<>()]+(?:@|%40)[^/\s<>()]+)/gi;
const VERSION_WORD = /\bv\d+\b|\bprevious|\brfc\b/i;

/** The nearest line above offset `start` that is not blank. */
function lineAbove(text: string, start: number): string {
  for (let end = start - 1; end >= 0; ) {
    const from = text.lastIndexOf("\n", end - 1) + 1;
    const line = text.slice(end === 0 ? 0 : from, end);
    if (line.trim() !== "") return line;
    end = from - 1;
  }
  return "";
}

function decodeId(id: string): string {
  return id.replace(/%40/gi, "@").replace(/%2f/gi, "/").replace(/%2b/gi, "+").replace(/[.,;]+$/, "");
}

function joinEqual(read: readonly PostingFacts[], keysOf: (facts: PostingFacts) => readonly string[], join: Join, reason: RevisionLink["reason"]): void {
  const seen = new Map<string, number>();
  for (const [at, facts] of read.entries()) {
    for (const key of keysOf(facts)) {
      const other = seen.get(key);
      if (other === undefined) seen.set(key, at);
      else if (other !== at) join(other, at, reason);
    }
  }
}

/** Postings that share a title are few, so only those are compared with each other. */
function joinByTitles(postings: readonly Posting[], read: readonly PostingFacts[], join: Join): void {
  const byTitle = new Map<string, Set<number>>();
  for (const [at, facts] of read.entries()) {
    for (const title of [facts.title, ...facts.patchTitles]) {
      if (title === "") continue;
      const set = byTitle.get(title) ?? new Set<number>();
      byTitle.set(title, set);
      set.add(at);
    }
  }
  const compared = new Set<number>();
  for (const set of byTitle.values()) {
    const members = [...set].slice(0, 200);
    for (const [order, one] of members.entries()) {
      for (const two of members.slice(order + 1)) {
        const key = one * postings.length + two;
        if (compared.has(key)) continue;
        compared.add(key);
        const first = postings[one];
        const second = postings[two];
        const left = read[one];
        const right = read[two];
        if (first === undefined || second === undefined || left === undefined || right === undefined) continue;
        const reason = newVersionSign(first, second, left, right);
        if (reason !== null) join(one, two, reason);
      }
    }
  }
}

function newVersionSign(first: Posting, second: Posting, left: PostingFacts, right: PostingFacts): "title" | "patches" | null {
  if (!isSamePerson(left.author, right.author)) return null;
  const otherVersion = first.versionText !== second.versionText;
  if (left.title !== "" && left.title === right.title) return otherVersion || left.trees === right.trees ? "title" : null;
  if (!otherVersion) return null;
  let common = 0;
  for (const title of left.patchTitles) if (title !== "" && right.patchTitles.has(title)) common += 1;
  return common > 0 && common * 2 >= Math.min(left.patchTitles.size, right.patchTitles.size) ? "patches" : null;
}
