// The control flow of one function as plain data: nodes, edges, and what an edge says about the values that were tested.
import type { Arg, CFunction, Declaration, Expr, Span } from "./ast.js";

/**
 * - "entry", "exit": one of each; every return and the closing brace lead to the exit.
 * - "expr": one expression is evaluated. "declare": one variable comes to life, with its initializer.
 * - "test": `expr` is evaluated and decides; operands of `&&`, `||` and `!` have nodes of their own.
 * - "select": the value of a `switch`. "loop": the head of an iterating macro. "return": its value is evaluated.
 * - "join": a label, or the head of a loop without a test; nothing happens there.
 * - "release": a scope ends, and something is given back.
 * - "gap": lines that nobody has shown us. "unknown": text that could not be read; no fact may come from it.
 * - "elsewhere": all code that is not shown, as one place: gaps and unknown text lead to it, and it leads to every label and to the exit.
 */
export type FlowKind = "entry" | "exit" | "expr" | "declare" | "test" | "select" | "loop" | "return" | "join" | "release" | "gap" | "unknown" | "elsewhere";

/** What the end of a scope does, on whichever way the scope is left (include/linux/cleanup.h). */
export type ScopeRelease =
  /** `guard(mutex)(&lock)`, `CLASS(fdget, f)(fd)`, and `scoped_guard(mutex, &lock)`: `args` are what the constructor was given. */
  | { readonly kind: "guard"; readonly className: string; readonly args: readonly Arg[]; readonly span: Span }
  /** `struct foo *p __free(kfree)`: `cleanup` is `kfree`. */
  | { readonly kind: "cleanup"; readonly cleanup: string; readonly declaration: Declaration; readonly span: Span };

/** What must hold for an edge to be taken. */
export type FlowCondition =
  /** The node's expression is not zero (`truth` true), or is zero. */
  | { readonly kind: "truth"; readonly test: Expr; readonly truth: boolean }
  /** A `switch` went to this case; `value` null is the default, or no case at all. */
  | { readonly kind: "case"; readonly subject: Expr; readonly value: Expr | null; readonly toValue: Expr | null }
  /** An iterating macro had one more entry, or none; a conditional guard was taken, or not. */
  | { readonly kind: "macro"; readonly macro: string; readonly enters: boolean };

export interface FlowEdge {
  readonly to: number;
  /** Null when the edge is always taken. */
  readonly when: FlowCondition | null;
}

export interface FlowNode {
  /** The node's place in `FlowGraph.nodes`. */
  readonly id: number;
  readonly kind: FlowKind;
  /** What is evaluated here, all of it; null where nothing is. */
  readonly expr: Expr | null;
  /** Of "declare": the variable, whose initializer is `expr`. */
  readonly declaration: Declaration | null;
  /** Of "loop", and of the head of a `scoped_guard` (an "expr"): the macro's name and arguments. */
  readonly macro: { readonly name: string; readonly args: readonly Arg[] } | null;
  /** Of "release": what is given back. */
  readonly release: ScopeRelease | null;
  /** Of "expr" and "declare" that begin a scope-bound hold: what the end of the scope will give back. */
  readonly holds: ScopeRelease | null;
  /** The label of a "join"; "" otherwise. */
  readonly label: string;
  /** False where something of what is evaluated here could not be read, and for "gap" and "unknown". */
  readonly readable: boolean;
  readonly span: Span;
  /** No edge leads out of `BUG()` and of `panic()`. */
  readonly next: readonly FlowEdge[];
  /** Nodes with an edge to this one, each once. */
  readonly previous: readonly number[];
}

export interface FlowGraph {
  readonly fn: CFunction;
  /** In the order of the text as far as there is one; the entry is the first, the exit the second. */
  readonly nodes: readonly FlowNode[];
  readonly entry: number;
  readonly exit: number;
  /** True when every line of the function is known and could be read: no path leads through code that is not shown. */
  readonly complete: boolean;
}
