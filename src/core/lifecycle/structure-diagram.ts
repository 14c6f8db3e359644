// The structure diagram: what a struct embeds, what it points to, and through what it is found.
import type { Field, TypeRef } from "../c/ast.js";
import { siteAt } from "./code.js";
import type { Code, CodeFunction } from "./code.js";
import { isStructureHolder } from "./holders.js";
import type { Facts } from "./facts.js";
import { escapeLabel, nodeId, plainTitle, sign } from "./mermaid.js";
import type { Change, Diagram, DiagramEdge, DiagramNode, Site } from "./types.js";

export interface StructureSide {
  readonly code: Code;
  readonly facts: Facts;
}

type Relation = "embeds" | "points to" | "found through";

interface Link {
  readonly relation: Relation;
  /** The other box: a struct's name, or the place where objects are kept. */
  readonly box: string;
  /** The field of the struct. */
  readonly field: string;
  readonly sites: readonly Site[];
}

/** A struct with more links than this shows the ones that the patch changes and the ones with lifetime calls first. */
const MAX_LINKS = 14;

/** Draws one side of the structure; both sides show the union of links in the same order. */
export function drawStructure(side: "before" | "after", struct: string, own: StructureSide, other: StructureSide | null): Diagram {
  const mine = linksOf(own, struct);
  const theirs = other === null ? null : linksOf(other, struct);
  const first = side === "before" ? mine : (theirs ?? []);
  const second = side === "before" ? (theirs ?? []) : mine;
  const union = new Map<string, Link>();
  for (const link of [...first, ...second]) if (!union.has(keyOf(link))) union.set(keyOf(link), link);
  const changeOf = (key: string): Change => {
    if (theirs === null) return "same";
    const inFirst = first.some((link) => keyOf(link) === key);
    const inSecond = second.some((link) => keyOf(link) === key);
    return !inFirst ? "new" : !inSecond ? "gone" : "same";
  };
  const kept = [...union].map(([key, link]) => ({ key, link, change: changeOf(key) })).sort((a, b) => rank(a.link) - rank(b.link));
  const shown = kept.length <= MAX_LINKS ? kept : kept.filter((one, index) => one.change !== "same" || index < MAX_LINKS).slice(0, MAX_LINKS * 2);

  const self = nodeId(`struct ${struct}`);
  const boxes = new Map<string, { label: string; change: Change; sites: Site[]; present: boolean }>();
  const edges: DiagramEdge[] = [];
  for (const { key, link, change } of shown) {
    const present = mine.find((one) => keyOf(one) === key);
    const id = nodeId(link.relation === "found through" ? `at ${link.box}` : link.box);
    const box = boxes.get(id) ?? { label: link.box, change, sites: [], present: false };
    box.change = box.change === change ? change : "same";
    box.present ||= present !== undefined;
    box.sites.push(...(present?.sites ?? []));
    boxes.set(id, box);
    const found = link.relation === "found through";
    edges.push({ index: edges.length, from: found ? id : self, to: found ? self : id, label: `${sign(change)}${link.relation} ${link.field}`.trim(), change, absent: present === undefined, sites: present?.sites ?? [] });
  }
  const counts = countLines(own.code, struct) ?? [];
  // Where the other side does not show the struct, nothing is known of what it had.
  const theirCounts = (other === null ? null : countLines(other.code, struct)) ?? counts;
  const nodes: DiagramNode[] = [
    { id: self, label: `struct ${struct}`, change: "same", sites: structSites(own.code, struct) },
    ...[...boxes].map(([id, box]): DiagramNode => ({ id, label: `${sign(box.change)}${box.label}`, change: box.change, sites: box.sites })),
  ];
  const title = plainTitle(`Structure of struct ${struct}, ${side}`);
  const description = plainTitle(`What struct ${struct} embeds, points to and is found through ${side} the patch, ${mine.length} links`);
  const text = [
    "classDiagram",
    `accTitle: ${title}`,
    `accDescr: ${description}`,
    "direction LR",
    ...nodes.map((node) => `class ${node.id}["${escapeLabel(node.label)}"]`),
    ...counts.map((count) => `${self} : ${escapeLabel(`${theirCounts.includes(count) ? "" : sign(side === "before" ? "gone" : "new")}${count}`)}`),
    ...nodes.flatMap((node) => {
      const className = node.id !== self && boxes.get(node.id)?.present === false ? "absent" : node.change;
      return className === "same" ? [] : [`cssClass "${node.id}" ${className}`];
    }),
    ...edges.map((edge) => `${edge.from} ${arrow(edge, self)} ${edge.to} : ${escapeLabel(edge.label)}`),
  ];
  return { kind: "structure", side, text: `${text.join("\n")}\n`, title, description, nodes, edges };
}

function linksOf(side: StructureSide, struct: string): Link[] {
  const links: Link[] = [];
  const add = (link: Link): void => {
    const known = links.findIndex((one) => keyOf(one) === keyOf(link));
    const old = links[known];
    if (old === undefined) links.push(link);
    else links[known] = { ...old, sites: [...old.sites, ...link.sites] };
  };
  const memberships = new Set<string>();
  for (const fact of side.facts.facts) {
    if (fact.place.struct !== struct || !isStructureHolder(fact)) continue;
    const box = holderText(fact.where, fact.span.from, fact.row.holder, side.code);
    if (box === "") continue;
    memberships.add(fact.place.path[0] ?? "");
    add({ relation: "found through", box, field: fact.row.kind === "list" || fact.row.kind === "tree" ? fact.place.path.join(".") : "", sites: [siteAt(side.code, fact.where, fact.span)] });
  }
  for (const container of side.facts.containers) {
    if (container.struct !== struct || container.from.kind !== "member" || container.places.some((place) => place.struct === struct)) continue;
    const box = side.code.files.find((file) => file === container.where.file)?.text.slice(container.from.span.from, container.from.span.to).replace(/\s+/g, " ") ?? "";
    add({ relation: "found through", box, field: container.member, sites: [siteAt(side.code, container.where, container.span)] });
  }
  for (const field of side.code.structs.get(struct) ?? []) {
    if (field.type.params !== undefined || field.name === "" || memberships.has(field.name)) continue;
    if ((field.type.tag !== "struct" && field.type.tag !== "union") || field.type.name === struct) continue;
    if (QUIET.has(field.type.name) && field.type.pointers === 0) continue;
    add({ relation: field.type.pointers > 0 ? "points to" : "embeds", box: field.type.name === "" ? field.name : `struct ${field.type.name}`, field: field.name, sites: fieldSites(side.code, struct, field) });
  }
  return links;
}

/** Members that nearly every struct has and that hold nothing alive. */
const QUIET: ReadonlySet<string> = new Set(["mutex", "rw_semaphore", "list_head", "hlist_node", "hlist_head", "wait_queue_head", "seqcount", "lock_class_key", "lockdep_map"]);

function holderText(where: CodeFunction, from: number, holder: number, code: Code): string {
  // The arguments are cut from the text: the holder is shown as it is written.
  const file = code.files.find((one) => one === where.file);
  if (file === undefined || holder < 0) return "";
  const open = file.text.indexOf("(", from);
  let depth = 0;
  let start = open + 1;
  let argument = 0;
  for (let at = open; at >= 0 && at < file.text.length; at++) {
    const character = file.text.charAt(at);
    if (character === "(" || character === "[") depth++;
    else if (character === ")" || character === "]") depth--;
    const ends = (character === "," && depth === 1) || depth === 0;
    if (!ends) continue;
    if (argument === holder) return file.text.slice(start, at).replace(/\s+/g, " ").replace(/^[\s&(]+/, "").trim();
    if (depth === 0) return "";
    argument++;
    start = at + 1;
  }
  return "";
}

/** The counts of a struct, and pointers to its own kind, where an arrow to itself would not be readable; null when the struct is not declared in the code. */
function countLines(code: Code, struct: string): string[] | null {
  const fields = code.structs.get(struct);
  return fields === undefined ? null : fields.filter((field) => isCount(field, struct)).map((field) => `${field.name} ${typeName(field.type)}`);
}

function isCount(field: Field, struct: string): boolean {
  return (field.type.tag === "struct" && (field.type.name === struct || field.type.name === "kref")) || /^(refcount_t|atomic_t|atomic_long_t)$/.test(field.type.name);
}

function typeName(type: TypeRef): string {
  return `${type.tag === "name" ? "" : `${type.tag} `}${type.name}${"*".repeat(type.pointers)}`;
}

function structSites(code: Code, struct: string): Site[] {
  for (const file of code.files) {
    const found = file.unit.structs.find((one) => one.name === struct);
    if (found !== undefined) return [fileSite(code, file, struct, found.span.from, Math.min(found.span.to, lineEnd(file.text, found.span.from)))];
  }
  return [];
}

function fieldSites(code: Code, struct: string, field: Field): Site[] {
  const file = code.files.find((one) => one.unit.structs.some((entry) => entry.name === struct && entry.fields.includes(field)));
  return file === undefined ? [] : [fileSite(code, file, struct, field.span.from, field.span.to)];
}

/** A site in a struct: its function is "" and the struct is in the text. */
function fileSite(code: Code, file: Code["files"][number], struct: string, from: number, to: number): Site {
  const where: CodeFunction = { file, fn: { name: "", returns: { tag: "name", name: "", pointers: 0, arrays: [] }, params: [], body: null, isStatic: false,
    missing: { head: false, middle: false, tail: false }, whole: true, span: { from, to, line: 1 }, nameSpan: { from, to, line: 1 } } };
  const site = siteAt(code, where, { from, to, line: 1 });
  return { ...site, text: site.text === "" ? `struct ${struct}` : site.text };
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

function arrow(edge: DiagramEdge, self: string): string {
  if (edge.absent) return "..>";
  if (edge.to === self) return "..>";
  return edge.label.includes("embeds") ? "*--" : "-->";
}

function rank(link: Link): number {
  return link.relation === "found through" ? 0 : link.relation === "embeds" ? 1 : 2;
}

function keyOf(link: Link): string {
  return `${link.relation} ${link.box} ${link.field}`;
}
