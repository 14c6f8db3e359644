// Drafts of replies: what core needs of an open input to write one, and to find the lines of pending comments again.
import { buildDraft } from "../core/review/draft/draft.js";
import { type LineRange, locateLines } from "../core/review/draft/locate.js";
import { readReplyFields } from "../core/review/draft/mail.js";
import type { Draft, DraftRequest, PendingComment } from "../core/review/draft/types.js";
import type { RawMail } from "../core/series/am.js";
import type { Review } from "../core/review/review.js";

/** Null where the patch is not in the input. */
export function draftOf(review: Review, request: DraftRequest, raw: RawMail): Draft | null {
  const mail = review.mail(request.patchKey);
  if (mail === null) return null;
  return buildDraft({ entries: review.entries, parts: review.replyParts, mail, fieldsOf: (index) => readReplyFields(raw(index) ?? new Uint8Array()) }, request);
}

/** For each comment where its lines stand now; null where they are gone, and for a patch that is not there. */
export function locateAll(review: Review, comments: readonly PendingComment[]): (LineRange | null)[] {
  return comments.map(({ patchKey, path, side, lines, fromLine }) => {
    const document = review.document(patchKey, path, side);
    return document === null || document.absent ? null : locateLines(document.text, lines, fromLine);
  });
}
