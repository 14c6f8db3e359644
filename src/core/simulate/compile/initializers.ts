// Which part of a variable each value of a braced list is for (C11 6.7.9): designators, and lists that leave out inner braces.
import type { Expr, InitEntry } from "../../c/ast.js";
import type { CType } from "./ctype.js";

/** How to go down into a type. A step is the name of a member or the number of an element or member. */
export interface Parts<Part> {
  readonly type: (part: Part) => CType;
  /** Null where there is no such part. */
  readonly step: (part: Part, step: string | number) => Part | null;
  /** The number of a member under a name, of an element under the name of a constant; null where it is not known. */
  readonly indexOf: (part: Part, step: string) => number | null;
  /** Members or elements; null where nobody knows how many. */
  readonly count: (part: Part) => number | null;
  /** Whether a value is one for the whole of a struct: a variable or a call that gives one. */
  readonly isWhole: (value: Expr, part: Part) => boolean;
}

/** Calls `assign` for each value with the part that it is for; `unknown` for one that has none. */
export function distribute<Part>(parts: Parts<Part>, whole: Part, entries: readonly InitEntry[], assign: (part: Part, value: Expr) => void, unknown: (entry: InitEntry) => void): void {
  const left = [...entries];
  let next = 0;
  while (left.length > 0) {
    const entry = left[0];
    if (!entry) return;
    const [first] = entry.designator;
    if (first !== undefined) next = typeof first === "number" && parts.type(whole).k !== "record" ? first : typeof first === "string" ? parts.indexOf(whole, first) ?? next : first;
    let part = entry.designator.length === 0 ? parts.step(whole, next) : whole;
    for (const step of entry.designator) part = part === null ? null : parts.step(part, step);
    next++;
    if (part === null) {
      left.shift();
      unknown(entry);
    } else take(parts, part, left, assign);
  }
}

/** Takes the values for one part off the list: one, or where braces are left out as many as it has parts. */
function take<Part>(parts: Parts<Part>, part: Part, left: InitEntry[], assign: (part: Part, value: Expr) => void): void {
  const value = left[0]?.value;
  if (!value) return;
  const type = parts.type(part);
  const isOne = value.kind === "init" || (type.k !== "record" && type.k !== "array") || (type.k === "array" && value.kind === "string") || parts.isWhole(value, part);
  const count = isOne ? 0 : parts.count(part);
  if (isOne || count === null || count === 0) {
    left.shift();
    assign(part, value);
    return;
  }
  const limit = type.k === "record" && type.record.tag === "union" ? 1 : count;
  for (let index = 0; index < limit && left.length > 0; index++) {
    // A designator belongs to the list around.
    if (index > 0 && (left[0]?.designator.length ?? 0) > 0) return;
    const inner = parts.step(part, index);
    if (inner === null) return;
    take(parts, inner, left, assign);
  }
}
