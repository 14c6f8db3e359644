// Writing comments, and the reply that is made of them: kept over reloads, on the right lines, and on disk as it is shown.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import type { LifelinePending } from "../../src/vscode/comments/types.js";
import { CommentingRanges } from "../../src/vscode/comments/commenting.js";
import { Pending } from "../../src/vscode/draft/pending.js";
import type { Program } from "../../src/vscode/draft/programs.js";
import type { TestApi } from "../../src/vscode/extension.js";
import { closeEverything, eventually, findRow, getApi, mail, makeFolder, notificationsOf, readTree, removeFolder, smallDiff, writeInput } from "./support.js";

const posting = mail({ id: "p1@example.org", subject: "[PATCH] lib: two", body: `Two is better.\n\nMuch better.\n${smallDiff}` });
const reply = mail({
  id: "r1@example.org", subject: "Re: [PATCH] lib: two", from: "Rob Reader <rob@example.org>", inReplyTo: "p1@example.org", date: "Mon, 6 Jan 2025 11:00:00 +0000",
  body: "> +\treturn 2;\n\nWhy not three?\n",
});

describe("a reply", () => {
  let api: TestApi;
  let folder = "";
  const programs: Program[] = [];

  before(async () => {
    folder = makeFolder();
    api = await getApi();
    api.drafts.run = (program) => programs.push(program);
  });
  beforeEach(async () => {
    await closeEverything(api);
    programs.length = 0;
    await open(posting + reply);
  });
  afterEach(async () => {
    for (const key of new Set(api.pending.all.map((comment) => comment.patchKey))) await api.drafts.discard(key);
  });
  after(async () => {
    await closeEverything(api);
    removeFolder(folder);
  });

  const open = async (text: string): Promise<void> => {
    await vscode.commands.executeCommand("lifeline.openFile", writeInput(folder, "reply.mbox", text));
  };

  const patchRow = async () => findRow(await readTree(api), "lib: two").node;

  /** What the editor hands over when the button below its box is pressed. */
  async function comment(path: string, side: "before" | "after", line: number, text: string): Promise<void> {
    const session = api.sessions.all[0];
    const place = session?.view.series.flatMap((series) => series.revisions.flatMap((revision) => revision.patches.map((patch) => ({ series, revision, patch }))))[0];
    assert.ok(session && place);
    const thread = { uri: session.uri(place, path, side), range: new vscode.Range(line - 1, 0, line - 1, 0), dispose: () => undefined };
    await vscode.commands.executeCommand("lifeline.addComment", { thread, text });
  }

  const bodyOf = (document: vscode.TextDocument): string => document.getText().slice(document.getText().indexOf("\n\n") + 2);

  async function draft(): Promise<vscode.TextDocument> {
    await vscode.commands.executeCommand("lifeline.openDraft", await patchRow());
    return eventually("the draft", () => (vscode.window.activeTextEditor?.document.fileName.includes("lifeline-reply-") ? vscode.window.activeTextEditor.document : undefined));
  }

  it("can begin on every line that a document knows, on both sides, and nowhere else", async () => {
    const session = api.sessions.all[0];
    const ranges = new CommentingRanges(api.sessions);
    const of = async (uri: vscode.Uri): Promise<string[]> => (await ranges.provideCommentingRanges(await vscode.workspace.openTextDocument(uri))).map((range) => `${range.start.line + 1}-${range.end.line + 1}`);
    const place = session?.view.series.flatMap((series) => series.revisions.flatMap((revision) => revision.patches.map((patch) => ({ series, revision, patch }))))[0];
    assert.ok(session && place);
    const [file] = place.patch.files;
    assert.ok(file);
    assert.deepEqual((await of(session.uri(place, file.path, "before"))).map((range) => range.split("-")[0]), ["10"]);
    assert.deepEqual((await of(session.uri(place, file.path, "after"))).map((range) => range.split("-")[0]), ["10"]);
    assert.match((await of(session.uri(place, ":message", "after"))).join(), /^1-\d$/);
    assert.deepEqual(await ranges.provideCommentingRanges(await vscode.workspace.openTextDocument({ content: "x" })), []);
  });

  it("gathers comments on lines of both sides, of the message and of a discussion", async () => {
    const file = "lib/small.c";
    await comment(file, "after", 13, "Second.");
    await comment(file, "before", 13, "First.");
    await comment(":message", "after", 1, "Is it?");
    assert.deepEqual(api.threads.ownThreads.map((thread) => `${thread.uri.authority} ${(thread.range?.end.line ?? -1) + 1} ${thread.contextValue}`), ["after 13 own", "before 13 own", "message 1 own"]);
    assert.match(findRow(await readTree(api), "lib: two").description, /3 comments not sent/);
    const document = await draft();
    assert.equal(document.languageId, "eml");
    assert.match(document.getText(), /^To: Ann Author <ann@example\.org>$/m);
    assert.match(document.getText(), /^Subject: Re: \[PATCH\] lib: two$/m);
    assert.match(document.getText(), /^In-Reply-To: <p1@example\.org>$/m);
    assert.deepEqual(bodyOf(document).split("\n").filter((line) => !line.startsWith(">") && line !== "" && line !== "[...]").slice(1), ["Is it?", "First.", "Second."]);
    const [, discussion] = [document, api.threads.all[0]];
    await vscode.commands.executeCommand("lifeline.addComment", { thread: discussion, text: "Three is odd." });
    assert.equal(discussion?.comments.length, 2);
    assert.equal(discussion?.comments[1]?.contextValue, "pending");
    assert.match(bodyOf(await draft()), /Rob Reader wrote:\n> Why not three\?\n\nThree is odd\./);
  });

  it("keeps its comments when the mailbox is read again, and finds their lines where they are now", async () => {
    await comment("lib/small.c", "after", 13, "Here.");
    const [before] = api.pending.all;
    await vscode.commands.executeCommand("lifeline.reload", await patchRow());
    assert.equal(api.threads.ownThreads.length, 1);
    await open(posting.replace("@@ -10,6 +10,6 @@", "@@ -20,6 +20,6 @@") + reply);
    await eventually("the comment ten lines below", () => (api.threads.ownThreads[0]?.range?.end.line === 22 ? true : undefined));
    assert.equal(api.pending.all[0]?.id, before?.id);
    await open(posting.replace("+\treturn 2;", "+\treturn 5;") + reply);
    await eventually("a comment without a line", () => (api.threads.ownThreads[0]?.uri.authority === "message" ? true : undefined));
    assert.match(api.threads.ownThreads[0]?.label ?? "", /its lines are not in the patch any more/);
  });

  it("keeps its comments in the workspace", async () => {
    await comment("lib/small.c", "after", 13, "Here.");
    const values = new Map<string, unknown>();
    const storage = { get: (key: string) => values.get(key), update: (key: string, value: unknown) => Promise.resolve(void values.set(key, structuredClone(value))), keys: () => [] };
    const first = new Pending(storage, api.engine);
    const [{ id: _id, ...rest } = { id: "" }] = api.pending.all as [(typeof api.pending.all)[number]];
    await first.add(rest as Omit<(typeof api.pending.all)[number], "id">);
    const second = new Pending(storage, api.engine);
    assert.deepEqual(second.all.map((one) => [one.path, one.line, one.text]), [["lib/small.c", 13, "Here."]]);
  });

  it("lets comments be edited and deleted", async () => {
    await comment("lib/small.c", "after", 13, "Here.");
    const shown = (): LifelinePending => api.threads.ownThreads[0]?.comments[0] as LifelinePending;
    await vscode.commands.executeCommand("lifeline.editComment", shown());
    assert.equal(shown().mode, vscode.CommentMode.Editing);
    assert.equal(shown().body, "Here.");
    await vscode.commands.executeCommand("lifeline.saveComment", { ...shown(), body: "There." });
    assert.equal(shown().mode, vscode.CommentMode.Preview);
    assert.equal(api.pending.all[0]?.text, "There.");
    const empty = await notificationsOf(() => Promise.resolve(vscode.commands.executeCommand("lifeline.saveComment", { ...shown(), body: " " })));
    assert.deepEqual(empty, ["The comment has no text."]);
    await vscode.commands.executeCommand("lifeline.deleteComment", shown());
    assert.deepEqual([api.pending.all.length, api.threads.ownThreads.length], [0, 0]);
  });

  it("keeps what is typed into a comment while the mailbox is read again", async () => {
    await comment("lib/small.c", "after", 13, "Here.");
    const own = api.threads.ownThreads[0];
    await vscode.commands.executeCommand("lifeline.editComment", own?.comments[0]);
    // The editor keeps its text for as long as it is given the same object.
    const edited = own?.comments[0];
    assert.equal(edited?.mode, vscode.CommentMode.Editing);
    await vscode.commands.executeCommand("lifeline.reload", await patchRow());
    assert.equal(api.threads.ownThreads[0], own);
    assert.equal(own?.comments[0], edited);
    await open(posting.replace("@@ -10,6 +10,6 @@", "@@ -20,6 +20,6 @@") + reply);
    await eventually("the comment ten lines below", () => (own?.range?.end.line === 22 ? true : undefined));
    assert.equal(own?.comments[0], edited);
    await open(posting.replace("+\treturn 2;", "+\treturn 5;") + reply);
    await eventually("a comment whose lines are gone", () => (api.pending.isLost(api.pending.all[0]?.id ?? "") ? true : undefined));
    assert.equal(api.threads.ownThreads[0], own);
    assert.equal(own?.comments[0], edited);
    await vscode.commands.executeCommand("lifeline.saveComment", { ...edited, body: "There." });
    assert.deepEqual(api.threads.ownThreads.map(({ uri, comments }) => [uri.authority, comments[0]?.mode]), [["message", vscode.CommentMode.Preview]]);
    assert.equal(api.pending.all[0]?.text, "There.");
  });

  it("keeps what is typed into an answer while the discussion goes on", async () => {
    const [discussion] = api.threads.all;
    await vscode.commands.executeCommand("lifeline.addComment", { thread: discussion, text: "Three is odd." });
    await vscode.commands.executeCommand("lifeline.editComment", discussion?.comments[1]);
    const edited = discussion?.comments[1];
    assert.equal(edited?.mode, vscode.CommentMode.Editing);
    await open(posting + reply + mail({ id: "a1@example.org", subject: "Re: [PATCH] lib: two", inReplyTo: "r1@example.org", date: "Mon, 6 Jan 2025 12:00:00 +0000", body: "> > +\treturn 2;\n>\n> Why not three?\n\nNo.\n" }));
    const [later] = api.threads.all;
    assert.equal(later?.comments.length, 3);
    assert.equal(later.comments[2], edited);
    await vscode.commands.executeCommand("lifeline.cancelEdit", edited);
    assert.equal(later.comments[2]?.mode, vscode.CommentMode.Preview);
  });

  it("is saved and handed on as it is shown, byte for byte", async () => {
    await comment("lib/small.c", "after", 13, "Straße → ok?");
    const document = await draft();
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(document.lineCount, 0), "\nBy hand.  \n");
    await vscode.workspace.applyEdit(edit);
    const target = vscode.Uri.file(join(folder, "saved.eml"));
    await vscode.commands.executeCommand("lifeline.saveDraft", document.uri, target);
    assert.equal(readFileSync(target.fsPath, "utf8"), document.getText());
    assert.match(document.getText(), /Straße → ok\?\n\nBy hand\. {2}\n$/);
    await vscode.commands.executeCommand("lifeline.openInMutt", document.uri);
    await vscode.commands.executeCommand("lifeline.sendWithGit", document.uri);
    assert.deepEqual(programs.map((program) => program.path), ["mutt", "git"]);
    assert.deepEqual(programs[0]?.arguments, ["-H", document.uri.fsPath]);
    assert.deepEqual(programs[1]?.arguments.slice(0, 2), ["send-email", "--suppress-cc=all"]);
    assert.equal(programs[1]?.arguments.at(-1), document.uri.fsPath);
    assert.equal(readFileSync(document.uri.fsPath, "utf8"), document.getText());
    assert.equal(document.isDirty, false);
  });

  it("keeps what was written by hand, and adds what comes later below", async () => {
    await comment("lib/small.c", "after", 13, "Here.");
    const document = await draft();
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(document.lineCount, 0), "\nBy hand.\n");
    await vscode.workspace.applyEdit(edit);
    await comment(":message", "after", 1, "And here.");
    assert.match(bodyOf(await draft()), /Here\.\n\nBy hand\.\n\nOn .*wrote:\n> Two is better\.\n\nAnd here\.\n$/);
    await vscode.commands.executeCommand("lifeline.rebuildDraft", document.uri);
    assert.match(bodyOf(document), /And here\.[\s\S]*Here\.\n$/);
    assert.doesNotMatch(bodyOf(document), /By hand/);
  });

  it("takes text in as it is, above its trailers", async () => {
    await comment("lib/small.c", "after", 13, "Here.\n\nReviewed-by: Ted Tester <ted@example.org>");
    const session = api.sessions.all[0];
    const place = session?.patch(api.pending.all[0]?.patchKey ?? "");
    assert.ok(session && place);
    const trace = `CPU0                                CPU1\n${"-".repeat(100)}`;
    const document = await api.drafts.addToDraft(session, place, trace);
    assert.ok(bodyOf(document).includes(`Here.\n\n${trace}\n\nReviewed-by: Ted`), bodyOf(document));
  });

  it("says what is wrong when there is nothing to reply with", async () => {
    const row = await patchRow();
    assert.deepEqual(await notificationsOf(() => Promise.resolve(vscode.commands.executeCommand("lifeline.openDraft", row))), ["There is no reply to this patch yet. Write a comment first."]);
  });
});
