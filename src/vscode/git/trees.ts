// Which git trees whole files are read from, and what is said of the document in front: from the tree, verified or not, from the series, or from the patch.
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import * as vscode from "vscode";
import { l10n } from "vscode";
import type { DocumentView } from "../../core/review/types.js";
import type { TreeState } from "../../protocol/messages.js";
import { messagePath, readUri } from "../convert.js";
import { type Disposable, Owner } from "../dispose.js";
import type { Engine } from "../engine.js";
import { problemPlace, problemText } from "../problems.js";
import type { Sessions } from "../session/sessions.js";
import { gitFailureText } from "./words.js";

/** The setting that names a git tree. */
export const treeSetting = "tree";

export class Trees implements Disposable {
  private readonly owner = new Owner();
  private readonly status = this.owner.own(vscode.window.createStatusBarItem("lifeline.image", vscode.StatusBarAlignment.Right, 100));

  constructor(private readonly engine: Engine, private readonly sessions: Sessions) {
    this.status.name = l10n.t("Patch Series: Source of the Text");
    engine.useTrees(this.folders);
    this.owner.own(vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(`lifeline.${treeSetting}`)) this.refresh();
    }));
    this.owner.own(vscode.workspace.onDidGrantWorkspaceTrust(() => this.refresh()));
    this.owner.own(vscode.workspace.onDidChangeWorkspaceFolders(() => this.refresh()));
    this.owner.own(vscode.window.onDidChangeActiveTextEditor(() => void this.show()));
    this.owner.own(sessions.onDidChange(() => void this.show()));
    void this.show();
  }

  /** Folders to look for a repository in, best first: the setting, else the workspace's own. None in a workspace that is not trusted. */
  get folders(): string[] {
    if (!vscode.workspace.isTrusted) return [];
    const own = (vscode.workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === "file").map((folder) => folder.uri.fsPath);
    const set = vscode.workspace.getConfiguration("lifeline").get<unknown>(treeSetting);
    if (typeof set !== "string" || set.trim() === "") return own;
    const path = set.trim().replace(/^~(?=$|[/\\])/, homedir());
    if (isAbsolute(path)) return [path];
    return own.map((folder) => join(folder, path));
  }

  /** Reads all again from the trees of now. */
  refresh(): void {
    this.engine.useTrees(this.folders);
    this.sessions.forgetDocuments();
  }

  /** What the status bar says, for tests; "" when it is hidden. */
  get shown(): string {
    return this.status.text;
  }

  dispose(): void {
    this.owner.dispose();
  }

  private async show(): Promise<void> {
    const uri = vscode.window.activeTextEditor?.document.uri;
    const place = uri === undefined ? null : readUri(uri);
    const hide = (): void => {
      this.status.text = "";
      this.status.hide();
    };
    if (place?.kind !== "patch" || place.path === messagePath) return hide();
    try {
      const session = await this.sessions.find(place.session);
      const patch = session?.patchById(place.patchId);
      const view = session === undefined || patch === undefined ? undefined : await session.document(patch, place.path, place.side);
      if (session === undefined || patch === undefined || view === undefined) return hide();
      const state = this.folders.length === 0 ? null : await this.engine.call("tree", { session: session.id, patchKey: patch.patch.key });
      // The editor in front may be another one by now.
      if (vscode.window.activeTextEditor?.document.uri.toString() !== uri?.toString()) return;
      const words = sourceWords(view);
      this.status.text = words.text;
      this.status.tooltip = [words.sentence, ...treeWords(state, place.path, patch.patch.mail)].join("\n");
      this.status.accessibilityInformation = { label: words.sentence };
      this.status.show();
    } catch {
      // The document's own tab says what went wrong.
      hide();
    }
  }
}

/** A few words for the status bar, and the sentence behind them. */
export function sourceWords(view: Pick<DocumentView, "source" | "verified" | "absent">): { readonly text: string; readonly sentence: string } {
  if (view.absent) return { text: l10n.t("$(circle-slash) no file here"), sentence: l10n.t("The file does not exist on this side of the patch.") };
  if (view.source === "tree" && view.verified) return { text: l10n.t("$(verified-filled) git tree, verified"), sentence: l10n.t("The whole file, from the git tree. Its blob id is the one that the patch names.") };
  if (view.source === "tree") return { text: l10n.t("$(unverified) git tree, not verified"), sentence: l10n.t("The whole file, from the git tree. Its blob id could not be checked, or is another one than the patch names.") };
  if (view.source === "series") return { text: l10n.t("$(versions) whole series"), sentence: l10n.t("As much of the file as all patches of the series show.") };
  return { text: l10n.t("$(git-commit) patch alone"), sentence: l10n.t("As much of the file as this patch shows.") };
}

/** What is to be said of the tree: why it gave nothing, or what of this file did not fit. */
function treeWords(state: TreeState | null, path: string, mail: number | null): string[] {
  if (state === null) return [];
  if (state.failure !== null) return [gitFailureText(state.failure.kind, state.failure.detail)];
  return state.problems
    .filter((problem) => (problem.file === undefined || problem.file === path) && (problem.messageIndex === undefined || problem.messageIndex === mail))
    .map((problem) => [problemText(problem), problemPlace(problem)].filter((part) => part !== "").join(" "));
}
