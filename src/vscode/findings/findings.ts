// Findings in the Problems panel and on the diff: made when a document of a patch is opened, or by command; kept until the series is read again.
import * as vscode from "vscode";
import { l10n } from "vscode";
import type { PatchFinding } from "../../core/lifecycle/findings/types.js";
import { CancelSource } from "../cancel.js";
import { scheme } from "../names.js";
import { readUri, textRange } from "../convert.js";
import { type Disposable, Owner } from "../dispose.js";
import type { Engine } from "../engine.js";
import type { Log } from "../log.js";
import type { PatchInSeries } from "../session/lookup.js";
import type { Session } from "../session/session.js";
import type { Sessions } from "../session/sessions.js";
import { findingText, stepText } from "./words.js";

/** The user's switch: findings without asking. The commands work all the same. */
export const findingsSetting = "lifeline.findings";

export class Findings implements Disposable {
  private readonly owner = new Owner();
  private readonly collection = this.owner.own(vscode.languages.createDiagnosticCollection("lifeline"));
  private readonly checking = new Map<string, Promise<readonly PatchFinding[]>>();

  constructor(private readonly engine: Engine, private readonly sessions: Sessions, private readonly log: Log, private readonly changed: () => void) {
    this.owner.own(vscode.workspace.onDidOpenTextDocument((document) => void this.onOpen(document)));
    this.owner.own(vscode.workspace.onDidChangeConfiguration((change) => {
      if (!change.affectsConfiguration(findingsSetting)) return;
      if (!isOn()) this.forget();
      else for (const document of vscode.workspace.textDocuments) void this.onOpen(document);
    }));
    this.owner.own(sessions.onDidChange((change) => {
      if (change.type === "reloaded" || change.type === "closed") this.forget(change.session);
    }));
  }

  /** Checks one patch, once for each reading of the series, and shows what was found. */
  async check(session: Session, place: PatchInSeries): Promise<readonly PatchFinding[]> {
    const key = keyOf(session, place);
    const known = this.checking.get(key);
    if (known !== undefined) return known;
    const readAt = session.readAt;
    const running = this.engine.call("findings", { session: session.id, patchKey: place.patch.key });
    this.checking.set(key, running);
    try {
      const found = await running;
      if (this.sessions.get(session.id) !== session || session.readAt !== readAt || this.checking.get(key) !== running) return found;
      session.setFindings(place.patch.key, found);
      this.changed();
      this.show(session, place, found);
      return found;
    } catch (error) {
      this.checking.delete(key);
      throw error;
    }
  }

  /** Checks a patch that the user looks at, unless findings are turned off; a failure is logged, because nobody asked. */
  async look(session: Session, place: PatchInSeries): Promise<void> {
    if (!isOn() || place.patch.files.length === 0) return;
    try {
      await this.check(session, place);
    } catch (error) {
      this.log.error(String(error));
    }
  }

  /** Checks all patches of a revision one after the other, with progress; cancelled, it keeps what it has. */
  async checkRevision(session: Session, { series, revision }: PatchInSeries): Promise<readonly PatchFinding[]> {
    const patches = revision.patches.filter((patch) => patch.mail !== null && patch.files.length > 0);
    return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: l10n.t("Checking v{0}", revision.versionText), cancellable: true }, async (progress, token) => {
      const cancellation = new CancelSource();
      token.onCancellationRequested(() => cancellation.cancel());
      const all: PatchFinding[] = [];
      for (const patch of patches) {
        if (token.isCancellationRequested) break;
        progress.report({ message: `${patch.n}/${patch.m}`, increment: 100 / patches.length });
        all.push(...(await this.check(session, { series, revision, patch })));
      }
      return all;
    });
  }

  dispose(): void {
    this.owner.dispose();
  }

  private async onOpen(document: vscode.TextDocument): Promise<void> {
    if (document.uri.scheme !== scheme || !isOn()) return;
    const read = readUri(document.uri);
    if (read?.kind !== "patch") return;
    try {
      const session = await this.sessions.find(read.session);
      const place = session?.patchById(read.patchId);
      if (session !== undefined && place !== undefined) await this.look(session, place);
    } catch (error) {
      // Nobody asked for it, so nobody is told.
      this.log.error(String(error));
    }
  }

  private show(session: Session, place: PatchInSeries, found: readonly PatchFinding[]): void {
    const byUri = new Map<string, { uri: vscode.Uri; diagnostics: vscode.Diagnostic[] }>();
    for (const finding of found) {
      const uri = session.uri(place, finding.range.path, finding.side);
      const entry = byUri.get(uri.toString()) ?? { uri, diagnostics: [] };
      entry.diagnostics.push(diagnosticOf(session, place, finding));
      byUri.set(uri.toString(), entry);
    }
    for (const { uri, diagnostics } of byUri.values()) this.collection.set(uri, diagnostics);
  }

  /** Takes back what is shown of a series, or of all. */
  private forget(session?: Session): void {
    for (const one of session === undefined ? this.sessions.all : [session]) one.clearFindings();
    const id = session?.id;
    for (const key of [...this.checking.keys()]) if (id === undefined || key.startsWith(`${id} `)) this.checking.delete(key);
    const uris: vscode.Uri[] = [];
    this.collection.forEach((uri) => {
      const read = readUri(uri);
      if (id === undefined || (read?.kind === "patch" && read.session === id)) uris.push(uri);
    });
    for (const uri of uris) this.collection.delete(uri);
    this.changed();
  }
}

function keyOf(session: Session, place: PatchInSeries): string {
  return `${session.id} ${place.patch.key}`;
}

function isOn(): boolean {
  return vscode.workspace.getConfiguration().get<boolean>(findingsSetting, true);
}

function diagnosticOf(session: Session, place: PatchInSeries, finding: PatchFinding): vscode.Diagnostic {
  // What the patch mends is worth knowing, and no problem of it.
  const severity = finding.change === "fixed" || finding.change === "before" ? vscode.DiagnosticSeverity.Information
    : finding.change === "new" ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning;
  const diagnostic = new vscode.Diagnostic(textRange(finding.range), findingText(finding), severity);
  diagnostic.source = "Lifeline";
  diagnostic.code = finding.kind;
  const uri = session.uri(place, finding.range.path, finding.side);
  diagnostic.relatedInformation = finding.path.map((step) => new vscode.DiagnosticRelatedInformation(new vscode.Location(uri, textRange(step.range)), stepText(step)));
  return diagnostic;
}
