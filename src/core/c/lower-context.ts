// What every part of the lowering shares: the text, its places, its gaps, and how to read a number.
import type { Expr, Span, Stmt } from "./ast.js";
import type { MaskNotes } from "./mask-notes.js";
import type { Composed, Lines, TreeNode } from "./tree.js";
import { sourceOffset } from "./tree.js";

/** What the lowering of one parsed text needs to know. */
export interface LowerContext {
  readonly source: string;
  readonly composed: Composed;
  readonly lines: Lines;
  readonly notes: MaskNotes;
  /** Unknown lines by the number in the marker's name. */
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
  /** Text that could not be read, by the number in its marker's name. */
  readonly broken: readonly { readonly from: number; readonly to: number }[];
  /** Expressions, types and statements hold each other; these two let their files stay without import cycles. */
  readonly lowerExpr: (ctx: LowerContext, node: TreeNode) => Expr;
  readonly lowerBody: (ctx: LowerContext, node: TreeNode) => Stmt[];
}

/** The name of the made-up statement that stands for a gap. */
export function gapMarker(index: number): string {
  return `__lifeline_gap_${index}__`;
}

/** Which gap a name stands for; -1 when it is an ordinary name. */
export function gapOfMarker(name: string): number {
  const found = /^__lifeline_gap_(\d+)__$/.exec(name);
  return found === null ? -1 : Number(found[1]);
}

/** Stands in a completed signature for a type that the heading does not show. */
export const UNKNOWN_TYPE = "__lifeline_unknown__";

export function spanOf(ctx: LowerContext, node: { readonly from: number; readonly to: number }): Span {
  const from = sourceOffset(ctx.composed, node.from);
  const to = node.to > node.from ? Math.max(from, sourceOffset(ctx.composed, node.to - 1) + 1) : from;
  return ctx.lines.span(from, to);
}

export function textOf(ctx: LowerContext, node: TreeNode): string {
  return ctx.composed.text.slice(node.from, node.to);
}

/** The value of a C integer or floating literal; a suffix is dropped. NaN never comes back: text that is no number gives 0. */
export function numberValue(text: string): number {
  const plain = text.replace(/'/g, "");
  const hex = /^0x[0-9a-f]+/i.exec(plain);
  if (hex !== null) return Number(hex[0]);
  const binary = /^0b[01]+/i.exec(plain);
  if (binary !== null) return Number(binary[0]);
  if (/^0[0-7]+[ul]*$/i.test(plain)) return Number.parseInt(plain, 8);
  const value = Number.parseFloat(plain);
  return Number.isNaN(value) ? 0 : value;
}
