// One function to instructions: its parameters, the names that its visible lines do not declare, its body.
import { positionAt } from "../../patch/render.js";
import type { FunctionCode } from "../ir.js";
import { holderOf } from "./addresses.js";
import { compileCall } from "./calls.js";
import { FunctionContext, type ProgramContext } from "./context.js";
import { Expressions } from "./expressions.js";
import { initialize } from "./initialize.js";
import type { Definition, Unit } from "./link.js";
import { Statements } from "./statements.js";
import type { Preparation } from "./statics.js";
import { isUnknown, pointerTo, SIZE, WORD } from "./ctype.js";
import { fromGap, globalNames } from "./undeclared.js";
import { addressedNames } from "./walk.js";
import { readFirst } from "./zeroed.js";

/** What the machine starts, and asks no value of. */
const ENTRY = /^(setup|finish|user|cpu\d+)$/;

export class FunctionCompiler {
  private readonly statements: Statements;
  private readonly expressions: Expressions;

  constructor() {
    this.statements = new Statements(() => this.expressions);
    this.expressions = new Expressions({
      call: (ctx, expr, hint) => compileCall(this.expressions, ctx, expr, hint),
      block: (ctx, expr) => this.statements.blockValue(ctx, expr.body),
      initialize: (ctx, place, init) => initialize(this.expressions, ctx, place, init),
    });
  }

  compile(program: ProgramContext, definition: Definition, index: number): FunctionCode {
    const { fn, unit } = definition;
    const ctx = new FunctionContext(program, fn.name, unit, fn.nameSpan);
    ctx.returns = program.types.resolve(fn.returns);
    ctx.addressed = addressedNames(definition.body.map((placed) => placed.stmt));
    const params = fn.params.filter((param) => param.name !== "...");
    // A struct comes back through an address that the caller gives in front of the arguments.
    if (ctx.returns.k === "record") ctx.resultRoom = ctx.register();
    const registers = params.map(() => ctx.register());
    params.forEach((param, at) => {
      let type = program.types.resolve(param.type, param.type.arrays.includes(null) ? unit.text.slice(param.span.from, param.span.to) : null);
      if (type.k === "array") type = pointerTo(type.of);
      if (unit.origin !== "model" && program.guesses.has(holderOf.parameter(fn.name, at))) program.guesses.set(holderOf.local(ctx, param.name), SIZE);
      // A struct by value comes as an address, too; the function has a copy of its own.
      if (ctx.addressed.has(param.name) || type.k === "record") {
        ctx.declare(param.name, type);
        ctx.temporary(() => this.expressions.write(ctx, this.expressions.place(ctx, { kind: "name", name: param.name, span: param.span }), { operand: registers[at] ?? 0, type }));
      } else ctx.bind(param.name, { kind: "register", register: registers[at] ?? 0, type });
    });
    assumeConditions(program, definition);
    ctx.isPartial = unit.origin === "patch" && !fn.whole;
    if (unit.origin === "patch") ctx.isGlobal = globalNames(fn, unit);
    for (const name of program.undeclared.get(`${unit.path} ${fn.name}`) ?? []) {
      const type = program.guesses.get(`${unit.path} ${fn.name} ${name}`) ?? WORD;
      ctx.declare(name, type);
      if (unit.origin === "patch") fromGap(this.expressions, ctx, name, type);
      program.assume({ kind: "inferred-type", text: `${name} in ${fn.name}() is declared in no line that is known: it is taken as a local variable`, where: { path: unit.path, line: fn.nameSpan.line } });
    }
    if (fn.missing.head && unit.origin === "patch" && !definition.assumptions.some((assumption) => assumption.text.startsWith(`${fn.name}() begins`))) {
      program.assume({ kind: "fill", text: `${fn.name}() begins with its first known line`, where: { path: unit.path, line: fn.nameSpan.line } });
    }
    if (unit.origin !== "model" && !ctx.isPartial) {
      for (const { name, line } of readFirst(fn, ctx.addressed)) {
        program.assume({ kind: "model", text: `${fn.name}(), line ${String(line)}: ${name} is read before a line sets it: it is zero there`, where: { path: unit.path, line } });
      }
    }
    this.statements.body(ctx, definition.body);
    ctx.unit = unit;
    ctx.span = { from: fn.span.to - 1, to: fn.span.to, line: positionAt(unit.starts, Math.max(0, fn.span.to - 1)).line };
    ctx.leaveTo(0);
    if (ctx.returns.k !== "void" && !isUnknown(ctx.returns) && fn.whole && !program.gapsAreNothing && !ENTRY.test(fn.name)) ctx.missing("the function ends here, and has to return a value");
    ctx.emit({ op: "return", a: ctx.returns.k === "void" ? null : ctx.constantOperand(0) });
    ctx.jumps.finish(ctx);
    return ctx.finish(index, params.length + (ctx.resultRoom === null ? 0 : 1));
  }

  /** Makes globals ready that macros such as DEFINE_MUTEX() declare. */
  compilePreparation(program: ProgramContext, preparations: readonly Preparation[], index: number, scenario: Unit): FunctionCode {
    const ctx = new FunctionContext(program, "(start)", scenario, { from: 0, to: 0, line: 1 });
    for (const one of preparations) {
      const code = program.functionCode(one.function, one.unit);
      if (code === null) continue;
      ctx.unit = one.unit;
      ctx.span = one.span;
      const callback = one.callback === null ? null : program.functionAddress(one.callback, one.unit);
      ctx.emit({ op: "call", to: null, callee: code, args: [one.address, ...(callback === null ? [] : [callback])].map((word) => ctx.constantOperand(word)), hint: null });
    }
    ctx.emit({ op: "return", a: null });
    return ctx.finish(index, 0);
  }
}

/** Says which branches of the preprocessor were read: those inside of the function and around it, and those that are about no function, but what functions use. */
function assumeConditions(program: ProgramContext, { fn, unit }: Definition): void {
  const meets = (one: { readonly from: number; readonly to: number }, span: { readonly from: number; readonly to: number }): boolean => one.from < span.to && span.from < one.to;
  for (const { from, to, line, taken } of unit.unit.conditions) {
    const isAbout = meets({ from, to }, fn.span) || !unit.unit.functions.some((other) => meets({ from, to }, other.span));
    if (isAbout) program.assume({ kind: "model", text: `${unit.path}, line ${String(line)}: ${taken}`, where: { path: unit.path, line } });
  }
}
