// The preprocessor's part of a text: macros of the texts, expanded as tokens (C11 6.10.3), so that a body means what stands around it makes of it.

/** What a `#define` says; `params` is null for one without a parameter list. */
export interface Macro { readonly params: readonly string[] | null; /** The name of what takes all further arguments; null where there is none. */ readonly rest: string | null; readonly body: string }

/** Looks a name up; null for what is no macro, or shall stay a name. */
export type Lookup = (name: string) => Macro | null;

interface Token { readonly text: string; /** Whether blanks stand before it. */ readonly blank: boolean; /** Macros that must not be expanded in it any more. */ readonly hidden: ReadonlySet<string> }

const TOKEN = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|\s+|"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|[A-Za-z_]\w*|\.?\d(?:[eEpP][-+]|[\w.])*|##|\.\.\.|->|\+\+|--|<<=|>>=|<<|>>|[-+*/%&|^!=<>]=|&&|\|\||[\s\S]/g;
const NONE: ReadonlySet<string> = new Set();
/** Tokens that one text may grow to. */
const MOST_TOKENS = 20_000;

/** Reads the text of a directive, from its `#` on; null when it is no definition. */
export function readDefine(text: string): (Macro & { readonly name: string }) | null {
  const found = /^#\s*define\s+(\w+)(\(([^)]*)\))?([\s\S]*)$/.exec(text.replace(/\\\r?\n/g, " "));
  if (!found) return null;
  const body = (found[4] ?? "").replace(/\/\*[\s\S]*?\*\//g, " ").replace(/\/\/.*$/gm, "").trim();
  if (found[2] === undefined) return { name: found[1] ?? "", params: null, rest: null, body };
  const params = (found[3] ?? "").split(",").map((param) => param.trim()).filter((param) => param !== "");
  const last = params.at(-1) ?? "";
  if (!last.endsWith("...")) return { name: found[1] ?? "", params, rest: null, body };
  return { name: found[1] ?? "", params: params.slice(0, -1), rest: last === "..." ? "__VA_ARGS__" : last.slice(0, -3).trim(), body };
}

/** The text with all macros in it expanded; null when there is none, or no end of it. */
export function expandMacros(text: string, lookup: Lookup): string | null {
  const tokens = tokensOf(text);
  if (!tokens.some((token) => isName(token.text) && lookup(token.text) !== null)) return null;
  const expanded = expand(tokens, lookup);
  return expanded.length > MOST_TOKENS ? null : spelled(expanded);
}

/** True when the text of a body can mean something else beside an operator than alone: an operator outside of all brackets. */
export function isLoose(body: string): boolean {
  let depth = 0;
  let before = "";
  for (const { text } of tokensOf(body)) {
    if (/^[([{]$/.test(text)) depth++;
    else if (/^[)\]}]$/.test(text)) depth--;
    else if (depth === 0 && /^(?:[-+*/%&|^<>?:,]|<<|>>|&&|\|\||[=!<>]=|=|[-+*/%&|^]=|<<=|>>=)$/.test(text) && before !== "") return true;
    before = text;
  }
  return false;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let blank = false;
  for (const [token] of text.matchAll(TOKEN)) {
    if (/^(?:\s|\/\*|\/\/)/.test(token)) blank = true;
    else {
      tokens.push({ text: token, blank, hidden: NONE });
      blank = false;
    }
  }
  return tokens;
}

const isName = (text: string): boolean => /^[A-Za-z_]/.test(text);

function spelled(tokens: readonly Token[]): string {
  let text = "";
  for (const token of tokens) {
    // Tokens that would grow together into another one are kept apart.
    const touches = /\w$/.test(text) && /^\w/.test(token.text) || /[-+&|<>=]$/.test(text) && /^[-+&|<>=]/.test(token.text);
    text += `${text !== "" && (token.blank || touches) ? " " : ""}${token.text}`;
  }
  return text;
}

function expand(input: readonly Token[], lookup: Lookup): Token[] {
  const done: Token[] = [];
  // The next token is the last of the list.
  const left = [...input].reverse();
  for (let token = left.pop(); token !== undefined && done.length + left.length <= MOST_TOKENS; token = left.pop()) {
    const macro = isName(token.text) && !token.hidden.has(token.text) ? lookup(token.text) : null;
    if (macro === null) {
      done.push(token);
      continue;
    }
    let args: Token[][] = [];
    if (macro.params !== null) {
      const taken = left.at(-1)?.text === "(" ? argumentsIn(left) : null;
      if (taken === null) {
        done.push(token);
        continue;
      }
      args = taken;
    }
    const hidden = new Set([...token.hidden, token.text]);
    const body = substituted(macro, args, lookup).map((one) => ({ ...one, hidden: new Set([...one.hidden, ...hidden]) }));
    if (body[0]) body[0] = { ...body[0], blank: token.blank };
    left.push(...body.reverse());
  }
  return [...done, ...left.reverse()];
}

/** Takes the arguments off the list, with their brackets; null, and nothing taken, when they have no end. */
function argumentsIn(left: Token[]): Token[][] | null {
  const args: Token[][] = [[]];
  let depth = 0;
  for (let at = left.length - 1; at >= 0; at--) {
    const token = left[at];
    if (!token) return null;
    if (/^[)\]}]$/.test(token.text) && --depth === 0) {
      left.length = at;
      return args;
    }
    if (depth === 1 && token.text === ",") args.push([]);
    else if (depth > 0) args.at(-1)?.push(token);
    if (/^[([{]$/.test(token.text)) depth++;
  }
  return null;
}

/** The body with its arguments in place: expanded before, but beside # and ##. */
function substituted({ params, rest, body }: Macro, args: readonly Token[][], lookup: Lookup): Token[] {
  const tokens = tokensOf(body);
  const names = params ?? [];
  const raw = (name: string): readonly Token[] | null => {
    const index = names.indexOf(name);
    if (index >= 0) return args[index] ?? [];
    if (rest === null || name !== rest) return null;
    return args.slice(names.length).flatMap((arg, at) => (at === 0 ? arg : [{ text: ",", blank: false, hidden: NONE }, ...arg]));
  };
  const result: Token[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (!token) break;
    const next = tokens[at + 1];
    if (token.text === "#" && params !== null && next && raw(next.text) !== null) {
      result.push({ text: `"${spelled(raw(next.text) ?? []).trim().replace(/"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'/g, (literal) => literal.replace(/["\\]/g, "\\$&"))}"`, blank: token.blank, hidden: NONE });
      at++;
      continue;
    }
    if (token.text === "##" && next && result.length > 0) {
      const right = raw(next.text) ?? [next];
      at++;
      // A comma in front of no further arguments goes with them.
      if (result.at(-1)?.text === "," && rest !== null && next.text === rest) {
        if (args.length <= names.length) result.pop();
        else result.push(...expand(right, lookup));
        continue;
      }
      const left = result.pop();
      const [first, ...others] = right;
      if (left) result.push({ ...left, text: left.text === PLACE ? first?.text ?? PLACE : left.text + (first?.text ?? "") }, ...others);
      continue;
    }
    const arg = raw(token.text);
    if (arg === null) result.push(token);
    else if (next?.text === "##") result.push(...(arg.length > 0 ? arg : [{ text: PLACE, blank: token.blank, hidden: NONE }]));
    else result.push(...expand(arg, lookup).map((one, index) => (index === 0 ? { ...one, blank: token.blank } : one)));
  }
  return result.filter((one) => one.text !== PLACE);
}

/** Stands for an argument that is empty, beside ##. */
const PLACE = "\u0000";
