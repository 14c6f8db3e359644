// memset(), memcpy() and memmove(), where the number of bytes is known.
import type { Operand } from "../ir.js";
import type { FunctionContext, Value } from "./context.js";
import type { CType } from "./types.js";

/** More words than this are not moved by one call of memcpy() and its like. */
const MOST_COPIED = 256;

/** memset() to zero, memcpy() and memmove() of a number of bytes that is known: word by word, each a step. */
export function copied(ctx: FunctionContext, name: string, [to, from, size]: readonly [Value, Value, Value], sized: CType | null): Value {
  const clear = name === "memset";
  const bytes = ctx.constantValue(size.operand);
  const element = sized ?? (to.type.k === "pointer" && to.type.to.k !== "void" ? to.type.to : from.type.k === "pointer" && from.type.to.k !== "void" ? from.type.to : null);
  if (clear && ctx.constantValue(from.operand) !== 0) return ctx.missing(`${name}() to something else than zero`);
  if (bytes === null || !element || bytes % ctx.types.bytesOf(element) !== 0) return ctx.missing(`${name}() of a size that is not known here`);
  const words = (bytes / ctx.types.bytesOf(element)) * ctx.types.sizeOf(element);
  if (words > MOST_COPIED) return ctx.missing(`${name}() of more than ${MOST_COPIED} words`);
  const loaded: Operand[] = [];
  for (let word = 0; word < words && !clear; word++) {
    const register = ctx.register();
    ctx.emit({ op: "load", to: register, a: from.operand, offset: word });
    loaded.push(register);
  }
  for (let word = 0; word < words; word++) ctx.emit({ op: "store", a: to.operand, offset: word, value: loaded[word] ?? ctx.constantOperand(0) });
  return to;
}
