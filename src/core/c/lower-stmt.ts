// Statements and declarations: from the parse tree to the AST.
import type { Arg, Declaration, Expr, Span, Stmt } from "./ast.js";
import { declaredByMacro } from "./declaring-macros.js";
import type { LowerContext } from "./lower-context.js";
import { gapOfMarker, spanOf, textOf } from "./lower-context.js";
import { lowerArg, lowerExpr } from "./lower-expr.js";
import { lowerDeclarator, lowerSpecifier } from "./lower-type.js";
import { brokenOfMarker } from "./repair.js";
import type { TreeNode } from "./tree.js";
import { childOf, namedChildren } from "./tree.js";

/** The statements of a `{ … }`, flat: labels and cases stand before what they mark. */
export function lowerBlock(ctx: LowerContext, node: TreeNode): Stmt[] {
  return node.children.filter((child) => child.named || child.type === ";").flatMap((child) => lowerStatement(ctx, child));
}

/** One statement; a label or a case gives itself and what it marks. */
export function lowerStatement(ctx: LowerContext, node: TreeNode): Stmt[] {
  const span = spanOf(ctx, node);
  const one = (field: string): Stmt => asOne(ctx, childOf(node, field), span);
  if (node.bad && !survivesErrorBelow(node)) return [{ kind: "opaque", reason: "syntax", span }];
  switch (node.type) {
    case "compound_statement":
      return [{ kind: "block", body: lowerBlock(ctx, node), span }];
    case "expression_statement":
      return [lowerExpressionStatement(ctx, node, span)];
    case ";":
      return [{ kind: "empty", span }];
    case "declaration":
      return [lowerLocalDeclaration(ctx, node, span)];
    case "if_statement":
    case "while_statement": {
      const macro = lowerMacroBlock(ctx, node, span);
      if (macro !== null) return [macro];
      if (node.type === "while_statement") return [{ kind: "while", test: test(ctx, node, span), body: one("body"), span }];
      const alternative = childOf(node, "alternative");
      const branch = alternative === null ? null : (namedChildren(alternative)[0] ?? null);
      return [{ kind: "if", test: test(ctx, node, span), then: one("consequence"), else: branch === null ? null : asOne(ctx, branch, span), span }];
    }
    case "do_statement":
      return [{ kind: "do", body: one("body"), test: test(ctx, node, span), span }];
    case "for_statement": {
      const init = childOf(node, "initializer");
      const condition = childOf(node, "condition");
      const update = childOf(node, "update");
      return [{ kind: "for", init: init === null ? null : lowerForInit(ctx, init), test: condition === null ? null : lowerExpr(ctx, condition),
        step: update === null ? null : lowerExpr(ctx, update), body: one("body"), span }];
    }
    case "switch_statement": {
      const body = childOf(node, "body");
      return [{ kind: "switch", value: test(ctx, node, span), body: body === null ? [] : lowerBlock(ctx, body), span }];
    }
    case "case_statement":
      return lowerCase(ctx, node);
    case "labeled_statement": {
      const label = childOf(node, "label");
      const rest = node.children.filter((child) => child !== label && (child.named || child.type === ";"));
      const labelSpan = label === null ? span : spanOf(ctx, label);
      return [{ kind: "label", name: label === null ? "" : textOf(ctx, label), span: labelSpan }, ...rest.flatMap((child) => lowerStatement(ctx, child))];
    }
    case "goto_statement": {
      const label = childOf(node, "label");
      return [label === null ? { kind: "opaque", reason: "computed goto", span } : { kind: "goto", label: textOf(ctx, label), span }];
    }
    case "return_statement": {
      const value = namedChildren(node)[0];
      return [{ kind: "return", value: value === undefined ? null : lowerExpr(ctx, value), span }];
    }
    case "break_statement":
      return [{ kind: "break", span }];
    case "continue_statement":
      return [{ kind: "continue", span }];
    case "type_definition":
    case "struct_specifier":
    case "union_specifier":
    case "enum_specifier":
      return [{ kind: "declare", declarations: [], span }];
    default:
      return [{ kind: "opaque", reason: node.type, span }];
  }
}

/** The names of one declaration, at the top or in a function. Bad declarators are left out. */
export function lowerDeclarations(ctx: LowerContext, node: TreeNode): Declaration[] {
  const storage = node.children.filter((child) => child.type === "storage_class_specifier").map((child) => textOf(ctx, child));
  const isStatic = storage.includes("static");
  const isExtern = storage.includes("extern");
  const specifier = childOf(node, "type");
  const base = lowerSpecifier(ctx, specifier);
  const declarations: Declaration[] = [];
  for (const child of node.children) {
    if (child.field !== "declarator" || child.bad) continue;
    const inner = child.type === "init_declarator" ? childOf(child, "declarator") : child;
    const value = child.type === "init_declarator" ? childOf(child, "value") : null;
    const declared = lowerDeclarator(ctx, inner, base);
    const type = declaredByMacro(base.name) ?? declared.type;
    const span = spanOf(ctx, child);
    const cleanup = cleanupIn(ctx, node, span);
    declarations.push({ name: declared.name, type, init: value === null ? null : lowerExpr(ctx, value), isStatic, isExtern,
      ...(cleanup === undefined ? {} : { cleanup }), span });
  }
  return declarations;
}

/** The cleanup attribute of one declarator: it was blanked inside it, or behind it when there is no initializer. */
function cleanupIn(ctx: LowerContext, node: TreeNode, declarator: Span): string | undefined {
  if (ctx.notes.cleanups.size === 0) return undefined;
  const text = ctx.source.slice(declarator.from, spanOf(ctx, node).to);
  for (const found of text.matchAll(/__(?:free|cleanup)\b/g)) {
    const at = declarator.from + found.index;
    const cleanup = ctx.notes.cleanups.get(at);
    if (cleanup !== undefined && (at < declarator.to || ctx.source.slice(declarator.to, at).trim() === "")) return cleanup;
  }
  return undefined;
}

/** An error below these leaves them standing when it is wholly inside one of their statements. */
function survivesErrorBelow(node: TreeNode): boolean {
  const bodies: readonly string[] = ["body", "consequence", "alternative"];
  switch (node.type) {
    case "compound_statement":
    case "case_statement":
    case "labeled_statement":
      return node.type !== "case_statement" || childOf(node, "value")?.bad !== true;
    case "if_statement":
    case "while_statement":
    case "do_statement":
    case "for_statement":
    case "switch_statement":
      return node.children.every((child) => !child.bad || (child.field !== null && bodies.includes(child.field) && child.type !== "ERROR"));
    default:
      return false;
  }
}

function asOne(ctx: LowerContext, node: TreeNode | null, outer: Span): Stmt {
  if (node === null) return { kind: "opaque", reason: "syntax", span: outer };
  const statements = lowerStatement(ctx, node);
  const first = statements[0];
  if (statements.length === 1 && first !== undefined) return first;
  return { kind: "block", body: statements, span: spanOf(ctx, node) };
}

function test(ctx: LowerContext, node: TreeNode, span: Span): Expr {
  const condition = childOf(node, "condition");
  return condition === null ? { kind: "opaque", reason: node.type, span } : lowerExpr(ctx, condition);
}

function lowerExpressionStatement(ctx: LowerContext, node: TreeNode, span: Span): Stmt {
  const inner = namedChildren(node)[0];
  if (inner === undefined) return { kind: "empty", span };
  if (inner.type === "identifier") {
    const name = textOf(ctx, inner);
    const index = gapOfMarker(name);
    const gap = ctx.gaps[index] ?? { from: span.line, to: span.line };
    if (index >= 0) return { kind: "gap", fromLine: gap.from, toLine: gap.to, span };
    const broken = ctx.broken[brokenOfMarker(name)];
    if (broken !== undefined) return { kind: "opaque", reason: "syntax", span: ctx.lines.span(broken.from, broken.to) };
    if (name === "fallthrough") return { kind: "empty", span };
  }
  const expr = lowerExpr(ctx, inner);
  const declared = declaration(expr);
  return declared === null ? { kind: "expr", expr, span } : { kind: "declare", declarations: [declared], span };
}

/** `LIST_HEAD(queue);` in a function reads as a call and is a declaration. */
function declaration(expr: Expr): Declaration | null {
  if (expr.kind !== "call" || expr.callee.kind !== "name") return null;
  const type = declaredByMacro(expr.callee.name);
  const name = expr.args[0];
  if (type === null || name === undefined || name.kind !== "name") return null;
  return { name: name.name, type, init: expr, isStatic: false, isExtern: false, span: expr.span };
}

function lowerLocalDeclaration(ctx: LowerContext, node: TreeNode, span: Span): Stmt {
  // A gap's marker in front of a word can read as a declaration; it is a gap and something unknown.
  const specifier = childOf(node, "type");
  if (specifier !== null && gapOfMarker(textOf(ctx, specifier)) >= 0) return { kind: "opaque", reason: "gap", span };
  return { kind: "declare", declarations: lowerDeclarations(ctx, node), span };
}

function lowerForInit(ctx: LowerContext, node: TreeNode): Stmt {
  const span = spanOf(ctx, node);
  if (node.type === "declaration") return { kind: "declare", declarations: lowerDeclarations(ctx, node), span };
  return { kind: "expr", expr: lowerExpr(ctx, node), span };
}

function lowerMacroBlock(ctx: LowerContext, node: TreeNode, span: Span): Stmt | null {
  const head = ctx.notes.heads.get(span.from);
  if (head === undefined) return null;
  const body = childOf(node, node.type === "while_statement" ? "body" : "consequence");
  const condition = childOf(node, "condition");
  const inner = condition === null ? undefined : namedChildren(condition)[0];
  const args: Arg[] = head.hasArguments && inner !== undefined
    ? flattenCommas(inner).map((arg, index) => lowerArg(ctx, arg, head.name, index))
    : [];
  return { kind: "macro-block", macro: head.name, args, body: asOne(ctx, body, span), span, headSpan: ctx.lines.span(span.from, head.headTo) };
}

function flattenCommas(node: TreeNode): TreeNode[] {
  if (node.type !== "comma_expression") return [node];
  const left = childOf(node, "left");
  const right = childOf(node, "right");
  return [...(left === null ? [] : flattenCommas(left)), ...(right === null ? [] : flattenCommas(right))];
}

function lowerCase(ctx: LowerContext, node: TreeNode): Stmt[] {
  const value = childOf(node, "value");
  const colon = node.children.findIndex((child) => child.type === ":");
  const colonNode = node.children[colon];
  const span = spanOf(ctx, { from: node.from, to: colonNode === undefined ? node.to : colonNode.to });
  const rest = node.children.slice(colon + 1).filter((child) => child.named || child.type === ";").flatMap((child) => lowerStatement(ctx, child));
  if (value === null) return [{ kind: "default", span }, ...rest];
  const operator = value.type === "binary_expression" ? childOf(value, "operator") : null;
  if (operator !== null && ctx.notes.ranges.has(spanOf(ctx, operator).from)) {
    const left = childOf(value, "left");
    const right = childOf(value, "right");
    if (left !== null && right !== null) return [{ kind: "case", value: lowerExpr(ctx, left), toValue: lowerExpr(ctx, right), span }, ...rest];
  }
  return [{ kind: "case", value: lowerExpr(ctx, value), toValue: null, span }, ...rest];
}
