// What a scenario's skeleton has to know of the code: structs in types, and the functions of a patch.
import type { CFunction, Field, TypeRef } from "../c/ast.js";
import { positionAt } from "../patch/render.js";
import type { Unit } from "./compile/link.js";
import { eachExpression } from "./compile/walk.js";
import type { LineRef } from "./mutant-types.js";

/** The struct that a type names, through its pointers; null for anything else. */
export function structOf(type: TypeRef): string | null {
  return type.tag === "struct" && type.name !== "" ? type.name : null;
}

/** The functions, whole or in part, that some of the lines stand in, in the order of the code. */
export function functionsOnLines(units: readonly Unit[], lines: readonly LineRef[]): readonly string[] {
  const names = units.flatMap((unit) => {
    const wanted = lines.filter((one) => one.path === unit.path).map((one) => one.line);
    return unit.unit.functions.filter((fn) => fn.body !== null && !NO_NAME.test(fn.name) && wanted.some((line) => fn.span.line <= line && line <= positionAt(unit.starts, fn.span.to).line)).map((fn) => fn.name);
  });
  return [...new Set(names)];
}

/** Words that begin a statement: a hunk that begins inside of one may look like a function of that name. */
export const NO_NAME = /^(if|for|while|switch|do|return|sizeof|else)$/;

/** Whether some functions index a pointer to a struct that they are given: it leads to several of them. */
export function isIndexed(functions: readonly CFunction[], struct: string): boolean {
  let found = false;
  for (const fn of functions) {
    const own = new Set(fn.params.filter((param) => structOf(param.type) === struct && param.type.pointers === 1).map((param) => param.name));
    eachExpression(fn.body ?? [], (expr) => { if (expr.kind === "index" && expr.object.kind === "name" && own.has(expr.object.name)) found = true; });
  }
  return found;
}

/** The members of a struct, by the lines that declare it; none where nobody shows them. */
export function fieldsOf(units: readonly Unit[], struct: string): readonly Field[] {
  return units.flatMap((unit) => unit.unit.structs).find((one) => one.name === struct && one.fields.length > 0)?.fields ?? [];
}
