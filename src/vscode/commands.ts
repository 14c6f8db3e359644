// The handlers of all commands, and the one wrapper that shows what goes wrong.
import * as vscode from "vscode";
import { l10n } from "vscode";
import type { ThreadView } from "../core/review/types.js";
import { type CommandArguments, type CommandId, commands } from "./command-table.js";
import { inputEndings, revisionsViewId } from "./names.js";
import { commentHandlers, type CommentingContext } from "./comments/commenting.js";
import { columnForDocuments, type Opener } from "./diff/open.js";
import { type Disposable, Owner } from "./dispose.js";
import { type DraftContext, draftHandlers } from "./draft/commands.js";
import { findMail, openSource } from "./documents/source.js";
import type { Engine } from "./engine.js";
import { errors, report } from "./errors.js";
import { applySeries, exportAm } from "./git/apply.js";
import type { Trees } from "./git/trees.js";
import { shortId } from "./ids.js";
import type { Log } from "./log.js";
import { fetchFromLore, forgetFetched } from "./lore/open.js";
import type { ReviewPanel } from "./panel/panel.js";
import type { Panels } from "./panel/panels.js";
import { readTraceLine } from "./panel/trace-line.js";
import type { Scenarios } from "./panel/scenarios.js";
import type { ThreadRuns } from "./panel/thread-runs.js";
import { pickFunctions } from "./panel/pick-functions.js";
import type { RevisionOpener } from "./revisions/open.js";
import { fileByPath, findPatch, type PatchInSeries } from "./session/lookup.js";
import type { Session } from "./session/session.js";
import type { Sessions } from "./session/sessions.js";
import { isNode, messageIdOf, resolveCode, resolveMail, resolveSession, resolveTarget, type Target } from "./targets.js";
import { rootNodes } from "./tree/nodes.js";
import type { SeenMarks } from "./tree/seen.js";
import type { PatchSeriesView } from "./tree/view.js";
import type { Walk } from "./walk.js";
import type { WhatIfEdits } from "./whatif/edits.js";
import type { PatchFinding } from "../core/lifecycle/findings/types.js";
import type { Findings } from "./findings/findings.js";
import { judgementWord, type LoadBearingLines, runSentence } from "./whatif/mutants.js";

export interface CommandContext extends CommentingContext, DraftContext {
  readonly extension: vscode.ExtensionContext;
  readonly engine: Engine;
  readonly sessions: Sessions;
  readonly opener: Opener;
  readonly panels: Panels;
  readonly view: PatchSeriesView;
  readonly walk: Walk;
  readonly edits: WhatIfEdits;
  readonly loadBearing: LoadBearingLines;
  readonly findings: Findings;
  readonly scenarios: Scenarios;
  readonly threadRuns: ThreadRuns;
  readonly log: Log;
  readonly revisions: RevisionOpener;
  readonly trees: Trees;
  readonly seen: SeenMarks;
}

export type CommandHandlers = { readonly [Id in CommandId]: (...args: CommandArguments[Id]) => Promise<void> | void };

export const sampleName = "vfio-group-cdev-v2-5of5.txt";

export function registerCommands(context: CommandContext): Disposable {
  const owner = new Owner();
  const handlers = makeHandlers(context);
  // The key set is exactly CommandId, by the type of the table.
  for (const id of Object.keys(handlers) as CommandId[]) {
    const run = handlers[id] as (...args: unknown[]) => Promise<void> | void;
    const title = commands[id].title.replace(/…$/, "");
    owner.own(vscode.commands.registerCommand(id, async (...args: unknown[]) => {
      try {
        await run(...args);
      } catch (error) {
        report(error, title, context.log);
      }
    }));
  }
  return owner;
}

function makeHandlers(context: CommandContext): CommandHandlers {
  const { sessions, opener, panels, view, walk, edits, findings, log, revisions } = context;
  const shownPage = (): ReviewPanel => {
    const page = panels.current;
    if (page === undefined) throw errors.noDiagram();
    return page;
  };
  const target = (given: CommandArguments["lifeline.openFileDiff"][0]): Promise<Target> => resolveTarget(sessions, given, view.selected);
  const code = (given: CommandArguments["lifeline.openFileDiff"][0]): Promise<Target> => resolveCode(sessions, given, view.selected);
  const thread = async (given: CommandArguments["lifeline.settle"][0]): Promise<ThreadView> => {
    const found = (await target(given)).thread ?? (given === undefined ? walk.current : undefined);
    if (found === undefined) throw errors.noThreads();
    return found;
  };
  return {
    ...commentHandlers(context),
    ...draftHandlers(context),
    "lifeline.settle": async (given) => context.settled.set(await thread(given), true),
    "lifeline.reopen": async (given) => context.settled.set(await thread(given), false),
    "lifeline.open": async () => {
      const chosen = await vscode.window.showOpenDialog({
        canSelectMany: true, title: l10n.t("Open Patch Series"), openLabel: l10n.t("Open"),
        // The mails of a maildir have no ending, so all files come first.
        filters: { [l10n.t("All files")]: ["*"], [l10n.t("Mail and patches")]: [...inputEndings] },
      });
      for (const uri of chosen ?? []) await openAndShow(context, uri);
    },
    "lifeline.openFile": async (uri) => {
      const input = uri ?? vscode.window.activeTextEditor?.document.uri;
      if (input === undefined) throw errors.nothingOpen();
      await openAndShow(context, input);
    },
    "lifeline.openClipboard": async () => {
      const text = await vscode.env.clipboard.readText();
      if (text.trim() === "") throw errors.clipboardEmpty();
      await openAndShow(context, await keepClipboard(context.extension, text), l10n.t("Clipboard"));
    },
    "lifeline.openSample": async () => {
      await openAndShow(context, sampleUri(context.extension));
    },
    "lifeline.openLore": async (text) => {
      const fetched = await fetchFromLore(context, typeof text === "string" ? text : undefined);
      if (fetched !== undefined) await openAndShow(context, fetched.uri, fetched.label);
    },
    "lifeline.cancelOpening": () => sessions.cancelOpening(),
    "lifeline.reload": async (given) => {
      await sessions.reload(await resolveSession(sessions, given, view.selected));
    },
    "lifeline.close": async (given) => {
      const id = await resolveSession(sessions, given, view.selected);
      const source = sessions.get(id)?.source;
      await closeTabs(id);
      await sessions.close(id);
      if (source === undefined) return;
      await forgetClipboard(context.extension, vscode.Uri.parse(source.uri));
      await forgetFetched(context.extension, vscode.Uri.parse(source.uri));
    },
    "lifeline.openFileDiff": async (given) => {
      const { session, place, file } = await code(given);
      const shown = file ?? place.patch.files.find((one) => !one.binary) ?? place.patch.files[0];
      if (shown === undefined) throw errors.noChanges();
      await opener.file(session, place, shown);
      if (isNode(given) && given.kind === "patch") await view.reveal(given, false);
    },
    "lifeline.openAllChanges": async (given) => {
      const { session, place } = await code(given);
      await opener.allChanges(session, place);
    },
    "lifeline.openCommitMessage": async (given) => {
      const { session, place } = await target(given);
      await opener.message(session, place);
    },
    "lifeline.openThread": async (given) => {
      const { session, place, thread } = await target(given);
      if (thread === undefined) throw errors.noThreads();
      await walk.show(session, { ...place, thread });
    },
    "lifeline.compareRevision": async (given, version) => {
      await revisions.compareWith(await target(given), typeof version === "string" ? version : undefined);
    },
    "lifeline.showNewerLines": async (given) => {
      await revisions.changedLines(await target(given));
    },
    "lifeline.openRangeDiff": async (given) => {
      await revisions.rangeDiffOf(await target(given));
    },
    "lifeline.showRevisions": async () => {
      await vscode.commands.executeCommand(`${revisionsViewId}.focus`);
    },
    "lifeline.viewLifecycle": async (given) => {
      const { session, place } = await code(given);
      await panels.open(session, place, "lifecycle");
    },
    "lifeline.copyDiagram": () => shownPage().export("copy"),
    "lifeline.saveDiagram": () => shownPage().export("mermaid"),
    "lifeline.saveDiagramSvg": () => shownPage().export("svg"),
    "lifeline.simulate": async (given) => {
      const { session, place, thread } = await code(given);
      if (thread !== undefined) await simulateThread(context, session, place, thread);
      else await panels.open(session, place, "simulate");
    },
    "lifeline.simulateThread": async (given, functions) => {
      const { session, place, thread } = await code(given);
      if (thread === undefined) throw errors.noThreads();
      await simulateThread(context, session, place, thread, Array.isArray(functions) ? functions : undefined);
    },
    "lifeline.newScenario": async (given, functions) => {
      const { session, place } = await code(given);
      await newScenario(context, session, place, Array.isArray(functions) ? functions : undefined);
    },
    "lifeline.runScenario": async (given) => {
      const uri = given instanceof vscode.Uri ? given : vscode.window.activeTextEditor?.document.uri;
      if (uri === undefined) throw errors.noOwnScenario();
      const { session, place } = await context.scenarios.placeOf(uri);
      const written = await context.scenarios.read(uri);
      const panel = await panels.open(session, place, "simulate", true);
      const told = await panel.runNow(written);
      if (told !== null) context.scenarios.tell(written, told.result);
    },
    "lifeline.deleteScenario": async (given) => {
      const uri = given instanceof vscode.Uri ? given : vscode.window.activeTextEditor?.document.uri;
      if (uri === undefined) throw errors.noOwnScenario();
      await deleteScenario(context, uri);
    },
    "lifeline.openTrace": async (text) => openTrace(context, text),
    "lifeline.editWhatIf": async (given) => {
      const { session, place, file } = await code(given);
      const shown = file ?? place.patch.files.find((one) => !one.binary && one.pathB !== null);
      if (shown === undefined) throw errors.noChanges();
      await edits.open(session, place, shown.path);
    },
    "lifeline.discardWhatIf": async (uri) => {
      const edited = uri ?? vscode.window.activeTextEditor?.document.uri;
      if (edited !== undefined) await edits.discard(edited);
    },
    "lifeline.findLoadBearing": async (given) => {
      const { session, place } = await code(given);
      await judgeLines(context, session, place);
    },
    "lifeline.applySeries": async (given, choice) => {
      const { session, place } = await code(given);
      await applySeries(context, session, place, choice);
    },
    "lifeline.exportAm": async (given, file) => {
      const { session, place } = await code(given);
      await exportAm(context, session, place, file instanceof vscode.Uri ? file : undefined);
    },
    "lifeline.markSeen": async (given) => {
      const { session, place } = await target(given);
      await context.seen.mark(session, [place.patch], true);
    },
    "lifeline.markNotSeen": async (given) => {
      const { session, place } = await target(given);
      await context.seen.mark(session, [place.patch], false);
    },
    "lifeline.checkPatch": async (given) => {
      const { session, place } = await code(given);
      await tellFound(await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: l10n.t("Checking the patch") }, () => findings.check(session, place)));
    },
    "lifeline.checkSeries": async (given) => {
      const { session, place } = await code(given);
      await tellFound(await findings.checkRevision(session, place));
    },
    "lifeline.copyMessageId": async (given) => {
      const id = messageIdOf(given) ?? (given === undefined ? (await target(undefined)).place.patch.messageId : null);
      if (id === null) throw errors.noMessageId();
      await vscode.env.clipboard.writeText(`<${id}>`);
      vscode.window.setStatusBarMessage(l10n.t("$(check) Message-ID copied"), 3000);
    },
    "lifeline.viewSource": async (given) => {
      const { session, mail } = await resolveMail(sessions, given, view.selected);
      const place = findMail(session.view, (one) => one.mail === mail);
      if (place !== undefined) await openSource(session, place);
    },
    "lifeline.nextThread": () => walk.step(1),
    "lifeline.previousThread": () => walk.step(-1),
    "lifeline.showOutput": () => log.show(),
  };
}

/** Shows a thread on its lines, and runs what fits it. */
async function simulateThread({ walk, threadRuns }: CommandContext, session: Session, place: PatchInSeries, thread: ThreadView, functions?: readonly string[]): Promise<void> {
  if (fileByPath(place.patch, thread.anchor.path) !== undefined) await walk.show(session, { ...place, thread });
  await threadRuns.run(session, place, thread, functions);
}

/** Writes a scenario for functions that a patch changes, and opens it. */
async function newScenario({ engine, panels, scenarios }: CommandContext, session: Session, place: PatchInSeries, functions: readonly string[] | undefined): Promise<void> {
  const chosen = await pickFunctions(engine, session, place, { title: l10n.t("New Scenario"), placeHolder: l10n.t("Functions that run at the same time") }, functions);
  if (chosen.length === 0) return;
  const uri = await scenarios.write(session, place, chosen, false);
  await vscode.window.showTextDocument(uri, { preview: false, viewColumn: columnForDocuments() });
  await panels.get(session.id)?.list(place.patch.key, await scenarios.read(uri));
}

/** Takes a scenario of the user's away, when that is meant. */
async function deleteScenario({ panels, scenarios }: CommandContext, uri: vscode.Uri): Promise<void> {
  const { session, place } = await scenarios.placeOf(uri);
  const yes = l10n.t("Delete");
  const answer = await vscode.window.showWarningMessage(l10n.t("Delete the scenario {0}?", uri.path.slice(uri.path.lastIndexOf("/") + 1)), { modal: true, detail: l10n.t("What you have written in it is lost.") }, yes);
  if (answer !== yes) return;
  await scenarios.remove(uri);
  await panels.get(session.id)?.list(place.patch.key, null);
}

/** Says how many things were found; what was found stands in the Problems panel. */
async function tellFound(found: readonly PatchFinding[]): Promise<void> {
  const wrong = found.filter((finding) => finding.side === "after");
  if (found.length > 0) await vscode.commands.executeCommand("workbench.actions.view.problems");
  else vscode.window.setStatusBarMessage(l10n.t("$(check) No lifetime mistake seen in the code that is shown"), 5000);
  if (wrong.length > 0) vscode.window.setStatusBarMessage(wrong.length === 1 ? l10n.t("$(warning) 1 finding") : l10n.t("$(warning) {0} findings", wrong.length), 5000);
}

/** Shows the schedule of a line that a colleague has sent: of the newest open series that has the patch. */
async function openTrace({ sessions, panels }: CommandContext, given: string | undefined): Promise<void> {
  const clipboard = await vscode.env.clipboard.readText();
  const text = typeof given === "string" ? given : await vscode.window.showInputBox({
    title: l10n.t("Open Trace"), prompt: l10n.t("The line that Copy as… Trace has made"), value: readTraceLine(clipboard) === null ? "" : clipboard.trim(), ignoreFocusOut: true,
  });
  if (text === undefined) return;
  const line = readTraceLine(text);
  if (line === null) throw errors.notATrace();
  const found = sessions.all.flatMap((session) => {
    const place = findPatch(session.view, (patch) => patch.n === line.patch && patch.mail !== null && session.patch(patch.key)?.revision.version === line.revision);
    return place === undefined ? [] : [{ session, place }];
  }).at(-1);
  if (found === undefined) throw errors.noPatchOfTrace(line.revision, line.patch);
  const panel = await panels.open(found.session, found.place, "simulate");
  await panel.replay(line);
}

/** Judges the lines of a patch and offers them as a list, which leads to each. */
async function judgeLines({ loadBearing, opener }: CommandContext, session: Session, place: PatchInSeries): Promise<void> {
  const report = await loadBearing.judge(session, place);
  const judged = report.lines.filter((line) => line.verdict !== "not-run");
  const heavy = judged.filter((line) => line.verdict === "load-bearing");
  const show = l10n.t("Show Lines");
  const summary = report.complete ? l10n.t("{0} of {1} judged lines are load-bearing.", heavy.length, judged.length) : l10n.t("Cancelled: {0} of {1} lines judged so far are load-bearing.", heavy.length, judged.length);
  // Not awaited: it ends when the user closes it.
  void vscode.window.showInformationMessage(summary, ...(judged.length > 0 ? [show] : [])).then(async (chosen) => {
    if (chosen !== show) return;
    const rows = [...heavy, ...judged.filter((line) => line.verdict !== "load-bearing")].map((line) => {
      const reason = line.runs.find((run) => run.verdict === "violation");
      return { label: `${line.line}: ${line.text}`, description: judgementWord(line.verdict), ...(reason === undefined ? {} : { detail: runSentence(reason) }), line };
    });
    const row = await vscode.window.showQuickPick(rows, { title: l10n.t("Load-Bearing Lines"), matchOnDetail: true });
    const file = row === undefined ? undefined : fileByPath(place.patch, row.line.path);
    if (row !== undefined && file !== undefined) await opener.file(session, place, file, { line: row.line.line, side: "after" });
  });
}

/** Opens an input and shows its rows. */
export async function openAndShow({ sessions, view }: Pick<CommandContext, "sessions" | "view">, uri: vscode.Uri, label?: string): Promise<Session> {
  const session = await sessions.openUri(uri, label);
  const [root] = rootNodes([session], []);
  if (root !== undefined) await view.reveal(root, true);
  return session;
}

export function sampleUri(extension: vscode.ExtensionContext): vscode.Uri {
  return vscode.Uri.joinPath(extension.extensionUri, "media", "samples", sampleName);
}

/** The clipboard's text as a file in the extension's own storage, so that it can be read again after a reload. */
async function keepClipboard(extension: vscode.ExtensionContext, text: string): Promise<vscode.Uri> {
  const folder = clipboardFolder(extension);
  const uri = vscode.Uri.joinPath(folder, `${shortId(text)}.txt`);
  await vscode.workspace.fs.createDirectory(folder);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return uri;
}

/** A copied mail is kept only as long as its series is open. */
async function forgetClipboard(extension: vscode.ExtensionContext, uri: vscode.Uri): Promise<void> {
  if (!uri.toString().startsWith(`${clipboardFolder(extension).toString()}/`)) return;
  await vscode.workspace.fs.delete(uri).then(undefined, () => undefined);
}

function clipboardFolder(extension: vscode.ExtensionContext): vscode.Uri {
  return vscode.Uri.joinPath(extension.storageUri ?? extension.globalStorageUri, "clipboard");
}

/** Closes the tabs of a session's documents: without the session they could not be read again. */
async function closeTabs(session: string): Promise<void> {
  const ours = (uri: vscode.Uri): boolean => uri.scheme === "lifeline" && uri.query.startsWith(`${session}.`);
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter(({ input }) => {
    if (input instanceof vscode.TabInputText) return ours(input.uri);
    return input instanceof vscode.TabInputTextDiff && (ours(input.original) || ours(input.modified));
  });
  if (tabs.length > 0) await vscode.window.tabGroups.close(tabs, true);
}
