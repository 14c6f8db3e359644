// A parse tree as plain values, and where its offsets lead in the source.
import type { Tree, TreeCursor } from "web-tree-sitter";
import type { Span } from "./ast.js";

export interface TreeNode {
  readonly type: string;
  /** The role in the parent: "declarator", "body" …; null for most. */
  readonly field: string | null;
  readonly named: boolean;
  /** Offsets in the text that was parsed. */
  readonly from: number;
  readonly to: number;
  readonly children: readonly TreeNode[];
  /** True when this node or one below it is an error or was made up by the parser. */
  readonly bad: boolean;
}

/**
 * Nodes deeper than this are taken for errors: the deepest function of a kernel tree stays below 200, and everything that
 * walks the tree or the AST calls itself once or twice for each level.
 */
const MAX_TREE_DEPTH = 800;

/** What a node's type number stands for. */
interface Kind {
  readonly type: string;
  readonly named: boolean;
  /** True when a node of the type never has children that anybody looks at. */
  readonly isLeaf: boolean;
  /** True when the node is one word: its end is where the word ends. */
  readonly isWord: boolean;
  /** True when nodes of the type may have a role in their parent. */
  readonly hasRole: boolean;
  /** True when children of such a node may have one. */
  readonly givesRoles: boolean;
  /** The token behind which such a node has no more children; "" when any may be the last. */
  readonly closer: string;
  /** True for brackets and commas, which say nothing that the types of their neighbors do not. */
  readonly isSilent: boolean;
}

const WORDS: ReadonlySet<string> = new Set(["identifier", "field_identifier", "type_identifier", "statement_identifier", "primitive_type", "storage_class_specifier", "true", "false", "null"]);
const LEAVES: ReadonlySet<string> = new Set([...WORDS, "number_literal", "string_content", "escape_sequence", "character"]);
/** Types whose children have no fields in the grammar (node-types.json of tree-sitter-c). */
const LISTS: ReadonlySet<string> = new Set([
  "translation_unit", "compound_statement", "declaration_list", "field_declaration_list", "enumerator_list", "initializer_list", "argument_list", "parameter_list", "expression_statement",
  "parenthesized_expression", "parenthesized_declarator", "return_statement", "string_literal", "char_literal", "concatenated_string", "else_clause", "type_qualifier", "field_designator", "subscript_designator", "bitfield_clause",
]);

/** What ends a node of these types, always. */
const CLOSERS: ReadonlyMap<string, string> = new Map([
  ["compound_statement", "}"], ["field_declaration_list", "}"], ["initializer_list", "}"], ["enumerator_list", "}"], ["argument_list", ")"], ["parameter_list", ")"], ["parenthesized_expression", ")"],
  ["expression_statement", ";"], ["return_statement", ";"], ["declaration", ";"], ["field_declaration", ";"],
]);

/**
 * Copies trees out of the parser's memory. Every question to the parser's cursor is a call into wasm, and they were most of the
 * reader's time; so what the text or a neighbor tells is not asked, as long as the tree is without errors: a node begins where its first
 * child does, or behind the blanks that follow its neighbor, and ends where its last child does.
 */
export class TreeCopier {
  private readonly kinds: (Kind | undefined)[] = [];

  /** Copies a whole tree, in one walk. `text` is what was parsed. */
  copy(tree: Tree, text: string): TreeNode {
    const isSound = !tree.rootNode.hasError;
    const cursor = tree.walk();
    const kind = this.kindOf(cursor);
    const root = isSound ? this.sound(cursor, kind, text, cursor.startIndex, null, 0) : this.damaged(cursor, kind, 0);
    cursor.delete();
    return root;
  }

  /** The node under the cursor in a tree without errors; `from` is where it starts. */
  private sound(cursor: TreeCursor, kind: Kind, text: string, from: number, field: string | null, depth: number): TreeNode {
    const { type, named } = kind;
    const isTooDeep = depth > MAX_TREE_DEPTH;
    if (isTooDeep) return { type, field, named, from, to: cursor.endIndex, children: NONE, bad: true };
    if (kind.isLeaf) return { type, field, named, from, to: leafEnd(cursor, kind, text, from), children: NONE, bad: false };
    if (!cursor.gotoFirstChild()) return { type, field, named, from, to: cursor.endIndex, children: NONE, bad: false };
    const children: TreeNode[] = [];
    let bad = false;
    let to = -1;
    for (let at = from, isMore = true; isMore; at = isMore ? nextStart(cursor, text, to) : at) {
      const inner = this.kindOf(cursor);
      if (inner.isSilent && text.startsWith(inner.type, at)) to = at + inner.type.length;
      else {
        const child = this.sound(cursor, inner, text, at, kind.givesRoles && inner.hasRole ? cursor.currentFieldName : null, depth + 1);
        children.push(child);
        bad ||= child.bad;
        to = child.to;
      }
      isMore = (inner.named || inner.type !== kind.closer) && cursor.gotoNextSibling();
    }
    cursor.gotoParent();
    return { type, field, named, from, to, children, bad };
  }

  /** The node under the cursor in a tree with errors, where nothing may be taken from the text. */
  private damaged(cursor: TreeCursor, kind: Kind, depth: number): TreeNode {
    const { type, named } = kind;
    const field = kind.hasRole ? cursor.currentFieldName : null;
    const from = cursor.startIndex;
    const to = cursor.endIndex;
    const isTooDeep = depth > MAX_TREE_DEPTH;
    let bad = isTooDeep || type === "ERROR" || (from === to && cursor.nodeIsMissing);
    if (isTooDeep || !cursor.gotoFirstChild()) return { type, field, named, from, to, children: NONE, bad };
    const children: TreeNode[] = [];
    do {
      const child = this.damaged(cursor, this.kindOf(cursor), depth + 1);
      children.push(child);
      bad ||= child.bad;
    } while (cursor.gotoNextSibling());
    cursor.gotoParent();
    return { type, field, named, from, to, children, bad };
  }

  private kindOf(cursor: TreeCursor): Kind {
    const id = cursor.nodeTypeId;
    const known = this.kinds[id];
    if (known !== undefined) return known;
    const type = cursor.nodeType;
    const named = cursor.nodeIsNamed;
    const kind: Kind = {
      type, named, isLeaf: !named || LEAVES.has(type), isWord: WORDS.has(type), hasRole: !/^[,;(){}[\]]$/.test(type), givesRoles: !LISTS.has(type), closer: CLOSERS.get(type) ?? "", isSilent: !named && /^[,(){}[\]]$/.test(type),
    };
    // The number of an error node is beyond all others.
    if (id < MAX_KINDS) this.kinds[id] = kind;
    return kind;
  }
}

const NONE: readonly TreeNode[] = [];
const MAX_KINDS = 2000;

/** Where the node under the cursor begins, whose neighbor ends at `end`: behind the blanks, unless something else stands there. */
function nextStart(cursor: TreeCursor, text: string, end: number): number {
  let at = end;
  let code = text.charCodeAt(at);
  while (code === 32 || (code >= 9 && code <= 13)) code = text.charCodeAt(++at);
  // A backslash in front of a line end, a comment and letters beyond ASCII are left to the parser.
  return code === 92 || code === 47 || code > 126 || Number.isNaN(code) ? cursor.startIndex : at;
}

function leafEnd(cursor: TreeCursor, kind: Kind, text: string, from: number): number {
  if (!kind.named && text.startsWith(kind.type, from)) return from + kind.type.length;
  if (!kind.isWord) return cursor.endIndex;
  let to = from;
  for (let code = text.charCodeAt(to); (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || (code >= 48 && code <= 57); code = text.charCodeAt(to)) to++;
  // A word of other letters than these is left to the parser, and so is a typedef of several words.
  return text.charCodeAt(to) > 127 || text.charCodeAt(to) === 36 || kind.type === "primitive_type" ? cursor.endIndex : to;
}

export function childOf(node: TreeNode, field: string): TreeNode | null {
  return node.children.find((child) => child.field === field) ?? null;
}

/** Named children; comments never occur, since the mask blanks them. */
export function namedChildren(node: TreeNode): TreeNode[] {
  return node.children.filter((child) => child.named);
}

/** Text made of slices of the source with made-up text between them. */
export interface Composed {
  readonly text: string;
  /** Sorted by `at`; each piece of the source: where it stands in `text`, and where it comes from. */
  readonly pieces: readonly { readonly at: number; readonly length: number; readonly source: number }[];
}

/** Puts pieces together; a string is made-up text, a pair of offsets is a slice of `masked`. */
export function compose(masked: string, parts: readonly (string | { readonly from: number; readonly to: number })[]): Composed {
  const texts: string[] = [];
  const pieces: { at: number; length: number; source: number }[] = [];
  let at = 0;
  for (const part of parts) {
    const text = typeof part === "string" ? part : masked.slice(part.from, part.to);
    if (typeof part !== "string") pieces.push({ at, length: text.length, source: part.from });
    texts.push(text);
    at += text.length;
  }
  return { text: texts.join(""), pieces };
}

/** Leads offsets of a composed text back to the source; made-up text leads to the place where it was put in. */
export function sourceOffset(composed: Composed, offset: number): number {
  let best = composed.pieces[0];
  for (const piece of composed.pieces) {
    if (piece.at > offset) break;
    best = piece;
  }
  if (best === undefined) return 0;
  if (offset < best.at) return best.source;
  return best.source + Math.min(offset - best.at, best.length);
}

/** Finds lines of offsets in one text. */
export class Lines {
  private readonly starts: number[] = [0];

  constructor(text: string) {
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.starts.push(at + 1);
  }

  /** How many lines the text has. */
  get count(): number {
    return this.starts.length;
  }

  /** The line, from one, that holds the offset. */
  lineAt(offset: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  /** The offset of a line's first character; lines from one. Beyond the end it is the last line's start. */
  startOf(line: number): number {
    return this.starts[Math.min(Math.max(line, 1), this.starts.length) - 1] ?? 0;
  }

  span(from: number, to: number): Span {
    return { from, to, line: this.lineAt(from) };
  }
}
