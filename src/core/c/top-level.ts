// Gathers a unit: parses one item at a time and lowers it, so that an error stays where it is.
import type { CFunction, CUnit, Declaration, Param, Span, Stmt, TypeRef } from "./ast.js";
import { declaredByMacro } from "./declaring-macros.js";
import type { Item } from "./items.js";
import { nameBefore } from "./items.js";
import { spanOf, textOf } from "./lower-context.js";
import type { LowerContext } from "./lower-context.js";
import { lowerExpr } from "./lower-expr.js";
import { lowerBlock, lowerDeclarations } from "./lower-stmt.js";
import { lowerDeclarator, lowerEnumValues, lowerSpecifier } from "./lower-type.js";
import type { MaskNotes } from "./mask-notes.js";
import { parseWithRepair } from "./repair.js";
import type { Token } from "./scan.js";
import type { Composed, Lines, TreeNode } from "./tree.js";
import { childOf, namedChildren, sourceOffset } from "./tree.js";
import { readTypeTokens } from "./type-tokens.js";
import { holdsOpaque } from "./walk.js";

interface Missing { readonly head: boolean; readonly middle: boolean; readonly tail: boolean }
const NOTHING_MISSING: Missing = { head: false, middle: false, tail: false };

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

export class TopLevel {
  private readonly result: Mutable<CUnit> = { functions: [], structs: [], globals: [], typedefs: [], enums: [], defines: [], alternatives: [], conditions: [], skipped: [] };

  constructor(
    private readonly source: string,
    private readonly lines: Lines,
    private readonly notes: MaskNotes,
    private readonly gaps: readonly { readonly from: number; readonly to: number }[],
    private readonly parse: (text: string) => TreeNode | null,
  ) {}

  unit(): CUnit {
    this.result.skipped.sort((a, b) => a.span.from - b.span.from);
    return this.result;
  }

  skip(from: number, to: number, reason: string): void {
    this.result.skipped.push({ span: this.lines.span(from, to), reason });
  }

  addAlternative(range: { readonly from: number; readonly to: number }): void {
    this.result.alternatives.push(range);
  }

  addCondition({ from, to, taken }: { readonly from: number; readonly to: number; readonly taken: string }): void {
    this.result.conditions.push({ from, to, line: this.lines.lineAt(from), taken });
  }

  addDefine(name: string, text: string, from: number, to: number): void {
    this.result.defines.push({ name, text, span: this.lines.span(from, to) });
  }

  /** The number of the first gap behind the last slice of the source; the number of gaps when there is none. */
  gapAfter(slices: readonly (string | { readonly to: number })[]): number {
    const last = slices.findLast((slice) => typeof slice !== "string");
    const line = last === undefined || typeof last === "string" ? 1 : this.lines.lineAt(last.to);
    const found = this.gaps.findIndex((gap) => gap.from >= line);
    return found < 0 ? this.gaps.length : found;
  }

  /** A complete item. */
  addItem(item: Item, tokens: readonly Token[], match: Int32Array, composed: Composed): void {
    const first = tokens[item.first];
    const last = tokens[item.end - 1];
    if (first === undefined || last === undefined) return;
    if (item.shape === "stray") return this.skip(first.from, last.to, "syntax");
    if (item.shape === "macro-call") return this.addMacroCall(item, tokens, composed);
    if (item.shape === "macro-function") return this.addMacroFunction(item, tokens, match, composed);
    const before = this.result.functions.length;
    this.lowerRoot(composed, NOTHING_MISSING, "", first.from);
    if (item.shape === "function") this.addUnreadable(before, nameBefore(tokens, item, match), NOTHING_MISSING, first.from, last.to);
  }

  /** A function or struct of which lines are missing. `name` is what the heading says. */
  addPartial(kind: "function" | "struct" | "other", name: string, composed: Composed, missing: Missing, at: number): void {
    const before = this.result.functions.length + this.result.structs.length;
    this.lowerRoot(composed, missing, name, at);
    if (kind !== "other" && this.result.functions.length + this.result.structs.length === before) {
      const last = composed.pieces.at(-1);
      if (last === undefined) return;
      this.skip(at, last.source + last.length, "syntax");
      if (kind === "function") this.addUnreadable(this.result.functions.length, name, missing, at, last.source + last.length);
    }
  }

  /** A function that the parser made nothing of is still one: who calls it must learn that it is there and cannot be read. */
  private addUnreadable(before: number, name: string, missing: Missing, from: number, to: number): void {
    if (name === "" || this.result.functions.slice(before).some((fn) => fn.name === name)) return;
    const span = this.lines.span(from, to);
    this.result.functions.push({
      name, returns: { tag: "name", name: "int", pointers: 0, arrays: [] }, params: [], body: [{ kind: "opaque", reason: "syntax", span }], isStatic: false,
      missing: { ...missing }, whole: false, span, nameSpan: this.lines.span(from, from),
    });
  }

  private lowerRoot(composed: Composed, missing: Missing, name: string, at: number): void {
    const { root, composed: repaired, broken } = parseWithRepair(composed, this.parse);
    const ctx: LowerContext = { source: this.source, composed: repaired, lines: this.lines, notes: this.notes, gaps: this.gaps, broken, lowerExpr, lowerBody: lowerBlock };
    if (root === null) return this.skip(at, composed.pieces.at(-1)?.source ?? at, "syntax");
    for (const node of namedChildren(root)) this.lowerTop(ctx, node, missing, name, at);
  }

  private lowerTop(ctx: LowerContext, node: TreeNode, missing: Missing, name: string, at: number): void {
    const span = spanOf(ctx, node);
    switch (node.type) {
      case "function_definition":
        return this.addFunction(ctx, node, missing, name, at);
      case "declaration": {
        if (node.bad) return this.skip(span.from, span.to, "syntax");
        this.addTypes(ctx, childOf(node, "type"), missing, at);
        for (const declaration of lowerDeclarations(ctx, node)) {
          if (declaration.type.params !== undefined && isPrototype(node, ctx, declaration)) this.addPrototype(declaration);
          else if (declaration.name !== "") this.result.globals.push(withoutMembers(declaration));
        }
        return;
      }
      case "type_definition": {
        if (node.bad) return this.skip(span.from, span.to, "syntax");
        const specifier = childOf(node, "type");
        this.addTypes(ctx, specifier, missing, at);
        const base = lowerSpecifier(ctx, specifier);
        for (const declarator of node.children.filter((child) => child.field === "declarator")) {
          const declared = lowerDeclarator(ctx, declarator, base);
          this.result.typedefs.push({ name: declared.name, type: declared.type, span: declared.nameSpan });
        }
        return;
      }
      case "struct_specifier":
      case "union_specifier":
      case "enum_specifier":
        return this.addTypes(ctx, node, missing, at);
      default:
        if (span.to > span.from) this.skip(span.from, span.to, "syntax");
    }
  }

  private addFunction(ctx: LowerContext, node: TreeNode, missing: Missing, name: string, at: number): void {
    const span = spanOf(ctx, node);
    const body = childOf(node, "body");
    const declarator = childOf(node, "declarator");
    const broken = node.children.some((child) => child !== body && child.bad);
    if (body === null || declarator === null || broken) return this.skip(span.from, span.to, "syntax");
    const specifier = childOf(node, "type");
    const declared = lowerDeclarator(ctx, declarator, lowerSpecifier(ctx, specifier));
    const { params, returns } = functionType(declared.type);
    const closing = body.children.find((child) => child.type === "}" && child.bad);
    // Nobody can say where the brace belongs that the function lacks, so nothing of it runs.
    const unclosed: Stmt[] = closing === undefined ? [] : [{ kind: "opaque", reason: "a brace is missing", span: spanOf(ctx, closing) }];
    const statements = [...unclosed, ...lowerBlock(ctx, body)];
    const isStatic = node.children.some((child) => child.type === "storage_class_specifier" && textOf(ctx, child) === "static");
    this.addLocalTypes(ctx, body);
    const nameSpan = missing.head ? this.lines.span(at, at) : declared.nameSpan;
    this.result.functions.push({
      name: declared.name === "" ? name : declared.name,
      returns, params: [...params ?? []], body: statements, isStatic, missing: { ...missing },
      whole: !missing.head && !missing.middle && !missing.tail && !holdsOpaque(statements),
      span, nameSpan,
    });
  }

  /** Structs and enums that are defined inside of a function. */
  private addLocalTypes(ctx: LowerContext, node: TreeNode): void {
    for (const child of namedChildren(node)) {
      if (child.bad && child.type === "ERROR") continue;
      if (/^(?:struct|union|enum)_specifier$/.test(child.type)) this.addTypes(ctx, child, NOTHING_MISSING, child.from);
      else this.addLocalTypes(ctx, child);
    }
  }

  private addPrototype(declaration: Declaration): void {
    const { params, returns } = functionType(declaration.type);
    this.result.functions.push({ name: declaration.name, returns, params: [...params ?? []], body: null, isStatic: declaration.isStatic,
      missing: NOTHING_MISSING, whole: true, span: declaration.span, nameSpan: declaration.span });
  }

  /** Structs, unions and enums that are defined in a specifier, those nested in it included. */
  private addTypes(ctx: LowerContext, node: TreeNode | null, missing: Missing, at: number): void {
    if (node === null) return;
    const body = childOf(node, "body");
    if (body === null) return;
    const span = spanOf(ctx, node);
    const name = childOf(node, "name");
    const nameText = name === null ? "" : textOf(ctx, name);
    if (node.type === "enum_specifier") {
      this.result.enums.push({ name: nameText, values: lowerEnumValues(ctx, body), span });
      return;
    }
    if (node.type !== "struct_specifier" && node.type !== "union_specifier") return;
    const type = lowerSpecifier(ctx, node);
    const whole = !missing.head && !missing.middle && !missing.tail && !node.bad;
    const from = missing.head ? Math.min(at, span.from) : span.from;
    this.result.structs.push({ tag: node.type === "struct_specifier" ? "struct" : "union", name: nameText, fields: type.members ?? [], whole, span: this.lines.span(from, span.to) });
    for (const field of namedChildren(body)) if (field.type === "field_declaration") this.addTypes(ctx, childOf(field, "type"), missing, at);
  }

  private addMacroCall(item: Item, tokens: readonly Token[], composed: Composed): void {
    let at = item.first;
    let isStatic = false;
    for (; ["static", "const", "extern", "inline"].includes(tokens[at]?.text ?? ""); at++) isStatic ||= tokens[at]?.text === "static";
    const macro = tokens[at];
    const name = tokens[at + 2];
    const last = tokens[item.end - 1];
    const type = macro === undefined ? null : declaredByMacro(macro.text);
    if (type === null || macro === undefined || name?.kind !== "word" || last === undefined) return;
    const source = sourceOffset(composed, 0);
    this.result.globals.push({ name: name.text, type, isStatic, isExtern: false, span: this.lines.span(name.from, name.to),
      init: { kind: "opaque", reason: macro.text, span: this.lines.span(source, last.to) } });
  }

  /** `SYSCALL_DEFINE2(name, type, name, …) { … }` and `__head(name) { … }`. */
  private addMacroFunction(item: Item, tokens: readonly Token[], match: Int32Array, composed: Composed): void {
    const macro = tokens[item.first];
    const brace = tokens[item.brace];
    const name = tokens[item.first + 2];
    if (macro === undefined || brace === undefined || name === undefined) return;
    const start = sourceOffset(composed, 0);
    const bodyAt = composed.text.length - (tokens[item.end - 1]?.to ?? 0) + brace.from;
    const prefix = "void f() ";
    const body: Composed = { text: prefix + composed.text.slice(bodyAt), pieces: [{ at: prefix.length, length: composed.text.length - bodyAt, source: brace.from }] };
    const count = this.result.functions.length;
    this.lowerRoot(body, NOTHING_MISSING, "", start);
    const fn = this.result.functions[count];
    if (fn === undefined) return;
    const isCall = /^(COMPAT_)?SYSCALL_DEFINE\d$/.test(macro.text);
    const wrapped = macro.text === "__head" || macro.text === "__tail";
    const params = isCall ? syscallParams(tokens, item.first + 3, match[item.first + 1] ?? item.first, this.lines) : [];
    this.result.functions[count] = {
      ...fn,
      name: isCall ? `sys_${name.text}` : wrapped ? `${macro.text}(${name.text})` : macro.text,
      returns: { tag: "name", name: isCall ? "long" : "void", pointers: 0, arrays: [] },
      params,
      span: this.lines.span(macro.from, fn.span.to),
      nameSpan: this.lines.span(isCall || wrapped ? name.from : macro.from, isCall || wrapped ? name.to : macro.to),
    };
  }
}

function syscallParams(tokens: readonly Token[], from: number, to: number, lines: Lines): CFunction["params"] {
  const parts: [number, number][] = [];
  let start = from + 1;
  for (let at = from + 1; at <= to; at++) {
    if (at < to && tokens[at]?.text !== ",") continue;
    if (at > start) parts.push([start, at]);
    start = at + 1;
  }
  const params: { name: string; type: TypeRef; span: Span }[] = [];
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const [typeFrom, typeTo] = parts[index] ?? [0, 0];
    const [nameFrom] = parts[index + 1] ?? [0, 0];
    const name = tokens[nameFrom];
    const first = tokens[typeFrom];
    if (name === undefined || first === undefined) break;
    const type = readTypeTokens(tokens, typeFrom, typeTo) ?? { tag: "name" as const, name: first.text, pointers: 0, arrays: [] };
    params.push({ name: name.text, type, span: lines.span(first.from, name.to) });
  }
  return params;
}

/** The parameters and the result of a function: of one that gives back a pointer to another, its own are the innermost. */
function functionType({ bare: _bare, ...type }: TypeRef): { readonly params: readonly Param[] | undefined; readonly returns: TypeRef } {
  if (type.outer?.params !== undefined && type.outer.outer === undefined) {
    const { outer, ...returns } = type;
    return { params: outer.params, returns };
  }
  const { params, ...returns } = type;
  return { params, returns };
}

/** A declarator with parameters is a prototype unless a pointer in parentheses makes it a variable. */
function isPrototype(node: TreeNode, ctx: LowerContext, declaration: Declaration): boolean {
  if (declaration.init !== null) return false;
  const declarator = node.children.find((child) => child.field === "declarator" && spanOf(ctx, child).from === declaration.span.from);
  let at = declarator ?? null;
  while (at !== null && at.type === "pointer_declarator") at = childOf(at, "declarator");
  if (at === null || at.type !== "function_declarator") return false;
  const inner = childOf(at, "declarator");
  // `int (*pick(int))(int);` declares a function, too.
  return inner?.type === "identifier" || (inner !== null && /\w\s*\(/.test(textOf(ctx, inner)) && declaration.type.outer?.params !== undefined);
}

/** A global of an anonymous struct keeps its members in its type; one of a named struct does not need them. */
function withoutMembers(declaration: Declaration): Declaration {
  if (declaration.type.name === "" || (declaration.type.members === undefined && declaration.type.values === undefined)) return declaration;
  const { members: _members, values: _values, ...type } = declaration.type;
  return { ...declaration, type };
}
