// Which text a name means: the code under review, the scenario's fills, the kernel model.
import type { CFunction, CUnit, Declaration, Stmt } from "../../c/ast.js";
import type { Side } from "../../patch/types.js";
import type { OriginKind } from "../ir.js";
import type { Assumption } from "../types.js";
import { completeBody, type Fits, ignoreGaps } from "./fill.js";

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
  /** By the text that a call stands in, and the name that it calls. */
  private readonly reached = new Map<Unit | null, Map<string, Definition | null>>();
  private readonly functions = new Map<string, { readonly unit: Unit; readonly fn: CFunction }[]>();
  private readonly globals = new Map<string, { readonly unit: Unit; readonly declaration: Declaration }[]>();
  private readonly constants = new Map<string, { readonly unit: Unit; readonly define: string | null; readonly index: number; readonly position: number }[]>();

  /** Units in order of authority: images, scenario, model. */
  constructor(readonly units: readonly Unit[], private readonly fills: readonly Fill[], private readonly fits: Fits = new Map(), readonly gapsAreNothing = false) {
    for (const unit of units) {
      for (const fn of unit.unit.functions) listed(this.functions, fn.name).push({ unit, fn });
      for (const declaration of unit.unit.globals) listed(this.globals, declaration.name).push({ unit, declaration });
      unit.unit.enums.forEach((one, index) => one.values.forEach((value, position) => listed(this.constants, value.name).push({ unit, define: null, index, position })));
      for (const define of unit.unit.defines) {
        const known = listed(this.constants, define.name);
        const before = known.findIndex((one) => one.unit === unit && one.define !== null);
        // What is defined again behind an #undef counts; else the first is read.
        if (before >= 0 && new RegExp(`^\\s*#\\s*undef\\s+${define.name}\\b`, "m").test(unit.text.slice(0, define.span.from))) known[before] = { unit, define: define.text, index: -1, position: -1 };
        else known.push({ unit, define: define.text, index: -1, position: -1 });
      }
    }
  }

  /** Settles how much of each fill is used; see `Fits`. */
  settleFills(): void {
    for (const fill of this.fills) for (const { unit, fn } of this.functions.get(fill.function) ?? []) if (unit.origin === "patch" && fn.body !== null) this.complete(unit, fn);
  }

  /** True when the code under review has something of this function. */
  inImages(name: string): boolean {
    return (this.functions.get(name) ?? []).some(({ unit, fn }) => unit.origin === "patch" && fn.body !== null);
  }

  /** The definition that a call in `from` reaches; null when no text has one. */
  definition(name: string, from: Unit | null): Definition | null {
    let known = this.reached.get(from);
    if (!known) this.reached.set(from, (known = new Map<string, Definition | null>()));
    let found = known.get(name);
    if (found === undefined) known.set(name, (found = this.reach(name, from)));
    return found;
  }

  private reach(name: string, from: Unit | null): Definition | null {
    const candidates = this.candidates(name, from);
    let partial: Definition | null = null;
    for (const { unit, fn } of candidates) {
      const definition = this.complete(unit, fn);
      // Only an image has gaps.
      if (unit.origin !== "patch" || !definition.body.some((placed) => hasGap(placed.stmt))) return definition;
      partial ??= definition;
    }
    return partial;
  }

  /** The definition in one file, whatever the others have. */
  own(name: string, unit: Unit): Definition | null {
    const fn = unit.unit.functions.find((candidate) => candidate.name === name && isDefined(candidate));
    return fn ? this.complete(unit, fn) : null;
  }

  /** A function's declaration, with or without a body: for its types. */
  prototype(name: string, from: Unit | null): { readonly fn: CFunction; readonly unit: Unit } | null {
    const all = this.functions.get(name) ?? [];
    return all.find((one) => one.unit === from && !one.fn.missing.head) ?? all[0] ?? null;
  }

  global(name: string, from: Unit | null): GlobalDefinition | null {
    const all = this.globals.get(name) ?? [];
    const ordered = [...all.filter((one) => one.unit === from), ...all.filter((one) => one.unit !== from)];
    const found = ordered.find((one) => !one.declaration.isExtern) ?? ordered[0];
    return found === undefined ? null : { name, ...found, initial: ordered.find((one) => one.declaration.init !== null) ?? null };
  }

  /** The value's text of an enum constant or a define, nearest first. */
  constantText(name: string, from: Unit | null): { readonly define: string | null; readonly enumOf: { readonly unit: Unit; readonly index: number; readonly position: number } | null } | null {
    const all = this.constants.get(name) ?? [];
    const found = all.find((one) => one.unit === from) ?? all[0];
    if (!found) return null;
    return found.define === null ? { define: null, enumOf: found } : { define: found.define, enumOf: null };
  }

  /** Own file first; a static of another file of the patch is seen by scenarios, which stand for its callers, and by nobody else while there is another. */
  private candidates(name: string, from: Unit | null): { readonly unit: Unit; readonly fn: CFunction }[] {
    const ranked = (this.functions.get(name) ?? []).filter(({ fn }) => isDefined(fn)).map(({ unit, fn }) => {
      const own = unit === from;
      const hidden = fn.isStatic && !own && unit.origin === "patch" && from?.origin === "model";
      return { unit, fn, rank: (own && unit.origin !== "model" ? 0 : 1) + (hidden ? 10 : 0) + (unit.origin === "patch" ? 0 : unit.origin === "scenario" ? 2 : own ? 3 : 4) };
    });
    return ranked.sort((a, b) => a.rank - b.rank);
  }

  private complete(unit: Unit, fn: CFunction): Definition {
    let definition = this.definitions.get(fn);
    if (!definition && unit.origin !== "patch") {
      definition = new WholeDefinition(unit, fn);
      this.definitions.set(fn, definition);
    }
    if (!definition) {
      const own = this.fills.filter((fill) => fill.function === fn.name);
      const completed = completeBody(unit, fn, own, this.fits);
      definition = { name: fn.name, unit, fn, ...(this.gapsAreNothing ? ignoreGaps(fn.name, completed) : completed) };
      this.definitions.set(fn, definition);
    }
    return definition;
  }
}

/** A function of a scenario or of the model, of which no line is missing. Its statements are read when somebody asks for them. */
class WholeDefinition implements Definition {
  readonly assumptions: readonly Assumption[] = [];
  private placed: readonly PlacedStatement[] | null = null;

  constructor(readonly unit: Unit, readonly fn: CFunction) {}

  get name(): string { return this.fn.name; }
  get body(): readonly PlacedStatement[] { return (this.placed ??= (this.fn.body ?? []).map((stmt) => ({ stmt, unit: this.unit }))); }
}

/** A function whose body is read at its first use says beforehand that it has one. */
export const isDefined = (fn: CFunction): boolean => "isDefined" in fn || fn.body !== null;

function listed<T>(map: Map<string, T[]>, key: string): T[] {
  let list = map.get(key);
  if (!list) map.set(key, (list = []));
  return list;
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
