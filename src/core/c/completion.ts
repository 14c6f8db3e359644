// Puts functions and structs together from the parts that are known, and hands them to be parsed.
import type { Part } from "./fragment.js";
import { braceBalance, openerFor, trimEnd, trimStart } from "./fragment.js";
import type { Heading } from "./heading.js";
import type { Head, Item } from "./items.js";
import { nameBefore } from "./items.js";
import { gapMarker } from "./lower-context.js";
import type { Token } from "./scan.js";
import type { TopLevel } from "./top-level.js";
import type { Composed } from "./tree.js";
import { compose } from "./tree.js";

type Slice = string | { readonly from: number; readonly to: number };

/** A function or struct that is being put together. */
interface Open {
  readonly kind: "function" | "struct" | "table";
  /** "" when only its own text can say. */
  readonly name: string;
  readonly slices: Slice[];
  depth: number;
  readonly missing: { head: boolean; middle: boolean; tail: boolean };
  /** Where the first known line of it stands. */
  readonly at: number;
}

export class Completion {
  private open: Open | null = null;

  constructor(private readonly masked: string, private readonly top: TopLevel) {}

  /** Ends what is open: its tail is in a gap. */
  finish(): void {
    const open = this.open;
    this.open = null;
    if (open === null) return;
    open.missing.tail = true;
    this.emit(open, "}".repeat(open.depth) + (open.kind === "function" ? "" : ";"));
  }

  /** Takes what a stretch begins with: the rest of what is open, or of what the heading names. */
  addHead(head: Head, stretch: { readonly tokens: readonly Token[]; readonly match: Int32Array; readonly items: readonly Item[] }, heading: Heading, gap: number, at: number): void {
    const { tokens, match } = stretch;
    if (head.kind === "loose") {
      this.finish();
      this.skip(tokens, 0, head.end);
      return;
    }
    if (head.kind === "signature") {
      this.finish();
      const end = stretch.items[0]?.first ?? tokens.length;
      if (heading === null || heading.kind !== "function") return this.skip(tokens, 0, end);
      this.start("function", heading.name, at);
      this.openPart().slices.push(`${heading.signature} `);
      this.openPart().missing.head = true;
      return this.addPart({ tokens, match, first: head.end, end }, -1, match[head.end] !== -1);
    }
    const wanted = head.kind === "braced" ? (heading?.kind === "table" ? "table" : "struct") : head.kind === "body" ? "function" : (heading?.kind ?? null);
    const continues = this.open !== null && heading !== null && heading.name === this.open.name && heading.kind === this.open.kind;
    if (!continues) {
      this.finish();
      if (heading === null || heading.kind !== wanted) return this.skip(tokens, 0, head.end);
      this.start(heading.kind, heading.name, at);
      const open = this.openPart();
      open.missing.head = true;
      open.slices.push(heading.kind === "function" ? `${heading.signature} { ` : `${heading.opening} `);
      open.depth = 1;
    } else this.openPart().missing.middle = true;
    if (this.open?.kind === "struct") return this.addMembers(tokens, head);
    if (this.open?.kind === "table") return this.addMembers(tokens, head, entryStart(tokens, match, head.end));
    this.addPart({ tokens, match, first: 0, end: head.end }, gap, head.kind === "body");
  }

  /** Takes one item of a stretch. */
  addItem(item: Item, tokens: readonly Token[], match: Int32Array): void {
    const first = tokens[item.first];
    const last = tokens[item.end - 1];
    if (first === undefined || last === undefined) return;
    if (item.complete) {
      this.top.addItem(item, tokens, match, this.composeOne([{ from: first.from, to: last.to }]));
      return;
    }
    if (item.brace < 0) return this.addSignature(item, tokens, match);
    if (item.shape === "function") {
      const name = nameBefore(tokens, item, match);
      this.start("function", name, first.from);
      this.addPart({ tokens, match, first: item.first, end: item.end }, -1, false);
      return;
    }
    const equals = item.shape === "other" && tokens[item.brace - 1]?.text === "=" ? item.brace - 1 : -1;
    const variable = equals < 0 ? undefined : tokens.slice(item.first, equals).findLast((token) => token.kind === "word");
    if (variable !== undefined) {
      this.start("table", variable.text, first.from);
      return this.addMembers(tokens, { end: item.end, kind: "open" }, item.first);
    }
    const keyword = tokens.slice(item.first, item.brace).findIndex((token) => token.text === "struct" || token.text === "union");
    if (item.shape !== "other" || keyword < 0 || tokens.slice(item.first, item.brace).some((token) => token.text === "=")) return this.skip(tokens, item.first, item.end);
    const name = tokens[item.first + keyword + 1];
    this.start("struct", name?.kind === "word" ? name.text : "", first.from);
    this.openPart().depth = 0;
    this.addMembers(tokens, { end: item.end, kind: "open" }, item.first);
  }

  /** A signature that is known up to its closing parenthesis, whose body begins in the gap. */
  private addSignature(item: Item, tokens: readonly Token[], match: Int32Array): void {
    const open = match[item.end - 1] ?? -1;
    const name = tokens[open - 1];
    const first = tokens[item.first];
    const last = tokens[item.end - 1];
    const isSignature = open - 1 > item.first && name?.kind === "word" && last?.text === ")" && !tokens.slice(item.first, open).some((token) => token.text === "=" || token.text === "(");
    if (!isSignature || first === undefined) return this.skip(tokens, item.first, item.end);
    this.start("function", name.text, first.from);
    this.openPart().slices.push({ from: first.from, to: last.to }, " { ");
    this.openPart().depth = 1;
  }

  private start(kind: Open["kind"], name: string, at: number): void {
    this.finish();
    this.open = { kind, name, slices: [], depth: 0, missing: { head: false, middle: false, tail: false }, at };
  }

  private openPart(): Open {
    if (this.open === null) throw new Error("Completion: nothing is open.");
    return this.open;
  }

  /** Adds a known part of a function after gap number `gap` (-1: none), with the braces that the gap must have held. */
  private addPart(given: Part, gap: number, ends: boolean): void {
    const open = this.openPart();
    const marker = gapMarker(gap);
    const start = gap >= 0 ? trimStart(given, marker) : { part: given, before: "", dropped: [] };
    const trimmed = ends ? { part: start.part, dropped: [] } : trimEnd(start.part);
    for (const range of [...start.dropped, ...trimmed.dropped]) this.top.skip(range.from, range.to, "cut by a gap");
    const part = trimmed.part;
    const { closers, opens } = braceBalance(part);
    if (gap >= 0) {
      open.slices.push(` ${marker}; `);
      const needed = closers.length + (ends ? 0 : 1);
      if (open.depth > needed) open.slices.push("} ".repeat(open.depth - needed));
      for (let level = open.depth; level < needed; level++) open.slices.push(openerFor(part, closers[needed - level - 1 - (ends ? 0 : 1)] ?? -1, marker));
      open.depth = Math.max(needed, closers.length);
    }
    open.slices.push(start.before);
    const first = part.tokens[part.first];
    const last = part.tokens[part.end - 1];
    if (first !== undefined && last !== undefined && part.end > part.first) open.slices.push({ from: first.from, to: last.to });
    open.depth = open.depth - closers.length + opens;
    if (!ends) return;
    this.open = null;
    this.emit(open, "}".repeat(Math.max(0, open.depth)));
  }

  private addMembers(tokens: readonly Token[], head: Pick<Head, "end" | "kind">, first = 0): void {
    const open = this.openPart();
    const from = first;
    let to = head.end;
    if (head.kind !== "braced") {
      const separator = open.kind === "table" ? "," : ";";
      while (to > from && tokens[to - 1]?.text !== separator && tokens[to - 1]?.text !== "{" && tokens[to - 1]?.text !== "}") to--;
    }
    const head0 = tokens[from];
    const last = tokens[to - 1];
    if (head0 !== undefined && last !== undefined && to > from) {
      const { closers, opens } = braceBalance({ tokens, match: new Int32Array(0), first: from, end: to });
      for (let missing = open.depth; missing < closers.length; missing++) open.slices.push(open.kind === "table" ? "{ " : "struct { ");
      open.depth = Math.max(open.depth, closers.length) - closers.length + opens;
      open.slices.push({ from: head0.from, to: last.to }, " ");
    }
    if (head.kind !== "braced") return;
    this.open = null;
    this.emit(open, "");
  }

  private emit(open: Open, suffix: string): void {
    const composed = this.composeOne([...open.slices, open.missing.tail && open.kind === "function" ? ` ${gapMarker(this.top.gapAfter(open.slices))}; ` : "", suffix]);
    this.top.addPartial(open.kind === "table" ? "other" : open.kind, open.name, composed, open.missing, open.at);
  }

  private composeOne(slices: readonly Slice[]): Composed {
    return compose(this.masked, slices);
  }

  private skip(tokens: readonly Token[], first: number, end: number): void {
    const head = tokens[first];
    const tail = tokens[end - 1];
    if (head !== undefined && tail !== undefined && end > first) this.top.skip(head.from, tail.to, "in no known function");
  }
}

/** The first entry of a table's part that is whole: one that the gap cuts begins in the middle of an expression. */
function entryStart(tokens: readonly Token[], match: Int32Array, end: number): number {
  const first = tokens[0];
  if (first === undefined || first.kind !== "mark" || /^[.{[&~(}-]$/.test(first.text)) return 0;
  for (let index = 0; index < end; index++) {
    const partner = match[index] ?? -1;
    if (partner > index) index = partner;
    else if (tokens[index]?.text === ",") return index + 1;
  }
  return end;
}
