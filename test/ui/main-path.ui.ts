// A review from the first click to the simulated race, on the bundled sample, as a newcomer would do it.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { openWorkbench, projectRoot, type ThemeName, type Workbench } from "./harness.js";
import { markedLines, stands, stepOf, until } from "./panel-parts.js";

const container = "lifeline";
const minutes = 60_000;
let workbench: Workbench | null = null;

afterEach(async () => {
  await workbench?.close();
  workbench = null;
});

/** Opens the sample as the welcome text offers it. */
async function openSample(theme: ThemeName): Promise<Workbench> {
  // A hover that opens under a mouse that stands still would lie over the rows.
  const opened = await openWorkbench({ theme, settings: { "workbench.hover.delay": 20_000 } });
  workbench = opened;
  await opened.activity("Lifeline").click();
  await opened.page.locator(`[id="workbench.view.extension.${container}"] .welcome-view-content`).getByText("Open Sample Series").click();
  await opened.treeRow(container, "vfio.c").waitFor();
  return opened;
}

describe.each<ThemeName>(["light", "dark", "contrast"])("a review of the sample in %s", (theme) => {
  it("goes from the tree to the thread on its line, the lifecycle and the race", { timeout: 3 * minutes }, async () => {
    const { page } = await openSample(theme);
    const bench = workbench as Workbench; // openSample has just set it.
    await bench.screenshot(`main-1-tree-${theme}`);
    const picture = async (name: string, clip: Parameters<Workbench["picture"]>[1]): Promise<void> => {
      if (theme === "dark") await bench.picture(`media/${name}.png`, clip);
    };
    await picture("walkthrough/tree", { x: 0, y: 30, width: 640, height: 400 });

    await bench.treeRow(container, "vfio.c").click();
    await bench.diffEditor();
    await expect.poll(async () => (await bench.diffLines("after")).some(({ number }) => number !== null)).toBe(true);
    await bench.screenshot(`main-2-diff-${theme}`);

    const thread = bench.threads("Do we even need this helper");
    // A row that is drawn again at this moment swallows the click.
    const isShown = async (): Promise<boolean> => (await thread.first().isVisible()) && (await bench.diffLines("after")).some(({ number }) => number === 479);
    await until(() => bench.treeRow(container, "Do we even need this helper").click(), isShown);
    await expect.poll(() => thread.first().locator(".review-comment").count()).toBe(3);
    const authors = await thread.first().locator(".review-comment .author").allInnerTexts();
    expect(authors.map((author) => author.trim())).toEqual(["Christoph Hellwig", "Jason Gunthorpe", "Alex Williamson"]);
    await expect
      .poll(async () => (await bench.diffLines("after")).find(({ number }) => number === 479)?.text)
      .toContain("return refcount_inc_not_zero(&group->users);");
    await bench.screenshot(`main-3-thread-${theme}`);
    await picture("walkthrough/thread", { x: 340, y: 30, width: 1260, height: 787 });

    await bench.run("Lifeline: View Lifecycle Diagram");
    const panel = bench.webview();
    await panel.locator("#panel-lifecycle[data-drawn]").waitFor({ timeout: minutes / 2 });
    await expect.poll(() => panel.locator("#panel-lifecycle svg").count()).toBeGreaterThanOrEqual(2);
    // The picture is taken when the drawings keep their place.
    await stands(panel.locator("#panel-lifecycle svg[role=group]").last());
    await bench.screenshot(`main-4-lifecycle-${theme}`);
    await picture("walkthrough/lifecycle", { x: 340, y: 30, width: 1260, height: 787 });
    await panel.locator("#panel-lifecycle [data-item='node:n_published']").last().click();
    // The state became published where the character device was added; that line opens beside the page.
    const link = await panel.locator(".detail a, .detail button").filter({ hasText: /vfio\.c:\d+/ }).first().innerText();
    const line = Number(/:(\d+)/.exec(link)?.[1]);
    await expect.poll(async () => (await bench.diffLines("after")).some(({ number }) => number === line)).toBe(true);
    await bench.screenshot(`main-5-line-${theme}`);

    await panel.getByRole("tab", { name: "Simulate" }).click();
    await panel.locator("#choose-scenario").selectOption("open-last-put");
    await panel.getByRole("button", { name: "Run" }).click();
    await panel.getByText(/No violation/).first().waitFor({ timeout: minutes / 2 });
    await bench.screenshot(`main-6-clean-${theme}`);

    await panel.locator("#choose-what-if").selectOption("plain-get");
    await panel.getByRole("button", { name: "Run" }).click();
    await panel.getByText("refcount_t: addition on 0; use-after-free.").first().waitFor({ timeout: minutes / 2 });
    // The run goes on after the warning; the step of the warning is what is wanted.
    await until(() => panel.getByText("Show the step where it happens").click(), async () => (await stepOf(panel)) > 1);
    await expect.poll(() => markedLines(bench)).toContainEqual(expect.stringMatching(/◀ CPU1/));
    await bench.screenshot(`main-7-race-${theme}`);
    await picture("walkthrough/race", { x: 340, y: 30, width: 1260, height: 787 });

    await panel.getByRole("button", { name: /Copy as text/ }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain("CPU0                                CPU1");
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(Math.max(...copied.split("\n").map((line) => line.length))).toBeLessThanOrEqual(72);
    expect(bench.errors).toEqual([]);
  });
});

const corpus = join(projectRoot, "../shared/corpus/vfio");

describe("whole mailboxes", () => {
  it("show three revisions of one series, and the bug of v1 3/5 by running its own C", { timeout: 3 * minutes }, async (context) => {
    if (!existsSync(corpus)) context.skip("the corpus is not there");
    workbench = await openWorkbench({
      theme: "dark",
      files: { "all.mbox": readFileSync(join(corpus, "vfio-group-cdev-all.mbox")) },
      settings: { "workbench.hover.delay": 20_000 },
    });
    const bench = workbench;
    await bench.menu(bench.page.locator(".explorer-folders-view .monaco-list-row").filter({ hasText: "all.mbox" }), "Open as Patch Series");
    await bench.treeRow(container, "Update vfio_group").waitFor();
    const rows = await bench.treeRows(container);
    expect(rows.filter(({ label }) => /^v[123]$/.test(label)).map(({ label }) => label)).toEqual(["v3", "v2", "v1"]);
    await bench.screenshot("mailbox-1-tree");

    // v3, the newest, is open at the start.
    const toggle = async (text: string | RegExp, child: string): Promise<void> => {
      await bench.treeRow(container, text).locator(".monaco-tl-twistie").click({ position: { x: 8, y: 10 } });
      await expect.poll(async () => (await bench.treeRows(container)).some(({ label }) => label.startsWith(child))).toBe(text !== "v3");
    };
    await toggle("v3", "5/5");
    await toggle("v1", "5/5");
    await toggle("3/5 vfio: Don't leak", "????");
    await bench.treeRow(container, "????").click();
    await bench.threads("????").first().waitFor();
    await expect.poll(async () => (await bench.diffLines("after")).find(({ number }) => number === 440)?.text).toContain("kfree(group);");
    await bench.screenshot("mailbox-2-question");

    await bench.run("Lifeline: Simulate…");
    const panel = bench.webview();
    await panel.locator("#choose-scenario").selectOption("create", { timeout: minutes / 2 });
    await panel.getByRole("button", { name: "Run" }).click();
    await panel.locator(".verdict").waitFor({ timeout: minutes / 2 });
    await bench.screenshot("mailbox-3-verdict");
    await panel.getByText(/Use-after-free: vfio_group_put\(\) reads group #1.kref, freed in vfio_create_group\(\)/).first().waitFor();
    await panel.getByRole("slider", { name: "Step" }).focus();
    await bench.page.keyboard.press("End");
    // The call that uses the freed group is far from any change, where the diff is folded; its mark unfolds it.
    await expect.poll(async () => (await bench.diffLines("after")).find(({ number }) => number === 461)?.text).toContain("kref_put_mutex(&group->kref");
    await bench.screenshot("mailbox-3-bug");
    await bench.picture("media/readme/overview.png", { x: 0, y: 0, width: 1600, height: 1000 });
    expect(bench.errors).toEqual([]);
  });
});
