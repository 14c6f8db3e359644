// The same-length mask: rewrites what the grammar cannot parse, so that every offset stays where it is.
import type { TypeRef } from "./ast.js";
import { attributeKind } from "./attributes.js";
import type { Token } from "./scan.js";

/** What the mask hid, by offset; the lowering puts it back. */
export interface MaskNotes {
  /** Types that stand where an expression is expected, by the offset of their first character. */
  readonly types: Map<number, TypeRef>;
  /** Names of macros that head a block, by the offset of the name. */
  readonly heads: Map<number, { readonly name: string; readonly nameTo: number; readonly headTo: number; readonly hasArguments: boolean }>;
  /** Offsets of the `...` of case ranges, which are masked as an operator of lowest precedence. */
  readonly ranges: Set<number>;
  /** Cleanup attributes (`__free(kfree)`), by the offset where they stand. */
  readonly cleanups: Map<number, string>;
}

const KEYWORDS_BEFORE_PAREN: ReadonlySet<string> = new Set(["if", "while", "for", "switch", "return", "sizeof", "else", "do", "case", "goto"]);
const TYPE_OPERATORS: ReadonlySet<string> = new Set(["sizeof", "typeof", "__typeof__", "__typeof", "typeof_unqual", "__auto_type", "_Alignof", "__alignof__", "alignof", "_Generic"]);
const TYPE_WORDS: ReadonlySet<string> = new Set(["struct", "union", "enum", "const", "volatile", "unsigned", "signed", "int", "char", "long", "short", "void", "bool", "float", "double", "_Bool", "size_t"]);

/** What `offsetof` is called under the mask. */
export const PLAIN_OFFSETOF = "offset0f";

export function emptyNotes(): MaskNotes {
  return { types: new Map(), heads: new Map(), ranges: new Set(), cleanups: new Map() };
}

/** Writes `text` over the buffer at `at`; characters beyond it up to `to` become spaces. Line ends are not kept. */
export function overwrite(buffer: Uint16Array, at: number, to: number, text: string): void {
  for (let offset = at; offset < to; offset++) buffer[offset] = offset - at < text.length ? text.charCodeAt(offset - at) : 32;
}

/** Blanks attributes anywhere in the tokens, and gives back the tokens that are left. */
export function maskAttributes(buffer: Uint16Array, tokens: readonly Token[], notes: MaskNotes): Token[] {
  const kept: Token[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (token === undefined) break;
    const kind = token.kind === "word" ? attributeKind(token.text) : null;
    if (kind === null) {
      kept.push(token);
      continue;
    }
    let last = index;
    if (kind === "with-arguments" && tokens[index + 1]?.text === "(") {
      last = closingParen(tokens, index + 1);
      if (token.text === "__free" || token.text === "__cleanup") notes.cleanups.set(token.from, tokens[index + 2]?.text ?? "");
    }
    overwrite(buffer, token.from, tokens[last]?.to ?? token.to, "");
    // The margin mark moves to what follows, so that an item that begins with an attribute still begins at the margin.
    const next = tokens[last + 1];
    if (token.atMargin && next !== undefined && !next.atMargin) {
      kept.push({ ...next, atMargin: true });
      last++;
    }
    index = last;
  }
  return kept;
}

/** Masks statements: block macros, macros without a semicolon, types as arguments, case ranges. `match` pairs the brackets of `tokens`. */
export function maskStatements(buffer: Uint16Array, tokens: readonly Token[], match: Int32Array, from: number, to: number, notes: MaskNotes): void {
  for (let index = from; index < to; index++) {
    const token = tokens[index];
    if (token === undefined) break;
    if (token.kind !== "word") continue;
    if (token.text === "case") {
      maskCaseRange(buffer, tokens, index, to, notes);
      continue;
    }
    if (tokens[index + 1]?.text !== "(" || KEYWORDS_BEFORE_PAREN.has(token.text)) continue;
    const close = match[index + 1] ?? -1;
    if (close < 0 || close >= to) continue;
    // The grammar's own offsetof takes a single member name; as an ordinary call it takes `a.b` too.
    if (token.text === "offsetof") overwrite(buffer, token.from, token.to, PLAIN_OFFSETOF);
    if (!TYPE_OPERATORS.has(token.text)) maskTypeArguments(buffer, tokens, match, index + 2, close, notes);
    maskBlockMacro(buffer, tokens, index, close, to, notes);
  }
}

/** Reads tokens as a type, `const struct foo *`; null when they are not one. A lone word that is no type word gives null as well. */
export function readTypeTokens(tokens: readonly Token[], from: number, to: number): TypeRef | null {
  let tag: TypeRef["tag"] = "name";
  const words: string[] = [];
  let pointers = 0;
  let certain = false;
  for (let index = from; index < to; index++) {
    const token = tokens[index];
    if (token === undefined) return null;
    if (token.text === "*") pointers++;
    else if (token.kind !== "word") return null;
    else if (token.text === "struct" || token.text === "union" || token.text === "enum") {
      tag = token.text;
      certain = true;
    } else if (token.text === "const" || token.text === "volatile") certain = true;
    else if (pointers > 0) return null;
    else {
      certain ||= TYPE_WORDS.has(token.text);
      words.push(token.text);
    }
  }
  if (!certain || words.length === 0 || (tag !== "name" && words.length > 1)) return null;
  if (tag === "name" && words.length > 1 && !words.every((word) => TYPE_WORDS.has(word))) return null;
  return { tag, name: words.join(" "), pointers, arrays: [] };
}

function closingParen(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let index = open; index < tokens.length; index++) {
    const text = tokens[index]?.text;
    if (text === "(") depth++;
    else if (text === ")" && --depth === 0) return index;
    else if (text === ";" || text === "{") return open;
  }
  return open;
}

function maskTypeArguments(buffer: Uint16Array, tokens: readonly Token[], match: Int32Array, from: number, close: number, notes: MaskNotes): void {
  let start = from;
  for (let index = from; index <= close; index++) {
    const token = tokens[index];
    if (token === undefined) return;
    const partner = match[index] ?? -1;
    if (index < close && partner > index) {
      index = partner;
      continue;
    }
    if (index < close && token.text !== ",") continue;
    const type = index > start ? readTypeTokens(tokens, start, index) : null;
    const first = tokens[start];
    const last = tokens[index - 1];
    if (type !== null && first !== undefined && last !== undefined) {
      notes.types.set(first.from, type);
      overwrite(buffer, first.from, last.to, "t".padEnd(last.to - first.from, "_"));
    }
    start = index + 1;
  }
}

function maskBlockMacro(buffer: Uint16Array, tokens: readonly Token[], index: number, close: number, to: number, notes: MaskNotes): void {
  const name = tokens[index];
  const end = tokens[close];
  const next = tokens[close + 1];
  if (name === undefined || end === undefined || next === undefined || close + 1 >= to) return;
  if (next.text !== "{") {
    if (!startsStatement(tokens, index) || !mayFollowMacro(name, next)) return;
    const isLoop = /for_each|foreach|^scoped_|_until$|^while_/.test(name.text);
    if (!isLoop) {
      // A macro that stands as a statement without its semicolon: `next` begins the next statement.
      const hasRoom = next.from > end.to;
      if (next.kind === "word" && hasRoom) buffer[end.to] = 59;
      return;
    }
  }
  const hasArguments = close > index + 2;
  const keyword = name.text.length >= 5 ? "while" : "if";
  if (name.text.length < 2) return;
  notes.heads.set(name.from, { name: name.text, nameTo: name.to, headTo: end.to, hasArguments });
  if (hasArguments) overwrite(buffer, name.from, name.to, keyword);
  else overwrite(buffer, name.from, end.to, `${name.text.length >= 6 ? "while" : "if"}(0)`);
}

/** True when the word at `index` can begin a statement. */
function startsStatement(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1];
  return before === undefined || [";", "{", "}", ":", ")", "else", "do"].includes(before.text);
}

function mayFollowMacro(name: Token, next: Token): boolean {
  if (next.kind === "word") return true;
  return /for_each|foreach/.test(name.text) && (next.text === "*" || next.text === "(" || next.text === "+" || next.text === "-");
}

function maskCaseRange(buffer: Uint16Array, tokens: readonly Token[], index: number, to: number, notes: MaskNotes): void {
  for (let ahead = index + 1; ahead < to && ahead < index + 40; ahead++) {
    const token = tokens[ahead];
    if (token === undefined || token.text === ":" || token.text === ";" || token.text === "{") return;
    if (token.text !== "...") continue;
    notes.ranges.add(token.from);
    overwrite(buffer, token.from, token.to, "||");
    return;
  }
}
