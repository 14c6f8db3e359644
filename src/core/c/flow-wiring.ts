// The nodes and edges of a control flow graph while it is built: jumps, labels, and what scopes give back on the way.
import type { Span } from "./ast.js";
import type { FlowCondition, FlowEdge, FlowNode, ScopeRelease } from "./flow-types.js";

/** An edge that does not know yet where it leads. */
export interface Pending {
  readonly from: number;
  readonly when: FlowCondition | null;
}

/** What the open scopes hold, innermost first. */
export interface Chain {
  readonly id: number;
  readonly depth: number;
  readonly release: ScopeRelease;
  readonly outer: Chain | null;
}

/** Where jumps meet: the scopes that are open there, and the release nodes made so far on the ways to it. */
export interface JumpTarget {
  chain: Chain | null;
  readonly pending: Pending[];
  /** By the chain that is open in front of the release: every jump out of the same scopes shares the releases. */
  readonly releases: Map<number, number>;
}

export type NodeFields = Omit<FlowNode, "id" | "next" | "previous">;

interface Label {
  readonly target: JumpTarget;
  readonly waiting: { readonly pending: readonly Pending[]; readonly chain: Chain | null }[];
  /** -1 until the label is met. */
  node: number;
}

const EMPTY: Omit<NodeFields, "kind" | "span"> = { expr: null, declaration: null, macro: null, release: null, holds: null, label: "", readable: true };

export class Wiring {
  readonly entry: number;
  readonly exit: number;
  readonly exitTarget: JumpTarget = { chain: null, pending: [], releases: new Map() };
  private readonly made: { readonly fields: NodeFields; readonly next: FlowEdge[]; readonly previous: Set<number> }[] = [];
  private readonly labels = new Map<string, Label>();
  private readonly unseen: number[] = [];
  private chains = 0;

  constructor(span: Span) {
    this.entry = this.add({ kind: "entry", span: { ...span, to: span.from } });
    this.exit = this.add({ kind: "exit", span: { from: span.to, to: span.to, line: span.line } });
  }

  add(fields: Partial<NodeFields> & Pick<NodeFields, "kind" | "span">): number {
    this.made.push({ fields: { ...EMPTY, ...fields }, next: [], previous: new Set() });
    return this.made.length - 1;
  }

  connect(pending: readonly Pending[], to: number): void {
    for (const { from, when } of pending) {
      this.made[from]?.next.push({ to, when });
      this.made[to]?.previous.add(from);
    }
  }

  link(release: ScopeRelease, outer: Chain | null): Chain {
    return { id: this.chains++, depth: (outer?.depth ?? 0) + 1, release, outer };
  }

  /** Leads to a target out of the scopes of `chain`; each scope that is left gives back what it holds, the innermost first. */
  jump(pending: readonly Pending[], chain: Chain | null, target: JumpTarget): void {
    if (pending.length === 0) return;
    const until = commonChain(chain, target.chain);
    let at = pending;
    for (let open = chain; open !== until && open !== null; open = open.outer) {
      const known = target.releases.get(open.id);
      const node = known ?? this.add({ kind: "release", span: open.release.span, release: open.release });
      this.connect(at, node);
      if (known !== undefined) return;
      target.releases.set(open.id, node);
      at = [{ from: node, when: null }];
    }
    append(target.pending, at);
  }

  label(name: string, span: Span, pending: readonly Pending[], chain: Chain | null): number {
    const label = this.labelOf(name);
    const node = this.add({ kind: "join", span, label: name });
    this.connect(pending, node);
    // The first of two labels with one name is the one that jumps go to; C has no such text.
    if (label.node < 0) {
      label.node = node;
      label.target.chain = chain;
    }
    return node;
  }

  goTo(name: string, pending: readonly Pending[], chain: Chain | null): void {
    this.labelOf(name).waiting.push({ pending, chain });
  }

  /** The node stands for code that is not shown: control may come from there to every label, and may leave. */
  markUnseen(node: number): void {
    this.unseen.push(node);
  }

  /** Connects what waited: jumps to labels, ways to the exit, code that is not shown. */
  finish(): void {
    const lost: Pending[] = [];
    for (const { target, waiting, node } of this.labels.values()) {
      for (const { pending, chain } of waiting) {
        if (node >= 0) this.jump(pending, chain, target);
        else lost.push(...pending);
      }
      if (node >= 0) this.connect(target.pending, node);
    }
    this.connect(this.exitTarget.pending, this.exit);
    if (this.unseen.length === 0 && lost.length === 0) return;
    // A label that is not shown is elsewhere too.
    const elsewhere = this.add({ kind: "elsewhere", span: this.made[this.exit]?.fields.span ?? { from: 0, to: 0, line: 1 } });
    this.connect(lost, elsewhere);
    for (const node of this.unseen) this.connect([{ from: node, when: null }], elsewhere);
    const back: Pending[] = [{ from: elsewhere, when: null }];
    for (const node of this.unseen) this.connect(back, node);
    for (const { node } of this.labels.values()) if (node >= 0) this.connect(back, node);
    this.connect(back, this.exit);
  }

  nodes(): FlowNode[] {
    return this.made.map(({ fields, next, previous }, id) => ({ ...fields, id, next, previous: [...previous] }));
  }

  private labelOf(name: string): Label {
    const known = this.labels.get(name);
    if (known !== undefined) return known;
    const label: Label = { target: { chain: null, pending: [], releases: new Map() }, waiting: [], node: -1 };
    this.labels.set(name, label);
    return label;
  }
}

/** Adds to a list that may be long: a call with as many arguments could overflow the stack. */
export function append(list: Pending[], more: readonly Pending[]): void {
  for (const one of more) list.push(one);
}

function commonChain(a: Chain | null, b: Chain | null): Chain | null {
  let left = a;
  let right = b;
  while (left !== right) {
    if ((left?.depth ?? 0) >= (right?.depth ?? 0)) left = left?.outer ?? null;
    else right = right?.outer ?? null;
  }
  return left;
}
