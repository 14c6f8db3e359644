// Names that code uses and that no visible line declares.
import type { FunctionContext, Place } from "./context.js";
import { type CType, isUnknown, WORD } from "./types.js";

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
