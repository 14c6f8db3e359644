// Replies that the user is writing, as plain data: comments that wait, what a draft is made of, and the draft.
import type { Address } from "../../mail/types.js";
import type { Side } from "../../patch/types.js";
import type { Person } from "../questions.js";

/** A comment that was written and not sent. Lines from one, inclusive, of the document of that path and side. */
export interface PendingComment {
  /** Unique; made by the edge. */
  readonly id: string;
  readonly patchKey: string;
  /** ":message" for the commit message or cover letter. */
  readonly path: string;
  readonly side: Side;
  readonly fromLine: number;
  readonly line: number;
  /** The lines of that range as they stood when the comment was written; by these it is found again. */
  readonly lines: readonly string[];
  readonly text: string;
  /** The words of a reply that this comment answers; null for a comment on the patch itself. */
  readonly answers: AnsweredWords | null;
}

/** Words of a reply, named so that they are found again after the mailbox has grown. */
export interface AnsweredWords {
  readonly messageId: string | null;
  /** Author's name, for mails without ids. */
  readonly author: string;
  readonly text: string;
}

export interface DraftRequest {
  readonly patchKey: string;
  readonly comments: readonly PendingComment[];
  /** Whole lines, such as `Reviewed-by: Name <address>`. */
  readonly trailers: readonly string[];
  /** The user; null when git knows no name or address: then the draft has no `From:`, and the mail program puts its own. */
  readonly identity: Person | null;
}

export interface Draft {
  /** The mail as it would be saved: header, empty line, body; LF line ends, no line of the header longer than 78 characters where it can be folded. */
  readonly text: string;
  /** Ids of comments whose lines the patch itself does not show: they name file and line in words. */
  readonly outside: readonly string[];
  /** Ids of comments whose quote is not certain to be found again by a reader: it stands in more than one place. */
  readonly unsure: readonly string[];
  /** Ids of comments that answer a reply that is not there any more; they are put on the patch. */
  readonly orphaned: readonly string[];
}

/** Header fields of the mail that is answered which say where answers go. */
export interface ReplyFields {
  readonly replyTo: readonly Address[];
  /** Mail-Followup-To. */
  readonly followupTo: readonly Address[];
}
