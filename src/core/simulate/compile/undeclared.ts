// Names that code uses and that no visible line declares.
import type { FunctionContext, Place } from "./context.js";
import type { Expressions } from "./expressions.js";
import { type CType, isUnknown, pointerTo, type RecordType, WORD } from "./types.js";

/** A name that no visible line declares: a constant when it is in capitals, else a local of the missing lines or a global. */
export function undeclared(ctx: FunctionContext, name: string, hint: CType | null): Place {
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

/** A name that no line declares is used as a pointer to a struct: the next pass knows it as one. */
export function guessPointer(ctx: FunctionContext, name: string, record: RecordType): void {
  const key = `${ctx.unit.path} ${ctx.name} ${name}`;
  const known = ctx.program.guesses.get(key);
  if (ctx.program.undeclared.get(`${ctx.unit.path} ${ctx.name}`)?.has(name) !== true || (known && !isUnknown(known))) return;
  ctx.program.guesses.set(key, pointerTo({ k: "record", record }));
  ctx.types.version++;
}

/** A pointer that lines which nobody shows may have set: it points to some object, not to NULL. */
export function fromGap(compile: Expressions, ctx: FunctionContext, name: string, type: CType): void {
  if (type.k !== "pointer" || type.to.k !== "record") return;
  const address = ctx.program.opaqueAddress(`${name} of ${ctx.name}()`, type.to);
  compile.write(ctx, compile.place(ctx, { kind: "name", name, span: ctx.span }), { operand: ctx.constantOperand(address), type });
}
