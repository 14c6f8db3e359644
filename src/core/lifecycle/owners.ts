// Ownership: what keeps the memory of a struct's objects alive on each side, and what ends it.
import { siteAt } from "./code.js";
import { classOf } from "./events.js";
import type { StructLife } from "./events.js";
import type { CallFact, Fact } from "./facts.js";
import { PathReader } from "./paths.js";
import { placesOf, scopeOf } from "./places.js";
import { visit } from "./visit.js";
import type { Change, OwnerRow, Site } from "./types.js";

interface Owner { readonly who: string; readonly until: string; readonly begins: readonly Site[]; readonly ends: readonly Site[] }

/**
 * One row for each owner of either side: a count whose last put frees the object or gives up a reference that does, an embedded count whose
 * release function frees it, and a character device that holds its parent (cdev_set_parent in fs/char_dev.c). `compared`: both sides show code.
 */
export function ownerRows(before: StructLife | null, after: StructLife | null, compared: boolean): OwnerRow[] {
  const old = before === null ? [] : ownersOf(before);
  const now = after === null ? [] : ownersOf(after);
  const names = [...new Set([...old, ...now].map((owner) => owner.who))];
  return names.map((who): OwnerRow => {
    const sides = { before: old.find((owner) => owner.who === who) ?? null, after: now.find((owner) => owner.who === who) ?? null };
    let change: Change = "same";
    if (compared) change = sides.before === null ? "new" : sides.after === null ? "gone" : sides.before.until === sides.after.until ? "same" : "changed";
    const both = [sides.before, sides.after].flatMap((owner) => owner ?? []);
    return { who, change, before: sides.before?.until ?? null, after: sides.after?.until ?? null, begins: both.flatMap((owner) => owner.begins), ends: both.flatMap((owner) => owner.ends) };
  });
}

function ownersOf(life: StructLife): Owner[] {
  const own = life.facts.facts.filter((fact) => fact.place.struct === life.struct);
  return [...countOwners(life, own), ...releaseOwners(life, own), ...parentOwners(life, own)];
}

/** Counts of the struct itself: what follows on the ways behind the last put. */
function countOwners(life: StructLife, own: readonly Fact[]): Owner[] {
  const embedded = new Set(life.releases.values());
  const reader = new PathReader(life);
  const ends = new Map<string, { fact: Fact; then: Set<string> }>();
  for (const where of life.code.functions) {
    for (const { events } of reader.pathsOf(where)) {
      const at = events.findIndex((event) => event.class === "put" && event.isLast === true && !event.context && !embedded.has(fieldOf(event.fact)));
      const put = events[at];
      if (put === undefined) continue;
      for (const later of events.slice(at + 1)) {
        const holder = later.class === "put" && embedded.has(fieldOf(later.fact)) ? later.fact.resource : null;
        if (later.class !== "free" && holder === null) continue;
        const entry = ends.get(put.fact.resource) ?? { fact: put.fact, then: new Set<string>() };
        entry.then.add(holder === null ? `the last put in ${put.fact.where.fn.name}() frees it` : `the last put in ${put.fact.where.fn.name}() ${isDeferred(later.fact) ? "leaves it to" : "gives up a reference of"} ${holder}`);
        ends.set(put.fact.resource, entry);
      }
    }
  }
  return [...ends].map(([who, { then }]) => ({ who, until: [...then].join("; "), begins: sitesOf(life, own, who, ["initialize", "get"]), ends: sitesOf(life, own, who, ["put"]) }));
}

/** Embedded counts with a release function that frees: `device dev`, `kref ref`, `kobject kobj`. */
function releaseOwners(life: StructLife, own: readonly Fact[]): Owner[] {
  return [...life.releases].flatMap(([release, field]): Owner[] => {
    const puts = own.filter((fact) => fieldOf(fact) === field && fact.row.effect === "put");
    const counted = puts[0] ?? own.find((fact) => fieldOf(fact) === field && fact.row.effect === "initialize");
    if (counted === undefined) return [];
    const who = counted.resource;
    const frees = own.filter((fact) => fact.where.fn.name === release && classOf(life.code, fact) === "free").map((fact) => siteAt(life.code, fact.where, fact.span));
    // The lines that free it may lie outside of what is shown, or in a helper.
    const reaches = life.code.byName.get(release)?.fn.whole === true || frees.length > 0;
    return [{ who, until: isDeferred(counted) ? `${release}() runs, which frees it` : `its last reference runs ${release}()${reaches ? ", which frees it" : ""}`, begins: sitesOf(life, own, who, ["initialize", "get"]), ends: [...puts.map((fact) => siteAt(life.code, fact.where, fact.span)), ...frees] }];
  });
}

/** A character device keeps its parent until it is itself gone: `cdev_device_add` and `cdev_set_parent` tell it which. */
function parentOwners(life: StructLife, own: readonly Fact[]): Owner[] {
  const embedded = new Set(life.releases.values());
  const begins: Site[] = [];
  for (const where of life.code.functions) {
    const scope = scopeOf(life.code, where);
    visit(where.fn.body ?? [], {
      expr: (expr) => {
        if (expr.kind !== "call" || expr.callee.kind !== "name" || (expr.callee.name !== "cdev_device_add" && expr.callee.name !== "cdev_set_parent")) return;
        const parent = expr.args[1];
        const places: CallFact["result"] = parent === undefined || parent.kind === "type" ? [] : placesOf(scope, parent);
        // `cdev_set_parent` is given the kobject inside the device.
        if (places.some((place) => place.struct === life.struct && [...embedded].some((field) => place.path.join(".") === field || place.path.join(".").startsWith(`${field}.`)))) begins.push(siteAt(life.code, where, expr.span));
      },
    });
  }
  if (begins.length === 0) return [];
  const gone = own.filter((fact) => fact.row.kind === "cdev" && fact.row.effect === "unpublish");
  const how = gone.length === 0 ? "the character device is deleted" : `${[...new Set(gone.map((fact) => `${fact.row.call} in ${fact.where.fn.name}()`))].join(", ")}`;
  return [{ who: "the cdev's reference of its parent", until: `${how} and the last open file of the character device is closed`, begins, ends: gone.map((fact) => siteAt(life.code, fact.where, fact.span)) }];
}

/** A function that runs later, once: it holds no count. */
function isDeferred(fact: Fact): boolean {
  return fact.row.kind === "work" || fact.row.kind === "timer" || fact.row.kind === "rcu";
}

function sitesOf(life: StructLife, own: readonly Fact[], resource: string, effects: readonly Fact["row"]["effect"][]): Site[] {
  return own.filter((fact) => fact.resource === resource && effects.includes(fact.row.effect)).map((fact) => siteAt(life.code, fact.where, fact.span));
}

function fieldOf(fact: Fact): string {
  return fact.place.path.join(".");
}
