// The kernel's list iterators as plain loops (include/linux/list.h): one step for each link that is loaded.
import type { Arg, Expr, Span, Stmt } from "../../c/ast.js";

type MacroBlock = Extract<Stmt, { kind: "macro-block" }>;
type Expand = (stmt: MacroBlock) => Stmt | null;

const name = (text: string, span: Span): Expr => ({ kind: "name", name: text, span });
const assign = (target: Expr, value: Expr): Expr => ({ kind: "assign", op: "=", target, value, span: target.span });
const field = (object: Expr, member: string, arrow: boolean): Expr => ({ kind: "member", object, field: member, arrow, span: object.span, fieldSpan: object.span });
const addressOf = (operand: Expr): Expr => ({ kind: "unary", op: "&", postfix: false, operand, span: operand.span });
const entry = (node: Expr, like: Expr, member: Expr): Expr => ({ kind: "call", callee: name("__entry", node.span), args: [node, like, member], span: node.span });
/** Said to be what it is: a list that no visible line declares has its type from here. */
const as = (struct: string, operand: Expr): Expr => ({ kind: "cast", type: { tag: "struct", name: struct, pointers: 1, arrays: [] }, operand, span: operand.span });
const linkOf = (node: Expr, link: string): Expr => field(as("list_head", addressOf(node)), link, true);
const comma = (left: Expr, right: Expr): Expr => ({ kind: "comma", left, right, span: left.span });
const differ = (left: Expr, right: Expr): Expr => ({ kind: "binary", op: "!=", left, right, span: left.span });

function loop(stmt: MacroBlock, init: Expr | null, test: Expr, step: Expr): Stmt {
  return { kind: "for", init: init ? { kind: "expr", expr: init, span: stmt.headSpan } : null, test, step, body: stmt.body, span: stmt.span };
}

const expr = (arg: Arg | undefined): Expr | null => (arg && arg.kind !== "type" ? arg : null);

/** Over entries: `from` says where it begins. */
const entries = (link: "next" | "prev", from: "head" | "after" | "here"): Expand => (stmt) => {
  const [pos, head, member] = [expr(stmt.args[0]), expr(stmt.args[1]), expr(stmt.args[2])];
  if (!pos || !head || !member || member.kind !== "name") return null;
  const node = field(pos, member.name, true);
  const next = assign(pos, entry(linkOf(node, link), pos, member));
  const init = from === "head" ? assign(pos, entry(field(as("list_head", head), link, true), pos, member)) : from === "after" ? next : null;
  return loop(stmt, init, differ(addressOf(node), head), next);
};

/** The same with the next entry read before the body runs. */
const safeEntries = (link: "next" | "prev", from: "head" | "after" | "here"): Expand => (stmt) => {
  const [pos, ahead, head, member] = [expr(stmt.args[0]), expr(stmt.args[1]), expr(stmt.args[2]), expr(stmt.args[3])];
  if (!pos || !ahead || !head || !member || member.kind !== "name") return null;
  const node = field(pos, member.name, true);
  const readAhead = assign(ahead, entry(linkOf(node, link), pos, member));
  const begin = from === "head" ? field(as("list_head", head), link, true) : from === "after" ? linkOf(node, link) : null;
  const init = begin === null ? readAhead : comma(assign(pos, entry(begin, pos, member)), readAhead);
  const step = comma(assign(pos, ahead), assign(ahead, entry(linkOf(field(ahead, member.name, true), link), ahead, member)));
  return loop(stmt, init, differ(addressOf(node), head), step);
};

const nodes = (link: "next" | "prev", from: "head" | "after" = "head"): Expand => (stmt) => {
  const [pos, head] = [expr(stmt.args[0]), expr(stmt.args[1])];
  if (!pos || !head) return null;
  return loop(stmt, assign(pos, field(from === "head" ? as("list_head", head) : pos, link, true)), differ(pos, head), assign(pos, field(pos, link, true)));
};

const safeNodes = (link: "next" | "prev"): Expand => (stmt) => {
  const [pos, ahead, head] = [expr(stmt.args[0]), expr(stmt.args[1]), expr(stmt.args[2])];
  if (!pos || !ahead || !head) return null;
  const init = comma(assign(pos, field(as("list_head", head), link, true)), assign(ahead, field(pos, link, true)));
  return loop(stmt, init, differ(pos, head), comma(assign(pos, ahead), assign(ahead, field(pos, link, true))));
};

/** NULL stays NULL: an entry is computed only from a node that is there, which is loaded once. */
const hashEntry = (node: Expr, pos: Expr, member: Expr): Expr => {
  const { span } = node;
  const loaded = name("__loaded", span);
  const type = { tag: "struct", name: "hlist_node", pointers: 1, arrays: [] } as const;
  const value: Expr = { kind: "conditional", test: loaded, then: entry(loaded, pos, member), else: zero(span), span };
  return { kind: "block-value", body: [{ kind: "declare", declarations: [{ name: "__loaded", type, init: node, isStatic: false, isExtern: false, span }], span }, { kind: "expr", expr: value, span }], span };
};

/** Goes on behind an entry, or at it. */
const moreHashEntries = (from: "after" | "here"): Expand => (stmt) => {
  const [pos, member] = [expr(stmt.args[0]), expr(stmt.args[1])];
  if (!pos || !member || member.kind !== "name") return null;
  const next = assign(pos, hashEntry(field(field(pos, member.name, true), "next", false), pos, member));
  return loop(stmt, from === "after" ? next : null, pos, next);
};

const hashEntries: Expand = (stmt) => {
  const [pos, head, member] = [expr(stmt.args[0]), expr(stmt.args[1]), expr(stmt.args[2])];
  if (!pos || !head || !member || member.kind !== "name") return null;
  return loop(stmt, assign(pos, hashEntry(field(as("hlist_head", head), "first", true), pos, member)), pos, assign(pos, hashEntry(field(field(pos, member.name, true), "next", false), pos, member)));
};

const safeHashEntries: Expand = (stmt) => {
  const [pos, ahead, head, member] = [expr(stmt.args[0]), expr(stmt.args[1]), expr(stmt.args[2]), expr(stmt.args[3])];
  if (!pos || !ahead || !head || !member || member.kind !== "name") return null;
  const readAhead: Expr = { kind: "conditional", test: pos, then: comma(assign(ahead, field(field(pos, member.name, true), "next", false)), { kind: "number", value: 1, text: "1", span: pos.span }), else: { kind: "number", value: 0, text: "0", span: pos.span }, span: pos.span };
  return loop(stmt, assign(pos, hashEntry(field(as("hlist_head", head), "first", true), pos, member)), readAhead, assign(pos, hashEntry(ahead, pos, member)));
};

const call = (callee: string, args: readonly Arg[], span: Span): Expr => ({ kind: "call", callee: name(callee, span), args, span });
const zero = (span: Span): Expr => ({ kind: "number", value: 0, text: "0", span });
const one = (span: Span): Expr => ({ kind: "number", value: 1, text: "1", span });

/** Entries under numbers, in their order: `next` gives the lowest number in use from one on, `find` what it leads to. */
const numbered = (next: string, find: string, order: "entry-first" | "index-first"): Expand => (stmt) => {
  const container = expr(stmt.args[0]);
  const [entry, index] = order === "entry-first" ? [expr(stmt.args[1]), expr(stmt.args[2])] : [expr(stmt.args[2]), expr(stmt.args[1])];
  if (!container || !entry || !index) return null;
  const look = comma(assign(index, call(next, [container, index], stmt.headSpan)), assign(entry, call(find, [container, index], stmt.headSpan)));
  return loop(stmt, assign(index, zero(stmt.headSpan)), look, { kind: "unary", op: "++", postfix: false, operand: index, span: index.span });
};

/** Over a chain that a pointer leads to, NULL at its end (include/linux/llist.h). */
const chain: Expand = (stmt) => {
  const [pos, first] = [expr(stmt.args[0]), expr(stmt.args[1])];
  return pos && first ? loop(stmt, assign(pos, as("llist_node", first)), pos, assign(pos, field(pos, "next", true))) : null;
};

const safeChain: Expand = (stmt) => {
  const [pos, ahead, first] = [expr(stmt.args[0]), expr(stmt.args[1]), expr(stmt.args[2])];
  if (!pos || !ahead || !first) return null;
  const readAhead: Expr = { kind: "conditional", test: pos, then: comma(assign(ahead, field(pos, "next", true)), one(pos.span)), else: zero(pos.span), span: pos.span };
  return loop(stmt, assign(pos, as("llist_node", first)), readAhead, assign(pos, ahead));
};

/** As the kernel does: what would be around NULL is computed, and told by the address of its member. */
const chainEntries = (safe: boolean): Expand => (stmt) => {
  const [pos, ahead, first, member] = safe ? stmt.args.map(expr) : [expr(stmt.args[0]), null, expr(stmt.args[1]), expr(stmt.args[2])];
  if (!pos || !first || !member || member.kind !== "name" || (safe && !ahead)) return null;
  const next = entry(field(field(pos, member.name, true), "next", false), pos, member);
  const isThere = differ(as("llist_node", addressOf(field(pos, member.name, true))), as("llist_node", zero(pos.span)));
  const init = assign(pos, entry(as("llist_node", first), pos, member));
  if (!ahead) return loop(stmt, init, isThere, assign(pos, next));
  const readAhead: Expr = { kind: "conditional", test: isThere, then: comma(assign(ahead, next), one(pos.span)), else: zero(pos.span), span: pos.span };
  return loop(stmt, init, readAhead, assign(pos, ahead));
};

/** Over the numbers of bits that are set, or clear. */
const bits = (find: string): Expand => (stmt) => {
  const [bit, addr, size] = [expr(stmt.args[0]), expr(stmt.args[1]), expr(stmt.args[2])];
  if (!bit || !addr || !size) return null;
  const found = (from: Expr): Expr => assign(bit, call(find, [addr, size, from], stmt.headSpan));
  const more: Expr = { kind: "binary", op: "<", left: bit, right: size, span: bit.span };
  return loop(stmt, found(zero(bit.span)), more, found({ kind: "binary", op: "+", left: bit, right: one(bit.span), span: bit.span }));
};

const singleNodes: Expand = (stmt) => {
  const [pos, head] = [expr(stmt.args[0]), expr(stmt.args[1])];
  if (!pos || !head) return null;
  return loop(stmt, assign(pos, field(as("hlist_head", head), "first", true)), pos, assign(pos, field(pos, "next", true)));
};

/** By the macro's name. */
export const LOOPS: ReadonlyMap<string, Expand> = new Map<string, Expand>([
  ["list_for_each_entry", entries("next", "head")], ["list_for_each_entry_rcu", entries("next", "head")], ["list_for_each_entry_lockless", entries("next", "head")],
  ["list_for_each_entry_srcu", entries("next", "head")], ["list_for_each_entry_reverse", entries("prev", "head")],
  ["list_for_each_entry_continue", entries("next", "after")], ["list_for_each_entry_continue_rcu", entries("next", "after")], ["list_for_each_entry_continue_reverse", entries("prev", "after")],
  ["list_for_each_entry_from", entries("next", "here")], ["list_for_each_entry_from_reverse", entries("prev", "here")],
  ["list_for_each_entry_safe", safeEntries("next", "head")], ["list_for_each_entry_safe_reverse", safeEntries("prev", "head")], ["list_for_each_entry_safe_from", safeEntries("next", "here")],
  ["list_for_each", nodes("next")], ["list_for_each_rcu", nodes("next")], ["list_for_each_prev", nodes("prev")], ["list_for_each_safe", safeNodes("next")],
  ["list_for_each_prev_safe", safeNodes("prev")], ["list_for_each_continue", nodes("next", "after")], ["list_for_each_entry_safe_continue", safeEntries("next", "after")],
  ["list_for_each_entry_from_rcu", entries("next", "here")], ["hlist_for_each_entry_continue", moreHashEntries("after")], ["hlist_for_each_entry_from", moreHashEntries("here")],
  ["xa_for_each", numbered("xa_next_index", "xa_load", "index-first")], ["idr_for_each_entry", numbered("idr_next_index", "idr_find", "entry-first")],
  ["llist_for_each", chain], ["llist_for_each_safe", safeChain], ["llist_for_each_entry", chainEntries(false)], ["llist_for_each_entry_safe", chainEntries(true)],
  ["for_each_set_bit", bits("find_next_bit")], ["for_each_clear_bit", bits("find_next_zero_bit")],
  ["hlist_for_each", singleNodes], ["hlist_for_each_entry", hashEntries], ["hlist_for_each_entry_rcu", hashEntries], ["hlist_for_each_entry_safe", safeHashEntries],
]);
