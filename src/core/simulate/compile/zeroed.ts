// Variables in memory that a function reads before any line of it mentions them otherwise: they are zero, which is said.
import type { CFunction, Declaration, Expr, Stmt } from "../../c/ast.js";
import { eachExpression } from "./walk.js";

/** What a line does with a variable: reads it, or sets it, or hands on where it is. */
interface Mention { readonly at: number; readonly line: number; readonly reads: boolean }

/**
 * The lines of a whole function that read a variable in memory first of all: a struct, an array, or what the function takes the address of. Variables in registers are looked at while they run (unset.ts).
 * What is set in a later turn of a loop, or behind a jump back, counts as set later.
 */
export function readFirst(fn: CFunction, addressed: ReadonlySet<string>): { readonly name: string; readonly line: number }[] {
  const declared = new Map<string, Declaration[]>();
  eachDeclaration(fn.body ?? [], (declaration) => declared.set(declaration.name, [...(declared.get(declaration.name) ?? []), declaration]));
  const params = new Set(fn.params.map((param) => param.name));
  const candidates = new Map([...declared].flatMap(([name, [one, ...others]]): [string, Declaration][] =>
    (one && others.length === 0 && !params.has(name) && one.init === null && !one.isStatic && !one.isExtern && one.cleanup === undefined ? [[name, one]] : [])));
  const mentions = new Map<string, Mention[]>();
  const seen = new Set<Expr>();
  const note = (name: Expr & { readonly kind: "name" }, at: number, reads: boolean): void => {
    if (seen.has(name)) return;
    seen.add(name);
    mentions.set(name.name, [...(mentions.get(name.name) ?? []), { at, line: name.span.line, reads }]);
  };
  const loops: { readonly from: number; readonly to: number }[] = [];
  eachLoop(fn.body ?? [], (stmt) => loops.push(stmt.span));

  eachExpression(fn.body ?? [], (expr) => {
    switch (expr.kind) {
      case "assign": {
        const base = baseOf(expr.target);
        if (expr.op === "=" && base) note(base, expr.span.to, false);
        return;
      }
      case "unary": {
        const base = expr.op === "&" ? baseOf(expr.operand) : null;
        if (base) note(base, expr.span.from, false);
        return;
      }
      case "call":
        // A macro may set what it is handed by its name.
        for (const arg of expr.args) if (arg.kind === "name") note(arg, expr.span.from, false);
        return;
      case "member": case "index": {
        const base = baseOf(expr);
        const declaration = base && candidates.get(base.name);
        // An array alone is its address.
        if (base && declaration && isElement(expr, declaration)) note(base, expr.span.from, true);
        return;
      }
      case "name": return note(expr, expr.span.from, addressed.has(expr.name) && candidates.get(expr.name)?.type.arrays.length === 0);
      default:
    }
  });
  return [...candidates].flatMap(([name, declaration]) => {
    const [first, ...others] = [...(mentions.get(name) ?? [])].sort((a, b) => a.at - b.at);
    if (!first?.reads || !(addressed.has(name) || declaration.type.arrays.length > 0 || (declaration.type.tag !== "name" && declaration.type.tag !== "enum" && declaration.type.pointers === 0))) return [];
    const around = loops.filter((loop) => loop.from <= first.at && first.at < loop.to && declaration.span.from < loop.from);
    return others.some((other) => !other.reads && around.some((loop) => loop.from <= other.at && other.at <= loop.to)) ? [] : [{ name, line: first.line }];
  });
}

/** The variable that an lvalue is, or is a part of. */
function baseOf(expr: Expr): (Expr & { readonly kind: "name" }) | null {
  let at = expr;
  while ((at.kind === "member" && !at.arrow) || at.kind === "index" || at.kind === "cast") at = at.kind === "cast" ? at.operand : at.object;
  return at.kind === "name" ? at : null;
}

/** True where a member is read as far as its text says, and no array whose address is meant. */
const isElement = (expr: Expr, declaration: Declaration): boolean => declaration.type.pointers === 0 && (expr.kind === "index" || (expr.kind === "member" && declaration.type.arrays.length === 0));

function eachDeclaration(statements: readonly Stmt[], visit: (declaration: Declaration) => void): void {
  eachStatement(statements, (stmt) => { if (stmt.kind === "declare") stmt.declarations.forEach(visit); });
}

function eachLoop(statements: readonly Stmt[], visit: (stmt: Stmt) => void): void {
  let jumpsBack = false;
  eachStatement(statements, (stmt) => {
    if (stmt.kind === "while" || stmt.kind === "do" || stmt.kind === "for" || stmt.kind === "macro-block") visit(stmt);
    if (stmt.kind === "label") jumpsBack = true;
  });
  // With labels the whole function may be a loop.
  const [first, last] = [statements[0], statements.at(-1)];
  if (jumpsBack && first && last) eachStatement(statements, (stmt) => { if (stmt.kind === "label") visit({ ...stmt, span: { ...stmt.span, to: last.span.to } }); });
}

function eachStatement(statements: readonly Stmt[], visit: (stmt: Stmt) => void): void {
  for (const stmt of statements) {
    visit(stmt);
    switch (stmt.kind) {
      case "block": case "switch": eachStatement(stmt.body, visit); break;
      case "if": eachStatement(stmt.else ? [stmt.then, stmt.else] : [stmt.then], visit); break;
      case "while": case "do": case "macro-block": eachStatement([stmt.body], visit); break;
      case "for": eachStatement(stmt.init ? [stmt.init, stmt.body] : [stmt.body], visit); break;
      default: break;
    }
  }
}
