// Expressions to instructions. Calls are compiled elsewhere and handed in, as calls contain expressions again.
import type { Expr } from "../../c/ast.js";
import { convert, invert, negate } from "../arithmetic.js";
import { asAddress, holderOf, keepAddress, plus, readAddress, refuseAddress } from "./addresses.js";
import { conditional, truth } from "./conditionals.js";
import { type FunctionContext, Label, type Place, type Value } from "./context.js";
import { expanded, isTornApart } from "./expansions.js";
import { checkElement } from "./kept.js";
import { indexedMember, memberPlace } from "./members.js";
import { combine, COMPARISONS, scaled } from "./operators.js";
import { elementPart, isPart, readPart, writePart } from "./parts.js";
import { CHAR, type CType, INT, isUnknown, LONG, pointerTo, SIZE, VOID, widthOf, WORD } from "./ctype.js";
import { unreadable } from "./unknown-calls.js";
import { guessPointer, undeclared } from "./undeclared.js";
import { allocated, hiddenCast, lastName, literalType, literalValue, promoted, resolved, typeOf, withCastInside } from "./typing.js";

type CallExpr = Extract<Expr, { kind: "call" }>;

/** What expressions need from the rest of the compiler. */
export interface ExpressionHooks {
  call(ctx: FunctionContext, expr: CallExpr, hint: CType | null): Value;
  block(ctx: FunctionContext, expr: Extract<Expr, { kind: "block-value" }>): Value;
  initialize(ctx: FunctionContext, place: Place, init: Expr): void;
}

/** What a define without parentheses can be taken apart by. */
const OPERATORS: ReadonlySet<Expr["kind"]> = new Set<Expr["kind"]>(["unary", "binary", "cast", "conditional", "comma", "assign", "member", "index", "call", "sizeof"]);

/** True for numbers of a known width, behind a pointer of the code that is judged. */
const isViewed = (ctx: FunctionContext, type: CType): boolean => ctx.unit.origin !== "model" && type.k === "int" && !isUnknown(type) && type.width.bits >= 8;

export class Expressions {
  constructor(private readonly hooks: ExpressionHooks) {}

  /** The value of an expression. `hint` is the type that the place around it wants; it is used where no visible line says more. */
  value(ctx: FunctionContext, expr: Expr, hint: CType | null = null): Value {
    if (OPERATORS.has(expr.kind) && isTornApart(ctx, expr)) return expanded(this, ctx, expr, hint) ?? ctx.missing("a macro that cannot be expanded");
    switch (expr.kind) {
      case "number": {
        const known = literalValue(expr);
        return known === null ? ctx.missing(Number.isInteger(expr.value) ? `the number ${expr.text} does not fit in 53 bits, and is not rounded` : "a number that is not whole") : { operand: ctx.constantOperand(known), type: literalType(expr.text, expr.value) };
      }
      case "string": return { operand: ctx.constantOperand(ctx.program.stringAddress(expr.text)), type: pointerTo(CHAR) };
      case "name": return this.name(ctx, expr, hint);
      case "member": case "index": return this.read(ctx, this.place(ctx, expr, hint));
      case "unary": return this.unary(ctx, expr, hint);
      case "binary": return this.binary(ctx, expr, hint);
      case "assign": return this.assign(ctx, expr);
      case "conditional": return conditional(this, ctx, expr, hint);
      case "comma": return this.discard(ctx, expr.left), this.value(ctx, expr.right, hint);
      case "call": {
        const cast = hiddenCast(ctx, expr);
        return cast ? this.cast(ctx, cast.type, cast.operand) : this.hooks.call(ctx, expr, hint);
      }
      case "cast": {
        const type = resolved(ctx, expr.type);
        if (type.k === "void") {
          this.discard(ctx, expr.operand);
          return { operand: ctx.constantOperand(0), type: VOID };
        }
        return this.cast(ctx, type, expr.operand);
      }
      case "sizeof": {
        const type = expr.type ? resolved(ctx, expr.type) : expr.operand ? typeOf(ctx, expr.operand) : WORD;
        return { operand: ctx.constantOperand(ctx.types.bytesOf(type)), type: SIZE, slots: ctx.types.sizeOf(type) };
      }
      case "block-value": return this.hooks.block(ctx, expr);
      case "init": return this.literal(ctx, expr, hint);
      case "opaque": return unreadable(ctx, expr, hint);
    }
  }

  private cast(ctx: FunctionContext, type: CType, operand: Expr): Value {
    const value = this.value(ctx, operand, type);
    // Memory that may be made as something else is looked at before it is taken for a struct.
    const from = value.type.k === "pointer" ? value.type.to : null;
    if (from !== null && type.k === "pointer" && type.to.k === "record" && (from.k === "int" || (from.k === "record" && from.record !== type.to.record))) ctx.viewAs(type.to, value.operand);
    return { operand: ctx.converted(value, type), type, ...asAddress(ctx, value, type), ...(type.k === "int" && value.slots !== undefined ? { slots: value.slots } : {}) };
  }

  /** Runs an expression for its effects. */
  discard(ctx: FunctionContext, expr: Expr): void {
    if (expr.kind === "name" || expr.kind === "number" || expr.kind === "string") return;
    ctx.temporary(() => this.value(ctx, expr, VOID));
  }

  /** Jumps to one of two labels. */
  condition(ctx: FunctionContext, expr: Expr, yes: Label, no: Label): void {
    if (OPERATORS.has(expr.kind) && isTornApart(ctx, expr)) {
      const value = expanded(this, ctx, expr, INT) ?? ctx.missing("a macro that cannot be expanded");
      return ctx.branch(value.operand, yes, no);
    }
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

  /** Where an lvalue stands. */
  place(ctx: FunctionContext, expr: Expr, hint: CType | null = null, isAddress = false): Place {
    switch (expr.kind) {
      case "name": {
        const variable = ctx.variable(expr.name);
        if (variable) {
          const holder = holderOf.local(ctx, expr.name);
          if (variable.kind === "register") return { kind: "register", register: variable.register, type: variable.type, holder };
          if (variable.kind === "object") return { kind: "memory", base: variable.address, offset: 0, type: variable.type, holder };
          const base = ctx.register();
          ctx.emit({ op: "frame-address", to: base, slot: variable.slot });
          return { kind: "memory", base, offset: 0, type: variable.type, holder };
        }
        const global = ctx.program.global(expr.name, ctx.unit);
        if (global) return { kind: "memory", base: ctx.constantOperand(global.address), offset: 0, type: global.type, holder: holderOf.global(expr.name) };
        const defined = ctx.program.defined(expr.name, ctx.unit);
        if (defined) return this.place(ctx, defined, hint);
        return undeclared(ctx, expr.name, hint);
      }
      case "member": return memberPlace(this, ctx, expr, hint);
      case "index": {
        const array = expr.object.kind === "member" || expr.object.kind === "index" ? typeOf(ctx, expr.object) : null;
        if (array?.k === "array" && array.length > 0) {
          const place = this.place(ctx, expr.object);
          if (isPart(place)) {
            const index = this.value(ctx, expr.index, LONG).operand;
            checkElement(ctx, expr.object, index, isAddress);
            return elementPart(ctx, place, index, ctx.types.bytesOf(array.of));
          }
        }
        const object = this.value(ctx, expr.object, expr.object.kind === "member" ? indexedMember(ctx, expr.object.field, hint ?? WORD) : expr.object.kind === "index" ? pointerTo(hint ?? WORD) : null);
        if (object.type.k !== "pointer") guessPointer(ctx, expr.object, hint);
        const element = object.type.k === "pointer" ? object.type.to : hint ?? WORD;
        const index = this.value(ctx, expr.index, LONG).operand;
        checkElement(ctx, expr.object, index, isAddress);
        const address = scaled(ctx, object.operand, index, ctx.types.sizeOf(element));
        return { kind: "memory", base: address, offset: 0, type: element, viewed: isViewed(ctx, element) && typeOf(ctx, expr.object).k !== "array" };
      }
      case "unary":
        if (expr.op === "*") {
          const pointer = this.value(ctx, expr.operand, hint || expr.operand.kind === "member" ? pointerTo(hint ?? WORD) : null);
          if (pointer.type.k !== "pointer") guessPointer(ctx, expr.operand, hint);
          const type = pointer.type.k === "pointer" ? pointer.type.to : hint ?? WORD;
          return { kind: "memory", base: pointer.operand, offset: 0, type, viewed: isViewed(ctx, type) && typeOf(ctx, expr.operand).k !== "array" };
        }
        break;
      case "cast": {
        const place = this.place(ctx, expr.operand, hint);
        return { ...place, type: resolved(ctx, expr.type) };
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
    if (place.kind === "register") return { operand: place.register, type: place.type, ...readAddress(ctx, place) };
    if (isPart(place)) return readPart(ctx, place);
    if (place.type.k === "array") return { operand: this.address(ctx, place), type: pointerTo(place.type.of) };
    if (place.type.k === "record" || place.type.k === "function") return { operand: this.address(ctx, place), type: place.type.k === "function" ? pointerTo(place.type) : place.type };
    if (place.viewed === true) ctx.emit({ op: "view", a: plus(ctx, place.base, place.offset), bits: widthOf(place.type).bits, type: null });
    const to = ctx.register();
    ctx.emit({ op: "load", to, a: place.base, offset: place.offset });
    return { operand: place.viewed === true ? ctx.converted({ operand: to, type: place.type }, place.type, true) : to, type: place.type, ...readAddress(ctx, place) };
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
    keepAddress(ctx, place.holder, value);
    if (isPart(place)) return writePart(ctx, place, value);
    let operand = ctx.converted(value, place.type);
    if (place.kind === "memory" && place.viewed === true) {
      const address = plus(ctx, place.base, place.offset);
      const { bits } = widthOf(place.type);
      ctx.emit({ op: "view", a: address, bits, type: null });
      const to = ctx.register();
      ctx.emit({ op: "fit", to, a: address, value: operand, bits });
      operand = to;
    }
    if (place.kind === "register") ctx.emit({ op: "move", to: place.register, a: operand });
    else ctx.emit({ op: "store", a: place.base, offset: place.offset, value: operand });
  }

  address(ctx: FunctionContext, place: Place): number {
    if (place.kind === "register") return ctx.missing("the address of a variable without memory is taken").operand;
    if (isPart(place)) return ctx.missing("the address of a member is taken whose union has members of several widths").operand;
    return plus(ctx, place.base, place.offset);
  }

  private name(ctx: FunctionContext, expr: Extract<Expr, { kind: "name" }>, hint: CType | null): Value {
    if (ctx.variable(expr.name)) return this.read(ctx, this.place(ctx, expr, hint));
    if (expr.name === "NULL") return { operand: ctx.constantOperand(0), type: pointerTo(VOID) };
    const constant = ctx.program.constantOf(expr.name, ctx.unit);
    if (constant !== null) {
      const defined = ctx.program.defined(expr.name, ctx.unit);
      const written = defined ? typeOf(ctx, defined) : WORD;
      const type = written.k === "int" && !isUnknown(written) ? written : Math.abs(constant) > 0x7fffffff ? LONG : INT;
      return { operand: ctx.constantOperand(type.k === "int" ? convert(constant, type.width) : constant), type };
    }
    if (ctx.program.global(expr.name, ctx.unit)) return this.read(ctx, this.place(ctx, expr, hint));
    const address = ctx.program.functionAddress(expr.name, ctx.unit);
    if (address !== null) return { operand: ctx.constantOperand(address), type: pointerTo({ k: "function", returns: WORD, params: [] }) };
    if (ctx.program.defined(expr.name, ctx.unit)) {
      const defined = ctx.program.defined(expr.name, ctx.unit);
      if (defined) return this.value(ctx, defined, hint);
    }
    if (expr.name === "__func__" || expr.name === "__FUNCTION__") return { operand: ctx.constantOperand(ctx.program.stringAddress(`"${ctx.name}"`)), type: pointerTo(CHAR) };
    // Who is handed over as a function, and shown nowhere.
    if (hint?.k === "pointer" && hint.to.k === "function") return { operand: ctx.constantOperand(ctx.program.unknownFunction(expr.name, hint.to.returns)), type: hint };
    return this.read(ctx, undeclared(ctx, expr.name, hint));
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
        const known = ctx.constantNumber(value.operand);
        const type: CType = isUnknown(value.type) ? WORD : { k: "int", width };
        if (value.address === true) refuseAddress(ctx, value);
        const folded = known === null ? null : expr.op === "~" ? invert(known, width) : negate(known, width);
        if (folded !== null) return { operand: ctx.constantOperand(folded), type };
        const to = ctx.register();
        ctx.emit({ op: expr.op === "~" ? "invert" : "negate", to, a: value.operand, width });
        return { operand: to, type };
      }
      case "+": {
        const value = this.value(ctx, expr.operand, hint);
        return value.type.k === "int" && !isUnknown(value.type) ? { operand: value.operand, type: { k: "int", width: promoted(value.type) } } : value;
      }
      case "*": return this.read(ctx, this.place(ctx, expr, hint));
      case "&": {
        if (expr.operand.kind === "name" && !ctx.variable(expr.operand.name) && !ctx.program.global(expr.operand.name, ctx.unit)) {
          const address = ctx.program.functionAddress(expr.operand.name, ctx.unit);
          if (address !== null) return { operand: ctx.constantOperand(address), type: pointerTo({ k: "function", returns: WORD, params: [] }) };
        }
        const place = this.place(ctx, expr.operand, hint && hint.k === "pointer" ? hint.to : null, true);
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
        const next = combine(ctx, expr.op === "++" ? "+" : "-", { operand: before, type: old.type }, { operand: ctx.constantOperand(1), type: INT });
        this.write(ctx, place, next);
        return expr.postfix ? { operand: before, type: old.type } : this.stored(ctx, place, { operand: next.operand, type: next.type });
      }
    }
  }

  private binary(ctx: FunctionContext, expr: Extract<Expr, { kind: "binary" }>, hint: CType | null): Value {
    const cast = hiddenCast(ctx, expr);
    if (cast) return this.cast(ctx, cast.type, cast.operand);
    const inside = withCastInside(ctx, expr);
    if (inside) return this.value(ctx, inside, hint);
    if (expr.op === "&&" || expr.op === "||") return truth(this, ctx, expr);
    const left = this.kept(ctx, this.value(ctx, expr.left, COMPARISONS.has(expr.op) ? null : hint), expr.right);
    const right = this.value(ctx, expr.right, left.type);
    return combine(ctx, expr.op, left, right);
  }

  /** A variable's value that the other side of an operator may change is copied first. */
  private kept(ctx: FunctionContext, value: Value, other: Expr): Value {
    if (value.operand < 0 || other.kind === "name" || other.kind === "number" || other.kind === "member") return value;
    const copy = ctx.register();
    ctx.emit({ op: "move", to: copy, a: value.operand });
    return { ...value, operand: copy };
  }

  private assign(ctx: FunctionContext, expr: Extract<Expr, { kind: "assign" }>): Value {
    if (expr.op !== "=") {
      const place = this.place(ctx, expr.target, INT);
      const old = this.read(ctx, place);
      const right = this.value(ctx, expr.value, old.type);
      const result = combine(ctx, expr.op.slice(0, -1), old, right);
      this.write(ctx, place, result);
      return this.stored(ctx, place, result);
    }
    const targetType = typeOf(ctx, expr.target);
    if (expr.value.kind === "init" && expr.value.type === null) {
      const place = this.place(ctx, expr.target);
      this.hooks.initialize(ctx, place, expr.value);
      return { operand: ctx.constantOperand(0), type: place.type };
    }
    const outer = ctx.target;
    ctx.target = allocated(targetType, lastName(expr.target));
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
    const type = expr.type ? resolved(ctx, expr.type) : hint;
    if (!type) return ctx.missing("an initializer without a type");
    const variable = ctx.declare(`literal at line ${expr.span.line}`, type.k === "record" || type.k === "array" ? type : { k: "array", of: type, length: 1 });
    let base: number;
    if (variable.kind === "frame") {
      base = ctx.register();
      ctx.emit({ op: "frame-address", to: base, slot: variable.slot });
    } else base = variable.kind === "object" ? variable.address : variable.register;
    this.hooks.initialize(ctx, { kind: "memory", base, offset: 0, type }, { ...expr, type: null });
    return this.read(ctx, { kind: "memory", base, offset: 0, type });
  }
}
