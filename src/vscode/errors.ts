// The catalogue of errors fit to show: one factory for each situation, each with one sentence and the detail for the log.
import * as vscode from "vscode";
import { l10n } from "vscode";
import { CancelledError, ClosedError, RemoteError } from "../protocol/channel.js";
import type { Log } from "./log.js";

/** An error whose message is written for the user. `detail` goes to the output channel only. */
export class UserError extends Error {
  override readonly name = "UserError";
  constructor(message: string, readonly detail: string = "") {
    super(message);
  }
}

export const errors = {
  unreadable: (file: string, reason: string) => new UserError(l10n.t("Cannot read {0}: {1}", file, reason)),
  isFolder: (file: string) => new UserError(l10n.t("{0} is a folder. Open the mail or patch files in it.", file)),
  tooLarge: (file: string, size: string, limit: string) => new UserError(l10n.t("{0} is too large: {1}. Lifeline opens files up to {2}.", file, size, limit)),
  empty: (file: string) => new UserError(l10n.t("{0} is empty.", file)),
  notMail: (file: string) => new UserError(l10n.t("{0} is neither mail nor a patch.", file)),
  noPatches: (file: string, messages: number) =>
    new UserError(messages === 1 ? l10n.t("{0} has one message, but no patch.", file) : l10n.t("{0} has {1} messages, but no patch.", file, messages)),
  clipboardEmpty: () => new UserError(l10n.t("The clipboard has no text.")),
  noAddress: (reason: string) => new UserError(reason),
  notFetched: (reason: string, detail: string) => new UserError(reason, detail),
  nothingOpen: () => new UserError(l10n.t("No patch series is open.")),
  noSuchPatch: () => new UserError(l10n.t("This patch is not part of an open series.")),
  noChanges: () => new UserError(l10n.t("This mail changes no files.")),
  oneRevision: () => new UserError(l10n.t("The series has one revision only; there is nothing to compare with.")),
  noPartner: (n: number, version: string) => new UserError(l10n.t("Version {1} has no patch that corresponds to patch {0}.", n, version)),
  fileNotIn: (path: string, patch: string) => new UserError(l10n.t("{1} does not touch {0}.", path, patch)),
  noNewerLines: (why: string) => new UserError(why === "" ? l10n.t("No newer revision shows the lines of this thread.") : l10n.t("There are no newer lines to show: {0}.", why)),
  missingPatch: (n: number, m: number) => new UserError(l10n.t("Patch {0}/{1} is not in this file.", n, m)),
  noMessageId: () => new UserError(l10n.t("This mail has no Message-ID.")),
  noThreads: () => new UserError(l10n.t("The open series has no comment threads.")),
  noDiagram: () => new UserError(l10n.t("No lifecycle diagram is open. View Lifecycle Diagram opens one.")),
  gitNotTrusted: () => new UserError(l10n.t("This workspace is not trusted, so no git is run in it.")),
  noTree: () => new UserError(l10n.t("There is no git tree: set lifeline.tree to one, or open a folder of it.")),
  noScenario: () => new UserError(l10n.t("No scenario fits this patch: none of them uses functions that it shows.")),
  noTraceOfEdit: () => new UserError(l10n.t("A run of your own edit cannot be replayed by others: they do not have the edit.")),
  notATrace: () => new UserError(l10n.t("This is not a trace: a line with --revision, --patch, --scenario and --replay, as Copy as… Trace makes it.")),
  noPatchOfTrace: (revision: number, patch: number) => new UserError(l10n.t("No open series has a patch {1} in version {0}.", revision, patch)),
  otherCode: () => new UserError(l10n.t("This trace is of other code, or of another version of Lifeline's kernel model.")),
  noOwnScenario: () => new UserError(l10n.t("This document is no scenario that was written for a patch. New Scenario… writes one.")),
  noFunctions: () => new UserError(l10n.t("The patch changes no function whose text it shows, so no scenario can be written for it.")),
  noAfterText: (path: string) => new UserError(l10n.t("{0} is not there after the patch, so it cannot be edited.", path)),
  binaryFile: (path: string) => new UserError(l10n.t("{0} is a binary file; the patch does not carry its text as lines.", path)),
  noSource: (file: string) => new UserError(l10n.t("The series of {0} is not open any more.", file)),
  noIdentity: () => new UserError(l10n.t("git knows no user.email. Set it with git config, so that the trailer has your name and address.")),
  noDraft: () => new UserError(l10n.t("There is no reply to this patch yet. Write a comment first.")),
  noRecipient: () => new UserError(l10n.t("The reply names nobody in To.")),
  noCommentHere: () => new UserError(l10n.t("A comment can stand on a line that the patch shows, on its commit message and on its cover letter.")),
  emptyComment: () => new UserError(l10n.t("The comment has no text.")),
  notTrusted: () => new UserError(l10n.t("Mail programs are started in a trusted workspace only. The reply can be saved as a file.")),
  stopped: (reason: string) => new UserError(l10n.t("Lifeline's reader stopped unexpectedly. It starts again with the next request."), reason),
  failed: (what: string, reason: string, detail: string) => new UserError(l10n.t("{0} failed: {1}", what, reason), detail),
} as const;

/** Any failure as an error to show, or null when the user has cancelled. `what` is the title of what was being done. */
export function toUserError(error: unknown, what: string): UserError | null {
  if (error instanceof UserError) return error;
  if (error instanceof CancelledError || error instanceof vscode.CancellationError) return null;
  if (error instanceof ClosedError) return errors.stopped(error.message);
  if (error instanceof RemoteError) return errors.failed(what, oneLine(error.message), error.failure.stack ?? "");
  const known = error instanceof Error ? error : new Error(String(error));
  return errors.failed(what, oneLine(known.message), known.stack ?? "");
}

/** One notification and one entry in the output channel; neither when the user has cancelled. */
export function report(error: unknown, what: string, log: Log): void {
  const shown = toUserError(error, what);
  if (shown === null) return;
  log.error(shown.detail === "" ? shown.message : `${shown.message}\n${shown.detail}`);
  const action = l10n.t("Show Output");
  // Not awaited: it ends when the user closes it.
  void vscode.window.showErrorMessage(shown.message, action).then((chosen) => {
    if (chosen === action) log.show();
  });
}

/** Why a file could not be read, as the rest of a sentence. */
export function reasonOf(error: unknown): string {
  const code = error instanceof vscode.FileSystemError ? error.code : "";
  if (code === "FileNotFound") return l10n.t("it does not exist.");
  if (code === "NoPermissions") return l10n.t("access is denied.");
  if (code === "Unavailable") return l10n.t("its file system is not available.");
  return oneLine(error instanceof Error ? error.message : String(error));
}

function oneLine(text: string): string {
  return text.split("\n", 1)[0]?.trim() ?? "";
}
