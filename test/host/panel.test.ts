// The page: lifecycles before and after, runs of scenarios, and the way back to lines.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as vscode from "vscode";
import type { TestApi } from "../../src/vscode/extension.js";
import type { ReviewPanel } from "../../src/vscode/panel/panel.js";
import type { RunResult } from "../../src/core/simulate/types.js";
import { skipTest } from "./skip.js";
import { activeDiff, closeEverything, corpusFile, editorOf, eventually, findRow, getApi, readTree } from "./support.js";

describe("the page", () => {
  let api: TestApi;
  before(async () => {
    api = await getApi();
    await closeEverything(api);
    await vscode.commands.executeCommand("lifeline.openSample");
  });
  after(() => closeEverything(api));

  /** The page of the sample's patch; the tests share it, as a reader would. */
  const openSamplePage = (command = "lifeline.viewLifecycle"): Promise<ReviewPanel> => openPage("Update vfio_group to use the modern cdev lifecycle", /^5\/5/, command);

  async function openPage(series: string, patch: RegExp, command: string): Promise<ReviewPanel> {
    const root = findRow(await readTree(api), series);
    await vscode.commands.executeCommand(command, findRow(root.children, patch).node);
    const session = "session" in root.node ? root.node.session : undefined;
    assert.ok(session);
    return eventually("the page", () => api.panels.get(session.id));
  }

  /**
   * A page whose script runs. The browser-hosted editor serves all pages by one service worker: a page that was closed while it loaded leaves
   * requests behind, and until these are given up, after 30 s, no other page starts.
   */
  async function openListeningPage(): Promise<ReviewPanel> {
    const panel = await openSamplePage();
    await eventually("the page's data", () => panel.lastLifecycle, 45_000);
    return panel;
  }

  async function run(panel: ReviewPanel, scenario: string, whatIf: string | null, side: "before" | "after" = "after"): Promise<RunResult> {
    await panel.receive({ type: "run", scenario, side, whatIf });
    assert.ok(panel.lastResult, api.log.recent.slice(-3).map((entry) => entry.text).join("\n"));
    return panel.lastResult;
  }

  it("stands beside the documents and is named after the patch", async () => {
    const panel = await openSamplePage();
    await eventually("its tab", () => vscode.window.tabGroups.all.flatMap((group) => group.tabs)
      .some((one) => one.input instanceof vscode.TabInputWebview && one.label === "Lifecycle (v2 5/5)"));
    assert.equal(panel.state.tab, "lifecycle");
  });

  it("gets the lifecycle of struct vfio_group before and after, from the patch's C", async function () {
    this.timeout(60_000);
    const panel = await openListeningPage();
    const view = panel.lastLifecycle;
    assert.ok(panel.sent.includes("lifecycle"));
    assert.equal(view?.struct, "vfio_group");
    assert.equal(view.before?.side, "before");
    assert.equal(view.after?.side, "after");
    assert.match(view.before?.text ?? "", /^stateDiagram-v2/m);
    const changed = view.after?.edges.filter((edge) => edge.change === "new") ?? [];
    assert.ok(changed.length > 0, "nothing is new after the patch");
    const site = changed.flatMap((edge) => edge.sites)[0];
    assert.ok(site);
    await panel.receive({ type: "reveal", link: { path: site.range.path, side: site.range.side, line: site.range.line, endLine: site.range.endLine } });
    const { input } = await eventually("the diff", activeDiffAnywhere);
    await eventually("its line", () => editorOf(site.range.side === "after" ? input.modified : input.original)?.selection.active.line === site.range.line - 1);
  });

  it("runs open-last-put on the patch as it is: every interleaving, no violation", async () => {
    const panel = await openSamplePage("lifeline.simulate");
    assert.equal(panel.state.tab, "simulate");
    const result = await run(panel, "open-last-put", null);
    assert.equal(result.verdict, "clean", result.reason ?? "");
    assert.equal(result.complete, true);
    assert.ok(result.states > 0);
    assert.ok(result.assumptions.some((one) => one.kind === "fill" && /vfio_group_put/.test(one.text)), "the filled-in head of vfio_group_put() is not named");
  });

  it("finds the race when the guard is taken away, marks the steps and copies the schedule", async () => {
    const panel = await openSamplePage("lifeline.simulate");
    const result = await run(panel, "open-last-put", "plain-get");
    assert.equal(result.verdict, "violation", result.reason ?? "");
    assert.match(result.findings.map((finding) => finding.message).join("\n"), /refcount_t: addition on 0; use-after-free/);
    const index = result.steps.findIndex((step) => step.path.endsWith("vfio.c"));
    const step = result.steps[index];
    assert.ok(step);
    await panel.receive({ type: "reveal", link: { path: step.path, side: "after", line: step.line, endLine: step.line } });
    await panel.receive({ type: "step", step: index });
    assert.equal(panel.markedLines[0]?.line, step.line);
    await panel.receive({ type: "step", step: null });
    assert.deepEqual(panel.markedLines, []);
    await panel.receive({ type: "copyAs", format: "text" });
    const text = await vscode.env.clipboard.readText();
    assert.equal(text, result.text);
    assert.match(text, /CPU0 +CPU1/);
    for (const line of text.split("\n")) assert.ok(line.length <= 72, line);
  });

  it("verifies a run with an installed Spin, and can be stopped", async function () {
    this.timeout(120_000);
    for (const program of ["spin", "cc"]) if (spawnSync(program, ["--version"]).error !== undefined) skipTest(this, `no ${program} is installed`);
    const panel = await openSamplePage("lifeline.simulate");
    const ours = await run(panel, "open-last-put", "plain-get");
    const stopped = panel.receive({ type: "verifySpin", search: "full" });
    await eventually("Spin at work", () => panel.runs.spin.message?.state === "running");
    await panel.receive({ type: "cancel" });
    await stopped;
    const spoken = (): ReviewPanel["runs"]["spin"]["message"] => panel.runs.spin.message;
    assert.deepEqual(spoken(), { type: "spin", state: "refused", reason: "Spin was cancelled." });
    await panel.receive({ type: "verifySpin", search: "full" });
    const message = spoken();
    assert.ok(message?.state === "ended", JSON.stringify(message));
    assert.deepEqual([message.verdict.problem, message.verdict.complete], [null, true]);
    assert.ok(ours.kind !== null && message.verdict.kinds.includes(ours.kind), message.verdict.kinds.join());
    await run(panel, "open-last-put", null);
    assert.equal(panel.runs.spin.message, null, "what Spin said belongs to another run");
  });

  it("finds the real bug of v1 3/5 with no what-if", async function () {
    const uri = corpusFile("vfio/vfio-group-cdev-v1.mbox") ?? skipTest(this, "no corpus beside the project");
    await vscode.commands.executeCommand("lifeline.openFile", uri);
    const session = api.sessions.all.find((one) => one.source.label === "vfio-group-cdev-v1.mbox");
    assert.ok(session);
    const tree = await readTree(api);
    const root = tree.find((row) => "session" in row.node && row.node.session === session);
    assert.ok(root);
    await vscode.commands.executeCommand("lifeline.simulate", findRow(root.children, /^3\/5/).node);
    const panel = await eventually("the page", () => api.panels.get(session.id));
    const result = await run(panel, "create", null);
    assert.equal(result.verdict, "violation", result.reason ?? "");
    assert.equal(result.kind, "use-after-free");
    await vscode.commands.executeCommand("lifeline.close", root.node);
  });

  it("runs every scenario and what-if on both sides, as a table of verdicts, and can be cancelled", async function () {
    this.timeout(120_000);
    const panel = await openSamplePage("lifeline.simulate");
    await panel.receive({ type: "runAll" });
    const cells = panel.runs.overview;
    const of = (scenario: string, whatIf: string | null, side: "before" | "after"): string | undefined =>
      cells.find((cell) => cell.scenario === scenario && cell.whatIf === whatIf && cell.side === side)?.verdict;
    assert.equal(of("open-last-put", null, "after"), "clean");
    assert.equal(of("open-last-put", "plain-get", "after"), "violation");
    assert.ok(of("open-last-put", null, "before") !== undefined);
    assert.equal(new Set(cells.map((cell) => `${cell.scenario} ${cell.whatIf} ${cell.patchKey} ${cell.side}`)).size, cells.length);
    const again = panel.receive({ type: "runAll" });
    await panel.receive({ type: "cancel" });
    await again;
    assert.ok(panel.runs.overview.length < cells.length);
  });

  it("marks where every CPU stands, not only the one that makes the step", async () => {
    const panel = await openSamplePage("lifeline.simulate");
    const result = await run(panel, "open-last-put", "plain-get");
    const last = result.steps.length - 1;
    // The page itself shows the first step when the result comes; the last one is asked for until that is over.
    await eventually("the marks of both CPUs", async () => {
      await panel.receive({ type: "step", step: last });
      return [...new Set(panel.markedLines.map((mark) => mark.cpu))].sort().join() === "CPU0,CPU1";
    });
    const waiting = panel.markedLines.find((mark) => !mark.active);
    const other = result.steps.slice(0, last).findLast((step) => step.cpu !== result.steps[last]?.cpu);
    assert.equal(waiting?.line, (other?.via ?? other)?.line);
  });

  it("sends a run in every format, and takes its trace back", async function () {
    this.timeout(120_000);
    const panel = await openSamplePage("lifeline.simulate");
    const result = await run(panel, "open-last-put", "plain-get");
    const copied = async (format: "report" | "mermaid" | "promela" | "trace"): Promise<string> => {
      await vscode.env.clipboard.writeText("");
      await panel.receive({ type: "copyAs", format });
      return vscode.env.clipboard.readText();
    };
    assert.match(await copied("report"), /addition on 0; use-after-free/);
    assert.match(await copied("mermaid"), /^sequenceDiagram/m);
    assert.match(await copied("promela"), /proctype|active/);
    const line = await copied("trace");
    assert.match(line, /--scenario open-last-put --what-if plain-get --replay /);
    await run(panel, "open-last-put", null);
    await vscode.commands.executeCommand("lifeline.openTrace", line);
    assert.deepEqual(panel.lastResult?.steps.map((step) => step.line), result.steps.map((step) => step.line));
    assert.equal(panel.lastResult?.kind, "refcount");
    assert.ok(panel.sent.includes("track"));
    await assert.rejects(panel.replay({ revision: 2, patch: 5, side: "before", scenario: "open-last-put", whatIf: null, token: result.token ?? "" }), /other code/);
  });

  it("puts the schedule into the reply about its patch", async function () {
    this.timeout(60_000);
    const panel = await openSamplePage("lifeline.simulate");
    const result = await run(panel, "open-last-put", "plain-get");
    await panel.receive({ type: "insertIntoReply" });
    const draft = await eventually("the draft", () => vscode.window.visibleTextEditors.find((one) => one.document.getText().includes(result.text.split("\n")[0] ?? "none")));
    for (const row of result.text.trimEnd().split("\n")) assert.ok(draft.document.getText().includes(row), row);
  });

  it("lets the user drive a run into the race, and back", async function () {
    this.timeout(60_000);
    const panel = await openSamplePage("lifeline.simulate");
    await panel.receive({ type: "freeStart", scenario: "open-last-put", side: "after", whatIf: "plain-get" });
    const { free } = panel.runs;
    assert.ok(free.view);
    assert.deepEqual(free.view.cpus.map((cpu) => cpu.status), ["ready", "ready"]);
    // The last put goes on until the count is zero, then the other CPU opens.
    const users = (): string | undefined => free.view?.steps.flatMap((step) => step.changes).findLast((change) => change.field === "users")?.after;
    for (let moves = 0; moves < 60 && users() !== "0"; moves++) await panel.receive({ type: "freeTurn", move: "step", cpu: 0, way: 0 });
    assert.equal(users(), "0");
    const steps = free.view.steps.length;
    for (let moves = 0; moves < 80 && free.view.findings.length === 0; moves++) await panel.receive({ type: "freeTurn", move: "step", cpu: 1, way: 0 });
    assert.equal(free.view.findings[0]?.kind, "refcount");
    assert.ok(panel.markedLines.some((mark) => mark.cpu === "CPU1"));
    while (free.view.steps.length > steps) await panel.receive({ type: "freeTurn", move: "undo", cpu: 0, way: 0 });
    assert.equal(free.view.findings.length, 0);
    assert.ok(panel.sent.includes("reach"));
    // Another run takes its place.
    await run(panel, "open-last-put", null);
    assert.equal(free.view, null);
  });

  it("cancels a run and says so", async () => {
    const panel = await openSamplePage("lifeline.simulate");
    const running = panel.receive({ type: "run", scenario: "open-last-put", side: "after", whatIf: null });
    await panel.receive({ type: "cancel" });
    await running;
    assert.equal(panel.lastResult, null);
    assert.ok(panel.sent.includes("cancelled"));
    // The worker is free again.
    assert.equal((await run(panel, "open-last-put", null)).verdict, "clean");
  });

  it("shows a file of the kernel model at a line", async () => {
    const panel = await openSamplePage();
    await panel.receive({ type: "reveal", link: { path: "model/refcount.c", side: null, line: 3, endLine: 3 } });
    const editor = await eventually("the model", () => vscode.window.visibleTextEditors.find((one) => one.document.uri.authority === "kernel"));
    assert.equal(editor.selection.active.line, 2);
  });

  it("says what is wrong instead of failing silently", async () => {
    const panel = await openSamplePage();
    await panel.receive({ type: "reveal", link: { path: "no/such/file.c", side: "after", line: 1, endLine: 1 } });
    assert.equal(panel.sent.at(-1), "failed");
    await panel.receive({ type: "run", scenario: "no-such-scenario", side: "after", whatIf: null });
    assert.ok(panel.sent.at(-1) === "failed" || panel.lastResult?.verdict === "does-not-apply");
  });

  it("is brought back from its state, and closed when that is not ours", async () => {
    const panel = await openSamplePage();
    const { state } = panel;
    const session = api.sessions.all.find((one) => one.source.uri === state.source);
    assert.ok(session);
    panel.dispose();
    assert.equal(api.panels.get(session.id), undefined);
    const make = (): vscode.WebviewPanel => vscode.window.createWebviewPanel("lifeline.panel", "restored", vscode.ViewColumn.Beside);
    const restored = make();
    await api.panels.deserializeWebviewPanel(restored, state);
    assert.equal(restored.title, "Lifecycle (v2 5/5)");
    assert.deepEqual(api.panels.get(session.id)?.state, state);
    restored.dispose();
    // One that has shown a run shows it again; one of code that is not there is left out.
    for (const [patchKey, verdict] of [[state.patchKey, "violation"], ["no such patch", undefined]] as const) {
      const again = { patchKey, side: "after", scenario: "open-last-put", document: null, whatIf: "plain-get", token: null } as const;
      await api.panels.deserializeWebviewPanel(make(), { ...state, tab: "simulate", again });
      const page = api.panels.get(session.id);
      assert.ok(page);
      // The editor may take its time to load a page beside one that has just been closed; what the page says first is said here.
      await page.receive({ type: "ready" });
      assert.ok(page.sent.includes("lifecycle"));
      if (verdict !== undefined) await eventually("the run", () => page.lastResult);
      assert.equal(page.lastResult?.verdict, verdict);
      page.dispose();
    }
    for (const odd of [undefined, null, 1, {}, { ...state, tab: "x" }, { ...state, source: "file:///nothing" }]) {
      const other = make();
      let isDisposed = false;
      other.onDidDispose(() => (isDisposed = true));
      await api.panels.deserializeWebviewPanel(other, odd);
      await eventually("the end of the page", () => isDisposed);
    }
  });
});

/** The front tab of any group that is a diff: the page may have the focus. */
function activeDiffAnywhere(): { readonly input: vscode.TabInputTextDiff } | undefined {
  const own = activeDiff();
  if (own !== undefined) return own;
  for (const group of vscode.window.tabGroups.all) {
    const input = group.activeTab?.input;
    if (input instanceof vscode.TabInputTextDiff) return { input };
  }
  return undefined;
}
