// On which ways through functions the halves of each pair run: success, error, early return.
import { sourceRange } from "../patch/render.js";
import type { CodeFunction } from "./code.js";
import type { StructLife } from "./events.js";
import type { Fact } from "./facts.js";
import type { Path } from "./paths.js";
import { PathReader } from "./paths.js";
import type { PairWay } from "./types.js";

/**
 * The ways of every function that runs a half of a pair, by resource, in the order of the text; those that end alike and run the same
 * halves are one. A helper of the patch is told with the function that calls it, and by itself only where none does or where others can call it.
 */
export function pairWays(life: StructLife): ReadonlyMap<string, readonly PairWay[]> {
  const reader = new PathReader(life);
  const all = new Map<string, PairWay[]>();
  for (const where of life.code.functions) {
    if (life.helpers.has(where.fn.name) && !life.entrances.has(where.fn.name)) continue;
    const paths = reader.pathsOf(where);
    const resources = new Set(paths.flatMap(({ events }) => events.filter((event) => !event.context).map((event) => event.fact.resource)));
    for (const resource of resources) {
      const ways = all.get(resource) ?? [];
      ways.push(...waysOf(life, where, paths, resource));
      all.set(resource, ways);
    }
  }
  return all;
}

/** True for the half that takes: acquiring, starting, publishing, one more reference. */
export function takes(fact: Fact): boolean {
  return fact.row.effect === "acquire" || fact.row.effect === "initialize" || fact.row.effect === "publish" || fact.row.effect === "get";
}

function waysOf(life: StructLife, where: CodeFunction, paths: readonly Path[], resource: string): PairWay[] {
  const groups = new Map<string, { ends: PairWay["ends"]; halves: PairWay["halves"]; paths: Path[] }>();
  for (const path of paths) {
    const ends = path.isError ? "error" : path.isSuccess && !isVoid(where) ? "success" : "untold";
    const halves = halvesOf(path, resource);
    const key = `${ends} ${halves}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { ends, halves, paths: [path] });
    else group.paths.push(path);
  }
  const order: readonly PairWay["ends"][] = ["success", "untold", "error"];
  return [...groups.values()].sort((a, b) => order.indexOf(a.ends) - order.indexOf(b.ends)).map(({ ends, halves, paths: some }) => ({
    side: life.code.side, function: where.fn.name, ends, halves, partial: !where.fn.whole || some.some(({ unseen }) => unseen),
    returns: distinctSpans(some).map((span) => sourceRange({ path: where.file.image.path, side: life.code.side }, where.file.starts, span.from, span.to)),
  }));
}

/** A `void` function ends in neither. */
function isVoid(where: CodeFunction): boolean {
  return where.fn.returns.name === "void" && where.fn.returns.pointers === 0;
}

function halvesOf(path: Path, resource: string): PairWay["halves"] {
  const own = path.events.filter((event) => event.fact.resource === resource);
  const isTaken = own.some((event) => takes(event.fact));
  const isGivenBack = own.some((event) => !takes(event.fact));
  return isTaken ? (isGivenBack ? "both" : "acquire") : isGivenBack ? "release" : "neither";
}

function distinctSpans(paths: readonly Path[]): { readonly from: number; readonly to: number }[] {
  const spans = new Map(paths.flatMap(({ returns }) => (returns === null ? [] : [[returns.from, returns]] as const)));
  return [...spans.values()].sort((a, b) => a.from - b.from);
}
