// The list of findings in the Lifecycle tab: signs and words, lines, the folded way, every theme, hostile names, and when it is not there.
import { mkdirSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ListedFinding } from "../../../src/protocol/messages.js";
import { bundlePage, launch, openPage } from "./harness.js";
import type { Bundle, OpenOptions, OpenPage } from "./harness.js";
import { boxView, groupView, lifecycleMessage } from "./lifecycle.fixture.js";

const pictures = "test-results/ui";
let browser: Browser;
let bundle: Bundle;

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  bundle = await bundlePage();
  browser = await launch();
});

afterAll(() => browser.close());

const path = "drivers/demo/box.c";
const link = (line: number, side: "before" | "after" = "after"): ListedFinding["link"] => ({ path, side, line, endLine: line });
const found: readonly ListedFinding[] = [
  { change: "new", word: "New in this patch", sentence: "kfree() frees box, which is still on a list (entry) and is returned", function: "box_new", link: link(40),
    steps: [{ text: "taken: kzalloc(sizeof(*box), GFP_KERNEL)", link: link(30) }, { text: "made known: list_add(&box->entry, &boxes)", link: link(36) }, { text: "given back: kfree(box)", link: link(40) }] },
  { change: "fixed", word: "Fixed by this patch", sentence: "uses box behind kfree()", function: "box_drop", link: link(52, "before"), steps: [{ text: "given back: kfree(box)", link: link(51, "before") }] },
  { change: "both", word: "Before and after", sentence: "kzalloc() has no other half on this path: box", function: "box_make", link: link(70), steps: [] },
  { change: "before", word: "Before", sentence: "returns with boxes held, which other paths give back", function: "box_find", link: link(80, "before"), steps: [] },
  { change: "after", word: "After", sentence: "the error path loses what kzalloc() took: box", function: "box_open", link: link(90), steps: [] },
];

/** Opens the page with a patch and what was found in it, and checks that nothing complained. */
async function withFindings(findings: readonly ListedFinding[] | null, check: (opened: OpenPage) => Promise<void>, options: OpenOptions = {}, patchKey = groupView.patchKey): Promise<void> {
  const opened = await openPage(browser, bundle, options);
  try {
    await opened.send(lifecycleMessage(groupView));
    await opened.drawn();
    await opened.send({ type: "findings", patchKey, findings });
    await opened.page.evaluate(() => new Promise(requestAnimationFrame));
    await check(opened);
    expect(opened.complaints).toEqual([]);
  } finally {
    await opened.close();
  }
}

describe("the list of findings", () => {
  for (const theme of ["light", "dark", "contrast"] as const) {
    it(`says with a sign and with words what the patch has to do with each, in the ${theme} theme`, () =>
      withFindings(found, async ({ page }) => {
        expect(await page.locator(".finding-list h2").innerText()).toBe("5 findings");
        const rows = (await page.locator(".finding-list > ul > li").evaluateAll((all) => all.map((row) => [row.querySelector(".sign")?.textContent, row.querySelector("p")?.textContent])));
        expect(rows).toEqual([
          ["✗", "New in this patch: kfree() frees box, which is still on a list (entry) and is returned, in box_new() box.c:40 after"],
          ["✓", "Fixed by this patch: uses box behind kfree(), in box_drop() box.c:52 before"],
          ["!", "Before and after: kzalloc() has no other half on this path: box, in box_make() box.c:70"],
          ["·", "Before: returns with boxes held, which other paths give back, in box_find() box.c:80 before"],
          ["!", "After: the error path loses what kzalloc() took: box, in box_open() box.c:90 after"],
        ]);
        const top = async (selector: string): Promise<number> => (await page.locator(selector).first().boundingBox())?.y ?? 0;
        expect(await top(".finding-list")).toBeLessThan(await top(".twin"));
        await page.locator(".finding-list summary").first().click();
        await page.locator(".finding-list").screenshot({ path: `${pictures}/findings-${theme}.png` });
      }, { theme, width: 900 }));
  }

  it("opens the line of a finding, and the lines that lead to it, which are folded", () =>
    withFindings(found, async (opened) => {
      const { page } = opened;
      await page.getByRole("button", { name: "Open box.c:52" }).click();
      expect(await page.getByRole("button", { name: "Open box.c:36" }).isVisible()).toBe(false);
      await page.getByText("The 3 lines that lead to it").click();
      await page.getByRole("button", { name: "Open box.c:36" }).click();
      expect((await opened.postedOf("reveal")).map((message) => message.link)).toEqual([link(52, "before"), link(36)]);
    }));

  it("says that nothing was found, and stays away when nothing was looked for", async () => {
    await withFindings([], async ({ page }) => expect(await page.locator(".finding-list").innerText()).toContain("No lifetime mistake was found in what this patch shows."));
    await withFindings(null, async ({ page }) => expect(await page.locator(".finding-list").isVisible()).toBe(false));
  });

  it("does not list what belongs to another patch, and goes with the patch that it belongs to", async () => {
    await withFindings(found, async ({ page }) => expect(await page.locator(".finding-list").isVisible()).toBe(false), {}, "another/1/1");
    await withFindings(found, async (opened) => {
      await opened.send(lifecycleMessage(boxView));
      await opened.drawn(2);
      expect(await opened.page.locator(".finding-list").isVisible()).toBe(false);
    });
  });

  it("is there for a patch without a struct to draw", async () => {
    const opened = await openPage(browser, bundle);
    try {
      await opened.send(lifecycleMessage({ ...boxView, before: null, after: null, pairs: [] }));
      await opened.send({ type: "findings", patchKey: boxView.patchKey, findings: found });
      await opened.page.locator(".finding-list").waitFor({ state: "visible" });
      expect(await opened.page.locator("#panel-lifecycle").innerText()).toContain("No lifetime calls");
    } finally {
      await opened.close();
    }
  });

  it("shows hostile names as text", () => {
    const hostile = [`<img src=x onerror="acquireVsCodeApi()">`, `<b>bold</b> [link](command:workbench.action.quit)`, `</li></ul><script>alert(1)</script>`];
    const list = hostile.map((text): ListedFinding => ({ change: "new", word: "New in this patch", sentence: text, function: text, link: { ...link(7), path: `x/${text}` }, steps: [{ text, link: link(8) }] }));
    return withFindings(list, async ({ page }) => {
      expect(await page.locator(".finding-list").locator("img, b, script, a, [onerror], [href]").count()).toBe(0);
      expect(await page.locator("script").count()).toBe(1);
      const text = await page.locator(".finding-list").textContent();
      for (const one of hostile) expect(text?.split(one).length ?? 0, one).toBeGreaterThanOrEqual(4);
    });
  });
});
