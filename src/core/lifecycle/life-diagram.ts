// The life diagram: states an object can be in, what it holds there, and which calls move it on; both sides drawn as one union.
import { siteAt } from "./code.js";
import type { StructLife } from "./events.js";
import { CLASS_DEFINITIONS, escapeLabel, plainTitle, sign } from "./mermaid.js";
import { callKeys, labelOf, stageName, stateLines, untoldOf } from "./life-labels.js";
import type { Stage, Stages, Transition } from "./stages.js";
import type { Change, Diagram, DiagramEdge, DiagramNode, Site } from "./types.js";

/** What is known of one side; null where nothing of the struct is shown. */
export interface LifeSide {
  readonly life: StructLife;
  readonly stages: Stages;
}

const ORDER: readonly Stage[] = ["allocated", "initialized", "published", "used", "unpublished", "freed"];

/**
 * Draws one side; `other` is the other one, so that both show the same states and transitions in the same order. `bothRead`: the other side was read as well, so that
 * where nothing of the struct is there, all of this one is new, or gone.
 */
export function drawLife(side: "before" | "after", own: LifeSide, other: LifeSide | null, bothRead: boolean): Diagram {
  const before = side === "before" ? own : other;
  const after = side === "before" ? other : own;
  const alone: Change = other === null && bothRead ? (side === "before" ? "gone" : "new") : "same";
  const states = ORDER.filter((stage) => own.stages.present.has(stage) || other?.stages.present.has(stage) === true);
  const nodes = states.map((stage) => makeNode(stage, own, before, after, alone));
  const drawn = unionOfEdges(before, after, states).map(([from, to], index) => makeEdge(index, from, to, side, own, before, after, alone));
  const edges = drawn.map(({ edge }) => edge);
  const struct = own.life.struct;
  const title = plainTitle(`Life of struct ${struct}, ${side}`);
  const described = nodes.filter((_node, place) => own.stages.present.has(states[place] ?? "start")).map((node) => node.label.split("\n")[0] ?? "");
  const description = plainTitle(`States of struct ${struct} ${side} the patch ${described.join(", ")}`);
  const text = [
    "stateDiagram-v2",
    `accTitle: ${title}`,
    `accDescr: ${description}`,
    "direction TB",
    ...CLASS_DEFINITIONS,
    ...nodes.flatMap((node, place) => {
      const stage = states[place] ?? "start";
      return nodeLines(node, own.stages.present.has(stage), Math.max(...[before, after].map((one) => (one === null ? 0 : stateLines(one.stages, stage).length))));
    }),
    ...drawn.map(({ edge, lines }) => `${edge.from === START ? "[*]" : edge.from} --> ${edge.to} : ${lines.map(escapeLabel).join(LINE_BREAK)}`),
  ];
  return { kind: "life", side, text: `${text.join("\n")}\n`, title, description, nodes, edges };
}

/** The one piece of markup in a text; mermaid keeps it in strict mode. */
const LINE_BREAK = "<br/>";
/** A line that takes room and shows nothing: labels have as many lines on both sides, so that states stand at one height. */
const BLANK_LINE = "\u00a0";

/** The id of the start mark, as mermaid's picture names it. */
const START = "root_start";

function makeNode(stage: Stage, own: LifeSide, before: LifeSide | null, after: LifeSide | null, alone: Change): DiagramNode {
  const isOwn = own.stages.present.has(stage);
  // A state of the other side is drawn with the other side's words, so that it takes the same room.
  const shown = isOwn ? own : own === before ? after : before;
  const against = shown === before ? after : before;
  const lines = new Set(shown === null ? [] : stateLines(shown.stages, stage));
  const otherLines = new Set(against === null ? [] : stateLines(against.stages, stage));
  const onBoth = against?.stages.present.has(stage) ?? false;
  let change = alone;
  if (before !== null && after !== null) change = onBoth ? (sameSet(lines, otherLines) ? "same" : "changed") : shown === after ? "new" : "gone";
  const untold = against === null ? new Set<string>() : untoldOf(against.life, against.stages).lines;
  const signed = [...lines].map((line) => (onBoth && !otherLines.has(line) && !untold.has(line) ? sign(shown === before ? "gone" : "new") : "") + line);
  const name = stageName(stage, [before, after].flatMap((side) => (side === null ? [] : side.stages.transitions)));
  const sites = isOwn ? sitesOf(own, own.stages.transitions.filter((one) => one.to === stage && one.from !== "used")) : [];
  return { id: `n_${stage}`, label: [sign(change) + name, ...signed].join("\n"), change, sites };
}

function nodeLines(node: DiagramNode, isOwn: boolean, height: number): string[] {
  const [name = "", ...rest] = node.label.split("\n");
  while (rest.length < height) rest.push(BLANK_LINE);
  const lines = [`state "${escapeLabel(name)}" as ${node.id}`, ...rest.map((line) => `${node.id} : ${escapeLabel(line)}`)];
  const className = isOwn ? node.change : "absent";
  if (className !== "same") lines.push(`class ${node.id} ${className}`);
  return lines;
}

/** The transitions of both sides, and for a state that nothing leads to, one from the start. */
function unionOfEdges(before: LifeSide | null, after: LifeSide | null, states: readonly Stage[]): [Stage, Stage][] {
  const keys = new Map<string, [Stage, Stage]>();
  for (const side of [before, after]) for (const one of side?.stages.transitions ?? []) keys.set(`${one.from} ${one.to}`, [one.from, one.to]);
  const first = states[0];
  if (first !== undefined && ![...keys.values()].some(([from]) => from === "start")) keys.set(`start ${first}`, ["start", first]);
  const rank = (stage: Stage): number => (stage === "start" ? -1 : ORDER.indexOf(stage));
  return [...keys.values()].sort((a, b) => rank(a[0]) - rank(b[0]) || rank(a[1]) - rank(b[1]));
}

function makeEdge(index: number, from: Stage, to: Stage, side: "before" | "after", own: LifeSide, before: LifeSide | null, after: LifeSide | null, alone: Change): { readonly edge: DiagramEdge; readonly lines: readonly string[] } {
  const other = side === "before" ? after : before;
  const find = (one: LifeSide | null): Transition | null => one?.stages.transitions.find((edge) => edge.from === from && edge.to === to) ?? null;
  const inBefore = find(before);
  const inAfter = find(after);
  const mine = side === "before" ? inBefore : inAfter;
  const theirs = side === "before" ? inAfter : inBefore;
  const drawnByNone = inBefore === null && inAfter === null;
  let change: Change = drawnByNone ? "same" : alone;
  if (before !== null && after !== null && !drawnByNone) {
    change = inBefore === null ? "new" : inAfter === null ? "gone" : sameSet(callKeys(inBefore), callKeys(inAfter)) ? "same" : "changed";
  }
  // A transition of the other side keeps its words, so that it takes the same room.
  const shown = mine ?? theirs;
  const shownSide = mine === null ? (side === "before" ? after : before) : own;
  const label = shown === null || shownSide === null ? { text: "not in the patch", lines: ["not in the patch"] }
    : labelOf(shown, shownSide.life.releases, mine === null ? null : theirs, side === "before" ? "gone" : "new", other === null ? undefined : untoldOf(other.life, other.stages).calls);
  const lines = label.lines.map((line, place) => (place === 0 ? sign(change) + line : line));
  const height = mine === null || theirs === null || other === null ? 0 : labelOf(theirs, other.life.releases, null, "new").lines.length;
  while (lines.length < height) lines.push(BLANK_LINE);
  const edge: DiagramEdge = {
    index, from: from === "start" ? START : `n_${from}`, to: `n_${to}`, label: sign(change) + label.text, change,
    absent: mine === null && !drawnByNone,
    sites: mine === null ? [] : sitesOf(own, [mine]),
  };
  return { edge, lines };
}

function sitesOf(side: LifeSide, transitions: readonly Transition[]): Site[] {
  const sites = new Map<string, Site>();
  for (const transition of transitions) {
    for (const { event } of transition.calls) {
      const site = siteAt(side.life.code, event.fact.where, event.fact.span);
      sites.set(`${site.range.path} ${site.range.from}`, site);
    }
  }
  return [...sites.values()];
}

function sameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((one) => b.has(one));
}
