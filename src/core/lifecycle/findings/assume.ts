// What a taken branch says about the values that decided it.
import type { Expr } from "../../c/ast.js";
import type { FlowCondition } from "../../c/flow-types.js";
import type { Interpreter } from "./interpreter.js";
import type { State } from "./state.js";
import { memberOf, NEGATIVE, rootOf, VALID, ZERO } from "./state.js";
import { bitsOfNumber, bitsWhere, MIRRORED, SAME_VALUE } from "./values.js";

/** Takes the way on which the condition holds; false when it cannot. `on` knows the values, `others` are the conditions of all ways from here. */
export function assume(on: Interpreter, state: State, when: FlowCondition, others: readonly FlowCondition[]): boolean {
  if (when.kind === "truth") return assumeTruth(on, state, when.test, when.truth);
  if (when.kind !== "case" || when.toValue !== null) return true;
  const subject = on.valueOf(state, when.subject);
  // The default is for what has no case of its own.
  if (when.value === null) return assumeNone(on, state, subject, others);
  const bits = constantBits(when.value);
  if (bits !== null && !state.narrow(subject, bits)) return false;
  const value = on.valueOf(state, when.value);
  return !isConstant(value) || assumeEqual(state, subject, value, true);
}

/** Cases of a `switch` that are kept in mind on the way of its default. */
const MOST_CASES = 64;

/** The subject is none of the cases that have a way of their own. */
function assumeNone(on: Interpreter, state: State, subject: string, others: readonly FlowCondition[]): boolean {
  if (others.length > MOST_CASES) return true;
  return others.every((other) => {
    if (other.kind !== "case" || other.value === null || other.toValue !== null) return true;
    const value = on.valueOf(state, other.value);
    return !isConstant(value) || state.narrow(`q:${subject}==${value}`, ZERO);
  });
}

function assumeTruth(on: Interpreter, state: State, expr: Expr, truth: boolean): boolean {
  if (expr.kind === "unary" && expr.op === "!") return assumeTruth(on, state, expr.operand, !truth);
  if (expr.kind === "call" && expr.callee.kind === "name") {
    const [first] = expr.args;
    const name = expr.callee.name;
    if (first !== undefined && first.kind !== "type") {
      if (name === "IS_ERR" || name === "IS_ERR_VALUE") return state.narrow(on.valueOf(state, first), truth ? NEGATIVE : ZERO | VALID);
      if (name === "IS_ERR_OR_NULL") return state.narrow(on.valueOf(state, first), truth ? NEGATIVE | ZERO : VALID);
      if (truth && (name === "list_empty" || name === "hlist_unhashed")) unlist(state, on.valueOf(state, first));
      // What is not enabled needs no pm_runtime_disable() (linux/pm_runtime.h).
      if (!truth && name === "pm_runtime_enabled") state.holds.delete(`enable ${on.valueOf(state, first)}`);
      if (SAME_VALUE.has(name)) return assumeTruth(on, state, first, truth);
    }
  }
  if (expr.kind === "binary" && MIRRORED[expr.op] !== undefined) {
    // What was only begun keeps what it was given until it ends.
    if (truth === (expr.op === "==") && (expr.op === "==" || expr.op === "!=") && saysBegun(on, on.textOf(expr.right.span))) state.forgetHolds();
    const left = numberOf(on, state, expr.left);
    const right = numberOf(on, state, expr.right);
    if (right !== null) return assumeCompared(on, state, expr.left, expr.op, right, truth);
    if (left !== null) return assumeCompared(on, state, expr.right, MIRRORED[expr.op] ?? "", left, truth);
    if (expr.op === "==" || expr.op === "!=") return assumeEqual(state, on.valueOf(state, expr.left), on.valueOf(state, expr.right), truth === (expr.op === "=="));
  }
  return state.narrow(on.valueOf(state, expr), truth ? NEGATIVE | VALID : ZERO);
}

/** True for the number of what is under way; where a function knows of that, it is under way in a queue as well (crypto/algapi.h). */
function saysBegun(on: Interpreter, error: string): boolean {
  if (error === "-EINPROGRESS" || error === "-EIOCBQUEUED") return true;
  return error === "-EBUSY" && on.textOf(on.where.fn.span).includes("-EINPROGRESS");
}

/** The member is on no list; or there is nothing on the list whose head it is. */
function unlist(state: State, value: string): void {
  for (const [id, { listed }] of [...state.subjects]) {
    const left = new Map([...listed].filter(([, { holder }]) => holder !== rootOf(value)));
    if (left.size < listed.size && (memberOf(value) === "" || id !== rootOf(value))) state.change(id, { listed: left });
  }
  const listed = new Map(state.subject(rootOf(value)).listed);
  if (listed.delete(memberOf(value))) state.change(rootOf(value), { listed });
}

function assumeCompared(on: Interpreter, state: State, expr: Expr, op: string, number: number, truth: boolean): boolean {
  const value = on.valueOf(state, expr);
  // What is asked to be below zero is zero otherwise, by the convention of its name.
  const isStatus = op === "<" && number === 0 && !truth && expr.kind === "name" && /^(err|error|rc)$/.test(expr.name);
  if (!state.narrow(value, isStatus && (state.bitsOf(value) & ZERO) !== 0 ? ZERO : bitsWhere(op, number, truth))) return false;
  if (number === 0 || Number.isNaN(number)) return true;
  // A number that is not zero is more than its sign: the same question has the same answer.
  return state.narrow(`q:${value}${op}${number};`, truth ? VALID : ZERO);
}

function assumeEqual(state: State, left: string, right: string, equal: boolean): boolean {
  if (left === right) return equal;
  // Constants with different names are taken to differ.
  if (equal && isConstant(left) && isConstant(right)) return false;
  if (equal && isConstant(right)) for (const [id, bits] of state.bits) if (bits === VALID && id.startsWith(`q:${left}==`) && id !== `q:${left}==${right}` && isConstant(id.slice(left.length + 4))) return false;
  // `!a != !b`: what is true twice is the same.
  if (!equal && left.startsWith("b:!") && right.startsWith("b:!") && state.bitsOf(left) === VALID && state.bitsOf(right) === VALID) return false;
  // What was just allocated is no variable.
  if (equal && (isAllocated(state, left, right) || isAllocated(state, right, left))) return false;
  const bits = state.bitsOf(left) & state.bitsOf(right);
  if (!equal) return !(state.bitsOf(left) === ZERO && state.bitsOf(right) === ZERO) && state.narrow(`q:${left}==${right}`, ZERO);
  return state.narrow(left, bits) && state.narrow(right, bits) && state.narrow(`q:${left}==${right}`, VALID);
}

/** The number that an expression is here, by what it says or by what its variable was set to. */
function numberOf(on: Interpreter, state: State, expr: Expr): number | null {
  if (expr.kind !== "name" || expr.name === "NULL") return constantNumber(expr);
  const found = /^n:(-?\d+);$/.exec(on.valueOf(state, expr));
  return found === null ? null : Number(found[1]);
}

function constantNumber(expr: Expr): number | null {
  if (expr.kind === "number") return expr.value;
  if (expr.kind === "name" && expr.name === "NULL") return 0;
  if (expr.kind === "unary" && expr.op === "-" && expr.operand.kind === "number") return -expr.operand.value;
  return null;
}

export function constantBits(expr: Expr): number | null {
  const number = constantNumber(expr);
  if (number !== null) return bitsOfNumber(number);
  return expr.kind === "unary" && expr.op === "-" && expr.operand.kind === "name" && /^E[A-Z]/.test(expr.operand.name) ? NEGATIVE : null;
}

/** The value of an enumerator or a macro, or a number: `l:STATE_ON;`, `n:3;`. */
function isConstant(value: string): boolean {
  return /^(l:[A-Z][A-Z0-9_]+|n:-?\w+);$/.test(value);
}

function isAllocated(state: State, value: string, other: string): boolean {
  // Nobody has written it to the place that the other one was read from.
  return ((other.startsWith("&") && rootOf(other) !== value) || /^l:p:/.test(other)) && state.subject(value).owned?.row.kind === "memory";
}
