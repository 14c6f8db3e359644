// From an archive to the view, and back to the raw mail: Open from Lore, View Source, and reading that is cancelled.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import * as vscode from "vscode";
import type { TestApi } from "../../src/vscode/extension.js";
import { type LoreServer, startLoreServer } from "../edge/loreServer.js";
import { allRows, closeEverything, eventually, getApi, mail, makeFolder, notificationsOf, readTree, removeFolder, smallDiff, writeInput } from "./support.js";

describe("lore", () => {
  let api: TestApi;
  let server: LoreServer;
  const folder = makeFolder();
  const id = "1@example.org";
  const patch = mail({ id, subject: "[PATCH] lib: from afar", body: `Why\u0000 \u001b[31m\u202enot.\n${smallDiff}` });
  before(async () => {
    api = await getApi();
    server = await startLoreServer({ [id]: patch });
  });
  beforeEach(() => closeEverything(api));
  after(async () => {
    await closeEverything(api);
    await server.close();
    removeFolder(folder);
  });

  it("opens a thread by its link, keeps it for a reload, and forgets it when it is closed", async () => {
    await vscode.commands.executeCommand("lifeline.openLore", `${server.origin}/all/${id}/T/#u`);
    const [session] = api.sessions.all;
    assert.ok(session);
    assert.equal(session.source.label, id);
    assert.equal(session.view.series[0]?.name, "lib: from afar");
    const file = vscode.Uri.parse(session.source.uri).fsPath;
    assert.ok(existsSync(file));
    const asked = server.asked.length;
    await api.sessions.reload(session.id);
    assert.equal(server.asked.length, asked, "a reload asks nobody");
    await closeEverything(api);
    assert.ok(!existsSync(file));
  });

  it("says what is wrong, once, and leaves no worker behind", async () => {
    for (const [path, words] of [["/all/9@example.org/", "no such message"], ["/page/1@example.org/", "web page instead of the mailbox"], ["/elsewhere/1@example.org/", "not followed"], ["/all/", "There is no Message-ID"]] as const) {
      const shown = await notificationsOf(async () => vscode.commands.executeCommand("lifeline.openLore", server.origin + path));
      assert.equal(shown.length, 1);
      assert.ok(shown[0]?.includes(words), shown[0]);
    }
    assert.equal(api.sessions.all.length, 0);
    assert.equal(api.engine.running, false);
  });

  it("shows the raw mail of a patch, with nothing hidden in it", async () => {
    await api.sessions.openUri(writeInput(folder, "source.mbox", patch));
    const row = allRows(await readTree(api)).find((one) => /\btext\b/.test(one.context));
    assert.ok(row);
    await vscode.commands.executeCommand("lifeline.viewSource", row.node);
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor);
    assert.equal(editor.document.uri.authority, "source");
    assert.equal(editor.document.languageId, "lifeline-mail");
    const text = editor.document.getText();
    assert.ok(text.includes(`Message-ID: <${id}>`), text);
    assert.ok(text.includes("Why\u2400 \u241b[31m<U+202E>not."), text);
    // A command without a target means the patch of the mail that is looked at.
    await vscode.commands.executeCommand("lifeline.openCommitMessage");
    assert.equal(vscode.window.activeTextEditor?.document.uri.authority, "message");
  });

  it("stops reading when that is wished, and keeps what was open", async () => {
    const uri = writeInput(folder, "cancel.mbox", patch);
    await api.sessions.openUri(uri);
    const reloading = api.sessions.openUri(uri);
    const another = api.sessions.openUri(writeInput(folder, "large.mbox", patch.repeat(3000)));
    api.sessions.cancelOpening();
    for (const opening of [reloading, another]) await assert.rejects(Promise.resolve(opening), { name: "CancelledError" });
    assert.equal(api.sessions.all.length, 1);
    const [session] = api.sessions.all;
    assert.ok(session);
    const place = session.view.series[0]?.revisions[0]?.patches[0];
    assert.ok(place);
    await eventually("the kept series to answer", async () => (await api.engine.call("source", { session: session.id, mail: 0 })).includes(id));
  });
});
