// Who has asked for less motion gets none: in the real workbench, on both tabs, while a run goes on and while it is played.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FrameLocator } from "playwright-core";
import { openWorkbench } from "./harness.js";
import type { Workbench } from "./harness.js";
import { openPanel, openSampleDiff, patience, quiet, runScenario, showTab, stepOf } from "./panel-parts.js";

let bench: Workbench;

/** Parts of the panel that would move by themselves or on their way to a new look. */
function moving(panel: FrameLocator): Promise<readonly string[]> {
  return panel.locator("body").evaluate((body) => {
    const seconds = (times: string): boolean => times.split(",").some((time) => parseFloat(time) > 0);
    return [...body.querySelectorAll("*")].flatMap((part) => {
      const { animationName, animationDuration, transitionDuration, scrollBehavior } = getComputedStyle(part);
      const moves = (animationName !== "none" && seconds(animationDuration)) || seconds(transitionDuration) || scrollBehavior === "smooth";
      return moves ? [`${part.localName}.${part.getAttribute("class") ?? ""}`] : [];
    });
  });
}

describe("reduced motion", { timeout: 180_000 }, () => {
  beforeAll(async () => {
    bench = await openWorkbench({ theme: "dark", settings: quiet });
  });
  afterAll(() => bench.close());

  it("lets nothing move by itself, and steps one by one all the same", async () => {
    await openSampleDiff(bench);
    const panel = await openPanel(bench, "View Lifecycle Diagram");
    await panel.locator("#panel-lifecycle svg[role=group]").nth(1).waitFor();
    // The check sees what there is to see: without the wish, lines change their width softly.
    expect(await moving(panel)).not.toEqual([]);
    await bench.page.emulateMedia({ reducedMotion: "reduce" });
    await expect.poll(() => moving(panel)).toEqual([]);
    await showTab(panel, "Simulate");
    await runScenario(panel, "open-last-put", "plain-get");
    await panel.getByRole("button", { name: "Play" }).click();
    await expect.poll(() => stepOf(panel), { timeout: patience }).toBeGreaterThan(1);
    expect(await moving(panel)).toEqual([]);
    await panel.getByRole("button", { name: "Pause" }).click();
    expect(bench.errors).toEqual([]);
  });
});
