// The kernel's words that shape control flow: iterating macros, guards, branch hints, calls that do not return.
import type { Arg, Expr, Span, Stmt } from "./ast.js";
import type { ScopeRelease } from "./flow-types.js";
import { blocksInside, evaluate } from "./walk.js";

/** True for a macro whose block runs once under a guard. Any other one is taken for a loop: its block may run any number of times. */
export function isGuardBlock(macro: string): boolean {
  return macro === "scoped_guard" || macro === "scoped_cond_guard";
}

export interface GuardBlock {
  readonly holds: ScopeRelease;
  /** True when the guard may not be had, so that the block is passed over. */
  readonly maySkip: boolean;
  /** What `scoped_cond_guard` does then. */
  readonly failure: Stmt | null;
}

/** `scoped_guard(class, args…)` and `scoped_cond_guard(class, failure, args…)` (include/linux/cleanup.h). */
export function guardBlockOf(macro: string, all: readonly Arg[], span: Span): GuardBlock {
  const [first, second, ...rest] = all;
  const className = classNameOf(first);
  const conditional = macro === "scoped_cond_guard";
  const args = conditional || second === undefined ? rest : [second, ...rest];
  const failure = conditional && second !== undefined && second.kind !== "type" ? statementOf(second) : null;
  // The classes of locks that may be refused are named after the lock's own function: mutex_trylock, down_read_killable.
  return { holds: { kind: "guard", className, args, span }, maySkip: conditional || /_(try|intr|kill)$/.test(className), failure };
}

/** `return -EINTR` as an argument is a block of that one statement. */
function statementOf(expr: Expr): Stmt {
  const only = expr.kind === "block-value" ? expr.body[0] : undefined;
  return only ?? { kind: "expr", expr, span: expr.span };
}

function classNameOf(arg: Arg | undefined): string {
  return arg?.kind === "name" ? arg.name : arg?.kind === "type" ? arg.type.name : "";
}

/** `guard(mutex)(&lock)`, `CLASS(fdget, f)(fd)` and `ACQUIRE(mutex_intr, lock)(&l)`: calls of a call (include/linux/cleanup.h). */
export function guardOf(expr: Expr): ScopeRelease | null {
  if (expr.kind !== "call" || expr.callee.kind !== "call" || expr.callee.callee.kind !== "name") return null;
  const word = expr.callee.callee.name;
  if (word !== "guard" && word !== "CLASS" && word !== "ACQUIRE") return null;
  return { kind: "guard", className: classNameOf(expr.callee.args[0]), args: expr.args, span: expr.span };
}

/** Calls after which nothing runs (include/asm-generic/bug.h, linux/panic.h, linux/kernel.h, linux/kthread.h). */
const DEAD_ENDS: ReadonlySet<string> = new Set([
  "BUG", "panic", "unreachable", "do_exit", "make_task_dead", "kthread_exit", "kthread_complete_and_exit", "module_put_and_kthread_exit",
  "__builtin_unreachable", "__builtin_trap", "ASSERT_UNREACHABLE",
]);

export function isDeadEnd(expr: Expr): boolean {
  return expr.kind === "call" && expr.callee.kind === "name" && DEAD_ENDS.has(expr.callee.name);
}

/** `likely(x)` and the like say nothing about the way; `!!x` is x. */
export function unwrapTest(expr: Expr): Expr {
  if (expr.kind === "call" && expr.callee.kind === "name" && HINTS.has(expr.callee.name)) {
    const inner = expr.args[0];
    if (inner !== undefined && inner.kind !== "type") return unwrapTest(inner);
  }
  return expr;
}

/** include/linux/compiler.h */
const HINTS: ReadonlySet<string> = new Set(["likely", "unlikely", "__builtin_expect", "data_race", "READ_ONCE", "ACCESS_ONCE"]);

/**
 * What a statement returns that is a macro around `return`: `return_ptr(p)` (include/linux/cleanup.h) and ACPICA's `return_ACPI_STATUS(status)`
 * and `return_VOID`; null for nothing, undefined for every other statement.
 */
export function returnedBy(expr: Expr): Expr | null | undefined {
  if (expr.kind === "name") return /^return_[A-Z]/.test(expr.name) ? null : undefined;
  if (expr.kind !== "call" || expr.callee.kind !== "name" || !/^return_(ptr$|[A-Z])/.test(expr.callee.name)) return undefined;
  if (expr.callee.name === "return_ptr") return expr;
  const first = expr.args[0];
  return first === undefined || first.kind === "type" ? null : first;
}

/** True for `CHECK(false, …, return -1)`: what the macro is to check is never so. */
export function alwaysJumps(expr: Expr): boolean {
  const first = expr.kind === "call" ? expr.args[0] : undefined;
  return first !== undefined && first.kind !== "type" && constantOf(first) === false && jumpsInside(expr).length > 0;
}

/** The truth of a condition that is written as a number; null for every other one. */
export function constantOf(expr: Expr): boolean | null {
  if (expr.kind === "number") return expr.value !== 0;
  if (expr.kind === "name" && expr.name === "true") return true;
  if (expr.kind === "name" && expr.name === "false") return false;
  return null;
}

/** True when something in the expression could not be read. */
export function holdsUnread(expr: Expr | null): boolean {
  let found = false;
  if (expr !== null) evaluate(expr, (one) => void (found ||= one.kind === "opaque"));
  return found;
}

/** The jumps that leave an expression from inside its `({ … })`; `break` and `continue` there are not told. */
export function jumpsInside(expr: Expr | null): Extract<Stmt, { kind: "goto" | "return" }>[] {
  const jumps: Extract<Stmt, { kind: "goto" | "return" }>[] = [];
  const look = (stmt: Stmt | null): void => {
    if (stmt === null) return;
    switch (stmt.kind) {
      case "goto": case "return": jumps.push(stmt); break;
      case "block": case "switch": stmt.body.forEach(look); break;
      case "if": look(stmt.then); look(stmt.else); break;
      case "while": case "do": case "for": case "macro-block": look(stmt.body); break;
      default: break;
    }
  };
  if (expr !== null) for (const body of blocksInside(expr)) body.forEach(look);
  return jumps;
}
