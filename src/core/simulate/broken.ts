// What of a scenario cannot be read: the first place, in words with its line.
import type { CUnit, Span } from "../c/ast.js";
import { isDefined } from "./compile/link.js";
import type { SourceText } from "./types.js";

/** Reasons for which the C reader leaves something out that is no C at all; others are C that is read elsewhere, or not compiled. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ["syntax", "this could not be read as C"], ["in no known function", "this stands in no function"], ["a brace is missing", "a brace is missing"], ["too long", "the text is too long"],
]);

/** "scenarios/x.c, line 3: this could not be read as C: `n = = 1;`", or null for a text that is C from one end to the other. */
export function brokenPart(source: SourceText, unit: CUnit): string | null {
  const found: { readonly span: Span; readonly reason: string }[] = unit.skipped.filter((part) => REASONS.has(part.reason)).map((part) => ({ span: part.span, reason: part.reason }));
  for (const fn of unit.functions) opaqueParts(fn.body, found);
  const first = found.sort((a, b) => a.span.from - b.span.from)[0];
  if (!first) return null;
  // A range may begin with the end of what was read before it.
  const lead = /^\s*/.exec(source.text.slice(first.span.from, first.span.to))?.[0] ?? "";
  const from = first.span.from + lead.length;
  const line = first.span.line + lead.split("\n").length - 1;
  const shown = source.text.slice(from, first.span.to).split("\n")[0]?.trim() ?? "";
  return `${source.name}, line ${String(line)}: ${REASONS.get(first.reason) ?? first.reason}${shown === "" ? "" : `: ${shown.length > 60 ? `${shown.slice(0, 59)}…` : shown}`}`;
}

/**
 * What no compiler would take, although each line of it is C: a name that is defined twice, a CPU that would not run because the numbers have a gap, one that wants arguments. In
 * words with its line; null where there is nothing of it. A text with alternatives of the preprocessor may define a name in each of them.
 */
export function contradiction(source: SourceText, units: readonly CUnit[]): string | null {
  if (/^\s*#\s*(if|ifdef|ifndef)\b/m.test(source.text)) return null;
  const defined = new Map<string, number>();
  const numbers = new Set<string>();
  const found: { readonly line: number; readonly text: string }[] = [];
  const define = (key: string, name: string, line: number): void => {
    const before = defined.get(key);
    if (before === undefined) defined.set(key, line);
    else found.push({ line, text: `${name} is defined a second time, after line ${String(before)}` });
  };
  for (const match of source.text.matchAll(/^[ \t]*#[ \t]*define[ \t]+(\w+)/gm)) define(`define ${match[1] ?? ""}`, match[1] ?? "", source.text.slice(0, match.index).split("\n").length);
  // A fill, __head(f) or __tail(f), is no definition of f().
  const definitions = units.flatMap((unit) => unit.functions.filter(isDefined));
  for (const fn of definitions) {
    define(`function ${fn.name}`, `${fn.name}()`, fn.nameSpan.line);
    if (/^cpu\d+$/.test(fn.name)) numbers.add(fn.name);
    const [param] = fn.params;
    if (param && /^(setup|finish|user|cpu\d+)$/.test(fn.name)) found.push({ line: fn.nameSpan.line, text: `nobody gives ${fn.name}() its argument ${param.name}` });
  }
  for (const unit of units) {
    for (const struct of unit.structs) if (struct.name !== "" && struct.fields.length > 0) define(`struct ${struct.name}`, `${struct.tag} ${struct.name}`, struct.span.line);
    for (const global of unit.globals) if (global.init && !global.isExtern) define(`global ${global.name}`, global.name, global.span.line);
  }
  for (const fn of definitions) {
    const number = Number(/^cpu(\d+)$/.exec(fn.name)?.[1] ?? 0);
    if (number > 0 && !numbers.has(`cpu${String(number - 1)}`)) found.push({ line: fn.nameSpan.line, text: `${fn.name}() would not run: there is no cpu${String(number - 1)}()` });
  }
  const first = found.sort((a, b) => a.line - b.line)[0];
  return first ? `${source.name}, line ${String(first.line)}: ${first.text}` : null;
}

/** Opaque nodes anywhere below: a tree of plain data. */
function opaqueParts(node: unknown, found: { readonly span: Span; readonly reason: string }[]): void {
  if (typeof node !== "object" || node === null) return;
  if (Array.isArray(node)) {
    for (const one of node) opaqueParts(one, found);
    return;
  }
  if ("kind" in node && node.kind === "opaque" && "reason" in node && "span" in node) {
    // The reader gives every opaque node a reason and a span.
    const { reason, span } = node as { readonly reason: string; readonly span: Span };
    if (REASONS.has(reason)) found.push({ reason, span });
    return;
  }
  for (const one of Object.values(node)) opaqueParts(one, found);
}
