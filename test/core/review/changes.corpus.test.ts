// The vfio series in its three revisions: which patch became which, and what became of the lines that reviewers spoke about.
import { beforeAll, describe, expect, it } from "vitest";
import { readMailbox } from "../../../src/core/mail/read.js";
import { changesOfThreads, type LineFate, type ThreadChange } from "../../../src/core/review/changes.js";
import { buildReview, type Review } from "../../../src/core/review/review.js";
import { compareRevisions, type Revisions } from "../../../src/core/review/revisions.js";
import { readSeries } from "../../../src/core/series/read.js";
import { corpusNote, hasCorpus, nodePlatform, readCorpus } from "../corpus.js";

describe.skipIf(!hasCorpus)(`the revisions of the vfio series${corpusNote}`, () => {
  let review: Review;
  let revisions: Revisions;

  beforeAll(async () => {
    const mailbox = await readMailbox(readCorpus("vfio/vfio-group-cdev-all.mbox"), nodePlatform);
    const read = readSeries(mailbox.messages, mailbox.page);
    review = buildReview(mailbox, read);
    revisions = compareRevisions(review, read);
  });

  /** What became of the thread that begins with some words. */
  function follow(version: number, n: number, words: string): ThreadChange {
    const patch = review.view.series[0]?.revisions[version - 1]?.patches[n - 1];
    const thread = patch?.threads.find(({ title }) => title.startsWith(words));
    const change = patch && changesOfThreads(review, revisions, patch).find(({ threadKey }) => threadKey === thread?.key);
    if (change === undefined) throw new Error(`no thread "${words}"`);
    return change;
  }

  const show = (lines: readonly LineFate[]): string[] => lines.map(({ kind, text, lineA, lineB }) => `${{ kept: " ", was: "-", now: "+" }[kind]} ${lineA ?? lineB ?? ""} ${text.trim()}`.trimEnd());

  it("stand side by side", () => {
    const matrix = revisions.matrix(review.view.series[0]?.key ?? "");
    expect(matrix?.rows.map(({ cells }) => cells.map((cell) => `${cell?.n ?? ""} ${cell?.change ?? ""}`).join(" | "))).toEqual([
      "1 first | 1 changed | 1 message",
      "2 first | 2 message | 2 message",
      "3 first | 3 changed | 3 changed",
      "4 first | 4 changed | 4 message",
      "5 first | 5 changed | 5 changed",
    ]);
  });

  it("show that v3 5/5 drops vfio_group_try_get() and opens its call", () => {
    const { change, to, lines, elsewhere } = follow(2, 5, "Do we even need this helper?");
    expect({ change, version: to.versionText, n: to.n, path: to.path, line: to.line }).toEqual({ change: "changed", version: "3", n: 5, path: "drivers/vfio/vfio.c", line: 475 });
    expect(show(lines)).toEqual([
      "- 476 /* returns true if the get was obtained */",
      "- 477 static bool vfio_group_try_get(struct vfio_group *group)",
      "- 478 {",
      "- 479 return refcount_inc_not_zero(&group->users);",
      "- 480 }",
    ]);
    expect(show(elsewhere)).toEqual([
      "- 1492 if (!vfio_group_try_get(group))",
      "+ 1484 /* users can be zero if this races with vfio_group_put() */",
      "+ 1485 if (!refcount_inc_not_zero(&group->users))",
    ]);
  });

  it("show that v2 3/5 takes the success path out of the error path", () => {
    const { change, to, lines } = follow(1, 3, "????");
    expect({ change, version: to.versionText, n: to.n }).toEqual({ change: "changed", version: "2", n: 3 });
    expect(show(lines)).toEqual(["  435", "  436 mutex_unlock(&vfio.group_lock);", "- 437", "- 438 err_put_group:", "- 439 iommu_group_put(iommu_group);", "- 440 kfree(group);"]);
    // What stands right below the lines that stayed: the function returns.
    const now = review.document(to.patchKey ?? "", to.path, to.side)?.text.split("\n")[to.line ?? 0];
    expect(now?.trim()).toBe("return group;");
  });

  it("say when lines are the same up to the newest revision", () => {
    const { change, to } = follow(1, 3, "^^^^");
    expect({ change, version: to.versionText, fromLine: to.fromLine, line: to.line }).toEqual({ change: "kept", version: "3", fromLine: 386, line: 390 });
  });
});
