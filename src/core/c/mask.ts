// The same-length mask: rewrites what the grammar cannot parse, so that every offset stays where it is.
import { attributeKind } from "./attributes.js";
import { maskArguments } from "./mask-arguments.js";
import type { MaskNotes } from "./mask-notes.js";
import { overwrite } from "./mask-notes.js";
import type { Token } from "./scan.js";
import { TYPE_WORDS } from "./type-tokens.js";

const KEYWORDS_BEFORE_PAREN: ReadonlySet<string> = new Set(["if", "while", "for", "switch", "return", "sizeof", "else", "do", "case", "goto"]);
const TYPE_OPERATORS: ReadonlySet<string> = new Set(["sizeof", "typeof", "__typeof__", "__typeof", "typeof_unqual", "__auto_type", "_Alignof", "__alignof__", "alignof", "_Generic"]);

/** Words of the grammar that are read as ordinary calls: they then take what a macro takes, `offsetof(t, a.b)`. */
const MADE_PLAIN: ReadonlySet<string> = new Set(["offsetof", "__alignof__", "__alignof", "_Alignof", "alignof"]);
const TYPE_OF = /^(?:typeof|__typeof__|__typeof|typeof_unqual)$/;
/** How the one word begins that `typeof(…)` is read as; the lowering takes it from the source. */
const TYPE_MARK = "t$";
const ASSEMBLER = /^(asm|__asm|__asm__)$/;

/** Blanks attributes anywhere in the tokens, and gives back the tokens that are left. */
export function maskAttributes(buffer: Uint16Array, tokens: readonly Token[], notes: MaskNotes): Token[] {
  const kept: Token[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (token === undefined) break;
    const kind = token.kind !== "word" ? null : attributeKind(token.text) ?? (isUnknownAttribute(tokens, index, kept.at(-1)) ? "plain" : null);
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

/**
 * True for a word that no list has and that can only be an attribute: `STATIC int f(…)` at the margin, `void __entry f(…)`.
 */
function isUnknownAttribute(tokens: readonly Token[], index: number, before: Token | undefined): boolean {
  const [word, next, third] = [tokens[index], tokens[index + 1], tokens[index + 2]];
  if (word === undefined || next?.kind !== "word" || next.atMargin) return false;
  // `int n __cleanup(f)`: what stands before an attribute is a name.
  if (attributeKind(next.text) !== null) return false;
  if (word.atMargin) return /^[A-Z][A-Z0-9_]+$/.test(word.text) && (ITEM_WORDS.has(next.text) || third?.kind === "word" && tokens[index + 3]?.text === "(");
  if (before?.text === "static" || before?.text === "extern") return TYPE_WORDS.has(next.text) && !TYPE_WORDS.has(word.text);
  return before !== undefined && before.kind === "word" && TYPE_WORDS.has(before.text) && !TYPE_WORDS.has(next.text) && third?.text === "(" && /^_*[a-z]/i.test(word.text)
    && !["struct", "union", "enum", "const", "volatile"].includes(before.text) && !TYPE_WORDS.has(word.text) && !/^(return|else|case|goto)$/.test(word.text);
}

/** Words that can stand behind an attribute at the head of an item. */
const ITEM_WORDS: ReadonlySet<string> = new Set([...TYPE_WORDS, "static", "extern", "inline"]);

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
    if (ASSEMBLER.test(token.text)) {
      maskAssembler(buffer, tokens, match, index, to);
      continue;
    }
    if (tokens[index + 1]?.text !== "(" || KEYWORDS_BEFORE_PAREN.has(token.text)) continue;
    const close = match[index + 1] ?? -1;
    if (close < 0 || close >= to) continue;
    if (TYPE_OF.test(token.text)) {
      const end = tokens[close]?.to ?? token.to;
      overwrite(buffer, token.from, end, `${TYPE_MARK}${"_".repeat(Math.max(0, end - token.from - TYPE_MARK.length))}`);
      index = close;
      continue;
    }
    if (MADE_PLAIN.has(token.text)) makePlain(buffer, token);
    maskArguments(buffer, tokens, match, index + 1, close, !TYPE_OPERATORS.has(token.text), notes);
    maskLocalMacro(buffer, tokens, index, close);
    maskBlockMacro(buffer, tokens, index, close, to, notes);
  }
}

/** Gives bits without a name one: `u32 : 3;` in a struct, which the grammar does not know, reads as `u _ : 3;`. The type is kept in the notes. */
export function maskUnnamedBits(buffer: Uint16Array, tokens: readonly Token[], notes: MaskNotes): void {
  for (let index = 2; index < tokens.length; index++) {
    const [colon, width, end] = [tokens[index], tokens[index + 1], tokens[index + 2]];
    if (colon?.text !== ":" || (width?.kind !== "number" && width?.kind !== "word") || end?.text !== ";") continue;
    let first = index;
    while (tokens[first - 1]?.kind === "word") first--;
    const [from, before] = [tokens[first], tokens[first - 1]];
    // A name in front of the colon is that of the bits, or a label.
    const words = tokens.slice(first, index).map((token) => token.text);
    const isType = words.length > 0 && (words.every((word) => TYPE_WORDS.has(word)) || (words.length === 1 && /^_*[us](8|16|32|64)$|_t$/.test(words[0] ?? "")));
    if (from === undefined || !isType || (before?.text !== ";" && before?.text !== "{") || colon.from - from.from < 3) continue;
    notes.unnamed.set(from.from, words.join(" "));
    overwrite(buffer, from.from, colon.from, "u _");
  }
}

/** Reads `DECLARE_BITMAP(name, bits)` (include/linux/types.h) as `unsigned long name[bits]`; the notes say that it is bits that are counted. */
export function maskBitmaps(buffer: Uint16Array, tokens: readonly Token[], notes: MaskNotes): readonly Token[] {
  if (!tokens.some((token) => token.text === "DECLARE_BITMAP")) return tokens;
  const kept = [...tokens];
  for (let index = 0; index < kept.length; index++) {
    const [macro, open, name, comma, bits] = kept.slice(index, index + 5);
    if (macro?.text !== "DECLARE_BITMAP" || open?.text !== "(" || name?.kind !== "word" || comma?.text !== "," || bits === undefined) continue;
    const last = closingParen(kept, index + 1);
    const close = kept[last];
    if (close?.text !== ")") continue;
    overwrite(buffer, macro.from, open.to, "unsigned long");
    overwrite(buffer, comma.from, comma.to, "[");
    overwrite(buffer, close.from, close.to, "]");
    notes.bitmaps.add(bits.from);
    kept.splice(index, 2, { ...macro, text: "unsigned", to: macro.from + 8 }, { kind: "word", text: "long", from: macro.from + 9, to: macro.from + 13, atMargin: false });
    kept[index + 3] = { ...comma, text: "[" };
    kept[last] = { ...close, text: "]" };
  }
  return kept;
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

/** Reads `asm volatile (…)` as a call without arguments: what it holds is no C. One that may jump (`asm goto`) is left as it is. */
function maskAssembler(buffer: Uint16Array, tokens: readonly Token[], match: Int32Array, index: number, to: number): void {
  const word = tokens[index];
  const hasQualifier = tokens[index + 1]?.kind === "word";
  const open = hasQualifier ? index + 2 : index + 1;
  const close = match[open] ?? -1;
  const end = tokens[close];
  const paren = tokens[open];
  if (word === undefined || end === undefined || paren?.text !== "(" || close >= to || tokens[index + 1]?.text === "goto") return;
  if (!startsStatement(tokens, index)) return overwrite(buffer, word.from, end.to, "");
  makePlain(buffer, word);
  overwrite(buffer, word.to, paren.from, "");
  overwrite(buffer, paren.to, end.from, "");
}

/** A `$` for the second letter makes an ordinary name of a word of the grammar; the lowering reads such names from the source. */
function makePlain(buffer: Uint16Array, word: Token): void {
  buffer[word.from + 1] = 36;
}

/** `static DEFINE_THING(name, 5 * HZ);` in a function is read as the call alone; with a name only it is read as a declaration. */
function maskLocalMacro(buffer: Uint16Array, tokens: readonly Token[], index: number, close: number): void {
  const before = tokens[index - 1];
  if (before?.text !== "static" || close <= index + 3 || tokens[close + 1]?.text !== ";" || !/^[A-Z]/.test(tokens[index]?.text ?? "")) return;
  overwrite(buffer, before.from, before.to, "");
}

function maskBlockMacro(buffer: Uint16Array, tokens: readonly Token[], index: number, close: number, to: number, notes: MaskNotes): void {
  const name = tokens[index];
  const end = tokens[close];
  const next = tokens[close + 1];
  if (name === undefined || end === undefined || next === undefined || close + 1 >= to) return;
  if (next.text !== "{") {
    if (!startsStatement(tokens, index) || !mayFollowMacro(name, next)) return;
    const isLoop = notes.loops.has(name.text) || /for_each|foreach|^scoped_|_until$|^while_/.test(name.text);
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
