// Every mail of the corpus: printing gives back its text, and the counts are those of `git apply --numstat` on the same text.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readMailbox } from "../../../src/core/mail/read.js";
import { parsePatch } from "../../../src/core/patch/parse.js";
import { printPatch } from "../../../src/core/patch/print.js";
import { splitPatchText } from "../../../src/core/series/commit-text.js";
import { corpusNote, corpusRoot, hasCorpus, listInputs, nodePlatform, readCorpus } from "../corpus.js";
import { asMade, facts } from "./print.js";

const hasGit = spawnSync("git", ["--version"]).status === 0;
const gitNote = hasGit ? "" : " [skipped: no git]";

/** `additions deletions path` of each file; null when git refuses the text. */
function numstat(text: string): string[] | null {
  const run = spawnSync("git", ["apply", "--numstat", "-z", "-"], { input: text, encoding: "utf8", cwd: "/", maxBuffer: 1 << 26 });
  return run.status === 0 ? run.stdout.split("\0").filter((line) => line !== "") : null;
}

async function texts(): Promise<{ name: string; text: string }[]> {
  const found: { name: string; text: string }[] = [];
  for (const name of listInputs()) {
    for (const message of (await readMailbox(readCorpus(name), nodePlatform)).messages) found.push({ name: `${name} ${message.index}`, text: message.text });
  }
  const { cases } = JSON.parse(readFileSync(join(corpusRoot, "diff-tricky/cases.json"), "utf8")) as { cases: { name: string; input: string }[] }; // The corpus' README names the fields.
  return [...found, ...cases.map((one) => ({ name: one.name, text: one.input }))];
}

/** The same in our words: a binary file has `-` for both counts; combined diffs are passed over, as git does, because they cannot be applied. */
function ourNumstat(text: string): string[] {
  return parsePatch(text).files.filter((file) => file.combined === undefined).map((file) => (file.binary ? `-\t-\t${file.path}` : `${file.additions}\t${file.deletions}\t${file.path}`));
}

describe.skipIf(!hasCorpus)(`the corpus${corpusNote}`, () => {
  it("comes back byte for byte when it is printed, as whole mails and as diffs", async () => {
    let count = 0;
    for (const { name, text } of await texts()) {
      for (const one of [text, splitPatchText(text).diff]) {
        if (printPatch(parsePatch(one)) !== one) expect.fail(`${name} is not what was parsed`);
        count++;
      }
    }
    console.log(`texts that print as they were: ${count} of ${count}`);
    expect(count).toBeGreaterThan(1000);
  }, 120_000);

  it("has the same facts when it is printed without its own spelling", async () => {
    let count = 0;
    for (const { name, text } of await texts()) {
      const patch = parsePatch(splitPatchText(text).diff);
      // A file whose hunks are all damaged has nothing left that a header could say.
      if (patch.files.length === 0 || patch.problems.some((problem) => problem.severity === "error")) continue;
      expect(facts(parsePatch(printPatch(asMade(patch)))), name).toEqual(facts(patch));
      count++;
    }
    console.log(`patches with the same facts when printed as git writes them: ${count} of ${count}`);
  }, 120_000);

  it.skipIf(!hasGit)(`has the counts of git apply --numstat${gitNote}`, async () => {
    let right = 0;
    let refused = 0;
    const misses: string[] = [];
    for (const { name, text } of await texts()) {
      const { diff } = splitPatchText(text);
      if (parsePatch(diff).files.length === 0) continue;
      const expected = numstat(diff);
      if (expected === null) refused++;
      else if (expected.join("\n") === ourNumstat(diff).join("\n")) right++;
      else misses.push(`${name}: ${ourNumstat(diff).join(" ")} for ${expected.join(" ")}`.slice(0, 400));
    }
    console.log(`patches with git's counts: ${right} of ${right + misses.length}; git refuses ${refused} more\n${misses.join("\n")}`);
    expect(misses).toEqual([]);
  }, 240_000);
});
