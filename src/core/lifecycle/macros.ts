// Function-like macros of the files that wrap lifetime calls (`#define box_get(b) kref_get(&(b)->ref)`), read as functions.
import type { Arg, CFunction, Expr, Param, Span, Stmt, TypeRef } from "../c/ast.js";
import type { CReader } from "../c/reader.js";
import { API, LOCK_CALLS } from "./api.js";
import type { Code, CodeFunction, SourceFile } from "./code.js";
import { scopeOf, typeOf } from "./places.js";
import { visit } from "./visit.js";

interface Macro { readonly name: string; readonly params: readonly string[]; readonly body: string; readonly at: number; readonly line: number; readonly file: SourceFile; readonly span: Span }

/** Macros that are defined in terms of macros are followed this deep. */
const MAX_ROUNDS = 4;
const UNKNOWN: TypeRef = { tag: "name", name: "", pointers: 0, arrays: [] };
const VOID: TypeRef = { tag: "name", name: "void", pointers: 0, arrays: [] };

/**
 * The macros that functions of the code call and that lead to a lifetime call or to a function of the code, as functions: their
 * parameters have the types of what they are given, and their places are in the `#define`. Left alone are macros that a function cannot stand for:
 * those that paste or take any number of arguments, that use an argument as the name of a member, that write to an argument, that jump out of
 * themselves, and those that are given objects of different structs.
 */
export function macroFunctions(reader: CReader, code: Code): CodeFunction[] {
  const macros = new Map<string, Macro>();
  for (const file of code.files) {
    for (const { span, reason } of file.unit.skipped) {
      const macro = reason === "function-like macro" ? macroAt(file, span) : null;
      if (macro === null || code.byName.has(macro.name) || API.has(macro.name) || LOCK_CALLS.has(macro.name)) continue;
      // Of two definitions, one is often the empty one of another configuration.
      const known = macros.get(macro.name);
      if (known === undefined || callsOf(known.body).length === 0) macros.set(macro.name, macro);
    }
  }
  if (macros.size === 0) return [];
  const found: CodeFunction[] = [];
  const done = new Set<string>();
  let callers: readonly CodeFunction[] = code.functions;
  for (let round = 0; round < MAX_ROUNDS && callers.length > 0; round++) {
    const given = argumentTypes(code, callers, macros);
    const next: CodeFunction[] = [];
    for (const [name, types] of given) {
      const macro = macros.get(name);
      if (macro === undefined || done.has(name) || !leads(code, macros, macro)) continue;
      done.add(name);
      const fn = asFunction(reader, code, macro, types);
      if (fn !== null) next.push({ fn, file: macro.file });
    }
    found.push(...next);
    callers = next;
  }
  return found;
}

function macroAt(file: SourceFile, span: Span): Macro | null {
  const text = file.text.slice(span.from, span.to);
  const found = /^#\s*define\s+(\w+)\(([^)]*)\)/.exec(text);
  if (found === null) return null;
  const head = found[0].length;
  const params = (found[2] ?? "").split(",").map((param) => param.replace(/\\\r?\n/g, " ").trim()).filter((param) => param !== "");
  // A line that goes on is a line like any other once its backslash is blank; the offsets stay.
  const body = text.slice(head).replace(/\\(?=\r?\n)/g, " ");
  return { name: found[1] ?? "", params, body, at: span.from + head, line: span.line + text.slice(0, head).split("\n").length - 1, file, span };
}

/** The names in front of an opening parenthesis. */
function callsOf(body: string): string[] {
  return [...body.matchAll(/\b([A-Za-z_]\w*)\s*\(/g)].map((match) => match[1] ?? "");
}

function leads(code: Code, macros: ReadonlyMap<string, Macro>, macro: Macro, depth = 0): boolean {
  return depth < MAX_ROUNDS && callsOf(macro.body).some((name) => {
    const inner = macros.get(name);
    return API.has(name) || LOCK_CALLS.has(name) || (code.byName.get(name)?.fn.body ?? null) !== null || (inner !== undefined && inner !== macro && leads(code, macros, inner, depth + 1));
  });
}

/** What the callers give each macro; a type is null where they give objects of different structs, and missing where no type is known. */
function argumentTypes(code: Code, callers: readonly CodeFunction[], macros: ReadonlyMap<string, Macro>): Map<string, (TypeRef | null | undefined)[]> {
  const given = new Map<string, (TypeRef | null | undefined)[]>();
  for (const where of callers) {
    let scope: ReturnType<typeof scopeOf> | null = null;
    visit(where.fn.body ?? [], {
      expr: (expr) => {
        if (expr.kind !== "call" || expr.callee.kind !== "name") return;
        const macro = macros.get(expr.callee.name);
        if (macro?.params.length !== expr.args.length) return;
        scope ??= scopeOf(code, where);
        const types = given.get(macro.name) ?? [];
        for (const [index, arg] of expr.args.entries()) types[index] = together(types[index], arg.kind === "type" ? null : typeOf(scope, arg));
        given.set(macro.name, types);
      },
    });
  }
  return given;
}

/** `known` null: they differ already. */
function together(known: TypeRef | null | undefined, type: TypeRef | null): TypeRef | null | undefined {
  if (type === null || known === null) return known;
  if (known === undefined) return type;
  const isStruct = known.tag === "struct" || type.tag === "struct";
  return isStruct && (known.tag !== type.tag || known.name !== type.name || known.pointers !== type.pointers) ? null : known;
}

function asFunction(reader: CReader, code: Code, macro: Macro, types: readonly (TypeRef | null | undefined)[]): CFunction | null {
  const names = macro.params.map((name) => name.replace(/[^\w]/g, "\\$&")).join("|");
  if (/#|\.\.\.|__VA_ARGS__/.test(macro.body) || types.includes(null)) return null;
  if (names !== "" && new RegExp(`(?:->|\\.)\\s*\\(?\\s*(?:${names})\\b`).test(macro.body)) return null;
  const prefix = "void f(void) {";
  const read = reader.readText("macro", `${prefix}${macro.body};}`);
  const [only, ...others] = read.functions;
  if (only?.body === undefined || only.body === null || !only.whole || others.length > 0 || escapes(only.body, new Set(macro.params))) return null;
  const statements = moved(only.body.filter((stmt) => stmt.kind !== "empty"), macro.at - prefix.length, macro.line - 1);
  const params = macro.params.map((name, index): Param => ({ name, type: types[index] ?? UNKNOWN, span: macro.span }));
  const shell = { name: macro.name, params, isStatic: true, missing: { head: false, middle: false, tail: false }, whole: true, span: macro.span, nameSpan: macro.span };
  const value = statements.length === 1 && statements[0]?.kind === "expr" ? statements[0].expr : null;
  if (value === null) return { ...shell, returns: VOID, body: statements };
  const body: Stmt[] = [{ kind: "return", value, span: value.span }];
  const scope = scopeOf(code, { file: macro.file, fn: { ...shell, returns: UNKNOWN, body } });
  return { ...shell, returns: typeOf(scope, value) ?? UNKNOWN, body };
}

/** True when the body does what a function with these parameters could not: jump away from its caller, or change the caller's variables. */
function escapes(body: readonly Stmt[], params: ReadonlySet<string>): boolean {
  let found = false;
  const isParam = (expr: Expr): boolean => expr.kind === "name" && params.has(expr.name);
  visit(body, {
    stmt: (stmt) => void (found ||= stmt.kind === "return" || stmt.kind === "goto" || stmt.kind === "label" || stmt.kind === "case"),
    expr: (expr) => {
      if (expr.kind === "assign") found ||= isParam(expr.target);
      else if (expr.kind === "unary") found ||= (expr.op === "&" || expr.op === "++" || expr.op === "--") && isParam(expr.operand);
      else if (expr.kind === "call") found ||= expr.args.some((arg: Arg) => arg.kind === "type" && params.has(arg.type.name));
    },
  });
  return found;
}

/** A copy whose spans are those of the macro's file. */
function moved<T>(value: T, by: number, lines: number): T {
  const go = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.map(go);
    if (typeof one !== "object" || one === null) return one;
    const copy = Object.fromEntries(Object.entries(one).map(([key, inner]) => [key, go(inner)]));
    const { from, to, line } = copy;
    return typeof from === "number" && typeof to === "number" && typeof line === "number" ? { from: from + by, to: to + by, line: line + lines } : copy;
  };
  // The copy has the shape of what was given: only numbers of spans differ.
  return go(value) as T;
}
