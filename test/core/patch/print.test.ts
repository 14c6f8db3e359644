// printPatch: every fixture of a patch form comes back byte for byte; so does damaged text; and a patch that was made prints as git writes it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parsePatch } from "../../../src/core/patch/parse.js";
import { printPatch } from "../../../src/core/patch/print.js";
import type { Patch } from "../../../src/core/patch/types.js";
import { golden } from "../../golden.js";
import { asMade, facts, mutate } from "./print.js";

const folder = join(import.meta.dirname, "../../fixtures/patch/forms");
const fixtures = readdirSync(folder).filter((name) => name.endsWith(".patch")).sort();
const read = (name: string): string => readFileSync(join(folder, name), "utf8");

/** What a patch holds, one line each: files, the lines of combined diffs, spellings and passages that were kept, problems. */
function summary(patch: Patch): string {
  return [
    ...patch.files.flatMap((file) => [
      `${JSON.stringify(file.path)} ${file.status} +${file.additions} -${file.deletions} ${file.hunks.length} hunks${file.binary ? " binary" : ""} ${file.oldMode ?? "-"} ${file.newMode ?? "-"}${file.pathA === file.pathB ? "" : ` from ${JSON.stringify(file.pathA)}`}`,
      ...file.hunks.flatMap((hunk) => [...(hunk.written === undefined ? [] : [`  written ${JSON.stringify(hunk.written)}`]), ...hunk.lines.flatMap((line) => (line.written === undefined ? [] : [`  written ${JSON.stringify(line.written)}`]))]),
      ...(file.combined?.hunks ?? []).flatMap((hunk) => [`  combined ${hunk.from},${hunk.count} ${hunk.heading}`, ...hunk.lines.map((line) => `  ${String(line.lineB ?? "").padStart(3)} ${line.signs}|${line.text}`)]),
    ]),
    ...(patch.passages ?? []).map((passage) => `passage ${passage.textLine} ${JSON.stringify(passage.text)}`),
    ...patch.problems.map((problem) => `problem ${problem.kind} ${problem.file ?? ""} ${problem.line ?? ""}`),
  ].join("\n");
}

describe("printPatch", () => {
  it.each(fixtures)("gives back %s", (name) => {
    expect(printPatch(parsePatch(read(name)))).toBe(read(name));
  });

  for (const name of fixtures) {
    it(`reads ${name} as expected`, (t) => golden(t, summary(parsePatch(read(name)))));
  }

  it.each(fixtures)("prints the facts of %s without the text they came from", (name) => {
    const patch = parsePatch(read(name));
    expect(facts(parsePatch(printPatch(asMade(patch))))).toEqual(facts(patch));
  });

  it("writes what git writes for a patch that was made", () => {
    const name = "deleted-line-of-dashes.patch";
    expect(printPatch(asMade(parsePatch(read(name))))).toBe(read(name).replace(/^-- \n2\.47\.0\n\n/m, ""));
    expect(printPatch({ files: [], problems: [] })).toBe("");
  });

  it("gives back any cut of a text", () => {
    for (const name of fixtures) {
      const text = read(name);
      for (let end = 0; end <= text.length; end++) expect(printPatch(parsePatch(text.slice(0, end)))).toBe(text.slice(0, end));
    }
  });

  it("gives back damaged text", () => {
    const texts = fixtures.map(read);
    for (let seed = 1; seed <= 5000; seed++) {
      const text = mutate(texts, seed);
      expect(printPatch(parsePatch(text)), `seed ${seed}`).toBe(text);
    }
  });

  it("goes on with the next file after a header without a name", () => {
    expect(parsePatch(read("name-that-nobody-can-read.patch")).files.map((file) => file.path)).toEqual(["next"]);
  });
});
