// Walks over statements and expressions.
import type { Arg, Expr, Stmt } from "../../c/ast.js";

/** Calls `visit` for every expression in the statements, outer ones first. */
export function eachExpression(statements: readonly Stmt[], visit: (expr: Expr) => void): void {
  for (const stmt of statements) {
    switch (stmt.kind) {
      case "block": eachExpression(stmt.body, visit); break;
      case "expr": walk(stmt.expr, visit); break;
      case "declare": stmt.declarations.forEach((declaration) => walk(declaration.init, visit)); break;
      case "if":
        walk(stmt.test, visit);
        eachExpression(stmt.else ? [stmt.then, stmt.else] : [stmt.then], visit);
        break;
      case "while": case "do":
        walk(stmt.test, visit);
        eachExpression([stmt.body], visit);
        break;
      case "for":
        if (stmt.init) eachExpression([stmt.init], visit);
        walk(stmt.test, visit);
        walk(stmt.step, visit);
        eachExpression([stmt.body], visit);
        break;
      case "macro-block":
        stmt.args.forEach((arg) => walk(arg, visit));
        eachExpression([stmt.body], visit);
        break;
      case "switch":
        walk(stmt.value, visit);
        eachExpression(stmt.body, visit);
        break;
      case "case":
        walk(stmt.value, visit);
        walk(stmt.toValue, visit);
        break;
      case "return": walk(stmt.value, visit); break;
      default: break;
    }
  }
}

/** Statements with all that stand in them. */
export function eachStatement(body: readonly Stmt[]): Stmt[] {
  return body.flatMap((stmt): Stmt[] => {
    switch (stmt.kind) {
      case "block": case "switch": return [stmt, ...eachStatement(stmt.body)];
      case "if": return [stmt, ...eachStatement([stmt.then]), ...(stmt.else ? eachStatement([stmt.else]) : [])];
      case "while": case "do": case "for": case "macro-block": return [stmt, ...eachStatement([stmt.body])];
      default: return [stmt];
    }
  });
}

/** Names whose address is taken, themselves or a part of them. */
export function addressedNames(statements: readonly Stmt[]): Set<string> {
  const names = new Set<string>();
  eachExpression(statements, (expr) => {
    if (expr.kind !== "unary" || expr.op !== "&") return;
    let at = expr.operand;
    while ((at.kind === "member" && !at.arrow) || at.kind === "index" || at.kind === "cast") at = at.kind === "cast" ? at.operand : at.object;
    if (at.kind === "name") names.add(at.name);
  });
  return names;
}

function walk(expr: Expr | Arg | null, visit: (expr: Expr) => void): void {
  if (expr === null || expr.kind === "type") return;
  visit(expr);
  switch (expr.kind) {
    case "unary": case "cast": walk(expr.operand, visit); break;
    case "binary": case "comma":
      walk(expr.left, visit);
      walk(expr.right, visit);
      break;
    case "assign":
      walk(expr.target, visit);
      walk(expr.value, visit);
      break;
    case "conditional":
      walk(expr.test, visit);
      walk(expr.then, visit);
      walk(expr.else, visit);
      break;
    case "call":
      walk(expr.callee, visit);
      expr.args.forEach((arg) => walk(arg, visit));
      break;
    case "member": walk(expr.object, visit); break;
    case "index":
      walk(expr.object, visit);
      walk(expr.index, visit);
      break;
    case "init": expr.entries.forEach((entry) => walk(entry.value, visit)); break;
    case "block-value": eachExpression(expr.body, visit); break;
    default: break;
  }
}
