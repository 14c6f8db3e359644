// Which text a name means: the code under review, the scenario's fills, the kernel model.
import type { CFunction, CUnit, Declaration, Stmt } from "../../c/ast.js";
import type { Side } from "../../patch/types.js";
import type { OriginKind } from "../ir.js";
import type { Assumption } from "../types.js";
import { completeBody } from "./fill.js";

/** One text that was read. */
export interface Unit {
  readonly path: string;
  readonly origin: OriginKind;
  readonly side: Side | null;
  readonly text: string;
  readonly unit: CUnit;
  readonly starts: readonly number[];
  /** From an offset in `text` to one in the text before what-if edits. */
  readonly original: (offset: number) => number;
}

/** A statement with the text that it stands in. */
export interface PlacedStatement { readonly stmt: Stmt; readonly unit: Unit }

/** A function that can be compiled. */
export interface Definition {
  readonly name: string;
  readonly unit: Unit;
  readonly fn: CFunction;
  readonly body: readonly PlacedStatement[];
  readonly assumptions: readonly Assumption[];
}

export interface GlobalDefinition {
  readonly name: string;
  readonly unit: Unit;
  readonly declaration: Declaration;
  /** The declaration that has the initializer, when one has. */
  readonly initial: { readonly unit: Unit; readonly declaration: Declaration } | null;
}

/** Parts of functions that a scenario supplies. */
export interface Fill { readonly function: string; readonly where: "head" | "tail"; readonly unit: Unit; readonly body: readonly Stmt[]; readonly line: number; readonly text: string }

export class Linker {
  private readonly definitions = new Map<CFunction, Definition>();

  /** Units in order of authority: images, scenario, model. */
  constructor(readonly units: readonly Unit[], private readonly fills: readonly Fill[]) {}

  /** True when the code under review has something of this function. */
  inImages(name: string): boolean {
    return this.units.some((unit) => unit.origin === "patch" && unit.unit.functions.some((fn) => fn.name === name && fn.body !== null));
  }

  /** The definition that a call in `from` reaches; null when no text has one. */
  definition(name: string, from: Unit | null): Definition | null {
    const candidates = this.candidates(name, from);
    let partial: Definition | null = null;
    for (const { unit, fn } of candidates) {
      const definition = this.complete(unit, fn);
      if (!definition.body.some((placed) => hasGap(placed.stmt))) return definition;
      partial ??= definition;
    }
    return partial;
  }

  /** The definition in one file, whatever the others have. */
  own(name: string, unit: Unit): Definition | null {
    const fn = unit.unit.functions.find((candidate) => candidate.name === name && candidate.body !== null);
    return fn ? this.complete(unit, fn) : null;
  }

  /** A function's declaration, with or without a body: for its types. */
  prototype(name: string, from: Unit | null): { readonly fn: CFunction; readonly unit: Unit } | null {
    const own = from?.unit.functions.find((fn) => fn.name === name && !fn.missing.head);
    if (own && from) return { fn: own, unit: from };
    for (const unit of this.units) {
      const fn = unit.unit.functions.find((candidate) => candidate.name === name);
      if (fn) return { fn, unit };
    }
    return null;
  }

  global(name: string, from: Unit | null): GlobalDefinition | null {
    const order = from === null ? this.units : [from, ...this.units.filter((unit) => unit !== from)];
    let found: { unit: Unit; declaration: Declaration } | null = null;
    let initial: { unit: Unit; declaration: Declaration } | null = null;
    for (const unit of this.inAuthority(order, from)) {
      for (const declaration of unit.unit.globals) {
        if (declaration.name !== name) continue;
        if (found === null || (found.declaration.isExtern && !declaration.isExtern)) found = { unit, declaration };
        if (declaration.init && initial === null) initial = { unit, declaration };
      }
    }
    return found === null ? null : { name, ...found, initial };
  }

  /** The value's text of an enum constant or a define, nearest first. */
  constantText(name: string, from: Unit | null): { readonly define: string | null; readonly enumOf: { readonly unit: Unit; readonly index: number; readonly position: number } | null } | null {
    const order = from === null ? this.units : [from, ...this.units.filter((unit) => unit !== from)];
    for (const unit of order) {
      for (let index = 0; index < unit.unit.enums.length; index++) {
        const position = unit.unit.enums[index]?.values.findIndex((value) => value.name === name) ?? -1;
        if (position >= 0) return { define: null, enumOf: { unit, index, position } };
      }
      const define = unit.unit.defines.find((candidate) => candidate.name === name);
      if (define) return { define: define.text, enumOf: null };
    }
    return null;
  }

  /** Own file first; a static of another file of the patch is seen by scenarios, which stand for its callers, and by nobody else while there is another. */
  private candidates(name: string, from: Unit | null): { readonly unit: Unit; readonly fn: CFunction }[] {
    const all: { unit: Unit; fn: CFunction; rank: number }[] = [];
    for (const unit of this.units) {
      for (const fn of unit.unit.functions) {
        if (fn.name !== name || fn.body === null) continue;
        const own = unit === from;
        const hidden = fn.isStatic && !own && unit.origin === "patch" && from?.origin === "model";
        all.push({ unit, fn, rank: (own && unit.origin !== "model" ? 0 : 1) + (hidden ? 10 : 0) + (unit.origin === "patch" ? 0 : unit.origin === "scenario" ? 2 : own ? 3 : 4) });
      }
    }
    return all.sort((a, b) => a.rank - b.rank);
  }

  private inAuthority(order: readonly Unit[], from: Unit | null): Unit[] {
    const own = from === null ? [] : [from];
    return [...own, ...order.filter((unit) => unit !== from)];
  }

  private complete(unit: Unit, fn: CFunction): Definition {
    let definition = this.definitions.get(fn);
    if (!definition) {
      const own = this.fills.filter((fill) => fill.function === fn.name && unit.origin === "patch");
      definition = { name: fn.name, unit, fn, ...completeBody(unit, fn, own) };
      this.definitions.set(fn, definition);
    }
    return definition;
  }
}

/** True when a statement holds lines that nobody has shown us, or text that could not be read. */
export function hasGap(stmt: Stmt): boolean {
  switch (stmt.kind) {
    case "gap": return true;
    case "block": case "switch": return stmt.body.some(hasGap);
    case "if": return hasGap(stmt.then) || (stmt.else !== null && hasGap(stmt.else));
    case "while": case "do": case "for": case "macro-block": return hasGap(stmt.body);
    default: return false;
  }
}
