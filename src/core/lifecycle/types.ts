// Lifecycles as plain data: for one struct, before and after, what happens to its objects and where.
import type { Side, SourceRange } from "../patch/types.js";

/** How a thing differs between the sides: only after, only before, on both but not the same, or the same. */
export type Change = "new" | "gone" | "changed" | "same";

/** One line of code that a fact comes from. */
export interface Site {
  readonly function: string;
  /** The call or statement as written, on one line. */
  readonly text: string;
  readonly range: SourceRange;
}

export interface DiagramNode {
  /** The id in the mermaid text; the same on both sides. */
  readonly id: string;
  readonly label: string;
  readonly change: Change;
  readonly sites: readonly Site[];
}

export interface DiagramEdge {
  /** Place among the diagram's edges in source order, from zero, as mermaid counts them. */
  readonly index: number;
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly change: Change;
  /** True when the edge is drawn only to keep both sides aligned: it does not exist on this side. */
  readonly absent: boolean;
  readonly sites: readonly Site[];
}

/** One side of a diagram: mermaid text with what its nodes and edges mean. */
export interface Diagram {
  readonly kind: "life" | "structure";
  readonly side: Side;
  readonly text: string;
  readonly title: string;
  readonly description: string;
  readonly nodes: readonly DiagramNode[];
  readonly edges: readonly DiagramEdge[];
}

/** What one function does with a resource on those of its ways that end alike, its helpers followed as far as the patch shows them. */
export interface PairWay {
  readonly side: Side;
  readonly function: string;
  /** How the function ends there, by what it returns; "untold" where that says nothing. */
  readonly ends: "success" | "error" | "untold";
  readonly halves: "both" | "acquire" | "release" | "neither";
  /** Where the ways return, each once, in the order of the text; empty where they end without a `return`. */
  readonly returns: readonly SourceRange[];
  /** True where a way leads through lines that are not shown. */
  readonly partial: boolean;
}

/** One row of the pair table: acquire and release of one resource. */
export interface PairRow {
  readonly resource: string;
  readonly change: Change;
  readonly acquire: readonly Site[];
  readonly release: readonly Site[];
  /** On which ways through functions which half runs; empty for resources whose calls are not followed on ways, such as locks. */
  readonly ways: readonly PairWay[];
  /** Which side the sites are from is in each site's range. */
  readonly note: string;
}

/** What keeps the memory of an object alive, and until when on each side. */
export interface OwnerRow {
  /** The holder: `count users`, `device dev`, the reference that a character device has of its parent. */
  readonly who: string;
  readonly change: Change;
  /** What ends it, in words; null where the side has no such owner. */
  readonly before: string | null;
  readonly after: string | null;
  /** Where a reference is taken, and where one is given up; which side they are from is in each site's range. */
  readonly begins: readonly Site[];
  readonly ends: readonly Site[];
}

export interface StructChoice {
  readonly name: string;
  /** How many lifetime calls on this struct the patch adds or removes; the largest is the default choice. */
  readonly changedCalls: number;
}

export interface LifecycleView {
  readonly patchKey: string;
  readonly struct: string;
  readonly structs: readonly StructChoice[];
  /** Null when that side shows nothing of the struct. */
  readonly before: Diagram | null;
  readonly after: Diagram | null;
  /** The structure diagrams; null where that side shows nothing of the struct. */
  readonly structure?: { readonly before: Diagram | null; readonly after: Diagram | null };
  readonly pairs: readonly PairRow[];
  /** Who keeps the memory alive; empty where neither side shows it. */
  readonly owners: readonly OwnerRow[];
  /** Functions read only in part, and stretches that could not be read, per side. */
  readonly partial: readonly { readonly side: Side; readonly function: string }[];
  readonly skipped: readonly { readonly side: Side; readonly line: number; readonly reason: string }[];
}
