// Subject lines: the table of forms where git, b4 and patchwork disagree, and the prefixes of 97,507 real mails.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseSubject } from "../../../src/core/series/subject.js";
import { corpusNote, corpusRoot, hasCorpus } from "../corpus.js";

/** `R v2 3/5 |tags| title`: reply mark, version (`?` when guessed), counter, tags, title. */
function show(subject: string): string {
  const read = parseSubject(subject);
  const version = read.versionGiven ? `v${read.versionText}${read.guessed.includes("version") ? "?" : ""}` : "-";
  return `${read.reply ? "R " : ""}${version} ${read.n === null ? "-" : `${read.n}/${read.m ?? "-"}`} |${read.tags.join(" ")}| ${read.title}`;
}

describe("parseSubject", () => {
  const table: readonly (readonly [string, string])[] = [
    ["[PATCH] foo", "- - |PATCH| foo"],
    ["[PATCH v6,19/24] foo", "v6 19/24 |PATCH| foo"],
    ["[v2,5/5] foo: use bar() instead of baz()", "v2 5/5 || foo: use bar() instead of baz()"],
    ["[PATCHv3 2/5] foo", "v3 2/5 |PATCH| foo"],
    ["[PATCHv2,1/2] foo", "v2 1/2 |PATCH| foo"],
    ["[PATCH1/8] foo", "- 1/8 |PATCH| foo"],
    ["[PATCH 1 of 3] foo", "- 1/3 |PATCH| foo"],
    ["[PATCH v10 02 / 13] foo", "v10 2/13 |PATCH| foo"],
    ["[PATCH v5.1 10/12] foo", "v5.1 10/12 |PATCH| foo"],
    ["[PATCH v4rev2 1/2] foo", "v4rev2 1/2 |PATCH| foo"],
    ["[PATCH 4rev2 1/2] foo", "v4rev2 1/2 |PATCH| foo"],
    ["AW: [PATCH v2 1/3] foo", "R v2 1/3 |PATCH| foo"],
    ["答复: [PATCH] foo", "R - - |PATCH| foo"],
    ["Re: AW: RE: Fwd: [PATCH 1/2] foo", "R - 1/2 |PATCH| foo"],
    ["[lists] Re: [PATCH 1/2] foo", "R - 1/2 |lists PATCH| foo"],
    ["[PATCH] foo (v3)", "v3? - |PATCH| foo"],
    ["PATCH 1/2: foo", "- 1/2 |PATCH| foo"],
    ["[PATCH 6/5] foo", "- 6/5 |PATCH| foo"],
    ["[bug#60788] [PATCH v2 2/3] foo", "v2 2/3 |PATCH| foo"],
    ["[RFC][PATCH v2 00/11] foo", "v2 0/11 |RFC PATCH| foo"],
    ["[net-next PATCH v3 1/2] foo", "v3 1/2 |net-next PATCH| foo"],
    ["[PATCH 01/10 RESEND] foo", "- 1/10 |PATCH RESEND| foo"],
    ["[PATCH -next] foo", "- - |PATCH -next| foo"],
    ["[PATCH 5.10 006/120] foo", "- 6/120 |PATCH 5.10| foo"],
    ["[PATCH V2,net-next, 2/2] foo", "v2 2/2 |PATCH net-next| foo"],
    ["[[PATCH] 1/2] foo", "- 1/2 |PATCH| foo"],
    ["[PATCH 1/2]: foo", "- 1/2 |PATCH| foo"],
    ["Re: how does [this] work?", "R - - || how does [this] work?"],
    ["no prefix at all", "- - || no prefix at all"],
    ["[never closed", "- - || [never closed"],
    ["fs: replace 1/2 of the callers", "- - || fs: replace 1/2 of the callers"],
    ["", "- - || "],
    ["Re:", "R - - || "],
  ];
  for (const [subject, wanted] of table) {
    it(`reads "${subject}"`, () => {
      expect(show(subject)).toBe(wanted);
    });
  }

  it("takes time in proportion to the length of a hostile subject", () => {
    for (const piece of ["[", "[a", "[]", "Re: ", "[1/1] ", "=?", "((((v"]) expect(parseSubject(piece.repeat(100_000)).title.length).toBeLessThan(2001);
  });

  it.skipIf(!hasCorpus)(`agrees with the corpus on its prefixes but for known differences${corpusNote}`, () => {
    const rows = readFileSync(join(corpusRoot, "lists/subject-prefixes.tsv"), "utf8").split("\n").slice(1).filter((row) => row !== "");
    const misses: string[] = [];
    // Forms that the corpus' own reader does not know: v3a, PATCHv11.1, RFCv2, [[patch] 2/2].
    const known = /\bv\d+[a-z]\b|PATCHv\d+\.\d|RFCv\d|\[\[/i;
    for (const row of rows) {
      const [, , subject = "", n, m, version, reply] = row.split("\t");
      if (known.test(subject)) continue;
      const read = parseSubject(subject);
      const found = [read.n, read.m, read.version, read.reply].map((value) => (value === null ? "None" : String(value)));
      const wanted = [n, m, version, reply?.toLowerCase()];
      if (found.join(" ") !== wanted.join(" ")) misses.push(`${subject}: found ${found.join(" ")}, wanted ${wanted.join(" ")}`);
    }
    expect(misses).toEqual([]);
  });
});
