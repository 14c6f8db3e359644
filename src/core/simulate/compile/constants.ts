// Constant expressions: initializers of globals, sizes of arrays, values of enums.
import type { Expr } from "../../c/ast.js";
import { binary, invert } from "../arithmetic.js";
import type { BinaryOp, Width } from "../ir.js";
import type { ProgramContext } from "./context.js";
import type { Unit } from "./link.js";
import type { CType } from "./types.js";

const LONG: Width = { bits: 64, unsigned: false };

/** The value of an expression, addresses of globals and functions included; null when it is not constant. */
export function constantValue(program: ProgramContext, expr: Expr, from: Unit): number | null {
  switch (expr.kind) {
    case "number": return expr.value;
    case "string": return program.stringAddress(expr.text);
    case "name": {
      if (expr.name === "NULL") return 0;
      const global = program.global(expr.name, from);
      if (global) return global.type.k === "array" || global.type.k === "record" ? global.address : null;
      return program.functionAddress(expr.name, from) ?? program.constantOf(expr.name, from);
    }
    case "cast": return constantValue(program, expr.operand, from);
    case "unary": {
      if (expr.op === "&") return placeOf(program, expr.operand, from)?.address ?? null;
      const value = constantValue(program, expr.operand, from);
      if (value === null) return null;
      switch (expr.op) {
        case "-": return -value;
        case "+": return value;
        case "~": return invert(value, LONG);
        case "!": return value === 0 ? 1 : 0;
        default: return null;
      }
    }
    case "binary": {
      const left = constantValue(program, expr.left, from);
      const right = constantValue(program, expr.right, from);
      if (left === null || right === null) return null;
      if (expr.op === "&&") return left !== 0 && right !== 0 ? 1 : 0;
      if (expr.op === "||") return left !== 0 || right !== 0 ? 1 : 0;
      return binary(expr.op as BinaryOp, left, right, LONG) ?? null;
    }
    case "conditional": {
      const test = constantValue(program, expr.test, from);
      if (test === null) return null;
      return test !== 0 ? (expr.then === null ? test : constantValue(program, expr.then, from)) : constantValue(program, expr.else, from);
    }
    case "sizeof": {
      const type = expr.type ? program.types.resolve(expr.type) : null;
      return type ? program.types.bytesOf(type) : null;
    }
    case "init": return expr.entries.length === 1 && expr.entries[0] ? constantValue(program, expr.entries[0].value, from) : null;
    default: return null;
  }
}

function placeOf(program: ProgramContext, expr: Expr, from: Unit): { readonly address: number; readonly type: CType } | null {
  switch (expr.kind) {
    case "name": {
      const global = program.global(expr.name, from);
      if (global) return global;
      const address = program.functionAddress(expr.name, from);
      return address === null ? null : { address, type: { k: "function", returns: { k: "void" }, params: [] } };
    }
    case "member": {
      const object = expr.arrow ? null : placeOf(program, expr.object, from);
      if (!object || object.type.k !== "record") return null;
      const field = program.types.field(object.type.record, expr.field);
      return field ? { address: object.address + field.offset, type: field.type } : null;
    }
    case "index": {
      const object = placeOf(program, expr.object, from);
      const index = constantValue(program, expr.index, from);
      return object && object.type.k === "array" && index !== null ? { address: object.address + index * program.types.sizeOf(object.type.of), type: object.type.of } : null;
    }
    default: return null;
  }
}
