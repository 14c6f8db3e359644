// Every surface of the panel in the real workbench in three themes: a picture to look at, axe-core, and 200 % zoom.
import { afterEach, describe, expect, it } from "vitest";
import { openWorkbench, type ThemeName, type Workbench } from "./harness.js";
import { axeComplaints, drawAgain, fitsItsWidth, openPanel, openSampleDiff, patience, quiet, runScenario, showTab, until } from "./panel-parts.js";

const minutes = 60_000;
let workbench: Workbench | null = null;

afterEach(async () => {
  await workbench?.close();
  workbench = null;
});

describe.each<ThemeName>(["light", "dark", "contrast"])("the panel in %s", (theme) => {
  it("has nothing that axe-core finds wrong on any of its surfaces, and fits at 200 % zoom", { timeout: 6 * minutes }, async () => {
    workbench = await openWorkbench({ theme, settings: quiet });
    const bench = workbench;
    await openSampleDiff(bench);
    const panel = await openPanel(bench, "View Lifecycle Diagram");
    let shown = 0;
    const complaints: string[] = [];
    const check = async (name: string): Promise<void> => {
      await bench.screenshot(`panel-${theme}-${String(++shown).padStart(2, "0")}-${name}`);
      if (!(await fitsItsWidth(panel))) complaints.push(`${name}: wider than the panel`);
      complaints.push(...(await axeComplaints(panel)).map((complaint) => `${name}: ${complaint}`));
    };

    await panel.locator("#panel-lifecycle svg[role=group]").nth(1).waitFor();
    await check("life");
    await panel.getByRole("searchbox", { name: "Find in diagram" }).fill("device");
    await panel.getByRole("button", { name: "Next match" }).click();
    await check("search");
    await panel.getByRole("searchbox", { name: "Find in diagram" }).fill("");
    await panel.getByLabel("Only changes").check();
    await check("only-changes");
    await panel.getByLabel("Only changes").uncheck();
    await panel.getByText("As a table").click();
    await panel.getByText("As a table").scrollIntoViewIfNeeded();
    await check("table");
    await panel.getByText("As a table").click();
    await drawAgain(panel, () => panel.getByRole("button", { name: "Structure" }).click());
    await check("structure");
    await drawAgain(panel, () => panel.getByRole("button", { name: "Life", exact: true }).click());

    await showTab(panel, "Simulate");
    await check("nothing-run");
    await runScenario(panel, "open-last-put");
    await check("clean");
    await runScenario(panel, "open-last-put", "plain-get");
    await panel.getByRole("slider", { name: "Step" }).focus();
    await bench.page.keyboard.press("End");
    await check("race");
    await panel.getByText("All scenarios at a glance").click();
    await panel.getByRole("button", { name: "Run all" }).click();
    await panel.locator(".overview-status").filter({ hasText: /^\d+ runs$/ }).waitFor({ timeout: patience });
    await check("run-all");
    await panel.getByText("All scenarios at a glance").click();
    await panel.getByRole("button", { name: "Your turn" }).click();
    await panel.locator(".free-cpu").first().waitFor({ timeout: patience });
    await panel.locator(".reach[data-answer=yes], .reach[data-answer=no], .reach[data-answer=unknown]").waitFor({ timeout: patience });
    const undo = panel.getByRole("button", { name: "Undo" });
    await until(() => panel.getByRole("button", { name: "CPU0: step" }).click(), () => undo.isEnabled());
    await check("your-turn");

    // At 200 % zoom a window has half the width and half the height; the sidebar and the comments below make room, as a reader would have them do.
    await bench.page.setViewportSize({ width: 800, height: 500 });
    await bench.run("View: Toggle Primary Side Bar Visibility");
    await bench.run("View: Toggle Panel Visibility");
    await check("zoomed-your-turn");
    await runScenario(panel, "open-last-put", "plain-get");
    await check("zoomed-race");
    await showTab(panel, "Lifecycle");
    await check("zoomed-life");
    expect(complaints).toEqual([]);
    expect(bench.errors).toEqual([]);
  });
});
