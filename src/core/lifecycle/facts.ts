// Facts: every lifetime call of one side, with the object that it is about.
import type { Arg, Declaration, Expr, Span } from "../c/ast.js";
import type { ApiRow } from "./api.js";
import { API, LOCK_CALLS } from "./api.js";
import type { Code, CodeFunction } from "./code.js";
import type { Place, Scope } from "./places.js";
import { placesInside, placesOf, scopeOf } from "./places.js";
import { visit } from "./visit.js";

export interface Fact {
  readonly row: ApiRow;
  readonly place: Place;
  /** What the resource is called, the same on both sides where it is the same: `count users`, `id group_ida`. */
  readonly resource: string;
  /** The field or the place that tells this resource from others of its kind; "" for the object's own memory. */
  readonly name: string;
  /** The last word of where the call keeps the object: `group_list`; "" when the call does not say. */
  readonly holder: string;
  /** True for a list that a function gathers objects on for itself: others do not find them there. */
  readonly isPrivate: boolean;
  /** The lock that the call takes with the last reference (`refcount_dec_and_mutex_lock`); "" when it takes none. */
  readonly lock: string;
  readonly where: CodeFunction;
  readonly span: Span;
  /** Where it happens in the order of the text: the call, or behind the declaration for what the end of the scope gives back. */
  readonly at: number;
}

/** A call of a function that the patch shows, with the objects that it is given. */
export interface CallFact {
  readonly callee: string;
  /** Places by argument, from zero. */
  readonly args: readonly (readonly Place[])[];
  /** What the result is assigned to or returned as. */
  readonly result: readonly Place[];
  readonly where: CodeFunction;
  readonly span: Span;
}

/** Functions that are named as a value: `group->dev.release = f`, `.release = f`, `kref_put(&x->ref, f)`. */
export interface CallbackFact {
  readonly callback: string;
  /** The row of the call that is given the function; null where it is assigned. */
  readonly row: ApiRow | null;
  readonly places: readonly Place[];
  readonly where: CodeFunction;
  readonly span: Span;
}

export interface Facts {
  readonly facts: readonly Fact[];
  readonly calls: readonly CallFact[];
  readonly callbacks: readonly CallbackFact[];
  /** `container_of` by the function that does it: which struct, which member, from what. */
  readonly containers: readonly { readonly struct: string; readonly member: string; readonly from: Expr; readonly places: readonly Place[]; readonly where: CodeFunction; readonly span: Span }[];
}

/** Gathers the facts of one side. A function that is known in part gives the facts of the part. */
export function gatherFacts(code: Code): Facts {
  const facts: Fact[] = [];
  const calls: CallFact[] = [];
  const callbacks: CallbackFact[] = [];
  const containers: Facts["containers"][number][] = [];
  const scopes = new Map(code.functions.map((where): [CodeFunction, Scope] => [where, scopeOf(code, where)]));
  for (const [where, scope] of scopes) {
    const targets = resultTargets(where);
    const pending: { row: ApiRow; call: Extract<Expr, { kind: "call" }>; variable: string }[] = [];
    visit(where.fn.body ?? [], {
      declaration: (declaration) => void facts.push(...cleanupFacts(scope, where, declaration)),
      expr: (expr) => {
        if (expr.kind === "assign" && expr.value.kind === "name" && (code.byName.has(expr.value.name) || isRelease(expr.target))) {
          callbacks.push({ callback: expr.value.name, row: null, places: placesOf(scope, expr.target), where, span: expr.span });
        }
        if (expr.kind !== "call" || expr.callee.kind !== "name") return;
        const target = targets.get(expr.span.from) ?? null;
        const name = expr.callee.name;
        if (name.startsWith("container_of")) addContainer(containers, scope, where, expr);
        for (const row of API.get(name) ?? []) {
          const found = rowPlaces(scope, row, expr, target);
          if (found.length === 0 && row.target === "result" && target?.kind === "name") pending.push({ row, call: expr, variable: target.name });
          for (const place of found) facts.push(gathered(scope, makeFact(row, place, expr, where), expr));
          const callback = expr.args[row.callback];
          if (row.callback >= 0 && callback?.kind === "name") {
            callbacks.push({ callback: callback.name, row, places: found, where, span: expr.span });
          }
        }
        if (code.byName.has(name)) {
          calls.push({ callee: name, args: expr.args.map((arg) => argPlaces(scope, arg)), result: target === null ? [] : placesOf(scope, target), where, span: expr.span });
        }
      },
    });
    for (const { row, call, variable } of pending) {
      const place = placeOfResult(scope, where, variable);
      if (place !== null) facts.push(makeFact(row, place, call, where));
    }
  }
  return { facts: withPrivateLists(tieByHolder(facts, scopes)), calls, callbacks, containers };
}

/** Marks what is put on a list of the function's own; what is moved there from another list can no longer be found by it. */
function gathered(scope: Scope, fact: Fact, call: Extract<Expr, { kind: "call" }>): Fact {
  const holder = fact.row.kind === "list" ? call.args[fact.row.holder] : undefined;
  if (holder?.kind !== "unary" || holder.op !== "&" || holder.operand.kind !== "name" || scope.variables.get(holder.operand.name)?.pointers !== 0) return fact;
  return MOVES.test(fact.row.call) ? { ...fact, row: { ...fact.row, effect: "unpublish" } } : { ...fact, isPrivate: true };
}

const MOVES = /^list_move/;

/** A member that only ever links lists of functions leaves them unseen too. */
function withPrivateLists(facts: readonly Fact[]): Fact[] {
  const lists = facts.filter((fact) => fact.row.kind === "list" && fact.row.effect === "publish");
  const keyOf = (fact: Fact): string => `${fact.place.struct} ${fact.name}`;
  const shared = new Set(lists.filter((fact) => !fact.isPrivate).map(keyOf));
  const own = new Set(lists.map(keyOf).filter((key) => !shared.has(key)));
  return facts.map((fact) => (fact.row.kind === "list" && own.has(keyOf(fact)) ? { ...fact, isPrivate: true } : fact));
}

/** `ours->dev.release`: what is assigned there runs with the last reference, whether it is shown or not. */
function isRelease(target: Expr): boolean {
  return target.kind === "member" && target.field === "release" && target.object.kind === "member";
}

function makeFact(row: ApiRow, place: Place, call: Extract<Expr, { kind: "call" }>, where: CodeFunction): Fact {
  const holder = call.args[row.holder];
  const name = resourceName(row, place, holder);
  const kind = row.kind.replace("-", " ");
  const taken = LOCK_CALLS.get(row.call);
  const lock = taken?.takes === true ? call.args[taken.argument] : undefined;
  return { row, place, name, resource: name === "" ? kind : `${kind} ${name}`, holder: holder === undefined ? "" : lastWord(holder), isPrivate: false, lock: lock === undefined ? "" : lastWord(lock), where, span: call.span, at: call.span.from };
}

/** `__free(kfree)` on a variable: the end of its scope gives back what it still holds (include/linux/cleanup.h). */
function cleanupFacts(scope: Scope, where: CodeFunction, declaration: Declaration): Fact[] {
  if (declaration.cleanup === undefined) return [];
  const name: Expr = { kind: "name", name: declaration.name, span: declaration.span };
  const rows = (API.get(declaration.cleanup) ?? []).filter((row) => typeof row.target === "number");
  return rows.flatMap((row) => placesOf(scope, name).slice(0, 1).map((place): Fact => {
    const fact = makeFact(row, place, { kind: "call", callee: name, args: [], span: declaration.span }, where);
    return { ...fact, at: declaration.span.to };
  }));
}

/** What tells one resource from another: the field that embeds it, or the last word of where it is kept. */
function resourceName(row: ApiRow, place: Place, holder: Arg | undefined): string {
  if (row.kind === "created-device") return "";
  if (row.kind === "id") return holder === undefined ? "" : lastWord(holder);
  return place.path.join(".");
}

function lastWord(arg: Arg): string {
  switch (arg.kind) {
    case "name": return arg.name;
    case "member": return arg.field;
    case "unary": return lastWord(arg.operand);
    case "index": return lastWord(arg.object);
    case "cast": return lastWord(arg.operand);
    default: return "";
  }
}

function rowPlaces(scope: Scope, row: ApiRow, call: Extract<Expr, { kind: "call" }>, target: Expr | null): Place[] {
  const kept = target === null ? [] : placesOf(scope, target);
  if (row.target === "result") return unique(kept);
  const arg = call.args[row.target];
  if (arg === undefined) return [];
  // `foo->dev = get_device(dev)`: what is given back is the argument, and foo keeps it.
  const keeper = row.returnsArgument ? kept.filter((place) => place.path.length > 0) : [];
  return unique([...keeper, ...(row.inside ? placesInside(scope, arg) : argPlaces(scope, arg))]);
}

function argPlaces(scope: Scope, arg: Arg): Place[] {
  return arg.kind === "type" ? [] : placesOf(scope, arg);
}

function unique(places: readonly Place[]): Place[] {
  const seen = new Set<string>();
  return places.filter((place) => {
    // One call speaks once about a struct: the first place is the nearest.
    if (seen.has(place.struct)) return false;
    seen.add(place.struct);
    return true;
  });
}

/** What the result of a call goes to: the target of the assignment or the variable it initializes, by the call's offset. */
function resultTargets(where: CodeFunction): Map<number, Expr> {
  const targets = new Map<number, Expr>();
  const strip = (expr: Expr): Expr => (expr.kind === "cast" ? strip(expr.operand) : expr);
  visit(where.fn.body ?? [], {
    expr: (expr) => {
      if (expr.kind !== "assign" || expr.op !== "=") return;
      const value = strip(expr.value);
      if (value.kind === "call") targets.set(value.span.from, expr.target);
    },
    declaration: (declaration) => {
      const value = declaration.init === null ? null : strip(declaration.init);
      if (value?.kind === "call") targets.set(value.span.from, { kind: "name", name: declaration.name, span: declaration.span });
    },
  });
  return targets;
}

/** A number such as an id belongs to the object into which it is stored, by itself or in an expression. */
function placeOfResult(scope: Scope, where: CodeFunction, variable: string): Place | null {
  let found: Place | null = null;
  visit(where.fn.body ?? [], {
    expr: (expr) => {
      if (found !== null || expr.kind !== "assign" || expr.target.kind !== "member" || !mentions(expr.value, variable)) return;
      const target = placesOf(scope, expr.target).find((place) => place.path.length > 0);
      if (target !== undefined) found = target;
    },
  });
  return found;
}

function mentions(expr: Expr, variable: string): boolean {
  let found = false;
  visit([{ kind: "expr", expr, span: expr.span }], { expr: (one) => void (found ||= one.kind === "name" && one.name === variable) });
  return found;
}

/** A helper that takes a number (`free_minor(int minor)`) speaks of the object whose number its callers pass. */
function tieByHolder(facts: readonly Fact[], scopes: ReadonlyMap<CodeFunction, Scope>): Fact[] {
  const known = new Set(facts.map((fact) => `${fact.where.fn.name}:${fact.span.from}`));
  const added: Fact[] = [];
  for (const [where, scope] of scopes) {
    visit(where.fn.body ?? [], {
      expr: (expr) => {
        if (expr.kind !== "call" || expr.callee.kind !== "name") return;
        for (const row of API.get(expr.callee.name) ?? []) {
          if (typeof row.target !== "number" || known.has(`${where.fn.name}:${expr.span.from}`)) continue;
          const arg = expr.args[row.target];
          if (arg === undefined || arg.kind === "type") continue;
          if (placesInside(scope, arg).length > 0) continue;
          const index = where.fn.params.findIndex((param) => mentions(arg, param.name));
          const place = (index < 0 ? null : placePassed(scopes, where.fn.name, index)) ?? placeByHolder(facts, row, expr.args[row.holder]);
          if (place !== null) added.push(makeFact(row, place, expr, where));
        }
      },
    });
  }
  return [...facts, ...added];
}

/** A number that is given back to where only objects of one struct have theirs from: `ida_free(&minors, minor)`. */
function placeByHolder(facts: readonly Fact[], row: ApiRow, holder: Arg | undefined): Place | null {
  const name = holder === undefined ? "" : lastWord(holder);
  if (row.kind !== "id" || name === "") return null;
  const places = facts.filter((fact) => fact.row.kind === "id" && fact.holder === name).map(({ place }) => place);
  return new Set(places.map(({ struct }) => struct)).size === 1 ? (places[0] ?? null) : null;
}

/** What the callers of a function pass as one argument: the first member of an object among them. */
function placePassed(scopes: ReadonlyMap<CodeFunction, Scope>, callee: string, index: number): Place | null {
  for (const [where, scope] of scopes) {
    let found: Place | null = null;
    visit(where.fn.body ?? [], {
      expr: (expr) => {
        if (found !== null || expr.kind !== "call" || expr.callee.kind !== "name" || expr.callee.name !== callee) return;
        const arg = expr.args[index];
        if (arg !== undefined) found = [...argPlaces(scope, arg), ...placesInside(scope, arg)].find((place) => place.path.length > 0) ?? null;
      },
    });
    if (found !== null) return found;
  }
  return null;
}

function addContainer(containers: Facts["containers"][number][], scope: Scope, where: CodeFunction, call: Extract<Expr, { kind: "call" }>): void {
  const [from, type, member] = call.args;
  if (from === undefined || from.kind === "type" || type?.kind !== "type" || member === undefined || member.kind === "type") return;
  containers.push({ struct: type.type.name, member: lastWord(member), from, places: placesOf(scope, from), where, span: call.span });
}
