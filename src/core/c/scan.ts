// The first look at C text: tokens, comments and preprocessor lines, with every stretch of known lines on its own.

/** A run of text whose lines are all known; offsets into the whole text. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  /** True when unknown lines stand before the stretch, so that it may begin inside a function or a comment. */
  readonly afterGap: boolean;
}

export interface Token {
  readonly kind: "word" | "number" | "string" | "mark";
  /** A string's text is its first character only. */
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** True for the first token of a line that stands in the line's first column. */
  readonly atMargin: boolean;
}

/** One preprocessor line, with its continuation lines. */
export interface Directive {
  readonly name: string;
  /** What follows the directive's name, continuations joined, comments removed, trimmed. */
  readonly rest: string;
  readonly from: number;
  readonly to: number;
  /** How many tokens of the stretch stand before it. */
  readonly tokensBefore: number;
}

export interface Scan {
  readonly tokens: readonly Token[];
  readonly directives: readonly Directive[];
  /** Comments, to be blanked; a comment that began or ends in a gap included. */
  readonly comments: readonly { readonly from: number; readonly to: number }[];
}

/** Reads the tokens of one stretch. Text that is no C at all gives tokens too: nothing is refused here. */
export function scanStretch(text: string, stretch: Stretch): Scan {
  const tokens: Token[] = [];
  const directives: Directive[] = [];
  const comments: { from: number; to: number }[] = [];
  const end = stretch.to;
  let at = stretch.from;
  let lineStart = at;
  let onlyBlanks = true;

  const headEnd = stretch.afterGap ? commentTail(text, stretch) : -1;
  if (headEnd > 0) {
    comments.push({ from: at, to: headEnd });
    at = headEnd;
    lineStart = text.lastIndexOf("\n", at - 1) + 1;
  }

  while (at < end) {
    const code = text.charCodeAt(at);
    if (code === 10) {
      at++;
      lineStart = at;
      onlyBlanks = true;
      continue;
    }
    if (code === 32 || code === 9 || code === 13 || code === 12) {
      at++;
      continue;
    }
    if (code === 47 && (text.charCodeAt(at + 1) === 42 || text.charCodeAt(at + 1) === 47)) {
      const to = commentEnd(text, at, end);
      comments.push({ from: at, to });
      at = to;
      continue;
    }
    if (code === 35 && onlyBlanks) {
      const to = directiveEnd(text, at, end);
      directives.push(readDirective(text, at, to, tokens.length));
      at = to;
      continue;
    }
    const atMargin = onlyBlanks && at === lineStart;
    onlyBlanks = false;
    const to = tokenEnd(text, at, end, code);
    if (isWordStart(code)) tokens.push({ kind: "word", text: text.slice(at, to), from: at, to, atMargin });
    else if (code >= 48 && code <= 57) tokens.push({ kind: "number", text: text.slice(at, to), from: at, to, atMargin });
    else if (code === 34 || code === 39) tokens.push({ kind: "string", text: text.charAt(at), from: at, to, atMargin });
    else tokens.push({ kind: "mark", text: text.slice(at, to), from: at, to, atMargin });
    at = to;
  }
  return { tokens, directives, comments };
}

/**
 * For each bracket token, the index of its partner, or -1. A brace closes everything that was opened inside it, so
 * that one lost parenthesis does not spoil a function.
 */
export function matchBrackets(tokens: readonly Token[]): Int32Array {
  const match = new Int32Array(tokens.length).fill(-1);
  const open: number[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== "mark") continue;
    if (token.text === "(" || token.text === "[" || token.text === "{") {
      open.push(index);
      continue;
    }
    const partner = token.text === ")" ? "(" : token.text === "]" ? "[" : token.text === "}" ? "{" : "";
    if (partner === "") continue;
    let depth = open.length - 1;
    if (partner === "{") while (depth >= 0 && tokens[open[depth] ?? 0]?.text !== "{") depth--;
    const candidate = depth >= 0 ? open[depth] : undefined;
    if (candidate === undefined || tokens[candidate]?.text !== partner) continue;
    open.length = depth;
    match[candidate] = index;
    match[index] = candidate;
  }
  return match;
}

export function isWordStart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code > 127;
}

function isWordPart(code: number): boolean {
  return isWordStart(code) || (code >= 48 && code <= 57);
}

function tokenEnd(text: string, at: number, end: number, code: number): number {
  let to = at + 1;
  if (isWordStart(code)) {
    while (to < end && isWordPart(text.charCodeAt(to))) to++;
    return to;
  }
  if (code >= 48 && code <= 57) {
    while (to < end && (isWordPart(text.charCodeAt(to)) || (text.charCodeAt(to) === 46 && text.charCodeAt(to + 1) !== 46))) to++;
    return to;
  }
  if (code === 34 || code === 39) {
    // A string ends with its line even when its quote is lost.
    while (to < end) {
      const next = text.charCodeAt(to);
      if (next === 10) return to;
      if (next === code) return to + 1;
      to += next === 92 && text.charCodeAt(to + 1) !== 10 ? 2 : 1;
      if (next === 92 && text.charCodeAt(to) === 10) to++;
    }
    return Math.min(to, end);
  }
  if (code === 46 && text.startsWith("...", at)) return Math.min(at + 3, end);
  if (code === 45 && text.charCodeAt(at + 1) === 62) return Math.min(at + 2, end);
  return to;
}

/**
 * Where a comment ends that began before the stretch: at `*` `/` without an opening before it, or, where that is in the next
 * gap, behind the lines that begin with a star as the lines of a comment do. -1 when there is none.
 */
function commentTail(text: string, stretch: Stretch): number {
  const close = text.indexOf("*/", stretch.from);
  const open = text.indexOf("/*", stretch.from);
  if (close >= 0 && close + 2 <= stretch.to && (open < 0 || open > close)) return close + 2;
  let at = stretch.from;
  while (at < stretch.to && /^\s*\*(\s|$)/.test(text.slice(at, lineEnd(text, at)))) at = Math.min(stretch.to, lineEnd(text, at) + 1);
  return at > stretch.from && (at >= stretch.to || text.slice(at, lineEnd(text, at)).trim() === "") ? at : -1;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

function commentEnd(text: string, at: number, end: number): number {
  const close = text.charCodeAt(at + 1) === 42 ? text.indexOf("*/", at + 2) : text.indexOf("\n", at);
  if (close < 0) return end;
  return Math.min(end, text.charCodeAt(at + 1) === 42 ? close + 2 : close);
}

/** The end of a directive: its line's end, or later when the line is continued or a comment runs on. */
function directiveEnd(text: string, at: number, end: number): number {
  let to = at;
  while (to < end) {
    const code = text.charCodeAt(to);
    if (code === 92 && text.charCodeAt(to + 1) === 10) to += 2;
    else if (code === 92 && text.charCodeAt(to + 1) === 13 && text.charCodeAt(to + 2) === 10) to += 3;
    else if (code === 47 && text.charCodeAt(to + 1) === 42) to = commentEnd(text, to, end);
    else if (code === 10) return to;
    else to++;
  }
  return end;
}

function readDirective(text: string, from: number, to: number, tokensBefore: number): Directive {
  const whole = text.slice(from + 1, to).replace(/\\\r?\n/g, " ").replace(/\/\*[\s\S]*?\*\//g, " ").replace(/\/\/.*$/, "");
  const found = /^\s*(\w*)([\s\S]*)$/.exec(whole);
  return { name: found?.[1] ?? "", rest: (found?.[2] ?? "").trim(), from, to, tokensBefore };
}
