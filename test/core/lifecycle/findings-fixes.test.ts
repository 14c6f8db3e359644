// Recall: small mistakes in the shapes that kernel fixes mend. Each is found in the fix as mended by it, in the fix turned round as new in it, and nothing else is.
import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { CReader } from "../../../src/core/c/reader.js";
import { findInPatch } from "../../../src/core/lifecycle/findings/find.js";
import { buildSeriesImages } from "../../../src/core/patch/images.js";
import { parsePatch } from "../../../src/core/patch/parse.js";
import type { Image, Side } from "../../../src/core/patch/types.js";
import { openReader } from "../c/check.js";

const FOLDER = "test/fixtures/c/fixes";

/** One fix: the kind of the finding and a sentence in its first line, then the lines of a hunk. */
interface Fix {
  readonly kind: string;
  readonly title: string;
  readonly lines: readonly string[];
}

const fixes = readdirSync(FOLDER).sort().flatMap((name) => readFileSync(`${FOLDER}/${name}`, "utf8").split(/^@@ /m).slice(1)).map((block): Fix => {
  const [first = "", ...lines] = block.trimEnd().split("\n");
  const [kind = "", title = ""] = first.split(": ");
  return { kind, title, lines };
});

/** The hunk as a patch, or turned round. */
function patchOf(lines: readonly string[], turned: boolean): string {
  const other: Readonly<Record<string, string>> = { "+": "-", "-": "+" };
  const body = turned ? lines.map((line) => (other[line.charAt(0)] ?? line.charAt(0)) + line.slice(1)) : lines;
  const count = (sign: string): number => body.filter((line) => !line.startsWith(sign)).length;
  return ["diff --git a/drivers/sample/sample.c b/drivers/sample/sample.c", "--- a/drivers/sample/sample.c", "+++ b/drivers/sample/sample.c", `@@ -11,${count("+")} +11,${count("-")} @@`, ...body, ""].join("\n");
}

let reader: CReader;
beforeAll(async () => {
  reader = await openReader();
});

function found(lines: readonly string[], turned: boolean): string[] {
  const images = buildSeriesImages([parsePatch(patchOf(lines, turned))]);
  const of = (side: Side): Image[] => images.paths(0, side).flatMap((path) => images.image(0, path, side) ?? []);
  return findInPatch(reader, { before: of("before"), after: of("after") }).map(({ kind, change }) => `${kind} ${change}`);
}

describe("a fix", () => {
  it.each(fixes)("of $kind is seen as one: $title", ({ kind, lines }) => {
    expect(found(lines, false)).toEqual([`${kind} fixed`]);
    expect(found(lines, true)).toEqual([`${kind} new`]);
  });
});
