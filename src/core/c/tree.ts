// A parse tree as plain values, and where its offsets lead in the source.
import type { Tree } from "web-tree-sitter";
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

/** Copies a whole tree out of the parser's memory, in one walk. */
export function copyTree(tree: Tree): TreeNode {
  const cursor = tree.walk();
  const copy = (depth: number): TreeNode => {
    const type = cursor.nodeType;
    const field = cursor.currentFieldName;
    const named = cursor.nodeIsNamed;
    const from = cursor.startIndex;
    const to = cursor.endIndex;
    let bad = type === "ERROR" || cursor.nodeIsMissing;
    const children: TreeNode[] = [];
    if (depth > MAX_TREE_DEPTH) bad = true;
    else if (cursor.gotoFirstChild()) {
      do {
        const child = copy(depth + 1);
        bad ||= child.bad;
        children.push(child);
      } while (cursor.gotoNextSibling());
      cursor.gotoParent();
    }
    return { type, field, named, from, to, children, bad };
  };
  const root = copy(0);
  cursor.delete();
  return root;
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
