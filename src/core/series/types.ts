// Series as values: mails classified, revisions with their slots, replies under what they answer, trailers with provenance.
import type { Message } from "../mail/types.js";
import type { Patch } from "../patch/types.js";
import type { Problem } from "../problem.js";
import type { Notes } from "./notes.js";

export interface Subject {
  /** Without reply words and bracketed prefixes. */
  readonly title: string;
  /** The words of the prefixes, in order, without the version and the counter: PATCH, RFC, RESEND, net-next … */
  readonly tags: readonly string[];
  /** 1 when the subject does not say. `versionText` is what it says ("5.1", "4rev2"), "1" when it does not. */
  readonly version: number;
  readonly versionText: string;
  readonly versionGiven: boolean;
  /** Counter and total; null when the subject has none. */
  readonly n: number | null;
  readonly m: number | null;
  readonly reply: boolean;
  /** Names of the fields above that were guessed. */
  readonly guessed: readonly string[];
}

/**
 * "cover": counter 0, or a thread's root without a counter that numbered patches of the same person answer. "patch": a diff,
 * and no reply word in the subject. "reply": everything that answers; it may hold a patch, too. "other": the rest.
 */
export type MailKind = "cover" | "patch" | "reply" | "other";

/** One trailer as it stands in a mail. */
export interface Trailer {
  readonly key: string;
  readonly value: string;
  /** Line, from one, in the message's text. */
  readonly line: number;
}

/** One mail, read as a member of a series. */
export interface Entry {
  readonly message: Message;
  readonly subject: Subject;
  readonly kind: MailKind;
  /** Author: the in-body From where there is one, else the header's. */
  readonly author: { readonly name: string; readonly email: string };
  /**
   * A patch's commit message or a cover's text without in-body headers, notes and signature; a reply's whole text.
   * Lines of it are lines of `message.text` from `commitLine` on, so a quoted line can be found again.
   */
  readonly commitMessage: string;
  /** Line, from one, of `message.text` where `commitMessage` starts. */
  readonly commitLine: number;
  /** Below `---` and above the diff: changelog, diffstat; "" when there is nothing. */
  readonly notes: string;
  /** The part of `message.text` from the first line of the diff on; "" when there is none. */
  readonly diff: string;
  /** Line, from one, of `message.text` where `diff` starts; 0 when there is none. */
  readonly diffLine: number;
  /** What `diff` says; its line numbers count within `diff`, so line k of it is line `diffLine + k - 1` of `message.text`. */
  readonly patch: Patch | null;
  readonly trailers: readonly Trailer[];
  /** Changelog, diffstat, base commit, prerequisites and change-id of a patch or cover letter; null for all else. */
  readonly about: Notes | null;
  /** The in-body `From:`, or null: of a cover letter it is not the `author`, as in git. */
  readonly namedAuthor: { readonly name: string; readonly email: string } | null;
  /** Index of the mail that this one answers, or null; `parentGuessed` when it was inferred without ids. */
  readonly parent: number | null;
  readonly parentGuessed: boolean;
}

export interface CreditedTrailer extends Trailer {
  /** Index of the mail that carries it. */
  readonly mail: number;
  /** "own": in the patch itself; "reply": given in an answer to it; "cover": given to the cover letter, counts once for every patch. */
  readonly origin: "own" | "reply" | "cover";
  /** Null when name or address agree with the sender; else why it does not count. */
  readonly mismatch: "sender" | null;
}

export interface Slot {
  /** 1 … total (or more, when a patch numbers itself beyond it). */
  readonly n: number;
  /** Index of the mail, or null when it is not in this input. */
  readonly mail: number | null;
  /** Further mails that claim the same slot. */
  readonly duplicates: readonly number[];
  readonly trailers: readonly CreditedTrailer[];
  /** Index of an older revision's mail that stands for this slot, which a partial re-roll left as it was; undefined elsewhere. */
  readonly inherited?: number;
}

/**
 * Why a revision belongs to its series. "change-id": b4's id is the same; "link": its changelog links to the other;
 * "thread": sent into the other's thread by the same person under a higher version; "title": same title and author;
 * "patches": at least half of the patches' titles under the same author. The last two are guesses.
 */
export interface RevisionLink {
  readonly reason: "change-id" | "link" | "thread" | "title" | "patches";
  /** Place, in `revisions`, of the older revision. */
  readonly to: number;
}

export interface Revision {
  readonly version: number;
  readonly versionText: string;
  readonly total: number;
  /** Index of the cover letter, or null. */
  readonly cover: number | null;
  readonly slots: readonly Slot[];
  readonly complete: boolean;
  /** Links to older revisions of the series; empty for the first, undefined where revisions are not read from mail. */
  readonly linkedBy?: readonly RevisionLink[];
  /** True for a re-roll of single patches in answer to an older revision; its other slots are that one's (`Slot.inherited`). */
  readonly partial?: boolean;
}

export interface Series {
  /** The cover letter's title, else the page's series name, else the first patch's title. */
  readonly name: string;
  readonly author: { readonly name: string; readonly email: string };
  /** Oldest first. */
  readonly revisions: readonly Revision[];
}

export interface SeriesResult {
  /** One per mail, in the order of the input. */
  readonly entries: readonly Entry[];
  readonly series: readonly Series[];
  readonly problems: readonly Problem[];
}
