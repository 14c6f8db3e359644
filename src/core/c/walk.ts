// Goes through expressions in the order in which C evaluates them.
import type { Arg, Expr, Stmt } from "./ast.js";

/**
 * Calls `see` for an expression and everything inside it: operands before operators, arguments before the call, the value of an
 * assignment before its target. `always` is false below `?:`, and below the right side of `&&` and `||`. Statements inside `({ … })`
 * are not gone through.
 */
export function evaluate(expr: Expr, see: (expr: Expr, always: boolean) => void): void {
  walk(expr, true, see, 0);
}

/** Deeper expressions than this are not looked into: each level costs stack, and no code that people write comes near. */
const MAX_DEPTH = 1000;

function walk(arg: Arg | null, always: boolean, see: (expr: Expr, always: boolean) => void, depth: number): void {
  if (arg === null || arg.kind === "type" || depth > MAX_DEPTH) return;
  const go = (inner: Arg | null, isAlways = always): void => walk(inner, isAlways, see, depth + 1);
  switch (arg.kind) {
    case "unary": case "cast": go(arg.operand); break;
    case "binary": go(arg.left); go(arg.right, always && arg.op !== "&&" && arg.op !== "||"); break;
    case "comma": go(arg.left); go(arg.right); break;
    case "assign": go(arg.value); go(arg.target); break;
    case "conditional": go(arg.test); go(arg.then, false); go(arg.else, false); break;
    case "call": go(arg.callee); for (const one of arg.args) go(one); break;
    case "member": go(arg.object); break;
    case "index": go(arg.object); go(arg.index); break;
    case "init": for (const entry of arg.entries) go(entry.value); break;
    default: break;
  }
  see(arg, always);
}

/** The statements inside the `({ … })` of an expression; none for most. */
export function blocksInside(expr: Expr): (readonly Stmt[])[] {
  const found: (readonly Stmt[])[] = [];
  evaluate(expr, (one) => {
    if (one.kind === "block-value") found.push(one.body);
  });
  return found;
}

/** True when anything in the statements could not be read, or stands in lines that are not shown. */
export function holdsOpaque(statements: readonly Stmt[]): boolean {
  return statements.some(isOpaque);
}

function isOpaque(stmt: Stmt): boolean {
  switch (stmt.kind) {
    case "opaque": case "gap": return true;
    case "expr": return opaqueInside(stmt.expr);
    case "declare": return stmt.declarations.some((declaration) => opaqueInside(declaration.init));
    case "block": return stmt.body.some(isOpaque);
    case "if": return opaqueInside(stmt.test) || isOpaque(stmt.then) || (stmt.else !== null && isOpaque(stmt.else));
    case "while": case "do": return opaqueInside(stmt.test) || isOpaque(stmt.body);
    case "for": return (stmt.init !== null && isOpaque(stmt.init)) || opaqueInside(stmt.test) || opaqueInside(stmt.step) || isOpaque(stmt.body);
    case "macro-block": return stmt.args.some(opaqueInside) || isOpaque(stmt.body);
    case "switch": return opaqueInside(stmt.value) || stmt.body.some(isOpaque);
    case "case": return opaqueInside(stmt.value) || opaqueInside(stmt.toValue);
    case "return": return opaqueInside(stmt.value);
    default: return false;
  }
}

function opaqueInside(arg: Arg | null): boolean {
  if (arg === null) return false;
  switch (arg.kind) {
    case "opaque": return true;
    case "unary": case "cast": return opaqueInside(arg.operand);
    case "sizeof": return opaqueInside(arg.operand);
    case "binary": case "comma": return opaqueInside(arg.left) || opaqueInside(arg.right);
    case "assign": return opaqueInside(arg.target) || opaqueInside(arg.value);
    case "conditional": return opaqueInside(arg.test) || opaqueInside(arg.then) || opaqueInside(arg.else);
    case "call": return opaqueInside(arg.callee) || arg.args.some(opaqueInside);
    case "member": return opaqueInside(arg.object);
    case "index": return opaqueInside(arg.object) || opaqueInside(arg.index);
    case "init": return arg.entries.some((entry) => opaqueInside(entry.value));
    case "block-value": return arg.body.some(isOpaque);
    default: return false;
  }
}
