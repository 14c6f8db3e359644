// Where the objects that chosen functions work on are found by others: lists, numbers, global pointers, and the private data of devices.
import type { CFunction, Expr, Stmt, TypeRef } from "../c/ast.js";
import type { Unit } from "./compile/link.js";
import { eachExpression } from "./compile/walk.js";
import { BUS_DEVICES, namedCalls, reached } from "./skeleton-callbacks.js";
import { fieldsOf, structOf } from "./skeleton-facts.js";
import { callsOf, localTypes, written } from "./skeleton-objects.js";

/** One line of setup() that makes an object be found. `struct` is the object's; "$" in `line` stands for its variable, "$owner" for that of `owner`, whose member the place is. */
export interface Published { readonly struct: string; readonly owner: string | null; readonly line: string }

/** Calls that take an object out of where it is found, or look it up there; a place that one of the functions fills itself is left to it. */
const LIST_REMOVES = /^h?list_(del|move)/;
const LIST_ADDS = /^h?list_add/;
const WALKS = /^h?list_for_each_entry/;
const NUMBERS: readonly { readonly find: RegExp; readonly add: RegExp; readonly line: (container: string) => string }[] = [
  { find: /^idr_(find|remove)$/, add: /^idr_alloc/, line: (container) => `idr_alloc(&${container}, $, 0, 0, GFP_KERNEL);` },
  { find: /^xa_(load|erase)$/, add: /^xa_(alloc|store|insert)/, line: (container) => `xa_store(&${container}, 0, $, GFP_KERNEL);` },
];
/** `struct foo *foo = platform_get_drvdata(pdev);`: what gives an object's private data back, and what sets it (the kernel's names of both halves). */
const GETTER = /^(\w+?)_get_(drvdata|clientdata|intfdata|devdata)$/;

/** The places that the chosen functions take objects from or out of, in the order of the code. */
export function publishedBy(functions: readonly CFunction[], units: readonly Unit[]): readonly Published[] {
  const found: Published[] = [];
  const add = (one: Published): void => { if (!found.some((other) => other.struct === one.struct && other.line === one.line)) found.push(one); };
  const everything = [...new Set(functions.flatMap((fn) => reached(fn, units)))];
  const calls = (pattern: RegExp): boolean => functions.some((fn) => callsOf(fn).some((call) => pattern.test(call.name)));
  const addsBelow = (pattern: RegExp): boolean => everything.some((fn) => callsOf(fn).some((call) => pattern.test(call.name)));
  for (const fn of everything) {
    const types = localTypes(fn);
    const isChosen = functions.includes(fn);
    const fills = isChosen ? calls : addsBelow;
    for (const { name, args, target } of callsOf(fn)) {
      for (const kind of NUMBERS) {
        const container = kind.find.test(name) && !fills(kind.add) ? placeOf(args[0], types) : null;
        const struct = container === null ? null : target !== null ? structOf(types.get(target) ?? NONE) : keyOwner(args[1], types);
        // What a function looks up through another one stands under a number of a global container: nobody knows the owner of another.
        if (container !== null && struct !== null && (isChosen || (container.owner === null && target !== null))) add({ struct, owner: container.owner, line: kind.line(container.text) });
      }
    }
  }
  for (const fn of functions) {
    const types = localTypes(fn);
    // A number that is given back was taken.
    for (const { name, args } of callsOf(fn)) {
      const [place, key] = [placeOf(args[0], types), args[1]];
      const struct = /^ida_(free|simple_remove)$/.test(name) && place !== null && !calls(/^ida_(alloc|simple_get)/) ? keyOwner(key, types) : null;
      if (struct !== null && place !== null && key?.kind === "member") add({ struct, owner: place.owner, line: `$->${key.field} = ida_alloc(&${place.text}, GFP_KERNEL);` });
    }
    for (const { macro, args } of walksOf(fn.body ?? [])) {
      const [entry, head, member] = [args[0], args.length > 3 ? args[2] : args[1], args.at(-1)];
      const struct = entry?.kind === "name" ? structOf(types.get(entry.name) ?? NONE) : null;
      const place = placeOf(head, types);
      if (!WALKS.test(macro) || struct === null || place === null || member?.kind !== "name" || calls(LIST_ADDS)) continue;
      const taken = everything.some((other) => callsOf(other).some((call) => LIST_REMOVES.test(call.name) && isMember(call.args[0], member.name)));
      if (taken && place.owner !== null && !/[.[]/.test(place.text.split("->")[1] ?? "") && !fieldsOf(units, place.owner).some((field) => field.name === place.text.split("->")[1])) add({ struct, owner: place.owner, line: `${macro.startsWith("hlist") ? "INIT_HLIST_HEAD" : "INIT_LIST_HEAD"}(&${place.text});` });
      // One link is on one list at a time.
      if (taken && !found.some((one) => one.struct === struct && one.line.includes(`(&$->${member.name}, `))) add({ struct, owner: place.owner, line: `${macro.startsWith("hlist") ? "hlist_add_head" : "list_add"}(&$->${member.name}, &${place.text});` });
    }
    // A global pointer that one function follows and another one clears.
    for (const name of globalPointers(units)) {
      const clears = everything.some((other) => assigns(other, name));
      const sets = functions.some((other) => assigns(other, name, true));
      if (clears && !sets && mentions(fn, name.name)) add({ struct: name.struct, owner: null, line: `${name.name} = $;` });
    }
    for (const { name, args, target } of callsOf(fn)) {
      const getter = GETTER.exec(name);
      const struct = getter && target !== null ? structOf(types.get(target) ?? NONE) : null;
      const from = args[0];
      if (!getter || struct === null || !from) continue;
      const base = from.kind === "name" ? from.name : from.kind === "unary" && from.op === "&" && from.operand.kind === "member" && from.operand.object.kind === "name" ? from.operand.object.name : null;
      const owner = base === null ? null : structOf(types.get(base) ?? NONE);
      if (owner === null || (!fn.params.some((param) => param.name === base) && !BUS_DEVICES.has(owner))) continue;
      add({ struct, owner, line: `${getter[1] ?? ""}_set_${getter[2] ?? ""}(${from.kind === "name" ? "$owner" : `&$owner->${from.kind === "unary" && from.operand.kind === "member" ? from.operand.field : ""}`}, $);` });
    }
  }
  return found;
}

/** Whether some functions take anything out of where it is found. */
export function takesOut(functions: readonly CFunction[]): boolean {
  return namedCalls(functions, /^h?list_(del|move)|^idr_remove$|^xa_erase$|^hash_del|^rb_erase$/).length > 0;
}

const NONE: TypeRef = { tag: "name", name: "", pointers: 0, arrays: [] };

/** `&name` of a global, or `&owner->member` of a parameter's. */
function placeOf(expr: Expr | undefined, types: ReadonlyMap<string, TypeRef>): { readonly text: string; readonly owner: string | null } | null {
  const at: Expr | null = expr?.kind === "unary" && expr.op === "&" ? expr.operand : null;
  if (at?.kind === "name") return types.has(at.name) ? null : { text: at.name, owner: null };
  let base: Expr | null = at;
  while (base?.kind === "member" && !base.arrow) base = base.object;
  if (base?.kind !== "member" || base.object.kind !== "name" || at === null) return null;
  const owner = structOf(types.get(base.object.name) ?? NONE);
  return owner === null ? null : { text: `$owner->${written(at).slice(base.object.name.length + 2)}`, owner };
}

/** `foo->id` as a number: the object is foo's. */
function keyOwner(expr: Expr | undefined, types: ReadonlyMap<string, TypeRef>): string | null {
  return expr?.kind === "member" && expr.arrow && expr.object.kind === "name" ? structOf(types.get(expr.object.name) ?? NONE) : null;
}

const isMember = (expr: Expr | undefined, member: string): boolean => expr?.kind === "unary" && expr.op === "&" && expr.operand.kind === "member" && expr.operand.field === member;

function walksOf(statements: readonly Stmt[]): { readonly macro: string; readonly args: readonly Expr[] }[] {
  return statements.flatMap((stmt) => {
    switch (stmt.kind) {
      case "macro-block": return [{ macro: stmt.macro, args: stmt.args.flatMap((arg) => (arg.kind === "type" ? [] : [arg])) }, ...walksOf([stmt.body])];
      case "block": return walksOf(stmt.body);
      case "if": return walksOf(stmt.else ? [stmt.then, stmt.else] : [stmt.then]);
      case "while": case "do": case "for": return walksOf([stmt.body]);
      default: return [];
    }
  });
}

function globalPointers(units: readonly Unit[]): { readonly name: string; readonly struct: string }[] {
  return units.flatMap((unit) => unit.unit.globals).flatMap(({ name, type, init }) => {
    const struct = type.pointers === 1 && type.arrays.length === 0 && !type.params ? structOf(type) : null;
    return struct === null || init !== null ? [] : [{ name, struct }];
  });
}

/** Whether a function clears a global pointer, or sets it to something. */
function assigns(fn: CFunction, { name }: { readonly name: string }, toSomething = false): boolean {
  const isNull = (expr: Expr | undefined): boolean => expr?.kind === "name" && expr.name === "NULL";
  let found = false;
  eachExpression(fn.body ?? [], (expr) => {
    const value = expr.kind === "assign" && expr.target.kind === "name" && expr.target.name === name ? expr.value
      : expr.kind === "call" && expr.callee.kind === "name" && /^(rcu_assign_pointer|RCU_INIT_POINTER|WRITE_ONCE|rcu_replace_pointer|xchg)$/.test(expr.callee.name) && expr.args[0]?.kind === "name" && expr.args[0].name === name ? expr.args[1] : undefined;
    if (value && value.kind !== "type" && isNull(value) !== toSomething) found = true;
  });
  return found;
}

function mentions(fn: CFunction, name: string): boolean {
  let found = false;
  eachExpression(fn.body ?? [], (expr) => { if (expr.kind === "name" && expr.name === name) found = true; });
  return found;
}
