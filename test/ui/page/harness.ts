// Opens the built page in plain Chromium: the real policy, an editor-like theme, and a stand-in for the editor's API.
import type { Metafile } from "esbuild";
import * as esbuild from "esbuild";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import { findChromium } from "../../../scripts/host/chromium.mjs";
import { pageOptions } from "../../../scripts/page-bundle.mjs";
import type { FromPage, ToPage } from "../../../src/protocol/messages.js";
import { pageHtml } from "../../../src/vscode/panel/html.js";
import { themes } from "./themes.js";
import type { ThemeName } from "./themes.js";

/** Tests and benches are run from the project's root. */
const root = process.cwd();
const origin = "https://lifeline.test";

/** The page as it ships: files by their path under the origin, and esbuild's account of them. */
export interface Bundle {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly metafile: Metafile;
}

/** Bundles the page with the options that the build uses. */
export async function bundlePage(): Promise<Bundle> {
  const result = await esbuild.build({
    ...pageOptions(root),
    entryPoints: [
      { out: "main", in: "src/webview/main.ts" },
      { out: "style", in: "src/webview/style.css" },
    ],
    minify: true,
    write: false,
    metafile: true,
    logLevel: "error",
  });
  const files = new Map(result.outputFiles.map((file) => [file.path.slice(file.path.indexOf("/dist/page/") + "/dist/page".length), file.contents]));
  return { files, metafile: result.metafile };
}

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(console.log), args: ["--no-sandbox", "--disable-gpu", "--force-color-profile=srgb"] });
}

/** An open page. */
export interface OpenPage {
  readonly page: Page;
  /** What the page has loaded, as paths below its folder. */
  readonly loaded: readonly string[];
  /** Violations of the policy, uncaught errors and error lines of the console. */
  readonly complaints: readonly string[];
  /** Everything that the page has posted so far. */
  posted(): Promise<readonly FromPage[]>;
  /** Messages of one type. */
  postedOf<T extends FromPage["type"]>(type: T): Promise<readonly Extract<FromPage, { type: T }>[]>;
  /** Posts to the page as the extension host does. */
  send(message: ToPage): Promise<void>;
  /** Waits for the drawings of the last `lifecycle` message, the `n`th since the page was opened. */
  drawn(n?: number): Promise<void>;
  setTheme(theme: ThemeName): Promise<void>;
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  /** What the editor has kept from before a reload. */
  readonly saved?: unknown;
  readonly reducedMotion?: boolean;
  readonly forcedColors?: boolean;
}

/** Opens the page and waits until it says that it is ready. */
export async function openPage(browser: Browser, bundle: Bundle, options: OpenOptions = {}): Promise<OpenPage> {
  const { theme = "dark", width = 1400, height = 900 } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    reducedMotion: options.reducedMotion === true ? "reduce" : "no-preference",
    forcedColors: options.forcedColors === true ? "active" : "none",
  });
  const page = await context.newPage();
  const loaded: string[] = [];
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`console: ${message.text()}`);
  });
  await page.route("**/*", async (route) => {
    const url = new URL(route.request().url());
    const file = bundle.files.get(url.pathname);
    if (url.origin !== origin) complaints.push(`request: ${url.href}`);
    if (url.pathname === "/") return route.fulfill({ contentType: "text/html", body: html(theme) });
    if (file === undefined) return route.fulfill({ status: 404, body: "" });
    loaded.push(url.pathname);
    const contentType = url.pathname.endsWith(".css") ? "text/css" : "text/javascript";
    return route.fulfill({ contentType, body: Buffer.from(file) });
  });
  await page.addInitScript(fakeEditor, options.saved ?? null);
  await page.goto(`${origin}/`);
  await page.waitForFunction(() => document.querySelector('[role="tablist"]') !== null);
  const posted = (): Promise<readonly FromPage[]> => page.evaluate(() => (globalThis as unknown as EditorWindow).posted);
  return {
    page,
    loaded,
    complaints,
    posted,
    postedOf: async <T extends FromPage["type"]>(type: T) =>
      (await posted()).filter((message): message is Extract<FromPage, { type: T }> => message.type === type),
    // The page's own listener came first; when ours hears the message, the page has dealt with it.
    send: (message) =>
      page.evaluate(
        (data) =>
          new Promise<void>((resolve) => {
            window.addEventListener("message", () => resolve(), { once: true });
            window.postMessage(data, "*");
          }),
        message,
      ),
    drawn: async (n = 1) => {
      await page.waitForFunction((times) => Number(document.querySelector<HTMLElement>("#panel-lifecycle")?.dataset["drawn"] ?? "0") >= times, n);
    },
    setTheme: (name) => page.evaluate(applyTheme, { name, ...themes[name] }),
    close: () => context.close(),
  };
}

interface EditorWindow {
  posted: FromPage[];
  violations: string[];
  saved: unknown;
}

/** Runs in the page before its own script. */
function fakeEditor(saved: unknown): void {
  const editor = globalThis as unknown as EditorWindow & { acquireVsCodeApi: () => unknown };
  editor.posted = [];
  editor.saved = saved;
  document.addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
  editor.acquireVsCodeApi = () => ({
    postMessage: (message: FromPage) => void editor.posted.push(structuredClone(message)),
    getState: () => editor.saved,
    setState: (state: unknown) => {
      editor.saved = structuredClone(state);
    },
  });
}

function applyTheme(theme: { name: string; kind: string; variables: Readonly<Record<string, string>> }): void {
  const style = document.documentElement.style;
  for (const property of [...style]) if (property.startsWith("--vscode-")) style.removeProperty(property);
  for (const [name, value] of Object.entries(theme.variables)) style.setProperty(name, value);
  document.body.dataset["vscodeThemeKind"] = theme.kind;
  document.body.dataset["vscodeThemeId"] = theme.name;
}

/** The page's document as the extension makes it, with its policy; theme and attributes as the editor adds them. */
function html(theme: ThemeName): string {
  const { kind, variables } = themes[theme];
  const style = Object.entries(variables).map(([name, value]) => `${name}: ${value};`).join(" ").replace(/"/g, "'");
  const page = pageHtml({ script: `${origin}/main.js`, style: `${origin}/style.css`, source: origin, nonce: "TEST", title: "Lifeline", language: "en" });
  return page
    .replace('<html lang="en">', `<html lang="en" style="${style}">`)
    .replace("<body>", `<body class="${kind}" data-vscode-theme-kind="${kind}" data-vscode-theme-id="${theme}">`)
    .replace("<head>", `<head>\n<style>${editorStyle}</style>`);
}

/** What the editor puts before a page's own styles, as far as it could get in their way. */
const editorStyle = "body { padding: 0 20px; } code { color: #d7ba7d; background-color: #333; padding: 1px 3px; border-radius: 4px; } pre code { padding: 0; }";
