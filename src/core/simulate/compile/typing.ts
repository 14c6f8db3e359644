// What expressions are, without running them: types, sizes, conditions that their text decides.
import type { Expr } from "../../c/ast.js";
import type { Width } from "../ir.js";
import type { FunctionContext } from "./context.js";
import { CHAR, type CType, INT, isUnknown, pointerTo, widthOf, WORD } from "./types.js";

/** The type of an expression, without running it. */
export function typeOf(ctx: FunctionContext, expr: Expr): CType {
  switch (expr.kind) {
    case "name": return ctx.variable(expr.name)?.type ?? ctx.program.global(expr.name, ctx.unit)?.type ?? WORD;
    case "member": {
      const object = typeOf(ctx, expr.object);
      const record = object.k === "pointer" ? object.to : object;
      return record.k === "record" ? ctx.types.field(record.record, expr.field)?.type ?? WORD : WORD;
    }
    case "unary": {
      const type = typeOf(ctx, expr.operand);
      if (expr.op === "*") return type.k === "pointer" ? type.to : type.k === "array" ? type.of : WORD;
      return expr.op === "&" ? pointerTo(type) : expr.op === "!" ? INT : type;
    }
    case "index": {
      const type = typeOf(ctx, expr.object);
      return type.k === "pointer" ? type.to : type.k === "array" ? type.of : WORD;
    }
    case "cast": return ctx.types.resolve(expr.type);
    case "assign": return typeOf(ctx, expr.target);
    case "call": {
      if (expr.callee.kind !== "name") return WORD;
      const prototype = ctx.program.linker.prototype(expr.callee.name, ctx.unit);
      return prototype ? ctx.types.resolve(prototype.fn.returns) : WORD;
    }
    case "string": return { k: "array", of: CHAR, length: Math.max(1, expr.text.length - 1) };
    default: return INT;
  }
}

/** Whether a condition holds, where its text alone decides it; else null. */
export function knownCondition(ctx: FunctionContext, expr: Expr): boolean | null {
  if (expr.kind === "number") return expr.value !== 0;
  if (expr.kind === "call" && expr.callee.kind === "name" && expr.callee.name === "__has") {
    const name = expr.args[0];
    return name !== undefined && name.kind === "name" && ctx.program.linker.inImages(name.name);
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

/** Bytes of a type; a struct counts eight for each word, and only allocations look at it. */
export function bytesOf(ctx: FunctionContext, type: CType): number {
  if (type.k === "int" && !isUnknown(type)) return Math.max(1, type.width.bits / 8);
  if (type.k === "array" && type.of.k === "int" && !isUnknown(type.of)) return type.length * Math.max(1, type.of.width.bits / 8);
  return ctx.types.sizeOf(type) * 8;
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
  return width.bits < 32 ? { bits: 32, unsigned: false } : width;
}

/** The width of two together. */
export function wider(a: Width, b: Width): Width {
  if (a.bits === b.bits) return { bits: a.bits, unsigned: a.unsigned || b.unsigned };
  return a.bits > b.bits ? a : b;
}
