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
    assert.equal(thread.canReply, false);
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
    const uri = corpusFile("vfio/vfio-group-cdev-all.mbox") ?? skipTest(this, "no corpus beside the project");
    await vscode.commands.executeCommand("lifeline.openFile", uri);
    const count = api.threads.all.length;
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

  it("give the id of a mail to the clipboard", async () => {
    const uri = writeInput(folder, "id.mbox", mail({ id: "p2@example.org", subject: "[PATCH] lib: id", body: `Why.\n${smallDiff}` })
      + mail({ id: "r2@example.org", subject: "Re: [PATCH] lib: id", inReplyTo: "p2@example.org", body: "> +\treturn 2;\n\nReally?\n", date: "Mon, 6 Jan 2025 12:00:00 +0000" }));
    await vscode.commands.executeCommand("lifeline.openFile", uri);
    const comment = api.threads.all[0]?.comments[0] as LifelineComment;
    await vscode.commands.executeCommand("lifeline.copyMessageId", comment);
    assert.equal(await vscode.env.clipboard.readText(), "<r2@example.org>");
  });
});
