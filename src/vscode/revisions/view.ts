// The Revisions view: patch by revision as a small table, drawn by a page of its own; a press on a cell opens the range-diff behind it.
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { l10n } from "vscode";
import type { CellChange, RevisionCell, RevisionMatrix } from "../../core/review/revisions.js";
import type { FromRevisions, RevisionTable, RevisionTableCell, ToRevisions } from "../../protocol/messages.js";
import { contextKeys, revisionsViewId } from "../names.js";
import { ContextKey } from "../contextKeys.js";
import { revisionName } from "../convert.js";
import { type Disposable, Owner } from "../dispose.js";
import { report } from "../errors.js";
import type { Log } from "../log.js";
import { pageHtml } from "../panel/html.js";
import type { Session } from "../session/session.js";
import type { Sessions } from "../session/sessions.js";
import { dateText, joined } from "../text.js";
import type { RevisionOpener } from "./open.js";
import type { RevisionStore } from "./store.js";
import { changeWord } from "./words.js";

/** Signs of the cells; the legend says what they mean. */
const signs: Record<CellChange, string> = { first: "", same: "=", message: "m", whitespace: "w", changed: "~", new: "+", dropped: "−", unknown: "?" };
const movedSign = "↕";

export class RevisionsView implements vscode.WebviewViewProvider, Disposable {
  private readonly owner = new Owner();
  private readonly hasRevisions = new ContextKey<boolean>(contextKeys.revisions);
  private view: vscode.WebviewView | null = null;
  private isReady = false;

  constructor(
    private readonly extensionUri: vscode.Uri, private readonly sessions: Sessions, private readonly store: RevisionStore, private readonly opener: RevisionOpener, private readonly log: Log,
  ) {
    this.owner.own(vscode.window.registerWebviewViewProvider(revisionsViewId, this));
    this.owner.own(sessions.onDidChange(() => this.update()));
    this.owner.own(store.onDidChange(() => this.update()));
  }

  /** What the page shows, or would show: every series of several revisions. */
  get tables(): readonly RevisionTable[] {
    return this.sessions.all.flatMap((session) =>
      session.view.series.filter(({ revisions }) => revisions.length > 1).map((series): RevisionTable => {
        const matrix = this.store.of(session, series.key)?.matrix;
        return matrix === undefined ? { session: session.id, name: series.name, columns: [], rows: [], waiting: true } : tableOf(session, matrix);
      }),
    );
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const folder = vscode.Uri.joinPath(this.extensionUri, "dist", "page");
    const { webview } = view;
    this.view = view;
    this.isReady = false;
    webview.options = { enableScripts: true, localResourceRoots: [folder] };
    this.owner.own(webview.onDidReceiveMessage((message: FromRevisions) => void this.receive(message)));
    this.owner.own(view.onDidChangeVisibility(() => this.update()));
    this.owner.own(view.onDidDispose(() => {
      if (this.view === view) this.view = null;
    }));
    const address = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(folder, file)).toString();
    webview.html = pageHtml({
      script: address("revisions.js"), style: address("style.css"), source: webview.cspSource, nonce: randomBytes(16).toString("hex"), title: l10n.t("Revisions"), language: vscode.env.language,
    });
  }

  /** What the page says; also the way in for tests. */
  async receive(message: FromRevisions): Promise<void> {
    switch (message.type) {
      case "ready":
        this.isReady = true;
        this.update();
        return;
      case "pageError":
        this.log.error(message.message);
        return;
      case "open":
        try {
          const session = this.sessions.get(message.session);
          if (session !== undefined) await this.opener.rangeDiff(session, message.before, message.after);
        } catch (error) {
          report(error, l10n.t("Opening the range-diff"), this.log);
        }
        return;
      default:
        message satisfies never;
    }
  }

  dispose(): void {
    this.owner.dispose();
  }

  private update(): void {
    this.hasRevisions.value = this.sessions.all.some(({ view }) => view.series.some(({ revisions }) => revisions.length > 1));
    // Nothing is compared for a view that nobody looks at.
    if (this.view === null || !this.isReady || !this.view.visible) return;
    const kinds = (Object.keys(signs) as CellChange[]).filter((kind) => kind !== "first" && kind !== "unknown"); // The record's own keys.
    const legend = [...kinds.map((kind) => ({ sign: signs[kind], word: changeWord(kind) })), { sign: movedSign, word: l10n.t("moved") }];
    const message: ToRevisions = { type: "tables", tables: this.tables, legend };
    void this.view.webview.postMessage(message);
  }
}

function tableOf(session: Session, matrix: RevisionMatrix): RevisionTable {
  return {
    session: session.id, name: matrix.name, waiting: false,
    columns: matrix.revisions.map((revision) => ({
      label: revisionName(revision.versionText),
      spoken: joined(l10n.t("Version {0}", revision.versionText), dateText(revision.date), revision.complete ? "" : l10n.t("not complete")),
    })),
    rows: matrix.rows.map(({ title, cells }) => ({ title, cells: cells.map((cell, at) => (cell === null ? null : cellOf(cell, title, matrix.revisions[at]?.versionText ?? ""))) })),
  };
}

function cellOf(cell: RevisionCell, title: string, versionText: string): RevisionTableCell {
  const sign = `${signs[cell.change]}${cell.moved ? movedSign : ""}`;
  const place = cell.n === null ? revisionName(versionText) : `${revisionName(versionText)} ${cell.n}`;
  return {
    kind: cell.change, text: [cell.n === null ? "" : String(cell.n), sign].filter((part) => part !== "").join(" "),
    spoken: joined(`${place}: ${changeWord(cell.change)}${cell.moved ? `, ${l10n.t("moved")}` : ""}`, title), before: cell.before, after: cell.patchKey,
  };
}
