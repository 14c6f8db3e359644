// memset(), memcpy() and memmove(), where the number of bytes is known.
import { convert, wordOf } from "../arithmetic.js";
import type { Operand } from "../ir.js";
import { type FunctionContext, Label, type Value } from "./context.js";
import { type CType, INT, isUnknown, LONG } from "./ctype.js";
import { combine } from "./operators.js";

/** More words than this are not moved by one call of memcpy() and its like. */
const MOST_COPIED = 256;

/** Words of a buffer of numbers that are written where it has more. */
const MOST_NUMBERS = 64;

/**
 * memset() to a known byte, memcpy() and memmove() of a number of bytes that is known: word by word, each a step. Where the number or the value is not known, or there are too many, the first
 * words are accessed, the memory stays as it is, and that is said; a scenario has to be clearer.
 */
export function copied(ctx: FunctionContext, name: string, [to, from, size]: readonly [Value, Value, Value], sized: CType | null): Value {
  const clear = name === "memset";
  const bytes = ctx.constantNumber(size.operand);
  const element = sized ?? (to.type.k === "pointer" && to.type.to.k !== "void" ? to.type.to : from.type.k === "pointer" && from.type.to.k !== "void" ? from.type.to : null);
  const filled = clear ? filledWith(ctx.constantNumber(from.operand), element) : 0;
  if (filled === null) return touched(ctx, name, to, null, "to something else than zero");
  if (bytes === 0) return to;
  if (bytes === null || !element || bytes % ctx.types.bytesOf(element) !== 0) return touched(ctx, name, to, clear ? null : from, "of a size that is not known here");
  const words = (bytes / ctx.types.bytesOf(element)) * ctx.types.sizeOf(element);
  if (words > (element.k === "record" ? MOST_COPIED : MOST_NUMBERS)) return touched(ctx, name, to, clear ? null : from, "of more words than are copied");
  // What is counted in elements has to be made of them.
  if (ctx.unit.origin !== "model") {
    const view = element.k === "record" ? { bits: 0, type: ctx.types.shape(element, "") } : element.k === "int" && !isUnknown(element) && element.width.bits >= 8 ? { bits: element.width.bits, type: null } : null;
    for (const value of view === null ? [] : clear ? [to] : [to, from]) if (view) ctx.emit({ op: "view", a: value.operand, ...view });
  }
  const loaded: Operand[] = [];
  for (let word = 0; word < words && !clear; word++) {
    const register = ctx.register();
    ctx.emit({ op: "load", to: register, a: from.operand, offset: word });
    loaded.push(register);
  }
  for (let word = 0; word < words; word++) ctx.emit({ op: "store", a: to.operand, offset: word, value: loaded[word] ?? ctx.constantOperand(filled) });
  return to;
}

/** memcmp() of a number of bytes that is known: whether the memories differ. Which of them is less is told for single bytes only. */
export function compared(ctx: FunctionContext, [left, right, size]: readonly [Value, Value, Value], sized: CType | null): Value | null {
  const bytes = ctx.constantNumber(size.operand);
  const pointee = (value: Value): CType | null => (value.type.k === "pointer" && value.type.to.k !== "void" ? value.type.to : null);
  const element = sized ?? pointee(left) ?? pointee(right);
  if (bytes === null || !element || bytes % ctx.types.bytesOf(element) !== 0) return null;
  const words = (bytes / ctx.types.bytesOf(element)) * ctx.types.sizeOf(element);
  if (words > MOST_NUMBERS) return null;
  const isBytes = element.k === "int" && element.width.bits === 8;
  const to = ctx.register();
  const end = new Label();
  ctx.emit({ op: "move", to, a: ctx.constantOperand(0) });
  for (let word = 0; word < words; word++) {
    ctx.temporary(() => {
      const loaded = [left, right].map((value): Value => {
        const register = ctx.register();
        ctx.emit({ op: "load", to: register, a: value.operand, offset: word });
        return isBytes ? { operand: ctx.converted({ operand: register, type: INT }, { k: "int", width: { bits: 8, unsigned: true } }, true), type: INT } : { operand: register, type: LONG };
      });
      const [a, b] = loaded;
      if (!a || !b) return;
      const next = new Label();
      const differ = combine(ctx, isBytes ? "-" : "!=", a, b);
      ctx.emit({ op: "move", to, a: differ.operand });
      ctx.branch(differ.operand, end, next);
      ctx.place(next);
    });
  }
  ctx.place(end);
  if (!isBytes) ctx.program.assume({ kind: "model", text: `${ctx.name}(), line ${String(ctx.span.line)}: memcmp() says only whether the memories differ`, where: { path: ctx.unit.path, line: ctx.span.line } });
  return { operand: to, type: INT };
}

/** A number of which every byte is the same; null where that is not known. */
function filledWith(byte: number | null, element: CType | null): number | null {
  if (byte === 0) return 0;
  let of = element;
  while (of?.k === "array") of = of.of;
  if (byte === null || of?.k !== "int" || isUnknown(of) || of.width.bits < 8 || of.width.field === true) return null;
  const word = wordOf(BigInt(`0x${(byte & 0xff).toString(16).padStart(2, "0").repeat(of.width.bits / 8)}`));
  return word === null ? null : convert(word, of.width);
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
