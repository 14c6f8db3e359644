// What an image does not show: gaps as folds, as named regions of the diff editor's fold bars, and as quiet lines.
import * as vscode from "vscode";
import { l10n } from "vscode";
import type { DocumentView } from "../../core/review/types.js";
import { languages, scheme } from "../names.js";
import { foldOf, lineRange, readUri, textOfLine } from "../convert.js";
import { type Disposable, Owner } from "../dispose.js";
import type { Sessions } from "../session/sessions.js";

const selector: vscode.DocumentSelector = [languages.c, languages.text].map((language) => ({ scheme, language }));

export class GapSupport implements vscode.FoldingRangeProvider, vscode.DocumentSymbolProvider, Disposable {
  private readonly owner = new Owner();
  private readonly quiet = this.owner.own(
    vscode.window.createTextEditorDecorationType({ color: new vscode.ThemeColor("editorLineNumber.foreground"), fontStyle: "italic" }),
  );

  constructor(private readonly sessions: Sessions) {
    this.owner.own(vscode.languages.registerFoldingRangeProvider(selector, this));
    this.owner.own(vscode.languages.registerDocumentSymbolProvider(selector, this, { label: l10n.t("Patch") }));
    this.owner.own(vscode.window.onDidChangeVisibleTextEditors((editors) => void this.paint(editors)));
    this.owner.own(vscode.workspace.onDidChangeTextDocument(({ document }) => {
      void this.paint(vscode.window.visibleTextEditors.filter((editor) => editor.document === document));
    }));
    this.owner.own(vscode.workspace.onDidOpenTextDocument((document) => void takeLanguage(document)));
    void this.paint(vscode.window.visibleTextEditors);
    for (const document of vscode.workspace.textDocuments) void takeLanguage(document);
  }

  /** Gaps as import folds, which our languages fold when a document is opened plainly. */
  async provideFoldingRanges(document: vscode.TextDocument): Promise<vscode.FoldingRange[]> {
    const view = await this.viewOf(document);
    return gapsIn(document, view).filter(({ from, to }) => to > from).map(({ from, to }) => foldOf(from, to));
  }

  /**
   * One symbol for each gap that ends inside a function, named by it. It starts in the gap and ends behind it, which is what makes the
   * diff editor write the name on the fold bar.
   */
  async provideDocumentSymbols(document: vscode.TextDocument): Promise<vscode.DocumentSymbol[]> {
    const view = await this.viewOf(document);
    return gapsIn(document, view).filter(({ heading }) => heading !== "").map(({ from, to, heading }) => {
      const start = Math.min(from + 1, to);
      const whole = lineRange(start, Math.min(to + 1, document.lineCount));
      return new vscode.DocumentSymbol(nameOfHeading(heading), heading, vscode.SymbolKind.Function, whole, lineRange(start, start));
    });
  }

  dispose(): void {
    this.owner.dispose();
  }

  private async viewOf(document: vscode.TextDocument): Promise<DocumentView | undefined> {
    const place = readUri(document.uri);
    if (place?.kind !== "patch") return undefined;
    const session = await this.sessions.find(place.session);
    const patch = session?.patchById(place.patchId);
    return session === undefined || patch === undefined ? undefined : session.document(patch, place.path, place.side);
  }

  private async paint(editors: readonly vscode.TextEditor[]): Promise<void> {
    for (const editor of editors) {
      if (editor.document.uri.scheme !== scheme) continue;
      try {
        const gaps = gapsIn(editor.document, await this.viewOf(editor.document));
        editor.setDecorations(this.quiet, gaps.map(({ from }) => textOfLine(editor.document, from)));
      } catch {
        // The document could not be read; its own tab says why.
      }
    }
  }
}

/** Gaps cut to the document, in lines from one: a gap at the end, whose length nobody knows, is one line long. */
function gapsIn(document: vscode.TextDocument, view: DocumentView | undefined): { readonly from: number; readonly to: number; readonly heading: string }[] {
  const last = document.lineCount;
  return (view?.gaps ?? []).filter((gap) => gap.from <= last).map(({ from, to, heading }) => ({ from, to: Math.min(to ?? from, last), heading }));
}

/** `static int f(struct inode *inode)` is `f`; a heading that is no function is itself. */
export function nameOfHeading(heading: string): string {
  const called = /([A-Za-z_]\w*)\s*\(/.exec(heading)?.[1];
  const tagged = /^(?:typedef\s+|static\s+|const\s+)*((?:struct|union|enum)\s+\w+)/.exec(heading)?.[1];
  return (called ?? tagged ?? heading).trim().slice(0, 80) || heading.slice(0, 80);
}

/** A file whose name belongs to another language (Makefile, Kconfig) gets ours, without which its gaps would stay open in a diff. */
async function takeLanguage(document: vscode.TextDocument): Promise<void> {
  const place = readUri(document.uri);
  if (place?.kind !== "patch") return;
  const ours: readonly string[] = Object.values(languages);
  if (!ours.includes(document.languageId)) await vscode.languages.setTextDocumentLanguage(document, languages.text);
}
