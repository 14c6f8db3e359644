// Whole files: every triple of the fixtures gives git's own result, byte for byte, and what does not fit is refused with its place.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { decodeGuessed } from "../../../src/core/mail/charset.js";
import { parsePatch } from "../../../src/core/patch/parse.js";
import { addsOtherThanAscii, applyHunks, blobId, bytesOf, readWhole, type Whole } from "../../../src/core/patch/whole.js";
import type { PatchFile } from "../../../src/core/patch/types.js";
import { nodePlatform } from "../corpus.js";

const folder = join(import.meta.dirname, "../../fixtures/apply");
const names = readdirSync(folder);
const cases = names.filter((name) => name.endsWith(".patch")).map((name) => name.slice(0, -".patch".length));

function bytesIn(name: string): Uint8Array {
  return names.includes(name) ? new Uint8Array(readFileSync(join(folder, name))) : new Uint8Array();
}

function wholeOf(bytes: Uint8Array): Whole {
  const whole = readWhole(bytes, decodeGuessed);
  if (whole === null) throw new Error("binary");
  return whole;
}

function fileOf(text: string): PatchFile {
  const patch = parsePatch(text);
  expect(patch.problems).toEqual([]);
  const [file] = patch.files;
  if (file === undefined) throw new Error("no file");
  return file;
}

describe("applyHunks", () => {
  it("has fixtures", () => expect(cases.length).toBeGreaterThan(10));

  it.each(cases)("gives what git gives: %s", (name) => {
    const file = fileOf(decodeGuessed(bytesIn(`${name}.patch`)));
    const before = wholeOf(bytesIn(`${name}.before`));
    const wanted = bytesIn(`${name}.after`);
    const results = [applyHunks(before, file), ...(addsOtherThanAscii(file) ? [applyHunks(before, file, true)] : [])];
    const found = results.map((result) => ("hunk" in result ? result : [...bytesOf(result)]));
    expect(found).toContainEqual([...wanted]);
    // The id in the patch's own index line says the same.
    if (file.pathB !== null) expect(results.some((result) => !("hunk" in result) && blobId(bytesOf(result), nodePlatform).startsWith(file.blobB ?? "?"))).toBe(true);
  });

  it("reads a blob and writes it back, byte for byte", () => {
    for (const name of names.filter((one) => !one.endsWith(".patch"))) expect([...bytesOf(wholeOf(bytesIn(name)))]).toEqual([...bytesIn(name)]);
  });

  it("takes a zero byte for binary", () => {
    expect(readWhole(new Uint8Array([65, 0, 66]), decodeGuessed)).toBeNull();
  });

  const text = new TextEncoder().encode("one\ntwo\nthree\nfour\n");
  const patch = (body: string, header = "@@ -2,2 +2,2 @@"): PatchFile => fileOf(`--- a/x.c\n+++ b/x.c\n${header}\n${body}`);
  it.each([
    ["another line than the patch shows", patch(" two\n-drei\n+3\n"), { hunk: 1, line: 3 }],
    ["the lines one further down", patch(" one\n-two\n+2\n"), { hunk: 1, line: 2 }],
    ["a shorter file", patch(" four\n-five\n+5\n", "@@ -4,2 +4,2 @@"), { hunk: 1, line: 5 }],
    ["a hunk far behind the end", patch(" x\n-y\n+z\n", "@@ -40,2 +40,2 @@"), { hunk: 1, line: 40 }],
    ["a line end that the patch says is not there", patch(" three\n-four\n\\ No newline at end of file\n+4\n", "@@ -3,2 +3,2 @@"), { hunk: 1, line: 4 }],
  ])("refuses %s, and says where", (_, file, place) => {
    expect(applyHunks(wholeOf(text), file)).toEqual(place);
  });
});

describe("blobId", () => {
  it("is git's", () => {
    expect(blobId(new Uint8Array(), nodePlatform)).toBe("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
    expect(blobId(new TextEncoder().encode("hello\n"), nodePlatform)).toBe("ce013625030ba8dba906f756967f9e9ca394464a");
  });
});
