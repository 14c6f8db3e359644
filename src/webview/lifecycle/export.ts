// A diagram as a file of its own: mermaid text in Markdown, and one picture of both sides that needs no page around it.
import type { Diagram } from "../../core/lifecycle/types.js";
import { sideTitle } from "../words.js";

/** What the picture shows of one side. */
export interface DrawnSide {
  readonly diagram: Diagram;
  readonly svg: SVGSVGElement;
}

/** Both sides as Markdown with a mermaid block each: editors and forges draw it. */
export function mermaidText(diagrams: readonly Diagram[]): string {
  return diagrams.map((diagram) => `## ${diagram.title}\n\n${diagram.description}\n\n\`\`\`mermaid\n${diagram.text.trimEnd()}\n\`\`\`\n`).join("\n");
}

const SVG = "http://www.w3.org/2000/svg";
const GAP = 24;
const HEADING = 40;

/** Properties that the page's style sheet may give a part, beyond what mermaid writes into the drawing. */
const PROPERTIES: readonly string[] = [
  "fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-width", "stroke-dasharray", "opacity", "rx", "ry", "color", "background-color",
  "font-family", "font-size", "font-style", "font-weight", "text-anchor", "text-align", "white-space", "line-height", "vertical-align",
  "display", "overflow", "margin", "padding", "max-width", "box-decoration-break", "-webkit-box-decoration-break",
];

/** The sides beside each other, with what the page's styles give them written into them. */
export function svgText(sides: readonly DrawnSide[]): string {
  const picture = document.createElementNS(SVG, "svg");
  let left = GAP;
  let height = 0;
  const style = getComputedStyle(document.body);
  const parts: SVGElement[] = [];
  for (const { diagram, svg } of sides) {
    const [x = 0, y = 0, width = 300, tall = 150] = (svg.getAttribute("viewBox") ?? "").split(/\s+/).map(Number);
    const heading = document.createElementNS(SVG, "text");
    setAll(heading, { x: String(left), y: String(GAP), fill: style.color, "font-family": style.fontFamily, "font-size": "14", "font-weight": "bold" });
    heading.textContent = `${sideTitle(diagram.side)}: ${diagram.title}`;
    const copy = withStyles(svg);
    setAll(copy, { x: String(left), y: String(HEADING), width: String(width), height: String(tall), viewBox: `${x} ${y} ${width} ${tall}` });
    parts.push(heading, copy);
    left += width + GAP;
    height = Math.max(height, tall + HEADING + GAP);
  }
  const ground = document.createElementNS(SVG, "rect");
  setAll(ground, { width: "100%", height: "100%", fill: style.backgroundColor });
  setAll(picture, { xmlns: SVG, width: String(left), height: String(height), viewBox: `0 0 ${left} ${height}`, role: "img" });
  const title = document.createElementNS(SVG, "title");
  title.textContent = sides.map(({ diagram }) => diagram.title).join("; ");
  const description = document.createElementNS(SVG, "desc");
  description.textContent = sides.map(({ diagram }) => diagram.description).join("; ");
  picture.append(title, description, ground, ...parts);
  return `${new XMLSerializer().serializeToString(picture)}\n`;
}

function withStyles(svg: SVGSVGElement): SVGSVGElement {
  const copy = svg.cloneNode(true);
  // cloneNode gives back what it was called on.
  if (!(copy instanceof SVGSVGElement)) return svg;
  const originals = [svg, ...svg.querySelectorAll("*")];
  for (const [index, part] of [copy, ...copy.querySelectorAll("*")].entries()) {
    const original = originals[index];
    if (original === undefined || !(part instanceof SVGElement || part instanceof HTMLElement)) continue;
    for (const name of ["tabindex", "role", "data-item", "aria-label", "class"]) if (part !== copy || name !== "class") part.removeAttribute(name);
    const computed = getComputedStyle(original);
    for (const property of PROPERTIES) part.style.setProperty(property, computed.getPropertyValue(property));
    part.style.removeProperty("cursor");
  }
  // What mermaid's own sheet says is written into the parts by now.
  for (const sheet of copy.querySelectorAll("style")) sheet.remove();
  copy.style.removeProperty("transform");
  copy.style.removeProperty("width");
  copy.style.removeProperty("height");
  return copy;
}

function setAll(element: SVGElement, attributes: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}
