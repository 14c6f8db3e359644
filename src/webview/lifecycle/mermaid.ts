// Loads mermaid once and turns diagram text into SVG, one at a time; a text that cannot be drawn is a value, not an exception.
import type { Mermaid } from "mermaid";
import { el } from "../dom.js";
import { importDrawing } from "./drawing.js";
import { mermaidTheme } from "./theme.js";

/** mermaid's own default; beyond it mermaid draws an error picture instead of failing, so the length is checked first. */
const maxTextLength = 50_000;

export type Rendered = { readonly svg: SVGSVGElement } | { readonly failure: string };

export interface Renderer {
  /** Draws `text`; `svgId` must be unique in the page and is the prefix of all ids in the drawing. */
  render(text: string, svgId: string): Promise<Rendered>;
  /** Takes over the editor's colours for all further drawings. */
  refreshTheme(): void;
}

/** Starts loading mermaid at once. */
export function createRenderer(): Renderer {
  // Kept off screen but laid out, because mermaid measures its text there.
  const workbench = el("div", { class: "workbench", "aria-hidden": "true" });
  let ready: Promise<Mermaid> | null = null;
  let themed = false;
  // One drawing at a time: all of them are measured in the same workbench.
  let queue: Promise<unknown> = Promise.resolve();

  function load(): Promise<Mermaid> {
    ready ??= import("./engine.js").then((module) => module.default, (error: unknown) => {
      ready = null;
      throw error;
    });
    return ready;
  }

  function render(text: string, svgId: string): Promise<Rendered> {
    const turn = queue.then(() => draw(text, svgId));
    queue = turn;
    return turn;
  }

  async function draw(text: string, svgId: string): Promise<Rendered> {
    if (text.length > maxTextLength) return { failure: `the diagram is too large to draw (${text.length} characters)` };
    try {
      const mermaid = await load();
      if (!themed) {
        initialize(mermaid);
        themed = true;
      }
      if (!workbench.isConnected) document.body.append(workbench);
      const { svg } = await mermaid.render(svgId, text, workbench);
      const drawing = importDrawing(svg);
      return drawing === null ? { failure: "the drawing holds no picture" } : { svg: drawing };
    } catch (error) {
      return { failure: error instanceof Error ? error.message : String(error) };
    } finally {
      workbench.replaceChildren();
    }
  }

  // While the host is still reading C, a drawing that nobody sees runs what mermaid runs for its first one. When something is to be drawn already, that is the
  // better first one. A failure is told by the first drawing that is wanted, which tries again.
  const nothing = queue;
  void load().then(() => (queue === nothing ? render("stateDiagram-v2\n  a --> b", "warm-up") : undefined), () => undefined);
  return {
    render,
    refreshTheme: () => {
      themed = false;
    },
  };
}

function initialize(mermaid: Mermaid): void {
  const layout = { useMaxWidth: false };
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: "strict",
    suppressErrorRendering: true,
    deterministicIds: true,
    maxTextSize: maxTextLength,
    logLevel: "fatal",
    theme: "base",
    themeVariables: mermaidTheme(),
    state: { ...layout, nodeSpacing: 36, rankSpacing: 44, padding: 14 },
    class: { ...layout, hideEmptyMembersBox: true, nodeSpacing: 48, rankSpacing: 52 },
    // No diagram text may change any of this.
    secure: Object.keys(mermaid.mermaidAPI.defaultConfig),
  });
}
