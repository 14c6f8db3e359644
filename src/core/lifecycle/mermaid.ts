// Words for mermaid: escaping, ids and titles that no mail can turn into syntax.
import type { Change } from "./types.js";

/**
 * A label as mermaid takes it: every character outside `[A-Za-z0-9 ]` as `#code;`, so that nothing in it is syntax and
 * no init directive can be formed.
 */
export function escapeLabel(text: string): string {
  let out = "";
  for (const character of text) out += /[A-Za-z0-9 ]/.test(character) ? character : `#${character.codePointAt(0) ?? 32};`;
  return out;
}

/** An id: `n_` and letters, digits and underscores; everything else becomes an underscore. */
export function nodeId(text: string): string {
  return `n_${text.replace(/[^A-Za-z0-9_]/g, "_")}`;
}

/** A title for `accTitle` and `accDescr`: one line without anything that mermaid could read. */
export function plainTitle(text: string): string {
  return text.replace(/[^A-Za-z0-9_,. ]/g, " ").replace(/\s+/g, " ").trim();
}

/** The sign that says without color what a change is: `+ `, `− `, `~ `, or nothing. */
export function sign(change: Change): string {
  switch (change) {
    case "new": return "+ ";
    case "gone": return "− ";
    case "changed": return "~ ";
    case "same": return "";
  }
}

/** Looks of the classes in a state diagram; a theme may restyle them by their names. Class diagrams take no property with a dash and get none. */
export const CLASS_DEFINITIONS: readonly string[] = [
  "classDef new stroke-width:3px",
  "classDef gone stroke-width:2px,stroke-dasharray:6",
  "classDef changed stroke-width:2px",
  "classDef absent opacity:0.35,stroke-dasharray:2",
];
