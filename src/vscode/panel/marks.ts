// The step of a run that the page shows, marked in the open editors: its own line, and the patch's line that it happens under.
import * as vscode from "vscode";
import type { RunResult, Step } from "../../core/simulate/types.js";
import { kernelUri, lineRange } from "../convert.js";
import { type Disposable, Owner } from "../dispose.js";
import type { PatchInSeries } from "../session/lookup.js";
import type { Session } from "../session/session.js";

/** A line of a document. */
interface Mark {
  readonly uri: string;
  readonly line: number;
}

export class StepMarks implements Disposable {
  private readonly owner = new Owner();
  private readonly style = this.owner.own(
    vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      backgroundColor: new vscode.ThemeColor("editor.stackFrameHighlightBackground"),
      overviewRulerColor: new vscode.ThemeColor("editorOverviewRuler.findMatchForeground"),
      overviewRulerLane: vscode.OverviewRulerLane.Full,
    }),
  );
  private marks: readonly Mark[] = [];

  constructor() {
    // Decorations belong to an editor; one that is shown later gets them then.
    this.owner.own(vscode.window.onDidChangeVisibleTextEditors((editors) => this.paint(editors, false)));
  }

  /** The marked lines, from one, by document. */
  get current(): readonly Mark[] {
    return this.marks;
  }

  show(session: Session, place: PatchInSeries, result: RunResult, step: Step): void {
    const marks: Mark[] = [{ uri: uriOf(session, place, step.path, result), line: step.line }];
    if (step.via !== null) marks.push({ uri: session.uri(place, step.via.path, step.via.side).toString(), line: step.via.line });
    this.marks = marks;
    this.paint(vscode.window.visibleTextEditors, true);
  }

  clear(): void {
    this.marks = [];
    this.paint(vscode.window.visibleTextEditors, false);
  }

  dispose(): void {
    this.clear();
    this.owner.dispose();
  }

  private paint(editors: readonly vscode.TextEditor[], scroll: boolean): void {
    for (const editor of editors) {
      const uri = editor.document.uri.toString();
      const ranges = this.marks.filter((mark) => mark.uri === uri).map((mark) => lineRange(mark.line, mark.line));
      editor.setDecorations(this.style, ranges);
      const [first] = ranges;
      if (scroll && first !== undefined) editor.revealRange(first, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    }
  }
}

/** A step's document: of the run's side of the patch, or of the kernel model and the scenarios. */
function uriOf(session: Session, place: PatchInSeries, path: string, result: RunResult): string {
  const isKernel = /^(?:model|scenarios)\//.test(path) && !place.patch.files.some((file) => file.path === path);
  return (isKernel ? kernelUri(path) : session.uri(place, path, result.side)).toString();
}
