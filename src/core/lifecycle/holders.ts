// Which facts put an object where others find it.
import type { Fact } from "./facts.js";

/** True for a call that stores the object in a list, a tree, or a map. */
export function isStructureHolder(fact: Fact): boolean {
  return fact.row.effect === "publish" && fact.row.holder >= 0 && (fact.row.kind === "list" || fact.row.kind === "tree" || fact.row.kind === "id");
}
