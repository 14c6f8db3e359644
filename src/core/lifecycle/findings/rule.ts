// What a rule is given to look at, and how it says what it found.
import type { Span } from "../../c/ast.js";
import type { ApiRow } from "../api.js";
import type { Code, CodeFunction } from "../code.js";
import type { State, Trail } from "./state.js";
import type { FindingKind } from "./types.js";
import type { Counted } from "./wrong-lock.js";

/** Something is given back or dropped for good. */
export interface GoneEvent {
  readonly state: State;
  /** The object, and the member of it that the call names; "" for the object itself. */
  readonly id: string;
  readonly member: string;
  /** Null when a function of the patch does it. */
  readonly row: ApiRow | null;
  readonly call: string;
  readonly span: Span;
  readonly label: string;
  /** True when nothing of the object is left afterwards: its memory was freed, or our only reference went. */
  readonly final: boolean;
  /** True when the call frees memory, whoever else has a reference. */
  readonly frees: boolean;
}

/** An object is read, written, passed on or returned. */
export interface UseEvent {
  readonly state: State;
  readonly id: string;
  readonly span: Span;
  readonly label: string;
}

/** An object is made known to others. */
export interface PublishEvent extends UseEvent {
  readonly row: ApiRow;
  readonly member: string;
}

/** One way out of a function. */
export interface Exit {
  readonly state: State;
  readonly span: Span;
  /** What the function returns, as bits of `State`; -1 when it returns nothing. */
  readonly bits: number;
  /** True when what it returns says that something went wrong: an error number, an ERR_PTR, or NULL for a pointer. */
  readonly failed: boolean;
}

export interface RawFinding {
  readonly kind: FindingKind;
  readonly object: string;
  readonly call: string;
  readonly other: string;
  readonly span: Span;
  /** What it follows from, where one cause shows in more than one place: the first is told. Missing where the place says all. */
  readonly cause?: Span;
  /** The object whose steps are told with it; "" for all. */
  readonly about: string;
  readonly trail: Trail | null;
}

export interface FunctionContext {
  readonly code: Code;
  readonly where: CodeFunction;
  report(finding: RawFinding): void;
  /** Notes a call on a count, for the rule that compares functions. */
  counted(one: Counted): void;
  /** Notes what the function frees. */
  freed(id: string, label: string): void;
}

/** One rule; it has the hooks that it needs. */
export interface Rule {
  readonly kind: FindingKind;
  readonly gone?: (ctx: FunctionContext, event: GoneEvent) => void;
  readonly use?: (ctx: FunctionContext, event: UseEvent) => void;
  readonly returned?: (ctx: FunctionContext, event: UseEvent) => void;
  readonly published?: (ctx: FunctionContext, event: PublishEvent) => void;
  readonly exits?: (ctx: FunctionContext, exits: readonly Exit[]) => void;
}
