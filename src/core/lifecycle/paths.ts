// What one function does to objects of one struct on each way through it: its control flow, with calls that failed left out.
import type { Assumption } from "../c/assumptions.js";
import { assumptionOf } from "../c/assumptions.js";
import type { Expr, Span } from "../c/ast.js";
import { flowOf } from "../c/flow.js";
import type { FlowGraph, FlowNode } from "../c/flow-types.js";
import { evaluate } from "../c/walk.js";
import type { CodeFunction } from "./code.js";
import type { LifeEvent, StructLife } from "./events.js";
import { classOf } from "./events.js";
import type { CallFact, Fact } from "./facts.js";
import type { Values } from "./values.js";
import { ANY, ERROR, GOOD, nameOf, valueOf, valuesOf, ZERO } from "./values.js";

export interface Path {
  readonly events: readonly LifeEvent[];
  /** What the function gives back on this way: kinds of `Values`. */
  readonly result: Values;
  /** The way of an error, by what is given back; false where nothing tells. */
  readonly isError: boolean;
  /** The way of success, by what is given back; false where nothing tells. */
  readonly isSuccess: boolean;
  /** True when the way leads through lines that are not shown or could not be read. */
  readonly unseen: boolean;
  /** True when the way comes to a label from lines that are not shown. */
  readonly isJumped: boolean;
  /** Where it returns; null where it ends without a `return`. */
  readonly returns: Span | null;
  /** Calls whose own result is what the function gives back: its caller's test says whether they failed. */
  readonly decides: readonly Fact[];
}

/** So many states of a function are looked at; one with more is cut. Real functions stay far below. */
const MAX_STATES = 6000;
/** And so many calls on the ways to them: what a state costs grows with the calls before it. Real functions stay below a tenth of it. */
const MAX_WORK = 400_000;
/** Of a function that is followed from its callers, so many ways are told apart. */
const MAX_VARIANTS = 12;
/** Helpers that call helpers are followed this deep. */
const MAX_DEPTH = 6;

interface Item { readonly at: number; readonly fact: Fact | null; readonly call: CallFact | null }

interface State {
  readonly node: number;
  readonly events: readonly LifeEvent[];
  /** Calls whose result is in a variable (or in the test, under "@offset") and not yet judged. */
  readonly pending: ReadonlyMap<string, readonly Fact[]>;
  readonly known: ReadonlyMap<string, Values>;
  readonly unseen: boolean;
  readonly isJumped: boolean;
  /** The return that the way has come to. */
  readonly returns: Span | null;
  /** True when the object could not be made, so that nothing more happens to it. */
  readonly failed: boolean;
}

/** Finds the ways through functions; each function is looked at once. */
export class PathReader {
  private readonly known = new Map<CodeFunction, readonly Path[]>();
  private readonly open = new Set<CodeFunction>();
  private readonly facts = new Map<CodeFunction, Item[]>();

  constructor(private readonly life: StructLife) {
    const add = (where: CodeFunction, item: Item): void => {
      const items = this.facts.get(where);
      if (items === undefined) this.facts.set(where, [item]);
      else items.push(item);
    };
    for (const fact of life.facts.facts) if (fact.place.struct === life.struct && classOf(life.code, fact) !== null) add(fact.where, { at: fact.span.from, fact, call: null });
    for (const call of life.facts.calls) if (this.follows(call) !== null) add(call.where, { at: call.span.from, fact: null, call });
  }

  /** The ways through a function that differ in what they do; none for a function that does nothing to the struct. */
  pathsOf(where: CodeFunction): readonly Path[] {
    const known = this.known.get(where);
    if (known !== undefined) return known;
    const items = this.facts.get(where) ?? [];
    if (items.length === 0 || this.open.has(where) || this.open.size > MAX_DEPTH) return [];
    this.open.add(where);
    const flow = flowOf(where.fn);
    const paths = flow === null ? [] : new FunctionWalk(this, this.life, where, flow, items).paths();
    this.open.delete(where);
    // What was met on the way into a recursion is not the whole of it.
    if (this.open.size === 0 || paths.length > 0) this.known.set(where, paths);
    return paths;
  }

  /** How a call of a function of the patch is followed; null when it is not. */
  follows(call: CallFact): "helper" | "maker" | null {
    if (this.life.helpers.has(call.callee)) return "helper";
    return call.result.some((place) => place.struct === this.life.struct) && !this.life.counted.has(call.callee) ? "maker" : null;
  }
}

class FunctionWalk {
  private readonly itemsOf = new Map<number, Item[]>();
  private readonly tracked = new Set<string>();
  private readonly text: string;

  constructor(private readonly reader: PathReader, private readonly life: StructLife, private readonly where: CodeFunction, private readonly flow: FlowGraph, items: readonly Item[]) {
    this.text = where.file.text;
    const nodes = new NodeIndex(flow.nodes.filter((node) => node.expr !== null || node.macro !== null));
    for (const item of items) {
      const cleanup = item.fact !== null && item.fact.at !== item.fact.span.from;
      const hits = cleanup
        ? flow.nodes.filter((node) => node.release?.kind === "cleanup" && node.release.span.from === item.at)
        : nodes.at(item.at);
      for (const node of hits) this.itemsOf.set(node.id, [...(this.itemsOf.get(node.id) ?? []), item]);
      const target = item.fact === null && item.call === null ? undefined : this.targetOf(hits[0], item.at);
      if (target !== undefined) this.tracked.add(target);
    }
    for (const node of flow.nodes) if (node.kind === "return" && node.expr?.kind === "name") this.tracked.add(node.expr.name);
    if (where.fn.missing.tail) RESULT_NAMES.forEach((name) => this.tracked.add(name));
  }

  paths(): Path[] {
    const start: State = { node: this.flow.entry, events: [], pending: new Map(), known: new Map(), unseen: false, isJumped: false, returns: null, failed: false };
    const seen = new Set<string>();
    const ahead: State[] = [start];
    const found = new Map<string, Path>();
    let longest = start;
    let work = 0;
    for (let state = ahead.pop(); state !== undefined && seen.size < MAX_STATES && work < MAX_WORK; state = ahead.pop()) {
      work += 1 + state.events.length;
      const key = keyOf(state);
      if (seen.has(key)) continue;
      seen.add(key);
      if (state.events.length > longest.events.length) longest = state;
      const node = this.flow.nodes[state.node];
      if (node === undefined) continue;
      // The result is worked out where the function returns; the scopes that end behind it only add events.
      if (node.id === this.flow.exit) {
        const result = state.known.get(RESULT) ?? this.unseenResult(state);
        const path: Path = { events: state.events, result, isError: this.isError(result), isSuccess: this.isSuccess(result), unseen: state.unseen, isJumped: state.isJumped, returns: state.returns, decides: state.pending.get(RESULT) ?? [] };
        found.set(`${eventsKey(state.events)} ${result} ${state.unseen} ${state.isJumped} ${state.returns?.from ?? ""}`, path);
        continue;
      }
      for (const after of this.through(node, state)) for (const edge of [...node.next].reverse()) {
        const next = this.take(after, edge.to, assumptionOf(edge.when));
        if (next !== null) ahead.push(next);
      }
    }
    // A thread's function may never end.
    return found.size > 0 ? [...found.values()] : [{ events: longest.events, result: ANY, isError: false, isSuccess: false, unseen: longest.unseen, isJumped: longest.isJumped, returns: null, decides: [] }];
  }

  /** Where the `return` is not shown: an error that the variable holds which such functions give back. */
  private unseenResult(state: State): Values {
    return this.where.fn.missing.tail && RESULT_NAMES.some((name) => state.known.get(name) === ERROR) ? ERROR : ANY;
  }

  /** The state behind a node; more than one where a followed function has more than one way. */
  private through(node: FlowNode, state: State): State[] {
    if (node.kind === "gap" || node.kind === "unknown" || node.kind === "elsewhere") return [{ ...state, unseen: true, isJumped: state.isJumped || node.kind === "elsewhere" }];
    let states: State[] = [state];
    for (const item of this.itemsOf.get(node.id) ?? []) states = states.flatMap((one) => (item.fact !== null ? [this.addFact(one, node, item.fact)] : item.call !== null ? this.addCall(one, node, item.call) : [one]));
    const assigned = assignments(node);
    if (assigned.length === 0 && node.kind !== "return") return states;
    return states.map((one) => {
      const known = new Map(one.known);
      const pending = new Map(one.pending);
      for (const { name, value, at } of assigned) {
        if (!this.tracked.has(name) && !name.startsWith("handed ")) continue;
        // A call that this node makes has said already what its result is.
        const made = one.known.get(`@${at}`);
        if (made === undefined && pending.get(name)?.some((fact) => fact.span.from === at) !== true) pending.delete(name);
        known.set(name, made ?? valueOf(value, known));
        known.delete(`@${at}`);
      }
      if (node.kind === "return") {
        const made = node.expr === null ? undefined : one.known.get(`@${node.expr.span.from}`);
        known.set(RESULT, made ?? (node.expr === null ? ANY : valueOf(node.expr, known)));
        const decides = node.expr === null ? undefined : (pending.get(`@${node.expr.span.from}`) ?? pending.get(nameOf(node.expr)));
        if (decides !== undefined) pending.set(RESULT, decides);
      }
      return { ...one, known, pending, returns: node.kind === "return" ? node.span : one.returns };
    });
  }

  private addFact(state: State, node: FlowNode, fact: Fact): State {
    if (state.failed || (fact.at !== fact.span.from && this.isHandedOn(state, fact))) return state;
    // A loop does not tell the same call twice.
    if (state.events.some((event) => event.fact === fact)) return state;
    const kind = classOf(this.life.code, fact);
    if (kind === null) return state;
    const event: LifeEvent = { class: kind, fact, via: null, context: false };
    const key = this.targetOf(node, fact.span.from) ?? `@${fact.span.from}`;
    const pending = new Map(state.pending).set(key, [...(state.pending.get(key) ?? []).filter((one) => one.span.from === fact.span.from), fact]);
    const known = fact.row.target === "result" ? new Map(state.known).set(`@${fact.span.from}`, possibleResults(fact)) : state.known;
    return { ...state, events: [...state.events, event], pending, known };
  }

  private addCall(state: State, node: FlowNode, call: CallFact): State[] {
    const callee = this.life.code.byName.get(call.callee);
    const how = this.reader.follows(call);
    if (callee === undefined || how === null || state.failed) return [state];
    const ways = this.reader.pathsOf(callee).slice(0, MAX_VARIANTS);
    if (ways.length === 0) return [state];
    const key = this.targetOf(node, call.span.from);
    return ways.map((way) => {
      const added = way.events.filter((event) => !state.events.some((one) => one.fact === event.fact))
        .map((event): LifeEvent => (how === "helper" ? { ...event, via: event.via ?? callee } : { ...event, context: true }));
      const known = new Map(state.known).set(`@${call.span.from}`, way.result);
      if (key !== undefined) known.set(key, way.result);
      const pending = new Map(state.pending);
      if (way.decides.length > 0) pending.set(key ?? `@${call.span.from}`, way.decides);
      const failed = how === "maker" && way.isError;
      return { ...state, events: [...state.events, ...added], known, pending, unseen: state.unseen || way.unseen, isJumped: state.isJumped || way.isJumped, failed };
    });
  }

  /** Follows an edge; null when what is known says that it cannot be taken. */
  private take(state: State, to: number, assumption: Assumption | null): State | null {
    const next: State = { ...state, node: to };
    if (assumption === null) return next;
    const { subject } = assumption;
    const values = valuesOf(assumption.holds);
    const name = nameOf(subject);
    const keys = [name, `@${subject.span.from}`, ...(assumption.assigned === null ? [] : [`@${assumption.assigned.span.from}`])];
    const known = new Map(state.known);
    const pending = new Map(state.pending);
    let { events, failed } = state;
    for (const key of keys) {
      const before = known.get(key);
      if (before !== undefined && (before & values) === 0) return null;
      if (before !== undefined || this.tracked.has(key) || (key !== "" && values === ERROR)) known.set(key, (before ?? ANY) & values);
      const facts = pending.get(key);
      if (facts === undefined) continue;
      pending.delete(key);
      for (const fact of facts) {
        const went = outcomeOf(fact, values);
        if (went === "failed") {
          events = events.filter((event) => event.fact !== fact);
          if (classOf(this.life.code, fact) === "alloc") failed = true;
        } else if (went !== null) events = events.map((event) => (event.fact === fact ? { ...event, isLast: went === "last" } : event));
      }
    }
    return { ...next, known, pending, events, failed };
  }

  /** `no_free_ptr(p)` takes the variable out of the hands of its scope; so does an allocation that failed. */
  private isHandedOn(state: State, fact: Fact): boolean {
    return state.known.get(`handed ${this.text.slice(fact.span.from, fact.span.to).split(/[\s=]/)[0]?.replace(/^\*+/, "") ?? ""}`) !== undefined;
  }

  private targetOf(node: FlowNode | undefined, at: number): string | undefined {
    if (node === undefined) return undefined;
    return assignments(node).find((one) => one.at === at)?.name;
  }

  /** By the convention of the function's own type: NULL and error pointers, or numbers that are not zero. */
  private isError(result: Values): boolean {
    const { returns } = this.where.fn;
    if (returns.name === "void" && returns.pointers === 0) return false;
    if (returns.pointers > 0) return (result & GOOD) === 0;
    if (returns.name === "bool") return result === ZERO;
    return (result & ZERO) === 0 && (result & ERROR) !== 0;
  }

  private isSuccess(result: Values): boolean {
    const { returns } = this.where.fn;
    return returns.pointers > 0 || returns.name === "bool" ? result === GOOD : (result & ERROR) === 0;
  }
}

/** Finds the node that evaluates what stands at an offset. */
class NodeIndex {
  private readonly sorted: readonly FlowNode[];

  constructor(nodes: readonly FlowNode[]) {
    this.sorted = [...nodes].sort((a, b) => a.span.from - b.span.from || a.id - b.id);
  }

  /** The first made of the nodes around an offset; none where there is none. */
  at(offset: number): FlowNode[] {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.sorted[middle]?.span.from ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    const around = this.sorted.slice(Math.max(0, low - MAX_NESTED), low)
      .filter(({ span, expr }) => offset < span.to && (expr === null || (expr.span.from <= offset && offset < expr.span.to)));
    return around.sort((a, b) => a.id - b.id).slice(0, 1);
  }
}

/** Nodes lie inside each other where a macro has a body or a value has statements; so many that begin before an offset are looked at. */
const MAX_NESTED = 200;

/** What kernel code calls the variable that it returns (Documentation/process/coding-style.rst, section 7). */
const RESULT_NAMES = ["ret", "rc", "err", "error", "retval", "result", "r"];

/** Where the value of a `return` is kept until the exit. */
const RESULT = "return";

/** Assignments to variables and members that a node makes, in the order of their evaluation. `at` is where a call begins that gives the value. */
function assignments(node: FlowNode): { readonly name: string; readonly value: Expr | null; readonly at: number }[] {
  const found: { name: string; value: Expr | null; at: number }[] = [];
  if (node.expr !== null) {
    evaluate(node.expr, (expr) => {
      if (expr.kind === "assign") found.push({ name: nameOf(expr.target), value: expr.op === "=" ? expr.value : null, at: stripped(expr.value).span.from });
      else if (expr.kind === "unary" && (expr.op === "++" || expr.op === "--")) found.push({ name: nameOf(expr.operand), value: null, at: -1 });
      else if (expr.kind === "call" && expr.callee.kind === "name" && (expr.callee.name === "no_free_ptr" || expr.callee.name === "return_ptr")) {
        const first = expr.args[0];
        if (first !== undefined && first.kind === "name") found.push({ name: `handed ${first.name}`, value: null, at: -1 });
      }
    });
  }
  if (node.declaration !== null && node.expr !== null) found.push({ name: node.declaration.name, value: node.expr, at: stripped(node.expr).span.from });
  return found;
}

function stripped(expr: Expr): Expr {
  return expr.kind === "cast" ? stripped(expr.operand) : expr;
}

/** What a call that gives an object back can give; numbers can be anything. */
function possibleResults(fact: Fact): Values {
  if (fact.row.kind === "id" || fact.row.kind === "irq") return ANY;
  return fact.row.fails === "null" ? ZERO | GOOD : fact.row.fails === "error-pointer" ? ERROR | GOOD : ANY;
}

/** What the value of a call's result says about the call; null when it says nothing. */
function outcomeOf(fact: Fact, values: Values): "failed" | "last" | "not-last" | null {
  const { row } = fact;
  if (row.tellsLast) return (values & ZERO) === 0 ? "last" : values === ZERO ? "not-last" : null;
  if (row.keepsOnFailure) return null;
  switch (row.fails) {
    case "null": return (values & GOOD) === 0 ? "failed" : null;
    case "error-pointer": return values === ERROR ? "failed" : null;
    case "false": return values === ZERO ? "failed" : null;
    case "status": return (values & ZERO) === 0 && values !== GOOD ? "failed" : null;
    case null: return null;
  }
}

function eventsKey(events: readonly LifeEvent[]): string {
  return events.map((event) => `${event.fact.where.fn.name}:${event.fact.span.from}:${event.fact.row.effect}:${event.isLast ?? ""}${event.context ? "c" : ""}`).join(",");
}

function keyOf(state: State): string {
  const pending = [...state.pending.keys()].sort().join(",");
  const known = [...state.known].map(([name, values]) => `${name}=${values}`).sort().join(",");
  return `${state.node}|${eventsKey(state.events)}|${pending}|${known}|${state.unseen}${state.isJumped}${state.failed}${state.returns?.from ?? ""}`;
}
