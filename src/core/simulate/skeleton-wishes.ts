// What a function asks of its arguments and objects before it goes on: `if (!foo->running) return;` wants foo->running to be set. Found in the conditions of its own lines.
import type { CFunction, Expr, Stmt, TypeRef } from "../c/ast.js";
import { positionAt } from "../patch/render.js";
import { placeOf } from "./compile/statement-facts.js";
import type { Unit } from "./compile/link.js";
import type { ReachedLines } from "./coverage.js";
import { eachStatement } from "./compile/walk.js";
import { isAct } from "./mutants.js";
import { fieldsOf, structOf } from "./skeleton-facts.js";

import { localTypes, written } from "./skeleton-objects.js";

/**
 * A value that leads further. `place` is what setup() gives it to: "$->field" of the object of `struct`, or a global by its name; with `parameter` it is the argument of a
 * call of `function`. A `pointer` wants to point at something: it has no value of its own.
 */
export type Wish =
  | { readonly kind: "place"; readonly struct: string | null; readonly place: string; readonly value: string; readonly with: string }
  | { readonly kind: "pointer"; readonly struct: string | null; readonly place: string }
  | { readonly kind: "argument"; readonly function: string; readonly parameter: string; readonly value: string };

/** Wishes that belong together: all of them make one condition come out as it should. */
export type Wishes = readonly Wish[];

/** What would lead a function over lines that no run has reached yet: first where every run leaves it, then what else its conditions keep from being run, last the ways out that arguments lead to. */
export function wishesOf(units: readonly Unit[], fn: CFunction, reached: ReachedLines): readonly Wishes[] {
  const unit = units.find((one) => one.unit.functions.includes(fn));
  if (!unit || fn.body === null) return [];
  const lines = reached.get(unit.path) ?? new Map<number, boolean>();
  const isReached = (stmt: Stmt): boolean | undefined => (isAct(stmt) ? lines.get(positionAt(unit.starts, placeOf(stmt).from).line) : undefined);
  const finder = new Finder(units, fn);
  const leaving: Wishes[] = [];
  const others: Wishes[] = [];
  const errors: Wishes[] = [];
  const add = (list: Wishes[], wishes: Wishes | null): void => { if (wishes !== null && wishes.length > 0 && !list.some((one) => JSON.stringify(one) === JSON.stringify(wishes))) list.push(wishes); };
  const all = eachStatement(fn.body);
  for (const [at, stmt] of all.entries()) {
    if (isReached(stmt) !== true) continue;
    if (stmt.kind === "switch") {
      // All of them at once, else one by one: one of them may lead where the run cannot go on.
      for (const wanted of finder.cases(stmt)) add(leaving, [wanted]);
    }
    if (stmt.kind !== "if") continue;
    const inside = eachStatement([stmt.then]);
    const first = inside.find((one) => isReached(one) !== undefined);
    const leaves = inside.some((one) => one.kind === "return" || one.kind === "goto" || one.kind === "break" || one.kind === "continue");
    if (first && isReached(first) === true && leaves) {
      const next = all.slice(at + 1 + inside.length).find((one) => isReached(one) !== undefined);
      if (next && isReached(next) === false) for (const pointers of [false, true]) add(leaving, finder.taking(pointers).settle(stmt.test, false));
    } else if (first && isReached(first) === false) add(leaves ? errors : others, finder.settle(stmt.test, true)?.filter((wish) => !leaves || wish.kind === "argument") ?? null);
  }
  return [...leaving, ...others, ...errors];
}

/** Names of calls that read what they are given, by what sets it. */
const READERS: readonly (readonly [RegExp, (place: string, value: string) => string])[] = [
  [/^atomic_read$/, (place: string, value: string) => `atomic_set(&${place}, ${value});`], [/^refcount_read$/, (place: string, value: string) => `refcount_set(&${place}, ${value});`], [/^kref_read$/, (place: string) => `kref_init(&${place});`],
  [/^atomic_long_read$/, (place: string, value: string) => `atomic_long_set(&${place}, ${value});`],
];
/** Calls that give back what they are given. */
const SAME = /^(likely|unlikely|READ_ONCE|smp_load_acquire|rcu_dereference\w*|data_race|le\d+_to_cpu|be\d+_to_cpu|ntohs|ntohl)$/;
const MOST_CASES = 6;

interface Scope { readonly types: ReadonlyMap<string, TypeRef>; readonly bound: ReadonlyMap<string, { readonly expr: Expr; readonly scope: Scope }> }

class Finder {
  private readonly scope: Scope;
  private unknownIsPointer = false;

  constructor(private readonly units: readonly Unit[], private readonly fn: CFunction) {
    this.scope = { types: localTypes(fn), bound: new Map() };
  }

  /** What makes a condition true or false; null when nothing in sight does. */
  settle(expr: Expr, want: boolean, scope: Scope = this.scope, depth = 0): Wishes | null {
    if (depth > 8) return null;
    if (expr.kind === "unary" && expr.op === "!") return this.settle(expr.operand, !want, scope, depth + 1);
    if (expr.kind === "cast") return this.settle(expr.operand, want, scope, depth + 1);
    if (expr.kind === "binary") {
      const { op, left, right } = expr;
      if (op === "&&" || op === "||") {
        const [a, b] = [this.settle(left, want, scope, depth + 1), this.settle(right, want, scope, depth + 1)];
        // What wants both sides takes what it can get; what wants one takes the first that there is.
        return (op === "&&") === want ? (a === null && b === null ? null : [...(a ?? []), ...(b ?? [])]) : a ?? b;
      }
      return this.compare(op, left, right, want, scope) ?? this.compare(MIRROR[op] ?? "", right, left, want, scope);
    }
    if (expr.kind === "call" && expr.callee.kind === "name") {
      const { name } = expr.callee;
      const [arg, second] = expr.args;
      if (!arg || arg.kind === "type") return this.helper(name, expr.args, want, scope, depth);
      if (SAME.test(name)) return this.settle(arg, want, scope, depth + 1);
      if (name === "test_bit" && second && second.kind !== "type") {
        const place = this.place(second.kind === "unary" && second.op === "&" ? second.operand : second, scope);
        return place?.kind === "place" && want ? [{ kind: "place", struct: place.struct, place: place.place, value: "", with: `set_bit(${constantText(arg) ?? "0"}, &${place.place});` }] : null;
      }
      if (READERS.some(([pattern]) => pattern.test(name))) return this.wish(expr, want ? "1" : "0", scope);
      return this.helper(name, expr.args, want, scope, depth);
    }
    if (!want) return this.wish(expr, "0", scope);
    return this.wish(expr, "1", scope);
  }

  /** What a switch would go by: a choice among its cases, and each of them. */
  cases(stmt: Stmt & { readonly kind: "switch" }): readonly Wish[] {
    const values = eachStatement(stmt.body).flatMap((one) => (one.kind === "case" ? constantText(one.value) ?? [] : [])).slice(0, MOST_CASES);
    if (values.length === 0) return [];
    const all = values.reduceRight((rest, one, at) => (rest === "" ? one : `__choose(${String(values.length - at)}) ? ${rest} : ${one}`), "");
    return [all, ...(values.length > 1 ? values : [])].flatMap((value) => this.wish(stmt.value, value, this.scope)?.find((one) => one.kind !== "pointer") ?? []);
  }

  /** The same with members and globals of which no line tells the type taken for pointers, or for numbers. */
  taking(pointers: boolean): this {
    this.unknownIsPointer = pointers;
    return this;
  }

  private compare(op: string, target: Expr, constant: Expr, want: boolean, scope: Scope): Wishes | null {
    const text = constantText(constant);
    if (text === null || !(op in OPPOSITE)) return null;
    const wanted = want ? op : OPPOSITE[op] ?? op;
    const isZero = text === "0" || text === "NULL";
    switch (wanted) {
      case "==": case ">=": case "<=": return this.wish(target, isZero ? "0" : text, scope);
      case "!=": return this.wish(target, isZero ? "1" : "0", scope);
      case ">": return this.wish(target, isZero ? "1" : `${text} + 1`, scope);
      case "<": return this.wish(target, "0", scope);
      case "&": return want ? this.wish(target, text, scope) : this.wish(target, "0", scope);
      default: return null;
    }
  }

  /** A helper of one line: what it returns, with the arguments in place. */
  private helper(name: string, args: readonly (Expr | { readonly kind: "type" })[], want: boolean, scope: Scope, depth: number): Wishes | null {
    const callee = this.units.flatMap((unit) => unit.unit.functions).find((one) => one.name === name && one.body?.some((stmt) => stmt.kind === "return"));
    const result = callee?.body?.findLast((stmt) => stmt.kind === "return");
    if (!callee || result?.kind !== "return" || result.value === null) return null;
    const bound = new Map<string, { readonly expr: Expr; readonly scope: Scope }>();
    callee.params.forEach((param, at) => {
      const arg = args[at];
      if (arg && arg.kind !== "type") bound.set(param.name, { expr: arg, scope });
    });
    return this.settle(result.value, want, { types: localTypes(callee), bound }, depth + 2);
  }

  private wish(expr: Expr, value: string, scope: Scope): Wishes | null {
    const [arg] = expr.kind === "call" ? expr.args : [];
    const called = expr.kind === "call" && expr.callee.kind === "name" ? expr.callee.name : "";
    const reader = READERS.find(([pattern]) => pattern.test(called));
    if (reader && arg && arg.kind !== "type") {
      const counter = this.place(arg.kind === "unary" && arg.op === "&" ? arg.operand : arg, scope);
      return counter?.kind === "place" ? [{ kind: "place", struct: counter.struct, place: counter.place, value: "", with: reader[1](counter.place, value) }] : null;
    }
    const place = this.place(expr, scope);
    if (place === null) return null;
    if (place.kind === "argument") return [{ ...place, value }];
    if (place.isPointer) return value === "0" ? null : [{ kind: "pointer", struct: place.struct, place: place.place }];
    return [{ kind: "place", struct: place.struct, place: place.place, value, with: "" }];
  }

  /** The place in C that an expression of a function reads: an argument of the chosen function, a member of an object, a global. */
  private place(expr: Expr, scope: Scope): { readonly kind: "argument"; readonly function: string; readonly parameter: string } | { readonly kind: "place"; readonly struct: string | null; readonly place: string; readonly isPointer: boolean } | null {
    if (expr.kind === "cast") return this.place(expr.operand, scope);
    if (expr.kind === "call" && expr.callee.kind === "name" && SAME.test(expr.callee.name) && expr.args[0] && expr.args[0].kind !== "type") return this.place(expr.args[0], scope);
    if (expr.kind === "name") {
      const bound = scope.bound.get(expr.name);
      if (bound) return this.place(bound.expr, bound.scope);
      const type = scope.types.get(expr.name);
      if (type === undefined) return /^[A-Z0-9_]+$/.test(expr.name) ? null : { kind: "place", struct: null, place: expr.name, isPointer: (this.globalType(expr.name)?.pointers ?? (this.unknownIsPointer ? 1 : 0)) === 1 };
      if (scope !== this.scope || !this.fn.params.some((param) => param.name === expr.name) || type.pointers > 0) return null;
      return { kind: "argument", function: this.fn.name, parameter: expr.name };
    }
    if (expr.kind !== "member") return null;
    let root: Expr = expr;
    while (root.kind === "member") root = root.object;
    if (root.kind !== "name") return null;
    const text = written(expr);
    if (text === "") return null;
    const rest = text.slice(root.name.length);
    const bound = scope.bound.get(root.name);
    if (bound?.expr.kind === "unary" && bound.expr.op === "&" && rest.startsWith("->")) {
      const base = this.place(bound.expr.operand, bound.scope);
      return base?.kind === "place" ? { ...base, place: `${base.place}.${rest.slice(2)}`, isPointer: false } : null;
    }
    const type = scope.types.get(root.name);
    const struct = type === undefined ? null : structOf(type);
    if (type === undefined) return { kind: "place", struct: null, place: text, isPointer: false };
    if (struct === null || type.pointers !== 1 || !rest.startsWith("->")) return null;
    return { kind: "place", struct, place: `$${rest}`, isPointer: this.isPointer(struct, rest.slice(2)) };
  }

  private isPointer(struct: string, path: string): boolean {
    const parts = path.split(/\.|->/);
    let members = fieldsOf(this.units, struct);
    let type: TypeRef | undefined;
    for (const part of parts) {
      type = members.find((one) => one.name === part)?.type;
      members = type?.members ?? (type ? fieldsOf(this.units, structOf(type) ?? "") : []);
    }
    return type === undefined ? this.unknownIsPointer : type.pointers > 0;
  }

  private globalType(name: string): TypeRef | undefined {
    return this.units.flatMap((unit) => unit.unit.globals).find((one) => one.name === name)?.type;
  }
}

const OPPOSITE: Readonly<Record<string, string>> = { "==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "&": "&" };
const MIRROR: Readonly<Record<string, string>> = { "==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<=", "&": "&" };

/** A number or the name of one; null for anything else. */
function constantText(expr: Expr): string | null {
  if (expr.kind === "number") return expr.text;
  if (expr.kind === "name") return /^[A-Z_][A-Z0-9_]*$/.test(expr.name) ? expr.name : null;
  if (expr.kind === "unary" && expr.op === "-" && !expr.postfix) {
    const inner = constantText(expr.operand);
    return inner === null ? null : `-${inner}`;
  }
  return null;
}
