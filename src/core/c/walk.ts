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
