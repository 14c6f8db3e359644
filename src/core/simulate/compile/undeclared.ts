// Names that code uses and that no visible line declares.
import type { CFunction, Expr, Stmt } from "../../c/ast.js";
import type { Operand } from "../ir.js";
import { plus } from "./addresses.js";
import type { FunctionContext, Place } from "./context.js";
import type { Expressions } from "./expressions.js";
import type { Unit } from "./link.js";
import { type CType, INT, isUnknown, pointerTo, type RecordType, WORD } from "./ctype.js";
import { isBetter, UNNAMED } from "./types.js";
import { eachExpression } from "./walk.js";

/** A name that no visible line declares: a constant when it is in capitals, else a local of the missing lines or a global. */
export function undeclared(ctx: FunctionContext, name: string, hint: CType | null): Place {
  const key = keyOf(ctx, name);
  if (hint && hint.k !== "void" && !isUnknown(hint)) guess(ctx, key, hint);
  const type = ctx.program.guesses.get(key) ?? WORD;
  if (ctx.isGlobal(name)) {
    ctx.program.assume({ kind: "inferred-type", text: `${name} is declared in no line that is known: it is taken as a global that others have set up`, where: { path: ctx.unit.path, line: ctx.span.line } });
    return { kind: "memory", base: ctx.constantOperand(ctx.program.opaqueAddress(name, type, [])), offset: 0, type };
  }
  const known = ctx.program.undeclared.get(`${ctx.unit.path} ${ctx.name}`) ?? new Set<string>();
  if (!known.has(name)) {
    known.add(name);
    ctx.program.undeclared.set(`${ctx.unit.path} ${ctx.name}`, known);
    // The next pass gives it a register of its own from the start of the function.
    ctx.types.learned();
  }
  return { kind: "register", register: ctx.register(), type };
}

/** The struct that something must be, or point to, for its member to be there: the one of the code that has such a member, else one named after it. */
export function structWith(ctx: FunctionContext, field: string, name: string): RecordType {
  return ctx.types.recordWith(field) ?? ctx.types.record("struct", `of ${name}`);
}

/** The struct that a member of the code must be which has members itself. It has a name of its own: no struct can have itself inside. */
export function structInside(ctx: FunctionContext, member: Expr): CType | null {
  return ctx.unit.origin !== "patch" ? null : { k: "record", record: ctx.types.record("struct", `${UNNAMED}${ctx.text(member.span).replace(/\s+/g, "")}`) };
}

/** A name that no line declares is used as a struct, as a pointer to one, or as an array of pointers to one: the next pass knows it. */
export function guessStruct(ctx: FunctionContext, object: Expr, arrow: boolean, record: RecordType): void {
  const struct: CType = { k: "record", record };
  const name = object.kind === "index" ? object.object : object;
  if (name.kind !== "name" || !isUndeclared(ctx, name.name)) return;
  const type = arrow ? pointerTo(struct) : struct;
  guess(ctx, keyOf(ctx, name.name), object.kind === "index" ? pointerTo(type) : type);
}

/** The same for `*name` and `name[i]`: it is a pointer. */
export function guessPointer(ctx: FunctionContext, object: Expr, to: CType | null): void {
  if (object.kind === "name" && isUndeclared(ctx, object.name)) guess(ctx, keyOf(ctx, object.name), pointerTo(to ?? WORD));
}

/** A variable that lines which nobody shows may have set: its pointers lead to some object, not to NULL, and its lists are empty. */
export function fromGap(compile: Expressions, ctx: FunctionContext, name: string, type: CType): void {
  if (type.k === "record" || type.k === "array") {
    const place = ctx.program.gapsAreNothing ? compile.place(ctx, { kind: "name", name, span: ctx.span }) : null;
    if (place?.kind === "memory") ctx.temporary(() => fillWords(ctx, place, `${name} of ${ctx.name}()`, type, MOST_WORDS));
    return;
  }
  if (type.k !== "pointer" || type.to.k === "function") return;
  const address = ctx.program.opaqueAddress(`${name} of ${ctx.name}()`, type.to, []);
  compile.write(ctx, compile.place(ctx, { kind: "name", name, span: ctx.span }), { operand: ctx.constantOperand(address), type });
}

/** The words of a struct or array as lines that nobody shows may have left them; gives how many of the `left` words are left. */
function fillWords(ctx: FunctionContext, place: Place & { readonly kind: "memory" }, name: string, type: CType, left: number): number {
  const { program, types } = ctx;
  const store = (offset: number, value: Operand): void => ctx.emit({ op: "store", a: place.base, offset: place.offset + offset, value });
  if (left <= 0 || place.offset >= MOST_WORDS) return 0;
  if (type.k === "pointer") {
    store(0, ctx.constantOperand(type.to.k === "function" ? program.unknownFunction(name, isUnknown(type.to.returns) ? INT : type.to.returns) : program.opaqueAddress(name, type.to, [])));
    return left - 1;
  }
  if (type.k === "array") {
    const size = types.sizeOf(type.of);
    for (let index = 0; index < type.length && left > 0 && type.of.k !== "int"; index++) left = fillWords(ctx, { ...place, offset: place.offset + index * size }, name, type.of, left);
    return left;
  }
  if (type.k !== "record" || type.record.tag === "union") return left;
  if (type.record.name === "list_head") {
    const self = plus(ctx, place.base, place.offset);
    store(0, self);
    store(1, self);
    return left - 2;
  }
  // What the model has for it is ready when it is zero.
  if (types.models.has(type.record.name)) return left;
  for (const field of types.fieldsOf(type.record)) left = fillWords(ctx, { ...place, offset: place.offset + field.offset }, `${name}.${field.name}`, field.type, left);
  return left;
}

/** Words of one variable that are made ready. */
const MOST_WORDS = 64;

/**
 * Which undeclared names of a function are globals. All of them where every declaration at its beginning is known; else those that are used as a global is: locks and
 * queues that are no part of anything, and lists that other functions use, too.
 */
export function globalNames(fn: CFunction, unit: Unit): (name: string) => boolean {
  if (!fn.missing.head && !hidesDeclarations(fn.body ?? [])) return () => true;
  const shared = new Set<string>();
  eachExpression(fn.body ?? [], (expr) => {
    if (expr.kind !== "call" || expr.callee.kind !== "name" || !GLOBALLY_USED.test(expr.callee.name)) return;
    for (const arg of expr.args) {
      if (arg.kind !== "unary" || arg.op !== "&") continue;
      let of: Expr = arg.operand;
      while (of.kind === "member" && !of.arrow) of = of.object;
      if (of.kind !== "name") continue;
      const { name } = of;
      const isElsewhere = unit.unit.functions.some((other) => other !== fn && other.body !== null && new RegExp(`&\\s*${name}\\b`).test(unit.text.slice(other.span.from, other.span.to)));
      if (isElsewhere || !/^list_|^complet|^wait_for/.test(expr.callee.name)) shared.add(name);
    }
  });
  return (name) => shared.has(name);
}

const GLOBALLY_USED = /lock|^down|^up_|^list_|^hlist_|^idr_|^ida_|^xa_|^wake_up|^complet|^wait_for|^(queue|schedule|cancel|flush)_|^mod_timer|^del_timer|^timer_|_notifier/;

/** True when lines are missing before the first statement that is no declaration. */
function hidesDeclarations(body: readonly Stmt[]): boolean {
  const first = body.find((stmt) => stmt.kind !== "declare");
  return first?.kind === "gap" || first?.kind === "opaque";
}

function isUndeclared(ctx: FunctionContext, name: string): boolean {
  return !ctx.program.global(name, ctx.unit) && (ctx.program.undeclared.get(`${ctx.unit.path} ${ctx.name}`)?.has(name) === true || (ctx.variable(name) === null && ctx.isGlobal(name)));
}

const keyOf = (ctx: FunctionContext, name: string): string => (ctx.isGlobal(name) ? `global ${name}` : `${ctx.unit.path} ${ctx.name} ${name}`);

function guess(ctx: FunctionContext, key: string, type: CType): void {
  const known = ctx.program.guesses.get(key);
  if (known && !isBetter(type, known)) return;
  ctx.program.guesses.set(key, type);
  ctx.types.learned();
}
