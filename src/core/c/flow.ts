// From a function's statements to its control flow graph.
import type { CFunction, Expr, Span, Stmt } from "./ast.js";
import type { FlowCondition, FlowGraph, ScopeRelease } from "./flow-types.js";
import type { Chain, JumpTarget, NodeFields, Pending } from "./flow-wiring.js";
import { append, Wiring } from "./flow-wiring.js";
import { alwaysJumps, constantOf, guardBlockOf, guardOf, holdsUnread, isDeadEnd, isGuardBlock, jumpsInside, returnedBy, unwrapTest } from "./flow-words.js";

/** Statements nested deeper than this become "unknown": deeper than any code that people write, and each level costs stack. */
const MAX_DEPTH = 400;

/**
 * Builds the graph of a function; null for a prototype. The work and the size grow with the number of statements. Where lines are
 * missing, a "gap" node stands for them.
 */
export function flowOf(fn: CFunction): FlowGraph | null {
  if (fn.body === null) return null;
  return new Builder(fn).build(fn.body);
}

/** So many edges wait for the next statement before they are gathered in a node. */
const MAX_PENDING = 16;

/** Statements behind which nothing runs on. */
const JUMPS: ReadonlySet<Stmt["kind"]> = new Set<Stmt["kind"]>(["goto", "return", "break", "continue"]);

/** Where `break` and `continue` go. */
interface Loop {
  readonly out: JumpTarget;
  /** Null in a `switch`. */
  readonly again: JumpTarget | null;
}

interface Switch {
  readonly value: Expr;
  readonly from: number;
  hasDefault: boolean;
}

class Builder {
  private readonly wiring: Wiring;
  private loops: Loop[] = [];
  private switches: Switch[] = [];
  private chain: Chain | null = null;
  private depth = 0;

  constructor(private readonly fn: CFunction) {
    this.wiring = new Wiring(fn.span);
  }

  build(body: readonly Stmt[]): FlowGraph {
    const { wiring } = this;
    let at: Pending[] = [{ from: wiring.entry, when: null }];
    if (this.fn.missing.head && body[0]?.kind !== "gap") at = this.unknown(at, "gap", this.fn.nameSpan);
    at = this.scope(body, at, this.fn.missing.head);
    if (this.fn.missing.tail && body.at(-1)?.kind !== "gap") at = this.unknown(at, "gap", { ...this.fn.span, from: this.fn.span.to });
    wiring.jump(at, null, wiring.exitTarget);
    wiring.finish();
    const nodes = wiring.nodes();
    const complete = nodes.every((node) => node.readable && node.kind !== "elsewhere");
    return { fn: this.fn, nodes, entry: wiring.entry, exit: wiring.exit, complete };
  }

  /** Statements with a scope of their own; what the scope holds is given back at its end. */
  private scope(body: readonly Stmt[], incoming: Pending[], isBehindGap = false): Pending[] {
    const outer = this.chain;
    let at = incoming;
    /** Where control may come from that leaves out what stands between missing lines and the first jump. */
    let around: Pending[] | null = isBehindGap ? incoming : null;
    for (const [index, stmt] of body.entries()) {
      if (around !== null && stmt.kind === "block" && (index === 0 || body[index - 1]?.kind === "gap") && this.depth < MAX_DEPTH) {
        // What opened the block is among the missing lines; where nothing comes out of it at its end, it stands under a condition.
        this.depth++;
        at = this.scope(stmt.body, at, true);
        this.depth--;
        if (at.length === 0) at = around;
        around = null;
        continue;
      }
      at = this.statement(stmt, at);
      if (stmt.kind === "gap") around = at;
      else if (around !== null && JUMPS.has(stmt.kind)) {
        // A jump with more behind it stands under a condition; the condition is among the missing lines.
        const next = body[index + 1];
        if (next !== undefined && next.kind !== "label" && next.kind !== "case" && next.kind !== "default" && next.kind !== "gap") at = [...at, ...around];
        around = null;
      } else if (stmt.kind !== "expr" && stmt.kind !== "declare") around = null;
    }
    return this.leave(at, outer);
  }

  /** Ends the scopes down to `outer` on the way that falls through. */
  private leave(at: Pending[], outer: Chain | null): Pending[] {
    const after: JumpTarget = { chain: outer, pending: [], releases: new Map() };
    this.wiring.jump(at, this.chain, after);
    this.chain = outer;
    return after.pending;
  }

  private statement(stmt: Stmt, incoming: Pending[]): Pending[] {
    if (this.depth >= MAX_DEPTH) return this.unknown(incoming, "unknown", stmt.span);
    this.depth++;
    const outgoing = this.oneStatement(stmt, incoming);
    this.depth--;
    return outgoing;
  }

  private oneStatement(stmt: Stmt, incoming: Pending[]): Pending[] {
    const { wiring } = this;
    switch (stmt.kind) {
      case "block":
        return this.scope(stmt.body, incoming);
      case "expr":
        return this.expression(stmt.expr, stmt.span, incoming);
      case "declare": {
        let at = incoming;
        for (const declaration of stmt.declarations) {
          const holds: ScopeRelease | null = declaration.cleanup === undefined ? null
            : { kind: "cleanup", cleanup: declaration.cleanup, declaration, span: declaration.span };
          at = this.node(at, "declare", declaration.span, { expr: declaration.init, declaration, holds });
          if (holds !== null) this.push(holds);
        }
        return at;
      }
      case "if":
        return this.ifElse(stmt, incoming);
      case "while": {
        const loop = this.openLoop(true);
        const head = this.head(stmt.span, incoming);
        const { yes, no } = this.test(stmt.test, [{ from: head, when: null }]);
        this.closeLoop(loop, this.statement(stmt.body, yes), head);
        return [...no, ...loop.out.pending];
      }
      case "do": {
        const loop = this.openLoop(true);
        const head = this.head(stmt.span, incoming);
        const end = this.statement(stmt.body, [{ from: head, when: null }]);
        this.loops.pop();
        const { yes, no } = this.test(stmt.test, [...end, ...(loop.again?.pending ?? [])]);
        wiring.connect(yes, head);
        return [...no, ...loop.out.pending];
      }
      case "for":
        return this.forLoop(stmt, incoming);
      case "macro-block":
        return this.macroBlock(stmt, incoming);
      case "switch": {
        const value = this.only("select", stmt.value.span, incoming, { expr: stmt.value });
        const loop = this.openLoop(false);
        const here: Switch = { value: stmt.value, from: value, hasDefault: false };
        this.switches.push(here);
        const end = this.scope(stmt.body, []);
        this.switches.pop();
        this.loops.pop();
        const none: Pending[] = here.hasDefault ? [] : [{ from: value, when: { kind: "case", subject: stmt.value, value: null, toValue: null } }];
        return [...none, ...end, ...loop.out.pending];
      }
      case "case":
      case "default": {
        const here = this.switches.at(-1);
        if (here === undefined) return incoming;
        if (stmt.kind === "default") here.hasDefault = true;
        const when: FlowCondition = { kind: "case", subject: here.value, value: stmt.kind === "case" ? stmt.value : null, toValue: stmt.kind === "case" ? stmt.toValue : null };
        // Long runs of cases are gathered, so that the list of what is pending stays short.
        return [...(incoming.length > MAX_PENDING ? this.node(incoming, "join", stmt.span, {}) : incoming), { from: here.from, when }];
      }
      case "label":
        return [{ from: wiring.label(stmt.name, stmt.span, incoming, this.chain), when: null }];
      case "goto":
        wiring.goTo(stmt.label, incoming, this.chain);
        return [];
      case "return":
        wiring.jump(this.node(incoming, "return", stmt.span, { expr: stmt.value }), this.chain, wiring.exitTarget);
        return [];
      case "break":
      case "continue": {
        const target = stmt.kind === "break" ? this.loops.at(-1)?.out : this.loops.findLast((loop) => loop.again !== null)?.again;
        if (target === undefined || target === null) return this.unknown(incoming, "unknown", stmt.span);
        wiring.jump(incoming, this.chain, target);
        return [];
      }
      case "empty":
        return incoming;
      case "gap":
        return this.unknown(incoming, "gap", stmt.span);
      case "opaque":
        return this.unknown(incoming, "unknown", stmt.span);
    }
  }

  private expression(expr: Expr, span: Span, incoming: Pending[]): Pending[] {
    const returned = returnedBy(expr);
    if (returned !== undefined) {
      this.wiring.jump(this.node(incoming, "return", span, { expr: returned }), this.chain, this.wiring.exitTarget);
      return [];
    }
    const holds = guardOf(expr);
    const at = this.node(incoming, "expr", span, { expr, holds });
    if (holds !== null) this.push(holds);
    return isDeadEnd(expr) || alwaysJumps(expr) ? [] : at;
  }

  /** A chain of `else if` is walked without a call for each, since generated code has long ones. */
  private ifElse(stmt: Extract<Stmt, { kind: "if" }>, incoming: Pending[]): Pending[] {
    const after: Pending[] = [];
    let at = incoming;
    let next: Stmt | null = stmt;
    while (next !== null && next.kind === "if") {
      const branch: Extract<Stmt, { kind: "if" }> = next;
      const { yes, no } = this.test(branch.test, at);
      append(after, this.branch(branch.then, yes));
      at = no;
      next = branch.else;
    }
    return [...after, ...(next === null ? at : this.branch(next, at))];
  }

  private branch(stmt: Stmt, incoming: Pending[]): Pending[] {
    return this.scope(stmt.kind === "block" ? stmt.body : [stmt], incoming);
  }

  private forLoop(stmt: Extract<Stmt, { kind: "for" }>, incoming: Pending[]): Pending[] {
    const outer = this.chain;
    const start = stmt.init === null ? incoming : this.statement(stmt.init, incoming);
    const loop = this.openLoop(true);
    const head = this.head(stmt.span, start);
    const { yes, no } = stmt.test === null ? { yes: [{ from: head, when: null }], no: [] } : this.test(stmt.test, [{ from: head, when: null }]);
    const end = [...this.branch(stmt.body, yes), ...(loop.again?.pending ?? [])];
    this.loops.pop();
    this.wiring.connect(stmt.step === null ? end : this.expression(stmt.step, stmt.step.span, end), head);
    return this.leave([...no, ...loop.out.pending], outer);
  }

  private macroBlock(stmt: Extract<Stmt, { kind: "macro-block" }>, incoming: Pending[]): Pending[] {
    const macro = { name: stmt.macro, args: stmt.args };
    if (!isGuardBlock(stmt.macro)) {
      const head = this.only("loop", stmt.headSpan, incoming, { macro });
      const loop = this.openLoop(true);
      const end = this.branch(stmt.body, [{ from: head, when: { kind: "macro", macro: stmt.macro, enters: true } }]);
      this.closeLoop(loop, end, head);
      return [{ from: head, when: { kind: "macro", macro: stmt.macro, enters: false } }, ...loop.out.pending];
    }
    const outer = this.chain;
    const { holds, maySkip, failure } = guardBlockOf(stmt.macro, stmt.args, stmt.headSpan);
    const head = this.only("expr", stmt.headSpan, incoming, { macro, holds });
    // `scoped_guard` is a loop of one round: `break` and `continue` leave its block.
    const loop = this.openLoop(true);
    this.push(holds);
    const end = this.branch(stmt.body, [{ from: head, when: maySkip ? { kind: "macro", macro: stmt.macro, enters: true } : null }]);
    const left = this.leave(end, outer);
    this.loops.pop();
    let skipped: Pending[] = maySkip ? [{ from: head, when: { kind: "macro", macro: stmt.macro, enters: false } }] : [];
    if (failure !== null) skipped = this.statement(failure, skipped);
    return [...left, ...skipped, ...loop.out.pending, ...(loop.again?.pending ?? [])];
  }

  /** Splits a condition into its tests. `constant` conditions have one way only. */
  private test(expr: Expr, incoming: Pending[]): { yes: Pending[]; no: Pending[] } {
    if (this.depth >= MAX_DEPTH) return this.plainTest(expr, incoming);
    this.depth++;
    const result = this.splitTest(unwrapTest(expr), incoming);
    this.depth--;
    return result;
  }

  private splitTest(expr: Expr, incoming: Pending[]): { yes: Pending[]; no: Pending[] } {
    if (expr.kind === "unary" && expr.op === "!") {
      const { yes, no } = this.test(expr.operand, incoming);
      return { yes: no, no: yes };
    }
    if (expr.kind === "binary" && (expr.op === "&&" || expr.op === "||")) {
      const left = this.test(expr.left, incoming);
      const right = this.test(expr.right, expr.op === "&&" ? left.yes : left.no);
      return expr.op === "&&" ? { yes: right.yes, no: [...left.no, ...right.no] } : { yes: [...left.yes, ...right.yes], no: right.no };
    }
    if (expr.kind === "comma") return this.test(expr.right, this.expression(expr.left, expr.left.span, incoming));
    const constant = constantOf(expr);
    if (constant !== null) return constant ? { yes: incoming, no: [] } : { yes: [], no: incoming };
    return this.plainTest(expr, incoming);
  }

  private plainTest(expr: Expr, incoming: Pending[]): { yes: Pending[]; no: Pending[] } {
    const from = this.only("test", expr.span, incoming, { expr });
    return { yes: [{ from, when: { kind: "truth", test: expr, truth: true } }], no: [{ from, when: { kind: "truth", test: expr, truth: false } }] };
  }

  private openLoop(isLoop: boolean): Loop {
    const target = (): JumpTarget => ({ chain: this.chain, pending: [], releases: new Map() });
    const loop: Loop = { out: target(), again: isLoop ? target() : null };
    this.loops.push(loop);
    return loop;
  }

  private closeLoop(loop: Loop, end: Pending[], head: number): void {
    this.loops.pop();
    this.wiring.connect([...end, ...(loop.again?.pending ?? [])], head);
  }

  private head(span: Span, incoming: Pending[]): number {
    return this.only("join", { ...span, to: span.from }, incoming, {});
  }

  private unknown(incoming: Pending[], kind: "gap" | "unknown", span: Span): Pending[] {
    const id = this.only(kind, span, incoming, {});
    this.wiring.markUnseen(id);
    return [{ from: id, when: null }];
  }

  private node(incoming: Pending[], kind: NodeFields["kind"], span: Span, fields: Partial<NodeFields>): Pending[] {
    return [{ from: this.only(kind, span, incoming, fields), when: null }];
  }

  private only(kind: NodeFields["kind"], span: Span, incoming: Pending[], fields: Partial<NodeFields>): number {
    const isRead = kind !== "gap" && kind !== "unknown" && !(fields.macro?.args ?? []).some((arg) => arg.kind !== "type" && holdsUnread(arg)) && !holdsUnread(fields.expr ?? null);
    const id = this.wiring.add({ ...fields, kind, span, readable: isRead });
    this.wiring.connect(incoming, id);
    // `({ if (x) return; })` leaves from within an expression.
    for (const jump of jumpsInside(fields.expr ?? null)) {
      if (jump.kind === "goto") this.wiring.goTo(jump.label, [{ from: id, when: null }], this.chain);
      else this.wiring.jump([{ from: id, when: null }], this.chain, this.wiring.exitTarget);
    }
    return id;
  }

  private push(release: ScopeRelease): void {
    this.chain = this.wiring.link(release, this.chain);
  }
}
