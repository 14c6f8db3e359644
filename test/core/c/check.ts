// The one place where the C tests touch the reader.
import { existsSync, readFileSync } from "node:fs";
import type { CUnit } from "../../../src/core/c/ast.js";
import type { CReader } from "../../../src/core/c/reader.js";
import { createCReader } from "../../../src/core/c/reader.js";
import type { Gap, Image } from "../../../src/core/patch/types.js";

export function openReader(): Promise<CReader> {
  return createCReader({
    runtime: readFileSync("node_modules/web-tree-sitter/web-tree-sitter.wasm"),
    grammar: readFileSync("node_modules/tree-sitter-c/tree-sitter-c.wasm"),
  });
}

/**
 * Makes an image out of text in which a line `@@ 12 heading` stands for a gap: unknown lines up to line 11, then a hunk that
 * starts at line 12 under that heading. A last line `@@` says that the end of the file is not known.
 */
export function imageOf(text: string, path = "drivers/sample/sample.c"): Image {
  const lines: (string | undefined)[] = [];
  const gaps: Gap[] = [];
  const headings: { line: number; text: string }[] = [];
  for (const line of text.replace(/^\n/, "").replace(/\n\s*$/, "").split("\n")) {
    const found = /^@@(?: (\d+) ?(.*))?$/.exec(line);
    if (found === null) {
      lines.push(line);
      continue;
    }
    const from = lines.length + 1;
    if (found[1] === undefined) {
      gaps.push({ from, to: null, heading: "" });
      continue;
    }
    const next = Number(found[1]);
    gaps.push({ from, to: next - 1, heading: found[2] ?? "" });
    headings.push({ line: next, text: found[2] ?? "" });
    while (lines.length < next - 1) lines.push(undefined);
  }
  return { path, side: "after", lines, gaps, source: "patch", absent: false, headings, whole: gaps.length === 0 };
}

/** The folder of real mails beside the project, or null where it is not there. */
export function corpusFolder(): string | null {
  return existsSync("../shared/corpus/README.md") ? "../shared/corpus" : null;
}

/** The kinds of every opaque statement or expression in a unit. */
export function opaqueCount(unit: CUnit): { opaque: number; statements: number } {
  let opaque = 0;
  let statements = 0;
  const look = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    if (Array.isArray(value)) return value.forEach(look);
    if ("kind" in value && value.kind === "opaque") opaque++;
    if ("kind" in value && "span" in value && STATEMENTS.has(String(value.kind))) statements++;
    Object.values(value).forEach(look);
  };
  for (const fn of unit.functions) look(fn.body);
  return { opaque, statements };
}

const STATEMENTS = new Set(["expr", "declare", "if", "while", "do", "for", "macro-block", "switch", "goto", "return", "label", "case"]);
