// Range-diff against the corpus: what git range-diff says of every pair of revisions, diffs only and whole commits.
import { describe, expect, it } from "vitest";
import { readMailbox } from "../../../src/core/mail/read.js";
import { type RangeDiff, rangeDiff } from "../../../src/core/patch/range-diff.js";
import { type NumberedPatch, rangePatchesOf } from "../../../src/core/review/revisions.js";
import { readSeries } from "../../../src/core/series/read.js";
import type { Entry } from "../../../src/core/series/types.js";
import type { Expected } from "../corpus.js";
import { corpusNote, hasCorpus, listBoxes, nodePlatform, readCorpus, readExpected } from "../corpus.js";

type Pair = readonly [before: number | null, sign: string, after: number | null];

interface Compared extends Expected {
  readonly range_diffs?: readonly {
    readonly old_version: number;
    readonly new_version: number;
    readonly name: string;
    readonly pairs?: readonly Pair[];
    readonly pairs_message?: readonly Pair[];
  }[];
}

describe.skipIf(!hasCorpus)(`range-diff of the corpus${corpusNote}`, () => {
  for (const box of ["vfio", "git-history", "lists/sets", "lists/threads", "lists/odd"].flatMap(listBoxes)) {
    const expected = readExpected<Compared>(box);
    const wanted = (expected.range_diffs ?? []).filter((one) => one.pairs !== undefined);
    if (wanted.length === 0) continue;
    it(`pairs as git does: ${box}`, async () => {
      const mailbox = await readMailbox(readCorpus(box), nodePlatform);
      const read = readSeries(mailbox.messages, mailbox.page);
      const wrong: string[] = [];
      for (const one of wanted) {
        // Several postings may carry one version, and the corpus does not say which of them git was given.
        const postings = (version: number): NumberedPatch[][] => expected.series.filter((series) => series.name?.toLowerCase() === one.name.toLowerCase() && series.version === version && series.received > 0).map((series) => patchesOf(read.entries, series));
        const tries = postings(one.old_version).flatMap((before) => postings(one.new_version).map((after) => ({ before, after, compared: rangeDiff(before.map(({ patch }) => patch), after.map(({ patch }) => patch)) })));
        for (const [kind, pairs] of [["diffs", one.pairs], ["commits", one.pairs_message]] as const) {
          const found = tries.map(({ before, after, compared }) => {
            const theirs = (pairs ?? []).map((pair): Pair => (isSameText(read.entries, before, after, pair, kind) ? [pair[0], "=", pair[2]] : pair));
            return { ours: JSON.stringify(pairsOf(compared, before, after, kind)), theirs: JSON.stringify(theirs) };
          });
          if (!found.some(({ ours, theirs }) => ours === theirs)) wrong.push(`${one.name} v${one.old_version}..v${one.new_version} ${kind}`, ...found.flatMap(({ ours, theirs }) => [`ours ${ours}`, `git  ${theirs}`]));
        }
      }
      expect(wrong.join("\n")).toBe("");
    }, 60_000);
  }
});

/** The patches of a posting of the corpus, which counts mails from one; git was given as many as the posting says that it has. */
function patchesOf(entries: readonly Entry[], series: Expected["series"][number]): NumberedPatch[] {
  const slots = Object.entries(series.patches).map(([n, mail]) => ({ n: Number(n), mail: mail - 1, duplicates: [], trailers: [] })).filter(({ n }) => n <= series.total);
  return rangePatchesOf(entries, { version: series.version, versionText: String(series.version), total: series.total, cover: null, slots, complete: series.complete });
}

function pairsOf(compared: RangeDiff, before: readonly NumberedPatch[], after: readonly NumberedPatch[], kind: "diffs" | "commits"): Pair[] {
  return compared.rows.map((row): Pair => {
    const same = row.change === "same" || (row.change === "message" && kind === "diffs");
    const sign = row.change === "new" ? ">" : row.change === "dropped" ? "<" : same ? "=" : "!";
    return [row.before === null ? null : (before[row.before]?.n ?? null), sign, row.after === null ? null : (after[row.after]?.n ?? null)];
  });
}

/**
 * git's answers are over trees that were rebuilt from the hunks. There a hunk's function is looked for in what is left of the file, so that two
 * mails with the same text can give two different patches. What the mails say word for word alike is alike.
 */
function isSameText(entries: readonly Entry[], before: readonly NumberedPatch[], after: readonly NumberedPatch[], [one, , two]: Pair, kind: "diffs" | "commits"): boolean {
  const [a, b] = [before.find(({ n }) => n === one), after.find(({ n }) => n === two)].map((patch) => (patch === undefined ? undefined : entries[patch.mail]));
  if (a === undefined || b === undefined) return false;
  const diffOf = ({ diff }: Entry): string => diff.replace(/^index .*$/gm, "").replace(/^@@ [^@]*@@/gm, "@@").replace(/^-- \n[^]*$/m, "");
  const textOf = ({ author, subject, commitMessage }: Entry): string => [author.name, author.email, subject.title, commitMessage].join("\n");
  return diffOf(a) === diffOf(b) && (kind === "diffs" || textOf(a) === textOf(b));
}
