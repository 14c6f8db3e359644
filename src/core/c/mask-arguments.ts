// The part of the mask that looks at arguments of calls: what a macro may be given and a function may not.
import type { MaskNotes } from "./mask-notes.js";
import { overwrite } from "./mask-notes.js";
import type { Token } from "./scan.js";
import { readTypeTokens } from "./type-tokens.js";

const JUMPS: ReadonlySet<string> = new Set(["goto", "return", "break", "continue"]);

/** Masks the arguments between the parenthesis at `open` and its partner: types, statements, operators, strings beside macros. */
export function maskArguments(buffer: Uint16Array, tokens: readonly Token[], match: Int32Array, open: number, close: number, mayBeTypes: boolean, notes: MaskNotes): void {
  let start = open + 1;
  for (let index = start; index <= close; index++) {
    const partner = match[index] ?? -1;
    if (index < close && partner > index) {
      index = partner;
      continue;
    }
    if (index < close && tokens[index]?.text !== ",") continue;
    if (index > start) maskArgument(buffer, tokens, match, start, index, mayBeTypes, notes);
    start = index + 1;
  }
}

function maskArgument(buffer: Uint16Array, tokens: readonly Token[], match: Int32Array, start: number, end: number, mayBeTypes: boolean, notes: MaskNotes): void {
  const first = tokens[start];
  const last = tokens[end - 1];
  if (first === undefined || last === undefined) return;
  if (first.kind === "word") {
    const type = mayBeTypes ? readTypeTokens(tokens, start, end) : null;
    if (type !== null) {
      notes.types.set(first.from, type);
      overwrite(buffer, first.from, last.to, placeholder(last.to - first.from));
      return;
    }
    if (JUMPS.has(first.text)) return maskJump(buffer, tokens, start, end, notes);
  }
  // `ASSERT_CMP(a, >=, b)`: an operator by itself.
  if (end - start <= 3 && tokens.slice(start, end).every((token) => token.kind === "mark" && !/[()[\]{};]/.test(token.text))) {
    overwrite(buffer, first.from, last.to, "0");
    return;
  }
  // `CHECK(x, ret = -1;)`: the macro makes a statement of it.
  if (last.text === ";" && end - start > 1) overwrite(buffer, last.from, last.to, "");
  if (end - start > 1) maskStrings(buffer, tokens, match, start, end);
}

/** `CHECK(x, goto out)`: the jump stays in the notes, and in the text what it jumps to or returns. */
function maskJump(buffer: Uint16Array, tokens: readonly Token[], start: number, end: number, notes: MaskNotes): void {
  const word = tokens[start];
  const last = tokens[end - 1];
  if (word === undefined || last === undefined) return;
  const to = last.text === ";" ? end - 1 : end;
  if (to < end) overwrite(buffer, last.from, last.to, "");
  const next = to > start + 1 ? tokens[start + 1] : undefined;
  if (next === undefined) {
    notes.jumps.set(word.from, word.text);
    overwrite(buffer, word.from, word.to, placeholder(word.to - word.from));
  } else {
    notes.jumps.set(next.from, word.text);
    overwrite(buffer, word.from, word.to, "");
  }
}

/** The grammar takes one macro name beside a string; of more than one, and of `__stringify(x)`, the string stays. */
function maskStrings(buffer: Uint16Array, tokens: readonly Token[], match: Int32Array, start: number, end: number): void {
  for (let index = start; index + 1 < end; index++) {
    const token = tokens[index];
    const next = tokens[index + 1];
    if (token === undefined || next === undefined) return;
    const partner = match[index] ?? -1;
    if (partner > index) {
      index = partner;
      continue;
    }
    if (token.kind !== "word") continue;
    const before = tokens[index - 1];
    const afterString = index > start && before?.kind === "string";
    if (next.text === "(") {
      const close = match[index + 1] ?? -1;
      const after = close > 0 && close + 1 < end ? tokens[close + 1] : undefined;
      if (close < 0 || !(afterString || (after?.kind === "string" && index === start))) continue;
      overwrite(buffer, token.from, tokens[close]?.to ?? token.to, "");
      index = close;
    } else if (next.kind === "word" && isConstantName(token.text) && (isConstantName(next.text) || tokens[index + 2]?.kind === "string")) {
      overwrite(buffer, token.from, token.to, "");
    }
  }
}

function isConstantName(word: string): boolean {
  return /^[A-Z_][A-Z0-9_]*$/.test(word);
}

function placeholder(length: number): string {
  return "t".padEnd(length, "_");
}
