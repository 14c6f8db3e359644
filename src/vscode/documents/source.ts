// The raw mail behind a row, a thread or a comment, as a read-only document; found again after every reload by the mail's own id.
import * as vscode from "vscode";
import type { ReviewView } from "../../core/review/types.js";
import { sourceUri } from "../convert.js";
import { shortId } from "../ids.js";
import { patchesOf } from "../session/lookup.js";
import type { Session } from "../session/session.js";

/** One mail of a review: its index, its id, and a name for the tab. */
export interface MailPlace {
  readonly mail: number;
  readonly messageId: string | null;
  readonly title: string;
}

/** Every mail that the review shows: patches, covers, and the replies whose words stand in threads. */
export function* mailsOf(view: ReviewView): Generator<MailPlace> {
  for (const { patch } of patchesOf(view)) {
    if (patch.mail !== null) yield { mail: patch.mail, messageId: patch.messageId, title: patch.title };
    for (const thread of patch.threads) {
      for (const comment of thread.comments) yield { mail: comment.mail, messageId: comment.messageId, title: `${comment.author}, Re: ${patch.title}` };
    }
  }
}

/** A mail's name in a URI: made from its id, so that it is the same when mails are added to the file; from its place where it has none. */
export function mailKey({ mail, messageId }: Pick<MailPlace, "mail" | "messageId">): string {
  return shortId(messageId ?? `mail ${mail}`);
}

export function findMail(view: ReviewView, accept: (place: MailPlace) => boolean): MailPlace | undefined {
  for (const place of mailsOf(view)) if (accept(place)) return place;
  return undefined;
}

export async function openSource(session: Session, place: MailPlace): Promise<void> {
  const document = await vscode.workspace.openTextDocument(sourceUri(session.id, mailKey(place), place.title));
  await vscode.window.showTextDocument(document, { preview: true });
}
