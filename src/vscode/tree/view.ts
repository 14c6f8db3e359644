// The Patch Series view: feeds the editor with rows, follows the sessions, shows where the walk through the threads stands.
import * as vscode from "vscode";
import { l10n } from "vscode";
import { viewId } from "../names.js";
import { missingScheme } from "../convert.js";
import { type Disposable, Owner } from "../dispose.js";
import type { Sessions } from "../session/sessions.js";
import { itemOf, type RowFacts } from "./items.js";
import { childrenOf, parentOf, rootNodes, type TreeNode } from "./nodes.js";

export class PatchSeriesView implements vscode.TreeDataProvider<TreeNode>, vscode.FileDecorationProvider, Disposable {
  private readonly owner = new Owner();
  private readonly changed = this.owner.own(new vscode.EventEmitter<TreeNode | undefined>());
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<TreeNode>;

  constructor(private readonly sessions: Sessions, private readonly facts: RowFacts) {
    const { revisions, seen } = facts;
    this.view = this.owner.own(vscode.window.createTreeView<TreeNode>(viewId, { treeDataProvider: this, showCollapseAll: false, manageCheckboxStateManually: true }));
    // The editor may have kept the title of the last window.
    this.setPosition(null);
    this.owner.own(sessions.onDidChange(() => this.changed.fire(undefined)));
    this.owner.own(sessions.marks.settled.onDidChange(() => this.changed.fire(undefined)));
    this.owner.own(sessions.marks.pending.onDidChange(() => this.changed.fire(undefined)));
    this.owner.own(revisions.onDidChange(() => this.changed.fire(undefined)));
    this.owner.own(seen.onDidChange(() => this.changed.fire(undefined)));
    this.owner.own(this.view.onDidChangeCheckboxState(({ items }) => {
      for (const [node, state] of items) if (node.kind === "patch") void seen.mark(node.session, [node.place.patch], state === vscode.TreeItemCheckboxState.Checked);
    }));
    this.owner.own(vscode.window.registerFileDecorationProvider(this));
  }

  /** The row that is selected, for commands without a target. */
  get selected(): TreeNode | undefined {
    return this.view.selection[0];
  }

  /** Draws the rows again: more is known of them now. */
  refresh(): void {
    this.changed.fire(undefined);
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    return itemOf(node, this.facts);
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    if (node !== undefined) return childrenOf(node);
    // The view is being looked at: now is the time to read what the last window had open.
    await this.sessions.restore();
    return rootNodes(this.sessions.all, this.sessions.failed);
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return parentOf(node);
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    return uri.scheme === missingScheme ? { color: new vscode.ThemeColor("disabledForeground") } : undefined;
  }

  /** Selects a row; the view is opened when `open` says so, else only a visible one follows. */
  async reveal(node: TreeNode, open: boolean): Promise<void> {
    if (!open && !this.view.visible) return;
    await this.view.reveal(node, { select: true, focus: false, expand: true });
  }

  /** Puts the walk's place into the title; null takes it away. A description would be hidden where the view is alone in its container. */
  setPosition(position: { readonly index: number; readonly count: number } | null): void {
    this.view.title = position === null ? l10n.t("Patch Series") : l10n.t("Series · {0} of {1}", position.index, position.count);
  }

  /** A few words about all that is open: how many questions wait. */
  setSummary(summary: string): void {
    this.view.description = summary;
  }

  dispose(): void {
    this.owner.dispose();
  }
}
