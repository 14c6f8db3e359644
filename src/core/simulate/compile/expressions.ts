// Expressions to instructions. Calls are compiled elsewhere and handed in, as calls contain expressions again.
import type { Expr } from "../../c/ast.js";
import { binary as compute, invert } from "../arithmetic.js";
import type { BinaryOp, Width } from "../ir.js";
import { FunctionContext, Label, type Place, type Value } from "./context.js";
import { type CType, INT, isUnknown, LONG, pointerTo, SIZE, UNSIGNED, VOID, widthOf, WORD, CHAR } from "./types.js";

type CallExpr = Extract<Expr, { kind: "call" }>;
type MemberExpr = Extract<Expr, { kind: "member" }>;

/** What expressions need from the rest of the compiler. */
export interface ExpressionHooks {
  call(ctx: FunctionContext, expr: CallExpr, hint: CType | null): Value;
  block(ctx: FunctionContext, expr: Extract<Expr, { kind: "block-value" }>): Value;
  initialize(ctx: FunctionContext, place: Place, init: Expr): void;
}

const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">="]);
const ARITHMETIC: ReadonlySet<string> = new Set(["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>"]);

export class Expressions {
  constructor(private readonly hooks: ExpressionHooks) {}

  /** The value of an expression. `hint` is the type that the place around it wants; it is used where no visible line says more. */
  value(ctx: FunctionContext, expr: Expr, hint: CType | null = null): Value {
    switch (expr.kind) {
      case "number": {
        const long = /l/i.test(expr.text.replace(/^0x/i, "")) || Math.abs(expr.value) > 0x7fffffff;
        const unsigned = /u/i.test(expr.text);
        const type = long ? (unsigned ? SIZE : LONG) : unsigned ? UNSIGNED : INT;
        return { operand: ctx.constantOperand(expr.value), type };
      }
      case "string": return { operand: ctx.constantOperand(ctx.program.stringAddress(expr.text)), type: pointerTo(CHAR) };
      case "name": return this.name(ctx, expr, hint);
      case "member": case "index": return this.read(ctx, this.place(ctx, expr, hint));
      case "unary": return this.unary(ctx, expr, hint);
      case "binary": return this.binary(ctx, expr, hint);
      case "assign": return this.assign(ctx, expr);
      case "conditional": return this.conditional(ctx, expr, hint);
      case "comma":
        this.discard(ctx, expr.left);
        return this.value(ctx, expr.right, hint);
      case "call": return this.hooks.call(ctx, expr, hint);
      case "cast": {
        const type = ctx.types.resolve(expr.type);
        if (type.k === "void") {
          this.discard(ctx, expr.operand);
          return { operand: ctx.constantOperand(0), type: VOID };
        }
        const value = this.value(ctx, expr.operand, type);
        return { operand: ctx.converted(value, type), type };
      }
      case "sizeof": {
        const type = expr.type ? ctx.types.resolve(expr.type) : expr.operand ? this.typeOf(ctx, expr.operand) : WORD;
        return { operand: ctx.constantOperand(bytesOf(ctx, type)), type: SIZE };
      }
      case "block-value": return this.hooks.block(ctx, expr);
      case "init": return this.literal(ctx, expr, hint);
      case "opaque": return ctx.missing(`the text could not be read (${expr.reason})`);
    }
  }

  /** Runs an expression for its effects. */
  discard(ctx: FunctionContext, expr: Expr): void {
    if (expr.kind === "name" || expr.kind === "number" || expr.kind === "string") return;
    ctx.temporary(() => this.value(ctx, expr, VOID));
  }

  /** Jumps to one of two labels. */
  condition(ctx: FunctionContext, expr: Expr, yes: Label, no: Label): void {
    if (expr.kind === "unary" && expr.op === "!") return this.condition(ctx, expr.operand, no, yes);
    if (expr.kind === "binary" && (expr.op === "&&" || expr.op === "||")) {
      const between = new Label();
      if (expr.op === "&&") this.condition(ctx, expr.left, between, no);
      else this.condition(ctx, expr.left, yes, between);
      ctx.place(between);
      return this.condition(ctx, expr.right, yes, no);
    }
    ctx.temporary(() => {
      const value = this.value(ctx, expr, INT);
      const known = ctx.constantValue(value.operand);
      if (known !== null) ctx.jump(known !== 0 ? yes : no);
      else ctx.branch(value.operand, yes, no);
    });
  }

  /** Whether a condition holds, where its text alone decides it; else null. */
  known(ctx: FunctionContext, expr: Expr): boolean | null {
    if (expr.kind === "number") return expr.value !== 0;
    if (expr.kind === "call" && expr.callee.kind === "name" && expr.callee.name === "__has") {
      const name = expr.args[0];
      return name !== undefined && name.kind === "name" && ctx.program.linker.inImages(name.name);
    }
    if (expr.kind === "unary" && expr.op === "!") {
      const inner = this.known(ctx, expr.operand);
      return inner === null ? null : !inner;
    }
    if (expr.kind === "binary" && (expr.op === "&&" || expr.op === "||")) {
      const left = this.known(ctx, expr.left);
      if (left === (expr.op === "||")) return left;
      return left === null ? null : this.known(ctx, expr.right);
    }
    return null;
  }

  /** Where an lvalue stands. */
  place(ctx: FunctionContext, expr: Expr, hint: CType | null = null): Place {
    switch (expr.kind) {
      case "name": {
        const variable = ctx.variable(expr.name);
        if (variable) {
          if (variable.kind === "register") return { kind: "register", register: variable.register, type: variable.type };
          if (variable.kind === "object") return { kind: "memory", base: variable.address, offset: 0, type: variable.type };
          const base = ctx.register();
          ctx.emit({ op: "frame-address", to: base, slot: variable.slot });
          return { kind: "memory", base, offset: 0, type: variable.type };
        }
        const substituted = this.substitution(ctx, expr.name);
        if (substituted) return this.inside(ctx, substituted, () => this.place(ctx, substituted.expr, hint));
        const global = ctx.program.global(expr.name, ctx.unit);
        if (global) return { kind: "memory", base: ctx.constantOperand(global.address), offset: 0, type: global.type };
        const defined = ctx.program.defined(expr.name, ctx.unit);
        if (defined) return this.place(ctx, defined, hint);
        return this.undeclared(ctx, expr.name, hint);
      }
      case "member": return this.member(ctx, expr, hint);
      case "index": {
        const object = this.value(ctx, expr.object, null);
        const element = object.type.k === "pointer" ? object.type.to : hint ?? WORD;
        const address = this.scaled(ctx, object.operand, this.value(ctx, expr.index, LONG).operand, ctx.types.sizeOf(element));
        return { kind: "memory", base: address, offset: 0, type: element };
      }
      case "unary":
        if (expr.op === "*") {
          const pointer = this.value(ctx, expr.operand, hint ? pointerTo(hint) : null);
          return { kind: "memory", base: pointer.operand, offset: 0, type: pointer.type.k === "pointer" ? pointer.type.to : hint ?? WORD };
        }
        break;
      case "cast": {
        const place = this.place(ctx, expr.operand, hint);
        return { ...place, type: ctx.types.resolve(expr.type) };
      }
      case "init": {
        const literal = this.literal(ctx, expr, hint);
        return { kind: "memory", base: literal.operand, offset: 0, type: literal.type };
      }
      case "comma":
        this.discard(ctx, expr.left);
        return this.place(ctx, expr.right, hint);
      default: break;
    }
    const value = this.value(ctx, expr, hint);
    // A value without a place: a call's result in brackets, say. It lives in a register of its own.
    if (value.type.k === "record") return { kind: "memory", base: value.operand, offset: 0, type: value.type };
    const register = ctx.register();
    ctx.emit({ op: "move", to: register, a: value.operand });
    return { kind: "register", register, type: value.type };
  }

  /** Loads from a place; arrays and records give their address. */
  read(ctx: FunctionContext, place: Place): Value {
    if (place.kind === "register") return { operand: place.register, type: place.type };
    if (place.type.k === "array") return { operand: this.address(ctx, place), type: pointerTo(place.type.of) };
    if (place.type.k === "record" || place.type.k === "function") return { operand: this.address(ctx, place), type: place.type.k === "function" ? pointerTo(place.type) : place.type };
    const to = ctx.register();
    ctx.emit({ op: "load", to, a: place.base, offset: place.offset });
    return { operand: to, type: place.type };
  }

  write(ctx: FunctionContext, place: Place, value: Value): void {
    if (place.type.k === "record" && value.type.k === "record" && place.kind === "memory") {
      for (let slot = 0; slot < ctx.types.sizeOf(place.type); slot++) {
        ctx.temporary(() => {
          const word = ctx.register();
          ctx.emit({ op: "load", to: word, a: value.operand, offset: slot });
          ctx.emit({ op: "store", a: place.base, offset: place.offset + slot, value: word });
        });
      }
      return;
    }
    const operand = ctx.converted(value, place.type);
    if (place.kind === "register") ctx.emit({ op: "move", to: place.register, a: operand });
    else ctx.emit({ op: "store", a: place.base, offset: place.offset, value: operand });
  }

  address(ctx: FunctionContext, place: Place): number {
    if (place.kind === "register") return ctx.missing("the address of a variable without memory is taken").operand;
    return this.plus(ctx, place.base, place.offset);
  }

  /** The type of an expression, without running it. */
  typeOf(ctx: FunctionContext, expr: Expr): CType {
    switch (expr.kind) {
      case "name": return ctx.variable(expr.name)?.type ?? ctx.program.global(expr.name, ctx.unit)?.type ?? WORD;
      case "member": {
        const object = this.typeOf(ctx, expr.object);
        const record = object.k === "pointer" ? object.to : object;
        return record.k === "record" ? ctx.types.field(record.record, expr.field)?.type ?? WORD : WORD;
      }
      case "unary": {
        const type = this.typeOf(ctx, expr.operand);
        if (expr.op === "*") return type.k === "pointer" ? type.to : type.k === "array" ? type.of : WORD;
        return expr.op === "&" ? pointerTo(type) : expr.op === "!" ? INT : type;
      }
      case "index": {
        const type = this.typeOf(ctx, expr.object);
        return type.k === "pointer" ? type.to : type.k === "array" ? type.of : WORD;
      }
      case "cast": return ctx.types.resolve(expr.type);
      case "assign": return this.typeOf(ctx, expr.target);
      case "call": {
        if (expr.callee.kind !== "name") return WORD;
        const prototype = ctx.program.linker.prototype(expr.callee.name, ctx.unit);
        return prototype ? ctx.types.resolve(prototype.fn.returns) : WORD;
      }
      case "string": return { k: "array", of: CHAR, length: Math.max(1, expr.text.length - 1) };
      default: return INT;
    }
  }

  /** Base plus a constant, folded where both are known. */
  plus(ctx: FunctionContext, base: number, offset: number): number {
    if (offset === 0) return base;
    const known = ctx.constantValue(base);
    if (known !== null) return ctx.constantOperand(known + offset);
    const to = ctx.register();
    ctx.emit({ op: "binary", to, operator: "+", a: base, b: ctx.constantOperand(offset), width: { bits: 64, unsigned: true } });
    return to;
  }

  /** Two values under an operator, with the type of the result. */
  combine(ctx: FunctionContext, op: string, left: Value, right: Value): Value {
    const pointer = left.type.k === "pointer" ? left.type : right.type.k === "pointer" ? right.type : null;
    if (pointer && (op === "+" || op === "-")) {
      const size = pointer.to.k === "void" || pointer.to.k === "function" ? 1 : ctx.types.sizeOf(pointer.to);
      if (left.type.k === "pointer" && right.type.k === "pointer") {
        const difference = this.operate(ctx, "-", left.operand, right.operand, { bits: 64, unsigned: false });
        return { operand: size === 1 ? difference : this.operate(ctx, "/", difference, ctx.constantOperand(size), { bits: 64, unsigned: false }), type: LONG };
      }
      const base = left.type.k === "pointer" ? left.operand : right.operand;
      const index = left.type.k === "pointer" ? right.operand : left.operand;
      return { operand: this.scaled(ctx, base, index, size, op), type: pointer };
    }
    const width = op === "<<" || op === ">>" ? promoted(left.type) : wider(promoted(left.type), promoted(right.type));
    if (!COMPARISONS.has(op) && !ARITHMETIC.has(op)) return ctx.missing(`the operator ${op} is not known`);
    const operand = this.operate(ctx, op as BinaryOp, left.operand, right.operand, width);
    if (COMPARISONS.has(op)) return { operand, type: INT };
    return { operand, type: isUnknown(left.type) || isUnknown(right.type) ? WORD : { k: "int", width } };
  }

  private name(ctx: FunctionContext, expr: Extract<Expr, { kind: "name" }>, hint: CType | null): Value {
    if (ctx.variable(expr.name)) return this.read(ctx, this.place(ctx, expr, hint));
    const substituted = this.substitution(ctx, expr.name);
    if (substituted) return this.inside(ctx, substituted, () => this.value(ctx, substituted.expr, hint));
    if (expr.name === "NULL") return { operand: ctx.constantOperand(0), type: pointerTo(VOID) };
    const constant = ctx.program.constantOf(expr.name, ctx.unit);
    if (constant !== null) return { operand: ctx.constantOperand(constant), type: Math.abs(constant) > 0x7fffffff ? LONG : INT };
    if (ctx.program.global(expr.name, ctx.unit)) return this.read(ctx, this.place(ctx, expr, hint));
    const address = ctx.program.functionAddress(expr.name, ctx.unit);
    if (address !== null) return { operand: ctx.constantOperand(address), type: pointerTo({ k: "function", returns: WORD, params: [] }) };
    if (ctx.program.defined(expr.name, ctx.unit)) {
      const defined = ctx.program.defined(expr.name, ctx.unit);
      if (defined) return this.value(ctx, defined, hint);
    }
    if (expr.name === "__func__" || expr.name === "__FUNCTION__") return { operand: ctx.constantOperand(ctx.program.stringAddress(`"${ctx.name}"`)), type: pointerTo(CHAR) };
    return this.read(ctx, this.undeclared(ctx, expr.name, hint));
  }

  /** A name that no visible line declares: a constant when it is in capitals, else a local of the missing lines or a global. */
  private undeclared(ctx: FunctionContext, name: string, hint: CType | null): Place {
    const key = `${ctx.unit.path} ${ctx.name} ${name}`;
    const guess = ctx.program.guesses.get(key);
    if ((!guess || isUnknown(guess)) && hint && hint.k !== "void" && !isUnknown(hint)) {
      ctx.program.guesses.set(key, hint);
      ctx.types.version++;
    }
    const type = ctx.program.guesses.get(key) ?? WORD;
    const known = ctx.program.undeclared.get(`${ctx.unit.path} ${ctx.name}`) ?? new Set<string>();
    if (!known.has(name)) {
      known.add(name);
      ctx.program.undeclared.set(`${ctx.unit.path} ${ctx.name}`, known);
      // The next pass gives it a register of its own from the start of the function.
      ctx.types.version++;
    }
    return { kind: "register", register: ctx.register(), type };
  }

  private member(ctx: FunctionContext, expr: MemberExpr, hint: CType | null): Place {
    let base: number;
    let offset = 0;
    let type: CType;
    if (expr.arrow) {
      const pointer = this.value(ctx, expr.object, null);
      base = pointer.operand;
      type = pointer.type.k === "pointer" ? pointer.type.to : pointer.type;
    } else {
      const object = this.place(ctx, expr.object, null);
      if (object.kind === "register") base = object.register;
      else {
        base = object.base;
        offset = object.offset;
      }
      type = object.type;
    }
    const record = type.k === "record" ? type.record : ctx.types.recordWith(expr.field) ?? ctx.types.record("struct", `of ${expr.object.kind === "name" ? expr.object.name : expr.field}`);
    const field = ctx.types.field(record, expr.field);
    if (field && !isUnknown(field.type)) return { kind: "memory", base, offset: offset + field.offset, type: field.type };
    const inferred = hint && hint.k !== "void" ? hint : WORD;
    ctx.types.infer(record, expr.field, inferred);
    if (!ctx.types.inferred.has(`${record.name}.${expr.field}`)) ctx.types.inferred.add(`${record.name}.${expr.field}`);
    const found = ctx.types.field(record, expr.field);
    return { kind: "memory", base, offset: offset + (found?.offset ?? 0), type: found?.type ?? inferred };
  }

  private unary(ctx: FunctionContext, expr: Extract<Expr, { kind: "unary" }>, hint: CType | null): Value {
    switch (expr.op) {
      case "!": {
        const value = this.value(ctx, expr.operand, INT);
        const known = ctx.constantValue(value.operand);
        if (known !== null) return { operand: ctx.constantOperand(known === 0 ? 1 : 0), type: INT };
        const to = ctx.register();
        ctx.emit({ op: "not", to, a: value.operand, width: { bits: 32, unsigned: false } });
        return { operand: to, type: INT };
      }
      case "~": case "-": {
        const value = this.value(ctx, expr.operand, hint);
        const width = promoted(value.type);
        const known = ctx.constantValue(value.operand);
        const type: CType = isUnknown(value.type) ? WORD : { k: "int", width };
        if (known !== null) return { operand: ctx.constantOperand(expr.op === "~" ? invert(known, width) : -known), type };
        const to = ctx.register();
        ctx.emit({ op: expr.op === "~" ? "invert" : "negate", to, a: value.operand, width });
        return { operand: to, type };
      }
      case "+": return this.value(ctx, expr.operand, hint);
      case "*": return this.read(ctx, this.place(ctx, expr, hint));
      case "&": {
        if (expr.operand.kind === "name" && !ctx.variable(expr.operand.name) && !this.substitution(ctx, expr.operand.name) && !ctx.program.global(expr.operand.name, ctx.unit)) {
          const address = ctx.program.functionAddress(expr.operand.name, ctx.unit);
          if (address !== null) return { operand: ctx.constantOperand(address), type: pointerTo({ k: "function", returns: WORD, params: [] }) };
        }
        const place = this.place(ctx, expr.operand, hint && hint.k === "pointer" ? hint.to : null);
        return { operand: this.address(ctx, place), type: pointerTo(place.type) };
      }
      case "++": case "--": {
        const place = this.place(ctx, expr.operand, INT);
        const old = this.read(ctx, place);
        let before = old.operand;
        if (expr.postfix && place.kind === "register") {
          before = ctx.register();
          ctx.emit({ op: "move", to: before, a: old.operand });
        }
        const next = this.combine(ctx, expr.op === "++" ? "+" : "-", { operand: before, type: old.type }, { operand: ctx.constantOperand(1), type: INT });
        this.write(ctx, place, next);
        return expr.postfix ? { operand: before, type: old.type } : { operand: next.operand, type: old.type };
      }
    }
  }

  private binary(ctx: FunctionContext, expr: Extract<Expr, { kind: "binary" }>, hint: CType | null): Value {
    if (expr.op === "&&" || expr.op === "||") return this.truth(ctx, expr);
    const left = this.kept(ctx, this.value(ctx, expr.left, COMPARISONS.has(expr.op) ? null : hint), expr.right);
    const right = this.value(ctx, expr.right, left.type);
    return this.combine(ctx, expr.op, left, right);
  }

  /** A variable's value that the other side of an operator may change is copied first. */
  private kept(ctx: FunctionContext, value: Value, other: Expr): Value {
    if (value.operand < 0 || other.kind === "name" || other.kind === "number" || other.kind === "member") return value;
    const copy = ctx.register();
    ctx.emit({ op: "move", to: copy, a: value.operand });
    return { operand: copy, type: value.type };
  }

  private truth(ctx: FunctionContext, expr: Expr): Value {
    const to = ctx.register();
    const yes = new Label();
    const no = new Label();
    const end = new Label();
    this.condition(ctx, expr, yes, no);
    ctx.place(yes);
    ctx.emit({ op: "move", to, a: ctx.constantOperand(1) });
    ctx.jump(end);
    ctx.place(no);
    ctx.emit({ op: "move", to, a: ctx.constantOperand(0) });
    ctx.place(end);
    return { operand: to, type: INT };
  }

  private conditional(ctx: FunctionContext, expr: Extract<Expr, { kind: "conditional" }>, hint: CType | null): Value {
    const to = ctx.register();
    const yes = new Label();
    const no = new Label();
    const end = new Label();
    let type: CType = INT;
    if (expr.then === null) {
      const test = this.value(ctx, expr.test, hint);
      ctx.emit({ op: "move", to, a: test.operand });
      type = test.type;
      ctx.branch(to, end, no);
    } else {
      this.condition(ctx, expr.test, yes, no);
      ctx.place(yes);
      const then = this.value(ctx, expr.then, hint);
      ctx.emit({ op: "move", to, a: then.operand });
      type = then.type;
      ctx.jump(end);
    }
    ctx.place(no);
    const otherwise = this.value(ctx, expr.else, hint);
    ctx.emit({ op: "move", to, a: otherwise.operand });
    ctx.place(end);
    if (type.k === "int" && otherwise.type.k === "int") type = isUnknown(type) ? otherwise.type : { k: "int", width: wider(promoted(type), promoted(otherwise.type)) };
    else if (otherwise.type.k === "pointer" && (type.k !== "pointer" || type.to.k === "void")) type = otherwise.type;
    return { operand: to, type };
  }

  private assign(ctx: FunctionContext, expr: Extract<Expr, { kind: "assign" }>): Value {
    if (expr.op !== "=") {
      const place = this.place(ctx, expr.target, INT);
      const old = this.read(ctx, place);
      const right = this.value(ctx, expr.value, old.type);
      const result = this.combine(ctx, expr.op.slice(0, -1), old, right);
      this.write(ctx, place, result);
      return this.stored(ctx, place, result);
    }
    const targetType = this.typeOf(ctx, expr.target);
    if (expr.value.kind === "init" && expr.value.type === null) {
      const place = this.place(ctx, expr.target);
      this.hooks.initialize(ctx, place, expr.value);
      return { operand: ctx.constantOperand(0), type: place.type };
    }
    const outer = ctx.target;
    ctx.target = targetType.k === "pointer" && targetType.to.k === "record" ? { type: targetType.to, name: lastName(expr.target) } : null;
    const value = this.value(ctx, expr.value, isUnknown(targetType) ? null : targetType);
    ctx.target = outer;
    const place = this.place(ctx, expr.target, value.type);
    this.write(ctx, place, value);
    return this.stored(ctx, place, value);
  }

  private stored(ctx: FunctionContext, place: Place, value: Value): Value {
    if (place.kind === "register") return { operand: place.register, type: place.type };
    return { operand: ctx.converted(value, place.type), type: place.type.k === "record" ? value.type : place.type };
  }

  private literal(ctx: FunctionContext, expr: Extract<Expr, { kind: "init" }>, hint: CType | null): Value {
    const type = expr.type ? ctx.types.resolve(expr.type) : hint;
    if (!type) return ctx.missing("an initializer without a type");
    const variable = ctx.declare(`literal at line ${expr.span.line}`, type.k === "record" || type.k === "array" ? type : { k: "array", of: type, length: 1 });
    let base: number;
    if (variable.kind === "frame") {
      base = ctx.register();
      ctx.emit({ op: "frame-address", to: base, slot: variable.slot });
    } else base = variable.kind === "object" ? variable.address : variable.register;
    this.hooks.initialize(ctx, { kind: "memory", base, offset: 0, type }, expr);
    return this.read(ctx, { kind: "memory", base, offset: 0, type });
  }

  private substitution(ctx: FunctionContext, name: string): { readonly expr: Expr; readonly unit: FunctionContext["unit"]; readonly depth: number } | null {
    return ctx.substitutions.at(-1)?.get(name) ?? null;
  }

  /** Compiles an argument of a macro as its caller sees it. */
  private inside<T>(ctx: FunctionContext, argument: { readonly unit: FunctionContext["unit"]; readonly depth: number }, work: () => T): T {
    const taken = ctx.substitutions.splice(argument.depth);
    const unit = ctx.unit;
    ctx.unit = argument.unit;
    const result = work();
    ctx.unit = unit;
    ctx.substitutions.push(...taken);
    return result;
  }

  private scaled(ctx: FunctionContext, base: number, index: number, size: number, op = "+"): number {
    const known = ctx.constantValue(index);
    if (known !== null) return this.plus(ctx, base, op === "+" ? known * size : -known * size);
    const offset = size === 1 ? index : this.operate(ctx, "*", index, ctx.constantOperand(size), { bits: 64, unsigned: false });
    return this.operate(ctx, op === "+" ? "+" : "-", base, offset, { bits: 64, unsigned: true });
  }

  private operate(ctx: FunctionContext, operator: BinaryOp, a: number, b: number, width: Width): number {
    const left = ctx.constantValue(a);
    const right = ctx.constantValue(b);
    if (left !== null && right !== null) {
      const result = compute(operator, left, right, width);
      if (result !== null) return ctx.constantOperand(result);
    }
    const to = ctx.register();
    ctx.emit({ op: "binary", to, operator, a, b, width });
    return to;
  }
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

function promoted(type: CType): Width {
  const width = widthOf(type);
  return width.bits < 32 ? { bits: 32, unsigned: false } : width;
}

function wider(a: Width, b: Width): Width {
  if (a.bits === b.bits) return { bits: a.bits, unsigned: a.unsigned || b.unsigned };
  return a.bits > b.bits ? a : b;
}
