// One function of a program as a C function: an instruction to a line, each with a label that a move can begin at.
import type { Width, Instruction, FunctionCode, Program } from "../ir.js";
import { FLAGS } from "./flags.js";

/** Text of one C fragment that Spin takes (its buffer holds 65,536 characters). */
export const MOST_TEXT = 60_000;

/** Locks are told apart by number. */
export interface Kinds { number(kind: string): number }

export function functionText(program: Program, code: FunctionCode, kinds: Kinds): string {
  const writer = new Writer(program, code, kinds);
  const commented = writer.text(true);
  return commented.length <= MOST_TEXT ? commented : writer.text(false);
}

/** A word of C: no value of the machine needs more than 64 bits, and the smallest of them has no literal. */
export const literal = (value: number): string => (value === -(2 ** 63) ? "(-9223372036854775807LL - 1)" : Math.abs(value) > 2 ** 31 - 1 ? `${String(BigInt(value))}LL` : String(value));

class Writer {
  constructor(private readonly program: Program, private readonly code: FunctionCode, private readonly kinds: Kinds) {}

  text(comments: boolean): string {
    const { code, index, name } = this.code;
    const targets = new Set(code.flatMap((instruction) => (instruction.op === "jump" ? [instruction.target] : instruction.op === "branch" ? [instruction.target, instruction.otherwise] : [])));
    const lines = [`/* ${name}() */`, `static int f${String(index)}(void)`, "{", "word *r = C.reg + frames[C.frame].base, a, b, arg[ARGUMENTS];", "int i;", "", "(void) a, (void) b, (void) i, (void) arg, (void) r;", "switch (C.at) {"];
    let source = -1;
    code.forEach((instruction, at) => {
      const from = this.program.sources[instruction.source];
      if (comments && instruction.source !== source && from) lines.push(`/* ${from.path}:${String(from.line)}: ${quiet(from.text)} */`);
      source = instruction.source;
      lines.push(`${targets.has(at) ? `L${String(at)}: ` : ""}case ${String(at)}: ${this.instruction(instruction, at)}`);
    });
    lines.push("}", "found |= F_MISSING;", "return STOPPED;", "}");
    return lines.join("\n");
  }

  private value(operand: number): string {
    return operand >= 0 ? `r[${String(operand)}]` : literal(this.code.constants[~operand] ?? 0);
  }

  private instruction(instruction: Instruction, at: number): string {
    const here = String(at);
    switch (instruction.op) {
      case "move": return `r[${String(instruction.to)}] = ${this.value(instruction.a)};`;
      case "binary": return this.binary(instruction);
      case "not": return `r[${String(instruction.to)}] = !${this.value(instruction.a)};`;
      case "invert": return `r[${String(instruction.to)}] = ${instruction.width.bits === 64 ? `-1 - ${this.value(instruction.a)}` : `convert(~(int) ${this.value(instruction.a)}, ${width(instruction.width)})`};`;
      case "negate": return `r[${String(instruction.to)}] = convert(-(long long) ${this.value(instruction.a)}, ${width(instruction.width)});`;
      case "convert": return `r[${String(instruction.to)}] = convert(${this.value(instruction.a)}, ${width(instruction.width)});`;
      case "load": return `LOAD(${here}, r[${String(instruction.to)}], ${this.value(instruction.a)} + ${String(instruction.offset)})`;
      case "store": return `STORE(${here}, ${this.value(instruction.a)} + ${String(instruction.offset)}, ${this.value(instruction.value)})`;
      case "view": return ";";
      case "fit": return `r[${String(instruction.to)}] = ${this.value(instruction.value)};`;
      case "frame-address": return `r[${String(instruction.to)}] = (word) (FRAME_BASE + frames[C.frame].depth) * SPAN + ${String(instruction.slot)};`;
      case "clear-frame": return `memset(r + ${String(this.code.registers + instruction.slot)}, 0, ${String(instruction.count)} * sizeof(word));`;
      case "jump": return `JUMP(L${String(instruction.target)})`;
      case "branch": return `if (${this.value(instruction.a)}) JUMP(L${String(instruction.target)}) JUMP(L${String(instruction.otherwise)})`;
      case "call": return `${this.arguments(instruction.args)}CALL(${here}, ${String(instruction.callee)}, ${String(instruction.args.length)})`;
      case "call-pointer":
        return `a = ${this.value(instruction.a)}; if (a < SPAN || a / SPAN > OBJECTS || a % SPAN || CODE[a / SPAN] < 0) BAD_CALL(a) ${this.arguments(instruction.args)}CALL(${here}, CODE[a / SPAN], ${String(instruction.args.length)})`;
      case "return": return `a = ${instruction.a === null ? "0" : this.value(instruction.a)}; RETURN(a)`;
      case "choose": return this.choose(instruction);
      case "atomic-begin": return `STOP(${here}) atomic++;`;
      case "atomic-end": return "if (!--atomic && ghost) return BLOCKED;";
      case "wait": return `if (!${this.value(instruction.a)}) { if (!atomic) return BLOCKED; ghost = 1; }`;
      case "acquire": return `a = ${this.value(instruction.a)}; if (ghost) { if (holds(a)) found |= F_DEADLOCK | F_FATAL; return BLOCKED; } if (C.held == HELD) TOO_MUCH C.lock[C.held] = a; C.kind[C.held++] = ${String(this.kinds.number(instruction.kind))};`;
      case "release": return `RELEASE(${this.value(instruction.a)})`;
      case "held": return `r[${String(instruction.to)}] = holds(${this.value(instruction.a)});`;
      case "allocate": return `STOP(${here}) a = allocate(${this.value(instruction.a)}, ${instruction.hint === null ? `site_of(${here})` : `${String(this.code.index)} * 65536 + ${here}`}, ${instruction.hint === null ? "type_at_site()" : String(instruction.hint.type + 1)}); if (found & (F_BOUND | F_MISSING)) return STOPPED; r[${String(instruction.to)}] = a;`;
      case "free": return `a = ${this.value(instruction.a)}; if (a) { STOP(${here}) FREE(a) }`;
      case "keep": return `i = header(${this.value(instruction.a)} / SPAN); if (i >= 0 && M[i + 2]) M[i + 2] |= 4;`;
      case "live": return `a = ${this.value(instruction.a)} / SPAN; i = header(a); r[${String(instruction.to)}] = a > 0 && (a <= OBJECTS || (i >= 0 && (M[i + 2] & ~4)));`;
      case "assume": return `if (!${this.value(instruction.a)}) return PRUNED;`;
      case "cpu": return `r[${String(instruction.to)}] = number;`;
      case "report": return `if (!ghost) found |= F_${(FLAGS.find((flag) => flag.kind === instruction.kind)?.name ?? "warn").toUpperCase()};`;
      case "might-sleep": return "if (!ghost) for (i = 0; i < C.held; i++) if (SPINS >> C.kind[i] & 1) found |= F_LOCK;";
      case "missing": return "if (ghost) return BLOCKED; found |= F_MISSING; return STOPPED;";
      case "halt": return "C.frame = C.at = 0; memset(C.reg, 0, sizeof C.reg); return DONE;";
    }
  }

  private arguments(args: readonly number[]): string {
    return args.map((operand, at) => `arg[${String(at)}] = ${this.value(operand)}; `).join("");
  }

  private choose(instruction: Instruction & { readonly op: "choose" }): string {
    const to = `r[${String(instruction.to)}]`;
    const count = instruction.values ? String(instruction.values.length) : `(${this.value(instruction.a)} < 1 ? 1 : ${this.value(instruction.a)})`;
    const pick = instruction.values ? `switch (i) { ${instruction.values.map((value, at) => `case ${String(at)}: ${to} = ${literal(value)}; break;`).join(" ")} }` : `${to} = i;`;
    return `b = ${count}; i = choices_left % b; choices_left /= b; stride *= b; if (stride > WAYS) TOO_MUCH ${pick}`;
  }

  private binary(instruction: Instruction & { readonly op: "binary" }): string {
    const to = `r[${String(instruction.to)}]`;
    const [a, b] = [this.value(instruction.a), this.value(instruction.b)];
    const as = width(instruction.width);
    const wide = instruction.width.bits === 64;
    switch (instruction.operator) {
      case "==": case "!=": return `${to} = ${a} ${instruction.operator} ${b};`;
      case "<": case "<=": case ">": case ">=": return `${to} = seen(${a}, ${as}) ${instruction.operator} seen(${b}, ${as});`;
      case "+": case "-": return `${to} = convert((long long) ${a} ${instruction.operator} ${b}, ${as});`;
      case "*": return wide ? `${to} = fit((long long) ${a} * ${b});` : `${to} = convert((int) ((unsigned int) ${a} * (unsigned int) ${b}), ${as});`;
      case "/": case "%": return `if (!${b}) FAULT(F_WARN) ${to} = divide(${a}, ${b}, ${instruction.operator === "%" ? "1" : "0"}, ${as});`;
      case "<<": return `${to} = shift_left(${a}, ${b}, ${as});`;
      case ">>": return `${to} = shift_right(${a}, ${b}, ${as});`;
      case "&": case "|": case "^": return wide ? `${to} = ${a} ${instruction.operator} ${b};` : `${to} = convert((int) ${a} ${instruction.operator} (int) ${b}, ${as});`;
    }
  }
}

const width = (one: Width): string => `${String(one.bits)}, ${one.unsigned ? "1" : "0"}`;

/** Code inside a comment inside a fragment: without what ends a comment or confuses Spin's reader of braces. */
function quiet(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, " ").replace(/[{}\\"'`]/g, " ").replace(/\*\/|\/\*|\/\//g, " ").replace(/\bnow\./g, "now ").replace(/\bP(?=\w*->)/g, "p").slice(0, 80);
}
