// The mutants of a patch: small what-ifs that the program makes from the changed lines, by what their C says.
import type { Arg, CFunction, Expr, Span, Stmt } from "../c/ast.js";
import { positionAt } from "../patch/render.js";
import type { Unit } from "./compile/link.js";
import { eachExpression, eachStatement } from "./compile/walk.js";
import { lineEnds, oneLine } from "./edits.js";
import type { LineRef, Mutant, MutantKind } from "./mutant-types.js";
import type { Splice } from "./types.js";

/** Locks and what gives them back. */
const UNLOCK: ReadonlyMap<string, string> = new Map([
  ["mutex_lock", "mutex_unlock"], ["mutex_lock_nested", "mutex_unlock"], ["spin_lock", "spin_unlock"], ["spin_lock_irq", "spin_unlock_irq"], ["spin_lock_bh", "spin_unlock_bh"],
  ["spin_lock_irqsave", "spin_unlock_irqrestore"], ["raw_spin_lock", "raw_spin_unlock"], ["down_read", "up_read"], ["down_write", "up_write"], ["read_lock", "read_unlock"],
  ["write_lock", "write_unlock"], ["rcu_read_lock", "rcu_read_unlock"], ["device_lock", "device_unlock"],
]);
const UNLOCKS: ReadonlySet<string> = new Set(UNLOCK.values());

/** Gets that ask whether there is still a count, and how each reads when it does not ask. */
const PLAIN_GET: ReadonlyMap<string, (args: string) => string> = new Map([
  ["refcount_inc_not_zero", (args: string) => `(refcount_inc(${args}), 1)`], ["refcount_inc_not_zero_acquire", (args: string) => `(refcount_inc(${args}), 1)`],
  ["atomic_inc_not_zero", (args: string) => `(atomic_inc(${args}), 1)`], ["kref_get_unless_zero", (args: string) => `(kref_get(${args}), 1)`],
  ["kobject_get_unless_zero", (args: string) => `kobject_get(${args})`], ["try_module_get", (args: string) => `(__module_get(${args}), 1)`],
]);

/** Calls that end a right to something: to do them twice or too early is what goes wrong. */
const ENDS = /(^|_)(k?free|put|del|destroy|unregister|release|remove)(_|$)/;
/** Calls that do nothing, or that only watch. */
const WATCHES = /^(pr_\w+|dev_(err|warn|info|dbg|notice)\w*|printk\w*|WARN\w*|BUG\w*|lockdep_\w+|might_sleep\w*|cond_resched|trace_\w+|EXPORT_\w+|smp_\w*mb)$/;

/**
 * The mutants of the code on some lines, in the order of the code. `units` are the files of the patch as they were read; only what stands in a function
 * and on one of `lines` is mutated.
 */
export function listMutants(units: readonly Unit[], lines: readonly LineRef[]): readonly Mutant[] {
  return units.flatMap((unit) => {
    const wanted = new Set(lines.filter((one) => one.path === unit.path).map((one) => one.line));
    return wanted.size === 0 ? [] : unit.unit.functions.flatMap((fn) => (fn.body === null ? [] : new Finder(unit, fn, wanted).find(fn.body)));
  });
}

/** Those of the lines on which something begins that a function does: a verdict can be about them. */
export function statementLines(units: readonly Unit[], lines: readonly LineRef[]): readonly LineRef[] {
  return lines.filter((ref) => units.some((unit) => unit.path === ref.path && unit.unit.functions.some((fn) => fn.body !== null && eachStatement(fn.body).some((stmt) => stmt.span.line === ref.line && isAct(stmt)))));
}

/** Whether a statement does something of its own, and is no mere part of the form. */
export function isAct(stmt: Stmt): boolean {
  if (stmt.kind === "declare") return stmt.declarations.some((declaration) => declaration.init !== null);
  return !["block", "label", "case", "default", "empty", "gap", "opaque"].includes(stmt.kind);
}

interface Target { readonly span: Span; readonly expr: Expr | null; readonly stmt: Stmt }

class Finder {
  private readonly mutants: Mutant[] = [];

  constructor(private readonly unit: Unit, private readonly fn: CFunction, private readonly wanted: ReadonlySet<number>) {}

  find(body: readonly Stmt[]): readonly Mutant[] {
    this.list(body);
    return this.mutants;
  }

  private list(body: readonly Stmt[]): void {
    body.forEach((stmt, index) => this.statement(stmt, body[index - 1] ?? null));
  }

  private statement(stmt: Stmt, before: Stmt | null): void {
    switch (stmt.kind) {
      case "block": return this.list(stmt.body);
      case "switch": return this.list(stmt.body);
      case "expr":
        this.gets(stmt, { span: stmt.span, expr: stmt.expr, stmt });
        return this.effect(stmt, stmt.expr, before);
      case "declare":
        for (const declaration of stmt.declarations) if (declaration.init) this.gets(stmt, { span: declaration.init.span, expr: declaration.init, stmt });
        return;
      case "return":
        if (stmt.value) this.gets(stmt, { span: stmt.value.span, expr: stmt.value, stmt });
        return this.jump(stmt);
      case "goto": return this.jump(stmt);
      case "if": case "while": case "do": {
        const target: Target = { span: stmt.test.span, expr: stmt.test, stmt };
        this.gets(stmt, target);
        const { from, to } = stmt.test.span;
        this.add("negate", target, [{ from, to: from, text: "!(" }, { from: to, to, text: ")" }], `the condition ${this.said(stmt.test.span)} is turned round`);
        if (stmt.kind === "if") {
          this.statement(stmt.then, null);
          if (stmt.else) this.statement(stmt.else, null);
        } else this.statement(stmt.body, null);
        return;
      }
      case "for": case "macro-block": return this.statement(stmt.body, null);
      default: return;
    }
  }

  /** Calls and stores that stand for themselves. */
  private effect(stmt: Stmt, expr: Expr, before: Stmt | null): void {
    const target: Target = { span: stmt.span, expr, stmt };
    const name = expr.kind === "call" && expr.callee.kind === "name" ? expr.callee.name : "";
    const stores = expr.kind === "assign" && expr.target.kind !== "name";
    const counts = expr.kind === "unary" && (expr.op === "++" || expr.op === "--") && expr.operand.kind !== "name";
    if (WATCHES.test(name) || !(stores || counts || expr.kind === "call")) return;
    if ((UNLOCK.has(name) || UNLOCKS.has(name)) && this.unlock(target, expr, name)) return;
    this.add("drop", target, [this.without(stmt.span)], `${this.said(stmt.span)} is left out`);
    if (!ENDS.test(name)) return;
    const again = oneLine(this.unit.text.slice(stmt.span.from, stmt.span.to));
    this.add("repeat", target, [{ from: stmt.span.to, to: stmt.span.to, text: ` ${again}` }], `${this.said(stmt.span)} happens twice`);
    if (before && ["expr", "if", "while", "do", "for", "macro-block", "block"].includes(before.kind)) {
      this.add("early", target, [{ from: before.span.from, to: before.span.from, text: `${again} ` }, this.without(stmt.span)], `${this.said(stmt.span)} happens before ${this.said(before.span)}`);
    }
  }

  /** A lock goes with all its unlocks in the function: the code runs, without its protection. False when they are not both here. */
  private unlock(target: Target, expr: Expr, name: string): boolean {
    if (expr.kind !== "call") return false;
    const lock = this.args(expr.args);
    const same = eachStatement(this.fn.body ?? []).filter((stmt) => {
      const call = stmt.kind === "expr" && stmt.expr.kind === "call" && stmt.expr.callee.kind === "name" ? stmt.expr : null;
      return call !== null && this.args(call.args).split(",")[0] === lock.split(",")[0];
    });
    const called = (stmt: Stmt): string => (stmt.kind === "expr" && stmt.expr.kind === "call" && stmt.expr.callee.kind === "name" ? stmt.expr.callee.name : "");
    const pair = UNLOCK.has(name) ? [name, UNLOCK.get(name)] : [...UNLOCK].find(([take, give]) => give === name && same.some((stmt) => called(stmt) === take)) ?? [];
    const all = same.filter((stmt) => pair.includes(called(stmt)));
    if (!all.some((stmt) => called(stmt) === pair[0]) || !all.some((stmt) => called(stmt) === pair[1])) return false;
    this.add("unlock", target, all.map((stmt) => this.without(stmt.span)), `${pair[0] ?? ""}(${lock}) and its unlock are left out`);
    return true;
  }

  /** `return` and `goto`, where something follows them. */
  private jump(stmt: Stmt): void {
    const last = this.fn.body?.at(-1);
    if (last === stmt) return;
    this.add("drop", { span: stmt.span, expr: stmt.kind === "return" ? stmt.value : null, stmt }, [this.without(stmt.span)], `${this.said(stmt.span)} is left out`);
  }

  private gets(stmt: Stmt, target: Target): void {
    eachExpression([target.expr ? { kind: "expr", expr: target.expr, span: target.span } : stmt], (expr) => {
      const plain = expr.kind === "call" && expr.callee.kind === "name" ? PLAIN_GET.get(expr.callee.name) : undefined;
      if (expr.kind !== "call" || !plain) return;
      const text = plain(this.args(expr.args)) + lineEnds(this.unit.text, expr.span);
      this.add("plain-get", { span: expr.span, expr, stmt }, [{ from: expr.span.from, to: expr.span.to, text }], `${this.said(expr.span)} does not ask whether the count is 0`);
    });
  }

  private add(kind: MutantKind, target: Target, changes: readonly Omit<Splice, "path">[], title: string): void {
    const { path } = this.unit;
    const first = positionAt(this.unit.starts, target.span.from).line;
    const last = positionAt(this.unit.starts, Math.max(target.span.from, target.span.to - 1)).line;
    const lines: number[] = [];
    for (let line = first; line <= last; line++) if (this.wanted.has(line)) lines.push(line);
    if (lines.length === 0) return;
    const splices = changes.map((change): Splice => ({ path, ...change })).sort((a, b) => a.from - b.from);
    this.mutants.push({
      id: `${path}:${String(target.span.from)}:${kind}`, kind, function: this.fn.name, path, lines, from: target.span.from, to: target.span.to,
      whatIf: { name: `${kind} at ${this.fn.name}():${String(first)}`, title, edits: [], splices },
      probe: this.probe(target),
    });
  }

  /** A report that is made when a run comes here. */
  private probe({ expr, stmt }: Target): Splice {
    const report = `__report("warn", "reached")`;
    const span = expr?.span ?? stmt.span;
    const text = oneLine(this.unit.text.slice(span.from, span.to)) + lineEnds(this.unit.text, span);
    return { path: this.unit.path, from: span.from, to: span.to, text: expr ? `(${report}, ${text})` : `{ ${report}; ${text} }` };
  }

  private without(span: Span): Omit<Splice, "path"> {
    return { from: span.from, to: span.to, text: `;${lineEnds(this.unit.text, span)}` };
  }

  private args(args: readonly Arg[]): string {
    const [first, last] = [args[0], args.at(-1)];
    return first && last ? oneLine(this.unit.text.slice(first.span.from, last.span.to)) : "";
  }

  private said(span: Span): string {
    const text = oneLine(this.unit.text.slice(span.from, span.to)).replace(/;$/, "");
    return text.length > 60 ? `${text.slice(0, 59)}…` : text;
  }
}
