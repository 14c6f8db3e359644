// Revisions in the workbench: v1, v2 and v3 of a series clicked through, the matrix by mouse and keyboard, what is behind its cells.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { makeRevised } from "../revised.js";
import { openWorkbench, projectRoot, type ThemeName, type Workbench } from "./harness.js";

const container = "lifeline";
const minutes = 60_000;
const corpusBox = join(projectRoot, "../shared/corpus/vfio/vfio-group-cdev-all.mbox");
const hasCorpus = existsSync(corpusBox);
let workbench: Workbench | null = null;

afterEach(async () => {
  await workbench?.close();
  workbench = null;
});

async function openBox(theme: ThemeName, box: string | Uint8Array): Promise<Workbench> {
  const opened = await openWorkbench({ theme, files: { "series.mbox": box }, settings: { "workbench.hover.delay": 20_000 } });
  workbench = opened;
  await opened.menu(opened.page.locator(".explorer-folders-view .monaco-list-row").filter({ hasText: "series.mbox" }), "Open as Patch Series");
  await opened.treeRow(container, /^v3/).waitFor();
  return opened;
}

describe.skipIf(!hasCorpus)(`the revisions of the vfio series${hasCorpus ? "" : " [skipped: no corpus at ../shared/corpus]"}`, () => {
  it.each<ThemeName>(["light", "dark", "contrast"])("can be clicked through in %s", { timeout: 3 * minutes }, async (theme) => {
    const bench = await openBox(theme, readFileSync(corpusBox));
    const { page } = bench;
    const matrix = bench.webviewView().locator(".revision-grid");
    await matrix.waitFor();
    await expect.poll(() => matrix.locator("tbody tr").count()).toBe(5);
    expect(await matrix.locator("tbody tr").nth(4).locator("button").allInnerTexts()).toEqual(["5", "5 ~", "5 ~"]);

    // The newest revision is unfolded; with it folded, the rows of v2 come first.
    await bench.treeRow(container, /^v3/).click();
    await bench.treeRow(container, /^v2/).click();
    const row = bench.treeRow(container, "5/5 vfio: Use cdev_device_add");
    await expect.poll(() => row.locator(".label-description").innerText()).toContain("changed in v3");
    // A click opens the patch's first diff and unfolds the row.
    await row.click();
    await page.locator(".editor-instance .monaco-diff-editor .editor.modified .view-line").first().waitFor();
    const thread = bench.treeRow(container, "Do we even need this helper");
    await thread.waitFor();
    expect(await thread.getAttribute("aria-label")).toContain("these lines changed in v3 5/5");
    await bench.screenshot(`revisions-1-tree-${theme}`);

    await thread.click();
    await bench.threads("Do we even need this helper").first().waitFor();
    await bench.screenshot(`revisions-2-v2-thread-${theme}`);
    await bench.menu(thread, "Show These Lines in the Newer Revision");
    await expect.poll(() => page.locator(".tab.active").innerText()).toContain("v2 5∕5 ↔ v3 5∕5");
    // The thread of v2 stands on its lines on the left; on the right they are gone.
    await expect.poll(async () => (await bench.diffLines("before")).some(({ number, text }) => number === 477 && text.includes("vfio_group_try_get"))).toBe(true);
    expect((await bench.diffLines("after")).some(({ text }) => text.includes("vfio_group_try_get"))).toBe(false);
    await bench.threads("Do we even need this helper").first().waitFor();
    await bench.screenshot(`revisions-3-newer-lines-${theme}`);

    await matrix.locator("tbody tr").nth(4).locator("button").nth(2).click();
    await expect.poll(() => page.locator(".tab.active").innerText()).toContain("v2 5∕5 ↔ v3 5∕5 vfio: Use cdev_device_add");
    await expect.poll(async () => (await bench.diffLines("before")).some(({ text }) => text.includes("vfio_group_try_get") || text.includes("## "))).toBe(true);
    await bench.screenshot(`revisions-4-range-diff-${theme}`);

    // Up and to the left with the keys: v2 3/5, where the success path fell into the error label of v1.
    await matrix.locator("tbody tr").nth(4).locator("button").nth(2).focus();
    for (const key of ["ArrowUp", "ArrowUp", "ArrowLeft", "Enter"]) await page.keyboard.press(key);
    await expect.poll(() => page.locator(".tab.active").innerText()).toContain("v1 3∕5 ↔ v2 3∕5");
    await bench.diffEditor();
    await page.waitForTimeout(500); // The picture is taken when the diff is computed.
    await bench.screenshot(`revisions-5-keys-${theme}`);

    await bench.run("Lifeline: Open Range-Diff to the Next Revision");
    await expect.poll(() => page.locator(".editor-instance .view-lines").last().innerText()).toContain("v2\u00a03/5\u00a0!\u00a0v3\u00a03/5");
    await bench.screenshot(`revisions-6-text-${theme}`);
    expect(bench.errors).toEqual([]);
  });
});

describe("the revisions of a made series", () => {
  it("are in the matrix, and every cell opens", { timeout: 3 * minutes }, async () => {
    const bench = await openBox("dark", makeRevised({ seed: 1, patches: 8, revisions: 3, replies: 12, lines: 20 }));
    const matrix = bench.webviewView().locator(".revision-grid");
    await matrix.waitFor();
    expect(await matrix.locator("thead th").allInnerTexts()).toEqual(["v1", "v2", "v3"]);
    for (const kind of ["changed", "same"]) {
      const cell = matrix.locator(`button.is-${kind}`).first();
      const [, place] = /^(v\d+ \d+):/.exec((await cell.getAttribute("aria-label")) ?? "") ?? [];
      await cell.click();
      await expect.poll(() => bench.page.locator(".tab.active").innerText()).toContain(`↔ ${place ?? "?"}`);
    }
    await bench.screenshot("revisions-made");
    expect(bench.errors).toEqual([]);
  });
});
