// Asks which functions of a patch run at the same time, and for a scenario of them.
import * as vscode from "vscode";
import { patchTextUri } from "../convert.js";
import type { Engine } from "../engine.js";
import { errors } from "../errors.js";
import type { PatchInSeries } from "../session/lookup.js";
import type { Session } from "../session/session.js";

/**
 * The functions of the patch that the user chooses, none where the question is left; `given` answers it. A UserError where the patch changes no function.
 */
export async function pickFunctions(
  engine: Engine, session: Session, place: PatchInSeries, question: { readonly title: string; readonly placeHolder: string }, given?: readonly string[],
): Promise<readonly string[]> {
  const changed = await engine.call("functions", { session: session.id, patchKey: place.patch.key });
  if (changed.length === 0) throw errors.noFunctions();
  if (given !== undefined) return given.filter((name) => changed.includes(name));
  const picked = await vscode.window.showQuickPick(changed.map((name) => ({ label: `${name}()`, name })), { ...question, canPickMany: true });
  return (picked ?? []).map(({ name }) => name);
}

/** Has *New Scenario…* ask, for this patch. */
export async function askForScenario(session: Session, { revision, patch }: PatchInSeries): Promise<void> {
  await vscode.commands.executeCommand("lifeline.newScenario", patchTextUri(session.id, revision, patch));
}
