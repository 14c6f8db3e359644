// Types where an expression is expected: what a few tokens say.
import type { TypeRef } from "./ast.js";
import type { Token } from "./scan.js";

/** Words that only types are made of. */
export const TYPE_WORDS: ReadonlySet<string> = new Set(["struct", "union", "enum", "const", "volatile", "unsigned", "signed", "int", "char", "long", "short", "void", "bool", "float", "double", "_Bool", "size_t"]);

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
