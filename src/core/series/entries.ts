// One mail to one entry: its kind, its author, its text cut into commit message, notes and diff, its own trailers.
import { readAddress } from "../mail/addresses.js";
import type { Message } from "../mail/types.js";
import { parsePatch } from "../patch/parse.js";
import type { Patch } from "../patch/types.js";
import type { CommitText } from "./commit-text.js";
import { findDiff, splitCoverText, splitPatchText, splitReplyText } from "./commit-text.js";
import { isSamePerson, readPerson } from "./identity.js";
import { readCoverNotes, readPatchNotes } from "./notes.js";
import { parseSubject } from "./subject.js";
import { isPersonTrailer, readCommitTrailers, readReplyTrailers } from "./trailers.js";
import type { Entry, MailKind, Subject } from "./types.js";

/** An entry before its parent is known, which is then written into it. */
export type LooseEntry = Omit<Entry, "parent" | "parentGuessed"> & { parent: number | null; parentGuessed: boolean };

/**
 * Reads one mail as a member of a series. `nakedCover` says that it opens a series without saying so (see revisions).
 * The text is cut up, and the patch and the trailers read, when they are first asked for.
 */
export function readEntry(message: Message, nakedCover: boolean): LooseEntry {
  const given = parseSubject(message.subject);
  const { kind, diffAt } = nakedCover ? { kind: "cover" as const, diffAt: undefined } : findKind(message, given);
  const text = kind === "patch" ? splitPatchText(message.text, diffAt) : undefined;
  const inBody = text?.headers.subject;
  // An in-body Subject is the commit's title; counter and version stay those of the header where it has none.
  const subject = inBody === undefined || inBody === "" ? given : { ...given, title: parseSubject(inBody).title };
  return new MailEntry(message, subject, kind, diffAt, text);
}

/** An entry whose text is cut up when it is first asked for. */
class MailEntry implements LooseEntry {
  parent: number | null = null;
  parentGuessed = false;
  #patch: Patch | null | undefined;
  #author: Entry["author"] | undefined;
  #about: Entry["about"] | undefined;
  #trailers: Entry["trailers"] | undefined;

  readonly #diffAt: number | undefined;
  #text: CommitText | undefined;

  /** Where the diff starts in the message's text, and that text cut up, are given when they are known already. */
  constructor(readonly message: Message, readonly subject: Subject, readonly kind: MailKind, diffAt: number | undefined, text: CommitText | undefined) {
    this.#diffAt = diffAt;
    this.#text = text;
  }

  get author(): Entry["author"] {
    return (this.#author ??= readAuthor(this.message, this.#cut()));
  }

  get commitMessage(): string {
    return this.#cut().commitMessage;
  }

  get commitLine(): number {
    return this.#cut().commitLine;
  }

  get notes(): string {
    return this.#cut().notes;
  }

  get diff(): string {
    return this.patch === null ? "" : this.#cut().diff;
  }

  get diffLine(): number {
    return this.patch === null ? 0 : this.#cut().diffLine;
  }

  get patch(): Patch | null {
    if (this.#patch === undefined) {
      const { diff } = this.#cut();
      this.#patch = diff === "" ? null : soundPatch(parsePatch(diff));
    }
    return this.#patch;
  }

  get trailers(): Entry["trailers"] {
    return (this.#trailers ??= readTrailers(this, () => this.#cut()));
  }

  get about(): Entry["about"] {
    return (this.#about ??= this.kind === "patch" ? readPatchNotes(this.notes, this.#cut().diff) : this.kind === "cover" ? readCoverNotes(this.commitMessage) : null);
  }

  get namedAuthor(): Entry["namedAuthor"] {
    return readNamedAuthor(this.#cut());
  }

  #cut(): CommitText {
    return (this.#text ??= splitText(this.message, this.kind, this.#diffAt));
  }
}

/**
 * A counter of 0 makes a cover letter, whatever it contains (range-diffs look like diffs). A reply word makes a reply,
 * even with a patch in it. Else a diff makes a patch, and an answer without a diff is a reply. `diffAt` is where the diff
 * starts, if that had to be looked for.
 */
function findKind(message: Message, subject: Subject): { readonly kind: MailKind; readonly diffAt?: number } {
  if (subject.reply) return { kind: "reply" };
  if (subject.n === 0 && !isReport(subject)) return { kind: "cover" };
  const diffAt = findDiff(message.text, 0);
  if (diffAt < message.text.length && !isPullRequest(message.text)) return { kind: "patch", diffAt };
  return { kind: message.inReplyTo.length > 0 || message.references.length > 0 ? "reply" : "other", diffAt };
}

/** `[GIT PULL 0/7]` opens no series of mailed patches of its own kind, but does number them; reports of bots do not. */
function isReport(subject: Subject): boolean {
  return subject.tags.some((tag) => /^(?:bug|syzbot|regression)$/i.test(tag));
}

/** What git request-pull prints (patchwork knows pull requests by the same words). */
function isPullRequest(text: string): boolean {
  return text.includes("The following changes since commit ") && /^The following changes since commit [0-9a-f]{7,64}/m.test(text) && /^are available in the [Gg]it repository at/m.test(text);
}

function splitText(message: Message, kind: MailKind, diffAt: number | undefined): CommitText {
  if (kind === "patch") return splitPatchText(message.text, diffAt);
  if (kind === "cover") return splitCoverText(message.text);
  return splitReplyText(message.text, diffAt);
}

/** A reply that shows two lines of a header is no patch; one file with a hunk, a mode or a name change is. */
function soundPatch(patch: Patch): Patch | null {
  return patch.files.length > 0 ? patch : null;
}

/** An in-body From names the author of a patch; a mail without one is its sender's own (mailinfo.c, handle_info). */
function readAuthor(message: Message, text: CommitText): { name: string; email: string } {
  const named = text.hasPatchPart ? readNamedAuthor(text) : null;
  if (named !== null) return named;
  // git, too, takes the address for the name of who has none.
  return { name: message.from.name === "" ? message.from.email : message.from.name, email: message.from.email };
}

function readNamedAuthor(text: CommitText): { name: string; email: string } | null {
  const named = text.headers.from === undefined ? undefined : readAddress(text.headers.from);
  if (named === undefined || named.email === "") return null;
  return { name: named.name === "" ? named.email : named.name, email: named.email };
}

function readTrailers(entry: LooseEntry, cut: () => CommitText): Entry["trailers"] {
  const { message, kind } = entry;
  return kind === "patch" || kind === "cover" ? readOwnTrailers(message, kind, cut()) : trailersOfReply(entry, cut);
}

function readOwnTrailers(message: Message, kind: MailKind, text: CommitText): Entry["trailers"] {
  if (kind === "patch") return readCommitTrailers(text.commitMessage, text.commitLine);
  // A cover's last paragraph is the shortlog, the diffstat or base-commit; only one that ends in people has trailers.
  return readCommitTrailers(message.text, 1).filter((trailer) => trailer.line >= text.commitLine);
}

/**
 * What a reply gives. The trailers of a patch that it proposes belong to that patch: in such a reply a Signed-off-by is
 * none of ours, and below the diff only the sender's own word counts.
 */
function trailersOfReply(entry: LooseEntry, cut: () => CommitText): Entry["trailers"] {
  const { message } = entry;
  const trailers = readReplyTrailers(message.text);
  if (trailers.length === 0 || entry.patch === null) return trailers;
  const { diffLine } = cut();
  return trailers.filter((trailer) => {
    if (/^signed-off-by$/i.test(trailer.key)) return false;
    return trailer.line < diffLine || (isPersonTrailer(trailer.key) && isSamePerson(readPerson(trailer.value), message.from));
  });
}
