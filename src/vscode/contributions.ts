// Everything the manifest declares: commands (`command-table.ts`), views, languages, defaults, strings. `test/manifest.test.ts` renders it into
// package.json and package.nls.json. Knows no editor API at run time, so that plain Node can read it.
import { boundSettings, defaultBounds } from "./panel/bounds.js";
import { commands } from "./command-table.js";
import { containerId, contextKeys, editScheme, languages, panelType, revisionsViewId, scheme, viewId } from "./names.js";
import { walkthroughs, walkthroughStrings } from "./walkthrough.js";

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

/** The same for patches that are compared as texts: long ones, of which little has changed. */
const patchDefaults = {
  "diffEditor.hideUnchangedRegions.enabled": true,
  "diffEditor.ignoreTrimWhitespace": false,
  "diffEditor.useInlineViewWhenSpaceIsLimited": true,
  "editor.tabSize": 8,
  "editor.detectIndentation": false,
  "editor.minimap.enabled": false,
  "files.encoding": "utf8",
};

/** Strings of the manifest by key. */
export function manifestStrings(): Record<string, string> {
  const strings: Record<string, string> = {
    "command.category": "Lifeline",
    "container.title": "Lifeline",
    "view.name": "Patch Series",
    "view.revisions": "Revisions",
    "view.welcome": welcome,
    "setting.tree": "Path of a git repository from which whole files are read: an absolute path, one from your home (`~/linux`), or one from the workspace's folder. Empty: the repository of the workspace, if there is one. Files are found by the blob ids of the patches, and nothing is written there.",
    "trust": "In a workspace that is not trusted, no git is run: files are shown as far as the patches show them, and series cannot be applied.",
    "setting.findings": "Look for lifetime mistakes when a file of a patch is opened, and show them in the Problems panel and on the diff. *Check Patch* and *Check Series* look whatever this says.",
    "setting.maxStates": "States that one simulation keeps at most (about 100 bytes each). A run that meets this bound says so and is never called clean.",
    "setting.maxSteps": "Instructions of one schedule at most: this ends a loop that goes on for ever. A run that meets this bound says so and is never called clean.",
    "setting.maxSwitches": "CPU switches of one schedule at most; empty (`null`) explores all schedules. A run with this bound is never called clean.",
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
    activationEvents: ["onStartupFinished", `onFileSystem:${scheme}`, `onFileSystem:${editScheme}`, `onWebviewPanel:${panelType}`],
    // Without trust, no git is run: everything else works.
    capabilities: { untrustedWorkspaces: { supported: "limited", description: "%trust%", restrictedConfigurations: ["lifeline.tree"] }, virtualWorkspaces: true },
    contributes: contributes(),
  };
}

function contributes(): Record<string, unknown> {
  return {
    commands: Object.entries(commands).map(([id, entry]) => ({
      command: id, title: `%command.${shortName(id)}%`, category: "%command.category%", ...(entry.icon ? { icon: entry.icon } : {}),
    })),
    keybindings: Object.entries(commands).flatMap(([id, { key }]) => (key === undefined ? [] : [{ command: id, ...key }])),
    menus: menus(),
    configuration: {
      title: "Lifeline",
      properties: {
        // A folder's own settings must not start programs.
        "lifeline.tree": { type: "string", default: "", scope: "machine-overridable", markdownDescription: "%setting.tree%" },
        "lifeline.findings": { type: "boolean", default: true, markdownDescription: "%setting.findings%" },
        [`lifeline.${boundSettings.maxStates}`]: { type: "integer", minimum: 1, default: defaultBounds.maxStates, markdownDescription: "%setting.maxStates%" },
        [`lifeline.${boundSettings.maxSteps}`]: { type: "integer", minimum: 1, default: defaultBounds.maxSteps, markdownDescription: "%setting.maxSteps%" },
        [`lifeline.${boundSettings.maxSwitches}`]: { type: ["integer", "null"], minimum: 0, default: defaultBounds.maxPreemptions, markdownDescription: "%setting.maxSwitches%" },
        "lifeline.b4": { type: "boolean", default: false, scope: "machine", markdownDescription: "%setting.b4%" },
      },
    },
    viewsContainers: { activitybar: [{ id: containerId, title: "%container.title%", icon: "media/activity.svg" }] },
    views: { [containerId]: [
      { id: viewId, name: "%view.name%", icon: "media/activity.svg", contextualTitle: "%container.title%", initialSize: 3 },
      {
        id: revisionsViewId, type: "webview", name: "%view.revisions%", icon: "media/activity.svg", contextualTitle: "%container.title%",
        when: contextKeys.revisions, initialSize: 2,
      },
    ] },
    walkthroughs: walkthroughs(),
    viewsWelcome: [{ view: viewId, contents: "%view.welcome%", when: `!${contextKeys.open}` }],
    languages: [
      { id: languages.c, aliases: ["C (patch)"], filenamePatterns: ["/v* patch */**/*.{c,h}"], configuration: "./media/language.json" },
      { id: languages.text, aliases: ["Text (patch)"], filenamePatterns: ["/v* patch */**"] },
      { id: languages.message, aliases: ["Commit message"], filenamePatterns: ["/v* patch */commit message", "/v* cover/cover letter"] },
      { id: languages.patch, aliases: ["Patch (compared)"], filenamePatterns: ["/as a patch/*"] },
      { id: languages.mail, aliases: ["Mail source"], filenamePatterns: ["/mail source/*"] },
      { id: languages.reply, aliases: ["Mail"], filenamePatterns: ["lifeline-reply-*.eml"] },
    ],
    grammars: [
      { language: languages.c, scopeName: "source.lifeline-c", path: "./media/c.tmLanguage.json" },
      { language: languages.patch, scopeName: "source.lifeline-patch", path: "./media/patch.tmLanguage.json" },
    ],
    configurationDefaults: {
      [`[${languages.c}]`]: documentDefaults,
      [`[${languages.text}]`]: documentDefaults,
      [`[${languages.message}]`]: { "files.encoding": "utf8", "editor.wordWrap": "on", "editor.minimap.enabled": false },
      // What is seen is what is sent: nothing may change a reply while it is saved, and a quote must keep its blanks.
      [`[${languages.reply}]`]: {
        "files.encoding": "utf8", "files.trimTrailingWhitespace": false, "files.trimFinalNewlines": false, "files.insertFinalNewline": false, "editor.formatOnSave": false,
        "editor.wordWrap": "off", "editor.rulers": [72], "editor.tabSize": 8, "editor.insertSpaces": false, "editor.detectIndentation": false, "editor.minimap.enabled": false,
        "editor.unicodeHighlight.ambiguousCharacters": false, "editor.unicodeHighlight.nonBasicASCII": false,
      },
      [`[${languages.patch}]`]: patchDefaults,
      [`[${languages.mail}]`]: { "files.encoding": "utf8", "editor.minimap.enabled": false },
    },
    resourceLabelFormatters: [
      { scheme: editScheme, formatting: { label: "${path} (${authority})", separator: "/", stripPathStartingSeparator: true } },
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
