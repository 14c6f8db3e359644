// Patches of real mails against what git says of them: files, counts, hunks, status and modes.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import { parsePatch } from "../../../src/core/patch/parse.js";
import type { PatchFile } from "../../../src/core/patch/types.js";
import { boxesWithExpectations, corpus, haveCorpus, readMaybeGzipped, splitBox } from "./corpus.js";

interface ExpectedFile {
  path: string;
  additions: number | null;
  deletions: number | null;
  binary: boolean;
  hunks: number;
  status: string;
  old_path?: string;
  old_mode?: string | null;
  new_mode?: string | null;
}

/** The first way in which a file differs from what git says, or null. */
function difference(file: PatchFile | undefined, expected: ExpectedFile): string | null {
  if (!file) return `no file ${expected.path}`;
  if (file.path !== expected.path) return `path ${file.path} for ${expected.path}`;
  if (file.binary !== expected.binary) return `${file.path}: binary ${file.binary}`;
  if (!file.binary && (file.additions !== expected.additions || file.deletions !== expected.deletions)) {
    return `${file.path}: +${file.additions} -${file.deletions} for +${expected.additions} -${expected.deletions}`;
  }
  if (file.hunks.length !== expected.hunks) return `${file.path}: ${file.hunks.length} hunks for ${expected.hunks}`;
  if (file.status !== expected.status) return `${file.path}: ${file.status} for ${expected.status}`;
  if (expected.old_path && file.pathA !== expected.old_path) return `${file.path}: from ${file.pathA}`;
  if (expected.old_mode && file.oldMode !== expected.old_mode) return `${file.path}: old mode ${file.oldMode} for ${expected.old_mode}`;
  if (expected.new_mode && file.newMode !== expected.new_mode) return `${file.path}: new mode ${file.newMode} for ${expected.new_mode}`;
  return null;
}

function patchDifference(text: string, expected: readonly ExpectedFile[]): string | null {
  const files = parsePatch(text).files;
  if (files.length !== expected.length) return `${files.length} files for ${expected.length}: ${files.map((file) => file.path).join(" ")}`;
  for (const [index, file] of expected.entries()) {
    const found = difference(files[index], file);
    if (found) return found;
  }
  return null;
}

describe.skipIf(!haveCorpus)("parsePatch on the corpus", () => {
  it("agrees with git on the tricky cases that git reads", () => {
    const { cases } = JSON.parse(readFileSync(join(corpus, "diff-tricky/cases.json"), "utf8")) as {
      cases: { name: string; input: string; git: { error: string | null; files: ExpectedFile[] } | null }[];
    };
    const misses = cases.flatMap((one) => {
      if (one.git?.error !== null && one.git !== null) return [];
      const miss = patchDifference(one.input, one.git?.files ?? []);
      return miss === null ? [] : [`${one.name}: ${miss}`];
    });
    // 09 is a combined diff, which git apply refuses and which we list.
    expect(misses.filter((miss) => !miss.startsWith("09"))).toEqual([]);
  });

  it("agrees with git on real mails", async () => {
    let right = 0;
    let all = 0;
    const misses: string[] = [];
    for (const path of boxesWithExpectations(".")) {
      if (!/\.mbox(\.gz)?\.expected/.test(path)) continue;
      const expected = JSON.parse(readMaybeGzipped(join(corpus, path)).toString("utf8")) as {
        messages: { index: number; patch: { files: ExpectedFile[]; error?: string } | null; mailinfo_error?: string | null; mime_parts?: unknown }[];
      };
      const mails = splitBox(readMaybeGzipped(join(corpus, path.replace(/\.expected\.json(\.gz)?$/, ""))));
      for (const message of expected.messages) {
        if (!message.patch || message.patch.error) continue;
        const mail = mails[message.index - (expected.messages[0]?.index ?? 0)];
        if (!mail) continue;
        const parsed = await PostalMime.parse(mail);
        if (parsed.attachments.length > 0) continue;
        all++;
        const miss = patchDifference(parsed.text ?? "", message.patch.files);
        if (miss === null) right++;
        else misses.push(`${path} ${message.index}: ${miss}`);
      }
    }
    console.log(`patches as git reads them: ${right} of ${all}\n${misses.join("\n")}`);
    expect(right / all).toBeGreaterThan(0.97);
  }, 120_000);
});
