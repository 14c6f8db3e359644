// What expressions are, without running them: types, sizes, conditions that their text decides.
import type { Arg, Expr, TypeRef } from "../../c/ast.js";
import { wordOf } from "../arithmetic.js";
import type { Width } from "../ir.js";
import type { FunctionContext } from "./context.js";
import { charactersOf } from "./strings.js";
import { CHAR, type CType, INT, isUnknown, LONG, pointerTo, SIZE, UNSIGNED, VOID, widthOf, WORD } from "./ctype.js";

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
  // `(u64)(u32)(x)` and `(u64)(u32)-x`: what reads as a cast of a type is one of what follows.
  const outer = expr.kind === "call" ? expr.callee : expr.kind === "binary" && /^[-+*&]$/.test(expr.op) ? expr.left : null;
  if (outer?.kind === "cast" && outer.operand.kind === "name") {
    const inner = hiddenCast(ctx, expr.kind === "call" ? { ...expr, callee: outer.operand } : expr.kind === "binary" ? { ...expr, left: outer.operand } : expr);
    if (inner) return { type: resolved(ctx, outer.type), operand: { kind: "call", callee: outer.operand, args: [inner.operand], span: expr.span } };
  }
  if (outer?.kind === "call" && outer.args.length === 1 && outer.args[0]?.kind === "name" && outer.callee.kind === "name") {
    const [name] = outer.args;
    const inner = hiddenCast(ctx, expr.kind === "call" ? { ...expr, callee: name } : expr.kind === "binary" ? { ...expr, left: name } : expr);
    if (inner && hiddenCast(ctx, outer)) return { type: hiddenCast(ctx, outer)?.type ?? WORD, operand: { kind: "call", callee: name, args: [inner.operand], span: expr.span } };
  }
  const head = expr.kind === "call" ? expr.callee : expr.kind === "binary" && /^[-+*&]$/.test(expr.op) ? expr.left : null;
  if (head?.kind !== "name" || ctx.variable(head.name) || ctx.program.global(head.name, ctx.unit)) return null;
  const type = TYPE_OF.test(head.name) ? resolved(ctx, { tag: "name", name: head.name, pointers: 0, arrays: [] }) : ctx.types.named(head.name);
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

/**
 * `a * (s32)-b` reads as a difference with a type on its left side: the same with the cast where it belongs. Null for what is as it reads.
 */
export function withCastInside(ctx: FunctionContext, expr: Extract<Expr, { kind: "binary" }>): Expr | null {
  if (!/^[-+*&]$/.test(expr.op) || expr.left.kind !== "binary") return null;
  const replaced = (at: Expr): Expr | null => {
    if (at.kind === "binary") {
      const right = replaced(at.right);
      return right && { ...at, right };
    }
    // The cast alone, as it would stand without what is left of it.
    const cast = at.kind === "name" ? hiddenCast(ctx, { ...expr, left: at }) : null;
    return cast && at.kind === "name" ? { kind: "call", callee: at, args: [cast.operand], span: at.span } : null;
  };
  return replaced(expr.left);
}

function isParenthesized(ctx: FunctionContext, expr: Expr): boolean {
  return /\(\s*$/.test(ctx.text({ from: Math.max(0, expr.span.from - 20), to: expr.span.from })) || ctx.text({ from: expr.span.from, to: expr.span.from + 1 }) === "(";
}

const TYPE_OF = /^(?:__)?typeof(?:__|_unqual)?\s*\(([\s\S]*)\)$/;

/** The type that a declaration, a cast or a sizeof names; `typeof(x)` is the type of x, or x itself where that is a type. */
export function resolved(ctx: FunctionContext, ref: TypeRef, written: string | null = null): CType {
  const inner = ref.tag === "name" ? TYPE_OF.exec(ref.name.replace(/\b(?:const|volatile)\b/g, "").trim())?.[1] : undefined;
  return inner === undefined ? ctx.types.resolve(ref, written) : ctx.types.resolveOn(typeOfText(ctx, inner), ref, written);
}

function typeOfText(ctx: FunctionContext, text: string): CType {
  const expr = ctx.program.parsed(text, ctx.unit);
  if (expr) return typeOf(ctx, expr);
  const cast = ctx.program.parsed(`(${text}) 0`, ctx.unit);
  return cast?.kind === "cast" ? resolved(ctx, cast.type) : WORD;
}

/** The type of an expression, without running it. */
export function typeOf(ctx: FunctionContext, expr: Expr): CType {
  const cast = hiddenCast(ctx, expr);
  if (cast) return cast.type;
  switch (expr.kind) {
    case "number": return literalType(expr.text, expr.value);
    case "name": {
      if (TYPE_OF.test(expr.name)) return resolved(ctx, { tag: "name", name: expr.name, pointers: 0, arrays: [] });
      const known = ctx.variable(expr.name)?.type ?? ctx.program.global(expr.name, ctx.unit)?.type ?? (ctx.isGlobal(expr.name) ? ctx.program.guesses.get(`global ${expr.name}`) : undefined);
      if (known) return known;
      const defined = ctx.program.defined(expr.name, ctx.unit);
      return defined && !(defined.kind === "name" && defined.name === expr.name) ? typeOf(ctx, defined) : ctx.types.named(expr.name) ?? WORD;
    }
    case "binary": {
      const inside = withCastInside(ctx, expr);
      if (inside) return typeOf(ctx, inside);
      if (["==", "!=", "<", "<=", ">", ">=", "&&", "||"].includes(expr.op)) return INT;
      if (expr.op === "<<" || expr.op === ">>") return common(typeOf(ctx, expr.left), INT);
      if (expr.op === "-" && typeOf(ctx, expr.left).k === "pointer" && typeOf(ctx, expr.right).k === "pointer") return LONG;
      return common(decayed(typeOf(ctx, expr.left)), decayed(typeOf(ctx, expr.right)));
    }
    case "conditional": return common(decayed(expr.then ? typeOf(ctx, expr.then) : typeOf(ctx, expr.test)), decayed(typeOf(ctx, expr.else)));
    case "comma": return typeOf(ctx, expr.right);
    case "sizeof": return SIZE;
    case "init": return expr.type ? resolved(ctx, expr.type) : WORD;
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
    case "cast": return resolved(ctx, expr.type);
    case "assign": return typeOf(ctx, expr.target);
    case "block-value": return blockType(ctx, expr);
    case "call": {
      if (expr.callee.kind !== "name" || ctx.variable(expr.callee.name)) {
        const callee = typeOf(ctx, expr.callee);
        return callee.k === "pointer" && callee.to.k === "function" ? callee.to.returns : WORD;
      }
      const calls = typeOfCall(ctx, expr);
      if (calls) return calls;
      const prototype = ctx.program.prototype(expr.callee.name, ctx.unit);
      return prototype ? ctx.types.resolve(prototype.fn.returns) : WORD;
    }
    case "string": return { k: "array", of: CHAR, length: charactersOf(expr.text).length + 1 };
    default: return INT;
  }
}

/** Of `({ …; x; })` the type of x; what it declares itself is not looked into. */
function blockType(ctx: FunctionContext, expr: Extract<Expr, { kind: "block-value" }>): CType {
  const last = expr.body.at(-1);
  if (last?.kind !== "expr") return VOID;
  for (const stmt of expr.body) {
    for (const declaration of stmt.kind === "declare" ? stmt.declarations : []) {
      if (last.expr.kind !== "name" || declaration.name !== last.expr.name) continue;
      return declaration.init && /^(?:__auto_type|auto)$/.test(declaration.type.name) ? decayed(typeOf(ctx, declaration.init)) : resolved(ctx, declaration.type);
    }
  }
  return typeOf(ctx, last.expr);
}

/** Of a macro, and of what the compiler knows itself and is the value of an argument; null for other calls. */
function typeOfCall(ctx: FunctionContext, expr: Extract<Expr, { kind: "call" }>): CType | null {
  const name = expr.callee.kind === "name" ? expr.callee.name : "";
  const [first, second] = expr.args;
  const argument = (arg: Arg | undefined): CType => (arg === undefined ? WORD : arg.kind === "type" ? resolved(ctx, arg.type) : typeOf(ctx, arg));
  if (/^(?:READ_ONCE|WRITE_ONCE|rcu_dereference\w*|data_race|ACCESS_ONCE)$/.test(name)) return argument(first);
  if (name === "min" || name === "max") return common(argument(first), argument(second));
  if (name === "min_t" || name === "max_t") return argument(first);
  if (/^(?:container_of|container_of_const|list_entry)$/.test(name)) return pointerTo(argument(second));
  if (/^(?:likely|unlikely|__builtin_expect)$/.test(name)) return LONG;
  if (/^(?:ARRAY_SIZE|offsetof|struct_size)$/.test(name)) return SIZE;
  if (!ctx.program.isMacro(name, ctx.unit)) return null;
  const expansion = ctx.program.expansion(ctx.text(expr.span), ctx.unit);
  const { value, body } = expansion ?? { value: null, body: null };
  if (!expansion) return null;
  return value ? ctx.within(expansion.text, () => typeOf(ctx, value)) : body && ctx.within(expansion.text, () => blockType(ctx, { kind: "block-value", body, span: expr.span }));
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
