// Names that stand for text: enum constants, defines with a value, and function-like macros.
import type { CReader } from "../../c/reader.js";
import type { CUnit, Expr, Stmt } from "../../c/ast.js";
import { constantValue } from "./constants.js";
import type { ProgramContext } from "./context.js";
import type { Linker, Unit } from "./link.js";
import { expandMacros, isLoose, type Macro, readDefine } from "./macros.js";

/** A text that macros have made: what it reads as, in a text of its own that the places in it are about. */
export interface Expansion { readonly text: string; readonly value: Expr | null; readonly body: readonly Stmt[] | null }

/** A reader of C, and what it has made of the texts of defines: the same in every program. */
export class NameReader {
  private readonly expressions = new Map<string, Expr | null>();
  private readonly expansions = new Map<string, Expansion>();

  constructor(readonly reader: CReader) {}

  /** The expression that a text is; null when it is none. */
  expression(text: string): Expr | null {
    const known = this.expressions.get(text);
    if (known !== undefined) return known;
    const init = this.number(text) ?? returned(this.reader.readText("define", `long define_value(void) { return (${text.replace(/\\\n/g, " ")}); }`));
    const expr = init && init.kind !== "opaque" ? init : null;
    this.expressions.set(text, expr);
    return expr;
  }

  /** The expression or the statements that a text is. */
  expansion(text: string): Expansion {
    let known = this.expansions.get(text);
    if (!known) this.expansions.set(text, (known = this.read(text)));
    return known;
  }

  private read(text: string): Expansion {
    const asValue = `long macro_value(void) { return (${text}); }`;
    const value = returned(this.reader.readText("macro", asValue));
    if (value && value.kind !== "opaque") return { text: asValue, value, body: null };
    const asBody = `void macro_body(void) { ${text}; }`;
    const body = this.reader.readText("macro", asBody).functions[0]?.body ?? null;
    return { text: asBody, value: null, body: body && body.every((stmt) => stmt.kind !== "opaque") ? body : null };
  }

  /** A plain number, with its sign and in its parentheses, needs no parser. */
  private number(text: string): Expr | null {
    const plain = text.trim();
    const [, open = "", sign = "", digits, close = ""] = /^(\(?)(-?)(0|[1-9]\d{0,9}|0x[0-9a-fA-F]{1,8})(\)?)$/.exec(plain) ?? [];
    if (digits === undefined || open.length !== close.length) return null;
    const span = { from: 0, to: plain.length, line: 1 };
    const number: Expr = { kind: "number", value: Number(digits), text: digits, span };
    return sign === "" ? number : { kind: "unary", op: "-", postfix: false, operand: number, span };
  }
}

/** What the only statement of the only function of a text returns. */
function returned(unit: CUnit): Expr | null {
  const body = unit.functions.length === 1 ? unit.functions[0]?.body ?? [] : [];
  return body.length === 1 && body[0]?.kind === "return" ? body[0].value : null;
}

/** What is known of names in all passes of the compiler. */
export interface KnownNames {
  readonly macros: Map<string, Macro | null>;
  readonly byUnit: Map<Unit, ReadonlyMap<string, Macro>>;
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
    const expr = this.reader.expression((unit && this.expanded(text, unit)) ?? text);
    return expr && unit ? constantValue(this.program, expr, unit) : null;
  }

  /** The expression that a define stands for. */
  defined(name: string, from: Unit): Expr | null {
    const found = this.linker.constantText(name, from);
    return found?.define && !this.leadsToItself(name, from) ? this.reader.expression(this.expanded(found.define, from) ?? found.define) : null;
  }

  /** True for a name that is a macro with parameters, and nothing else that can be called. */
  isMacro(name: string, from: Unit): boolean {
    return (this.macro(name, from)?.params ?? null) !== null;
  }

  /** What a text with macros in it reads as once they are expanded; null when there are none in it. */
  expansion(text: string, from: Unit): Expansion | null {
    const expanded = this.expanded(text, from);
    return expanded === null ? null : this.reader.expansion(expanded);
  }

  /** What a text reads as once its macros are expanded; null when it is no expression. */
  parsed(text: string, from: Unit): Expr | null {
    return this.reader.expression(this.expanded(text, from) ?? text);
  }

  /** True for a define whose text can mean something else beside an operator than alone. */
  isLoose(name: string, from: Unit): boolean {
    const body = this.macro(name, from)?.body ?? null;
    return body !== null && isLoose(body) && !this.leadsToItself(name, from) && !this.program.isCallable(name, from);
  }

  private expanded(text: string, from: Unit): string | null {
    return expandMacros(text, (name) => (this.program.isCallable(name, from) ? null : this.macro(name, from)));
  }

  /** The macro of a name, nearest first. */
  private macro(name: string, from: Unit): Macro | null {
    const key = `${from.path} ${name}`;
    const known = this.known.macros.get(key);
    if (known !== undefined) return known;
    const plain = this.linker.constantText(name, from)?.define ?? null;
    let macro: Macro | null = plain === null ? null : { params: null, rest: null, body: plain };
    for (const unit of [from, ...this.linker.units.filter((one) => one !== from)]) {
      if (macro !== null) break;
      macro = this.functionLike(unit).get(name) ?? null;
    }
    this.known.macros.set(key, macro);
    return macro;
  }

  /** The macros with parameters of one text; of several definitions the first, or the one behind the last #undef. */
  private functionLike(unit: Unit): ReadonlyMap<string, Macro> {
    const known = this.known.byUnit.get(unit);
    if (known) return known;
    const found = new Map<string, Macro>();
    for (const { span, reason } of unit.unit.skipped) {
      const macro = reason === "function-like macro" ? readDefine(unit.text.slice(span.from, span.to)) : null;
      if (macro && (!found.has(macro.name) || new RegExp(`^\\s*#\\s*undef\\s+${macro.name}\\b`, "m").test(unit.text.slice(0, span.from)))) found.set(macro.name, macro);
    }
    this.known.byUnit.set(unit, found);
    return found;
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
