// Which lines of a patch carry weight: a mark in the gutter for every line that was mutated, with the reason on hover.
import * as vscode from "vscode";
import { l10n } from "vscode";
import type { LineJudgement, LineVerdict, MutantReport, MutantRun } from "../../core/simulate/mutant-types.js";
import { CancelSource } from "../cancel.js";
import { lineRange } from "../convert.js";
import { type Disposable, Owner } from "../dispose.js";
import type { Engine } from "../engine.js";
import { runBounds } from "../panel/run-choice.js";
import type { PatchInSeries } from "../session/lookup.js";
import type { Session } from "../session/session.js";
import type { Sessions } from "../session/sessions.js";

/** Judgements that get a mark; a line that did not run has nothing to show. */
const marked = ["load-bearing", "no-effect"] as const;

/** Runs that a hover lists for one line. */
const shownRuns = 6;

interface Judged {
  readonly session: string;
  readonly report: MutantReport;
  readonly uriOf: (path: string) => string;
}

export class LoadBearingLines implements Disposable {
  private readonly owner = new Owner();
  private readonly styles: Readonly<Record<(typeof marked)[number], vscode.TextEditorDecorationType>>;
  private readonly judged = new Map<string, Judged>();

  constructor(private readonly engine: Engine, sessions: Sessions, extension: vscode.Uri) {
    const style = (file: string): vscode.TextEditorDecorationType => this.owner.own(vscode.window.createTextEditorDecorationType({
      gutterIconPath: vscode.Uri.joinPath(extension, "media", "gutter", `${file}.svg`), gutterIconSize: "contain",
      overviewRulerColor: new vscode.ThemeColor("editorOverviewRuler.infoForeground"), overviewRulerLane: vscode.OverviewRulerLane.Left,
    }));
    this.styles = { "load-bearing": style("load-bearing"), "no-effect": style("no-effect") };
    this.owner.own(vscode.window.onDidChangeVisibleTextEditors((editors) => this.paint(editors)));
    this.owner.own(sessions.onDidChange((change) => {
      if (change.type === "reloaded" || change.type === "closed") this.forget(change.session.id);
    }));
  }

  /** The last report on a patch; undefined before its lines were judged. */
  reportOf(patchKey: string): MutantReport | undefined {
    return this.judged.get(patchKey)?.report;
  }

  /** Mutates every line that the patch changes, with progress and cancel, and marks what came out. */
  async judge(session: Session, place: PatchInSeries): Promise<MutantReport> {
    const report = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: l10n.t("Looking for load-bearing lines"), cancellable: true },
      async (progress, token) => {
        const cancellation = new CancelSource();
        token.onCancellationRequested(() => cancellation.cancel());
        let shown = 0;
        return this.engine.call("mutants", { session: session.id, patchKey: place.patch.key, scenarios: null, bounds: runBounds() }, {
          cancellation,
          onProgress: (raw) => {
            const { done, total } = progressOf(raw);
            const share = total === 0 ? 0 : (100 * done) / total;
            progress.report({ message: l10n.t("{0} of {1} runs", done, total), increment: Math.max(0, share - shown) });
            shown = Math.max(shown, share);
          },
        });
      },
    );
    this.judged.set(place.patch.key, { session: session.id, report, uriOf: (path) => session.uri(place, path, "after").toString() });
    this.paint(vscode.window.visibleTextEditors);
    return report;
  }

  dispose(): void {
    this.owner.dispose();
  }

  private forget(session: string): void {
    for (const [key, judged] of this.judged) if (judged.session === session) this.judged.delete(key);
    this.paint(vscode.window.visibleTextEditors);
  }

  private paint(editors: readonly vscode.TextEditor[]): void {
    for (const editor of editors) {
      const uri = editor.document.uri.toString();
      const lines = [...this.judged.values()].flatMap((judged) => judged.report.lines.filter((line) => judged.uriOf(line.path) === uri));
      for (const judgement of marked) {
        const own = lines.filter((line) => line.verdict === judgement);
        editor.setDecorations(this.styles[judgement], own.map((line) => ({ range: lineRange(line.line, line.line), hoverMessage: hoverOf(line) })));
      }
    }
  }
}

/** The judgement as a word. */
export function judgementWord(judgement: LineJudgement): string {
  switch (judgement) {
    case "load-bearing": return l10n.t("load-bearing");
    case "no-effect": return l10n.t("no effect seen");
    case "not-run": return l10n.t("not run");
  }
}

/** What a mutant of a line showed, as one sentence. */
export function runSentence(run: MutantRun): string {
  const what = run.message === "" ? (run.kind ?? run.verdict) : run.message;
  return l10n.t("{0}: {1} ({2})", run.mutant.whatIf.title, what, run.scenario);
}

function hoverOf(line: LineVerdict): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.appendText(line.verdict === "load-bearing" ? l10n.t("Load-bearing: without this line as it is, a scenario fails.") : l10n.t("No effect seen: no scenario fails when this line is changed."));
  const runs = line.verdict === "load-bearing" ? line.runs.filter((run) => run.verdict === "violation") : line.runs;
  for (const run of runs.slice(0, shownRuns)) {
    text.appendMarkdown("\n\n");
    text.appendText(runSentence(run));
  }
  if (runs.length > shownRuns) {
    text.appendMarkdown("\n\n");
    text.appendText(l10n.t("and {0} more", runs.length - shownRuns));
  }
  return text;
}

function progressOf(raw: unknown): { done: number; total: number } {
  // The worker reports { done, total }; anything else is shown as nothing yet.
  const value = (typeof raw === "object" && raw !== null ? raw : {}) as { done?: unknown; total?: unknown };
  return { done: typeof value.done === "number" ? value.done : 0, total: typeof value.total === "number" ? value.total : 0 };
}
