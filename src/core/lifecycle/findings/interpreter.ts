// Runs the expressions of one function on a state: assignments, addresses, loads and calls.
import type { Arg, Expr, Span, TypeRef } from "../../c/ast.js";
import { evaluate } from "../../c/walk.js";
import { API } from "../api.js";
import type { Code, CodeFunction } from "../code.js";
import type { Scope } from "../places.js";
import { scopeOf } from "../places.js";
import { constantBits } from "./assume.js";
import { applyCall } from "./calls.js";
import type { FunctionContext, Rule } from "./rule.js";
import type { State } from "./state.js";
import { ANY, IN_ARRAY, rootOf, VALID, ZERO } from "./state.js";
import type { Summary } from "./summary.js";
import { addressOf, bitsOfNumber, containerOf, inside, load, NULL_VALUE, numberValue, placeOf, SAME_VALUE, STORES } from "./values.js";

export class Interpreter {
  readonly params: ReadonlySet<string>;
  /** Objects that an iterating macro came to: others find them in the same way. */
  readonly cursors = new Set<string>();
  private readonly locals: Set<string>;
  private readonly arrays: ReadonlySet<string>;
  private readonly pointers: ReadonlySet<string>;
  /** Values of the expressions of the node at hand, so that a test does not run them again. */
  private seen = new Map<Expr, string>();
  private asked: Expr | null = null;
  private places: Scope | null = null;

  constructor(readonly ctx: FunctionContext, readonly rules: readonly Rule[], locals: ReadonlyMap<string, TypeRef>, readonly summaryOf: (name: string) => Summary | null) {
    this.params = new Set(ctx.where.fn.params.map((param) => param.name));
    this.locals = new Set([...locals.keys(), ...this.params]);
    this.pointers = new Set([...locals].filter(([, type]) => type.arrays.length === 0 && (type.pointers > 0 || type.name.endsWith("_var_t"))).map(([name]) => name));
    this.arrays = new Set([...[...locals].filter(([, type]) => type.arrays.length > 0).map(([name]) => name)]);
  }

  get code(): Code {
    return this.ctx.code;
  }

  get where(): CodeFunction {
    return this.ctx.where;
  }

  /** The function's variables, for what asks where a pointer leads: it is made when the first one asks, once. */
  get scope(): Scope {
    return (this.places ??= scopeOf(this.code, this.where));
  }

  /** Starts a node: nothing of it has been evaluated. `test`: what decides there, if anything. */
  begin(test: Expr | null): void {
    this.seen = new Map();
    this.asked = test;
    while (this.asked?.kind === "unary" && this.asked.op === "!") this.asked = this.asked.operand;
  }

  /** True for a call whose result is the whole of a condition: asked twice, it is taken to answer the same. */
  isAsked(call: Expr): boolean {
    return this.asked === call;
  }

  isLocal(name: string): boolean {
    return this.locals.has(name);
  }

  /** True for a variable whose entries lie in it; false for a pointer to entries. */
  isArray(name: string): boolean {
    return this.arrays.has(name) || (!this.locals.has(name) && (this.code.globals.get(name)?.arrays.length ?? 0) > 0);
  }

  /** True for a variable of the function that is a pointer. */
  isPointer(name: string): boolean {
    return this.pointers.has(name);
  }

  textOf(span: Pick<Span, "from" | "to">): string {
    return this.where.file.text.slice(span.from, span.to).replace(/\s+/g, " ").trim();
  }

  /** Evaluates an expression with all that it does. `alone`: its value is not looked at. */
  valueOf(state: State, expr: Expr, alone = false): string {
    const known = this.seen.get(expr);
    if (known !== undefined) return known;
    const value = this.compute(state, expr, alone);
    this.seen.set(expr, value);
    return value;
  }

  /** A value that is new here; a second run of the same text makes a new one. */
  fresh(state: State, span: Span, bits = ANY): string {
    const id = `s:${span.from}.${span.to};`;
    state.renew(id);
    state.bits.set(id, bits);
    return id;
  }

  assign(state: State, target: Expr, value: string, span: Span): void {
    const place = placeOf(this, state, target);
    if (place === null) {
      state.escape(value);
      return;
    }
    this.store(state, place, value, span);
  }

  store(state: State, place: string, value: string, span: Span): void {
    const root = placeRoot(place);
    // Who clears the pointer, or sets another, keeps somebody else from giving back what it led to.
    const old = state.env.get(place);
    if (root !== "" && old !== undefined && old !== value) state.note("removed", span, `clear ${rootOf(old)}`);
    for (const key of [...state.env.keys()]) if (key.startsWith(`${place}.`) || key.startsWith(`${place}[`)) state.env.delete(key);
    state.env.set(place, value);
    if (value.startsWith("b:")) return state.escape(value);
    if (root === "" && this.locals.has(place)) return;
    const target = rootOf(value);
    // Kept in an object of ours that nobody else knows: it goes with that object.
    const holder = root === "" ? `&${place.replace(/[.[].*$/s, "")}` : rootOf(root);
    const holds = state.subject(holder);
    // Entries of an array are not told apart well enough to say which of them is left over.
    const isOurs = place.includes("[") ? false : root === "" ? this.locals.has(place.replace(/[.[].*$/s, "")) && !holds.escaped : holds.owned !== null && !holds.escaped;
    // Through another index the same entry may be changed unseen.
    if (place.includes("[")) state.change(target, { parkedIn: IN_ARRAY });
    if (isOurs && holder !== target) state.change(target, { parkedIn: holder });
    else if (holder !== target) {
      // Who goes through the same list finds it there.
      this.handOn(state, value, span, !place.includes("[") && !this.cursors.has(holder));
      state.note("published", span, `store ${target}`);
    }
  }

  /** The value is known to others from here on; see `State.escape`. */
  handOn(state: State, value: string, span: Span, keepsHolds = false): void {
    const root = rootOf(value);
    if (state.subjects.get(root)?.owned !== null && state.subjects.has(root)) state.note("published", span, root);
    state.escape(value, keepsHolds);
  }

  /** The object is looked into: it is no NULL and no ERR_PTR, and must still be there. */
  use(state: State, value: string, span: Span, label: string): boolean {
    const root = rootOf(value);
    for (const rule of this.rules) rule.use?.(this.ctx, { state, id: root, span, label });
    if (!value.startsWith("&") && (state.bitsOf(value) & VALID) !== 0) state.narrow(value, VALID);
    return true;
  }

  private compute(state: State, expr: Expr, alone: boolean): string {
    switch (expr.kind) {
      case "number":
        return this.numbered(state, expr.value);
      case "name": {
        if (expr.name === "NULL") return this.numbered(state, 0);
        const type = this.code.globals.get(expr.name);
        // An array is its own address; so is a function.
        if (type !== undefined && !this.locals.has(expr.name) && type.arrays.length > 0) return `&${expr.name}`;
        if (this.code.byName.has(expr.name) && !this.locals.has(expr.name)) return `&${expr.name}`;
        return load(state, expr.name, this.params.has(expr.name));
      }
      case "string":
        return `&"${expr.span.from}"`;
      case "cast": {
        const value = this.valueOf(state, expr.operand);
        // `(void *)foo->data` is mostly what lies at the end of it, and no pointer that nobody has set.
        const place = value === NULL_VALUE && expr.operand.kind === "member" && expr.type.pointers > 0 ? placeOf(this, state, expr.operand) : null;
        return place === null ? value : `l:${place};`;
      }
      case "unary":
        return this.unary(state, expr);
      case "member": {
        const place = placeOf(this, state, expr);
        if (expr.arrow) this.use(state, this.valueOf(state, expr.object), expr.span, this.textOf(expr.object.span));
        return place === null ? this.fresh(state, expr.span) : load(state, place, false);
      }
      case "index": {
        const place = placeOf(this, state, expr);
        return place === null ? this.fresh(state, expr.span) : load(state, place, false);
      }
      case "assign": {
        const value = this.valueOf(state, expr.value);
        if (expr.op === "=") {
          this.touch(state, expr.target);
          this.assign(state, expr.target, value, expr.span);
          return value;
        }
        this.touch(state, expr.target);
        // A pointer that moves on still belongs to what it pointed to.
        state.escape(this.valueOf(state, expr.target));
        const changed = this.fresh(state, expr.span);
        this.assign(state, expr.target, changed, expr.span);
        return changed;
      }
      case "comma":
        this.valueOf(state, expr.left, true);
        return this.valueOf(state, expr.right);
      case "conditional":
        this.valueOf(state, expr.test);
        for (const branch of [expr.then, expr.else]) if (branch !== null) this.uncertain(state, branch);
        return this.fresh(state, expr.span);
      case "binary":
        this.valueOf(state, expr.left);
        if (expr.op === "&&" || expr.op === "||") this.uncertain(state, expr.right);
        else this.valueOf(state, expr.right);
        return this.pure(state, expr);
      case "call":
        return this.call(state, expr, alone);
      case "init":
        for (const entry of expr.entries) this.handOn(state, this.valueOf(state, entry.value), entry.span);
        return this.fresh(state, expr.span);
      case "block-value":
        this.uncertain(state, expr);
        return this.fresh(state, expr.span);
      case "sizeof":
      case "opaque":
        return this.fresh(state, expr.span);
    }
  }

  /** A condition without calls has the same answer wherever its values are the same. */
  private pure(state: State, expr: Extract<Expr, { kind: "binary" }>): string {
    let isPure = true;
    evaluate(expr, (one) => void (isPure &&= one.kind !== "call" && one.kind !== "assign" && one.kind !== "opaque" && one.kind !== "block-value"));
    if (!isPure) return this.fresh(state, expr.span);
    if (expr.op === "*" && (state.bitsOf(this.valueOf(state, expr.left)) === ZERO || state.bitsOf(this.valueOf(state, expr.right)) === ZERO)) return this.numbered(state, 0);
    return `b:${this.valueOf(state, expr.left)}${expr.op}${expr.op === "&&" || expr.op === "||" ? this.textOf(expr.right.span) : this.valueOf(state, expr.right)};`;
  }

  /** What is evaluated on some ways only: the objects in it are others' from here on, and their variables unknown. */
  private uncertain(state: State, expr: Expr): void {
    evaluate(expr, (one) => {
      if (one.kind === "call") {
        for (const arg of one.args) {
          if (arg.kind !== "type" && (arg.kind === "name" || arg.kind === "member" || arg.kind === "unary")) state.escape(this.valueOf(state, arg));
        }
      } else if (one.kind === "assign") {
        const place = placeOf(this, state, one.target);
        if (place !== null) state.env.set(place, this.fresh(state, one.span));
      }
    });
    if (expr.kind === "name" || (expr.kind === "unary" && expr.op === "&")) state.escape(this.valueOf(state, expr));
  }

  private unary(state: State, expr: Extract<Expr, { kind: "unary" }>): string {
    if (expr.op === "&") {
      const place = placeOf(this, state, expr.operand);
      return place === null ? this.fresh(state, expr.span) : addressOf(place);
    }
    const operand = this.valueOf(state, expr.operand);
    switch (expr.op) {
      case "*": {
        this.use(state, operand, expr.span, this.textOf(expr.operand.span));
        const place = placeOf(this, state, expr);
        return place === null ? this.fresh(state, expr.span) : load(state, place, false);
      }
      case "++":
      case "--": {
        const number = /^n:(-?\d+);$/.exec(operand)?.[1];
        const changed = number === undefined ? this.fresh(state, expr.span) : this.numbered(state, Number(number) + (expr.op === "++" ? 1 : -1));
        // A pointer that moves on still belongs to what it pointed to; which entry is on a list is not told from there on.
        state.escape(operand);
        if (state.subject(rootOf(operand)).listed.size > 0) state.change(rootOf(operand), { listed: new Map() });
        this.assign(state, expr.operand, changed, expr.span);
        return expr.postfix ? operand : changed;
      }
      case "-": {
        const bits = constantBits(expr);
        if (bits === null) return this.fresh(state, expr.span);
        const id = `n:${this.textOf(expr.span)};`;
        state.bits.set(id, bits);
        return id;
      }
      case "!": {
        const id = `b:!${operand}`;
        const bits = state.bitsOf(operand);
        state.bits.set(id, bits === ZERO ? VALID : (bits & ZERO) === 0 ? ZERO : ZERO | VALID);
        return id;
      }
      default:
        return this.fresh(state, expr.span);
    }
  }

  private numbered(state: State, value: number): string {
    if (value === 0) {
      state.bits.set(NULL_VALUE, ZERO);
      return NULL_VALUE;
    }
    const id = numberValue(value);
    state.bits.set(id, bitsOfNumber(value));
    return id;
  }

  /** The target of a store is looked into, but not read. */
  private touch(state: State, target: Expr): void {
    if (target.kind === "member") {
      if (target.arrow) this.use(state, this.valueOf(state, target.object), target.span, this.textOf(target.object.span));
      else this.touch(state, target.object);
    } else if (target.kind === "unary" && target.op === "*") this.use(state, this.valueOf(state, target.operand), target.span, this.textOf(target.operand.span));
    else if (target.kind === "index") {
      this.valueOf(state, target.index);
      this.touch(state, target.object);
    }
  }

  private setArguments(state: State, args: readonly Arg[]): void {
    for (const arg of args) {
      if (arg.kind !== "name" || !this.locals.has(arg.name)) continue;
      state.escape(this.valueOf(state, arg));
      state.env.set(arg.name, this.fresh(state, arg.span));
      this.seen.delete(arg);
    }
  }

  private call(state: State, expr: Extract<Expr, { kind: "call" }>, alone: boolean): string {
    const name = expr.callee.kind === "name" ? expr.callee.name : "";
    if (name === "") this.valueOf(state, expr.callee);
    if (/^_*typeof/.test(name)) return this.fresh(state, expr.span);
    const [first, second, third] = expr.args;
    if ((name === "container_of" || name === "container_of_const" || name === "list_entry") && first !== undefined && first.kind !== "type" && second?.kind === "type" && third !== undefined && third.kind !== "type") {
      return containerOf(this.valueOf(state, first), this.textOf(third.span));
    }
    if (PRIVATE_AREAS.has(name) && first !== undefined && first.kind !== "type") {
      const owner = this.valueOf(state, first);
      return owner.startsWith("n:") ? this.fresh(state, expr.span) : addressOf(inside(owner, "(private)"));
    }
    // Of what they are given, only the type counts (linux/overflow.h, linux/stddef.h).
    if (name === "ARRAY_SIZE" || name === "struct_size" || name === "flex_array_size" || name === "sizeof_field") return this.fresh(state, expr.span, VALID);
    if (STORES.has(name) && first !== undefined && second !== undefined && first.kind !== "type" && second.kind !== "type") {
      const value = this.valueOf(state, second);
      this.touch(state, first);
      this.assign(state, first, value, expr.span);
      return value;
    }
    if (name === "swap" && first !== undefined && second !== undefined && first.kind !== "type" && second.kind !== "type") {
      const [one, other] = [this.valueOf(state, first), this.valueOf(state, second)];
      this.assign(state, first, other, expr.span);
      this.assign(state, second, one, expr.span);
      return other;
    }
    if (SAME_VALUE.has(name) && first !== undefined && first.kind !== "type") {
      const value = this.valueOf(state, first);
      if (name === "no_free_ptr" || name === "return_ptr") this.handOn(state, value, expr.span);
      return value;
    }
    // What the configuration says is the same everywhere (linux/kconfig.h).
    if (/^IS_(ENABLED|BUILTIN|REACHABLE|MODULE)$/.test(name)) return `c:${this.textOf(expr.span)};`;
    // Only a macro can be given a type, and a macro may set the variables that it is given.
    if (expr.args.some((arg) => arg.kind === "type") && !API.has(name) && !/^(offsetof|va_arg|kmalloc\w*|kzalloc\w*|min_t|max_t|clamp_t|\w*_entry\w*|\w*container\w*)$/.test(name)) this.setArguments(state, expr.args);
    const values = expr.args.map((arg: Arg) => (arg.kind === "type" ? "" : this.valueOf(state, arg)));
    return applyCall(this, state, expr, name, values, alone);
  }
}

/** Calls that give the part of an object that belongs to its driver (linux/netdevice.h, linux/iio/iio.h, scsi/scsi_host.h). */
const PRIVATE_AREAS: ReadonlySet<string> = new Set(["netdev_priv", "iio_priv", "shost_priv"]);

/** The value that a place lies behind; "" for a variable and what lies in it. */
function placeRoot(place: string): string {
  const arrow = place.lastIndexOf("->");
  return arrow < 0 ? "" : place.slice(0, arrow);
}
