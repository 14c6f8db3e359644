// What a diagram shows as a list in reading order, each with its sentence: the ground for hover, keyboard and table.
import type { Diagram, DiagramEdge, DiagramNode } from "../../core/lifecycle/types.js";
import type { Change, Site } from "../../core/lifecycle/types.js";
import type { Side } from "../../core/patch/types.js";
import type { Segment } from "../dom.js";
import { changeSign, count } from "../words.js";

/** One node or edge of a diagram. */
export interface DiagramItem {
  /** The same on both sides: "node:ID" or "edge:INDEX". */
  readonly key: string;
  readonly kind: "node" | "edge";
  readonly change: Change;
  /** Ids of the two nodes that an edge joins; empty for a node. */
  readonly ends: readonly string[];
  /** Drawn only to keep both sides aligned. */
  readonly absent: boolean;
  /** The label without its sign. */
  readonly label: string;
  /** Of the other side when the item is absent on this one. */
  readonly sites: readonly Site[];
  readonly sentence: readonly Segment[];
}

/**
 * Nodes and edges in the order in which the keyboard walks: every node, then the edges that leave it.
 * What is drawn only for alignment takes its lines from the `other` side, where it exists.
 */
export function diagramItems(diagram: Diagram, other: Diagram | null): readonly DiagramItem[] {
  const names = nodeNames(diagram);
  const items: DiagramItem[] = [];
  const placed = new Set<number>();
  const place = (edges: readonly DiagramEdge[]): void => {
    for (const edge of edges) {
      if (placed.has(edge.index)) continue;
      placed.add(edge.index);
      items.push(edgeItem(edge, diagram, names, other));
    }
  };
  const known = new Set(diagram.nodes.map((node) => node.id));
  place(diagram.edges.filter((edge) => !known.has(edge.from)));
  for (const node of diagram.nodes) {
    items.push(nodeItem(node, diagram, other));
    place(diagram.edges.filter((edge) => edge.from === node.id));
  }
  return items;
}

/** The names of a diagram's nodes by id, without what else a label lists; the start and the end have one, too. */
export function nodeNames(diagram: Diagram): (id: string, end: "from" | "to") => string {
  const labels = new Map(diagram.nodes.map((node) => [node.id, withoutSign(node.label.split("\n", 1)[0] ?? "")]));
  return (id, end) => {
    const label = labels.get(id);
    if (label !== undefined && label !== "") return label;
    return id === "[*]" || /^root_(start|end)$/.test(id) ? (end === "from" ? "start" : "end") : id;
  };
}

/** A label without the sign of its change and on one line. */
export function withoutSign(label: string): string {
  return label.replace(/^[+−~]\s*/, "").replace(/\s*\n\s*/g, ", ");
}

/** True when a node is drawn on this side only to keep both sides aligned. */
export function isNodeAbsent(node: DiagramNode, side: Side): boolean {
  return (side === "before" && node.change === "new") || (side === "after" && node.change === "gone");
}

function nodeItem(node: DiagramNode, diagram: Diagram, other: Diagram | null): DiagramItem {
  const absent = isNodeAbsent(node, diagram.side);
  const label = withoutSign(node.label);
  const sites = absent ? (other?.nodes.find((twin) => twin.id === node.id)?.sites ?? []) : node.sites;
  const noun = diagram.kind === "life" ? "State" : "Object";
  const sentence: Segment[] = [lead(node.change, absent, diagram.side), `${noun} “${label}”`];
  if (sites.length > 0) sentence.push(", seen in ", ...siteSegments(sites));
  sentence.push(".");
  return { key: `node:${node.id}`, kind: "node", change: node.change, ends: [], absent, label, sites, sentence };
}

function edgeItem(edge: DiagramEdge, diagram: Diagram, names: ReturnType<typeof nodeNames>, other: Diagram | null): DiagramItem {
  const label = withoutSign(edge.label);
  const from = names(edge.from, "from");
  const to = names(edge.to, "to");
  const sites = edge.absent ? (other?.edges.find((twin) => twin.index === edge.index)?.sites ?? []) : edge.sites;
  const sentence: Segment[] = [lead(edge.change, edge.absent, diagram.side)];
  if (sites.length > 0) sentence.push(...siteSegments(sites));
  else sentence.push(label === "" ? "a transition" : label);
  sentence.push(diagram.kind === "life" ? ` leads from “${from}” to “${to}”.` : ` links “${from}” to “${to}”.`);
  return { key: `edge:${edge.index}`, kind: "edge", change: edge.change, ends: [edge.from, edge.to], absent: edge.absent, label, sites, sentence };
}

function lead(change: Change, absent: boolean, side: Side): string {
  if (absent) return side === "before" ? "Only after the patch: " : "Only before the patch: ";
  const sign = changeSign(change);
  return change === "same" ? "" : `${sign} ${{ new: "New", gone: "Gone with the patch", changed: "Changed" }[change]}: `;
}

function siteSegments(sites: readonly Site[]): readonly Segment[] {
  const first = sites[0];
  if (first === undefined) return [];
  const segments: Segment[] = [{ code: first.text }, " in ", { code: `${first.function}()` }];
  if (sites.length > 1) segments.push(` and ${count(sites.length - 1, "other line")}`);
  return segments;
}
