// Splits the tokens of one stretch of known lines into top-level items, and finds the fragment that it may begin with.
import type { Token } from "./scan.js";

export interface Item {
  /** Tokens of the item: first, and one past the last. */
  readonly first: number;
  readonly end: number;
  /**
   * "function" has a body; "macro-function" is `NAME(…) { … }` without a return type; "macro-call" is `NAME(…);`;
   * "other" is every declaration; "stray" is nothing that C allows here.
   */
  readonly shape: "function" | "macro-function" | "macro-call" | "other" | "stray";
  /** The `{` of the body, of the members or of the initializer; -1 when there is none. */
  readonly brace: number;
  /** False when the stretch ends inside the item. */
  readonly complete: boolean;
}

/** What a stretch after a gap begins with, before its first own item. */
export interface Head {
  readonly end: number;
  /**
   * "body" ends with the brace that closes a function; "braced" closes a struct or an initializer; "signature" goes on
   * with the `{` of a function whose first lines are in the gap (`end` is that brace); "open" reaches the end of the stretch;
   * "loose" is cut off by the next item and belongs nowhere.
   */
  readonly kind: "body" | "braced" | "signature" | "open" | "loose";
}

export interface StretchItems {
  readonly head: Head | null;
  readonly items: readonly Item[];
}

/** `kernelStyle`: a closing brace in the first column ends an item even when braces do not match. */
export function splitItems(tokens: readonly Token[], match: Int32Array, afterGap: boolean, kernelStyle: boolean): StretchItems {
  const head = afterGap ? findHead(tokens) : null;
  let at = head === null ? 0 : head.kind === "signature" ? signatureEnd(tokens, match, head.end) : head.end;
  const items: Item[] = [];
  while (at < tokens.length) {
    const item = readItem(tokens, match, at, kernelStyle);
    items.push(item);
    at = Math.max(item.end, at + 1);
  }
  return { head, items };
}

/** The brace that closes a function, when `brace` has no partner: the next one in the first column. -1 when there is none. */
export function closingBrace(tokens: readonly Token[], match: Int32Array, brace: number, kernelStyle: boolean): number {
  const partner = match[brace] ?? -1;
  if (partner >= 0 || !kernelStyle) return partner;
  return tokens.findIndex((token, index) => index > brace && token.text === "}" && token.atMargin);
}

/** The word before the parameter list that ends in front of the body; "" when there is none. */
export function nameBefore(tokens: readonly Token[], item: Item, match: Int32Array): string {
  const open = match[item.brace - 1] ?? -1;
  const name = tokens[open - 1];
  return name?.kind === "word" ? name.text : "";
}

function findHead(tokens: readonly Token[]): Head | null {
  for (const [index, token] of tokens.entries()) {
    if (!token.atMargin) continue;
    if (token.text === "}") {
      const next = tokens[index + 1];
      if (next === undefined || next.atMargin || next.kind === "mark" && next.text !== ";") return { end: index + 1, kind: "body" };
      const semicolon = tokens.findIndex((later, place) => place > index && later.text === ";");
      return { end: semicolon < 0 ? tokens.length : semicolon + 1, kind: "braced" };
    }
    if (token.text === "{") return { end: index, kind: "signature" };
    if (token.kind !== "word") continue;
    if (tokens[index + 1]?.text === ":") continue;
    return index === 0 ? null : { end: index, kind: "loose" };
  }
  return tokens.length === 0 ? null : { end: tokens.length, kind: "open" };
}

/** One past the body that opens at `brace`. */
function signatureEnd(tokens: readonly Token[], match: Int32Array, brace: number): number {
  const close = closingBrace(tokens, match, brace, true);
  return close < 0 ? tokens.length : close + 1;
}

function readItem(tokens: readonly Token[], match: Int32Array, first: number, kernelStyle: boolean): Item {
  let brace = -1;
  let assigned = false;
  let at = first;
  while (at < tokens.length) {
    const token = tokens[at];
    if (token === undefined) break;
    if (token.text === ";") return { first, end: at + 1, shape: isMacroCall(tokens, match, first, at) ? "macro-call" : "other", brace, complete: true };
    if (token.text === "=") assigned = true;
    if (token.text === "(" || token.text === "[") {
      const close = match[at] ?? -1;
      if (close < 0) return { first, end: resume(tokens, at + 1, kernelStyle), shape: "other", brace, complete: false };
      at = close + 1;
      const next = tokens[at];
      if (next !== undefined && next.atMargin && next.text !== "{" && next.text !== ";" && isMacroCall(tokens, match, first, at)) {
        return { first, end: at, shape: "macro-call", brace, complete: true };
      }
      continue;
    }
    if (token.text === "{") {
      brace = at;
      const close = closingBrace(tokens, match, at, kernelStyle);
      const isFunction = !assigned && tokens[at - 1]?.text === ")" && at > first;
      const shape = isFunction ? (tokens[first + 1]?.text === "(" ? "macro-function" : "function") : "other";
      if (close < 0) return { first, end: tokens.length, shape, brace, complete: false };
      at = close + 1;
      if (isFunction) return { first, end: at, shape, brace, complete: true };
      continue;
    }
    if (token.text === "}" || token.text === ")") return { first, end: at + 1, shape: "stray", brace, complete: true };
    at++;
  }
  return { first, end: tokens.length, shape: "other", brace, complete: false };
}

/** Where reading goes on after an item that is broken: at the next word in the first column. */
function resume(tokens: readonly Token[], from: number, kernelStyle: boolean): number {
  if (!kernelStyle) return tokens.length;
  for (let index = from; index < tokens.length; index++) if (tokens[index]?.atMargin === true && tokens[index]?.kind === "word") return index;
  return tokens.length;
}

/** True for `[static] NAME(…)` and nothing more between `first` and `end`. */
function isMacroCall(tokens: readonly Token[], match: Int32Array, first: number, end: number): boolean {
  let at = first;
  while (["static", "const", "extern", "inline"].includes(tokens[at]?.text ?? "")) at++;
  return tokens[at]?.kind === "word" && tokens[at + 1]?.text === "(" && match[at + 1] === end - 1;
}
