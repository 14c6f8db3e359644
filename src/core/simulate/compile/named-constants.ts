// Names that stand for text: enum constants, defines with a value, and function-like macros.
import type { CReader } from "../../c/reader.js";
import type { Expr } from "../../c/ast.js";
import { constantValue } from "./constants.js";
import type { ProgramContext } from "./context.js";
import type { Linker, Unit } from "./link.js";
import { type Macro, parseMacro } from "./macros.js";

/** A reader of C, and what it has made of the texts of defines: the same in every program. */
export class NameReader {
  private readonly expressions = new Map<string, Expr | null>();

  constructor(readonly reader: CReader) {}

  /** The expression that a text is; null when it is none. */
  expression(text: string): Expr | null {
    const known = this.expressions.get(text);
    if (known !== undefined) return known;
    const init = this.number(text) ?? this.reader.readText("define", `long define_value = (${text.replace(/\\\n/g, " ")});`).globals[0]?.init ?? null;
    const expr = init && init.kind !== "opaque" ? init : null;
    this.expressions.set(text, expr);
    return expr;
  }

  /** A plain number needs no parser. */
  private number(text: string): Expr | null {
    const plain = text.trim();
    return /^(0|[1-9]\d{0,9}|0x[0-9a-fA-F]{1,8})$/.test(plain) ? { kind: "number", value: Number(plain), text: plain, span: { from: 0, to: plain.length, line: 1 } } : null;
  }
}

/** What is known of names in all passes of the compiler. */
export interface KnownNames {
  readonly macros: Map<string, Macro | null>;
  /** Constants that no text defines, with the values that they are given. */
  readonly unknown: Map<string, number>;
}

/** Where constants that nobody shows begin: errors stay below the largest one (MAX_ERRNO), others below every address. */
const UNKNOWN_ERROR = 600;
const UNKNOWN_NUMBER = 0x2001;
/** Names of constants that say how many there are at most, and what they are taken as. */
const BOUND = /(^|_)(MAX|COUNT|NUM|NR)$|^(MAX|NUM|NR)_|_MAX_(NUM|COUNT|ENTRIES|CHANNELS|QUEUES)/;
const UNKNOWN_BOUND = 2;

export class NamedConstants {
  private readonly circular = new Map<string, boolean>();

  constructor(private readonly program: ProgramContext, private readonly reader: NameReader, private readonly linker: Linker, private readonly known: KnownNames) {}

  /** A number, when the name is an enum constant or a define with a constant value. */
  valueOf(name: string, from: Unit): number | null {
    const found = this.linker.constantText(name, from);
    if (found?.enumOf) {
      const { unit, index, position } = found.enumOf;
      let value = 0;
      for (let at = 0; at <= position; at++) {
        const entry = unit.unit.enums[index]?.values[at];
        if (entry?.value) value = constantValue(this.program, entry.value, unit) ?? 0;
        if (at < position) value++;
      }
      return value;
    }
    if (found?.define !== null && found?.define !== undefined && !this.leadsToItself(name, from)) return this.valueOfText(found.define, from);
    if (this.linker.global(name, from) || !/^[A-Z][A-Z0-9_]*$/.test(name) || this.linker.prototype(name, from)) return null;
    return this.unknown(name, from);
  }

  /** The value of a text that is a constant expression. */
  valueOfText(text: string, from: Unit | null): number | null {
    const plain = text.trim().replace(/^\((.*)\)$/, "$1").trim();
    if (/^(0x[0-9a-f]{1,12}[ul]*|(0|[1-9]\d{0,14})[ul]*|-[1-9]\d{0,8})$/i.test(plain)) return Number(plain.replace(/[ul]+$/i, ""));
    if (plain === "") return null;
    const unit = from ?? this.linker.units[0];
    const expr = this.reader.expression(text);
    return expr && unit ? constantValue(this.program, expr, unit) : null;
  }

  /** The expression that a define stands for. */
  defined(name: string, from: Unit): Expr | null {
    const found = this.linker.constantText(name, from);
    return found?.define && !this.leadsToItself(name, from) ? this.reader.expression(found.define) : null;
  }

  macro(name: string, from: Unit): Macro | null {
    const key = `${from.path} ${name}`;
    const known = this.known.macros.get(key);
    if (known !== undefined) return known;
    const order = [from, ...this.linker.units.filter((unit) => unit !== from)];
    const macro = parseMacro(this.reader.reader, order, name);
    this.known.macros.set(key, macro);
    return macro;
  }

  /** A define that names itself, or another that leads back to it, is not expanded (C11 6.10.3.4). */
  private leadsToItself(name: string, from: Unit): boolean {
    const known = this.circular.get(name);
    if (known !== undefined) return known;
    const seen = new Set<string>();
    const next = [name];
    let found = false;
    for (let at = next.pop(); at !== undefined && !found; at = next.pop()) {
      for (const [word] of (this.linker.constantText(at, from)?.define ?? "").matchAll(/\b[A-Za-z_]\w*/g)) {
        if (word === name) found = true;
        else if (!seen.has(word)) next.push(word);
        seen.add(word);
      }
    }
    this.circular.set(name, found);
    return found;
  }

  private unknown(name: string, from: Unit): number {
    // What bounds a loop or an array is small: every turn of a loop is looked at.
    if (BOUND.test(name)) {
      this.program.assume({ kind: "inferred-type", text: `${name} is a constant whose value is not known: as a bound it is taken as ${String(UNKNOWN_BOUND)}`, where: { path: from.path, line: 1 } });
      return UNKNOWN_BOUND;
    }
    // Values that nobody has shown are told apart, and from small numbers; nothing else is known of them.
    const known = this.known.unknown.get(name) ?? (/^E[A-Z0-9]{2,}$/.test(name) ? UNKNOWN_ERROR : UNKNOWN_NUMBER) + this.known.unknown.size;
    this.known.unknown.set(name, known);
    this.program.assume({ kind: "inferred-type", text: `${name} is a constant whose value is not known: it differs from all others`, where: { path: from.path, line: 1 } });
    return known;
  }
}
