// parsePatch on small texts: headers, counts, damage, and input that means harm.
import { describe, expect, it } from "vitest";
import { parsePatch } from "../../../src/core/patch/parse.js";
import type { Patch } from "../../../src/core/patch/types.js";

/** `path status +a -d hunks` of each file. */
const summary = (patch: Patch): string[] => patch.files.map((file) => `${file.path} ${file.status} +${file.additions} -${file.deletions} ${file.hunks.length}`);
/** `kind file hunk line` of each problem, what is not known left out. */
const problems = (patch: Patch): string[] => patch.problems.map(({ kind, file, hunk, line }) => [kind, file, hunk, line].filter((part) => part !== undefined).join(" "));

const head = (path: string): string => `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n`;
const good = (path: string): string => `${head(path)}@@ -1,2 +1,2 @@ f\n one\n-two\n+2\n`;

describe("parsePatch", () => {
  it("numbers lines on both sides and in the text", () => {
    const patch = parsePatch(`Some words.\n\n---\n x.c | 2 +-\n\n${head("x.c")}@@ -10,4 +12,4 @@ static int f(void)\n a\n-b\n+B\n c\n d\n-- \n2.47.0\n`);
    expect(summary(patch)).toEqual(["x.c modified +1 -1 1"]);
    expect(patch.problems).toEqual([]);
    const hunk = patch.files[0]?.hunks[0];
    expect(hunk?.heading).toBe("static int f(void)");
    expect(hunk?.textLine).toBe(9);
    expect(hunk?.lines.map((line) => [line.sign, line.text, line.lineA, line.lineB, line.textLine])).toEqual([
      [" ", "a", 10, 12, 10],
      ["-", "b", 11, null, 11],
      ["+", "B", null, 13, 12],
      [" ", "c", 12, 14, 13],
      [" ", "d", 13, 15, 14],
    ]);
    expect([patch.files[0]?.textFrom, patch.files[0]?.textTo]).toEqual([6, 15]);
  });

  it("keeps lines that look like headers inside a hunk", () => {
    const patch = parsePatch(`${head("q.sql")}@@ -1,4 +1,3 @@\n a\n--- old\n-- b\n+++ new\n c\n`);
    expect(patch.files[0]?.hunks[0]?.lines.map((line) => line.sign + line.text)).toEqual([" a", "--- old", "-- b", "+++ new", " c"]);
  });

  it("reads a heading after any number of blanks", () => {
    expect(parsePatch(`${head("x")}@@ -1 +1 @@  int main(void)\n-a\n+b\n`).files[0]?.hunks[0]?.heading).toBe("int main(void)");
  });

  it("names the damaged hunk and keeps what is whole", () => {
    const patch = parsePatch(`${head("x.c")}@@ -1,5 +1,5 @@\n k\n-a\n+b\n-- \n2.33.0\n${good("y.c")}`);
    expect(problems(patch)).toEqual(["hunk-damaged x.c 1 9"]);
    expect(summary(patch)).toEqual(["x.c modified +0 -0 0", "y.c modified +1 -1 1"]);
  });

  it("goes on with the next hunk after a damaged one", () => {
    const patch = parsePatch(`${head("x.c")}@@ -1,9 +1,9 @@\n k\n@@ -20,2 +20,2 @@\n k\n-a\n+b\n`);
    expect(problems(patch)).toEqual(["hunk-damaged x.c 1 6"]);
    expect(patch.files[0]?.hunks.map((hunk) => hunk.fromA)).toEqual([20]);
  });

  it("rejoins lines that a mailer broke when the hunk then adds up, and says so", () => {
    const patch = parsePatch(`${head("x.c")}@@ -1,3 +1,3 @@ static int\nfoo(void)\n k\n-a very\nlong line\n+b\n z\n`);
    expect(problems(patch)).toEqual(["hunk-wrapped x.c 1 5"]);
    expect(patch.files[0]?.hunks[0]?.heading).toBe("static int foo(void)");
    expect(patch.files[0]?.hunks[0]?.lines[1]?.text).toBe("a very long line");
  });

  it("takes a hunk whose last context lines were cut off with the text's end", () => {
    const patch = parsePatch(`${head("x.c")}@@ -1,4 +1,4 @@\n k\n-a\n+b\n`);
    expect(problems(patch)).toEqual(["hunk-short-of-context x.c 1 7"]);
    expect(summary(patch)).toEqual(["x.c modified +1 -1 1"]);
  });

  it("takes empty lines for context that lost its blank", () => {
    expect(summary(parsePatch(`${head("x")}@@ -1,3 +1,3 @@\n-a\n+b\n\n c\n`))).toEqual(["x modified +1 -1 1"]);
  });

  it("leaves the mail's CR out and keeps the file's", () => {
    const patch = good("x");
    const text = (input: string): string[] | undefined => parsePatch(input).files[0]?.hunks[0]?.lines.map((line) => line.text);
    expect(text(patch.replaceAll("\n", "\r\n"))).toEqual(["one", "two", "2"]);
    expect(text(patch.replace("one\n-two\n+2\n", "one\r\n-two\r\n+2\r\n"))).toEqual(["one\r", "two\r", "2\r"]);
  });

  it("reads the marker of a missing line end in any language", () => {
    const patch = parsePatch(`${head("x")}@@ -1 +1 @@\n-a\n\\ Kein Zeilenumbruch am Dateiende.\n+b\n${good("y")}`);
    expect(summary(patch)).toEqual(["x modified +1 -1 1", "y modified +1 -1 1"]);
    expect(patch.files[0]?.hunks[0]?.lines.map((line) => line.noNewline)).toEqual([true, undefined]);
  });

  it("reads renames, copies, modes, binaries and quoted names", () => {
    const patch = parsePatch([
      'diff --git "a/f\\303\\266 1.c" b/new.c', "similarity index 90%", 'rename from "f\\303\\266 1.c"', "rename to new.c",
      "diff --git a/x b/y", "similarity index 100%", "copy from x", "copy to y",
      "diff --git a/run.sh b/run.sh", "old mode 100644", "new mode 100755",
      "diff --git a/e b/e", "new file mode 100644", "index 0000000..e69de29",
      "diff --git a/i m.png b/i m.png", "index 1111111..2222222 100644", "Binary files a/i m.png and b/i m.png differ",
      "diff --git a/old.c b/old.c", "deleted file mode 100644", "index 1111111..0000000", "--- a/old.c", "+++ /dev/null", "@@ -1 +0,0 @@", "-a",
    ].join("\n"));
    expect(patch.problems).toEqual([]);
    expect(summary(patch)).toEqual([
      "new.c renamed +0 -0 0", "y copied +0 -0 0", "run.sh modified +0 -0 0", "e added +0 -0 0", "i m.png modified +0 -0 0", "old.c deleted +0 -1 1",
    ]);
    expect(patch.files.map((file) => file.pathA)).toEqual(["fö 1.c", "x", "run.sh", null, "i m.png", "old.c"]);
    expect(patch.files.map((file) => [file.oldMode, file.newMode])).toEqual([
      [null, null], [null, null], ["100644", "100755"], [null, "100644"], ["100644", "100644"], ["100644", null],
    ]);
    expect(patch.files[4]).toMatchObject({ binary: true, blobA: "1111111", blobB: "2222222" });
  });

  it("lists a combined diff and says that it is not read", () => {
    const patch = parsePatch(`diff --cc f.c\nindex 1111111,2222222..3333333\n--- a/f.c\n+++ b/f.c\n@@@ -1,2 -1,2 +1,3 @@@\n  a\n- b\n -c\n++d\n+ e\n${good("y")}`);
    expect(summary(patch)).toEqual(["f.c modified +0 -0 0", "y modified +1 -1 1"]);
    expect(problems(patch)).toEqual(["combined-diff f.c 1"]);
  });

  it("passes over prose that looks like a diff", () => {
    const patch = parsePatch("diff is small\n--- 8< ---\n--- Comment #2 from A ---\n+++ This bug +++\n\n@@ -10,3 +10,3 @@ foo\n\n words\n" + good("x"));
    expect(summary(patch)).toEqual(["x modified +1 -1 1"]);
    expect(problems(patch)).toEqual(["hunk-without-file 6"]);
  });

  it.each(["../../etc/passwd", "x/../../y", "..\\..\\boot.ini", "C:\\x"])("refuses the path %s", (path) => {
    const patch = parsePatch(good(path) + good("kept.c"));
    expect(summary(patch)).toEqual(["kept.c modified +1 -1 1"]);
    expect(problems(patch)).toEqual(["path-refused 1"]);
  });

  it("refuses absolute paths, in renames too", () => {
    expect(problems(parsePatch("--- /etc/passwd\n+++ /etc/passwd\n@@ -1 +1 @@\n-a\n+b\n"))).toEqual(["path-refused 1"]);
    expect(problems(parsePatch("diff --git a/x b/y\nrename from x\nrename to /etc/passwd\n"))).toEqual(["path-refused 1"]);
  });

  it("stays cheap on hostile header lines and counts", () => {
    const hostile = [
      `diff --git ${"a/".repeat(200_000)}`,
      `diff --git ${"a b/".repeat(4_000)}`,
      `--- ${" ".repeat(100_000)}x\n+++ ${" ".repeat(100_000)}y\n@@ -1 +1 @@`,
      `${head("x")}@@ -1,2000000000 +1,2000000000 @@\n`.repeat(2_000),
      `${head("x")}${"@@ -1,9 +1,9 @@\n a\n".repeat(20_000)}`,
      `${head("x")}@@ -99999999999999999999 +1 @@\n-a\n+b\n`,
      `${head("x")}@@ -1,9 +1,9 @@\n k\n${"wrapped\n".repeat(100_000)}`,
    ];
    for (const text of hostile) expect(parsePatch(text).files.every((file) => file.additions === 0)).toBe(true);
  });

  it("gives the same answer for cut texts without throwing", () => {
    const text = good("x") + `${head("y")}@@ -1 +1 @@\n-a\n+b\n\\ No newline at end of file\n`;
    for (let end = 0; end <= text.length; end++) expect(() => parsePatch(text.slice(0, end))).not.toThrow();
  });
});
