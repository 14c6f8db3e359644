// The Lifecycle tab as tables: all transitions for those who do not look at diagrams, and who acquires and releases what.
import type { Change, Diagram, DiagramEdge, LifecycleView, OwnerRow, PairRow, PairWay, Site } from "../../core/lifecycle/types.js";
import type { Side } from "../../core/patch/types.js";
import { codeText, el } from "../dom.js";
import type { Reveal } from "../links.js";
import { lineButton, linkOfSite } from "../links.js";
import { changeSign, changeWord } from "../words.js";
import { nodeNames, withoutSign } from "./items.js";

/** A table of every transition, or link of the structure, of both sides; it says in words what the two diagrams draw. */
export function edgeTable(kind: Diagram["kind"], before: Diagram | null, after: Diagram | null, reveal: Reveal): HTMLElement {
  const indexes = new Set([...(before?.edges ?? []), ...(after?.edges ?? [])].map((edge) => edge.index));
  const rows = [...indexes].sort((one, other) => one - other).map((index) => transitionRow(index, before, after, reveal));
  const [caption, label] = kind === "life" ? ["All transitions", "What happens"] : ["All links of the struct", "How"];
  return table(`${caption}, before and after the patch`, ["Change", "From", "To", label, "Before", "After"], rows);
}

/** Acquire and release of every resource, and below both the ways through the functions; null when there is no row. */
export function pairTable(pairs: readonly PairRow[], reveal: Reveal): HTMLElement | null {
  if (pairs.length === 0) return null;
  const hasWays = pairs.some((pair) => pair.ways.length > 0);
  const bodies = pairs.map((pair) => {
    const rows = hasWays ? "2" : "1";
    const sides = new Set([...pair.acquire, ...pair.release].map((site) => site.range.side));
    const halves = el(
      "tr",
      {},
      changeCell(pair.change, rows),
      el("th", { scope: "rowgroup", rowspan: rows }, el("span", { class: "code" }, pair.resource), pair.note === "" ? null : el("div", { class: "muted" }, pair.note)),
      el("td", {}, siteList(pair.acquire, reveal, sides)),
      el("td", {}, siteList(pair.release, reveal, sides)),
    );
    const ways = pair.ways.length === 0 ? [el("div", { class: "muted" }, "Its ways were not followed.")] : [el("div", { class: "muted" }, "On which ways"), wayList(pair.ways, reveal)];
    return el("tbody", { class: `change-${pair.change}` }, halves, hasWays ? el("tr", { class: "ways" }, el("td", { colspan: "2" }, ...ways)) : null);
  });
  return table("Acquire and release of every resource", ["Change", "Resource", "Acquired by", "Released by"], bodies);
}

/** Who keeps the memory of an object alive on each side, and until when; null when nobody is known to. */
export function ownerTable(owners: readonly OwnerRow[], reveal: Reveal): HTMLElement | null {
  if (owners.length === 0) return null;
  const sidesOf = (row: OwnerRow): ReadonlySet<Side> => new Set([...row.begins, ...row.ends].map((site) => site.range.side));
  const until = (text: string | null): HTMLElement => (text === null ? el("td", { class: "muted" }, "not on this side") : el("td", {}, `until ${text}`));
  const rows = owners.map((row) =>
    el("tr", { class: `change-${row.change}` }, changeCell(row.change), el("th", { scope: "row" }, row.who), until(row.before), until(row.after), el("td", {}, siteList(row.begins, reveal, sidesOf(row))), el("td", {}, siteList(row.ends, reveal, sidesOf(row)))),
  );
  return table("Who keeps the memory alive", ["Change", "Kept by", "Before", "After", "Held from", "Given up by"], rows);
}

/** What could not be read in full, so that nobody takes the picture for more than it is; null when all was read. */
export function readingNotes(view: LifecycleView): HTMLElement | null {
  const notes: string[] = [];
  const names = new Map<string, Set<Side>>();
  for (const { function: name, side } of view.partial) names.set(name, (names.get(name) ?? new Set()).add(side));
  if (names.size > 0) {
    const list = [...names].map(([name, sides]) => `${name}()${sides.size === 1 ? ` (${[...sides].join()})` : ""}`);
    notes.push(`The patch shows only a part of: ${list.join(", ")}.`);
  }
  for (const reason of new Set(view.skipped.map((part) => part.reason))) {
    const places = (["before", "after"] as const).flatMap((side) => {
      const lines = view.skipped.filter((part) => part.reason === reason && part.side === side).map((part) => part.line);
      return lines.length === 0 ? [] : [`${side}, ${lines.length === 1 ? "line" : "lines"} ${lines.join(", ")}`];
    });
    notes.push(`Not read (${reason}): ${places.join("; ")}.`);
  }
  if (notes.length === 0) return null;
  return el("ul", { class: "notes" }, ...notes.map((note) => el("li", {}, note)));
}

function transitionRow(index: number, before: Diagram | null, after: Diagram | null, reveal: Reveal): HTMLElement {
  const edgeBefore = before?.edges.find((edge) => edge.index === index);
  const edgeAfter = after?.edges.find((edge) => edge.index === index);
  const edge = edgeAfter ?? edgeBefore;
  const diagram = edgeAfter === undefined ? before : after;
  if (edge === undefined || diagram === null) return el("tr");
  const name = nodeNames(diagram);
  return el(
    "tr",
    { class: `change-${edge.change}` },
    changeCell(edge.change),
    el("td", {}, name(edge.from, "from")),
    el("td", {}, name(edge.to, "to")),
    el("td", {}, edgeLabel(edgeBefore, edgeAfter)),
    edgeCell(edgeBefore, reveal),
    edgeCell(edgeAfter, reveal),
  );
}

/** What happens, on the side where it does; both when they differ. */
function edgeLabel(before: DiagramEdge | undefined, after: DiagramEdge | undefined): string {
  const labels = [before, after].filter((edge) => edge !== undefined && !edge.absent).map((edge) => withoutSign(edge?.label ?? ""));
  return [...new Set(labels)].join(" → ");
}

function edgeCell(edge: DiagramEdge | undefined, reveal: Reveal): HTMLElement {
  if (edge === undefined || edge.absent) return el("td", { class: "muted" }, "not on this side");
  return el("td", {}, edge.sites.length === 0 ? "yes" : siteList(edge.sites, reveal));
}

const HALVES = { both: "acquired and released", acquire: "acquired, not released", release: "released", neither: "neither" } as const;

/** Ways through functions, one per line; what is the same on both sides is one entry with the returns of both. */
function wayList(ways: readonly PairWay[], reveal: Reveal): HTMLElement {
  const groups = new Map<string, PairWay[]>();
  for (const way of ways) {
    const key = `${way.function}\n${way.ends}\n${way.halves}`;
    groups.set(key, [...(groups.get(key) ?? []), way]);
  }
  const sides = new Set(ways.map((way) => way.side));
  return el("ul", { class: "sites" }, ...[...groups.values()].map((group) => wayEntry(group, sides.size > 1, reveal)));
}

function wayEntry(group: readonly PairWay[], namesSide: boolean, reveal: Reveal): HTMLElement {
  const first = group[0];
  if (first === undefined) return el("li");
  const how = `${first.ends === "untold" ? "" : `, ${first.ends}`}: ${HALVES[first.halves]}${group.some((way) => way.partial) ? " (lines missing)" : ""}`;
  const fact = el("span", {}, el("code", {}, `${first.function}()`), how);
  for (const way of group) for (const range of way.returns) fact.append(" ", lineButton(linkOfSite({ function: way.function, text: "return", range }), reveal));
  if (!namesSide) return el("li", {}, fact);
  const sides = [...new Set(group.map((way) => way.side))];
  return el("li", { class: "tagged" }, el("span", { class: "side-tag" }, sides.length > 1 ? "both" : first.side), fact);
}

/** Sites, one per line; the same call on both sides is one entry with two links. The side is named where the row, of these `sides`, is about both. */
function siteList(sites: readonly Site[], reveal: Reveal, sides: ReadonlySet<Side> = new Set(sites.map((site) => site.range.side))): HTMLElement {
  if (sites.length === 0) return el("span", { class: "muted" }, "not shown");
  const groups = new Map<string, Site[]>();
  for (const site of sites) {
    const key = `${site.function}\n${site.text}`;
    groups.set(key, [...(groups.get(key) ?? []), site]);
  }
  return el("ul", { class: "sites" }, ...[...groups.values()].map((group) => siteEntry(group, sides.size > 1, reveal)));
}

function siteEntry(group: readonly Site[], namesSide: boolean, reveal: Reveal): HTMLElement {
  const first = group[0];
  if (first === undefined) return el("li");
  const sides = [...new Set(group.map((site) => site.range.side))];
  const fact = el("span", {}, codeText(first.text), " in ", el("code", {}, `${first.function}()`));
  for (const site of group) fact.append(" ", lineButton(linkOfSite(site), reveal));
  if (!namesSide) return el("li", {}, fact);
  return el("li", { class: "tagged" }, el("span", { class: "side-tag" }, sides.length > 1 ? "both" : first.range.side), fact);
}

function changeCell(change: Change, rows = "1"): HTMLElement {
  return el("td", { class: "change", rowspan: rows }, `${changeSign(change)} ${changeWord(change)}`.trim());
}

/** `rows` are rows, or groups of rows that belong together. */
function table(caption: string, headings: readonly string[], rows: readonly HTMLElement[]): HTMLElement {
  const head = el("tr", {}, ...headings.map((heading) => el("th", { scope: "col" }, heading)));
  const element = el("table", { class: "facts" }, el("caption", {}, caption), el("thead", {}, head), ...(rows[0]?.tagName === "TBODY" ? rows : [el("tbody", {}, ...rows)]));
  return el("div", { class: "table-frame", tabindex: "0", role: "region", "aria-label": caption }, element);
}
