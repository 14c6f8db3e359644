// What the reader makes of the kernel model and the scenarios, kept from the build, so that a cold run parses only the patch.
import { createHash } from "node:crypto";
import type { CUnit } from "../core/c/ast.js";
import type { CReader } from "../core/c/reader.js";

/** The file's name in `dist/kernel`. */
export const READINGS_FILE = "readings.txt";

/**
 * The reader, with the texts known whose hash is in `file` (what `writeReadings` of readings-build.ts wrote; "" knows none). A text that has changed since has another
 * hash, and is read; so is one whose line is damaged.
 */
export function withReadings(reader: CReader, file: string): CReader {
  const known = new Map<string, string>();
  for (const line of file.split("\n")) known.set(line.slice(0, HASH_LENGTH), line.slice(HASH_LENGTH + 1));
  return { ...reader, readText: (path, text) => unpacked(known.get(hashOf(text))) ?? reader.readText(path, text) };
}

/** What a text is known by. */
export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** SHA-256 in hexadecimal digits. */
const HASH_LENGTH = 64;

function unpacked(line: string | undefined): CUnit | null {
  if (line === undefined) return null;
  try {
    // Who wrote the line is `writeReadings`: under this hash it has the unit of this text.
    return JSON.parse(line) as CUnit;
  } catch {
    return null;
  }
}
