// Range-diff against git itself, byte for byte: the patches of the corpus as commits, and revisions made by a seeded generator.
import { describe, expect, it } from "vitest";
import { readMailbox } from "../../../src/core/mail/read.js";
import { rangeDiff } from "../../../src/core/patch/range-diff.js";
import type { RangePatch } from "../../../src/core/patch/range-diff-text.js";
import { rangePatchesOf } from "../../../src/core/review/revisions.js";
import { readSeries } from "../../../src/core/series/read.js";
import { corpusNote, hasCorpus, listBoxes, nodePlatform, readCorpus } from "../corpus.js";
import { makeRevised } from "../../revised.js";
import { askGit, whyNoGit } from "./range-diff.git.js";

const noGit = whyNoGit();
const note = noGit === null ? "" : ` [skipped: ${noGit}]`;

function check(before: readonly RangePatch[], after: readonly RangePatch[]): void {
  const git = askGit(before, after);
  const ours = rangeDiff(git.before, git.after);
  const rows = ours.rows.map((row) => ({
    before: row.before, sign: row.change === "new" ? ">" : row.change === "dropped" ? "<" : row.change === "same" ? "=" : "!", after: row.after, inner: ours.inner(row),
  }));
  expect(rows).toEqual(git.rows);
}

describe.skipIf(!hasCorpus || noGit !== null)(`range-diff of the corpus' hunks as git prints it${corpusNote}${note}`, () => {
  for (const box of ["vfio", "git-history", "lists/sets", "lists/threads"].flatMap(listBoxes)) {
    it(`of ${box}`, async () => {
      const mailbox = await readMailbox(readCorpus(box), nodePlatform);
      const read = readSeries(mailbox.messages, mailbox.page);
      for (const { revisions } of read.series) {
        for (const [index, revision] of revisions.entries()) {
          const before = revisions[index - 1];
          if (before === undefined) continue;
          const [a, b] = [before, revision].map((one) => rangePatchesOf(read.entries, one).map(({ patch }) => patch));
          if (a !== undefined && b !== undefined && a.length > 0 && b.length > 0) check(a, b);
        }
      }
    }, 120_000);
  }
});

describe.skipIf(noGit !== null)(`range-diff of made revisions as git prints it${note}`, () => {
  // Few lines make close calls between pairing and not; many lines reach the limits of the search.
  for (const [seed, patches, lines] of [[1, 12, 4], [2, 12, 8], [3, 20, 30], [4, 6, 300], [5, 2, 3000], [6, 3, 1500]] as const) {
    it(`${patches} patches of up to ${lines} lines, seed ${seed}`, async () => {
      const mailbox = await readMailbox(new TextEncoder().encode(makeRevised({ seed, patches, lines, revisions: 3, replies: 0 })), nodePlatform);
      const { entries, series } = readSeries(mailbox.messages, mailbox.page);
      const revisions = (series[0]?.revisions ?? []).map((one) => rangePatchesOf(entries, one).map(({ patch }) => patch));
      expect(revisions.length).toBe(3);
      check(revisions[0] ?? [], revisions[1] ?? []);
      check(revisions[1] ?? [], revisions[2] ?? []);
      check(revisions[2] ?? [], revisions[0] ?? []);
    }, 120_000);
  }
});
