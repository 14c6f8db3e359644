// Members of structs: where they stand, and what they are where no visible line declares them.
import type { Expr } from "../../c/ast.js";
import type { FunctionContext, Part, Place } from "./context.js";
import type { Expressions } from "./expressions.js";
import { type CType, isUnknown, pointerTo, WORD } from "./ctype.js";
import { guessStruct, structInside, structWith } from "./undeclared.js";

type MemberExpr = Extract<Expr, { kind: "member" }>;

/** Where a member of a struct stands; one that no visible line declares is inferred from its use. */
export function memberPlace(compile: Expressions, ctx: FunctionContext, expr: MemberExpr, hint: CType | null): Place {
  let base: number;
  let offset = 0;
  let outer: Part | null = null;
  let type: CType;
  // What no line declares is what its use needs: a struct with this member.
  if (expr.arrow) {
    // The model declares all that it uses.
    const wanted = ctx.unit.origin !== "model" && ["call", "member", "index"].includes(expr.object.kind) ? pointerTo({ k: "record", record: structWith(ctx, expr.field, expr.field) }) : null;
    const pointer = compile.value(ctx, expr.object, wanted);
    base = pointer.operand;
    type = pointer.type.k === "pointer" ? pointer.type.to : pointer.type;
  } else {
    const object = compile.place(ctx, expr.object, expr.object.kind === "member" ? structInside(ctx, expr.object) : null);
    if (object.kind === "register") base = object.register;
    else {
      base = object.base;
      offset = object.offset;
      outer = object.part ?? null;
    }
    type = object.type;
  }
  const record = type.k === "record" ? type.record : type.k === "int" && type.named !== undefined && ctx.unit.origin !== "model" ? ctx.types.structCalled(type.named) : structWith(ctx, expr.field, expr.object.kind === "name" ? expr.object.name : expr.field);
  if (type.k !== "record" && !(type.k === "int" && type.named !== undefined)) guessStruct(ctx, expr.object, expr.arrow, record);
  if (hint && hint.k !== "void") ctx.types.improve(record, expr.field, hint);
  const field = ctx.types.field(record, expr.field);
  if (field && !isUnknown(field.type)) {
    const part = outer ? { ...outer, bit: outer.bit + field.bit } : field.part && { ...field.part, more: null };
    return { kind: "memory", base, offset: offset + (outer ? 0 : field.offset), type: field.type, ...(part ? { part } : {}) };
  }
  const inferred = hint && hint.k !== "void" ? hint : WORD;
  ctx.types.infer(record, expr.field, inferred);
  ctx.types.noteInferred(record, expr.field);
  const found = ctx.types.field(record, expr.field);
  return { kind: "memory", base, offset: offset + (found?.offset ?? 0), type: found?.type ?? inferred };
}

/** What a member is that is indexed and that no visible line declares: an array inside of its struct where no line sets it, else a pointer to one. */
export function indexedMember(ctx: FunctionContext, field: string, of: CType): CType {
  const isSet = ctx.unit.origin !== "patch" || !ctx.program.gapsAreNothing || new RegExp(`(?:->|\\.)\\s*${field}\\s*=(?!=)`).test(ctx.unit.text);
  return isSet ? pointerTo(of) : { k: "array", of, length: MEMBERS };
}

/** Elements of an array of which nobody says how many it has. */
const MEMBERS = 16;
