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
  /** True when a node of the type never has children. */
  readonly isLeaf: boolean;
  /** True when the node is one word: its end is where the word ends. */
  readonly isWord: boolean;
  /** True when nodes of the type may have a role in their parent. */
  readonly hasRole: boolean;
}

const WORDS: ReadonlySet<string> = new Set(["identifier", "field_identifier", "type_identifier", "statement_identifier", "primitive_type"]);
const LEAVES: ReadonlySet<string> = new Set([...WORDS, "number_literal", "string_content", "escape_sequence", "character"]);

/**
 * Copies trees out of the parser's memory. Every question to the parser's cursor is a call into wasm, and they were most of the
 * reader's time; so what the text or a neighbor tells is not asked, as long as the tree is without errors.
 */
export class TreeCopier {
  private readonly kinds: (Kind | undefined)[] = [];

  /** Copies a whole tree, in one walk. `text` is what was parsed. */
  copy(tree: Tree, text: string): TreeNode {
    const isSound = !tree.rootNode.hasError;
    const cursor = tree.walk();
    const root = this.node(cursor, text, isSound, 0, -1);
    cursor.delete();
    return root;
  }

  /** The node under the cursor; `from` is where it starts when that is known, -1 when it is not. */
  private node(cursor: TreeCursor, text: string, isSound: boolean, depth: number, known: number): TreeNode {
    const kind = this.kindOf(cursor);
    const { type, named } = kind;
    const field = kind.hasRole ? cursor.currentFieldName : null;
    const from = known >= 0 && isSound ? known : cursor.startIndex;
    const isTooDeep = depth > MAX_TREE_DEPTH;
    if (isSound && kind.isLeaf && !isTooDeep) return { type, field, named, from, to: leafEnd(cursor, kind, text, from), children: NONE, bad: false };
    const to = isSound && !isTooDeep ? -1 : cursor.endIndex;
    let bad = isTooDeep || type === "ERROR" || (from === to && cursor.nodeIsMissing);
    if (isTooDeep || !cursor.gotoFirstChild()) return { type, field, named, from, to: to >= 0 ? to : cursor.endIndex, children: NONE, bad };
    const children: TreeNode[] = [];
    let last = this.node(cursor, text, isSound, depth + 1, from);
    children.push(last);
    bad ||= last.bad;
    while (cursor.gotoNextSibling()) {
      last = this.node(cursor, text, isSound, depth + 1, -1);
      children.push(last);
      bad ||= last.bad;
    }
    cursor.gotoParent();
    return { type, field, named, from, to: to >= 0 ? to : last.to, children, bad };
  }

  private kindOf(cursor: TreeCursor): Kind {
    const id = cursor.nodeTypeId;
    const known = this.kinds[id];
    if (known !== undefined) return known;
    const type = cursor.nodeType;
    const named = cursor.nodeIsNamed;
    const kind: Kind = { type, named, isLeaf: !named || LEAVES.has(type), isWord: WORDS.has(type), hasRole: !/^[,;(){}[\]]$/.test(type) };
    // The number of an error node is beyond all others.
    if (id < MAX_KINDS) this.kinds[id] = kind;
    return kind;
  }
}

const NONE: readonly TreeNode[] = [];
const MAX_KINDS = 2000;

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
