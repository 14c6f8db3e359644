// Partial functions: trims what a gap cut off and works out which braces the missing lines must have held.
import type { Token } from "./scan.js";

/** The tokens of one known part of a function: first, and one past the last. */
export interface Part {
  readonly tokens: readonly Token[];
  readonly match: Int32Array;
  readonly first: number;
  readonly end: number;
}

export interface TrimmedPart {
  readonly part: Part;
  /** Made-up text that must stand before the part: `if (…)` for a condition that the gap cut. */
  readonly before: string;
  /** Tokens that were dropped at either end. */
  readonly dropped: readonly { readonly from: number; readonly to: number }[];
}

/** Drops the rest of a statement that began in the gap before the part. `marker` is the gap's made-up statement. */
export function trimStart(part: Part, marker: string): TrimmedPart {
  const { tokens, match } = part;
  let first = part.first;
  let before = "";
  if (!mayStartStatement(tokens[first])) {
    while (first < part.end && !["{", "}", ";"].includes(tokens[first]?.text ?? ";")) first++;
    if (tokens[first]?.text === ";") first++;
  } else for (let index = part.first; index < part.end; index++) {
    const text = tokens[index]?.text;
    const partner = match[index] ?? -1;
    if (partner > index) {
      index = partner;
      continue;
    }
    if (text === "{" || text === "}" || text === ";") break;
    if (text !== ")" || partner >= 0) continue;
    // A parenthesis closes here that was opened in the gap: the statement around it is not readable.
    let after = index + 1;
    while (after < part.end && !["{", ";", "}"].includes(tokens[after]?.text ?? ";")) after++;
    const stop = tokens[after]?.text;
    first = Math.min(part.end, stop === ";" ? after + 1 : after);
    if (stop === "{") before = `if (${marker}) `;
    break;
  }
  if (tokens[first]?.text === "else" && first < part.end) before = `if (${marker}) ${marker}; `;
  else if (before === "" && elseFollowsFirst(tokens, match, first, part.end)) before = `if (${marker}) `;
  return { part: { ...part, first }, before, dropped: droppedRange(tokens, part.first, first) };
}

/** Drops the beginning of a statement that ends in the gap after the part; a head such as `if (x)` or `else` stays. */
export function trimEnd(part: Part): TrimmedPart {
  const { tokens, match } = part;
  let limit = part.end;
  for (let index = part.first; index < part.end; index++) {
    const text = tokens[index]?.text;
    const partner = match[index] ?? -1;
    if ((text === "(" || text === "[") && (partner < 0 || partner >= part.end)) {
      limit = index;
      break;
    }
  }
  // The same for an initializer that the gap cuts.
  const initializer = tokens.findIndex((token, index) => index >= part.first && index < limit && token.text === "{" && tokens[index - 1]?.text === "=" && !isClosed(match, index, part.end));
  if (initializer >= 0) limit = initializer;
  let end = limit;
  while (end > part.first && !isTerminator(tokens, match, part.first, end - 1)) end--;
  if (limit === part.end && isStatementHead(tokens, match, end, part.end)) end = part.end;
  return { part: { ...part, end }, before: "", dropped: droppedRange(tokens, end, part.end) };
}

/** Braces of a part: those that close what was opened before it, and how many it leaves open. */
export function braceBalance(part: Part): { readonly closers: readonly number[]; readonly opens: number } {
  const closers: number[] = [];
  let opens = 0;
  for (let index = part.first; index < part.end; index++) {
    const text = part.tokens[index]?.text;
    if (text === "{") opens++;
    else if (text === "}" && opens > 0) opens--;
    else if (text === "}") closers.push(index);
  }
  return { closers, opens };
}

/** What must have opened the block that `closer` ends, judged by what follows it. */
export function openerFor(part: Part, closer: number, marker: string): string {
  const next = part.tokens[closer + 1];
  if (next === undefined || closer + 1 >= part.end) return "{ ";
  if (next.text === "else") return `if (${marker}) { `;
  if (next.text === "while") {
    const close = part.match[closer + 2] ?? -1;
    if (close >= 0 && part.tokens[close + 1]?.text === ";") return "do { ";
  }
  return "{ ";
}

function isClosed(match: Int32Array, index: number, end: number): boolean {
  const partner = match[index] ?? -1;
  return partner >= 0 && partner < end;
}

/** False for what can only go on with a statement: an operator, a string, a designator. */
function mayStartStatement(token: Token | undefined): boolean {
  if (token === undefined) return true;
  if (token.kind === "mark") return ["{", "}", ";", "(", "*", "+", "-", "!", "~", ")"].includes(token.text);
  return token.kind !== "string";
}

/** True when the part begins with a plain statement and an `else` right behind it: the `if` is in the gap. */
function elseFollowsFirst(tokens: readonly Token[], match: Int32Array, first: number, end: number): boolean {
  if (["if", "for", "while", "do", "switch", "else"].includes(tokens[first]?.text ?? "")) return false;
  for (let index = first; index < end; index++) {
    const text = tokens[index]?.text;
    const partner = match[index] ?? -1;
    if (text === "(" && partner > index) index = partner;
    else if (text === "{" || text === "}") return false;
    else if (text === ";") return tokens[index + 1]?.text === "else" && index + 1 < end;
  }
  return false;
}

function isTerminator(tokens: readonly Token[], match: Int32Array, first: number, index: number): boolean {
  const text = tokens[index]?.text;
  if (text === "{" || text === "}") return true;
  if (text === ";") return !insideParentheses(tokens, match, first, index);
  return text === ":" && tokens[index - 1]?.kind === "word" && !insideConditional(tokens, first, index);
}

function insideParentheses(tokens: readonly Token[], match: Int32Array, first: number, index: number): boolean {
  for (let open = index; open >= first; open--) {
    const partner = match[open] ?? -1;
    if (tokens[open]?.text === "(" && partner > index) return true;
    if (tokens[open]?.text === "{") return false;
  }
  return false;
}

/** A colon after a word is a label or a case, unless a `?` waits for it. */
function insideConditional(tokens: readonly Token[], first: number, index: number): boolean {
  for (let back = index - 1; back >= first; back--) {
    const text = tokens[back]?.text;
    if (text === "?") return true;
    if (text === ";" || text === "{" || text === "}") return false;
  }
  return false;
}

function isStatementHead(tokens: readonly Token[], match: Int32Array, from: number, end: number): boolean {
  let at = from;
  while (at < end) {
    const text = tokens[at]?.text;
    if (text === "else" || text === "do") {
      at++;
      continue;
    }
    if (text !== "if" && text !== "while" && text !== "for" && text !== "switch") return false;
    const close = match[at + 1] ?? -1;
    if (close < 0 || close >= end) return false;
    at = close + 1;
  }
  return from < end;
}

function droppedRange(tokens: readonly Token[], first: number, end: number): { from: number; to: number }[] {
  const head = tokens[first];
  const tail = tokens[end - 1];
  return head === undefined || tail === undefined || end <= first ? [] : [{ from: head.from, to: tail.to }];
}
