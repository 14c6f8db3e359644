// Comment threads: on the lines that the mails quote, safe, and walkable.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { LifelineComment, LifelineThread } from "../../src/vscode/comments/types.js";
import type { TestApi } from "../../src/vscode/extension.js";
import { skipTest } from "./skip.js";
import { activeDiff, closeEverything, corpusFile, editorOf, eventually, findRow, getApi, mail, makeFolder, readTree, removeFolder, smallDiff, writeInput } from "./support.js";

const bodyOf = (comment: vscode.Comment): string => (typeof comment.body === "string" ? comment.body : comment.body.value);

/** A comment's words as they are shown: entities decoded. */
const wordsOf = (comment: vscode.Comment): string => bodyOf(comment).replaceAll("&nbsp;", " ").replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));

describe("comment threads", () => {
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

  const question = (): LifelineThread => {
    const found = api.threads.all.find((thread) => thread.label?.startsWith("Do we even need this helper?"));
    assert.ok(found, api.threads.all.map((thread) => thread.label).join("\n"));
    return found;
  };

  it("put the sample's question at the end of the function it is about, as one thread of three mails", async () => {
    await vscode.commands.executeCommand("lifeline.openSample");
    const thread = question();
    assert.equal(thread.uri.authority, "after");
    assert.equal(thread.uri.path, "/v2 patch 5/drivers/vfio/vfio.c");
    assert.equal((thread.range?.end.line ?? -1) + 1, 480);
    assert.deepEqual(thread.comments.map((comment) => comment.author.name), ["Christoph Hellwig", "Jason Gunthorpe", "Alex Williamson"]);
    assert.match(thread.label ?? "", /guessed: the page has no message ids/);
    assert.equal(thread.state, vscode.CommentThreadState.Unresolved);
    assert.equal(thread.canReply, true);
    assert.equal(thread.contextValue, "thread exact after code open");
    assert.match(thread.label ?? "", /open, Jason Gunthorpe's turn/);
    assert.match(wordsOf(thread.comments[0] as vscode.Comment), /^Do we even need this helper\? {2}Just open coding/);
    assert.deepEqual(thread.comments.map((comment) => comment.timestamp?.toISOString().slice(0, 10)), ["2021-10-13", "2021-10-13", "2021-10-14"]);
  });

  it("never stand on a line that nobody has seen", async function () {
    const uri = corpusFile("vfio/vfio-group-cdev-all.mbox") ?? skipTest(this, "no corpus beside the project");
    await vscode.commands.executeCommand("lifeline.openFile", uri);
    assert.ok(api.threads.all.length >= 10);
    for (const thread of api.threads.all) {
      const { anchor } = thread.lifeline.thread;
      if (anchor.quality === "lost" || thread.range === undefined) {
        assert.equal(thread.uri.authority, "message");
        continue;
      }
      const document = await vscode.workspace.openTextDocument(thread.uri);
      assert.ok(thread.range.end.line < document.lineCount, `${thread.label}: line ${thread.range.end.line + 1} of ${document.lineCount}`);
      assert.doesNotMatch(document.lineAt(thread.range.end.line).text, /are not in the patch/);
    }
  });

  it("stand on the before side when a removed line is quoted", async () => {
    const reply = mail({
      id: "r1@example.org", subject: "Re: [PATCH] lib: two", from: "Rob Reader <rob@example.org>", inReplyTo: "p1@example.org", date: "Mon, 6 Jan 2025 11:00:00 +0000",
      body: "> @@ -10,6 +10,6 @@ static int helper(void)\n>  int one(void)\n>  {\n> -\treturn 1;\n\nWhy was this wrong?\n",
    });
    const uri = writeInput(folder, "before.mbox", mail({ id: "p1@example.org", subject: "[PATCH] lib: two", body: `Why.\n${smallDiff}` }) + reply);
    await vscode.commands.executeCommand("lifeline.openFile", uri);
    const [thread, ...others] = api.threads.all;
    assert.ok(thread);
    assert.deepEqual(others, []);
    assert.equal(thread.uri.authority, "before");
    assert.equal((thread.range?.end.line ?? -1) + 1, 13);
    await vscode.commands.executeCommand("lifeline.nextThread");
    const { input } = await eventually("the diff", activeDiff);
    const editor = await eventually("the before side at its line", () => {
      const shown = editorOf(input.original);
      return shown?.selection.active.line === 12 ? shown : undefined;
    });
    assert.equal(editor.document.lineAt(12).text, "\treturn 1;");
    assert.equal(thread.collapsibleState, vscode.CommentThreadCollapsibleState.Expanded);
  });

  it("open at their line from the tree", async () => {
    await vscode.commands.executeCommand("lifeline.openSample");
    const row = findRow(await readTree(api), "Do we even need this helper?");
    const thread = question();
    thread.collapsibleState = vscode.CommentThreadCollapsibleState.Collapsed;
    await vscode.commands.executeCommand("lifeline.openThread", row.node);
    const { input } = await eventually("the diff", activeDiff);
    await eventually("the line", () => editorOf(input.modified)?.selection.active.line === 479);
    assert.equal(thread.collapsibleState, vscode.CommentThreadCollapsibleState.Expanded);
  });

  it("can be walked over the whole series and round", async function () {
    // A dozen diffs are opened, each of which the editor compares first.
    this.timeout(90_000);
    const uri = corpusFile("vfio/vfio-group-cdev-all.mbox") ?? skipTest(this, "no corpus beside the project");
    await vscode.commands.executeCommand("lifeline.openFile", uri);
    const count = api.threads.all.filter((thread) => thread.lifeline.thread.question.asks).length;
    assert.ok(count > 5 && count < api.threads.all.length, `${count} questions`);
    const seen: string[] = [];
    for (let at = 1; at <= count; at++) {
      await vscode.commands.executeCommand("lifeline.nextThread");
      assert.deepEqual(api.walk.position, { index: at, count });
      seen.push(vscode.window.tabGroups.activeTabGroup.activeTab?.label ?? "");
    }
    assert.ok(new Set(seen).size > 1, seen.join(", "));
    await vscode.commands.executeCommand("lifeline.nextThread");
    assert.equal(api.walk.position?.index, 1);
    await vscode.commands.executeCommand("lifeline.previousThread");
    assert.equal(api.walk.position?.index, count);
  });

  it("are settled by the user alone, stay so over a reload, and open again when the discussion goes on", async () => {
    const posting = mail({ id: "p3@example.org", subject: "[PATCH] lib: settle", body: `Why.\n${smallDiff}` });
    const asked = mail({ id: "r3@example.org", subject: "Re: [PATCH] lib: settle", from: "Rob Reader <rob@example.org>", inReplyTo: "p3@example.org", body: "> +\treturn 2;\n\nReally?\n", date: "Mon, 6 Jan 2025 12:00:00 +0000" });
    const answered = mail({ id: "a3@example.org", subject: "Re: [PATCH] lib: settle", inReplyTo: "r3@example.org", body: "> > +\treturn 2;\n>\n> Really?\n\nYes.\n", date: "Mon, 6 Jan 2025 13:00:00 +0000" });
    const uri = writeInput(folder, "settle.mbox", posting + asked);
    await vscode.commands.executeCommand("lifeline.openFile", uri);
    assert.match(findRow(await readTree(api), "Really?").description, /open, Ann Author's turn/);
    await vscode.commands.executeCommand("lifeline.settle", findRow(await readTree(api), "Really?").node);
    assert.equal(api.threads.all[0]?.state, vscode.CommentThreadState.Resolved);
    assert.match(api.threads.all[0]?.contextValue ?? "", /settled$/);
    assert.equal(findRow(await readTree(api), "Really?").icon, "pass");
    await vscode.commands.executeCommand("lifeline.reload", findRow(await readTree(api), "Really?").node);
    assert.equal(api.threads.all[0]?.state, vscode.CommentThreadState.Resolved);
    await vscode.commands.executeCommand("lifeline.reopen", api.threads.all[0]);
    assert.equal(api.threads.all[0]?.state, vscode.CommentThreadState.Unresolved);
    await vscode.commands.executeCommand("lifeline.settle", api.threads.all[0]);
    writeInput(folder, "settle.mbox", posting + asked + answered);
    await vscode.commands.executeCommand("lifeline.reload", findRow(await readTree(api), "Really?").node);
    assert.equal(api.threads.all[0]?.comments.length, 2);
    assert.match(api.threads.all[0]?.contextValue ?? "", /answered$/);
    assert.equal(api.threads.all[0]?.state, vscode.CommentThreadState.Unresolved);
  });

  it("are listed apart, and stand on no line, when their quote is nowhere", async () => {
    const uri = writeInput(folder, "lost.mbox", mail({ id: "p4@example.org", subject: "[PATCH] lib: lost", body: `Why.\n${smallDiff}` })
      + mail({ id: "r4@example.org", subject: "Re: [PATCH] lib: lost", from: "Rob Reader <rob@example.org>", inReplyTo: "p4@example.org", body: "On Mon, 6 Jan 2025, Ann Author wrote:\n> something that nobody has written in this patch\n\nReally?\n", date: "Mon, 6 Jan 2025 12:00:00 +0000" }));
    await vscode.commands.executeCommand("lifeline.openFile", uri);
    const group = findRow(await readTree(api), "Not placed");
    assert.deepEqual(group.children.map((row) => row.label), ["Really?"]);
    assert.equal(api.threads.all[0]?.range, undefined);
  });

  it("give the id of a mail to the clipboard", async () => {
    const uri = writeInput(folder, "id.mbox", mail({ id: "p2@example.org", subject: "[PATCH] lib: id", body: `Why.\n${smallDiff}` })
      + mail({ id: "r2@example.org", subject: "Re: [PATCH] lib: id", inReplyTo: "p2@example.org", body: "> +\treturn 2;\n\nReally?\n", date: "Mon, 6 Jan 2025 12:00:00 +0000" }));
    await vscode.commands.executeCommand("lifeline.openFile", uri);
    const comment = api.threads.all[0]?.comments[0] as LifelineComment;
    await vscode.commands.executeCommand("lifeline.copyMessageId", comment);
    assert.equal(await vscode.env.clipboard.readText(), "<r2@example.org>");
  });
});
