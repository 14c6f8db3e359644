// Our comment threads and comments as the editor hands them back to commands.
import type * as vscode from "vscode";
import type { PatchInSeries } from "../session/lookup.js";
import type { ThreadView } from "../../core/review/types.js";

export interface LifelineThread extends vscode.CommentThread {
  readonly lifeline: { readonly session: string; readonly place: PatchInSeries; readonly thread: ThreadView };
}

export interface LifelineComment extends vscode.Comment {
  readonly messageId: string | null;
  readonly session: string;
  /** Index of the mail. */
  readonly mail: number;
}

/** A comment that the user has written and not sent. */
export interface LifelinePending extends vscode.Comment {
  readonly pendingId: string;
}
