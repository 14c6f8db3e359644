// Hunk headings: from what git prints behind `@@` to a signature or the head of a struct.
import { attributeKind } from "./attributes.js";
import { UNKNOWN_TYPE } from "./lower-context.js";
import type { Token } from "./scan.js";
import { matchBrackets, scanStretch } from "./scan.js";

export type Heading =
  /** `signature` is text that can stand before `{`; a type that the heading does not show is `UNKNOWN_TYPE`. */
  | { readonly kind: "function"; readonly name: string; readonly signature: string }
  | { readonly kind: "struct"; readonly name: string; readonly opening: string }
  /** A variable with an initializer: `static const struct file_operations foo_fops = {`. */
  | { readonly kind: "table"; readonly name: string; readonly opening: string }
  | null;

/** Reads a heading; null when it names no function, struct or table. git cuts headings at 80 bytes, so the end may be missing. */
export function readHeading(text: string): Heading {
  const all = scanStretch(text, { from: 0, to: text.length, afterGap: false }).tokens;
  const tokens = withoutAttributes(all);
  const table = readTable(text, tokens);
  if (table !== null) return table;
  const struct = tokens.findIndex((token) => token.text === "struct" || token.text === "union");
  const paren = tokens.findIndex((token) => token.text === "(");
  if (struct >= 0 && paren < 0) {
    const name = tokens[struct + 1];
    const brace = tokens[struct + 2];
    if (tokens.some((token) => token.text === "=")) return null;
    if (name?.text === "{") return { kind: "struct", name: "", opening: `${tokens[struct]?.text ?? "struct"} {` };
    if (name?.kind !== "word" || (brace !== undefined && brace.text !== "{")) return null;
    return { kind: "struct", name: name.text, opening: `${tokens[struct]?.text ?? "struct"} ${name.text} {` };
  }
  if (paren < 1 || tokens.slice(0, paren).some((token) => token.text === "=")) return null;
  const name = tokens[paren - 1];
  if (name === undefined || name.kind !== "word") return null;
  if (/^(COMPAT_)?SYSCALL_DEFINE\d$/.test(name.text)) {
    const inner = tokens[paren + 1];
    return inner?.kind === "word" ? { kind: "function", name: `sys_${inner.text}`, signature: `${UNKNOWN_TYPE} sys_${inner.text}()` } : null;
  }
  const before = tokens.slice(0, paren - 1);
  const returns = before.length === 0 ? UNKNOWN_TYPE : before.map((token) => token.text).join(" ");
  return { kind: "function", name: name.text, signature: `${returns} ${name.text}(${readableParams(text, tokens, paren)})` };
}

/** `… name = {` or `… name[] = {`, of which git may have cut the end. */
function readTable(text: string, tokens: readonly Token[]): Heading {
  const equals = tokens.findIndex((token) => token.text === "=");
  const match = matchBrackets(tokens);
  let at = equals - 1;
  while (at > 0 && tokens[at]?.text === "]" && (match[at] ?? -1) > 0) at = (match[at] ?? 1) - 1;
  const name = tokens[at];
  if (equals < 2 || name?.kind !== "word" || at < 1) return null;
  if (!tokens.slice(0, at).every((token) => token.kind === "word" || token.text === "*")) return null;
  if (tokens.slice(equals + 1).some((token) => token.text !== "{")) return null;
  const from = tokens[0];
  const last = tokens[equals];
  if (from === undefined || last === undefined) return null;
  return { kind: "table", name: name.text, opening: `${text.slice(from.from, last.to)} {` };
}

/** The parameters up to the closing parenthesis, or up to the last comma when the heading is cut. */
function readableParams(text: string, tokens: readonly Token[], paren: number): string {
  const match = matchBrackets(tokens);
  const close = match[paren] ?? -1;
  let end = close >= 0 ? close : paren;
  if (close < 0) {
    for (let index = paren + 1; index < tokens.length; index++) {
      const partner = match[index] ?? -1;
      if (partner > index) index = partner;
      else if (tokens[index]?.text === ",") end = index;
      else if (tokens[index]?.text === "(") break;
    }
  }
  return tokens.slice(paren + 1, end).map((token) => text.slice(token.from, token.to)).join(" ");
}

function withoutAttributes(tokens: readonly Token[]): Token[] {
  const match = matchBrackets(tokens);
  const kept: Token[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (token === undefined) break;
    const kind = token.kind === "word" ? attributeKind(token.text) : null;
    if (kind === null) kept.push(token);
    else if (kind === "with-arguments" && (match[index + 1] ?? -1) > index) index = match[index + 1] ?? index;
  }
  return kept;
}
