// The workbench stands with our extension in it, in every theme that pictures are taken in.
import { afterEach, describe, expect, it } from "vitest";
import { openWorkbench, type ThemeName, type Workbench } from "./harness.js";

let workbench: Workbench | null = null;

afterEach(async () => {
  await workbench?.close();
  workbench = null;
});

describe.each<ThemeName>(["light", "dark", "contrast", "contrastLight"])("the workbench in %s", (theme) => {
  it("shows our view container in the activity bar, and a welcome text in the empty view", async () => {
    workbench = await openWorkbench({ theme });
    await workbench.activity("Lifeline").click();
    await workbench.page.locator('[id="workbench.view.extension.lifeline"] .welcome-view-content').waitFor();
    await workbench.screenshot(`workbench-${theme}`);
    expect(workbench.errors).toEqual([]);
  });
});
