// The packaged extension, installed into a VS Code that has never seen it, by a user who follows the walkthrough.
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { openWorkbench, projectRoot, type Workbench } from "./harness.js";

const minutes = 60_000;
let workbench: Workbench | null = null;

afterEach(async () => {
  await workbench?.close();
  workbench = null;
});

describe("the packaged extension", () => {
  it("installs into a clean VS Code, opens the sample and runs the race", { timeout: 5 * minutes }, async () => {
    const file = join(projectRoot, "lifeline.vsix");
    const packed = spawnSync("npm", ["run", "--silent", "package"], { cwd: projectRoot, encoding: "utf8" });
    expect(packed.status, packed.stderr).toBe(0);
    expect(statSync(file).size).toBeLessThan(5_000_000);
    workbench = await openWorkbench({ package: file, settings: { "workbench.hover.delay": 20_000 } });
    const bench = workbench;
    await bench.activity("Lifeline").click();
    await bench.run("Lifeline: Open Sample Series");
    await bench.treeRow("lifeline", "vfio.c").click();
    await bench.diffEditor();
    await bench.run("Lifeline: Simulate…");
    const panel = bench.webview();
    await panel.locator("#choose-scenario").selectOption("open-last-put", { timeout: minutes });
    await panel.locator("#choose-what-if").selectOption("plain-get");
    await panel.getByRole("button", { name: "Run", exact: true }).click();
    await panel.getByText("refcount_t: addition on 0; use-after-free.").first().waitFor({ timeout: minutes });
    await bench.screenshot("package-race");
  });
});

describe("the walkthrough", () => {
  it("leads through the sample in four steps, each done by its own button", { timeout: 3 * minutes }, async () => {
    workbench = await openWorkbench({ settings: { "workbench.hover.delay": 20_000 } });
    const bench = workbench;
    const { page } = bench;
    await bench.run("Welcome: Open Walkthrough...");
    await bench.quickInput().fill("Lifeline");
    await page.locator(".quick-input-list .monaco-list-row").filter({ hasText: "Review a patch series" }).first().click();
    const step = (title: string) => page.locator(".getting-started-step").filter({ hasText: title });
    const isDone = (title: string) => step(title).locator(".codicon-getting-started-step-checked").count();
    await step("Open a series").waitFor();
    expect(await page.locator(".getting-started-step").count()).toBe(4);
    await bench.screenshot("walkthrough-1");
    await page.getByRole("button", { name: "Open Sample Series" }).first().click();
    await bench.treeRow("lifeline", "vfio.c").waitFor();
    await page.getByRole("tab", { name: /Walkthrough|Lifeline/ }).first().click();
    await expect.poll(() => isDone("Open a series")).toBe(1);
    await step("Ask whether it can race").click();
    await page.waitForTimeout(500); // The picture is taken when the step has unfolded.
    await bench.screenshot("walkthrough-4");
    await page.getByRole("button", { name: "Simulate…" }).last().click();
    await bench.webview().locator("#choose-scenario").waitFor({ timeout: minutes });
    expect(bench.errors).toEqual([]);
  });
});
