// The read-only file system behind `lifeline:` documents: before and after images, commit messages, raw mails, the kernel model.
import * as vscode from "vscode";
import { l10n } from "vscode";
import { scheme } from "../names.js";
import { type DocumentPlace, readUri } from "../convert.js";
import { type Disposable, Owner } from "../dispose.js";
import type { Engine } from "../engine.js";
import type { Log } from "../log.js";
import { toUserError } from "../errors.js";
import type { Session } from "../session/session.js";
import { rangeDiffText } from "../revisions/open.js";
import type { Sessions } from "../session/sessions.js";
import { findMail, mailKey } from "./source.js";

interface Content {
  readonly bytes: Uint8Array;
  /** Milliseconds; grows when the series is read again. */
  readonly changedAt: number;
}

export class ReviewFileSystem implements vscode.FileSystemProvider, Disposable {
  private readonly owner = new Owner();
  private readonly changed = this.owner.own(new vscode.EventEmitter<vscode.FileChangeEvent[]>());
  readonly onDidChangeFile = this.changed.event;
  private readonly startedAt = Date.now();

  constructor(private readonly sessions: Sessions, private readonly engine: Engine, private readonly log: Log) {
    const readOnly = new vscode.MarkdownString(l10n.t("This text comes from a mail. It cannot be changed."));
    this.owner.own(vscode.workspace.registerFileSystemProvider(scheme, this, { isCaseSensitive: true, isReadonly: readOnly }));
    this.owner.own(sessions.onDidChange((change) => {
      if (change.type === "reloaded") this.refresh(change.session.id);
    }));
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { bytes, changedAt } = await this.content(uri);
    return { type: vscode.FileType.File, ctime: this.startedAt, mtime: changedAt, size: bytes.length, permissions: vscode.FilePermission.Readonly };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return (await this.content(uri)).bytes;
  }

  watch(): vscode.Disposable {
    // Changes come from reloading, which tells the editor itself.
    return new vscode.Disposable(() => undefined);
  }

  readDirectory(uri: vscode.Uri): [string, vscode.FileType][] {
    throw vscode.FileSystemError.FileNotFound(uri);
  }

  createDirectory(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  writeFile(uri: vscode.Uri): void {
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

  /** Says that the open documents of a session have another content now. */
  private refresh(session: string): void {
    const uris = vscode.workspace.textDocuments.map((document) => document.uri);
    const ours = uris.filter((uri) => {
      const place = readUri(uri);
      return place !== null && place.kind !== "kernel" && place.session === session;
    });
    this.changed.fire(ours.map((uri) => ({ type: vscode.FileChangeType.Changed, uri })));
  }

  /** The document's bytes; a FileSystemError when there is none, which the editor shows in the tab. */
  private async content(uri: vscode.Uri): Promise<Content> {
    const place = readUri(uri);
    if (place === null) throw vscode.FileSystemError.FileNotFound(uri);
    try {
      if (place.kind === "kernel") {
        const text = await this.engine.call("kernelFile", { name: place.name });
        return { bytes: new TextEncoder().encode(text), changedAt: this.startedAt };
      }
      const session = await this.sessions.find(place.session);
      if (session !== undefined && (place.kind === "patchText" || place.kind === "rangeDiff")) return await this.comparison(session, place);
      if (session !== undefined && place.kind === "source") return await this.mailSource(session, place.mailKey);
      const patch = place.kind === "patch" ? session?.patchById(place.patchId) : undefined;
      if (session === undefined || patch === undefined || place.kind !== "patch") {
        throw vscode.FileSystemError.FileNotFound(l10n.t("The patch series of this document is not open any more. Open it again to see the document."));
      }
      const view = await session.document(patch, place.path, place.side);
      if (view === undefined) throw vscode.FileSystemError.FileNotFound(l10n.t("The patch does not touch {0}.", place.path));
      return { bytes: new TextEncoder().encode(view.text), changedAt: session.readAt };
    } catch (error) {
      if (error instanceof vscode.FileSystemError) throw error;
      const shown = toUserError(error, l10n.t("Reading the document"));
      this.log.error(`${uri.toString(true)}: ${shown?.message ?? "cancelled"}`);
      throw vscode.FileSystemError.Unavailable(shown?.message ?? l10n.t("Cancelled."));
    }
  }

  /** A patch as range-diff sees it, or the range-diff of two. */
  private async comparison(session: Session, place: Extract<DocumentPlace, { kind: "patchText" | "rangeDiff" }>): Promise<Content> {
    const encode = (text: string): Content => ({ bytes: new TextEncoder().encode(text), changedAt: session.readAt });
    const [before, after] = (place.kind === "patchText" ? [place.patchId, place.patchId] : [place.before, place.after]).map((id) => session.patchById(id));
    if (before === undefined || after === undefined) throw vscode.FileSystemError.FileNotFound(l10n.t("This mail is not in the file any more."));
    const compared = await this.engine.call("rangeDiff", { session: session.id, before: place.kind === "patchText" ? null : before.patch.key, after: after.patch.key });
    return encode(place.kind === "patchText" ? (compared.after?.text ?? "") : rangeDiffText(compared, before, after));
  }

  private async mailSource(session: Session, key: string): Promise<Content> {
    const found = findMail(session.view, (mail) => mailKey(mail) === key);
    if (found === undefined) throw vscode.FileSystemError.FileNotFound(l10n.t("This mail is not in the file any more."));
    const text = await this.engine.call("source", { session: session.id, mail: found.mail });
    return { bytes: new TextEncoder().encode(text), changedAt: session.readAt };
  }
}
