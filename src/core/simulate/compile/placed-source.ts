// Where an instruction comes from. What only a trace asks for is looked up when it does: most sources are never shown.
import { positionAt } from "../../patch/render.js";
import type { Source } from "../ir.js";
import type { Unit } from "./link.js";

/** Characters of a source's text that are shown. */
const MOST_TEXT = 200;

export class PlacedSource implements Source {
  readonly path: string;
  readonly origin: Source["origin"];
  readonly function: string;
  private found: { readonly line: number; readonly column: number; readonly endLine: number; readonly endColumn: number; readonly text: string } | null = null;

  constructor(private readonly unit: Unit, inFunction: string, private readonly span: { readonly from: number; readonly to: number }, readonly isBeside = false) {
    this.path = unit.path;
    this.origin = unit.origin;
    this.function = inFunction;
  }

  get from(): number { return this.unit.original(this.span.from); }
  get to(): number { return this.unit.original(this.span.to); }
  get line(): number { return this.place.line; }
  get column(): number { return this.place.column; }
  get endLine(): number { return this.place.endLine; }
  get endColumn(): number { return this.place.endColumn; }
  get text(): string { return this.place.text; }

  private get place(): NonNullable<PlacedSource["found"]> {
    return (this.found ??= this.look());
  }

  private look(): NonNullable<PlacedSource["found"]> {
    const { unit, span } = this;
    const start = positionAt(unit.starts, span.from);
    const end = positionAt(unit.starts, span.to);
    const text = unit.text.slice(span.from, span.to).replace(/\/\*[\s\S]*?\*\//g, " ").replace(/\s+/g, " ").trim().slice(0, MOST_TEXT);
    return { line: start.line, column: start.column, endLine: end.line, endColumn: end.column, text };
  }
}
