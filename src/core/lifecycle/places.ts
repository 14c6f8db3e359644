// Which object an expression is about: types of expressions, and the way from an expression to a field of a struct.
import type { Arg, Expr, Field, TypeRef } from "../c/ast.js";
import type { Code, CodeFunction } from "./code.js";
import { guessTypes } from "./guess.js";
import { visit, visitExpr } from "./visit.js";

/** A place inside an object: `&group->dev.devt` is { struct: "vfio_group", path: ["dev", "devt"] }; the object itself has []. */
export interface Place {
  readonly struct: string;
  readonly path: readonly string[];
  /** How many pointers have to be followed from the object to the place, by how it is written: 0 for `&group->dev`, 1 for `group->dev`. */
  readonly hops: number;
}

/** The variables of one function. */
export interface Scope {
  readonly code: Code;
  readonly variables: ReadonlyMap<string, TypeRef>;
  /** Variables that hold the same as a member of an object: `group->iommu_group = iommu_group`. */
  readonly aliases: ReadonlyMap<string, readonly Place[]>;
}

export function scopeOf(code: Code, where: CodeFunction): Scope {
  const variables = new Map<string, TypeRef>();
  for (const param of where.fn.params) if (param.name !== "") variables.set(param.name, param.type);
  visit(where.fn.body ?? [], { declaration: (declaration) => void variables.set(declaration.name, declaration.type) });
  for (const [name, type] of guessTypes(code, where, variables)) variables.set(name, type);
  const plain: Scope = { code, variables, aliases: new Map() };
  const aliases = new Map<string, Place[]>();
  const add = (name: Expr, member: Expr): void => {
    if (name.kind !== "name" || member.kind !== "member" || !variables.has(name.name)) return;
    const place = placesOf(plain, member).find((candidate) => candidate.path.length > 0);
    if (place !== undefined) aliases.set(name.name, [...(aliases.get(name.name) ?? []), place]);
  };
  visit(where.fn.body ?? [], {
    expr: (expr) => {
      if (expr.kind !== "assign" || expr.op !== "=") return;
      add(expr.value, expr.target);
      add(expr.target, expr.value);
    },
    declaration: (declaration) => {
      if (declaration.init !== null) add({ kind: "name", name: declaration.name, span: declaration.span }, declaration.init);
    },
  });
  return { ...plain, aliases };
}

/** The type of an expression as far as the visible code tells; null when it does not. */
export function typeOf(scope: Scope, expr: Expr): TypeRef | null {
  switch (expr.kind) {
    case "name":
      return scope.variables.get(expr.name) ?? scope.code.globals.get(expr.name) ?? null;
    case "member": {
      const object = typeOf(scope, expr.object);
      return object === null ? null : (fieldOf(scope.code, object, expr.field)?.type ?? null);
    }
    case "unary": {
      const operand = typeOf(scope, expr.operand);
      if (operand === null || (expr.op !== "&" && expr.op !== "*")) return operand;
      if (expr.op === "*" && operand.pointers === 0 && operand.arrays.length > 0) return { ...operand, arrays: operand.arrays.slice(1) };
      return { ...operand, pointers: Math.max(0, operand.pointers + (expr.op === "&" ? 1 : -1)) };
    }
    case "index": {
      const object = typeOf(scope, expr.object);
      if (object === null) return null;
      return object.arrays.length > 0 ? { ...object, arrays: object.arrays.slice(1) } : { ...object, pointers: Math.max(0, object.pointers - 1) };
    }
    case "cast":
      return expr.type;
    case "assign":
      return typeOf(scope, expr.target);
    case "conditional":
      return typeOf(scope, expr.then ?? expr.else) ?? typeOf(scope, expr.else);
    case "comma":
      return typeOf(scope, expr.right);
    case "call": {
      if (expr.callee.kind !== "name") return null;
      const type = expr.args.find((arg): arg is Extract<Arg, { kind: "type" }> => arg.kind === "type");
      if (type !== undefined && isEntryMacro(expr.callee.name)) return { ...type.type, pointers: type.type.pointers + 1 };
      const fn = scope.code.byName.get(expr.callee.name)?.fn;
      return fn === undefined || fn.returns.name === "" ? null : fn.returns;
    }
    default:
      return null;
  }
}

/** The places that an expression names, the nearest object first; none for an expression that is about no struct. */
export function placesOf(scope: Scope, expr: Expr): Place[] {
  switch (expr.kind) {
    case "name": {
      const own = structPlace(typeOf(scope, expr));
      return [...(own === null ? [] : [own]), ...(scope.aliases.get(expr.name) ?? [])];
    }
    case "unary": {
      const inner = placesOf(scope, expr.operand);
      return expr.op === "&" ? inner.map((place) => (place.path.length === 0 ? place : { ...place, hops: Math.max(0, place.hops - 1) })) : inner;
    }
    case "cast": {
      const inner = placesOf(scope, expr.operand);
      return inner.length > 0 ? inner : withNull(structPlace(expr.type));
    }
    case "index":
      return placesOf(scope, expr.object);
    case "call":
      return withNull(structPlace(typeOf(scope, expr)));
    case "assign":
      return placesOf(scope, expr.target);
    case "member": {
      const object = typeOf(scope, expr.object);
      const found: Place[] = [];
      const held = typeOf(scope, expr);
      const pointed = held !== null && held.pointers > 0 ? structPlace(held) : null;
      if (pointed !== null) found.push(pointed);
      if (expr.arrow || object === null) {
        const root = structPlace(object);
        if (root !== null) found.push({ struct: root.struct, path: [expr.field], hops: 1 });
        else found.push(...placesOf(scope, expr.object).filter((place) => place.path.length < MAX_PATH).map((place) => inside(place, expr)));
      } else {
        const outer = placesOf(scope, expr.object);
        found.push(...outer.map((place) => inside(place, expr)));
      }
      return found;
    }
    default:
      return [];
  }
}

/** A member of a place; what lies behind a point in the text lies in the same object. */
function inside(place: Place, member: Extract<Expr, { kind: "member" }>): Place {
  return { struct: place.struct, path: [...place.path, member.field], hops: member.arrow || place.path.length === 0 ? place.hops + 1 : place.hops };
}

/** Paths longer than this say nothing that a reader of a label could use. */
const MAX_PATH = 6;

/** Every place that stands anywhere inside an argument; those of objects before those of variables of the file, of which there is one only. */
export function placesInside(scope: Scope, arg: Arg): Place[] {
  const own: Place[] = [];
  const shared: Place[] = [];
  const inMembers = new Set<Expr>();
  visitExpr(arg, (expr) => void (expr.kind === "member" && inMembers.add(expr.object)));
  visitExpr(arg, (expr) => {
    // What a member is reached through is only the way to it.
    if ((expr.kind === "name" || expr.kind === "member") && !inMembers.has(expr)) (isGlobal(scope, expr) ? shared : own).push(...placesOf(scope, expr));
  });
  return own.length > 0 ? own : shared;
}

function isGlobal(scope: Scope, expr: Expr): boolean {
  if (expr.kind === "name") return !scope.variables.has(expr.name) && scope.code.globals.has(expr.name);
  return expr.kind === "member" && !expr.arrow && isGlobal(scope, expr.object);
}

export function fieldOf(code: Code, type: TypeRef, name: string): Field | null {
  const fields = type.members ?? code.structs.get(type.name) ?? [];
  for (const field of fields) {
    if (field.name === name) return field;
    // Members of an anonymous struct or union are members of the outer one.
    if (field.name === "" && field.type.members !== undefined) {
      const inner = fieldOf(code, field.type, name);
      if (inner !== null) return inner;
    }
  }
  return null;
}

/** Macros whose type argument is the type of the object that they give a pointer to. */
export function isEntryMacro(name: string): boolean {
  return /^(container_of|container_of_const|list_entry|list_first_entry|list_last_entry|list_first_entry_or_null|list_entry_rcu|list_first_or_null_rcu|hlist_entry|hlist_entry_safe|rb_entry|rb_entry_safe|llist_entry|from_timer|from_work|kzalloc_obj|kmalloc_obj|kzalloc_flex|kmalloc_flex|kvzalloc_obj)$/.test(name);
}

function structPlace(type: TypeRef | null): Place | null {
  if (type === null || type.tag === "enum" || type.name === "" || type.params !== undefined) return null;
  if (type.tag === "name" && !/^[a-z]\w*$/.test(type.name)) return null;
  return type.tag === "struct" || type.tag === "union" ? { struct: type.name, path: [], hops: 0 } : null;
}

function withNull(place: Place | null): Place[] {
  return place === null ? [] : [place];
}
