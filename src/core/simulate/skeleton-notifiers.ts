// Notifiers of a new scenario: the chain that a block is on, and what takes it off again.
import type { CFunction, Expr } from "../c/ast.js";
import type { Unit } from "./compile/link.js";
import { namedCalls, reached } from "./skeleton-callbacks.js";
import { structOf } from "./skeleton-facts.js";
import { callsOf, type Inside, localTypes, written } from "./skeleton-objects.js";

/** A chain by its kind and its place in C: of a global, or of a member, with "$" for the variable of the object of `owner`. */
export interface Chain { readonly kind: string; readonly place: string; readonly owner: string | null }

/**
 * How a notifier block gets off its chain again: a chain that the code itself takes it off, calls of which nobody shows what they do and that are handed it (or what it is a
 * part of), or the driver core when the device is unbound. Nothing of it where it stays.
 */
export interface Departure { readonly chain: Chain | null; readonly calls: readonly { readonly name: string; readonly args: readonly string[] }[]; readonly withDevice: boolean }

/** The same for the block of some functions of the code. */
export function departureOf(block: Inside, functions: readonly CFunction[], units: readonly Unit[]): Departure {
  const everything = [...new Set(functions.flatMap((fn) => reached(fn, units)))];
  const known = new Set(units.flatMap((unit) => unit.unit.functions).filter((fn) => fn.body !== null).map((fn) => fn.name));
  const calls = new Map<string, readonly string[]>();
  for (const fn of everything) {
    const types = localTypes(fn);
    for (const { name, args } of callsOf(fn)) {
      const kind = /^(blocking|atomic|raw)_notifier_chain_unregister$/.exec(name)?.[1];
      const place = args[0]?.kind === "unary" && args[0].op === "&" ? chainPlace(args[0].operand, types) : null;
      if (kind !== undefined && place !== null) return { chain: { kind, ...place }, calls: [], withDevice: false };
      if (kind !== undefined || known.has(name) || !GIVES_BACK.test(name) || calls.has(name)) continue;
      const at = args.findIndex((arg) => isWithin(block, arg));
      if (at >= 0) calls.set(name, args.map((_arg, index) => (index === at && isWithin(block, args[at], true) ? "struct notifier_block *block" : `long unused${String(index)}`)));
    }
  }
  // Who registers it is not to be seen, or does so for the device: with that it goes.
  const registers = namedCalls(units.flatMap((unit) => unit.unit.functions), /(^|_)(register|add|reg)(_|$)/).filter(({ args }) => args.some((arg) => isWithin(block, arg, true)));
  return { chain: null, calls: [...calls].map(([name, args]) => ({ name, args })), withDevice: calls.size === 0 && registers.every(({ name }) => name.startsWith("devm_")) };
}

const GIVES_BACK = /(^|_)(unreg\w*|unregister|remove|del|delete|put|free|release|destroy|detach|cancel|stop|exit)(_|$)/;

/** `&foo->block`, or with less than the whole `&foo->part` that the block is in. */
function isWithin(block: Inside, arg: Expr | undefined, whole = false): boolean {
  const path = arg?.kind === "unary" && arg.op === "&" && arg.operand.kind === "member" ? written(arg.operand).split("->").at(-1) ?? "" : "";
  return path !== "" && (block.member === path || (!whole && block.member.startsWith(`${path}.`)));
}

function chainPlace(expr: Expr, types: ReturnType<typeof localTypes>): { readonly place: string; readonly owner: string | null } | null {
  if (expr.kind === "name") return types.has(expr.name) ? null : { place: expr.name, owner: null };
  const text = written(expr);
  const root = text.split("->")[0] ?? "";
  const type = types.get(root);
  const owner = type?.pointers === 1 ? structOf(type) : null;
  return owner === null || text === root ? null : { place: `$${text.slice(root.length)}`, owner };
}
