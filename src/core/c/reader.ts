// The C reader: tree-sitter behind two calls, one for images of a patch and one for whole texts.
import { Language, Parser } from "web-tree-sitter";
import { renderImage } from "../patch/render.js";
import type { Image } from "../patch/types.js";
import type { CUnit } from "./ast.js";
import { TreeCopier } from "./tree.js";
import type { Parse, UnitSource } from "./unit.js";
import { readUnitSource } from "./unit.js";

export interface CReader {
  /**
   * Reads one side of a file as far as it is known. Spans are offsets into `renderImage(image)`, or into `text` when it is given: a text with the
   * image's gaps and headings on the same lines, in other words. "every" branch of `#if … #else … #endif` is read, so that nothing is lost, or of each group the
   * "one" that a usual configuration takes, so that the text can run. Never throws.
   */
  readUnit(image: Image, text?: string, branches?: "every" | "one"): CUnit;
  /** Reads a whole C text, such as a kernel model or a scenario, in one configuration. `path` is only a name. Spans are offsets into `text`. Never throws. */
  readText(path: string, text: string): CUnit;
}

/** The bytes of `web-tree-sitter.wasm` and of the C grammar; core does not read files, so the edges hand them in. */
export interface CReaderBytes {
  readonly runtime: Uint8Array;
  readonly grammar: Uint8Array;
}

/** Texts above this many UTF-16 units are not read: the largest C file of the kernel that is not generated has about 700,000. */
export const MAX_C_LENGTH = 2_000_000;

/** Starts the parser. Rejects only when the bytes are not the runtime and the grammar that this program ships. */
export async function createCReader(bytes: CReaderBytes): Promise<CReader> {
  await Parser.init({ wasmBinary: bytes.runtime });
  const parser = new Parser();
  parser.setLanguage(await Language.load(bytes.grammar));
  const copier = new TreeCopier();
  const parse: Parse = (text) => {
    const tree = parser.parse(text);
    if (tree === null) return null;
    const root = copier.copy(tree, text);
    tree.delete();
    return root;
  };
  const read = (source: UnitSource): CUnit => (source.text.length > MAX_C_LENGTH ? tooLong(source.text) : readUnitSource(source, parse));
  return {
    readUnit: (image, text, branches = "every") => read(sourceOfImage(image, text ?? renderImage(image), branches)),
    readText: (_path, text) => read({ text, gaps: [], headings: [], kernelStyle: false, branches: "one" }),
  };
}

/** The image's text with its unknown lines; a gap without an end is the one quiet line that stands for it. */
function sourceOfImage(image: Image, text: string, branches: UnitSource["branches"]): UnitSource {
  const gaps = image.gaps.map((gap) => ({ from: gap.from, to: gap.to ?? gap.from, heading: gap.heading }));
  return { text, gaps: image.absent ? [] : gaps, headings: image.headings, kernelStyle: true, branches };
}

function tooLong(text: string): CUnit {
  const skipped = [{ span: { from: 0, to: text.length, line: 1 }, reason: "too long" }];
  return { functions: [], structs: [], globals: [], typedefs: [], enums: [], defines: [], alternatives: [], conditions: [], skipped };
}
