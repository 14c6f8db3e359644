// Drives a real VS Code in Chromium: a server and a browser of its own for every workbench, and the parts of it that tests look at.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { TestRunner } from "vitest";
import { chromium, type Browser, type FrameLocator, type Locator, type Page } from "playwright-core";
import { chromiumArguments, findChromium } from "../../scripts/host/chromium.mjs";
import { installPackage, startServer, type Server } from "../../scripts/host/server.mjs";
import { themes } from "../../scripts/host/settings.mjs";

export type ThemeName = keyof typeof themes;

export interface WorkbenchOptions {
  /** The color theme; "dark" when not given. */
  readonly theme?: ThemeName;
  /** Files of the folder that is open, by their path in it. The folder is new and goes with the workbench. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Environment of the extension host; `LIFELINE_OPEN: "sample"` opens the bundled sample at the start. */
  readonly env?: Readonly<Record<string, string>>;
  /** User settings on top of the quiet ones. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** A packaged extension, which is installed as users install it; without it the extension under development is loaded. */
  readonly package?: string;
  /** The size of the window in pixels; 1600 by 1000 when not given. */
  readonly size?: { readonly width: number; readonly height: number };
}

/** One drawn line of an editor. Lines out of sight are not drawn. */
export interface DrawnLine {
  /** What the gutter says; null for the rest of a wrapped line. */
  readonly number: number | null;
  readonly text: string;
}

export interface TreeRow {
  readonly label: string;
  /** What a screen reader says, description and tooltip included. */
  readonly spoken: string;
  readonly description: string;
  readonly level: number;
  /** Null for a row without children. */
  readonly expanded: boolean | null;
}

/** The class that the workbench has once a theme is applied; until then it is drawn in colors of its own. */
const themeClasses: Readonly<Record<ThemeName, string>> = {
  light: "vscode-theme-defaults-themes-light_modern-json",
  dark: "vscode-theme-defaults-themes-dark_modern-json",
  contrast: "vscode-theme-defaults-themes-hc_black-json",
  contrastLight: "vscode-theme-defaults-themes-hc_light-json",
};

export const projectRoot = resolve(__dirname, "../..");
export const picturesFolder = join(projectRoot, "test-results/ui");

/** Starts a server and a browser and waits until the workbench stands. */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const dataDir = await mkdtemp(join(tmpdir(), "lifeline-ui-"));
  const folder = join(dataDir, "patches");
  await mkdir(folder);
  for (const [name, content] of Object.entries(options.files ?? {})) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  const opened: (() => Promise<void>)[] = [() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 })];
  const close = async (): Promise<void> => {
    for (const one of opened.splice(0).reverse()) await one();
  };
  try {
    const settings = { "workbench.colorTheme": themes[options.theme ?? "dark"], ...options.settings };
    if (options.package !== undefined) await installPackage({ dataDir: join(dataDir, "server"), file: options.package, log: console.log });
    const server = await startServer({ dataDir: join(dataDir, "server"), settings, env: options.env ?? {}, log: console.log });
    opened.push(() => server.stop());
    const browser = await chromium.launch({ executablePath: findChromium(console.log), args: [...chromiumArguments] });
    opened.push(() => browser.close());
    const page = await openPage(browser, server, folder, options);
    const workbench = new Workbench(page, folder, close);
    const test = TestRunner.getCurrentTest();
    // Before anything is closed: what a failed test has left to be seen.
    opened.push(async () => {
      if (test?.result?.state !== "fail") return;
      await workbench.screenshot(`failed-${test.name.replaceAll(/[^a-z0-9]+/gi, "-")}-${options.theme ?? "dark"}`).catch(() => undefined);
      console.log(`What was seen when "${test.name}" failed:\n${await workbench.describe().catch(String)}`);
    });
    return workbench;
  } catch (error) {
    await close();
    throw error;
  }
}

/** A workbench under test. */
export class Workbench {
  /** What our extension and our page have written as errors since the start. */
  readonly errors: string[] = [];

  constructor(
    readonly page: Page,
    /** The open folder on disk. */
    readonly folder: string,
    /** Ends browser and server and removes their folders. */
    readonly close: () => Promise<void>,
  ) {
    page.on("pageerror", (error) => {
      if (isOurs(error.stack ?? "")) this.errors.push(error.stack ?? error.message);
    });
    page.on("console", (message) => {
      const ours = isOurs(message.text()) || isOurs(message.location().url);
      if (message.type() === "error" && ours) this.errors.push(message.text());
    });
  }

  /** Runs a command by its title in the command palette, as in `run("Lifeline: Open Sample")`. */
  async run(title: string): Promise<void> {
    const input = this.quickInput();
    const row = this.page.locator(".quick-input-list .monaco-list-row").filter({ hasText: title }).first();
    for (let attempt = 0; attempt < 5; attempt++) {
      await this.page.keyboard.press("F1");
      // A box that is being closed, by what ran before or by the key itself, is seen for a moment and takes nothing.
      const isFound = await input.fill(`>${title}`, { timeout: 3_000 }).then(() => appears(row, 5_000), () => false);
      if (!isFound) continue;
      await row.click();
      await this.page.locator(".quick-input-widget").waitFor({ state: "hidden", timeout: 2_000 }).catch(() => undefined);
      return;
    }
    throw new Error(`the palette did not offer "${title}"`);
  }

  /** Takes an entry of the context menu of a row or thread. A menu that has just opened swallows a click, so it is clicked until the menu is gone. */
  async menu(of: Locator, entry: string): Promise<void> {
    const item = this.page.locator(".monaco-menu .action-label").filter({ hasText: entry }).first();
    for (let attempt = 0; attempt < 5; attempt++) {
      // What is drawn anew under the mouse may swallow the first click as well.
      if (!(await item.isVisible())) await of.click({ button: "right" });
      if (!(await appears(item, 3_000))) continue;
      await item.hover();
      await item.click();
      for (let look = 0; look < 10; look++) {
        if (!(await item.isVisible())) return;
        await this.page.waitForTimeout(100);
        // Clicked again as long as it stands; a menu that has gone meanwhile is what is wanted.
        if (look % 3 === 2) await item.click({ timeout: 300 }).catch(() => undefined);
      }
    }
    throw new Error(`The menu entry ${entry} could not be clicked`);
  }

  /** What is seen when a test has failed, for the reader of a log who has no picture: tabs, lines, rows, messages; and a picture. */
  async describe(): Promise<string> {
    const texts = (selector: string): Promise<string[]> => this.page.locator(selector).filter({ visible: true }).allInnerTexts();
    const list = async (title: string, selector: string): Promise<string> => `${title}: ${(await texts(selector)).map((text) => text.replace(/\s+/g, " ").trim()).filter(Boolean).join(" | ").slice(0, 900)}`;
    const lines = [
      await list("tabs", ".tab"), await list("active", ".tab.active"), await list("rows", ".pane-body .monaco-list-row"),
      await list("line numbers", ".line-numbers"), await list("threads", ".review-widget .review-comment .author"), await list("menus", ".monaco-menu .action-label"),
      await list("messages", ".notification-list-item-message"), await list("quick input", ".quick-input-widget"),
    ];
    return lines.join("\n");
  }

  /** The box of the command palette, of pickers and of the simple file dialog. */
  quickInput(): Locator {
    return this.page.locator(".quick-input-widget input[type=text]").first();
  }

  /** The icon of a view container in the activity bar. */
  activity(title: string): Locator {
    return this.page.locator(`.activitybar .action-label[aria-label^="${title}"]`);
  }

  /** The sidebar's tree as it is drawn now. `container` is the id of the view container. */
  async treeRows(container: string): Promise<TreeRow[]> {
    return this.rowsOf(container).evaluateAll((rows) =>
      rows.map((row) => ({
        label: row.querySelector(".label-name")?.textContent ?? "",
        spoken: row.getAttribute("aria-label") ?? "",
        description: row.querySelector(".label-description")?.textContent ?? "",
        level: Number(row.getAttribute("aria-level") ?? "1"),
        expanded: row.hasAttribute("aria-expanded") ? row.getAttribute("aria-expanded") === "true" : null,
      })),
    );
  }

  /** The first row of a container's tree whose text contains `text`. */
  treeRow(container: string, text: string | RegExp): Locator {
    return this.rowsOf(container).filter({ hasText: text }).first();
  }

  /** The inside of the webview that is a view, in the sidebar or the panel below. */
  webviewView(): FrameLocator {
    return this.page.frameLocator(`iframe.webview.ready[src*="purpose=webviewView"]`).frameLocator("iframe#active-frame");
  }

  /** The inside of the webview panel that is shown among the editors. */
  webview(): FrameLocator {
    return this.page.frameLocator(`iframe.webview.ready:not([src*="purpose=webviewView"])`).frameLocator("iframe#active-frame");
  }

  /** Waits for a diff editor and gives it. */
  async diffEditor(): Promise<Locator> {
    const editor = this.page.locator(".editor-instance .monaco-diff-editor").last();
    await editor.locator(".editor.modified .view-line").first().waitFor();
    return editor;
  }

  /** The drawn lines of one side of the diff editor, from the top down. */
  async diffLines(side: "before" | "after"): Promise<DrawnLine[]> {
    const editor = (await this.diffEditor()).locator(side === "before" ? ".editor.original" : ".editor.modified");
    return editor.evaluate((root) => {
      // Numbers and texts are in two layers; what stands at the same height belongs together.
      const top = (element: Element): number => Math.round(element.getBoundingClientRect().top);
      const numbers = new Map<number, number>();
      for (const gutter of root.querySelectorAll(".line-numbers")) {
        const value = Number(gutter.textContent?.trim());
        if (value > 0) numbers.set(top(gutter), value);
      }
      return [...root.querySelectorAll(".view-line")]
        .map((line) => ({ at: top(line), text: (line.textContent ?? "").replaceAll("\u00a0", " ") }))
        .sort((a, b) => a.at - b.at)
        .map(({ at, text }) => ({ number: numbers.get(at) ?? null, text }));
    });
  }

  /** The comment threads that are open in editors. */
  threads(text: string | RegExp = /(?:)/): Locator {
    return this.page.locator(".review-widget:visible").filter({ hasText: text });
  }

  /** The notifications that are shown. */
  notifications(): Locator {
    return this.page.locator(".notifications-toasts .notification-list-item-message");
  }

  /** Keeps a picture of the window as test-results/ui/NAME.png. */
  async screenshot(name: string): Promise<void> {
    await mkdir(picturesFolder, { recursive: true });
    await this.page.screenshot({ path: join(picturesFolder, `${name}.png`) });
  }

  /** With UPDATE=1 writes a part of the window to a picture of the project, as in `picture("media/walkthrough/tree.png", { … })`. */
  async picture(file: string, clip: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }): Promise<void> {
    if (process.env["UPDATE"] !== "1") return;
    await mkdir(dirname(join(projectRoot, file)), { recursive: true });
    await this.page.screenshot({ path: join(projectRoot, file), clip });
  }

  private rowsOf(container: string): Locator {
    return this.page.locator(`[id="workbench.view.extension.${container}"] .monaco-list-row`);
  }
}

/** Whether an element is seen within a time in milliseconds. */
async function appears(element: Locator, timeout: number): Promise<boolean> {
  return element.waitFor({ timeout }).then(() => true, () => false);
}

async function openPage(browser: Browser, server: Server, folder: string, options: WorkbenchOptions): Promise<Page> {
  const context = await browser.newContext({ viewport: options.size ?? { width: 1600, height: 1000 } });
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: server.origin });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(server.workbenchUrl({ folder, ...(options.package === undefined ? { extensionDevelopmentPath: projectRoot } : {}) }));
  await page.locator(`.monaco-workbench.${themeClasses[options.theme ?? "dark"]} .activitybar .action-label`).first().waitFor({ timeout: 45_000 });
  return page;
}

/** True for a text that names our built files: stack traces, console locations, messages about our extension. */
function isOurs(text: string): boolean {
  return text.includes(`${projectRoot}/dist/`) || text.includes("lifeline.lifeline");
}
