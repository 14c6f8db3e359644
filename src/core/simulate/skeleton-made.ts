// Objects of a new scenario that the code's own functions make: what makes them, run in setup(), leaves counts, lists and flags as they are when others come.
import type { CFunction, Expr } from "../c/ast.js";
import type { Unit } from "./compile/link.js";
import { BUS_DEVICES, namedCalls, reached, tablesWith } from "./skeleton-callbacks.js";
import { structOf } from "./skeleton-facts.js";
import { callsOf, localTypes } from "./skeleton-objects.js";
import { PAIRS, stem } from "./skeleton-tables.js";

/** A function that makes objects ready, and where they are found then: by struct, an expression with "$" for the variable of what it is given. */
export interface Maker { readonly fn: CFunction; /** The struct of what it is given. */ readonly given: string; readonly found: ReadonlyMap<string, string> }

/** Tables of functions that say what brings a device up and what takes it down: `static struct platform_driver foo_driver = { .probe = foo_probe, .remove = foo_remove };`. */
const UP = /^probe(_new)?$/;

/** What has made the objects of some functions before any of them runs: the probe() of the driver, unless it is one of them. Null where none is shown whole. */
export function makerOf(functions: readonly CFunction[], units: readonly Unit[]): Maker | null {
  const all = units.flatMap((unit) => unit.unit.functions);
  for (const { init } of units.flatMap((unit) => unit.unit.globals)) {
    if (init?.kind !== "init") continue;
    for (const { designator, value } of init.entries) {
      const slot = designator.at(-1);
      if (typeof slot !== "string" || !UP.test(slot) || value.kind !== "name") continue;
      const fn = all.find((one) => one.name === value.name && one.body !== null && one.whole);
      const given = fn?.params[0]?.type.pointers === 1 ? structOf(fn.params[0].type) : null;
      if (!fn || functions.includes(fn) || given === null || !BUS_DEVICES.has(given)) continue;
      const found = foundBy(fn, units);
      if (found.size > 0) return { fn, given, found };
    }
  }
  return null;
}

/** Names of functions that make what they give back. */
const MAKES = /(^|_)(create|alloc|new|make|init)(_|$)/;

/** The function that gives a new object of a struct, as the only one of the code, and the one that it is given back by, if any. Null where one of the functions makes such objects itself. */
export function creatorOf(struct: string, functions: readonly CFunction[], units: readonly Unit[]): { readonly fn: CFunction; readonly destroy: CFunction | null } | null {
  const all = units.flatMap((unit) => unit.unit.functions).filter((fn) => fn.body !== null && fn.whole);
  const found = all.filter((fn) => MAKES.test(fn.name) && fn.returns.pointers === 1 && structOf(fn.returns) === struct && namedCalls(reached(fn, units), /^k?[mvz]+alloc|_alloc$/).length > 0);
  const [fn] = found;
  const everything = new Set(functions.flatMap((one) => reached(one, units)));
  if (fn === undefined || found.length > 1 || everything.has(fn) || fn.params.some((param) => structOf(param.type) === struct)) return null;
  const destroy = PAIRS.flatMap(([take, give]) => (take.test(fn.name) ? all.filter((one) => give.test(one.name) && stem(one.name, give) === stem(fn.name, take)) : []))
    .find((one) => one.params.length === 1 && one.params[0]?.type.pointers === 1 && structOf(one.params[0].type) === struct);
  return { fn, destroy: destroy ?? null };
}

/** The open() that goes with another operation of a file, by the table that both are in. */
export function openOf(operation: CFunction, units: readonly Unit[]): CFunction | null {
  const name = tablesWith(operation.name, units).find((table) => table.has("open"))?.get("open");
  return units.flatMap((unit) => unit.unit.functions).find((one) => one.name === name && one.body !== null && one.whole) ?? null;
}

/** Whether a line of setup() is still to be said of an object that `maker` makes: it begins something, or puts the object where the maker has not. */
export function isLeft(line: string, variables: readonly string[], makers: readonly CFunction[], units: readonly Unit[]): boolean {
  const isTheirs = (text: string): boolean => variables.some((variable) => new RegExp(`\\b${variable}\\b`).test(text));
  if (!isTheirs(line) || STARTS.test(line)) return true;
  const [place, value] = line.split(" = ");
  if (value !== undefined && variables.includes(value.replace(/;$/, ""))) return !isTheirs(place ?? "");
  const family = /^(h?list_add|idr_alloc|xa_|\w+_set_(?:drvdata|clientdata|intfdata))/.exec(line)?.[1];
  return family !== undefined && namedCalls(makers.flatMap((fn) => reached(fn, units)), new RegExp(`^${family === "xa_" ? "xa_(store|alloc|insert)" : family}`)).length === 0;
}

/** Lines of setup() that begin something, and do not make it. */
const STARTS = /^(schedule_|queue_|mod_timer|hrtimer_start|kref_get|refcount_inc|atomic_inc)/;

/** Where a probe() has put its objects: `platform_set_drvdata(pdev, foo)` says that platform_get_drvdata(pdev) gives a struct foo. */
function foundBy(fn: CFunction, units: readonly Unit[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const one of reached(fn, units)) {
    const types = localTypes(one);
    for (const { name, args } of callsOf(one)) {
      const setter = /^(\w+?)_set_(drvdata|clientdata|intfdata)$/.exec(name);
      const [place, data] = args;
      const type = data?.kind === "name" ? types.get(data.name) : undefined;
      const struct = type?.pointers === 1 ? structOf(type) : null;
      const device = place ? deviceIn(place, types) : null;
      if (setter && struct !== null && device !== null && !found.has(struct)) found.set(struct, `${setter[1] ?? ""}_get_${setter[2] ?? ""}(${device})`);
    }
  }
  return found;
}

/** A device of a bus, or the struct device in it. */
function deviceIn(place: Expr, types: ReturnType<typeof localTypes>): string | null {
  if (place.kind === "name") {
    const type = types.get(place.name);
    const struct = type?.pointers === 1 ? structOf(type) : null;
    return struct === "device" ? "&$->dev" : struct !== null && BUS_DEVICES.has(struct) ? "$" : null;
  }
  return place.kind === "unary" && place.op === "&" && place.operand.kind === "member" && place.operand.field === "dev" ? "&$->dev" : null;
}
