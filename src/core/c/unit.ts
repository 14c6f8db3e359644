// From a text with gaps to a unit: scan, mask, split, complete, parse, lower.
import type { CFunction, CUnit } from "./ast.js";
import type { LeftOut } from "./conditional.js";
import { furtherBranches, leaveOutBranches } from "./conditional.js";
import { Completion } from "./completion.js";
import { Configuration } from "./configuration.js";
import { readHeading } from "./heading.js";
import type { Item } from "./items.js";
import { splitItems } from "./items.js";
import { maskAttributes, maskBitmaps, maskStatements, maskUnnamedBits } from "./mask.js";
import { emptyNotes, overwrite } from "./mask-notes.js";
import type { Directive, Stretch, Token } from "./scan.js";
import { matchBrackets, scanStretch } from "./scan.js";
import { TopLevel } from "./top-level.js";
import type { TreeNode } from "./tree.js";
import { Lines } from "./tree.js";

/** A text to read: which of its lines nobody has shown us, and what the hunk headings say. */
export interface UnitSource {
  readonly text: string;
  /** Unknown lines, from one, both ends included; sorted. */
  readonly gaps: readonly { readonly from: number; readonly to: number; readonly heading: string }[];
  /** Hunk headings by the line where the hunk starts. */
  readonly headings: readonly { readonly line: number; readonly text: string }[];
  /** True for code of a patch: a brace in the first column then ends an item whatever else is open. */
  readonly kernelStyle: boolean;
  /** "one": of each group of branches what a usual configuration takes. */
  readonly branches: "every" | "one";
}

/** Parses one piece of text; `null` when the parser gave nothing. */
export type Parse = (text: string) => TreeNode | null;

/** Reads a whole text. Nothing is thrown: what cannot be read is listed in `skipped`. */
export function readUnitSource(source: UnitSource, parse: Parse): CUnit {
  const { text } = source;
  const lines = new Lines(text);
  const buffer = new Uint16Array(text.length);
  for (let at = 0; at < text.length; at++) buffer[at] = text.charCodeAt(at);
  const notes = emptyNotes();
  const stretches = stretchesOf(source, lines);
  for (const gap of source.gaps) overwrite(buffer, lines.startOf(gap.from), gap.to >= lines.count ? text.length : lines.startOf(gap.to + 1), "");

  const top = new TopLevel(text, lines, notes, source.gaps, parse);
  const configuration = source.branches === "one" ? new Configuration() : null;
  const read = stretches.map((stretch) => {
    const scan = scanStretch(text, stretch);
    for (const comment of scan.comments) overwrite(buffer, comment.from, comment.to, "");
    for (const directive of scan.directives) overwrite(buffer, directive.from, directive.to, "");
    const chosen = configuration?.read(scan.directives, stretch);
    const directives = chosen?.defines ?? scan.directives;
    addDefines(top, directives);
    for (const directive of directives) {
      const [, macro, body] = /^(\w+)\([^)]*\)\s*([\s\S]*\))$/.exec(directive.name === "define" ? directive.rest : "") ?? [];
      if (macro !== undefined && /^(?:for|while|if)\s*\(|^\w*for_each\w*\s*\(/.test(body ?? "")) notes.loops.add(macro);
    }
    const leftOut = chosen?.leftOut ?? leaveOutBranches(scan.tokens, scan.directives);
    for (const range of leftOut) {
      overwrite(buffer, range.from, range.to, "");
      top.skip(range.from, range.to, range.dead ? "not compiled" : "conditional");
    }
    if (!chosen) for (const range of furtherBranches(scan.tokens, scan.directives)) top.addAlternative(range);
    const kept = leftOut.length === 0 ? scan.tokens : withoutRanges(scan.tokens, leftOut);
    const tokens = maskBitmaps(buffer, maskAttributes(buffer, kept, notes), notes);
    maskUnnamedBits(buffer, tokens, notes);
    const match = matchBrackets(tokens);
    return { stretch, tokens, match, ...splitItems(tokens, match, stretch.afterGap, source.kernelStyle) };
  });
  configuration?.finish();
  for (const condition of configuration?.conditions ?? []) top.addCondition(condition);
  for (const { tokens, match, head, items } of read) {
    if (head !== null) maskStatements(buffer, tokens, match, 0, head.kind === "signature" ? (items[0]?.first ?? tokens.length) : head.end, notes);
    for (const item of items) if (item.brace >= 0 && isCode(item)) maskStatements(buffer, tokens, match, item.brace, item.end, notes);
  }
  const masked = decode(buffer);

  const completion = new Completion(masked, top);
  for (const { stretch, tokens, match, head, items } of read) {
    const gap = stretch.afterGap ? source.gaps.findIndex((candidate) => lines.startOf(candidate.to + 1) === stretch.from) : -1;
    if (head === null) completion.finish();
    else {
      const headLine = lines.lineAt(stretch.from);
      const lastLine = lines.lineAt(tokens[Math.max(0, head.end - 1)]?.to ?? stretch.from);
      const heading = headingFor(source, gap, headLine, lastLine);
      const whole = head.kind === "signature" ? `${heading} ${text.slice(stretch.from, tokens[head.end]?.from ?? stretch.from)}` : heading;
      completion.addHead(head, { tokens, match, items }, readHeading(whole), gap, stretch.from);
    }
    for (const item of items) completion.addItem(item, tokens, match);
  }
  completion.finish();
  return complete(top.unit());
}

/** The runs of known lines. */
function stretchesOf(source: UnitSource, lines: Lines): Stretch[] {
  const stretches: Stretch[] = [];
  let line = 1;
  let afterGap = false;
  for (const gap of source.gaps) {
    if (gap.from > line) stretches.push({ from: lines.startOf(line), to: lines.startOf(gap.from), afterGap });
    line = gap.to + 1;
    afterGap = true;
  }
  if (line <= lines.count) stretches.push({ from: lines.startOf(line), to: source.text.length, afterGap });
  return stretches.filter((stretch) => stretch.to > stretch.from);
}

/** The tokens outside the ranges; both stand in the order of the text once the ranges are sorted, so one pass is enough. */
function withoutRanges(tokens: readonly Token[], ranges: readonly LeftOut[]): Token[] {
  const sorted = [...ranges].sort((a, b) => a.from - b.from);
  let next = 0;
  let end = -1;
  return tokens.filter((token) => {
    for (let range = sorted[next]; range !== undefined && range.from <= token.from; range = sorted[++next]) end = Math.max(end, range.to);
    return token.from >= end;
  });
}

/** The heading that speaks for lines `from` to `to`: of a hunk that starts among them, or of the gap before them. */
function headingFor(source: UnitSource, gap: number, from: number, to: number): string {
  const own = source.headings.find((heading) => heading.line >= from && heading.line <= to && heading.text !== "");
  return own?.text ?? source.gaps[gap]?.heading ?? "";
}

function isCode(item: Item): boolean {
  return item.shape === "function" || item.shape === "macro-function" || item.shape === "other";
}

function addDefines(top: TopLevel, directives: readonly Directive[]): void {
  for (const directive of directives) {
    if (directive.name !== "define") continue;
    const found = /^([A-Za-z_]\w*)(\()?\s*([\s\S]*)$/.exec(directive.rest);
    if (found === null) continue;
    if (found[2] === undefined) top.addDefine(found[1] ?? "", (found[3] ?? "").trim(), directive.from, directive.to);
    else top.skip(directive.from, directive.to, "function-like macro");
  }
}

/** UTF-16 code units to a string; lone surrogates become replacement characters of the same length. */
function decode(buffer: Uint16Array): string {
  return new TextDecoder("utf-16le", { ignoreBOM: true }).decode(new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength));
}

/** Functions whose head is in a gap take their types from a prototype, when there is one. */
function complete(unit: CUnit): CUnit {
  const functions = unit.functions.map((fn): CFunction => {
    if (!fn.missing.head || fn.body === null) return fn;
    const prototype = unit.functions.find((other) => other.name === fn.name && other !== fn && !other.missing.head);
    return prototype === undefined ? fn : { ...fn, returns: prototype.returns, params: prototype.params, isStatic: prototype.isStatic };
  });
  return { ...unit, functions };
}
