// Zoom and pan of the diagrams: one scale for both sides, so that they stay aligned. A plain wheel is left to the page.
import { button, el, icon } from "../dom.js";

/** A drawing in its frame, with its size at scale 1. */
export interface Zoomable {
  readonly frame: HTMLElement;
  readonly svg: SVGSVGElement;
  readonly width: number;
  readonly height: number;
}

export interface Zoom {
  /** Buttons and the current scale. */
  readonly toolbar: HTMLElement;
  /** Takes the drawings that are shown now; keeps the user's own scale, else fits. */
  setDrawings(drawings: readonly Zoomable[]): void;
  /** Frames have changed their size. */
  refit(): void;
  /** Whether fitting looks at the height of the frames, too, and may enlarge: for drawings that have the whole page. */
  fitWhole(whole: boolean): void;
}

const smallest = 0.25;
const largest = 4;
/** Below this, labels of 13 px cannot be read; a wider drawing is then panned. */
export const smallestFit = 0.66;
/** A small drawing on a whole page is enlarged up to this. */
const largestFit = 1.6;
/** Left and right padding of a frame. */
const framePadding = 24;

export function createZoom(): Zoom {
  let drawings: readonly Zoomable[] = [];
  let scale = 1;
  let fitted = true;
  let whole = false;
  const percent = el("output", { class: "percent", "aria-live": "polite" }, "100%");
  const toolbar = el(
    "div",
    { class: "zoom", role: "group", "aria-label": "Zoom" },
    button({ class: "tool", title: "Zoom out", "aria-label": "Zoom out" }, () => zoomBy(1 / 1.2), icon("M3 7.25h10v1.5H3z")),
    percent,
    button({ class: "tool", title: "Zoom in", "aria-label": "Zoom in" }, () => zoomBy(1.2), icon("M7.25 3h1.5v4.25H13v1.5H8.75V13h-1.5V8.75H3v-1.5h4.25z")),
    button({ class: "tool", title: "Fit to width", "aria-label": "Fit to width" }, fit, icon("M2 2h4v1.5H3.5V6H2zM10 2h4v4h-1.5V3.5H10zM2 10h1.5v2.5H6V14H2zM12.5 10H14v4h-4v-1.5h2.5z")),
  );

  function apply(): void {
    percent.value = `${Math.round(scale * 100)}%`;
    for (const { svg, frame, width, height } of drawings) {
      svg.setAttribute("width", String(Math.round(width * scale)));
      svg.setAttribute("height", String(Math.round(height * scale)));
      frame.classList.toggle("pannable", width * scale > frame.clientWidth - framePadding + 1);
    }
  }

  function fit(): void {
    fitted = true;
    const seen = drawings.filter(({ frame }) => frame.clientWidth > 0);
    const widths = seen.map(({ frame, width }) => (frame.clientWidth - framePadding) / width);
    const heights = whole ? seen.map(({ frame, height }) => (frame.clientHeight - framePadding) / height) : [];
    const most = whole ? largestFit : 1;
    scale = clamp(Math.min(most, ...widths, ...heights), smallestFit, most);
    apply();
  }

  function zoomBy(factor: number): void {
    fitted = false;
    scale = clamp(scale * factor, smallest, largest);
    apply();
  }

  return {
    toolbar,
    setDrawings: (shown) => {
      for (const { frame } of shown) listen(frame, zoomBy, () => drawings.map((drawing) => drawing.frame));
      drawings = shown;
      if (fitted) fit();
      else apply();
    },
    fitWhole: (on) => {
      whole = on;
      fit();
    },
    refit: () => {
      if (fitted) fit();
      else apply();
    },
  };
}

/** Frames live as long as the page; each is listened to once. */
function listen(frame: HTMLElement, zoomBy: (factor: number) => void, all: () => readonly HTMLElement[]): void {
  if (frame.dataset["zoom"] === "on") return;
  frame.dataset["zoom"] = "on";
  frame.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoomBy(Math.exp(-event.deltaY / 400));
    },
    { passive: false },
  );
  frame.addEventListener("scroll", () => {
    for (const other of all()) {
      if (other === frame) continue;
      if (other.scrollLeft !== frame.scrollLeft) other.scrollLeft = frame.scrollLeft;
      if (other.scrollTop !== frame.scrollTop) other.scrollTop = frame.scrollTop;
    }
  });
  dragToPan(frame);
}

/** Dragging moves the drawing sideways and the page up and down. A short press stays a click. */
function dragToPan(frame: HTMLElement): void {
  let last: { readonly x: number; readonly y: number } | null = null;
  let moved = false;
  frame.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.pointerType === "touch") return;
    last = { x: event.clientX, y: event.clientY };
    moved = false;
  });
  frame.addEventListener("pointermove", (event) => {
    if (last === null) return;
    const x = event.clientX - last.x;
    const y = event.clientY - last.y;
    if (!moved && Math.hypot(x, y) < 5) return;
    if (!moved) frame.setPointerCapture(event.pointerId);
    moved = true;
    frame.classList.add("panning");
    frame.scrollLeft -= x;
    if (frame.scrollHeight > frame.clientHeight + 1) frame.scrollTop -= y;
    else document.scrollingElement?.scrollBy(0, -y);
    last = { x: event.clientX, y: event.clientY };
  });
  const stop = (): void => {
    last = null;
    frame.classList.remove("panning");
  };
  frame.addEventListener("pointerup", stop);
  frame.addEventListener("pointercancel", stop);
  frame.addEventListener("click", (event) => {
    if (moved) event.stopPropagation();
    moved = false;
  }, { capture: true });
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
