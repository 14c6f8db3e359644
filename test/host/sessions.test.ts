// Sessions: restored after a reload, read again when a file changes, and gone without a trace when they are closed.
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import * as vscode from "vscode";
import { Sessions } from "../../src/vscode/session/sessions.js";
import type { TestApi } from "../../src/vscode/extension.js";
import { activeDiff, closeEverything, eventually, findRow, getApi, mail, makeFolder, notificationsOf, readTree, removeFolder, smallDiff, writeInput } from "./support.js";

/** A memory like the workspace's, as it would be found by the next window. */
class Memory implements vscode.Memento {
  constructor(private readonly values: Map<string, unknown>) {}
  keys(): readonly string[] {
    return [...this.values.keys()];
  }
  get<T>(key: string, otherwise?: T): T | undefined {
    // A memento's type parameter is the caller's word for what it stored.
    return (this.values.get(key) as T | undefined) ?? otherwise;
  }
  update(key: string, value: unknown): Promise<void> {
    this.values.set(key, JSON.parse(JSON.stringify(value)));
    return Promise.resolve();
  }
}

describe("sessions", () => {
  let api: TestApi;
  const folder = makeFolder();
  const patch = (subject: string, id: string): string => mail({ id, subject: `[PATCH] ${subject}`, body: `Why.\n${smallDiff}` });
  before(async () => {
    api = await getApi();
  });
  beforeEach(() => closeEverything(api));
  after(async () => {
    await closeEverything(api);
    removeFolder(folder);
  });

  /** What a window would have: its own sessions over a memory that windows share. */
  function windowWith(values: Map<string, unknown>): Sessions {
    // Only the memory of the context is used by sessions.
    const context = { workspaceState: new Memory(values) } as unknown as vscode.ExtensionContext;
    return new Sessions(context, api.engine, api.log, { settled: api.settled, pending: api.pending }, () => undefined);
  }

  it("come back in the next window, under the same ids", async () => {
    const values = new Map<string, unknown>();
    const first = windowWith(values);
    const opened = await first.openUri(writeInput(folder, "restore.patch", patch("lib: back", "back@example.org")));
    first.dispose();
    const second = windowWith(values);
    assert.deepEqual(second.all, []);
    const found = await second.find(opened.id);
    assert.equal(found?.id, opened.id);
    assert.deepEqual(found?.view, opened.view);
    await second.restore();
    assert.equal(second.all.length, 1);
    await second.close(opened.id);
    assert.deepEqual(values.get("lifeline.sources"), []);
    second.dispose();
  });

  it("whose file is gone become a row that says so, without a notification", async () => {
    const values = new Map<string, unknown>();
    const first = windowWith(values);
    const uri = writeInput(folder, "gone.patch", patch("lib: gone", "gone@example.org"));
    const { id } = await first.openUri(uri);
    first.dispose();
    rmSync(uri.fsPath);
    const second = windowWith(values);
    const shown = await notificationsOf(() => second.restore());
    assert.deepEqual(shown, []);
    assert.match(second.failed[0]?.error.message ?? "", /gone\.patch: it does not exist/);
    await second.close(id);
    assert.deepEqual(second.failed, []);
    second.dispose();
    await api.engine.close(id);
  });

  it("do not trust what the memory says", async () => {
    for (const stored of [null, 3, "x", [null, 1, { id: 1 }, { id: "a", uri: "file:///etc/passwd", label: "x" }], { length: 9 }]) {
      const sessions = windowWith(new Map<string, unknown>([["lifeline.sources", stored]]));
      await sessions.restore();
      assert.deepEqual([sessions.all, sessions.failed], [[], []]);
      sessions.dispose();
    }
  });

  it("notice that their file has changed, and read it again", async () => {
    const uri = writeInput(folder, "changes.patch", patch("lib: changing", "changes@example.org"));
    await vscode.commands.executeCommand("lifeline.openFile", uri);
    await vscode.commands.executeCommand("lifeline.openFileDiff", findRow(await readTree(api), "small.c").node);
    const { input } = await eventually("the diff", activeDiff);
    writeFileSync(uri.fsPath, patch("lib: changing", "changes@example.org").replace("+\treturn 2;", "+\treturn 3;"));
    const [session] = api.sessions.all;
    const readAt = session?.readAt ?? 0;
    await eventually("the new reading", () => (session?.readAt ?? 0) > readAt);
    const row = findRow(await readTree(api), "lib: changing");
    assert.doesNotMatch(row.description, /changed on disk/);
    await eventually("the new text in the open diff", async () => (await vscode.workspace.openTextDocument(input.modified)).lineAt(12).text === "\treturn 3;");
  });

  it("leave nothing behind when they are closed", async () => {
    await vscode.commands.executeCommand("lifeline.openSample");
    const [session] = api.sessions.all;
    assert.ok(session);
    await vscode.commands.executeCommand("lifeline.openFileDiff", findRow(await readTree(api), "vfio.c").node);
    await eventually("the diff", activeDiff);
    await vscode.commands.executeCommand("lifeline.viewLifecycle", findRow(await readTree(api), /^5\/5/).node);
    await eventually("the page", () => api.panels.get(session.id));
    assert.ok(api.threads.all.length > 0);
    assert.ok(api.engine.running);
    await vscode.commands.executeCommand("lifeline.close", findRow(await readTree(api), /^Update vfio_group/).node);
    assert.deepEqual(api.sessions.all, []);
    assert.deepEqual(api.threads.all, []);
    assert.equal(api.panels.get(session.id), undefined);
    assert.equal(session.owner.disposed, true);
    assert.equal(session.owner.size, 0);
    assert.equal(api.engine.running, false);
    assert.deepEqual(await readTree(api), []);
    await eventually("closed tabs", () => vscode.window.tabGroups.all.flatMap((group) => group.tabs).length === 0);
  });

  it("stay closed when they are closed while their file is read again", async () => {
    const uri = writeInput(folder, "closed.patch", patch("lib: closed", "closed@example.org"));
    await vscode.commands.executeCommand("lifeline.openFile", uri);
    const [session] = api.sessions.all;
    assert.ok(session);
    const reading = api.sessions.reload(session.id).catch((error: unknown) => error);
    await api.sessions.close(session.id);
    assert.ok((await reading) instanceof Error);
    assert.deepEqual(api.sessions.all.map(({ source }) => source.label), []);
  });

  it("do not double when a file is opened twice", async () => {
    const uri = writeInput(folder, "twice.patch", patch("lib: twice", "twice@example.org"));
    await Promise.all([vscode.commands.executeCommand("lifeline.openFile", uri), vscode.commands.executeCommand("lifeline.openFile", uri)]);
    await vscode.commands.executeCommand("lifeline.openFile", uri);
    assert.equal(api.sessions.all.length, 1);
  });
});
