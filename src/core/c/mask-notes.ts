// What the mask remembers of the text that it hides, and how it writes.
import type { TypeRef } from "./ast.js";

/** What the mask hid, by offset; the lowering puts it back. */
export interface MaskNotes {
  /** Types that stand where an expression is expected, by the offset of their first character. */
  readonly types: Map<number, TypeRef>;
  /** Names of macros that head a block, by the offset of the name. */
  readonly heads: Map<number, { readonly name: string; readonly nameTo: number; readonly headTo: number; readonly hasArguments: boolean }>;
  /** Offsets of the `...` of case ranges, which are masked as an operator of lowest precedence. */
  readonly ranges: Set<number>;
  /** Jumps that are arguments of macros (`CHECK(x, goto out)`): the word, by the offset of what follows it, or of itself. */
  readonly jumps: Map<number, string>;
  /** Cleanup attributes (`__free(kfree)`), by the offset where they stand. */
  readonly cleanups: Map<number, string>;
  /** Types of bits without a name, by where they stand. */
  readonly unnamed: Map<number, string>;
  /** Where the number of bits of a `DECLARE_BITMAP(name, bits)` stands, which reads as an array of words. */
  readonly bitmaps: Set<number>;
  /** Macros of the text whose body is the head of a loop. */
  readonly loops: Set<string>;
}

export function emptyNotes(): MaskNotes {
  return { types: new Map(), heads: new Map(), ranges: new Set(), jumps: new Map(), cleanups: new Map(), loops: new Set(), unnamed: new Map(), bitmaps: new Set() };
}

/** Writes `text` over the buffer at `at`; characters beyond it up to `to` become spaces. Line ends are not kept. */
export function overwrite(buffer: Uint16Array, at: number, to: number, text: string): void {
  for (let offset = at; offset < to; offset++) buffer[offset] = offset - at < text.length ? text.charCodeAt(offset - at) : 32;
}
