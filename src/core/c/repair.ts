// Keeps an error small: finds the statement that cannot be read and puts a marker in its place, so that the rest of the function parses.
import type { Span } from "./ast.js";
import type { Token } from "./scan.js";
import { matchBrackets, scanStretch } from "./scan.js";
import type { Composed, TreeNode } from "./tree.js";
import { sourceOffset } from "./tree.js";

/** A function with more broken statements than this is left as the parser recovered it. */
const MAX_REPAIRS = 16;
/** So many statements of one function are tried by themselves; each costs a parse of its own. */
const MAX_TRIALS = 500;

export interface Repaired {
  readonly composed: Composed;
  readonly root: TreeNode | null;
  /** What the markers stand for, by their number. */
  readonly broken: readonly Pick<Span, "from" | "to">[];
}

/** The name of the made-up statement that stands for text that could not be read. */
export function brokenMarker(index: number): string {
  return `__lifeline_broken_${index}__`;
}

/** Which broken text a name stands for; -1 when it is an ordinary name. */
export function brokenOfMarker(name: string): number {
  const found = /^__lifeline_broken_(\d+)__$/.exec(name);
  return found === null ? -1 : Number(found[1]);
}

/** Parses, and where that fails inside a body, parses again without the statements that fail on their own too. */
export function parseWithRepair(composed: Composed, parse: (text: string) => TreeNode | null): Repaired {
  const root = parse(composed.text);
  if (root === null || !root.bad) return { composed, root, broken: [] };
  const errors = errorRanges(root);
  const tokens = scanStretch(composed.text, { from: 0, to: composed.text.length, afterGap: false }).tokens;
  const match = matchBrackets(tokens);
  const culprits: { from: number; to: number }[] = [];
  let trials = 0;
  for (const segment of segmentsOf(tokens, match)) {
    if (culprits.length >= MAX_REPAIRS || trials >= MAX_TRIALS) break;
    const from = tokens[segment.first]?.from ?? 0;
    const to = tokens[segment.end - 1]?.to ?? from;
    if (!errors.some((error) => error.from <= to && error.to >= from)) continue;
    trials++;
    if (readsAlone(composed.text.slice(from, to), parse)) continue;
    culprits.push(extent(tokens, match, segment));
  }
  if (culprits.length === 0) return { composed, root, broken: [] };
  const broken: { from: number; to: number }[] = [];
  let repaired = composed;
  for (const culprit of culprits.filter((one, index) => culprits.every((other, place) => place === index || one.from < other.from || one.to > other.to)).reverse()) {
    broken.push({ from: sourceOffset(composed, culprit.from), to: sourceOffset(composed, culprit.to - 1) + 1 });
    repaired = replaceRange(repaired, culprit.from, culprit.to, `${brokenMarker(broken.length - 1)};`);
  }
  const again = parse(repaired.text);
  return again === null ? { composed, root, broken: [] } : { composed: repaired, root: again, broken };
}

interface Segment { readonly first: number; readonly end: number }

/** The simple statements and the heads of compound ones, in the body of the one function that the text holds. */
function segmentsOf(tokens: readonly Token[], match: Int32Array): Segment[] {
  const body = tokens.findIndex((token, index) => token.text === "{" && tokens[index - 1]?.text === ")");
  const segments: Segment[] = [];
  if (body < 0) return segments;
  let first = body + 1;
  for (let index = body + 1; index < tokens.length; index++) {
    const text = tokens[index]?.text;
    const partner = match[index] ?? -1;
    if ((text === "(" || text === "[") && partner > index) index = partner;
    else if (text === "{" && partner > index && (tokens[index - 1]?.text === "=" || tokens[index - 1]?.text === ",")) index = partner;
    else if (text === ";") {
      segments.push({ first, end: index + 1 });
      first = index + 1;
    } else if (text === "{" || text === "}") {
      if (index > first) segments.push({ first, end: index });
      first = index + 1;
    }
  }
  return segments.filter((segment) => segment.end > segment.first);
}

/** True when the text is a statement, or becomes one with the `;` or the `if` that its neighbors hold. */
function readsAlone(text: string, parse: (text: string) => TreeNode | null): boolean {
  const plain = text.replace(/^\s*else\b/, "");
  if (plain.trim() === "" || /^\s*(do|while\s*\(.*\)\s*;)\s*$/s.test(plain)) return true;
  const root = parse(`void f(void) { ${plain}${plain.trimEnd().endsWith(";") ? "" : ";"} }`);
  return root !== null && !root.bad;
}

/** A broken head takes its block with it, and the `else` branches behind it. */
function extent(tokens: readonly Token[], match: Int32Array, segment: Segment): { from: number; to: number } {
  let end = segment.end;
  while (tokens[end]?.text === "{" && (match[end] ?? -1) > end) {
    end = (match[end] ?? end) + 1;
    if (tokens[end]?.text !== "else") break;
    while (end < tokens.length && tokens[end]?.text !== "{" && tokens[end]?.text !== ";") end++;
    if (tokens[end]?.text === ";") end++;
  }
  let first = segment.first;
  // A label or a case in front of the broken text stays.
  for (let index = segment.first; index + 1 < segment.end; index++) {
    if (tokens[index]?.text === "?") break;
    if (tokens[index]?.text === ":" && (tokens[index - 1]?.kind === "word" || tokens[index - 1]?.kind === "number")) first = index + 1;
  }
  return { from: tokens[first]?.from ?? 0, to: tokens[end - 1]?.to ?? 0 };
}

function errorRanges(root: TreeNode): { from: number; to: number }[] {
  const ranges: { from: number; to: number }[] = [];
  const look = (node: TreeNode): void => {
    if (!node.bad) return;
    const below = node.children.filter((child) => child.bad);
    if (node.type === "ERROR" || below.length === 0) ranges.push({ from: node.from, to: node.to });
    else below.forEach(look);
  };
  look(root);
  return ranges;
}

function replaceRange(composed: Composed, from: number, to: number, madeUp: string): Composed {
  const pieces: { at: number; length: number; source: number }[] = [];
  for (const piece of composed.pieces) {
    const end = piece.at + piece.length;
    if (piece.at < from) pieces.push({ ...piece, length: Math.min(end, from) - piece.at });
    if (end > to) {
      const start = Math.max(piece.at, to);
      pieces.push({ at: start - to + from + madeUp.length, length: end - start, source: piece.source + start - piece.at });
    }
  }
  return { text: composed.text.slice(0, from) + madeUp + composed.text.slice(to), pieces };
}
