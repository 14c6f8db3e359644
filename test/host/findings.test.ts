// Findings in the editor: in the Problems panel when a file is opened or a series is checked, gone with the series, off by setting.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { skipTest } from "./skip.js";
import { closeEverything, corpusFile, eventually, findRow, getApi, readTree, makeFolder, removeFolder, writeInput } from "./support.js";

const PATCH = `From: A Developer <dev@example.org>
Subject: [PATCH 1/1] foo: read the id late
Date: Mon, 4 Oct 2021 10:00:00 +0000
Message-ID: <found-1@example.org>

Text.

Signed-off-by: A Developer <dev@example.org>
---
diff --git a/foo.c b/foo.c
--- a/foo.c
+++ b/foo.c
@@ -1,8 +1,6 @@
 struct foo { int id; };
 static int foo_end(struct foo *foo)
 {
-	int id = foo->id;
-
 	kfree(foo);
-	return id;
+	return foo->id;
 }
`;

describe("findings", () => {
  const folder = makeFolder();
  after(() => removeFolder(folder));
  afterEach(async () => {
    await vscode.workspace.getConfiguration().update("lifeline.findings", undefined, vscode.ConfigurationTarget.Global);
    await closeEverything(await getApi());
  });

  const ours = (): (readonly [vscode.Uri, vscode.Diagnostic[]])[] => vscode.languages.getDiagnostics().filter(([uri, all]) => uri.scheme === "lifeline" && all.length > 0);

  it("stand on the line, with the way that leads there", async () => {
    const api = await getApi();
    await vscode.commands.executeCommand("lifeline.openFile", writeInput(folder, "found.mbox", PATCH));
    await eventually("the series", () => api.sessions.all[0]);
    await vscode.commands.executeCommand("lifeline.checkSeries");
    const [entry] = await eventually("a diagnostic", () => (ours().length > 0 ? ours() : null));
    assert.ok(entry);
    const [uri, [diagnostic]] = entry;
    assert.equal(uri.authority, "after");
    assert.equal(diagnostic?.code, "use-after-put");
    assert.equal(diagnostic.range.start.line, 4);
    assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Error);
    assert.deepEqual(diagnostic.relatedInformation?.map((one) => one.location.range.start.line), [3, 4]);
    await closeEverything(api);
    await eventually("no diagnostic", () => ours().length === 0);
  });

  it("come by themselves when a file is opened, unless they are turned off", async () => {
    const api = await getApi();
    await vscode.workspace.getConfiguration().update("lifeline.findings", false, vscode.ConfigurationTarget.Global);
    await vscode.commands.executeCommand("lifeline.openFile", writeInput(folder, "found.mbox", PATCH));
    await eventually("the series", () => api.sessions.all[0]);
    await vscode.commands.executeCommand("lifeline.openFileDiff");
    assert.deepEqual(ours(), []);
    await vscode.workspace.getConfiguration().update("lifeline.findings", true, vscode.ConfigurationTarget.Global);
    await eventually("a diagnostic", () => ours().length > 0);
  });

  it("are listed on the page of the patch that brings one in, and of the patch that mends it, and come and go with the setting", async function () {
    this.timeout(90_000);
    const uri = corpusFile("vfio/vfio-group-cdev-v1.mbox") ?? skipTest(this, "no corpus beside the project");
    const api = await getApi();
    await vscode.commands.executeCommand("lifeline.openFile", uri);
    const session = await eventually("the series", () => api.sessions.all[0]);
    const show = async (patch: RegExp): Promise<void> => {
      const rows = await readTree(api);
      await vscode.commands.executeCommand("lifeline.viewLifecycle", findRow(rows, patch).node);
    };
    await show(/^3\/5/);
    const panel = await eventually("the page", () => api.panels.get(session.id));
    const listed = (): string | null => panel.lastFindings?.map((one) => `${one.change} ${one.kind} ${one.function}`).join() ?? null;
    await eventually("what 3/5 brings in", () => listed() === "new frees-live vfio_create_group", 45_000);
    assert.ok(panel.sent.includes("findings"));
    await show(/^5\/5/);
    await eventually("what 5/5 mends", () => listed() === "fixed frees-live vfio_create_group");
    await vscode.workspace.getConfiguration().update("lifeline.findings", false, vscode.ConfigurationTarget.Global);
    await eventually("no list", () => panel.lastFindings === null);
    await vscode.workspace.getConfiguration().update("lifeline.findings", true, vscode.ConfigurationTarget.Global);
    await eventually("the list again", () => listed() === "fixed frees-live vfio_create_group");
  });
});
