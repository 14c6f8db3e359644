// Sentences for what cannot be opened from an archive of mail.
import { l10n } from "vscode";
import type { LoreRefusal } from "../../core/lore.js";
import type { FetchFailure } from "../../protocol/messages.js";

/** Why what was written is no address. */
export function refusalText(refusal: LoreRefusal): string {
  const words: Record<LoreRefusal, string> = {
    empty: l10n.t("Write a link or a Message-ID."),
    "no-message-id": l10n.t("There is no Message-ID in it. Copy the link of one message or thread."),
    "bad-message-id": l10n.t("This is not a Message-ID, or the link is damaged."),
    "bad-host": l10n.t("This host cannot be asked."),
    credentials: l10n.t("A link with a user name or password is not followed."),
    "plain-http": l10n.t("Only https is used; this link is plain http."),
    "other-scheme": l10n.t("Only https links can be opened."),
  };
  return words[refusal];
}

/** Why a thread could not be fetched; `host` is the archive that was asked. */
export function failureText(failure: FetchFailure, detail: string, host: string): string {
  const words: Record<FetchFailure, string> = {
    "not-found": l10n.t("{0} has no such message.", host),
    "too-large": l10n.t("The thread is too large."),
    "timed-out": l10n.t("{0} did not answer in time.", host),
    "web-page": l10n.t("{0} sent a web page instead of the mailbox; it may want to check a browser. Save t.mbox.gz with your browser and open that.", host),
    "not-gzip": l10n.t("What {0} sent is not a gzipped mailbox.", host),
    "cut-off": l10n.t("The connection to {0} was cut off.", host),
    "redirect-refused": l10n.t("{0} leads to another place, which is not followed.", host),
    "too-many-redirects": l10n.t("{0} leads on and on.", host),
    "bad-status": l10n.t("{0} cannot serve the thread now (status {1}).", host, detail),
    "no-connection": l10n.t("There is no connection to {0}.", host),
    cancelled: l10n.t("Cancelled."),
    "no-b4": l10n.t("b4 is not installed, or not on the PATH. The setting lifeline.b4 asks for it."),
    "b4-failed": l10n.t("b4 could not fetch the thread: {0}", detail),
  };
  return words[failure];
}
