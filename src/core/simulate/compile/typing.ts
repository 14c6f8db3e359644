// What expressions are, without running them: types, sizes, conditions that their text decides.
import type { Expr } from "../../c/ast.js";
import { wordOf } from "../arithmetic.js";
import type { Width } from "../ir.js";
import type { FunctionContext } from "./context.js";
import { charactersOf } from "./strings.js";
import { CHAR, type CType, INT, isUnknown, LONG, pointerTo, SIZE, UNSIGNED, widthOf, WORD } from "./ctype.js";

/** The type of a number as it is written (C11 6.4.4.1): only those that are not decimal become unsigned by their size. */
export function literalType(text: string, value: number): CType {
  const suffix = /[ul]*$/i.exec(/^0x/i.test(text) ? text.replace(/^0x[0-9a-f]*/i, "") : text)?.[0] ?? "";
  const isDecimal = !/^0[0-9xb]/i.test(text);
  if (/l/i.test(suffix) || value > 0xffffffff) return /u/i.test(suffix) || (value > Number.MAX_SAFE_INTEGER && (digitsOf(text) ?? 0n) > 0x7fffffffffffffffn) ? SIZE : LONG;
  if (/u/i.test(suffix)) return UNSIGNED;
  return value <= 0x7fffffff ? INT : isDecimal ? LONG : UNSIGNED;
}

/** The word of a number as it is written; null when it is not whole, and when no word holds it exactly. */
export function literalValue({ value, text }: { readonly value: number; readonly text: string }): number | null {
  if (Number.isSafeInteger(value)) return value;
  const digits = Number.isInteger(value) ? digitsOf(text) : null;
  return digits === null ? null : wordOf(digits);
}

function digitsOf(text: string): bigint | null {
  const digits = /^(?:0x[0-9a-f]+|0b[01]+|\d+)(?=[ul]*$)/i.exec(text.replace(/'/g, ""))?.[0];
  if (digits === undefined) return null;
  return BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits}` : digits);
}

/** The type of two values together. */
export function common(a: CType, b: CType): CType {
  if (a.k === "pointer") return a;
  if (b.k === "pointer") return b;
  return isUnknown(a) || isUnknown(b) ? WORD : { k: "int", width: wider(promoted(a), promoted(b)) };
}

/**
 * A cast that reads as something else, because the grammar does not know which names are types: `(u8)(x)` as a call, `(u8)-x` and `(u8)*p` as operators.
 * Null when it is what it reads as.
 */
export function hiddenCast(ctx: FunctionContext, expr: Expr): { readonly type: CType; readonly operand: Expr } | null {
  const head = expr.kind === "call" ? expr.callee : expr.kind === "binary" && /^[-+*&]$/.test(expr.op) ? expr.left : null;
  if (head?.kind !== "name" || ctx.variable(head.name) || ctx.program.global(head.name, ctx.unit) || ctx.substitutions.at(-1)?.has(head.name)) return null;
  const type = ctx.types.named(head.name);
  if (!type) return null;
  if (expr.kind === "binary") {
    // A product behind the sign would belong to the cast here, and to the whole in C.
    const operand: Expr = expr.right.kind === "binary" && !isParenthesized(ctx, expr.right) ? { kind: "opaque", reason: "a cast and an operator", span: expr.span }
      : { kind: "unary", op: expr.op as "-", postfix: false, operand: expr.right, span: expr.right.span };
    return { type, operand };
  }
  const arg = expr.kind === "call" && expr.args.length === 1 ? expr.args[0] : undefined;
  return arg && arg.kind !== "type" ? { type, operand: arg } : null;
}

function isParenthesized(ctx: FunctionContext, expr: Expr): boolean {
  return /\(\s*$/.test(ctx.unit.text.slice(Math.max(0, expr.span.from - 20), expr.span.from)) || ctx.unit.text.charAt(expr.span.from) === "(";
}

/** The type of an expression, without running it. */
export function typeOf(ctx: FunctionContext, expr: Expr): CType {
  const cast = hiddenCast(ctx, expr);
  if (cast) return cast.type;
  switch (expr.kind) {
    case "number": return literalType(expr.text, expr.value);
    case "name": {
      const known = ctx.variable(expr.name)?.type ?? ctx.program.global(expr.name, ctx.unit)?.type ?? (ctx.isGlobal(expr.name) ? ctx.program.guesses.get(`global ${expr.name}`) : undefined);
      if (known) return known;
      const defined = ctx.program.defined(expr.name, ctx.unit);
      return defined && !(defined.kind === "name" && defined.name === expr.name) ? typeOf(ctx, defined) : ctx.types.named(expr.name) ?? WORD;
    }
    case "binary":
      if (["==", "!=", "<", "<=", ">", ">=", "&&", "||"].includes(expr.op)) return INT;
      if (expr.op === "<<" || expr.op === ">>") return common(typeOf(ctx, expr.left), INT);
      if (expr.op === "-" && typeOf(ctx, expr.left).k === "pointer" && typeOf(ctx, expr.right).k === "pointer") return LONG;
      return common(decayed(typeOf(ctx, expr.left)), decayed(typeOf(ctx, expr.right)));
    case "conditional": return common(decayed(expr.then ? typeOf(ctx, expr.then) : typeOf(ctx, expr.test)), decayed(typeOf(ctx, expr.else)));
    case "comma": return typeOf(ctx, expr.right);
    case "sizeof": return SIZE;
    case "init": return expr.type ? ctx.types.resolve(expr.type) : WORD;
    case "member": {
      const object = typeOf(ctx, expr.object);
      const record = object.k === "pointer" ? object.to : object;
      return record.k === "record" ? ctx.types.field(record.record, expr.field)?.type ?? WORD : WORD;
    }
    case "unary": {
      const type = typeOf(ctx, expr.operand);
      if (expr.op === "*") return type.k === "pointer" ? type.to : type.k === "array" ? type.of : WORD;
      if (expr.op === "&") return pointerTo(type);
      if (expr.op === "!") return INT;
      return ["-", "~", "+"].includes(expr.op) && type.k === "int" && !isUnknown(type) ? { k: "int", width: promoted(type) } : type;
    }
    case "index": {
      const type = typeOf(ctx, expr.object);
      return type.k === "pointer" ? type.to : type.k === "array" ? type.of : WORD;
    }
    case "cast": return ctx.types.resolve(expr.type);
    case "assign": return typeOf(ctx, expr.target);
    case "call": {
      if (expr.callee.kind !== "name") return WORD;
      const prototype = ctx.program.prototype(expr.callee.name, ctx.unit);
      return prototype ? ctx.types.resolve(prototype.fn.returns) : WORD;
    }
    case "string": return { k: "array", of: CHAR, length: charactersOf(expr.text).length + 1 };
    default: return INT;
  }
}

export function decayed(type: CType): CType {
  return type.k === "array" ? pointerTo(type.of) : type;
}

/** Whether a condition holds, where its text alone decides it; else null. */
export function knownCondition(ctx: FunctionContext, expr: Expr): boolean | null {
  if (expr.kind === "number") return expr.value !== 0;
  if (expr.kind === "call" && expr.callee.kind === "name" && expr.callee.name === "__has") {
    const name = expr.args[0];
    return name !== undefined && name.kind === "name" && ctx.program.isShown(name.name);
  }
  if (expr.kind === "unary" && expr.op === "!") {
    const inner = knownCondition(ctx, expr.operand);
    return inner === null ? null : !inner;
  }
  if (expr.kind === "binary" && (expr.op === "&&" || expr.op === "||")) {
    const left = knownCondition(ctx, expr.left);
    if (left === (expr.op === "||")) return left;
    return left === null ? null : knownCondition(ctx, expr.right);
  }
  return null;
}

/** What an allocation makes whose address goes into a pointer of this type; null when the type does not say. */
export function allocated(type: CType, name: string): { readonly type: CType; readonly name: string } | null {
  return type.k === "pointer" && type.to.k !== "void" && type.to.k !== "function" && !isUnknown(type.to) ? { type: type.to, name } : null;
}

export function lastName(expr: Expr): string {
  switch (expr.kind) {
    case "name": return expr.name;
    case "member": return expr.field;
    case "unary": case "cast": return lastName(expr.operand);
    case "index": return lastName(expr.object);
    default: return "";
  }
}

/** The width in which a value takes part in arithmetic. */
export function promoted(type: CType): Width {
  const width = widthOf(type);
  return width.bits < 32 ? { bits: 32, unsigned: false } : width.bits === 32 || width.bits === 64 ? width : { bits: 64, unsigned: width.unsigned };
}

/** The width of two together. */
export function wider(a: Width, b: Width): Width {
  if (a.bits === b.bits) return { bits: a.bits, unsigned: a.unsigned || b.unsigned };
  return a.bits > b.bits ? a : b;
}
