// Reads the corpus for tests of patches and reviews: raw mails and what git says of them. Nothing of it is kept in the project.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

export const corpus = join(import.meta.dirname, "../../../../shared/corpus");
export const haveCorpus = existsSync(corpus);

/** All mailboxes with expected results below a folder of the corpus, as paths relative to it, sorted. */
export function boxesWithExpectations(folder: string): string[] {
  if (!haveCorpus) return [];
  const found: string[] = [];
  for (const entry of readdirSync(join(corpus, folder), { withFileTypes: true, recursive: true })) {
    if (!/\.expected\.json(\.gz)?$/.test(entry.name)) continue;
    found.push(join(entry.parentPath, entry.name).slice(corpus.length + 1));
  }
  return found.sort();
}

export function readMaybeGzipped(path: string): Buffer {
  const bytes = readFileSync(path);
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}

/** The mails of an mboxrd box as raw bytes, `>From ` undone. Enough for tests; the product has its own reader. */
export function splitBox(bytes: Buffer): Buffer[] {
  const text = bytes.toString("latin1");
  const starts: number[] = [];
  for (let at = text.startsWith("From ") ? 0 : text.indexOf("\nFrom ") + 1; ; ) {
    starts.push(at);
    const next = text.indexOf("\nFrom ", at);
    if (next < 0) break;
    at = next + 1;
  }
  return starts.map((start, index) => {
    const body = text.slice(text.indexOf("\n", start) + 1, starts[index + 1] ?? text.length);
    return Buffer.from(body.replace(/^>(>*From )/gm, "$1"), "latin1");
  });
}
