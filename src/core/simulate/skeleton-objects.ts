// What the parameters and members of chosen functions point to, as their own lines tell: container_of(), private_data, a void pointer that is taken for a struct.
import type { CFunction, Expr, Param, Stmt, TypeRef } from "../c/ast.js";
import type { Unit } from "./compile/link.js";
import { eachExpression } from "./compile/walk.js";
import { structOf } from "./skeleton-facts.js";

/** A struct and the member of it that something is. */
export interface Inside { readonly struct: string; readonly member: string }

/** The struct that a parameter is a member of: container_of() in the function, or in a helper or a macro that it hands the parameter to. */
export function outerOf(units: readonly Unit[], fn: CFunction, param: string): Inside | null {
  let found: Inside | null = null;
  eachExpression(fn.body ?? [], (expr) => {
    if (found !== null || expr.kind !== "call" || expr.callee.kind !== "name") return;
    const entry = containerOf(expr);
    if (entry) {
      if (entry.from === param) found = { struct: entry.struct, member: entry.member };
      return;
    }
    const [arg] = expr.args;
    if (arg?.kind === "name" && arg.name === param && expr.args.length === 1) found = helperOf(units, expr.callee.name);
  });
  return found;
}

/** `static inline struct foo *to_foo(struct device *dev) { return container_of(dev, struct foo, dev); }`, or the macro that does the same. */
function helperOf(units: readonly Unit[], name: string): Inside | null {
  for (const unit of units) {
    for (const fn of unit.unit.functions) {
      const [param] = fn.params;
      if (fn.name !== name || fn.body?.length !== 1 || !param) continue;
      let found: Inside | null = null;
      eachExpression(fn.body, (expr) => {
        const entry = containerOf(expr);
        if (entry?.from === param.name) found ??= { struct: entry.struct, member: entry.member };
      });
      if (found) return found;
    }
    for (const { span, reason } of unit.unit.skipped) {
      if (reason !== "function-like macro") continue;
      const macro = /^#\s*define\s+(\w+)\((\w+)\)\s*\(?\s*container_of\(\s*\(?(\w+)\)?\s*,\s*struct\s+(\w+)\s*,\s*([\w.]+)\s*\)/.exec(unit.text.slice(span.from, span.to).replace(/\\\n/g, " "));
      if (macro?.[1] === name && macro[2] === macro[3]) return { struct: macro[4] ?? "", member: macro[5] ?? "" };
    }
  }
  return null;
}

/** The struct of the variable that is set from an expression that `is` accepts: `struct foo *foo = file->private_data;`. */
export function takenFor(functions: readonly CFunction[], is: (expr: Expr) => boolean): string | null {
  for (const fn of functions) {
    const types = new Map<string, TypeRef>(fn.params.map((param: Param) => [param.name, param.type]));
    let found: string | null = null;
    const visit = (stmt: Stmt): void => {
      if (stmt.kind === "declare") {
        for (const declaration of stmt.declarations) {
          types.set(declaration.name, declaration.type);
          if (declaration.init && is(declaration.init) && declaration.type.pointers === 1) found ??= structOf(declaration.type);
        }
      }
    };
    for (const stmt of fn.body ?? []) visit(stmt);
    eachExpression(fn.body ?? [], (expr) => {
      if (expr.kind !== "assign" || expr.target.kind !== "name" || !is(expr.value)) return;
      const type = types.get(expr.target.name);
      if (type?.pointers === 1) found ??= structOf(type);
    });
    if (found !== null) return found;
  }
  return null;
}

/** `container_of(from, struct, member)`, and what the callbacks of timers and work items have for it. */
export function containerOf(expr: Expr): { readonly from: string; readonly struct: string; readonly member: string } | null {
  if (expr.kind !== "call" || expr.callee.kind !== "name" || !/^container_of/.test(expr.callee.name)) return null;
  const [from, type, member] = expr.args;
  if (!from || from.kind === "type" || type?.kind !== "type" || !member || member.kind === "type") return null;
  const struct = structOf({ ...type.type, pointers: 1 } satisfies TypeRef);
  return struct === null ? null : { from: written(from), struct, member: written(member) };
}

/** `struct foo *foo = from_timer(foo, t, timer);`: the struct is the variable's. */
export function callbackOf(fn: CFunction, param: string): Inside | null {
  let member = "";
  const struct = takenFor([fn], (expr) => {
    if (expr.kind !== "call" || expr.callee.kind !== "name" || !/^(from_timer|timer_container_of|from_work|from_tasklet)$/.test(expr.callee.name)) return false;
    const [, from, field] = expr.args;
    if (!from || from.kind === "type" || written(from) !== param || !field || field.kind === "type") return false;
    member = written(field);
    if (member === "") return false;
    return true;
  });
  return struct === null ? null : { struct, member };
}

/** A name, a member or a call of one argument, as it is written without blanks. */
export function written(expr: Expr): string {
  switch (expr.kind) {
    case "name": return expr.name;
    case "member": return `${written(expr.object)}${expr.arrow ? "->" : "."}${expr.field}`;
    case "call": return `${written(expr.callee)}(${expr.args.map((arg) => (arg.kind === "type" ? "" : written(arg))).join(",")})`;
    case "unary": return `${expr.op}${written(expr.operand)}`;
    default: return "";
  }
}

export interface Call { readonly name: string; readonly args: readonly Expr[]; /** The variable that takes the result. */ readonly target: string | null }

/** Calls by name, each with the variable that takes its result. */
export function callsOf(fn: CFunction): readonly Call[] {
  const found: Call[] = [];
  const targets = new Map<Expr, string>();
  const unwrapped = (expr: Expr): Expr => (expr.kind === "cast" ? unwrapped(expr.operand) : expr);
  eachDeclaration(fn.body ?? [], (name, init) => targets.set(unwrapped(init), name));
  eachExpression(fn.body ?? [], (expr) => {
    if (expr.kind === "assign" && expr.op === "=" && expr.target.kind === "name") targets.set(unwrapped(expr.value), expr.target.name);
    if (expr.kind === "call" && expr.callee.kind === "name") found.push({ name: expr.callee.name, args: expr.args.flatMap((arg) => (arg.kind === "type" ? [] : [arg])), target: targets.get(expr) ?? null });
  });
  return found;
}

function eachDeclaration(statements: readonly Stmt[], visit: (name: string, init: Expr) => void): void {
  for (const stmt of statements) {
    if (stmt.kind === "declare") for (const one of stmt.declarations) if (one.init) visit(one.name, one.init);
    if (stmt.kind === "block") eachDeclaration(stmt.body, visit);
    if (stmt.kind === "if") eachDeclaration(stmt.else ? [stmt.then, stmt.else] : [stmt.then], visit);
    if (stmt.kind === "while" || stmt.kind === "do" || stmt.kind === "for" || stmt.kind === "macro-block") eachDeclaration([stmt.body], visit);
  }
}

/** Whether a function writes to what a parameter points to: `*name = 0` or `name[i] = 0`. */
export function writesThrough(fn: CFunction, name: string): boolean {
  let found = false;
  eachExpression(fn.body ?? [], (expr) => {
    if (expr.kind !== "assign") return;
    const { target } = expr;
    const base = target.kind === "index" ? target.object : target.kind === "unary" && target.op === "*" ? target.operand : null;
    const bare = base?.kind === "unary" && /^(\+\+|--)$/.test(base.op) ? base.operand : base;
    if (bare?.kind === "name" && bare.name === name) found = true;
  });
  return found;
}

/** Types of parameters and locals. */
export function localTypes(fn: CFunction): ReadonlyMap<string, TypeRef> {
  const types = new Map<string, TypeRef>(fn.params.map((param: Param) => [param.name, param.type]));
  const visit = (stmt: Stmt): void => {
    if (stmt.kind === "declare") for (const one of stmt.declarations) types.set(one.name, one.type);
    if (stmt.kind === "block") stmt.body.forEach(visit);
    if (stmt.kind === "macro-block" || stmt.kind === "while" || stmt.kind === "for") visit(stmt.body);
  };
  (fn.body ?? []).forEach(visit);
  return types;
}
