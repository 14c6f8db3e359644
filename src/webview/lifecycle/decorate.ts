// Joins a drawing with what it means: finds the element of every node and edge, colours changes, widens what the pointer can hit.
import type { Change, Diagram } from "../../core/lifecycle/types.js";
import { plainText, svgEl } from "../dom.js";
import type { DiagramItem } from "./items.js";

/** One node or edge in the drawing. */
export interface DrawnItem {
  readonly item: DiagramItem;
  /** What takes the focus and carries the label read aloud. */
  readonly focus: SVGElement;
  /** All elements that light up together. */
  readonly parts: readonly SVGElement[];
}

/**
 * Marks the drawing in place and returns its items in walking order; an item that mermaid did not draw is left out.
 * Every element that belongs to an item carries `data-item` with the item's key.
 */
export function decorate(svg: SVGSVGElement, svgId: string, diagram: Diagram, items: readonly DiagramItem[]): readonly DrawnItem[] {
  const nodes = findNodes(svg, svgId);
  const drawn: DrawnItem[] = [];
  for (const item of items) {
    const found = item.kind === "node" ? decorateNode(item, nodes) : decorateEdge(item, diagram, svg);
    if (found === null) continue;
    for (const part of found.parts) {
      part.dataset["item"] = item.key;
      part.classList.add(`change-${item.change}`);
      // Not "absent": the diagram's text may define a class of that name, and mermaid would style this one with it.
      part.classList.toggle("elsewhere", item.absent);
      part.classList.toggle("opens", item.sites.length > 0);
    }
    describe(found.focus, item);
    drawn.push(found);
  }
  for (const text of svg.querySelectorAll<HTMLElement>(".nodeLabel, span.edgeLabel")) colorSigns(text);
  return drawn;
}

/** The elements of the nodes by the id they have in the diagram's text. */
function findNodes(svg: SVGSVGElement, svgId: string): ReadonlyMap<string, SVGElement> {
  const nodes = new Map<string, SVGElement>();
  for (const element of svg.querySelectorAll<SVGElement>("g.node")) {
    const match = /^(?:state|classId)-(.*)-\d+$/.exec(element.id.slice(svgId.length + 1));
    if (element.id.startsWith(`${svgId}-`) && match?.[1] !== undefined) nodes.set(match[1], element);
  }
  for (const element of svg.querySelectorAll<SVGElement>("g.statediagram-cluster[data-id]")) {
    const id = element.dataset["id"];
    if (id !== undefined) nodes.set(id, element);
  }
  return nodes;
}

function decorateNode(item: DiagramItem, nodes: ReadonlyMap<string, SVGElement>): DrawnItem | null {
  const id = item.key.slice("node:".length);
  const element = nodes.get(id);
  if (element === undefined) return null;
  paintNode(element, item.change);
  // A class that the diagram's own text defines must not fade it; only our styles do, and only the outermost shapes.
  for (const part of element.querySelectorAll<SVGElement>("*")) {
    part.style.setProperty("opacity", part.parentNode === element ? "var(--shape-opacity, 1)" : "1", "important");
  }
  giveRoom(element);
  return { item, focus: element, parts: [element] };
}

function decorateEdge(item: DiagramItem, diagram: Diagram, svg: SVGSVGElement): DrawnItem | null {
  const index = Number(item.key.slice("edge:".length));
  const path = findEdge(svg, diagram, index);
  if (path === null) return null;
  path.style.setProperty("stroke", `var(--change-${item.change})`, "important");
  paintMarker(path, svg, item.change);
  // A thin line is hard to hit: an unseen wide twin behind it takes the pointer and the focus, and becomes the focus ring.
  const hit = svgEl("path", { d: path.getAttribute("d"), class: "hit" });
  path.before(hit);
  const id = path.dataset["id"] ?? "";
  const label = [...svg.querySelectorAll<SVGElement>("g.edgeLabel > g.label")].find((element) => element.dataset["id"] === id);
  const parts = label === undefined ? [path, hit] : [path, hit, label];
  path.classList.add("line");
  label?.setAttribute("aria-hidden", "true");
  return { item, focus: hit, parts };
}

/** State diagrams number their edges from zero; class diagrams name the two ends and number from one. */
function findEdge(svg: SVGSVGElement, diagram: Diagram, index: number): SVGPathElement | null {
  const paths = [...svg.querySelectorAll<SVGPathElement>("path[data-id]")];
  if (diagram.kind === "life") return paths.find((path) => path.dataset["id"] === `edge${index}`) ?? null;
  const ending = `_${index + 1}`;
  return paths.find((path) => path.dataset["id"]?.startsWith("id_") === true && path.dataset["id"].endsWith(ending)) ?? null;
}

const shapes = "rect.basic, rect.outer, .label-container, .label-container path, .outer-path path, .divider, .divider path";

/** Paints over mermaid's own inline colours, which is why the styles are inline and important. */
function paintNode(element: SVGElement, change: Change): void {
  if (change === "same") return;
  for (const shape of element.querySelectorAll<SVGElement>(shapes)) {
    if (shape.getAttribute("stroke") !== "none") shape.style.setProperty("stroke", `var(--change-${change})`, "important");
    const filled = shape.getAttribute("fill") !== "none" && shape.closest(".divider") === null;
    if (filled) shape.style.setProperty("fill", `var(--change-${change}-fill)`, "important");
  }
}

/**
 * Colors every "+ call" and "− call" inside a label by its own sign, and marks the words, so that only they cover the line behind
 * them. No size changes, so that mermaid's measures stay true.
 */
function colorSigns(label: HTMLElement): void {
  for (const text of textsIn(label)) {
    const pieces = text.data.split(/((?:^|(?<=[\s:,;]))[+−~]\s*[^\s,;:][^,;:]*)/u);
    if (text.data.trim() === "") continue;
    const words = document.createElement("span");
    words.className = "words";
    words.append(...pieces.filter((piece) => piece !== "").map((piece) => coloredPiece(piece)));
    text.replaceWith(words);
  }
}

function coloredPiece(piece: string): Node | string {
  const change = { "+": "new", "−": "gone", "~": "changed" }[piece.charAt(0)];
  if (change === undefined) return piece;
  // The sign of a change in general says nothing about the words after it.
  const span = document.createElement("span");
  span.className = `sign-${change}`;
  span.textContent = change === "changed" ? piece.slice(0, 1) : piece;
  if (change !== "changed") return span;
  const both = document.createDocumentFragment();
  both.append(span, piece.slice(1));
  return both;
}

/** mermaid leaves no room beside the lines under a state's name: the text gets a little smaller, about the middle of the state. */
function giveRoom(node: SVGElement): void {
  const label = node.querySelector("rect.outer") === null ? null : node.querySelector(":scope > g.label");
  const transform = label?.getAttribute("transform");
  if (label && transform) label.setAttribute("transform", `scale(0.94) ${transform}`);
}

/** Arrowheads are shared by all edges of a drawing, so a coloured edge gets a copy of its own colour. */
function paintMarker(path: SVGPathElement, svg: SVGSVGElement, change: Change): void {
  if (change === "same") return;
  for (const attribute of ["marker-start", "marker-end"]) {
    const id = /^url\(["']?#([^"')]+)["']?\)$/.exec(path.getAttribute(attribute) ?? "")?.[1];
    const marker = id === undefined ? null : svg.querySelector(`marker[id="${CSS.escape(id)}"]`);
    if (id === undefined || marker === null) continue;
    const coloredId = `${id}-${change}`;
    if (svg.querySelector(`marker[id="${CSS.escape(coloredId)}"]`) === null) {
      // cloneNode returns a Node; the clone of an element is an element.
      const copy = marker.cloneNode(true) as Element;
      copy.id = coloredId;
      for (const shape of copy.querySelectorAll<SVGElement>("path, circle, polygon")) {
        shape.style.setProperty("stroke", `var(--change-${change})`, "important");
        if (shape.getAttribute("fill") !== "none") shape.style.setProperty("fill", `var(--change-${change})`, "important");
      }
      marker.after(copy);
    }
    path.setAttribute(attribute, `url(#${coloredId})`);
  }
}

function describe(element: SVGElement, item: DiagramItem): void {
  element.setAttribute("tabindex", "-1");
  element.setAttribute("role", item.sites.length > 0 ? "button" : "img");
  // Who speaks to the page says what is seen on it, so the name begins with the words of the drawing. A blank after each of them keeps lines apart for
  // those who have them read; it is not drawn.
  const seen = textsIn(element).filter((text) => text.data.trim() !== "");
  for (const text of seen) text.after(" ");
  const words = seen.map((text) => text.data.trim()).join(" ");
  element.setAttribute("aria-label", `${words}${words === "" ? "" : ". "}${plainText(item.sentence)}`);
}

function textsIn(element: Element): readonly Text[] {
  const texts: Text[] = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) if (node instanceof Text) texts.push(node);
  return texts;
}
