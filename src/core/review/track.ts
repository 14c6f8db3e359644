// Follows a run through the diagrams of a struct: in which state of its life the struct is after each step, and which objects a step touches.
import type { Diagram, DiagramEdge, LifecycleView, Site } from "../lifecycle/types.js";
import type { Side } from "../patch/types.js";
import type { Step } from "../simulate/types.js";
import type { LitState } from "./track-types.js";

/**
 * One entry for each step. A step takes a transition when it happens at one of the lines that the transition was read from; the struct is in the
 * state that the transition leads to when its last line is done, or when the next transition begins. Before the first one the struct is where that
 * one starts. An empty list when the side has no life diagram.
 */
export function trackLife(view: LifecycleView, steps: readonly Step[], side: Side): readonly LitState[] {
  const life = side === "before" ? view.before : view.after;
  const structure = view.structure?.[side] ?? null;
  if (life === null) return [];
  const edges = life.edges.filter((edge) => !edge.absent && edge.sites.length > 0);
  const taken = steps.map((step) => edgeOf(step, edges, side));
  const first = taken.find((edge) => edge !== null) ?? null;
  let node = first === null ? null : stateId(first.from, life);
  let running: DiagramEdge | null = null;
  // A step that changes nothing leaves lit what was changed last; at first that is the struct itself.
  let objects = structure?.nodes.filter((one) => isNamed(one.label, view.struct)).map((one) => one.id) ?? [];
  return steps.map((step, index) => {
    const edge = taken[index] ?? null;
    // The next transition begins: the one before it is over, whether all of its lines ran or not.
    if (edge !== null && running !== null && edge !== running) node = stateId(running.to, life) ?? node;
    if (edge !== null) {
      if (edge !== running) node = stateId(edge.from, life) ?? node;
      running = edge;
    }
    if (edge !== null && isLast(step, edge) && taken[index + 1] !== edge) {
      node = stateId(edge.to, life) ?? node;
      running = null;
    }
    const changed = structure === null ? [] : touched(step, structure, view.struct);
    if (changed.length > 0) objects = changed;
    return { node, edge: edge?.index ?? null, objects };
  });
}

/** The transition whose line a step is at, or happens under; among several the one whose function it is. */
function edgeOf(step: Step, edges: readonly DiagramEdge[], side: Side): DiagramEdge | null {
  const at = step.via ?? { path: step.path, line: step.line };
  const fits = (site: Site): boolean => site.range.side === side && site.range.path === at.path && site.range.line <= at.line && at.line <= site.range.endLine;
  const found = edges.filter((edge) => edge.sites.some(fits));
  return found.find((edge) => edge.sites.some((site) => fits(site) && site.function === step.function)) ?? found[0] ?? null;
}

function isLast(step: Step, edge: DiagramEdge): boolean {
  const line = step.via?.line ?? step.line;
  const last = edge.sites.at(-1)?.range;
  return last !== undefined && last.line <= line && line <= last.endLine;
}

/** Start and end of a state diagram are drawn marks, not states. */
function stateId(id: string, life: Diagram): string | null {
  return life.nodes.some((node) => node.id === id) ? id : null;
}

/** Nodes of the objects that the step has changed: the struct itself, what it embeds (by the first part of the field), and others by name. */
function touched(step: Step, structure: Diagram, struct: string): string[] {
  const found = new Set<string>();
  for (const { object, field } of step.changes) {
    const base = object.replace(/ #\d+$/, "").split(".", 1)[0] ?? "";
    const own = structure.nodes.filter((node) => isNamed(node.label, base));
    const [node] = own;
    if (node === undefined || own.length > 1) continue;
    const [part = ""] = (object.includes(".") ? object.slice(object.indexOf(".") + 1) : field).split(/[.[]/, 1);
    const embedded = isNamed(node.label, struct) ? structure.edges.find((edge) => edge.from === node.id && !edge.absent && edge.label.trim().endsWith(`embeds ${part}`)) : undefined;
    found.add(embedded?.to ?? node.id);
  }
  return [...found];
}

/** Objects are called by the end of their struct's name: "group #1" is a `struct vfio_group`. */
function isNamed(label: string, base: string): boolean {
  const name = /struct (\w+)/.exec(label)?.[1] ?? label.replace(/^[+−~]\s*/, "").split("\n", 1)[0]?.trim() ?? "";
  return name === base || (base.length > 2 && name.endsWith(`_${base}`));
}
