// Puts the visible part of a function and a scenario's fills together.
import type { CFunction, Span, Stmt } from "../../c/ast.js";
import type { Assumption } from "../types.js";
import type { Fill, PlacedStatement, Unit } from "./link.js";

/**
 * How much of each fill is used, by function and side of the gap. It is settled on the code as it was sent: a what-if that moves a
 * statement away must not bring the fill's own copy of it back.
 */
export type Fits = Map<string, { readonly skip: number; readonly drop: number }>;

interface Completed { readonly body: readonly PlacedStatement[]; readonly assumptions: readonly Assumption[] }

/**
 * The whole body of a function. A statement of a fill that the image shows is not used twice: what a fill shares with the visible
 * lines on either side of the gap is dropped from it.
 */
export function completeBody(unit: Unit, fn: CFunction, fills: readonly Fill[], fits: Fits): Completed {
  const assumptions: Assumption[] = [];
  let body: readonly PlacedStatement[] = (fn.body ?? []).map((stmt) => ({ stmt, unit }));
  const head = fills.find((fill) => fill.where === "head");
  const tail = fills.find((fill) => fill.where === "tail");
  const isGap = (placed: PlacedStatement | undefined): boolean => placed?.stmt.kind === "gap";

  const first = body.findIndex(isGap);
  const startsHere = fn.missing.head && first !== 0;
  if (head && (startsHere || (first >= 0 && !(tail && fn.missing.tail && first === body.length - 1)))) {
    const before = startsHere ? [] : body.slice(0, first);
    const after = startsHere ? body : body.slice(first + 1);
    const used = fit(fits, before, head, after);
    body = [...before, ...used, ...after];
    if (used.length > 0) assumptions.push(assumed(head, used, startsHere || before.every((placed) => placed.stmt.kind === "declare") ? "begins" : "goes on"));
  }

  if (tail && fn.missing.tail) {
    while (isGap(body.at(-1))) body = body.slice(0, -1);
    const last = body.at(-1);
    const next = tail.body[0];
    if (last && next && endsInGap(last.stmt) && startsAlike(last, tail, next)) {
      const used = tail.body.map((stmt) => ({ stmt, unit: tail.unit }));
      body = [...body.slice(0, -1), ...used];
      assumptions.push(assumed(tail, used, "ends"));
    } else {
      if (last && endsInGap(last.stmt)) body = [...body.slice(0, -1), { stmt: withoutGap(last.stmt), unit: last.unit }];
      const used = fit(fits, body, tail, []);
      body = [...body, ...used];
      if (used.length > 0) assumptions.push(assumed(tail, used, "ends"));
    }
  } else if (tail) {
    const gap = body.findLastIndex(isGap);
    if (gap >= 0) {
      const used = fit(fits, body.slice(0, gap), tail, body.slice(gap + 1));
      body = [...body.slice(0, gap), ...used, ...body.slice(gap + 1)];
      if (used.length > 0) assumptions.push(assumed(tail, used, "goes on"));
    }
  }
  return { body, assumptions };
}

/** The statements of a fill that stand neither at the end of what comes before nor at the start of what comes after. */
function fit(fits: Fits, before: readonly PlacedStatement[], fill: Fill, after: readonly PlacedStatement[]): PlacedStatement[] {
  const key = `${fill.function} ${fill.where}`;
  const settled = fits.get(key);
  if (settled) return fill.body.slice(settled.skip, Math.max(settled.skip, fill.body.length - settled.drop)).map((stmt) => ({ stmt, unit: fill.unit }));
  const wanted = fill.body.map((stmt) => plainText(fill.unit.text, stmt.span));
  const left = before.map((placed) => plainText(placed.unit.text, placed.stmt.span));
  const right = after.map((placed) => plainText(placed.unit.text, placed.stmt.span));
  // The fill begins after the statement that the image ended with, and ends where the image begins again.
  const last = left.at(-1);
  let skip = Math.min(left.length, wanted.length);
  while (skip > 0 && !left.slice(left.length - skip).every((text, index) => text === wanted[index])) skip--;
  if (skip === 0 && last !== undefined) skip = wanted.lastIndexOf(last) + 1;
  const first = right[0];
  let drop = Math.min(right.length, wanted.length - skip);
  while (drop > 0 && !wanted.slice(wanted.length - drop).every((text, index) => text === right[index])) drop--;
  const begins = first === undefined ? -1 : wanted.indexOf(first, skip);
  if (drop === 0 && begins >= 0) drop = wanted.length - begins;
  fits.set(key, { skip, drop });
  return fill.body.slice(skip, fill.body.length - drop).map((stmt) => ({ stmt, unit: fill.unit }));
}

/** True when a statement that the gap cuts off begins as the first one of the fill does. */
function startsAlike(last: PlacedStatement, fill: Fill, next: Stmt): boolean {
  const shown = plainText(last.unit.text, { from: last.stmt.span.from, to: Math.max(last.stmt.span.from, gapStart(last.stmt)) }).replace(/[{}]+$/, "");
  return plainText(fill.unit.text, next.span).startsWith(shown);
}

/** Text without comments and blanks: what two spellings of a statement are compared by. */
export function plainText(text: string, span: Span | { readonly from: number; readonly to: number }): string {
  return text.slice(span.from, span.to).replace(/\/\*[\s\S]*?\*\//g, "").replace(/\/\/[^\n]*/g, "").replace(/\s+/g, "");
}

/** Code as it stands in a text, with its lines, without the indentation of its first one. */
export function shownCode(text: string, span: { readonly from: number; readonly to: number }): string {
  const indentation = text.slice(text.lastIndexOf("\n", span.from - 1) + 1, span.from);
  const lines = text.slice(span.from, span.to).trimEnd().split("\n");
  return lines.map((line) => (indentation.trim() === "" && line.startsWith(indentation) ? line.slice(indentation.length) : line)).join("\n");
}

function assumed(fill: Fill, used: readonly PlacedStatement[], how: "begins" | "goes on" | "ends"): Assumption {
  const text = used.map((placed) => shownCode(fill.unit.text, placed.stmt.span)).join("\n");
  return { kind: "fill", text: `${fill.function}() ${how} with:\n${text}`, where: { path: fill.unit.path, line: used[0]?.stmt.span.line ?? fill.line } };
}

function endsInGap(stmt: Stmt): boolean {
  return lastInside(stmt)?.kind === "gap";
}

/** The last statement inside of a compound one, all the way down. */
function lastInside(stmt: Stmt): Stmt | null {
  let inner: Stmt | undefined;
  switch (stmt.kind) {
    case "block": case "switch": inner = stmt.body.at(-1); break;
    case "if": inner = stmt.else ?? stmt.then; break;
    case "while": case "for": case "macro-block": case "do": inner = stmt.body; break;
    default: return stmt;
  }
  return inner ? lastInside(inner) : null;
}

function gapStart(stmt: Stmt): number {
  const gap = lastInside(stmt);
  return gap?.span.from ?? stmt.span.to;
}

/** A body in which the lines that are not known do nothing, and says so. */
export function ignoreGaps(name: string, { body, assumptions }: Completed): Completed {
  const lines: string[] = [];
  const strip = (stmt: Stmt): Stmt[] => {
    const inner = (one: Stmt): Stmt => strip(one)[0] ?? { kind: "empty", span: one.span };
    switch (stmt.kind) {
      case "gap":
        lines.push(stmt.fromLine === stmt.toLine ? `line ${stmt.fromLine}` : `lines ${stmt.fromLine} to ${stmt.toLine}`);
        return [];
      case "block": case "switch": return [{ ...stmt, body: stmt.body.flatMap(strip) }];
      case "if": return [{ ...stmt, then: inner(stmt.then), else: stmt.else ? inner(stmt.else) : null }];
      case "while": case "do": case "for": case "macro-block": return [{ ...stmt, body: inner(stmt.body) }];
      default: return [stmt];
    }
  };
  const whole = body.flatMap(({ stmt, unit }) => strip(stmt).map((one): PlacedStatement => ({ stmt: one, unit })));
  if (lines.length === 0) return { body, assumptions };
  return { body: whole, assumptions: [...assumptions, { kind: "fill", text: `${name}(): ${lines.join(", ")}: not known, and taken as nothing`, where: null }] };
}

/** The statement without the gap that it ends in. */
function withoutGap(stmt: Stmt): Stmt {
  const trim = (body: readonly Stmt[]): Stmt[] => {
    const last = body.at(-1);
    return last === undefined ? [] : last.kind === "gap" ? body.slice(0, -1) : [...body.slice(0, -1), withoutGap(last)];
  };
  switch (stmt.kind) {
    case "block": case "switch": return { ...stmt, body: trim(stmt.body) };
    case "if": return stmt.else ? { ...stmt, else: withoutGap(stmt.else) } : { ...stmt, then: withoutGap(stmt.then) };
    case "while": case "for": case "macro-block": case "do": return { ...stmt, body: withoutGap(stmt.body) };
    case "gap": return { kind: "empty", span: stmt.span };
    default: return stmt;
  }
}
