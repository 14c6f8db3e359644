// What a scenario's skeleton has to know of the code: structs in types, and the functions of a patch.
import type { Field, TypeRef } from "../c/ast.js";
import { positionAt } from "../patch/render.js";
import type { Unit } from "./compile/link.js";
import type { LineRef } from "./mutant-types.js";

/** The struct that a type names, through its pointers; null for anything else. */
export function structOf(type: TypeRef): string | null {
  return type.tag === "struct" && type.name !== "" ? type.name : null;
}

/** The functions, whole or in part, that some of the lines stand in, in the order of the code. */
export function functionsOnLines(units: readonly Unit[], lines: readonly LineRef[]): readonly string[] {
  const names = units.flatMap((unit) => {
    const wanted = lines.filter((one) => one.path === unit.path).map((one) => one.line);
    return unit.unit.functions.filter((fn) => fn.body !== null && wanted.some((line) => fn.span.line <= line && line <= positionAt(unit.starts, fn.span.to).line)).map((fn) => fn.name);
  });
  return [...new Set(names)];
}

/** The members of a struct, by the lines that declare it; none where nobody shows them. */
export function fieldsOf(units: readonly Unit[], struct: string): readonly Field[] {
  return units.flatMap((unit) => unit.unit.structs).find((one) => one.name === struct && one.fields.length > 0)?.fields ?? [];
}
