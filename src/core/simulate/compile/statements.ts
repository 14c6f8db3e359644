// Statements to instructions: all control flow, scopes and what has to be done when they are left, loops over lists.
import type { Declaration, Expr, Stmt } from "../../c/ast.js";
import { cleanUp, guard } from "./cleanups.js";
import { type FunctionContext, Label, type Value } from "./context.js";
import type { Expressions } from "./expressions.js";
import type { PlacedStatement } from "./link.js";
import { initialize, lengthOf } from "./initialize.js";
import { enterCase } from "./jumps.js";
import { hasKnownLength } from "./kept.js";
import { LOOPS } from "./loops.js";
import { call, DECLARING, effectOf, hasLabel, nameOf, placeOf } from "./statement-facts.js";
import { isUnknown, WORD } from "./ctype.js";
import { charactersOf } from "./strings.js";
import { switchOver } from "./switches.js";
import { allocated, decayed, knownCondition, resolved, typeOf } from "./typing.js";
import { fromGap } from "./undeclared.js";
import { unknownLoop } from "./unknown-calls.js";

/** Lines of a statement that a gap has made unreadable; more than that is not passed over. */
const MOST_TORN = 12;

/** Stands for the block behind a macro that heads it. */
const BODY = "macro_block_body";

export class Statements {
  constructor(private readonly expressions: () => Expressions) {}

  private get compile(): Expressions { return this.expressions(); }

  /** The body of a function: statements of one scope, each in its own text. */
  body(ctx: FunctionContext, statements: readonly PlacedStatement[]): void {
    this.noteLabels(ctx, statements.map((placed) => placed.stmt), 2);
    ctx.inScope(() => {
      for (const { stmt, unit } of statements) {
        ctx.unit = unit;
        this.statement(ctx, stmt);
      }
    });
  }

  block(ctx: FunctionContext, statements: readonly Stmt[]): void {
    ctx.inScope(() => statements.forEach((stmt) => this.statement(ctx, stmt)));
  }

  /** `({ …; value; })`: the value of the last expression. */
  blockValue(ctx: FunctionContext, statements: readonly Stmt[]): Value {
    const to = ctx.register();
    let type = WORD;
    ctx.inScope(() => {
      statements.forEach((stmt, index) => {
        if (index === statements.length - 1 && stmt.kind === "expr") {
          const value = this.compile.value(ctx, stmt.expr);
          ctx.emit({ op: "move", to, a: value.operand });
          type = value.type;
        } else this.statement(ctx, stmt);
      });
    });
    return { operand: to, type };
  }

  statement(ctx: FunctionContext, stmt: Stmt): void {
    const outer = ctx.span;
    ctx.span = placeOf(stmt);
    this.run(ctx, stmt);
    ctx.span = outer;
  }

  private run(ctx: FunctionContext, stmt: Stmt): void {
    switch (stmt.kind) {
      case "block": return this.block(ctx, stmt.body);
      case "expr": return this.expression(ctx, stmt.expr);
      case "declare": return stmt.declarations.forEach((declaration) => this.declare(ctx, declaration));
      case "if": return this.branch(ctx, stmt);
      case "while": return this.loop(ctx, stmt.test, null, stmt.body);
      case "do": {
        const again = new Label();
        const test = new Label();
        const end = new Label();
        ctx.place(again);
        this.looping(ctx, end, test, stmt.body);
        ctx.place(test);
        ctx.span = stmt.test.span;
        this.compile.condition(ctx, stmt.test, again, end);
        ctx.place(end);
        return;
      }
      case "for":
        ctx.inScope(() => {
          if (stmt.init) this.statement(ctx, stmt.init);
          this.loop(ctx, stmt.test, stmt.step, stmt.body);
        });
        return;
      case "macro-block": return this.macroBlock(ctx, stmt);
      case "switch": return switchOver(this.compile, ctx, (inner) => this.statement(ctx, inner), stmt);
      case "case": case "default": {
        const label = ctx.cases.get(stmt);
        if (label) enterCase(ctx, label);
        return;
      }
      case "label": {
        if (!ctx.jumps.place(ctx, stmt.name)) ctx.missing(`the label ${stmt.name} stands in the function a second time`);
        return;
      }
      case "goto": {
        if (!ctx.labelDepths.has(stmt.label) && ctx.program.gapsAreNothing) {
          this.assumeNothing(ctx, stmt, `the label ${stmt.label} is not known: the function ends there`);
          return this.leave(ctx, null);
        }
        if (!ctx.labelDepths.has(stmt.label)) {
          ctx.missing(`the label ${stmt.label} is not in the lines that are known`);
          return;
        }
        return ctx.jumps.jump(ctx, stmt.label, ctx.labelDepths.get(stmt.label) ?? 0);
      }
      case "return": return this.leave(ctx, stmt.value);
      case "break": case "continue": {
        for (let index = ctx.loops.length - 1; index >= 0; index--) {
          const loop = ctx.loops[index];
          const to = stmt.kind === "break" ? loop?.onBreak : loop?.onContinue;
          if (!loop || !to) continue;
          ctx.leaveTo(loop.depth);
          return ctx.jump(to);
        }
        if (ctx.program.gapsAreNothing) return this.assumeNothing(ctx, stmt, `${stmt.kind} stands in a loop that is not known, and does nothing`);
        ctx.missing(`${stmt.kind} outside of a loop`);
        return;
      }
      case "empty": return;
      case "gap":
        ctx.missing(stmt.toLine > stmt.fromLine ? `lines ${stmt.fromLine} to ${stmt.toLine} are not known, and nothing fills them in` : `line ${stmt.fromLine} is not known, and nothing fills it in`);
        return;
      case "opaque":
        if (stmt.reason === "gap" && ctx.program.gapsAreNothing) return this.assumeNothing(ctx, stmt, "the rest of this line is not known, and it does nothing");
        if (ctx.isPartial && ctx.program.gapsAreNothing && ctx.unit.text.slice(stmt.span.from, stmt.span.to).split("\n").length <= MOST_TORN) {
          return this.assumeNothing(ctx, stmt, "this is cut off by lines that are not known, could not be read, and does nothing");
        }
        ctx.missing(`the text could not be read (${stmt.reason})`);
        return;
    }
  }

  private assumeNothing(ctx: FunctionContext, stmt: Stmt, text: string): void {
    ctx.program.assume({ kind: "fill", text: `${ctx.name}(), line ${stmt.span.line}: ${text}`, where: { path: ctx.unit.path, line: stmt.span.line } });
  }

  private expression(ctx: FunctionContext, expr: Expr): void {
    // guard(mutex)(&lock); holds until the end of the block.
    if (expr.kind === "call" && expr.callee.kind === "call" && expr.callee.callee.kind === "name" && expr.callee.callee.name === "guard") {
      const kind = expr.callee.args[0];
      return guard(this.compile, ctx, kind ? nameOf(kind) : "", expr.args, expr.span);
    }
    const name = expr.kind === "call" && expr.callee.kind === "name" ? expr.callee.name : "";
    if (name === BODY) return ctx.bodies.at(-1)?.();
    if (expr.kind === "call" && name === "return_ptr") return this.leave(ctx, { ...expr, callee: { kind: "name", name: "no_free_ptr", span: expr.span } });
    ctx.temporary(() => this.compile.discard(ctx, expr));
  }

  private declare(ctx: FunctionContext, declaration: Declaration): void {
    const written = ctx.text(declaration.span);
    let type = resolved(ctx, declaration.type, written);
    if (declaration.type.params && declaration.type.pointers === 0 && !/\(\s*\*/.test(written)) return;
    if (declaration.isExtern) return;
    const init = declaration.init;
    if (type.k === "array" && type.length === 0 && init) type = { ...type, length: init.kind === "init" ? lengthOf(init.entries, (name) => ctx.program.constantOf(name, ctx.unit)) : init.kind === "string" ? charactersOf(init.text).length + 1 : 1 };
    if (ctx.scope().variables.has(declaration.name)) {
      ctx.missing(`${declaration.name} is declared a second time in one block`);
      return;
    }
    if (declaration.isStatic) {
      const address = ctx.program.localStatic(ctx.name, declaration.name, `${String(ctx.span.from)} ${String(declaration.span.from)}`, type, init, ctx.unit);
      ctx.bind(declaration.name, { kind: "object", address: ctx.constantOperand(address), type });
      return;
    }
    if (!hasKnownLength(ctx, type, declaration.name, written)) return;
    const isAuto = declaration.type.tag === "name" && /^(__auto_type|auto)$/.test(declaration.type.name);
    if (isAuto && init) type = decayed(typeOf(ctx, init));
    // A cleanup may want the variable's address.
    if (declaration.cleanup !== undefined) ctx.addressed = new Set([...ctx.addressed, declaration.name]);
    const variable = ctx.declare(declaration.name, type);
    if (declaration.cleanup !== undefined) cleanUp(this.compile, ctx, declaration, declaration.cleanup, type);
    if (!init && variable.kind === "register") ctx.unset(variable.register, declaration.name);
    if (!init) return ctx.isPartial && declaration.cleanup === undefined ? fromGap(this.compile, ctx, declaration.name, type) : undefined;
    ctx.temporary(() => {
      const initializer = DECLARING.get(init.kind === "opaque" ? init.reason : init.kind === "call" ? nameOf(init.callee) : "");
      if (initializer !== undefined) {
        this.compile.discard(ctx, call(initializer, [{ kind: "unary", op: "&", postfix: false, operand: { kind: "name", name: declaration.name, span: init.span }, span: init.span }], init.span));
        return;
      }
      const place = this.compile.place(ctx, { kind: "name", name: declaration.name, span: declaration.span });
      if (init.kind === "init" && init.type === null) return initialize(this.compile, ctx, place, init);
      if (init.kind === "string" && type.k === "array") return initialize(this.compile, ctx, place, init);
      ctx.target = allocated(type, declaration.name);
      const value = this.compile.value(ctx, init, isUnknown(type) ? null : type);
      ctx.target = null;
      if (variable.kind === "register" && isUnknown(type) && !isUnknown(value.type)) variable.type = value.type;
      this.compile.write(ctx, place, value);
    });
  }

  private branch(ctx: FunctionContext, stmt: Extract<Stmt, { kind: "if" }>): void {
    const known = knownCondition(ctx, stmt.test);
    if (known !== null && !hasLabel(known ? stmt.else : stmt.then)) {
      // What can never run is not compiled: it may be about code that the patch does not have.
      const taken = known ? stmt.then : stmt.else;
      if (taken) ctx.inScope(() => this.statement(ctx, taken));
      return;
    }
    const yes = new Label();
    const no = new Label();
    const end = new Label();
    ctx.span = stmt.test.span;
    this.compile.condition(ctx, stmt.test, yes, no);
    ctx.place(yes);
    ctx.inScope(() => this.statement(ctx, stmt.then));
    if (stmt.else) {
      const otherwise = stmt.else;
      ctx.jump(end);
      ctx.place(no);
      ctx.inScope(() => this.statement(ctx, otherwise));
    } else ctx.place(no);
    ctx.place(end);
  }

  private loop(ctx: FunctionContext, test: Expr | null, step: Expr | null, body: Stmt): void {
    const again = new Label();
    const inside = new Label();
    const next = new Label();
    const end = new Label();
    ctx.place(again);
    if (test) {
      ctx.span = test.span;
      this.compile.condition(ctx, test, inside, end);
    }
    ctx.place(inside);
    this.looping(ctx, end, next, body);
    ctx.place(next);
    if (step) {
      ctx.span = step.span;
      this.compile.discard(ctx, step);
    }
    ctx.jump(again);
    ctx.place(end);
  }

  private looping(ctx: FunctionContext, onBreak: Label, onContinue: Label, body: Stmt): void {
    ctx.loops.push({ onBreak, onContinue, depth: ctx.scopes.length });
    ctx.inScope(() => this.statement(ctx, body));
    ctx.loops.pop();
  }

  private macroBlock(ctx: FunctionContext, stmt: Extract<Stmt, { kind: "macro-block" }>): void {
    if (stmt.macro === "__atomic") return this.atomic(ctx, stmt.body);
    if (stmt.macro === "scoped_guard") {
      // The body is a loop of one turn in the kernel: break and continue leave it.
      const end = new Label();
      const kind = stmt.args[0];
      ctx.loops.push({ onBreak: end, onContinue: end, depth: ctx.scopes.length });
      ctx.inScope(() => {
        guard(this.compile, ctx, kind ? nameOf(kind) : "", stmt.args.slice(1), stmt.headSpan);
        this.statement(ctx, stmt.body);
      });
      ctx.loops.pop();
      ctx.place(end);
      return;
    }
    const loop = LOOPS.get(stmt.macro)?.(stmt);
    if (!loop && ctx.program.isMacro(stmt.macro, ctx.unit)) return this.loopOfMacro(ctx, stmt);
    if (!loop) return unknownLoop(this.compile, ctx, stmt, (end) => this.looping(ctx, end, end, stmt.body));
    this.statement(ctx, loop);
  }

  /** A macro that heads a block: what it is spelled as, with the block behind it. */
  private loopOfMacro(ctx: FunctionContext, stmt: Extract<Stmt, { kind: "macro-block" }>): void {
    const outer = ctx.spelling;
    const expansion = ctx.program.expansion(`${ctx.text(stmt.headSpan)} ${BODY}();`, ctx.unit);
    const body = expansion?.body ?? null;
    if (!expansion || !body) {
      ctx.missing(`the macro ${stmt.macro}() cannot be expanded`);
      return;
    }
    ctx.bodies.push(() => ctx.within(outer, () => this.statement(ctx, stmt.body)));
    ctx.within(expansion.text, () => this.block(ctx, body));
    ctx.bodies.pop();
  }

  private atomic(ctx: FunctionContext, body: Stmt): void {
    const statements = body.kind === "block" ? body.body : [body];
    ctx.emit({ op: "atomic-begin", ...effectOf(statements) });
    ctx.atomic++;
    ctx.inScope(() => {
      ctx.scope().made.push({ leave: () => ctx.emit({ op: "atomic-end" }), enter: null });
      statements.forEach((stmt) => this.statement(ctx, stmt));
    });
    ctx.atomic--;
  }

  private leave(ctx: FunctionContext, value: Expr | null): void {
    ctx.temporary(() => {
      let operand: number | null = null;
      if (value) {
        const result = this.compile.value(ctx, value, ctx.returns);
        operand = ctx.converted(result, ctx.returns);
        if (ctx.resultRoom !== null) {
          this.compile.write(ctx, { kind: "memory", base: ctx.resultRoom, offset: 0, type: ctx.returns }, result);
          operand = ctx.resultRoom;
        }
        if (operand >= 0 && ctx.scopes.some((scope) => scope.made.some((made) => made.leave !== null))) {
          const kept = ctx.register();
          ctx.emit({ op: "move", to: kept, a: operand });
          operand = kept;
        }
      }
      ctx.leaveTo(0);
      ctx.emit({ op: "return", a: operand });
    });
  }

  /** How many scopes are open where each label stands. */
  private noteLabels(ctx: FunctionContext, statements: readonly Stmt[], depth: number): void {
    for (const stmt of statements) {
      switch (stmt.kind) {
        case "label": ctx.labelDepths.set(stmt.name, depth); break;
        case "block": this.noteLabels(ctx, stmt.body, depth + 1); break;
        case "switch": this.noteLabels(ctx, stmt.body, depth + 2); break;
        case "if":
          this.noteLabels(ctx, [stmt.then], depth + 1);
          if (stmt.else) this.noteLabels(ctx, [stmt.else], depth + 1);
          break;
        case "while": case "do": case "macro-block": this.noteLabels(ctx, [stmt.body], depth + 1); break;
        case "for": this.noteLabels(ctx, [stmt.body], depth + 2); break;
        default: break;
      }
    }
  }
}
