// Diagrams that leave the page: the bundled sample's own, drawn, copied as mermaid and saved as a picture that stands alone.
import { mkdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser } from "playwright-core";
import { readMailbox } from "../../../src/core/mail/read.js";
import { parsePatch } from "../../../src/core/patch/parse.js";
import type { LifecycleView } from "../../../src/core/lifecycle/types.js";
import { openReader, viewOfPatch } from "../../core/lifecycle/check.js";
import { bundlePage, launch, openPage } from "./harness.js";
import type { Bundle, OpenPage } from "./harness.js";
import { lifecycleMessage } from "./lifecycle.fixture.js";

let browser: Browser;
let bundle: Bundle;
let view: LifecycleView;

beforeAll(async () => {
  mkdirSync("test-results/ui", { recursive: true });
  bundle = await bundlePage();
  browser = await launch();
  const mailbox = await readMailbox(readFileSync("media/samples/vfio-group-cdev-v2-5of5.txt"), { gunzip: () => undefined, sha1: () => new Uint8Array(20) });
  const patches = mailbox.messages.map((message) => parsePatch(message.text)).filter((patch) => patch.files.length > 0).slice(0, 1);
  view = viewOfPatch(await openReader(), patches, 0, false);
});

afterAll(() => browser.close());

async function exported(opened: OpenPage): Promise<{ as: string; name: string; text: string }> {
  await expect.poll(async () => (await opened.postedOf("exported")).length).toBeGreaterThan(0);
  const last = (await opened.postedOf("exported")).at(-1);
  if (last === undefined) throw new Error("nothing was exported");
  return last;
}

describe("the sample's diagrams", () => {
  for (const theme of ["light", "dark", "contrast"] as const) {
    it(`are drawn in the ${theme} theme, at a panel's width and at half of it`, async () => {
      for (const [width, height] of [[1400, 1500], [700, 2600]] as const) {
        const opened = await openPage(browser, bundle, { theme, width, height });
        await opened.send(lifecycleMessage(view));
        await opened.drawn();
        await opened.page.screenshot({ path: `test-results/ui/sample-life-${theme}-${width}.png` });
        await opened.page.locator('[data-kind="structure"]').click();
        await opened.drawn(2);
        await opened.page.screenshot({ path: `test-results/ui/sample-structure-${theme}-${width}.png` });
        expect(opened.complaints).toEqual([]);
        await opened.close();
      }
    });
  }

  it("leave as Markdown with both sides in mermaid blocks, by button and by command", async () => {
    const opened = await openPage(browser, bundle);
    await opened.send(lifecycleMessage(view));
    await opened.drawn();
    await opened.page.getByRole("button", { name: "Copy diagram as mermaid" }).click();
    const copied = await exported(opened);
    expect([copied.as, copied.name]).toEqual(["copy", "vfio_group-life.md"]);
    expect(copied.text.match(/```mermaid\nstateDiagram-v2\naccTitle: .*\naccDescr: /g)?.length).toBe(2);
    await opened.page.locator('[data-kind="structure"]').click();
    await opened.drawn(2);
    await opened.send({ type: "export", as: "mermaid" });
    await expect.poll(async () => (await exported(opened)).name).toBe("vfio_group-structure.md");
    expect(opened.complaints).toEqual([]);
    await opened.close();
  });

  it("leave as a picture that needs no page, and that shows the same words", async () => {
    for (const theme of ["light", "dark", "contrast"] as const) {
      const opened = await openPage(browser, bundle, { theme, width: 1400, height: 1500 });
      await opened.send(lifecycleMessage(view));
      await opened.drawn();
      const words = await opened.page.locator(".pane-after .edgeLabel").allTextContents();
      await opened.page.getByRole("button", { name: "Save diagram as SVG" }).click();
      const { text, name } = await exported(opened);
      expect(name).toBe("vfio_group-life.svg");
      expect(text).toMatch(/^<svg [^>]*role="img"/);
      expect(text).not.toMatch(/var\(--|<script|\son[a-z]+=/);
      await opened.close();
      const page = await browser.newPage({ viewport: { width: 1700, height: 1500 } });
      await page.goto(`data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`);
      await page.screenshot({ path: `test-results/ui/exported-${theme}.png` });
      const found = await page.evaluate(() => document.documentElement.textContent.replace(/\s+/g, ""));
      for (const word of words) expect(found).toContain(word.replace(/\s+/g, ""));
      expect(await page.evaluate(() => document.querySelector("title")?.textContent)).toBe("Life of struct vfio_group, before; Life of struct vfio_group, after");
      await page.close();
    }
  });
});
