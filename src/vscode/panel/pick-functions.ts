// Asks which functions of a patch run at the same time, and for a scenario of them.
import * as vscode from "vscode";
import { l10n } from "vscode";
import { patchTextUri } from "../convert.js";
import type { Engine } from "../engine.js";
import { errors } from "../errors.js";
import type { PatchInSeries } from "../session/lookup.js";
import type { Session } from "../session/session.js";

/**
 * The functions of the patch that the user chooses, with those checked at first that meet on one object; none where the question is left; `given` answers it. A UserError where the patch changes no function.
 */
export async function pickFunctions(
  engine: Engine, session: Session, place: PatchInSeries, question: { readonly title: string; readonly placeHolder: string }, given?: readonly string[],
): Promise<readonly string[]> {
  const offered = await engine.call("functions", { session: session.id, patchKey: place.patch.key });
  if (offered.length === 0) throw errors.noFunctions();
  if (given !== undefined) return given.filter((name) => offered.some((one) => one.name === name));
  const items = offered.map(({ name, isChanged, isSuggested }) => ({ label: `${name}()`, name, picked: isSuggested, ...(isChanged ? {} : { description: l10n.t("not changed by the patch") }) }));
  const picked = await vscode.window.showQuickPick(items, { ...question, canPickMany: true });
  return (picked ?? []).map(({ name }) => name);
}

/** Has *New Scenario…* ask, for this patch. */
export async function askForScenario(session: Session, { revision, patch }: PatchInSeries): Promise<void> {
  await vscode.commands.executeCommand("lifeline.newScenario", patchTextUri(session.id, revision, patch));
}
