// Everything that axe-core can tell of the page: both tabs, three themes, with what a run shows; and 200 % zoom.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundlePage, launch, openPage } from "./harness.js";
import type { Bundle, OpenPage } from "./harness.js";
import { groupView, lifecycleMessage, structureView } from "./lifecycle.fixture.js";
import { violation } from "./run.fixture.js";

let browser: Browser;
let bundle: Bundle;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

beforeAll(async () => {
  bundle = await bundlePage();
  browser = await launch();
});

afterAll(() => browser.close());

/** One line for every element that a rule of axe-core finds wrong. */
async function complaintsOf({ page }: OpenPage): Promise<readonly string[]> {
  // The page's own policy forbids other scripts, so axe comes in through the debugger, as Playwright's evaluate does.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run());
  return violations.flatMap((rule) => rule.nodes.map((node) => `${rule.impact ?? "?"} ${rule.id}: ${node.html.slice(0, 160)} (${node.any.concat(node.all, node.none).map((check) => check.message).join("; ")})`));
}

describe.each(["light", "dark", "contrast"] as const)("the page in the %s theme", (theme) => {
  it("has nothing that axe-core finds wrong in the Lifecycle tab", async () => {
    const opened = await openPage(browser, bundle, { theme });
    await opened.send(lifecycleMessage(groupView));
    await opened.drawn();
    const link = { path: "drivers/demo/box.c", side: "after", line: 7, endLine: 7 } as const;
    const found = (["new", "fixed", "both", "before", "after"] as const).map((change) => ({ change, word: change, sentence: "uses box behind kfree()", function: "box_drop", link, steps: [{ text: "given back: kfree(box)", link }] }));
    await opened.send({ type: "findings", patchKey: groupView.patchKey, findings: found });
    await opened.page.locator(".finding-list summary").first().click();
    await opened.page.locator(".twin > summary").click();
    await opened.page.keyboard.press("/");
    await opened.page.keyboard.type("device");
    expect(await complaintsOf(opened)).toEqual([]);
    await opened.page.getByRole("button", { name: "Full screen" }).click();
    expect(await complaintsOf(opened)).toEqual([]);
    await opened.close();
  });

  it("has nothing that axe-core finds wrong in the structure diagram", async () => {
    const opened = await openPage(browser, bundle, { theme });
    await opened.send(lifecycleMessage(structureView));
    await opened.drawn();
    await opened.page.getByRole("button", { name: "Structure" }).click();
    await opened.drawn(2);
    expect(await complaintsOf(opened)).toEqual([]);
    await opened.close();
  });

  it("has nothing that axe-core finds wrong in the Simulate tab", async () => {
    const opened = await openPage(browser, bundle, { theme });
    const message = lifecycleMessage(groupView);
    await opened.send({ ...message, state: { ...message.state, tab: "simulate" } });
    expect(await complaintsOf(opened)).toEqual([]);
    await opened.send({ type: "result", result: violation });
    expect(await complaintsOf(opened)).toEqual([]);
    await opened.close();
  });
});
