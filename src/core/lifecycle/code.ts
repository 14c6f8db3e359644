// One side of a patch as code: its functions, structs and globals together, and the way from a span back to a line.
import type { CFunction, CStruct, CUnit, Field, Span, TypeRef } from "../c/ast.js";
import type { CReader } from "../c/reader.js";
import { lineStarts, renderImage, sourceRange } from "../patch/render.js";
import type { Image, Side } from "../patch/types.js";
import { API, LOCK_CALLS } from "./api.js";
import type { Hints } from "./guess.js";
import { hintsOf } from "./guess.js";
import { macroFunctions } from "./macros.js";
import type { Site } from "./types.js";

export interface SourceFile {
  readonly image: Image;
  readonly text: string;
  readonly starts: readonly number[];
  readonly unit: CUnit;
}

export interface CodeFunction {
  readonly fn: CFunction;
  readonly file: SourceFile;
}

/** Everything that one side shows, of all files of the patch. */
export interface Code {
  readonly side: Side;
  readonly files: readonly SourceFile[];
  /** Functions with a body, in the order of the files; behind them the macros that are followed as functions are. */
  readonly functions: readonly CodeFunction[];
  /** By name; a body is preferred to a prototype. */
  readonly byName: ReadonlyMap<string, CodeFunction>;
  /** Named structs and unions, and variables of an anonymous struct under the variable's name. */
  readonly structs: ReadonlyMap<string, readonly Field[]>;
  readonly globals: ReadonlyMap<string, TypeRef>;
  /** What the shown declarations say of variables whose own are not shown. */
  readonly hints: Hints;
  /** Function-like macros of the files that have the name of a call in the table of lifetime calls: they are something else here. */
  readonly redefined: ReadonlySet<string>;
}

/** Reads the C files among the images; others are passed over. */
export function readCode(reader: CReader, side: Side, images: readonly Image[]): Code {
  const files = images
    .filter((image) => /\.[ch]$/.test(image.path) && !image.absent)
    .map((image): SourceFile => {
      const text = renderImage(image);
      return { image, text, starts: lineStarts(text), unit: reader.readUnit(image) };
    });
  const functions = files.flatMap((file) => file.unit.functions.filter((fn) => fn.body !== null).map((fn) => ({ fn, file })));
  const byName = new Map<string, CodeFunction>();
  for (const file of files) for (const fn of file.unit.functions) if (fn.body === null && !byName.has(fn.name)) byName.set(fn.name, { fn, file });
  for (const entry of functions) if ((byName.get(entry.fn.name)?.fn.body ?? null) === null) byName.set(entry.fn.name, entry);
  const structs = new Map<string, readonly Field[]>();
  for (const struct of files.flatMap((file) => file.unit.structs)) addStruct(structs, struct);
  const globals = new Map<string, TypeRef>();
  for (const global of files.flatMap((file) => file.unit.globals)) {
    if (!globals.has(global.name)) globals.set(global.name, global.type);
  }
  const redefined = new Set(files.flatMap((file) => file.unit.skipped.filter(({ reason }) => reason === "function-like macro").map(({ span }) => /^#\s*define\s+(\w+)/.exec(file.text.slice(span.from, span.to))?.[1] ?? ""))
    .filter((name) => API.has(name) || LOCK_CALLS.has(name)));
  const code: Code = { side, files, functions, byName, structs, globals, hints: hintsOf({ functions, structs }), redefined };
  const macros = macroFunctions(reader, code);
  if (macros.length === 0) return code;
  return { ...code, functions: [...functions, ...macros], byName: new Map([...byName, ...macros.map((macro): [string, CodeFunction] => [macro.fn.name, macro])]) };
}

/** The call or statement at a span, as the view shows it. */
export function siteAt(code: Code, where: CodeFunction, span: Span): Site {
  const text = where.file.text.slice(span.from, span.to).replace(/\s+/g, " ").trim();
  const range = sourceRange({ path: where.file.image.path, side: code.side }, where.file.starts, span.from, span.to);
  return { function: where.fn.name, text: text.length > MAX_SITE_TEXT ? `${text.slice(0, MAX_SITE_TEXT - 1)}…` : text, range };
}

/** A site is shown on one line of a tooltip or a table. */
const MAX_SITE_TEXT = 160;

function addStruct(structs: Map<string, readonly Field[]>, struct: CStruct): void {
  if (struct.name === "") return;
  const known = structs.get(struct.name) ?? [];
  const names = new Set(known.map((field) => field.name));
  structs.set(struct.name, [...known, ...struct.fields.filter((field) => field.name === "" || !names.has(field.name))]);
}
