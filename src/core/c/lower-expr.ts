// Expressions: from the parse tree to the AST.
import type { Arg, Expr, InitEntry, Span, Stmt } from "./ast.js";
import type { LowerContext } from "./lower-context.js";
import { gapOfMarker, numberValue, spanOf, textOf } from "./lower-context.js";
import { lowerTypeDescriptor } from "./lower-type.js";
import type { TreeNode } from "./tree.js";
import { childOf, namedChildren } from "./tree.js";

const TYPE_ARGUMENT: ReadonlyMap<string, number> = new Map([
  ...["container_of", "container_of_const", "list_entry", "list_first_entry", "list_last_entry", "list_first_entry_or_null", "list_entry_rcu",
    "list_first_or_null_rcu", "hlist_entry", "hlist_entry_safe", "rb_entry", "rb_entry_safe", "llist_entry", "va_arg"].map((name): [string, number] => [name, 1]),
  ...["min_t", "max_t", "clamp_t", "offsetof", "offsetofend", "sizeof_field"].map((name): [string, number] => [name, 0]),
]);

export function lowerExpr(ctx: LowerContext, node: TreeNode): Expr {
  const expr = lowerNode(ctx, node);
  // `(u32)(x)[1]` reads as an element of the cast, and is a cast of the element.
  const target = POSTFIX.has(node.type) ? childOf(node, "argument") ?? childOf(node, "function") : null;
  if (target === null || target.type !== "call_expression") return expr;
  switch (expr.kind) {
    case "index": case "member": return expr.object.kind === "cast" ? { ...expr.object, operand: { ...expr, object: expr.object.operand }, span: expr.span } : expr;
    case "call": return expr.callee.kind === "cast" && expr.callee.operand.kind !== "name" ? { ...expr.callee, operand: { ...expr, callee: expr.callee.operand }, span: expr.span } : expr;
    case "unary": return expr.postfix && expr.operand.kind === "cast" ? { ...expr.operand, operand: { ...expr, operand: expr.operand.operand }, span: expr.span } : expr;
    default: return expr;
  }
}

const POSTFIX: ReadonlySet<string> = new Set(["subscript_expression", "field_expression", "call_expression", "update_expression"]);

function lowerNode(ctx: LowerContext, node: TreeNode): Expr {
  const span = spanOf(ctx, node);
  if (node.bad) return { kind: "opaque", reason: "syntax", span };
  const opaque = (reason: string): Expr => ({ kind: "opaque", reason, span });
  const sub = (field: string): Expr => {
    const child = childOf(node, field);
    return child === null ? opaque(node.type) : lowerExpr(ctx, child);
  };
  switch (node.type) {
    case "identifier":
    case "field_identifier":
    case "type_identifier": {
      const name = textOf(ctx, node);
      if (gapOfMarker(name) >= 0) return opaque("gap");
      return { kind: "name", name: name.charCodeAt(1) === 36 ? ctx.source.slice(span.from, span.to) : name, span };
    }
    case "null":
      return { kind: "name", name: "NULL", span };
    case "true":
    case "false":
      return { kind: "number", value: node.type === "true" ? 1 : 0, text: node.type, span };
    case "number_literal":
    case "char_literal": {
      const text = textOf(ctx, node);
      return { kind: "number", value: node.type === "char_literal" ? charValue(text) : numberValue(text), text, span };
    }
    case "string_literal":
    case "concatenated_string":
      return { kind: "string", text: ctx.source.slice(span.from, span.to), span };
    case "parenthesized_expression":
      return lowerParenthesized(ctx, node, span);
    case "unary_expression":
    case "pointer_expression":
    case "update_expression":
      return lowerUnary(ctx, node, span);
    case "binary_expression":
      return { kind: "binary", op: operatorOf(ctx, node), left: sub("left"), right: sub("right"), span };
    case "assignment_expression":
      return { kind: "assign", op: operatorOf(ctx, node), target: sub("left"), value: sub("right"), span };
    case "conditional_expression": {
      const then = childOf(node, "consequence");
      return { kind: "conditional", test: sub("condition"), then: then === null ? null : lowerExpr(ctx, then), else: sub("alternative"), span };
    }
    case "comma_expression":
      return { kind: "comma", left: sub("left"), right: sub("right"), span };
    case "call_expression":
      return lowerCall(ctx, node, span);
    case "field_expression": {
      const field = childOf(node, "field");
      if (field === null) return opaque(node.type);
      return { kind: "member", object: sub("argument"), field: textOf(ctx, field), arrow: operatorOf(ctx, node) === "->", span, fieldSpan: spanOf(ctx, field) };
    }
    case "subscript_expression":
      return { kind: "index", object: sub("argument"), index: sub("index"), span };
    case "cast_expression": {
      const type = childOf(node, "type");
      return type === null ? opaque(node.type) : { kind: "cast", type: lowerTypeDescriptor(ctx, type), operand: sub("value"), span };
    }
    case "sizeof_expression":
    case "alignof_expression": {
      const type = childOf(node, "type");
      if (type !== null) return { kind: "sizeof", type: lowerTypeDescriptor(ctx, type), operand: null, span };
      return { kind: "sizeof", type: null, operand: sub("value"), span };
    }
    case "offsetof_expression": {
      const type = childOf(node, "type");
      const member = childOf(node, "member");
      const callee: Expr = { kind: "name", name: "offsetof", span };
      return type === null || member === null ? opaque(node.type) : { kind: "call", callee, args: [{ kind: "type", type: lowerTypeDescriptor(ctx, type), span: spanOf(ctx, type) }, lowerExpr(ctx, member)], span };
    }
    case "compound_literal_expression": {
      const type = childOf(node, "type");
      const value = childOf(node, "value");
      return { kind: "init", entries: value === null ? [] : lowerInitEntries(ctx, value), type: type === null ? null : lowerTypeDescriptor(ctx, type), span };
    }
    case "initializer_list":
      return { kind: "init", entries: lowerInitEntries(ctx, node), type: null, span };
    case "compound_statement":
      return { kind: "block-value", body: ctx.lowerBody(ctx, node), span };
    default:
      return opaque(node.type);
  }
}

/** Arguments of a call or a block macro; a masked type comes back as a type. */
export function lowerArg(ctx: LowerContext, node: TreeNode, callee: string, index: number): Arg {
  const span = spanOf(ctx, node);
  const masked = ctx.notes.types.get(span.from);
  if (masked !== undefined && node.type === "identifier") return { kind: "type", type: masked, span };
  const jump = ctx.notes.jumps.get(span.from);
  if (jump !== undefined) return { kind: "block-value", body: [jumpOf(ctx, node, jump, span)], span };
  const expr = lowerExpr(ctx, node);
  if (expr.kind === "name" && TYPE_ARGUMENT.get(callee) === index) {
    return { kind: "type", type: { tag: "name", name: expr.name, pointers: 0, arrays: [] }, span };
  }
  return expr;
}

/** The statement that a macro was given as an argument. */
function jumpOf(ctx: LowerContext, node: TreeNode, word: string, span: Span): Stmt {
  if (word === "goto") return { kind: "goto", label: textOf(ctx, node), span };
  if (word === "break" || word === "continue") return { kind: word, span };
  return { kind: "return", value: ctx.source.startsWith("return", span.from) ? null : lowerExpr(ctx, node), span };
}

function lowerParenthesized(ctx: LowerContext, node: TreeNode, span: Span): Expr {
  const inner = namedChildren(node);
  const only = inner[0];
  if (inner.length !== 1 || only === undefined) return { kind: "opaque", reason: "parentheses", span };
  return lowerExpr(ctx, only);
}

function lowerUnary(ctx: LowerContext, node: TreeNode, span: Span): Expr {
  const op = operatorOf(ctx, node);
  const argument = childOf(node, "argument");
  const operand: Expr = argument === null ? { kind: "opaque", reason: node.type, span } : lowerExpr(ctx, argument);
  switch (op) {
    case "!": case "~": case "-": case "+": case "*": case "&": case "++": case "--":
      return { kind: "unary", op, postfix: node.type === "update_expression" && argument !== null && argument.from === node.from, operand, span };
    default:
      return { kind: "opaque", reason: op === "" ? node.type : op, span };
  }
}

function lowerCall(ctx: LowerContext, node: TreeNode, span: Span): Expr {
  const target = childOf(node, "function");
  const list = childOf(node, "arguments");
  if (target === null || list === null) return { kind: "opaque", reason: node.type, span };
  const callee = lowerExpr(ctx, target);
  const args = namedChildren(list);
  const only = args[0];
  // `(u32)(x)` reads as a call; a parenthesised type name in front makes it a cast.
  if (target.type === "parenthesized_expression" && callee.kind === "name" && args.length === 1 && only !== undefined && looksLikeType(callee.name)) {
    return { kind: "cast", type: { tag: "name", name: callee.name, pointers: 0, arrays: [] }, operand: lowerExpr(ctx, only), span };
  }
  const name = callee.kind === "name" ? callee.name : "";
  return { kind: "call", callee, args: args.map((arg, index) => lowerArg(ctx, arg, name, index)), span };
}

function looksLikeType(name: string): boolean {
  return /^(_*[us](8|16|32|64)|_*[lb]e(16|32|64)|\w+_t|uint|ulong|ushort|bool)$/.test(name);
}

/** More elements than a table of a driver gives one value. */
const MOST_IN_RANGE = 4096;

function lowerInitEntries(ctx: LowerContext, node: TreeNode): InitEntry[] {
  return namedChildren(node).flatMap((child) => {
    const span = spanOf(ctx, child);
    if (child.type !== "initializer_pair") return [{ designator: [], value: lowerExpr(ctx, child), span }];
    const designator: (string | number)[] = [];
    for (const part of child.children) {
      if (part.field !== "designator") continue;
      const inner = namedChildren(part)[0];
      if (part.type === "field_identifier") designator.push(textOf(ctx, part));
      else if (inner !== undefined && part.type === "field_designator") designator.push(textOf(ctx, inner));
      else if (inner !== undefined) designator.push(inner.type === "number_literal" ? numberValue(textOf(ctx, inner)) : textOf(ctx, inner));
    }
    const value = childOf(child, "value");
    const entry: InitEntry = { designator, value: value === null ? { kind: "opaque", reason: child.type, span } : lowerExpr(ctx, value), span };
    // `[1 ... 3] = x` is an entry for each element; of numbers alone, as the rest cannot be counted here.
    const range = /^\s*\[\s*(\d+)\s*\.\.\.\s*(\d+)\s*\]\s*=/.exec(textOf(ctx, child));
    if (range === null) return [entry];
    const [from, to] = [Number(range[1]), Number(range[2])];
    return Array.from({ length: Math.min(MOST_IN_RANGE, Math.max(0, to - from + 1)) }, (_, index) => ({ ...entry, designator: [from + index] }));
  });
}

function operatorOf(ctx: LowerContext, node: TreeNode): string {
  const operator = childOf(node, "operator") ?? node.children.find((child) => !child.named);
  return operator === undefined ? "" : textOf(ctx, operator);
}

/** The value of a character, as int: each byte is signed, and several beside each other make one number (C11 6.4.4.4, 10, and as gcc has it). */
function charValue(text: string): number {
  const inner = text.replace(/^(?:u8|[uUL])?'/, "").replace(/'$/, "");
  const isWide = /^[uUL]'/.test(text);
  const simple: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, a: 7, b: 8, f: 12, v: 11, e: 27 };
  let value = 0;
  let count = 0;
  for (const [whole, octal, hex, letter] of inner.matchAll(/\\([0-7]{1,3})|\\x([0-9a-fA-F]+)|\\([\s\S])|[\s\S]/gu)) {
    const code = octal !== undefined ? Number.parseInt(octal, 8) : hex !== undefined ? Number.parseInt(hex, 16) : letter !== undefined ? simple[letter] ?? letter.charCodeAt(0) : whole.codePointAt(0) ?? 0;
    if (isWide) return code;
    for (const byte of code > 0xff || (octal === undefined && hex === undefined && code > 0x7f) ? bytesOfCharacter(code) : [code]) {
      value = (value << 8) | byte;
      count++;
    }
  }
  return count === 1 ? (value << 24) >> 24 : value;
}

/** A character in UTF-8. */
function bytesOfCharacter(code: number): number[] {
  if (code < 0x800) return [0xc0 | (code >> 6), 0x80 | (code & 0x3f)];
  if (code < 0x10000) return [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)];
  return [0xf0 | (code >> 18), 0x80 | ((code >> 12) & 0x3f), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)];
}
