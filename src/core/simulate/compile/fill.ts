// Puts the visible part of a function and a scenario's fills together.
import type { CFunction, Span, Stmt } from "../../c/ast.js";
import type { Assumption } from "../types.js";
import type { Fill, PlacedStatement, Unit } from "./link.js";

interface Completed { readonly body: readonly PlacedStatement[]; readonly assumptions: readonly Assumption[] }

/**
 * The whole body of a function. A statement of a fill that the image shows is not used twice: the end of a head fill that equals
 * the beginning of the visible part is dropped, and the beginning of a tail fill that equals its end.
 */
export function completeBody(unit: Unit, fn: CFunction, fills: readonly Fill[]): Completed {
  let visible = [...(fn.body ?? [])];
  const assumptions: Assumption[] = [];
  const place = (unitOf: Unit) => (stmt: Stmt): PlacedStatement => ({ stmt, unit: unitOf });
  let before: PlacedStatement[] = [];
  let after: PlacedStatement[] = [];

  const head = fn.missing.head ? fills.find((fill) => fill.where === "head") : undefined;
  if (head) {
    while (visible[0]?.kind === "gap") visible.shift();
    const texts = visible.map((stmt) => plainText(unit.text, stmt.span));
    const wanted = head.body.map((stmt) => plainText(head.unit.text, stmt.span));
    let overlap = Math.min(texts.length, wanted.length);
    while (overlap > 0 && !wanted.slice(wanted.length - overlap).every((text, index) => text === texts[index])) overlap--;
    const used = head.body.slice(0, head.body.length - overlap);
    before = used.map(place(head.unit));
    if (used.length > 0) assumptions.push(assumed(head, used, "begins"));
  }

  const tail = fn.missing.tail ? fills.find((fill) => fill.where === "tail") : undefined;
  if (tail) {
    let rest = [...tail.body];
    while (visible.at(-1)?.kind === "gap") visible.pop();
    const last = visible.at(-1);
    const first = rest[0];
    let finished = false;
    if (last && first && endsInGap(last)) {
      const shown = plainText(unit.text, { ...last.span, to: Math.max(last.span.from, gapStart(last)) }).replace(/[{}]+$/, "");
      if (plainText(tail.unit.text, first.span).startsWith(shown)) {
        visible.pop();
        after.push(place(tail.unit)(first));
        rest = rest.slice(1);
        finished = true;
      } else visible = [...visible.slice(0, -1), withoutGap(last)];
    }
    const texts = visible.map((stmt) => plainText(unit.text, stmt.span));
    const wanted = rest.map((stmt) => plainText(tail.unit.text, stmt.span));
    let overlap = finished ? 0 : Math.min(texts.length, wanted.length);
    while (overlap > 0 && !texts.slice(texts.length - overlap).every((text, index) => text === wanted[index])) overlap--;
    const used = rest.slice(overlap);
    after = [...after, ...used.map(place(tail.unit))];
    if (after.length > 0) assumptions.push(assumed(tail, after.map((placed) => placed.stmt), "ends"));
  }
  return { body: [...before, ...visible.map(place(unit)), ...after], assumptions };
}

/** Text without comments and blanks: what two spellings of a statement are compared by. */
export function plainText(text: string, span: Span | { readonly from: number; readonly to: number }): string {
  return text.slice(span.from, span.to).replace(/\/\*[\s\S]*?\*\//g, "").replace(/\/\/[^\n]*/g, "").replace(/\s+/g, "");
}

function assumed(fill: Fill, statements: readonly Stmt[], how: "begins" | "ends"): Assumption {
  const text = statements.map((stmt) => fill.unit.text.slice(stmt.span.from, stmt.span.to).replace(/\s+/g, " ").trim()).join(" ");
  return { kind: "fill", text: `${fill.function}() ${how} with: ${text}`, where: { path: fill.unit.path, line: statements[0]?.span.line ?? fill.line } };
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
