// Apply Series to Worktree and Export am-ready mbox: asks where, shows progress, and says what was done and what to do next.
import { homedir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import * as vscode from "vscode";
import { l10n } from "vscode";
import type { AmPatch } from "../../core/series/am.js";
import type { ApplyResult } from "../../protocol/messages.js";
import { CancelSource } from "../cancel.js";
import type { Engine } from "../engine.js";
import { errors, UserError } from "../errors.js";
import type { Log } from "../log.js";
import { problemPlace, problemText } from "../problems.js";
import type { PatchInSeries } from "../session/lookup.js";
import type { Session } from "../session/session.js";
import type { Trees } from "./trees.js";
import { refusalText } from "./words.js";

export interface ApplyContext {
  readonly engine: Engine;
  readonly trees: Trees;
  readonly log: Log;
}

/** What the user is asked for when it is not given. */
export interface ApplyChoice {
  readonly worktree?: string;
  readonly branch?: string;
  readonly base?: string;
}

/** Applies the revision of a patch on a new branch in a new worktree; undefined when the user left a question open. */
export async function applySeries(context: ApplyContext, session: Session, place: PatchInSeries, choice: ApplyChoice = {}): Promise<ApplyResult | undefined> {
  if (!vscode.workspace.isTrusted) throw errors.gitNotTrusted();
  const [folder] = context.trees.folders;
  if (folder === undefined) throw errors.noTree();
  const name = `${slug(place.series.key)}-v${place.revision.versionText.replace(/[^A-Za-z0-9.]/g, "")}`;
  const worktree = choice.worktree ?? (await askForFolder(join(dirname(folder), name)));
  if (worktree === undefined) return undefined;
  const request = { session: session.id, patchKey: place.patch.key, folder, branch: choice.branch ?? `lifeline/${name}`, worktree };
  const { patches } = await context.engine.call("am", { session: session.id, patchKey: place.patch.key });
  logTrailers(context.log, patches);
  let result = await run(context, place, { ...request, base: choice.base ?? null });
  while (result.state === "refused" && (result.kind === "no-base" || result.kind === "no-such-base") && choice.base === undefined) {
    const base = await vscode.window.showInputBox({
      title: l10n.t("Apply Series to Worktree"), ignoreFocusOut: true, prompt: `${refusalText(result.kind, result.detail)} ${l10n.t("Name the commit, branch or tag to begin with.")}`,
    });
    if (base === undefined || base.trim() === "") return undefined;
    result = await run(context, place, { ...request, base: base.trim() });
  }
  tell(context.log, result, patches);
  return result;
}

/** Writes the revision of a patch as an mbox for `git am`; false when the user left the question open. */
export async function exportAm(context: ApplyContext, session: Session, place: PatchInSeries, given?: vscode.Uri): Promise<boolean> {
  const made = await context.engine.call("am", { session: session.id, patchKey: place.patch.key });
  const [refused] = made.refused;
  if (refused !== undefined) throw new UserError([problemText(refused), problemPlace(refused)].filter((part) => part !== "").join(" "));
  const name = `${slug(place.series.key)}-v${place.revision.versionText.replace(/[^A-Za-z0-9.]/g, "")}.mbox`;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
  const uri = given ?? (await vscode.window.showSaveDialog({ title: l10n.t("Export am-Ready mbox"), defaultUri: vscode.Uri.joinPath(folder, name), filters: { [l10n.t("Mailbox")]: ["mbox"] } }));
  if (uri === undefined) return false;
  await vscode.workspace.fs.writeFile(uri, made.bytes);
  logTrailers(context.log, made.patches);
  void offer(context.log, `${l10n.t("Wrote {0} to {1}.", countText(made.patches.length), uri.path.slice(uri.path.lastIndexOf("/") + 1))} ${trailersText(made.patches)}`.trim(), hasOmitted(made.patches));
  return true;
}

async function run(context: ApplyContext, place: PatchInSeries, request: { session: string; patchKey: string; folder: string; base: string | null; branch: string; worktree: string }): Promise<ApplyResult> {
  const total = place.revision.patches.length;
  const options = { location: vscode.ProgressLocation.Notification, cancellable: true, title: l10n.t("Applying {0}", countText(total)) };
  return vscode.window.withProgress(options, async (progress, token) => {
    const cancellation = new CancelSource();
    const listener = token.onCancellationRequested(() => cancellation.cancel());
    try {
      const onProgress = (seen: unknown): void => {
        const applied = typeof seen === "object" && seen !== null && "applied" in seen ? seen.applied : null;
        if (typeof applied === "number") progress.report({ message: l10n.t("{0} of {1}", applied, total), increment: 100 / Math.max(1, total) });
      };
      // The worker takes back what it has made before it answers; so the wish goes to it, and its answer is waited for.
      return await context.engine.call("apply", request, { cancellation, onProgress });
    } finally {
      listener.dispose();
    }
  });
}

function askForFolder(suggested: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: l10n.t("Apply Series to Worktree"), value: suggested, ignoreFocusOut: true, prompt: l10n.t("A new folder for the worktree. The series is applied there on a new branch; your own files stay as they are."),
    validateInput: (text) => (isAbsolute(text.trim()) ? null : l10n.t("An absolute path is needed.")),
  }).then((text) => (text === undefined ? undefined : resolve(text.trim())));
}

/** One notification with what was done. A refusal is an error. */
function tell(log: Log, result: ApplyResult, patches: readonly AmPatch[]): void {
  switch (result.state) {
    case "applied": {
      const text = l10n.t("Applied {0} on {1}, from {2}.", countText(result.patches), result.branch, result.base.slice(0, 12));
      void openOr(log, `${text} ${trailersText(patches)}`.trim(), result.worktree, hasOmitted(patches));
      return;
    }
    case "stopped": {
      const where = result.files.length > 0 ? l10n.t("conflicts in {0}", result.files.join(", ")) : result.detail;
      const text = l10n.t("git am stopped at patch {0}, {1}: {2}. In the worktree, mend the files and git add them, then git am --continue; or git am --skip, or git am --abort.", result.at, result.title, where);
      log.warning(`${text} ${result.worktree}`);
      void openOr(log, text, result.worktree, false, true);
      return;
    }
    case "refused": {
      const [problem] = result.problems ?? [];
      throw new UserError(problem === undefined ? refusalText(result.kind, result.detail) : [problemText(problem), problemPlace(problem)].filter((part) => part !== "").join(" "));
    }
    case "cancelled":
      throw new vscode.CancellationError();
    default:
      return result satisfies never;
  }
}

/** Not awaited by anybody: a notification ends when the user closes it. */
async function openOr(log: Log, text: string, worktree: string, showLog: boolean, warn = false): Promise<void> {
  const action = l10n.t("Open Worktree");
  const actions = [action, ...(showLog ? [l10n.t("Show Output")] : [])];
  const chosen = await (warn ? vscode.window.showWarningMessage(text, ...actions) : vscode.window.showInformationMessage(text, ...actions));
  if (chosen !== undefined && chosen !== action) log.show();
  if (chosen === action) await vscode.commands.executeCommand("vscode.openFolder", vscode.Uri.file(worktree), { forceNewWindow: true });
}

async function offer(log: Log, text: string, showLog: boolean): Promise<void> {
  const action = l10n.t("Show Output");
  const chosen = await vscode.window.showInformationMessage(text, ...(showLog ? [action] : []));
  if (chosen === action) log.show();
}

function countText(patches: number): string {
  return patches === 1 ? l10n.t("1 patch") : l10n.t("{0} patches", patches);
}

/** How many trailers of replies went in and how many did not; "" when the replies have none. */
function trailersText(patches: readonly AmPatch[]): string {
  const added = patches.flatMap((patch) => patch.added).length;
  const omitted = patches.flatMap((patch) => patch.omitted).length;
  return added + omitted === 0 ? "" : l10n.t("Trailers from replies: {0} added, {1} left out.", added, omitted);
}

function hasOmitted(patches: readonly AmPatch[]): boolean {
  return patches.some((patch) => patch.omitted.length > 0);
}

/** Every trailer that was added or left out, with the reason. */
function logTrailers(log: Log, patches: readonly AmPatch[]): void {
  const reasons = { sender: l10n.t("the sender is someone else"), cc: l10n.t("a Cc in a reply"), nack: l10n.t("speaks against the patch") };
  for (const patch of patches) {
    for (const { key, value } of patch.added) log.info(l10n.t("Patch {0}: added {1}", patch.n, `${key}: ${value}`));
    for (const { key, value, reason } of patch.omitted) log.warning(l10n.t("Patch {0}: left out {1}: {2}", patch.n, `${key}: ${value}`, reasons[reason]));
  }
}

function slug(key: string): string {
  return key.replace(/[^A-Za-z0-9]+/g, "-").slice(0, 60);
}
