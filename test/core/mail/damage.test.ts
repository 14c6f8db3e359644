// What mail does to patches, one fixture per rule: each is read as far as it is whole, and each damage is named.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { readMailbox } from "../../../src/core/mail/read.js";
import { readSeries } from "../../../src/core/series/read.js";
import { nodePlatform } from "../corpus.js";

const fixtures = resolve(import.meta.dirname, "../../fixtures/mail");

/** Fixture, the problems that it has, and the counts of its files: path, additions, deletions. */
const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ["plain.eml", [], ["one.c +1 -0"]],
  ["crlf.eml", [], ["one.c +1 -0"]],
  ["no-charset-latin-1.eml", [], ["one.c +1 -0"]],
  ["base64.eml", [], ["one.c +1 -0"]],
  ["signed.eml", [], ["one.c +1 -0"]],
  ["patches-attached.eml", [], ["one.c +1 -0", "two.c +1 -0"]],
  ["flowed-stuffed.eml", [], ["one.c +1 -0"]],
  ["flowed-never-stuffed.eml", [], ["one.c +1 -0"]],
  ["flowed-in-multipart.eml", [], ["one.c +1 -0"]],
  ["flowed-in-alternative.eml", [], ["one.c +1 -0"]],
  ["charset-unknown.eml", ["unknown-charset"], ["one.c +1 -0"]],
  ["transfer-encoding-unknown.eml", ["unknown-transfer-encoding"], ["one.c +1 -0"]],
  ["base64-truncated.eml", ["truncated-base64"], []],
  ["date-unreadable.eml", ["unreadable-date"], ["one.c +1 -0"]],
  ["date-out-of-range.eml", ["date-out-of-range"], ["one.c +1 -0"]],
  ["time-zone-out-of-range.eml", ["time-zone-out-of-range"], ["one.c +1 -0"]],
  ["bidi-control.eml", ["bidi-control"], ["one.c +1 -0"]],
  ["no-break-spaces.eml", ["no-break-spaces"], []],
  ["tabs-lost.eml", ["tabs-lost"], ["one.c +1 -0"]],
  ["line-wrapped.eml", ["hunk-wrapped"], ["one.c +1 -0"]],
  ["hunk-counts-wrong.eml", ["hunk-damaged"], []],
  // No file is left of these; still they say why.
  ["path-refused.eml", ["path-refused"], []],
  ["name-wrapped.eml", ["hunk-without-file"], []],
];

/** Problems that stand at a place within the mail: all of the bytes that are named. The others are about the whole mail. */
const places: Readonly<Record<string, RegExp>> = {
  "unreadable-date": /^Date: .*$/,
  "date-out-of-range": /^Date: .*$/,
  "time-zone-out-of-range": /^Date: .*$/,
  "unknown-charset": /^Content-Type: .*$/i,
  "unknown-transfer-encoding": /^Content-Transfer-Encoding: .*$/i,
  "truncated-base64": /^[A-Za-z0-9+/=\n]+$/,
  "bidi-control": /^.*\u00e2\u0080[\u00aa-\u00ae].*\n$/,
  "no-break-spaces": /^\u00c2\u00a0.*\n$/,
  "tabs-lost": /^diff --git .*\n$/,
  "hunk-wrapped": /^[^-+ ].*\n$/,
  "hunk-damaged": /^.*\n$/,
  "path-refused": /^diff --git .*\n$/,
  "hunk-without-file": /^@@ .*\n$/,
};

describe("damage", () => {
  for (const [name, kinds, files] of cases) {
    it(`reads ${name}${kinds.length === 0 ? "" : ` and says ${kinds.join(", ")}`}`, async () => {
      const bytes = new Uint8Array(readFileSync(join(fixtures, name)));
      const mailbox = await readMailbox(bytes, nodePlatform);
      const series = readSeries(mailbox.messages);
      const problems = [...mailbox.problems, ...series.problems];
      expect([...new Set(problems.map((problem) => problem.kind))]).toEqual(expect.arrayContaining([...kinds]));
      if (kinds.length === 0) expect(problems).toEqual([]);
      for (const problem of problems) {
        expect(problem.messageId).toBe("1@example.org");
        const damaged = new TextDecoder("latin1").decode(bytes.subarray(problem.from, problem.to));
        expect(damaged).toBe(places[problem.kind] === undefined ? new TextDecoder("latin1").decode(bytes) : damaged.match(places[problem.kind] ?? /$^/)?.[0]);
      }
      if (files.length > 0) expect(series.entries[0]?.patch?.files.map((file) => `${file.path} +${file.additions} -${file.deletions}`)).toEqual(files);
      expect(series.entries[0]?.message.text).not.toContain("\r");
    });
  }

  it("joins the talk of a flowed mail and leaves its patch alone", async () => {
    for (const name of ["flowed-stuffed.eml", "flowed-never-stuffed.eml", "flowed-in-multipart.eml", "flowed-in-alternative.eml"]) {
      const mailbox = await readMailbox(new Uint8Array(readFileSync(join(fixtures, name))), nodePlatform);
      // delsp takes the blank, too.
      expect(mailbox.messages[0]?.text.split("\n")[0], name).toBe(name === "flowed-never-stuffed.eml" ? "Because itis so." : "Because it is so.");
      expect(mailbox.messages[0]?.text, name).toContain("\n int one(void)\n {\n+\tlock();");
    }
  });

  it("names the bytes of the broken line in the mail that has it, encoded lines and quoted ones as they stand", async () => {
    const from = "From mboxrd@z Thu Jan  1 00:00:00 1970\n";
    const first = "From: Ann <a@example.org>\nSubject: one\nMessage-ID: <1@example.org>\n\n>From here on, talk.\n";
    const head = "From: Ann <a@example.org>\nSubject: [PATCH] two\nMessage-ID: <2@example.org>\nContent-Transfer-Encoding: quoted-printable\n\n";
    const body = "A line that goes =\non.=0AAnother.\n---\ndiff --git a/x.c b/x.c\n--- a/x.c\n+++ b/x.c\n@@ -1,2 +1,2 @@\n-one();\n+two(=\n);\nthis is no line of it\n";
    const input = new TextEncoder().encode(`${from}${first}\n${from}${head}${body}`);
    const mailbox = await readMailbox(input, nodePlatform);
    const problems = readSeries(mailbox.messages).problems.filter((problem) => problem.kind === "hunk-damaged");
    expect(problems.map((problem) => [problem.messageId, new TextDecoder().decode(input.subarray(problem.from, problem.to))])).toEqual([["2@example.org", "this is no line of it\n"]]);
    const place = (line: number): string => {
      const range = mailbox.messages[1]?.bytesOfLine?.(line);
      return new TextDecoder().decode(input.subarray(range?.from, range?.to));
    };
    expect([1, 2, 3, 9].map(place)).toEqual(["A line that goes =\non.=0AAnother.\n", "on.=0AAnother.\n", "---\n", "+two(=\n);\n"]);
  });
});
