// Members of structs: where they stand, and what they are where no visible line declares them.
import type { Expr } from "../../c/ast.js";
import { holderOf } from "./addresses.js";
import type { FunctionContext, Part, Place } from "./context.js";
import type { Expressions } from "./expressions.js";
import { type CType, isUnknown, pointerTo, type RecordType, WORD } from "./ctype.js";
import { isMixed } from "./layout.js";
import { UNNAMED } from "./types.js";
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
  if (ctx.unit.origin !== "model") sayOfUnion(ctx, record, expr.field);
  if (field && !isUnknown(field.type)) {
    const part = outer ? { ...outer, bit: outer.bit + field.bit } : field.part && { ...field.part, more: null };
    return { kind: "memory", base, offset: offset + (outer ? 0 : field.offset), type: field.type, holder: holderOf.member(record.name, expr.field), ...(part ? { part } : {}) };
  }
  const inferred = hint && hint.k !== "void" ? hint : WORD;
  ctx.types.infer(record, expr.field, inferred);
  ctx.types.noteInferred(record, expr.field);
  const found = ctx.types.field(record, expr.field);
  return { kind: "memory", base, offset: offset + (found?.offset ?? 0), type: found?.type ?? inferred };
}

/** A union that is not kept as its bytes are, and has members of several kinds: what is read of one is what was written to another. That is said. */
function sayOfUnion(ctx: FunctionContext, record: RecordType, name: string): void {
  const around = unionAround(record, name);
  if (!around || !isMixed(around)) return;
  const called = around.name === "" || around.name.startsWith(UNNAMED) ? `the union with the member ${name}` : `union ${around.name}`;
  const where = { path: ctx.unit.path, line: ctx.span.line };
  ctx.program.assume({ kind: "model", text: `${called} is used: a word of it is what was last written there, whatever member it is read as`, where });
}

/** The innermost union of a record whose member a name is. */
function unionAround(record: RecordType, name: string): RecordType | null {
  for (const field of record.fields) {
    if (field.name === name) return record.tag === "union" ? record : null;
    if (field.name !== "" || field.type.k !== "record") continue;
    const inner = unionAround(field.type.record, name);
    if (inner) return inner;
    if (record.tag === "union" && field.type.record.fields.some((one) => one.name === name)) return record;
  }
  return null;
}

/** What a member is that is indexed and that no visible line declares: an array inside of its struct where no line sets it, else a pointer to one. */
export function indexedMember(ctx: FunctionContext, field: string, of: CType): CType {
  const isSet = ctx.unit.origin !== "patch" || !ctx.program.gapsAreNothing || new RegExp(`(?:->|\\.)\\s*${field}\\s*=(?!=)`).test(ctx.unit.text);
  return isSet ? pointerTo(of) : { k: "array", of, length: MEMBERS };
}

/** Elements of an array of which nobody says how many it has. */
const MEMBERS = 16;
