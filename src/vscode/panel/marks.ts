// The step of a run that the page shows, marked in the open editors: its own line, and the patch's line that it happens under.
import * as vscode from "vscode";
import type { Side } from "../../core/patch/types.js";
import type { RunResult, Step } from "../../core/simulate/types.js";
import { lineRange } from "../convert.js";
import { type Disposable, Owner } from "../dispose.js";

/** A line of a document, and whose it is. */
interface Mark {
  readonly uri: string;
  readonly line: number;
  /** "CPU0"; empty for what runs outside of the schedule. */
  readonly cpu: string;
  /** The CPU that makes the step stands here; others wait where they are marked. */
  readonly active: boolean;
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
  private readonly waiting = this.owner.own(
    vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      backgroundColor: new vscode.ThemeColor("editor.focusedStackFrameHighlightBackground"),
      overviewRulerColor: new vscode.ThemeColor("editorOverviewRuler.bracketMatchForeground"),
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

  /** Marks where every CPU stands after a step: the one that made it in its own line and in the patch's, the others in the patch's. */
  show(result: Pick<RunResult, "steps" | "cpus" | "side">, index: number, uriOf: (path: string, side: Side) => vscode.Uri): void {
    const step = result.steps[index];
    if (step === undefined) return this.clear();
    const marks: Mark[] = [{ uri: uriOf(step.path, result.side).toString(), line: step.line, cpu: nameOf(step), active: true }];
    if (step.via !== null) marks.push({ uri: uriOf(step.via.path, step.via.side).toString(), line: step.via.line, cpu: nameOf(step), active: true });
    for (const [cpu] of result.cpus.entries()) {
      const last = cpu === step.cpu ? undefined : result.steps.slice(0, index).findLast((one) => one.cpu === cpu);
      if (last === undefined) continue;
      const at = last.via ?? last;
      marks.push({ uri: uriOf(at.path, result.side).toString(), line: at.line, cpu: nameOf(last), active: false });
    }
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
      const own = this.marks.filter((mark) => mark.uri === uri);
      const active = own.filter((mark) => mark.active);
      editor.setDecorations(this.style, active.map((mark) => decoration(mark)));
      editor.setDecorations(this.waiting, own.filter((mark) => !mark.active).map((mark) => decoration(mark)));
      const [first] = active;
      if (scroll && first !== undefined) editor.revealRange(lineRange(first.line, first.line), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    }
  }
}

/** The line with the name of its CPU at its end. */
function decoration({ line, cpu, active }: Mark): vscode.DecorationOptions {
  const color = new vscode.ThemeColor("editorCodeLens.foreground");
  const after = cpu === "" ? undefined : { contentText: active ? `◀ ${cpu}` : cpu, color, margin: "0 0 0 2em", fontStyle: "italic" };
  return { range: lineRange(line, line), renderOptions: after === undefined ? {} : { after } };
}

function nameOf(step: Step): string {
  return step.cpu < 0 ? "" : `CPU${step.cpu}`;
}
