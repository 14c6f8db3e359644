// What an edge of the control flow says about a value: zero or not, an error or not, one value or another.
import type { Arg, Expr } from "./ast.js";
import type { FlowCondition } from "./flow-types.js";

/**
 * What is known of the subject where an edge was taken. "error" and "valid" speak of pointers that may hold an error code
 * (include/linux/err.h); "negative" of numbers; "other" of a test that says nothing that these words can tell.
 */
export type Holds = "zero" | "non-zero" | "error" | "not-error" | "error-or-zero" | "valid" | "negative" | "not-negative" | "positive" | "not-positive" | "other";

export interface Assumption {
  /** What was tested: a variable, a member, or the call itself when the test calls (`if (!try_get(x))`). An assignment gives its target. */
  readonly subject: Expr;
  readonly holds: Holds;
  /** True when the subject is assigned in the test: `if ((ret = f()))`; `value` is what it was given. */
  readonly assigned: Expr | null;
}

/** What an edge says; null for the edges of iterating macros, and where the test is no comparison with a number. */
export function assumptionOf(when: FlowCondition | null): Assumption | null {
  if (when === null || when.kind === "macro") return null;
  if (when.kind === "case") {
    const value = when.value === null || when.toValue !== null ? null : numberOf(when.value);
    return value === null ? null : make(when.subject, value === 0 ? "zero" : value < 0 ? "negative" : "positive");
  }
  return ofTruth(when.test, when.truth);
}

/** True when the edge is the way of an error, as far as the convention tells: not zero for a number, null or an error for a pointer. */
export function isErrorWay(assumption: Assumption, isPointer: boolean): boolean {
  switch (assumption.holds) {
    case "error": case "error-or-zero": case "negative": return true;
    case "zero": return isPointer;
    case "non-zero": return !isPointer;
    default: return false;
  }
}

function ofTruth(test: Expr, truth: boolean): Assumption | null {
  if (test.kind === "unary" && test.op === "!") return ofTruth(test.operand, !truth);
  if (test.kind === "call" && test.callee.kind === "name") {
    const inner = firstArg(test.args);
    if (inner !== null && REPORTS.has(test.callee.name)) return ofTruth(inner, truth);
    if (inner !== null && test.callee.name === "IS_ERR") return make(inner, truth ? "error" : "not-error");
    if (inner !== null && test.callee.name === "PTR_ERR_OR_ZERO") return make(inner, truth ? "error" : "not-error");
    if (inner !== null && (test.callee.name === "IS_ERR_OR_NULL")) return make(inner, truth ? "error-or-zero" : "valid");
  }
  if (test.kind === "binary") {
    const right = numberOf(test.right);
    if (right !== null) return ofComparison(test.left, test.op, right, truth);
    const left = numberOf(test.left);
    return left === null ? null : ofComparison(test.right, MIRRORED[test.op] ?? test.op, left, truth);
  }
  return make(test, truth ? "non-zero" : "zero");
}

function ofComparison(subject: Expr, op: string, number: number, truth: boolean): Assumption | null {
  const effective = truth ? op : (OPPOSITE[op] ?? "");
  switch (effective) {
    case "==": return make(subject, number === 0 ? "zero" : number < 0 ? "negative" : "positive");
    case "!=": return make(subject, number === 0 ? "non-zero" : "other");
    case "<": return make(subject, number === 0 ? "negative" : number < 0 ? "negative" : number === 1 ? "not-positive" : "other");
    case "<=": return make(subject, number === 0 ? "not-positive" : number < 0 ? "negative" : "other");
    case ">": return make(subject, number === 0 ? "positive" : number > 0 ? "positive" : number === -1 ? "not-negative" : "other");
    case ">=": return make(subject, number === 0 ? "not-negative" : number > 0 ? "positive" : "other");
    default: return null;
  }
}

function make(subject: Expr, holds: Holds): Assumption {
  if (subject.kind === "assign" && subject.op === "=") return { subject: subject.target, holds, assigned: subject.value };
  if (subject.kind === "cast") return make(subject.operand, holds);
  return { subject, holds, assigned: null };
}

const OPPOSITE: Readonly<Record<string, string>> = { "==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">" };
const MIRRORED: Readonly<Record<string, string>> = { "<": ">", ">": "<", "<=": ">=", ">=": "<=" };

/** Macros that report and give their argument's truth back (include/asm-generic/bug.h). */
const REPORTS: ReadonlySet<string> = new Set(["WARN_ON", "WARN_ON_ONCE", "WARN", "WARN_ONCE", "WARN_RATELIMIT", "likely", "unlikely"]);

/** Zero for `NULL`, the negative of one for an error constant such as `-ENOMEM`: only its sign is used. */
function numberOf(expr: Expr): number | null {
  if (expr.kind === "number") return expr.value;
  if (expr.kind === "name") return expr.name === "NULL" || expr.name === "false" ? 0 : null;
  if (expr.kind === "unary" && expr.op === "-") {
    const inner = numberOf(expr.operand);
    if (inner !== null) return -inner;
    return expr.operand.kind === "name" && /^E[A-Z0-9]+$/.test(expr.operand.name) ? -1 : null;
  }
  return expr.kind === "cast" ? numberOf(expr.operand) : null;
}

function firstArg(args: readonly Arg[]): Expr | null {
  const first = args[0];
  return first === undefined || first.kind === "type" ? null : first;
}
