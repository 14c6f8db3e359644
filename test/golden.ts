// Golden text: compares what a test made with a file beside the test.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expect } from "vitest";

/** What `golden` needs of the context that vitest hands to a test: `it("…", (t) => golden(t, text))`. */
export interface GoldenContext {
  readonly task: { readonly name: string; readonly file: { readonly filepath: string } };
}

/**
 * Compares `text` with `golden/<test file>/<test name>.txt` beside the test file. A missing file is written and the test
 * fails once, so that a new expectation is read before it counts; a mismatch leaves `.actual` beside it; `UPDATE=1` rewrites.
 */
export function golden(t: GoldenContext, text: string): void {
  const testFile = t.task.file.filepath;
  const folder = join(dirname(testFile), "golden", basename(testFile).replace(/\.test\.ts$/, ""));
  const file = join(folder, `${slug(t.task.name)}.txt`);
  const actualFile = file.replace(/\.txt$/, ".actual");
  const actual = text.endsWith("\n") ? text : `${text}\n`;
  if (process.env["UPDATE"] === "1") {
    write(folder, file, actual);
    rmSync(actualFile, { force: true });
    return;
  }
  if (!existsSync(file)) {
    write(folder, file, actual);
    expect.fail(`The golden file ${basename(file)} did not exist and was written. Read it, then run the test again.`);
  }
  const expected = readFileSync(file, "utf8");
  if (expected === actual) {
    rmSync(actualFile, { force: true });
    return;
  }
  writeFileSync(actualFile, actual);
  expect(actual, `differs from ${basename(file)}; UPDATE=1 rewrites it`).toBe(expected);
}

function write(folder: string, file: string, text: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, text);
}

function slug(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 100);
}
