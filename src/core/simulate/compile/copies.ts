// memset(), memcpy() and memmove(), where the number of bytes is known.
import type { Operand } from "../ir.js";
import { type FunctionContext, Label, type Value } from "./context.js";
import type { CType } from "./ctype.js";

/** More words than this are not moved by one call of memcpy() and its like. */
const MOST_COPIED = 256;

/** Words of a buffer of numbers that are written where it has more. */
const MOST_NUMBERS = 64;

/**
 * memset() to zero, memcpy() and memmove() of a number of bytes that is known: word by word, each a step. Where the number or the value is not known, or there are too many, the first
 * words are accessed, the memory stays as it is, and that is said; a scenario has to be clearer.
 */
export function copied(ctx: FunctionContext, name: string, [to, from, size]: readonly [Value, Value, Value], sized: CType | null): Value {
  const clear = name === "memset";
  const bytes = ctx.constantNumber(size.operand);
  const element = sized ?? (to.type.k === "pointer" && to.type.to.k !== "void" ? to.type.to : from.type.k === "pointer" && from.type.to.k !== "void" ? from.type.to : null);
  if (clear && ctx.constantValue(from.operand) !== 0) return touched(ctx, name, to, null, "to something else than zero");
  if (bytes === 0) return to;
  if (bytes === null || !element || bytes % ctx.types.bytesOf(element) !== 0) return touched(ctx, name, to, clear ? null : from, "of a size that is not known here");
  const words = (bytes / ctx.types.bytesOf(element)) * ctx.types.sizeOf(element);
  if (words > (element.k === "record" ? MOST_COPIED : MOST_NUMBERS)) return touched(ctx, name, to, clear ? null : from, "of more words than are copied");
  const loaded: Operand[] = [];
  for (let word = 0; word < words && !clear; word++) {
    const register = ctx.register();
    ctx.emit({ op: "load", to: register, a: from.operand, offset: word });
    loaded.push(register);
  }
  for (let word = 0; word < words; word++) ctx.emit({ op: "store", a: to.operand, offset: word, value: loaded[word] ?? ctx.constantOperand(0) });
  return to;
}

/** The memory must be there; what is in it stays. */
function touched(ctx: FunctionContext, name: string, to: Value, from: Value | null, why: string): Value {
  if (ctx.unit.origin !== "patch") return ctx.missing(`${name}() ${why}`);
  ctx.program.assume({ kind: "unknown-call", text: `${ctx.name}(), line ${String(ctx.span.line)}: ${name}() ${why} changes nothing`, where: { path: ctx.unit.path, line: ctx.span.line } });
  // A size that is not known may be 0, for a pointer that is NULL.
  for (const value of from === null ? [to] : [from, to]) {
    const [there, end] = [new Label(), new Label()];
    ctx.branch(value.operand, there, end);
    ctx.place(there);
    ctx.emit({ op: "load", to: ctx.register(), a: value.operand, offset: 0 });
    ctx.place(end);
  }
  return to;
}
