// What cannot be opened: one clear notification, an entry in the output channel, and what was open stays as it is.
import assert from "node:assert/strict";
import { mkdirSync, openSync, ftruncateSync, closeSync, chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as vscode from "vscode";
import type { TestApi } from "../../src/vscode/extension.js";
import { skipTest } from "./skip.js";
import { closeEverything, findRow, getApi, mail, makeFolder, notificationsOf, outline, readTree, removeFolder, smallDiff, writeInput } from "./support.js";

describe("bad input", () => {
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

  /** Opens it, and holds the extension to one notification, one log entry and an untouched view. */
  async function refused(uri: vscode.Uri, reason: RegExp): Promise<void> {
    const before = outline(await readTree(api));
    const threads = [...api.threads.all];
    const shown = await notificationsOf(async () => vscode.commands.executeCommand("lifeline.openFile", uri));
    assert.equal(shown.length, 1, shown.join("\n"));
    assert.match(shown[0] ?? "", reason);
    assert.ok(api.log.recent.some((entry) => entry.level === "error" && entry.text.startsWith(shown[0] ?? "-")), "no entry in the output channel");
    assert.equal(outline(await readTree(api)), before);
    assert.deepEqual(api.threads.all, threads);
  }

  it("a file that is not there", () => refused(vscode.Uri.file(join(folder, "nothing.mbox")), /nothing\.mbox: it does not exist\./));

  it("a folder", async () => {
    mkdirSync(join(folder, "box"));
    await refused(vscode.Uri.file(join(folder, "box")), /box is a folder/);
  });

  it("an empty file", () => refused(writeInput(folder, "empty.mbox", ""), /empty\.mbox is empty/));

  it("a file of blanks", () => refused(writeInput(folder, "blank.mbox", " \n\n\t\n"), /blank\.mbox is (empty|neither mail nor a patch)/));

  it("a binary file", () => {
    const bytes = new Uint8Array(4096).map((_, at) => (at * 7919) % 256);
    return refused(writeInput(folder, "picture.eml", bytes), /picture\.eml (is neither mail nor a patch|has one message, but no patch)/);
  });

  it("a text that is no mail", () => refused(writeInput(folder, "notes.txt", "milk\neggs\nbread\n"), /notes\.txt is neither mail nor a patch/));

  it("a mail without a patch", () => refused(
    writeInput(folder, "hello.eml", "From: Ann <ann@example.org>\nSubject: lunch?\nMessage-ID: <l@example.org>\n\nAt noon.\n"), /hello\.eml (has one message, but no patch|is neither)/,
  ));

  it("a gzip file that is cut off", () => {
    const whole = gzipSync(Buffer.from(mail({ id: "z@example.org", subject: "[PATCH] z", body: smallDiff })));
    return refused(writeInput(folder, "cut.mbox.gz", whole.subarray(0, whole.length / 2)), /cut\.mbox\.gz is neither mail nor a patch/);
  });

  it("a gzip file that inflates without end", () => refused(
    writeInput(folder, "bomb.mbox.gz", gzipSync(Buffer.alloc(400 * 1024 * 1024))), /bomb\.mbox\.gz/,
  ));

  it("a file of 100 MB, without reading it", async () => {
    const path = join(folder, "huge.mbox");
    const file = openSync(path, "w");
    ftruncateSync(file, 100 * 1024 * 1024);
    closeSync(file);
    await refused(vscode.Uri.file(path), /huge\.mbox is too large: 100 MB\. Lifeline opens files up to 64 MB\./);
  });

  it("a file that may not be read", async function () {
    if (process.getuid?.() === 0) skipTest(this, "root may read everything");
    const uri = writeInput(folder, "secret.mbox", "From x");
    chmodSync(uri.fsPath, 0);
    await refused(uri, /access is denied/);
  });

  it("a file that turns bad keeps the old reading when it is reloaded", async () => {
    const uri = writeInput(folder, "turns.patch", mail({ id: "t@example.org", subject: "[PATCH] lib: turns", body: `Why.\n${smallDiff}` }));
    await vscode.commands.executeCommand("lifeline.openFile", uri);
    const row = findRow(await readTree(api), "lib: turns");
    writeFileSync(uri.fsPath, "nonsense\n");
    const shown = await notificationsOf(async () => vscode.commands.executeCommand("lifeline.reload", row.node));
    assert.match(shown.join("\n"), /turns\.patch is neither mail nor a patch/);
    await vscode.commands.executeCommand("lifeline.openFileDiff", findRow(await readTree(api), "small.c").node);
    assert.equal(vscode.window.tabGroups.activeTabGroup.activeTab?.label, "small.c (v1 1/1)");
    const session = api.sessions.all.find((one) => one.source.label === "turns.patch");
    const place = session?.patch(session.view.series[0]?.revisions[0]?.patches[0]?.key ?? "");
    assert.ok(session && place);
    assert.match((await session.document(place, ":message", "after"))?.text ?? "", /Why\./);
    await vscode.commands.executeCommand("lifeline.close", row.node);
  });

  it("a broken second patch leaves the first fully usable, and is named", async () => {
    const broken = smallDiff.replace("@@ -10,6 +10,6 @@", "@@ -10,60 +10,60 @@");
    const uri = writeInput(folder, "broken.mbox", mail({ id: "b1@example.org", subject: "[PATCH 1/2] lib: whole", body: `Why.\n${smallDiff}` })
      + mail({ id: "b2@example.org", subject: "[PATCH 2/2] lib: broken", body: `Why.\n${broken}`, inReplyTo: "b1@example.org", date: "Mon, 6 Jan 2025 10:00:01 +0000" }));
    const shown = await notificationsOf(async () => vscode.commands.executeCommand("lifeline.openFile", uri));
    assert.deepEqual(shown, []);
    const tree = await readTree(api);
    const whole = findRow(tree, "1/2 lib: whole");
    assert.equal(findRow(whole.children, "small.c").description, "M +1 −1 · lib");
    const bad = findRow(tree, "2/2 lib: broken");
    assert.equal(bad.icon, "warning");
    assert.ok(bad.children.some((row) => row.node.kind === "problem"), outline([bad]));
    assert.ok(api.log.recent.some((entry) => entry.text.startsWith("broken.mbox: ") && entry.text.includes("lib/small.c")), "the problem is not in the output");
    await vscode.commands.executeCommand("lifeline.close", tree.find((row) => row.label.startsWith("lib: "))?.node);
  });

  it("a crashed worker is started again, and open series go on working", async () => {
    const starts = api.engine.starts;
    await api.engine.crash();
    assert.equal(api.engine.running, false);
    const session = api.sessions.all.find((one) => one.source.label.startsWith("vfio"));
    assert.ok(session);
    const patch = session.view.series[0]?.revisions[0]?.patches.find((one) => one.mail !== null);
    assert.ok(patch);
    const answer = await api.engine.call("document", { session: session.id, patchKey: patch.key, path: ":message", side: "after" });
    assert.match(answer.text, /Modernize/);
    assert.equal(api.engine.starts, starts + 1);
  });

  it("commands called with nonsense show one notification and do no harm", async () => {
    for (const id of ["openFileDiff", "openAllChanges", "viewLifecycle", "openCommitMessage"]) {
      const shown = await notificationsOf(async () => vscode.commands.executeCommand(`lifeline.${id}`, { kind: "nothing", id: "x" }));
      assert.equal(shown.length, 1, `${id}: ${shown.join("\n")}`);
    }
  });
});
