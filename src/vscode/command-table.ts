// Every command of the manifest, in one table: title, icon, where and when it is offered, and what its handler is given.
import type { CommentReply, Uri } from "vscode";
import type { LifelineComment, LifelinePending, LifelineThread } from "./comments/types.js";
import { commentControllerId, contextKeys, editScheme, inputEndings, languages, panelType, scenarioFolder, scheme, viewId } from "./names.js";
import type { ApplyChoice } from "./git/apply.js";
import type { TreeNode } from "./tree/nodes.js";

/** What the editor hands to a command: from the tree, from an editor's title, from a comment thread; nothing from the palette. */
export type PatchTarget = TreeNode | Uri | LifelineThread;

/** The arguments of each command. A handler table must have exactly these keys (`commands.ts`). */
export interface CommandArguments {
  "lifeline.open": [];
  "lifeline.openFile": [uri?: Uri];
  "lifeline.openClipboard": [];
  "lifeline.openSample": [];
  "lifeline.openLore": [text?: string];
  "lifeline.cancelOpening": [];
  "lifeline.reload": [target?: PatchTarget];
  "lifeline.close": [target?: PatchTarget];
  "lifeline.openFileDiff": [target?: PatchTarget];
  "lifeline.openAllChanges": [target?: PatchTarget];
  "lifeline.openCommitMessage": [target?: PatchTarget];
  "lifeline.openThread": [target?: PatchTarget];
  /** `version` answers the question for the revision. */
  "lifeline.compareRevision": [target?: PatchTarget, version?: string];
  "lifeline.openRangeDiff": [target?: PatchTarget];
  "lifeline.showNewerLines": [target?: PatchTarget];
  "lifeline.showRevisions": [];
  "lifeline.viewLifecycle": [target?: PatchTarget];
  "lifeline.copyDiagram": [];
  "lifeline.saveDiagram": [];
  "lifeline.saveDiagramSvg": [];
  "lifeline.simulate": [target?: PatchTarget];
  "lifeline.openTrace": [text?: string];
  /** `functions` answers the question for them where the thread is about none. */
  "lifeline.simulateThread": [target?: PatchTarget, functions?: readonly string[]];
  /** `functions` answers the question for them. */
  "lifeline.newScenario": [target?: PatchTarget, functions?: readonly string[]];
  "lifeline.runScenario": [uri?: Uri];
  "lifeline.deleteScenario": [uri?: Uri];
  "lifeline.editWhatIf": [target?: PatchTarget];
  "lifeline.discardWhatIf": [uri?: Uri];
  "lifeline.findLoadBearing": [target?: PatchTarget];
  "lifeline.applySeries": [target?: PatchTarget, choice?: ApplyChoice];
  "lifeline.exportAm": [target?: PatchTarget, file?: Uri];
  "lifeline.markSeen": [target?: PatchTarget];
  "lifeline.markNotSeen": [target?: PatchTarget];
  "lifeline.checkPatch": [target?: PatchTarget];
  "lifeline.checkSeries": [target?: PatchTarget];
  "lifeline.copyMessageId": [target?: PatchTarget | LifelineComment];
  "lifeline.viewSource": [target?: PatchTarget | LifelineComment];
  "lifeline.nextThread": [];
  "lifeline.previousThread": [];
  "lifeline.settle": [target?: PatchTarget];
  "lifeline.reopen": [target?: PatchTarget];
  "lifeline.addComment": [reply: CommentReply];
  "lifeline.editComment": [comment: LifelinePending];
  "lifeline.saveComment": [comment: LifelinePending];
  "lifeline.cancelEdit": [comment: LifelinePending];
  "lifeline.deleteComment": [comment: LifelinePending];
  "lifeline.openDraft": [target?: PatchTarget];
  "lifeline.addTrailer": [target?: PatchTarget, key?: string];
  "lifeline.saveDraft": [target?: PatchTarget, to?: Uri];
  "lifeline.openInMutt": [target?: PatchTarget];
  "lifeline.sendWithGit": [target?: PatchTarget];
  "lifeline.rebuildDraft": [target?: PatchTarget];
  "lifeline.discardDraft": [target?: PatchTarget, confirmed?: boolean];
  "lifeline.showOutput": [];
}

export type CommandId = keyof CommandArguments;

interface MenuPlace {
  readonly menu: string;
  readonly when?: string;
  readonly group?: string;
}

interface CommandEntry {
  readonly title: string;
  readonly icon?: string;
  /** A key and when it means this command. */
  readonly key?: { readonly key: string; readonly when: string };
  /** When the palette offers it; absent: always; false: never. */
  readonly palette?: string | false;
  readonly places: readonly MenuPlace[];
}

const item = (pattern: string): string => `view == ${viewId} && viewItem =~ /${pattern}/`;
const inView = `view == ${viewId}`;
const inOurThread = `commentController == ${commentControllerId}`;
const isOpen = contextKeys.open;
const hasThreads = contextKeys.threads;
const hasRevisions = contextKeys.revisions;
const inCode = `resourceScheme == ${scheme} && resourceLangId == ${languages.c}`;
const inDraft = "resourceFilename =~ /^lifeline-reply-.*\\.eml$/";
const inScenario = `resourceDirname =~ /[\\\\/]${scenarioFolder}[\\\\/]/ && resourceExtname == .c`;
const inPage = `activeWebviewPanelId == '${panelType}'`;
/** Where a reader of a series is: its documents, its tree, its page. */
const atWork = `${hasThreads} && (resourceScheme == ${scheme} || focusedView == ${viewId} || activeWebviewPanelId == ${panelType})`;
const isInput = `resourceScheme != ${scheme} && resourceExtname =~ /^\\.(${inputEndings.join("|")})$/i`;

/** Commands in the order in which menus of one group show them. */
export const commands: { readonly [Id in CommandId]: CommandEntry } = {
  "lifeline.open": {
    title: "Open Patch Series…", icon: "$(folder-opened)",
    places: [{ menu: "view/title", when: inView, group: "navigation@3" }],
  },
  "lifeline.openFile": {
    title: "Open as Patch Series", icon: "$(git-pull-request)", palette: false,
    places: [
      { menu: "explorer/context", when: `${isInput} && !explorerResourceIsFolder`, group: "navigation@90" },
      { menu: "editor/title/context", when: isInput, group: "z_lifeline@1" },
    ],
  },
  "lifeline.openClipboard": {
    title: "Open Patch Series from Clipboard", icon: "$(clippy)",
    places: [{ menu: "view/title", when: inView, group: "1_open@1" }],
  },
  "lifeline.openSample": {
    title: "Open Sample Series", icon: "$(beaker)",
    places: [{ menu: "view/title", when: inView, group: "1_open@2" }],
  },
  "lifeline.openLore": {
    title: "Open from Lore…", icon: "$(cloud-download)",
    places: [{ menu: "view/title", when: inView, group: "1_open@3" }],
  },
  "lifeline.cancelOpening": {
    title: "Cancel Opening", icon: "$(stop-circle)", palette: contextKeys.opening,
    places: [{ menu: "view/title", when: `${inView} && ${contextKeys.opening}`, group: "navigation@0" }],
  },
  "lifeline.openFileDiff": {
    title: "Open Diff", icon: "$(diff)", palette: false,
    places: [{ menu: "view/item/context", when: item("^file\\b"), group: "1_open@1" }],
  },
  "lifeline.openThread": {
    title: "Show Thread on Its Lines", icon: "$(comment-discussion)", palette: false,
    places: [{ menu: "view/item/context", when: item("^thread\\b"), group: "1_open@1" }],
  },
  "lifeline.openAllChanges": {
    title: "Open All Changes of the Patch", icon: "$(diff-multiple)", palette: isOpen,
    places: [
      { menu: "view/item/context", when: item("\\bchanges\\b"), group: "inline@1" },
      { menu: "view/item/context", when: item("\\bchanges\\b"), group: "1_open@2" },
    ],
  },
  "lifeline.openCommitMessage": {
    title: "Open Commit Message", icon: "$(git-commit)", palette: isOpen,
    places: [
      { menu: "view/item/context", when: item("\\btext\\b"), group: "1_open@3" },
      { menu: "editor/title", when: `resourceScheme == ${scheme} && resourceLangId =~ /^lifeline-(c|text)$/`, group: "1_lifeline@3" },
    ],
  },
  "lifeline.compareRevision": {
    title: "Compare with Revision…", icon: "$(git-compare)", palette: hasRevisions,
    places: [
      { menu: "view/item/context", when: `${item("^patch\\b|^file\\b|^cover\\b|^thread\\b")} && ${hasRevisions}`, group: "3_revisions@1" },
      { menu: "editor/title", when: `resourceScheme == ${scheme} && resourceLangId =~ /^lifeline-(c|text|message)$/ && ${hasRevisions}`, group: "navigation@3" },
    ],
  },
  "lifeline.openRangeDiff": {
    title: "Open Range-Diff to the Next Revision", icon: "$(diff-single)", palette: hasRevisions,
    places: [
      { menu: "view/item/context", when: `${item("^patch\\b")} && ${hasRevisions}`, group: "3_revisions@2" },
      { menu: "editor/title", when: `resourceScheme == ${scheme} && resourceLangId == ${languages.patch}`, group: "navigation@1" },
    ],
  },
  "lifeline.showNewerLines": {
    title: "Show These Lines in the Newer Revision", icon: "$(arrow-swap)", palette: false,
    places: [
      { menu: "view/item/context", when: item("^thread\\b.*\\bnewer\\b"), group: "inline@1" },
      { menu: "view/item/context", when: item("^thread\\b.*\\bnewer\\b"), group: "3_revisions@2" },
      { menu: "comments/commentThread/title", when: `${inOurThread} && ${hasRevisions}`, group: "1_revisions@1" },
    ],
  },
  "lifeline.showRevisions": {
    title: "Show Revisions", icon: "$(versions)", palette: hasRevisions,
    places: [{ menu: "view/item/context", when: `${item("^series\\b|^revision\\b")} && ${hasRevisions}`, group: "3_revisions@1" }],
  },
  "lifeline.viewLifecycle": {
    title: "View Lifecycle Diagram", icon: "$(type-hierarchy)", palette: isOpen,
    places: [
      { menu: "view/item/context", when: item("\\bchanges\\b"), group: "inline@2" },
      { menu: "view/item/context", when: item("\\bchanges\\b|^file\\b"), group: "2_look@1" },
      { menu: "editor/title", when: inCode, group: "navigation@1" },
    ],
  },
  "lifeline.copyDiagram": {
    title: "Copy Diagram as Mermaid", icon: "$(copy)", palette: isOpen,
    places: [{ menu: "editor/title", when: inPage, group: "1_lifeline@1" }],
  },
  "lifeline.saveDiagram": {
    title: "Save Diagram as Mermaid…", palette: isOpen,
    places: [{ menu: "editor/title", when: inPage, group: "1_lifeline@2" }],
  },
  "lifeline.saveDiagramSvg": {
    title: "Save Diagram as SVG…", palette: isOpen,
    places: [{ menu: "editor/title", when: inPage, group: "1_lifeline@3" }],
  },
  "lifeline.simulate": {
    title: "Simulate…", icon: "$(debug-alt)", palette: isOpen,
    places: [
      { menu: "view/item/context", when: item("\\bchanges\\b"), group: "inline@3" },
      { menu: "view/item/context", when: item("\\bchanges\\b|^file\\b"), group: "2_look@2" },
      { menu: "editor/title", when: inCode, group: "navigation@2" },
    ],
  },
  "lifeline.openTrace": {
    title: "Open Trace…", icon: "$(debug-step-over)", palette: isOpen,
    places: [{ menu: "view/title", when: `${inView} && ${isOpen}`, group: "1_open@5" }],
  },
  "lifeline.simulateThread": {
    title: "Simulate This", icon: "$(debug-alt)", palette: false,
    places: [
      { menu: "view/item/context", when: item("^thread\\b.*\\bcode\\b"), group: "2_look@1" },
      { menu: "comments/commentThread/title", when: `${inOurThread} && commentThread =~ /^thread\\b.*\\bcode\\b/`, group: "inline@1" },
    ],
  },
  "lifeline.newScenario": {
    title: "New Scenario…", icon: "$(new-file)", palette: isOpen,
    places: [
      { menu: "view/item/context", when: item("\\bchanges\\b|^file\\b"), group: "2_look@7" },
      { menu: "editor/title", when: inCode, group: "1_lifeline@7" },
    ],
  },
  "lifeline.runScenario": {
    title: "Run Scenario", icon: "$(play)", palette: inScenario,
    places: [{ menu: "editor/title", when: inScenario, group: "navigation@1" }],
  },
  "lifeline.deleteScenario": {
    title: "Delete Scenario", icon: "$(trash)", palette: inScenario,
    places: [{ menu: "editor/title", when: inScenario, group: "1_lifeline@1" }],
  },
  "lifeline.editWhatIf": {
    title: "Edit as What-If", icon: "$(edit)", palette: isOpen,
    places: [
      { menu: "view/item/context", when: item("^file\\b"), group: "2_look@3" },
      { menu: "editor/title", when: inCode, group: "1_lifeline@4" },
    ],
  },
  "lifeline.discardWhatIf": {
    title: "Discard What-If Edit", icon: "$(discard)", palette: false,
    places: [{ menu: "editor/title", when: `resourceScheme == ${editScheme}`, group: "navigation@1" }],
  },
  "lifeline.findLoadBearing": {
    title: "Find Load-Bearing Lines", icon: "$(symbol-ruler)", palette: isOpen,
    places: [
      { menu: "view/item/context", when: item("\\bchanges\\b|^file\\b"), group: "2_look@4" },
      { menu: "editor/title", when: inCode, group: "1_lifeline@5" },
    ],
  },
  "lifeline.checkPatch": {
    title: "Check Patch", icon: "$(checklist)", palette: isOpen,
    places: [
      { menu: "view/item/context", when: item("\\bchanges\\b|^file\\b"), group: "2_look@5" },
      { menu: "editor/title", when: inCode, group: "1_lifeline@6" },
    ],
  },
  "lifeline.checkSeries": {
    title: "Check Series", icon: "$(checklist)", palette: isOpen,
    places: [{ menu: "view/item/context", when: item("\\bchanges\\b|^revision\\b|^series\\b"), group: "2_look@6" }],
  },
  "lifeline.previousThread": {
    title: "Previous Thread", icon: "$(arrow-up)", palette: hasThreads,
    key: { key: "alt+[", when: atWork },
    places: [
      { menu: "view/title", when: `${inView} && ${hasThreads}`, group: "navigation@1" },
      { menu: "comments/commentThread/title", when: inOurThread, group: "inline@2" },
    ],
  },
  "lifeline.nextThread": {
    title: "Next Thread", icon: "$(arrow-down)", palette: hasThreads,
    key: { key: "alt+]", when: atWork },
    places: [
      { menu: "view/title", when: `${inView} && ${hasThreads}`, group: "navigation@2" },
      { menu: "comments/commentThread/title", when: inOurThread, group: "inline@3" },
    ],
  },
  "lifeline.applySeries": {
    title: "Apply Series to Worktree…", icon: "$(git-branch-create)", palette: `${isOpen} && isWorkspaceTrusted`,
    places: [{ menu: "view/item/context", when: `${item("^(?:series|revision)\\b|\\b(?:patch|cover)\\b")} && isWorkspaceTrusted`, group: "4_apply@1" }],
  },
  "lifeline.exportAm": {
    title: "Export am-Ready mbox…", icon: "$(export)", palette: isOpen,
    places: [{ menu: "view/item/context", when: item("^(?:series|revision)\\b|\\b(?:patch|cover)\\b"), group: "4_apply@2" }],
  },
  "lifeline.markSeen": {
    title: "Mark as Seen", icon: "$(check)", palette: isOpen,
    places: [{ menu: "view/item/context", when: item("\\bunseen\\b"), group: "3_progress@1" }],
  },
  "lifeline.markNotSeen": {
    title: "Mark as Not Seen", icon: "$(circle-large-outline)", palette: isOpen,
    places: [{ menu: "view/item/context", when: item("\\bseen\\b"), group: "3_progress@1" }],
  },
  "lifeline.copyMessageId": {
    title: "Copy Message-ID", icon: "$(copy)", palette: false,
    places: [
      { menu: "view/item/context", when: item("\\bmail\\b"), group: "5_copy@1" },
      { menu: "comments/comment/title", when: `${inOurThread} && comment =~ /mail/`, group: "inline@1" },
    ],
  },
  "lifeline.viewSource": {
    title: "View Source", icon: "$(file-code)", palette: isOpen,
    places: [
      { menu: "view/item/context", when: item("\\btext\\b|^thread\\b"), group: "5_copy@2" },
      { menu: "comments/comment/title", when: inOurThread, group: "1_mail@1" },
    ],
  },
  "lifeline.reload": {
    title: "Reload from Disk", icon: "$(refresh)", palette: isOpen,
    places: [
      { menu: "view/item/context", when: item("\\bsource\\b"), group: "8_source@1" },
      { menu: "view/item/context", when: item("\\bstale\\b"), group: "inline@1" },
    ],
  },
  "lifeline.close": {
    title: "Close Series", icon: "$(close)", palette: isOpen,
    places: [
      { menu: "view/item/context", when: item("\\bsource\\b"), group: "8_source@2" },
      { menu: "view/item/context", when: item("\\bsource\\b"), group: "inline@9" },
    ],
  },
  "lifeline.settle": {
    title: "Settle Question", icon: "$(pass)", palette: false,
    places: [
      { menu: "comments/commentThread/title", when: `${inOurThread} && commentThread =~ /^thread\\b.*\\b(open|answered)$/`, group: "inline@1" },
      { menu: "view/item/context", when: item("^thread\\b.*\\b(open|answered)\\b"), group: "inline@5" },
    ],
  },
  "lifeline.reopen": {
    title: "Reopen Question", icon: "$(issue-reopened)", palette: false,
    places: [
      { menu: "comments/commentThread/title", when: `${inOurThread} && commentThread =~ /^thread\\b.*\\bsettled$/`, group: "inline@1" },
      { menu: "view/item/context", when: item("^thread\\b.*\\bsettled\\b"), group: "inline@5" },
    ],
  },
  "lifeline.addComment": {
    title: "Add to Reply", palette: false,
    places: [{ menu: "comments/commentThread/context", when: inOurThread, group: "inline@1" }],
  },
  "lifeline.editComment": {
    title: "Edit Comment", icon: "$(edit)", palette: false,
    places: [{ menu: "comments/comment/title", when: `${inOurThread} && comment == pending`, group: "inline@1" }],
  },
  "lifeline.deleteComment": {
    title: "Delete Comment", icon: "$(trash)", palette: false,
    places: [{ menu: "comments/comment/title", when: `${inOurThread} && comment == pending`, group: "inline@2" }],
  },
  "lifeline.saveComment": {
    title: "Save", palette: false,
    places: [{ menu: "comments/comment/context", when: `${inOurThread} && comment == pending`, group: "inline@1" }],
  },
  "lifeline.cancelEdit": {
    title: "Cancel", palette: false,
    places: [{ menu: "comments/comment/context", when: `${inOurThread} && comment == pending`, group: "inline@2" }],
  },
  "lifeline.openDraft": {
    title: "Open Reply Draft", icon: "$(mail-reply)", palette: isOpen,
    places: [
      { menu: "view/item/context", when: item("\\breply\\b"), group: "inline@4" },
      { menu: "view/item/context", when: item("\\btext\\b"), group: "3_reply@1" },
      { menu: "comments/commentThread/title", when: `${inOurThread} && commentThread == own`, group: "inline@1" },
    ],
  },
  "lifeline.addTrailer": {
    title: "Add Reviewed-by, Acked-by or Tested-by…", icon: "$(verified)", palette: isOpen,
    places: [
      { menu: "view/item/context", when: item("\\btext\\b"), group: "3_reply@2" },
      { menu: "editor/title", when: inDraft, group: "1_lifeline@1" },
    ],
  },
  "lifeline.saveDraft": {
    title: "Save Reply as Mail File…", icon: "$(save-as)", palette: isOpen,
    places: [{ menu: "editor/title", when: inDraft, group: "1_lifeline@2" }],
  },
  "lifeline.openInMutt": {
    title: "Open Reply in mutt", icon: "$(terminal)", palette: isOpen,
    places: [{ menu: "editor/title", when: inDraft, group: "1_lifeline@3" }],
  },
  "lifeline.sendWithGit": {
    title: "Send Reply with git send-email", icon: "$(send)", palette: isOpen,
    places: [{ menu: "editor/title", when: inDraft, group: "navigation@1" }],
  },
  "lifeline.rebuildDraft": {
    title: "Write Reply Anew from Its Comments", icon: "$(refresh)", palette: isOpen,
    places: [{ menu: "editor/title", when: inDraft, group: "1_lifeline@4" }],
  },
  "lifeline.discardDraft": {
    title: "Discard Reply…", icon: "$(trash)", palette: isOpen,
    places: [
      { menu: "view/item/context", when: item("\\breply\\b"), group: "3_reply@9" },
      { menu: "editor/title", when: inDraft, group: "1_lifeline@9" },
    ],
  },
  "lifeline.showOutput": {
    title: "Show Output", icon: "$(output)",
    places: [{ menu: "view/title", when: inView, group: "9_log@1" }],
  },
};
