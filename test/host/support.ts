// What host tests share: the extension's own view of itself, waiting, notifications, and small inputs.
import assert from "node:assert/strict";
import { mkdtempSync, existsSync, readFileSync, writeFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import type { TestApi } from "../../src/vscode/extension.js";
import type { TreeNode } from "../../src/vscode/tree/nodes.js";

/** The project's folder; the tests are bundled into out/test/host. */
export const projectRoot = join(__dirname, "../../..");
const corpusFolder = join(projectRoot, "../shared/corpus");

export async function getApi(): Promise<TestApi> {
  const extension = vscode.extensions.getExtension<TestApi>("lifeline.lifeline");
  assert.ok(extension, "VS Code knows no extension lifeline.lifeline");
  return extension.activate();
}

/** Closes all series and all tabs: every test starts from nothing. */
export async function closeEverything(api: TestApi): Promise<void> {
  for (const session of api.sessions.all) await vscode.commands.executeCommand("lifeline.close", sessionRow(api, session.id));
  for (const failed of api.sessions.failed) await api.sessions.close(failed.source.id);
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
}

function sessionRow(api: TestApi, id: string): TreeNode | undefined {
  const session = api.sessions.get(id);
  return session === undefined ? undefined : { kind: "source", id, session };
}

/** A file of the corpus, or null where there is no corpus. */
export function corpusFile(path: string): vscode.Uri | null {
  const full = join(corpusFolder, path);
  return existsSync(full) ? vscode.Uri.file(full) : null;
}

/** A folder for a test's inputs; the tests of a file remove it with `removeFolder`. */
export function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), "lifeline-host-"));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

export function writeInput(folder: string, name: string, content: string | Uint8Array): vscode.Uri {
  const path = join(folder, name);
  writeFileSync(path, content);
  return vscode.Uri.file(path);
}

export function readText(path: string): string {
  return readFileSync(join(projectRoot, path), "utf8");
}

/** Waits until `condition` gives something that is not undefined, null or false. */
export async function eventually<T>(what: string, condition: () => T | Promise<T>, limit = 10_000): Promise<NonNullable<Exclude<T, false>>> {
  const end = Date.now() + limit;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== null && value !== false) return value as NonNullable<Exclude<T, false>>;
    assert.ok(Date.now() < end, `waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Runs `work` and returns the error notifications that were shown meanwhile; none is really shown. */
export async function notificationsOf(work: () => Promise<unknown>): Promise<string[]> {
  const shown: string[] = [];
  const original = vscode.window.showErrorMessage;
  const replace = (value: unknown): void => {
    Object.defineProperty(vscode.window, "showErrorMessage", { value, configurable: true, writable: true });
  };
  replace((message: string) => {
    shown.push(message);
    return Promise.resolve(undefined);
  });
  try {
    await work();
  } finally {
    replace(original);
  }
  return shown;
}

/** One row of the view as a reader sees it. */
export interface Row {
  readonly label: string;
  readonly description: string;
  readonly icon: string;
  readonly context: string;
  readonly tooltip: string;
  /** What a click does; undefined where it only selects. */
  readonly command: vscode.Command | undefined;
  readonly node: TreeNode;
  readonly children: readonly Row[];
}

/** The whole Patch Series view. */
export async function readTree(api: TestApi, node?: TreeNode): Promise<Row[]> {
  const nodes = await api.view.getChildren(node);
  return Promise.all(nodes.map(async (one): Promise<Row> => {
    const item = api.view.getTreeItem(one);
    const { label, description, iconPath, tooltip } = item;
    return {
      label: typeof label === "string" ? label : (label?.label ?? ""),
      description: typeof description === "string" ? description : "",
      icon: iconPath instanceof vscode.ThemeIcon ? iconPath.id : "",
      context: item.contextValue ?? "",
      tooltip: typeof tooltip === "string" ? tooltip : "",
      command: item.command,
      node: one,
      children: await readTree(api, one),
    };
  }));
}

/** Every row of the tree, from the top down. */
export function allRows(rows: readonly Row[]): Row[] {
  return rows.flatMap((row) => [row, ...allRows(row.children)]);
}

export function findRow(rows: readonly Row[], label: string | RegExp): Row {
  const found = allRows(rows).find((row) => (typeof label === "string" ? row.label === label : label.test(row.label)));
  assert.ok(found, `no row ${String(label)} in\n${outline(rows)}`);
  return found;
}

/** The tree as indented text, for messages and for comparing its shape. */
export function outline(rows: readonly Row[], indent = ""): string {
  return rows.map((row) => `${indent}${row.icon} ${row.label}${row.description === "" ? "" : ` [${row.description}]`}\n${outline(row.children, `${indent}  `)}`).join("");
}

export interface MailParts {
  readonly id: string;
  readonly subject: string;
  readonly body: string;
  readonly from?: string;
  readonly inReplyTo?: string;
  readonly date?: string;
}

/** One mail of an mbox. */
export function mail({ id, subject, body, from = "Ann Author <ann@example.org>", inReplyTo, date = "Mon, 6 Jan 2025 10:00:00 +0000" }: MailParts): string {
  const reply = inReplyTo === undefined ? "" : `In-Reply-To: <${inReplyTo}>\nReferences: <${inReplyTo}>\n`;
  return `From mboxrd@z Thu Jan  1 00:00:00 1970\nFrom: ${from}\nTo: list@example.org\nSubject: ${subject}\nDate: ${date}\nMessage-ID: <${id}>\n${reply}\n${body}\n\n`;
}

/** A patch of one small C file: `int one(void)` returns 2 afterwards. */
export const smallDiff = [
  "---",
  " lib/small.c | 2 +-",
  " 1 file changed, 1 insertion(+), 1 deletion(-)",
  "",
  "diff --git a/lib/small.c b/lib/small.c",
  "index 1111111111111111..2222222222222222 100644",
  "--- a/lib/small.c",
  "+++ b/lib/small.c",
  "@@ -10,6 +10,6 @@ static int helper(void)",
  " ",
  " int one(void)",
  " {",
  "-\treturn 1;",
  "+\treturn 2;",
  " }",
  " ",
  "-- ",
  "2.43.0",
  "",
].join("\n");

/** The tab in front, as a diff. */
export function activeDiff(): { readonly tab: vscode.Tab; readonly input: vscode.TabInputTextDiff } | undefined {
  const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
  return tab?.input instanceof vscode.TabInputTextDiff ? { tab, input: tab.input } : undefined;
}

/** The editor that shows a document now; closed diffs stay in the list, so the last one counts. */
export function editorOf(uri: vscode.Uri): vscode.TextEditor | undefined {
  return vscode.window.visibleTextEditors.findLast((editor) => editor.document.uri.toString() === uri.toString());
}
