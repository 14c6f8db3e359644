// One mail to one entry: its kind, its author, its text cut into commit message, notes and diff, its own trailers.
import { readAddress } from "../mail/addresses.js";
import { once } from "../mail/lazy.js";
import type { Message } from "../mail/types.js";
import { parsePatch } from "../patch/parse.js";
import type { Patch } from "../patch/types.js";
import type { CommitText } from "./commit-text.js";
import { findSignature, hasDiff, splitCoverText, splitPatchText, splitReplyText } from "./commit-text.js";
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
  const kind = nakedCover ? "cover" : findKind(message, given);
  const text = once(() => splitText(message, kind));
  const patch = once(() => (text().diff === "" ? null : soundPatch(parsePatch(text().diff))));
  const author = once(() => readAuthor(message, text()));
  const about = once(() => (kind === "patch" ? readPatchNotes(text().notes, text().diff) : kind === "cover" ? readCoverNotes(text().commitMessage) : null));
  const trailers = once(() => (kind === "patch" || kind === "cover" ? readOwnTrailers(message, kind, text()) : trailersOfReply(message, text(), patch())));
  // Only few mails have a Subject in their body; the others need not be cut up to know their title.
  const subject = kind === "patch" && IN_BODY_SUBJECT.test(message.text) ? withInBodySubject(given, text().headers.subject, kind) : given;
  return {
    message,
    subject,
    kind,
    get author() {
      return author();
    },
    get commitMessage() {
      return text().commitMessage;
    },
    get commitLine() {
      return text().commitLine;
    },
    get notes() {
      return text().notes;
    },
    get diff() {
      return patch() === null ? "" : text().diff;
    },
    get diffLine() {
      return patch() === null ? 0 : text().diffLine;
    },
    get patch() {
      return patch();
    },
    get trailers() {
      return trailers();
    },
    get about() {
      return about();
    },
    get namedAuthor() {
      return readNamedAuthor(text());
    },
    parent: null,
    parentGuessed: false,
  };
}

const IN_BODY_SUBJECT = /^(?:Subject:|\[PATCH\]\s)/im;

/**
 * A counter of 0 makes a cover letter, whatever it contains (range-diffs look like diffs). A reply word makes a reply,
 * even with a patch in it. Else a diff makes a patch, and an answer without a diff is a reply.
 */
function findKind(message: Message, subject: Subject): MailKind {
  if (subject.reply) return "reply";
  if (subject.n === 0 && !isReport(subject)) return "cover";
  if (hasDiff(message.text) && !isPullRequest(message.text)) return "patch";
  if (message.inReplyTo.length > 0 || message.references.length > 0) return "reply";
  return "other";
}

/** `[GIT PULL 0/7]` opens no series of mailed patches of its own kind, but does number them; reports of bots do not. */
function isReport(subject: Subject): boolean {
  return subject.tags.some((tag) => /^(?:bug|syzbot|regression)$/i.test(tag));
}

/** What git request-pull prints (patchwork knows pull requests by the same words). */
function isPullRequest(text: string): boolean {
  return /^The following changes since commit [0-9a-f]{7,64}/m.test(text) && /^are available in the [Gg]it repository at/m.test(text);
}

function splitText(message: Message, kind: MailKind): CommitText {
  if (kind === "patch") return splitPatchText(message.text);
  if (kind === "cover") return splitCoverText(message.text);
  return splitReplyText(message.text);
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

/** An in-body Subject is the commit's title; counter and version stay those of the header where it has none. */
function withInBodySubject(given: Subject, inBody: string | undefined, kind: MailKind): Subject {
  if (inBody === undefined || inBody === "" || kind !== "patch") return given;
  return { ...given, title: parseSubject(inBody).title };
}

function readOwnTrailers(message: Message, kind: MailKind, text: CommitText): Entry["trailers"] {
  if (kind === "patch") return readCommitTrailers(text.commitMessage, text.commitLine);
  // A cover's last paragraph is the shortlog, the diffstat or base-commit; only one that ends in people has trailers.
  return readCommitTrailers(message.text, 1).filter((trailer) => trailer.line >= text.commitLine);
}

/** Every trailer that a reply can give has one of these keys; most replies have none and need no closer look. */
const REPLY_TRAILER = /^[ \t]{0,8}(?:[A-Za-z-]+-by|fixes|link|buglink|closes|depends-on|cc)\s?:\s/im;

/**
 * What a reply gives. The trailers of a patch that it proposes belong to that patch: in such a reply a Signed-off-by is
 * none of ours, and below the diff only the sender's own word counts.
 */
function trailersOfReply(message: Message, text: CommitText, patch: Patch | null): Entry["trailers"] {
  if (!REPLY_TRAILER.test(message.text)) return [];
  const trailers = readReplyTrailers(message.text, findSignature(message.text.split("\n"), 0));
  if (patch === null) return trailers;
  return trailers.filter((trailer) => {
    if (/^signed-off-by$/i.test(trailer.key)) return false;
    return trailer.line < text.diffLine || (isPersonTrailer(trailer.key) && isSamePerson(readPerson(trailer.value), message.from));
  });
}
