// The vfio series, by version, and the bundled Patchwork page, as the review that all of core makes of them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readMailbox } from "../../../src/core/mail/read.js";
import type { PatchCode } from "../../../src/core/review/review.js";
import { buildReview } from "../../../src/core/review/review.js";
import { readSeries } from "../../../src/core/series/read.js";
import { nodePlatform, readCorpus } from "../corpus.js";

export interface FoundPatch { readonly key: string; readonly code: PatchCode }

/** Patch n, from one, of a version; null when it is not there. */
export type PatchOf = (version: number, n: number) => FoundPatch | null;

/** All three versions, from the corpus. */
export function readCorpusSeries(): Promise<PatchOf> {
  return read(readCorpus("vfio/vfio-group-cdev-all.mbox"));
}

/** v2 5/5 alone, as the sample that the program ships. */
export function readBundledPage(): Promise<PatchOf> {
  return read(new Uint8Array(readFileSync(join(import.meta.dirname, "../../../media/samples/vfio-group-cdev-v2-5of5.txt"))));
}

async function read(bytes: Uint8Array): Promise<PatchOf> {
  const mailbox = await readMailbox(bytes, nodePlatform);
  const review = buildReview(mailbox, readSeries(mailbox.messages, mailbox.page));
  const revisions = review.view.series.flatMap((series) => series.revisions);
  return (version, n) => {
    const patch = revisions.find((revision) => revision.version === version)?.patches.find((one) => one.n === n && one.mail !== null);
    const code = patch === undefined ? null : review.code(patch.key);
    return patch === undefined || code === null ? null : { key: patch.key, code };
  };
}
