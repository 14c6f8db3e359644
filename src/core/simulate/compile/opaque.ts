// What stands for memory and functions that no text shows: some object of the type that its use needs, with some object behind each of its pointers.
import { type FunctionCode, OBJECT_SPAN } from "../ir.js";
import { FunctionContext } from "./context.js";
import type { LinkTarget } from "./stored.js";
import { plausible } from "./unknown-calls.js";
import { type CType, INT, isUnknown, VOID, WORD } from "./ctype.js";

/** The types of the objects above it, outermost first, for an object behind a pointer of another. */
export type Foreign = readonly CType[];

/** Words of an object of which the type is not known. */
const UNKNOWN_WORDS = 32;
/** Words behind a struct that ends in an array of any length. */
const SPARE_WORDS = 16;
/** Pointers that are followed from one name of the code. */
const MOST_DEEP = 3;
/** Words of one object that are made ready. */
const MOST_FILLED = 256;
/** References that others hold to what nobody shows. */
const OTHERS = 16;

/** The type of an object that stands behind a pointer to `type`. */
export function roomFor(type: CType): CType {
  if (type.k === "pointer") return { k: "array", of: type, length: SPARE_WORDS };
  if (type.k === "record" || type.k === "array") return type;
  return { k: "array", of: type.k === "int" ? type : WORD, length: UNKNOWN_WORDS };
}

/** A function that gives any plausible value and has no effect. `index` is its code's number. */
export function unknownCode(program: LinkTarget, name: string, returns: CType, index: number): FunctionCode {
  const unit = program.linker.units.find((one) => one.origin === "scenario") ?? program.linker.units[0];
  if (!unit) throw new RangeError("a program without a text");
  const ctx = new FunctionContext(program, name, unit, { from: 0, to: 0, line: 1 });
  const known = returns.k === "void" ? null : plausible(program, `${name}()`, isUnknown(returns) ? INT : returns, { forNull: false, forError: false }, false);
  program.assume({ kind: "unknown-call", text: `${name}() is not known: it has no effect${known === null ? "" : ` and ${known.said}`}`, where: null }, index);
  const to = known === null ? null : ctx.register();
  if (known !== null && to !== null) ctx.emit({ op: "choose", to, a: ctx.constantOperand(known.values.length), values: known.values });
  ctx.emit({ op: "return", a: to });
  return ctx.finish(index, 0);
}

export class OpaqueObjects {
  constructor(private readonly program: LinkTarget) {}

  /** Words beyond what the type says, for a struct whose end nobody shows. */
  spare(type: CType): number {
    if (type.k !== "record") return 0;
    const last = type.record.fields.at(-1);
    return last === undefined || last.inferred || last.type.k === "array" ? SPARE_WORDS : 0;
  }

  /** Makes the words of such an object ready: pointers lead to further ones, lists are empty, and others hold what is counted. */
  fill(words: Map<number, number>, address: number, name: string, type: CType, above: Foreign): void {
    this.visit(words, address, 0, name, type, above, false);
  }

  private visit(words: Map<number, number>, address: number, at: number, name: string, type: CType, above: Foreign, isModels: boolean): void {
    if (at >= MOST_FILLED || at >= OBJECT_SPAN) return;
    if (type.k === "array") {
      const size = this.program.types.sizeOf(type.of);
      for (let index = 0; index < Math.max(1, type.length) && at + index * size < MOST_FILLED; index++) this.visit(words, address, at + index * size, type.of.k === "pointer" ? name : `${name}[${String(index)}]`, type.of, above, isModels);
    } else if (type.k === "record") this.record(words, address, at, name, type, above, isModels);
    else if (type.k === "pointer" && !isModels) {
      const target = this.behind(name, type.to, above);
      if (target !== 0) words.set(at, target);
    }
  }

  private record(words: Map<number, number>, address: number, at: number, name: string, type: CType & { readonly k: "record" }, above: Foreign, isModels: boolean): void {
    const { record } = type;
    this.program.types.sizeOf(type);
    if (record.name === "list_head") {
      words.set(at, address + at);
      words.set(at + 1, address + at);
    } else if (record.name === "refcount_t") words.set(at, OTHERS);
    const isKobject = record.name === "kobject";
    const inModel = isModels || this.program.types.models.has(record.name);
    for (const field of record.fields) {
      if (record.tag === "union" && field !== record.fields.find((one) => one.type.k === "pointer" || one.type.k === "record") && record.fields.length > 1) continue;
      if (isKobject && field.name === "state_initialized") words.set(at + field.offset, 1);
      else if (record.name !== "list_head" && record.name !== "refcount_t") this.visit(words, address, at + field.offset, field.name === "" ? name : `${name}->${field.name}`, field.type, field.type.k === "pointer" ? [...above, type] : above, inModel && field.name !== "driver_data");
    }
  }

  /** What a pointer leads to; 0 for one to the object's own kind (the end of a chain), and below the depth that is looked at. */
  private behind(name: string, to: CType, above: Foreign): number {
    if (to.k === "function") return this.program.unknownFunction(name, to.returns.k === "int" && isUnknown(to.returns) ? INT : to.returns);
    const owner = above.at(-1);
    if (to.k === "record") {
      if (owner?.k === "record" && owner.record === to.record) return 0;
      if (above.some((one) => one.k === "record" && one.record === to.record) || above.length > MOST_DEEP) return 0;
    } else if (above.length > MOST_DEEP) return 0;
    return this.program.opaqueAddress(`*${name}`.replace(/^\*(.*->)/, "$1"), to.k === "void" ? VOID : to, above);
  }
}
