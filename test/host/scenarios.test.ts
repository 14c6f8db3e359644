// The user's own scenarios, and the way from a thread to a run.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { TestApi } from "../../src/vscode/extension.js";
import type { LifelineThread } from "../../src/vscode/comments/types.js";
import type { Session } from "../../src/vscode/session/session.js";
import { cratePatch } from "../crate.js";
import { skipTest } from "./skip.js";
import { allRows, closeEverything, corpusFile, eventually, findRow, getApi, mail, makeFolder, readTree, removeFolder, writeInput } from "./support.js";

describe("own scenarios and threads", () => {
  let api: TestApi;
  before(async () => {
    api = await getApi();
    await closeEverything(api);
  });
  afterEach(() => closeEverything(api));

  async function openSample(): Promise<Session> {
    await vscode.commands.executeCommand("lifeline.openSample");
    const [session] = api.sessions.all;
    assert.ok(session);
    return session;
  }

  async function replace(document: vscode.TextDocument, from: string | RegExp, to: string): Promise<void> {
    const edit = new vscode.WorkspaceEdit();
    const text = document.getText();
    const changed = text.replace(from, to);
    assert.notEqual(changed, text, "the text to replace is not there");
    edit.replace(document.uri, new vscode.Range(document.positionAt(0), document.positionAt(text.length)), changed);
    assert.ok(await vscode.workspace.applyEdit(edit));
  }

  /** The label of a thread, once it tells of a run. */
  async function verdictOf(made: LifelineThread): Promise<string> {
    await vscode.commands.executeCommand("lifeline.simulateThread", made);
    const session = api.sessions.get(made.lifeline.session);
    assert.ok(session);
    const verdict = api.threadRuns.verdict(session, made.lifeline.thread);
    assert.notEqual(verdict, "", api.log.recent.slice(-3).map((entry) => entry.text).join("\n"));
    await eventually("the verdict in the thread's heading", () => made.label?.includes(verdict));
    const rows = allRows(await readTree(api)).filter((row) => row.node.kind === "thread" && row.node.thread.key === made.lifeline.thread.key);
    assert.ok(rows.length > 0 && rows.every((row) => row.description.startsWith(verdict)), rows.map((row) => row.description).join("\n"));
    return verdict;
  }

  it("runs within the bounds of the settings, and names the one that ended it", async function () {
    this.timeout(60_000);
    const session = await openSample();
    const settings = vscode.workspace.getConfiguration("lifeline");
    const patch = findRow((await readTree(api)).flatMap((row) => row.children), /^5\/5/).node;
    await vscode.commands.executeCommand("lifeline.simulate", patch);
    const panel = api.panels.get(session.id);
    assert.ok(panel);
    const verdict = async (): Promise<string> => {
      await panel.receive({ type: "run", scenario: "open-last-put", side: "after", whatIf: null });
      return `${panel.lastResult?.verdict ?? ""} ${panel.lastResult?.stoppedBy ?? ""}`;
    };
    try {
      await settings.update("simulation.maxStates", 20, vscode.ConfigurationTarget.Global);
      assert.equal(await verdict(), "bounded maxStates");
      await settings.update("simulation.maxStates", undefined, vscode.ConfigurationTarget.Global);
      await settings.update("simulation.maxSwitches", 1, vscode.ConfigurationTarget.Global);
      assert.equal(await verdict(), "bounded maxPreemptions");
    } finally {
      await settings.update("simulation.maxStates", undefined, vscode.ConfigurationTarget.Global);
      await settings.update("simulation.maxSwitches", undefined, vscode.ConfigurationTarget.Global);
    }
    assert.equal(await verdict(), "clean ");
  });

  it("writes a scenario as a C document, runs it as it stands in the editor, and leads its steps there", async function () {
    this.timeout(60_000);
    const session = await openSample();
    const patch = findRow((await readTree(api)).flatMap((row) => row.children), /^5\/5/).node;
    await vscode.commands.executeCommand("lifeline.newScenario", patch, ["vfio_group_get", "vfio_group_put"]);
    const document = vscode.window.activeTextEditor?.document;
    assert.ok(document);
    assert.equal(document.uri.scheme, "file");
    assert.match(document.getText(), /^\/\* scenario:/);
    await replace(document, /title: .*/, "title: mine");
    await vscode.commands.executeCommand("lifeline.runScenario", document.uri);
    const panel = api.panels.get(session.id);
    const result = panel?.lastResult;
    assert.ok(panel && result, api.log.recent.slice(-3).map((entry) => entry.text).join("\n"));
    assert.notEqual(result.verdict, "does-not-apply", result.reason ?? "");
    assert.equal(panel.state.scenario, result.scenario);
    assert.deepEqual(vscode.languages.getDiagnostics(document.uri).filter((one) => one.source === "Lifeline"), []);
    // Something that goes wrong in the scenario itself has its steps in the document.
    await replace(document, "void setup(void)\n{", "void setup(void)\n{\n\tint *gone = kzalloc(4, GFP_KERNEL);\n\tkfree(gone);\n\t*gone = 1;\n");
    await vscode.commands.executeCommand("lifeline.runScenario", document.uri);
    const broken = panel.lastResult;
    assert.equal(broken?.verdict, "violation", broken?.reason ?? "");
    const index = broken.steps.findIndex((step) => (step.via ?? step).path.endsWith(document.uri.path.slice(document.uri.path.lastIndexOf("/"))));
    assert.ok(index >= 0, broken.steps.map((step) => step.path).join("\n"));
    await eventually("a mark in the scenario", async () => {
      await panel.receive({ type: "step", step: index });
      return panel.markedLines.some((mark) => mark.uri === document.uri.toString());
    });
    // The page runs it again by its name, with what stands in the editor now.
    await replace(document, "\t*gone = 1;\n", "");
    await panel.receive({ type: "run", scenario: broken.scenario, side: "after", whatIf: null });
    assert.equal(panel.lastResult?.findings.some((finding) => finding.kind === "use-after-free"), false);
    await document.save();
  });

  it("offers every scenario that was written for the patch, under a name of its own, until it is deleted", async function () {
    this.timeout(60_000);
    const session = await openSample();
    const patch = findRow((await readTree(api)).flatMap((row) => row.children), /^5\/5/).node;
    await vscode.commands.executeCommand("lifeline.simulate", patch);
    const panel = api.panels.get(session.id);
    assert.ok(panel);
    const write = async (...functions: string[]): Promise<{ readonly uri: vscode.Uri; readonly name: string }> => {
      await vscode.commands.executeCommand("lifeline.newScenario", patch, functions);
      const document = vscode.window.activeTextEditor?.document;
      assert.ok(document);
      return { uri: document.uri, name: /^\/\* scenario: *(\S+)/.exec(document.getText())?.[1] ?? "" };
    };
    await vscode.commands.executeCommand("lifeline.openFileDiff", findRow(await readTree(api), "vfio.c").node);
    const first = await write("vfio_group_put", "vfio_group_get");
    assert.equal(panel.state.scenario, first.name);
    // Named after its first function as well.
    const second = await write("vfio_group_put");
    assert.notEqual(second.name, first.name);
    assert.equal(panel.state.scenario, second.name);
    const offered = async (): Promise<readonly string[]> => (await panel.offeredScenarios()).flatMap((one) => (one.isOwn === true ? [one.name] : []));
    assert.ok((await offered()).includes(first.name) && (await offered()).includes(second.name), (await offered()).join());
    // The page can show and run the one that was not run last.
    await panel.receive({ type: "openScenario", scenario: first.name });
    assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), first.uri.toString());
    await panel.receive({ type: "run", scenario: first.name, side: "after", whatIf: null });
    const { lastResult } = panel;
    assert.equal(lastResult?.scenario, first.name);
    // The diff lies behind the scenario; the patch's line of a step brings it forward.
    const index = lastResult.steps.findIndex((step) => (step.via ?? step).path.endsWith("vfio.c"));
    assert.ok(index >= 0, lastResult.verdict);
    const isSeen = (): boolean => vscode.window.visibleTextEditors.some((editor) => editor.document.uri.path.endsWith("vfio.c"));
    assert.equal(isSeen(), false);
    await panel.receive({ type: "step", step: index });
    await eventually("the patch's line in sight", isSeen);
    for (const { uri } of [first, second]) await api.scenarios.remove(uri);
    assert.equal(vscode.window.visibleTextEditors.some((editor) => editor.document.uri.toString() === first.uri.toString()), false);
    assert.ok(!(await offered()).includes(first.name) && !(await offered()).includes(second.name));
    assert.ok((await panel.offeredScenarios()).some((one) => one.name === "open-last-put"));
  });

  it("tells in the document, on its line, why a scenario does not apply", async function () {
    this.timeout(60_000);
    await openSample();
    const patch = findRow((await readTree(api)).flatMap((row) => row.children), /^5\/5/).node;
    await vscode.commands.executeCommand("lifeline.newScenario", patch, ["vfio_group_put"]);
    const document = vscode.window.activeTextEditor?.document;
    assert.ok(document);
    await replace(document, "*/\n", "*/\n\n#include \"fills/no-such-file.c\"\n");
    await vscode.commands.executeCommand("lifeline.runScenario", document.uri);
    const told = await eventually("the problem", () => vscode.languages.getDiagnostics(document.uri).find((one) => one.source === "Lifeline"));
    assert.match(told.message, /no-such-file/);
    assert.match(document.lineAt(told.range.start.line).text, /no-such-file/);
    await replace(document, "#include \"fills/no-such-file.c\"\n", "");
    await eventually("no problem any more", () => vscode.languages.getDiagnostics(document.uri).every((one) => one.source !== "Lifeline"));
    await document.save();
  });

  it("writes a scenario for the functions of a thread for which none is shipped, and offers it only where a thread is about code", async function () {
    this.timeout(60_000);
    const folder = makeFolder();
    try {
      const box = mail({ id: "crate@example.org", subject: "[PATCH] crate: Share it", body: cratePatch })
        + mail({ id: "ask@example.org", subject: "Re: [PATCH] crate: Share it", inReplyTo: "crate@example.org", body: "> A crate that is shared.\n\nWhy is that?\n\n> +\tcrate->filled = 1;\n\nCan crate_put() free it meanwhile, while this function crate_fill() is here?\n\n> +#include <linux/refcount.h>\n\nIs this one needed?\n", date: "Mon, 6 Jan 2025 11:00:00 +0000" });
      await vscode.commands.executeCommand("lifeline.openFile", writeInput(folder, "crate.mbox", box));
      const session = await eventually("the series", () => api.sessions.all[0]);
      const threadWith = (text: string): Promise<LifelineThread> => eventually(text, () => api.threads.all.find((one) => one.lifeline.session === session.id && one.lifeline.thread.comments.some((comment) => comment.text.includes(text))));
      assert.doesNotMatch((await threadWith("Why is that?")).contextValue ?? "", /\bcode\b/);
      const made = await threadWith("free it meanwhile");
      assert.match(made.contextValue ?? "", /^thread\b.*\bcode\b/);
      const verdict = await verdictOf(made);
      const panel = api.panels.get(session.id);
      assert.ok(panel?.lastResult);
      assert.notEqual(panel.lastResult.verdict, "does-not-apply", panel.lastResult.reason ?? "");
      assert.equal(panel.lastResult.cpus.length, 2, verdict);
      const path = panel.lastResult.steps.map((step) => step.path).concat(vscode.workspace.textDocuments.map((document) => document.uri.path)).find((one) => /crate[-_]/.test(one));
      assert.ok(path, "the scenario that was written is nowhere to be seen");
      // One that stands on an include is about no function: which ones are meant is asked, and answered here.
      const outside = await threadWith("Is this one needed?");
      await vscode.commands.executeCommand("lifeline.simulateThread", outside, ["crate_put"]);
      assert.notEqual(api.threadRuns.verdict(session, outside.lifeline.thread), "");
      assert.notEqual(api.panels.get(session.id)?.lastResult?.verdict, "does-not-apply");
    } finally {
      await closeEverything(api);
      removeFolder(folder);
    }
  });

  it("runs open() against the last put for the discussion of the sample, and says so on the thread", async function () {
    this.timeout(60_000);
    const session = await openSample();
    const made = api.threads.all.find((one) => one.lifeline.session === session.id && one.lifeline.thread.comments.some((comment) => comment.text.includes("vfio_group_try_get")))
      ?? api.threads.all.find((one) => one.lifeline.session === session.id && one.lifeline.thread.anchor.path.endsWith(".c"));
    assert.ok(made);
    assert.match(await verdictOf(made), /^✓ clean: open\(\) against the last put/);
    assert.equal(api.panels.get(session.id)?.state.scenario, "open-last-put");
  });

  it("finds the use after free that the ???? of v1 3/5 asks about", async function () {
    this.timeout(60_000);
    const uri = corpusFile("vfio/vfio-group-cdev-v1.mbox") ?? skipTest(this, "no corpus beside the project");
    await vscode.commands.executeCommand("lifeline.openFile", uri);
    const [session] = api.sessions.all;
    const made = await eventually("the thread", () => api.threads.all.find(({ lifeline: { place, thread } }) => place.patch.n === 3 && thread.comments.some((comment) => /^\?{4}/m.test(comment.text))));
    assert.match(await verdictOf(made), /^✗ use after free in “create a group/);
    assert.equal(session && api.panels.get(session.id)?.state.scenario, "create");
  });
});
