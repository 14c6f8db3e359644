// A reload of the window: the panel comes back with what it showed, in a workbench of its own.
import { expect, it } from "vitest";
import { openWorkbench } from "./harness.js";
import { markedLines, openPanel, openSampleDiff, patience, quiet, runScenario, showTab, stepOf, until } from "./panel-parts.js";

it("comes back after a reload of the window as it was left", { timeout: 240_000 }, async () => {
  const bench = await openWorkbench({ theme: "dark", settings: { ...quiet, "comments.openView": "never" } });
  try {
    await openSampleDiff(bench);
    let panel = await openPanel(bench, "Simulate…");
    await showTab(panel, "Simulate");
    await runScenario(panel, "open-last-put", "plain-get");
    await until(() => panel.getByRole("button", { name: "Show the step where it happens" }).click(), async () => (await stepOf(panel)) > 1);
    const step = await stepOf(panel);
    const verdict = await panel.locator(".verdict-head").innerText();
    // The window's own command, which keeps what is to be kept before it goes; the new page has no mark.
    await panel.locator("body").evaluate((body) => body.setAttribute("data-before-reload", ""));
    await bench.run("Developer: Reload Window");
    panel = bench.webview();
    await expect.poll(async () => (await panel.getByRole("tab", { name: "Simulate" }).count()) + 2 * (await panel.locator("body[data-before-reload]").count()), { timeout: patience }).toBe(1);
    await expect.poll(() => panel.getByRole("tab", { name: "Simulate" }).getAttribute("aria-selected"), { timeout: patience }).toBe("true");
    await expect.poll(() => panel.locator("#choose-what-if").inputValue(), { timeout: patience }).toBe("plain-get");
    // The run is done again, and stands at the same step, which is marked in the editors.
    await expect.poll(() => panel.locator(".verdict-head").innerText(), { timeout: patience }).toBe(verdict);
    await expect.poll(() => stepOf(panel)).toBe(step);
    await expect.poll(() => markedLines(bench), { timeout: patience }).toContainEqual(expect.stringMatching(/◀ CPU1/));
    await bench.screenshot("reload-restored");
  } finally {
    await bench.close();
  }
});
