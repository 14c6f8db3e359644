// What-if copies and load-bearing lines: an edit that is saved runs the scenario again; the lines of the patch are judged.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { TestApi } from "../../src/vscode/extension.js";
import type { Session } from "../../src/vscode/session/session.js";
import { defaultPatch } from "../../src/vscode/session/lookup.js";
import { closeEverything, eventually, getApi } from "./support.js";

const path = "drivers/vfio/vfio.c";

describe("changing the code", () => {
  let api: TestApi;
  let session: Session;
  before(async () => {
    api = await getApi();
    await closeEverything(api);
    await vscode.commands.executeCommand("lifeline.openSample");
    const [first] = api.sessions.all;
    assert.ok(first);
    session = first;
  });
  after(() => closeEverything(api));

  const place = () => {
    const found = defaultPatch(session.view);
    assert.ok(found);
    return found;
  };
  const copy = (): vscode.Uri => api.edits.uriOf(session.uri(place(), path, "after"));

  async function save(change: (text: string) => string): Promise<void> {
    const document = await vscode.workspace.openTextDocument(copy());
    const edit = new vscode.WorkspaceEdit();
    const text = document.getText();
    edit.replace(document.uri, new vscode.Range(document.positionAt(0), document.positionAt(text.length)), change(text));
    assert.ok(await vscode.workspace.applyEdit(edit));
    assert.ok(await document.save());
  }

  it("opens a writable copy beside the patch's own text", async () => {
    await vscode.commands.executeCommand("lifeline.editWhatIf");
    const input = await eventually("the diff", () => {
      const shown = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      return shown instanceof vscode.TabInputTextDiff && shown.modified.scheme === "lifeline-edit" ? shown : undefined;
    });
    const original = await vscode.workspace.openTextDocument(input.original);
    const edited = await vscode.workspace.openTextDocument(input.modified);
    assert.equal(edited.getText(), original.getText());
    assert.equal(edited.languageId, "lifeline-c");
  });

  it("runs the scenario when the copy is saved, and says what the edit changed", async function () {
    this.timeout(60_000);
    await save((text) => text.replace("return refcount_inc_not_zero(&group->users);", "refcount_inc(&group->users);\n\treturn true;"));
    const panel = await eventually("the page", () => api.panels.get(session.id), 30_000);
    const result = await eventually("the run", () => panel.lastResult, 30_000);
    assert.equal(result.scenario, "open-last-put");
    assert.equal(result.verdict, "violation", result.reason ?? "");
    assert.equal(result.kind, "refcount");
    assert.match(result.whatIf ?? "", /vfio\.c/);
    // The steps lead into the copy, because its lines are no longer the patch's.
    const step = result.steps.findIndex((one) => one.text.includes("refcount_inc(&group->users)"));
    await eventually("the mark in the copy", async () => {
      await panel.receive({ type: "step", step });
      return panel.markedLines.some((mark) => mark.uri === copy().toString());
    });
  });

  it("keeps the copy until it is discarded, and reads bad C without losing it", async function () {
    this.timeout(60_000);
    await save((text) => text.replace("\treturn true;", "\treturn (true;"));
    const panel = await eventually("the page", () => api.panels.get(session.id));
    const reason = await eventually("an answer", () => panel.lastResult?.reason, 30_000);
    assert.match(reason, /vfio\.c, line 4\d\d/);
    assert.match(api.edits.textOf(session.uri(place(), path, "after")) ?? "", /return \(true;/);
    await vscode.commands.executeCommand("lifeline.discardWhatIf", copy());
    assert.equal(api.edits.textOf(session.uri(place(), path, "after")), undefined);
  });

  it("judges the lines of the patch: the guard is load-bearing", async function () {
    this.timeout(120_000);
    const report = await api.loadBearing.judge(session, place());
    const guard = report.lines.find((line) => line.text.includes("refcount_inc_not_zero(&group->users)"));
    assert.equal(guard?.verdict, "load-bearing");
    assert.equal(api.loadBearing.reportOf(place().patch.key), report);
  });
});
