// How much of whole C files the reader could read: functions without a skipped subtree, and why the others have one.
import type { CUnit } from "../../../src/core/c/ast.js";

export interface Coverage {
  /** Bodies in the text, read or not. */
  functions: number;
  /** Bodies in which nothing was skipped. */
  sound: number;
  /** What was skipped, for a closer look: the reason, and where. */
  readonly failures: { readonly reason: string; readonly path: string; readonly line: number; readonly text: string }[];
}

export function newCoverage(): Coverage {
  return { functions: 0, sound: 0, failures: [] };
}

/** Adds one whole file. A skipped item that has a body counts as a function that was not read. */
export function addCoverage(sum: Coverage, path: string, text: string, unit: CUnit): void {
  const fail = (reason: string, from: number, to: number, line: number): void => {
    sum.failures.push({ reason, path, line, text: text.slice(from, Math.min(to, from + 160)).replace(/\s+/g, " ") });
  };
  const skipped = unit.skipped.filter((part) => part.reason !== "function-like macro" && part.reason !== "not compiled" && part.reason !== "macro");
  for (const fn of unit.functions) {
    if (fn.body === null) continue;
    sum.functions++;
    const inside = skipped.find((part) => part.span.from >= fn.span.from && part.span.to <= fn.span.to);
    const opaque = opaqueIn(fn.body);
    if (inside === undefined && opaque === null && fn.whole) sum.sound++;
    else if (inside !== undefined) fail(inside.reason, inside.span.from, inside.span.to, inside.span.line);
    else if (opaque !== null) fail(opaque.reason, opaque.span.from, opaque.span.to, opaque.span.line);
    else fail("not whole", fn.span.from, fn.span.to, fn.span.line);
  }
  for (const part of skipped) {
    if (unit.functions.some((fn) => fn.body !== null && part.span.from >= fn.span.from && part.span.to <= fn.span.to)) continue;
    if (!/\)\s*\{/.test(text.slice(part.span.from, part.span.to))) continue;
    sum.functions++;
    fail(`top: ${part.reason}`, part.span.from, part.span.to, part.span.line);
  }
}

interface Opaque { readonly reason: string; readonly span: { readonly from: number; readonly to: number; readonly line: number } }

/** The first statement or expression that was not read. */
function opaqueIn(value: unknown): Opaque | null {
  if (typeof value !== "object" || value === null) return null;
  // Every node of kind "opaque" has a reason and a span, by the contract in ast.ts.
  if ("kind" in value && value.kind === "opaque") return value as unknown as Opaque;
  for (const member of Object.values(value)) {
    const found = opaqueIn(member);
    if (found !== null) return found;
  }
  return null;
}
