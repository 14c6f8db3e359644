// The review of the vfio series and of all other mailboxes of the corpus: threads, documents, keys.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readMailbox } from "../../../src/core/mail/read.js";
import { buildReview, type Review } from "../../../src/core/review/review.js";
import type { PatchView, ThreadView } from "../../../src/core/review/types.js";
import { readSeries } from "../../../src/core/series/read.js";
import { boxesWithExpectations, corpus, haveCorpus, readMaybeGzipped } from "../patch/corpus.js";

async function reviewOf(path: string): Promise<Review> {
  const bytes = readMaybeGzipped(join(corpus, path));
  const mailbox = await readMailbox(bytes, {
    gunzip: (input, limit) => gunzipSync(input, { maxOutputLength: limit }),
    sha1: (input) => createHash("sha1").update(input).digest(),
  });
  return buildReview(mailbox, readSeries(mailbox.messages, mailbox.page));
}

const patchesOf = (review: Review): PatchView[] =>
  review.view.series.flatMap((series) => series.revisions.flatMap((revision) => [...(revision.cover ? [revision.cover] : []), ...revision.patches]));

const show = (thread: ThreadView | undefined): string =>
  thread ? `${thread.anchor.path} ${thread.anchor.side} ${thread.anchor.line} ${thread.anchor.quality}: ${thread.comments.map((comment) => comment.author).join(", ")}` : "none";

describe.skipIf(!haveCorpus)("buildReview on the corpus", () => {
  it("makes one thread of the page's question about the helper, below line 480", async () => {
    const review = await reviewOf("vfio/patchwork-page-v2-5of5.txt");
    const patch = patchesOf(review).find((one) => one.mail !== null && one.n === 5);
    const threads = patch?.threads.filter((thread) => thread.anchor.path !== ":message") ?? [];
    expect(threads.map(show)).toEqual(["drivers/vfio/vfio.c after 480 exact: Christoph Hellwig, Jason Gunthorpe, Alex Williamson"]);
    expect(threads[0]?.comments.map((comment) => comment.parentGuessed)).toEqual([true, true, true]);
    expect(review.replyParts.filter((part) => part.anchor.line === 480).map((part) => part.anchor.quality)).toEqual(["exact", "guessed", "guessed"]);
  });

  it("goes on with the thread of the four question marks where an answer splits the quote", async () => {
    const review = await reviewOf("vfio/vfio-group-cdev-v1.mbox");
    const patch = patchesOf(review).find((one) => one.n === 3);
    const thread = patch?.threads.find((one) => one.title === "????");
    expect(show(thread)).toBe("drivers/vfio/vfio.c after 440 exact: Alex Williamson, Jason Gunthorpe, Jason Gunthorpe");
    expect(thread?.anchor.fromLine).toBe(435);
    expect(patch?.threads.map((one) => one.anchor.line)).toEqual([394, 440, 781]);
  });

  it("shows the line of every anchor in the document of its side, and keeps keys unique", async () => {
    for (const path of boxesWithExpectations(".").filter((one) => /\.mbox(\.gz)?\.expected/.test(one))) {
      const review = await reviewOf(path.replace(/\.expected\.json(\.gz)?$/, ""));
      const keys = new Set<string>();
      for (const patch of patchesOf(review)) {
        expect(patch.key).toMatch(/^[a-z0-9~-]+\/[a-z0-9~-]+\/[0-9~]+$/);
        expect(keys.has(patch.key)).toBe(false);
        keys.add(patch.key);
        expect(new Set(patch.threads.map((thread) => thread.key)).size).toBe(patch.threads.length);
        for (const { anchor } of patch.threads) {
          expect(anchor.fromLine).toBeLessThanOrEqual(anchor.line);
          if (patch.duplicates > 0) continue;
          const document = review.document(patch.key, anchor.path, anchor.side);
          expect(document?.absent, `${path} ${patch.key} ${anchor.path}`).toBe(false);
          const lines = document?.text.split("\n").length ?? 0;
          expect(anchor.line, `${path} ${patch.key} ${anchor.path}`).toBeLessThanOrEqual(Math.max(1, lines));
        }
      }
    }
  }, 120_000);

  it("gives the same keys when the input is read again", async () => {
    const keys = async (): Promise<string[]> => patchesOf(await reviewOf("vfio/vfio-group-cdev-all.mbox")).flatMap((patch) => [patch.key, ...patch.threads.map((thread) => thread.key)]);
    expect(await keys()).toEqual(await keys());
  });
});
