// What-if copies: the after document of a file as a text that can be changed, under a scheme of its own. Saving runs the scenario again.
import * as vscode from "vscode";
import { l10n } from "vscode";
import { readUri } from "../convert.js";
import { editScheme, scheme } from "../names.js";
import { type Disposable, Owner } from "../dispose.js";
import { errors } from "../errors.js";
import { columnForDocuments } from "../diff/open.js";
import type { PatchInSeries } from "../session/lookup.js";
import type { Session } from "../session/session.js";
import type { Sessions } from "../session/sessions.js";

/** A copy that was saved. */
export interface SavedEdit {
  readonly session: Session;
  readonly place: PatchInSeries;
  readonly path: string;
  readonly text: string;
}

/** What is kept of a copy over a reload of the window: what the user wrote. */
interface Kept {
  readonly text: string;
  readonly at: number;
}

export class WhatIfEdits implements vscode.FileSystemProvider, Disposable {
  private readonly owner = new Owner();
  private readonly changed = this.owner.own(new vscode.EventEmitter<vscode.FileChangeEvent[]>());
  private readonly saved = this.owner.own(new vscode.EventEmitter<SavedEdit>());
  readonly onDidChangeFile = this.changed.event;
  readonly onDidSave = this.saved.event;
  private readonly startedAt = Date.now();

  constructor(private readonly sessions: Sessions, private readonly memory: vscode.Memento) {
    this.owner.own(vscode.workspace.registerFileSystemProvider(editScheme, this, { isCaseSensitive: true }));
  }

  /** The copy of an after document. */
  uriOf(after: vscode.Uri): vscode.Uri {
    return after.with({ scheme: editScheme, authority: "what-if" });
  }

  /** Opens the copy beside the text that it was made from, as a diff whose right side can be written. */
  async open(session: Session, place: PatchInSeries, path: string): Promise<void> {
    const document = await session.document(place, path, "after");
    if (document === undefined || document.absent) throw errors.noAfterText(path);
    const after = session.uri(place, path, "after");
    const name = path.slice(path.lastIndexOf("/") + 1);
    await vscode.commands.executeCommand("vscode.diff", after, this.uriOf(after), l10n.t("{0} (what if)", name), { preview: false, viewColumn: columnForDocuments() });
  }

  /** Takes the user's text away: the copy is again what the patch says. */
  async discard(uri: vscode.Uri): Promise<void> {
    await this.memory.update(keyOf(uri), undefined);
    this.changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  /** The text of a copy that differs from the patch's; undefined where nothing was changed. */
  textOf(after: vscode.Uri): string | undefined {
    return this.kept(this.uriOf(after))?.text;
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const bytes = await this.readFile(uri);
    return { type: vscode.FileType.File, ctime: this.startedAt, mtime: this.kept(uri)?.at ?? this.startedAt, size: bytes.length };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const kept = this.kept(uri);
    if (kept !== undefined) return new TextEncoder().encode(kept.text);
    const { session, place, path } = await this.placeOf(uri);
    const document = await session.document(place, path, "after");
    if (document === undefined) throw vscode.FileSystemError.FileNotFound(uri);
    return new TextEncoder().encode(document.text);
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    const { session, place, path } = await this.placeOf(uri);
    const text = new TextDecoder().decode(content);
    const last = this.kept(uri)?.at ?? 0;
    await this.memory.update(keyOf(uri), { text, at: Math.max(Date.now(), last + 1) } satisfies Kept);
    this.changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
    this.saved.fire({ session, place, path, text });
  }

  watch(): vscode.Disposable {
    // Only this object changes the copies, and it tells the editor.
    return new vscode.Disposable(() => undefined);
  }

  readDirectory(uri: vscode.Uri): [string, vscode.FileType][] {
    throw vscode.FileSystemError.FileNotFound(uri);
  }

  createDirectory(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    this.owner.dispose();
  }

  private kept(uri: vscode.Uri): Kept | undefined {
    return this.memory.get<Kept>(keyOf(uri));
  }

  private async placeOf(uri: vscode.Uri): Promise<{ session: Session; place: PatchInSeries; path: string }> {
    const read = readUri(uri.with({ scheme, authority: "after" }));
    if (read?.kind !== "patch") throw vscode.FileSystemError.FileNotFound(uri);
    const session = await this.sessions.find(read.session);
    const place = session?.patchById(read.patchId);
    if (session === undefined || place === undefined) {
      throw vscode.FileSystemError.FileNotFound(l10n.t("The patch series of this document is not open any more. Open it again to see the document."));
    }
    return { session, place, path: read.path };
  }
}

/** Session and patch tell copies apart; the rest of the address is there to be read. */
function keyOf(uri: vscode.Uri): string {
  return `whatIf:${uri.query}:${uri.path}`;
}
