// One configuration of the kernel: which branch of each #if … #else … #endif a compiler would read, and what has to be taken for granted for it.
import type { LeftOut } from "./conditional.js";
import type { Directive, Stretch } from "./scan.js";

/** A group of branches, from its first directive to its last, whose choice rests on something that the text does not say. */
export interface Condition { readonly from: number; readonly to: number; /** One plain clause. */ readonly taken: string }

/** Options that are not set on a 64-bit machine of today, or name what is built as a module. */
const NOT_SET = /^CONFIG_(?:\w+_MODULE|32BIT|X86_32|CPU_BIG_ENDIAN|PREEMPT_RT|COMPILE_TEST|BROKEN|UML)$/;
const KNOWN: ReadonlyMap<string, number> = new Map([["__KERNEL__", 1], ["__GNUC__", 12], ["__LITTLE_ENDIAN", 1234], ["BITS_PER_LONG", 64], ["BITS_PER_LONG_LONG", 64], ["true", 1], ["false", 0]]);

/** Whether an option is set where nobody says: `=y` as most are somewhere. */
export const isSet = (option: string): boolean => option.startsWith("CONFIG_") && !NOT_SET.test(option);

/** A group that is open: whether what stands around it is read, whether a branch of it was taken, and whether the one that stands here is. */
interface Group { readonly around: boolean; taken: boolean; alive: boolean; readonly from: number; readonly said: Set<string> }

/** Reads the directives of one text from its beginning to its end, stretch by stretch. */
export class Configuration {
  private readonly defined = new Map<string, string>();
  private readonly removed = new Set<string>();
  private readonly open: Group[] = [];
  private last = 0;
  readonly conditions: Condition[] = [];

  /** What a compiler does not read of the next stretch, and the definitions that it does. */
  read(directives: readonly Directive[], stretch: Stretch): { readonly leftOut: readonly LeftOut[]; readonly defines: readonly Directive[] } {
    const leftOut: LeftOut[] = [];
    const defines: Directive[] = [];
    let dead: number | null = this.isAlive() ? null : stretch.from;
    const turn = (directive: Directive): void => {
      if (dead !== null && directive.from > dead) leftOut.push({ from: dead, to: directive.from, dead: true });
      dead = this.isAlive() ? null : directive.to;
    };
    for (const directive of directives) {
      this.last = directive.to;
      switch (directive.name) {
        case "if": case "ifdef": case "ifndef":
          this.enter(directive);
          turn(directive);
          break;
        case "elif": case "elifdef": case "elifndef": case "else":
          this.next(directive);
          turn(directive);
          break;
        case "endif":
          this.leave(directive);
          turn(directive);
          break;
        case "define": {
          const [, name, body] = /^(\w+)(?:\([^)]*\))?\s*([\s\S]*)$/.exec(directive.rest) ?? [];
          if (!this.isAlive() || name === undefined) break;
          this.defined.set(name, body ?? "");
          defines.push(directive);
          break;
        }
        case "undef":
          if (!this.isAlive()) break;
          this.defined.delete(directive.rest);
          this.removed.add(directive.rest);
          break;
        default:
      }
    }
    if (dead !== null && stretch.to > dead) leftOut.push({ from: dead, to: stretch.to, dead: true });
    return { leftOut, defines };
  }

  /** Groups whose end is in no line that is known. */
  finish(): void {
    for (const group of this.open.splice(0)) this.say(group, this.last);
  }

  private isAlive(): boolean {
    const group = this.open.at(-1);
    return group === undefined || (group.around && group.alive);
  }

  private enter(directive: Directive): void {
    const around = this.isAlive();
    const group: Group = { around, taken: false, alive: false, from: directive.from, said: new Set() };
    if (around) group.alive = group.taken = this.holds(directive, group);
    this.open.push(group);
  }

  private next(directive: Directive): void {
    let group = this.open.at(-1);
    if (!group) {
      // The condition is in a gap: what stands in front of this line is read, and the other branch is not.
      group = { around: true, taken: true, alive: true, from: directive.from, said: new Set(["the condition in front of it is not known: its first branch is read"]) };
      this.open.push(group);
    }
    group.alive = group.around && !group.taken && (directive.name === "else" || this.holds(directive, group));
    group.taken ||= group.alive;
  }

  private leave(directive: Directive): void {
    const group = this.open.pop();
    if (group) this.say(group, directive.to);
  }

  private say({ from, said }: Group, to: number): void {
    for (const taken of said) this.conditions.push({ from, to, taken });
  }

  private holds({ name, rest }: Directive, group: Group): boolean {
    const word = /^\w+/.exec(rest)?.[0] ?? "";
    if (name === "ifdef" || name === "elifdef") return this.isDefined(word, group);
    if (name === "ifndef" || name === "elifndef") return !this.isDefined(word, group, true);
    const said = new Set<string>();
    const value = new ConditionText(rest, { isDefined: (one) => this.isDefined(one, { said }), value: (one) => this.value(one, { said }) }).value();
    if (value === null) {
      group.said.add(`the condition "${rest.replace(/\s+/g, " ")}" is not known: it is taken as true`);
      return true;
    }
    for (const one of said) group.said.add(one);
    return value !== 0;
  }

  /** `quiet`: nothing is said of a name that no line defines, as of the guard of a header. */
  private isDefined(name: string, { said }: { readonly said: Set<string> }, quiet = false): boolean {
    if (this.defined.has(name)) return true;
    if (this.removed.has(name)) return false;
    if (KNOWN.has(name)) return true;
    if (name.startsWith("CONFIG_")) said.add(isSet(name) ? `${name} is taken as set` : `${name} is taken as not set`);
    else if (!quiet || !/_H_*$/i.test(name)) said.add(`${name} is defined nowhere in the file: it is taken as not defined`);
    return isSet(name);
  }

  private value(name: string, group: { readonly said: Set<string> }): number | null {
    const text = this.defined.get(name);
    if (text !== undefined) return /^\(?\s*(?:0x[\da-f]+|\d+)[ul]*\s*\)?$/i.test(text) ? Number(/0x[\da-f]+|\d+/i.exec(text)?.[0]) : null;
    const known = KNOWN.get(name);
    if (known !== undefined) return known;
    return name.startsWith("CONFIG_") ? Number(this.isDefined(name, group)) : null;
  }
}

interface Names { isDefined(name: string): boolean; value(name: string): number | null }

/** A condition as C11 6.10.1 has it; null where a name in it decides whose value is not known. */
class ConditionText {
  private readonly tokens: readonly string[];
  private at = 0;

  constructor(text: string, private readonly names: Names) {
    this.tokens = text.match(/[A-Za-z_]\w*|\d\w*|&&|\|\||[=!<>]=|<<|>>|\S/g) ?? [];
  }

  value(): number | null {
    const value = this.binary(0);
    return this.at === this.tokens.length ? value : null;
  }

  private binary(level: number): number | null {
    const operators = LEVELS[level];
    if (!operators) return this.unary();
    let left = this.binary(level + 1);
    for (let operator = this.tokens[this.at] ?? ""; operators.has(operator); operator = this.tokens[this.at] ?? "") {
      this.at++;
      left = combined(operator, left, this.binary(level + 1));
    }
    return left;
  }

  private unary(): number | null {
    const token = this.tokens[this.at++] ?? "";
    if (token === "!" || token === "-" || token === "+") {
      const value = this.unary();
      return value === null ? null : token === "!" ? Number(value === 0) : token === "-" ? -value : value;
    }
    if (token === "(") {
      const value = this.binary(0);
      return this.tokens[this.at++] === ")" ? value : null;
    }
    if (/^\d/.test(token)) return /^(?:0x[\da-f]+|\d+)[ul]*$/i.test(token) ? Number(token.replace(/[ul]+$/i, "")) : null;
    const name = this.argument();
    if (token === "defined") return Number(this.names.isDefined(name ?? this.tokens[this.at++] ?? ""));
    if (/^IS_(?:ENABLED|BUILTIN|REACHABLE)$/.test(token) && name !== null) return Number(this.names.isDefined(name));
    if (token === "IS_MODULE" && name !== null) return Number(this.names.isDefined(`${name}_MODULE`));
    return name === null && /^[A-Za-z_]/.test(token) && this.tokens[this.at] !== "(" ? this.names.value(token) : this.unknown();
  }

  /** The one name in parentheses that stands here. */
  private argument(): string | null {
    const [open, name, close] = this.tokens.slice(this.at, this.at + 3);
    if (open !== "(" || name === undefined || !/^[A-Za-z_]/.test(name) || close !== ")") return null;
    this.at += 3;
    return name;
  }

  /** What is called here is passed over. */
  private unknown(): null {
    for (let depth = 0; this.at < this.tokens.length; this.at++) {
      const token = this.tokens[this.at];
      if (token === "(") depth++;
      else if (token === ")") depth--;
      if (depth <= 0) {
        if (token === ")" && depth === 0) this.at++;
        break;
      }
    }
    return null;
  }
}

const LEVELS: readonly ReadonlySet<string>[] = [["||"], ["&&"], ["==", "!="], ["<", "<=", ">", ">="], ["+", "-"], ["*", "/", "%"]].map((operators) => new Set(operators));

function combined(operator: string, a: number | null, b: number | null): number | null {
  // One side may decide alone.
  if (operator === "||" && ((a !== null && a !== 0) || (b !== null && b !== 0))) return 1;
  if (operator === "&&" && (a === 0 || b === 0)) return 0;
  if (a === null || b === null) return null;
  switch (operator) {
    case "||": return 0;
    case "&&": return 1;
    case "==": return Number(a === b);
    case "!=": return Number(a !== b);
    case "<": return Number(a < b);
    case "<=": return Number(a <= b);
    case ">": return Number(a > b);
    case ">=": return Number(a >= b);
    case "+": return a + b;
    case "-": return a - b;
    case "*": return a * b;
    default: return b === 0 ? null : operator === "/" ? Math.trunc(a / b) : a % b;
  }
}
