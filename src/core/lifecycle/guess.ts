// The struct that a variable points to when its declaration lies outside of what is shown.
import { API } from "./api.js";
import type { Expr, TypeRef } from "../c/ast.js";
import type { Code, CodeFunction } from "./code.js";
import { visit } from "./visit.js";

/** What a side tells of variables by their names, and of structs by their fields. */
export interface Hints {
  /** The one struct that every shown declaration of the name points to; null where they differ. */
  readonly byName: ReadonlyMap<string, string | null>;
  /** The structs that are shown with a field of the name. */
  readonly byField: ReadonlyMap<string, ReadonlySet<string>>;
  /** The variables whose members are used somewhere. */
  readonly pointers: ReadonlySet<string>;
}

/** Gathers what the shown declarations say. */
export function hintsOf(code: Pick<Code, "functions" | "structs">): Hints {
  const byName = new Map<string, string | null>();
  const pointers = new Set<string>();
  const add = (name: string, type: TypeRef): void => {
    if (name === "" || type.tag !== "struct" || type.pointers !== 1) return;
    const known = byName.get(name);
    byName.set(name, known === undefined || known === type.name ? type.name : null);
  };
  for (const { fn } of code.functions) {
    for (const param of fn.params) add(param.name, param.type);
    visit(fn.body ?? [], {
      declaration: (declaration) => void add(declaration.name, declaration.type),
      expr: (expr) => void (!fn.whole && expr.kind === "member" && expr.arrow && expr.object.kind === "name" && pointers.add(expr.object.name)),
    });
  }
  const byField = new Map<string, Set<string>>();
  for (const [struct, fields] of code.structs) for (const field of fields) if (field.name !== "") byField.set(field.name, (byField.get(field.name) ?? new Set<string>()).add(struct));
  return { byName, byField, pointers };
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
        if (arg.kind === "type" || !isOpen(arg)) continue;
        if (API.has(expr.callee.name) && code.hints.pointers.has(arg.name) && !fields.has(arg.name)) fields.set(arg.name, new Set());
        if (type?.tag === "struct" && type.pointers === 1) note(given, arg.name, type.name);
      }
    },
  });
  for (const name of new Set([...fields.keys(), ...given.keys()])) {
    const struct = only([...(given.get(name) ?? [])]) ?? guess(code.hints, name, fields.get(name) ?? new Set<string>());
    // What it points to has no name here, and a life all the same: it goes by the variable, which kernel code calls alike wherever it uses the type.
    if (struct !== null || fields.has(name)) guessed.set(name, { tag: "struct", name: struct ?? `${name}${NOT_SHOWN}`, pointers: 1, arrays: [] });
  }
  return guessed;
}

/** Behind the name of a variable, the name of a struct that nothing shown names. */
const NOT_SHOWN = ", type not shown";

/** True for what stands for a struct that nothing shown names. */
export function isUnnamed(struct: string): boolean {
  return struct.endsWith(NOT_SHOWN);
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
