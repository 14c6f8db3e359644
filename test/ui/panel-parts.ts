// The panel in the real workbench, as tests use it: opening it, its parts, what axe-core says of it, and actions that are repeated until they are seen.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Frame, FrameLocator, Locator } from "playwright-core";
import { expect } from "vitest";
import type { Workbench } from "./harness.js";

export const container = "lifeline";

/** Milliseconds that a run, a drawing or an editor may take on a machine that does much else. */
export const patience = 60_000;

/** A hover that opens under a mouse that stands still would lie over what is to be clicked. */
export const quiet = { "workbench.hover.delay": 20_000, "editor.hover.enabled": false };

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Does something again and again until it is seen to have happened: a workbench that is drawing itself swallows clicks and keys. */
export async function until(action: () => Promise<unknown>, seen: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + patience;
  let failure: unknown = null;
  for (;;) {
    await action().then(() => (failure = null), (error: unknown) => (failure = error));
    for (let look = 0; look < 15; look++) {
      if (await seen().catch(() => false)) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    if (Date.now() > end) throw new Error("what was waited for was not seen", { cause: failure });
  }
}

/** Opens the bundled sample and its only file; the diff stands when this returns. */
export async function openSampleDiff(bench: Workbench): Promise<void> {
  const row = bench.treeRow(container, "vfio.c");
  await until(() => bench.activity("Lifeline").click(), () => bench.page.locator(`[id="workbench.view.extension.${container}"]`).isVisible());
  if (!(await row.isVisible())) await bench.run("Lifeline: Open Sample Series");
  await row.waitFor({ timeout: patience });
  await until(() => row.click(), () => bench.page.locator(".editor-instance .monaco-diff-editor .editor.modified .view-line").first().isVisible());
}

/** Opens the panel by a command and waits until it has its drawings. */
export async function openPanel(bench: Workbench, command: "View Lifecycle Diagram" | "Simulate…"): Promise<FrameLocator> {
  const panel = bench.webview();
  await until(() => bench.run(`Lifeline: ${command}`), () => panel.getByRole("tab", { name: "Lifecycle" }).isVisible());
  // A panel that is hidden behind its other tab is drawn all the same.
  await panel.locator("#panel-lifecycle[data-drawn]").waitFor({ state: "attached", timeout: patience });
  return panel;
}

/** Shows a tab of the panel. */
export async function showTab(panel: FrameLocator, name: "Lifecycle" | "Simulate"): Promise<void> {
  const tab = panel.getByRole("tab", { name });
  await until(() => tab.click({ timeout: 2_000 }), async () => (await tab.getAttribute("aria-selected")) === "true");
}

/** Chooses and runs; returns when the verdict is there. */
export async function runScenario(panel: FrameLocator, scenario: string, whatIf: string | null = null): Promise<void> {
  await panel.locator("#choose-scenario").selectOption(scenario);
  await panel.locator("#choose-what-if").selectOption(whatIf ?? "");
  await panel.getByRole("button", { name: "Run", exact: true }).click();
  await panel.locator(".verdict").waitFor({ timeout: patience });
}

/** The number of the step that the player names; 0 when none is shown. */
export async function stepOf(panel: FrameLocator): Promise<number> {
  const [text = ""] = await panel.locator(".position").allTextContents();
  return Number(/^Step (\d+)/.exec(text)?.[1] ?? "0");
}

/** One line for every element of the panel that a rule of axe-core finds wrong. */
export async function axeComplaints(panel: FrameLocator): Promise<readonly string[]> {
  const frame = await frameOf(panel.locator("body"));
  // The page's own policy forbids other scripts; the debugger, by which this is evaluated, is not held by it.
  await frame.evaluate(axe);
  const { violations } = await frame.evaluate(() => (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run());
  return violations.flatMap((rule) => rule.nodes.map((node) => `${rule.impact ?? "?"} ${rule.id}: ${node.html.slice(0, 200)} (${node.any.concat(node.all, node.none).map((check) => check.message).join("; ")})`));
}

/** True when nothing of the panel is cut off to the side. */
export async function fitsItsWidth(panel: FrameLocator): Promise<boolean> {
  return panel.locator("html").evaluate((root) => root.scrollWidth <= root.clientWidth);
}

/** Waits until a part has the same place and size in several looks. */
export async function stands(part: Locator): Promise<void> {
  let last = "";
  let same = 0;
  await expect.poll(async () => {
    const now = JSON.stringify(await part.boundingBox());
    same = now === last ? same + 1 : 0;
    last = now;
    return same;
  }, { timeout: patience }).toBeGreaterThanOrEqual(3);
}

/** Does something that draws both diagrams anew, and waits until they are. */
export async function drawAgain(panel: FrameLocator, action: () => Promise<unknown>): Promise<void> {
  const drawn = async (): Promise<number> => Number(await panel.locator("#panel-lifecycle").getAttribute("data-drawn"));
  const before = await drawn();
  await until(action, async () => (await drawn()) > before);
}

/** Keys of the parts of the diagrams that the step of a run lights. */
export function lightedItems(panel: FrameLocator): Promise<readonly string[]> {
  return panel.locator(".in-run").evaluateAll((parts) => [...new Set(parts.map((part) => part.getAttribute("data-item") ?? ""))]);
}

/** Lines that editors show with the mark of a CPU at their end, as "code ◀ CPU1" for the one that makes the step. */
export function markedLines(bench: Workbench): Promise<readonly string[]> {
  return bench.page.evaluate(() =>
    [...document.querySelectorAll(".view-line")].flatMap((line) =>
      [...line.querySelectorAll("span")].flatMap((part) => {
        const mark = /^"((?:◀ )?CPU\d+)"$/.exec(getComputedStyle(part, "::after").content)?.[1];
        return mark === undefined ? [] : [`${(line.textContent ?? "").replaceAll("\u00a0", " ").trim()} ${mark}`];
      })));
}

/** Waits until the text that was copied last holds something. */
export async function clipboardHas(bench: Workbench, expected: string | RegExp): Promise<string> {
  const read = (): Promise<string> => bench.page.evaluate(() => navigator.clipboard.readText());
  await expect.poll(read, { timeout: patience }).toMatch(expected);
  return read();
}

async function frameOf(locator: Locator): Promise<Frame> {
  const frame = await (await locator.elementHandle())?.ownerFrame();
  if (!frame) throw new Error("the panel has no frame");
  return frame;
}
