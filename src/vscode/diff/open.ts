// Opens documents: before and after in the editor's own diff, whole patches, commit messages, lines of them.
import * as vscode from "vscode";
import type { Side } from "../../core/patch/types.js";
import type { DocumentView, FileView, ThreadView } from "../../core/review/types.js";
import type { Threads } from "../comments/threads.js";
import { panelType } from "../names.js";
import { caretAt, kernelUri, lineRange, messagePath, patchName } from "../convert.js";
import { Owner, type Disposable } from "../dispose.js";
import { errors } from "../errors.js";
import { fileByPath, type PatchInSeries } from "../session/lookup.js";
import type { Session } from "../session/session.js";
import { shorten } from "../text.js";
import { Sight } from "./sight.js";

export interface OpenOptions {
  /** First line of what is to be seen; it is put at the top, so that a thread below the last line has room. Absent: `line` goes to the middle. */
  readonly fromLine?: number;
  /** Line, from one, to go to; absent: the first change. */
  readonly line?: number;
  readonly side?: Side;
  /** Keeps the focus where it is. */
  readonly preserveFocus?: boolean;
}

/** Files of a patch that "all changes" opens at once; more would hold up the window. */
const maxFilesAtOnce = 300;

/** How long, and every how many milliseconds, a diff that has just been opened is looked at: on a busy machine the editor lays it out for seconds. */
const lookFor = 10_000;
const lookEvery = 100;

/** Lines that stay in sight above the lines that a thread is about. */
const linesAbove = 3;

export class Opener implements Disposable {
  /** What keeps the line that was opened last in sight. */
  private watch = new Owner();
  /** Counts openings: what was asked for before another one was must not come over it when it is done later. */
  private latest = 0;

  constructor(private readonly threads: Threads) {}

  dispose(): void {
    this.watch.dispose();
  }

  /** Stops keeping the line that was opened last in sight: something else is to be seen now. */
  letGo(): void {
    this.watch.dispose();
  }

  /** Opens a file's diff at a line of one side, or at its first change. */
  async file(session: Session, place: PatchInSeries, file: FileView, options: OpenOptions = {}): Promise<void> {
    if (file.binary) throw errors.binaryFile(file.path);
    const before = session.uri(place, file.path, "before");
    const after = session.uri(place, file.path, "after");
    const side = options.side ?? "after";
    const opening = this.begin();
    const line = options.line ?? (await firstChange(session, place, file));
    if (opening !== this.latest) return;
    const name = file.path.slice(file.path.lastIndexOf("/") + 1);
    const shown: vscode.TextDocumentShowOptions = {
      preview: true, viewColumn: columnForDocuments(), preserveFocus: options.preserveFocus ?? false,
      ...(side === "after" ? { selection: caretAt(line) } : {}),
    };
    await vscode.commands.executeCommand("vscode.diff", before, after, `${name} (${patchName(place.revision, place.patch)})`, shown);
    if (opening !== this.latest) return;
    if (side === "before") await showBefore(before, line);
    const uri = side === "before" ? before : after;
    if (options.fromLine !== undefined) scrollTo(uri, options.fromLine);
    this.keepInSight(uri, options.fromLine ?? line, options.fromLine === undefined ? scrollToMiddle : scrollTo);
  }

  /** Any two documents of ours; `line` is of the right one. */
  async pair(left: vscode.Uri, right: vscode.Uri, title: string, line?: number): Promise<void> {
    const shown: vscode.TextDocumentShowOptions = { preview: true, viewColumn: columnForDocuments(), ...(line === undefined ? {} : { selection: caretAt(line) }) };
    const opening = this.begin();
    await vscode.commands.executeCommand("vscode.diff", left, right, title, shown);
    if (line !== undefined && opening === this.latest) this.keepInSight(right, line, scrollToMiddle);
  }

  /** All files of a patch in one tab. */
  async allChanges(session: Session, place: PatchInSeries): Promise<void> {
    const files = place.patch.files.filter((file) => !file.binary).slice(0, maxFilesAtOnce);
    const rows = files.map((file): [vscode.Uri, vscode.Uri | undefined, vscode.Uri | undefined] => {
      const before = file.pathA === null ? undefined : session.uri(place, file.path, "before");
      const after = file.pathB === null ? undefined : session.uri(place, file.path, "after");
      return [after ?? session.uri(place, file.path, "before"), before, after];
    });
    // A slash in a title would cut the tab's name.
    const title = `${patchName(place.revision, place.patch)} ${shorten(place.patch.title, 60)}`.replaceAll("/", "\u2215");
    this.begin();
    await vscode.commands.executeCommand("vscode.changes", title, rows);
  }

  /** The commit message or cover letter as a document. */
  async message(session: Session, place: PatchInSeries, options: OpenOptions = {}): Promise<void> {
    const uri = session.uri(place, messagePath, "after");
    this.begin();
    await vscode.window.showTextDocument(uri, {
      preview: true, viewColumn: columnForDocuments(), preserveFocus: options.preserveFocus ?? false,
      ...(options.line === undefined ? {} : { selection: caretAt(options.line) }),
    });
  }

  /** A file of the kernel model or a scenario, at a line. */
  async kernel(name: string, line: number, preserveFocus: boolean): Promise<void> {
    await vscode.window.showTextDocument(kernelUri(name), { preview: true, viewColumn: columnForDocuments(), selection: caretAt(line), preserveFocus });
  }

  /** A document of ours that is open already, or as a plain editor, at a line; the focus stays where it is. */
  async at(uri: vscode.Uri, line: number): Promise<void> {
    const open = editorOf(uri);
    if (open !== undefined) open.revealRange(lineRange(line, line), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    else await vscode.window.showTextDocument(uri, { preview: false, viewColumn: columnForDocuments(), selection: caretAt(line), preserveFocus: true });
  }

  /** A thread where it stands, unfolded. */
  async thread(session: Session, place: PatchInSeries, thread: ThreadView): Promise<void> {
    const { anchor } = thread;
    const made = this.threads.find(session.id, thread);
    if (made !== undefined) made.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
    const file = fileByPath(place.patch, anchor.path);
    if (anchor.quality === "lost") await this.message(session, place, { line: 1 });
    else if (anchor.path === messagePath || file === undefined) await this.message(session, place, { line: anchor.line });
    else await this.file(session, place, file, { line: anchor.line, side: anchor.side, fromLine: anchor.fromLine });
  }

  /** Begins an opening, and gives its number; nothing that was opened before is kept in sight any longer. */
  private begin(): number {
    this.watch.dispose();
    return ++this.latest;
  }

  /**
   * Shows a line of a diff that has just been opened again whenever the editor moves it away: it folds unchanged lines, lines up both
   * sides and makes room for threads only when its own comparison is done. Ends with the next opening, when the reader moves, and when it is let go.
   */
  private keepInSight(uri: vscode.Uri, line: number, show: (uri: vscode.Uri, line: number) => void): void {
    this.watch.dispose();
    const owner = new Owner();
    this.watch = owner;
    const sight = new Sight(line);
    const look = (): void => {
      const editor = editorOf(uri);
      // Before it stands, and after it was closed, there is nothing to be seen.
      const ranges = editor?.visibleRanges.map(({ start, end }) => ({ fromLine: start.line + 1, toLine: end.line + 1 })) ?? [];
      const next = sight.look(ranges);
      if (next === "reveal") show(uri, line);
      else if (next === "stop") owner.dispose();
    };
    const isOurs = (editor: vscode.TextEditor): boolean => editor.document.uri.toString() === uri.toString();
    owner.own(vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => isOurs(textEditor) && look()));
    owner.own(vscode.window.onDidChangeTextEditorSelection(({ textEditor, kind }) => {
      const byReader = kind === vscode.TextEditorSelectionChangeKind.Mouse || kind === vscode.TextEditorSelectionChangeKind.Keyboard;
      if (byReader && isOurs(textEditor)) owner.dispose();
    }));
    const looks = setInterval(look, lookEvery);
    const end = setTimeout(() => owner.dispose(), lookFor);
    owner.own({ dispose: () => (clearInterval(looks), clearTimeout(end)) });
  }
}

/** Where documents go: never over a page that is seen, so beside it when there is no other group. */
export function columnForDocuments(): vscode.ViewColumn {
  const showsPage = (group: vscode.TabGroup): boolean => {
    const input = group.activeTab?.input;
    return input instanceof vscode.TabInputWebview && input.viewType.endsWith(panelType);
  };
  const { activeTabGroup, all } = vscode.window.tabGroups;
  const group = showsPage(activeTabGroup) ? all.find((one) => !showsPage(one)) : activeTabGroup;
  return group?.viewColumn ?? vscode.ViewColumn.Beside;
}

/** The before side of the active diff: the editor has no option for it, so the side is focused and then moved. */
async function showBefore(before: vscode.Uri, line: number): Promise<void> {
  await vscode.commands.executeCommand("workbench.action.compareEditor.focusSecondarySide");
  const isBefore = (editor: vscode.TextEditor | undefined): boolean => editor?.document.uri.toString() === before.toString();
  const active = vscode.window.activeTextEditor;
  const editor = isBefore(active) ? active : editorOf(before);
  if (editor === undefined) return;
  editor.selection = caretAt(line);
  editor.revealRange(lineRange(line, line), vscode.TextEditorRevealType.InCenter);
}

/** Puts a line near the top of the editor that shows a document. */
function scrollTo(uri: vscode.Uri, line: number): void {
  const from = Math.max(1, line - linesAbove);
  editorOf(uri)?.revealRange(lineRange(from, from), vscode.TextEditorRevealType.AtTop);
}

function scrollToMiddle(uri: vscode.Uri, line: number): void {
  editorOf(uri)?.revealRange(lineRange(line, line), vscode.TextEditorRevealType.InCenter);
}

/** The editor that shows a document. Closed diffs stay in the list of visible editors; the last one is the one that is seen. */
function editorOf(uri: vscode.Uri): vscode.TextEditor | undefined {
  return vscode.window.visibleTextEditors.findLast((one) => one.document.uri.toString() === uri.toString());
}

/** The first line, from one, of the after side that a reader should see: the first one that differs, outside gaps. */
async function firstChange(session: Session, place: PatchInSeries, file: FileView): Promise<number> {
  const [before, after] = await Promise.all([session.document(place, file.path, "before"), session.document(place, file.path, "after")]);
  return firstDifference(before, after);
}

/** Lines from one. Up to the first change both sides have the same numbers, gaps included. */
export function firstDifference(before: DocumentView | undefined, after: DocumentView | undefined): number {
  if (before === undefined || after === undefined || before.absent || after.absent) return 1;
  const linesA = before.text.split("\n");
  const linesB = after.text.split("\n");
  const shorter = Math.min(linesA.length, linesB.length);
  for (let at = 0; at < shorter; at++) if (linesA[at] !== linesB[at]) return at + 1;
  return linesA.length === linesB.length ? 1 : shorter;
}
