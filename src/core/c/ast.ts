// The C of an image as a small typed tree: what the lifecycle reader and the simulator work on.
// Spans are UTF-16 offsets into the image's rendered text (`renderImage`), so that every fact leads back to a line.

export interface Span {
  readonly from: number;
  readonly to: number;
  /** Line of `from`, from one. */
  readonly line: number;
}

/** A type as written: `const struct vfio_group *` is { tag: "struct", name: "vfio_group", pointers: 1 }. */
export interface TypeRef {
  /** "struct", "union", "enum", or "name" for a typedef or a basic type ("unsigned long"). */
  readonly tag: "struct" | "union" | "enum" | "name";
  /** "" for an anonymous struct, union or enum (then `members` or `values` has it). */
  readonly name: string;
  readonly pointers: number;
  /** One entry per array dimension; null where the size is not given or is not a number we know. */
  readonly arrays: readonly (number | null)[];
  /** A function (or pointer to function): its result is the rest of this type. */
  readonly params?: readonly Param[];
  /** True for a function itself, as a typedef can name one; else `params` means a pointer to it. */
  readonly bare?: true;
  /** What stands in parentheses around the name and is made of all the rest: the pointer of `int (*p)[3]`. */
  readonly outer?: Pick<TypeRef, "pointers" | "arrays" | "params" | "outer">;
  readonly members?: readonly Field[];
  readonly values?: readonly EnumValue[];
}

export interface Param { readonly name: string; readonly type: TypeRef; readonly span: Span }
/** `bits` is the width of a bit-field; -1 where it is a constant that the text names. */
export interface Field { readonly name: string; readonly type: TypeRef; readonly span: Span; readonly bits?: number }
export interface EnumValue { readonly name: string; readonly value: Expr | null; readonly span: Span }

export type Expr =
  | { readonly kind: "name"; readonly name: string; readonly span: Span }
  | { readonly kind: "number"; readonly value: number; readonly text: string; readonly span: Span }
  | { readonly kind: "string"; readonly text: string; readonly span: Span }
  | { readonly kind: "unary"; readonly op: "!" | "~" | "-" | "+" | "*" | "&" | "++" | "--"; readonly postfix: boolean; readonly operand: Expr; readonly span: Span }
  | { readonly kind: "binary"; readonly op: string; readonly left: Expr; readonly right: Expr; readonly span: Span }
  | { readonly kind: "assign"; readonly op: string; readonly target: Expr; readonly value: Expr; readonly span: Span }
  | { readonly kind: "conditional"; readonly test: Expr; readonly then: Expr | null; readonly else: Expr; readonly span: Span }
  | { readonly kind: "comma"; readonly left: Expr; readonly right: Expr; readonly span: Span }
  | { readonly kind: "call"; readonly callee: Expr; readonly args: readonly Arg[]; readonly span: Span }
  | { readonly kind: "member"; readonly object: Expr; readonly field: string; readonly arrow: boolean; readonly span: Span; readonly fieldSpan: Span }
  | { readonly kind: "index"; readonly object: Expr; readonly index: Expr; readonly span: Span }
  | { readonly kind: "cast"; readonly type: TypeRef; readonly operand: Expr; readonly span: Span }
  | { readonly kind: "sizeof"; readonly type: TypeRef | null; readonly operand: Expr | null; readonly span: Span }
  | { readonly kind: "init"; readonly entries: readonly InitEntry[]; readonly type: TypeRef | null; readonly span: Span }
  | { readonly kind: "block-value"; readonly body: readonly Stmt[]; readonly span: Span }
  | { readonly kind: "opaque"; readonly reason: string; readonly span: Span };

/** A macro such as `container_of` takes types as arguments. */
export type Arg = Expr | { readonly kind: "type"; readonly type: TypeRef; readonly span: Span };

/** `.open = f` has designator ["open"]; an entry without one has []. */
export interface InitEntry { readonly designator: readonly (string | number)[]; readonly value: Expr; readonly span: Span }

export interface Declaration {
  readonly name: string;
  readonly type: TypeRef;
  readonly init: Expr | null;
  readonly isStatic: boolean;
  readonly isExtern: boolean;
  /** What runs when the variable leaves its scope: `kfree` of `__free(kfree)` (include/linux/cleanup.h). */
  readonly cleanup?: string;
  readonly span: Span;
}

export type Stmt =
  | { readonly kind: "block"; readonly body: readonly Stmt[]; readonly span: Span }
  | { readonly kind: "expr"; readonly expr: Expr; readonly span: Span }
  | { readonly kind: "declare"; readonly declarations: readonly Declaration[]; readonly span: Span }
  | { readonly kind: "if"; readonly test: Expr; readonly then: Stmt; readonly else: Stmt | null; readonly span: Span }
  | { readonly kind: "while"; readonly test: Expr; readonly body: Stmt; readonly span: Span }
  | { readonly kind: "do"; readonly body: Stmt; readonly test: Expr; readonly span: Span }
  | { readonly kind: "for"; readonly init: Stmt | null; readonly test: Expr | null; readonly step: Expr | null; readonly body: Stmt; readonly span: Span }
  /** A macro that heads a block: `list_for_each_entry(…)`, `scoped_guard(…)`. */
  | { readonly kind: "macro-block"; readonly macro: string; readonly args: readonly Arg[]; readonly body: Stmt; readonly span: Span; readonly headSpan: Span }
  | { readonly kind: "switch"; readonly value: Expr; readonly body: readonly Stmt[]; readonly span: Span }
  | { readonly kind: "case"; readonly value: Expr; readonly toValue: Expr | null; readonly span: Span }
  | { readonly kind: "default"; readonly span: Span }
  | { readonly kind: "label"; readonly name: string; readonly span: Span }
  | { readonly kind: "goto"; readonly label: string; readonly span: Span }
  | { readonly kind: "return"; readonly value: Expr | null; readonly span: Span }
  | { readonly kind: "break"; readonly span: Span }
  | { readonly kind: "continue"; readonly span: Span }
  | { readonly kind: "empty"; readonly span: Span }
  /** Lines inside the function that nobody has shown us. */
  | { readonly kind: "gap"; readonly fromLine: number; readonly toLine: number; readonly span: Span }
  /** Text that could not be read (a subtree with an error): gives no facts and cannot be run. */
  | { readonly kind: "opaque"; readonly reason: string; readonly span: Span };

export interface CFunction {
  readonly name: string;
  readonly returns: TypeRef;
  readonly params: readonly Param[];
  /** Null for a prototype. A partial function's body holds "gap" statements where lines are missing. */
  readonly body: readonly Stmt[] | null;
  readonly isStatic: boolean;
  /** The lines of the body that are missing: at its head (the signature comes from the hunk heading), in the middle, or at its tail. */
  readonly missing: { readonly head: boolean; readonly middle: boolean; readonly tail: boolean };
  /** True when nothing is missing and nothing in it is opaque. */
  readonly whole: boolean;
  readonly span: Span;
  /** The function's name; the heading's line when the head is missing (then `from` equals `to`). */
  readonly nameSpan: Span;
}

export interface CStruct {
  readonly tag: "struct" | "union";
  readonly name: string;
  readonly fields: readonly Field[];
  /** True when no line of it is missing. */
  readonly whole: boolean;
  readonly span: Span;
}

/** One image, read. */
export interface CUnit {
  readonly functions: readonly CFunction[];
  readonly structs: readonly CStruct[];
  readonly globals: readonly Declaration[];
  readonly typedefs: readonly { readonly name: string; readonly type: TypeRef; readonly span: Span }[];
  readonly enums: readonly { readonly name: string; readonly values: readonly EnumValue[]; readonly span: Span }[];
  /** Object-like `#define NAME number-or-expression`. */
  readonly defines: readonly { readonly name: string; readonly text: string; readonly span: Span }[];
  /** Branches of `#if … #else … #endif` that stand behind another one that was read: never compiled together with it. */
  readonly alternatives: readonly { readonly from: number; readonly to: number }[];
  /** What the text does not say and the choice between branches rests on, where one configuration was read: each with the group of branches that it is about. */
  readonly conditions: readonly { readonly from: number; readonly to: number; readonly line: number; readonly taken: string }[];
  /** What could not be read, for "n lines skipped". */
  readonly skipped: readonly { readonly span: Span; readonly reason: string }[];
}
