// The commands of reply drafts: what each is about, and what it asks.
import * as vscode from "vscode";
import { l10n } from "vscode";
import type { CommandHandlers } from "../commands.js";
import type { PatchTarget } from "../command-table.js";
import { errors } from "../errors.js";
import type { Sessions } from "../session/sessions.js";
import { resolveTarget, type Target } from "../targets.js";
import type { PatchSeriesView } from "../tree/view.js";
import type { Drafts } from "./drafts.js";
import type { Pending } from "./pending.js";

export interface DraftContext {
  readonly sessions: Sessions;
  readonly view: PatchSeriesView;
  readonly drafts: Drafts;
  readonly pending: Pending;
}

/** Trailers that a reviewer gives (Documentation/process/submitting-patches.rst). */
const trailerKeys = ["Reviewed-by", "Acked-by", "Tested-by"] as const;

type Handled =
  | "lifeline.openDraft" | "lifeline.rebuildDraft" | "lifeline.addTrailer" | "lifeline.saveDraft" | "lifeline.openInMutt" | "lifeline.sendWithGit" | "lifeline.discardDraft";

export function draftHandlers({ sessions, view, drafts, pending }: DraftContext): Pick<CommandHandlers, Handled> {
  /** The patch of a row, a document, a thread, or of the draft that is shown. */
  const target = async (given: PatchTarget | undefined): Promise<Target> => {
    const key = keyOfDraft(drafts, given);
    const session = key === undefined ? undefined : sessions.all.find((one) => one.patch(key) !== undefined);
    const place = key === undefined ? undefined : session?.patch(key);
    if (session !== undefined && place !== undefined) return { session, place };
    if (key !== undefined) throw errors.noSuchPatch();
    return resolveTarget(sessions, given, view.selected);
  };
  /** The same where the series need not be open. */
  const keyOf = async (given: PatchTarget | undefined): Promise<string> => {
    const key = keyOfDraft(drafts, given) ?? (await target(given)).place.patch.key;
    if (!drafts.has(key)) {
      if (pending.of(key).length === 0) throw errors.noDraft();
      const { session, place } = await target(given);
      await drafts.open(session, place);
    }
    return key;
  };
  return {
    "lifeline.openDraft": async (given) => {
      const { session, place } = await target(given);
      if (pending.of(place.patch.key).length === 0 && !drafts.has(place.patch.key)) throw errors.noDraft();
      await drafts.open(session, place);
    },
    "lifeline.rebuildDraft": async (given) => {
      const { session, place } = await target(given);
      await drafts.open(session, place, { rebuild: true });
    },
    "lifeline.addTrailer": async (given, key) => {
      const { session, place } = await target(given);
      const chosen = key ?? (await vscode.window.showQuickPick(trailerKeys, { title: l10n.t("Add a trailer with your name to the reply") }));
      if (chosen !== undefined) await drafts.addTrailer(session, place, chosen);
    },
    "lifeline.saveDraft": async (given, to) => {
      const key = await keyOf(given);
      const chosen = to ?? (await vscode.window.showSaveDialog({ title: l10n.t("Save Reply"), filters: { [l10n.t("Mail")]: ["eml"] } }));
      if (chosen !== undefined) await drafts.saveAs(key, chosen);
    },
    "lifeline.openInMutt": async (given) => drafts.openInMutt(await keyOf(given)),
    "lifeline.sendWithGit": async (given) => drafts.sendWithGit(await keyOf(given)),
    "lifeline.discardDraft": async (given, confirmed) => {
      const key = keyOfDraft(drafts, given) ?? (await target(given)).place.patch.key;
      const action = l10n.t("Discard");
      const question = l10n.t("Discard the reply to this patch, with all comments that are in it?");
      if (confirmed === true || (await vscode.window.showWarningMessage(question, { modal: true }, action)) === action) await drafts.discard(key);
    },
  };
}

/** The patch of the draft that is meant: of the document given, or the one that is shown. */
function keyOfDraft(drafts: Drafts, given: PatchTarget | undefined): string | undefined {
  const uri = given instanceof vscode.Uri ? given : given === undefined ? vscode.window.activeTextEditor?.document.uri : undefined;
  return uri === undefined ? undefined : drafts.patchOf(uri);
}
