// What the result of a call is compared with: each such question must be able to come out both ways where nobody shows what the call gives.
import type { CFunction, Expr, Stmt } from "../../c/ast.js";
import { constantValue } from "./constants.js";
import type { FunctionContext } from "./context.js";
import { eachExpression, eachStatement } from "./walk.js";

type CallExpr = Extract<Expr, { kind: "call" }>;

/** How something is compared with a number. A case of a switch is an equality. */
interface Question { readonly op: string; readonly than: number }

/** Beside the values that a call may give anyway; each more is a further branch of every schedule. */
const MOST_MORE = 3;

/** The values that are missing in `values` for each comparison of a call's result to come out both ways. `value` makes a number one of the result's type. */
export function comparedWith(ctx: FunctionContext, call: CallExpr, values: readonly number[], value: (number: number) => number): readonly number[] {
  const { functions } = ctx.unit.unit;
  const own = functions.find((fn) => fn.name === ctx.name && fn.body !== null && fn.span.from <= call.span.from && call.span.to <= fn.span.to);
  if (own === undefined) return [];
  const isCall = (expr: Expr): boolean => expr.kind === "call" && expr.span.from === call.span.from && expr.span.to === call.span.to;
  const questions = questionsOn(ctx, own, isCall, call.span.from);
  // A function that hands the result on is asked instead.
  if (returns(own.body ?? [], isCall)) {
    const isOwn = (expr: Expr): boolean => expr.kind === "call" && expr.callee.kind === "name" && expr.callee.name === own.name;
    for (const fn of functions) if (fn !== own && fn.body !== null) questions.push(...questionsOn(ctx, fn, isOwn, fn.span.from));
  }
  const more: number[] = [];
  for (const question of questions) {
    const answers = [...values, ...more].map((one) => isTrue(question, one));
    for (const wanted of [true, false]) {
      const missing = value(answering(question, wanted));
      if (!answers.includes(wanted) && isTrue(question, missing) === wanted && more.length < MOST_MORE) more.push(missing);
    }
  }
  return more;
}

/** The comparisons of a value and of what it is kept in, behind a place in the text: what is asked before is about something else. */
function questionsOn(ctx: FunctionContext, fn: CFunction, isValue: (expr: Expr) => boolean, from: number): Question[] {
  const kept = new Set<string>();
  const keep = (name: string, value: Expr): void => { if (isValue(bare(value))) kept.add(name); };
  const statements = eachStatement(fn.body ?? []);
  for (const stmt of statements) if (stmt.kind === "declare") for (const one of stmt.declarations) if (one.init) keep(one.name, one.init);
  eachExpression(fn.body ?? [], (expr) => { if (expr.kind === "assign" && expr.op === "=") keep(ctx.text(expr.target.span), expr.value); });
  const is = (expr: Expr): boolean => {
    const at = bare(expr);
    if (isValue(at)) return true;
    if (at.kind === "assign") return is(at.value);
    return (at.kind === "name" || at.kind === "member") && at.span.from >= from && kept.has(ctx.text(at.span));
  };
  const questions: Question[] = [];
  const add = (op: string, than: Expr): void => {
    const number = constantValue(ctx.program, than, ctx.unit);
    if (number !== null && !questions.some((one) => one.op === op && one.than === number)) questions.push({ op, than: number });
  };
  eachExpression(fn.body ?? [], (expr) => {
    if (expr.kind !== "binary" || !(expr.op in MIRROR)) return;
    if (is(expr.left)) add(expr.op, expr.right);
    else if (is(expr.right)) add(MIRROR[expr.op] ?? "", expr.left);
  });
  for (const stmt of statements) if (stmt.kind === "switch" && is(stmt.value)) for (const one of eachStatement(stmt.body)) if (one.kind === "case" && one.toValue === null) add("==", one.value);
  return questions;
}

const returns = (statements: readonly Stmt[], isValue: (expr: Expr) => boolean): boolean => eachStatement(statements).some((stmt) => stmt.kind === "return" && stmt.value !== null && isValue(bare(stmt.value)));

/** An expression without casts and what only marks it. */
function bare(expr: Expr): Expr {
  if (expr.kind === "cast") return bare(expr.operand);
  const [arg] = expr.kind === "call" && expr.callee.kind === "name" && /^(likely|unlikely)$/.test(expr.callee.name) ? expr.args : [];
  return arg && arg.kind !== "type" ? bare(arg) : expr;
}

const MIRROR: Readonly<Record<string, string>> = { "==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<=", "&": "&" };

function isTrue({ op, than }: Question, value: number): boolean {
  switch (op) {
    case "==": return value === than;
    case "!=": return value !== than;
    case "<": return value < than;
    case "<=": return value <= than;
    case ">": return value > than;
    case ">=": return value >= than;
    default: return (BigInt(value) & BigInt(than)) !== 0n;
  }
}

/** A number for which a comparison comes out as wanted. */
function answering({ op, than }: Question, wanted: boolean): number {
  switch (op) {
    case "==": case "!=": return (op === "==") === wanted ? than : than + 1;
    case "<": case ">=": return (op === "<") === wanted ? than - 1 : than;
    case ">": case "<=": return (op === ">") === wanted ? than + 1 : than;
    default: return wanted ? than : 0;
  }
}
