// The pair table: which resources an object holds, where each is taken and where it is given back.
import type { Code } from "./code.js";
import { siteAt } from "./code.js";
import type { StructLife } from "./events.js";
import { classOf } from "./events.js";
import type { Fact } from "./facts.js";
import { pairWays, takes } from "./pair-ways.js";
import type { Change, PairRow, Site } from "./types.js";

interface Half { readonly facts: Fact[]; readonly code: Code }

/**
 * One row per resource, in the order of first sight. `compared`: both sides show code, so that resources that only one of them has
 * are new or gone.
 */
export function pairRows(before: StructLife | null, after: StructLife | null, compared: boolean): PairRow[] {
  const resources = new Map<string, { before: Half | null; after: Half | null }>();
  const gather = (side: StructLife | null, key: "before" | "after"): void => {
    for (const fact of side?.facts.facts ?? []) {
      if (side === null || fact.place.struct !== side.struct || !counts(side.code, fact)) continue;
      const entry = resources.get(fact.resource) ?? { before: null, after: null };
      const half = entry[key] ?? { facts: [], code: side.code };
      half.facts.push(fact);
      resources.set(fact.resource, { ...entry, [key]: half });
    }
  };
  gather(before, "before");
  gather(after, "after");
  const ways = [before, after].map((side) => (side === null ? new Map<string, PairRow["ways"]>() : pairWays(side)));
  return [...resources].map(([resource, halves]): PairRow => {
    const sites = (wanted: boolean): Site[] => [halves.before, halves.after].flatMap((half) => (half === null ? [] : distinct(half.facts.filter((fact) => takes(fact) === wanted).map((fact) => siteAt(half.code, fact.where, fact.span)))));
    const acquire = sites(true);
    const release = sites(false);
    let change: Change = "same";
    if (compared) change = halves.before === null ? "new" : halves.after === null ? "gone" : signature(halves.before) === signature(halves.after) ? "same" : "changed";
    return { resource, change, acquire, release, ways: ways.flatMap((side) => side.get(resource) ?? []), note: noteOf(halves.after ?? halves.before, acquire, release) };
  });
}

/** Wait queues and grace periods have no second half to look for. */
function counts(code: Code, fact: Fact): boolean {
  if (fact.row.kind === "wait" || fact.row.kind === "rcu") return false;
  return fact.row.kind === "lock" || fact.row.kind === "id-table" || fact.row.kind === "memory" || fact.isPrivate || classOf(code, fact) !== null;
}

/** One call can do two things to a resource; it is one site. */
function distinct(sites: readonly Site[]): Site[] {
  return sites.filter((site, index) => sites.findIndex((other) => other.range.path === site.range.path && other.range.from === site.range.from) === index);
}

function signature(half: Half): string {
  return half.facts.map((fact) => `${fact.where.fn.name} ${fact.row.call}`).sort().join("\n");
}

function noteOf(half: Half | null, acquire: readonly Site[], release: readonly Site[]): string {
  if (acquire.length === 0) return "acquire not in the patch";
  if (release.length === 0) return half?.facts.some((fact) => fact.row.managed) === true ? "released by the driver core" : "release not in the patch";
  return "";
}
