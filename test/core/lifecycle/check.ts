// The one place where the lifecycle tests touch the room.
import type { CReader } from "../../../src/core/c/reader.js";
import { readCode } from "../../../src/core/lifecycle/code.js";
import { structLife } from "../../../src/core/lifecycle/events.js";
import { gatherFacts } from "../../../src/core/lifecycle/facts.js";
import { PathReader } from "../../../src/core/lifecycle/paths.js";
import { readLifecycle } from "../../../src/core/lifecycle/read.js";
import type { Diagram, LifecycleView, Site } from "../../../src/core/lifecycle/types.js";
import { buildSeriesImages } from "../../../src/core/patch/images.js";
import type { Image, Patch, Side } from "../../../src/core/patch/types.js";
import { imageOf, openReader } from "../c/check.js";

export { openReader };

/** The view of two texts in the notation of `imageOf`; null where the file is not there. */
export function viewOf(reader: CReader, before: string | null, after: string | null, struct: string | null = null): LifecycleView {
  return readLifecycle(reader, { patchKey: "test", before: images("before", before), after: images("after", after) }, struct);
}

/** The view of one patch of a series, from what the series shows or from the patch alone. */
export function viewOfPatch(reader: CReader, patches: readonly Patch[], index: number, alone: boolean, struct: string | null = null): LifecycleView {
  const patch = patches[index];
  if (patch === undefined) throw new Error("no such patch");
  const all = alone ? buildSeriesImages([patch]) : buildSeriesImages(patches);
  const at = alone ? 0 : index;
  const of = (side: Side): Image[] => patch.files.flatMap((file) => all.image(at, (side === "before" ? file.pathA : file.pathB) ?? "", side) ?? []);
  return readLifecycle(reader, { patchKey: "test", before: of("before"), after: of("after") }, struct);
}

function images(side: Side, text: string | null): Image[] {
  return text === null ? [] : [{ ...imageOf(text), side }];
}

/** Everything of a view but the mermaid text: one line per state, transition and pair, with the lines of code. */
export function printView(view: LifecycleView): string {
  const out = [`struct ${view.struct}`, `structs ${view.structs.map((one) => `${one.name}:${one.changedCalls}`).join(" ")}`];
  for (const diagram of [view.before, view.after, view.structure?.before ?? null, view.structure?.after ?? null]) out.push(...printDiagram(diagram));
  out.push("pairs");
  for (const row of view.pairs) out.push(`  [${row.change}] ${row.resource}: ${lines(row.acquire)} | ${lines(row.release)}${row.note === "" ? "" : ` (${row.note})`}`);
  out.push("owners", ...view.owners.map((row) => `  [${row.change}] ${row.who}: ${row.before ?? "-"} => ${row.after ?? "-"}: ${lines(row.begins)} | ${lines(row.ends)}`));
  out.push(`partial ${view.partial.map((one) => `${one.side}:${one.function}`).join(" ")}`);
  return out.join("\n");
}

export function printDiagram(diagram: Diagram | null): string[] {
  if (diagram === null) return ["no diagram"];
  return [
    `${diagram.kind} ${diagram.side}`,
    ...diagram.nodes.map((node) => `  ${node.id} [${node.change}] ${node.label.replace(/\n/g, " / ")}${lines(node.sites) === "" ? "" : ` @ ${lines(node.sites)}`}`),
    ...diagram.edges.map((edge) => `  ${edge.index}: ${edge.from} -> ${edge.to} [${edge.change}${edge.absent ? ", absent" : ""}] ${edge.label}${lines(edge.sites) === "" ? "" : ` @ ${lines(edge.sites)}`}`),
  ];
}

function lines(sites: readonly Site[]): string {
  return sites.map((site) => `${site.range.side.charAt(0)}${site.range.line}`).join(" ");
}

/** A mermaid text with its escapes undone, for reading. */
export function unescaped(text: string): string {
  return text.replace(/#(\d+);/g, (_whole, code: string) => String.fromCodePoint(Number(code)));
}

/** The ways through one function, one line each: how it ends, then the calls that had their effect; `!` marks the last reference. */
export function waysOf(reader: CReader, text: string, struct: string, name: string): string[] {
  return waysIn(reader, "after", [imageOf(text)], struct, name);
}

function waysIn(reader: CReader, side: Side, shown: readonly Image[], struct: string, name: string): string[] {
  const code = readCode(reader, side, shown);
  const where = code.byName.get(name);
  if (where === undefined) return ["no such function"];
  const paths = new PathReader(structLife(code, gatherFacts(code), struct)).pathsOf(where);
  return [...new Set(paths.map((path) => {
    const end = `${path.unseen ? "unseen " : ""}${path.isError ? "error" : path.isSuccess ? "success" : "end"}`;
    const calls = path.events.map((event) => `${event.fact.row.call}${event.isLast === true ? "!" : ""}`);
    return `${end}: ${[...new Set(calls)].join(" ")}`.trim();
  }))].sort();
}

/** The fact of the pair table that `fact` is about, in its own words: functions sorted, `-` for none. */
export function factOf(reader: CReader, patches: readonly Patch[], index: number, fact: string): string {
  const found = /^(\w+) ([^:]+):/.exec(fact);
  const [struct, resource] = [found?.[1] ?? "", found?.[2] ?? ""];
  const row = viewOfPatch(reader, patches, index, false, struct).pairs.find((one) => one.resource === resource);
  if (row === undefined) return `${struct} ${resource}: not in the table`;
  const names = (sites: readonly Site[], side: Side): string => [...new Set(sites.filter((site) => site.range.side === side).map((site) => site.function))].sort().join(" ") || "-";
  const of = (side: Side): string => `${names(row.acquire, side)} | ${names(row.release, side)}`;
  return `${struct} ${resource}: ${of("before")} => ${of("after")} [${row.change}]`;
}

/** The ways through a function on one side of a patch of a series. */
export function waysInPatch(reader: CReader, patches: readonly Patch[], index: number, side: Side, struct: string, name: string): string[] {
  const all = buildSeriesImages(patches);
  const paths = (patches[index]?.files ?? []).map((file) => (side === "before" ? file.pathA : file.pathB) ?? "");
  return waysIn(reader, side, paths.flatMap((path) => all.image(index, path, side) ?? []), struct, name);
}
