// The one place where text becomes elements: takes mermaid's SVG apart in an inert document and keeps what is known to be harmless.

const allowedElements: ReadonlySet<string> = new Set([
  "svg", "g", "defs", "marker", "filter", "fedropshadow", "lineargradient", "stop", "style", "desc",
  "path", "rect", "circle", "ellipse", "line", "polygon", "polyline", "text", "tspan",
  "foreignobject", "div", "span", "p", "br", "b", "strong", "i", "em", "code",
]);

const allowedAttributes: ReadonlySet<string> = new Set([
  "id", "class", "style", "transform", "viewbox", "width", "height", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry",
  "d", "points", "dx", "dy", "fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "offset", "stop-color",
  "marker-start", "marker-end", "markerwidth", "markerheight", "markerunits", "refx", "refy", "orient", "preserveaspectratio",
  "text-anchor", "dominant-baseline", "alignment-baseline", "font-size", "font-weight", "font-style",
  "stddeviation", "flood-opacity", "flood-color", "xmlns", "data-id", "data-et", "data-edge", "data-look",
]);

/**
 * Makes a detached, cleaned SVG element from mermaid's output; null when there is none in it.
 * The parsed document is inert (nothing loads or runs in it); whatever is not on the lists does not leave it.
 */
export function importDrawing(markup: string): SVGSVGElement | null {
  // HTML rules, because mermaid writes its labels as HTML inside the SVG.
  const parsed = new DOMParser().parseFromString(markup, "text/html").querySelector("svg");
  if (parsed === null) return null;
  clean(parsed);
  return document.importNode(parsed, true);
}

function clean(element: Element): void {
  for (const attribute of [...element.attributes]) {
    const name = attribute.name.toLowerCase();
    if (!allowedAttributes.has(name) || hasOutsideAddress(attribute.value)) element.removeAttribute(attribute.name);
  }
  for (const child of [...element.children]) {
    const known = allowedElements.has(child.localName.toLowerCase());
    if (!known || (child.localName === "style" && hasOutsideAddress(child.textContent))) child.remove();
    else clean(child);
  }
}

/** True for `url(…)` that is not a reference inside the drawing, and for imports. */
function hasOutsideAddress(value: string): boolean {
  return /url\(\s*["']?(?!#)/i.test(value) || /@import/i.test(value);
}
