// Walks over statements and expressions of the C that was read.
import type { Arg, Declaration, Expr, Stmt } from "../c/ast.js";

export interface Visitor {
  readonly expr?: (expr: Expr) => void;
  readonly declaration?: (declaration: Declaration) => void;
  readonly stmt?: (stmt: Stmt) => void;
}

/** Goes through statements in the order of the text; an expression comes after the expressions inside it. */
export function visit(statements: readonly Stmt[], visitor: Visitor): void {
  const expr = (value: Expr | null): void => {
    if (value !== null) visitExpr(value, (one) => visitor.expr?.(one), visitor);
  };
  for (const stmt of statements) {
    visitor.stmt?.(stmt);
    switch (stmt.kind) {
      case "block": visit(stmt.body, visitor); break;
      case "expr": expr(stmt.expr); break;
      case "declare":
        for (const declaration of stmt.declarations) {
          expr(declaration.init);
          visitor.declaration?.(declaration);
        }
        break;
      case "if": expr(stmt.test); visit([stmt.then], visitor); if (stmt.else !== null) visit([stmt.else], visitor); break;
      case "while": expr(stmt.test); visit([stmt.body], visitor); break;
      case "do": visit([stmt.body], visitor); expr(stmt.test); break;
      case "for":
        if (stmt.init !== null) visit([stmt.init], visitor);
        expr(stmt.test);
        visit([stmt.body], visitor);
        expr(stmt.step);
        break;
      case "macro-block": for (const arg of stmt.args) if (arg.kind !== "type") expr(arg); visit([stmt.body], visitor); break;
      case "switch": expr(stmt.value); visit(stmt.body, visitor); break;
      case "return": expr(stmt.value); break;
      default: break;
    }
  }
}

/** Goes through an expression, the inner ones first; the statements inside it only with a visitor. */
export function visitExpr(arg: Arg, see: (expr: Expr) => void, visitor?: Visitor): void {
  if (arg.kind === "type") return;
  const go = (inner: Arg | null): void => {
    if (inner !== null) visitExpr(inner, see, visitor);
  };
  switch (arg.kind) {
    case "unary": case "cast": go(arg.operand); break;
    case "binary": case "comma": go(arg.left); go(arg.right); break;
    case "assign": go(arg.value); go(arg.target); break;
    case "conditional": go(arg.test); go(arg.then); go(arg.else); break;
    case "call": go(arg.callee); arg.args.forEach(go); break;
    case "member": go(arg.object); break;
    case "index": go(arg.object); go(arg.index); break;
    case "init": for (const entry of arg.entries) go(entry.value); break;
    case "block-value": if (visitor !== undefined) visit(arg.body, visitor); break;
    default: break;
  }
  see(arg);
}
