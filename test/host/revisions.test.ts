// Revisions through the API: descriptions in the tree, the tables of the Revisions view, range-diffs, any revision at the left of a diff.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { TestApi } from "../../src/vscode/extension.js";
import { makeRevised } from "../revised.js";
import { skipTest } from "./skip.js";
import { activeDiff, allRows, closeEverything, corpusFile, eventually, getApi, makeFolder, notificationsOf, readTree, removeFolder, type Row, writeInput } from "./support.js";

describe("revisions", () => {
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

  async function openVfio(context: Mocha.Context): Promise<void> {
    const box = corpusFile("vfio/vfio-group-cdev-all.mbox");
    if (box === null) skipTest(context, "no corpus at ../shared/corpus");
    await vscode.commands.executeCommand("lifeline.openFile", box);
    const [session] = api.sessions.all;
    assert.ok(session);
    // Opening it once more reads it again, and what was compared before that is not kept.
    await eventually("the comparison", () => api.revisions.wait(session, session.view.series[0]?.key ?? ""));
  }

  /** A row of a revision by the beginning of its label. */
  async function rowIn(version: string, label: string): Promise<Row> {
    const rows = allRows(await readTree(api)).find((row) => row.label === version)?.children ?? [];
    const found = allRows(rows).find((row) => row.label.startsWith(label));
    assert.ok(found, `no row ${label} in ${version}`);
    return found;
  }

  it("say in the tree what the next revision did with a patch and with the lines of a thread", async function () {
    await openVfio(this);
    assert.match((await rowIn("v2", "1/5")).description, /(?:^| · )message changed in v3/);
    assert.match((await rowIn("v2", "5/5")).description, /(?:^| · )changed in v3/);
    assert.equal((await rowIn("v3", "5/5")).description.includes(" in v"), false);
    assert.match((await rowIn("v2", "Do we even need this helper?")).description, /(?:^| · )these lines changed in v3 5\/5(?: · |$)/);
    assert.match((await rowIn("v1", "????")).description, /(?:^| · )these lines changed in v2 3\/5(?: · |$)/);
    const item = api.view.getTreeItem((await rowIn("v2", "Do we even need this helper?")).node);
    assert.ok(item.tooltip instanceof vscode.MarkdownString);
    assert.match(item.tooltip.value, /-static bool vfio_group_try_get\(struct vfio_group \*group\)[^]*\+\tif \(!refcount_inc_not_zero\(&group->users\)\)/);
    assert.equal(item.tooltip.isTrusted ?? false, false);
  });

  it("are a table of patches by revisions, and a cell opens the two versions side by side", async function () {
    await openVfio(this);
    const [table] = api.matrix.tables;
    assert.deepEqual(table?.columns.map(({ label }) => label), ["v1", "v2", "v3"]);
    assert.deepEqual(table?.rows.map(({ cells }) => cells.map((cell) => cell?.text)), [["1", "1 ~", "1 m"], ["2", "2 m", "2 m"], ["3", "3 ~", "3 ~"], ["4", "4 ~", "4 m"], ["5", "5 ~", "5 ~"]]);
    const cell = table?.rows[4]?.cells[2];
    assert.ok(table && cell);
    await api.matrix.receive({ type: "open", session: table.session, before: cell.before, after: cell.after });
    const { input } = await eventually("the diff", activeDiff);
    const [left, right] = await Promise.all([input.original, input.modified].map((uri) => vscode.workspace.openTextDocument(uri)));
    assert.equal(left?.languageId, "lifeline-patch");
    assert.match(left?.getText() ?? "", /^ ## Metadata ##\n[^]*^ ## drivers\/vfio\/vfio.c ##$[^]*^\+static bool vfio_group_try_get/m);
    assert.match(right?.getText() ?? "", /users can be zero if this races with vfio_group_put/);
  });

  it("open as the text that git range-diff prints", async function () {
    await openVfio(this);
    await vscode.commands.executeCommand("lifeline.openRangeDiff", (await rowIn("v2", "5/5")).node);
    const editor = await eventually("the text", () => (vscode.window.activeTextEditor?.document.uri.authority === "range-diff" ? vscode.window.activeTextEditor : undefined));
    assert.match(editor.document.getText(), /^v2 5\/5 ! v3 5\/5 vfio: Use cdev_device_add[^]*\n {4}@@ [^]*\n {4}-\+static bool vfio_group_try_get/);
  });

  it("put any revision of a file at the left, with the threads of both on their lines", async function () {
    await openVfio(this);
    await vscode.commands.executeCommand("lifeline.compareRevision", (await rowIn("v3", "5/5")).children.find(({ label }) => label === "vfio.c")?.node, "2");
    const { input, tab } = await eventually("the diff", activeDiff);
    assert.equal(tab.label, "vfio.c (v2 5∕5 ↔ v3 5∕5)");
    assert.deepEqual([input.original.path, input.modified.path], ["/v2 patch 5/drivers/vfio/vfio.c", "/v3 patch 5/drivers/vfio/vfio.c"]);
    assert.deepEqual([input.original.authority, input.modified.authority], ["after", "after"]);
    const thread = api.threads.all.find(({ uri, label }) => uri.toString() === input.original.toString() && label?.startsWith("Do we even need"));
    assert.equal(thread?.range?.end.line, 479);
  });

  it("show the lines of a thread beside what they are now", async function () {
    await openVfio(this);
    await vscode.commands.executeCommand("lifeline.showNewerLines", (await rowIn("v1", "????")).node);
    const { input } = await eventually("the diff", activeDiff);
    assert.deepEqual([input.original.path, input.modified.path], ["/v1 patch 3/drivers/vfio/vfio.c", "/v2 patch 3/drivers/vfio/vfio.c"]);
  });

  it("of several open series stand below each other, and go with their series", async () => {
    for (const seed of [1, 2]) await vscode.commands.executeCommand("lifeline.openFile", writeInput(folder, `made-${seed}.mbox`, makeRevised({ seed, patches: 8, revisions: 3, replies: 6, lines: 20 })));
    for (const session of api.sessions.all) for (const { key } of session.view.series) assert.ok(await api.revisions.wait(session, key));
    const tables = api.matrix.tables;
    assert.equal(tables.length, 2);
    assert.notEqual(tables[0]?.session, tables[1]?.session);
    for (const { rows, columns } of tables) assert.ok(rows.length >= 8 && columns.length === 3);
    for (const { session, rows } of tables) {
      const cell = rows.flatMap(({ cells }) => cells).find((one) => one?.kind === "changed");
      assert.ok(cell);
      await api.matrix.receive({ type: "open", session, before: cell.before, after: cell.after });
      const { input } = await eventually("the diff", () => (activeDiff()?.input.modified.query.startsWith(session) === true ? activeDiff() : undefined));
      assert.notEqual((await vscode.workspace.openTextDocument(input.original)).getText(), (await vscode.workspace.openTextDocument(input.modified)).getText());
    }
    await vscode.commands.executeCommand("lifeline.close", { kind: "source", id: api.sessions.all[0]?.id, session: api.sessions.all[0] });
    assert.equal(api.matrix.tables.length, 1);
  });

  it("say one sentence when there is nothing to compare with", async () => {
    await vscode.commands.executeCommand("lifeline.openSample");
    const messages = await notificationsOf(async () => vscode.commands.executeCommand("lifeline.compareRevision", (await readTree(api))[0]?.node));
    assert.deepEqual(messages, ["The series has one revision only; there is nothing to compare with."]);
    assert.deepEqual(api.matrix.tables, []);
  });
});
