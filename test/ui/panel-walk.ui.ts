// A walk through everything that the panel does on the bundled sample, in the real workbench: one workbench, one surface after the other.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FrameLocator, Locator } from "playwright-core";
import { openWorkbench, projectRoot, type Workbench } from "./harness.js";
import { clipboardHas, container, drawAgain, lightedItems, markedLines, openPanel, openSampleDiff, patience, quiet, runScenario, showTab, stepOf, until } from "./panel-parts.js";

const minutes = 60_000;

describe("the panel on the sample", { timeout: 3 * minutes }, () => {
  let bench: Workbench;
  let panel: FrameLocator;
  const slider = (): Locator => panel.getByRole("slider", { name: "Step" });
  /** The panel may lie behind a document that was opened over it. */
  const simulate = async (): Promise<void> => {
    await until(() => bench.page.locator(".tab").filter({ hasText: "Lifecycle (v2 5/5)" }).click(), () => panel.getByRole("tab", { name: "Simulate" }).isVisible());
    await showTab(panel, "Simulate");
  };
  const key = (name: string): Promise<void> => bench.page.keyboard.press(name);

  beforeAll(async () => {
    bench = await openWorkbench({ theme: "dark", settings: { ...quiet, "comments.openView": "never" } });
    await openSampleDiff(bench);
    panel = await openPanel(bench, "Simulate…");
    await showTab(panel, "Lifecycle");
  }, 2 * minutes);

  afterAll(() => bench.close());

  it("finds text in the drawings, shows only what changed without moving it, and has the page to itself in full screen", async () => {
    const field = panel.getByRole("searchbox", { name: "Find in diagram" });
    await until(() => field.fill("device"), async () => /^\d+$/.test(await panel.locator(".found-count").innerText()));
    await field.press("Enter");
    await expect.poll(() => panel.locator(".found-count").innerText()).toMatch(/^1 of \d+$/);
    await expect.poll(() => panel.locator(".found-now").count()).toBeGreaterThan(0);
    await field.fill("");
    // Every state of this life has changed around it; the structure has parts that are the same.
    await drawAgain(panel, () => panel.getByRole("button", { name: "Structure" }).click());
    const places = (): Promise<string> => panel.locator(".pane-after [data-item]").evaluateAll((parts) => parts.map((part) => part.getAttribute("transform") ?? part.getAttribute("d") ?? "").join("\n"));
    const before = await places();
    await panel.getByLabel("Only changes").check();
    await expect.poll(() => panel.locator(".pane-after .filtered").count()).toBeGreaterThan(0);
    expect(await places()).toBe(before);
    await panel.getByLabel("Only changes").uncheck();
    await expect.poll(() => panel.locator(".filtered").count()).toBe(0);
    await drawAgain(panel, () => panel.getByRole("button", { name: "Life", exact: true }).click());
    const full = panel.locator("body.full-screen");
    await until(() => panel.getByRole("button", { name: "Full screen" }).click(), async () => (await full.count()) === 1);
    await bench.screenshot("walk-1-full-screen");
    await until(() => key("Escape"), async () => (await full.count()) === 0);
  });

  it("opens the line of a transition in the diff, and says the same in a table", async () => {
    const label = panel.locator(".pane-after .label.change-new.opens").first();
    await label.scrollIntoViewIfNeeded();
    await until(() => label.click(), async () => /vfio\.c:\d+/.test(await panel.locator(".detail").innerText()));
    const line = Number(/vfio\.c:(\d+)/.exec(await panel.locator(".detail").innerText())?.[1]);
    await expect.poll(async () => (await bench.diffLines("after")).some(({ number }) => number === line)).toBe(true);
    await bench.screenshot("walk-2-transition");
    await panel.getByText("As a table").click();
    const table = panel.getByRole("region", { name: "All transitions, before and after the patch" });
    await expect.poll(() => table.locator("tbody tr").count()).toBeGreaterThan(3);
    await expect.poll(() => table.innerText()).toContain("cdev_device_add");
    await panel.getByText("As a table").click();
    await expect.poll(() => panel.getByRole("region", { name: "Who keeps the memory alive" }).locator("tbody tr").count()).toBeGreaterThan(0);
    // The findings come unasked, as soon as they are known.
    await panel.locator(".finding-list").waitFor({ timeout: patience });
  });

  it("steps by keyboard: the marks in the editors move, nothing else does, and the life and the structure light the state", async () => {
    await simulate();
    await runScenario(panel, "open-last-put", "plain-get");
    await slider().focus();
    const sizes = (): Promise<string> => panel.locator(".schedule, .schedule thead th, .schedule-frame, .player, .controls, .verdict").evaluateAll((parts) =>
      parts.map((part) => (part instanceof HTMLElement ? `${part.className} ${part.offsetLeft} ${part.offsetWidth} ${part.offsetHeight}` : "")).join("\n"));
    const still = await sizes();
    await until(() => panel.getByRole("button", { name: "Show the step where it happens" }).click(), async () => (await stepOf(panel)) > 1);
    const last = await stepOf(panel);
    // The others' lines are marked, too, and may be out of sight; what is out of sight is not drawn.
    await expect.poll(() => markedLines(bench)).toContainEqual(expect.stringMatching(/refcount_inc.*◀ CPU1/));
    const atEnd = await markedLines(bench);
    await bench.screenshot("walk-3-marks");
    await slider().focus();
    await until(() => key("Home"), async () => (await stepOf(panel)) === 1);
    await expect.poll(() => markedLines(bench)).not.toEqual(atEnd);
    await panel.locator("tr[aria-current]").focus();
    await until(() => key("n"), async () => (await stepOf(panel)) > 1);
    const seen = new Set<number>();
    for (let step = await stepOf(panel); step < last; step = await stepOf(panel)) {
      seen.add(step);
      await key("ArrowRight");
      await expect.poll(() => stepOf(panel)).toBeGreaterThan(step);
      expect(await sizes()).toBe(still);
      expect(await panel.locator("tr[aria-current]").evaluate((row) => row === document.activeElement)).toBe(true);
    }
    expect(seen.size).toBeGreaterThan(0);
    await until(() => key("Home"), async () => (await stepOf(panel)) === 1);
    await key("p");
    await panel.getByRole("button", { name: "Pause" }).waitFor();
    await expect.poll(() => stepOf(panel)).toBeGreaterThan(1);
    await key("p");
    await panel.getByRole("button", { name: "Play" }).waitFor();

    await showTab(panel, "Lifecycle");
    await expect.poll(() => panel.locator(".run-light").innerText()).toMatch(/^Step \d+ of \d+ of the run/);
    await expect.poll(() => lightedItems(panel)).not.toEqual([]);
    await drawAgain(panel, () => panel.getByRole("button", { name: "Structure" }).click());
    await expect.poll(() => lightedItems(panel)).not.toEqual([]);
    await bench.screenshot("walk-4-lit-structure");
    await drawAgain(panel, () => panel.getByRole("button", { name: "Life", exact: true }).click());
  });

  it("lets a person drive: a blocked CPU says why, moves are taken back, and what can still go wrong is said", async () => {
    await simulate();
    await panel.locator("#choose-scenario").selectOption("open-last-put");
    await panel.locator("#choose-what-if").selectOption("plain-get");
    await panel.getByRole("button", { name: "Your turn" }).click();
    await expect.poll(() => panel.locator(".reach").innerText(), { timeout: patience }).toMatch(/A violation can still be reached from here: reference count misuse/);
    // Two that create the same group take the same lock.
    await panel.locator("#choose-scenario").selectOption("create-create");
    await panel.getByRole("button", { name: "Your turn" }).click();
    await expect.poll(() => panel.locator(".reach").innerText(), { timeout: patience }).toMatch(/nothing can go wrong|Not known whether/);
    let moves = 0;
    const press = async (cpu: number, done: () => Promise<boolean>): Promise<void> => {
      for (const end = moves + 60; moves < end && !(await done());) {
        const before = await stepOf(panel);
        await panel.getByRole("button", { name: `CPU${cpu}: step` }).click();
        await expect.poll(async () => (await stepOf(panel)) > before || (await done())).toBe(true);
        moves += 1;
      }
    };
    const why = panel.locator("#free-why-1");
    expect(await panel.locator(".free-cpu h3").allInnerTexts()).toEqual(await panel.locator(".free-cpu h3").evaluateAll((titles) => titles.map((_, cpu) => `CPU${cpu} create and put`)));
    await press(0, async () => (await panel.locator(".schedule .lock-bar:not(.brief)").count()) > 0);
    await press(1, async () => (await why.innerText()) !== "");
    expect(await why.innerText()).toMatch(/^Waits for vfio\.group_lock, held by CPU0/);
    const step = panel.getByRole("button", { name: "CPU1: step" });
    expect(await step.getAttribute("aria-disabled")).toBe("true");
    await bench.screenshot("walk-5-blocked");
    await panel.locator(".schedule .toggle").first().click();
    await expect.poll(() => panel.locator(".schedule tr.inner:visible").count()).toBeGreaterThan(0);
    await panel.getByRole("button", { name: "Undo" }).click();
    await expect.poll(() => why.innerText()).toBe("");
    expect(await step.getAttribute("aria-disabled")).toBe(null);
  });

  it("runs every scenario on both sides, and opens one from the table", async () => {
    await simulate();
    await panel.getByText("All scenarios at a glance").click();
    await panel.getByRole("button", { name: "Run all" }).click();
    await panel.locator(".overview-status").filter({ hasText: /^\d+ runs$/ }).waitFor({ timeout: patience });
    await panel.locator(".overview-table .cell-violation .link").first().click();
    await panel.locator(".verdict-violation").waitFor({ timeout: patience });
    await panel.getByText("All scenarios at a glance").click();
  });

  it("copies a run in every format, takes its trace back, and puts it into the reply", async () => {
    await simulate();
    await runScenario(panel, "open-last-put", "plain-get");
    await panel.getByRole("button", { name: "Copy as text" }).click();
    const text = await clipboardHas(bench, /^CPU0 {32}CPU1$/m);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(72);
    const formats = { report: /BUG: |WARNING: |refcount_t: addition on 0/, mermaid: /^sequenceDiagram/, svg: /^<svg/, promela: /proctype/, trace: /--replay \S+/ };
    for (const [format, expected] of Object.entries(formats)) {
      await panel.getByLabel("Copy as another format").selectOption(format);
      await clipboardHas(bench, expected);
    }
    await runScenario(panel, "open-last-put");
    await panel.locator(".verdict-clean").waitFor();
    await until(() => bench.run("Lifeline: Open Trace…"), async () => (await bench.quickInput().inputValue()).includes("--replay"));
    await until(() => key("Enter"), () => panel.locator(".verdict-violation").isVisible());
    await bench.screenshot("walk-6-trace");
    await panel.getByRole("button", { name: "Insert into reply" }).click();
    const draft = bench.page.locator(".editor-instance .view-lines").filter({ hasText: "Subject:" });
    await draft.first().waitFor({ timeout: patience });
    await bench.screenshot("walk-7-reply");
    expect(bench.errors).toEqual([]);
  });

  it("asks Spin, or says why it cannot", async () => {
    await simulate();
    await runScenario(panel, "open-last-put");
    await panel.getByRole("button", { name: "Verify with Spin" }).click();
    // What Spin says is held by other tests; here, that it is told.
    await expect.poll(() => panel.locator(".spin").innerText(), { timeout: 2 * minutes }).toMatch(/^(?!.*is at work).*spin/i);
  });

  it("re-runs a scenario on a copy that was changed, and says what the change did", async () => {
    await until(() => bench.run("Lifeline: Edit as What-If"), () => bench.page.getByRole("tab", { name: /what if/ }).isVisible());
    const copy = bench.page.locator(".editor-instance .monaco-diff-editor .editor.modified").last();
    const guard = copy.locator(".view-line").filter({ hasText: /refcount_inc_not_zero/ }).first();
    // The line is inside the change of the helper; it is gone to by its number, as its text may be out of sight.
    await until(async () => {
      await bench.page.getByRole("tab", { name: /what if/ }).click();
      await key("Control+g");
      await bench.quickInput().fill(":479");
      await key("Enter");
    }, () => guard.isVisible());
    await bench.screenshot("walk-8-copy");
    await until(async () => {
      await guard.click();
      await key("Home");
      await key("Shift+End");
      await bench.page.keyboard.insertText("refcount_inc(&group->users); return true;");
    }, async () => (await copy.locator(".view-line").filter({ hasText: /refcount_inc\(&group/ }).count()) > 0);
    await until(() => key("Control+s"), async () => /Your edit changes the verdict: clean without it/.test(await panel.locator(".against").innerText()));
    await bench.screenshot("walk-9-what-if");
  });

  it("marks the lines that carry weight in the gutter", async () => {
    // The thread stands on the helper, whose one line is the guard.
    const hasGuard = async (): Promise<boolean> => (await bench.diffLines("after")).some(({ text }) => text.includes("refcount_inc_not_zero"));
    await until(() => bench.treeRow(container, "Do we even need this helper").click(), hasGuard);
    await bench.run("Lifeline: Find Load-Bearing Lines");
    await bench.notifications().filter({ hasText: /judged lines are load-bearing/ }).waitFor({ timeout: 2 * minutes });
    const marks = bench.page.locator(".editor.modified .glyph-margin-widgets .cgmr");
    await expect.poll(() => marks.evaluateAll((all) => all.filter((one) => getComputedStyle(one).backgroundImage.includes("load-bearing.svg")).length)).toBeGreaterThan(0);
    await bench.screenshot("walk-10-gutter");
  });

  it("writes a new scenario for functions that are chosen", async () => {
    const first = bench.page.locator(".quick-input-list .monaco-list-row").filter({ hasText: "vfio_group_put()" }).first();
    await until(() => bench.run("Lifeline: New Scenario…"), () => first.isVisible());
    // Those that meet on one object are checked at first: the last put among them, with what it races.
    await expect.poll(() => bench.page.locator(".quick-input-count").innerText(), { timeout: patience }).toMatch(/^[23] /);
    await expect.poll(() => first.locator("input[type=checkbox], .monaco-checkbox").first().evaluate((box) => (box instanceof HTMLInputElement ? box.checked : box.getAttribute("aria-checked") === "true"))).toBe(true);
    await bench.screenshot("walk-10-functions");
    await until(() => key("Enter"), () => bench.page.locator(".editor-instance .view-line").filter({ hasText: /scenario:/ }).first().isVisible());
    await bench.screenshot("walk-11-scenario");
    expect(bench.errors).toEqual([]);
  });
});

const corpus = join(projectRoot, "../shared/corpus/vfio/vfio-group-cdev-all.mbox");

describe("from a question to a run", { timeout: 3 * minutes }, () => {
  it("simulates what a thread asks, and shows the verdict next to it", async (context) => {
    if (!existsSync(corpus)) context.skip("the corpus is not there");
    const bench = await openWorkbench({ theme: "dark", files: { "all.mbox": readFileSync(corpus) }, settings: { ...quiet, "comments.openView": "never" } });
    try {
      await bench.menu(bench.page.locator(".explorer-folders-view .monaco-list-row").filter({ hasText: "all.mbox" }), "Open as Patch Series");
      await bench.treeRow(container, "Update vfio_group").waitFor({ timeout: patience });
      const unfold = async (row: string | RegExp, child: string | RegExp): Promise<void> => {
        const twistie = bench.treeRow(container, row).locator(".monaco-tl-twistie");
        await until(() => twistie.click({ position: { x: 8, y: 10 }, timeout: 2_000 }), () => bench.treeRow(container, child).isVisible());
      };
      const isShown = async (start: string): Promise<boolean> => (await bench.treeRows(container)).some(({ label }) => label.startsWith(start));
      // v3, the newest, is open at the start; folded, it leaves room for the others.
      await until(() => bench.treeRow(container, /^v3/).locator(".monaco-tl-twistie").click({ position: { x: 8, y: 10 }, timeout: 2_000 }), async () => !(await isShown("5/5")));
      const ask = async (revision: RegExp, patch: RegExp, question: string, scenario: string, verdict: RegExp): Promise<void> => {
        await unfold(revision, patch);
        await unfold(patch, question);
        const row = bench.treeRow(container, question);
        await bench.menu(row, "Simulate This");
        await bench.webview().locator(".verdict").waitFor({ timeout: patience });
        await expect.poll(() => bench.webview().locator("#choose-scenario").inputValue()).toBe(scenario);
        await expect.poll(() => row.innerText(), { timeout: patience }).toMatch(verdict);
        await until(() => row.click(), () => bench.threads(question).first().isVisible());
        await expect.poll(() => bench.threads(question).first().innerText()).toMatch(verdict);
        await bench.screenshot(`walk-13-${scenario}`);
        await until(() => bench.treeRow(container, revision).locator(".monaco-tl-twistie").click({ position: { x: 8, y: 10 }, timeout: 2_000 }), async () => !(await isShown("5/5")));
      };
      await ask(/^v1/, /^3\/5/, "????", "create", /✗ use after free in “create a group/);
      // "… to cover the gap where vfio_group_fops_open() could race vfio_group_put, right?"
      await ask(/^v2/, /^5\/5/, "Do we even need this helper", "open-last-put", /✓ clean: open\(\) against the last put/);
      expect(bench.errors).toEqual([]);
    } finally {
      await bench.close();
    }
  });
});
