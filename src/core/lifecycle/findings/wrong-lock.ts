// wrong-lock: the last reference is dropped under another lock than the one under which others look the object up and take theirs.
import type { Expr, Span } from "../../c/ast.js";
import type { ApiRow } from "../api.js";
import { API, LOCK_CALLS } from "../api.js";
import type { Code, CodeFunction } from "../code.js";
import { placesOf } from "../places.js";
import { visit } from "../visit.js";
import type { Interpreter } from "./interpreter.js";
import type { RawFinding } from "./rule.js";
import type { State, Trail } from "./state.js";
import { rootOf } from "./state.js";

/** One drop of a count, or one reference that a lookup takes. */
export interface Counted {
  readonly where: CodeFunction;
  readonly call: string;
  readonly takes: boolean;
  /** The struct and the member that counts. */
  readonly member: string;
  /** The locks around it, by their last word. */
  readonly locks: readonly string[];
  readonly span: Span;
  readonly label: string;
  readonly trail: Trail | null;
}

/** What a call on a count is worth here; null when the code does not tell whose count it is or which locks are held. */
export function countedCall(on: Interpreter, state: State, row: ApiRow, call: Extract<Expr, { kind: "call" }>, label: string, value: string, isLookup: boolean): Counted | null {
  const { code, where } = on;
  const [arg] = call.args;
  if ((row.kind !== "count" && row.kind !== "kref") || (row.effect !== "get" && row.effect !== "put") || arg === undefined || arg.kind === "type" || !state.locksKnown || !where.fn.whole) return null;
  const takes = row.effect === "get";
  // A reference that is refused when the count is zero needs no lock, and one that is not looked up is safe by another.
  if (takes ? row.fails === "false" || !isLookup : !row.tellsLast && row.kind !== "kref") return null;
  if (!takes && (isSafe(state, rootOf(value), `${row.kind} ${value}`) || !removes(code, where, row, call))) return null;
  const place = placesOf(on.scope, arg).find(({ path }) => path.length > 0);
  if (place === undefined) return null;
  const taken = LOCK_CALLS.get(row.call);
  const own = taken?.takes === true ? call.args[taken.argument] : undefined;
  const held = [...state.locks.values()].filter(({ only }) => only === null).map(({ family }) => lastWord(family));
  const locks = own === undefined || own.kind === "type" ? held : [...held, lastWord(where.file.text.slice(own.span.from, own.span.to))];
  return { where, call: row.call, takes, member: `${place.struct}.${place.path.join(".")}`, locks, span: call.span, label, trail: state.trail };
}

/** True where this path took the object off before, so that nobody finds it any more, or drops the reference that it took itself. */
function isSafe(state: State, id: string, key: string): boolean {
  for (let step = state.trail; step !== null; step = step.before) if ((step.note === "removed" && step.about === id) || (step.note === "acquired" && step.about === key)) return true;
  return false;
}

/** True where the last reference takes the object away from where others find it: otherwise whoever finds it finds a reference too. */
function removes(code: Code, where: CodeFunction, row: ApiRow, call: Extract<Expr, { kind: "call" }>): boolean {
  if (row.callback >= 0) {
    const callback = call.args[row.callback];
    return callback?.kind === "name" && takesAway(code, code.byName.get(callback.name), 0, 1);
  }
  return takesAway(code, where, call.span.to, 1);
}

function takesAway(code: Code, where: CodeFunction | undefined, from: number, depth: number): boolean {
  let found = false;
  visit(where?.fn.body ?? [], {
    expr: (expr) => {
      if (found || expr.kind !== "call" || expr.callee.kind !== "name" || expr.span.from < from) return;
      const { name } = expr.callee;
      found = (API.get(name) ?? []).some(({ effect, kind }) => effect === "unpublish" || (effect === "release" && kind === "id")) || (depth > 0 && takesAway(code, code.byName.get(name), 0, depth - 1));
    },
  });
  return found;
}

/** Compares every drop with the lookups of the same count. */
export function wrongLocks(counted: readonly Counted[]): { readonly where: CodeFunction; readonly raw: RawFinding }[] {
  return counted.filter(({ takes }) => !takes).flatMap((drop) => {
    const lookups = counted.filter((one) => one.takes && one.member === drop.member && one.locks.length > 0);
    const other = lookups.find((lookup) => !lookup.locks.some((lock) => drop.locks.includes(lock)));
    if (other === undefined) return [];
    const against = other.locks.join(", ");
    // Without a lock here, the callers may hold it; not when this function itself takes it for what follows.
    if (drop.locks.length === 0 && !takesLater(drop, other.locks)) return [];
    const raw: RawFinding = { kind: "wrong-lock", object: drop.label, call: drop.call, other: `${drop.locks.length === 0 ? "no lock" : drop.locks.join(", ")} against ${against}`, span: drop.span, about: "", trail: null };
    return [{ where: drop.where, raw }];
  });
}

function takesLater(drop: Counted, locks: readonly string[]): boolean {
  let found = false;
  visit(drop.where.fn.body ?? [], {
    expr: (expr) => {
      if (expr.kind !== "call" || expr.callee.kind !== "name" || expr.span.from <= drop.span.from) return;
      const lock = LOCK_CALLS.get(expr.callee.name);
      const arg = lock?.takes === true ? expr.args[lock.argument] : undefined;
      if (arg !== undefined && arg.kind !== "type") found ||= locks.includes(lastWord(drop.where.file.text.slice(arg.span.from, arg.span.to)));
    },
  });
  return found;
}

function lastWord(text: string): string {
  return /(\w+)\W*$/.exec(text)?.[1] ?? text;
}
