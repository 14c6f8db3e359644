// Git trees in the editor: whole files and what is said of them, applying and exporting a series; patches marked as seen; a mailbox that changes on disk.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import type { TestApi } from "../../src/vscode/extension.js";
import { activeDiff, allRows, closeEverything, eventually, findRow, getApi, mail, makeFolder, notificationsOf, readTree, removeFolder, writeInput } from "./support.js";

describe("a git tree", () => {
  let api: TestApi;
  const folder = makeFolder();
  const tree = join(folder, "tree");
  const text = Array.from({ length: 60 }, (_, at) => `int line_${at + 1};\n`).join("");
  let mails = "";
  const git = (...words: string[]): string => execFileSync("git", words, { cwd: tree, encoding: "utf8", env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" } });
  const setTree = (path: string | undefined): Thenable<void> => vscode.workspace.getConfiguration("lifeline").update("tree", path, vscode.ConfigurationTarget.Global);

  before(async () => {
    api = await getApi();
    mkdirSync(join(tree, "lib"), { recursive: true });
    git("init", "--quiet", "--initial-branch=main");
    git("config", "user.name", "Carl Committer");
    git("config", "user.email", "carl@example.org");
    writeFileSync(join(tree, "lib/x.c"), text);
    git("add", "--all");
    git("commit", "--quiet", "--message", "begin");
    writeFileSync(join(tree, "lib/x.c"), text.replace("int line_30;", "int thirty;"));
    const diff = git("diff");
    git("checkout", "--quiet", "--", ".");
    mails = [
      mail({ id: "g0@x", subject: "[PATCH v2 0/1] lib: tree", body: "Why." }).replace("To: list@example.org", "To: Rita Reviewer <rita@example.org>, Sam Silent <sam@example.org>, list@lists.example.org"),
      mail({ id: "g1@x", inReplyTo: "g0@x", subject: "[PATCH v2 1/1] lib: thirty", body: `Why.\n\nSigned-off-by: Ann Author <ann@example.org>\n---\n${diff}-- \n2.43.0\n` }),
      mail({ id: "g2@x", inReplyTo: "g1@x", from: "Rita Reviewer <rita@example.org>", subject: "Re: [PATCH v2 1/1] lib: thirty", body: "> +int thirty;\n\nFine.\n\nReviewed-by: Rita Reviewer <rita@example.org>\n" }),
    ].join("");
  });
  beforeEach(() => closeEverything(api));
  after(async () => {
    await setTree(undefined);
    await closeEverything(api);
    removeFolder(folder);
  });

  const open = (name: string, content = mails): Thenable<unknown> => vscode.commands.executeCommand("lifeline.openFile", writeInput(folder, name, content));

  it("makes files whole, says so where the document is read, and is given up again", async () => {
    await open("whole.mbox");
    await vscode.commands.executeCommand("lifeline.openFileDiff", findRow(await readTree(api), "x.c").node);
    const { input } = await eventually("the diff", activeDiff);
    await eventually("the source", () => api.trees.shown.includes("patch alone"));
    await setTree(tree);
    await eventually("the verified source", () => api.trees.shown.includes("git tree, verified"));
    await eventually("the whole text", async () => (await vscode.workspace.openTextDocument(input.modified)).getText() === text.replace("int line_30;", "int thirty;"));
    assert.equal(api.threads.all.length, 1);
    await setTree(join(folder, "nowhere"));
    await eventually("the patch's own text", () => api.trees.shown.includes("patch alone"));
    await setTree(undefined);
  });

  it("takes a series on a new branch in a new worktree", async () => {
    await setTree(tree);
    await open("apply.mbox");
    const worktree = join(folder, "applied");
    const node = findRow(await readTree(api), /^v2$|^lib: tree/).node;
    const shown = await notificationsOf(async () => vscode.commands.executeCommand("lifeline.applySeries", node, { worktree, branch: "review/tree" }));
    assert.deepEqual(shown, []);
    assert.ok(readFileSync(join(worktree, "lib/x.c"), "utf8").includes("int thirty;"));
    assert.match(git("log", "-1", "--format=%B", "review/tree"), /Signed-off-by: Ann Author <ann@example.org>\nReviewed-by: Rita Reviewer <rita@example.org>/);
    const again = await notificationsOf(async () => vscode.commands.executeCommand("lifeline.applySeries", node, { worktree: join(folder, "other"), branch: "review/tree" }));
    assert.deepEqual(again, ["There is a branch review/tree already."]);
    assert.equal(existsSync(join(folder, "other")), false);
    await setTree(undefined);
    const none = await notificationsOf(async () => vscode.commands.executeCommand("lifeline.applySeries", node, { worktree: join(folder, "other") }));
    assert.equal(none.length, 1);
    assert.equal(existsSync(join(folder, "other")), false);
  });

  it("is not needed to write what git am takes", async () => {
    await open("export.mbox");
    const file = join(folder, "out.mbox");
    await vscode.commands.executeCommand("lifeline.exportAm", findRow(await readTree(api), /^1\/1/).node, vscode.Uri.file(file));
    git("checkout", "--quiet", "-b", "exported", "main");
    git("am", "--quiet", file);
    assert.match(git("log", "-1", "--format=%an %s"), /^Ann Author lib: thirty/);
  });

  it("has patches that are marked as seen, counted, and kept; and says who has not answered", async () => {
    await open("seen.mbox");
    const patch = findRow(await readTree(api), /^1\/1/);
    assert.match(patch.description, /^R1/);
    assert.match(patch.context, /\bunseen\b/);
    await vscode.commands.executeCommand("lifeline.markSeen", patch.node);
    const rows = await readTree(api);
    assert.match(findRow(rows, /^1\/1/).context, /\bseen\b/);
    assert.equal(api.view.getTreeItem(findRow(rows, /^1\/1/).node).checkboxState !== undefined, true);
    assert.ok(allRows(rows).some((row) => row.description.includes("1 of 1 seen")));
    assert.ok(allRows(rows).some((row) => row.label === "1 person has not answered" && row.description === "Sam Silent"));
    await vscode.commands.executeCommand("lifeline.markNotSeen", patch.node);
    assert.match(findRow(await readTree(api), /^1\/1/).context, /\bunseen\b/);
  });
});

describe("a mailbox that changes on disk", () => {
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

  const diff = "---\n lib/s.c | 2 +-\n\ndiff --git a/lib/s.c b/lib/s.c\n--- a/lib/s.c\n+++ b/lib/s.c\n@@ -1,3 +1,3 @@\n int one;\n-int two;\n+int TWO;\n int three;\n-- \n2.43.0\n";
  const first = mail({ id: "f1@x", subject: "[PATCH] lib: follow", body: `Why.\n${diff}` }) +
    mail({ id: "f2@x", inReplyTo: "f1@x", from: "Rita <rita@example.org>", subject: "Re: [PATCH] lib: follow", body: "> -int two;\n> +int TWO;\n\nWhy capitals?\n" });
  const more = mail({ id: "f3@x", inReplyTo: "f2@x", from: "Ann Author <ann@example.org>", subject: "Re: [PATCH] lib: follow", body: "> Why capitals?\n\nTo be heard.\n" });

  it("is followed by tree, threads and documents; what is open stays open, the same threads stay", async () => {
    const uri = writeInput(folder, "follow.mbox", first);
    await vscode.commands.executeCommand("lifeline.openFile", uri);
    await vscode.commands.executeCommand("lifeline.openFileDiff", findRow(await readTree(api), "s.c").node);
    const { tab } = await eventually("the diff", activeDiff);
    const [thread] = api.threads.all;
    assert.ok(thread);
    assert.equal(thread.comments.length, 1);
    thread.collapsibleState = vscode.CommentThreadCollapsibleState.Collapsed;
    // In two goes, as a mail program does.
    appendFileSync(uri.fsPath, more.slice(0, 60));
    setTimeout(() => appendFileSync(uri.fsPath, more.slice(60)), 100);
    await eventually("the answer in the thread", () => api.threads.all[0]?.comments.length === 2);
    assert.equal(api.threads.all.length, 1);
    assert.equal(api.threads.all[0], thread, "the thread is the same object, so what was typed into it is still there");
    assert.equal(thread.collapsibleState, vscode.CommentThreadCollapsibleState.Collapsed);
    assert.equal(activeDiff()?.tab.label, tab.label);
    assert.ok(!allRows(await readTree(api)).some((row) => row.description.includes("changed on disk")));
  });

  it("keeps what was read when the file is broken for a while", async () => {
    const uri = writeInput(folder, "broken.mbox", first);
    await vscode.commands.executeCommand("lifeline.openFile", uri);
    writeFileSync(uri.fsPath, "");
    const rows = await eventually("the mark", async () => {
      const found = await readTree(api);
      return allRows(found).some((row) => row.description.includes("changed on disk")) && found;
    });
    assert.equal(api.threads.all.length, 1);
    assert.ok(allRows(rows).some((row) => row.label === "s.c"));
    writeFileSync(uri.fsPath, first + more);
    await eventually("the mended file", () => api.threads.all[0]?.comments.length === 2);
  });
});
