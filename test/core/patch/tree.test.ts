// Images from a git tree: chained through a series, verified by their ids, and given up where the tree and the patches part.
import { describe, expect, it } from "vitest";
import { decodeGuessed } from "../../../src/core/mail/charset.js";
import { buildSeriesImages, type SeriesImages } from "../../../src/core/patch/images.js";
import { parsePatch } from "../../../src/core/patch/parse.js";
import { renderImage } from "../../../src/core/patch/render.js";
import { treeWants } from "../../../src/core/patch/tree.js";
import type { Patch, Side } from "../../../src/core/patch/types.js";
import { blobId } from "../../../src/core/patch/whole.js";
import { nodePlatform } from "../corpus.js";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const idOf = (text: string): string => blobId(encode(text), nodePlatform);
const short = (text: string): string => idOf(text).slice(0, 12);

const numbers = (changes: Readonly<Record<number, string>> = {}): string => Array.from({ length: 60 }, (_, at) => `${changes[at + 1] ?? `line ${at + 1}`}\n`).join("");
const first = numbers();
const second = numbers({ 30: "thirty" });
const third = numbers({ 30: "thirty", 50: "fifty" });

/** A patch of one line in the middle of its file. */
function change(line: number, from: string, to: string, ids: string | null, path = "lib/x.c"): string {
  const index = ids === null ? "" : `index ${ids} 100644\n`;
  return `diff --git a/${path} b/${path}\n${index}--- a/${path}\n+++ b/${path}\n@@ -${line - 1},3 +${line - 1},3 @@\n line ${line - 1}\n-${from}\n+${to}\n line ${line + 1}\n`;
}

const one = change(30, "line 30", "thirty", `${short(first)}..${short(second)}`);
const two = change(50, "line 50", "fifty", `${short(second)}..${short(third)}`);

function imagesOf(patches: readonly (string | null)[], blobs: readonly string[], files: Readonly<Record<string, string>> = {}): SeriesImages {
  const read = patches.map((text): Patch | null => (text === null ? null : parsePatch(text)));
  const wanted = treeWants(read).blobs;
  const there = wanted.flatMap((id): [string, Uint8Array][] => blobs.filter((text) => idOf(text).startsWith(id)).map((text) => [id, encode(text)]));
  return buildSeriesImages(read, { blobs: new Map(there), files: new Map(Object.entries(files).map(([path, text]) => [path, encode(text)])), platform: nodePlatform, decode: decodeGuessed });
}

function shown(images: SeriesImages, patch: number, side: Side, path = "lib/x.c"): string {
  const image = images.image(patch, path, side);
  if (image === null) return "none";
  return `${image.source}${image.verified ? " verified" : ""}${image.whole ? " whole" : ""} ${image.lines.length}`;
}

const kinds = (images: SeriesImages): string[] => images.treeProblems.map(({ patch, problem }) => `${patch} ${problem.kind}`);

describe("treeWants", () => {
  it("names the blobs that the patches were made on, and what a base commit must have", () => {
    const wants = treeWants([parsePatch(one), null, parsePatch(two), parsePatch(change(3, "line 3", "three", null, "y.c"))]);
    expect(wants).toEqual({ blobs: [short(first), short(second)], paths: ["y.c"], firstBlobs: [["lib/x.c", short(first)]] });
  });

  it("asks for no id of zeros and for nothing that is no id", () => {
    const added = "diff --git a/n.c b/n.c\nnew file mode 100644\nindex 000000000000..1234567890ab\n--- /dev/null\n+++ b/n.c\n@@ -0,0 +1 @@\n+x\n";
    expect(treeWants([parsePatch(added)])).toEqual({ blobs: [], paths: [], firstBlobs: [] });
    expect(treeWants([parsePatch(change(3, "line 3", "three", "--upload-pack..HEAD"))]).blobs).toEqual([]);
  });
});

describe("images from a tree", () => {
  it("are whole and verified at every point of a series of which only the beginning is in the tree", () => {
    const images = imagesOf([one, two], [first]);
    expect([shown(images, 0, "before"), shown(images, 0, "after"), shown(images, 1, "before"), shown(images, 1, "after")]).toEqual(Array(4).fill("tree verified whole 60"));
    const after = images.image(1, "lib/x.c", "after");
    expect(after && renderImage(after)).toBe(third);
    expect(images.treeProblems).toEqual([]);
  });

  it("reach beyond a missing patch where the tree has the later blob, too", () => {
    expect(shown(imagesOf([one, null, two], [first, second]), 2, "after")).toBe("tree verified whole 60");
    const lacking = imagesOf([one, null, two], [first]);
    expect(shown(lacking, 2, "after")).toBe("patch 51");
    expect(kinds(lacking)).toEqual(["2 tree-lacks-blob"]);
  });

  it("are the series' own where the tree lacks the blob", () => {
    const images = imagesOf([one, two], []);
    expect([shown(images, 0, "after"), shown(images, 1, "after")]).toEqual(["series 51", "series 51"]);
    expect(kinds(images)).toEqual(["0 tree-lacks-blob", "1 tree-lacks-blob"]);
  });

  it("are not used where the patch does not apply, which is said with its place", () => {
    const damaged = one.replace(" line 29", " line  29");
    const images = imagesOf([damaged], [first]);
    expect([shown(images, 0, "before"), shown(images, 0, "after")]).toEqual(["patch 31", "patch 31"]);
    expect(images.treeProblems.map(({ problem }) => problem)).toEqual([{ kind: "tree-does-not-apply", severity: "warning", file: "lib/x.c", hunk: 1, line: 29 }]);
  });

  it("are marked as not verified where the result has another id than the patch says", () => {
    const images = imagesOf([one.replace("+thirty", "+THIRTY")], [first]);
    expect([shown(images, 0, "before"), shown(images, 0, "after")]).toEqual(["tree verified whole 60", "tree whole 60"]);
    expect(kinds(images)).toEqual(["0 tree-hash-differs"]);
  });

  it("do not believe a tree that hands out another blob", () => {
    const read = [parsePatch(one)];
    const lying = buildSeriesImages(read, { blobs: new Map([[short(first), encode(second)]]), files: new Map(), platform: nodePlatform, decode: decodeGuessed });
    expect(shown(lying, 0, "before")).toBe("patch 31");
    expect(kinds(lying)).toEqual(["0 tree-blob-differs"]);
  });

  it("come from the base commit where a patch names no blob, not verified", () => {
    const images = imagesOf([change(30, "line 30", "thirty", null)], [], { "lib/x.c": first });
    expect([shown(images, 0, "before"), shown(images, 0, "after")]).toEqual(["tree whole 60", "tree whole 60"]);
  });

  it("follow renames and copies, also of a file that the series has changed before", () => {
    const rename = "diff --git a/lib/x.c b/lib/y.c\nsimilarity index 100%\nrename from lib/x.c\nrename to lib/y.c\n";
    const copy = "diff --git a/lib/y.c b/z.c\nsimilarity index 100%\ncopy from lib/y.c\ncopy to z.c\n";
    const images = imagesOf([one, rename, copy], [first]);
    expect(shown(images, 1, "after", "lib/y.c")).toBe("tree verified whole 60");
    expect(shown(images, 2, "after", "z.c")).toBe("tree verified whole 60");
    const copied = images.image(2, "z.c", "after");
    expect(copied && renderImage(copied)).toBe(second);
  });

  it("have files that appear and go", () => {
    const text = "int one;\n";
    const added = `diff --git a/n.c b/n.c\nnew file mode 100644\nindex 0000000..${short(text)}\n--- /dev/null\n+++ b/n.c\n@@ -0,0 +1 @@\n+int one;\n`;
    const gone = `diff --git a/n.c b/n.c\ndeleted file mode 100644\nindex ${short(text)}..0000000\n--- a/n.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-int one;\n`;
    const images = imagesOf([added, gone], []);
    expect(shown(images, 0, "after", "n.c")).toBe("tree verified whole 1");
    expect(images.image(0, "n.c", "before")?.absent).toBe(true);
    expect(images.image(1, "n.c", "after")?.absent).toBe(true);
    expect(images.treeProblems).toEqual([]);
  });
});
