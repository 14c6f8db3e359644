// What is known of a variable on one way through a function: which of three kinds its value may still be.
import type { Arg, Expr } from "../c/ast.js";
import type { Assumption } from "../c/assumptions.js";

/** A set of kinds of values: zero or NULL, an error (negative, or an error pointer), anything else. */
export type Values = number;

export const ZERO: Values = 1;
export const ERROR: Values = 2;
export const GOOD: Values = 4;
export const ANY: Values = 7;

/** What a taken edge leaves of the tested value. */
export function valuesOf(holds: Assumption["holds"]): Values {
  switch (holds) {
    case "zero": return ZERO;
    case "non-zero": return ERROR | GOOD;
    case "error": case "negative": return ERROR;
    case "not-error": case "not-negative": return ZERO | GOOD;
    case "error-or-zero": case "not-positive": return ZERO | ERROR;
    case "valid": case "positive": return GOOD;
    case "other": return ANY;
  }
}

/** The kinds that an expression may be, as far as it says so itself. `known` are variables. */
export function valueOf(expr: Expr | null, known: ReadonlyMap<string, Values>): Values {
  if (expr === null) return ANY;
  switch (expr.kind) {
    case "number": return expr.value === 0 ? ZERO : GOOD;
    case "name": return expr.name === "NULL" || expr.name === "false" ? ZERO : expr.name === "true" ? GOOD : (known.get(expr.name) ?? ANY);
    case "member": return known.get(nameOf(expr)) ?? ANY;
    case "cast": return valueOf(expr.operand, known);
    case "unary": return expr.op === "-" && isErrorName(expr.operand) ? ERROR : expr.op === "&" ? GOOD : ANY;
    case "call": return valueOfCall(expr.callee, expr.args[0], known);
    default: return ANY;
  }
}

/** A variable or a member as a key: `group->dev`; "" for anything else. */
export function nameOf(expr: Expr): string {
  if (expr.kind === "name") return expr.name;
  if (expr.kind === "member") return `${nameOf(expr.object)}${expr.arrow ? "->" : "."}${expr.field}`;
  return expr.kind === "cast" ? nameOf(expr.operand) : "";
}

function valueOfCall(callee: Expr, first: Arg | undefined, known: ReadonlyMap<string, Values>): Values {
  if (callee.kind !== "name") return ANY;
  // include/linux/err.h
  if (callee.name === "ERR_PTR" || callee.name === "ERR_CAST") return ERROR;
  if ((callee.name === "no_free_ptr" || callee.name === "return_ptr") && first !== undefined && first.kind !== "type") return valueOf(first, known);
  if (callee.name === "PTR_ERR" && first !== undefined && first.kind !== "type") return known.get(nameOf(first)) === ERROR ? ERROR : ANY;
  return ANY;
}

function isErrorName(expr: Expr): boolean {
  return (expr.kind === "name" && /^E[A-Z0-9]+$/.test(expr.name)) || (expr.kind === "number" && expr.value > 0);
}
