// A series of 60 patches in three revisions with 400 replies, made from a seed: opening it, and its matrix against git range-diff on the same patches.
import { createHash } from "node:crypto";
import { readMailbox } from "../../src/core/mail/read.js";
import { rangeDiff } from "../../src/core/patch/range-diff.js";
import type { Platform } from "../../src/core/platform.js";
import { changesOfThreads } from "../../src/core/review/changes.js";
import { buildReview } from "../../src/core/review/review.js";
import { compareRevisions, rangePatchesOf } from "../../src/core/review/revisions.js";
import { readSeries } from "../../src/core/series/read.js";
import { askGit, whyNoGit } from "../core/patch/range-diff.git.js";
import { makeRevised } from "../revised.js";
import { median, type Bench, type Measurement } from "./types.js";

const rounds = 5;
/** What opening may take, in milliseconds; our own limit. */
const openingLimit = 2000;

const platform: Platform = { gunzip: () => undefined, sha1: (bytes) => new Uint8Array(createHash("sha1").update(bytes).digest()) };

const bench: Bench = {
  title: "Revisions of 60 patches with 400 replies: the matrix against git range-diff, opening against the limit of 2 s",
  async measure() {
    const why = whyNoGit();
    if (why !== null) return why;
    const bytes = new TextEncoder().encode(makeRevised({ seed: 60, patches: 60, revisions: 3, replies: 400, lines: 60 }));
    const opening: number[] = [];
    const comparing: number[] = [];
    const following: number[] = [];
    const pairing: number[] = [];
    const git: number[] = [];
    let rows = 0;
    let threads = 0;
    for (let round = 0; round < rounds; round++) {
      const start = performance.now();
      const mailbox = await readMailbox(bytes, platform);
      const read = readSeries(mailbox.messages, mailbox.page);
      const review = buildReview(mailbox, read);
      const revisions = compareRevisions(review, read);
      const series = review.view.series[0];
      opening.push(performance.now() - start);
      const compared = performance.now();
      rows = revisions.matrix(series?.key ?? "")?.rows.length ?? 0;
      comparing.push(performance.now() - compared);
      const followed = performance.now();
      threads = (series?.revisions ?? []).flatMap(({ patches }) => patches.flatMap((patch) => changesOfThreads(review, revisions, patch))).length;
      following.push(performance.now() - followed);
      // The same input for both: the patches as git reads them back from its commits. Both neighboring pairs, as in the matrix.
      const columns = (read.series[0]?.revisions ?? []).map((revision) => rangePatchesOf(read.entries, revision).map(({ patch }) => patch));
      let ours = 0;
      let theirs = 0;
      for (const [at, after] of columns.entries()) {
        const before = columns[at - 1];
        if (before === undefined) continue;
        const answer = askGit(before, after);
        theirs += answer.milliseconds;
        const began = performance.now();
        const diff = rangeDiff(answer.before, answer.after);
        for (const row of diff.rows) diff.inner(row);
        ours += performance.now() - began;
      }
      pairing.push(ours);
      git.push(theirs);
    }
    const size = `${(bytes.length / 1000).toFixed(0)} kB`;
    const all = opening.map((value, at) => value + (comparing[at] ?? 0));
    return [
      { name: "pairs and inner diffs of both pairs, against git range-diff", ours: median(pairing), theirs: median(git), detail: "git reads commits, we have read the mails" },
      { name: `matrix of ${rows} rows, against git range-diff`, ours: median(comparing), theirs: median(git) },
      { name: `read and review of ${size}, against the limit`, ours: median(opening), theirs: openingLimit },
      { name: "read, review and matrix, against the limit", ours: median(all), theirs: openingLimit },
      { name: `lines of ${threads} threads followed, against the limit`, ours: median(following), theirs: openingLimit },
    ] satisfies Measurement[];
  },
};

export default bench;
