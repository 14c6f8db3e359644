// Images of small series: what is known where, and where knowledge must stop. And their rendered text.
import { describe, expect, it } from "vitest";
import { buildSeriesImages } from "../../../src/core/patch/images.js";
import { parsePatch } from "../../../src/core/patch/parse.js";
import { lineStarts, offsetAt, positionAt, renderImage, sourceRange } from "../../../src/core/patch/render.js";
import type { Image, Patch } from "../../../src/core/patch/types.js";

/** A patch of one file from hunks in short form: "start: line, line", lines with their signs. */
function patchOf(path: string, ...hunks: string[]): Patch {
  let shift = 0;
  const text = hunks.map((hunk) => {
    const [start, body] = hunk.split(": ");
    const lines = (body ?? "").split(",");
    const a = lines.filter((line) => !line.startsWith("+")).length;
    const b = lines.filter((line) => !line.startsWith("-")).length;
    const header = `@@ -${start},${a} +${Number(start) + shift},${b} @@ f${start}`;
    shift += b - a;
    return `${header}\n${lines.join("\n")}\n`;
  });
  const patch = parsePatch(`--- a/${path}\n+++ b/${path}\n${text.join("")}`);
  expect(patch.problems).toEqual([]);
  return patch;
}

/** Known lines as "number:text", with "?" for a gap. */
function show(image: Image | null): string {
  if (!image) return "none";
  if (image.absent) return "absent";
  const parts: string[] = [];
  for (const [index, line] of image.lines.entries()) {
    if (line !== undefined) parts.push(`${index + 1}:${line}`);
    else if (parts.at(-1) !== "?") parts.push("?");
  }
  if (image.gaps.at(-1)?.to === null) parts.push("…");
  return parts.join(" ");
}

describe("buildSeriesImages", () => {
  it("knows on both sides what a patch shows, with equal gaps", () => {
    const images = buildSeriesImages([patchOf("x.c", "3:  a,-b,+B,+C, d", "20:  p,-q, r")]);
    expect(show(images.image(0, "x.c", "before"))).toBe("? 3:a 4:b 5:d ? 20:p 21:q 22:r …");
    expect(show(images.image(0, "x.c", "after"))).toBe("? 3:a 4:B 5:C 6:d ? 21:p 22:r …");
    expect(images.image(0, "x.c", "after")?.gaps).toEqual([{ from: 1, to: 2, heading: "f3" }, { from: 7, to: 20, heading: "f20" }, { from: 23, to: null, heading: "" }]);
    expect(images.image(0, "x.c", "after")?.source).toBe("patch");
  });

  it("carries lines forward and back through patches, shifted", () => {
    const images = buildSeriesImages([patchOf("x.c", "10:  a,+b, c"), patchOf("x.c", "1:  k,-l, m"), patchOf("x.c", "30:  p,+q, r")]);
    expect(show(images.image(0, "x.c", "before"))).toBe("1:k 2:l 3:m ? 10:a 11:c ? 30:p 31:r …");
    expect(show(images.image(1, "x.c", "after"))).toBe("1:k 2:m ? 9:a 10:b 11:c ? 30:p 31:r …");
    expect(images.image(1, "x.c", "after")?.source).toBe("series");
  });

  it("knows a file beside the patch that does not touch it", () => {
    const images = buildSeriesImages([patchOf("x.c", "1:  a,+b, c"), patchOf("y.h", "5:  s,-t, u")]);
    expect(images.paths(0, "before")).toEqual(["x.c", "y.h"]);
    expect(show(images.image(0, "y.h", "before"))).toBe("? 5:s 6:t 7:u …");
    expect(show(images.image(1, "x.c", "before"))).toBe("1:a 2:b 3:c …");
  });

  it("stops at a missing patch", () => {
    const images = buildSeriesImages([patchOf("x.c", "10:  a,+b, c"), null, patchOf("x.c", "1:  k,-l, m")]);
    expect(show(images.image(2, "x.c", "before"))).toBe("1:k 2:l 3:m …");
    expect(images.image(1, "x.c", "after")).toBeNull();
  });

  it("stops for one file where its lines contradict, and the patch's own lines win", () => {
    const images = buildSeriesImages([patchOf("x.c", "10:  a,+b, c"), patchOf("x.c", "10:  a,-other, z", "40:  m,+n, o"), patchOf("y.c", "1:  a,+b, c")]);
    expect(show(images.image(0, "x.c", "after"))).toBe("? 10:a 11:b 12:c …");
    expect(show(images.image(1, "x.c", "before"))).toBe("? 10:a 11:other 12:z ? 40:m 41:o …");
    expect(show(images.image(0, "y.c", "before"))).toBe("1:a 2:c …");
  });

  it("follows renames, additions and deletions", () => {
    const added = parsePatch("diff --git a/n.c b/n.c\nnew file mode 100644\n--- /dev/null\n+++ b/n.c\n@@ -0,0 +1,2 @@\n+one\n+two\n");
    const renamed = parsePatch("diff --git a/n.c b/m.c\nsimilarity index 100%\nrename from n.c\nrename to m.c\n");
    const deleted = parsePatch("diff --git a/m.c b/m.c\ndeleted file mode 100644\n--- a/m.c\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-one\n-two\n");
    const images = buildSeriesImages([added, renamed, deleted]);
    expect(show(images.image(0, "n.c", "before"))).toBe("absent");
    expect(images.image(0, "n.c", "after")?.whole).toBe(true);
    expect(show(images.image(1, "n.c", "before"))).toBe("1:one 2:two");
    expect(show(images.image(1, "m.c", "after"))).toBe("1:one 2:two");
    expect(show(images.image(1, "n.c", "after"))).toBe("none");
    expect(show(images.image(2, "m.c", "after"))).toBe("absent");
    expect([images.paths(0, "before"), images.paths(1, "before"), images.paths(1, "after"), images.paths(2, "after")]).toEqual([[], ["n.c"], ["m.c"], []]);
  });

  it("knows the end of a file from a hunk that lacks trailing context", () => {
    const images = buildSeriesImages([patchOf("x.c", "7:  a, b, c,+d, e")]);
    expect(images.image(0, "x.c", "before")?.gaps).toEqual([{ from: 1, to: 6, heading: "f7" }]);
  });

  it("keeps nothing between hunks that disagree about the shift", () => {
    const text = (path: string): string => `--- a/${path}\n+++ b/${path}\n@@ -1,2 +1,3 @@\n a\n+b\n c\n@@ -50,2 +70,1 @@\n-m\n n\n`;
    const images = buildSeriesImages([patchOf("x.c", "20:  s,-t, u"), parsePatch(text("x.c"))]);
    expect(show(images.image(1, "x.c", "after"))).toBe("1:a 2:b 3:c ? 70:n …");
  });

  it("takes for what goes on behind a gap the line that stands after the patch where git's heading stood before it", () => {
    const images = buildSeriesImages([parsePatch(`--- a/x.c
+++ b/x.c
@@ -1,4 +1,4 @@
-static int probe(struct device *dev)
+static int connect(struct device *dev)
 {
 \tint ret;
 \tone();
@@ -20,4 +20,4 @@ static int probe(struct device *dev)
 \ta();
-\tb();
+\tc();
 out:
 \treturn ret;
@@ -40,3 +40,3 @@ static int other(void)
 \ta();
-\tb();
+\tc();
 \td();
 `)]);
    expect(images.image(0, "x.c", "before")?.gaps.map(({ heading }) => heading)).toEqual(["static int probe(struct device *dev)", "static int other(void)", ""]);
    expect(images.image(0, "x.c", "after")?.gaps.map(({ heading }) => heading)).toEqual(["static int connect(struct device *dev)", "static int other(void)", ""]);
  });

  it("gives the heading of the next hunk to a gap when the known lines between do not hold it", () => {
    const images = buildSeriesImages([parsePatch("--- a/x.c\n+++ b/x.c\n@@ -20,2 +20,3 @@\n a\n+b\n c\n"), patchOf("x.c", "22:  c,-d, e")]);
    expect(images.image(1, "x.c", "before")?.gaps[0]).toEqual({ from: 1, to: 19, heading: "f22" });
  });

  it("stays cheap when a hunk names a line far out", () => {
    const images = buildSeriesImages([parsePatch("--- a/x.c\n+++ b/x.c\n@@ -2000000000 +2000000000 @@\n-a\n+b\n")]);
    expect(images.image(0, "x.c", "after")?.lines.length).toBe(0);
  });
});

describe("renderImage", () => {
  it("keeps true line numbers and says what is not known, in the same words on both sides", () => {
    const images = buildSeriesImages([patchOf("x.c", "4:  a,-b, c")]);
    const before = images.image(0, "x.c", "before");
    expect(before && renderImage(before)).toBe("/* 3 lines are not in the patch */\n\n\na\nb\nc\n/* the rest of the file is not in the patch */\n");
  });

  it("says so when it shows nothing of a file", () => {
    const patch = parsePatch("diff --git a/run.c b/run.c\nold mode 100644\nnew mode 100755\n");
    const image = buildSeriesImages([patch]).image(0, "run.c", "after");
    expect(image && renderImage(image)).toBe("/* the text of the file is not in the patch */\n");
  });

  it("shows the result of a merge from its combined diff, and nothing of its parents", () => {
    const patch = parsePatch("diff --cc x.c\nindex 1111111,2222222..3333333\n--- a/x.c\n+++ b/x.c\n@@@ -3,3 -3,3 +3,3 @@@ int f(void)\n  a\n- b\n -c\n++d\n  e\n");
    const images = buildSeriesImages([patch]);
    const render = (side: "before" | "after"): string | null => {
      const image = images.image(0, "x.c", side);
      return image && renderImage(image);
    };
    expect(render("after")).toBe("/* 2 lines are not in the patch */\n\na\nd\ne\n/* the rest of the file is not in the patch */\n");
    expect(render("before")).toBe("/* the text of the file is not in the patch */\n");
  });

  it("uses no comment signs where the language may not have them", () => {
    const image = buildSeriesImages([patchOf("README", "2:  a,-b, c")]).image(0, "README", "after");
    expect(image && renderImage(image)).toBe("… 1 line is not in the patch …\na\nc\n… the rest of the file is not in the patch …\n");
  });

  it("turns offsets into places and back", () => {
    const text = "ab\n\ncde\n";
    const starts = lineStarts(text);
    for (let offset = 0; offset <= text.length; offset++) {
      const place = positionAt(starts, offset);
      expect(offsetAt(starts, place.line, place.column)).toBe(offset);
    }
    expect(sourceRange({ path: "x.c", side: "after" }, starts, 4, 7)).toEqual({
      path: "x.c", side: "after", line: 3, column: 0, endLine: 3, endColumn: 3, from: 4, to: 7,
    });
  });
});
