// Everything the manifest declares, in one table: ids, titles, icons, where and when. `test/manifest.test.ts` renders it into
// package.json and package.nls.json. Knows no editor API at run time, so that plain Node can read it.
import type { Uri } from "vscode";
import type { TreeNode } from "./tree/nodes.js";
import { walkthroughs, walkthroughStrings } from "./walkthrough.js";
import type { LifelineComment, LifelineThread } from "./comments/types.js";

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
  "lifeline.viewLifecycle": [target?: PatchTarget];
  "lifeline.simulate": [target?: PatchTarget];
  "lifeline.copyMessageId": [target?: PatchTarget | LifelineComment];
  "lifeline.viewSource": [target?: PatchTarget | LifelineComment];
  "lifeline.nextThread": [];
  "lifeline.previousThread": [];
  "lifeline.showOutput": [];
}

export type CommandId = keyof CommandArguments;

/** Keys of when-clauses, each set in one place (`contextKeys.ts`). */
export const contextKeys = {
  /** At least one series is open. */
  open: "lifeline.open",
  /** A file is being read. */
  opening: "lifeline.opening",
  /** At least one comment thread can be walked to. */
  threads: "lifeline.threads",
} as const;

export const scheme = "lifeline";
export const viewId = "lifeline.series";
export const containerId = "lifeline";
export const panelType = "lifeline.panel";
export const commentControllerId = "lifeline";
/** Languages of the documents we serve; each has the diff defaults below. */
export const languages = { c: "lifeline-c", text: "lifeline-text", message: "lifeline-message", mail: "lifeline-mail" } as const;
/** Endings of the files whose explorer menu offers to open them. What a file is, is decided by its content. */
export const inputEndings = ["mbox", "mbx", "eml", "patch", "diff", "txt", "gz"] as const;

interface MenuPlace {
  readonly menu: string;
  readonly when?: string;
  readonly group?: string;
}

interface CommandEntry {
  readonly title: string;
  readonly icon?: string;
  /** When the palette offers it; absent: always; false: never. */
  readonly palette?: string | false;
  readonly places: readonly MenuPlace[];
}

const item = (pattern: string): string => `view == ${viewId} && viewItem =~ /${pattern}/`;
const inView = `view == ${viewId}`;
const inOurThread = `commentController == ${commentControllerId}`;
const isOpen = contextKeys.open;
const hasThreads = contextKeys.threads;
const inCode = `resourceScheme == ${scheme} && resourceLangId == ${languages.c}`;
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
  "lifeline.viewLifecycle": {
    title: "View Lifecycle Diagram", icon: "$(type-hierarchy)", palette: isOpen,
    places: [
      { menu: "view/item/context", when: item("\\bchanges\\b"), group: "inline@2" },
      { menu: "view/item/context", when: item("\\bchanges\\b|^file\\b"), group: "2_look@1" },
      { menu: "editor/title", when: inCode, group: "navigation@1" },
    ],
  },
  "lifeline.simulate": {
    title: "Simulate…", icon: "$(debug-alt)", palette: isOpen,
    places: [
      { menu: "view/item/context", when: item("\\bchanges\\b"), group: "inline@3" },
      { menu: "view/item/context", when: item("\\bchanges\\b|^file\\b|^thread\\b"), group: "2_look@2" },
      { menu: "editor/title", when: inCode, group: "navigation@2" },
      { menu: "comments/commentThread/title", when: inOurThread, group: "inline@1" },
    ],
  },
  "lifeline.previousThread": {
    title: "Previous Thread", icon: "$(arrow-up)", palette: hasThreads,
    places: [
      { menu: "view/title", when: `${inView} && ${hasThreads}`, group: "navigation@1" },
      { menu: "comments/commentThread/title", when: inOurThread, group: "inline@2" },
    ],
  },
  "lifeline.nextThread": {
    title: "Next Thread", icon: "$(arrow-down)", palette: hasThreads,
    places: [
      { menu: "view/title", when: `${inView} && ${hasThreads}`, group: "navigation@2" },
      { menu: "comments/commentThread/title", when: inOurThread, group: "inline@3" },
    ],
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
  "lifeline.showOutput": {
    title: "Show Output", icon: "$(output)",
    places: [{ menu: "view/title", when: inView, group: "9_log@1" }],
  },
};

/** Text of the empty view; each line that is only a link becomes a button. */
const welcome =
  "Open a patch series as the mailing list carries it: an mbox, a mail, git format-patch output, or a Patchwork page saved as text.\n" +
  "[Open Patch Series…](command:lifeline.open)\n" +
  "New here? [Open Sample Series](command:lifeline.openSample) shows a real discussion, with its lifecycle and its race.\n" +
  "You can also [open a copied mail from the clipboard](command:lifeline.openClipboard) or [a thread from lore.kernel.org](command:lifeline.openLore). " +
  "Everything is read on this machine; nothing is sent, and nothing is fetched unless you ask for it.";

/** Defaults of our own languages; never the user's settings. Each line says what it cures. */
const documentDefaults = {
  // Images are padded to true line numbers; this folds the padding. Four lines: three of context and the gap's quiet line.
  "diffEditor.hideUnchangedRegions.enabled": true,
  "diffEditor.hideUnchangedRegions.contextLineCount": 4,
  // Hides changes of whitespace when true, which is the editor's default.
  "diffEditor.ignoreTrimWhitespace": false,
  // An inline diff has no room for the threads of the before side.
  "diffEditor.useInlineViewWhenSpaceIsLimited": false,
  // The kernel's tabs; guessing would see only blank lines at the top of a gap.
  "editor.tabSize": 8,
  "editor.insertSpaces": false,
  "editor.detectIndentation": false,
  // Gaps are given as import folds, so that a plain editor opens with them folded.
  "editor.foldingImportsByDefault": true,
  // A hunk may start in the middle of a block; its closing brace is no mistake.
  "editor.bracketPairColorization.enabled": false,
  // Our only symbols are gaps.
  "editor.stickyScroll.enabled": false,
  // Our bytes are UTF-8 whatever the user's files are.
  "files.encoding": "utf8",
};

/** Strings of the manifest by key. */
export function manifestStrings(): Record<string, string> {
  const strings: Record<string, string> = {
    "command.category": "Lifeline",
    "container.title": "Lifeline",
    "view.name": "Patch Series",
    "view.welcome": welcome,
    "setting.b4": "Fetch threads with an installed `b4 mbox` (found on the PATH) instead of asking the archive directly. b4 has its own settings of which archive it asks; only the Message-ID of a link is given to it.",
    ...walkthroughStrings(),
  };
  for (const [id, entry] of Object.entries(commands)) strings[`command.${shortName(id)}`] = entry.title;
  return strings;
}

/** The parts of package.json that this table owns. */
export function manifestParts(): Record<string, unknown> {
  return {
    icon: "media/icon.png",
    main: "./dist/extension.js",
    l10n: "./l10n",
    // The file system and the page bring documents and panels back after a reload; start-up finished serves the development entry and
    // is cheap, because nothing is read until the view is seen.
    activationEvents: ["onStartupFinished", `onFileSystem:${scheme}`, `onWebviewPanel:${panelType}`],
    capabilities: { untrustedWorkspaces: { supported: true }, virtualWorkspaces: true },
    contributes: contributes(),
  };
}

function contributes(): Record<string, unknown> {
  return {
    commands: Object.entries(commands).map(([id, entry]) => ({
      command: id, title: `%command.${shortName(id)}%`, category: "%command.category%", ...(entry.icon ? { icon: entry.icon } : {}),
    })),
    menus: menus(),
    configuration: {
      title: "Lifeline",
      properties: {
        // A folder's own settings must not start programs.
        "lifeline.b4": { type: "boolean", default: false, scope: "machine", markdownDescription: "%setting.b4%" },
      },
    },
    viewsContainers: { activitybar: [{ id: containerId, title: "%container.title%", icon: "media/activity.svg" }] },
    views: { [containerId]: [{ id: viewId, name: "%view.name%", icon: "media/activity.svg", contextualTitle: "%container.title%" }] },
    walkthroughs: walkthroughs(),
    viewsWelcome: [{ view: viewId, contents: "%view.welcome%", when: `!${contextKeys.open}` }],
    languages: [
      { id: languages.c, aliases: ["C (patch)"], filenamePatterns: ["/v* patch */**/*.{c,h}"], configuration: "./media/language.json" },
      { id: languages.text, aliases: ["Text (patch)"], filenamePatterns: ["/v* patch */**"] },
      { id: languages.message, aliases: ["Commit message"], filenamePatterns: ["/v* patch */commit message", "/v* cover/cover letter"] },
      { id: languages.mail, aliases: ["Mail source"], filenamePatterns: ["/mail source/*"] },
    ],
    grammars: [{ language: languages.c, scopeName: "source.lifeline-c", path: "./media/c.tmLanguage.json" }],
    configurationDefaults: {
      [`[${languages.c}]`]: documentDefaults,
      [`[${languages.text}]`]: documentDefaults,
      [`[${languages.message}]`]: { "files.encoding": "utf8", "editor.wordWrap": "on", "editor.minimap.enabled": false },
      [`[${languages.mail}]`]: { "files.encoding": "utf8", "editor.minimap.enabled": false },
    },
    resourceLabelFormatters: [
      { scheme, authority: "message", formatting: { label: "${path}", separator: "/", stripPathStartingSeparator: true } },
      { scheme, authority: "source", formatting: { label: "${path}", separator: "/", stripPathStartingSeparator: true } },
      { scheme, formatting: { label: "${path} (${authority})", separator: "/", stripPathStartingSeparator: true } },
    ],
  };
}

function menus(): Record<string, unknown[]> {
  const result: Record<string, unknown[]> = {};
  for (const [id, entry] of Object.entries(commands)) {
    for (const { menu, when, group } of entry.places) {
      (result[menu] ??= []).push({ command: id, ...(when ? { when } : {}), ...(group ? { group } : {}) });
    }
    if (entry.palette !== undefined) (result["commandPalette"] ??= []).push({ command: id, when: entry.palette === false ? "false" : entry.palette });
  }
  return Object.fromEntries(Object.entries(result).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `lifeline.openFile` is `openFile` in the keys of strings. */
function shortName(id: string): string {
  return id.slice(id.indexOf(".") + 1);
}
