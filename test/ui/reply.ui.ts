// Writing a reply as a reviewer does: an answer in a discussion, a comment on a line, a settled question, the draft, its file.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { openWorkbench, type ThemeName, type Workbench } from "./harness.js";

const container = "lifeline";
const minutes = 60_000;
let workbench: Workbench | null = null;
let folder = "";

afterEach(async () => {
  await workbench?.close();
  workbench = null;
  if (folder !== "") rmSync(folder, { recursive: true, force: true });
});

describe.each<ThemeName>(["light", "dark", "contrast"])("a reply to the sample in %s", (theme) => {
  it("is written by clicking, seen as a draft, and saved as it is seen", { timeout: 3 * minutes }, async () => {
    folder = mkdtempSync(join(tmpdir(), "lifeline-ui-"));
    const bench = await openWorkbench({ theme, settings: { "workbench.hover.delay": 20_000 } });
    workbench = bench;
    const { page } = bench;
    await bench.activity("Lifeline").click();
    await page.locator(`[id="workbench.view.extension.${container}"] .welcome-view-content`).getByText("Open Sample Series").click();
    await bench.treeRow(container, "Do we even need this helper").click();
    const thread = bench.threads("Do we even need this helper").first();
    await thread.waitFor();
    await expect.poll(() => thread.locator(".review-comment").count()).toBe(3);

    // An answer in the discussion.
    await thread.locator(".review-thread-reply-button").click();
    await thread.locator(".comment-form .monaco-editor").click();
    await page.keyboard.type("I would open-code it, too: the race is worth a comment.");
    await bench.screenshot(`reply-1-writing-${theme}`);
    await thread.getByRole("button", { name: "Add to Reply" }).click();
    await expect.poll(() => thread.locator(".review-comment").count()).toBe(4);
    await bench.screenshot(`reply-2-answered-${theme}`);

    // The draft, as a plain text.
    await bench.run("Lifeline: Open Reply Draft");
    const text = page.locator(".editor-instance .view-lines").last();
    await expect.poll(async () => (await text.innerText()).replaceAll("\u00a0", " ")).toContain("Subject: Re: [v2,5/5] vfio: Use cdev_device_add() instead of device_create()");
    expect((await text.innerText()).replaceAll("\u00a0", " ")).toContain("To: Jason Gunthorpe <jgg@nvidia.com>");
    await bench.screenshot(`reply-3-draft-${theme}`);

    // Saved under a name of the user's.
    await bench.run("Lifeline: Save Reply as Mail File");
    const box = page.locator(".quick-input-widget input").first();
    // The palette uses the same box; the dialog has taken it over once it proposes a path.
    await expect.poll(() => box.inputValue(), { timeout: minutes / 3 }).toMatch(/^\//);
    const file = join(folder, "reply.eml");
    // While it reads the folder, the dialog writes its own path over what is typed.
    await expect.poll(async () => {
      if (await box.isVisible()) await box.fill(file).then(() => page.keyboard.press("Enter"));
      return existsSync(file) ? readFileSync(file, "utf8") : "";
    }, { timeout: minutes / 2, interval: 1000 }).toContain("I would open-code it, too: the race is worth a comment.\n");
    expect(readFileSync(file, "utf8")).toMatch(/^> .*\n/m);

    // The question, settled from the tree.
    const row = bench.treeRow(container, "Do we even need this helper");
    await row.hover();
    await row.getByRole("button", { name: "Settle Question" }).click();
    await expect.poll(() => row.innerText()).toContain("settled");
    await bench.screenshot(`reply-4-settled-${theme}`);
  });
});
