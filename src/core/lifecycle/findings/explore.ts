// Walks the paths of one function and lets the rules look at each.
import type { TypeRef } from "../../c/ast.js";
import { flowOf } from "../../c/flow.js";
import type { FlowGraph, FlowNode } from "../../c/flow-types.js";
import { API, LOCK_CALLS } from "../api.js";
import type { Code, CodeFunction } from "../code.js";
import { visit } from "../visit.js";
import { assume } from "./assume.js";
import { releaseQuietly } from "./calls.js";
import { own } from "./rows.js";
import { Interpreter } from "./interpreter.js";
import type { Exit, FunctionContext, RawFinding, Rule } from "./rule.js";
import { LOOP, NEGATIVE, rootOf, State, VALID, ZERO } from "./state.js";
import type { Summary } from "./summary.js";
import { summarize, unknownSummary } from "./summary.js";
import { looksOnly, undoes } from "./values.js";
import type { Counted } from "./wrong-lock.js";

/** A function is left after so many steps: what was found until then stands, what was not is not missed loudly. */
const MAX_STEPS = 4_000;
/** The same limit for what is copied and compared on the way: a path through a long function knows much. */
const MAX_WORK = 400_000;
/** Macros that read the next entry out of the last one (linux/list.h). */
const WALKS_ENTRIES = /^h?list_for_each_entry(_reverse|_continue|_from)?$/;
/** Macros that hold a reference to the entry that they are at (linux/of.h, linux/of_graph.h, linux/property.h, linux/pci.h). */
const HOLDS_ENTRY = /^(for_each_(available_)?child_of_node|for_each_(node_by_name|node_by_type|node_with_property|compatible_node|matching_node|matching_node_and_match|endpoint_of_node|of_cpu_node)|(device|fwnode)_for_each_(available_)?child_node|fwnode_graph_for_each_endpoint|for_each_pci_dev)$/;
/** Types that have no values below zero. */
const UNSIGNED = /^(size_t|u(8|16|32|64|int|long|short)|uint\d+_t|bool|__u\d+|gfp_t|.*\bunsigned\b.*)$/;
/** A path goes so often through one node: twice round a loop says all that these rules can see. */
const MAX_VISITS = 2;
/** States that are kept for one node, to pass over those that are known. */
const MAX_STATES = 120;

export interface Explored {
  readonly findings: readonly RawFinding[];
  /** Calls on counts, and objects that are freed, for the rules that compare functions. */
  readonly counted: readonly Counted[];
  readonly frees: readonly { readonly where: CodeFunction; readonly id: string; readonly label: string }[];
  readonly summary: Summary;
  /** False where lines are missing or could not be read, or where the paths were too many. */
  readonly complete: boolean;
}

export function exploreFunction(code: Code, where: CodeFunction, rules: readonly Rule[], summaryOf: (name: string) => Summary | null): Explored {
  if (!isAboutLifetimes(code, where)) return { findings: [], counted: [], frees: [], summary: unknownSummary(where.fn.params.length, callsUndo(code, where)), complete: where.fn.whole };
  const graph = flowOf(where.fn);
  if (graph === null) return { findings: [], counted: [], frees: [], summary: unknownSummary(where.fn.params.length, true), complete: false };
  const findings: RawFinding[] = [];
  const counted: Counted[] = [];
  const frees: { where: CodeFunction; id: string; label: string }[] = [];
  const ctx: FunctionContext = {
    code, where,
    report: (finding) => void findings.push(finding),
    counted: (one) => void counted.push(one),
    freed: (id, label) => void frees.push({ where, id, label }),
  };
  const walk = new Walk(graph, new Interpreter(ctx, rules, localsOf(graph), summaryOf));
  const isAll = walk.run();
  for (const rule of rules) rule.exits?.(ctx, walk.exits);
  const complete = isAll && graph.complete;
  return { findings, counted, frees, summary: summarize(where.fn.params.map((param) => param.name), walk.exits, complete, callsUndo(code, where)), complete };
}

/** False for a function that makes no lifetime call, takes no lock and calls no other function of the patch: nothing can be found there. */
function isAboutLifetimes(code: Code, where: CodeFunction): boolean {
  let found = false;
  visit(where.fn.body ?? [], {
    stmt: (stmt) => void (found ||= stmt.kind === "macro-block" && HOLDS_ENTRY.test(stmt.macro)),
    expr: (expr) => {
      if (found || expr.kind !== "call" || expr.callee.kind !== "name") return;
      const { name } = expr.callee;
      found = API.has(name) || LOCK_CALLS.has(name) || (code.byName.get(name)?.fn.body ?? null) !== null;
    },
  });
  return found;
}

/** True for a function that calls one that is not shown and may give back anything, by its name. */
function callsUndo(code: Code, where: CodeFunction): boolean {
  let found = false;
  visit(where.fn.body ?? [], {
    expr: (expr) => {
      if (found || expr.kind !== "call") return;
      const name = expr.callee.kind === "name" ? expr.callee.name : expr.callee.kind === "member" ? expr.callee.field : "";
      found = !API.has(name) && !LOCK_CALLS.has(name) && (code.byName.get(name)?.fn.body ?? null) === null && !looksOnly(name) && undoes(name);
    },
  });
  return found;
}

/** Variables that live in the function; static ones outlive it. */
function localsOf(graph: FlowGraph): Map<string, TypeRef> {
  return new Map(graph.nodes.flatMap((node): [string, TypeRef][] => (node.declaration === null || node.declaration.isStatic ? [] : [[node.declaration.name, node.declaration.type]])));
}

interface Point {
  readonly state: State;
  readonly node: number;
}

class Walk {
  readonly exits: Exit[] = [];
  private readonly known = new Map<number, Set<string>>();
  private readonly pointers: boolean;

  constructor(private readonly graph: FlowGraph, private readonly on: Interpreter) {
    this.pointers = graph.fn.returns.pointers > 0;
  }

  /** False when the steps were not enough. */
  run(): boolean {
    const start = State.start();
    for (const { name, type } of this.graph.fn.params) if (type.pointers === 0 && UNSIGNED.test(type.name)) start.bits.set(`p:${name};`, ZERO | VALID);
    const open: Point[] = [{ state: start, node: this.graph.entry }];
    let work = 0;
    for (let steps = 0; steps < MAX_STEPS && work < MAX_WORK; steps++) {
      const point = open.pop();
      if (point === undefined) return true;
      const node = this.graph.nodes[point.node];
      if (node === undefined || !this.enters(point.state, node)) continue;
      work += point.state.size;
      this.step(point.state, node, open);
    }
    return false;
  }

  /** False for what has been here before: the same path too often, or another path that knew the same. */
  private enters(state: State, node: FlowNode): boolean {
    if (node.previous.length < 2) return true;
    const visits = (state.visits.get(node.id) ?? 0) + 1;
    if (visits > MAX_VISITS) return false;
    state.visits.set(node.id, visits);
    if (visits > 1) state.startRound();
    // A jump back to a label tries again with something new; which variables are set anew is more than paths can tell.
    if (visits > 1 && node.label !== "") state.forget();
    state.prune();
    const known = this.known.get(node.id) ?? new Set<string>();
    const key = state.key();
    if (known.has(key) || known.size >= MAX_STATES) return false;
    known.add(key);
    this.known.set(node.id, known);
    return true;
  }

  private step(state: State, node: FlowNode, open: Point[]): void {
    const { on } = this;
    on.begin(node.kind === "test" ? node.expr : null);
    if (!node.readable || node.kind === "elsewhere" || this.isAlternative(node)) state.forget();
    else this.run1(state, node);
    if (node.kind === "exit") return this.leave(state, node);
    const ways = node.next.map((edge) => ({ edge, state: node.next.length > 1 ? state.copy() : state }));
    const conditions = node.next.flatMap(({ when }) => when ?? []);
    const points: Point[] = [];
    for (const way of ways) {
      if (way.edge.when !== null && node.readable) {
        if (way.edge.when.kind === "macro") {
          this.iterate(way.state, node, way.edge.when.enters);
          way.state.note(way.edge.when.enters ? "true" : "false", node.span, LOOP);
        }
        else if (!assume(on, way.state, way.edge.when, conditions)) continue;
        if (way.edge.when.kind === "truth") way.state.note(way.edge.when.truth ? "true" : "false", node.span, "");
      }
      points.push({ state: way.state, node: way.edge.to });
    }
    // The way that comes first in the text is walked first.
    for (const point of points.reverse()) open.push(point);
  }

  /** True behind `#else`: what ran before it was compiled instead of it, and not together with it. */
  private isAlternative({ span }: FlowNode): boolean {
    const { file, fn } = this.on.where;
    return file.unit.alternatives.some(({ from, to }) => from > fn.span.from && span.from >= from && span.to <= to && span.to > span.from);
  }

  private run1(state: State, node: FlowNode): void {
    const { on } = this;
    switch (node.kind) {
      case "declare": {
        if (node.declaration === null) return;
        const { declaration } = node;
        if (node.expr !== null) {
          const value = node.expr.kind === "init" ? on.fresh(state, node.expr.span) : on.valueOf(state, node.expr);
          if (node.expr.kind === "init") on.valueOf(state, node.expr);
          on.store(state, declaration.name, value, declaration.span);
        } else if (!declaration.isStatic) state.env.set(declaration.name, on.fresh(state, declaration.span));
        return;
      }
      case "release": {
        const { release } = node;
        if (release?.kind === "cleanup") releaseQuietly(state, state.env.get(release.declaration.name) ?? "");
        return;
      }
      case "return": {
        if (node.expr === null) return state.note("returned", node.span, "");
        const value = on.valueOf(state, node.expr);
        state.returned = value;
        if (this.pointers && (state.bitsOf(value) & VALID) !== 0) {
          for (const rule of on.rules) rule.returned?.(on.ctx, { state, id: rootOf(value), span: node.span, label: on.textOf(node.expr.span) });
        }
        state.note("returned", node.span, rootOf(value));
        return;
      }
      default:
        if (node.expr !== null && node.holds === null) on.valueOf(state, node.expr, node.kind === "expr");
        if (node.macro !== null) for (const arg of node.macro.args) if (arg.kind !== "type") on.valueOf(state, arg);
    }
  }

  /** One more entry of an iterating macro, or none: its variable is a new value each time. */
  private iterate(state: State, node: FlowNode, enters: boolean): void {
    const { on } = this;
    const name = node.macro?.name ?? "";
    // The way to the next entry is read in the last one.
    const last = node.macro?.args[0];
    if (WALKS_ENTRIES.test(name) && last?.kind === "name") {
      const value = state.env.get(last.name) ?? "";
      if (on.cursors.has(value) && /^kv?free(_sensitive)?$/.test(state.subject(value).gone?.call ?? "")) on.use(state, value, node.span, last.name);
    }
    const isBehindParent = /child|endpoint|_port_of_|_of_cell/.test(name);
    for (const [index, arg] of (node.macro?.args ?? []).entries()) {
      if (arg.kind !== "name" || !on.isLocal(arg.name)) continue;
      if (isBehindParent && index === 0) continue;
      const isCursor = index === (isBehindParent ? 1 : 0) || (index === 1 && name.includes("_safe"));
      const old = state.env.get(arg.name);
      const { owned, escaped, gone } = state.subject(rootOf(old ?? ""));
      // What the function made is gone through, not gone through with: `for_each_sgtable_sg(table, entry, i)`.
      if (owned !== null && !escaped && gone === null && !on.cursors.has(rootOf(old ?? "")) && !/^(h?list|klist|llist)_/.test(name)) continue;
      if (old !== undefined) state.escape(old);
      if (!isCursor) {
        // Some macros have their variable in another place (idr_for_each_entry, xa_for_each); nothing is said of it from here on.
        state.env.set(arg.name, on.fresh(state, arg.span, NEGATIVE | ZERO | VALID));
        continue;
      }
      const cursor = on.fresh(state, arg.span, enters ? VALID : NEGATIVE | ZERO | VALID);
      on.cursors.add(cursor);
      state.env.set(arg.name, cursor);
      const taken = enters && isCursor && HOLDS_ENTRY.test(name) ? API.get("of_get_next_child")?.find((row) => row.target === "result") : undefined;
      if (taken !== undefined) own(state, cursor, { row: { ...taken, call: name }, span: node.span, label: arg.name, only: null });
    }
  }

  private leave(state: State, node: FlowNode): void {
    const value = state.returned;
    const bits = value === null ? -1 : state.bitsOf(value);
    // `if (ret) return ret;` says no more than that it is not zero.
    const failed = bits === NEGATIVE || (this.pointers ? bits === ZERO : bits === (NEGATIVE | VALID) && value?.startsWith("s:") === true);
    const span = lastReturn(state) ?? { ...node.span, from: Math.max(node.span.from - 1, 0), line: this.graph.fn.span.line };
    const left = state.copy();
    // What is returned is the caller's.
    if (value !== null) left.returned = value;
    const root = value === null ? "" : rootOf(value);
    this.exits.push({ state: value === null || state.subject(root).owned === null || root !== value ? escaped(left, value) : left, span, bits, failed });
  }
}

function escaped(state: State, value: string | null): State {
  if (value !== null) state.escape(value);
  return state;
}

function lastReturn(state: State): FlowNode["span"] | null {
  return state.trail?.note === "returned" ? state.trail.span : null;
}
