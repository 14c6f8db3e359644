// What the reader and the compiler make of the kernel model and the scenarios, kept from the build, so that a cold run parses and compiles only the patch.
import { createHash } from "node:crypto";
import type { CFunction, CUnit, Stmt } from "../core/c/ast.js";
import type { CReader } from "../core/c/reader.js";
import { asStored, type StoredCode } from "../core/simulate/compile/stored.js";

/** The file's name in `dist/kernel`. */
export const READINGS_FILE = "readings.txt";

/**
 * The reader, with the texts known whose hash is in `file` (what `writeReadings` of readings-build.ts wrote; "" knows none). A text that has changed since has another
 * hash, and is read; so is one whose line is damaged. Bodies and code are unpacked when they are asked for.
 */
export function withReadings(reader: CReader, file: string): CReader {
  const known = new Map<string, string>();
  for (const line of file.split("\n")) known.set(line.slice(0, HASH_LENGTH), line.slice(HASH_LENGTH + 1));
  return {
    ...reader,
    readText: (path, text) => {
      const line = known.get(hashOf(text));
      const read = (): CUnit => reader.readText(path, text);
      return (line === undefined ? null : unpacked(line, read)) ?? read();
    },
  };
}

/** One line without its hash: the unit without the bodies, and for each function its body and its code ("" where it has none), each as JSON; then END. */
export function pack(unit: CUnit, codes: ReadonlyMap<number, readonly StoredCode[]>): string {
  const header = { ...unit, functions: unit.functions.map((fn) => ({ ...fn, body: null })) };
  const parts = unit.functions.flatMap((fn) => {
    const code = codes.get(fn.span.from);
    return [fn.body === null ? "" : JSON.stringify(fn.body), code === undefined ? "" : JSON.stringify(code)];
  });
  // JSON has no tabs of its own.
  return [JSON.stringify(header), ...parts, END].join("\t");
}

/** What a text is known by. */
export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** SHA-256 in hexadecimal digits. */
const HASH_LENGTH = 64;
/** A line that was cut off does not end with it. */
const END = ".";

/** Who wrote the line is `pack`: under this hash it has what belongs to this text. Null when it is damaged. */
function unpacked(line: string, read: () => CUnit): CUnit | null {
  const parts = line.split("\t");
  const header = parsed<CUnit>(parts[0]);
  if (header === null || parts.length !== 2 + 2 * header.functions.length || parts.at(-1) !== END) return null;
  const functions = header.functions.map((fn, at) => (parts[1 + 2 * at] === "" ? fn : lateFunction(fn, () => parsed<readonly Stmt[]>(parts[1 + 2 * at]) ?? read().functions[at]?.body ?? null)));
  const places = new Map(header.functions.map((fn, at) => [fn.span.from, at]));
  const known = new Map<number, readonly StoredCode[]>();
  return asStored({ ...header, functions }, (from) => {
    let codes = known.get(from);
    if (codes === undefined) known.set(from, (codes = parsed<readonly StoredCode[]>(parts[2 + 2 * (places.get(from) ?? -1)]) ?? []));
    return codes;
  });
}

/** A function whose body is read when it is asked for; `isDefined` of link.ts knows it. */
function lateFunction(fn: CFunction, readBody: () => readonly Stmt[] | null): CFunction {
  let body: readonly Stmt[] | null | undefined;
  return Object.defineProperties({ ...fn }, {
    body: { enumerable: true, get: () => (body === undefined ? (body = readBody()) : body) },
    isDefined: { enumerable: false, value: true },
  });
}

function parsed<T>(part: string | undefined): T | null {
  if (part === undefined || part === "") return null;
  try {
    // What was packed as this kind of part.
    return JSON.parse(part) as T;
  } catch {
    return null;
  }
}
