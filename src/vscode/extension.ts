// Entry of the extension: builds the parts and joins them. Nothing is read and no worker is started before something is asked for.
import * as vscode from "vscode";
import { openAndShow, registerCommands, sampleUri } from "./commands.js";
import { CommentingRanges } from "./comments/commenting.js";
import { Settled } from "./comments/settled.js";
import { Threads } from "./comments/threads.js";
import { Opener } from "./diff/open.js";
import { Owner } from "./dispose.js";
import { Drafts } from "./draft/drafts.js";
import { Pending } from "./draft/pending.js";
import { ReviewFileSystem } from "./documents/fileSystem.js";
import { GapSupport } from "./documents/gaps.js";
import { Engine } from "./engine.js";
import { report } from "./errors.js";
import { Trees } from "./git/trees.js";
import { Findings } from "./findings/findings.js";
import { Log } from "./log.js";
import { Panels } from "./panel/panels.js";
import { Scenarios } from "./panel/scenarios.js";
import { ThreadRuns } from "./panel/thread-runs.js";
import { RevisionOpener } from "./revisions/open.js";
import { RevisionStore } from "./revisions/store.js";
import { threadChangeText } from "./revisions/words.js";
import { RevisionsView } from "./revisions/view.js";
import { Sessions } from "./session/sessions.js";
import { joined } from "./text.js";
import { SeenMarks } from "./tree/seen.js";
import { PatchSeriesView } from "./tree/view.js";
import { Walk } from "./walk.js";
import { WhatIfEdits } from "./whatif/edits.js";
import { LoadBearingLines } from "./whatif/mutants.js";

/** What the tests inside the editor see of the extension. Not for other extensions. */
export interface TestApi {
  readonly sessions: Sessions;
  readonly view: PatchSeriesView;
  readonly threads: Threads;
  readonly engine: Engine;
  readonly panels: Panels;
  readonly walk: Walk;
  readonly edits: WhatIfEdits;
  readonly loadBearing: LoadBearingLines;
  readonly findings: Findings;
  readonly scenarios: Scenarios;
  readonly threadRuns: ThreadRuns;
  readonly log: Log;
  readonly pending: Pending;
  readonly settled: Settled;
  readonly drafts: Drafts;
  readonly revisions: RevisionStore;
  readonly matrix: RevisionsView;
  readonly trees: Trees;
  readonly seen: SeenMarks;
  readonly activationMilliseconds: number;
}

export function activate(context: vscode.ExtensionContext): TestApi {
  const startedAt = performance.now();
  const owner = new Owner();
  context.subscriptions.push(owner);
  const log = owner.own(new Log());
  const engine = owner.own(new Engine(vscode.Uri.joinPath(context.extensionUri, "dist").fsPath, log));
  const settled = owner.own(new Settled(context.workspaceState));
  const pending = owner.own(new Pending(context.workspaceState, engine));
  const threads = owner.own(new Threads(settled, pending));
  const sessions: Sessions = owner.own(new Sessions(context, engine, log, { settled, pending }, (session, parts) => threads.attach(session, parts)));
  const trees = owner.own(new Trees(engine, sessions));
  const seen = owner.own(new SeenMarks(context.workspaceState));
  owner.own(new ReviewFileSystem(sessions, engine, log));
  owner.own(new GapSupport(sessions));
  threads.ranges = new CommentingRanges(sessions);
  const drafts = new Drafts(context, engine, pending);
  const opener = owner.own(new Opener(threads));
  const revisions = owner.own(new RevisionStore(sessions, engine, log));
  owner.own(revisions.onDidChange((session) => threads.relabel(session)));
  const revisionOpener = new RevisionOpener(engine, opener, revisions);
  const matrix = owner.own(new RevisionsView(context.extensionUri, sessions, revisions, revisionOpener, log));
  const edits = owner.own(new WhatIfEdits(sessions, context.workspaceState));
  const scenarios = owner.own(new Scenarios(context, engine, sessions));
  const findings: Findings = owner.own(new Findings(engine, sessions, log, () => {
    view.refresh();
    panels.showFindings();
  }));
  const panels: Panels = owner.own(new Panels(sessions, {
    extensionUri: context.extensionUri, engine, opener, log, look: (session, place) => findings.look(session, place), editOf: (after) => edits.uriOf(after), addToDraft: (session, place, text) => drafts.addToDraft(session, place, text),
    scenarios,
  }));
  const threadRuns = owner.own(new ThreadRuns(engine, sessions, panels, scenarios));
  threads.note = (session, { series }, thread) => joined(threadRuns.verdict(session, thread), threadChangeText(revisions.thread(session, series.key, thread)));
  const view: PatchSeriesView = owner.own(new PatchSeriesView(sessions, { revisions, seen, threadRuns }));
  owner.own(threadRuns.onDidChange((session) => {
    threads.relabel(session);
    view.refresh();
  }));
  const walk = owner.own(new Walk(sessions, opener, view));
  owner.own(edits.onDidSave((saved) => void panels.runEdited(saved).catch((error: unknown) => report(error, "Edit as What-If", log))));
  const loadBearing = owner.own(new LoadBearingLines(engine, sessions, context.extensionUri));
  owner.own(registerCommands({ extension: context, engine, sessions, opener, panels, view, walk, log, edits, loadBearing, findings, scenarios, threadRuns, threads, pending, settled, drafts, revisions: revisionOpener, trees, seen }));
  const activationMilliseconds = performance.now() - startedAt;
  log.info(`activated in ${activationMilliseconds.toFixed(1)} ms`);
  openForDevelopment(context, sessions, view, log);
  return { sessions, view, threads, engine, panels, walk, log, edits, loadBearing, findings, scenarios, threadRuns, pending, settled, drafts, revisions, matrix, trees, seen, activationMilliseconds };
}

/** `LIFELINE_OPEN` names a file, or "sample", to open at start: for `npm start`, in a development window only. */
function openForDevelopment(context: vscode.ExtensionContext, sessions: Sessions, view: PatchSeriesView, log: Log): void {
  const wanted = context.extensionMode === vscode.ExtensionMode.Development ? process.env["LIFELINE_OPEN"] : undefined;
  if (wanted === undefined || wanted === "") return;
  const uri = wanted === "sample" ? sampleUri(context) : vscode.Uri.file(wanted);
  openAndShow({ sessions, view }, uri).catch((error: unknown) => report(error, "LIFELINE_OPEN", log));
}
