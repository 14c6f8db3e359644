// A thread on a line outside any function: which functions are meant is asked, and their run is told next to the thread.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cratePatch } from "../crate.js";
import { openWorkbench } from "./harness.js";
import type { Workbench } from "./harness.js";
import { container, patience, quiet, until } from "./panel-parts.js";

let bench: Workbench;

const box = [
  "From git@z Thu Jan  1 00:00:00 1970\nFrom: Ann <ann@example.org>\nMessage-Id: <crate@example.org>\nSubject: [PATCH] crate: Share it\nDate: Mon, 6 Jan 2025 10:00:00 +0000\n",
  cratePatch,
  "From git@z Thu Jan  1 00:00:00 1970\nFrom: Ben <ben@example.org>\nMessage-Id: <ask@example.org>\nIn-Reply-To: <crate@example.org>\nSubject: Re: [PATCH] crate: Share it\nDate: Mon, 6 Jan 2025 11:00:00 +0000\n",
  "> +#include <linux/refcount.h>\n\nIs this one needed?\n",
].join("\n");

describe("a thread outside any function", { timeout: 180_000 }, () => {
  beforeAll(async () => {
    bench = await openWorkbench({ theme: "dark", files: { "crate.mbox": Buffer.from(box) }, settings: { ...quiet } });
  });
  afterAll(() => bench.close());

  it("asks for the functions that run at the same time, and tells the verdict of their run", async () => {
    await bench.menu(bench.page.locator(".explorer-folders-view .monaco-list-row").filter({ hasText: "crate.mbox" }), "Open as Patch Series");
    const row = bench.treeRow(container, "Is this one needed?");
    await row.waitFor({ timeout: patience });
    await bench.menu(row, "Simulate This");
    const choice = bench.page.locator(".quick-input-list .monaco-list-row").filter({ hasText: "crate_put()" });
    await choice.waitFor({ timeout: patience });
    await bench.screenshot("outside-1-question");
    await until(() => choice.click(), async () => (await bench.page.locator(".quick-input-count").innerText()).startsWith("1"));
    await until(() => bench.page.keyboard.press("Enter"), async () => !(await choice.isVisible()));
    await bench.webview().locator(".verdict").waitFor({ timeout: patience });
    // It is among the scenarios of the page, which can run it again.
    const scenario = bench.webview().locator("#choose-scenario");
    await expect.poll(() => scenario.evaluate((select: HTMLSelectElement) => select.selectedOptions[0]?.textContent ?? "")).toContain("(your scenario)");
    expect(await bench.webview().getByRole("button", { name: "Run", exact: true }).isEnabled()).toBe(true);
    await expect.poll(() => row.innerText(), { timeout: patience }).toMatch(/[✗✓]|no violation/);
    await bench.screenshot("outside-2-verdict");
    expect(bench.errors).toEqual([]);
  });
});
