// The review as plain data: what the edges show. Everything here survives a structured clone (worker to host to page).
import type { FileStatus, Gap, ImageSource, Side } from "../patch/types.js";
import type { TreeWants } from "../patch/tree.js";
import type { Problem } from "../problem.js";

export type Quality = "exact" | "moved" | "guessed" | "lost";

/** Where a comment stands. `path` is ":message" for the commit message or cover letter. Lines from one, inclusive. */
export interface Anchor {
  /** Index of the mail whose patch or text this is. */
  readonly target: number;
  readonly path: string;
  readonly side: Side;
  readonly fromLine: number;
  /** The last quoted line: the comment stands below it. A context line counts as after. */
  readonly line: number;
  readonly quality: Quality;
}

/** One stretch of a reply's own words, with the quote it answers. */
export interface ReplyPart {
  /** Index of the reply. */
  readonly mail: number;
  readonly anchor: Anchor;
  /** The reply's own words, trailers and markers like `[...]` left out; trimmed. */
  readonly comment: string;
  /** Lines, from one, of `comment` in the reply's text. */
  readonly commentLine: number;
  /** The quoted lines directly above, without their first quote marks; empty for text above the first quote. */
  readonly quote: readonly string[];
  /** Set when the stretch has nothing else; then `comment` is that, as it stands, and no thread begins with it. */
  readonly only?: "trailers" | "marker" | "courtesy";
}

export interface CommentView {
  readonly mail: number;
  readonly messageId: string | null;
  readonly author: string;
  readonly email: string;
  /** Milliseconds since 1970, or null. */
  readonly date: number | null;
  readonly text: string;
  readonly quote: readonly string[];
  /** The mail's parent was inferred from quotes, because the input has no ids. */
  readonly parentGuessed: boolean;
}

/** Where a discussion stands, as its mails tell; the rules are in `questions.ts`. That it is settled only the user can say. */
export interface Question {
  readonly state: "open" | "answered";
  /** False for praise, thanks and notes that want no answer; then the state is "answered" and it is nobody's turn. */
  readonly asks: boolean;
  /** Who spoke last. */
  readonly last: string;
  /** Who should speak next; null when that is nobody, or nobody in particular. */
  readonly turn: string | null;
  /** Whether that is the patch's author or a reviewer; null when `turn` is. */
  readonly turnOf: "author" | "reviewer" | null;
}

export interface ThreadView {
  /** Stable over reloads: made from the message ids (or author and date) and the anchor. */
  readonly key: string;
  readonly patchKey: string;
  readonly anchor: Anchor;
  /** The first comment's first line. */
  readonly title: string;
  readonly comments: readonly CommentView[];
  readonly question: Question;
}

export interface FileView {
  readonly path: string;
  readonly pathA: string | null;
  readonly pathB: string | null;
  readonly status: FileStatus;
  readonly binary: boolean;
  readonly additions: number;
  readonly deletions: number;
  readonly hunks: number;
}

export interface TrailerView {
  readonly key: string;
  readonly value: string;
  readonly mail: number;
  readonly origin: "own" | "reply" | "cover";
  readonly mismatch: "sender" | null;
  /** Who sent the mail that carries it, as its From says. */
  readonly sender: string;
}

/** How many people gave each of the tags that count. */
export interface TagCounts {
  readonly reviewed: number;
  readonly acked: number;
  readonly tested: number;
}

/** A person of a mail's headers. */
export interface PersonView {
  readonly name: string;
  readonly email: string;
}

export interface PatchView {
  /** `<series>/<version>/<n>`, unique in the review and stable over reloads; `n` 0 is the cover letter. */
  readonly key: string;
  readonly n: number;
  readonly m: number;
  readonly title: string;
  /** Null when the mail is missing from the input: then there are no files, threads and trailers. */
  readonly mail: number | null;
  readonly messageId: string | null;
  readonly author: string;
  readonly date: number | null;
  readonly files: readonly FileView[];
  readonly threads: readonly ThreadView[];
  /** Names of structs whose lifetime the patch may touch are asked for later, from the C; not here. */
  readonly trailers: readonly TrailerView[];
  readonly tags: TagCounts;
  readonly problems: readonly Problem[];
  readonly duplicates: number;
}

export interface RevisionView {
  readonly key: string;
  readonly version: number;
  readonly versionText: string;
  readonly total: number;
  readonly date: number | null;
  readonly complete: boolean;
  readonly cover: PatchView | null;
  /** Who was sent the revision by To or Cc and has not said anything on it; lists and the author are left out. */
  readonly silent: readonly PersonView[];
  readonly patches: readonly PatchView[];
}

export interface SeriesView {
  readonly key: string;
  readonly name: string;
  readonly author: string;
  /** Oldest first. */
  readonly revisions: readonly RevisionView[];
}

export interface ReviewView {
  readonly format: string;
  readonly messages: number;
  readonly series: readonly SeriesView[];
  readonly problems: readonly Problem[];
}

/** A document that an editor shows: an image with its gaps made quiet, or a commit message. */
export interface DocumentView {
  readonly path: string;
  readonly side: Side;
  readonly text: string;
  readonly gaps: readonly Gap[];
  readonly source: ImageSource;
  /** The whole file comes from a git tree, and has the blob id that the patch names for this side. */
  readonly verified: boolean;
  readonly absent: boolean;
}

/** What a git tree could give to the images of one revision, and where the series says that it begins. */
export interface RevisionNeeds extends TreeWants {
  readonly revisionKey: string;
  /** The commit of `base-commit:`, in the cover letter or a patch: 7 to 64 hexadecimal digits; null when none is named. */
  readonly baseCommit: string | null;
}
