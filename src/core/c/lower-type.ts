// Types and declarators: from the parse tree to the AST.
import type { EnumValue, Field, Param, Span, TypeRef } from "./ast.js";
import type { LowerContext } from "./lower-context.js";
import { numberValue, spanOf, textOf, UNKNOWN_TYPE } from "./lower-context.js";
import type { TreeNode } from "./tree.js";
import { childOf, namedChildren } from "./tree.js";

export interface Declared {
  readonly name: string;
  readonly type: TypeRef;
  /** The name's place; the declarator's when it has no name. */
  readonly nameSpan: Span;
}

/** Of an unsigned long. */
const BITS_OF_A_WORD = 64;

/** The type a specifier names, without what its declarators add. A cut or unreadable type has the name "". */
export function lowerSpecifier(ctx: LowerContext, node: TreeNode | null): TypeRef {
  if (node === null) return { tag: "name", name: "", pointers: 0, arrays: [] };
  const name = childOf(node, "name");
  const nameText = name === null ? "" : textOf(ctx, name);
  switch (node.type) {
    case "struct_specifier":
    case "union_specifier": {
      const body = childOf(node, "body");
      const tag = node.type === "struct_specifier" ? "struct" : "union";
      return { tag, name: nameText, pointers: 0, arrays: [], ...(body === null ? {} : { members: lowerFields(ctx, body) }) };
    }
    case "enum_specifier": {
      const body = childOf(node, "body");
      return { tag: "enum", name: nameText, pointers: 0, arrays: [], ...(body === null ? {} : { values: lowerEnumValues(ctx, body) }) };
    }
    case "macro_type_specifier":
      return { tag: "name", name: nameText, pointers: 0, arrays: [] };
    default: {
      const spelled = textOf(ctx, node);
      // `typeof(x)` was masked as one word.
      const text = (spelled.startsWith("t$") ? ctx.source.slice(spanOf(ctx, node).from, spanOf(ctx, node).to) : spelled).replace(/\s+/g, " ").trim();
      return { tag: "name", name: text === UNKNOWN_TYPE ? "" : text, pointers: 0, arrays: [] };
    }
  }
}

/** Pointers, then perhaps a function, then arrays: what one level of parentheses makes of a type. `stars` are those that only say that a function is pointed to. */
interface Layer { pointers: number; readonly arrays: (number | null)[]; params: Param[] | null; stars: number }

/** A declarator around its base type, from the outside in: `*x[3]`, `(*open)(struct inode *)`. */
export function lowerDeclarator(ctx: LowerContext, node: TreeNode | null, base: TypeRef): Declared {
  const layers: Layer[] = [{ pointers: base.pointers, arrays: [...base.arrays], params: null, stars: 0 }];
  let name = "";
  let nameSpan: Span | null = null;
  let at: TreeNode | null = node;
  while (at !== null) {
    let layer = layers.at(-1);
    if (layer === undefined) break;
    const begin = (): Layer => {
      const next: Layer = { pointers: 0, arrays: [], params: null, stars: 0 };
      layers.push(next);
      return next;
    };
    switch (at.type) {
      case "pointer_declarator":
      case "abstract_pointer_declarator":
        // The first star behind a parameter list makes the pointer that a function is anyway.
        if (layer.params !== null && layer.stars === 0 && layer.arrays.length === 0) layer.stars++;
        else {
          if (layer.params !== null || layer.arrays.length > 0) layer = begin();
          layer.pointers++;
        }
        break;
      case "array_declarator":
      case "abstract_array_declarator": {
        const size = childOf(at, "size");
        const length = size !== null && size.type === "number_literal" ? numberValue(textOf(ctx, size)) : null;
        layer.arrays.unshift(length !== null && size !== null && ctx.notes.bitmaps.has(spanOf(ctx, size).from) ? Math.ceil(length / BITS_OF_A_WORD) : length);
        break;
      }
      case "function_declarator":
      case "abstract_function_declarator": {
        const list = childOf(at, "parameters");
        if (layer.params !== null || layer.arrays.length > 0) layer = begin();
        layer.params = list === null ? [] : lowerParams(ctx, list);
        break;
      }
      case "identifier":
      case "field_identifier":
      case "type_identifier":
      case "primitive_type":
        name = textOf(ctx, at);
        nameSpan = spanOf(ctx, at);
        break;
    }
    at = innerDeclarator(at);
  }
  const [first, ...others] = layers.map(({ pointers, arrays, params }) => ({ pointers, arrays, ...(params === null ? {} : { params }) }));
  const outer = others.reduceRight<TypeRef["outer"]>((inner, layer) => ({ ...layer, ...(inner === undefined ? {} : { outer: inner }) }), undefined);
  const last = layers.at(-1);
  const type: TypeRef = { ...base, ...first, ...(outer === undefined ? {} : { outer }), ...(last !== undefined && last.params !== null && last.stars === 0 && layers.length === 1 ? { bare: true as const } : {}) };
  return { name, type, nameSpan: nameSpan ?? (node === null ? { from: 0, to: 0, line: 1 } : spanOf(ctx, node)) };
}

/** A type as it stands in a cast, a sizeof or a compound literal. */
export function lowerTypeDescriptor(ctx: LowerContext, node: TreeNode): TypeRef {
  if (node.type !== "type_descriptor") return lowerSpecifier(ctx, node);
  return lowerDeclarator(ctx, childOf(node, "declarator"), lowerSpecifier(ctx, childOf(node, "type"))).type;
}

export function lowerParams(ctx: LowerContext, list: TreeNode): Param[] {
  const params: Param[] = [];
  for (const child of namedChildren(list)) {
    if (child.bad) continue;
    if (child.type === "variadic_parameter") {
      params.push({ name: "...", type: { tag: "name", name: "...", pointers: 0, arrays: [] }, span: spanOf(ctx, child) });
      continue;
    }
    if (child.type !== "parameter_declaration") continue;
    const declared = lowerDeclarator(ctx, childOf(child, "declarator"), lowerSpecifier(ctx, childOf(child, "type")));
    const isVoid = declared.name === "" && declared.type.name === "void" && declared.type.pointers === 0 && declared.type.params === undefined;
    if (!isVoid) params.push({ name: declared.name, type: declared.type, span: spanOf(ctx, child) });
  }
  return params;
}

/** The members of a struct or union; a member that cannot be read is left out. */
export function lowerFields(ctx: LowerContext, body: TreeNode): Field[] {
  const fields: Field[] = [];
  for (const child of namedChildren(body)) {
    if (child.type !== "field_declaration" || child.bad) continue;
    const unnamed = ctx.notes.unnamed.get(spanOf(ctx, child).from);
    const base: TypeRef = unnamed === undefined ? lowerSpecifier(ctx, childOf(child, "type")) : { tag: "name", name: unnamed, pointers: 0, arrays: [] };
    const declarators = child.children.filter((part) => part.field === "declarator");
    const clauses = child.children.filter((part) => part.type === "bitfield_clause");
    if (declarators.length === 0) {
      const bits = clauses[0] === undefined ? undefined : namedChildren(clauses[0])[0];
      fields.push({ name: "", type: base, span: spanOf(ctx, child), ...(bits === undefined ? {} : { bits: bitsOf(ctx, bits) }) });
      continue;
    }
    for (const declarator of declarators) {
      const declared = lowerDeclarator(ctx, declarator, base);
      const following = child.children[child.children.indexOf(declarator) + 1];
      const width = following !== undefined && clauses.includes(following) ? namedChildren(following)[0] : undefined;
      const span = declarators.length === 1 ? spanOf(ctx, child) : spanOf(ctx, declarator);
      fields.push({ name: unnamed === undefined ? declared.name : "", type: declared.type, span, ...(width === undefined ? {} : { bits: bitsOf(ctx, width) }) });
    }
  }
  return fields;
}

/** The width of a bit-field; -1 where it is a constant that the text names. */
function bitsOf(ctx: LowerContext, width: TreeNode): number {
  return width.type === "number_literal" ? numberValue(textOf(ctx, width)) : -1;
}

export function lowerEnumValues(ctx: LowerContext, body: TreeNode): EnumValue[] {
  return namedChildren(body)
    .filter((child) => child.type === "enumerator" && !child.bad)
    .map((child) => {
      const name = childOf(child, "name");
      const value = childOf(child, "value");
      return { name: name === null ? "" : textOf(ctx, name), value: value === null ? null : ctx.lowerExpr(ctx, value), span: spanOf(ctx, child) };
    });
}

function innerDeclarator(node: TreeNode): TreeNode | null {
  const inner = childOf(node, "declarator");
  if (inner !== null) return inner;
  if (node.type !== "parenthesized_declarator" && node.type !== "abstract_parenthesized_declarator" && node.type !== "attributed_declarator") return null;
  return namedChildren(node).find((child) => child.type.endsWith("declarator") || child.type.endsWith("identifier")) ?? null;
}
