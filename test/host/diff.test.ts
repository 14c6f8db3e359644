// Documents: before and after under true line numbers in the editor's own diff, gaps, commit messages.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { TestApi } from "../../src/vscode/extension.js";
import { activeDiff, closeEverything, editorOf, eventually, findRow, getApi, mail, makeFolder, readTree, removeFolder, smallDiff, writeInput } from "./support.js";

describe("documents", () => {
  let api: TestApi;
  const folder = makeFolder();
  before(async () => {
    api = await getApi();
    await closeEverything(api);
    await vscode.commands.executeCommand("lifeline.openSample");
  });
  after(async () => {
    await closeEverything(api);
    removeFolder(folder);
  });

  async function openSampleDiff(): Promise<vscode.TabInputTextDiff> {
    await vscode.commands.executeCommand("lifeline.openFileDiff", findRow(await readTree(api), "vfio.c").node);
    return (await eventually("the diff", activeDiff)).input;
  }

  it("open a file in the native diff editor, before and after", async () => {
    const input = await openSampleDiff();
    assert.equal(activeDiff()?.tab.label, "vfio.c (v2 5/5)");
    assert.equal(input.original.path, "/v2 patch 5/drivers/vfio/vfio.c");
    assert.equal(input.modified.path, input.original.path);
    assert.deepEqual([input.original.authority, input.modified.authority], ["before", "after"]);
  });

  it("have the true line numbers, C highlighting and are read-only", async () => {
    const input = await openSampleDiff();
    const after = await vscode.workspace.openTextDocument(input.modified);
    assert.equal(after.languageId, "lifeline-c");
    assert.equal(after.lineAt(476 - 1).text, "/* returns true if the get was obtained */");
    assert.equal(after.lineAt(480 - 1).text, "}");
    const before = await vscode.workspace.openTextDocument(input.original);
    assert.equal(before.lineAt(46 - 1).text, "\tstruct idr\t\t\tgroup_idr;");
    assert.equal(vscode.workspace.fs.isWritableFileSystem("lifeline"), false);
    await assert.rejects(Promise.resolve(vscode.workspace.fs.writeFile(input.modified, new Uint8Array())));
  });

  it("start at the first change", async () => {
    const input = await openSampleDiff();
    const editor = await eventually("the after side", () => editorOf(input.modified));
    assert.equal(editor.selection.active.line + 1, 46);
  });

  it("show the thread that was asked for last, also when the file asked for before it is opened later", async () => {
    const line = new vscode.Position(480 - 1, 0);
    // From a second click at once to one while the editor compares the first.
    for (const milliseconds of [0, 20, 60, 150]) {
      await closeEverything(api);
      await vscode.commands.executeCommand("lifeline.openSample");
      const rows = await readTree(api);
      const file = vscode.commands.executeCommand("lifeline.openFileDiff", findRow(rows, "vfio.c").node);
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      const thread = vscode.commands.executeCommand("lifeline.openThread", findRow(rows, /^Do we even need/).node);
      await Promise.all([file, thread]);
      const { modified } = (await eventually("the diff", activeDiff)).input;
      const isSeen = (): boolean => editorOf(modified)?.visibleRanges.some((range) => range.contains(line)) === true;
      await eventually("the thread's line", isSeen);
      // Longer than it takes to show the first change instead.
      await new Promise((resolve) => setTimeout(resolve, 600));
      assert.equal(isSeen(), true, `after ${milliseconds} ms`);
      assert.equal(editorOf(modified)?.selection.active.line, line.line);
    }
  });

  it("say quietly what the patch does not show, fold it, and name the function it ends in", async () => {
    const input = await openSampleDiff();
    const document = await vscode.workspace.openTextDocument(input.modified);
    assert.match(document.lineAt(0).text, /^\/\* \d+ lines are not in the patch \*\/$/);
    const folds = await vscode.commands.executeCommand<vscode.FoldingRange[]>("vscode.executeFoldingRangeProvider", input.modified);
    assert.ok(folds.length > 5);
    assert.equal(folds[0]?.start, 0);
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>("vscode.executeDocumentSymbolProvider", input.modified);
    assert.ok(symbols.some((symbol) => symbol.name === "vfio_group_put"), symbols.map((symbol) => symbol.name).join(", "));
    let named = 0;
    for (const symbol of symbols) {
      // A gap of one line has nothing to fold.
      const fold = folds.find((one) => one.start <= symbol.range.start.line && symbol.range.start.line <= one.end);
      if (fold === undefined) continue;
      named += 1;
      assert.ok(symbol.range.end.line > fold.end, `${symbol.name} does not end behind its gap`);
    }
    assert.ok(named > 5);
  });

  it("open the whole patch in one tab", async () => {
    await vscode.commands.executeCommand("lifeline.openAllChanges", findRow(await readTree(api), /^5\/5/).node);
    const tab = await eventually("the tab", () => vscode.window.tabGroups.activeTabGroup.activeTab);
    assert.match(tab.label, /^v2 5.5 vfio: Use cdev_device_add\(\)/);
  });

  it("open the commit message with its own language", async () => {
    await vscode.commands.executeCommand("lifeline.openCommitMessage", findRow(await readTree(api), "Commit message").node);
    const editor = await eventually("the message", () => vscode.window.activeTextEditor);
    assert.equal(editor.document.languageId, "lifeline-message");
    assert.match(editor.document.getText(), /^Modernize how vfio is creating the group char dev and sysfs presence\.$/m);
  });

  it("of files that are not C have folded gaps too", async () => {
    const diff = smallDiff.replaceAll("lib/small.c", "lib/Makefile");
    const uri = writeInput(folder, "makefile.patch", mail({ id: "makefile@example.org", subject: "[PATCH] lib: build it", body: `Why.\n${diff}` }));
    await vscode.commands.executeCommand("lifeline.openFile", uri);
    await vscode.commands.executeCommand("lifeline.openFileDiff", findRow(await readTree(api), "Makefile").node);
    const { input } = await eventually("the diff", () => (activeDiff()?.input.modified.path.endsWith("Makefile") ? activeDiff() : undefined));
    await eventually("our language", async () => (await vscode.workspace.openTextDocument(input.modified)).languageId === "lifeline-text");
    const settings = vscode.workspace.getConfiguration("diffEditor", { uri: input.modified, languageId: "lifeline-text" });
    assert.equal(settings.get("hideUnchangedRegions.enabled"), true);
  });

  it("that are not open any more say so, and do not hang", async () => {
    const gone = vscode.Uri.parse("lifeline://after/v9 patch 1/x.c?0123456789abcdef.0123456789abcdef");
    await assert.rejects(Promise.resolve(vscode.workspace.fs.readFile(gone)), /not open any more/);
    for (const odd of ["lifeline://after/x", "lifeline://nowhere/v1 patch 1/x.c?a.b", "lifeline:///", "lifeline://kernel/../../etc/passwd"]) {
      const isRead = await vscode.workspace.fs.readFile(vscode.Uri.parse(odd)).then(() => true, () => false);
      assert.equal(isRead, false, `${odd} can be read`);
    }
  });

  it("of the kernel model can be read", async () => {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse("lifeline://kernel/model/refcount.c"));
    assert.match(document.getText(), /refcount_inc_not_zero/);
  });

  it("add nothing to the user's settings", () => {
    const inspected = vscode.workspace.getConfiguration("diffEditor").inspect("hideUnchangedRegions.enabled");
    assert.equal(inspected?.globalValue, undefined);
    assert.equal(inspected?.workspaceValue, undefined);
    assert.equal(vscode.workspace.getConfiguration("diffEditor").get("hideUnchangedRegions.enabled"), false);
  });
});
