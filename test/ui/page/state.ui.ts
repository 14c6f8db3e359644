// What the page keeps and what it weighs: its state over a reload, and the page as a whole.
import { describe, expect, it } from "vitest";
import { groupView, lifecycleMessage } from "./lifecycle.fixture.js";
import { violation } from "./run.fixture.js";
import { currentStep, lastStep, useSimulate } from "./simulate-parts.js";

const { open, withPage, withResult, bundle } = useSimulate();

describe("the page's state", () => {
  it("saves every choice, for the editor and for the host", () =>
    withPage(async (opened) => {
      await opened.page.locator("#choose-side").selectOption({ label: "before the patch" });
      await opened.page.locator("#tab-lifecycle").click();
      const last = (await opened.postedOf("state")).at(-1)?.state;
      expect(last).toMatchObject({ tab: "lifecycle", side: "before", scenario: "open-last-put", struct: "vfio_group" });
      expect(last).not.toHaveProperty("shown");
    }));

  it("shows a step with what led to it above, and the player below, in a low and narrow window", () =>
    withResult(violation, async (opened) => {
      await opened.page.getByRole("button", { name: "Show the step where it happens" }).click();
      const seen = await opened.page.evaluate(() => {
        const box = (selector: string): DOMRect => document.querySelector(selector)?.getBoundingClientRect() ?? new DOMRect();
        const row = document.querySelector("tr[aria-current]");
        const before = row?.previousElementSibling?.getBoundingClientRect() ?? new DOMRect();
        return { head: box(".schedule thead").bottom, before: before.top, row: row?.getBoundingClientRect().bottom ?? 0, player: box(".player").top, end: box(".player").bottom, window: innerHeight };
      });
      expect(seen.before).toBeGreaterThanOrEqual(seen.head - 1);
      expect(seen.row).toBeLessThanOrEqual(seen.player + 1);
      expect(seen.end).toBeLessThanOrEqual(seen.window + 1);
    }, { width: 450, height: 420 }));

  it("comes back as it was, step included, and with what it takes to do the run again", async () => {
    const again = { patchKey: groupView.patchKey, side: "after", scenario: "open-last-put", document: null, whatIf: "plain-get", token: null } as const;
    let saved: unknown = null;
    await withResult(violation, async (opened) => {
      await opened.page.locator("tr[aria-current]").focus();
      await opened.page.keyboard.press("n");
      saved = await opened.page.evaluate(() => (globalThis as unknown as { saved: unknown }).saved);
    }, {}, again);
    expect(saved).toMatchObject({ again });
    const opened = await open({ saved });
    expect(await opened.page.locator("#tab-simulate").getAttribute("aria-selected")).toBe("true");
    await opened.send(lifecycleMessage(groupView, { tab: "simulate" }));
    await opened.send({ type: "result", result: violation });
    await opened.page.locator(".schedule").waitFor();
    expect(await currentStep(opened)).toBe("4–7");
    await opened.close();
  });

  it("forgets the run when another patch is shown", () =>
    withResult(violation, async (opened) => {
      await opened.send(lifecycleMessage({ ...groupView, patchKey: "other/1/1" }, { tab: "simulate" }));
      await expect.poll(() => opened.page.locator(".schedule").count()).toBe(0);
      expect(await lastStep(opened)).toBe(null);
    }));

  it("forgets the run when the input was read again", () =>
    withResult(violation, async (opened) => {
      await opened.send({ ...lifecycleMessage(groupView, { tab: "simulate" }), reread: true });
      await expect.poll(() => opened.page.locator(".schedule").count()).toBe(0);
      expect(await lastStep(opened)).toBe(null);
    }));

  it("keeps the run when only the struct was changed", () =>
    withResult(violation, async (opened) => {
      await opened.send(lifecycleMessage(groupView, { tab: "simulate" }));
      expect(await opened.page.locator(".schedule").count()).toBe(1);
    }));

  it("does not break over what an older version has saved", async () => {
    const opened = await open({ saved: { tab: 7, patchKey: [] } });
    expect(await opened.page.locator("#tab-lifecycle").getAttribute("aria-selected")).toBe("true");
    expect(opened.complaints).toEqual([]);
    await opened.close();
  });
});

describe("the page as a whole", () => {
  it("is ready at once and moves between tabs with the arrow keys", () =>
    withPage(async (opened) => {
      expect((await opened.posted())[0]).toEqual({ type: "ready" });
      await opened.page.locator("#tab-simulate").focus();
      await opened.page.keyboard.press("ArrowLeft");
      expect(await opened.page.locator("#panel-lifecycle").isVisible()).toBe(true);
      expect(await opened.page.locator("#panel-simulate").isVisible()).toBe(false);
    }));

  it("fits a narrow panel and 200 % zoom without scrolling sideways", () =>
    withResult(
      violation,
      async ({ page }) => {
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(450);
      },
      { width: 450, height: 400 },
    ));

  it("stays readable in forced colours", () =>
    withResult(
      violation,
      async (opened) => {
        await opened.page.locator("#tab-lifecycle").click();
        await opened.drawn();
        expect(await opened.page.locator(".frame > svg").count()).toBe(2);
      },
      { forcedColors: true },
    ));

  it("loads less than 1.2 MB of script before the first picture", async () => {
    const opened = await open();
    await opened.send(lifecycleMessage(groupView));
    await opened.drawn();
    const scripts = opened.loaded.filter((path) => path.endsWith(".js"));
    const bytes = scripts.map((path) => bundle().metafile.outputs[`dist/page${path}`]?.bytes ?? Number.NaN).reduce((sum, size) => sum + size, 0);
    expect(scripts.length).toBeGreaterThan(1);
    expect(bytes).toBeLessThan(1_200_000);
    const main = bundle().metafile.outputs["dist/page/main.js"];
    expect(main?.bytes ?? Number.NaN).toBeLessThan(80_000);
    console.log(`loaded before the first picture: ${scripts.length} files, ${Math.round(bytes / 1000)} kB; the page's own script ${Math.round((main?.bytes ?? 0) / 1000)} kB`);
    await opened.close();
  });
});
