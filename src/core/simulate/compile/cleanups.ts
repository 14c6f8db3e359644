// What runs when a block is left (include/linux/cleanup.h): guards, and the cleanup of variables.
import type { Arg, Declaration, Expr, Span } from "../../c/ast.js";
import { type FunctionContext, Label } from "./context.js";
import type { Expressions } from "./expressions.js";
import { combine } from "./operators.js";
import { call, GUARDS } from "./statement-facts.js";
import { type CType, LONG } from "./ctype.js";
import { typeOf } from "./typing.js";

/** `guard(kind)(lock)`: takes the lock now, and gives it back where the block is left. */
export function guard(compile: Expressions, ctx: FunctionContext, kind: string, args: readonly Arg[], span: Span): void {
  const pair = GUARDS.get(kind);
  if (!pair) {
    ctx.missing(`guard(${kind}) is not known`);
    return;
  }
  // The lock's address is taken once; the variable cannot be named by the code.
  const lock = args[0];
  const name = `guard at ${span.from}`;
  const held: Expr[] = [];
  if (lock && lock.kind !== "type") {
    const variable = ctx.declare(name, typeOf(ctx, lock));
    if (variable.kind === "register") compile.write(ctx, { kind: "register", register: variable.register, type: variable.type }, compile.value(ctx, lock));
    held.push({ kind: "name", name, span });
  }
  const run = (callee: string): void => compile.discard(ctx, { kind: "call", callee: { kind: "name", name: callee, span }, args: held, span });
  run(pair[0]);
  ctx.scope().made.push({ leave: () => run(pair[1]), enter: null });
}

/** `__free(f)` calls f() on what the variable holds at the end, when that is something; `__cleanup(f)` calls it on the variable's address (include/linux/cleanup.h). */
export function cleanUp(compile: Expressions, ctx: FunctionContext, declaration: Declaration, cleanup: string, type: CType): void {
  const { span } = declaration;
  const behind = /^[^;]*/.exec(ctx.text({ from: Math.max(0, span.from - 1), to: Infinity }))?.[0] ?? "";
  const variable: Expr = { kind: "name", name: declaration.name, span };
  if (!/\b__free\s*\(/.test(behind)) {
    ctx.scope().made.push({ leave: () => compile.discard(ctx, call(cleanup, [{ kind: "unary", op: "&", postfix: false, operand: variable, span }], span)), enter: null });
    return;
  }
  // A variable that has no value yet holds nothing.
  if (!declaration.init) compile.write(ctx, compile.place(ctx, variable), { operand: ctx.constantOperand(0), type });
  const leave = (): void => {
    const yes = new Label();
    const end = new Label();
    ctx.temporary(() => {
      const value = compile.value(ctx, variable);
      // NULL and error pointers are nothing to free.
      ctx.branch(combine(ctx, ">", { operand: value.operand, type: LONG }, { operand: ctx.constantOperand(0), type: LONG }).operand, yes, end);
    });
    ctx.place(yes);
    compile.discard(ctx, call(cleanup, [variable], span));
    ctx.place(end);
  };
  ctx.scope().made.push({ leave, enter: null });
}
