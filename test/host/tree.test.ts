// The Patch Series view: what rows there are for the sample, a single patch, a large thread, and nothing.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { TestApi } from "../../src/vscode/extension.js";
import { skipTest } from "./skip.js";
import { allRows, closeEverything, corpusFile, findRow, getApi, mail, makeFolder, outline, readTree, removeFolder, type Row, smallDiff, writeInput } from "./support.js";

describe("the Patch Series view", () => {
  let api: TestApi;
  const folder = makeFolder();
  before(async () => {
    api = await getApi();
  });
  beforeEach(() => closeEverything(api));
  after(async () => {
    await closeEverything(api);
    removeFolder(folder);
  });

  it("is empty when nothing is open", async () => {
    assert.deepEqual(await readTree(api), []);
  });

  it("shows the sample: series, version, patches, file, thread, trailers", async () => {
    await vscode.commands.executeCommand("lifeline.openSample");
    const tree = await readTree(api);
    assert.equal(tree.length, 1);
    const series = findRow(tree, "Update vfio_group to use the modern cdev lifecycle");
    const version = findRow(series.children, "v2");
    assert.match(version.description, /13 Oct 2021 · 1 of 5/);
    assert.deepEqual(version.children.map((row) => row.label), [
      "1/5 not in this mailbox", "2/5 not in this mailbox", "3/5 not in this mailbox", "4/5 not in this mailbox",
      "5/5 vfio: Use cdev_device_add() instead of device_create()",
    ]);
    const patch = findRow(version.children, /^5\/5/);
    const file = findRow(patch.children, "vfio.c");
    assert.equal(file.description, "M +94 −98 · drivers/vfio");
    assert.equal(file.icon, "diff-modified");
    const thread = findRow(patch.children, "Do we even need this helper?");
    assert.equal(thread.description, "Christoph Hellwig → Jason Gunthorpe → Alex Williamson · line 480 · open, Jason Gunthorpe's turn");
    assert.equal(thread.icon, "comment-unresolved");
    assert.match(thread.tooltip, /guessed: the page has no message ids/);
    for (const name of ["Christoph Hellwig", "Kevin Tian"]) assert.equal(findRow(patch.children, `Reviewed-by: ${name}`).icon, "verified");
    assert.equal(findRow(patch.children, "Signed-off-by: Jason Gunthorpe").icon, "check");
    assert.deepEqual(patch.children.map((row) => row.node.kind).filter((kind, at, all) => kind !== all[at - 1]), ["message", "file", "thread", "trailer"]);
  });

  it("opens the first diff of a patch whose row is clicked: a row with a checkbox does not unfold by itself", async () => {
    await vscode.commands.executeCommand("lifeline.openSample");
    const patch = findRow(allRows(await readTree(api)), /^5\/5/);
    assert.equal(patch.command?.command, "lifeline.openFileDiff");
    await vscode.commands.executeCommand(patch.command.command, patch.node);
    assert.equal(vscode.window.activeTextEditor?.document.uri.path.endsWith("vfio.c"), true);
  });

  it("does not nest a single patch needlessly", async () => {
    const uri = writeInput(folder, "one.patch", mail({ id: "one@example.org", subject: "[PATCH] lib: return two", body: `Because.\n\nSigned-off-by: Ann Author <ann@example.org>\n${smallDiff}` }));
    await vscode.commands.executeCommand("lifeline.openFile", uri);
    const tree = await readTree(api);
    assert.equal(outline(tree), [
      "git-pull-request lib: return two [v1 · 6 Jan 2025]",
      "  note Commit message [Ann Author · 6 Jan 2025]",
      "  diff-modified small.c [M +1 −1 · lib]",
      "  check Signed-off-by: Ann Author [ann@example.org]",
      "",
    ].join("\n"));
  });

  it("shows three versions with their covers and threads", async function () {
    const uri = corpusFile("vfio/vfio-group-cdev-all.mbox") ?? skipTest(this, "no corpus beside the project");
    await vscode.commands.executeCommand("lifeline.openFile", uri);
    const [series, ...others] = await readTree(api);
    assert.ok(series);
    assert.deepEqual(others, []);
    assert.equal(series.label, "Update vfio_group to use the modern cdev lifecycle");
    assert.match(series.description, /3 versions/);
    assert.deepEqual(series.children.map((row) => row.label), ["v3", "v2", "v1"]);
    for (const version of series.children) {
      const silent = version.children.find((row) => /ha(?:s|ve) not answered$/.test(row.label));
      assert.deepEqual(version.children.map((row) => row.label.slice(0, 3)), ["Cov", "1/5", "2/5", "3/5", "4/5", "5/5", ...(silent === undefined ? [] : [silent.label.slice(0, 3)])]);
      assert.ok(version.children.every((row) => !row.label.includes("not in this mailbox")));
    }
    // A cover letter has no code of its own: the last patch of its version stands for it.
    await vscode.commands.executeCommand("lifeline.openAllChanges", findRow(series.children, "Cover letter").node);
    assert.match(vscode.window.tabGroups.activeTabGroup.activeTab?.label ?? "", /^v3 5.5 /);
    const threads = allRows([series]).filter((row) => row.node.kind === "thread");
    assert.ok(threads.length >= 10, `only ${threads.length} threads`);
    // Alex Williamson's whole comment on v1 3/5; a row of carets is no title, but what it points at is.
    assert.ok(threads.some((row) => row.label === "????"), outline(threads));
    assert.ok(threads.some((row) => row.label === "↑ iommu_group_ref_get(iommu_group);"), outline(threads));
  });

  it("gives every row a label for screen readers and an id of its own", async () => {
    await vscode.commands.executeCommand("lifeline.openSample");
    const rows = allRows(await readTree(api));
    const items = rows.map((row) => api.view.getTreeItem(row.node));
    assert.equal(new Set(items.map((item) => item.id)).size, items.length);
    for (const item of items) assert.ok(item.accessibilityInformation?.label, `no label for ${item.id}`);
  });

  it("knows the parent of every row, so that rows can be revealed", async () => {
    await vscode.commands.executeCommand("lifeline.openSample");
    const check = async (rows: readonly Row[], parent: string | undefined): Promise<void> => {
      for (const row of rows) {
        assert.equal(api.view.getParent(row.node)?.id, parent, row.label);
        await check(row.children, row.node.id);
      }
    };
    await check(await readTree(api), undefined);
  });

  it("keeps several series open, and closes one alone", async () => {
    await vscode.commands.executeCommand("lifeline.openSample");
    const uri = writeInput(folder, "two.patch", mail({ id: "two@example.org", subject: "[PATCH] lib: two", body: `Why.\n${smallDiff}` }));
    await vscode.commands.executeCommand("lifeline.openFile", uri);
    const tree = await readTree(api);
    assert.equal(tree.length, 2);
    await vscode.commands.executeCommand("lifeline.close", findRow(tree, "lib: two").node);
    assert.deepEqual((await readTree(api)).map((row) => row.label), ["Update vfio_group to use the modern cdev lifecycle"]);
  });

  it("opens what is on the clipboard", async () => {
    await vscode.env.clipboard.writeText(`From: Ann Author <ann@example.org>\nSubject: [PATCH] from the clipboard\nMessage-ID: <clip@example.org>\n\nWhy.\n${smallDiff}`);
    await vscode.commands.executeCommand("lifeline.openClipboard");
    const tree = await readTree(api);
    assert.deepEqual(tree.map((row) => row.label), ["from the clipboard"]);
    const kept = vscode.Uri.parse(api.sessions.all[0]?.source.uri ?? "");
    assert.ok((await vscode.workspace.fs.stat(kept)).size > 0);
    await vscode.commands.executeCommand("lifeline.close", tree[0]?.node);
    const isKept = await vscode.workspace.fs.stat(kept).then(() => true, () => false);
    assert.equal(isKept, false, "the copied mail outlives its series");
  });
});
