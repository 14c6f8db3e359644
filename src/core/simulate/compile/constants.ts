// Constant expressions, with their types: initializers of globals, sizes of arrays, values of enums, labels of cases.
import type { Arg, Expr } from "../../c/ast.js";
import { binary, convert, invert, negate } from "../arithmetic.js";
import type { BinaryOp, Width } from "../ir.js";
import type { ProgramContext } from "./context.js";
import type { Unit } from "./link.js";
import { looseInside } from "./expansions.js";
import { charactersOf } from "./strings.js";
import { CHAR, type CType, INT, isUnknown, LONG, pointerTo, SIZE, VOID, widthOf } from "./ctype.js";
import { common, decayed, literalType, literalValue, promoted } from "./typing.js";

interface Constant { readonly value: number; readonly type: CType }

const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">="]);

/** The value of an expression, addresses of globals and functions included; null when it is not constant. */
export function constantValue(program: ProgramContext, expr: Expr, from: Unit): number | null {
  return constant(program, expr, from)?.value ?? null;
}

function constant(program: ProgramContext, expr: Expr, from: Unit): Constant | null {
  // The text of a define is read with its macros expanded; what stands in a text itself is not.
  if (isWritten(expr, from) && (isMacroCall(program, expr, from) || (expr.kind !== "name" && looseInside(expr, (name) => program.isLoose(name, from))))) {
    const value = program.expansion(from.text.slice(expr.span.from, expr.span.to), from)?.value ?? null;
    return value && constant(program, value, from);
  }
  switch (expr.kind) {
    case "number": {
      const value = literalValue(expr);
      return value === null ? null : { value, type: literalType(expr.text, expr.value) };
    }
    case "string": return { value: program.stringAddress(expr.text), type: pointerTo(CHAR) };
    case "name": return named(program, expr.name, from);
    case "cast": return cast(constant(program, expr.operand, from), program.types.resolve(expr.type));
    case "unary": return unary(program, expr, from);
    case "binary": return operated(program, expr, from);
    case "conditional": {
      const test = constant(program, expr.test, from);
      if (test === null) return null;
      const [then, otherwise] = [expr.then === null ? test : constant(program, expr.then, from), constant(program, expr.else, from)];
      const taken = test.value !== 0 ? then : otherwise;
      // Both sides give the result its type.
      return taken && then && otherwise && then.type.k === "int" && otherwise.type.k === "int" ? cast(taken, common(then.type, otherwise.type)) : taken;
    }
    case "comma": return null;
    case "sizeof": {
      const type = expr.type ? program.types.resolve(expr.type) : expr.operand ? constantType(program, expr.operand, from) : null;
      return type ? { value: program.types.bytesOf(type), type: SIZE } : null;
    }
    case "member": case "index": {
      // An array inside of a global is its address.
      const place = placeOf(program, expr, from);
      return place && (place.type.k === "array" || place.type.k === "record") ? { value: place.address, type: decayed(place.type) } : null;
    }
    case "init": return expr.entries.length === 1 && expr.entries[0] ? constant(program, expr.entries[0].value, from) : null;
    case "call": return called(program, expr, from);
    default: return null;
  }
}

const isMacroCall = (program: ProgramContext, expr: Expr, from: Unit): boolean => expr.kind === "call" && expr.callee.kind === "name" && program.isMacro(expr.callee.name, from);

/** True for an expression whose place is one of the unit's text: there it begins with its first word. */
function isWritten(expr: Expr, from: Unit): boolean {
  const name = firstName(expr);
  return name !== null && from.text.startsWith(name.name, name.span.from);
}

function firstName(expr: Expr): Extract<Expr, { kind: "name" }> | null {
  switch (expr.kind) {
    case "name": return expr;
    case "unary": case "cast": return firstName(expr.operand);
    case "binary": case "comma": return firstName(expr.left) ?? firstName(expr.right);
    case "conditional": return firstName(expr.test) ?? firstName(expr.else);
    case "call": return firstName(expr.callee);
    case "member": case "index": return firstName(expr.object);
    default: return null;
  }
}

/** The type of an expression outside of all functions; null where it cannot be told. */
function constantType(program: ProgramContext, expr: Expr, from: Unit): CType | null {
  if (expr.kind === "string") return { k: "array", of: CHAR, length: charactersOf(expr.text).length + 1 };
  const place = placeOf(program, expr, from);
  if (place) return place.type;
  if (expr.kind === "member") {
    const object = constantType(program, expr.object, from);
    const record = object?.k === "pointer" ? object.to : object;
    return record?.k === "record" ? program.types.field(record.record, expr.field)?.type ?? null : null;
  }
  if (expr.kind === "index" || (expr.kind === "unary" && expr.op === "*")) {
    const object = constantType(program, expr.kind === "index" ? expr.object : expr.operand, from);
    return object?.k === "pointer" ? object.to : object?.k === "array" ? object.of : null;
  }
  if (expr.kind === "cast") return program.types.resolve(expr.type);
  if (expr.kind === "name" && !program.global(expr.name, from)) return constant(program, expr, from)?.type ?? program.types.named(expr.name);
  return constant(program, expr, from)?.type ?? null;
}

function named(program: ProgramContext, name: string, from: Unit): Constant | null {
  if (name === "NULL") return { value: 0, type: pointerTo(VOID) };
  const global = program.global(name, from);
  if (global) return global.type.k === "array" || global.type.k === "record" ? { value: global.address, type: decayed(global.type) } : null;
  const address = program.functionAddress(name, from);
  if (address !== null) return { value: address, type: pointerTo({ k: "function", returns: VOID, params: [] }) };
  const value = program.constantOf(name, from);
  if (value === null) return null;
  const defined = program.defined(name, from);
  const known = defined && !(defined.kind === "name" && defined.name === name) ? constant(program, defined, from) : null;
  if (known && known.value === value) return known;
  return { value, type: value >= -0x80000000 && value <= 0x7fffffff ? INT : value >= 0 && value <= 0xffffffff ? { k: "int", width: { bits: 32, unsigned: true } } : LONG };
}

function cast(from: Constant | null, type: CType): Constant | null {
  if (from === null) return null;
  return { value: type.k === "int" && !isUnknown(type) ? convert(from.value, type.width) : from.value, type };
}

function unary(program: ProgramContext, expr: Extract<Expr, { kind: "unary" }>, from: Unit): Constant | null {
  if (expr.op === "&") {
    const place = placeOf(program, expr.operand, from);
    return place ? { value: place.address, type: pointerTo(place.type) } : null;
  }
  const operand = constant(program, expr.operand, from);
  if (operand === null) return null;
  const width = promoted(operand.type);
  const type: CType = { k: "int", width };
  const within = (value: number | null): Constant | null => (value === null ? null : { value, type });
  switch (expr.op) {
    case "-": return within(negate(operand.value, width));
    case "+": return { value: operand.value, type };
    case "~": return within(invert(operand.value, width));
    case "!": return { value: operand.value === 0 ? 1 : 0, type: INT };
    default: return null;
  }
}

function operated(program: ProgramContext, expr: Extract<Expr, { kind: "binary" }>, from: Unit): Constant | null {
  // `(u8)-1` reads as a difference.
  const type = expr.left.kind === "name" && /^[-+*&]$/.test(expr.op) && program.global(expr.left.name, from) === null ? program.types.named(expr.left.name) : null;
  if (type) return cast(unary(program, { kind: "unary", op: expr.op as "-", postfix: false, operand: expr.right, span: expr.span }, from), type);
  const left = constant(program, expr.left, from);
  if (left === null) return null;
  if (expr.op === "&&" && left.value === 0) return { value: 0, type: INT };
  if (expr.op === "||" && left.value !== 0) return { value: 1, type: INT };
  const right = constant(program, expr.right, from);
  if (right === null) return null;
  if (expr.op === "&&" || expr.op === "||") return { value: right.value !== 0 ? 1 : 0, type: INT };
  if (left.type.k === "pointer" || right.type.k === "pointer") return pointed(program, expr.op, left, right);
  const [a, b] = [promoted(left.type), promoted(right.type)];
  const together: CType = expr.op === "<<" || expr.op === ">>" ? { k: "int", width: a } : common({ k: "int", width: a }, { k: "int", width: b });
  const value = binary(expr.op as BinaryOp, left.value, right.value, widthOf(together)) ?? null;
  return value === null ? null : { value, type: COMPARISONS.has(expr.op) ? INT : together };
}

/** Arithmetic with addresses counts in elements. */
function pointed(program: ProgramContext, op: string, left: Constant, right: Constant): Constant | null {
  const wide: Width = { bits: 64, unsigned: true };
  if (COMPARISONS.has(op)) return { value: binary(op as BinaryOp, left.value, right.value, wide) ?? 0, type: INT };
  const size = (type: CType): number => (type.k === "pointer" && type.to.k !== "void" && type.to.k !== "function" ? program.types.sizeOf(type.to) : 1);
  if (op === "-" && left.type.k === "pointer" && right.type.k === "pointer") return { value: Math.trunc((left.value - right.value) / size(left.type)), type: LONG };
  if (op === "+") return left.type.k === "pointer" ? { value: left.value + right.value * size(left.type), type: left.type } : { value: right.value + left.value * size(right.type), type: right.type };
  return op === "-" && left.type.k === "pointer" ? { value: left.value - right.value * size(left.type), type: left.type } : null;
}

/** The calls that are constants: sizes and places of members. */
function called(program: ProgramContext, expr: Extract<Expr, { kind: "call" }>, from: Unit): Constant | null {
  const name = expr.callee.kind === "name" ? expr.callee.name : "";
  const [first] = expr.args;
  if (name === "ARRAY_SIZE" && first && first.kind !== "type") {
    const type = constantType(program, first, from);
    return type?.k === "array" ? { value: type.length, type: SIZE } : null;
  }
  if (expr.callee.kind === "name" && expr.args.length === 1 && first && first.kind !== "type" && program.global(name, from) === null) {
    const type = program.types.named(name);
    if (type) return cast(constant(program, first, from), type);
  }
  return null;
}

/** Where an lvalue of static data stands. */
function placeOf(program: ProgramContext, expr: Expr | Arg, from: Unit): { readonly address: number; readonly type: CType } | null {
  switch (expr.kind) {
    case "name": {
      const global = program.global(expr.name, from);
      if (global) return global;
      const address = program.functionAddress(expr.name, from);
      return address === null ? null : { address, type: { k: "function", returns: { k: "void" }, params: [] } };
    }
    case "member": {
      const object = expr.arrow ? behind(program, expr.object, from) : placeOf(program, expr.object, from);
      if (!object || object.type.k !== "record") return null;
      const field = program.types.field(object.type.record, expr.field);
      return field ? { address: object.address + field.offset, type: field.type } : null;
    }
    case "index": {
      const object = placeOf(program, expr.object, from);
      const index = constantValue(program, expr.index, from);
      return object && object.type.k === "array" && index !== null ? { address: object.address + index * program.types.sizeOf(object.type.of), type: object.type.of } : null;
    }
    case "unary": return expr.op === "*" ? behind(program, expr.operand, from) : null;
    default: return null;
  }
}

/** What a pointer leads to whose value is constant. */
function behind(program: ProgramContext, expr: Expr, from: Unit): { readonly address: number; readonly type: CType } | null {
  const pointer = constant(program, expr, from);
  return pointer?.type.k === "pointer" ? { address: pointer.value, type: pointer.type.to } : null;
}
