// The struct that a variable points to when its declaration lies outside of what is shown.
import type { Expr, TypeRef } from "../c/ast.js";
import type { Code, CodeFunction } from "./code.js";
import { visit } from "./visit.js";

/** What a side tells of variables by their names, and of structs by their fields. */
export interface Hints {
  /** The one struct that every shown declaration of the name points to; null where they differ. */
  readonly byName: ReadonlyMap<string, string | null>;
  /** The structs that are shown with a field of the name. */
  readonly byField: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Gathers what the shown declarations say. */
export function hintsOf(code: Pick<Code, "functions" | "structs">): Hints {
  const byName = new Map<string, string | null>();
  const add = (name: string, type: TypeRef): void => {
    if (name === "" || type.tag !== "struct" || type.pointers !== 1) return;
    const known = byName.get(name);
    byName.set(name, known === undefined || known === type.name ? type.name : null);
  };
  for (const { fn } of code.functions) {
    for (const param of fn.params) add(param.name, param.type);
    visit(fn.body ?? [], { declaration: (declaration) => void add(declaration.name, declaration.type) });
  }
  const byField = new Map<string, Set<string>>();
  for (const [struct, fields] of code.structs) for (const field of fields) if (field.name !== "") byField.set(field.name, (byField.get(field.name) ?? new Set<string>()).add(struct));
  return { byName, byField };
}

/**
 * The types of the variables that a function known in part uses and does not declare where it is shown. A call of a function that is shown tells the
 * type of what it is given; else the fields that are used name a struct; else the name does, where all declarations of the name agree. What they do not
 * agree on stays unknown.
 */
export function guessTypes(code: Code, where: CodeFunction, declared: ReadonlyMap<string, TypeRef>): Map<string, TypeRef> {
  const guessed = new Map<string, TypeRef>();
  if (where.fn.whole) return guessed;
  const isOpen = (expr: Expr): expr is Extract<Expr, { kind: "name" }> => expr.kind === "name" && !declared.has(expr.name) && !code.globals.has(expr.name) && !code.byName.has(expr.name);
  const fields = new Map<string, Set<string>>();
  const given = new Map<string, Set<string>>();
  const note = (notes: Map<string, Set<string>>, name: string, what: string): void => void notes.set(name, (notes.get(name) ?? new Set<string>()).add(what));
  visit(where.fn.body ?? [], {
    expr: (expr) => {
      if (expr.kind === "member" && expr.arrow && isOpen(expr.object)) note(fields, expr.object.name, expr.field);
      if (expr.kind !== "call" || expr.callee.kind !== "name") return;
      const params = code.byName.get(expr.callee.name)?.fn.params ?? [];
      for (const [index, arg] of expr.args.entries()) {
        const type = params[index]?.type;
        if (arg.kind !== "type" && isOpen(arg) && type?.tag === "struct" && type.pointers === 1) note(given, arg.name, type.name);
      }
    },
  });
  for (const name of new Set([...fields.keys(), ...given.keys()])) {
    const struct = only([...(given.get(name) ?? [])]) ?? guess(code.hints, name, fields.get(name) ?? new Set<string>());
    if (struct !== null) guessed.set(name, { tag: "struct", name: struct, pointers: 1, arrays: [] });
  }
  return guessed;
}

function guess(hints: Hints, name: string, fields: ReadonlySet<string>): string | null {
  const scores = new Map<string, number>();
  for (const field of fields) for (const struct of hints.byField.get(field) ?? []) scores.set(struct, (scores.get(struct) ?? 0) + 1);
  const most = Math.max(0, ...scores.values());
  const byFields = [...scores].filter(([, score]) => score === most).map(([struct]) => struct);
  const byName = hints.byName.get(name) ?? null;
  if (byName !== null && (byFields.length === 0 || byFields.includes(byName))) return byName;
  return byName === null ? only(byFields) : null;
}

function only(names: readonly string[]): string | null {
  return names.length === 1 ? (names[0] ?? null) : null;
}
