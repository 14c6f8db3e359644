// What the text of statements says: guards, declaring macros, labels, and what an atomic block does.
import type { Arg, Expr, Span, Stmt } from "../../c/ast.js";
import type { AtomicEffect } from "../ir.js";

/** What `guard(kind)` and `scoped_guard(kind, …)` take and give back (include/linux/cleanup.h and the headers of the locks). */
export const GUARDS: ReadonlyMap<string, readonly [string, string]> = new Map([
  ["mutex", ["mutex_lock", "mutex_unlock"]], ["spinlock", ["spin_lock", "spin_unlock"]], ["spinlock_irq", ["spin_lock_irq", "spin_unlock_irq"]],
  ["spinlock_irqsave", ["spin_lock", "spin_unlock"]], ["raw_spinlock", ["spin_lock", "spin_unlock"]], ["raw_spinlock_irqsave", ["spin_lock", "spin_unlock"]],
  ["spinlock_bh", ["spin_lock_bh", "spin_unlock_bh"]], ["rwsem_read", ["down_read", "up_read"]], ["rwsem_write", ["down_write", "up_write"]],
  ["read_lock", ["read_lock", "read_unlock"]], ["write_lock", ["write_lock", "write_unlock"]], ["rcu", ["rcu_read_lock", "rcu_read_unlock"]], ["device", ["device_lock", "device_unlock"]],
]);

/** `LIST_HEAD(queue);` and its like, with the function that makes the variable ready. */
export const DECLARING: ReadonlyMap<string, string> = new Map([
  ["LIST_HEAD", "INIT_LIST_HEAD"], ["DEFINE_MUTEX", "mutex_init"], ["DEFINE_SPINLOCK", "spin_lock_init"], ["DECLARE_RWSEM", "init_rwsem"], ["DECLARE_COMPLETION", "init_completion"],
  ["DECLARE_COMPLETION_ONSTACK", "init_completion"], ["DECLARE_WAIT_QUEUE_HEAD", "init_waitqueue_head"], ["DEFINE_IDA", "ida_init"], ["DEFINE_IDR", "idr_init"], ["DEFINE_XARRAY", "xa_init"], ["DEFINE_XARRAY_ALLOC", "xa_init"], ["DEFINE_XARRAY_ALLOC1", "xa_init_alloc1"],
  ["BLOCKING_NOTIFIER_HEAD", "BLOCKING_INIT_NOTIFIER_HEAD"], ["DEFINE_RAW_SPINLOCK", "spin_lock_init"], ["DEFINE_RWLOCK", "rwlock_init"], ["HLIST_HEAD", "INIT_HLIST_HEAD"],
  ["DECLARE_WORK", "INIT_WORK"], ["DECLARE_DELAYED_WORK", "INIT_DELAYED_WORK"], ["DEFINE_TIMER", "timer_setup"], ["DEFINE_SRCU", "init_srcu_struct"], ["DEFINE_STATIC_SRCU", "init_srcu_struct"],
  ["ATOMIC_NOTIFIER_HEAD", "ATOMIC_INIT_NOTIFIER_HEAD"], ["RAW_NOTIFIER_HEAD", "RAW_INIT_NOTIFIER_HEAD"],
]);

/** A call as an expression. */
export function call(name: string, args: readonly Arg[], span: Span): Expr {
  return { kind: "call", callee: { kind: "name", name, span }, args, span };
}

/** What of a statement a step stands for. */
export function placeOf(stmt: Stmt): Span {
  switch (stmt.kind) {
    case "expr": return stmt.expr.span;
    case "if": case "while": return stmt.test.span;
    case "macro-block": return stmt.headSpan;
    default: return stmt.span;
  }
}

/** True when control can come into the statement from outside. */
export function hasLabel(stmt: Stmt | null): boolean {
  switch (stmt?.kind) {
    case "label": case "case": case "default": return true;
    case "block": case "switch": return stmt.body.some(hasLabel);
    case "if": return hasLabel(stmt.then) || hasLabel(stmt.else);
    case "while": case "do": case "for": case "macro-block": return hasLabel(stmt.body);
    default: return false;
  }
}

/** The name that an argument is. */
export function nameOf(arg: Arg): string {
  if (arg.kind === "name") return arg.name;
  return arg.kind === "type" ? arg.type.name : "";
}

/** What the text of an atomic block says of locks, on every path through it. */
export function effectOf(statements: readonly Stmt[]): { readonly effect: AtomicEffect; readonly waits: boolean } {
  const calls = statements.map((stmt) => (stmt.kind === "expr" && stmt.expr.kind === "call" && stmt.expr.callee.kind === "name" ? stmt.expr.callee.name : ""));
  const waits = calls[0] === "__wait";
  const acquires = calls.filter((name) => name === "__acquire").length;
  const releases = calls.filter((name) => name === "__release").length;
  if (waits && acquires === 1 && releases === 0) return { effect: "acquire", waits };
  if (!waits && acquires === 0 && releases === 1) return { effect: "release", waits };
  if (statements.length === 1 && isBlindAdd(statements[0])) return { effect: "add", waits };
  return { effect: "other", waits };
}

/** `word++;` and its like, with an address that is read nowhere but in registers. */
function isBlindAdd(stmt: Stmt | undefined): boolean {
  if (stmt?.kind !== "expr") return false;
  const expr = stmt.expr;
  const target = expr.kind === "unary" && (expr.op === "++" || expr.op === "--") ? expr.operand
    : expr.kind === "assign" && (expr.op === "+=" || expr.op === "-=") && (expr.value.kind === "number" || expr.value.kind === "name") ? expr.target : null;
  return target?.kind === "name" || (target?.kind === "member" && target.object.kind === "name");
}
